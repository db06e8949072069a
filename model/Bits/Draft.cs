// An entry being made, in either algebra: what builders are written with.

namespace Verify.Bits;

/// <summary>An entry being made. All words are 0 at first, unless it starts from another entry.</summary>
public struct Draft<TWord, TBit>
    where TWord : struct, IWord<TWord, TBit>
    where TBit : struct, IBit<TBit>
{
    private Entry<TWord> entry;

    /// <summary>Starts from <paramref name="entry"/>.</summary>
    public Draft(in Entry<TWord> entry) => this.entry = entry;

    /// <summary>The entry as made so far.</summary>
    public readonly Entry<TWord> Entry => entry;

    /// <summary>Sets a field to a fixed value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value has more bits than the field.</exception>
    public void Set(Field field, ulong value) => Replace(field, TWord.Constant(field.Put(value)));

    /// <summary>Sets a field to the low bits of <paramref name="value"/>; the others are dropped, as masks in the driver do.</summary>
    public void Set(Field field, TWord value) => Replace(field, value << field.Low);

    /// <summary>Sets a flag.</summary>
    public void Set(Field flag, TBit on) => Replace(flag, TWord.If(on, TWord.Constant(flag.Mask), TWord.Constant(0)));

    /// <summary>Sets an address field to the bits of <paramref name="address"/> that it holds; the others are dropped, as masks in the driver do.</summary>
    public void SetAddress(Field field, TWord address) => Replace(field, address);

    /// <summary>Sets the bits of <paramref name="bits"/> in word <paramref name="word"/>.</summary>
    public void Or(int word, TWord bits) => entry[word] |= bits;

    private void Replace(Field field, TWord bits) =>
        entry[field.Word] = (entry[field.Word] & TWord.Constant(~field.Mask)) | (bits & TWord.Constant(field.Mask));
}
