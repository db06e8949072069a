// The batches of each writer on small examples, worked out by hand from reference section 4.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Writers;
using Xunit;

namespace Verify.Tests.Smmu;

public class WriterTests
{
    private static readonly SteRules Rules = new(SteUsedBits.V615, SteSafeBits.V70);
    private static readonly CdRules Cds = new();

    // Two changes of word 0 and 1 that cannot be made without a break: another CD table, and S1DSS with SHCFG.
    private const string BreakFrom = "cdt SSID0 ATS";
    private const string BreakTo = "cdt BYPASS ATS, other table";

    [Fact]
    public void Since_6_9_a_hitless_update_fills_flips_and_clears() =>
        Same(["w1=0x1000180000d6", "w0=0x9", "w1=0x100000000000"], new Writer610(), Rules, "cdt SSID0 ATS", "bypass");

    [Fact]
    public void Since_6_9_phases_that_change_nothing_are_left_out() =>
        Same(["w1=0x180000d6"], new Writer610(), Rules, "cdt BYPASS ATS", "cdt SSID0 ATS");

    [Fact]
    public void In_6_9_a_break_clears_V_alone() =>
        Same(["w0=0xf800f0f0f0f0f0ea", "w1=0x1000180000d5", "w0=0xf800004b4b4b4b6b"], new Writer69(), Rules, BreakFrom, BreakTo);

    [Fact]
    public void Since_6_10_a_break_clears_the_whole_word() =>
        Same(["w0=0x0", "w1=0x1000180000d5", "w0=0xf800004b4b4b4b6b"], new Writer610(), Rules, BreakFrom, BreakTo);

    // 0x1 in the other byte order is bit 56, which S1CDMAX=31 has clear: V stays, and nothing at all is stored first.
    [Fact]
    public void In_6_9_rc_a_big_endian_kernel_does_not_clear_V()
    {
        Same(["w1=0x1000180000d5", "w0=0xf800004b4b4b4b6b"], new Writer69BigEndian(), Rules, BreakFrom, BreakTo);
        var from = KUnit.Image(BreakFrom);
        var marked = from.With(0, from[0] | new Number(1UL << 56));
        var plan = new Writer69BigEndian().Images<Number, Truth>(Rules, in marked, KUnit.Image(BreakTo));
        Assert.Equal("w0=0xf800f0f0f0f0f0eb", Batches(in plan)[0]);
    }

    [Fact]
    public void Since_7_0_safe_bits_move_with_the_first_batch()
    {
        // MEV and EATS leave in the first batch, SHCFG stays: only word 0 is critical.
        Same(["w1=0x1000080000d5", "w0=0xd", "w1=0x100000000000"], new Writer70(), Rules, "nested BYPASS ATS", "s2");
        Same(["w0=0x0", "w1=0x100000000000", "w0=0xd"], new Writer610(), Rules, "nested BYPASS ATS", "s2");
    }

    [Fact]
    public void Before_a_critical_word_is_flipped_none_of_its_unused_bits_move() =>
        // SHCFG is unused under SSID0, yet waits for S1DSS in the same word.
        Same(["w1=0x1000180000d5"], new Writer610(), Rules, "cdt SSID0 ATS", "cdt BYPASS ATS");

    [Fact]
    public void The_2023_series_sets_unused_bits_of_the_critical_word_in_a_round_of_its_own() =>
        Same(["w1=0x1000180000d6", "w1=0x1000180000d5"], new StepWriter(), Rules, "cdt SSID0 ATS", "cdt BYPASS ATS");

    [Fact]
    public void The_2023_series_breaks_by_V_with_the_unused_bits_in_the_same_round() =>
        Same(
            ["w0=0xf800f0f0f0f0f0ea w1=0x1000180000d6", "w0=0xf800004b4b4b4b6a w1=0x1000180000d5", "w0=0xf800004b4b4b4b6b"],
            new StepWriter(), Rules, BreakFrom, BreakTo);

