// What the engine must also get right: vacuity, coverage, fan-out beyond the table, sizes of states, progress.

using System.Runtime.CompilerServices;
using Verify.Engine;
using Verify.Transitions;
using Xunit;

namespace Verify.Tests.Engine;

public class ExplorerTests
{
    public static TheoryData<StoreKind, int> Means => RandomGraphTests.Means;

    [Theory]
    [MemberData(nameof(Means))]
    public void Counts_and_coverage_of_a_grid(StoreKind store, int threads)
    {
        Property<Counters>[] properties =
        [
            Claims.Always<Counters>("never asked", (in Counters _) => false, (in Counters c) => c.X == 300),
            Claims.EachStep<Counters>("no such step", (in Counters _, Step _, in Counters _) => false, (in Counters _, Step s, in Counters _) => s.Kind == 7),
            Claims.NoDeadlock<Counters>(),
            Claims.Reaches<Counters>("corners", ["far", "none"], (in Counters c) => (c.X == 299 && c.Y == 299 ? 1UL : 0) | (c.X > 299 ? 2UL : 0)),
        ];
        Exploration<Counters> found = new Explorer<CounterModel, Counters>(new CounterModel(300), properties)
            .Run(new ExploreOptions { Store = store, Threads = threads });
        Assert.Equal((90_000, 179_400, 598), (found.States, found.Transitions, found.Depth));
        Assert.Equal([("up X", 89_700L), ("up Y", 89_700L)], found.Actions.Select(action => (action.Action, action.Fired)));
        Assert.Equal(89_999, found.Actions.Sum(action => action.New));
        Assert.Equal(
            [(Verdict.Holds, true), (Verdict.Holds, true), (Verdict.Holds, false), (Verdict.Violated, false)],
            found.Findings.Select(finding => (finding.Verdict, finding.Vacuous)));
        Assert.Equal("not reached: none", found.Findings[3].Detail);
        Assert.Null(found.Findings[3].Path);
        Assert.InRange(found.PeakBytes, 90_000 * 8, 90_000 * 100);
    }

    [Theory]
    [MemberData(nameof(Means))]
    public void Initial_states_are_examined(StoreKind store, int threads)
    {
        var graph = new Graph([[], [new Edge(0, 0)]], [1, 0, 1], [true, true]);
        Property<Node> property = Claims.Always<Node>("not zero", (in Node n) => n.Number != 0);
        Exploration<Node> found = new Explorer<GraphModel, Node>(new GraphModel(graph), [property]).Run(new ExploreOptions { Store = store, Threads = threads });
        Assert.Equal((2, 1, 0), (found.States, found.Transitions, found.Depth));
        Move<Node> only = Assert.Single(found.Findings[0].Path!);
        Assert.Equal((true, 0), (only.Step.IsInit, only.State.Number));
    }

    [Theory]
    [MemberData(nameof(Means))]
    public void A_state_may_have_more_successors_than_the_table_has_room(StoreKind store, int threads)
    {
        Property<Wide> property = Claims.Always<Wide>("below", (in Wide w) => w.Number < 1_999_999);
        Exploration<Wide> found = new Explorer<FanModel, Wide>(new FanModel(1000, 2000), [property])
            .Run(new ExploreOptions { Store = store, Threads = threads });
        Assert.Equal((2_000_000, 1_999_000, 1), (found.States, found.Transitions, found.Depth));
        Assert.Equal(2, found.Findings[0].Path!.Count);
    }

    [Fact]
    public void Fingerprints_differ_for_states_of_every_size()
    {
        Differ<Bytes3>();
        Differ<long>();
        Differ<Bytes13>();
        Differ<Bytes16>();
        Differ<Bytes40>();
        Differ<Bytes201>();
    }

    [Fact]
    public void Omission_is_estimated_for_fingerprints_that_can_collide()
    {
        double Omission(StoreKind store) => new Explorer<FanModel, Wide>(new FanModel(1, 1000), []).Run(new ExploreOptions { Store = store }).OmissionProbability;
        Assert.Equal(0, Omission(StoreKind.Exact));
        Assert.Equal(1000.0 * 999 / 2 / Math.Pow(2, 64), Omission(StoreKind.Fingerprint), 1e-30);
        Assert.Equal(0, new Explorer<CounterModel, Counters>(new CounterModel(9), []).Run(new ExploreOptions()).OmissionProbability);
    }

