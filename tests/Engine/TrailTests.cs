// The second pass: what it finds when the first was interrupted, and what is said when it is itself.

using Verify.Engine;
using Verify.Engine.Traces;
using Xunit;

namespace Verify.Tests.Engine;

public class TrailTests
{
    private const int Middle = 150;

    // The states of the levels before the one that the violation lies in, and with it.
    private const int Before = Middle * 2 * ((Middle * 2) + 1) / 2;
    private const int With = Before + (Middle * 2) + 1;

    public static TheoryData<StoreKind, int> Means => new()
    {
        { StoreKind.Fingerprint, 1 },
        { StoreKind.Fingerprint, 2 },
        { StoreKind.Exact, 1 },
        { StoreKind.Exact, 2 },
        { StoreKind.Bitstate, 1 },
        { StoreKind.Bitstate, 2 },
    };

    [Theory]
    [MemberData(nameof(Means))]
    public void A_violation_in_a_level_that_was_cancelled_has_a_trace_that_replays(StoreKind store, int threads)
    {
        using var source = new CancellationTokenSource();
        Interrupted(new ExploreOptions { Store = store, Threads = threads, Cancel = source.Token }, source.Cancel, "cancelled");
    }

    [Theory]
    [InlineData(StoreKind.Fingerprint)]
    [InlineData(StoreKind.Bitstate)]
    [Trait("Speed", "Slow")]
    public void A_violation_in_a_level_that_ran_out_of_time_has_a_trace_that_replays(StoreKind store)
    {
        var time = TimeSpan.FromSeconds(1);
        Interrupted(new ExploreOptions { Store = store, Time = time }, () => Thread.Sleep(time), "time limit of 1 s reached");
    }

    [Fact]
    public void Cancelling_the_second_pass_leaves_the_violation_without_a_trace()
    {
        using var source = new CancellationTokenSource();
        var phases = new List<string>();
        Exploration<Counters> found = Explore(new ExploreOptions
        {
            Cancel = source.Token,
            Progress = progress =>
            {
                phases.Add(progress.Phase);
                source.Cancel();
            },
            Properties = ["middle"],
        });
        Assert.Equal([Progress.Reconstructing], phases);
        Assert.Null(found.Limit);
        Assert.Equal(Verdict.Violated, found.Findings[0].Verdict);
        Assert.Equal("its trace was not reconstructed: cancelled", found.Findings[0].Detail);
        Assert.Null(found.Findings[0].Path);
    }

    [Fact]
    public void After_a_stop_traces_are_looked_for_during_the_grace_only()
    {
        using var source = new CancellationTokenSource();
        Exploration<Counters> found = Explore(new ExploreOptions { Cancel = source.Token, Grace = TimeSpan.Zero, Properties = ["middle"] }, source.Cancel);
        Assert.Equal("cancelled", found.Limit);
        Assert.Equal((Verdict.Violated, "its trace was not reconstructed: time limit of 0 s reached"), (found.Findings[0].Verdict, found.Findings[0].Detail));
    }

    [Fact]
    public void The_time_limit_leaves_time_for_the_second_pass()
    {
        Exploration<Counters> found = Explore(new ExploreOptions { Time = TimeSpan.FromHours(1), Properties = ["middle"] });
        Assert.Equal((2 * Middle) + 1, found.Findings[0].Path!.Count);
    }

    [Theory]
    [InlineData(StoreKind.Fingerprint)]
    [InlineData(StoreKind.Exact)]
    public void A_trace_that_does_not_fit_says_so(StoreKind store)
    {
        Property<Counters> deep = Claims.Always<Counters>("near", (in Counters c) => c.X + c.Y < 650);
        Exploration<Counters> found = new Explorer<CounterModel, Counters>(new CounterModel(20_000), [deep])
            .Run(new ExploreOptions { Store = store, MemoryBytes = 3 << 20 });
        Assert.Equal("memory limit of 3 MiB reached", found.Limit);
        Assert.Equal((Verdict.Violated, "its trace does not fit into 3 MiB; try more memory"), (found.Findings[0].Verdict, found.Findings[0].Detail));
        Assert.Null(found.Findings[0].Path);
        Assert.InRange(found.PeakBytes, 1, 3 << 20);
    }

    // The run ends while the level of the violation is being found: with one thread in the middle of it, with several at its end at the latest.
    private static void Interrupted(ExploreOptions options, Action interrupt, string limit)
    {
        Exploration<Counters> found = Explore(options with { MemoryBytes = 32 << 20 }, interrupt);
        Assert.Equal(limit, found.Limit);
        Assert.InRange(found.States, Before + 1, options.Threads == 1 ? With - 1 : With);
        Assert.Equal([Verdict.Violated, Verdict.Violated, Verdict.Inconclusive], found.Findings.Select(finding => finding.Verdict));
        Assert.Equal([(2 * Middle) + 1, 4], found.Findings.Take(2).Select(finding => finding.Path!.Count));
        CounterModel model = Model;
        var subject = new Subject<CounterModel, Counters>("counters", "v", "small", model, Properties(() => { }), (_, _, _) => []);
        foreach (Finding<Counters> finding in found.Findings.Take(2))
        {
            Assert.Equal(finding.Detail, subject.Replay(new TraceDocument
            {
                System = "counters",
                Variant = "v",
                Scope = "small",
                Property = finding.Property.Claim.Name,
                Failed = finding.Detail,
                Steps = Recorder.Steps(ref model, finding.Path!),
            }));
        }
    }

    private static CounterModel Model => new(20_000);

    private static Exploration<Counters> Explore(ExploreOptions options, Action? interrupt = null) =>
        new Explorer<CounterModel, Counters>(interrupt == null ? new CounterModel(400) : Model, Properties(interrupt ?? (() => { }))).Run(options);

    private static Property<Counters>[] Properties(Action interrupt) =>
    [
        Claims.Always<Counters>("middle", (in Counters c) =>
        {
            if (c is { X: Middle, Y: Middle })
            {
                interrupt();
                return false;
            }
            return true;
        }),
        Claims.Always<Counters>("x below 3", (in Counters c) => c.X < 3),
        Claims.Always<Counters>("small", (in Counters c) => c.X >= 0),
    ];
}
