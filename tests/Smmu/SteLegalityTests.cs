// The ILLEGAL rules for STEs: for each a case that breaks this rule alone, and near misses that break none. Reference section 2.4.

using Verify.Bits;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;
using Xunit;

namespace Verify.Tests.Smmu;

public class SteLegalityTests
{
    private static readonly SmmuFeatures Smmu = new();
    private static readonly SmmuFeatures Hyp = Smmu with { Hyp = true };
    private static readonly SmmuFeatures Dpt = Hyp with { Dpt = true };
    private static readonly SmmuFeatures V30 = Smmu with { EatsCheckSeesS2S = true };
    private static readonly SmmuFeatures Terminates = Smmu with { Stall = StallModel.TerminateOnly };
    private static readonly SmmuFeatures Forced = Smmu with { Stall = StallModel.Forced };
    private static readonly SmmuFeatures AArch32 = Smmu with { AArch32Tables = true };

    /// <summary>Entries that break one rule, by the rule's words.</summary>
    private static readonly (string Rule, SmmuFeatures Smmu, Entry<Number> Ste)[] Broken =
    [
        ("CFG turns on stage 1", Smmu with { Stage1 = false }, LegalEntries.S1()),
        ("CFG turns on stage 1", Smmu with { Stage1 = false }, LegalEntries.Nested(Ste.Dss.Ssid0)),
        ("CFG turns on stage 2", Smmu with { Stage2 = false }, LegalEntries.S2()),
        ("CFG turns on stage 2", Smmu with { Stage2 = false }, LegalEntries.Nested(Ste.Dss.Ssid0)),
        ("EATS=S1CHK", Smmu, LegalEntries.S1((Ste.Eats, 2))),
        ("EATS=S1CHK", Smmu, LegalEntries.S2((Ste.Eats, 2))),
        ("EATS=S1CHK", Smmu, LegalEntries.Nested(Ste.Dss.Ssid0, (Ste.Eats, 2), (Ste.S2S, 1))),
        ("EATS=S1CHK", Smmu with { NoSplitAts = true }, LegalEntries.Nested(Ste.Dss.Ssid0, (Ste.Eats, 2))),
        ("EATS=TRANS with", Smmu, LegalEntries.S2((Ste.Eats, 1), (Ste.S2S, 1))),
        ("EATS=TRANS with", Smmu, LegalEntries.Nested(Ste.Dss.Ssid0, (Ste.Eats, 1), (Ste.S2S, 1))),
        ("EATS=TRANS with", V30, LegalEntries.S1((Ste.Eats, 1), (Ste.S2S, 1))),
        ("EATS=TRANS_DPT", Dpt, LegalEntries.S1((Ste.Eats, 3), (Ste.Strw, 2))),
        ("STRW", Hyp, LegalEntries.S1((Ste.Strw, 1))),
        ("STRW", Hyp, LegalEntries.S1((Ste.Strw, 3))),
        ("S1STALLD=1", Terminates, LegalEntries.S1((Ste.S1Stalld, 1))),
        ("S1STALLD=1", Forced, LegalEntries.S1((Ste.S1Stalld, 1))),
        ("S1STALLD=1", Forced, LegalEntries.Nested(Ste.Dss.Ssid0, (Ste.S1Stalld, 1), (Ste.S2S, 1))),
        ("S1CDMAX", Smmu, LegalEntries.S1((Ste.S1CdMax, 21))),
        ("S1CDMAX", Smmu with { SsidSize = 0 }, LegalEntries.S1((Ste.S1CdMax, 1))),
        ("S1FMT", Smmu with { TwoLevelCd = false }, LegalEntries.Substreams(Ste.Dss.Ssid0, (Ste.S1Fmt, 1))),
        ("S1FMT", Smmu with { TwoLevelCd = false }, LegalEntries.Substreams(Ste.Dss.Bypass, (Ste.S1Fmt, 2))),
        ("S1CTXPTR", Smmu, LegalEntries.S1((Ste.S1CtxPtr, 1UL << (48 - 6)))),
        ("S1CTXPTR", Smmu with { OutputBits = 40 }, LegalEntries.S1((Ste.S1CtxPtr, 1UL << (40 - 6)))),
        ("S2S=1", Terminates, LegalEntries.S2((Ste.S2S, 1))),
        ("S2S=0", Forced, LegalEntries.S2()),
        ("S2FWB with", AArch32, LegalEntries.S2((Ste.S2Fwb, 1), (Ste.S2Aa64, 0))),
        ("S2FWB with", Smmu with { Stage2ForceWriteBack = false }, LegalEntries.S2((Ste.S2Fwb, 1))),
        ("S2AA64", Smmu, LegalEntries.S2((Ste.S2Aa64, 0))),
        ("S2AA64", AArch32 with { AArch64Tables = false }, LegalEntries.S2()),
        ("S2ENDI", Smmu with { BigEndianTables = false }, LegalEntries.S2((Ste.S2Endi, 1))),
        ("S2ENDI", Smmu with { LittleEndianTables = false }, LegalEntries.S2()),
        ("S2VMID", Smmu with { Vmid16 = false }, LegalEntries.S2((Ste.S2Vmid, 0x100))),
        ("S2TTB", Smmu, LegalEntries.S2((Ste.S2Ttb, 1UL << (48 - 4)))),
        ("S2TTB", Smmu, LegalEntries.S2((Ste.S2Ps, 6), (Ste.S2Ttb, 1UL << (48 - 4)))),
        ("S2TTB", Smmu, LegalEntries.S2((Ste.S2Ps, 0), (Ste.S2Ttb, 1UL << (32 - 4)))),
        ("S2T0SZ", Smmu, LegalEntries.S2((Ste.S2T0sz, 15))),
        ("S2T0SZ", Smmu, LegalEntries.S2((Ste.S2T0sz, 25))),
        ("S2T0SZ", Smmu, LegalEntries.S2((Ste.S2Sl0, 3))),
        ("S2T0SZ", Smmu, LegalEntries.S2((Ste.S2Sl0, 1))),
        ("S2T0SZ", Smmu, LegalEntries.S2((Ste.S2Tg, 3))),
        ("S2T0SZ", Smmu with { Granules = (false, true, true) }, LegalEntries.S2()),
    ];

