// What reductions may rest on: threads with the same keys are interchangeable, and which slots and counters a step touches.

using System.Numerics;
using Verify.Transitions;

namespace Verify.Model.VisitedSet;

/// <content>
/// Slots and counters have other bits after each growth. The table grows when every thread is at rest, so a thread that is not at rest takes its next step before
/// that, and on the old slots. Where threads do not come to rest for it, growth touches everything.
/// </content>
public readonly partial struct VisitedSetModel : ISymmetricSystem<VisitedSetState>, IPartialOrderSystem<VisitedSetState>
{
    // Keys of 4 slots, then 8, then 16; numbers and the count, by size of the table; numbers told; the threads that rest.
    private const int NumbersBit = 28;
    private const int CountBit = 31;
    private const int ToldBit = 34;
    private const int RestBit = 35;

    /// <summary>
    /// Threads that add the same keys. Where threads begin at either end of a bucket, only those that begin at the same one.
    /// </summary>
    public IReadOnlyList<IndexSet> Symmetries => [.. _twins.Select(twins => new IndexSet("threads with the same keys", twins.Length))];

    /// <summary>The threads, and the table itself, which grows.</summary>
    public int Agents => Threads + 1;

    /// <inheritdoc/>
    public void Rename(in VisitedSetState state, int set, ReadOnlySpan<byte> names, ref VisitedSetState renamed)
    {
        byte[] twins = _twins[set];
        for (int i = 0; i < twins.Length; i++)
        {
            (int from, int to) = (twins[i], twins[names[i]]);
            renamed.Pc[to] = state.Pc[from];
            renamed.Added[to] = state.Added[from];
            renamed.Bucket[to] = state.Bucket[from];
            renamed.Looked[to] = state.Looked[from];
            renamed.ReadLanes[to] = state.ReadLanes[from];
            renamed.Empty[to] = state.Empty[from];
            renamed.Found[to] = state.Found[from];
        }
    }

    /// <summary>All there is of a thread.</summary>
    public ulong Signature(in VisitedSetState state, int set, int index)
    {
        int thread = _twins[set][index];
        return state.Pc[thread] | ((ulong)state.Added[thread] << 8) | ((ulong)state.Bucket[thread] << 16) | ((ulong)state.Looked[thread] << 24)
            | ((ulong)state.ReadLanes[thread] << 32) | ((ulong)state.Empty[thread] << 40) | ((ulong)state.Found[thread] << 48);
    }

    /// <inheritdoc/>
    public int Agent(in VisitedSetState before, Step step) => step.Kind == (ushort)Act.Grow ? Threads : step.A;

    /// <inheritdoc/>
    public Footprint Next(in VisitedSetState state, int agent)
    {
        int size = state.Buckets;
        if (agent == Threads)
        {
            return !CanGrow(size) ? Footprint.Nothing : !rules.RestsToGrow ? Footprint.Everything
                : new(Slots(size) | Numbers(size) | AllRest, Slots(2 * size) | Numbers(2 * size) | Count(2 * size) | AllRest);
        }
        ulong rest = 1UL << (RestBit + agent);
        ulong restAtEnd = state.Looked[agent] >= size ? rest : 0;
        return (Pc)state.Pc[agent] switch
        {
            Pc.Look => new(Count(size), rest),
            Pc.Read => new(Unread(in state, agent), restAtEnd),
            Pc.Claim => Claimed(in state, agent) | new Footprint(0, restAtEnd),
            Pc.Count => new(0, Count(size)),
            Pc.Publish => new(0, Numbers(size) | Told | rest),
            Pc.Await => new(Numbers(size), Told | rest),
            Pc.Rest when CanGrow(size) => new(Count(2 * size), rest),
            _ => Footprint.Nothing,
        };
    }

    /// <inheritdoc/>
    public Footprint Later(in VisitedSetState state, int agent)
    {
        int size = state.Buckets;
        bool grows = CanGrow(size);
        if (grows && !rules.RestsToGrow)
        {
            return Footprint.Everything;
        }
        ulong grown = grows ? Everything & ~UpTo(size) : 0;
        if (agent == Threads)
        {
            return grows ? new(Everything, grown | AllRest) : Footprint.Nothing;
        }
        ulong rest = 1UL << (RestBit + agent);
        bool isLast = state.Added[agent] == programs[agent].Length - 1;
        return (Pc)state.Pc[agent] switch
        {
            Pc.Done => Footprint.Nothing,
            Pc.Count when isLast => new(0, Count(size) | Numbers(size) | Told | rest),
            Pc.Publish or Pc.Await when isLast => Next(in state, agent),
            _ => new(
                Slots(size) | Numbers(size) | Count(size) | grown,
                Claimable(in state, agent) | Numbers(size) | Count(size) | Told | rest | grown),
        };
    }

    /// <summary>How far all threads are with their keys; it grows with every step but those to rest and of growth.</summary>
    public ulong Progress(in VisitedSetState state)
    {
        ulong sum = 0;
        for (int thread = 0; thread < Threads; thread++)
        {
            int stage = (Pc)state.Pc[thread] switch
            {
                Pc.Read => BitOperations.PopCount(state.ReadLanes[thread]),
                Pc.Look or Pc.Done => 0,
                _ => Lanes + state.Pc[thread],
            };
            sum += (1024UL * state.Added[thread]) + (16UL * state.Looked[thread]) + (ulong)stage;
        }
        return sum;
    }

    private static byte[][] Twins(byte[][] programs, VisitedSetRules rules) =>
        [.. Enumerable.Range(0, programs.Length).Select(thread => (byte)thread)
            .GroupBy(thread => (string.Join(' ', programs[thread]), rules.InOrder ? 0 : thread % 2))
            .Where(twins => twins.Count() > 1).Select(twins => twins.ToArray())];

    private static bool CanGrow(int size) => 2 * size <= MostBuckets;

    private static ulong Everything => (1UL << (ToldBit + 1)) - 1;

    private static ulong AllRest => ((1UL << MostThreads) - 1) << RestBit;

    private static ulong Told => 1UL << ToldBit;

    // Bits of the keys, of a table of so many buckets.
    private static ulong Slots(int size) => ((1UL << (size * Lanes)) - 1) << FirstSlot(size);

    private static int FirstSlot(int size) => (size - 2) * Lanes;

    private static ulong Numbers(int size) => 1UL << (NumbersBit + BitOperations.Log2((uint)size) - 1);

    private static ulong Count(int size) => 1UL << (CountBit + BitOperations.Log2((uint)size) - 1);

    // What a table of this size has, and smaller ones had.
    private static ulong UpTo(int size)
    {
        int sizes = BitOperations.Log2((uint)size);
        ulong counted = (1UL << sizes) - 1;
        return ((1UL << (FirstSlot(size) + (size * Lanes))) - 1) | (counted << NumbersBit) | (counted << CountBit) | Told;
    }

    private ulong Unread(in VisitedSetState state, int thread)
    {
        ulong touched = 0;
        int key = Key(in state, thread);
        for (int lane = 0; lane < Lanes; lane++)
        {
            if ((state.ReadLanes[thread] >> lane & 1) == 0)
            {
                int slot = (state.Bucket[thread] * Lanes) + lane;
                touched |= 1UL << (FirstSlot(state.Buckets) + slot);
                touched |= state.Keys[slot] == key ? Numbers(state.Buckets) : 0;
            }
        }
        return touched;
    }

    // A compare-and-swap that fails only reads.
    private Footprint Claimed(in VisitedSetState state, int thread)
    {
        int slot = (state.Bucket[thread] * Lanes) + NextEmpty(state.Empty[thread], thread);
        ulong read = state.Keys[slot] == Key(in state, thread) ? Numbers(state.Buckets) : 0;
        ulong touched = 1UL << (FirstSlot(state.Buckets) + slot);
        return state.Keys[slot] == 0 || !rules.ComparesAndSwaps ? new(read, touched) : new(read | touched, 0);
    }

    // The slots that a thread may yet put a key into before the table grows: empty ones, from the buckets of its keys on, as far as all keys that are to be put
    // anywhere can fill what lies before them. A store where there should be a compare-and-swap may come to any slot.
    private ulong Claimable(in VisitedSetState state, int thread)
    {
        if (!rules.ComparesAndSwaps)
        {
            return Slots(state.Buckets);
        }
        int waiting = Unclaimed(in state);
        bool looks = (Pc)state.Pc[thread] is Pc.Read or Pc.Claim;
        ulong slots = looks ? Reached(in state, state.Bucket[thread], waiting) : 0;
        bool isPast = looks || (Pc)state.Pc[thread] is Pc.Count or Pc.Publish or Pc.Await;
        for (int next = state.Added[thread] + (isPast ? 1 : 0); next < programs[thread].Length; next++)
        {
            slots |= Reached(in state, Home(programs[thread][next], state.Buckets), waiting);
        }
        return slots;
    }

    // How many slots all threads together may yet take.
    private int Unclaimed(in VisitedSetState state)
    {
        int count = 0;
        for (int thread = 0; thread < Threads; thread++)
        {
            count += programs[thread].Length - state.Added[thread] - ((Pc)state.Pc[thread] is Pc.Count or Pc.Publish or Pc.Await ? 1 : 0);
        }
        return count;
    }

    private static ulong Reached(in VisitedSetState state, int bucket, int waiting)
    {
        ulong slots = 0;
        for (int passed = 0; passed < state.Buckets && waiting >= 0; passed++, bucket = (bucket + 1) % state.Buckets)
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                int slot = (bucket * Lanes) + lane;
                bool isEmpty = state.Keys[slot] == 0;
                slots |= isEmpty ? 1UL << (FirstSlot(state.Buckets) + slot) : 0;
                waiting -= isEmpty ? 1 : 0;
            }
        }
        return slots;
    }
}
