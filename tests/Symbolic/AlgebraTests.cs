// Terms must mean what numbers compute: any function over the algebra gives a term that evaluates to the number, simplification and all.

using FsCheck.Fluent;
using Verify.Symbolic;
using Xunit;

namespace Verify.Tests.Symbolic;

public class AlgebraTests
{
    [Fact]
    public void A_function_on_terms_evaluates_to_what_it_computes_on_numbers() =>
        Seeds.Check(Prop.ForAll(RandomPrograms.Cases(60), Agree), cases: 6000);

    [Fact]
    public void So_it_does_without_simplification() => Seeds.Check(
        Prop.ForAll(RandomPrograms.Cases(60), program =>
        {
            using var pool = TermPool.Open();
            pool.Simplifies = false;
            Compare(program);
        }),
        cases: 500);

    [Fact]
    public void The_default_terms_are_zero_and_false()
    {
        using var pool = TermPool.Open();
        var x = TermWord.Variable("x");
        Assert.Equal(default, TermWord.Constant(0));
        Assert.Equal(default, TermBit.Constant(false));
        Assert.Equal(x, x | default(TermWord));
        Assert.Equal(TermWord.Constant(ulong.MaxValue), ~default(TermWord));
        Assert.Equal(TermBit.Constant(true), !default(TermBit));
        Assert.Equal(0UL, new Valuation(new Assignment()).Of(default(TermWord)));
        Assert.False(new Valuation(new Assignment()).Of(default(TermBit)));
        Assert.Equal(TermBit.Constant(true), TermWord.Same(default, default));
    }

    [Fact]
    public void Constants_are_known_and_variables_are_not()
    {
        using var pool = TermPool.Open();
        Assert.Equal(5UL, TermWord.Constant(5).Known);
        Assert.Equal(0UL, default(TermWord).Known);
        Assert.Null(TermWord.Variable("x").Known);
        Assert.True(TermBit.Constant(true).Known);
        Assert.False(default(TermBit).Known);
        Assert.Null(TermBit.Variable("p").Known);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(64)]
    public void A_shift_outside_of_the_word_is_refused(int count)
    {
        using var pool = TermPool.Open();
        var x = TermWord.Variable("x");
        Assert.Throws<ArgumentOutOfRangeException>(() => x << count);
        Assert.Throws<ArgumentOutOfRangeException>(() => x >>> count);
    }

    [Fact]
    public void An_entry_has_a_variable_per_word_and_zeros_after_them()
    {
        using var pool = TermPool.Open();
        var entry = TermWord.Entry("view", 4);
        Assert.Equal(TermWord.Variable("view.w3"), entry[3]);
        Assert.Equal(default, entry[4]);
    }

    private static void Agree(RandomCase program)
    {
        using var pool = TermPool.Open();
        Compare(program);
    }

    private static void Compare(RandomCase program)
    {
        var (words, bits) = RandomPrograms.OnNumbers(program);
        var (termWords, termBits) = RandomPrograms.OnTerms(program);
        var valuation = new Valuation(RandomPrograms.Assignment(program));
        Assert.Equal(words.Select(word => word.Value), termWords.Select(valuation.Of));
        Assert.Equal(bits.Select(bit => bit.Value), termBits.Select(valuation.Of));
    }
}
