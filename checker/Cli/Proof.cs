// What came of one theorem on one profile, held against what was expected.

using Verify.Engine;
using Verify.Symbolic;
using Verify.Symbolic.Engines;
using Verify.Symbolic.Proofs;

namespace Verify.Cli;

/// <summary>What came of one theorem on one profile.</summary>
/// <param name="Entry">The theorem.</param>
/// <param name="Theorem">It on this profile.</param>
/// <param name="Row">The verdict beside the expected one.</param>
/// <param name="Report">What the prover found; null when it was not asked, or failed.</param>
/// <param name="Failure">What went wrong that no theorem is to blame for: a model that does not confirm a counterexample. Null when nothing did.</param>
internal sealed record Proof(TheoremEntry Entry, Theorem Theorem, Row Row, ProofReport? Report, string? Failure)
{
    /// <summary>What came of it where an engine for word systems was asked; else null.</summary>
    public WordReport? Words { get; init; }

    /// <summary>Everything that was asked for it.</summary>
    public IReadOnlyList<ObligationReport> Obligations => Report?.Obligations ?? [];

    /// <summary>Why neither this verdict nor its absence can be relied on: the model or a solver is wrong. Null in all but such a case.</summary>
    public string? Defect => (Failure ?? Disagreements(Obligations).FirstOrDefault()) is string defect ? $"{Entry.Name} at {Theorem.Scope}: {defect}" : null;

    /// <summary>What solvers contradict each other about, a line each.</summary>
    public static IEnumerable<string> Disagreements(IEnumerable<ObligationReport> obligations) =>
        from obligation in obligations
        where obligation.Answer is SolverAnswer.Disagreement
        select $"obligation {obligation.Name}: {obligation.Answer}".Replace("the solvers disagree", "THE SOLVERS DISAGREE", StringComparison.Ordinal);

    /// <summary>A theorem without a verdict.</summary>
    public static Proof Open(TheoremEntry entry, Theorem theorem, string reason, string? failure = null)
    {
        var outcome = new PropertyOutcome { Claim = entry.Claim, Verdict = Verdict.Inconclusive, Detail = reason };
        return new(entry, theorem, Judged(entry, theorem, outcome), Report: null, failure);
    }

    /// <summary>A theorem that the prover was asked about.</summary>
    public static Proof Of(TheoremEntry entry, ProofReport report)
    {
        var outcome = new PropertyOutcome
        {
            Claim = entry.Claim,
            Verdict = report.Verdict,
            Detail = report.Detail,
            Vacuous = report.Verdict == Verdict.Holds && report.Weaknesses.Count > 0 && report.Weaknesses.Count >= report.Theorem.Parts.Count,
            Counterexample = report.Counterexample,
        };
        return new(entry, report.Theorem, Judged(entry, report.Theorem, outcome), report, Failure: null);
    }

    /// <summary>A claim about a word system that an engine for these was asked about.</summary>
    public static Proof Of(TheoremEntry entry, Theorem theorem, WordReport words)
    {
        var report = new ProofReport
        {
            Theorem = theorem,
            Verdict = words.Verdict,
            Detail = words.Detail,
            Obligations = words.Obligations,
            Weaknesses = words.Weaknesses,
            Seconds = words.Seconds,
        };
        return Of(entry, report) with { Words = words };
    }

    private static Row Judged(TheoremEntry entry, Theorem theorem, PropertyOutcome outcome) =>
        new(new(entry.System, entry.Variant, theorem.Scope), theorem.Expected, outcome, Trace: null) { ViolatedBecause = theorem.Violated };
}

/// <summary>How many questions there were, and what they cost.</summary>
/// <param name="Asked">Put to a solver.</param>
/// <param name="Cached">Answered by an earlier run.</param>
/// <param name="Shared">Answered earlier in this run.</param>
/// <param name="Bytes">Length of the texts of those asked and those cached.</param>
internal sealed record Tally(int Asked, int Cached, int Shared, long Bytes)
{
    /// <summary>Counts obligations.</summary>
    public static Tally Of(IEnumerable<ObligationReport> obligations)
    {
        var all = obligations.ToList();
        var own = all.Where(obligation => obligation.SolveSeconds > 0).ToList();
        int cached = own.Count(obligation => obligation.Answer is SolverAnswer.Unsat { IsFromCache: true });
        return new(own.Count - cached, cached, all.Count - own.Count, own.Sum(obligation => (long)obligation.Bytes));
    }
}
