// The tables under stress: many threads, keys at the ends and all alike, growth, and memory that runs out.

using System.Runtime.CompilerServices;
using FsCheck.Fluent;
using Verify.Engine;
using Verify.Engine.Stores;
using Xunit;

namespace Verify.Tests.Engine;

public unsafe class StoreTests
{
    private const int Threads = 4;

    public enum Pattern
    {
        Random,
        Extremes,
        SameHighBits,
        LastBuckets,
    }

    [Theory]
    [InlineData(Pattern.Random, 300_000)]
    [InlineData(Pattern.Extremes, 3_000)]
    [InlineData(Pattern.SameHighBits, 6_000)]
    [InlineData(Pattern.LastBuckets, 6_000)]
    public void Keys_are_new_exactly_once_while_the_table_grows(Pattern pattern, int range) => Seeds.Run(seed =>
    {
        var budget = new NativeBudget(1L << 30);
        var table = new StrongBox<Table>(new Table(budget, Threads * 64, keepsValues: true));
        Stress(
            seed,
            range,
            value => Key(pattern, value),
            () => table.Value.HasRoom,
            crew => table.Value.TryGrow(crew),
            (key, value) =>
            {
                bool isNew = table.Value.Claim(key, out long slot);
                if (isNew)
                {
                    table.Value.Value(slot) = (uint)value + 1;
                    table.Value.Added(1);
                }
                return isNew;
            });
        for (int value = 0; value < range; value++)
        {
            long slot = table.Value.Find(Key(pattern, value));
            Assert.True(slot < 0 || table.Value.Value(slot) == value + 1, $"{value} in slot {slot}");
        }
        Assert.Equal(-1, table.Value.Find(0x123456789));
        table.Value.Free();
        Assert.Equal(0, budget.Used);
    });

