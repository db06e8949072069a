// A field of a table entry, declared once: building, decoding, printing, diffing and proving all use the declaration.

namespace Verify.Bits;

/// <summary>How a field's value reads.</summary>
public enum FieldForm
{
    /// <summary>As a number.</summary>
    Number,

    /// <summary>As an address: the field's bits in place, the bits below it zero.</summary>
    Address,
}

/// <summary>A field of an entry: consecutive bits of one 64-bit word.</summary>
public sealed class Field
{
    private readonly string[] names;

    /// <summary>Declares a field.</summary>
    /// <param name="name">Its name in the architecture.</param>
    /// <param name="word">The 64-bit word it lies in.</param>
    /// <param name="high">Its highest bit in that word.</param>
    /// <param name="low">Its lowest bit in that word.</param>
    /// <param name="form">How its value reads.</param>
    /// <param name="names">Names of the values 0, 1, 2, …; an empty name for a value that has none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bits are not bits of a 64-bit word.</exception>
    public Field(string name, int word, int high, int low, FieldForm form = FieldForm.Number, params string[] names)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(word);
        ArgumentOutOfRangeException.ThrowIfNegative(low);
        ArgumentOutOfRangeException.ThrowIfLessThan(high, low);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(high, 63);
        Name = name;
        Word = word;
        Low = low;
        Width = high - low + 1;
        Form = form;
        this.names = names;
    }

    /// <summary>A field of one bit.</summary>
    public static Field Flag(string name, int word, int bit) => new(name, word, bit, bit);

    /// <summary>Its name in the architecture.</summary>
    public string Name { get; }

    /// <summary>The 64-bit word it lies in.</summary>
    public int Word { get; }

    /// <summary>Its lowest bit.</summary>
    public int Low { get; }

    /// <summary>Number of its bits.</summary>
    public int Width { get; }

    /// <summary>How its value reads.</summary>
    public FieldForm Form { get; }

    /// <summary>The largest value it can hold.</summary>
    public ulong Max => ulong.MaxValue >> (64 - Width);

    /// <summary>Its bits, in place.</summary>
    public ulong Mask => Max << Low;

    /// <summary>Its value in <paramref name="entry"/>, shifted down.</summary>
    public TWord Of<TWord, TBit>(in Entry<TWord> entry)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        (entry[Word] >>> Low) & TWord.Constant(Max);

    /// <summary>Its value in an entry of numbers.</summary>
    public ulong Of(in Entry<Number> entry) => Of<Number, Truth>(in entry).Value;

    /// <summary>Whether its value in <paramref name="entry"/> is <paramref name="value"/>.</summary>
    public TBit Is<TWord, TBit>(in Entry<TWord> entry, ulong value)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        TWord.Same(entry[Word] & TWord.Constant(Mask), TWord.Constant(value << Low));

    /// <summary>Whether any of its bits is set in <paramref name="entry"/>.</summary>
    public TBit Any<TWord, TBit>(in Entry<TWord> entry)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        !Is<TWord, TBit>(in entry, 0);

    /// <summary><paramref name="value"/> moved to the field's place.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value has more bits than the field.</exception>
    public ulong Put(ulong value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Max, Name);
        return value << Low;
    }

    /// <summary>Sets the field of <paramref name="entry"/> to <paramref name="value"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value has more bits than the field.</exception>
    public void Set(ref Entry<Number> entry, ulong value) =>
        entry[Word] = new Number((entry[Word].Value & ~Mask) | Put(value));

    /// <summary>How <paramref name="value"/> (shifted down) reads: its name, or the number.</summary>
    public string Say(ulong value)
    {
        if (Form == FieldForm.Address)
        {
            return $"0x{value << Low:x}";
        }

        return value < (ulong)names.Length && names[value].Length > 0
            ? $"{names[value]}"
            : value < 10 ? $"{value}" : $"0x{value:x}";
    }
}
