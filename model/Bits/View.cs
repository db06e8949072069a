// An entry read by field, in either algebra: what rules about entries are written with.

namespace Verify.Bits;

/// <summary>Reads fields of an entry.</summary>
/// <param name="entry">The entry.</param>
public readonly ref struct View<TWord, TBit>(ref readonly Entry<TWord> entry)
    where TWord : struct, IWord<TWord, TBit>
    where TBit : struct, IBit<TBit>
{
    private readonly ref readonly Entry<TWord> entry = ref entry;

    /// <summary>The entry.</summary>
    public ref readonly Entry<TWord> Entry => ref entry;

    /// <summary>The value of <paramref name="field"/>, shifted down.</summary>
    public TWord this[Field field] => field.Of<TWord, TBit>(in entry);

    /// <summary>Whether <paramref name="field"/> is <paramref name="value"/>.</summary>
    public TBit Is(Field field, ulong value) => field.Is<TWord, TBit>(in entry, value);

    /// <summary>Whether <paramref name="field"/> is not 0.</summary>
    public TBit Any(Field field) => field.Any<TWord, TBit>(in entry);
}
