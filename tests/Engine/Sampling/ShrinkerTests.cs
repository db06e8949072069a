// Violating walks become short, and the report says how.

using Verify.Engine;
using Verify.Engine.Sampling;
using Verify.Model.Classics;
using Xunit;

namespace Verify.Tests.Engine;

public class ShrinkerTests
{
    private static readonly Property<FilterLockState> _exclusion =
        Claims.Always<FilterLockState>("exclusion", (in FilterLockState s) => FilterLock.InCriticalSection(in s) <= 1);

    [Fact]
    public void Lengths_are_told()
    {
        var model = new FilterLock(4, FilterLockVariant.LastBeforeLevel);
        Simulation<FilterLockState> found = new Simulator<FilterLock, FilterLockState>(model, [_exclusion])
            .Run(new SimulateOptions { Depth = 2000, Seed = 5 });
        Shrinkage how = Assert.IsType<Shrinkage>(found.Shrunk[0]);
        int shortest = new Explorer<FilterLock, FilterLockState>(model, [_exclusion]).Run(new ExploreOptions()).Findings[0].Path!.Count - 1;
        Assert.True(how.Found > how.Deleted && how.Deleted >= how.Explored, $"{how}");
        Assert.Equal((shortest, 3), (how.Explored, how.Actions));
        Assert.Equal(shortest, found.Findings[0].Path!.Count - 1);
        Assert.Equal($"found with {how.Found} steps, {how.Deleted} after deleting, {shortest} after exploring its 3 actions", how.ToString());
    }

    [Fact]
    public void What_deleting_leaves_can_lose_no_step() => Seeds.Run(seed =>
    {
        var model = new FilterLock(3, FilterLockVariant.NoWaitAtTheTop);
        for (ulong i = 0; i < 20; i++)
        {
            Finding<FilterLockState> found = new Simulator<FilterLock, FilterLockState>(model, [_exclusion])
                .Run(new SimulateOptions { Depth = 500, Seed = seed + i }).Findings[0];
            var rerun = new Rerun<FilterLock, FilterLockState>(model, _exclusion);
            Assert.All(Enumerable.Range(1, found.Path!.Count - 1), step => Assert.Null(rerun.Without(found.Path, step, step + 1)));
        }
    });

    [Fact]
    [Trait("Speed", "Slow")]
    public void A_walk_whose_actions_are_too_much_to_explore_is_shown_as_deleting_left_it()
    {
        // All of its 3,000 steps are needed, and there are millions of states before.
        var sum = Claims.Always<Counters>("sum", (in Counters c) => c.X + c.Y < 3000);
        Simulation<Counters> found = new Simulator<CounterModel, Counters>(new CounterModel(4000), [sum])
            .Run(new SimulateOptions { Depth = 5000, Walks = 1 });
        Assert.Equal(new Shrinkage(3000, 3000, 2, null), found.Shrunk[0]);
        Assert.Equal("found with 3000 steps, 3000 after deleting, and exploring its 2 actions was too much", $"{found.Shrunk[0]}");
        Assert.Equal(3001, found.Findings[0].Path!.Count);
    }

    [Fact]
    public void Loops_go_first()
    {
        // 0 and 1 lead to each other; from 1 a step leads to 2, which is wrong, and one to itself.
        var graph = new Graph([[new Edge(1, 0)], [new Edge(0, 0), new Edge(1, 1), new Edge(2, 2)], []], [0], [true, true, true]);
        var wrong = Claims.Always<Node>("wrong", (in Node n) => n.Number != 2);
        for (ulong seed = 0; seed < 20; seed++)
        {
            Simulation<Node> found = new Simulator<GraphModel, Node>(new GraphModel(graph), [wrong]).Run(new SimulateOptions { Seed = seed });
            Assert.Equal((2, 2, 2), (found.Shrunk[0]!.Deleted, found.Shrunk[0]!.Explored, found.Shrunk[0]!.Actions));
        }
    }

    [Fact]
    public void A_step_from_a_state_to_itself_can_be_the_violation()
    {
        var graph = new Graph([[new Edge(1, 0)], [new Edge(0, 0), new Edge(1, 1)]], [0], [true, true]);
        var still = Claims.EachStep<Node>("still", (in Node a, Verify.Transitions.Step _, in Node b) => a.Number != b.Number);
        Simulation<Node> found = new Simulator<GraphModel, Node>(new GraphModel(graph), [still]).Run(new SimulateOptions());
        Assert.Equal([0, 1, 1], found.Findings[0].Path!.Select(move => move.State.Number));
        Assert.Equal("still fails by 1", found.Findings[0].Detail);
    }
}
