// Explores a variant and holds the verdicts against the expected ones.

using Verify.Engine;
using Verify.Engine.Declarations;
using Verify.Engine.Traces;

namespace Verify.Cli;

/// <summary>Explores variants, all with the same options, and records their counterexamples.</summary>
/// <param name="options">Limits and means; the progress callback is set for each variant.</param>
/// <param name="progress">Where to tell how far each one is.</param>
/// <param name="recordAll">Where every counterexample is recorded; null for nowhere.</param>
/// <param name="recordDiffering">Where those that were not expected are recorded when there is no <paramref name="recordAll"/>; null for nowhere.</param>
internal sealed class Examiner(ExploreOptions options, ProgressDisplay progress, string? recordAll, string? recordDiffering)
{
    /// <summary>How to look into what the variants declare for reductions; null for not at all.</summary>
    public DeclarationOptions? Declarations { get; init; }

    /// <summary>How to look for violations by random walks where exploration leaves something open; null for not at all.</summary>
    public SimulateOptions? Fallback { get; init; }

    private const string NotStarted = "stopped before it was started";

    /// <summary>Explores one variant. A model that fails is reported in the result; a stop that was asked for is too.</summary>
    public Examination Examine(Target target)
    {
        if (options.Cancel.IsCancellationRequested)
        {
            return Without(target, NotStarted, failure: null);
        }

        try
        {
            var subject = target.Variant.Open(target.Scope);
            var refuted = Declarations is null || subject.Declared == Reductions.None ? [] : subject.CheckDeclarations(Declarations).Problems;
            var report = subject.Explore(options with { Progress = progress.Of(target.Name, new Forecast()) });
            var outcomes = Walked(subject, report.Outcomes);
            return new(target, report, Failure: null, [.. outcomes.Select(outcome => Judge(target, outcome))]) { Refuted = refuted };
        }
        catch (ModelException failed)
        {
            progress.Tell(OneLine.Of($"verify: {target.Name} at scope {target.Scope}: {failed.Message}"));
            return Without(target, OneLine.Of(failed.Message), failed);
        }
        finally
        {
            progress.Finish(target.Name);
        }
    }

    // What exploration has left open is looked for by random walks: a violation found so is one.
    private IReadOnlyList<PropertyOutcome> Walked(ISubject subject, IReadOnlyList<PropertyOutcome> explored)
    {
        string[] open = [.. explored.Where(outcome => outcome.Verdict == Verdict.Inconclusive && outcome.Claim.Kind is not (PropertyKind.LeadsTo or PropertyKind.Eventually or PropertyKind.NoLivelock)).Select(outcome => outcome.Claim.Name)];
        if (Fallback is null || open.Length == 0 || options.Cancel.IsCancellationRequested)
        {
            return explored;
        }

        var simulated = Simulate(subject, Fallback with { Properties = open });
        var found = simulated.Outcomes.ToDictionary(outcome => outcome.Claim.Name);
        return
        [
            .. explored.Select(outcome => !open.Contains(outcome.Claim.Name) ? outcome
                : found[outcome.Claim.Name] is { Verdict: not Verdict.Inconclusive } walked ? walked
                : outcome with { Walks = simulated.Walks, Detail = $"{outcome.Detail}; no violation in {Quantities.Count(simulated.Walks)} random walks, seed {simulated.Seed}" }),
        ];
    }

    // By priorities of agents, where the model says who acts.
    private static SimulationReport Simulate(ISubject subject, SimulateOptions how)
    {
        try
        {
            return subject.Simulate(how with { Strategy = StrategyKind.Pct });
        }
        catch (StrategyException)
        {
            return subject.Simulate(how);
        }
    }

    private Row Judge(Target target, PropertyOutcome outcome) => TraceRecorder.Keep(
        new(target, target.Variant.Expected(outcome.Claim.Name), outcome, Trace: null), recordAll, recordDiffering, progress);

    private Examination Without(Target target, string reason, ModelException? failure) =>
        new(target, Report: null, failure, [.. target.System.Claims
            .Where(claim => options.Properties?.Contains(claim.Name) != false)
            .Select(claim => new Row(
                target,
                target.Variant.Expected(claim.Name),
                new PropertyOutcome { Claim = claim, Verdict = Verdict.Inconclusive, Detail = reason },
                Trace: null))]);
}
