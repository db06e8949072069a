// One theorem being proved: premises first, then the parts themselves, and what a model refutes it with.

using System.Diagnostics;
using Verify.Engine;
using Verify.Engine.Traces;

namespace Verify.Symbolic.Proofs;

/// <summary>One theorem being proved.</summary>
/// <param name="prover">Asks the solver.</param>
/// <param name="theorem">The theorem.</param>
/// <param name="known">What refuted the claim on other profiles; tried before a solver is asked, and added to.</param>
internal sealed class Attempt(Prover prover, Theorem theorem, List<Assignment> known)
{
    private readonly List<ObligationReport> log = [];
    private readonly List<string> weaknesses = [];
    private readonly Stopwatch watch = Stopwatch.StartNew();

    /// <summary>Proves it, refutes it, or says why neither could be done.</summary>
    public ProofReport Run()
    {
        var report = ByPremises() ?? Directly();
        return report with { Obligations = log, Weaknesses = weaknesses, Seconds = watch.Elapsed.TotalSeconds };
    }

    private ProofReport? ByPremises()
    {
        if (theorem.Premises.Count == 0)
        {
            return null;
        }

        if (Fails(theorem.Premises) is not { } failed)
        {
            theorem.Parts.Take(1).ToList().ForEach(CheckAssumption);
            return Report(Verdict.Holds, $"follows from {theorem.Premises.Count} premises: {theorem.Argument}");
        }

        // A premise is a means. That it fails says nothing of the theorem, whose parts are asked for next.
        return theorem.Parts.Count > 0 && failed.Answer is SolverAnswer.Sat ? null
            : Report(Verdict.Inconclusive, $"premise {failed.Premise.Name}: {Say(failed.Answer)}; that refutes nothing");
    }

    // The first premise that does not hold. What another thread asks for at this moment is left for last: theorems that share premises then share
    // the work. Which premise is the first to fail does not depend on that, nor does what is logged.
    private (Part Premise, SolverAnswer Answer)? Fails(IReadOnlyList<Part> premises)
    {
        var logs = premises.Select(_ => new List<ObligationReport>()).ToArray();
        int failed = premises.Count;
        SolverAnswer? failure = null;
        void Ask(int i)
        {
            var answer = this.Ask(premises[i], logs[i]);
            (failed, failure) = answer is SolverAnswer.Unsat ? (failed, failure) : (i, answer);
        }

        var later = new Queue<int>();
        for (int i = 0; i < failed; i++)
        {
            int turn = i;
            if (!prover.TryUndisturbed(premises[i], () => Ask(turn)))
            {
                later.Enqueue(i);
            }
        }

        while (later.TryDequeue(out int i) && i < failed)
        {
            Ask(i);
        }

        foreach (var (premise, asked) in premises.Zip(logs).Take(failed))
        {
            log.AddRange(asked);
            CheckAssumption(premise);
        }

        if (failure is null)
        {
            return null;
        }

        // What refutes a premise may well refute the theorem too, or another that shares it.
        log.AddRange(logs[failed]);
        known.AddRange(failure is SolverAnswer.Sat refuted ? [refuted.Model] : []);
        return (premises[failed], failure);
    }

    private SolverAnswer Ask(Part premise, List<ObligationReport> asked) =>
        prover.Refute(premise, known, theorem.Trials.Value, asked, out var built) is { } values
            ? new SolverAnswer.Sat(values) : prover.Decide(premise, built, asked).Answer;

    private ProofReport Directly()
    {
        var asked = new List<(Part Part, Obligation? Built)>();
        var failures = new List<ProofReport>();
        foreach (var part in theorem.Parts.Where(part => !part.Premises.Any(premises => Fails(premises) is null)))
        {
            if (prover.Refute(part, known, theorem.Trials.Value, log, out var built) is not { } values)
            {
                asked.Add((part, built));
                continue;
            }

            failures.Add(Refuted(part, built!, values));
            if (!theorem.WantsAllFailures)
            {
                return failures[0];
            }
        }

        var byPremises = theorem.Parts.Count - asked.Count - failures.Count;
        theorem.Parts.Except(asked.Select(one => one.Part)).Take(byPremises > 0 ? 1 : 0).ToList().ForEach(CheckAssumption);
        var open = new List<string>();
        foreach (var (part, built) in asked)
        {
            var (answer, obligation) = prover.Decide(part, built, log);
            if (answer is SolverAnswer.Sat sat)
            {
                failures.Add(Refuted(part, obligation!, sat.Model));
                if (!theorem.WantsAllFailures)
                {
                    break;
                }
            }
            else if (answer is SolverAnswer.Unsat)
            {
                CheckAssumption(part);
            }
            else
            {
                open.Add($"{part.Name}: {Say(answer)}");
            }
        }

        return Sum(asked.Count, byPremises, failures, open);
    }

    private ProofReport Sum(int asked, int byPremises, List<ProofReport> failures, List<string> open)
    {
        if (failures.Count > 0)
        {
            var all = failures.Select(failure => failure.Detail).Concat(theorem.WantsAllFailures ? open : []);
            return failures[0] with { Detail = string.Join(" | ", all), Failures = [.. failures.SelectMany(failure => failure.Failures)] };
        }

        return open.Count > 0 ? Report(Verdict.Inconclusive, string.Join("; ", open))
            : Report(Verdict.Holds, $"{Count(asked)} proved"
                + (byPremises > 0 ? $", {Count(byPremises)} by premises: {theorem.Argument}" : ""));
    }

    private static string Count(int parts) => parts == 1 ? "one part" : $"{parts} parts";

    private ProofReport Refuted(Part part, Obligation obligation, Assignment model)
    {
        var values = prover.Minimise(obligation, model, theorem.Pairs);
        known.Add(values);
        return Report(Verdict.Violated, OneLine.Of(string.Join("; ", theorem.Explain(part, values)))) with
        {
            Failed = part,
            Failures = [part],
            Values = values,
            Counterexample = theorem.Confirm(part, values),
        };
    }

    private void CheckAssumption(Part part)
    {
        if (prover.Assumption(part, theorem.Trials.Value, log) is false)
        {
            weaknesses.Add($"the assumption of {part.Name} cannot be met: it says nothing");
        }
    }

    private static string Say(SolverAnswer answer) => answer switch
    {
        SolverAnswer.Sat => "fails",
        _ => answer.ToString()!,
    };

    private ProofReport Report(Verdict verdict, string detail) => new() { Theorem = theorem, Verdict = verdict, Detail = detail };
}
