// The builders on terms, against the same builders on numbers; and what the driver accepts, against what is made for exploration.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;
using Verify.Smmu.Update;
using Verify.Symbolic;
using Xunit;

namespace Verify.Tests.Smmu;

public class BuilderTermTests
{
    private static readonly SteBuilderRules[] SteRules =
    [
        new(), new() { Mev = false, S2Fwb = false, DefaultSubstreams = false },
        new() { StalldOnlyIfConfigurable = false, ShcfgOnlyWithOverride = false },
    ];

    private static readonly CdBuilderRules[] CdRules = [new(), new() { ReleasedClearsTable = false, ReleasedDoesNotStall = false }];

    [Fact]
    public void Stes_of_terms_evaluate_to_those_of_numbers() => Seeds.Run(seed =>
    {
        var random = new Random((int)seed);
        foreach (var platform in Sample(random))
        {
            using var pool = TermPool.Open();
            foreach (var rules in SteRules)
            {
                var terms = new SteBuilder<TermWord, TermBit>(rules, platform);
                var numbers = new SteBuilder<Number, Truth>(rules, platform);
                var (ats, fwb) = (TermBit.Variable("ats"), TermBit.Variable("fwb"));
                var domain = new S2Cfg<TermWord, TermBit>(Word("a"), Word("b"), Word("c"), fwb);
                var values = Values(random);
                var valuation = new Valuation(values);
                var ofNumbers = new S2Cfg<Number, Truth>(Number(values, "a"), Number(values, "b"), Number(values, "c"), new Truth(values.Bit("fwb")));
                var on = new Truth(values.Bit("ats"));
                Agree(numbers.Abort(), terms.Abort(), valuation);
                Agree(numbers.Bypass(), terms.Bypass(), valuation);
                Agree(numbers.S2(in ofNumbers, on), terms.S2(in domain, ats), valuation);
                Agree(numbers.Nested(in ofNumbers, new(Number(values, "d"), Number(values, "e"))),
                    terms.Nested(in domain, new(Word("d"), Word("e"))), valuation);
                Agree(numbers.CdTable(new(Number(values, "a"), Number(values, "b"), Number(values, "c")), Ste.Dss.Bypass, on),
                    terms.CdTable(new(Word("a"), Word("b"), Word("c")), Ste.Dss.Bypass, ats), valuation);
            }
        }
    });

    [Fact]
    public void Cds_of_terms_evaluate_to_those_of_numbers() => Seeds.Run(seed =>
    {
        var random = new Random((int)seed);
        foreach (var platform in Sample(random))
        {
            using var pool = TermPool.Open();
            foreach (var rules in CdRules)
            {
                var terms = new CdBuilder<TermWord, TermBit>(rules, platform);
                var numbers = new CdBuilder<Number, Truth>(rules, platform);
                var values = Values(random);
                var valuation = new Valuation(values);
                var domain = new S1Cfg<TermWord, TermBit>(Word("a"), Word("b"), Word("c"), Word("d"), Word("e"), TermBit.Variable("ats"));
                var ofNumbers = new S1Cfg<Number, Truth>(Number(values, "a"), Number(values, "b"), Number(values, "c"), Number(values, "d"),
                    Number(values, "e"), new Truth(values.Bit("ats")));
                Agree(numbers.S1(in ofNumbers), terms.S1(in domain), valuation);
                Agree(numbers.Sva(in ofNumbers), terms.Sva(in domain), valuation);
                Agree(numbers.SvaReleased(in ofNumbers), terms.SvaReleased(in domain), valuation);
            }
        }
    });

    // What exploration makes, read back field by field, is what proofs assume that the driver has.
    [Fact]
    public void Entries_of_the_matrices_are_accepted_and_within_the_bits()
    {
        foreach (var platform in SteMatrix.Platforms("large"))
        {
            foreach (var (name, ste) in SteMatrix.Entries(new SteBuilderRules(), platform))
            {
                Within(new SteBuilderRules().Bits, in ste);
                var config = Ste.Cfg.Of(in ste);
                var s2 = new S2Cfg<Number, Truth>(
                    Of(Ste.S2Vmid, in ste), Address(Ste.S2Ttb, in ste), Of(Ste.Vtcr, in ste), new Truth(Ste.S2Fwb.Of(in ste) == 1));
                var table = new CdTableCfg<Number, Truth>(Address(Ste.S1CtxPtr, in ste), Of(Ste.S1Fmt, in ste), Of(Ste.S1CdMax, in ste));
                Assert.True(config is not (Ste.Config.S2 or Ste.Config.Nested) || s2.Accepted(platform.Smmu).Value, $"{platform.Name}: {name}");
                Assert.True(config != Ste.Config.S1 || table.Accepted(platform.Smmu).Value, $"{platform.Name}: {name}");
            }
        }

        foreach (var platform in CdMatrix.Platforms("large"))
        {
            foreach (var (name, cd) in CdMatrix.Entries(new CdBuilderRules(), platform))
            {
                if (Cd.V.Of(in cd) == 0 || Cd.Epd0.Of(in cd) == 1)
                {
                    continue;
                }

                var cfg = new S1Cfg<Number, Truth>(Of(Cd.Asid, in cd), Address(Cd.Ttb0, in cd), new Number(cd[0].Value & 0x3fff), Of(Cd.Ips, in cd),
                    Of(Cd.Mair, in cd), new Truth(Cd.Hd.Of(in cd) == 1));
                Assert.True(cfg.Accepted(platform.Smmu).Value, $"{platform.Name}: {name}");
            }
        }
    }

