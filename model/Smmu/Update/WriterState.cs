// The state of the writer's word system, read: where the CPU is, which image comes next, what the SMMU holds.

using Verify.Bits;

namespace Verify.Smmu.Update;

/// <summary>A state of <see cref="WriterSystem"/>, taken apart. It means what <see cref="UpdateState"/> means.</summary>
public readonly struct WriterState<TWord, TBit>
    where TWord : struct, IWord<TWord, TBit>
    where TBit : struct, IBit<TBit>
{
    internal const int FromAt = 0;
    internal const int ToAt = FromAt + Entry<Number>.Words;
    internal const int MemoryAt = ToAt + Entry<Number>.Words;
    internal const int CachedAt = MemoryAt + Entry<Number>.Words;
    internal const int PresentAt = CachedAt + Entry<Number>.Words;
    internal const int PhaseAt = PresentAt + 1;
    internal const int BatchAt = PhaseAt + 1;
    internal const int CfgiAt = BatchAt + 1;
    internal const int UnsyncedAt = CfgiAt + 1;
    internal const int ActiveAt = UnsyncedAt + 1;
    internal const int ImagesAt = ActiveAt + 1;

    private readonly Entry<TWord>[] images;

    /// <summary>Reads a state.</summary>
    internal WriterState(WriterSystem system, ReadOnlySpan<TWord> state)
    {
        From = Read(state, FromAt);
        To = Read(state, ToAt);
        Memory = Read(state, MemoryAt);
        Cached = Read(state, CachedAt);
        Present = state[PresentAt];
        Phase = state[PhaseAt];
        Batch = state[BatchAt];
        Cfgi = state[CfgiAt];
        Active = state[ActiveAt];
        images = new Entry<TWord>[system.Batches];
        for (var batch = 0; batch < images.Length; batch++)
        {
            images[batch] = Read(state, ImagesAt + (batch * Entry<Number>.Words));
        }
    }

    /// <summary>The image before the update.</summary>
    public Entry<TWord> From { get; }

    /// <summary>The image wanted.</summary>
    public Entry<TWord> To { get; }

    /// <summary>The entry in memory.</summary>
    public Entry<TWord> Memory { get; }

    /// <summary>The SMMU's copy; words that are not present are 0.</summary>
    public Entry<TWord> Cached { get; }

    /// <summary>Quanta that the SMMU's copy holds, a bit each.</summary>
    public TWord Present { get; }

    /// <summary>Where the CPU is, an <see cref="UpdatePhase"/>.</summary>
    public TWord Phase { get; }

    /// <summary>The batch being carried out, counted from 0; 0 before and after the update.</summary>
    public TWord Batch { get; }

    /// <summary>Whether the queue holds a CFGI for this entry: 0 or 1.</summary>
    public TWord Cfgi { get; }

    /// <summary>Batches that are carried out, a bit each.</summary>
    public TWord Active { get; }

    /// <summary>The entry after the last batch.</summary>
    public Entry<TWord> Final => After(images.Length - 1);

    /// <summary>Whether the CPU is in <paramref name="phase"/>.</summary>
    public TBit Is(UpdatePhase phase) => TWord.Same(Phase, TWord.Constant((ulong)phase));

    /// <summary>Whether <paramref name="batch"/> is the batch being carried out, given that one is.</summary>
    public TBit At(int batch) => TWord.Same(Batch, TWord.Constant((ulong)batch));

    /// <summary>Whether the SMMU's copy holds fetch quantum <paramref name="quantum"/>.</summary>
    public TBit Has(int quantum) => !TWord.Same(Present & TWord.Constant(1UL << quantum), TWord.Constant(0));

    /// <summary>The entry after batch <paramref name="batch"/>; before the first for -1.</summary>
    public Entry<TWord> After(int batch) => batch < 0 ? From : images[batch];

    /// <summary>Whether batch <paramref name="batch"/> is carried out.</summary>
    public TBit IsActive(int batch) => !TWord.Same(Active & TWord.Constant(1UL << batch), TWord.Constant(0));

    /// <summary>The image that the current batch leads to.</summary>
    public Entry<TWord> Image()
    {
        var image = From;
        for (var batch = 0; batch < images.Length; batch++)
        {
            image = If(At(batch), After(batch), image);
        }

        return image;
    }

    /// <summary>Whether the entries agree in <paramref name="count"/> words from <paramref name="first"/> on.</summary>
    internal static TBit Same(in Entry<TWord> left, in Entry<TWord> right, int first, int count)
    {
        var same = TBit.Constant(true);
        for (var word = first; word < first + count; word++)
        {
            same &= TWord.Same(left[word], right[word]);
        }

        return same;
    }

    internal static Entry<TWord> If(TBit condition, in Entry<TWord> then, in Entry<TWord> otherwise)
    {
        var entry = otherwise;
        for (var word = 0; word < Entry<TWord>.Words; word++)
        {
            entry[word] = TWord.If(condition, then[word], otherwise[word]);
        }

        return entry;
    }

    private static Entry<TWord> Read(ReadOnlySpan<TWord> state, int at)
    {
        var entry = default(Entry<TWord>);
        for (var word = 0; word < Entry<TWord>.Words; word++)
        {
            entry[word] = state[at + word];
        }

        return entry;
    }
}
