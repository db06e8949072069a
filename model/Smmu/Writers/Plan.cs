// A writer as data: the images an entry holds after each batch of stores, and how each batch ends.

using System.Runtime.CompilerServices;
using Verify.Bits;

namespace Verify.Smmu.Writers;

/// <summary>How a batch of stores ends.</summary>
public enum BatchEnd : byte
{
    /// <summary>CFGI for the entry and CMD_SYNC, and waiting for its completion: no older view survives.</summary>
    Sync,

    /// <summary>A store barrier only: later stores come after, but views of this batch may meet them.</summary>
    Barrier,

    /// <summary>CMD_SYNC without CFGI: waits, and invalidates nothing.</summary>
    SyncWithoutCfgi,

    /// <summary>Waiting for a CMD_SYNC that was never queued.</summary>
    WaitWithoutSync,
}

/// <summary>
/// What a writer does to an entry: up to <see cref="Most"/> batches. The stores of a batch become visible in any order; only words that
/// change are stored. A batch that is not active is not carried out at all.
/// </summary>
public struct Plan<TWord, TBit>
    where TWord : struct, IWord<TWord, TBit>
    where TBit : struct, IBit<TBit>
{
    /// <summary>The most batches a plan can have.</summary>
    public const int Most = 9;

    private Entries images;
    private Conditions active;
    private Ends ends;

    /// <summary>A plan without batches for an entry that holds <paramref name="start"/>.</summary>
    public Plan(in Entry<TWord> start) => Start = start;

    /// <summary>The entry before the first batch.</summary>
    public Entry<TWord> Start { get; }

    /// <summary>Number of batches, active or not.</summary>
    public int Count { get; private set; }

    /// <summary>The entry after the last batch.</summary>
    public readonly Entry<TWord> Final => Count == 0 ? Start : images[Count - 1];

    /// <summary>The entry after batch <paramref name="batch"/>; before the first for -1.</summary>
    public readonly Entry<TWord> After(int batch) => batch < 0 ? Start : images[batch];

    /// <summary>Whether batch <paramref name="batch"/> is carried out.</summary>
    public readonly TBit Active(int batch) => active[batch];

    /// <summary>How batch <paramref name="batch"/> ends.</summary>
    public readonly BatchEnd End(int batch) => ends[batch];

    /// <summary>Adds a batch that is carried out only if it changes something.</summary>
    public void Add(in Entry<TWord> image, BatchEnd end = BatchEnd.Sync)
    {
        var before = Final;
        AddActive(Differ(in before, in image), in image, end);
    }

    /// <summary>
    /// Adds a batch that is carried out where <paramref name="condition"/> holds, even if it changes nothing; elsewhere the entry stays as it is.
    /// </summary>
    public void AddIf(TBit condition, in Entry<TWord> image, BatchEnd end = BatchEnd.Sync)
    {
        var after = Final;
        for (var i = 0; i < Entry<TWord>.Words; i++)
        {
            after[i] = TWord.If(condition, image[i], after[i]);
        }

        AddActive(condition, in after, end);
    }

    /// <summary>
    /// The same where the image is known to be the one before wherever <paramref name="condition"/> does not hold: as terms, images stay free of
    /// a choice that makes no difference.
    /// </summary>
    public void AddActive(TBit condition, in Entry<TWord> image, BatchEnd end = BatchEnd.Sync)
    {
        images[Count] = image;
        active[Count] = condition;
        ends[Count] = end;
        Count++;
    }

    /// <summary>Whether two entries differ in any bit.</summary>
    public static TBit Differ(in Entry<TWord> left, in Entry<TWord> right)
    {
        var differ = TBit.Constant(false);
        for (var i = 0; i < Entry<TWord>.Words; i++)
        {
            differ |= !TWord.Same(left[i], right[i]);
        }

        return differ;
    }

    [InlineArray(Most)]
    private struct Entries
    {
        private Entry<TWord> first;
    }

    [InlineArray(Most)]
    private struct Conditions
    {
        private TBit first;
    }

    [InlineArray(Most)]
    private struct Ends
    {
        private BatchEnd first;
    }
}
