// Ends that come too early: limits, cancellation and models that throw.

using Verify.Engine;
using Xunit;

namespace Verify.Tests.Engine;

public class LimitTests
{
    private static readonly Property<Counters>[] _properties =
    [
        Claims.Always<Counters>("small", (in Counters c) => c.X >= 0),
        Claims.Always<Counters>("x below 3", (in Counters c) => c.X < 3),
        Claims.Reaches<Counters>("reaches", ["x is 2", "far away"], (in Counters c) => (c.X == 2 ? 1UL : 0) | (c.X == 100_000 ? 2UL : 0)),
        Claims.NoDeadlock<Counters>(),
    ];

    public static TheoryData<StoreKind, int> Means => RandomGraphTests.Means;

    [Theory]
    [MemberData(nameof(Means))]
    public void A_memory_limit_bounds_the_memory(StoreKind store, int threads)
    {
        const long limit = 3 << 20;
        Exploration<Counters> found = Explore(new ExploreOptions { Store = store, Threads = threads, MemoryBytes = limit });
        Assert.Equal("memory limit of 3 MiB reached", found.Limit);
        Assert.InRange(found.PeakBytes, 1, limit);
        Assert.InRange(found.States, 100_000, 400_000);
        CheckInconclusive(found);
    }

    [Theory]
    [MemberData(nameof(Means))]
    public void A_time_limit_ends_the_run(StoreKind store, int threads)
    {
        Exploration<Counters> found = Explore(new ExploreOptions { Store = store, Threads = threads, Time = TimeSpan.FromMilliseconds(400) });
        Assert.Equal("time limit of 0.4 s reached", found.Limit);
        Assert.InRange(found.Seconds, 0.4, 10);
        CheckInconclusive(found);
    }

    [Fact]
    public void Cancelling_ends_the_run()
    {
        using var source = new CancellationTokenSource();
        long states = 0;
        Exploration<Counters> found = Explore(new ExploreOptions
        {
            Threads = 2,
            Cancel = source.Token,
            Progress = progress =>
            {
                if (progress.Phase == Progress.Reconstructing)
                {
                    return;
                }
                Assert.True(progress.States >= states);
                Assert.InRange(progress.Queue, 1, progress.States);
                states = progress.States;
                source.Cancel();
            },
        });
        Assert.Equal("cancelled", found.Limit);
        Assert.InRange(states, 1, found.States);
        CheckInconclusive(found);
    }

    [Fact]
    public void What_was_cancelled_before_it_began_proves_nothing()
    {
        var cancelled = new CancellationToken(canceled: true);
        Exploration<Counters> found = new Explorer<CounterModel, Counters>(new CounterModel(1), _properties).Run(new ExploreOptions { Cancel = cancelled });
        Assert.Equal("cancelled", found.Limit);
        Assert.DoesNotContain(found.Findings, finding => finding.Verdict == Verdict.Holds);
    }

    [Fact]
    public void An_exception_of_the_progress_callback_reaches_the_caller()
    {
        var options = new ExploreOptions { Threads = 2, Progress = _ => throw new FormatException("mine") };
        Assert.Equal("mine", Assert.Throws<FormatException>(() => Explore(options)).Message);
    }

    // Room for the first or the first two of its three parts.
    [Theory]
    [InlineData(100)]
    [InlineData(128 * 8)]
    [InlineData(128 * 32)]
    public void A_batch_that_does_not_fit_leaves_no_memory_behind(long bytes)
    {
        var budget = new NativeBudget(bytes);
        Assert.Throws<MemoryLimitException>(() => new Batch<long>(budget).Free());
        Assert.Equal(0, budget.Used);
    }

    [Theory]
    [MemberData(nameof(Means))]
    public void A_model_that_throws_is_named_with_state_and_action(StoreKind store, int threads)
    {
        var explorer = new Explorer<CounterModel, Counters>(new CounterModel(50, throwAt: 7), _properties);
        ModelException e = Assert.Throws<ModelException>(() => explorer.Run(new ExploreOptions { Store = store, Threads = threads }));
        // Where the method was inlined it is not named.
        Assert.Matches(
            @"^the model failed \(NotSupportedException( in CounterModel\.Next)?: too far\) after adding CPU0: up X in state x=7, y=0x0000000000000000$", e.Message);
        Assert.IsType<NotSupportedException>(e.InnerException);
        Assert.Equal(["init", .. Enumerable.Repeat("up X", 7)], e.Run.Select(step => step.Action));
        Assert.Equal(Enumerable.Range(0, 8).Select(x => $"{x}"), e.Run.Select(step => step.State[0].Value));
    }

    [Fact]
    public void Where_the_run_to_a_failing_state_does_not_fit_that_is_said()
    {
        var explorer = new Explorer<CounterModel, Counters>(new CounterModel(20_000, throwAt: 650), []);
        ModelException e = Assert.Throws<ModelException>(() => explorer.Run(new ExploreOptions { MemoryBytes = 3 << 20 }));
        Assert.EndsWith("in state x=650, y=0x0000000000000000", e.Message);
        Assert.Equal((0, "its trace does not fit into 3 MiB; try more memory"), (e.Run.Count, e.RunProblem));
    }

