// Random walks: the same for the same seed, honest about what they did not see, and short when they find something.

using Verify.Engine;
using Verify.Engine.Liveness;
using Verify.Engine.Sampling;
using Verify.Model.Classics;
using Verify.Transitions;
using Xunit;

namespace Verify.Tests.Engine;

public class SimulatorTests
{
    private static readonly Property<FilterLockState> _exclusion =
        Claims.Always<FilterLockState>("exclusion", (in FilterLockState s) => FilterLock.InCriticalSection(in s) <= 1);

    [Fact]
    public void The_seed_decides_every_walk() => Seeds.Run(seed =>
    {
        var simulator = new Simulator<FilterLock, FilterLockState>(new FilterLock(6), [_exclusion]);
        Simulation<FilterLockState> Run(ulong s) => simulator.Run(new SimulateOptions { Walks = 50, Depth = 100, Seed = s });
        Assert.Equal(Run(seed).Actions, Run(seed).Actions);
        Assert.NotEqual(Run(seed).Actions, Run(seed + 1).Actions);
        Assert.Equal((50, 5000), (Run(seed).Walks, Run(seed).Steps));
    });

    [Fact]
    public void What_was_not_seen_is_inconclusive()
    {
        Property<FilterLockState>[] properties =
        [
            _exclusion,
            Claims.EachStep<FilterLockState>("steps", (in FilterLockState _, Step _, in FilterLockState _) => true),
            Claims.NoDeadlock<FilterLockState>(),
            Claims.Reaches<FilterLockState>("entered", ["in"], (in FilterLockState s) => (ulong)FilterLock.InCriticalSection(in s)),
            Claims.Reaches<FilterLockState>("two", ["one", "two"], (in FilterLockState s) => (ulong)FilterLock.InCriticalSection(in s)),
        ];
        Simulation<FilterLockState> found = new Simulator<FilterLock, FilterLockState>(new FilterLock(3), properties).Run(new SimulateOptions { Walks = 20 });
        Assert.Equal(
            [
                (Verdict.Inconclusive, "not seen violated in 20 walks"),
                (Verdict.Inconclusive, "not seen violated in 20 walks"),
                (Verdict.Inconclusive, "not seen violated in 20 walks"),
                (Verdict.Holds, ""),
                (Verdict.Inconclusive, "not reached in 20 walks: two"),
            ],
            found.Findings.Select(finding => (finding.Verdict, finding.Detail)));
        Assert.Null(found.Limit);
    }

    [Theory]
    [InlineData(1, Verdict.Inconclusive)]
    [InlineData(2, Verdict.Violated)]
    [InlineData(3, Verdict.Violated)]
    public void A_deadlock_after_the_last_step_of_a_walk_is_seen(int depth, Verdict expected)
    {
        var graph = new Graph([[new(1, 0)], [new(2, 0)], []], [0], new bool[3]);
        Simulation<Node> found = new Simulator<GraphModel, Node>(new GraphModel(graph), [Claims.NoDeadlock<Node>()]).Run(new SimulateOptions { Walks = 2, Depth = depth });
        Assert.Equal((expected, 2 * Math.Min(depth, 2)), (found.Findings[0].Verdict, found.Steps));
    }

    [Fact]
    public void A_violation_is_shrunk_to_the_shortest()
    {
        var model = new FilterLock(4, FilterLockVariant.NoWaitAtTheTop);
        Finding<FilterLockState> shortest = Assert.Single(new Explorer<FilterLock, FilterLockState>(model, [_exclusion]).Run(new ExploreOptions()).Findings);
        Simulation<FilterLockState> found = new Simulator<FilterLock, FilterLockState>(model, [_exclusion]).Run(new SimulateOptions { Depth = 2000 });
        Finding<FilterLockState> shrunk = Assert.Single(found.Findings);
        Assert.Equal((Verdict.Violated, "exclusion fails"), (shrunk.Verdict, shrunk.Detail));
        Assert.Equal(shortest.Path!.Count, shrunk.Path!.Count);
        Assert.Equal("every property is decided", found.Limit);
    }

    [Fact]
    public void Shrinking_does_not_take_a_missing_action_for_a_deadlock()
    {
        // 0 -a-> 1 -a-> 2, 2 is stuck; 1 -b-> 1. A walk without b must not make 1 a deadlock.
        var graph = new Graph([[new Edge(1, 0)], [new Edge(2, 2), new Edge(1, 1)], []], [0], [false, false, false]);
        var simulator = new Simulator<GraphModel, Node>(new GraphModel(graph), [Claims.NoDeadlock<Node>()]);
        for (ulong seed = 0; seed < 20; seed++)
        {
            Finding<Node> found = Assert.Single(simulator.Run(new SimulateOptions { Walks = 10, Seed = seed }).Findings);
            Assert.Equal([0, 1, 2], found.Path!.Select(move => move.State.Number));
        }
    }

