// What the report says of each variant: how its exploration grew, what it covered, and what it violates.

using Verify.Engine;
using Verify.Engine.Traces;
using Verify.Properties;

namespace Verify.Cli.Pictures;

/// <summary>Writes variants, folded, with their violations as diagrams.</summary>
/// <param name="markup">Where to.</param>
/// <param name="anchors">The places that matrices link to.</param>
internal sealed class ReportVariants(Markup markup, Anchors anchors)
{
    private const int ShortReason = 110;

    private readonly Dictionary<(VariantEntry, string), DecodeWord> decoders = [];

    /// <summary>Where a verdict is told: a violation at its run, another one at its variant.</summary>
    public string Place(Row row) => row.Outcome.Verdict != Verdict.Violated
        ? anchors.Of("variant", row.Target.System.Name, row.Target.Variant.Name)
        : anchors.Of(
            row.Outcome.Claim.Kind == PropertyKind.Theorem ? "refuted" : "violated",
            row.Target.System.Name, row.Target.Variant.Name, row.Outcome.Claim.Name, row.Standing == Standing.Differs ? "differs" : "expected");

    /// <summary>Writes a variant.</summary>
    /// <param name="examination">What exploring it gave.</param>
    /// <param name="proofs">What came of its theorems.</param>
    public void Write(Examination examination, IReadOnlyList<Proof> proofs)
    {
        var target = examination.Target;
        List<Violation> violations =
        [
            .. examination.Rows.Where(row => row.Outcome.Verdict == Verdict.Violated).Select(row => new Violation(row, Place(row), [])),
            .. proofs.Where(proof => proof.Row.Outcome.Verdict == Verdict.Violated).GroupBy(proof => (proof.Entry, proof.Row.Standing)).Select(theorem => Refuted([.. theorem])),
        ];
        string violates = violations.Count == 0 ? "violates nothing" : $"violates {violations.Count}";
        markup.Open("details", ("class", "variant")).Open("summary").Element("b", target.Variant.Name).Text($": {target.Variant.Summary} ");
        markup.Element("span", $"({violates})", ("class", "soft")).CloseLine();
        markup.Open("div", ("class", "at"), ("id", anchors.Of("variant", target.System.Name, target.Variant.Name))).Line();
        if (examination.Report is { } report)
        {
            WriteNumbers(report);
        }

        if (examination.Failure is { } failed)
        {
            markup.Element("p", $"The model failed: {failed.Message}").Line();
            Draw(target, failed.Run, null, "The run to where the model failed");
        }

        var rows = examination.Rows.Concat(proofs.Select(proof => proof.Row));
        foreach (var row in rows.Where(row => row.Standing == Standing.Differs && row.Outcome.Verdict != Verdict.Violated))
        {
            markup.Element("p", $"{row.Outcome.Claim.Name} holds, and was expected to be violated: {row.ViolatedBecause}").Line();
        }

        foreach (var violation in violations)
        {
            Write(violation);
        }

        markup.Close().CloseLine();
    }

    private void WriteNumbers(ExplorationReport report)
    {
        string rate = report.Seconds > 0 ? $", {Quantities.Rate(report.States / report.Seconds)}" : "";
        markup.Element("p", $"{Quantities.Count(report.States)} states, {Quantities.Count(report.Transitions)} transitions, depth {report.Depth}, {Quantities.Seconds(report.Seconds)} s{rate}"
            + (report.Limit is string limit ? $"; ended early: {limit}" : ""), ("class", "soft")).Line();
        markup.Open("div", ("class", "numbers")).Line();
        var plots = new Plots(markup);
        plots.Growth(report);
        plots.Actions(report);
        plots.Cases(report);
        markup.CloseLine();
    }

    // What refutes a theorem on one profile mostly does on the others: one run is enough.
    private Violation Refuted(IReadOnlyList<Proof> profiles)
    {
        var first = profiles.FirstOrDefault(proof => proof.Row.Outcome.Counterexample is not null) ?? profiles[0];
        string where = $"refuted at {string.Join(", ", profiles.Select(proof => proof.Theorem.Scope))}; shown at {first.Theorem.Scope}, by these values:";
        return new(first.Row, Place(first.Row), [where, .. first.Row.Outcome.Detail.Split(" | ").Select(value => $"  {Arrows(value)}")]);
    }

    private void Write(Violation violation)
    {
        var row = violation.Row;
        var claim = row.Outcome.Claim;
        var run = row.Outcome.Counterexample;

        // Of a theorem the values that refute it are told below; what goes wrong for them shows in the run.
        string detail = Arrows(claim.Kind == PropertyKind.Theorem && run is { Failed.Length: > 0 } ? run.Failed : row.Outcome.Detail);
        string steps = run is null ? "no single run shows it" : run.Steps.Count switch { 1 => "in its first state", 2 => "1 step", var count => $"{count - 1} steps" };
        string theorem = claim.Kind == PropertyKind.Theorem ? "theorem " : "";
        markup.Open("details", ("class", "trace")).Open("summary");
        markup.Element("span", row.Standing == Standing.Differs ? "!!" : "x", ("class", $"key {(row.Standing == Standing.Differs ? "differs" : "violated")}"));
        markup.Text(" ").Element("b", theorem + claim.Name).Text($", {steps}");
        markup.Element("span", detail.Length > 0 ? $": {(detail.Length > ShortReason ? detail[..(ShortReason - 1)] + "…" : detail)}" : "", ("class", "soft")).CloseLine();
        markup.Open("div", ("class", "at"), ("id", violation.Anchor)).Line();
        markup.Element("p", claim.Sentence).Line();
        Say("failed: ", detail);
        Say("expected, because: ", row.Standing == Standing.AsExpected ? row.ViolatedBecause ?? "" : "");
        foreach (string remark in violation.Remarks)
        {
            markup.Element("pre", remark).Line();
        }

        if (run is not null)
        {
            Draw(row.Target with { Scope = run.Scope }, run.Steps, run.Loop, $"A run of {row.Target.Name} that violates {claim.Name}");
        }

        Say("recorded in ", row.Trace ?? "");
        markup.Close().CloseLine();
    }

    private static string Arrows(string text) => text.Replace("->", "→", StringComparison.Ordinal);

    private void Say(string what, string text)
    {
        if (text.Length > 0)
        {
            markup.Open("p").Element("b", what).Element("span", text, ("class", "mono")).CloseLine();
        }
    }

    private void Draw(Target target, IReadOnlyList<TraceStep> steps, int? loop, string label)
    {
        if (steps.Count == 0)
        {
            return;
        }

        // To open a variant may take it a while: it makes its tables.
        if (!decoders.TryGetValue((target.Variant, target.Scope), out var decode))
        {
            decoders.Add((target.Variant, target.Scope), decode = target.Variant.Open(target.Scope).Decode);
        }

        markup.Open("div", ("class", "wide"));
        new SequenceDiagram(markup, decode).Draw(steps, loop, label);
        markup.CloseLine();
    }
}
