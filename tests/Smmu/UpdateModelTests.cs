// The update model: counts that follow from a formula, pinned counts, and the copies it reaches against two other ways to find them.

using FsCheck;
using FsCheck.Fluent;
using Verify.Bits;
using Verify.Engine;
using Verify.Properties;
using Verify.Properties.Smmu;
using Verify.Smmu.Driver;
using Verify.Smmu.Tables;
using Verify.Smmu.Update;
using Verify.Smmu.Writers;
using Xunit;

namespace Verify.Tests.Smmu;

public class UpdateModelTests
{
    private static readonly SteRules Rules = new(SteUsedBits.V615, SteSafeBits.V70);

    private static readonly Platform Platform = KUnit.Plain with { Name = "test" };

    private static readonly Entry<Number>[] Built =
        [.. SteMatrix.Entries(new SteBuilderRules(), SteMatrix.Platforms("small")[0]).Select(e => e.Entry)];

    private static readonly Dictionary<string, EntryWriter> Writers = new()
    {
        ["7.0"] = new Writer70(),
        ["s23"] = new StepWriter(),
        ["in place"] = new InPlaceWriter(),
        ["barriers only"] = new BarrierWriter(),
        ["no first sync"] = new FlawedWriter(Mistake.NoFirstSync),
        ["no CFGI"] = new FlawedWriter(Mistake.NoCfgi),
        ["entry-sync-64 as posted"] = new EntrySyncWriter(1),
        ["entry-sync-128 repaired"] = new EntrySyncWriter(2, Repaired: true),
    };

