// How the driver's builders fill entries, choice by choice. Reference section 5; whole images are in KUnitTests.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;
using Verify.Smmu.Update;
using Xunit;

namespace Verify.Tests.Smmu;

public class BuilderTests
{
    private static readonly SteBuilderRules Rules = new();
    private static readonly Stage2Domain Domain = new("d", 0x1234, 0xfff0_0000_1234_5678, 0x7_ffff, ForceWriteBack: true);

    /// <summary>Stall model, dma-can-stall; S1STALLD, S2S and CD.S.</summary>
    [Theory]
    [InlineData(StallModel.Configurable, false, 1UL, 0UL)]
    [InlineData(StallModel.Configurable, true, 0UL, 1UL)]
    [InlineData(StallModel.TerminateOnly, false, 0UL, 0UL)]
    [InlineData(StallModel.TerminateOnly, true, 0UL, 0UL)]
    [InlineData(StallModel.Forced, false, 0UL, 1UL)]
    [InlineData(StallModel.Forced, true, 0UL, 1UL)]
    public void Stalling_follows_the_stall_model_and_the_firmware(StallModel model, bool canStall, ulong stalld, ulong stall)
    {
        var platform = On(new SmmuFeatures { Stall = model }, canStall);
        var ste = new SteBuilder(Rules, platform);
        Assert.Equal(stalld, Ste.S1Stalld.Of(ste.CdTable(Ste.Dss.Ssid0, ats: false)));
        Assert.Equal(stall, Ste.S2S.Of(ste.S2(Domain, ats: false)));
        Assert.Equal(stall, Cd.S.Of(new CdBuilder(new CdBuilderRules(), platform).S1(new Stage1Domain("d", 1, 0))));
        // Before 6.12, and with bug B22.
        Assert.Equal(0UL, Ste.S2S.Of(new SteBuilder(Rules with { S2StallFollowsMaster = false }, platform).S2(Domain, ats: false)));
        Assert.Equal(1UL, Ste.S1Stalld.Of(
            new SteBuilder(Rules with { StalldOnlyIfConfigurable = false }, platform).CdTable(Ste.Dss.Ssid0, ats: false)));
    }

    [Theory]
    [InlineData(true, true, 1UL)]
    [InlineData(false, true, 0UL)]
    [InlineData(false, false, 1UL)]
    public void Shareability_is_incoming_where_it_can_be_overridden(bool overridable, bool onlyThere, ulong expected)
    {
        var builder = new SteBuilder(
            Rules with { ShcfgOnlyWithOverride = onlyThere }, On(new SmmuFeatures { AttrTypesOverride = overridable }, canStall: false));
        Assert.Equal(expected, Ste.Shcfg.Of(builder.Bypass()));
        Assert.Equal(expected, Ste.Shcfg.Of(builder.S2(Domain, ats: false)));
        Assert.Equal(expected, Ste.Shcfg.Of(builder.CdTable(Ste.Dss.Bypass, ats: false)));
        Assert.Equal(0UL, Ste.Shcfg.Of(builder.CdTable(Ste.Dss.Ssid0, ats: false)));
        Assert.Equal(0UL, Ste.Shcfg.Of(builder.CdTable(Ste.Dss.Terminate, ats: false)));
        Assert.Equal(Entry.Of(1), builder.Abort());
    }

