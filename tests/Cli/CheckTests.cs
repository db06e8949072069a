using Verify.Engine;
using Xunit;

namespace Verify.Tests.Cli;

public sealed class CheckTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_variant_is_told_in_full()
    {
        var ran = Ran.Verify(FakeSystems.AsExpected, "check", "fake-ste/6.2");
        Assert.Equal((0, ""), (ran.Status, ran.Err));
        Assert.StartsWith(
            """
            fake-ste/6.2 at scope small: stores the words in order
              NoTornView  violated      as expected; about 7 states
                  failed: the view (w0 new, w1 old) faults: CFG=5, S1ContextPtr=0
              NoDeadlock  holds         as expected
              GetsThere   holds         as expected
              1,234 states, 5,678 transitions, depth 2, 0.50 s, 2468 /s, 3072 KiB
              store fingerprint: probability of an omitted state below 4.0e-14
              actions:
                store STE  fired 4, new 2
                fetch w1   fired 3, always to a state already seen
                CMD_SYNC   never

            fake-ste/6.2 at scope small violates NoTornView

            """,
            ran.Out);
        Assert.Empty(scratch.Names);
    }

    [Fact]
    public void Without_a_variant_all_are_checked()
    {
        var ran = Ran.Verify(FakeSystems.AsExpected, "check", "fake-ste");
        Assert.Equal(0, ran.Status);
        Assert.Contains("fake-ste/6.2 at scope small", ran.Out);
        Assert.Contains("fake-ste/6.9 at scope small", ran.Out);
    }

    [Fact]
    public void An_unexpected_violation_gives_1_and_is_recorded_where_told()
    {
        var ran = Ran.Verify(FakeSystems.With(new() { Violated = ["NoDeadlock"] }), "check", "fake-ste/6.9", "--trace-dir", scratch["t"]);
        Assert.Equal(1, ran.Status);
        Assert.Contains("NoDeadlock  violated      DIFFERS, expected holds; about 7 states\n", ran.Out);
        Assert.True(File.Exists(scratch["t/fake-ste-6.9-NoDeadlock.json"]));
        Assert.Equal(0, Ran.Verify(FakeSystems.With(new() { Violated = ["NoDeadlock"] }), "replay", scratch["t/fake-ste-6.9-NoDeadlock.json"]).Status);
    }

    [Fact]
    public void A_limit_gives_3()
    {
        var ran = Ran.Verify(FakeSystems.With(new() { Limit = "the time of 1 s" }), "check", "fake-ste/6.9");
        Assert.Equal(3, ran.Status);
        Assert.Contains("  ended early: the time of 1 s\n", ran.Out);
        Assert.Contains("CMD_SYNC   not yet\n", ran.Out);
    }

    [Fact]
    public void Only_the_properties_asked_for_are_decided()
    {
        var ran = Ran.Verify(FakeSystems.AsExpected, "check", "fake-ste/6.2", "--property", "NoDeadlock", "--property", "GetsThere");
        Assert.Equal(0, ran.Status);
        Assert.DoesNotContain("NoTornView", ran.Out);
        Assert.Contains("GetsThere", ran.Out);
    }

    [Fact]
    public void Options_reach_the_engine()
    {
        ExploreOptions? seen = null;
        var catalogue = FakeSystems.With(new() { Explored = options => seen = options });
        var ran = Ran.Verify(
            catalogue, "check", "fake-ste/6.9", "--threads", "3", "--memory", "512M", "--time", "1.5m", "--store", "exact", "--scope", "medium");
        Assert.Equal(0, ran.Status);
        Assert.Equal((3, 512L << 20, TimeSpan.FromSeconds(90), StoreKind.Exact), (seen!.Threads, seen.MemoryBytes, seen.Time, seen.Store));
        Assert.Null(seen.Properties);
        Assert.Contains("at scope medium", ran.Out);
        Assert.Contains("store exact: no state can be omitted", ran.Out);
    }

    [Fact]
    public void A_bitstate_run_is_inconclusive_and_tells_how_much_it_can_have_seen()
    {
        StoreKind seen = StoreKind.Exact;
        var bits = new BitstateCoverage(1_234_567, 0.1234, 345.6);
        var ran = Ran.Verify(
            FakeSystems.With(new() { Bitstate = bits, Explored = options => seen = options.Store }), "check", "fake-ste/6.9", "--store", "bitstate", "--json", scratch["j"]);
        Assert.Equal((3, StoreKind.Bitstate), (ran.Status, seen));
        const string line = "bitstate: not exhaustive, 1,234,567 states, fill 12.34 %, expected omissions 345.6 (99.972 % of the states met were seen)";
        Assert.Contains($"NoTornView  inconclusive  expected holds\n      {line}\n", ran.Out);
        Assert.Contains($"\n  store {line}\n", ran.Out);
        Assert.DoesNotContain("ended early", ran.Out);
        Assert.Contains("CMD_SYNC   not yet\n", ran.Out);
        Assert.Contains("\"store\": \"bitstate\"", File.ReadAllText(scratch["j"]));
    }

    [Fact]
    public void Left_out_options_have_their_documented_values()
    {
        ExploreOptions? seen = null;
        Ran.Verify(FakeSystems.With(new() { Explored = options => seen = options }), "check", "fake-ste/6.9");
        Assert.Equal((Environment.ProcessorCount, 4L << 30, null, StoreKind.Fingerprint), (seen!.Threads, seen.MemoryBytes, seen.Time, seen.Store));
    }

    [Fact]
    public void Simulation_prints_its_seed_and_takes_it_back()
    {
        var ran = Ran.Verify(FakeSystems.AsExpected, "simulate", "fake-ste/6.2", "--seed", "42", "--walks", "10", "--trace-dir", scratch.Root);
        Assert.Equal(0, ran.Status);
        Assert.StartsWith("seed 42\n", ran.Out);
        Assert.Contains("10 walks, 70 steps, 0.25 s, seed 42, 280 /s\n", ran.Out);
        Assert.Contains("fake-ste/6.2 at scope small violates NoTornView\n", ran.Out);
        Assert.Equal(["fake-ste-6.2-NoTornView.json"], scratch.Names);
        Assert.Matches("^seed [0-9]+\n", Ran.Verify(FakeSystems.AsExpected, "simulate", "fake-ste").Out);
    }

    [Fact]
    public void Simulation_tells_what_it_did_and_did_not_find()
    {
        Assert.Equal(0, Ran.Verify(FakeSystems.AsExpected, "simulate", "fake-ste/6.9").Status);
        Assert.Equal(1, Ran.Verify(FakeSystems.With(new() { Violated = ["NoDeadlock"] }), "simulate", "fake-ste").Status);
        Assert.Equal(3, Ran.Verify(FakeSystems.With(new() { Limit = "time" }), "simulate", "fake-ste/6.9").Status);
        Assert.Equal(3, Ran.Verify([FakeSystems.Ste(new(), new())], "simulate", "fake-ste/6.2").Status);
    }
}