    /// <summary>Entries that look like the ones above and are legal.</summary>
    private static readonly (string Name, SmmuFeatures Smmu, Entry<Number> Ste)[] Legal =
    [
        ("no stage 1, S2", Smmu with { Stage1 = false }, LegalEntries.S2()),
        ("no stage 2, S1", Smmu with { Stage2 = false }, LegalEntries.S1()),
        ("no stage, bypass", Smmu with { Stage1 = false, Stage2 = false }, LegalEntries.Plain(Ste.Config.Bypass)),
        ("nested EATS=S1CHK", Smmu, LegalEntries.Nested(Ste.Dss.Ssid0, (Ste.Eats, 2))),
        ("bypass EATS=S1CHK", Smmu, LegalEntries.Plain(Ste.Config.Bypass, (Ste.Eats, 2), (Ste.S2S, 1))),
        ("no ATS, EATS=S1CHK", Smmu with { Ats = false }, LegalEntries.S1((Ste.Eats, 2))),
        ("S2 EATS=TRANS", Smmu, LegalEntries.S2((Ste.Eats, 1))),
        ("S2 S2S=1", Smmu, LegalEntries.S2((Ste.S2S, 1))),
        ("no ATS, EATS=TRANS S2S=1", Smmu with { Ats = false }, LegalEntries.S2((Ste.Eats, 1), (Ste.S2S, 1))),
        ("v3.1 S1 EATS=TRANS S2S=1", Smmu, LegalEntries.S1((Ste.Eats, 1), (Ste.S2S, 1))),
        ("v3.0 S1 EATS=TRANS", V30, LegalEntries.S1((Ste.Eats, 1))),
        ("v3.0 S1 S2S=1", V30, LegalEntries.S1((Ste.S2S, 1))),
        ("v3.0 bypass EATS=TRANS S2S=1", V30, LegalEntries.Plain(Ste.Config.Bypass, (Ste.Eats, 1), (Ste.S2S, 1))),
        ("DPT, EL1 world", Dpt, LegalEntries.S1((Ste.Eats, 3))),
        ("DPT, nested, STRW not used", Dpt, LegalEntries.Nested(Ste.Dss.Ssid0, (Ste.Eats, 3), (Ste.Strw, 2))),
        ("no DPT, EATS=3", Hyp, LegalEntries.S1((Ste.Eats, 3), (Ste.Strw, 2))),
        ("EL2 world", Hyp, LegalEntries.S1((Ste.Strw, 2))),
        ("no Hyp, STRW=1", Smmu, LegalEntries.S1((Ste.Strw, 1))),
        ("nested, STRW=1", Hyp, LegalEntries.Nested(Ste.Dss.Ssid0, (Ste.Strw, 1))),
        ("configurable, S1STALLD=1", Smmu, LegalEntries.S1((Ste.S1Stalld, 1))),
        ("S2, S1STALLD=1", Terminates, LegalEntries.S2((Ste.S1Stalld, 1))),
        ("S1CDMAX=SSIDSIZE", Smmu, LegalEntries.S1((Ste.S1CdMax, 20))),
        ("S2, S1CDMAX=31", Smmu, LegalEntries.S2((Ste.S1CdMax, 31))),
        ("one CD, S1FMT=2", Smmu with { TwoLevelCd = false }, LegalEntries.S1((Ste.S1Fmt, 2))),
        ("S1FMT=3 is linear", Smmu with { TwoLevelCd = false }, LegalEntries.Substreams(Ste.Dss.Ssid0, (Ste.S1Fmt, 3))),
        ("S1CTXPTR at the top", Smmu, LegalEntries.S1((Ste.S1CtxPtr, 1UL << (47 - 6)))),
        ("S1, S2S=1, terminate only", Terminates, LegalEntries.S1((Ste.S2S, 1))),
        ("S1, S2S=0, forced", Forced, LegalEntries.S1()),
        ("S2, S2S=1, forced", Forced, LegalEntries.S2((Ste.S2S, 1))),
        ("S2FWB=1", Smmu, LegalEntries.S2((Ste.S2Fwb, 1))),
        ("S1, S2FWB=1", Smmu with { Stage2ForceWriteBack = false }, LegalEntries.S1((Ste.S2Fwb, 1))),
        ("AArch32 S2", AArch32, LegalEntries.S2((Ste.S2Aa64, 0))),
        ("big endian S2", Smmu, LegalEntries.S2((Ste.S2Endi, 1))),
        ("VMID 255", Smmu with { Vmid16 = false }, LegalEntries.S2((Ste.S2Vmid, 0xff))),
        ("S1, VMID 256", Smmu with { Vmid16 = false }, LegalEntries.S1((Ste.S2Vmid, 0x100))),
        ("S2TTB at the top", Smmu, LegalEntries.S2((Ste.S2Ttb, 1UL << (47 - 4)))),
        ("S2TTB at the top of S2PS=32 bits", Smmu, LegalEntries.S2((Ste.S2Ps, 0), (Ste.S2Ttb, 1UL << (31 - 4)))),
        ("40-bit table", Smmu, LegalEntries.S2((Ste.S2T0sz, 24))),
        ("39-bit table from level 1", Smmu, LegalEntries.S2((Ste.S2Sl0, 1), (Ste.S2T0sz, 25))),
        ("geometry not judged", Smmu with { JudgeTableGeometry = false }, LegalEntries.S2((Ste.S2T0sz, 0), (Ste.S2Tg, 3), (Ste.S2Ps, 0), (Ste.S2Ttb, 1UL << 47))),
    ];

