// What the program prints of models that throw, and of models that never come to an end.

using Verify.Engine;
using Verify.Properties;
using Verify.Tests.Engine;
using Xunit;

namespace Verify.Tests.Cli;

public class FailureTests
{
    private const string First = "verify: clocks/broken at scope small: the model failed (NotSupportedException";

    [Theory]
    [InlineData("check", "clocks/broken")]
    [InlineData("check", "clocks/broken", "--store", "bitstate", "--memory", "8M")]
    [InlineData("simulate", "clocks/broken", "--depth", "1000")]
    public void A_model_that_throws_is_named_with_its_state_and_the_run_to_it(params string[] args)
    {
        var ran = Ran.Verify([Clocks], args);
        Assert.Equal(2, ran.Status);
        Assert.StartsWith(First, ran.Err);
        Assert.Matches(@": no such hour\) in state hour=2, ticks=2, alarm=(on|off), serial=0x0000000000000002\n$", ran.Err);
        Assert.Equal(ran.Err.Length - 1, ran.Err.IndexOf('\n'));
        Assert.Contains($"\n{First["verify: ".Length..]}", ran.Out);
        Assert.Contains("\n   0  init\n        hour = 0, ticks = 0, alarm = off, serial = 0\n   1  clock: ", ran.Out);
        Assert.Contains("        ticks: 1 -> 2\n", ran.Out);
    }

    [Fact]
    public void A_shortest_run_to_the_failing_state_is_printed()
    {
        var ran = Ran.Verify([Clocks], "check", "clocks/broken");
        Assert.Contains(
            """
               1  clock: tick
                    hour: 0 -> 1
                    ticks: 0 -> 1
                    serial: 0x0000000000000000 -> 0x0000000000000001
               2  clock: tick
                    hour: 1 -> 2
                    ticks: 1 -> 2
                    serial: 0x0000000000000001 -> 0x0000000000000002

            """,
            ran.Out);
    }

    [Fact]
    public void A_model_without_end_ends_at_the_limit_with_the_field_that_grows()
    {
        var ran = Ran.Verify([Clocks], "check", "clocks/endless", "--memory", "1M", "--time", "0.5s", "--threads", "1");
        Assert.Equal(3, ran.Status);
        Assert.Contains("  ended early: time limit of 0.5 s reached\n", ran.Out);
        Assert.Matches(@"\n  still growing with the levels: ticks up to \d+; where one of them has no bound, the exploration has no end\n", ran.Out);
    }

    [Fact]
    public void Too_little_memory_to_begin_with_is_told_in_a_line()
    {
        var ran = Ran.Verify([Clocks], "check", "clocks/broken", "--memory", "1M", "--threads", "64", "--store", "exact");
        Assert.Equal(2, ran.Status);
        Assert.Equal("verify: a memory limit of 1 MiB is too small to begin with; give more, or fewer threads than 64\n", ran.Err);
    }

    [Fact]
    public void A_strategy_that_needs_to_know_more_of_the_model_is_refused_in_a_line()
    {
        Ran.Verify([Clocks], "simulate", "clocks/endless", "--strategy", "pct").RefusedWith("clocks/endless: the model does not say who acts");
        Ran.Verify([Clocks], "simulate", "clocks/endless", "--strategy", "pos").RefusedWith("the model does not say which steps depend on each other");
        Ran.Verify([Clocks], "simulate", "clocks/endless", "--bug-depth", "2").RefusedWith("--bug-depth is for --strategy pct only");
    }

    private static SystemEntry Clocks => new(
        "clocks",
        "a clock",
        ["small"],
        [Claims.Named("Runs")],
        [Variant("broken", new ClockModel(failAt: 2)), Variant("endless", ClockModel.Endless)]);

    private static VariantEntry Variant(string name, ClockModel model) => new(
        name,
        name,
        scope => new Subject<ClockModel, Clock>("clocks", name, scope, model, [Claims.Always<Clock>("Runs", (in Clock _) => true)], (_, _, _) => []),
        new Dictionary<string, string>());
}