    [Fact]
    public void Violations_on_random_graphs_are_real() => Seeds.Run(seed =>
    {
        for (ulong i = 0; i < 200; i++)
        {
            Graph graph = Graph.Draw(seed + i);
            Property<Node>[] properties =
            [
                Claims.Always<Node>("state", (in Node n) => n.Number % 5 != 2),
                Claims.EachStep<Node>("step", (in Node a, Step _, in Node b) => b.Number <= a.Number + 15),
                Claims.NoDeadlock<Node>(),
            ];
            var model = new GraphModel(graph);
            Exploration<Node> all = new Explorer<GraphModel, Node>(model, properties).Run(new ExploreOptions());
            var subject = new Subject<GraphModel, Node>("graph", "v", "small", model, properties, (_, _, _) => []);
            SimulationReport walked = subject.Simulate(new SimulateOptions { Walks = 30, Depth = 60, Seed = seed });
            foreach ((Finding<Node> truth, PropertyOutcome seen) in all.Findings.Zip(walked.Outcomes))
            {
                Assert.NotEqual(Verdict.Holds, seen.Verdict);
                if (seen.Verdict == Verdict.Violated)
                {
                    Assert.Equal(seen.Detail, subject.Replay(seen.Counterexample!));
                    Assert.True(truth.Path!.Count <= seen.Counterexample!.Steps.Count);
                }
            }
        }
    });

    [Fact]
    public void A_property_that_only_endless_runs_violate_is_left_open()
    {
        var simulator = new Simulator<FilterLock, FilterLockState>(new FilterLock(3), [_endless]);
        Simulation<FilterLockState> found = simulator.Run(new SimulateOptions { Walks = 70 });
        Assert.Equal((Verdict.Inconclusive, "a finite walk cannot violate it"), (found.Findings[0].Verdict, found.Findings[0].Detail));
        Assert.Equal((70, null), (found.Walks, found.Limit));
        // And it does not keep the run from ending when the others are decided.
        var goal = Claims.Reaches<FilterLockState>("goal", ["in"], (in FilterLockState s) => (ulong)FilterLock.InCriticalSection(in s));
        simulator = new Simulator<FilterLock, FilterLockState>(new FilterLock(3), [_endless, goal]);
        Assert.Equal((64, "every property is decided"), (simulator.Run(new SimulateOptions()).Walks, simulator.Run(new SimulateOptions()).Limit));
    }

    private static readonly Eventually<FilterLockState> _endless = new(Claims.Named("ends", PropertyKind.Eventually), (in FilterLockState _) => false, []);

    [Fact]
    public void Limits_end_the_walks()
    {
        var simulator = new Simulator<FilterLock, FilterLockState>(new FilterLock(6), [_exclusion]);
        var endless = new SimulateOptions { Walks = long.MaxValue, Time = TimeSpan.FromMilliseconds(30) };
        Assert.Equal("time limit of 0.03 s reached", simulator.Run(endless).Limit);
        using var source = new CancellationTokenSource();
        Simulation<FilterLockState> found = simulator.Run(endless with { Time = null, Cancel = source.Token, Progress = _ => source.Cancel() });
        Assert.Equal("cancelled", found.Limit);
        Assert.StartsWith("not seen violated in", found.Findings[0].Detail);
        Assert.EndsWith("(cancelled)", found.Findings[0].Detail);
    }

    [Fact]
    public void A_model_that_throws_is_named()
    {
        var simulator = new Simulator<CounterModel, Counters>(new CounterModel(50, throwAt: 7), []);
        ModelException e = Assert.Throws<ModelException>(() => simulator.Run(new SimulateOptions { Depth = 100 }));
        Assert.Matches(@"^the model failed \(NotSupportedException( in CounterModel\.Next)?: too far\) after adding CPU0: up X in state x=7, ", e.Message);
        Assert.Equal(("init", "7"), (e.Run[0].Action, e.Run[^1].State[0].Value));
    }

    [Fact]
    public void Random_numbers_are_the_published_ones_and_even()
    {
        var random = new SplitRandom(1, 2);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++)
        {
            counts[random.Below(7)]++;
        }
        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
        Assert.NotEqual(new SplitRandom(1, 2).Next(), new SplitRandom(2, 1).Next());
    }
}
