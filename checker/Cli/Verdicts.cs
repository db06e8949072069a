// Verdicts in words, with the counterexamples of those that are violated.

using Verify.Engine;
using Verify.Engine.Traces;

namespace Verify.Cli;

/// <summary>Prints verdicts and counterexamples for the commands that find them.</summary>
internal static class Verdicts
{
    /// <summary>A verdict that is not the expected one: what, where, expected and found, the part that failed, and the counterexample.</summary>
    public static void WriteDifference(TextWriter writer, Row row)
    {
        writer.WriteLine();
        writer.WriteLine(OneLine.Of(
            $"DIFFERS: {row.Outcome.Claim.Name} of {row.Target.Name} at scope {row.Target.Scope}: expected {Row.Word(row.Expected)}, found {Row.Word(row.Outcome.Verdict)}"));
        writer.WriteLine(OneLine.Of($"  {row.Outcome.Claim.Sentence} ({row.Outcome.Claim.Source})"));
        if (row.Outcome.Counterexample is null && Reason(row) is string reason)
        {
            writer.WriteLine(OneLine.Of($"  {reason}"));
        }

        WriteCounterexample(writer, row);
    }

    /// <summary>Per property its verdict beside the expected one, with the part that failed or the limit that was reached.</summary>
    public static void WriteTable(TextWriter writer, IReadOnlyList<Row> rows)
    {
        int width = rows.Select(row => row.Outcome.Claim.Name.Length).DefaultIfEmpty().Max();
        foreach (var row in rows)
        {
            string standing = row.Standing switch
            {
                Standing.AsExpected => "as expected",
                Standing.Differs => $"DIFFERS, expected {Row.Word(row.Expected)}",
                _ => $"expected {Row.Word(row.Expected)}",
            };
            string vacuous = row.Outcome is { Verdict: Verdict.Holds, Vacuous: true } ? "; for want of a case: its antecedent is never met" : "";
            writer.WriteLine(OneLine.Of($"  {row.Outcome.Claim.Name.PadRight(width)}  {Row.Word(row.Outcome.Verdict),-12}  {standing}{(Cases(row.Outcome) is { Length: > 0 } cases ? $"; {cases}" : "")}{vacuous}"));
            if (Reason(row) is string reason)
            {
                writer.WriteLine(OneLine.Of($"      {reason}"));
            }
        }
    }

    /// <summary>The counterexample's text and the file that holds it; nothing where there is none.</summary>
    public static void WriteCounterexample(TextWriter writer, Row row)
    {
        if (row.Outcome.Counterexample is not TraceDocument trace)
        {
            return;
        }

        if (row.Trace is not null)
        {
            writer.WriteLine(OneLine.Of($"  recorded: {row.Trace}"));
        }

        writer.WriteLine();
        TraceText.Write(writer, trace, row.Target.Variant.Open(trace.Scope).Decode);
    }

    /// <summary>Where a model failed, and the run to it; nothing where it did not.</summary>
    public static void WriteFailure(TextWriter writer, Examination examination)
    {
        if (examination.Failure is ModelException failed)
        {
            WriteFailure(writer, examination.Target, failed);
        }
    }

    /// <summary>Where a model failed, and the run to it.</summary>
    public static void WriteFailure(TextWriter writer, Target target, ModelException failed)
    {
        writer.WriteLine();
        writer.WriteLine(OneLine.Of($"{target.Name} at scope {target.Scope}: {failed.Message}"));
        if (failed.RunProblem.Length > 0)
        {
            writer.WriteLine(OneLine.Of($"  without the run to it: {failed.RunProblem}"));
        }

        TraceText.WriteSteps(writer, failed.Run, target.Variant.Open(target.Scope).Decode);
    }

    /// <summary>How often a property was put to the test, in words that depend on its kind; empty where each state does so, or where it is not known.</summary>
    public static string Cases(PropertyOutcome outcome) => outcome.Cases is not long cases ? "" : outcome.Claim.Kind switch
    {
        PropertyKind.Reachable => $"{Quantities.Count(cases)} {(cases == 1 ? "goal" : "goals")} met",
        PropertyKind.Action => $"about {Quantities.Count(cases)} {(cases == 1 ? "step" : "steps")}",
        PropertyKind.Refinement => $"{Quantities.Count(cases)} abstract {(cases == 1 ? "step" : "steps")}",
        PropertyKind.LeadsTo or PropertyKind.Eventually or PropertyKind.NoLivelock => $"due in {Quantities.Count(cases)} {(cases == 1 ? "state" : "states")}",
        _ => $"about {Quantities.Count(cases)} {(cases == 1 ? "state" : "states")}",
    };

    // Why it failed, or why the catalogue thinks it should have.
    private static string? Reason(Row row) => row.Outcome switch
    {
        { Detail.Length: > 0, Verdict: Verdict.Violated } => $"failed: {row.Outcome.Detail}",
        { Verdict: Verdict.Holds } when row.ViolatedBecause is string expected => $"expected to be violated: {expected}",
        { Detail.Length: > 0 } => row.Outcome.Detail,
        _ => null,
    };
}
