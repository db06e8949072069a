// Which bits of an STE the driver believes the hardware looks at (used), and which it believes may change under a live entry (safe), as the
// versions of the driver had it. Reference sections 3.1 and 3.2. A version is a set of choices; the function is one.

using Verify.Bits;
using Verify.Smmu.Tables;

namespace Verify.Smmu.Driver;

/// <summary>The choices in which versions of the driver's STE used-bits function differ.</summary>
public sealed record SteUsedBits
{
    private static readonly FieldSet Valid = new(Ste.V);
    private static readonly FieldSet ValidAndConfig = new(Ste.V, Ste.Cfg);
    private static readonly FieldSet Stage1 = new(
        Ste.S1Fmt, Ste.S1CtxPtr, Ste.S1CdMax, Ste.S1Dss, Ste.S1Cir, Ste.S1Cor, Ste.S1Csh, Ste.S1Stalld, Ste.Strw, Ste.Eats);

    private static readonly FieldSet Stage2 = new(
        Ste.Eats, Ste.Shcfg, Ste.S2Vmid, Ste.Vtcr, Ste.S2Aa64, Ste.S2Endi, Ste.S2Ptw, Ste.S2R, Ste.S2Ttb);

    /// <summary>Stage 1 uses S2VMID. Missing in the 2023 series.</summary>
    public bool Stage1UsesVmid { get; init; } = true;

    /// <summary>Stage 1 with S1DSS=BYPASS uses SHCFG. Absent while only S1DSS=SSID0 was ever built (6.9, 6.10).</summary>
    public bool BypassDssUsesShcfg { get; init; } = true;

    /// <summary>Stage 2 uses S2S (6.12, ce7cb08e22e0).</summary>
    public bool Stage2Stall { get; init; }

    /// <summary>Stage 2 uses S2FWB (6.13).</summary>
    public bool Stage2Fwb { get; init; }

    /// <summary>Stage 2 uses MEV (6.15, da0c56520e88).</summary>
    public bool Stage2Mev { get; init; }

    /// <summary>An unknown CFG (the 2023 series: also NESTED) uses every bit, instead of testing the stage bits of CFG.</summary>
    public bool SwitchOnConfig { get; init; }

    /// <summary>The 2023 series.</summary>
    public static SteUsedBits Series2023 { get; } = new() { Stage1UsesVmid = false, SwitchOnConfig = true };

    /// <summary>6.9 and 6.10.</summary>
    public static SteUsedBits V69 { get; } = new() { BypassDssUsesShcfg = false };

    /// <summary>6.11.</summary>
    public static SteUsedBits V611 { get; } = new();

    /// <summary>6.12: with S2S.</summary>
    public static SteUsedBits V612 { get; } = new() { Stage2Stall = true };

    /// <summary>6.13: with S2S and S2FWB.</summary>
    public static SteUsedBits V613 { get; } = new() { Stage2Stall = true, Stage2Fwb = true };

    /// <summary>6.15 and later: with MEV.</summary>
    public static SteUsedBits V615 { get; } = new() { Stage2Stall = true, Stage2Fwb = true, Stage2Mev = true };

    /// <summary>The bits of <paramref name="entry"/> that the driver believes the hardware looks at.</summary>
    public Mask<TWord, TBit> Of<TWord, TBit>(in Entry<TWord> entry)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var ste = new View<TWord, TBit>(in entry);
        var v = ste.Is(Ste.V, 1);
        var bypass = v & ste.Is(Ste.Cfg, Ste.Config.Bypass);
        var s1 = v & (SwitchOnConfig ? ste.Is(Ste.Cfg, Ste.Config.S1) : CfgBit(ste, 0));
        var s2 = v & (SwitchOnConfig ? ste.Is(Ste.Cfg, Ste.Config.S2) : CfgBit(ste, 1));
        var mask = Mask<TWord, TBit>.Empty;
        mask.Add(TBit.Constant(true), Valid);
        mask.Add(v, ValidAndConfig);
        mask.Add(bypass, Ste.Shcfg);
        mask.Add(s1, Stage1);
        if (Stage1UsesVmid)
        {
            mask.Add(s1, Ste.S2Vmid);
        }

        if (BypassDssUsesShcfg)
        {
            // The 2023 series tests stage 1 of CFG before its switch, so NESTED counts here as well.
            mask.Add(v & CfgBit(ste, 0) & ste.Is(Ste.S1Dss, Ste.Dss.Bypass), Ste.Shcfg);
        }

