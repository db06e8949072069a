// The verdict matrix in the report, with what its columns mean.

using Verify.Engine;
using Verify.Properties;

namespace Verify.Cli.Pictures;

/// <summary>Writes matrices as tables whose cells link to what they stand for.</summary>
/// <param name="markup">Where to.</param>
/// <param name="anchors">The places to link to.</param>
internal sealed class ReportMatrix(Markup markup, Anchors anchors)
{
    /// <summary>The matrix of a system's properties; <paramref name="examinations"/> are its variants, in order.</summary>
    public void Write(SystemEntry system, IReadOnlyList<Examination> examinations, Func<Row, string> place) => Write(
        system,
        "claim",
        [.. system.Claims.Where(claim => examinations.Any(examination => examination.Rows.Any(row => row.Outcome.Claim.Name == claim.Name)))],
        [("states", "different states that were met"), ("transitions", "steps between them"), ("depth", "steps to the farthest state"), ("seconds", "time it took")],
        [.. examinations.Select(examination => new Line(
            examination.Target.Variant,
            claim => examination.Rows.FirstOrDefault(row => row.Outcome.Claim.Name == claim.Name) is { } row ? new Cell(Matrix.Symbol(row), row) : null,
            Counts(examination.Report)))],
        place);

    /// <summary>The matrix of a system's theorems; of several profiles a cell shows the worst.</summary>
    public void Write(SystemEntry system, IReadOnlyList<Proof> proofs, Func<Row, string> place) => Write(
        system,
        "theorem",
        [.. proofs.Select(proof => proof.Entry.Claim).DistinctBy(claim => claim.Name)],
        [("obligations", "questions put to the solver"), ("seconds", "time it took")],
        [.. proofs.GroupBy(proof => proof.Entry.Variant).Select(variant => new Line(
            variant.Key,
            claim => Worst([.. variant.Where(proof => proof.Entry.Claim.Name == claim.Name)]),
            [
                Quantities.Count(variant.Sum(proof => proof.Obligations.Count)),
                Quantities.Seconds(variant.Sum(proof => proof.Report?.Seconds ?? 0)),
            ]))],
        place);

    private void Write(SystemEntry system, string kind, IReadOnlyList<Claim> claims, (string Name, string Meaning)[] counts, IReadOnlyList<Line> lines, Func<Row, string> place)
    {
        markup.Open("div", ("class", "wide")).Open("table", ("class", "matrix")).Open("thead").Open("tr").Element("th", "variant", ("scope", "row"));
        foreach (var (i, claim) in claims.Index())
        {
            markup.Open("th", ("scope", "col"), ("title", $"{claim.Name}: {claim.Sentence}")).Element("a", $"{i + 1}", ("href", $"#{Of(system, kind, claim)}")).Close();
        }

        foreach (var (count, meaning) in counts)
        {
            markup.Element("th", count, ("scope", "col"), ("title", meaning));
        }

        markup.Close().Close().Open("tbody").Line();
        foreach (var line in lines)
        {
            markup.Open("tr").Open("th", ("scope", "row"), ("title", line.Variant.Summary));
            markup.Element("a", line.Variant.Name, ("href", $"#{anchors.Of("variant", system.Name, line.Variant.Name)}")).Close();
            foreach (var claim in claims)
            {
                Write(claim, line.Cell(claim), place);
            }

            foreach (string count in line.Counts)
            {
                markup.Element("td", count);
            }

            markup.CloseLine();
        }

        markup.Close().Close().CloseLine();
        WriteClaims(system, kind, claims);
    }

    private void Write(Claim claim, Cell? cell, Func<Row, string> place)
    {
        if (cell is null)
        {
            markup.Element("td", "", ("class", "cell"));
            return;
        }

        string looks = cell.Symbol switch { "+" => "holds", "x" => "violated", "o" => "vacuous", "?" or "~" => "inconclusive", "##" => "defect", _ => "differs" };
        string standing = cell.Row.Standing switch
        {
            Standing.AsExpected => ", as expected",
            _ => $", expected {Row.Word(cell.Row.Expected)}",
        };
        string why = cell.Row.ViolatedBecause is string reason ? $" ({reason})" : "";
        markup.Open("td", ("class", $"cell {looks}"), ("title", $"{claim.Name} of {cell.Row.Target.Variant.Name}: {Row.Word(cell.Row.Outcome.Verdict)}{standing}{why}"));
        if (cell.Row.Outcome.Verdict == Verdict.Violated || cell.Row.Standing == Standing.Differs)
        {
            markup.Element("a", cell.Symbol, ("href", $"#{place(cell.Row)}"));
        }
        else
        {
            markup.Text(cell.Symbol);
        }

        markup.Close();
    }

    private void WriteClaims(SystemEntry system, string kind, IReadOnlyList<Claim> claims)
    {
        markup.Open("details", ("open", "open")).Element("summary", $"The {claims.Count} {kind}s that the columns stand for");
        markup.Open("table", ("class", "claims")).Open("tbody").Line();
        foreach (var (i, claim) in claims.Index())
        {
            markup.Open("tr", ("id", Of(system, kind, claim)), ("class", "at")).Element("td", $"{i + 1}");
            markup.Open("td").Element("b", claim.Name).Element("br").Element("span", ListCommand.Kind(claim), ("class", "soft")).Close();
            markup.Open("td").Text(claim.Sentence);
            if (claim.Assuming.Length > 0)
            {
                markup.Element("span", $" Assumes {claim.Assuming}.", ("class", "soft"));
            }

            string refs = claim.Refs.Length > 0 ? $" [{string.Join(", ", claim.Refs)}]" : "";
            markup.Element("br").Element("span", $"from {claim.Source}{refs}", ("class", "soft")).Close().CloseLine();
        }

        markup.Close().Close().CloseLine();
    }

    private string Of(SystemEntry system, string kind, Claim claim) => anchors.Of(kind, system.Name, claim.Name);

    private static Cell? Worst(IReadOnlyList<Proof> profiles)
    {
        if (profiles.Count == 0)
        {
            return null;
        }

        string symbol = Matrix.Symbol(profiles);
        return new(symbol, (profiles.FirstOrDefault(proof => Matrix.Symbol(proof.Row) == symbol) ?? profiles[0]).Row);
    }

    private static string[] Counts(ExplorationReport? report) => report is null ? ["-", "-", "-", "-"]
        : [Quantities.Count(report.States), Quantities.Count(report.Transitions), $"{report.Depth}", Quantities.Seconds(report.Seconds)];

    private sealed record Cell(string Symbol, Row Row);

    private sealed record Line(VariantEntry Variant, Func<Claim, Cell?> Cell, string[] Counts);
}
