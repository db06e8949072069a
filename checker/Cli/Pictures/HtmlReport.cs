// The report of a run as one HTML file: what differs, how to read it, and all verdicts with their counterexamples.

using System.Globalization;
using Verify.Engine;
using Verify.Properties;

namespace Verify.Cli.Pictures;

/// <summary>Writes the report for somebody who has never seen one. It needs no network and no script, and follows the reader's choice of light or dark.</summary>
internal sealed class HtmlReport
{
    private const int MostUnfolded = 8;

    private readonly Markup markup;
    private readonly ReportContent content;
    private readonly Anchors anchors = new();
    private readonly ReportMatrix matrix;
    private readonly ReportVariants variants;

    private HtmlReport(Markup markup, ReportContent content)
    {
        (this.markup, this.content) = (markup, content);
        matrix = new ReportMatrix(markup, anchors);
        variants = new ReportVariants(markup, anchors);
    }

    /// <summary>Writes the report.</summary>
    public static void Write(Stream stream, ReportContent content)
    {
        using var markup = new Markup(stream);
        new HtmlReport(markup, content).Write();
    }

    private void Write()
    {
        markup.Open("html", ("lang", "en")).Open("head").Line();
        markup.Element("meta", ("charset", "utf-8")).Line();
        markup.Element("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1")).Line();
        markup.Element("title", "Verify: report").Line();
        markup.Open("style").Raw(ReportStyle.Sheet).CloseLine().CloseLine().Open("body").Line();
        WriteHead();
        WriteAttention();
        WriteReading();
        foreach (var system in content.Examinations.GroupBy(examination => examination.Target.System))
        {
            WriteSystem(system.Key, [.. system], [.. content.Proved.Proofs.Where(proof => proof.Entry.System == system.Key)]);
        }