        mask.Add(s2, Stage2);
        AddLater(ref mask, s2);
        if (SwitchOnConfig)
        {
            mask.Add(v & !ste.Is(Ste.Cfg, Ste.Config.Abort) & !bypass & !s1 & !s2, FieldSet.All);
        }

        return mask;
    }

    private void AddLater<TWord, TBit>(ref Mask<TWord, TBit> mask, TBit s2)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        if (Stage2Stall)
        {
            mask.Add(s2, Ste.S2S);
        }

        if (Stage2Fwb)
        {
            mask.Add(s2, Ste.S2Fwb);
        }

        if (Stage2Mev)
        {
            mask.Add(s2, Ste.Mev);
        }
    }

    private static TBit CfgBit<TWord, TBit>(View<TWord, TBit> ste, int bit)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        !TWord.Same(ste[Ste.Cfg] & TWord.Constant(1UL << bit), TWord.Constant(0));
}

/// <summary>When EATS=TRANS is not safe: conditions of which each alone holds it back.</summary>
[Flags]
public enum EatsGuard
{
    /// <summary>Always safe.</summary>
    None = 0,

    /// <summary>The current image has EATS=S1CHK (or its bit).</summary>
    SplitInCurrent = 1,

    /// <summary>The target has EATS=S1CHK (or its bit).</summary>
    SplitInTarget = 2,

    /// <summary>The current image has S2S=1.</summary>
    StallInCurrent = 4,

    /// <summary>The target has S2S=1.</summary>
    StallInTarget = 8,

    /// <summary>All of them, as in 7.0.</summary>
    All = SplitInCurrent | SplitInTarget | StallInCurrent | StallInTarget,
}

/// <summary>The choices in the driver's "update safe" bits (7.0): used bits that may change in the first batch all the same.</summary>
public sealed record SteSafeBits
{
    /// <summary>The bit of EATS that TRANS sets.</summary>
    public static Field EatsTrans { get; } = Field.Flag("EATS[0]", 1, Ste.Eats.Low);

    /// <summary>MEV is safe (f3c1d372dbb8).</summary>
    public bool Mev { get; init; } = true;

    /// <summary>EATS=TRANS is safe (7cad80048595): PCI ATS is off whenever EATS changes.</summary>
    public bool EatsTrans0 { get; init; } = true;

    /// <summary>EATS is safe only where neither image has S1CHK or S2S: a mix could be ILLEGAL.</summary>
    public EatsGuard Guard { get; init; } = EatsGuard.All;

    /// <summary>7.0.</summary>
    public static SteSafeBits V70 { get; } = new();

    /// <summary>The bits that may change early in an update from <paramref name="current"/> to <paramref name="target"/>.</summary>
    public Mask<TWord, TBit> Of<TWord, TBit>(in Entry<TWord> current, in Entry<TWord> target)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var mask = Mask<TWord, TBit>.Empty;
        if (Mev)
        {
            mask.Add(TBit.Constant(true), Ste.Mev);
        }

        if (EatsTrans0)
        {
            mask.Add(!Holds<TWord, TBit>(in current, in target), EatsTrans);
        }

        return mask;
    }

    /// <summary>Whether some condition of the guard holds EATS back.</summary>
    public TBit Holds<TWord, TBit>(in Entry<TWord> current, in Entry<TWord> target)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        (Has<TBit>(EatsGuard.SplitInCurrent) & Split<TWord, TBit>(in current))
        | (Has<TBit>(EatsGuard.SplitInTarget) & Split<TWord, TBit>(in target))
        | (Has<TBit>(EatsGuard.StallInCurrent) & Ste.S2S.Is<TWord, TBit>(in current, 1))
        | (Has<TBit>(EatsGuard.StallInTarget) & Ste.S2S.Is<TWord, TBit>(in target, 1));

    private TBit Has<TBit>(EatsGuard condition)
        where TBit : struct, IBit<TBit> =>
        TBit.Constant(Guard.HasFlag(condition));

    private static TBit Split<TWord, TBit>(in Entry<TWord> entry)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        !TWord.Same(Ste.Eats.Of<TWord, TBit>(in entry) & TWord.Constant(2), TWord.Constant(0));
}
