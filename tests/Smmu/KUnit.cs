// The fixture of the driver's unit tests, built with our builders, and their table of updates. Reference section 7.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;
using Xunit;

namespace Verify.Tests.Smmu;

/// <summary>The entries the driver's unit tests use, by the names of the table in reference section 7.</summary>
internal static class KUnit
{
    /// <summary>The CD table of "cdtable" entries.</summary>
    public const ulong CdTable = 0xF0F0_F0F0_F0F0;

    /// <summary>The other CD table of case 16.</summary>
    public const ulong OtherCdTable = 0x4B_4B4B_4B4B;

    /// <summary>A page table base with bits outside every address field.</summary>
    public const ulong TableBase = 0xdaed_beef_dead_beef;

    /// <summary>The SMMU of the tests: stalls and attribute overrides, no EL2 worlds. Geometry is not judged: its values are made up.</summary>
    public static readonly SmmuFeatures Smmu = new() { SsidSize = 31, JudgeTableGeometry = false };

    /// <summary>The master that does not stall.</summary>
    public static readonly Platform Plain = new("kunit", Smmu, new Master(Ats: true, CanStall: false, CdTable, S1Fmt: 2, S1CdMax: 0xff));

    /// <summary>The master that stalls.</summary>
    public static readonly Platform Stalling = Plain with { Name = "kunit stall", Master = Plain.Master with { CanStall = true } };

    private const ulong Tcr = 4 | 2 << 6 | 2 << 8 | 1 << 10 | 3 << 12;

    private const ulong Mair = 0x0abc_def0_1234_5678;

    /// <summary>Its stage-2 domain: ps 1, tg 2, sh 3, orgn 1, irgn 2, sl 3, tsz 4, VMID 0.</summary>
    public static readonly Stage2Domain Stage2 = new("kunit", 0, TableBase, 4 | 3 << 6 | 2 << 8 | 1 << 10 | 3 << 12 | 2 << 14 | 1 << 16);

    private static readonly SteBuilder Stes = new(new SteBuilderRules(), Plain);
    private static readonly SteBuilder StallStes = new(new SteBuilderRules(), Stalling);
    private static readonly CdBuilder Cds = new(new CdBuilderRules(), Plain);

    // An mm of a 48-bit, 4K arm64 host. The values are free: the driver's tests take them from the machine they run on.
    private static readonly Stage1Domain Mm = new("mm", 1997, 0x8_1234_5000, Mair: 0x0000_00f4_0088_44ff);

    private static readonly Dictionary<string, Entry<Number>> Images = new()
    {
        ["zero"] = default,
        ["abort"] = Stes.Abort(),
        ["bypass"] = Stes.Bypass(),
        ["cdt SSID0 ATS"] = Stes.CdTable(Ste.Dss.Ssid0, ats: true),
        ["cdt SSID0"] = Stes.CdTable(Ste.Dss.Ssid0, ats: false),
        ["cdt BYPASS ATS"] = Stes.CdTable(Ste.Dss.Bypass, ats: true),
        ["cdt TERMINATE ATS"] = Stes.CdTable(Ste.Dss.Terminate, ats: true),
        ["cdt BYPASS ATS, other table"] = Stes.CdTable(Ste.Dss.Bypass, ats: true, OtherCdTable),
        ["cdt SSID0 ATS, other table"] = Stes.CdTable(Ste.Dss.Ssid0, ats: true, OtherCdTable),
        ["cdt SSID0 STALL"] = StallStes.CdTable(Ste.Dss.Ssid0, ats: false),
        ["s2 ATS"] = Stes.S2(Stage2, ats: true),
        ["s2"] = Stes.S2(Stage2, ats: false),
        ["s2 STALL"] = StallStes.S2(Stage2, ats: false),
        ["s2 vmid 1"] = Stes.S2(Stage2 with { Vmid = 1 }, ats: false),
        ["s2 vmid 2"] = Stes.S2(Stage2 with { Vmid = 2 }, ats: false),
        ["nested BYPASS ATS"] = Nested(Ste.Dss.Bypass, CdTable),
        ["nested SSID0 ATS, other table"] = Nested(Ste.Dss.Ssid0, OtherCdTable),
        ["vSTE S1 ATS"] = Stes.Nested(Stage2, Vste.S1(Ste.Dss.Ssid0, ats: true, stallDisabled: true)),
        ["cd 778"] = Cds.S1(S1Domain(778)),
        ["cd 1997"] = Cds.S1(S1Domain(1997)),
        ["sva 1997"] = Cds.Sva(Mm),
        ["sva released"] = Cds.SvaReleased(Mm),
    };

    /// <summary>The entry of a name.</summary>
    public static Entry<Number> Image(string name) => Images[name];

    /// <summary>A vSTE that asks for bypass, on the fixture's stage-2 domain: the plain S2 entry without ATS.</summary>
    public static Entry<Number> VsteBypass()
    {
        Assert.Equal(0, Vste.Validate(Ste.V.Put(1) | Ste.Cfg.Put(Ste.Config.Bypass), 0, out var vste));
        return Stes.Nested(Stage2, vste!);
    }

    private static Stage1Domain S1Domain(ulong asid) => new($"{asid}", asid, TableBase, Tcr, Ips: 1, Mair);

    // The tests' own nested entry: a CD-table STE turned into CFG=NESTED with MEV, on words 2 and 3 of the S2 one.
    private static Entry<Number> Nested(ulong dss, ulong table)
    {
        var ste = Stes.CdTable(dss, ats: true, table);
        var s2 = Stes.S2(Stage2, ats: true);
        Ste.Cfg.Set(ref ste, Ste.Config.Nested);
        Ste.Mev.Set(ref ste, 1);
        return ste.With(2, s2[2]).With(3, s2[3]);
    }
}
