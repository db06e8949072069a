// The memory of an open-addressing table: what the stores have in common.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Verify.Engine.Stores;

/// <summary>One slot: sixteen bytes, four to a cache line, so that a lookup usually touches one line.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Slot
{
    /// <summary>Who is in the slot, as the store defines it; 0 while it is empty.</summary>
    public ulong Key;

    /// <summary>How the state was reached; see <see cref="Stores.Origin"/>.</summary>
    public ulong Origin;
}

/// <summary>
/// Slots, a power of two of them, and how full they may get. Slots are only ever filled, never emptied, so an insertion is one
/// compare-and-swap and a lookup needs no lock (the scheme of Laarman, van de Pol, Weber, "Boosting multi-core reachability performance with
/// shared hash tables", FMCAD 2010). Growing waits until no thread inserts.
/// </summary>
internal unsafe struct Table
{
    private readonly NativeBudget _budget;
    private long _count;
    private long _threshold;

    /// <summary>An empty table.</summary>
    /// <param name="budget">Where the memory comes from.</param>
    /// <param name="slack">Insertions that may still be under way when the table has no more room: threads times batch.</param>
    /// <exception cref="MemoryLimitException">The budget is too small for the smallest table.</exception>
    public Table(NativeBudget budget, int slack)
    {
        _budget = budget;
        // The slack must fit in the eighth that Fill leaves.
        long capacity = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(4096, slack * 8L));
        Slots = (Slot*)budget.Allocate(Bytes(capacity), zeroed: true);
        Mask = (ulong)capacity - 1;
        _threshold = Normal(capacity);
    }

    /// <summary>The slots; one more than the capacity, for the key that is 0.</summary>
    public Slot* Slots { get; private set; }

    /// <summary>Capacity minus one.</summary>
    public ulong Mask { get; private set; }

    /// <summary>Slots in use, as far as reported.</summary>
    public readonly long Count => Volatile.Read(in _count);

    /// <summary>True while the slack is untouched.</summary>
    public readonly bool HasRoom
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(in _count) < _threshold;
    }

    /// <summary>The slot outside of the addressed ones.</summary>
    public readonly Slot* Spare => Slots + Mask + 1;

    private readonly long Capacity => (long)Mask + 1;

    /// <summary>Counts slots that were filled.</summary>
    public void Added(int slots) => Interlocked.Add(ref _count, slots);

    /// <summary>
    /// Doubles the table; the caller moves the slots from <paramref name="old"/> and then frees it with <see cref="FreeOld"/>. False when the
    /// budget refuses: then <see cref="Fill"/> may help.
    /// </summary>
    public bool TryDouble(out Slot* old)
    {
        old = Slots;
        var slots = (Slot*)_budget.TryAllocate(Bytes(2 * Capacity), zeroed: true);
        if (slots == null)
        {
            return false;
        }
        slots[2 * Capacity] = *Spare;
        Slots = slots;
        Mask = (2 * Mask) + 1;
        _threshold = Normal(Capacity);
        return true;
    }

    /// <summary>Frees the slots of before <see cref="TryDouble"/>.</summary>
    public readonly void FreeOld(Slot* old) => _budget.Free(old, Bytes(Capacity / 2));

    /// <summary>Allows the table to get seven eighths full, where it cannot be doubled: slower, but a third more states. False if it is already.</summary>
    public bool Fill()
    {
        long full = Capacity - (Capacity / 8);
        if (full <= _threshold)
        {
            return false;
        }
        _threshold = full;
        return true;
    }

    /// <summary>Gives the memory back.</summary>
    public void Free()
    {
        _budget?.Free(Slots, Bytes(Capacity));
        Slots = null;
    }

    // Above two thirds, linear probing gets long: an unsuccessful search looks at 5 slots at 2/3, at 13 at 4/5 (Knuth, vol. 3, 6.4).
    private static long Normal(long capacity) => capacity * 2 / 3;

    private static long Bytes(long capacity) => (capacity + 1) * sizeof(Slot);
}
