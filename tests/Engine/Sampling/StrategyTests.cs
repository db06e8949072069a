// Each strategy does what its paper says, and the report is the same for any number of threads.

using Verify.Engine;
using Verify.Engine.Sampling;
using Verify.Model.Classics;
using Verify.Transitions;
using Xunit;

namespace Verify.Tests.Engine;

public class StrategyTests
{
    [Theory]
    [InlineData(StrategyKind.Uniform)]
    [InlineData(StrategyKind.Pct)]
    [InlineData(StrategyKind.Pos)]
    [InlineData(StrategyKind.Coverage)]
    public void The_report_is_the_same_for_any_number_of_threads(StrategyKind strategy) => Seeds.Run(seed =>
    {
        foreach (RingElectionVariant variant in Enum.GetValues<RingElectionVariant>())
        {
            var model = new RingElection(5, variant);
            Property<RingElectionState>[] properties =
            [
                Claims.Always<RingElectionState>("one", (in RingElectionState s) => RingElection.Leaders(in s) <= 1),
                Claims.Always<RingElectionState>("largest", (in RingElectionState s) => model.TheLargest(in s)),
                Claims.NoDeadlock<RingElectionState>(),
                Claims.Reaches<RingElectionState>("two", ["one leader", "two leaders"], (in RingElectionState s) => (ulong)RingElection.Leaders(in s)),
            ];
            string Report(int threads) => Print(new Simulator<RingElection, RingElectionState>(model, properties).Run(
                new SimulateOptions { Walks = 300, Depth = 50, Seed = seed, Strategy = strategy, Threads = threads }));
            string one = Report(1);
            Assert.Equal(one, Report(2));
            Assert.Equal(one, Report(3));
        }
    });

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_first_walk_that_fails_is_told_of_for_any_number_of_threads(int threads)
    {
        // The violation of one walk must not keep another from asking.
        Property<Counters>[] properties =
        [
            Claims.Always<Counters>("x", (in Counters c) => c.X < 5 || (c.Y < 9 ? true : throw new NotSupportedException($"x={c.X}"))),
            Claims.Always<Counters>("y", (in Counters c) => c.Y < 3),
        ];
        var simulator = new Simulator<CounterModel, Counters>(new CounterModel(50), properties);
        var options = new SimulateOptions { Depth = 60, Seed = 4 };
        ModelException first = Assert.Throws<ModelException>(() => simulator.Run(options));
        ModelException again = Assert.Throws<ModelException>(() => simulator.Run(options with { Threads = threads }));
        Assert.Equal((first.Message, first.Run.Count), (again.Message, again.Run.Count));
        Assert.StartsWith("property x failed (NotSupportedException", first.Message);
    }

    // All steps of one agent before any of the others: one ordering for each of those, d = 1 for the agent that must be last.
    [Fact]
    public void Pct_finds_a_bug_of_depth_one_in_one_walk_of_n() => Seeds.Run(seed =>
    {
        var last = Claims.EachStep<Lanes>("last", (in Lanes s, Step step, in Lanes _) => step.A != 2 || s[0] < 20 || s[1] < 20 || s[2] > 0);
        InRange(Hits(new LanesModel([20, 20, 20]), last, seed, new SimulateOptions { Strategy = StrategyKind.Pct, BugDepth = 1 }, 300), 300, 1 / 3.0, 1 / 3.0);
        Assert.Equal(0, Hits(new LanesModel([20, 20, 20]), last, seed, new SimulateOptions(), 300));
    });

    // A step of one agent between two neighbouring steps of another: two orderings. The bound is 1/(n k); that it is met closely shows that the change
    // points are where they should be. At least: also where the one that falls is the wrong one first.
    [Fact]
    public void Pct_keeps_its_bound_at_depth_two() => Seeds.Run(seed =>
    {
        var between = Claims.EachStep<Lanes>("between", (in Lanes s, Step step, in Lanes _) => step.A != 0 || s[1] != 7);
        const int Steps = 1 + 15;
        var options = new SimulateOptions { Strategy = StrategyKind.Pct, BugDepth = 2, Depth = Steps };
        InRange(Hits(new LanesModel([1, 15]), between, seed, options, 4000), 4000, 1.0 / (2 * Steps), 2.0 / (2 * Steps));
    });

    [Fact]
    public void Pct_prints_its_guarantee()
    {
        var never = Claims.Always<Lanes>("never", (in Lanes _) => true);
        IReadOnlyList<string> Guarantee(int ways, int bugDepth) => new Simulator<LanesModel, Lanes>(new LanesModel([5, 5, 5], ways: ways), [never])
            .Run(new SimulateOptions { Strategy = StrategyKind.Pct, BugDepth = bugDepth, Depth = 100, Walks = 1000 }).Guarantee;
        Assert.Equal(
            [
                "pct: 3 agents, at most 100 steps, bug depth 3: a violation that 3 orderings of steps bring about is found by a walk with probability "
                    + "1/(3 * 100^2) = 3.3e-5 at least, by 1,000 with 3.3e-2",
                "no agent had more than one step to choose from: the bound stands as it is",
            ],
            Guarantee(1, 3));
        Assert.Equal(
            "agents had up to 4 steps to choose from, each as likely: the bound is for one way of choosing, and is to be multiplied by the probability of that way",
            Guarantee(4, 1)[1]);
        Assert.Contains("that 1 ordering of steps brings about", Guarantee(4, 1)[0]);
        Assert.Contains("1/(3) = 3.3e-1 at least, by 1,000 with 1.0e+0", Guarantee(4, 1)[0]);
    }

