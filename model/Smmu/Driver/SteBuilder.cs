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
    /// <summary>VTCR of a 48-bit table with 4K granule, start level 0, inner shareable, write-back walks.</summary>
    public const ulong Vtcr48 = 16 | 2 << 6 | 1 << 8 | 1 << 10 | 3 << 12 | 0 << 14 | 5 << 16;
}

/// <summary>Makes STEs for a platform as one version of the driver does.</summary>
public sealed class SteBuilder(SteBuilderRules rules, Platform platform)
{
    private bool SetsShcfg => platform.Smmu.AttrTypesOverride || !rules.ShcfgOnlyWithOverride;

    /// <summary>The BLOCKED domain.</summary>
    public Entry<Number> Abort()
    {
        var ste = default(Entry<Number>);
        Ste.V.Set(ref ste, 1);
        return ste;
    }

    /// <summary>The IDENTITY domain.</summary>
    public Entry<Number> Bypass()
    {
        var ste = Abort();
        Ste.Cfg.Set(ref ste, Ste.Config.Bypass);
        SetShcfg(ref ste);
        return ste;
    }

    /// <summary>A stream with a CD table: S1 domains and PASIDs.</summary>
    /// <param name="dss">What traffic without SubstreamID gets, a value of <see cref="Ste.Dss"/>.</param>
    /// <param name="ats">ATS is on.</param>
    /// <param name="table">Another CD table than the master's; null for the master's.</param>
    public Entry<Number> CdTable(ulong dss, bool ats, ulong? table = null)
    {
        var ste = Abort();
        Ste.Cfg.Set(ref ste, Ste.Config.S1);
        Ste.S1Fmt.Set(ref ste, platform.Master.S1Fmt);
        Ste.S1CtxPtr.SetAddress(ref ste, table ?? platform.Master.CdTable);
        Ste.S1CdMax.Set(ref ste, platform.Master.S1CdMax & Ste.S1CdMax.Max);
        Ste.S1Dss.Set(ref ste, dss);
        Ste.S1Cir.Set(ref ste, 1);
        Ste.S1Cor.Set(ref ste, 1);
        Ste.S1Csh.Set(ref ste, 3);
        var stalld = platform.Stalls && !platform.StallEnabled;
        Ste.S1Stalld.Set(ref ste, stalld || !rules.StalldOnlyIfConfigurable ? 1UL : 0);
        Ste.Eats.Set(ref ste, ats ? Ste.Ats.Full : Ste.Ats.Refused);
        Ste.Strw.Set(ref ste, platform.Smmu.Hyp ? 2UL : 0);
        if (dss == Ste.Dss.Bypass)
        {
            SetShcfg(ref ste);
        }

        return ste;
    }

    /// <summary>A stage-2 domain.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="ats">ATS is on.</param>
    public Entry<Number> S2(Stage2Domain domain, bool ats)
    {
        var ste = Abort();
        Ste.Cfg.Set(ref ste, Ste.Config.S2);
        Ste.Eats.Set(ref ste, ats ? Ste.Ats.Full : Ste.Ats.Refused);
        SetShcfg(ref ste);
        Ste.S2Fwb.Set(ref ste, rules.S2Fwb && domain.ForceWriteBack ? 1UL : 0);
        Ste.S2Vmid.Set(ref ste, domain.Vmid);
        Ste.Vtcr.Set(ref ste, domain.Vtcr);
        Ste.S2Aa64.Set(ref ste, 1);
        Ste.S2Endi.Set(ref ste, platform.BigEndian ? 1UL : 0);
        Ste.S2Ptw.Set(ref ste, 1);
        Ste.S2S.Set(ref ste, rules.S2StallFollowsMaster && platform.StallEnabled ? 1UL : 0);
        Ste.S2R.Set(ref ste, 1);
        Ste.S2Ttb.SetAddress(ref ste, domain.Vttbr);
        return ste;
    }

    /// <summary>A nested domain: a validated vSTE on a stage-2 parent. ATS follows the vSTE's EATS.</summary>
    public Entry<Number> Nested(Stage2Domain parent, Vste vste)
    {
        if (vste.Kind == VsteKind.Abort)
        {
            return Abort();
        }

        var ste = S2(parent, platform.Ats && vste.EnableAts);
        if (vste.Kind == VsteKind.Bypass)
        {
            return ste;
        }

        Ste.Cfg.Set(ref ste, Ste.Config.Nested);
        ste[0] |= new Number(vste.Word0 & ~Ste.Cfg.Mask);
        ste[1] |= new Number(vste.Word1 & ~Ste.Eats.Mask);
        Ste.Mev.Set(ref ste, rules.Mev ? 1UL : 0);
        return ste;
    }

    private void SetShcfg(ref Entry<Number> ste) => Ste.Shcfg.Set(ref ste, SetsShcfg ? 1UL : 0);
}