    [Fact]
    public void A_model_that_fails_when_it_describes_its_states_still_fails_with_its_first_error()
    {
        var explorer = new Explorer<ClockModel, Clock>(new ClockModel(failAt: 20, undescribableAt: 18), []);
        ModelException e = Assert.Throws<ModelException>(() => explorer.Run(new ExploreOptions()));
        Assert.Contains("no such hour", e.Message);
        Assert.Contains("in state that cannot be described (FormatException: unspeakable)", e.Message);
        Assert.Equal(19, e.Run.Count);
        Assert.Equal("and a state that cannot be described (FormatException: unspeakable)", e.Run[^1].Action);
    }

    [Theory]
    [MemberData(nameof(Means))]
    public void Fields_that_keep_growing_are_named_at_a_limit(StoreKind store, int threads)
    {
        Exploration<Clock> found = new Explorer<ClockModel, Clock>(ClockModel.Endless, [])
            .Run(new ExploreOptions { Store = store, Threads = threads, MemoryBytes = 1 << 20 });
        Assert.Equal("memory limit of 1 MiB reached", found.Limit);
        GrowingField ticks = Assert.Single(found.Growing);
        Assert.Equal("ticks", ticks.Name);
        Assert.InRange(ticks.Largest, found.Depth * 0.9, found.Depth);
    }

    [Fact]
    public void Nothing_is_said_to_grow_without_a_limit()
    {
        Assert.Empty(new Explorer<CounterModel, Counters>(new CounterModel(200), []).Run(new ExploreOptions()).Growing);
        Exploration<Counters> decided = new Explorer<CounterModel, Counters>(new CounterModel(200), [Claims.Always<Counters>("x", (in Counters c) => c.X < 100)])
            .Run(new ExploreOptions { StopWhenDecided = true });
        Assert.Equal((100, 0), (decided.Depth, decided.Growing.Count));
    }

    [Fact]
    public void A_model_that_throws_at_the_start_is_named()
    {
        var explorer = new Explorer<CounterModel, Counters>(new CounterModel(50, throwInitially: true), []);
        ModelException e = Assert.Throws<ModelException>(() => explorer.Run(new ExploreOptions()));
        Assert.Matches(@"^the model failed \(NotSupportedException( in CounterModel\.Initial)?: no start\) while it added its initial states$", e.Message);
        Assert.Empty(e.Run);
    }

    [Fact]
    public void A_property_that_throws_is_named_with_the_state()
    {
        Property<Counters> broken = Claims.Always<Counters>("broken", (in Counters c) => c.X < 4 ? true : throw new FormatException("oops"));
        var explorer = new Explorer<CounterModel, Counters>(new CounterModel(50), [broken]);
        ModelException e = Assert.Throws<ModelException>(() => explorer.Run(new ExploreOptions()));
        Assert.Contains("property broken failed (FormatException", e.Message);
        Assert.Contains(": oops)", e.Message);
        Assert.Equal(5, e.Run.Count);
        Assert.Contains("in state x=4, y=0x0000000000000000", e.Message);
    }

    [Fact]
    public void Too_little_memory_to_begin_with_is_refused()
    {
        var e = Assert.Throws<TooLittleMemoryException>(() => Explore(new ExploreOptions { MemoryBytes = 1000, Threads = 2 }));
        Assert.Equal("a memory limit of 0 MiB is too small to begin with; give more, or fewer threads than 2", e.Message);
    }

    [Fact]
    public void A_run_can_stop_when_everything_is_decided()
    {
        var explorer = new Explorer<CounterModel, Counters>(new CounterModel(1000), _properties);
        Exploration<Counters> found = explorer.Run(new ExploreOptions { StopWhenDecided = true, Properties = ["x below 3"] });
        Assert.Equal("every property is decided", found.Limit);
        Assert.Equal((Verdict.Violated, 4), (Assert.Single(found.Findings).Verdict, found.Findings[0].Path!.Count));
        Assert.Equal((3, 10), (found.Depth, found.States));
        Assert.Throws<ArgumentException>(() => explorer.Run(new ExploreOptions { Properties = ["unheard of"] }));
    }

    private static Exploration<Counters> Explore(ExploreOptions options) =>
        new Explorer<CounterModel, Counters>(new CounterModel(20_000), _properties).Run(options);

    private static void CheckInconclusive(Exploration<Counters> found)
    {
        Assert.Equal((Verdict.Inconclusive, found.Limit!), (found.Findings[0].Verdict, found.Findings[0].Detail));
        Assert.Equal(Verdict.Violated, found.Findings[1].Verdict);
        Assert.Equal(4, found.Findings[1].Path!.Count);
        Assert.Equal((Verdict.Inconclusive, $"{found.Limit}; not reached so far: far away"), (found.Findings[2].Verdict, found.Findings[2].Detail));
        Assert.Equal(Verdict.Inconclusive, found.Findings[3].Verdict);
        Assert.All(found.Findings, finding => Assert.False(finding.Vacuous));
    }
}
