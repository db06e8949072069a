// What an SMMUv3 implements, as its ID registers tell software. Everything the behaviour of an entry depends on besides its bits.

namespace Verify.Smmu.Hardware;

/// <summary>IDR0.STALL_MODEL.</summary>
public enum StallModel
{
    /// <summary>0: a fault stalls or terminates, as the configuration says.</summary>
    Configurable = 0,

    /// <summary>1: faults terminate; stalling is not supported.</summary>
    TerminateOnly = 1,

    /// <summary>2: faults stall; terminating is not supported.</summary>
    Forced = 2,
}

/// <summary>The implementation options of an SMMUv3 that decide what an entry means. Defaults: a current server SMMU.</summary>
public sealed record SmmuFeatures
{
    /// <summary>An SMMU that implements as little as it may: no ATS, substreams, stalling, overrides or 16-bit tags.</summary>
    public static SmmuFeatures Minimal { get; } = new()
    {
        Ats = false,
        AtsChecked = false,
        Stall = StallModel.TerminateOnly,
        SsidSize = 0,
        TwoLevelCd = false,
        AttrTypesOverride = false,
        Asid16 = false,
        Vmid16 = false,
        HardwareAccessFlag = false,
        HardwareDirty = false,
        Stage2ForceWriteBack = false,
        BigEndianTables = false,
        OutputBits = 40,
        Granules = (true, false, false),
    };

    /// <summary>IDR0.S1P: stage 1.</summary>
    public bool Stage1 { get; init; } = true;

    /// <summary>IDR0.S2P: stage 2.</summary>
    public bool Stage2 { get; init; } = true;

    /// <summary>IDR0.ATS.</summary>
    public bool Ats { get; init; } = true;

    /// <summary>CR0.ATSCHK: Translated transactions are checked against the STE.</summary>
    public bool AtsChecked { get; init; } = true;

    /// <summary>IDR0.NS1ATS: split-stage ATS is not supported.</summary>
    public bool NoSplitAts { get; init; }

    /// <summary>Device permission table for ATS.</summary>
    public bool Dpt { get; init; }

    /// <summary>IDR0.STALL_MODEL.</summary>
    public StallModel Stall { get; init; } = StallModel.Configurable;

    /// <summary>IDR0.TERM_MODEL: faults always abort, CD.A=0 is ILLEGAL.</summary>
    public bool AbortOnly { get; init; }

    /// <summary>IDR0.Hyp: the EL2 stream worlds exist (STE.STRW is used).</summary>
    public bool Hyp { get; init; }

    /// <summary>IDR0.CD2L: two-level CD tables.</summary>
    public bool TwoLevelCd { get; init; } = true;

    /// <summary>IDR1.SSIDSIZE: largest S1CDMAX.</summary>
    public int SsidSize { get; init; } = 20;

    /// <summary>IDR1.ATTR_TYPES_OVR: incoming attributes can be overridden (SHCFG and its like are not RES0).</summary>
    public bool AttrTypesOverride { get; init; } = true;

    /// <summary>IDR0.ASID16.</summary>
    public bool Asid16 { get; init; } = true;

    /// <summary>IDR0.VMID16.</summary>
    public bool Vmid16 { get; init; } = true;

    /// <summary>IDR0.HTTU: access flag updates in hardware.</summary>
    public bool HardwareAccessFlag { get; init; } = true;

    /// <summary>IDR0.HTTU: dirty state updates in hardware.</summary>
    public bool HardwareDirty { get; init; } = true;

    /// <summary>IDR3.FWB: stage-2 force write-back.</summary>
    public bool Stage2ForceWriteBack { get; init; } = true;

    /// <summary>IDR0.TTENDIAN: big-endian tables are supported.</summary>
    public bool BigEndianTables { get; init; } = true;

    /// <summary>IDR0.TTENDIAN: little-endian tables are supported.</summary>
    public bool LittleEndianTables { get; init; } = true;

    /// <summary>IDR0.TTF: AArch64 tables.</summary>
    public bool AArch64Tables { get; init; } = true;

    /// <summary>IDR0.TTF: AArch32 tables.</summary>
    public bool AArch32Tables { get; init; }

    /// <summary>IDR5.OAS in bits: 32 to 52.</summary>
    public int OutputBits { get; init; } = 48;

    /// <summary>IDR5: granules by TG encoding (4K, 64K, 16K).</summary>
    public (bool Size4K, bool Size64K, bool Size16K) Granules { get; init; } = (true, true, true);

    /// <summary>
    /// SMMUv3.0 may look at S2S in the EATS check even where stage 2 is off (CONSTRAINED UNPREDICTABLE); 3.1 and later do not.
    /// </summary>
    public bool EatsCheckSeesS2S { get; init; }

    /// <summary>
    /// Whether sizes, start levels and address ranges of translation tables are judged (T0SZ, SL0, PS, TTB). The driver's unit tests use
    /// values no hardware would take, so they are run with this off.
    /// </summary>
    public bool JudgeTableGeometry { get; init; } = true;
}
