// What holds of a writer that syncs each of its batches, whatever the entries: a view mixes at most two successive images.

using Verify.Bits;
using Verify.Smmu.Writers;
using Verify.Transitions;

namespace Verify.Smmu.Update;

/// <summary>
/// What the SMMU holds of the entry, whole or in part, is a mix of two successive images of the writer. What is true of all such mixes is true of every
/// view; and a part of the entry that is no such mix can be completed to a view that is none.
/// </summary>
/// <param name="system">The system.</param>
public sealed class MixOfTwoImages(WriterSystem system) : IWordProperty
{
    /// <inheritdoc/>
    public string Name => "MixOfTwoImages";

    /// <inheritdoc/>
    public TBit Holds<TWord, TBit>(ReadOnlySpan<TWord> state)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var s = system.Read<TWord, TBit>(state);
        // Before the first batch, and where there is none.
        var mix = WriterInvariant.IsMix(system, in s, s.From, s.From);
        for (var batch = 0; batch < system.Batches; batch++)
        {
            mix |= WriterInvariant.IsMix(system, in s, s.After(batch - 1), s.After(batch));
        }

        return mix;
    }
}

/// <summary>
/// The inductive invariant of a writer that ends each batch with CFGI and CMD_SYNC. While batch k is carried out every store quantum of memory is that of
/// image k-1 or of image k, and so is what the SMMU holds; before the update both are as the entry was, after it both are the last image. A batch that is
/// not carried out changes nothing.
/// </summary>
/// <param name="system">The system.</param>
public sealed class WriterInvariant(WriterSystem system) : IWordProperty
{
    /// <inheritdoc/>
    public string Name => "WriterInvariant";

    /// <inheritdoc/>
    public TBit Holds<TWord, TBit>(ReadOnlySpan<TWord> state)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var s = system.Read<TWord, TBit>(state);
        var storing = s.Is(UpdatePhase.Storing);
        var queued = s.Is(UpdatePhase.CfgiQueued) | s.Is(UpdatePhase.SyncQueued);
        var stored = queued | s.Is(UpdatePhase.SyncLost);
        var outside = s.Is(UpdatePhase.Before) | s.Is(UpdatePhase.After);
        var invariant = outside;
        // What the current images are: at rest there is only one.
        var older = WriterState<TWord, TBit>.If(s.Is(UpdatePhase.Before), s.From, s.Final);
        var newer = older;
        for (var batch = 0; batch < system.Batches; batch++)
        {
            var here = (storing | stored) & s.At(batch);
            older = WriterState<TWord, TBit>.If(here, s.After(batch - 1), older);
            newer = WriterState<TWord, TBit>.If(here, s.After(batch), newer);
            // A CMD_SYNC that ends a batch finds the CFGI before it.
            invariant |= here & (!queued | TBit.Constant(system.End(batch) != BatchEnd.Sync) | !TWord.Same(s.Cfgi, TWord.Constant(0)));
        }

        for (var batch = 0; batch < system.Batches; batch++)
        {
            invariant &= s.IsActive(batch) | WriterState<TWord, TBit>.Same(s.After(batch), s.After(batch - 1), 0, Entry<Number>.Words);
        }

        for (var first = 0; first < Entry<Number>.Words; first += system.Writer.StoreWords)
        {
            var isNew = WriterState<TWord, TBit>.Same(s.Memory, newer, first, system.Writer.StoreWords);
            invariant &= isNew | (!stored & WriterState<TWord, TBit>.Same(s.Memory, older, first, system.Writer.StoreWords));
        }

        return invariant & IsMix(system, in s, in older, in newer);
    }

    /// <summary>Whether all that the SMMU holds is of one of two images, in parts that neither stores nor fetches split.</summary>
    internal static TBit IsMix<TWord, TBit>(WriterSystem system, in WriterState<TWord, TBit> s, in Entry<TWord> older, in Entry<TWord> newer)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var width = Math.Min(system.FetchWords, system.Writer.StoreWords);
        var mix = TBit.Constant(true);
        for (var first = 0; first < Entry<Number>.Words; first += width)
        {
            mix &= !s.Has(first / system.FetchWords)
                | WriterState<TWord, TBit>.Same(s.Cached, older, first, width) | WriterState<TWord, TBit>.Same(s.Cached, newer, first, width);
        }

        return mix;
    }
}

/// <summary>
/// The images in the state are those that the writer computes. Inductive by itself, since no step changes them: what an invariant about images says, it
/// says of the writer where this holds too.
/// </summary>
/// <param name="system">The system.</param>
public sealed class ImagesArePlanned(WriterSystem system) : IWordProperty
{
    /// <inheritdoc/>
    public string Name => "ImagesArePlanned";

    /// <inheritdoc/>
    public TBit Holds<TWord, TBit>(ReadOnlySpan<TWord> state)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var s = system.Read<TWord, TBit>(state);
        return system.IsPlanned(in s);
    }
}
