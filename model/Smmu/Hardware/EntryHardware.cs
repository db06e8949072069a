// The SMMU's side of one kind of entry, in one form for STEs and CDs: what accesses there are, what each gets, and what is ILLEGAL.

using Verify.Bits;
using Verify.Smmu.Tables;

namespace Verify.Smmu.Hardware;

/// <summary>An SMMU that reads entries of one kind.</summary>
/// <param name="Smmu">What it implements.</param>
public abstract record EntryHardware(SmmuFeatures Smmu)
{
    /// <summary>The entry's fields.</summary>
    public abstract Layout Layout { get; }

    /// <summary>The valid bit.</summary>
    public abstract Field V { get; }

    /// <summary>Fields that say which tables an access is translated by and which tags its TLB entries get.</summary>
    public abstract FieldSet TablesAndTags { get; }

    /// <summary>Number of kinds of access it tells apart, at most <see cref="Behaviour{TWord, TBit}.Accesses"/>.</summary>
    public abstract int Accesses { get; }

    /// <summary>The name of a kind of access.</summary>
    public abstract string Say(int access);

    /// <summary>What each kind of access gets from <paramref name="entry"/>; from <see cref="Accesses"/> on there is nothing.</summary>
    public abstract Behaviour<TWord, TBit> Of<TWord, TBit>(in Entry<TWord> entry)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>;

    /// <summary>Whether a valid entry is ILLEGAL.</summary>
    public abstract TBit Illegal<TWord, TBit>(in Entry<TWord> entry)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>;

    /// <summary>Whether the configuration is a reserved encoding, which the hardware takes for another one and no driver writes.</summary>
    public abstract TBit Reserved<TWord, TBit>(in Entry<TWord> entry)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>;

    /// <summary>Whether a valid entry sets a field that the ID registers make RES0.</summary>
    public virtual TBit SetsRes0<TWord, TBit>(in Entry<TWord> entry)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        TBit.Constant(false);

    /// <summary>
    /// Whether an access can be made while an entry changes between two images. ATS accesses cannot where EATS changes: software has ATS off at
    /// the device meanwhile (Arm IHI 0070 section 3.9.2).
    /// </summary>
    public abstract TBit Counts<TWord, TBit>(int access, in Entry<TWord> from, in Entry<TWord> to)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>;
}

/// <summary>An SMMU that reads stream table entries.</summary>
public sealed record SteHardware(SmmuFeatures Smmu) : EntryHardware(Smmu)
{
    /// <inheritdoc/>
    public override Layout Layout => Ste.Layout;

    /// <inheritdoc/>
    public override Field V => Ste.V;

    /// <inheritdoc/>
    public override FieldSet TablesAndTags { get; } = new(Ste.S1CtxPtr, Ste.S1Fmt, Ste.Strw, Ste.S2Vmid, Ste.S2Ttb, Ste.Vtcr);

    /// <inheritdoc/>
    public override int Accesses => Behaviour<Number, Truth>.Accesses;

    /// <inheritdoc/>
    public override string Say(int access) => $"{(Access)access}";

    /// <inheritdoc/>
    public override Behaviour<TWord, TBit> Of<TWord, TBit>(in Entry<TWord> entry) => SteBehaviour.Of<TWord, TBit>(Smmu, in entry);

    /// <inheritdoc/>
    public override TBit Illegal<TWord, TBit>(in Entry<TWord> entry) => SteLegality.Illegal<TWord, TBit>(Smmu, in entry);

    /// <inheritdoc/>
    public override TBit Reserved<TWord, TBit>(in Entry<TWord> entry) =>
        Ste.Cfg.Is<TWord, TBit>(in entry, 1) | Ste.Cfg.Is<TWord, TBit>(in entry, 2) | Ste.Cfg.Is<TWord, TBit>(in entry, 3);

    /// <inheritdoc/>
    /// <remarks>SHCFG without IDR1.ATTR_TYPES_OVR.</remarks>
    public override TBit SetsRes0<TWord, TBit>(in Entry<TWord> entry) =>
        TBit.Constant(!Smmu.AttrTypesOverride) & Ste.V.Is<TWord, TBit>(in entry, 1) & Ste.Shcfg.Any<TWord, TBit>(in entry);

    /// <inheritdoc/>
    public override TBit Counts<TWord, TBit>(int access, in Entry<TWord> from, in Entry<TWord> to) =>
        TBit.Constant(access < (int)Access.AtsRequest)
        | TWord.Same(from[Ste.Eats.Word] & TWord.Constant(Ste.Eats.Mask), to[Ste.Eats.Word] & TWord.Constant(Ste.Eats.Mask));
}

/// <summary>An SMMU that reads context descriptors.</summary>
/// <param name="Smmu">What it implements.</param>
/// <param name="StallDisabled">STE.S1STALLD of the STE that leads to the CDs.</param>
public sealed record CdHardware(SmmuFeatures Smmu, bool StallDisabled) : EntryHardware(Smmu)
{
    /// <inheritdoc/>
    public override Layout Layout => Cd.Layout;

    /// <inheritdoc/>
    public override Field V => Cd.V;

    /// <inheritdoc/>
    public override FieldSet TablesAndTags { get; } = new(Cd.Asid, Cd.Ttb0, Cd.Ttb1);

    /// <inheritdoc/>
    public override int Accesses => 1;

    /// <inheritdoc/>
    public override string Say(int access) => "traffic";

    /// <inheritdoc/>
    public override Behaviour<TWord, TBit> Of<TWord, TBit>(in Entry<TWord> entry)
    {
        var behaviour = default(Behaviour<TWord, TBit>);
        behaviour[0] = CdBehaviour.Of(Smmu, in entry, TBit.Constant(StallDisabled));
        return behaviour;
    }

    /// <inheritdoc/>
    public override TBit Illegal<TWord, TBit>(in Entry<TWord> entry) =>
        CdLegality.Illegal<TWord, TBit>(Smmu, in entry, TBit.Constant(StallDisabled));

    /// <inheritdoc/>
    public override TBit Reserved<TWord, TBit>(in Entry<TWord> entry) => TBit.Constant(false);

    /// <inheritdoc/>
    public override TBit Counts<TWord, TBit>(int access, in Entry<TWord> from, in Entry<TWord> to) => TBit.Constant(true);
}
