// The algebra every table function is written in. Two instances serve it: numbers (this folder), which the explorer runs, and
// terms (the checker's Symbolic folder), which become formulas. What is written once over it is executed and proved alike.

namespace Verify.Bits;

/// <summary>A truth value of the algebra.</summary>
public interface IBit<TBit>
    where TBit : struct, IBit<TBit>
{
    /// <summary>The truth value that is <paramref name="value"/>.</summary>
    static abstract TBit Constant(bool value);

    /// <summary>Both.</summary>
    static abstract TBit operator &(TBit left, TBit right);

    /// <summary>At least one.</summary>
    static abstract TBit operator |(TBit left, TBit right);

    /// <summary>Exactly one.</summary>
    static abstract TBit operator ^(TBit left, TBit right);

    /// <summary>Not.</summary>
    static abstract TBit operator !(TBit bit);
}

/// <summary>A 64-bit word of the algebra. Shifts are by constants; there is no branching on a word but <see cref="If"/>.</summary>
public interface IWord<TWord, TBit>
    where TWord : struct, IWord<TWord, TBit>
    where TBit : struct, IBit<TBit>
{
    /// <summary>The word that is <paramref name="value"/>.</summary>
    static abstract TWord Constant(ulong value);

    /// <summary>Bitwise and.</summary>
    static abstract TWord operator &(TWord left, TWord right);

    /// <summary>Bitwise or.</summary>
    static abstract TWord operator |(TWord left, TWord right);

    /// <summary>Bitwise exclusive or.</summary>
    static abstract TWord operator ^(TWord left, TWord right);

    /// <summary>Bitwise complement.</summary>
    static abstract TWord operator ~(TWord word);

    /// <summary>Shift towards the high end, zeros come in; <paramref name="count"/> is 0 to 63.</summary>
    static abstract TWord operator <<(TWord word, int count);

    /// <summary>Shift towards the low end, zeros come in; <paramref name="count"/> is 0 to 63.</summary>
    static abstract TWord operator >>>(TWord word, int count);

    /// <summary>True when all 64 bits agree.</summary>
    static abstract TBit Same(TWord left, TWord right);

    /// <summary>True when <paramref name="left"/> is less than <paramref name="right"/>, both unsigned.</summary>
    static abstract TBit Below(TWord left, TWord right);

    /// <summary><paramref name="then"/> where <paramref name="condition"/> holds, else <paramref name="otherwise"/>.</summary>
    static abstract TWord If(TBit condition, TWord then, TWord otherwise);
}