    [Fact]
    public void A_cd_table_entry_has_the_masters_table_and_the_stream_world()
    {
        var platform = On(new SmmuFeatures { Hyp = true }, canStall: false) with
        {
            Master = new Master(Ats: true, CanStall: false, CdTable: ulong.MaxValue, S1Fmt: 1, S1CdMax: 10),
        };
        var ste = new SteBuilder(Rules, platform).CdTable(Ste.Dss.Terminate, ats: true);
        Assert.Equal((5UL, 1UL, 10UL), (Ste.Cfg.Of(in ste), Ste.S1Fmt.Of(in ste), Ste.S1CdMax.Of(in ste)));
        Assert.Equal(0x000f_ffff_ffff_ffc0UL, ste[0].Value & Ste.S1CtxPtr.Mask);
        Assert.Equal((2UL, 1UL, 1UL, 1UL, 3UL), (Ste.Strw.Of(in ste), Ste.Eats.Of(in ste), Ste.S1Cir.Of(in ste), Ste.S1Cor.Of(in ste), Ste.S1Csh.Of(in ste)));
        Assert.Equal((0UL, 0UL), (ste[2].Value, ste[3].Value));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stage_2_entry_has_the_domains_table(bool bigEndian)
    {
        var platform = On(new SmmuFeatures(), canStall: false) with { BigEndian = bigEndian };
        var ste = new SteBuilder(Rules, platform).S2(Domain, ats: true);
        // V and CFG; SHCFG, EATS and S2FWB; S2R, S2PTW, S2AA64, VTCR and S2VMID; bits 51:4 of the table base.
        Assert.Equal([0xdUL, 0x1000_1200_0000, 0x044f_ffff_0000_1234 | (bigEndian ? 1UL << 52 : 0), 0x0000_0000_1234_5670], Oracle.Words(ste).Take(4));
        Assert.Equal(0UL, Ste.S2Fwb.Of(new SteBuilder(Rules with { S2Fwb = false }, platform).S2(Domain, ats: true)));
        Assert.Equal(0UL, Ste.S2Fwb.Of(new SteBuilder(Rules, platform).S2(Domain with { ForceWriteBack = false }, ats: true)));
    }

    [Fact]
    public void A_nested_entry_is_the_guests_on_the_parents()
    {
        var builder = new SteBuilder(Rules, On(new SmmuFeatures(), canStall: false));
        var vste = Vste.S1(Ste.Dss.Bypass, ats: true, stallDisabled: true, table: 0x5000, cdMax: 3);
        var (nested, parent) = (builder.Nested(Domain, vste), builder.S2(Domain, ats: true));
        Assert.Equal((vste.Word0 & ~Ste.Cfg.Mask) | Ste.Cfg.Put(Ste.Config.Nested), nested[0].Value);
        Assert.Equal(vste.Word1 | parent[1].Value | Ste.Mev.Mask, nested[1].Value);
        Assert.Equal((parent[2], parent[3]), (nested[2], nested[3]));
        Assert.Equal(0UL, Ste.Mev.Of(new SteBuilder(Rules with { Mev = false }, On(new SmmuFeatures(), canStall: false)).Nested(Domain, vste)));
    }

    [Theory]
    [InlineData(true, true, true, 1UL)]
    [InlineData(true, true, false, 0UL)]
    [InlineData(true, false, true, 0UL)]
    [InlineData(false, true, true, 0UL)]
    public void Ats_of_a_nested_entry_needs_the_guest_the_master_and_the_smmu(bool smmu, bool master, bool guest, ulong eats)
    {
        var platform = new Platform("test", new SmmuFeatures { Ats = smmu }, new Master(Ats: master, CanStall: false));
        var nested = new SteBuilder(Rules, platform).Nested(Domain, Vste.S1(Ste.Dss.Ssid0, guest, stallDisabled: true));
        Assert.Equal(eats, Ste.Eats.Of(in nested));
    }

    [Fact]
    public void A_guest_that_bypasses_or_blocks_gets_the_parents_stage_2_or_an_abort()
    {
        var builder = new SteBuilder(Rules, On(new SmmuFeatures(), canStall: false));
        Assert.Equal(0, Vste.Validate(Ste.V.Put(1) | Ste.Cfg.Put(Ste.Config.Bypass), Ste.Eats.Put(1), out var bypass));
        Assert.Equal(builder.S2(Domain, ats: false), builder.Nested(Domain, bypass!));
        Assert.Equal(0, Vste.Validate(Ste.V.Put(1), Ste.Eats.Put(1), out var abort));
        Assert.Equal(builder.Abort(), builder.Nested(Domain, abort!));
        Assert.Equal(0, Vste.Validate(0, 0, out var invalid));
        Assert.Equal(builder.Abort(), builder.Nested(Domain, invalid!));
    }

    /// <summary>Stall model, versions; S, R and word 1 of a released CD.</summary>
    [Theory]
    [InlineData(StallModel.Configurable, true, true, true, 0UL, 0UL, 0UL)]
    [InlineData(StallModel.Forced, true, true, true, 1UL, 1UL, 0UL)]
    [InlineData(StallModel.Forced, true, false, true, 0UL, 0UL, 0UL)]
    [InlineData(StallModel.Configurable, false, true, true, 1UL, 1UL, 0UL)]
    [InlineData(StallModel.Configurable, true, true, false, 0UL, 0UL, 0x4000UL)]
    public void A_released_cd_has_no_table_and_does_not_stall(
        StallModel model, bool quiet, bool keepsForced, bool clearsTable, ulong s, ulong r, ulong table)
    {
        var rules = new CdBuilderRules { ReleasedDoesNotStall = quiet, KeepsForcedStall = keepsForced, ReleasedClearsTable = clearsTable };
        var builder = new CdBuilder(rules, On(new SmmuFeatures { Stall = model }, canStall: true));
        var mm = new Stage1Domain("mm", 9, 0x4000, Dirty: true);
        var (cd, live) = (builder.SvaReleased(mm), builder.Sva(mm));
        Assert.Equal((1UL, 1UL, s, r, table), (Cd.V.Of(in cd), Cd.Epd0.Of(in cd), Cd.S.Of(in cd), Cd.R.Of(in cd), cd[1].Value));
        Field[] kept = [Cd.Asid, Cd.A, Cd.Aset, Cd.Ips, Cd.Epd1, Cd.Aa64, Cd.Mair];
        Assert.All(kept, field => Assert.Equal(field.Of(in live), field.Of(in cd)));
        Assert.Equal((0UL, 0UL), (Cd.Ha.Of(in live), Cd.Hd.Of(in live)));
    }

    [Fact]
    public void Dirty_tracking_sets_HA_and_HD_alone()
    {
        var builder = new CdBuilder(new CdBuilderRules(), On(new SmmuFeatures(), canStall: false));
        var (clean, dirty) = (builder.S1(new Stage1Domain("d", 1, 0x4000)), builder.S1(new Stage1Domain("d", 1, 0x4000, Dirty: true)));
        Assert.Equal(clean.With(0, clean[0] | new Number(Cd.Ha.Mask | Cd.Hd.Mask)), dirty);
        Assert.Equal(default, builder.Cleared());
    }

    // I4 and I11 on the whole matrix, by looking at entries instead of exploring updates.
    [Fact]
    public void Builders_stay_within_their_mask_and_make_legal_entries()
    {
        foreach (var platform in SteMatrix.Platforms("large"))
        {
            foreach (var (name, ste) in SteMatrix.Entries(Rules, platform))
            {
                Assert.Equal(ste, SteUsedBits.V615.Of<Number, Truth>(in ste).Keep(in ste));
                var residual = platform.StallsWithAts && Ste.S2S.Of(in ste) == 1 && Ste.Eats.Of(in ste) == 1;
                Assert.Equal(residual ? ["EATS=TRANS with S2S=1"] : [], SteLegality.Broken(platform.Smmu, ste).Select(rule => $"{rule}"));
                Assert.False(residual && !name.EndsWith(" ATS", StringComparison.Ordinal));
            }
        }

        foreach (var platform in CdMatrix.Platforms("large"))
        {
            foreach (var (_, cd) in CdMatrix.Entries(new CdBuilderRules(), platform))
            {
                Assert.Equal(cd, new CdRules().Used<Number, Truth>(in cd).Keep(in cd));
                Assert.Empty(CdLegality.Broken(platform.Smmu, cd, platform.Stalls && !platform.StallEnabled));
            }
        }
    }

    private static Platform On(SmmuFeatures smmu, bool canStall) => new("test", smmu, new Master(Ats: true, canStall));
}
