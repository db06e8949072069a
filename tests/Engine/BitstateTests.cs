// The bitstate store: what it finds is real, what it omits is as much as it says, and it never claims that something holds.

using System.Runtime.CompilerServices;
using Verify.Engine;
using Verify.Engine.Stores;
using Verify.Transitions;
using Xunit;

namespace Verify.Tests.Engine;

public unsafe class BitstateTests
{
    private const int Threads = 4;

    // The number of states for each word decides the share that is lost: here 0.3, 4 and 9.
    [Theory]
    [InlineData(1 << 20, 20_000)]
    [InlineData(1 << 20, 250_000)]
    [InlineData(1 << 20, 600_000)]
    public void As_many_are_omitted_as_the_estimate_says(long limit, int keys) => Seeds.Run(seed =>
    {
        var budget = new NativeBudget(limit);
        var store = new BitstateStore<Wide>(budget);
        var random = new SplitRandom(seed, 0);
        int added = Enumerable.Range(0, keys).Count(_ => store.Insert(random.Next(), 0, null));
        StoreLoss loss = store.Loss(added);
        int omitted = keys - added;
        double spread = Math.Sqrt(loss.Omissions);
        Assert.InRange(omitted, loss.Omissions - (6 * spread) - 1, loss.Omissions + (6 * spread) + 1);
        // Each word's share of clear bits, after three for each of its states.
        double words = limit / 2 / 8.0;
        double fill = 1 - Math.Exp(-keys / words * (1 - Math.Pow(63 / 64.0, 3)));
        Assert.InRange(loss.Fill!.Value, fill * 0.99, fill * 1.01);
        store.Free();
        Assert.Equal(0, budget.Used);
    });

    [Fact]
    public void The_estimate_has_known_values()
    {
        Assert.Equal(0, BitstateStore<Wide>.Omissions(0, 100));
        // Two states, one word: the second one's three bits are among the first one's with the mean of (c/64)^3 over the number c of its different bits.
        double both = ((1 * 1.0) + (3 * 63 * 8.0) + (63 * 62 * 27.0)) / 4096 / (64 * 64 * 64);
        // With a mean of n/W states in a word the first order of p is n/W times that, of its integral half of n times that.
        Assert.Equal(both * 1e6 * (1e6 / 1e10) / 2, BitstateStore<Wide>.Omissions(1_000_000, 1e10), both * 0.1);
    }

