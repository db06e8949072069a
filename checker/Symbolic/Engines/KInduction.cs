// k-induction: if no run of fewer than k steps violates a property, and k states in a row that meet it are never followed by one that does not, it
// holds in all reachable states. (Sheeran, Singh, Stålmarck, "Checking safety properties using induction and a SAT-solver", FMCAD 2000.)

using System.Diagnostics;
using Verify.Engine;
using Verify.Symbolic.Proofs;
using Verify.Transitions;

namespace Verify.Symbolic.Engines;

/// <summary>Proves a property of all reachable states, or finds its shortest violation. A step that fails is neither.</summary>
/// <param name="prover">Asks the solver.</param>
/// <param name="system">The system.</param>
/// <param name="property">What shall hold in every reachable state.</param>
/// <param name="name">What obligations are called after: NAME.bmc-0, NAME.step-1. Equal names must mean equal systems and properties.</param>
public sealed class KInduction(Prover prover, IWordSystem system, IWordProperty property, string name)
{
    private readonly List<ObligationReport> log = [];
    private readonly List<string> weaknesses = [];
    private readonly Stopwatch watch = Stopwatch.StartNew();

    /// <summary>
    /// Whether the step looks only at runs in which no state occurs twice. Sound, since a shortest run to a violation has none; and complete once k is
    /// larger than the longest such run. It costs a comparison of every two states.
    /// </summary>
    public bool SimplePaths { get; init; }

    /// <summary>Tries k = 1, 2, … up to <paramref name="most"/>.</summary>
    /// <exception cref="UnconfirmedException">The model does not show on numbers what a solver found.</exception>
    public WordReport Run(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var runs = new BoundedCheck(prover, system, property, name);
        WordReport? failed = null;
        for (var k = 1; k <= most; k++)
        {
            if (runs.At(k - 1, log, weaknesses) is { } end)
            {
                return Finish(end);
            }

            failed = Step(k);
            if (failed is null)
            {
                return Finish(new() { Verdict = Verdict.Holds, Detail = $"proved by induction with k={k}", Depth = k - 1 });
            }
        }

        return Finish(failed!);
    }

    // Null where the step is proved.
    private WordReport? Step(int k)
    {
        var (answer, obligation) = prover.Decide(
            SimplePaths ? $"{name}.simple-step-{k}" : $"{name}.step-{k}",
            [$"{k} states in a row in which {property.Name} holds, then one in which it fails. The first need not be reachable."],
            () =>
            {
                var run = new Unrolling(system, k);
                var fails = run.IsRun & !property.Holds<TermWord, TermBit>(run.States[k]);
                for (var i = 0; i < k; i++)
                {
                    fails &= property.Holds<TermWord, TermBit>(run.States[i]);
                }

                return SimplePaths ? fails & run.IsSimple() : fails;
            },
            log);
        return answer switch
        {
            SolverAnswer.Unsat => null,
            SolverAnswer.Sat sat => Inconclusive($"the induction step fails at k={k}; that is no violation", k) with
            {
                Hint = Unrolling.Execute(system, Minimiser.Minimise(obligation, sat.Model, []), k),
            },
            _ => Inconclusive($"the induction step at k={k}: {answer}", k),
        };
    }

    private static WordReport Inconclusive(string detail, int k) => new() { Verdict = Verdict.Inconclusive, Detail = detail, Depth = k - 1 };

    private WordReport Finish(WordReport report) =>
        report with { Obligations = log, Weaknesses = weaknesses, Seconds = watch.Elapsed.TotalSeconds };
}
