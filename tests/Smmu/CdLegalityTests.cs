// The ILLEGAL rules for CDs: for each a case that breaks this rule alone, and near misses that break none. Reference section 2.4.

using Verify.Bits;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;
using Xunit;

namespace Verify.Tests.Smmu;

public class CdLegalityTests
{
    private static readonly SmmuFeatures Smmu = new();
    private static readonly SmmuFeatures Terminates = Smmu with { Stall = StallModel.TerminateOnly };
    private static readonly SmmuFeatures Forced = Smmu with { Stall = StallModel.Forced };
    private static readonly SmmuFeatures AArch32 = Smmu with { AArch32Tables = true };

    /// <summary>CDs that break one rule, by the rule's words, and STE.S1STALLD.</summary>
    private static readonly (string Rule, SmmuFeatures Smmu, Entry<Number> Cd, bool Stalld)[] Broken =
    [
        ("S=1 although STE", Smmu, LegalEntries.Cd((Cd.S, 1)), true),
        ("A=0", Smmu with { AbortOnly = true }, LegalEntries.Cd((Cd.A, 0)), false),
        ("S=1 although stalling", Terminates, LegalEntries.Cd((Cd.S, 1)), false),
        ("S=0", Forced, LegalEntries.Cd(), false),
        // A released SVA CD keeps S where stalling is forced.
        ("S=0", Forced, LegalEntries.Cd((Cd.Epd0, 1)), false),
        ("ENDI", Smmu with { BigEndianTables = false }, LegalEntries.Cd((Cd.Endi, 1)), false),
        ("ENDI", Smmu with { BigEndianTables = false }, LegalEntries.Cd((Cd.Endi, 1), (Cd.Epd0, 1), (Cd.Epd1, 0), (Cd.T1sz, 16), (Cd.Tg1, 2)), false),
        ("ENDI", Smmu with { LittleEndianTables = false }, LegalEntries.Cd(), false),
        ("AA64", Smmu, LegalEntries.Cd((Cd.Aa64, 0)), false),
        ("AA64", AArch32 with { AArch64Tables = false }, LegalEntries.Cd(), false),
        ("HA=1", Smmu with { HardwareAccessFlag = false }, LegalEntries.Cd((Cd.Ha, 1)), false),
        ("HD=1", Smmu with { HardwareDirty = false }, LegalEntries.Cd((Cd.Ha, 1), (Cd.Hd, 1)), false),
        ("ASID", Smmu with { Asid16 = false }, LegalEntries.Cd((Cd.Asid, 0x100)), false),
        ("T0SZ", Smmu, LegalEntries.Cd((Cd.T0sz, 15)), false),
        ("T0SZ", Smmu, LegalEntries.Cd((Cd.T0sz, 40)), false),
        ("T0SZ", Smmu, LegalEntries.Cd((Cd.Tg0, 3)), false),
        ("T0SZ", Smmu with { Granules = (true, false, true) }, LegalEntries.Cd((Cd.Tg0, 1)), false),
        ("TTB0", Smmu, LegalEntries.Cd((Cd.Ttb0, 1UL << (48 - 4))), false),
        ("TTB0", Smmu, LegalEntries.Cd((Cd.Ips, 2), (Cd.Ttb0, 1UL << (40 - 4))), false),
        ("T1SZ", Smmu, LegalEntries.Cd((Cd.Epd1, 0), (Cd.T1sz, 15), (Cd.Tg1, 2)), false),
        ("T1SZ", Smmu, LegalEntries.Cd((Cd.Epd1, 0), (Cd.T1sz, 40), (Cd.Tg1, 2)), false),
        ("T1SZ", Smmu, LegalEntries.Cd((Cd.Epd1, 0), (Cd.T1sz, 16), (Cd.Tg1, 0)), false),
        ("T1SZ", Smmu with { Granules = (false, true, true) }, LegalEntries.Cd((Cd.Epd0, 1), (Cd.Epd1, 0), (Cd.T1sz, 16), (Cd.Tg1, 2)), false),
        ("TTB1", Smmu, LegalEntries.Cd((Cd.Epd1, 0), (Cd.T1sz, 16), (Cd.Tg1, 2), (Cd.Ttb1, 1UL << (48 - 4))), false),
    ];