    [Fact]
    public void A_table_that_cannot_grow_much_grows_by_less_and_then_gets_fuller()
    {
        var budget = new NativeBudget(1 << 20);
        var table = new Table(budget, 64);
        using var crew = new Crew(1);
        int keys = 0;
        for (; table.HasRoom || table.TryGrow(crew); keys++)
        {
            Assert.True(table.Claim(Key(Pattern.Random, keys), out _));
            table.Added(1);
        }
        // Half of what is left stays for others each time.
        Assert.InRange(keys, 60_000, 120_000);
        Assert.InRange(budget.Peak, 8 * keys, 1 << 20);
        Assert.All(Enumerable.Range(0, keys), value => Assert.True(table.Find(Key(Pattern.Random, value)) >= 0));
        table.Free();
        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public void Words_have_one_number_each() => Seeds.Run(seed =>
    {
        const int range = 100_000;
        var budget = new NativeBudget(1L << 30);
        var words = new StrongBox<Words>(new Words(budget, Threads * 64, used: true));
        uint[] numbers = new uint[range];
        bool Number(ulong word, int value)
        {
            int place = 0;
            uint number = 0;
            words.Value.Number(&word, &place, 1, &number);
            uint known = Interlocked.CompareExchange(ref numbers[value], number, 0);
            Assert.True(known == 0 || known == number, "a word has two numbers");
            return known == 0 && number != 0;
        }
        Stress(seed, range, value => (ulong)value, () => words.Value.HasRoom, crew => words.Value.TryGrow(crew), Number);
        uint[] given = [.. numbers.Where(number => number != 0)];
        Assert.Equal(Enumerable.Range(1, given.Length).Select(number => (uint)number), given.Order());
        words.Value.Free();
        Assert.Equal(0, budget.Used);
    });

    [Fact]
    public void Compressed_states_differ_as_the_states_do() => Seeds.Run(seed =>
    {
        Differ<byte>(seed);
        Differ<long>(seed);
        Differ<Words3>(seed);
        Differ<Words4>(seed);
        Differ<Words5>(seed);
        Differ<Words33>(seed);
    });

    [Fact]
    public void The_parent_with_the_smallest_fingerprint_stays_whatever_the_order() => Seeds.Check(Prop.ForAll(
        Gen.ListOf(Gen.Choose(1, 200)).Where(parents => parents.Count > 0).ToArbitrary(),
        parents =>
        {
            var budget = new NativeBudget(1 << 20);
            long child = 1000;
            var store = new OriginStore<long>(budget, 64, 2000, 9, []);
            foreach (long parent in parents.Select(parent => (long)parent).Prepend(0))
            {
                store.Insert(Fingerprint.Of(&parent), 0, null);
            }
            foreach (long parent in parents.Select(parent => (long)parent))
            {
                store.Insert(Fingerprint.Of(&child), store.Expand(&parent, 0), null);
            }
            // Of a later level: changes nothing.
            long late = 0;
            store.Insert(Fingerprint.Of(&child), store.Expand(&late, 1), null);
            ulong best = parents.Select(parent => (long)parent).Select(parent => Fingerprint.Of(&parent)).MinBy(print => print << 12);
            List<ulong> chain = store.Back(Fingerprint.Of(&child))!;
            store.Free();
            return budget.Used == 0 && chain.SequenceEqual([Fingerprint.Of(&child), best]);
        }));

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

    private static ulong Key(Pattern pattern, int value) => pattern switch
    {
        Pattern.Random => (ulong)value * 0x9e3779b97f4a7c15,
        Pattern.Extremes => value % 2 == 0 ? (ulong)value : ulong.MaxValue - (ulong)value,
        Pattern.SameHighBits => 0x7fff_ffff_0000_0000 + (ulong)value,
        _ => ulong.MaxValue - (ulong)value,
    };

    // Random states in batches, each a byte or two different from the one before, as successors are; and their keys alone.
    private static void Differ<T>(ulong seed)
        where T : unmanaged
    {
        const int size = 64;
        var budget = new NativeBudget(1L << 30);
        var store = new ExactStore<T>(budget, 1, size);
        using var crew = new Crew(1);
        byte* notes = budget.Allocate(store.NotesBytes, zeroed: true);
        byte* others = budget.Allocate(store.NotesBytes, zeroed: true);
        T* states = stackalloc T[size];
        var known = stackalloc Waiting[size];
        var keys = new Dictionary<string, ulong>();
        for (int i = 0; i < 50 * size; i++)
        {
            T* state = states + (i % size);
            *state = states[(i + size - 1) % size];
            var random = new SplitRandom(seed, (ulong)i);
            ((byte*)state)[random.Below(sizeof(T))] = (byte)random.Below(3);
            ((byte*)state)[random.Below(sizeof(T))] ^= (byte)random.Below(2);
            if (i % size != size - 1)
            {
                continue;
            }
            Assert.True(store.HasRoom || store.TryGrow(crew));
            store.FindKeys(states, known, size, notes);
            for (int j = 0; j < size; j++)
            {
                var alone = default(Waiting);
                store.FindKeys(states + j, &alone, 1, others);
                Assert.Equal(known[j].Key, alone.Key);
                string bytes = Convert.ToHexString(new ReadOnlySpan<byte>((byte*)(states + j), sizeof(T)));
                bool isNew = keys.TryAdd(bytes, alone.Key);
                Assert.Equal(isNew, store.Insert(alone.Key, 0, null));
                Assert.Equal(keys[bytes], alone.Key);
            }
        }
        Assert.Equal(keys.Count, keys.Values.Distinct().Count());
        budget.Free(notes, store.NotesBytes);
        budget.Free(others, store.NotesBytes);
        store.Free();
        Assert.Equal(0, budget.Used);
    }

    // All threads add random numbers from one range until there is no more room, it is made, and so on: each number must be new once, beside a set that
    // says so. Growing is done by all of them, too.
    private static void Stress(
        ulong seed, int range, Func<int, ulong> key, Func<bool> hasRoom, Func<Crew, bool> grow, Func<ulong, int, bool> insert)
    {
        int insertions = 2 * range;
        int[] done = new int[Threads];
        var fresh = new List<int>[Threads];
        Array.Fill(fresh, null!);
        using var crew = new Crew(Threads);
        void Insert(int thread)
        {
            fresh[thread] ??= [];
            while (done[thread] < insertions && hasRoom())
            {
                int value = (int)new SplitRandom(seed, (ulong)((thread * insertions) + done[thread]++)).Below(range);
                if (insert(key(value), value))
                {
                    fresh[thread].Add(value);
                }
            }
        }
        while (done.Any(count => count < insertions))
        {
            Assert.True(hasRoom() || grow(crew));
            crew.Work(together: true, Insert);
        }
        var expected = new HashSet<int>(Enumerable.Range(0, Threads * insertions).Select(i => (int)new SplitRandom(seed, (ulong)i).Below(range)));
        Assert.Equal(expected.Order(), fresh.SelectMany(values => values).Order());
    }

    [InlineArray(20)]
    private struct Words3
    {
        private byte _first;
    }

    [InlineArray(31)]
    private struct Words4
    {
        private byte _first;
    }

    [InlineArray(40)]
    private struct Words5
    {
        private byte _first;
    }

    [InlineArray(261)]
    private struct Words33
    {
        private byte _first;
    }
}
