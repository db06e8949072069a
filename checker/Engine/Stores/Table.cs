// The set of 64-bit keys that every store is built on.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Verify.Engine.Stores;

/// <summary>A counter that all threads change, on cache lines of its own: what lies beside it is read for every state.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct LonelyCounter
{
    /// <summary>The count.</summary>
    [FieldOffset(128)]
    public long Value;
}

/// <summary>
/// Keys in buckets of one cache line, eight to a bucket; what does not fit goes on to the next bucket. Keys are only ever added, so an insertion is
/// one compare-and-swap, and a lookup needs no lock (Laarman, van de Pol, Weber, "Boosting multi-core reachability performance with shared hash
/// tables", FMCAD 2010). Growing, in Table.Growth.cs, waits until no thread inserts.
/// </summary>
/// <remarks>
/// The bucket of a key is its share of 2^64: high half of key times buckets (Lemire, "Fast random integer generation in an interval", 2019).
/// So the table may have any number of buckets, and it is nearly sorted, which lets it grow in place by a part of its size. Keys must be spread
/// evenly over 64 bits: fingerprints, or what <see cref="Fingerprint.Mix"/> made of other words.
/// <code>
/// | bucket 0: 8 keys | bucket 1 | ... | bucket n-1 | spare |    a key is 0 where there is none; whether 0 itself is in the set, the spare slot says
/// </code>
/// Eight keys are compared at once, so the load may be high: buckets shorten the search as Knuth shows (vol. 3, 6.4).
/// </remarks>
internal unsafe partial struct Table
{
    /// <summary>Keys in a bucket.</summary>
    public const int Lanes = 8;

    private const long SmallestBuckets = 512;

    private readonly NativeBudget _budget;
    private readonly NativeRegion _keyRegion;
    private readonly NativeRegion? _valueRegion;
    private readonly long _slack;
    private readonly ulong _most = ulong.MaxValue;
    private ulong* _keys;
    private uint* _values;
    private ulong _buckets;
    private long _threshold;
    private LonelyCounter _count;

    /// <summary>An empty table.</summary>
    /// <param name="budget">Where the memory comes from.</param>
    /// <param name="slack">Insertions that may still be under way when the table has no more room: threads times what each does between its looks.</param>
    /// <param name="keepsValues">Whether there is a value of 32 bits beside each key; 0 to begin with.</param>
    /// <param name="keys">Keys that it is to take without growing.</param>
    /// <param name="share">What it may take of the memory, in bytes.</param>
    /// <exception cref="MemoryLimitException">The budget is too small for it.</exception>
    public Table(NativeBudget budget, long slack, bool keepsValues = false, long keys = 0, long share = long.MaxValue)
    {
        _budget = budget;
        _slack = slack;
        _keyRegion = new NativeRegion(budget);
        _valueRegion = keepsValues ? new NativeRegion(budget) : null;
        // The slack must fit in what Load leaves.
        long wanted = Math.Max(Math.Max(SmallestBuckets, slack), (long)(keys / FullLoad / Lanes) + (slack / Lanes) + 1);
        if (!TryReserve((ulong)wanted))
        {
            Free();
            throw new MemoryLimitException();
        }
        _buckets = (ulong)wanted;
        _threshold = keys > 0 ? long.MaxValue : Fits(Load);
        _most = (ulong)(share / BytesPerBucket);
    }

    /// <summary>Keys in the table, as far as reported.</summary>
    public readonly long Count => Volatile.Read(in _count.Value);

    /// <summary>Slots without the spare one, whose number this is.</summary>
    public readonly long Capacity => (long)_buckets * Lanes;

