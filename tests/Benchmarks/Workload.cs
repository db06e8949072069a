// What is measured: a model at one size, and one run of it with one tool.

using Verify.Engine;
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
/// <param name="Peer">The same model in other languages; null where there is none.</param>
internal sealed record Workload(string Name, Func<ExploreOptions, Sample> Explore, PeerModel? Peer)
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

        return new Workload($"{name}-{processes}", Explore, new PeerModel(name, processes));
    }

    /// <summary>A variant in the catalogue, whose claims must get the verdicts that the catalogue expects.</summary>
    public static Workload OfCatalogue(string systemName, string variantName, string scope)
    {
        VariantEntry variant = Catalogue.Systems.Single(system => system.Name == systemName).Variants.Single(entry => entry.Name == variantName);
        ISubject subject = variant.Open(scope);

        Sample Explore(ExploreOptions options)
        {
            ExplorationReport found = subject.Explore(options);
            string? wrong = found.Outcomes
                .Where(outcome => outcome.Verdict != variant.Expected(outcome.Claim.Name))
                .Select(outcome => $"{outcome.Claim.Name} is {outcome.Verdict}")
                .FirstOrDefault();
            return new Sample(found.States, found.Transitions, found.Seconds, found.PeakBytes, found.Limit ?? wrong) { IsComplete = found.Limit == null };
        }

        return new Workload($"{systemName}/{variantName}:{scope}", Explore, null);
    }
}