    [Theory]
    [InlineData(0.5, 1, 0.5)]
    [InlineData(0.5, 2, 0.75)]
    [InlineData(1e-12, 1000, 1e-9)]
    [InlineData(1e-20, 10, 1e-19)]
    [InlineData(1, 1, 1)]
    public void Some_of_many_attempts_succeed(double each, double attempts, double some) =>
        Assert.InRange(Guarantees.OfSome(each, attempts) / some, 1 - 1e-5, 1 + 1e-5);

    // P1 takes fifteen steps of its own and then one that P0's only step depends on. Uniform walks nearly never leave P0 waiting so long; with one priority for
    // its step until something conflicts with it, it is last of seventeen as often as any other.
    [Fact]
    public void Pos_does_not_count_orders_that_make_no_difference() => Seeds.Run(seed =>
    {
        var late = Claims.EachStep<Lanes>("late", (in Lanes s, Step step, in Lanes _) => step.A != 0 || s[1] < 16);
        var options = new SimulateOptions { Strategy = StrategyKind.Pos };
        InRange(Hits(new LanesModel([1, 16]), late, seed, options, 1700), 1700, 1 / 17.0, 1 / 17.0);
        Assert.InRange(Hits(new LanesModel([1, 16]), late, seed, new SimulateOptions(), 1700), 0, 2);
    });

    // A lock of eight digits that are one of four each: a wrong one leads back to the start.
    [Fact]
    public void Coverage_reaches_something_rare_in_far_fewer_steps()
    {
        const int Digits = 8;
        Edge[][] edges = [.. Enumerable.Range(0, Digits).Select(digit => new Edge[] { new(0, 0), new(0, 0), new(digit + 1, 1), new(0, 0) }), []];
        var model = new GraphModel(new Graph(edges, [0], new bool[Digits + 1]));
        var open = Claims.Reaches<Node>("open", ["open"], (in Node n) => n.Number == Digits ? 1UL : 0);
        long Steps(StrategyKind strategy) => Enumerable.Range(0, 8).Sum(seed => new Simulator<GraphModel, Node>(model, [open])
            .Run(new SimulateOptions { Strategy = strategy, Seed = (ulong)seed, Depth = 100, Walks = 100_000 }).Steps);
        Assert.InRange(Steps(StrategyKind.Coverage), 1, Steps(StrategyKind.Uniform) / 10);
    }

    [Fact]
    public void Coverage_counts_new_states()
    {
        ActionCoverage[] actions = [.. new Simulator<CounterModel, Counters>(new CounterModel(6), [])
            .Run(new SimulateOptions { Strategy = StrategyKind.Coverage, Walks = 500 }).Actions];
        // 36 states, one of them initial.
        Assert.Equal(35, actions.Sum(action => action.New));
        Assert.Equal(5000, actions.Sum(action => action.Fired));
    }

    [Fact]
    public void A_model_that_does_not_say_enough_is_refused()
    {
        var simulator = new Simulator<CounterModel, Counters>(new CounterModel(6), []);
        Assert.Equal(
            "the model does not say who acts, which the strategy pct needs to know",
            Assert.Throws<StrategyException>(() => simulator.Run(new SimulateOptions { Strategy = StrategyKind.Pct })).Message);
        Assert.Equal(
            "the model does not say which steps depend on each other, which the strategy pos needs to know",
            Assert.Throws<StrategyException>(() => simulator.Run(new SimulateOptions { Strategy = StrategyKind.Pos })).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => simulator.Run(new SimulateOptions { Threads = 0 }));
    }

    // In how many of so many single walks the property is violated.
    private static int Hits(LanesModel model, Property<Lanes> property, ulong seed, SimulateOptions options, int walks) =>
        Enumerable.Range(0, walks).Count(i => new Simulator<LanesModel, Lanes>(model, [property])
            .Run(options with { Walks = 1, Seed = seed + (ulong)i }).Findings[0].Verdict == Verdict.Violated);

    // Five standard deviations: a good strategy fails once in more than a million runs.
    private static void InRange(int hits, int walks, double least, double most) => Assert.InRange(
        hits,
        (walks * least) - (5 * Math.Sqrt(walks * least * (1 - least))),
        (walks * most) + (5 * Math.Sqrt(walks * most * (1 - most))));

    private static string Print<TState>(Simulation<TState> found)
        where TState : unmanaged => string.Join(
            "\n",
            [
                $"{found.Walks} {found.Steps} {found.Limit}",
                .. found.Guarantee,
                .. found.Actions.Select(action => $"{action}"),
                .. found.Findings.Select(one => $"{one.Verdict} {one.Detail} {string.Join(' ', one.Path?.Select(move => move.Step) ?? [])}"),
                .. found.Shrunk.Select(one => $"{one}"),
            ]);
}