    /// <summary>True while the slack is untouched.</summary>
    public readonly bool HasRoom
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(in _count.Value) < _threshold;
    }

    /// <summary>The key in a slot, 0 where there is none.</summary>
    public readonly ulong this[long slot] => slot == Capacity ? 0 : _keys[slot];

    /// <summary>The value beside a key.</summary>
    public readonly ref uint Value(long slot) => ref _values[slot];

    /// <summary>Counts keys that were added.</summary>
    public void Added(int keys) => Interlocked.Add(ref _count.Value, keys);

    /// <summary>Counts one key that was added, and says the how manieth it is.</summary>
    public long AddedOne() => Interlocked.Increment(ref _count.Value);

    /// <summary>Asks the processor to fetch what <see cref="Claim"/> will look at first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Prefetch(ulong key)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(_keys + (Home(key) * Lanes));
        }
    }

    /// <summary>Asks for the value that is likely beside a key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void PrefetchValue(ulong key)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(_values + (Home(key) * Lanes));
        }
    }

    /// <summary>
    /// True if a key is in the bucket where it belongs; else it may be in another one, which is asked for if it may. Without a branch.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Knows(ulong key) => FindAtHome(key, out _);

    /// <summary>As <see cref="Knows"/>, and gives the slot; any slot of the bucket where it is false.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool FindAtHome(ulong key, out long slot)
    {
        slot = (long)Home(key) * Lanes;
        ulong* bucket = _keys + slot;
        var seen = Vector512.Load(bucket);
        if (Sse.IsSupported)
        {
            // The last bucket is followed by the spare slot, not by the first bucket: there, what is asked for is of no use.
            bool full = !Vector512.EqualsAny(seen, Vector512<ulong>.Zero);
            Sse.Prefetch0(bucket + (Lanes * (nint)Unsafe.BitCast<bool, byte>(full)));
        }
        ulong same = Vector512.Equals(seen, Vector512.Create(key)).ExtractMostSignificantBits();
        slot += BitOperations.TrailingZeroCount(same) % Lanes;
        return same != 0 & key != 0;
    }

    /// <summary>Finds the slot of a key or takes an empty one for it: true when it was taken. Any thread, at any time but while the table grows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Claim(ulong key, out long slot)
    {
        if (key == 0)
        {
            slot = Capacity;
            return Interlocked.CompareExchange(ref _keys[slot], 1, 0) == 0;
        }
        for (ulong bucket = Home(key); ; bucket = bucket + 1 == _buckets ? 0 : bucket + 1)
        {
            slot = (long)bucket * Lanes;
            var seen = Vector512.Load(_keys + slot);
            ulong same = Vector512.Equals(seen, Vector512.Create(key)).ExtractMostSignificantBits();
            if (same != 0)
            {
                slot += BitOperations.TrailingZeroCount(same);
                return false;
            }
            // Empty slots are tried in order by all, so whoever adds the same key at the same time is met on the way.
            for (ulong empty = Empty(seen); empty != 0; empty &= empty - 1)
            {
                long at = slot + BitOperations.TrailingZeroCount(empty);
                ulong found = Interlocked.CompareExchange(ref _keys[at], key, 0);
                if (found == 0 || found == key)
                {
                    slot = at;
                    return found == 0;
                }
            }
        }
    }

    /// <summary>
    /// The slot of a key, or -1. Any thread, at any time but while the table grows; of a key that is being added meanwhile it may say either.
    /// </summary>
    public readonly long Find(ulong key)
    {
        if (key == 0)
        {
            return _keys[Capacity] == 0 ? -1 : Capacity;
        }
        for (ulong bucket = Home(key); ; bucket = bucket + 1 == _buckets ? 0 : bucket + 1)
        {
            var seen = Vector512.Load(_keys + (bucket * Lanes));
            ulong same = Vector512.Equals(seen, Vector512.Create(key)).ExtractMostSignificantBits();
            if ((same | Empty(seen)) != 0)
            {
                return same == 0 ? -1 : ((long)bucket * Lanes) + BitOperations.TrailingZeroCount(same);
            }
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Free()
    {
        _keyRegion?.Free();
        _valueRegion?.Free();
        _keys = null;
        _values = null;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Empty(Vector512<ulong> keys) => Vector512.Equals(keys, Vector512<ulong>.Zero).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ulong Home(ulong key) => Fingerprint.High(key, _buckets);
}
