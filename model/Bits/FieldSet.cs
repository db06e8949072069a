// Sets of fields, and masks that collect fields under conditions.

namespace Verify.Bits;

/// <summary>A fixed set of bits of an entry, named by fields.</summary>
public sealed class FieldSet
{
    private readonly ulong[] bits = new ulong[Entry<Number>.Words];

    /// <summary>The bits of the given fields.</summary>
    public FieldSet(params ReadOnlySpan<Field> fields)
    {
        foreach (var field in fields)
        {
            bits[field.Word] |= field.Mask;
        }
    }

    /// <summary>Every bit of every word.</summary>
    public static FieldSet All { get; } = AllBits();

    /// <summary>The bits of word <paramref name="word"/>.</summary>
    public ulong this[int word] => bits[word];

    private static FieldSet AllBits()
    {
        var all = new FieldSet();
        Array.Fill(all.bits, ulong.MaxValue);
        return all;
    }
}

/// <summary>A set of bits of an entry that depends on the entry: which bits somebody looks at, or may change.</summary>
public struct Mask<TWord, TBit>
    where TWord : struct, IWord<TWord, TBit>
    where TBit : struct, IBit<TBit>
{
    /// <summary>The bits, word by word.</summary>
    public Entry<TWord> Bits;

    /// <summary>No bits.</summary>
    public static Mask<TWord, TBit> Empty
    {
        get
        {
            var mask = default(Mask<TWord, TBit>);
            for (var i = 0; i < Entry<TWord>.Words; i++)
            {
                mask.Bits[i] = TWord.Constant(0);
            }

            return mask;
        }
    }

    /// <summary>Adds the bits of <paramref name="fields"/> where <paramref name="when"/> holds.</summary>
    public void Add(TBit when, FieldSet fields)
    {
        for (var i = 0; i < Entry<TWord>.Words; i++)
        {
            if (fields[i] != 0)
            {
                Bits[i] |= TWord.If(when, TWord.Constant(fields[i]), TWord.Constant(0));
            }
        }
    }

    /// <summary>Adds the bits of <paramref name="field"/> where <paramref name="when"/> holds.</summary>
    public void Add(TBit when, Field field) =>
        Bits[field.Word] |= TWord.If(when, TWord.Constant(field.Mask), TWord.Constant(0));

    /// <summary>Takes the bits of <paramref name="fields"/> out where <paramref name="when"/> holds.</summary>
    public void Remove(TBit when, FieldSet fields)
    {
        for (var i = 0; i < Entry<TWord>.Words; i++)
        {
            if (fields[i] != 0)
            {
                Bits[i] &= TWord.If(when, TWord.Constant(~fields[i]), TWord.Constant(ulong.MaxValue));
            }
        }
    }

    /// <summary>The bits of <paramref name="entry"/> that are in the mask; the others 0.</summary>
    public readonly Entry<TWord> Keep(in Entry<TWord> entry)
    {
        var kept = entry;
        for (var i = 0; i < Entry<TWord>.Words; i++)
        {
            kept[i] = entry[i] & Bits[i];
        }

        return kept;
    }
}