    public static TheoryData<string, int> WritersAndQuanta
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var writer in Writers.Keys)
            {
                data.Add(writer, 1);
                data.Add(writer, 2);
            }

            return data;
        }
    }

    // One batch of k words. A word of memory and the SMMU's copy of it are one of 2 at rest, 5 while storing (old: no copy or old; new: no
    // copy, old or new) and 3 while waiting (no copy, old or new).
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(8)]
    public void One_batch_of_k_words_has_the_states_of_the_formula(int k)
    {
        var to = Entry.Of([.. Enumerable.Repeat(2UL, k)]);
        var found = Explore(Scope(new InPlaceWriter(), 1, default, to), "FinalEqualsTarget");
        var (two, three, five) = (Power(2, k), Power(3, k), Power(5, k));
        Assert.Equal((2 * two) + five + (2 * three), found.States);
        var fetches = (k * two) + (k * 2 * five / 5) + (2 * k * three / 3);
        var stores = k * 2 * five / 5;
        Assert.Equal(fetches + stores + two + (3 * three), found.Transitions);
        Assert.Equal(["write_entry", "store", "dma_wmb", "CFGI", "CMD_SYNC", "consume CMD_SYNC", "wait for CMD_SYNC", "fetch"], found.Actions.Select(a => a.Action));
        Assert.Equal([two, stores, 0, three, three, three, 0, fetches], found.Actions.Select(a => a.Fired));
    }

    [Fact]
    public void An_update_that_changes_nothing_has_two_states()
    {
        var found = Explore(Scope(new Writer70(), 1, KUnit.Image("s2"), KUnit.Image("s2")), "FinalEqualsTarget");
        Assert.Equal((2, 1), (found.States, found.Transitions));
    }

    [Theory]
    [Trait("Speed", "Slow")]
    [InlineData("smmu-ste", "7.0", 901_048, 2_553_424)]
    [InlineData("smmu-ste", "6.10", 188_914, 526_898)]
    [InlineData("smmu-ste", "s23", 407_012, 1_153_002)]
    [InlineData("smmu-ste", "entry-sync-128-repaired", 124_142, 218_826)]
    [InlineData("smmu-cd", "6.10", 10_512, 23_466)]
    [InlineData("smmu-cd", "entry-sync-128", 4_032, 7_026)]
    [InlineData("smmu-cd", "barriers-only", 13_928, 28_240)]
    public void Counts_at_the_small_scope_are_pinned(string system, string variant, long states, long transitions)
    {
        var report = Open(system, variant).Explore(new ExploreOptions { Properties = ["FinalEqualsTarget"] });
        Assert.Equal((states, transitions), (report.States, report.Transitions));
        Assert.Equal(Verdict.Holds, report.Outcomes[0].Verdict);
    }

    [Theory]
    [Trait("Speed", "Slow")]
    [InlineData("smmu-cd", "6.10")]
    [InlineData("smmu-cd", "entry-sync-128")]
    [InlineData("smmu-ste", "6.9-rc-be")]
    public void Every_store_and_number_of_threads_gives_the_same_verdicts(string system, string variant)
    {
        var subject = Open(system, variant);
        var reports = new[] { (StoreKind.Fingerprint, 1), (StoreKind.Fingerprint, 2), (StoreKind.Exact, 1), (StoreKind.Exact, 2) }
            .Select(how => subject.Explore(new ExploreOptions { Store = how.Item1, Threads = how.Item2 })).ToList();
        foreach (var report in reports)
        {
            Assert.Equal((reports[0].States, reports[0].Transitions, reports[0].Depth), (report.States, report.Transitions, report.Depth));
            Assert.Equal(
                reports[0].Outcomes.Select(o => (o.Claim.Name, o.Verdict, o.Detail)), report.Outcomes.Select(o => (o.Claim.Name, o.Verdict, o.Detail)));
        }
    }

    [Theory]
    [MemberData(nameof(WritersAndQuanta))]
    public void The_engine_reaches_the_copies_that_the_windows_give(string name, int fetchWords) => Seeds.Run(seed =>
    {
        foreach (var u in Sample(seed, 150))
        {
            var scope = Scope(Writers[name], fetchWords, u.From, u.To);
            var (explored, enumerated) = (WholeViews.Explored(scope), WholeViews.Enumerated(scope));
            Assert.True(explored.SetEquals(enumerated), $"{explored.Count} copies explored, {enumerated.Count} enumerated: {u}");
        }
    });

    [Theory]
    [MemberData(nameof(WritersAndQuanta))]
    public void The_engine_and_the_windows_agree_on_torn_views(string name, int fetchWords) => Seeds.Run(seed =>
    {
        var writer = Writers[name];
        foreach (var u in Sample(seed, 100))
        {
            var scope = Scope(writer, fetchWords, u.From, u.To);
            var plan = scope.Updates[0].Plan;
            var torn = Oracle.Torn(writer, Rules, fetchWords, Window.Of(in plan), u.From, u.To, Oracle.Stes(Platform.Smmu, u.From, u.To));
            var found = Explore(scope, "NoTornView");
            Assert.True(torn is null == (found.Findings[0].Verdict == Verdict.Holds), $"{torn ?? "no torn view"} by the windows only; {u}");
        }
    });

    [Theory]
    [InlineData("7.0", 1)]
    [InlineData("7.0", 2)]
    [InlineData("s23", 1)]
    [InlineData("barriers only", 1)]
    [InlineData("barriers only", 2)]
    [InlineData("entry-sync-128 repaired", 1)]
    [InlineData("entry-sync-128 repaired", 2)]
    public void A_search_without_reductions_reaches_the_same_copies(string name, int fetchWords) => Seeds.Run(seed =>
    {
        foreach (var u in Sample(seed, 100).Where(u => Enumerable.Range(0, 8).Count(word => u.From[word] != u.To[word]) <= 3).Take(15))
        {
            var scope = Scope(Writers[name], fetchWords, u.From, u.To);
            Assert.True(WholeViews.Explored(scope).SetEquals(WholeViews.Unreduced(scope)), $"{u}");
        }
    });

    // Aligned 128-bit fetches of 64-bit stores tear like 64-bit fetches: only a writer with 128-bit stores gains.
    [Fact]
    public void Wide_fetches_help_only_wide_stores()
    {
        var (from, to) = (KUnit.Image("cdt SSID0 ATS"), KUnit.Image("s2 ATS"));
        Assert.True(WholeViews.Explored(Scope(new InPlaceWriter(), 2, from, to)).SetEquals(WholeViews.Explored(Scope(new InPlaceWriter(), 1, from, to))));
        var wide = new EntrySyncWriter(2, Repaired: true);
        var (from128, to128) = (KUnit.Image("cdt SSID0 ATS"), KUnit.Image("cdt BYPASS ATS, other table"));
        Assert.Equal(2, WholeViews.Explored(Scope(wide, 2, from128, to128)).Count);
        Assert.Equal(4, WholeViews.Explored(Scope(wide, 1, from128, to128)).Count);
    }

    private static IEnumerable<RandomUpdate> Sample(ulong seed, int count) =>
        Updates.Of(Ste.Layout, Built, Rules).Generator.Sample(count, new Rnd(seed), 50).Select(u => u.Within(Rules));

    private static UpdateScope Scope(EntryWriter writer, int fetchWords, Entry<Number> from, Entry<Number> to) =>
        new(EntryKind.Ste, writer, Rules, fetchWords, [new EntryPair("pair", Platform, from, to)]);

    private static Exploration<UpdateState> Explore(UpdateScope scope, string property) =>
        new Explorer<UpdateModel, UpdateState>(new UpdateModel(scope), EntryProperties.OfSte(scope)).Run(new ExploreOptions { Properties = [property] });

    private static ISubject Open(string system, string variant) =>
        Catalogue.Systems.Single(s => s.Name == system).Variants.Single(v => v.Name == variant).Open("small");

    private static long Power(long number, int exponent) => Enumerable.Range(0, exponent).Aggregate(1L, (product, _) => product * number);
}
