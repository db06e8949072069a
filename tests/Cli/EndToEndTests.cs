// The program over a real model and the real engine: what it finds it can record, replay and show.

using System.Text.RegularExpressions;
using Verify.Engine;
using Verify.Model.Classics;
using Verify.Properties;
using Xunit;

namespace Verify.Tests.Cli;

public sealed class EndToEndTests : IDisposable
{
    private static readonly Claim Claim = new("MutualExclusion", PropertyKind.Invariant, "At most one process is in the critical section.", "Peterson 1981");

    private static readonly SystemEntry[] Catalogue =
    [
        new(
            "filter-lock",
            "a lock of N - 1 levels",
            ["small", "large"],
            [Claim],
            [
                Variant("correct", FilterLockVariant.Correct, []),
                Variant("swapped", FilterLockVariant.LastBeforeLevel, new() { ["MutualExclusion"] = "last before level" }),
            ]),
    ];

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void What_check_records_replays_and_is_the_same_each_time()
    {
        var check = Ran.Verify(Catalogue, "check", "filter-lock", "--trace-dir", scratch.Root);
        Assert.Equal(0, check.Status);
        string trace = scratch[Assert.Single(scratch.Names)];
        Assert.Equal("filter-lock-swapped-MutualExclusion.json", Path.GetFileName(trace));
        Assert.Equal(0, Ran.Verify(Catalogue, "replay", trace).Status);
        Assert.Contains("already holds this run", Ran.Verify(Catalogue, "check", "filter-lock", "--trace-dir", scratch.Root).Err);
        var show = Ran.Verify(Catalogue, "show", trace);
        Assert.Equal(0, show.Status);
        Assert.Contains(": set last(level=1)\n", show.Out);
        Assert.Contains(show.Out, check.Out);
    }

    [Fact]
    public void A_recorded_trace_that_is_cut_short_or_edited_does_not_replay()
    {
        Ran.Verify(Catalogue, "check", "filter-lock/swapped", "--trace-dir", scratch.Root);
        string text = File.ReadAllText(scratch[scratch.Names[0]]);
        File.WriteAllText(scratch["edited.json"], text.Replace("\"idle\"", "\"Idle\""));
        Ran.Verify(Catalogue, "replay", scratch["edited.json"]).RefusedWith("step 0", "pc[0]");
        File.WriteAllText(scratch["renamed.json"], text.Replace("\"swapped\"", "\"correct\""));
        Ran.Verify(Catalogue, "replay", scratch["renamed.json"]).RefusedWith("step ");
    }

    [Theory]
    [InlineData("none", @"\n  correct +\+ +288 +651 ")]
    [InlineData("all", @"\n  correct +\+ +55 +128 ")]
    public void All_gives_the_matrix(string reduce, string row)
    {
        var ran = Ran.Verify(Catalogue, "all", "--policy", "warn", "--trace-dir", scratch.Root, "--reduce", reduce);
        Assert.Equal(0, ran.Status);
        Assert.Matches(row, ran.Out);
        Assert.Matches(@"\n  swapped +x ", ran.Out);
    }

    [Fact]
    public void A_reduced_check_says_so_and_what_kept_it_from_more()
    {
        var ran = Ran.Verify(Catalogue, "check", "filter-lock/correct");
        Assert.Contains("\n  reduced by symmetry (3 processes: up to 6 states for one); not reduced by partial order: "
            + "MutualExclusion does not say which actions it watches\n", ran.Out);
    }

    [Fact]
    public void A_limit_is_inconclusive()
    {
        var ran = Ran.Verify(Catalogue, "check", "filter-lock/correct", "--scope", "large", "--reduce", "none", "--time", "0.2");
        Assert.Equal(3, ran.Status);
        Assert.Contains("MutualExclusion  inconclusive", ran.Out);
        Assert.Contains("ended early: ", ran.Out);
    }

    [Fact]
    public void A_stop_ends_a_long_run()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(0.3));
        var ran = Ran.Verify(Ran.Invocation(Catalogue) with { Cancel = stop.Token }, "check", "filter-lock", "--scope", "large", "--reduce", "none");
        Assert.Equal(3, ran.Status);
        Assert.Contains("filter-lock/swapped at scope large", ran.Out);
    }

    [Fact]
    public void Simulation_finds_the_broken_variant()
    {
        var ran = Ran.Verify(Catalogue, "simulate", "filter-lock", "--seed", "7", "--walks", "2000", "--trace-dir", scratch.Root);
        Assert.Equal(0, ran.Status);
        Assert.Equal(0, Ran.Verify(Catalogue, "replay", scratch[scratch.Names[0]]).Status);
    }

    [Fact]
    public void Simulation_says_how_it_sampled_and_shrank()
    {
        var ran = Ran.Verify(Catalogue, "simulate", "filter-lock/swapped", "--seed", "7", "--walks", "2000", "--depth", "40", "--strategy", "pct", "--bug-depth", "4");
        Assert.Contains(
            "\n  pct: 3 agents, at most 40 steps, bug depth 4: a violation that 4 orderings of steps bring about is found by a walk with probability "
                + "1/(3 * 40^3) = 5.2e-6 at least, by ",
            ran.Out);
        Assert.Matches(@"\n  MutualExclusion: found with \d+ steps, \d+ after deleting, \d+ after exploring its 3 actions\n", ran.Out);
        string[] runs = [.. new[] { "1", "2", "3" }.Select(threads => Ran.Verify(
            Catalogue, "simulate", "filter-lock", "--seed", "7", "--walks", "200", "--strategy", "coverage", "--threads", threads).Out)];
        Assert.All(runs, run => Assert.Equal(WithoutTimes(runs[0]), WithoutTimes(run)));
    }

    private static string WithoutTimes(string text) => Regex.Replace(text, @"steps, [0-9.]+ s, seed 7, .*/s\n", "steps\n");

    private static VariantEntry Variant(string name, FilterLockVariant variant, Dictionary<string, string> violated) =>
        new(name, $"the {name} one", scope => Subject(name, scope, new FilterLock(scope == "small" ? 3 : 7, variant)), violated);

    private static Subject<FilterLock, FilterLockState> Subject(string name, string scope, FilterLock model) => new(
        "filter-lock",
        name,
        scope,
        model,
        [
            new Invariant<FilterLockState>(
                Claim,
                (in FilterLockState s) => FilterLock.InCriticalSection(in s) > 0,
                (in FilterLockState s) => FilterLock.InCriticalSection(in s) == 1,
                (in FilterLockState s) => $"{FilterLock.InCriticalSection(in s)} processes are in the critical section"),
        ],
        (_, _, _) => []);
}
