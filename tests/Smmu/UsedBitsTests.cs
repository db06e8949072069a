// The driver's used-bits and safe-bits functions, version by version and field by field. Reference sections 3.1 to 3.3.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Tables;
using Xunit;

namespace Verify.Tests.Smmu;

public class UsedBitsTests
{
    private const string S1Without = "S1FMT S1CTXPTR S1CDMAX S1DSS S1CIR S1COR S1CSH S1STALLD STRW EATS";
    private const string S1 = $"{S1Without} S2VMID";
    private const string Vtcr = "S2T0SZ S2SL0 S2IR0 S2OR0 S2SH0 S2TG S2PS";
    private const string S2 = $"EATS SHCFG S2VMID {Vtcr} S2AA64 S2ENDI S2PTW S2R S2TTB";

    private static readonly Dictionary<string, SteUsedBits> Versions = new()
    {
        ["s23"] = SteUsedBits.Series2023,
        ["6.9"] = SteUsedBits.V69,
        ["6.11"] = SteUsedBits.V611,
        ["6.12"] = SteUsedBits.V612,
        ["6.13"] = SteUsedBits.V613,
        ["6.15"] = SteUsedBits.V615,
    };

    /// <summary>Version, CFG, S1DSS, the fields besides V and CFG; "*" for every bit.</summary>
    [Theory]
    [InlineData("s23", 0UL, 1UL, "")]
    [InlineData("s23", 4UL, 1UL, "SHCFG")]
    [InlineData("s23", 5UL, 2UL, S1Without)]
    [InlineData("s23", 5UL, 1UL, $"{S1Without} SHCFG")]
    [InlineData("s23", 6UL, 1UL, S2)]
    [InlineData("s23", 7UL, 2UL, "*")]
    [InlineData("s23", 1UL, 2UL, "*")]
    [InlineData("6.9", 0UL, 1UL, "")]
    [InlineData("6.9", 4UL, 1UL, "SHCFG")]
    [InlineData("6.9", 5UL, 2UL, S1)]
    [InlineData("6.9", 5UL, 1UL, S1)]
    [InlineData("6.9", 6UL, 1UL, S2)]
    [InlineData("6.9", 7UL, 2UL, $"{S1} {S2}")]
    [InlineData("6.11", 0UL, 1UL, "")]
    [InlineData("6.11", 4UL, 1UL, "SHCFG")]
    [InlineData("6.11", 5UL, 2UL, S1)]
    [InlineData("6.11", 5UL, 0UL, S1)]
    [InlineData("6.11", 5UL, 1UL, $"{S1} SHCFG")]
    [InlineData("6.11", 6UL, 1UL, S2)]
    [InlineData("6.12", 5UL, 1UL, $"{S1} SHCFG")]
    [InlineData("6.12", 6UL, 1UL, $"{S2} S2S")]
    [InlineData("6.13", 4UL, 1UL, "SHCFG")]
    [InlineData("6.13", 5UL, 1UL, $"{S1} SHCFG")]
    [InlineData("6.13", 6UL, 1UL, $"{S2} S2S S2FWB")]
    [InlineData("6.13", 7UL, 2UL, $"{S1} {S2} S2S S2FWB")]
    [InlineData("6.15", 0UL, 1UL, "")]
    [InlineData("6.15", 4UL, 1UL, "SHCFG")]
    [InlineData("6.15", 5UL, 2UL, S1)]
    [InlineData("6.15", 5UL, 1UL, $"{S1} SHCFG")]
    [InlineData("6.15", 6UL, 1UL, $"{S2} S2S S2FWB MEV")]
    [InlineData("6.15", 7UL, 1UL, $"{S1} {S2} S2S S2FWB MEV")]
    public void A_version_uses_the_fields_of_its_column(string version, ulong config, ulong dss, string fields)
    {
        var ste = LegalEntries.Plain(config, (Ste.S1Dss, dss));
        var used = Versions[version].Of<Number, Truth>(in ste).Bits;
        Assert.Equal(fields == "*" ? Entry.Of([.. Enumerable.Repeat(ulong.MaxValue, 8)]) : Bits(Ste.Layout, $"V CFG {fields}"), used);
    }

    [Theory]
    [InlineData("s23")]
    [InlineData("6.9")]
    [InlineData("6.15")]
    public void An_invalid_entry_uses_only_its_valid_bit(string version)
    {
        var entry = Entry.Of([.. Enumerable.Repeat(ulong.MaxValue, 8)]).With(0, new Number(ulong.MaxValue & ~Ste.V.Mask));
        Assert.Equal(Bits(Ste.Layout, "V"), Versions[version].Of<Number, Truth>(in entry).Bits);
    }

    [Theory]
    [InlineData(0UL, 0UL, 0UL, 0UL, true)]
    [InlineData(1UL, 0UL, 0UL, 0UL, true)]
    [InlineData(1UL, 1UL, 0UL, 0UL, true)]
    [InlineData(2UL, 0UL, 0UL, 0UL, false)]
    [InlineData(1UL, 2UL, 0UL, 0UL, false)]
    [InlineData(3UL, 1UL, 0UL, 0UL, false)]
    [InlineData(0UL, 1UL, 1UL, 0UL, false)]
    [InlineData(0UL, 1UL, 0UL, 1UL, false)]
    public void Ats_is_safe_unless_an_end_has_split_ats_or_stalls(ulong eats, ulong targetEats, ulong stall, ulong targetStall, bool safe)
    {
        var from = LegalEntries.S2((Ste.Eats, eats), (Ste.S2S, stall));
        var to = LegalEntries.S2((Ste.Eats, targetEats), (Ste.S2S, targetStall));
        // Bit 0 of EATS alone, and MEV, which is always safe.
        var expected = Ste.Mev.Mask | (safe ? 1UL << 28 : 0);
        Assert.Equal(Entry.Of(0, expected), SteSafeBits.V70.Of<Number, Truth>(in from, in to).Bits);
    }

    [Theory]
    [InlineData(0UL, "V")]
    [InlineData(1UL, "*")]
    public void A_cd_uses_everything_when_it_is_valid(ulong v, string fields)
    {
        var cd = LegalEntries.Cd((Cd.V, v));
        var used = new CdRules().Used<Number, Truth>(in cd).Bits;
        Assert.Equal(fields == "*" ? Entry.Of([.. Enumerable.Repeat(ulong.MaxValue, 8)]) : Bits(Cd.Layout, fields), used);
    }

    [Fact]
    public void A_cd_with_table_0_off_does_not_use_the_fields_of_table_0()
    {
        var cd = LegalEntries.Cd((Cd.Epd0, 1));
        var used = new CdRules().Used<Number, Truth>(in cd).Bits;
        // T0SZ to SH0 are bits 13:0 of word 0, TTB0 is bits 51:4 of word 1.
        Assert.Equal([0xffff_ffff_ffff_c000, 0xfff0_0000_0000_000f, ulong.MaxValue, ulong.MaxValue], Oracle.Words(used).Take(4));
        Assert.All(Oracle.Words(used).Skip(4), word => Assert.Equal(ulong.MaxValue, word));
        Assert.Equal(default, new CdRules().Safe<Number, Truth>(in cd, in cd).Bits);
    }

    private static Entry<Number> Bits(Layout layout, string fields)
    {
        var bits = default(Entry<Number>);
        foreach (var name in fields.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var field = layout.Fields.Single(f => f.Name == name);
            bits[field.Word] |= new Number(field.Mask);
        }

        return bits;
    }
}
