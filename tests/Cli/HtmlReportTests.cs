// verify all --html: that the report is whole, that its links lead somewhere, and that nothing in it is taken for markup.

using System.Xml;
using System.Xml.Linq;
using Verify.Cli;
using Verify.Engine;
using Verify.Engine.Liveness;
using Verify.Properties;
using Verify.Tests.Engine;
using Verify.Tests.Symbolic;
using Xunit;

namespace Verify.Tests.Cli;

public sealed class HtmlReportTests : IDisposable
{
    private const string Evil = "<i>a</i> & \"b\" 'c' ]]> \u0007 \ud800";

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    // Every report is held against what all reports have to be.
    private XElement Report(int status, Invocation invocation, params string[] command)
    {
        var ran = Ran.Verify(invocation, [.. command, "--html", scratch["r.html"], "--trace-dir", scratch["traces"]]);
        Assert.True(ran.Status == status, ran.Err + ran.Out);
        using var reader = XmlReader.Create(scratch["r.html"], new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
        var root = XDocument.Load(reader).Root!;
        var ids = Attributes(root, "id");
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(Attributes(root, "href"), href => Assert.Contains(href[1..], ids));
        Assert.All(Attributes(root, "href"), href => Assert.StartsWith("#", href));
        Assert.All(root.Descendants().Attributes(), attribute => Assert.DoesNotMatch("^(src|srcset|action|data|on[a-z]+)$", attribute.Name.LocalName));
        Assert.DoesNotContain("http", root.Element("head")!.Value);
        Assert.DoesNotContain(root.Descendants(), element => element.Name.LocalName is "img" or "link" or "iframe" or "object" or "i");
        Assert.Single(root.Descendants("script"));
        Assert.All(Cells(root).Where(cell => Looks(cell) is "violated" or "differs"), cell => Assert.NotNull(cell.Element("a")));
        return root;
    }

    private XElement All(FakeAnswers answers, int status = 0) => Report(status, Ran.Invocation(FakeSystems.With(answers)), "all", "--policy", "warn");

    private static List<string> Attributes(XElement root, string name) => [.. root.Descendants().Attributes(name).Select(attribute => attribute.Value)];

    private static IEnumerable<XElement> Cells(XElement root) => root.Descendants("td").Where(cell => cell.Attribute("class")?.Value.StartsWith("cell", StringComparison.Ordinal) == true);

    private static string Looks(XElement cell) => cell.Attribute("class")!.Value["cell".Length..].Trim();

    // What a link leads to.
    private static XElement Target(XElement root, XElement cell) =>
        root.Descendants().Single(element => element.Attribute("id")?.Value == cell.Element("a")!.Attribute("href")!.Value[1..]);

    private static IEnumerable<string> Words(XElement of, string looks) =>
        of.Descendants().Where(element => element.Attribute("class")?.Value == looks).Select(element => element.Value);

    [Fact]
    public void The_report_has_the_matrix_and_each_violation_as_a_diagram()
    {
        var root = All(new() { Vacuous = ["NoDeadlock"] });
        Assert.Equal(["violated", "holds", "holds", "holds", "vacuous", "holds"], Cells(root).Select(Looks));
        var run = Target(root, Cells(root).First());
        Assert.Contains("failed: " + FakeSystems.Failed, run.Value);
        Assert.Contains("expected, because: no break before make", run.Value);
        Assert.Equal(["CPU0", "SMMU"], Words(run, "actor"));
        Assert.Equal(["0", "1", "2"], Words(run, "no"));
        Assert.Equal(["initial state", "memory.w0", "store STE", "cpu0.pc", "memory.w0", "fetch w1"], Words(run, "b"));
        Assert.Equal(["    CFG:\u00A01", "    CFG:\u00A01→5"], Words(run, "f"));
        Assert.Single(run.Descendants("rect"), box => box.Attribute("class")!.Value == "bad");
        Assert.Contains("recorded in " + scratch["traces/fake-ste-6.2-NoTornView.json"], run.Value);
        Assert.Contains("Nothing: every verdict is the one that the catalogue expects.", root.Value);
        Assert.Contains("fake-ste: 'CMD_SYNC' fires in no variant", root.Value);
    }

    [Fact]
    public void Growth_and_coverage_stand_with_each_variant()
    {
        var root = All(new());
        Assert.Equal(2, root.Descendants("figure").Count());
        Assert.Contains("1,000 new states at level 1", root.Descendants("figure").First().Value);
        Assert.Equal("M0 118V117.7H153.3V22H306.7V95.8H460V118Z", root.Descendants("path").First().Attribute("d")!.Value);
        var bars = root.Descendants("table").First(table => table.Attribute("class")?.Value == "bars");
        Assert.Equal(["store STE42", "fetch w130", "CMD_SYNCnever"], bars.Element("tbody")!.Elements("tr").Select(row => row.Value));
        Assert.Equal(["width:100%", "width:50%", "width:75%"], Attributes(bars, "style"));
    }

    [Fact]
    public void What_differs_and_what_is_open_stands_at_the_top_and_links_to_where_it_is_told()
    {
        var root = All(new() { Violated = ["NoDeadlock", "GetsThere"], Limit = "4 GiB were not enough" }, status: 1);
        Assert.Equal(["violated", "holds", "holds", "inconclusive", "differs", "differs"], Cells(root).Select(Looks));
        Assert.Contains("DIFFERS NoDeadlock of fake-ste/6.9 at scope small: expected holds, found violated.", root.Value);
        Assert.Contains("fake-ste/6.9: NoTornView: 4 GiB were not enough", root.Value);
        Assert.Contains("not reached: quiet", Target(root, Cells(root).Last()).Value);
        Assert.DoesNotContain("Nothing: every verdict", root.Value);
    }

    [Fact]
    public void A_violation_that_is_missed_links_to_its_variant()
    {
        var root = Report(1, Ran.Invocation([FakeSystems.Ste(new(), new())]), "all", "--policy", "warn");
        Assert.Contains("NoTornView holds, and was expected to be violated: no break before make", Target(root, Cells(root).First()).Value);
    }

    [Fact]
    public void A_model_that_fails_is_shown_with_its_run()
    {
        var failure = new ModelException("the model failed (index)", new InvalidOperationException("index")) { Run = FakeSystems.Trace().Steps };
        var root = All(new() { Throws = failure }, status: 2);
        Assert.Contains("fake-ste/6.9: the model failed (index)", root.Value);
        Assert.Equal(2, root.Descendants("svg").Count(picture => picture.Attribute("class")!.Value == "run"));
    }

    [Fact]
    public void Nothing_in_a_name_or_a_value_is_taken_for_markup()
    {
        Claim[] claims = [new(Evil, PropertyKind.Invariant, Evil, Evil, Evil) { Assuming = Evil }, new("No<Torn>", PropertyKind.Invariant, "s", "ours")];
        VariantEntry Variant(string name) => new(
            name, Evil, scope => new FakeSubject(Evil, name, scope, claims, new() { Violated = [Evil, "No<Torn>"] }), new Dictionary<string, string> { [Evil] = Evil, ["No<Torn>"] = "r" });
        SystemEntry system = new(Evil, Evil, ["small"], claims, [Variant("a<b"), Variant("a>b"), Variant("a&b")]);
        var ran = Ran.Verify(Ran.Invocation([system]), "all", "--policy", "warn", "--html", scratch["evil.html"]);
        Assert.Equal(0, ran.Status);
        var root = ReportOf(system);
        Assert.Contains("<i>a</i> & \"b\" 'c' ]]> \\u0007 \ufffd", root.Value);
        Assert.Equal(6, Cells(root).Count(cell => Looks(cell) == "violated"));
        Assert.Equal(6, Cells(root).Select(cell => Target(root, cell)).Distinct().Count());
    }

    private XElement ReportOf(SystemEntry system)
    {
        using var reader = XmlReader.Create(scratch["evil.html"], new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
        var root = XDocument.Load(reader).Root!;
        Assert.Equal(Attributes(root, "id").Distinct(), Attributes(root, "id"));
        Assert.DoesNotContain(root.Descendants(), element => element.Name.LocalName == "i");
        Assert.Equal(system.Variants.Count, root.Descendants("details").Count(part => part.Attribute("class")?.Value == "variant"));
        return root;
    }

    [Fact]
    public void Theorems_have_a_matrix_and_diagrams_of_their_own()
    {
        var invocation = Ran.Invocation([FakeTheorems.System]) with { FindSolver = name => (Machine.Z3, "") };
        var root = Report(0, invocation, "all", "--policy", "warn", "--cache", scratch["cache"]);
        Assert.Equal(["violated", "holds", "holds", "holds", "holds", "holds", "violated", "holds", "holds", "holds"], Cells(root).Select(Looks));
        var refuted = Target(root, Cells(root).Last(cell => Looks(cell) == "violated"));
        Assert.Contains("refuted at any:64, any:128; shown at any:64, by these values:", refuted.Value);
        Assert.Contains("failed: " + FakeSystems.Failed, refuted.Value);
        Assert.Contains("old ", refuted.Descendants("pre").ElementAt(1).Value);
        Assert.NotEmpty(refuted.Descendants("svg"));
    }

    [Fact]
    public void A_step_has_an_arrow_to_or_from_the_lane_that_it_concerns()
    {
        var claim = Claims.Always<Held>("NoMix", (in Held held) => held.Count < 2);
        VariantEntry variant = new(
            "v", "v", scope => new Subject<FetchModel, Held>("fetch", "v", scope, new FetchModel(isExplicit: true), [claim], (_, _, _) => []), new Dictionary<string, string> { ["NoMix"] = "copies" });
        var root = Report(0, Ran.Invocation([new("fetch", "copies", ["small"], [claim.Claim], [variant])]), "check", "fetch");
        var run = Target(root, Cells(root).Single());
        Assert.Equal(["memory", "reader", "writer"], Words(run, "actor"));
        Assert.Equal(3, run.Descendants("path").Count(arrow => arrow.Attribute("class")?.Value == "arrow"));
    }

    [Theory]
    [InlineData(true, "again", "")]
    [InlineData(false, "", "and nothing more happens, for ever")]
    public void A_run_without_an_end_shows_what_repeats(bool moves, string bracket, string last)
    {
        Fairness<Node>[] fairness = moves ? [new("all", Strength.Weak, (in Node _, Transitions.Step _, in Node _) => true)] : [];
        var claim = new Eventually<Node>(Claims.Named("Ends", PropertyKind.Eventually), (in Node node) => node.Number == 9, fairness);
        var ring = new GraphModel(new Graph([[new(1, 0)], [new(2, 0)], [new(1, 1)]], [0], new bool[3]));
        VariantEntry variant = new(
            "ring", "goes round", scope => new Subject<GraphModel, Node>("graph", "ring", scope, ring, [claim], (_, _, _) => []), new Dictionary<string, string> { ["Ends"] = "it is a ring" });
        var root = Report(0, Ran.Invocation([new("graph", "a ring", ["small"], [claim.Claim], [variant])]), "check", "graph");
        var run = Target(root, Cells(root).Single());
        Assert.Equal(bracket, string.Concat(Words(run, "again")));
        Assert.EndsWith(last, run.Descendants("text").Last(text => text.Attribute("class")?.Value != "again").Value);
        Assert.DoesNotContain("bad", run.Descendants("rect").Select(box => box.Attribute("class")!.Value));
    }

    [Fact]
    public void A_report_that_cannot_be_written_is_refused_before_anything_is_explored()
    {
        bool explored = false;
        var catalogue = FakeSystems.With(new() { Explored = _ => explored = true });
        Ran.Verify(catalogue, "all", "--html", scratch.Root).RefusedWith("it is a directory; give --html a file");
        Ran.Verify(catalogue, "check", "fake-ste/6.9", "--html", scratch["none/r.html"]).RefusedWith("cannot write");
        Assert.False(explored);
        Assert.Empty(scratch.Names);
    }
}
