// What an access gets, in full: two configurations behave alike for an access exactly when their outcomes are the same.

using System.Runtime.CompilerServices;
using Verify.Bits;

namespace Verify.Smmu.Hardware;

/// <summary>What one kind of access gets from a configuration.</summary>
public struct Outcome<TWord, TBit>
    where TWord : struct, IWord<TWord, TBit>
    where TBit : struct, IBit<TBit>
{
    /// <summary>A <see cref="Hardware.Fate"/>.</summary>
    public TWord Fate;

    /// <summary>An <see cref="Hardware.Event"/>.</summary>
    public TWord Event;

    /// <summary>A <see cref="CdRoute"/>.</summary>
    public TWord Cd;

    /// <summary>The entry's bits that shape the access (tables, tags, attributes), in place; what the configuration ignores is 0.</summary>
    public Entry<TWord> Shape;

    /// <summary>Whether two outcomes are the same in every respect.</summary>
    public static TBit Same(in Outcome<TWord, TBit> left, in Outcome<TWord, TBit> right)
    {
        var same = TWord.Same(left.Fate, right.Fate) & TWord.Same(left.Event, right.Event) & TWord.Same(left.Cd, right.Cd);
        for (var i = 0; i < Entry<TWord>.Words; i++)
        {
            same &= TWord.Same(left.Shape[i], right.Shape[i]);
        }

        return same;
    }

    /// <summary>Whether the fate is <paramref name="fate"/>.</summary>
    public readonly TBit Is(Fate fate) => TWord.Same(Fate, TWord.Constant((ulong)fate));
}

/// <summary>What each kind of access gets, by <see cref="Access"/>.</summary>
[InlineArray(Accesses)]
public struct Behaviour<TWord, TBit>
    where TWord : struct, IWord<TWord, TBit>
    where TBit : struct, IBit<TBit>
{
    /// <summary>Number of kinds of access.</summary>
    public const int Accesses = 7;

    private Outcome<TWord, TBit> first;

    /// <summary>
    /// Whether two configurations behave alike for every untranslated access and, where <paramref name="ats"/> holds, for ATS translation
    /// requests and Translated transactions too.
    /// </summary>
    public static TBit Same(in Behaviour<TWord, TBit> left, in Behaviour<TWord, TBit> right, TBit ats)
    {
        var same = TBit.Constant(true);
        for (var i = 0; i < Accesses; i++)
        {
            var alike = Outcome<TWord, TBit>.Same(in left[i], in right[i]);
            same &= i >= (int)Access.AtsRequest ? alike | !ats : alike;
        }

        return same;
    }
}
