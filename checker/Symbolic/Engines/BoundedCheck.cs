// Bounded model checking: is there a violation within so many steps? (Biere, Cimatti, Clarke, Zhu, "Symbolic model checking without BDDs",
// TACAS 1999.) One question per length, shortest first.

using System.Diagnostics;
using Verify.Bits;
using Verify.Engine;
using Verify.Symbolic.Proofs;
using Verify.Transitions;

namespace Verify.Symbolic.Engines;

/// <summary>Looks for the shortest violation of a property, for all initial states at once.</summary>
/// <param name="prover">Asks the solver.</param>
/// <param name="system">The system.</param>
/// <param name="property">What shall hold in every reachable state.</param>
/// <param name="name">What obligations are called after: NAME.bmc-3. Equal names must mean equal systems and properties.</param>
public sealed class BoundedCheck(Prover prover, IWordSystem system, IWordProperty property, string name)
{
    private readonly List<ObligationReport> log = [];
    private readonly List<string> weaknesses = [];
    private readonly Stopwatch watch = Stopwatch.StartNew();

    /// <summary>Looks at runs of up to <paramref name="bound"/> steps. Finding nothing is inconclusive: a longer run may do it.</summary>
    /// <exception cref="UnconfirmedException">The model does not show on numbers what a solver found.</exception>
    public WordReport Run(int bound)
    {
        for (var depth = 0; depth <= bound; depth++)
        {
            if (At(depth, log, weaknesses) is { } report)
            {
                return Finish(report);
            }
        }

        return Finish(Report(Verdict.Inconclusive, $"no violation within {bound} steps; a longer run may have one", bound));
    }

    /// <summary>
    /// Looks at runs of exactly <paramref name="depth"/> steps, all shorter ones being without violation. Null where there is no violation; else how
    /// the search ends.
    /// </summary>
    internal WordReport? At(int depth, List<ObligationReport> asked, List<string> found)
    {
        if (depth == 0)
        {
            CheckInitial(asked, found);
        }

        var (answer, obligation) = prover.Decide(
            $"{name}.bmc-{depth}",
            [$"A run of {depth} steps from an initial state to one in which {property.Name} fails."],
            () =>
            {
                var run = new Unrolling(system, depth);
                return system.Initial<TermWord, TermBit>(run.States[0]) & run.IsRun & !property.Holds<TermWord, TermBit>(run.States[depth]);
            },
            asked);
        return answer switch
        {
            SolverAnswer.Unsat => null,
            SolverAnswer.Sat sat => Violated(Confirm(Minimiser.Minimise(obligation, sat.Model, []), depth)),
            _ => Report(Verdict.Inconclusive, $"runs of {depth} steps: {answer}", depth - 1),
        };
    }

    private void CheckInitial(List<ObligationReport> asked, List<string> found)
    {
        var (answer, _) = prover.Decide(
            $"{name}.initial", ["An initial state: what is proved about reachable states is not vacuous."],
            () => system.Initial<TermWord, TermBit>(new Unrolling(system, 0).States[0]), asked);
        if (answer is SolverAnswer.Unsat)
        {
            found.Add("no state is initial: the claim says nothing");
        }
    }

    private WordRun Confirm(Assignment values, int depth)
    {
        var run = Unrolling.Execute(system, values, depth);
        return !system.Initial<Number, Truth>(Unrolling.Numbers(run.States[0])).Value
            ? throw new UnconfirmedException($"a run that the solver found begins in no initial state: {values}")
            : Unrolling.Holds(property, run.States[depth])
                ? throw new UnconfirmedException($"{property.Name} holds at the end of a run that the solver found to violate it: {values}")
                : run;
    }

    private static WordReport Violated(WordRun run) =>
        Report(Verdict.Violated, $"violated after {run.Steps.Count} steps", run.Steps.Count) with { Violation = run };

    private static WordReport Report(Verdict verdict, string detail, int depth) => new() { Verdict = verdict, Detail = detail, Depth = depth };

    private WordReport Finish(WordReport report) =>
        report with { Obligations = log, Weaknesses = weaknesses, Seconds = watch.Elapsed.TotalSeconds };
}
