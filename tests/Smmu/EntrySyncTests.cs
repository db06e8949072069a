// The generic helper: the batches of its breaking branch as posted and repaired, with V in any word. Reference section 4.4.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Writers;
using Xunit;

namespace Verify.Tests.Smmu;

public class EntrySyncTests
{
    private static readonly Entry<Number> Ones = Entry.Of(1, 1, 1, 1, 1, 1, 1, 1);
    private static readonly Entry<Number> Threes = Entry.Of(3, 3, 3, 3, 3, 3, 3, 3);

    // As posted, V's word is stored together with its successors: the break protects nothing, and the last word is never written.
    [Fact]
    public void As_posted_with_V_first_the_break_sets_V_with_the_rest() =>
        Same(["w0=0x0", "w0=0x3 w1=0x3 w2=0x3 w3=0x3 w4=0x3 w5=0x3 w6=0x3"], new EntrySyncWriter(1), v: 0);

    // set(target, 0, v-1) ends one short: the word before V's is never written.
    [Fact]
    public void As_posted_with_V_in_word_3_word_2_keeps_its_old_value() =>
        Same(["w3=0x0", "w0=0x3 w1=0x3", "w3=0x3 w4=0x3 w5=0x3 w6=0x3 w7=0x3"], new EntrySyncWriter(1), v: 3);

    [Fact]
    public void As_posted_with_V_in_the_last_word_the_word_before_keeps_its_old_value() =>
        Same(["w7=0x0", "w0=0x3 w1=0x3 w2=0x3 w3=0x3 w4=0x3 w5=0x3", "w7=0x3"], new EntrySyncWriter(1), v: 7);

    [Fact]
    public void As_posted_with_wide_quanta_the_same_happens_to_quanta()
    {
        Same(["w0=0x0 w1=0x0", "w0=0x3 w1=0x3 w2=0x3 w3=0x3 w4=0x3 w5=0x3"], new EntrySyncWriter(2), v: 0);
        Same(["w2=0x0 w3=0x0", "w2=0x3 w3=0x3 w4=0x3 w5=0x3 w6=0x3 w7=0x3"], new EntrySyncWriter(2), v: 3);
    }

    [Theory]
    [InlineData(1, 0, "w0=0x0", "w1=0x3 w2=0x3 w3=0x3 w4=0x3 w5=0x3 w6=0x3 w7=0x3", "w0=0x3")]
    [InlineData(1, 3, "w3=0x0", "w0=0x3 w1=0x3 w2=0x3 w4=0x3 w5=0x3 w6=0x3 w7=0x3", "w3=0x3")]
    [InlineData(1, 7, "w7=0x0", "w0=0x3 w1=0x3 w2=0x3 w3=0x3 w4=0x3 w5=0x3 w6=0x3", "w7=0x3")]
    [InlineData(2, 0, "w0=0x0 w1=0x0", "w2=0x3 w3=0x3 w4=0x3 w5=0x3 w6=0x3 w7=0x3", "w0=0x3 w1=0x3")]
    [InlineData(2, 3, "w2=0x0 w3=0x0", "w0=0x3 w1=0x3 w4=0x3 w5=0x3 w6=0x3 w7=0x3", "w2=0x3 w3=0x3")]
    public void Repaired_the_break_is_V_off_the_rest_V_on(int quantumWords, int v, params string[] batches) =>
        Same(batches, new EntrySyncWriter(quantumWords, Repaired: true), v);

    // Words 0 and 1 are one 128-bit quantum: what breaks with 64-bit stores is a single store.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Changes_within_one_quantum_need_no_break(bool repaired)
    {
        var to = Ones.With(0, new Number(3)).With(1, new Number(3));
        Assert.Equal(["w0=0x3 w1=0x3"], Batches(new EntrySyncWriter(2, repaired), 0, Ones, to));
        Assert.Equal("w0=0x0", Batches(new EntrySyncWriter(1, repaired), 0, Ones, to)[0]);
    }

    [Fact]
    public void Hitless_updates_fill_flip_and_clear()
    {
        var rules = new SteRules(SteUsedBits.V615);
        Assert.Equal(
            ["w1=0x1000180000d6", "w0=0x9", "w1=0x100000000000"],
            Plan(new EntrySyncWriter(1), rules, KUnit.Image("cdt SSID0 ATS"), KUnit.Image("bypass")));
        // Both words are in the critical quantum: one store.
        Assert.Equal(
            ["w0=0x9 w1=0x100000000000"], Plan(new EntrySyncWriter(2), rules, KUnit.Image("cdt SSID0 ATS"), KUnit.Image("bypass")));
    }

    private static void Same(string[] batches, EntryWriter writer, int v) => Assert.Equal(batches, Batches(writer, v, Ones, Threes));

    private static List<string> Batches(EntryWriter writer, int v, Entry<Number> from, Entry<Number> to) => Plan(writer, new AllUsed(v), from, to);

    private static List<string> Plan(EntryWriter writer, EntryRules rules, Entry<Number> from, Entry<Number> to)
    {
        var plan = writer.Images<Number, Truth>(rules, in from, in to);
        return WriterTests.Batches(in plan);
    }

    /// <summary>A made-up table: V is bit 0 of some word, and a valid entry uses every bit.</summary>
    private sealed record AllUsed(int Word) : EntryRules
    {
        public override Field V { get; } = Field.Flag("V", Word, 0);

        public override Mask<TWord, TBit> Used<TWord, TBit>(in Entry<TWord> entry)
        {
            var mask = Mask<TWord, TBit>.Empty;
            mask.Add(TBit.Constant(true), V);
            mask.Add(V.Is<TWord, TBit>(in entry, 1), FieldSet.All);
            return mask;
        }
    }
}
