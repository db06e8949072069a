// What is measured: a model at one size, and one run of it with one tool.

using Verify.Engine;
using Verify.Engine.Sampling;
using Verify.Properties;
using Verify.Transitions;

namespace Verify.Benchmarks;

/// <summary>One run of one tool.</summary>
/// <param name="States">Distinct states.</param>
/// <param name="Transitions">Steps, also those to known states; the choice of an initial state is none.</param>
/// <param name="Seconds">Wall-clock seconds of the search.</param>
/// <param name="Bytes">Memory at its highest.</param>
/// <param name="Problem">What went wrong, such as a claim that did not hold; null for nothing.</param>
internal sealed record Sample(long States, long Transitions, double Seconds, long Bytes, string? Problem)
{
    /// <summary>How far <see cref="Transitions"/> may be off, where the tool prints only the first digits.</summary>
    public long Rounding { get; init; }

    /// <summary>False where a limit ended the run, so that there may be more.</summary>
    public bool IsComplete { get; init; } = true;
}

/// <summary>The model of a peer: NAME.pml and NAME.m in peers/, with this number of processes.</summary>
internal sealed record PeerModel(string Name, int Processes);

/// <summary>A model at one size.</summary>
/// <param name="Name">The model and its size.</param>
/// <param name="Explore">Explores it with our engine and decides its claims.</param>
/// <param name="Simulate">Walks through it at random and asks its claims; throws <see cref="StrategyException"/> where it does not suit the strategy.</param>
/// <param name="Peer">The same model in other languages; null where there is none.</param>
internal sealed record Workload(string Name, Func<ExploreOptions, Sample> Explore, Func<SimulateOptions, Sample> Simulate, PeerModel? Peer)
{
    /// <summary>A classic, whose claims must hold.</summary>
    public static Workload Classic<TModel, TState>(string name, int processes, TModel model, params Invariant<TState>[] claims)
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged
    {
        Sample Explore(ExploreOptions options)
        {
            Exploration<TState> found = new Explorer<TModel, TState>(model, claims).Run(options);
            string? wrong = found.Findings
                .Where(finding => finding.Verdict != Verdict.Holds)
                .Select(finding => $"{finding.Property.Claim.Name} is {finding.Verdict}")
                .FirstOrDefault();
            return new Sample(found.States, found.Transitions, found.Seconds, found.PeakBytes, found.Limit ?? wrong) { IsComplete = found.Limit == null };
        }

        Sample Simulate(SimulateOptions options)
        {
            Simulation<TState> found = new Simulator<TModel, TState>(model, claims).Run(options);
            return Walked(found.Steps, found.Seconds, found.Findings.Any(finding => finding.Verdict == Verdict.Violated));
        }

        return new Workload($"{name}-{processes}", Explore, Simulate, new PeerModel(name, processes));
    }

    /// <summary>A variant in the catalogue, whose claims must get the verdicts that the catalogue expects.</summary>
    /// <param name="systemName">The system.</param>
    /// <param name="variantName">The variant.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="reductions">With which reductions it is explored; where there are any, the name says so.</param>
    /// <param name="states">The states that there must be; null where a test pins them.</param>
    public static Workload OfCatalogue(string systemName, string variantName, string scope, Reductions reductions = Reductions.None, long? states = null)
    {
        VariantEntry variant = Catalogue.Systems.Single(system => system.Name == systemName).Variants.Single(entry => entry.Name == variantName);
        ISubject subject = variant.Open(scope);

        // Those that are decided while states are explored: others need a graph, which is another measurement.
        string[] onTheWay = [.. subject.Claims.Where(claim => claim.Assuming.Length == 0).Select(claim => claim.Name)];

        Sample Explore(ExploreOptions options)
        {
            ExplorationReport found = subject.Explore(options with { Properties = onTheWay, Reductions = reductions });
            string? miscounted = found.Limit == null && states is { } pinned && found.States != pinned ? $"{found.States} states instead of {pinned}" : null;
            string? wrong = miscounted ?? found.Outcomes
                .Where(outcome => outcome.Verdict != variant.Expected(outcome.Claim.Name))
                .Select(outcome => $"{outcome.Claim.Name} is {outcome.Verdict}")
                .FirstOrDefault();
            return new Sample(found.States, found.Transitions, found.Seconds, found.PeakBytes, found.Limit ?? wrong) { IsComplete = found.Limit == null };
        }

        // Only the claims that hold, so that no walk ends in a violation and all of them are asked all the time.
        string[] holding = [.. subject.Claims.Where(claim => variant.Expected(claim.Name) == Verdict.Holds).Select(claim => claim.Name)];

        Sample Simulate(SimulateOptions options)
        {
            SimulationReport found = subject.Simulate(options with { Properties = holding });
            return Walked(found.Steps, found.Seconds, found.Outcomes.Any(outcome => outcome.Verdict == Verdict.Violated));
        }

        string with = reductions == Reductions.None ? "" : $":{reductions.ToString().ToLowerInvariant()}";
        return new Workload($"{systemName}/{variantName}:{scope}{with}", Explore, Simulate, null);
    }

    // Walks count no states.
    private static Sample Walked(long steps, double seconds, bool violated) => new(0, steps, seconds, 0, violated ? "a claim is violated" : null);
}
