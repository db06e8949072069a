// What building terms simplifies. That it is right is for the algebra's tests; here, that it happens.

using Verify.Symbolic;
using Xunit;

namespace Verify.Tests.Symbolic;

public sealed class SimplifierTests : IDisposable
{
    private readonly TermPool pool = TermPool.Open();

    private static TermWord X => TermWord.Variable("x");

    private static TermWord Y => TermWord.Variable("y");

    private static TermBit P => TermBit.Variable("p");

    private static TermBit Q => TermBit.Variable("q");

    private static TermWord Ones => TermWord.Constant(ulong.MaxValue);

    public void Dispose() => pool.Dispose();

    [Fact]
    public void Constants_fold()
    {
        Assert.Equal(C(0x0f), C(0xff) & C(0x0f));
        Assert.Equal(C(0xff), C(0xf0) | C(0x0f));
        Assert.Equal(C(0xf0), C(0xff) ^ C(0x0f));
        Assert.Equal(C(0x12), ~~C(0x12));
        Assert.Equal(C(0x100), C(1) << 8);
        Assert.Equal(C(1), C(0x100) >>> 8);
        Assert.Equal(C(2), TermWord.If(TermBit.Constant(false), C(1), C(2)));
        Assert.True(TermWord.Same(C(3), C(3)).Known);
        Assert.False(TermWord.Below(C(3), C(3)).Known);
    }

    [Fact]
    public void Neutral_and_dominant_words_go()
    {
        Assert.Equal(default, X & default(TermWord));
        Assert.Equal(X, X & Ones);
        Assert.Equal(X, X | default(TermWord));
        Assert.Equal(Ones, X | Ones);
        Assert.Equal(X, X ^ default(TermWord));
        Assert.Equal(~X, X ^ Ones);
        Assert.Equal(X, (X << 0) >>> 0);
    }

    [Fact]
    public void A_word_meets_itself()
    {
        Assert.Equal(X, X & X);
        Assert.Equal(X, X | X);
        Assert.Equal(default, X ^ X);
        Assert.Equal(default, X & ~X);
        Assert.Equal(Ones, X | ~X);
        Assert.Equal(X, ~~X);
        Assert.Equal(Y, X ^ (Y ^ X));
        Assert.True(TermWord.Same(X, X).Known);
        Assert.False(TermWord.Same(X, ~X).Known);
        Assert.False(TermWord.Below(X, X).Known);
    }

    [Fact]
    public void Commutative_operations_are_one_term_either_way()
    {
        Assert.Equal(X & Y, Y & X);
        Assert.Equal(X | Y, Y | X);
        Assert.Equal(X ^ Y, Y ^ X);
        Assert.Equal(P & Q, Q & P);
        Assert.Equal(P | Q, Q | P);
        Assert.Equal(P ^ Q, Q ^ P);
        Assert.Equal(TermWord.Same(X, Y), TermWord.Same(Y, X));
    }

    [Fact]
    public void Absorption()
    {
        Assert.Equal(X & Y, X & (X & Y));
        Assert.Equal(X, X & (X | Y));
        Assert.Equal(X, X | (X & Y));
        Assert.Equal(X | Y, X | (X | Y));
        Assert.Equal(P & Q, P & (P & Q));
        Assert.Equal(P, P & (P | Q));
        Assert.Equal(P, P | (P & Q));
        Assert.Equal(P & Q, P & (!P | Q));
        Assert.Equal(P | Q, P | (!P & Q));
    }

    [Fact]
    public void Masks_use_the_bits_that_are_known()
    {
        Assert.False(TermWord.Same(X & C(0xff), C(0x100)).Known);
        Assert.Equal(X & C(0xff), X & C(0xff) & C(0xfff));
        Assert.Equal(X & C(0x0f), X & C(0xff) & C(0x0f));
        Assert.Equal(default, X & C(0xf0) & C(0x0f));
        Assert.Equal(X & C(0xff), (X & C(0xf0)) | (X & C(0x0f)));
        Assert.Equal(X, (X & C(0xf0)) | (X & ~C(0xf0)));
        Assert.Equal(Y & C(0xf0), ((X & C(0x0f)) | (Y & C(0xf0))) & C(0xf0));
        Assert.False(TermWord.Same(X | C(1), Y & ~C(1)).Known);
        Assert.True(TermWord.Below(X & C(0xff), C(0x100)).Known);
        Assert.False(TermWord.Below(X | C(0x100), Y & C(0x100)).Known);
    }