    [Fact]
    public void What_the_driver_never_has_is_not_accepted()
    {
        var smmu = new SmmuFeatures { Vmid16 = false, Asid16 = false, SsidSize = 12, OutputBits = 40, HardwareDirty = false, Stage2ForceWriteBack = false };
        // 4K granule, 40-bit output; a 40-bit table starts at level 1 with two tables side by side, a 44-bit one at level 0.
        const ulong Vtcr = (64 - 40) | 1 << 6 | 2 << 16;
        var s2 = new S2Cfg<Number, Truth>(new(255), new(0xff_ffff_fff0), new(Vtcr), new(false));
        Assert.True(s2.Accepted(smmu).Value);
        Assert.True((s2 with { Vtcr = new((64 - 39) | 1 << 6 | 2 << 16) }).Accepted(smmu).Value);
        Assert.True((s2 with { Vtcr = new((64 - 44) | 2 << 6 | 2 << 16) }).Accepted(smmu).Value);
        S2Cfg<Number, Truth>[] no =
        [
            s2 with { Vmid = new(0) }, s2 with { Vmid = new(256) }, s2 with { Vttbr = new(1UL << 40) }, s2 with { Vttbr = new(8) },
            s2 with { ForceWriteBack = new(true) }, s2 with { Vtcr = new(Vtcr ^ 1 << 6) }, s2 with { Vtcr = new(Vtcr ^ 1 << 16) }, s2 with { Vtcr = new(Vtcr | 3 << 14) },
            s2 with { Vtcr = new(Vtcr | 1 << 19) },
        ];
        Assert.All(no, cfg => Assert.False(cfg.Accepted(smmu).Value));
        Assert.False(s2.Accepted(smmu with { Stage2 = false }).Value);
        var table = new CdTableCfg<Number, Truth>(new(0x40), new(2), new(11));
        Assert.True(table.Accepted(smmu).Value);
        CdTableCfg<Number, Truth>[] noTable =
            [table with { S1CdMax = new(13) }, table with { S1Fmt = new(0) }, table with { S1CdMax = new(10) }, table with { Address = new(0x20) }];
        Assert.All(noTable, cfg => Assert.False(cfg.Accepted(smmu).Value));
        Assert.False(table.Accepted(smmu with { TwoLevelCd = false }).Value);
        var s1 = new S1Cfg<Number, Truth>(new(1), new(0x1000), new(16), new(2), new(0), new(false));
        Assert.True(s1.Accepted(smmu).Value);
        S1Cfg<Number, Truth>[] noCd =
        [
            s1 with { Asid = new(0) }, s1 with { Asid = new(256) }, s1 with { Tcr = new(15) }, s1 with { Tcr = new(33) }, s1 with { Tcr = new(16 | 3 << 6) },
            s1 with { Ips = new(7) }, s1 with { Ips = new(1), Ttbr = new(1UL << 36) }, s1 with { Dirty = new(true) }, s1 with { Tcr = new(16 | 1 << 14) },
        ];
        Assert.All(noCd, cfg => Assert.False(cfg.Accepted(smmu).Value));
    }

    [Fact]
    public void Platforms_have_names_of_their_own_and_any_two_choices_meet()
    {
        var all = PlatformList.All;
        Assert.Equal(all.Count, all.DistinctBy(platform => platform.Name).Count());
        Assert.All(all, platform => Assert.DoesNotContain(':', platform.Name));
        foreach (var stall in Enum.GetValues<StallModel>())
        {
            Assert.Contains(all, platform => platform.Smmu.Stall == stall && platform.Ats && platform.Smmu.Hyp);
            Assert.Contains(all, platform => platform.Smmu.Stall == stall && !platform.Smmu.AttrTypesOverride && !platform.Smmu.Vmid16);
        }
    }

    private static IEnumerable<Platform> Sample(Random random) => Enumerable.Range(0, 12).Select(_ => PlatformList.All[random.Next(PlatformList.All.Count)]);

    private static Assignment Values(Random random)
    {
        var values = new Assignment();
        foreach (var name in new[] { "a", "b", "c", "d", "e" })
        {
            values.Set(name, (ulong)random.NextInt64(long.MinValue, long.MaxValue));
        }

        // Most guests turn stage 1 on.
        values.Set("d", (values.Word("d") & ~0xfUL) | new ulong[] { 0xb, 0xb, 9, 1, 0 }[random.Next(5)]);
        values.Set("ats", random.Next(2) == 0);
        values.Set("fwb", random.Next(2) == 0);
        return values;
    }

    private static void Agree(in Entry<Number> number, in Entry<TermWord> term, Valuation valuation)
    {
        for (var i = 0; i < Entry<Number>.Words; i++)
        {
            Assert.Equal(number[i].Value, valuation.Of(term[i]));
        }
    }

    private static void Within(FieldSet bits, in Entry<Number> entry)
    {
        for (var i = 0; i < Entry<Number>.Words; i++)
        {
            Assert.Equal(0UL, entry[i].Value & ~bits[i]);
        }
    }

    private static TermWord Word(string name) => TermWord.Variable(name);

    private static Number Number(Assignment values, string name) => new(values.Word(name));

    private static Number Of(Field field, in Entry<Number> entry) => new(field.Of(in entry));

    private static Number Address(Field field, in Entry<Number> entry) => new(entry[field.Word].Value & field.Mask);
}
