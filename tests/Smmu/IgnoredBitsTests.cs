// Which fields of an entry matter in which configuration: every flip of a bit that is IGNORED leaves every access as it is, and each field
// that is not IGNORED has a flip that some access notices. Reference section 2.3.

using Verify.Bits;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;
using Xunit;

namespace Verify.Tests.Smmu;

public class IgnoredBitsTests
{
    private const string Override = "SHCFG MTCFG ALLOCCFG";
    private const string CdFetch = "S1CTXPTR S1CDMAX S1CIR S1COR S1CSH S1STALLD";
    private const string Stage2 =
        "S2VMID S2T0SZ S2SL0 S2IR0 S2OR0 S2SH0 S2TG S2PS S2AA64 S2ENDI S2PTW S2S S2R S2HWU59_62 S2FWB S2TTB";

    // Tables may lie anywhere and have any shape: a flip must not matter only because it makes the entry ILLEGAL.
    private static readonly SmmuFeatures Smmu = new() { SsidSize = 31, OutputBits = 52, AArch32Tables = true, JudgeTableGeometry = false };

    private static readonly Dictionary<string, (SmmuFeatures Smmu, Entry<Number> Ste)> Configurations = new()
    {
        ["V=0"] = (Smmu, LegalEntries.S2((Ste.V, 0))),
        ["abort"] = (Smmu, LegalEntries.Nested(Ste.Dss.Ssid0, (Ste.Cfg, 0), (Ste.Eats, 1), (Ste.Shcfg, 1))),
        ["CFG 3"] = (Smmu, LegalEntries.Nested(Ste.Dss.Ssid0, (Ste.Cfg, 3))),
        ["bypass"] = (Smmu, LegalEntries.Nested(Ste.Dss.Ssid0, (Ste.Cfg, Ste.Config.Bypass), (Ste.Eats, 1))),
        ["bypass, MTCFG=1"] = (Smmu, LegalEntries.Plain(Ste.Config.Bypass, (Ste.Mtcfg, 1))),
        ["bypass without overrides"] = (Smmu with { AttrTypesOverride = false }, LegalEntries.Plain(Ste.Config.Bypass)),
        ["S1, one CD"] = (Smmu, LegalEntries.S1()),
        ["S1, S1DSS=SSID0"] = (Smmu, LegalEntries.Substreams(Ste.Dss.Ssid0)),
        ["S1, S1DSS=BYPASS"] = (Smmu, LegalEntries.Substreams(Ste.Dss.Bypass)),
        ["S1 without ATS"] = (Smmu with { Ats = false }, LegalEntries.Substreams(Ste.Dss.Ssid0)),
        ["S1 without stage 2"] = (Smmu with { Stage2 = false }, LegalEntries.Substreams(Ste.Dss.Ssid0)),
        ["S1, EL1 world of two"] = (Smmu with { Hyp = true }, LegalEntries.S1()),
        ["S1, EL2 world"] = (Smmu with { Hyp = true }, LegalEntries.S1((Ste.Strw, 2))),
        ["S2"] = (Smmu, LegalEntries.S2()),
        ["S2 with EL2 worlds"] = (Smmu with { Hyp = true }, LegalEntries.S2((Ste.Strw, 2))),
        ["S2 without overrides"] = (Smmu with { AttrTypesOverride = false }, LegalEntries.S2()),
        ["nested, S1DSS=SSID0"] = (Smmu, LegalEntries.Nested(Ste.Dss.Ssid0)),
        ["nested, S1DSS=BYPASS"] = (Smmu, LegalEntries.Nested(Ste.Dss.Bypass)),
    };

    private static readonly Dictionary<string, Entry<Number>> CdConfigurations = new()
    {
        ["V=0"] = LegalEntries.Cd((Cd.V, 0)),
        ["table 0"] = LegalEntries.Cd(),
        ["both tables"] = LegalEntries.Cd((Cd.Epd1, 0)),
        ["no table"] = LegalEntries.Cd((Cd.Epd0, 1)),
        ["table 1"] = LegalEntries.Cd((Cd.Epd0, 1), (Cd.Epd1, 0)),
    };