    [Fact]
    public void Before_6_9_bypass_is_written_in_one_batch_and_word_3_stays() =>
        Same(["w0=0x9 w1=0x100000000000 w2=0x0"], new Pre69SteWriter(), Rules, "s2 ATS", "bypass");

    [Fact]
    public void Before_6_9_stage_1_is_word_1_then_word_0() =>
        Same(["w1=0x180000d6", "w0=0xf800f0f0f0f0f0eb"], new Pre69SteWriter(), Rules, "bypass", "cdt SSID0 ATS");

    [Fact]
    public void Before_6_9_stage_2_is_words_1_to_3_then_word_0() =>
        Same(
            ["w1=0x10000000 w2=0x449b6c400000000 w3=0xdbeefdeadbee0", "w0=0xd"], new Pre69SteWriter(), Rules, "abort", "s2 ATS");

    [Theory]
    [InlineData(true, "w0=0x1 w1=0x100000000000")]
    [InlineData(false, "w0=0x9 w1=0x100000000000")]
    public void Before_6_9_a_live_entry_is_detached_first(bool disableBypass, string detached)
    {
        var plan = new Pre69SteWriter(disableBypass).Images<Number, Truth>(Rules, KUnit.Image("cdt SSID0 ATS"), KUnit.Image("s2"));
        Assert.Equal([detached, "w2=0x449b6c400000000 w3=0xdbeefdeadbee0", "w0=0xd"], Batches(in plan));
    }

    /// <summary>Views of all windows, and those that behave neither as before nor as wanted, ATS accesses included.</summary>
    [Theory]
    [InlineData("cdt SSID0 ATS", "bypass", 4, 2)]
    [InlineData("s2 ATS", "bypass", 8, 3)]
    [InlineData("bypass", "cdt SSID0 ATS", 4, 2)]
    public void Before_6_9_updates_tear_as_often_as_the_simulation_says(string from, string to, int views, int torn)
    {
        var plan = new Pre69SteWriter().Images<Number, Truth>(Rules, KUnit.Image(from), KUnit.Image(to));
        var all = Window.Of(in plan).SelectMany(window => window.Views(1, 1)).ToList();
        Assert.Equal((views, torn), (all.Count, all.Count(view => !Behaves(view, from) && !Behaves(view, to))));
    }

    [Fact]
    public void Before_6_10_a_cd_is_cleared_by_word_0_alone() =>
        Same(["w0=0x0"], new Pre610CdWriter(), Cds, "cd 1997", "zero");

    [Fact]
    public void Before_6_10_a_new_cd_is_written_from_the_end() =>
        Same(["w1=0xdbeefdeadbee0 w3=0xabcdef012345678", "w0=0x7cde201c0003684"], new Pre610CdWriter(), Cds, "zero", "cd 1997");

    [Fact]
    public void Before_6_10_a_live_cd_changes_its_ASID_alone()
    {
        Same(["w0=0x7cde201c0003684"], new Pre610CdWriter(), Cds, "cd 778", "cd 1997");
        // Another domain: table and attributes stay those of the old one.
        Same(["w0=0x30ae205c0003510"], new Pre610CdWriter(), Cds, "sva 1997", "cd 778");
    }

    [Fact]
    public void Before_6_10_a_released_cd_only_gets_EPD0_and_loses_S_and_R() =>
        Same(["w0=0x7cdc205c0007510"], new Pre610CdWriter(), Cds, "sva 1997", "sva released");

    [Fact]
    public void In_place_is_one_batch() =>
        Same(["w0=0xf800004b4b4b4b6b w1=0x1000180000d5"], new InPlaceWriter(), Rules, BreakFrom, BreakTo);

    [Fact]
    public void Barriers_only_syncs_at_the_end()
    {
        var plan = new BarrierWriter().Images<Number, Truth>(Rules, KUnit.Image(BreakFrom), KUnit.Image(BreakTo));
        Assert.Equal(["w0=0xf800f0f0f0f0f0ea Barrier", "w1=0x1000180000d5 Barrier", "w0=0xf800004b4b4b4b6b"], Batches(in plan));
    }

