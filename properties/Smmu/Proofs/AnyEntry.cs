// Entries that stand for every image a driver could write.

using Verify.Bits;
using Verify.Smmu.Hardware;
using Verify.Symbolic;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>Entries as terms, and what is said about them in theorems.</summary>
internal static class AnyEntry
{
    /// <summary>The names of the words of an entry, "name.w0" and so on.</summary>
    public static string Word(string name, int word) => $"{name}.w{word}";

    /// <summary>The words of two entries, side by side.</summary>
    public static IReadOnlyList<(string, string)> Pairs(string left, string right) =>
        [.. Enumerable.Range(0, Entry<TermWord>.Words).Select(word => (Word(left, word), Word(right, word)))];

    /// <summary>An entry of which the bits in <paramref name="bits"/> may have any value and all others are 0.</summary>
    public static Entry<TermWord> Of(string name, FieldSet bits)
    {
        var entry = default(Entry<TermWord>);
        for (var i = 0; i < Entry<TermWord>.Words; i++)
        {
            entry[i] = bits[i] == 0 ? TermWord.Constant(0) : TermWord.Variable(Word(name, i)) & TermWord.Constant(bits[i]);
        }

        return entry;
    }

    /// <summary>The values of such an entry.</summary>
    public static Entry<Number> Of(Assignment values, string name, FieldSet bits)
    {
        var entry = default(Entry<Number>);
        for (var i = 0; i < Entry<Number>.Words; i++)
        {
            entry[i] = new Number(values.Word(Word(name, i)) & bits[i]);
        }

        return entry;
    }

    /// <summary>The values of an entry of terms.</summary>
    public static Entry<Number> Of(Assignment values, in Entry<TermWord> terms)
    {
        var valuation = new Valuation(values);
        var entry = default(Entry<Number>);
        for (var i = 0; i < Entry<Number>.Words; i++)
        {
            entry[i] = new Number(valuation.Of(terms[i]));
        }

        return entry;
    }

    /// <summary>The bits of a set, as an entry.</summary>
    public static Entry<TermWord> Constant(FieldSet bits)
    {
        var entry = default(Entry<TermWord>);
        for (var i = 0; i < Entry<TermWord>.Words; i++)
        {
            entry[i] = TermWord.Constant(bits[i]);
        }

        return entry;
    }

    /// <summary>V=0, or neither ILLEGAL nor of a reserved configuration.</summary>
    public static TermBit Legal(EntryHardware hardware, in Entry<TermWord> entry) =>
        hardware.V.Is<TermWord, TermBit>(in entry, 0)
        | (!hardware.Illegal<TermWord, TermBit>(in entry) & !hardware.Reserved<TermWord, TermBit>(in entry));

    /// <summary>Whether all words of two entries agree on the bits of <paramref name="mask"/>.</summary>
    public static TermBit Agree(in Entry<TermWord> left, in Entry<TermWord> right, in Entry<TermWord> mask)
    {
        var agree = TermBit.Constant(true);
        for (var i = 0; i < Entry<TermWord>.Words; i++)
        {
            agree &= TermWord.Same((left[i] ^ right[i]) & mask[i], TermWord.Constant(0));
        }

        return agree;
    }

    /// <summary>Whether two entries are the same, word by word.</summary>
    public static TermBit Same(in Entry<TermWord> left, in Entry<TermWord> right)
    {
        var same = TermBit.Constant(true);
        for (var i = 0; i < Entry<TermWord>.Words; i++)
        {
            same &= TermWord.Same(left[i], right[i]);
        }

        return same;
    }

    /// <summary>The entry, its words named for readers of the formula.</summary>
    public static Entry<TermWord> Named(this in Entry<TermWord> entry, string name)
    {
        var named = entry;
        for (var i = 0; i < Entry<TermWord>.Words; i++)
        {
            named[i] = entry[i].Named(Word(name, i));
        }

        return named;
    }
}
