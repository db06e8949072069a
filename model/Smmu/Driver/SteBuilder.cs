// How the driver makes stream table entries, per kind of domain. Reference section 5; versions differ in named choices.

using Verify.Bits;
using Verify.Smmu.Tables;

namespace Verify.Smmu.Driver;

/// <summary>The choices in which versions of the STE builders differ.</summary>
public sealed record SteBuilderRules
{
    /// <summary>SHCFG=1 only where IDR1.ATTR_TYPES_OVR says that it is not RES0 (ec9098d6bffe; bug B6 without it).</summary>
    public bool ShcfgOnlyWithOverride { get; init; } = true;

    /// <summary>S1STALLD only where the stall model is configurable (bug B22 without it).</summary>
    public bool StalldOnlyIfConfigurable { get; init; } = true;

    /// <summary>S1DSS other than SSID0, and with it SHCFG under S1DSS=BYPASS (6.11).</summary>
    public bool DefaultSubstreams { get; init; } = true;

    /// <summary>S2S follows stall_enabled (6.12, ce7cb08e22e0; bug B8 without it).</summary>
    public bool S2StallFollowsMaster { get; init; } = true;

    /// <summary>S2FWB for tables with the FWB quirk (6.13).</summary>
    public bool S2Fwb { get; init; } = true;

    /// <summary>Nested domains (6.13).</summary>
    public bool Nested { get; init; } = true;

    /// <summary>MEV in nested STEs (6.15).</summary>
    public bool Mev { get; init; } = true;

    /// <summary>The bits that these builders set in some STE: what a used-bits function has to know about.</summary>
    public FieldSet Bits => new(
    [
        Ste.V, Ste.Cfg, Ste.S1Fmt, Ste.S1CtxPtr, Ste.S1CdMax, Ste.S1Cir, Ste.S1Cor, Ste.S1Csh, Ste.S1Stalld, Ste.Eats, Ste.Strw, Ste.Shcfg,
        Ste.S2Vmid, Ste.Vtcr, Ste.S2Aa64, Ste.S2Endi, Ste.S2Ptw, Ste.S2R, Ste.S2Ttb,
        DefaultSubstreams ? Ste.S1Dss : Field.Flag("S1DSS[1]", Ste.S1Dss.Word, Ste.S1Dss.Low + 1),
        .. S2StallFollowsMaster ? [Ste.S2S] : (Field[])[],
        .. S2Fwb ? [Ste.S2Fwb] : (Field[])[],
        .. Nested && Mev ? [Ste.Mev] : (Field[])[],
    ]);
}

/// <summary>A stage-2 domain, as its STE shows it.</summary>
/// <param name="Name">For lists and traces.</param>
/// <param name="Vmid">VMID.</param>
/// <param name="Vttbr">Table base.</param>
/// <param name="Vtcr">The 19 bits of VTCR.</param>
/// <param name="ForceWriteBack">The table was made with the FWB quirk.</param>
public sealed record Stage2Domain(string Name, ulong Vmid, ulong Vttbr, ulong Vtcr, bool ForceWriteBack = false)
{
    /// <summary>Its values, for the builder.</summary>
    public S2Cfg<Number, Truth> Cfg => new(new Number(Vmid), new Number(Vttbr), new Number(Vtcr), new Truth(ForceWriteBack));

    /// <summary>VTCR of a 48-bit table with 4K granule, start level 0, inner shareable, write-back walks.</summary>
    public const ulong Vtcr48 = 16 | 2 << 6 | 1 << 8 | 1 << 10 | 3 << 12 | 0 << 14 | 5 << 16;
}

