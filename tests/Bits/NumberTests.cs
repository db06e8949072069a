// The algebra on numbers must be C#'s own arithmetic on ulong and bool: the laws compare each operation with the integer it stands for.

using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using Verify.Bits;
using Xunit;

namespace Verify.Tests.Bits;

public class NumberTests
{
    /// <summary>Words in which high bits are as likely as low ones; among them 0, all ones and words with a single bit.</summary>
    private static readonly Gen<ulong> Words = Gen.Choose(int.MinValue, int.MaxValue).SelectMany(high =>
        Gen.Choose(int.MinValue, int.MaxValue).SelectMany(low =>
            Gen.Elements([0UL, ulong.MaxValue, 1UL << (low & 63), ((ulong)(uint)high << 32) | (uint)low])));

    private static readonly Gen<(ulong A, ulong B)> Pairs = Words.SelectMany(a => Words.Select(b => (a, b)));

    private static readonly Gen<(ulong Word, int Count)> Shifts = Words.SelectMany(a => Gen.Choose(0, 63).Select(count => (a, count)));

    [Fact]
    public void A_constant_is_its_value() => Seeds.Hold(Words, word => Number.Constant(word).Value == word);

    [Fact]
    public void And_takes_the_bits_of_both() => ByBit((a, b) => a & b, (a, b) => a && b);

    [Fact]
    public void Or_takes_the_bits_of_either() => ByBit((a, b) => a | b, (a, b) => a || b);

    [Fact]
    public void Exclusive_or_takes_the_bits_that_differ() => ByBit((a, b) => a ^ b, (a, b) => a != b);

    [Fact]
    public void Not_flips_every_bit() => ByBit((a, _) => ~a, (a, _) => !a);

    [Fact]
    public void A_mask_and_its_complement_split_a_word() => Seeds.Hold(Pairs, pair =>
    {
        var (word, mask) = (new Number(pair.A), new Number(pair.B));
        return ((word & mask) | (word & ~mask)) == word && ((word & mask) ^ (word & ~mask)) == word;
    });

    [Fact]
    public void A_shift_to_the_high_end_multiplies() =>
        Seeds.Hold(Shifts, shift => (new Number(shift.Word) << shift.Count).Value == unchecked(shift.Word * Power(shift.Count)));

    [Fact]
    public void A_shift_to_the_low_end_divides() =>
        Seeds.Hold(Shifts, shift => (new Number(shift.Word) >>> shift.Count).Value == shift.Word / Power(shift.Count));

    [Fact]
    public void Same_is_equality() => Seeds.Hold(Pairs, pair =>
        Number.Same(new(pair.A), new(pair.B)).Value == (pair.A == pair.B) && Number.Same(new(pair.A), new(pair.A)).Value);

    [Fact]
    public void Below_is_unsigned_and_strict() => Seeds.Hold(Pairs, pair =>
        Number.Below(new(pair.A), new(pair.B)).Value == (pair.A.CompareTo(pair.B) < 0) && !Number.Below(new(pair.A), new(pair.A)).Value);

    [Fact]
    public void If_chooses_by_its_condition() => Seeds.Hold(Pairs, pair =>
        Number.If(Truth.Constant(true), new(pair.A), new(pair.B)).Value == pair.A
        && Number.If(Truth.Constant(false), new(pair.A), new(pair.B)).Value == pair.B);

    [Theory]
    [InlineData(0x0UL, "0x0")]
    [InlineData(0xdeadbeefUL, "0xdeadbeef")]
    [InlineData(ulong.MaxValue, "0xffffffffffffffff")]
    public void A_word_reads_as_hexadecimal(ulong value, string text) => Assert.Equal(text, new Number(value).ToString());

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Truth_has_the_tables_of_logic(bool a, bool b)
    {
        var (left, right) = (Truth.Constant(a), Truth.Constant(b));
        Assert.Equal(a && b, (left & right).Value);
        Assert.Equal(a || b, (left | right).Value);
        Assert.Equal(a != b, (left ^ right).Value);
        Assert.Equal(!a, (!left).Value);
    }

    /// <summary>An operation on words must be the operation on truth values at each of the 64 positions.</summary>
    private static void ByBit(Func<Number, Number, Number> words, Func<bool, bool, bool> bits, [CallerMemberName] string test = "") => Seeds.Hold(
        Pairs,
        pair =>
        {
            var result = words(new(pair.A), new(pair.B)).Value;
            return Enumerable.Range(0, 64).All(i => Bit(result, i) == bits(Bit(pair.A, i), Bit(pair.B, i)));
        },
        test: test);

    private static bool Bit(ulong word, int position) => word / Power(position) % 2 == 1;

    private static ulong Power(int exponent) => Enumerable.Range(0, exponent).Aggregate(1UL, (power, _) => power * 2);
}
