// Proofs in words.

using System.Globalization;
using Verify.Engine;
using Verify.Engine.Traces;
using Verify.Symbolic.Engines;
using Verify.Symbolic.Proofs;

namespace Verify.Cli;

/// <summary>Prints what came of theorems.</summary>
internal static class ProofText
{
    private const int MostNamed = 4;

    /// <summary>A theorem on all of its profiles: verdict, time, size, and what refutes it.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="profiles">It on each profile.</param>
    /// <param name="obligations">Whether every obligation is listed.</param>
    public static void WriteDetails(TextWriter writer, IReadOnlyList<Proof> profiles, bool obligations)
    {
        var entry = profiles[0].Entry;
        writer.WriteLine(OneLine.Of($"{entry.Name}: {entry.Claim.Sentence} ({entry.Claim.Source})"));
        int width = profiles.Max(proof => proof.Theorem.Scope.Length);
        foreach (var proof in profiles)
        {
            WriteProfile(writer, proof, width);
            foreach (var obligation in obligations ? proof.Obligations : [])
            {
                writer.WriteLine(OneLine.Of("      " + Obligation(obligation)));
            }
        }

        if (profiles.FirstOrDefault(proof => proof.Row is { Standing: Standing.AsExpected, Outcome.Counterexample: not null }) is { } violated)
        {
            Verdicts.WriteCounterexample(writer, violated.Row);
        }

        writer.WriteLine();
    }

    /// <summary>The verdicts that are not the expected ones: of each theorem one profile in full, the others by name.</summary>
    public static void WriteDifferences(TextWriter writer, IReadOnlyList<Proof> proofs)
    {
        foreach (var theorem in proofs.Where(proof => proof.Row.Standing == Standing.Differs).GroupBy(proof => (proof.Entry, proof.Row.Expected)))
        {
            Verdicts.WriteDifference(writer, theorem.First().Row);
            foreach (string line in Violation(theorem.First()))
            {
                writer.WriteLine(OneLine.Of($"    {line}"));
            }

            if (theorem.Count() > 1)
            {
                writer.WriteLine(OneLine.Of($"  also at scope {string.Join(", ", theorem.Skip(1).Select(proof => proof.Theorem.Scope))}"));
            }
        }
    }

    /// <summary>What is not settled, by reason: a missing solver leaves hundreds of theorems open for one.</summary>
    public static IEnumerable<string> Unsettled(IReadOnlyList<Proof> proofs) =>
        from proof in proofs
        where proof.Row.Standing == Standing.Open && proof.Defect is null
        group $"{proof.Entry.Name} at {proof.Theorem.Scope}" by proof.Row.Outcome.Detail into reason
        let more = reason.Count() > MostNamed ? $" and {reason.Count() - MostNamed} more" : ""
        select $"{string.Join(", ", reason.Take(MostNamed))}{more}: {reason.Key}";

    /// <summary>How many theorems and questions there were: "3 theorems on 2 profiles".</summary>
    public static string Counts(ProofResults results)
    {
        int theorems = results.Proofs.Select(proof => proof.Entry).Distinct().Count();
        int profiles = results.Proofs.Select(proof => proof.Theorem.Scope).Distinct().Count();
        var tally = Tally.Of(results.Obligations);
        return $"{theorems} {results.Engine.Noun}s on {profiles} profiles, obligations: {Quantities.Count(tally.Asked)} asked, {Quantities.Count(tally.Cached)} from the cache, "
            + $"{Quantities.Count(tally.Shared)} shared, {Quantities.Count(tally.Bytes)} bytes, decided by {results.Solver ?? "no solver"}";
    }

    private static void WriteProfile(TextWriter writer, Proof proof, int width)
    {
        var row = proof.Row;
        string standing = row.Standing switch
        {
            _ when proof.Defect is not null => "DEFECT",
            Standing.AsExpected => "as expected",
            Standing.Differs => $"DIFFERS, expected {Row.Word(row.Expected)}",
            _ => $"expected {Row.Word(row.Expected)}",
        };
        var obligations = proof.Obligations;
        writer.WriteLine(OneLine.Of(
            $"  {proof.Theorem.Scope.PadRight(width)}  {Row.Word(row.Outcome.Verdict),-12}  {standing}; {Quantities.Seconds(proof.Report?.Seconds ?? 0)} s, "
            + $"{obligations.Count} obligation{(obligations.Count == 1 ? "" : "s")}, {Quantities.Count(obligations.Sum(obligation => (long)obligation.Bytes))} bytes"));
        IReadOnlyList<string> reasons = proof.Report is { Failed: Part part, Values: { } values } ? proof.Theorem.Explain(part, values) : [row.Outcome.Detail];
        IEnumerable<string> run = row.Standing == Standing.Differs ? [] : Violation(proof);
        foreach (string reason in (IEnumerable<string>)[.. reasons, .. Expectation(row), .. Depth(proof), .. run, .. Hint(proof)])
        {
            writer.WriteLine(OneLine.Of($"      {reason}"));
        }
    }

    // A failed induction step tells nothing of how far the search for a violation came.
    private static IEnumerable<string> Depth(Proof proof) => proof.Words is { Verdict: Verdict.Inconclusive, Depth: >= 0 and int depth }
        ? [$"no run of up to {depth} step{(depth == 1 ? "" : "s")} violates it"] : [];

    private static IEnumerable<string> Violation(Proof proof) => proof.Words?.Violation is { } run ? ["the run, executed on numbers:", .. Indented(run)] : [];

    private static IEnumerable<string> Hint(Proof proof) => proof.Words?.Hint is { } run
        ? ["a hint, and no violation: it begins in a state that need not be reachable, which an invariant would have to exclude", .. Indented(run)] : [];

    private static IEnumerable<string> Indented(WordRun run) => run.Lines.Select(line => $"  {line}");

    private static IEnumerable<string> Expectation(Row row) => row.ViolatedBecause is string reason ? [$"expected to be violated: {reason}"] : [];

    private static string Obligation(ObligationReport obligation) => string.Create(
        CultureInfo.InvariantCulture,
        $"{obligation.Name}: {Quantities.Count(obligation.Bytes)} bytes, built in {obligation.BuildSeconds * 1000:0.0} ms, "
        + $"{(obligation.SolveSeconds > 0 ? $"solved in {obligation.SolveSeconds:0.000} s" : "asked before")}: {obligation.Answer}"
        + $"{(Tally.Of([obligation]).Cached > 0 ? " (from the cache)" : "")}");
}
