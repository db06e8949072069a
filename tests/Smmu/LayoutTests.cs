// Where the fields are. Positions as in reference section 1, written here a second time on purpose.

using FsCheck.Fluent;
using Verify.Bits;
using Verify.Smmu.Tables;
using Xunit;

namespace Verify.Tests.Smmu;

public class LayoutTests
{
    private const string StePositions = """
        V 0 0 0; CFG 0 3 1; S1FMT 0 5 4; S1CTXPTR 0 51 6; S1CDMAX 0 63 59;
        S1DSS 1 1 0; S1CIR 1 3 2; S1COR 1 5 4; S1CSH 1 7 6; S2HWU59_62 1 11 8; DRE 1 12 12; CONT 1 16 13; DCP 1 17 17; PPAR 1 18 18;
        MEV 1 19 19; S2FWB 1 25 25; S1STALLD 1 27 27; EATS 1 29 28; STRW 1 31 30; MemAttr 1 35 32; MTCFG 1 36 36; ALLOCCFG 1 40 37;
        SHCFG 1 45 44;
        S2VMID 2 15 0; S2T0SZ 2 37 32; S2SL0 2 39 38; S2IR0 2 41 40; S2OR0 2 43 42; S2SH0 2 45 44; S2TG 2 47 46; S2PS 2 50 48;
        S2AA64 2 51 51; S2ENDI 2 52 52; S2PTW 2 54 54; S2S 2 57 57; S2R 2 58 58;
        S2TTB 3 51 4
        """;

    private const string CdPositions = """
        V 0 31 31; T0SZ 0 5 0; TG0 0 7 6; IRGN0 0 9 8; ORGN0 0 11 10; SH0 0 13 12; EPD0 0 14 14; ENDI 0 15 15;
        T1SZ 0 21 16; TG1 0 23 22; IRGN1 0 25 24; ORGN1 0 27 26; SH1 0 29 28; EPD1 0 30 30;
        IPS 0 34 32; TBI0 0 38 38; TBI1 0 39 39; AA64 0 41 41; HD 0 42 42; HA 0 43 43; S 0 44 44; R 0 45 45; A 0 46 46; ASET 0 47 47;
        ASID 0 63 48; TTB0 1 51 4; TTB1 2 51 4; MAIR 3 63 0
        """;

    private static readonly Dictionary<string, (Layout Layout, string Positions)> Layouts = new()
    {
        ["STE"] = (Ste.Layout, StePositions),
        ["CD"] = (Cd.Layout, CdPositions),
        ["L1STD"] = (L1Std.Layout, "SPAN 0 4 0; L2PTR 0 51 6"),
        ["L1CD"] = (L1Cd.Layout, "V 0 0 0; L2PTR 0 51 12"),
    };

