// The SMMUs and masters that statements about builders speak of: enough of them that any stall model, any way of having ATS and any set of sizes meet.

using Verify.Smmu.Hardware;

namespace Verify.Smmu.Driver;

/// <summary>Descriptions of platforms, by stable names: "stall-forced+ats+oas40-64k".</summary>
public static class PlatformList
{
    private static readonly SmmuFeatures Full = new();

    private static readonly (string Name, StallModel Model, bool CanStall)[] Stalls =
    [
        ("no-stall", StallModel.Configurable, false), ("stall", StallModel.Configurable, true),
        ("terminate-only", StallModel.TerminateOnly, true), ("stall-forced", StallModel.Forced, false),
    ];

    private static readonly (string Name, bool Smmu, bool Master)[] Ats = [("ats", true, true), ("smmu-ats", true, false), ("device-ats", false, true)];

    // Every option that is neither of the above is on in some and off in some, and so are any two of them.
    private static readonly (string Name, SmmuFeatures Smmu, bool BigEndian)[] Sizes =
    [
        ("oas48", Full, false),
        ("oas48-e2h-be", Full with { Hyp = true, LittleEndianTables = false, EatsCheckSeesS2S = true }, true),
        ("oas32-small", Small(32, (true, false, false), ssid: 0) with { TwoLevelCd = false }, false),
        ("oas36-16k", Small(36, (false, false, true), ssid: 5) with { Vmid16 = true, AttrTypesOverride = true }, false),
        ("oas40-64k", Small(40, (false, true, false), ssid: 10) with { Hyp = true, Stage2ForceWriteBack = true, TwoLevelCd = false }, false),
        ("oas42-e2h", Full with { OutputBits = 42, Hyp = true, AttrTypesOverride = false, Asid16 = false, TwoLevelCd = false, HardwareDirty = false }, false),
        ("oas44", Full with { OutputBits = 44, Granules = (true, true, false), SsidSize = 16, Stage2ForceWriteBack = false, Vmid16 = false }, false),
        ("oas52-64k", Full with { OutputBits = 52, Granules = (false, true, false), Hyp = true, Vmid16 = false, AbortOnly = true }, false),
        ("oas52-4k-be", Full with { OutputBits = 52, Granules = (true, false, true), AttrTypesOverride = false, SsidSize = 11 }, true),
        ("stage1-only", Full with { Stage2 = false, Stage2ForceWriteBack = false, Hyp = true }, false),
        ("stage2-only", Full with { Stage1 = false, SsidSize = 0, AttrTypesOverride = false }, false),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Platform> All { get; } =
    [
        .. from size in Sizes
           from stall in Stalls
           from ats in Ats
           select new Platform($"{stall.Name}+{ats.Name}+{size.Name}", size.Smmu with { Stall = stall.Model, Ats = ats.Smmu },
               new Master(ats.Master, stall.CanStall)) { BigEndian = size.BigEndian },
    ];

    private static SmmuFeatures Small(int outputBits, (bool Size4K, bool Size64K, bool Size16K) granules, int ssid) => SmmuFeatures.Minimal with
    {
        Ats = true,
        Stall = StallModel.Configurable,
        TwoLevelCd = true,
        OutputBits = outputBits,
        Granules = granules,
        SsidSize = ssid,
    };
}