    [Theory]
    [InlineData(Mistake.NoFirstSync, "w1=0x1000180000d6 Barrier", "w0=0x9", "w1=0x100000000000")]
    [InlineData(Mistake.NoLastSync, "w1=0x1000180000d6", "w0=0x9", "w1=0x100000000000 Barrier")]
    [InlineData(Mistake.NoCfgi, "w1=0x1000180000d6 SyncWithoutCfgi", "w0=0x9 SyncWithoutCfgi", "w1=0x100000000000 SyncWithoutCfgi")]
    [InlineData(Mistake.ClearBeforeFlip, "w1=0x1000180000d6", "w1=0x100000000000", "w0=0x9")]
    [InlineData(Mistake.ValidWithTheRest, "w1=0x1000180000d6", "w0=0x9", "w1=0x100000000000")]
    [InlineData(Mistake.NoClear, "w1=0x1000180000d6", "w0=0x9")]
    public void A_flawed_writer_makes_its_mistake_in_a_hitless_update(Mistake mistake, params string[] batches) =>
        Same(batches, new FlawedWriter(mistake), Rules, "cdt SSID0 ATS", "bypass");

    [Theory]
    [InlineData(Mistake.NoFirstSync, "w0=0x0 Barrier", "w1=0x1000180000d5", "w0=0xf800004b4b4b4b6b")]
    [InlineData(Mistake.ValidWithTheRest, "w0=0x0", "w0=0xf800004b4b4b4b6b w1=0x1000180000d5")]
    [InlineData(Mistake.NoClear, "w0=0x0", "w1=0x1000180000d5")]
    public void A_flawed_writer_makes_its_mistake_in_a_break(Mistake mistake, params string[] batches) =>
        Same(batches, new FlawedWriter(mistake), Rules, BreakFrom, BreakTo);

    [Fact]
    public void Every_writer_leaves_an_entry_that_is_right_alone()
    {
        EntryWriter[] writers =
        [
            new Pre69SteWriter(), new StepWriter(), new Writer69(), new Writer610(), new Writer70(), new InPlaceWriter(), new BarrierWriter(),
            new EntrySyncWriter(1), new EntrySyncWriter(2), new EntrySyncWriter(2, Repaired: true), new FlawedWriter(Mistake.NoClear),
        ];
        Assert.All(writers, writer => Same([], writer, Rules, "nested BYPASS ATS", "nested BYPASS ATS"));
        Same([], new Pre610CdWriter(), Cds, "cd 1997", "cd 1997");
    }

    /// <summary>A plan's batches as text: the words they store, and how they end unless by CFGI and CMD_SYNC.</summary>
    internal static List<string> Batches(in Plan<Number, Truth> plan)
    {
        var batches = new List<string>();
        for (var batch = 0; batch < plan.Count; batch++)
        {
            if (!plan.Active(batch).Value)
            {
                Assert.Equal(plan.After(batch - 1), plan.After(batch));
                continue;
            }

            var (before, after) = (plan.After(batch - 1), plan.After(batch));
            var stores = Enumerable.Range(0, 8).Where(i => before[i] != after[i]).Select(i => $"w{i}={after[i]}");
            batches.Add(string.Join(" ", plan.End(batch) == BatchEnd.Sync ? stores : stores.Append($"{plan.End(batch)}")));
        }

        return batches;
    }

    private static void Same(string[] batches, EntryWriter writer, EntryRules rules, string from, string to)
    {
        var plan = writer.Images<Number, Truth>(rules, KUnit.Image(from), KUnit.Image(to));
        Assert.Equal(batches, Batches(in plan));
    }

    private static bool Behaves(Entry<Number> view, string end)
    {
        var (a, b) = (SteBehaviour.Of<Number, Truth>(KUnit.Smmu, in view), SteBehaviour.Of<Number, Truth>(KUnit.Smmu, KUnit.Image(end)));
        return Behaviour<Number, Truth>.Same(in a, in b, new Truth(true)).Value;
    }
}