        markup.Open("script").Raw(ReportStyle.Script).CloseLine().CloseLine().CloseLine();
    }

    private void WriteHead()
    {
        Row[] rows = [.. content.Rows];
        int Standings(Standing standing) => rows.Count(row => row.Standing == standing);
        markup.Element("h1", "Verify: what holds of the models, and what does not").Line();
        markup.Element("p", "Verify checks models of IOMMU driver code, of the hardware that reads its tables meanwhile, and of other code without locks: it explores every order in which "
            + "CPUs and devices can take their steps, and proves theorems for every bit pattern of a table. Where a claim fails, this report shows a shortest run that "
            + "leads there, step by step.").Line();
        markup.Open("div", ("class", "tiles")).Line();
        Tile("as expected", Standings(Standing.AsExpected), isAlarm: false);
        Tile("differ", Standings(Standing.Differs), isAlarm: true);
        Tile("inconclusive", Standings(Standing.Open), isAlarm: true);
        Tile("of these violated, as meant", rows.Count(row => row is { Standing: Standing.AsExpected, Outcome.Verdict: Verdict.Violated }), isAlarm: false);
        markup.CloseLine().Element("p", content.Totals, ("class", "soft")).Line();
        markup.Element("p", $"Made {content.When.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)} by verify {ReportContent.Version}.", ("class", "soft")).Line();
        markup.Open("p").Text("Systems: ");
        foreach (var (i, system) in content.Examinations.Select(examination => examination.Target.System).Distinct().Index())
        {
            markup.Text(i == 0 ? "" : ", ").Element("a", system.Name, ("href", $"#{anchors.Of("system", system.Name)}"));
        }

        markup.CloseLine();
    }

    private void Tile(string name, int count, bool isAlarm) =>
        markup.Open("div", ("class", isAlarm && count > 0 ? "tile alarm" : "tile")).Element("b", Quantities.Count(count)).Text(name).CloseLine();

    private void WriteAttention()
    {
        markup.Element("h2", "What needs attention").Line();
        Row[] differing = [.. content.Rows.Where(row => row.Standing == Standing.Differs)];
        Examination[] failed = [.. content.Examinations.Where(examination => examination.Failure is not null)];
        if (differing.Length + failed.Length + content.Proved.Defects.Count + content.Unsettled.Count == 0)
        {
            markup.Element("p", "Nothing: every verdict is the one that the catalogue expects.").Line();
        }

        foreach (var row in differing)
        {
            markup.Open("p").Element("span", "DIFFERS", ("class", "differs")).Text(" ");
            markup.Element("a", $"{row.Outcome.Claim.Name} of {row.Target.Name}", ("href", $"#{variants.Place(row)}"));
            markup.Text($" at scope {row.Target.Scope}: expected {Row.Word(row.Expected)}, found {Row.Word(row.Outcome.Verdict)}. {row.Outcome.Claim.Sentence}").CloseLine();
        }

        List("Defects: the model, a solver or this program is wrong", content.Proved.Defects);
        List("Models that failed", [.. failed.Select(examination => $"{examination.Target.Name}: {examination.Failure!.Message}")]);
        List("Not settled", content.Unsettled);
        List("Weaknesses: places where a green verdict says less than it seems to", content.Weaknesses);
    }

    private void List(string title, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        markup.Open("details", ("open", lines.Count <= MostUnfolded ? "open" : null)).Element("summary", $"{title} ({lines.Count})").Open("ul").Line();
        foreach (string line in lines)
        {
            markup.Element("li", line).Line();
        }

        markup.Close().CloseLine();
    }

    private void WriteReading()
    {
        markup.Element("h2", "How to read this").Line();
        markup.Element("p", "A system is a model. Its variants are the algorithm as it was in some kernel version, as a document has it, or with one deliberate mistake: what a claim is worth shows "
            + "where it fails. In a system's table a row is a variant and a numbered column is a claim; point at a cell for its meaning, follow an x to the run that shows it.").Line();
        markup.Open("table", ("class", "legend")).Open("tbody").Line();
        Key("+", "holds", "The claim holds of this variant, in every state that the scope's model can reach (a theorem: for all values).");
        Key("x", "violated", "The variant violates the claim, and is expected to: it is known for that, or was made to. The link leads to a run.");
        Key("o", "vacuous", "It holds for want of a case: what the claim is about never happens here.");
        Key("~", "inconclusive", "Simulated: a limit was reached, and random walks found no violation.");
        Key("?", "inconclusive", "A limit was reached, or there is no solver: nothing is known.");
        Key("!!", "differs", "The verdict is not the expected one: a defect that nobody knew, or one that is gone.");
        if (content.Proved.Proofs.Count > 0)
        {
            Key("##", "defect", "Solvers disagree, or the model does not confirm a counterexample.");
        }

        markup.Close().CloseLine();
        markup.Element("p", "Below its name stands what kind of claim it is. Invariant: true in every state. Action: true of every step. Reachable: each of its goals is met in some state, which shows "
            + "that the other claims are not true for want of anything happening. Leads-to, eventually, no-livelock: true of every run as a whole, if who acts is treated as fairly as the claim assumes. "
            + "Refinement: every step is one that a simpler model allows. Theorem: true for all values, proved by a solver.").Line();
        markup.Element("p", "A run is drawn with a lane for each who acts. From top to bottom each box is one step that nothing can interrupt; beside it stands what it changed, and words "
            + "of tables are told field by field. The last box, in red, is the step after which the claim is violated. A bracket on the left holds what repeats for ever.").Line();
    }

    private void Key(string symbol, string looks, string meaning) =>
        markup.Open("tr").Open("td").Element("span", symbol, ("class", $"key {looks}")).Close().Element("td", meaning).CloseLine();

    private void WriteSystem(SystemEntry system, IReadOnlyList<Examination> examinations, IReadOnlyList<Proof> proofs)
    {
        markup.Element("h2", system.Name, ("id", anchors.Of("system", system.Name))).Line();
        string scopes = string.Join(", ", examinations.Select(examination => examination.Target.Scope).Distinct());
        markup.Element("p", $"{system.Summary}. Explored at scope {scopes}.").Line();
        matrix.Write(system, examinations, variants.Place);
        if (proofs.Count > 0)
        {
            markup.Element("h3", $"{system.Name}: theorems, proved for all values").Line();
            matrix.Write(system, proofs, variants.Place);
        }

        markup.Element("h3", $"{system.Name}: the variants, with growth, coverage and violations").Line();
        foreach (var examination in examinations)
        {
            variants.Write(examination, [.. proofs.Where(proof => proof.Entry.Variant == examination.Target.Variant)]);
        }
    }
}
