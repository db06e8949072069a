// The tables under stress: many threads, fingerprint 0, growth, and memory that runs out.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Verify.Engine;
using Verify.Engine.Stores;
using Xunit;

namespace Verify.Tests.Engine;

public unsafe class StoreTests
{
    private const int Threads = 4;

    [Fact]
    public void Fingerprints_are_new_exactly_once() => Seeds.Run(seed =>
    {
        var budget = new NativeBudget(1L << 30);
        Stress(new FingerprintStore<long>(budget, Threads * 32), seed, value => (ulong)value * 0x9e3779b97f4a7c15);
        Assert.Equal(0, budget.Used);
    });

    [Fact]
    public void States_are_new_exactly_once_even_if_all_fingerprints_are_alike() => Seeds.Run(seed =>
    {
        var budget = new NativeBudget(1L << 30);
        // Sixteen states share each fingerprint, 0 among them: only their bytes tell them apart.
        Stress(new ExactStore<long>(budget, Threads * 32), seed, value => (ulong)(value / 16) * 0x9e3779b97f4a7c15, grows: false);
        Assert.Equal(0, budget.Used);
    });

    [Fact]
    public void Exact_states_survive_growth() => Seeds.Run(seed =>
    {
        var budget = new NativeBudget(1L << 30);
        Stress(new ExactStore<long>(budget, Threads * 32), seed, value => Fingerprint.Of(&value));
        Assert.Equal(0, budget.Used);
    });

    [Fact]
    public void The_smallest_origin_stays()
    {
        ulong origin = 0;
        Origin.Improve(ref origin, Origin.Of(3, 70));
        Origin.Improve(ref origin, Origin.Of(3, 90));
        Origin.Improve(ref origin, Origin.Of(4, 10));
        Assert.Equal(Origin.Of(3, 70), origin);
        Origin.Improve(ref origin, Origin.Of(3, 60));
        Assert.Equal(Origin.Of(3, 60), origin);

        ulong deep = 0;
        Origin.Improve(ref deep, Origin.Of(5000, 70));
        Origin.Improve(ref deep, Origin.Of(6000, 60));
        Assert.Equal(Origin.Of(5000, 70), deep);
    }

    [Fact]
    public void A_budget_is_never_passed()
    {
        var budget = new NativeBudget(10_000);
        byte* first = budget.TryAllocate(6_000, zeroed: true);
        Assert.True(first != null);
        Assert.True(budget.TryAllocate(6_000, zeroed: false) == null);
        Assert.Throws<MemoryLimitException>(() => budget.Allocate(long.MaxValue, zeroed: false));
        Assert.Equal((6_000, 6_000), (budget.Used, budget.Peak));
        budget.Free(first, 6_000);
        Assert.Equal((0, 6_000), (budget.Used, budget.Peak));
    }

    // All threads insert random numbers from one range until the table is full, it grows, and so on: each number must be new once.
    private static void Stress<TStore>(TStore store, ulong seed, Func<long, ulong> fingerprint, bool grows = true)
        where TStore : struct, IStore<long>
    {
        int range = grows ? 100_000 : 2_000;
        int insertions = 2 * range;
        var shared = new StrongBox<TStore>(store);
        var places = (long*)NativeMemory.Alloc((nuint)(Threads * (insertions + 1)), sizeof(long));
        int[] done = new int[Threads];
        int[] fresh = new int[Threads];
        void Insert(int thread)
        {
            while (done[thread] < insertions && shared.Value.HasRoom)
            {
                long value = new SplitRandom(seed, (ulong)((thread * insertions) + done[thread]++)).Below(range);
                long* place = places + (thread * (insertions + 1)) + fresh[thread];
                if (shared.Value.Insert(&value, fingerprint(value), Origin.Initial, place))
                {
                    fresh[thread]++;
                    shared.Value.Added(1);
                }
            }
        }
        while (done.Any(count => count < insertions))
        {
            Assert.True(shared.Value.HasRoom || shared.Value.TryGrow());
            Thread[] threads = [.. Enumerable.Range(0, Threads).Select(number => new Thread(() => Insert(number)))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
        }
        var expected = new HashSet<long>(Enumerable.Range(0, Threads * insertions).Select(i => (long)new SplitRandom(seed, (ulong)i).Below(range)));
        var found = new List<long>();
        for (int thread = 0; thread < Threads; thread++)
        {
            found.AddRange(new ReadOnlySpan<long>(places + (thread * (insertions + 1)), fresh[thread]));
        }
        bool known = expected.All(value => shared.Value.OriginOf(fingerprint(value)) == Origin.Initial);
        (long count, bool exact) = (shared.Value.Count, shared.Value.KeepsStates);
        shared.Value.Free();
        NativeMemory.Free(places);
        Assert.Equal(expected.Count, count);
        Assert.Equal(expected.Order(), found.Order());
        Assert.True(known || (exact && !grows));
    }
}