    [Fact]
    public void A_step_of_no_known_action_is_an_error_of_the_model()
    {
        var graph = new Graph([[new Edge(0, 9)]], [0], [true]);
        ModelException e = Assert.Throws<ModelException>(() => new Explorer<GraphModel, Node>(new GraphModel(graph), []).Run(new ExploreOptions()));
        Assert.Contains("the model added a step of kind 9, but has 3 actions", e.Message);
    }

    [Fact]
    public void Deep_chains_have_their_whole_trace()
    {
        var graph = new Graph([.. Enumerable.Range(0, 9000).Select(i => i == 8999 ? Array.Empty<Edge>() : [new Edge(i + 1, 0)])], [0], new bool[9000]);
        foreach (StoreKind store in RandomGraphTests.Exhaustive)
        {
            Exploration<Node> found = new Explorer<GraphModel, Node>(new GraphModel(graph), [Claims.NoDeadlock<Node>()]).Run(new ExploreOptions { Store = store });
            Assert.Equal((8999, 9000), (found.Depth, found.Findings[0].Path!.Count));
        }
    }

    [Fact]
    public void States_with_padding_are_refused()
    {
        Padding.Refuse<Node>();
        Padding.Refuse<Bytes13>();
        Padding.Refuse<Verify.Model.Classics.FilterLockState>();
        Assert.StartsWith("Padded has 3 bytes of padding: ", Assert.Throws<ArgumentException>(Padding.Refuse<Padded>).Message);
        Assert.StartsWith("Padded has 3 bytes of padding: ", Assert.Throws<ArgumentException>(() => new Refinement<Node, Idle<Padded>, Padded>(
            Claims.Named("r", PropertyKind.Refinement), default, (in Node _) => default)).Message);
    }

    // Every single-bit change, and pairs of them, from a zero state.
    private static unsafe void Differ<T>()
        where T : unmanaged
    {
        var seen = new HashSet<ulong>();
        int bits = sizeof(T) * 8;
        for (int i = 0; i < bits; i++)
        {
            for (int j = i; j < bits; j++)
            {
                T state = default;
                ((byte*)&state)[i / 8] ^= (byte)(1 << (i % 8));
                ((byte*)&state)[j / 8] |= (byte)(1 << (j % 8));
                Assert.True(seen.Add(Fingerprint.Of(&state)), $"{i} {j}");
            }
        }
    }

    private record struct Padded(byte Small, int Large);

    // Does nothing.
    private readonly struct Idle<T> : ITransitionSystem<T>
        where T : unmanaged
    {
        public IReadOnlyList<string> Actions => [];

        public void Initial<TSink>(ref TSink sink)
            where TSink : struct, ISink<T>, allows ref struct
        {
        }

        public void Next<TSink>(in T state, ref TSink sink)
            where TSink : struct, ISink<T>, allows ref struct
        {
        }

        public void Describe(in T state, IStateText text)
        {
        }

        public ActionText Say(in T before, Step step) => new("", "");

        public ulong Rank(in T state) => 0;

        public bool IsFinal(in T state) => true;
    }

    [InlineArray(3)]
    private struct Bytes3
    {
        private byte _first;
    }

    [InlineArray(13)]
    private struct Bytes13
    {
        private byte _first;
    }

    [InlineArray(16)]
    private struct Bytes16
    {
        private byte _first;
    }

    [InlineArray(40)]
    private struct Bytes40
    {
        private byte _first;
    }

    [InlineArray(201)]
    private struct Bytes201
    {
        private byte _first;
    }
}

public record struct Wide(long Number, long Unused);

/// <summary>Many initial states, each with many successors that nobody shares.</summary>
public readonly struct FanModel(int starts, int fan) : ITransitionSystem<Wide>
{
    private static readonly string[] _actions = ["open"];

    public IReadOnlyList<string> Actions => _actions;

    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<Wide>, allows ref struct
    {
        for (int i = 0; i < starts; i++)
        {
            sink.From(new Wide((long)i * fan, 0));
            sink.Add(Step.Init);
        }
    }

    public void Next<TSink>(in Wide state, ref TSink sink)
        where TSink : struct, ISink<Wide>, allows ref struct
    {
        for (int i = 1; i < fan && state.Number % fan == 0; i++)
        {
            sink.From(in state).Number += i;
            sink.Add(new Step(0, (short)i));
        }
    }

    public void Describe(in Wide state, IStateText text) => text.Field("number", $"{state.Number}");

    public ActionText Say(in Wide before, Step step) => new("fan", "open", ("blade", $"{step.A}"));

    public bool IsFinal(in Wide state) => true;

    public ulong Rank(in Wide state) => 0;
}
