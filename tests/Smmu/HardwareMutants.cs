// SMMUs that read entries otherwise than the real one: they look at a field too many or too few, or have a rule less. What a proof says of the driver
// must not hold on them.

using Verify.Bits;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;

namespace Verify.Tests.Smmu;

/// <summary>What an SMMU takes another entry for.</summary>
public enum Misreading
{
    /// <summary>Nothing: the real SMMU.</summary>
    None,

    /// <summary>SHCFG counts under stage 1 whatever S1DSS is.</summary>
    ShcfgUnderS1,

    /// <summary>S2VMID counts under BYPASS.</summary>
    VmidUnderBypass,

    /// <summary>A stage 2 with MEV=1 is ILLEGAL.</summary>
    MevIllegal,

    /// <summary>MEV counts under stage 2.</summary>
    MevMatters,

    /// <summary>EATS=TRANS with S2S=1 is legal, and counts as EATS=0.</summary>
    StallWithAtsLegal,

    /// <summary>S1STALLD is legal everywhere, and does nothing.</summary>
    StalldLegal,

    /// <summary>S2S=0 is legal where stalling is forced.</summary>
    NoStallLegal,

    /// <summary>S2FWB does nothing.</summary>
    NoS2Fwb,

    /// <summary>SHCFG does nothing.</summary>
    NoShcfg,

    /// <summary>V=0 is taken for V=1.</summary>
    SteAlwaysValid,

    /// <summary>V=0 is taken for V=1.</summary>
    CdAlwaysValid,

    /// <summary>EPD0 does nothing: table 0 is always walked.</summary>
    NoEpd0,

    /// <summary>S=0 is legal where stalling is forced.</summary>
    QuietCdLegal,
}

/// <summary>An SMMU that takes entries for others before it does what the real one does.</summary>
/// <param name="Real">The real one.</param>
/// <param name="Misreading">How it errs.</param>
internal sealed record MisreadingHardware(EntryHardware Real, Misreading Misreading) : EntryHardware(Real.Smmu)
{
    /// <inheritdoc/>
    public override Layout Layout => Real.Layout;

    /// <inheritdoc/>
    public override Field V => Real.V;

    /// <inheritdoc/>
    public override FieldSet TablesAndTags => Real.TablesAndTags;

    /// <inheritdoc/>
    public override IReadOnlyList<EntryClass> Classes => Real.Classes;

    /// <inheritdoc/>
    public override bool LooksFurther => Real.LooksFurther;

    /// <inheritdoc/>
    public override int Accesses => Real.Accesses;

    /// <inheritdoc/>
    public override Mask<TWord, TBit> AlsoUsed<TWord, TBit>(in Entry<TWord> entry) => Real.AlsoUsed<TWord, TBit>(in entry);

    /// <inheritdoc/>
    public override string Say(int access) => Real.Say(access);

    /// <inheritdoc/>
    public override Behaviour<TWord, TBit> Of<TWord, TBit>(in Entry<TWord> entry) => Real.Of<TWord, TBit>(Read<TWord, TBit>(in entry));

    /// <inheritdoc/>
    public override TBit Illegal<TWord, TBit>(in Entry<TWord> entry) => Real.Illegal<TWord, TBit>(Read<TWord, TBit>(in entry));

    /// <inheritdoc/>
    public override TBit Reserved<TWord, TBit>(in Entry<TWord> entry) => Real.Reserved<TWord, TBit>(in entry);

    /// <inheritdoc/>
    public override TBit SetsRes0<TWord, TBit>(in Entry<TWord> entry) => Real.SetsRes0<TWord, TBit>(in entry);

    /// <inheritdoc/>
    public override TBit Counts<TWord, TBit>(int access, in Entry<TWord> from, in Entry<TWord> to) => Real.Counts<TWord, TBit>(access, in from, in to);

    private Entry<TWord> Read<TWord, TBit>(in Entry<TWord> entry)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var always = TBit.Constant(true);
        var forced = TBit.Constant(Smmu.Stall == StallModel.Forced);
        return Misreading switch
        {
            Misreading.ShcfgUnderS1 => Put<TWord, TBit>(in entry, Ste.Cfg.Is<TWord, TBit>(in entry, Ste.Config.S1), Ste.S1Csh,
                Ste.S1Csh.Of<TWord, TBit>(in entry) ^ Ste.Shcfg.Of<TWord, TBit>(in entry)),
            Misreading.VmidUnderBypass => Put<TWord, TBit>(in entry, Ste.Cfg.Is<TWord, TBit>(in entry, Ste.Config.Bypass), Ste.Shcfg,
                Ste.Shcfg.Of<TWord, TBit>(in entry) ^ Ste.S2Vmid.Of<TWord, TBit>(in entry)),
            Misreading.MevIllegal => Put<TWord, TBit>(in entry, Ste.Mev.Is<TWord, TBit>(in entry, 1), Ste.S2Aa64, TWord.Constant(0)),
            Misreading.MevMatters => Put<TWord, TBit>(in entry, always, Ste.S2Ptw,
                Ste.S2Ptw.Of<TWord, TBit>(in entry) ^ Ste.Mev.Of<TWord, TBit>(in entry)),
            Misreading.StallWithAtsLegal => Put<TWord, TBit>(in entry,
                Ste.Eats.Is<TWord, TBit>(in entry, Ste.Ats.Full) & Ste.S2S.Is<TWord, TBit>(in entry, 1), Ste.Eats, TWord.Constant(0)),
            Misreading.StalldLegal => Put<TWord, TBit>(in entry, always, Ste.S1Stalld, TWord.Constant(0)),
            Misreading.NoStallLegal => Put<TWord, TBit>(in entry, forced, Ste.S2S, TWord.Constant(1)),
            Misreading.NoS2Fwb => Put<TWord, TBit>(in entry, always, Ste.S2Fwb, TWord.Constant(0)),
            Misreading.NoShcfg => Put<TWord, TBit>(in entry, always, Ste.Shcfg, TWord.Constant(0)),
            Misreading.SteAlwaysValid => Put<TWord, TBit>(in entry, always, Ste.V, TWord.Constant(1)),
            Misreading.CdAlwaysValid => Put<TWord, TBit>(in entry, always, Cd.V, TWord.Constant(1)),
            Misreading.NoEpd0 => Put<TWord, TBit>(in entry, always, Cd.Epd0, TWord.Constant(0)),
            Misreading.QuietCdLegal => Put<TWord, TBit>(in entry, forced, Cd.S, TWord.Constant(1)),
            _ => entry,
        };
    }

    // The entry with another value in a field, where the condition holds.
    private static Entry<TWord> Put<TWord, TBit>(in Entry<TWord> entry, TBit condition, Field field, TWord value)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var word = (entry[field.Word] & TWord.Constant(~field.Mask)) | ((value << field.Low) & TWord.Constant(field.Mask));
        return entry.With(field.Word, TWord.If(condition, word, entry[field.Word]));
    }
}
