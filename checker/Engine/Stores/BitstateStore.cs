// Visited states as bits in one large array: for hunting in state spaces that do not fit.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Verify.Engine.Disk;
using Verify.Transitions;

namespace Verify.Engine.Stores;

/// <summary>
/// Remembers three bits of a hash for each state and nothing else, so a state whose bits others have set already is taken for known and omitted (Holzmann,
/// "An analysis of bitstate hashing", Formal Methods in System Design 13, 1998). What is found is real, what is not found may still be there.
/// </summary>
/// <remarks>
/// The array takes half of the memory limit and never grows. The other half stays for the states that wait, which are whole: with two bytes a state in the
/// array they are soon the larger part.
///
/// All three bits of a state lie in one word of 64, which the high bits of the fingerprint choose; the next 18 bits of the fingerprint are the three places in it.
/// With that many independent bits at hand there is no need of double hashing, which has a price in accuracy (Dillinger, Manolios, "Bloom filters in probabilistic
/// verification", FMCAD 2004). One word is one miss of the cache and one atomic Or, and of several threads that add the same state exactly one is told that it
/// is new, as with the other stores. The price is that some words fill faster than others (Putze, Sanders, Singler, "Cache-, hash- and space-efficient Bloom
/// filters", WEA 2007): by the formulas below, a run that leaves 8 bits of the array for each state omits 1.2 % of the states it meets instead of 0.9 %, with 16
/// bits it is 0.25 instead of 0.13 %, with 64 bits 0.016 instead of 0.0024 %. The factor grows as the array gets emptier, but where it is larger still,
/// <see cref="FingerprintStore{TState}"/> fits as well and omits nothing.
///
/// <b>The estimate.</b> When n different states were met with W words, a word has met a number of them that is distributed by Poisson with mean n/W, and each threw
/// three bits (an omitted one too: its bits were set already). That l given bits of a word are all clear has the probability exp(-n/W (1 - (1 - l/64)^3)), so the
/// probability p(n) that the bits of the next state are all set follows by inclusion and exclusion over its bits: that is Bloom's false positive (CACM 13,
/// 1970) without his approximation. For each state that is found new, p/(1-p) others are omitted on average; the estimate is the sum of that over the run.
/// It counts states that were met: what can be reached only through an omitted one is not in it, so it says least of what was not seen.
/// </remarks>
internal unsafe struct BitstateStore<TState> : IStore<TState>
    where TState : unmanaged
{
    private const long HugePage = 2 << 20;
    private const long Page = 4 << 10;

    private readonly NativeRegion _region;
    private readonly ulong _words;
    private ulong* _bits;

    /// <summary>An empty array of <see cref="Share"/> bytes.</summary>
    /// <exception cref="MemoryLimitException">The budget is too small.</exception>
    public BitstateStore(NativeBudget budget)
    {
        _region = new NativeRegion(budget);
        if (Share(budget) == 0 || !_region.TryGrow(Share(budget)))
        {
            _region.Free();
            throw new MemoryLimitException();
        }
        _bits = (ulong*)_region.Memory;
        _words = (ulong)_region.Bytes / sizeof(ulong);
    }

    /// <inheritdoc/>
    public static bool KeepsOrigins => false;

    /// <inheritdoc/>
    public static bool IsExhaustive => false;

    /// <inheritdoc/>
    public readonly int NotesBytes => 0;

    /// <inheritdoc/>
    public readonly bool HasRoom => true;

    /// <summary>Bytes of the array: half of the limit, in whole pages.</summary>
    public static long Share(NativeBudget budget)
    {
        long half = budget.Limit / 2;
        long page = half < HugePage ? Page : HugePage;
        return half / page * page;
    }

    /// <inheritdoc/>
    public readonly ulong Expand(TState* state, int level) => 0;

    /// <inheritdoc/>
    public readonly ulong Mark(ulong origin, TState* before, Step step, TState* after) => origin;

    /// <inheritdoc/>
    public readonly void FindKeys(TState* states, Waiting* known, int count, byte* notes) => Fingerprint.OfAll(states, known, count);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Prefetch(ulong key)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(_bits + Math.BigMul(key, _words, out _));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Knows(ulong key) => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Insert(ulong key, ulong origin, byte* notes)
    {
        // The product's high half is the word; its low half begins with the bits of the key that had no say in that.
        ulong word = Math.BigMul(key, _words, out ulong rest);
        ulong mask = (1UL << (int)(rest >> 58)) | (1UL << (int)(rest >> 52)) | (1UL << (int)(rest >> 46));
        ulong* place = _bits + word;
        // Most are known: then the line need not be made this processor's own.
        return (Volatile.Read(ref *place) & mask) != mask && (Interlocked.Or(ref *place, mask) & mask) != mask;
    }

    /// <inheritdoc/>
    public readonly void Added(int states)
    {
    }

    /// <inheritdoc/>
    public readonly bool TryGrow(Crew crew) => true;

    /// <inheritdoc/>
    public readonly StoreLoss Loss(long states) => new(Omissions(states, _words) + FingerprintStore<TState>.Collisions(states), Fill());

    /// <inheritdoc/>
    public readonly bool TrySpill(KeyRuns runs) => false;

    /// <inheritdoc/>
    public readonly void Save(CheckpointWriter writer, KeyRuns? runs)
    {
        writer.Write(_region.Bytes);
        for (long at = 0; at < _region.Bytes; at += Page)
        {
            writer.Write(new ReadOnlySpan<byte>(_region.Memory + at, (int)Page));
        }
    }

    /// <inheritdoc/>
    public readonly void Load(CheckpointReader reader, Action makeRoom)
    {
        long bytes = reader.ReadLong();
        if (bytes != _region.Bytes)
        {
            throw reader.Refused($"its array of bits takes {bytes >> 10} KiB, half of the memory limit, and now it would be {_region.Bytes >> 10} KiB");
        }
        for (long at = 0; at < bytes; at += Page)
        {
            reader.Read(new Span<byte>(_region.Memory + at, (int)Page));
        }
    }

    /// <inheritdoc/>
    public void Free()
    {
        _region.Free();
        _bits = null;
    }

    /// <summary>The expected number of states that were met and omitted, when <paramref name="states"/> were found new in so many words.</summary>
    public static double Omissions(long states, double words)
    {
        // By the midpoint rule, as p depends on how many were omitted before.
        const int steps = 1000;
        double step = (double)states / steps;
        double omitted = 0;
        for (int i = 0; i < steps; i++)
        {
            double half = omitted + (step / 2 * Rate(((step * i) + omitted) / words));
            omitted += step * Rate(((step * (i + 0.5)) + half) / words);
        }
        return omitted;
    }

    private static double Rate(double mean)
    {
        double taken = Taken(mean);
        return taken / (1 - taken);
    }

    // p for a mean number of states in a word.
    private static double Taken(double mean)
    {
        double one = Clear(mean, 1), two = Clear(mean, 2), three = Clear(mean, 3);
        // The three places of a new state may coincide.
        const double same = 1.0 / (64 * 64), pair = 3.0 * 63 / (64 * 64), distinct = 63.0 * 62 / (64 * 64);
        double taken = (same * (1 - one)) + (pair * (1 - (2 * one) + two)) + (distinct * (1 - (3 * one) + (3 * two) - three));
        return Math.Clamp(taken, 0, 1 - 1e-9);
    }

    private static double Clear(double mean, int bits) => Math.Exp(-mean * (1 - Math.Pow(1 - (bits / 64.0), 3)));

    // The share of bits that are set: of all words, or of a million that are spread evenly where there are many more.
    private readonly double Fill()
    {
        ulong stride = Math.Max(1, _words >> 20);
        long set = 0, seen = 0;
        for (ulong word = 0; word < _words; word += stride, seen++)
        {
            set += BitOperations.PopCount(_bits[word]);
        }
        return set / (64.0 * seen);
    }
}