    private static readonly (string Name, SmmuFeatures Smmu, Entry<Number> Cd, bool Stalld)[] Legal =
    [
        ("plain", Smmu, LegalEntries.Cd(), true),
        ("stalls", Smmu, LegalEntries.Cd((Cd.S, 1)), false),
        ("A=0", Smmu, LegalEntries.Cd((Cd.A, 0)), false),
        ("A=1, abort only", Smmu with { AbortOnly = true }, LegalEntries.Cd(), false),
        ("terminate only, S=0", Terminates, LegalEntries.Cd(), false),
        ("forced, S=1", Forced, LegalEntries.Cd((Cd.S, 1)), false),
        ("released, forced, S=1", Forced, LegalEntries.Cd((Cd.S, 1), (Cd.Epd0, 1)), false),
        ("ENDI without a table", Smmu with { BigEndianTables = false }, LegalEntries.Cd((Cd.Endi, 1), (Cd.Epd0, 1)), false),
        ("AArch32", AArch32, LegalEntries.Cd((Cd.Aa64, 0)), false),
        ("HA=HD=1", Smmu, LegalEntries.Cd((Cd.Ha, 1), (Cd.Hd, 1)), false),
        ("ASID 255", Smmu with { Asid16 = false }, LegalEntries.Cd((Cd.Asid, 0xff)), false),
        ("released, table fields not judged", Smmu, LegalEntries.Cd((Cd.Epd0, 1), (Cd.T0sz, 0), (Cd.Tg0, 3), (Cd.Ttb0, Cd.Ttb0.Max)), false),
        ("table 1", Smmu, LegalEntries.Cd((Cd.Epd1, 0), (Cd.T1sz, 39), (Cd.Tg1, 1), (Cd.Ttb1, 1UL << (47 - 4))), false),
        ("T0SZ 39", Smmu, LegalEntries.Cd((Cd.T0sz, 39)), false),
        ("TTB0 at the top", Smmu, LegalEntries.Cd((Cd.Ttb0, 1UL << (47 - 4))), false),
        ("geometry not judged", Smmu with { JudgeTableGeometry = false }, LegalEntries.Cd((Cd.T0sz, 4), (Cd.Tg0, 3), (Cd.Ttb0, Cd.Ttb0.Max)), false),
    ];

    public static TheoryData<int> BrokenCases => [.. Enumerable.Range(0, Broken.Length)];

    public static TheoryData<string> LegalCases => [.. Legal.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(BrokenCases))]
    public void A_cd_that_breaks_one_rule_is_illegal_by_it(int index)
    {
        var (rule, smmu, cd, stalld) = Broken[index];
        Assert.StartsWith(rule, Assert.Single(CdLegality.Broken(smmu, cd, stalld)));
        var outcome = CdBehaviour.Of(smmu, in cd, new Truth(stalld));
        Assert.Equal((Fate.Abort, Event.C_BAD_CD), ((Fate)outcome.Fate.Value, (Event)outcome.Event.Value));
        Assert.Equal(default, outcome.Shape);
    }

    [Theory]
    [MemberData(nameof(BrokenCases))]
    public void An_invalid_cd_breaks_no_rule_and_is_bad_all_the_same(int index)
    {
        var (_, smmu, cd, stalld) = Broken[index];
        var invalid = LegalEntries.With(cd, (Cd.V, 0));
        Assert.Empty(CdLegality.Broken(smmu, invalid, stalld));
        Assert.Equal(Event.C_BAD_CD, (Event)CdBehaviour.Of(smmu, in invalid, new Truth(stalld)).Event.Value);
    }

    [Theory]
    [MemberData(nameof(LegalCases))]
    public void A_near_miss_is_legal(string name)
    {
        var (_, smmu, cd, stalld) = Legal.Single(c => c.Name == name);
        Assert.Empty(CdLegality.Broken(smmu, cd, stalld));
        Assert.Equal(Fate.Translate, (Fate)CdBehaviour.Of(smmu, in cd, new Truth(stalld)).Fate.Value);
    }

    [Fact]
    public void Every_rule_is_broken_by_some_case() =>
        Assert.Equal(CdLegality.Rules.Order(), Broken.Select(c => CdLegality.Broken(c.Smmu, c.Cd, c.Stalld).Single()).Distinct().Order());
}