    public static TheoryData<string> Names => [.. Layouts.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Fields_are_where_the_architecture_has_them(string name)
    {
        var (layout, positions) = Layouts[name];
        Assert.Equal(
            positions.Split(';', StringSplitOptions.TrimEntries),
            layout.Fields.Select(f => $"{f.Name} {f.Word} {f.Low + f.Width - 1} {f.Low}"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_bit_is_in_exactly_one_part(string name)
    {
        var layout = Layouts[name].Layout;
        for (var word = 0; word < layout.Words; word++)
        {
            for (var bit = 0; bit < 64; bit++)
            {
                Assert.Single(layout.Parts, part => part.Word == word && (part.Mask >> bit & 1) != 0);
                Assert.Equal(
                    (layout.Declared[word] >> bit & 1) != 0,
                    layout.Fields.Any(field => field.Word == word && bit >= field.Low && bit < field.Low + field.Width));
            }
        }
    }

    [Fact]
    public void Vtcr_is_the_fields_from_S2T0SZ_to_S2PS()
    {
        Field[] fields = [Ste.S2T0sz, Ste.S2Sl0, Ste.S2Ir0, Ste.S2Or0, Ste.S2Sh0, Ste.S2Tg, Ste.S2Ps];
        Assert.Equal(Ste.Vtcr.Mask, fields.Aggregate(0UL, (mask, field) => mask | field.Mask));
    }

    [Fact]
    public void A_layout_refuses_fields_that_overlap_or_lie_outside()
    {
        Assert.Throws<ArgumentException>(() => new Layout("x", 1, new Field("a", 0, 3, 0), new Field("b", 0, 4, 3)));
        Assert.Throws<ArgumentException>(() => new Layout("x", 1, new Field("a", 1, 3, 0)));
        Assert.Throws<ArgumentException>(() => new Layout("x", 1, new Field("a", 0, 3, 0), new Field("a", 0, 5, 4)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Field("a", 0, 64, 60));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Field("a", 0, 2, 3));
    }

    [Fact]
    public void A_field_holds_no_more_than_its_bits()
    {
        Assert.Equal(31UL, Ste.S1CdMax.Max);
        Assert.Throws<ArgumentOutOfRangeException>(() => Ste.S1CdMax.Put(32));
        var ste = new Draft<Number, Truth>(Entry.Of(0x3f));
        ste.SetAddress(Ste.S1CtxPtr, new Number(ulong.MaxValue));
        ste.Set(Ste.S1CdMax, new Number(32 + 5));
        Assert.Equal(0x280f_ffff_ffff_ffffUL, ste.Entry[0].Value);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Draft<Number, Truth>().Set(Ste.S1CdMax, 32));
    }

    // Encoding every part of an entry into an empty one gives the entry back, and decoding sees what was encoded.
    [Theory]
    [MemberData(nameof(Names))]
    public void Parts_encode_and_decode_any_entry(string name)
    {
        var layout = Layouts[name].Layout;
        Seeds.Check(Prop.ForAll(Gen.ArrayOf(Gen.Choose(int.MinValue, int.MaxValue), 2 * layout.Words).ToArbitrary(), halves =>
        {
            var words = Enumerable.Range(0, layout.Words).Select(i => (ulong)(uint)halves[2 * i] << 32 | (uint)halves[(2 * i) + 1]).ToArray();
            var (entry, copy) = (Entry.Of(words), default(Entry<Number>));
            foreach (var part in layout.Parts)
            {
                part.Set(ref copy, part.Of(in entry));
                Assert.Equal(part.Of(in entry), part.Of(in copy));
            }

            Assert.Equal(entry, copy);
        }));
    }

    [Fact]
    public void Setting_a_field_leaves_all_others()
    {
        var full = Entry.Of([.. Enumerable.Repeat(ulong.MaxValue, 8)]);
        foreach (var field in Ste.Layout.Fields)
        {
            var entry = full;
            field.Set(ref entry, 0);
            Assert.Equal(full.With(field.Word, new Number(~field.Mask)), entry);
        }
    }

    [Fact]
    public void A_change_reads_in_the_terms_of_the_table()
    {
        Assert.Equal(["V=1", "CFG=S1_TRANS", "S1FMT=64K_L2", "S1CTXPTR=0xf0f0f0f0f0c0", "S1CDMAX=0x1f"],
            Ste.Layout.Say(0, null, 0xf800_f0f0_f0f0_f0eb));
        Assert.Equal(["CFG: BYPASS -> S2_TRANS"], Ste.Layout.Say(0, 0x9, 0xd));
        Assert.Equal(["EATS: TRANS -> ABT", "SHCFG: NSH -> INCOMING", "w1[63:46]=1"],
            Ste.Layout.Say(1, 0x1000_0000, 0x1000_0000_0000).Concat(Ste.Layout.Say(1, null, 1UL << 46)));
    }

    [Theory]
    [InlineData(0u, 0u, 0u)]
    [InlineData(255u, 0u, 255u)]
    [InlineData(256u, 1u, 0u)]
    [InlineData(0x1234_5678u, 0x12_3456u, 0x78u)]
    [InlineData(uint.MaxValue, 0xff_ffffu, 255u)]
    public void A_StreamID_is_found_256_to_a_leaf(uint sid, uint descriptor, uint entry) =>
        Assert.Equal((descriptor, entry), L1Std.Index(sid));

    [Theory]
    [InlineData(0u, 0u, 0u)]
    [InlineData(1023u, 0u, 1023u)]
    [InlineData(1024u, 1u, 0u)]
    [InlineData((1u << 20) - 1, 1023u, 1023u)]
    public void A_SubstreamID_is_found_1024_to_a_leaf(uint ssid, uint descriptor, uint entry) =>
        Assert.Equal((descriptor, entry), L1Cd.Index(ssid));
}