    [Fact]
    public void Of_several_threads_one_is_told_that_a_state_is_new() => Seeds.Run(seed =>
    {
        const int range = 20_000;
        var budget = new NativeBudget(1 << 20);
        var store = new StrongBox<BitstateStore<Wide>>(new BitstateStore<Wide>(budget));
        var keys = new ulong[range];
        var random = new SplitRandom(seed, 0);
        for (int i = 0; i < range; i++)
        {
            keys[i] = random.Next();
        }
        int[] told = new int[range];
        using var crew = new Crew(Threads);
        crew.Work(together: true, _ =>
        {
            for (int i = 0; i < range; i++)
            {
                if (store.Value.Insert(keys[i], 0, null))
                {
                    Interlocked.Increment(ref told[i]);
                }
            }
        });
        Assert.All(told, times => Assert.InRange(times, 0, 1));
        Assert.All(keys, key => Assert.False(store.Value.Insert(key, 0, null)));
        Assert.InRange(told.Sum(), range * 0.97, range);
        store.Value.Free();
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_it_finds_is_real_and_nothing_holds_but_goals_that_were_met(int threads) => Seeds.Run(seed =>
    {
        for (int i = 0; i < 200; i++)
        {
            Compare(Graph.Draw(seed + (ulong)i), threads);
        }
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_space_that_does_not_fit_is_still_hunted_in(int threads)
    {
        // 640,000 states: fingerprints take more than 5 MiB of them; here they have 1 MiB, 13 bits each.
        const long limit = 2 << 20;
        Property<Counters>[] properties =
        [
            Claims.Always<Counters>("x below 30", (in Counters c) => c.X < 30),
            Claims.Always<Counters>("small", (in Counters c) => c.X >= 0, (in Counters c) => c.Y == 900),
            Claims.Reaches<Counters>("far", ["corner"], (in Counters c) => c is { X: 799, Y: 799 } ? 1UL : 0),
            Claims.NoDeadlock<Counters>(),
        ];
        var explorer = new Explorer<CounterModel, Counters>(new CounterModel(800), properties);
        var options = new ExploreOptions { Threads = threads, MemoryBytes = limit };
        Assert.NotNull(explorer.Run(options).Limit);
        Exploration<Counters> found = explorer.Run(options with { Store = StoreKind.Bitstate });
        Assert.Null(found.Limit);
        Assert.InRange(found.States, 600_000, 639_999);
        Assert.InRange(found.PeakBytes, limit / 2, limit);
        Assert.Equal(1, found.OmissionProbability);
        Assert.InRange(found.Bitstate!.Omissions, 100, 20_000);
        Assert.InRange(found.Bitstate.Fill, 0.1, 0.3);
        string open = found.Bitstate.ToString();
        Assert.StartsWith("bitstate: not exhaustive, 6", open);
        Assert.Equal((Verdict.Violated, 31), (found.Findings[0].Verdict, found.Findings[0].Path!.Count));
        Assert.Equal((Verdict.Inconclusive, open, false), (found.Findings[1].Verdict, found.Findings[1].Detail, found.Findings[1].Vacuous));
        Assert.Equal((Verdict.Inconclusive, open), (found.Findings[3].Verdict, found.Findings[3].Detail));
        Assert.Equal(Verdict.Holds, explorer.Run(options with { Store = StoreKind.Bitstate, MemoryBytes = 64 << 20 }).Findings[2].Verdict);
    }

    [Fact]
    public void A_trace_that_does_not_fit_leaves_the_violation_with_a_reason()
    {
        Property<Counters> deep = Claims.Always<Counters>("no corner", (in Counters c) => c.X + c.Y < 1500);
        var explorer = new Explorer<CounterModel, Counters>(new CounterModel(800), [deep]);
        Exploration<Counters> found = explorer.Run(new ExploreOptions { Store = StoreKind.Bitstate, MemoryBytes = 2 << 20 });
        Assert.Equal((Verdict.Violated, null), (found.Findings[0].Verdict, found.Findings[0].Path));
        Assert.Equal("its trace does not fit into 2 MiB; try more memory", found.Findings[0].Detail);
        found = explorer.Run(new ExploreOptions { Store = StoreKind.Bitstate, MemoryBytes = 16 << 20 });
        Assert.Equal((Verdict.Violated, 1501), (found.Findings[0].Verdict, found.Findings[0].Path!.Count));
    }

    // The short cut is omitted, since other states have set its bits. The violation is found on the long way, and the run that is shown takes the short one.
    [Fact]
    public void A_violation_on_a_detour_gets_a_shortest_trace()
    {
        const long limit = 2 << 20;
        const int crowd = 50_000;
        var store = new BitstateStore<ulong>(new NativeBudget(limit));
        bool Add(ulong number) => store.Insert(Fingerprint.Of(&number), 0, null);
        Assert.InRange(Enumerable.Range(0, crowd).Count(number => Add((ulong)number)), crowd - 10, crowd);
        ulong[] way = new ulong[20];
        ulong next = 1UL << 40;
        for (int i = 0; i < way.Length; next++)
        {
            way[i] = next;
            i += Add(next) ? 1 : 0;
        }
        // What is asked for is added, which makes others look known: only one that is known to a fresh store as well will do.
        ulong shortCut;
        do
        {
            while (Add(next))
            {
                next++;
            }
            shortCut = next++;
        }
        while (!IsOmitted(shortCut, [.. Enumerable.Range(0, crowd).Select(number => (ulong)number), way[0]], limit));
        store.Free();

        Property<ulong> property = Claims.Always<ulong>("not the end", (in ulong number) => number != way[^1]);
        var explorer = new Explorer<DetourModel, ulong>(new DetourModel(crowd, way, shortCut), [property]);
        Exploration<ulong> exact = explorer.Run(new ExploreOptions());
        Exploration<ulong> bits = explorer.Run(new ExploreOptions { Store = StoreKind.Bitstate, MemoryBytes = limit });
        Assert.True(bits.States < exact.States);
        Assert.Equal(way.Length - 1, bits.Depth);
        Assert.Equal([way[0], shortCut, way[^1]], bits.Findings[0].Path!.Select(move => move.State));
        Assert.Equal(exact.Findings[0].Path, bits.Findings[0].Path);
    }

    private static bool IsOmitted(ulong number, IEnumerable<ulong> before, long limit)
    {
        var store = new BitstateStore<ulong>(new NativeBudget(limit));
        foreach (ulong one in before)
        {
            store.Insert(Fingerprint.Of(&one), 0, null);
        }
        bool omitted = !store.Insert(Fingerprint.Of(&number), 0, null);
        store.Free();
        return omitted;
    }

    private static void Compare(Graph graph, int threads)
    {
        Property<Node>[] properties =
        [
            Claims.Always<Node>("not 5 mod 7", (in Node n) => n.Number % 7 != 5),
            Claims.EachStep<Node>("goes up", (in Node a, Step _, in Node b) => b.Number >= a.Number - 20),
            Claims.Reaches<Node>("reaches", ["3"], (in Node n) => n.Number == 3 ? 1UL : 0),
            Claims.NoDeadlock<Node>(),
        ];
        var subject = new Subject<GraphModel, Node>("graph", "v", "small", new GraphModel(graph), properties, (_, _, _) => []);
        ExplorationReport all = subject.Explore(new ExploreOptions());
        ExplorationReport bits = subject.Explore(new ExploreOptions { Store = StoreKind.Bitstate, Threads = threads, MemoryBytes = 1 << 20 });
        Assert.InRange(bits.States, 1, all.States);
        foreach ((PropertyOutcome seen, PropertyOutcome truth) in bits.Outcomes.Zip(all.Outcomes))
        {
            if (seen.Verdict == Verdict.Violated)
            {
                Assert.Equal(Verdict.Violated, truth.Verdict);
                Assert.Equal(seen.Detail, subject.Replay(seen.Counterexample!));
            }
            else
            {
                Assert.Equal(seen.Claim.Name == "reaches" && truth.Verdict == Verdict.Holds ? Verdict.Holds : Verdict.Inconclusive, seen.Verdict);
            }
        }
    }
}

/// <summary>A crowd of initial states without successors, and a way of several states with a short cut from its first to its last.</summary>
public readonly struct DetourModel(int crowd, ulong[] way, ulong shortCut) : ITransitionSystem<ulong>
{
    private static readonly string[] _actions = ["walk", "cut"];

    public IReadOnlyList<string> Actions => _actions;

    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<ulong>, allows ref struct
    {
        for (int i = 0; i < crowd; i++)
        {
            sink.From((ulong)i);
            sink.Add(Step.Init);
        }
        sink.From(way[0]);
        sink.Add(Step.Init);
    }

    public void Next<TSink>(in ulong state, ref TSink sink)
        where TSink : struct, ISink<ulong>, allows ref struct
    {
        int at = Array.IndexOf(way, state);
        if (at >= 0 && at + 1 < way.Length)
        {
            sink.From(in state) = way[at + 1];
            sink.Add(new Step(0));
        }
        if (at == 0)
        {
            sink.From(in state) = shortCut;
            sink.Add(new Step(1));
        }
        if (state == shortCut)
        {
            sink.From(in state) = way[^1];
            sink.Add(new Step(1));
        }
    }

    public void Describe(in ulong state, IStateText text) => text.Word("number", state);

    public ActionText Say(in ulong before, Step step) => new("walker", _actions[step.Kind]);

    public bool IsFinal(in ulong state) => true;

    public ulong Rank(in ulong state) => 0;
}
