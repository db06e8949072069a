// The table of updates between classes of configurations: the driver's unit tests (reference section 7) lie in its cells, what it says is impossible
// is, and it reads as it should.

using Verify.Bits;
using Verify.Properties.Smmu.Proofs;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Update;
using Verify.Smmu.Writers;
using Verify.Symbolic;
using Verify.Symbolic.Proofs;
using Verify.Tests.Symbolic;
using Xunit;

namespace Verify.Tests.Smmu;

[Trait("Speed", "Slow")]
public class HitlessTableTests
{
    private static readonly SteRules V615 = new(SteUsedBits.V615);
    private static readonly SteRules V70 = new(SteUsedBits.V615, SteSafeBits.V70);

    [Theory]
    [InlineData("7.0", "ABORT", "BYPASS", "2")]
    [InlineData("7.0", "BYPASS", "ABORT", "2")]
    [InlineData("7.0", "S1", "ABORT", "2")]
    [InlineData("7.0", "ABORT", "S1", "2")]
    [InlineData("7.0", "S1", "BYPASS", "3")]
    [InlineData("7.0", "BYPASS", "S1", "3")]
    [InlineData("7.0", "S1", "S1DSS.BYPASS", "1")]
    [InlineData("7.0", "S1DSS.BYPASS", "S1", "1")]
    [InlineData("7.0", "S1DSS.BYPASS", "BYPASS", "2")]
    [InlineData("7.0", "BYPASS", "S1DSS.BYPASS", "2")]
    [InlineData("7.0", "S2", "ABORT", "2")]
    [InlineData("7.0", "BYPASS", "S2", "2")]
    [InlineData("7.0", "S1", "S2 VMID 0", "3")]
    [InlineData("7.0", "S2 VMID 0", "S1", "3")]
    [InlineData("7.0", "S1", "S2", "3B")]
    [InlineData("7.0", "S2", "S1", "3B")]
    [InlineData("7.0", "S1 other", "S1DSS.BYPASS", "3B")]
    [InlineData("7.0", "S1", "S1 other", "1/2>1")]
    [InlineData("7.0", "NESTED BYPASS", "S2", "3>2")]
    [InlineData("7.0", "S2", "NESTED BYPASS", "2")]
    [InlineData("6.15", "NESTED BYPASS", "S2", "3N2")]
    [InlineData("6.15", "S2", "NESTED BYPASS", "3N2")]
    [InlineData("6.15", "S1", "S1 other", "1/3N1")]
    [InlineData("6.15", "S1", "ABORT", "2")]
    [InlineData("s23", "S1", "S1DSS.BYPASS", "2>1")]
    public void Cells_of_STEs(string variant, string from, string to, string cell) =>
        Assert.Equal(cell, Cell(Ste(variant, "ats"), from, to).ToString());

    [Theory]
    [InlineData("S1", "S2", "3N3")]
    [InlineData("S2", "S1", "3N3")]
    [InlineData("S1", "BYPASS", "3")]
    public void Cells_of_STEs_in_the_EL2_world(string from, string to, string cell) =>
        Assert.Equal(cell, Cell(Ste("7.0", "e2h"), from, to).ToString());

    [Theory]
    [InlineData("none", "S1", "1-2")]
    [InlineData("S1", "none", "1-2")]
    [InlineData("S1", "S1 other ASID", "1")]
    [InlineData("SVA", "SVA released", "1-2")]
    [InlineData("SVA released", "SVA", "1-2")]
    public void Cells_of_CDs(string from, string to, string cell) => Assert.Equal(cell, Cell(Cd(), from, to).ToString());

    [Fact]
    public void An_entry_that_a_class_has_only_one_of_needs_no_update() => Assert.Null(Search(Ste("7.0", "ats"), "ABORT", "ABORT"));

    // The adjacency of images is asked of a solver for one pair of entries, and of the breadth of orders that a search tries.
    [Fact]
    public void No_order_crosses_exactly_where_none_is_found()
    {
        var about = Ste("7.0", "ats");
        var verdicts = new Dictionary<bool, int>();
        foreach (var pair in SteMatrix.Pairs(new SteBuilderRules(), about.Platform).Where((pair, i) => i % 11 == 5 && !Entry.Same(pair.From, pair.To)))
        {
            var obligation = Obligation(about, pair);
            var crosses = Machine.Z3.Check(obligation, Machine.Long, default) is SolverAnswer.Sat;
            var found = HitlessClauses.Batches(about, pair.From, pair.To) is not null;
            Assert.True(crosses == found, $"{pair.Name}: an order {(found ? "was" : "was not")} found, but a solver says {obligation.Name} is {crosses}");
            verdicts[found] = verdicts.GetValueOrDefault(found) + 1;
        }

        Assert.True(verdicts.GetValueOrDefault(true) >= 5 && verdicts.GetValueOrDefault(false) >= 5, string.Join(", ", verdicts));
    }