/// <summary>Makes STEs for a platform as one version of the driver does, in either algebra.</summary>
public class SteBuilder<TWord, TBit>(SteBuilderRules rules, Platform platform)
    where TWord : struct, IWord<TWord, TBit>
    where TBit : struct, IBit<TBit>
{
    private bool SetsShcfg => platform.Smmu.AttrTypesOverride || !rules.ShcfgOnlyWithOverride;

    /// <summary>The BLOCKED domain.</summary>
    public Entry<TWord> Abort() => Valid(Ste.Config.Abort).Entry;

    /// <summary>The IDENTITY domain.</summary>
    public Entry<TWord> Bypass()
    {
        var ste = Valid(Ste.Config.Bypass);
        SetShcfg(ref ste);
        return ste.Entry;
    }

    /// <summary>A stream with a CD table: S1 domains and PASIDs.</summary>
    /// <param name="table">The CD table.</param>
    /// <param name="dss">What traffic without SubstreamID gets, a value of <see cref="Ste.Dss"/>.</param>
    /// <param name="ats">ATS is on.</param>
    public Entry<TWord> CdTable(in CdTableCfg<TWord, TBit> table, ulong dss, TBit ats)
    {
        var ste = Valid(Ste.Config.S1);
        ste.Set(Ste.S1Fmt, table.S1Fmt);
        ste.SetAddress(Ste.S1CtxPtr, table.Address);
        ste.Set(Ste.S1CdMax, table.S1CdMax);
        ste.Set(Ste.S1Dss, dss);
        ste.Set(Ste.S1Cir, 1);
        ste.Set(Ste.S1Cor, 1);
        ste.Set(Ste.S1Csh, 3);
        var stalld = platform.Stalls && !platform.StallEnabled;
        ste.Set(Ste.S1Stalld, stalld || !rules.StalldOnlyIfConfigurable ? 1UL : 0);
        SetEats(ref ste, ats);
        ste.Set(Ste.Strw, platform.Smmu.Hyp ? 2UL : 0);
        if (dss == Ste.Dss.Bypass)
        {
            SetShcfg(ref ste);
        }

        return ste.Entry;
    }

    /// <summary>A stage-2 domain.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="ats">ATS is on.</param>
    public Entry<TWord> S2(in S2Cfg<TWord, TBit> domain, TBit ats)
    {
        var ste = Valid(Ste.Config.S2);
        SetEats(ref ste, ats);
        SetShcfg(ref ste);
        ste.Set(Ste.S2Fwb, TBit.Constant(rules.S2Fwb) & domain.ForceWriteBack);
        ste.Set(Ste.S2Vmid, domain.Vmid);
        ste.Set(Ste.Vtcr, domain.Vtcr);
        ste.Set(Ste.S2Aa64, 1);
        ste.Set(Ste.S2Endi, platform.BigEndian ? 1UL : 0);
        ste.Set(Ste.S2Ptw, 1);
        ste.Set(Ste.S2S, rules.S2StallFollowsMaster && platform.StallEnabled ? 1UL : 0);
        ste.Set(Ste.S2R, 1);
        ste.SetAddress(Ste.S2Ttb, domain.Vttbr);
        return ste.Entry;
    }

    /// <summary>A nested domain: an accepted vSTE on a stage-2 parent. ATS follows the vSTE's EATS.</summary>
    public Entry<TWord> Nested(in S2Cfg<TWord, TBit> parent, in VsteWords<TWord, TBit> vste)
    {
        var s2 = S2(in parent, TBit.Constant(platform.Ats) & vste.EnableAts);
        var ste = new Draft<TWord, TBit>(in s2);
        ste.Set(Ste.Cfg, Ste.Config.Nested);
        ste.Or(0, vste.Word0 & TWord.Constant(~Ste.Cfg.Mask));
        ste.Or(1, vste.Word1 & TWord.Constant(~Ste.Eats.Mask));
        ste.Set(Ste.Mev, rules.Mev ? 1UL : 0);
        var (nested, abort) = (ste.Entry, Abort());
        for (var i = 0; i < Entry<TWord>.Words; i++)
        {
            nested[i] = TWord.If(vste.IsS1, nested[i], TWord.If(vste.IsBypass, s2[i], abort[i]));
        }

        return nested;
    }

    private static Draft<TWord, TBit> Valid(ulong config)
    {
        var ste = default(Draft<TWord, TBit>);
        ste.Set(Ste.V, 1);
        ste.Set(Ste.Cfg, config);
        return ste;
    }

    private static void SetEats(ref Draft<TWord, TBit> ste, TBit ats) =>
        ste.Set(Ste.Eats, TWord.If(ats, TWord.Constant(Ste.Ats.Full), TWord.Constant(Ste.Ats.Refused)));

    private void SetShcfg(ref Draft<TWord, TBit> ste) => ste.Set(Ste.Shcfg, SetsShcfg ? 1UL : 0);
}

/// <summary>Makes STEs of numbers.</summary>
public sealed class SteBuilder(SteBuilderRules rules, Platform platform) : SteBuilder<Number, Truth>(rules, platform)
{
    private readonly CdTableCfg<Number, Truth> masters = platform.Master.CdTableCfg;

    /// <summary>A stream with a CD table: S1 domains and PASIDs.</summary>
    /// <param name="dss">What traffic without SubstreamID gets, a value of <see cref="Ste.Dss"/>.</param>
    /// <param name="ats">ATS is on.</param>
    /// <param name="table">Another CD table than the master's; null for the master's.</param>
    public Entry<Number> CdTable(ulong dss, bool ats, ulong? table = null) =>
        CdTable(masters with { Address = new Number(table ?? masters.Address.Value) }, dss, new Truth(ats));

    /// <summary>A stage-2 domain.</summary>
    public Entry<Number> S2(Stage2Domain domain, bool ats) => S2(domain.Cfg, new Truth(ats));

    /// <summary>A nested domain: a validated vSTE on a stage-2 parent. ATS follows the vSTE's EATS.</summary>
    public Entry<Number> Nested(Stage2Domain parent, Vste vste) => Nested(parent.Cfg, vste.Words);
}