    [Fact]
    public void A_field_is_tested_in_one_way()
    {
        var byMask = TermWord.Same(X & C(0x70), C(0x50));
        Assert.Equal(byMask, TermWord.Same((X >>> 4) & C(7), C(5)));
        Assert.Equal(byMask, TermWord.Same((X & C(0x70)) >>> 4, C(5)));
        Assert.Equal(byMask, TermWord.Same((X & C(0x70)) << 4, C(0x500)));
        Assert.Equal(byMask, TermWord.Same((X & C(0x70)) ^ C(0x10), C(0x40)));
    }

    [Fact]
    public void A_bit_is_set_exactly_if_it_is_not_clear()
    {
        var isSet = TermWord.Same(X & C(8), C(8));
        var isClear = TermWord.Same(X & C(8), C(0));
        Assert.Equal(isSet, !isClear);
        Assert.False((isSet & isClear).Known);
        Assert.True((isSet | isClear).Known);
    }

    [Fact]
    public void Values_of_a_field_exclude_each_other()
    {
        var (four, five) = (TermWord.Same(X & C(7), C(4)), TermWord.Same(X & C(7), C(5)));
        Assert.False((four & five).Known);
        Assert.Equal(four, four & !five);
        Assert.Equal(five, five & TermWord.Same(X & C(4), C(4)));
        Assert.Equal(C(1), TermWord.If(four, TermWord.If(five, C(2), C(1)), C(1)));
    }

    [Fact]
    public void Choices()
    {
        Assert.Equal(X, TermWord.If(P, X, X));
        Assert.Equal(TermWord.If(P, X, Y), TermWord.If(!P, Y, X));
        Assert.Equal(TermWord.If(P, X, Y), TermWord.If(P, TermWord.If(P, X, C(7)), Y));
        Assert.Equal(TermWord.If(P, X, Y), TermWord.If(P, X, TermWord.If(P, C(7), Y)));
        Assert.Equal(TermWord.If(P & Q, X, Y), TermWord.If(P, TermWord.If(Q, X, Y), Y));
        Assert.Equal(TermWord.If(P | Q, X, Y), TermWord.If(P, X, TermWord.If(Q, X, Y)));
        Assert.Equal(TermWord.If(P, C(0x70), C(0)), TermWord.If(P, C(0x77), C(0)) & C(0xf0));
        Assert.Equal(TermWord.If(P, C(0x7), C(0)), TermWord.If(P, C(0x70), C(0)) >>> 4);
    }

    [Fact]
    public void A_choice_is_compared_outcome_by_outcome()
    {
        Assert.Equal(P, TermWord.Same(TermWord.If(P, C(1), C(2)), C(1)));
        Assert.Equal(!P, TermWord.Same(TermWord.If(P, C(1), C(2)), C(2)));
        Assert.False(TermWord.Same(TermWord.If(P, C(1), C(2)), C(3)).Known);
        Assert.Equal(P | TermWord.Same(X, Y), TermWord.Same(TermWord.If(P, X, Y), X));
        Assert.Equal(P & TermWord.Same(X, C(1)), TermWord.Same(TermWord.If(P, X, C(2)), C(1)));
    }

    [Fact]
    public void Truth_values()
    {
        Assert.Equal(P, !!P);
        Assert.False((P & !P).Known);
        Assert.True((P | !P).Known);
        Assert.False((P ^ P).Known);
        Assert.True((P ^ !P).Known);
        Assert.Equal(!(P ^ Q), P ^ !Q);
        Assert.Equal(!P, P ^ TermBit.Constant(true));
        Assert.Equal(!P | !Q, !(P & Q));
    }

    private static TermWord C(ulong value) => TermWord.Constant(value);
}
