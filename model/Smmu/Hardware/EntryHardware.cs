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

    /// <summary>
    /// A partition of all entries by the fields that decide which others matter: an entry is in the class in which its bits under the mask are the
    /// value. A proof that goes class by class meets constants where it would meet conditions.
    /// </summary>
    public abstract IReadOnlyList<EntryClass> Classes { get; }

    /// <summary>Whether this SMMU looks at bits of an entry that the architecture calls IGNORED there.</summary>
    public virtual bool LooksFurther => false;

    /// <summary>The bits of an entry that it looks at although they are IGNORED there.</summary>
    public virtual Mask<TWord, TBit> AlsoUsed<TWord, TBit>(in Entry<TWord> entry)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        Mask<TWord, TBit>.Empty;

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

/// <summary>The entries whose bits under a mask have a certain value.</summary>
/// <param name="Mask">The bits.</param>
/// <param name="Value">Their value.</param>
public sealed record EntryClass(FieldSet Mask, Entry<Number> Value)
{
    /// <summary>The class of all entries in which the given fields have the given values.</summary>
    public static EntryClass Of(params (Field Field, ulong Value)[] fields)
    {
        var value = default(Entry<Number>);
        foreach (var (field, number) in fields)
        {
            field.Set(ref value, number);
        }

        return new EntryClass(new FieldSet([.. fields.Select(field => field.Field)]), value);
    }

    /// <summary>Whether <paramref name="entry"/> is in the class.</summary>
    public TBit Has<TWord, TBit>(in Entry<TWord> entry)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var has = TBit.Constant(true);
        for (var i = 0; i < Entry<TWord>.Words; i++)
        {
            has &= TWord.Same(entry[i] & TWord.Constant(Mask[i]), TWord.Constant(Value[i].Value));
        }

        return has;
    }

    /// <summary><paramref name="entry"/> with the class's values for its bits: the same entry if it is in the class.</summary>
    public Entry<TWord> Fix<TWord, TBit>(in Entry<TWord> entry)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var inside = entry;
        for (var i = 0; i < Entry<TWord>.Words; i++)
        {
            inside[i] = (entry[i] & TWord.Constant(~Mask[i])) | TWord.Constant(Value[i].Value);
        }

        return inside;
    }
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
    /// <remarks>By V and CFG, and where stage 1 is on by S1DSS.</remarks>
    public override IReadOnlyList<EntryClass> Classes { get; } =
    [
        EntryClass.Of((Ste.V, 0UL)),
        .. from config in Enumerable.Range(0, 8)
           from dss in Enumerable.Range(0, 4)
           where (config & 1) != 0 || dss == 0
           select (config & 1) != 0
               ? EntryClass.Of((Ste.V, 1UL), (Ste.Cfg, (ulong)config), (Ste.S1Dss, (ulong)dss))
               : EntryClass.Of((Ste.V, 1UL), (Ste.Cfg, (ulong)config)),
    ];

    /// <inheritdoc/>
    public override bool LooksFurther => Smmu.EatsCheckSeesS2S;

    /// <inheritdoc/>
    /// <remarks>The EATS check of an SMMUv3.0 may look at S2S under stage 1 alone (reference section 2.3, oddity).</remarks>
    public override Mask<TWord, TBit> AlsoUsed<TWord, TBit>(in Entry<TWord> entry)
    {
        var mask = Mask<TWord, TBit>.Empty;
        if (LooksFurther)
        {
            mask.Add(Ste.V.Is<TWord, TBit>(in entry, 1) & Ste.Cfg.Is<TWord, TBit>(in entry, Ste.Config.S1)
                & Ste.Eats.Is<TWord, TBit>(in entry, Ste.Ats.Full), Ste.S2S);
        }

        return mask;
    }

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
    /// <remarks>By V, EPD0 and EPD1.</remarks>
    public override IReadOnlyList<EntryClass> Classes { get; } =
    [
        EntryClass.Of((Cd.V, 0UL)),
        .. from table0 in new ulong[] { 0, 1 }
           from table1 in new ulong[] { 0, 1 }
           select EntryClass.Of((Cd.V, 1UL), (Cd.Epd0, table0), (Cd.Epd1, table1)),
    ];

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