    [Fact]
    public void What_the_table_says_of_a_pair_is_what_the_writer_does_to_it()
    {
        var about = Ste("6.15", "ats");
        foreach (var found in Cell(about, "S2", "S2 other").Cases)
        {
            var plan = about.Writer.Images<Number, Truth>(about.Rules, found.Pair.From, found.Pair.To);
            Assert.Equal(found.Syncs, Window.Of(in plan).Count);
            Assert.Equal(found.Breaks, Enumerable.Range(0, plan.Count).Any(batch => about.Hardware.V.Of(plan.After(batch)) == 0));
            Assert.Equal(found.Optimum is null, found.Order is null);
        }
    }

    [Fact]
    public void A_solver_that_gives_up_leaves_the_cell_open()
    {
        var prover = new Prover(new ProofOptions(Machine.Z3) { Limit = TimeSpan.FromSeconds(10), Cancel = new CancellationToken(canceled: true) });
        var cell = new HitlessSearch(Ste("7.0", "ats"), Form("S1"), Form("S2"), prover, []).Run();
        Assert.NotNull(cell?.Open);
        Assert.EndsWith("?", cell.ToString());
    }

    [Fact]
    public void Lines_fit_and_needless_breaks_show_their_order()
    {
        var about = Ste("6.15", "ats");
        var forms = about.Forms.Where(form => form.Name is "S2" or "NESTED BYPASS" or "ABORT").ToList();
        var table = HitlessTable.Of(about with { Forms = forms }, new ProofOptions(Machine.Z3));
        string[] lines = [.. table.Lines()];
        Assert.All(lines, line => Assert.True(line.Length <= 120, line));
        Assert.Equal(8, table.Cells.Count);
        Assert.StartsWith("needless: S2 -> NESTED BYPASS, for instance (1) w1 ", string.Join('\n', lines.SkipWhile(line => !line.StartsWith("needless", StringComparison.Ordinal))));
    }

    private static HitlessCell Cell(EntryCase about, string from, string to)
    {
        var cell = Search(about, from, to);
        Assert.NotNull(cell);
        Assert.Null(cell.Open);
        return cell;
    }

    private static HitlessCell? Search(EntryCase about, string from, string to) => new HitlessSearch(
        about, about.Forms.Single(form => form.Name == from), about.Forms.Single(form => form.Name == to), new Prover(new ProofOptions(Machine.Z3)), []).Run();

    private static EntryForm Form(string name) => Ste("7.0", "ats").Forms.Single(form => form.Name == name);

    private static EntryCase Ste(string variant, string profile)
    {
        var (builders, platform) = (new SteBuilderRules(), SteMatrix.Profiles.Single(platform => platform.Name == profile));
        var (writer, rules) = variant switch
        {
            "7.0" => (new Writer70(), V70),
            "6.15" => (new Writer610(), V615),
            _ => ((EntryWriter)new StepWriter(), V615),
        };
        return new("smmu-ste", variant, writer, rules, builders.Bits, 1, platform, new SteHardware(platform.Smmu)) { Forms = SteForms.Of(builders, platform) };
    }

    private static EntryCase Cd()
    {
        var (builders, platform) = (new CdBuilderRules(), CdMatrix.Profiles.Single(platform => platform.Name == "stall"));
        return new("smmu-cd", "7.0", new Writer70(), new CdRules(), FieldSet.All, 1, platform, new CdHardware(platform.Smmu, StallDisabled: false))
        {
            Forms = CdForms.Of(builders, platform),
        };
    }

    private static Obligation Obligation(EntryCase about, EntryPair pair)
    {
        using var pool = TermPool.Open();
        return new("crosses", [], HitlessClauses.Crosses(about, new AnyUpdate(about, Constant(pair.From), Constant(pair.To))));
    }

    private static Entry<TermWord> Constant(Entry<Number> entry)
    {
        var constant = default(Entry<TermWord>);
        for (var i = 0; i < Entry<TermWord>.Words; i++)
        {
            constant[i] = TermWord.Constant(entry[i].Value);
        }

        return constant;
    }
}