    [Theory]
    [InlineData("V=0", "V")]
    [InlineData("abort", "V CFG")]
    [InlineData("CFG 3", "V CFG")]
    [InlineData("bypass", $"V CFG {Override}")]
    [InlineData("bypass, MTCFG=1", $"V CFG {Override} MemAttr")]
    [InlineData("bypass without overrides", "V CFG")]
    [InlineData("S1, one CD", $"V CFG {CdFetch} S2VMID EATS")]
    [InlineData("S1, S1DSS=SSID0", $"V CFG S1FMT S1DSS {CdFetch} S2VMID EATS")]
    [InlineData("S1, S1DSS=BYPASS", $"V CFG S1FMT S1DSS {CdFetch} S2VMID EATS {Override}")]
    [InlineData("S1 without ATS", $"V CFG S1FMT S1DSS {CdFetch} S2VMID")]
    [InlineData("S1 without stage 2", $"V CFG S1FMT S1DSS {CdFetch} EATS")]
    [InlineData("S1, EL1 world of two", $"V CFG {CdFetch} S2VMID EATS STRW")]
    [InlineData("S1, EL2 world", $"V CFG {CdFetch} EATS STRW")]
    [InlineData("S2", $"V CFG EATS {Stage2} {Override}")]
    [InlineData("S2 with EL2 worlds", $"V CFG EATS {Stage2} {Override}")]
    [InlineData("S2 without overrides", $"V CFG EATS {Stage2}")]
    [InlineData("nested, S1DSS=SSID0", $"V CFG S1FMT S1DSS {CdFetch} EATS {Stage2}")]
    [InlineData("nested, S1DSS=BYPASS", $"V CFG S1FMT S1DSS {CdFetch} EATS {Stage2} {Override}")]
    public void An_ste_depends_on_the_fields_that_its_configuration_uses(string configuration, string fields)
    {
        var (smmu, ste) = Configurations[configuration];
        Compare(Ste.Layout, fields, ste, entry =>
        {
            var (left, right) = (SteBehaviour.Of<Number, Truth>(smmu, in entry), SteBehaviour.Of<Number, Truth>(smmu, in ste));
            return Behaviour<Number, Truth>.Same(in left, in right, new Truth(true)).Value;
        });
    }

    [Theory]
    [InlineData("V=0", "V")]
    [InlineData("table 0", $"V EPD0 EPD1 ENDI {CdCommon} {Table0}")]
    [InlineData("both tables", $"V EPD0 EPD1 ENDI {CdCommon} {Table0} {Table1}")]
    [InlineData("no table", $"V EPD0 EPD1 {CdCommon}")]
    [InlineData("table 1", $"V EPD0 EPD1 ENDI {CdCommon} {Table1}")]
    public void A_cd_depends_on_the_fields_of_the_tables_that_are_on(string configuration, string fields)
    {
        var cd = CdConfigurations[configuration];
        Compare(Cd.Layout, fields, cd, entry =>
        {
            var (left, right) = (CdBehaviour.Of(Smmu, in entry, new Truth(false)), CdBehaviour.Of(Smmu, in cd, new Truth(false)));
            return Outcome<Number, Truth>.Same(in left, in right).Value;
        });
    }

    private const string CdCommon = "IPS TBI0 TBI1 AA64 HD HA S R A ASET ASID MAIR";
    private const string Table0 = "T0SZ TG0 IRGN0 ORGN0 SH0 TTB0";
    private const string Table1 = "T1SZ TG1 IRGN1 ORGN1 SH1 TTB1";

    private static void Compare(Layout layout, string fields, Entry<Number> entry, Func<Entry<Number>, bool> alike)
    {
        var relevant = new List<string>();
        foreach (var part in layout.Parts)
        {
            var noticed = Enumerable.Range(part.Low, part.Width).Any(bit => !alike(entry.With(part.Word, entry[part.Word] ^ new Number(1UL << bit))));
            if (noticed)
            {
                relevant.Add(part.Name);
            }
        }

        Assert.Equal(fields.Split(' ').Order(), relevant.Order());
    }
}
