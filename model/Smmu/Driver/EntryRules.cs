// What a generic entry writer is told about the kind of entry it writes: where V is, which bits are used, which are safe.

using Verify.Bits;
using Verify.Smmu.Tables;

namespace Verify.Smmu.Driver;

/// <summary>The driver's knowledge of one kind of entry, as its writer asks for it.</summary>
public abstract record EntryRules
{
    /// <summary>The valid bit.</summary>
    public abstract Field V { get; }

    /// <summary>The bits of <paramref name="entry"/> the hardware is believed to look at.</summary>
    public abstract Mask<TWord, TBit> Used<TWord, TBit>(in Entry<TWord> entry)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>;

    /// <summary>Whether any bit is ever safe.</summary>
    public virtual bool HasSafeBits => false;

    /// <summary>Used bits that may change in the first batch all the same; none by default.</summary>
    public virtual Mask<TWord, TBit> Safe<TWord, TBit>(in Entry<TWord> current, in Entry<TWord> target)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        Mask<TWord, TBit>.Empty;
}

/// <summary>The rules for STEs of one version of the driver.</summary>
/// <param name="UsedBits">Which bits are used.</param>
/// <param name="SafeBits">Which bits are safe; null before 7.0.</param>
public sealed record SteRules(SteUsedBits UsedBits, SteSafeBits? SafeBits = null) : EntryRules
{
    /// <inheritdoc/>
    public override Field V => Ste.V;

    /// <inheritdoc/>
    public override bool HasSafeBits => SafeBits is not null;

    /// <inheritdoc/>
    public override Mask<TWord, TBit> Used<TWord, TBit>(in Entry<TWord> entry) => UsedBits.Of<TWord, TBit>(in entry);

    /// <inheritdoc/>
    public override Mask<TWord, TBit> Safe<TWord, TBit>(in Entry<TWord> current, in Entry<TWord> target) =>
        SafeBits is null ? Mask<TWord, TBit>.Empty : SafeBits.Of<TWord, TBit>(in current, in target);
}

/// <summary>The rules for CDs, the same in every version: an invalid CD uses V; a valid one every bit, but for table 0 where EPD0 is set.</summary>
/// <remarks>Reference section 3.3.</remarks>
/// <param name="Epd0Frees">Whether EPD0 takes the fields of table 0 out of the mask; false only in deliberately broken variants.</param>
public sealed record CdRules(bool Epd0Frees = true) : EntryRules
{
    private static readonly FieldSet Table0 = new(Cd.T0sz, Cd.Tg0, Cd.Irgn0, Cd.Orgn0, Cd.Sh0, Cd.Ttb0);

    /// <summary>A field that is left out of the mask of a valid CD by mistake; null for none.</summary>
    public Field? LeavesOut { get; init; }

    /// <inheritdoc/>
    public override Field V => Cd.V;

    /// <inheritdoc/>
    public override Mask<TWord, TBit> Used<TWord, TBit>(in Entry<TWord> entry)
    {
        var v = Cd.V.Is<TWord, TBit>(in entry, 1);
        var mask = Mask<TWord, TBit>.Empty;
        mask.Add(TBit.Constant(true), Cd.V);
        mask.Add(v, FieldSet.All);
        if (Epd0Frees)
        {
            mask.Remove(v & Cd.Epd0.Is<TWord, TBit>(in entry, 1), Table0);
        }

        if (LeavesOut is { } field)
        {
            mask.Remove(v, new FieldSet(field));
        }

        return mask;
    }
}