    public static TheoryData<int> BrokenCases => [.. Enumerable.Range(0, Broken.Length)];

    public static TheoryData<string> LegalCases => [.. Legal.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(BrokenCases))]
    public void An_entry_that_breaks_one_rule_is_illegal_by_it(int index)
    {
        var (rule, smmu, ste) = Broken[index];
        Assert.StartsWith(rule, Assert.Single(SteLegality.Broken(smmu, ste)));
        Assert.True(SteLegality.Illegal<Number, Truth>(smmu, in ste).Value);
        Assert.True(SteBehaviour.Invalid<Number, Truth>(smmu, in ste).Value);
        Assert.Equal((ulong)Event.C_BAD_STE, SteBehaviour.Of<Number, Truth>(smmu, in ste)[0].Event.Value);
    }

    [Theory]
    [MemberData(nameof(BrokenCases))]
    public void Entries_that_let_nothing_pass_are_never_illegal(int index)
    {
        var (_, smmu, ste) = Broken[index];
        Assert.Empty(SteLegality.Broken(smmu, LegalEntries.With(ste, (Ste.V, 0))));
        Assert.Empty(SteLegality.Broken(smmu, LegalEntries.With(ste, (Ste.Cfg, Ste.Cfg.Of(in ste) & 3))));
        Assert.Empty(SteLegality.Broken(smmu, LegalEntries.With(ste, (Ste.Cfg, Ste.Config.Bypass))));
    }

    [Theory]
    [MemberData(nameof(LegalCases))]
    public void A_near_miss_is_legal(string name)
    {
        var (_, smmu, ste) = Legal.Single(c => c.Name == name);
        Assert.Empty(SteLegality.Broken(smmu, ste));
        Assert.False(SteBehaviour.Invalid<Number, Truth>(smmu, in ste).Value);
    }

    [Fact]
    public void Every_rule_is_broken_by_some_case() =>
        Assert.Equal(SteLegality.Rules.Order(), Broken.Select(c => SteLegality.Broken(c.Smmu, c.Ste).Single()).Distinct().Order());
}
