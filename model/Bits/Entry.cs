// A table entry: eight 64-bit words, as STE, CD and VT-d PASID entries are.

using System.Runtime.CompilerServices;

namespace Verify.Bits;

/// <summary>
/// An entry of <see cref="Words"/> 64-bit words, word 0 first, in host order. Of numbers it is a plain 64-byte value; of terms it stands
/// for all entries at once.
/// </summary>
[InlineArray(Words)]
public struct Entry<TWord> : IEquatable<Entry<TWord>>
    where TWord : struct
{
    /// <summary>Number of 64-bit words of an entry.</summary>
    public const int Words = 8;

    private TWord word0;

    /// <summary>The entry with <paramref name="value"/> as word <paramref name="word"/> and the rest as here.</summary>
    public readonly Entry<TWord> With(int word, TWord value)
    {
        var copy = this;
        copy[word] = value;
        return copy;
    }

    /// <summary>Whether all words are equal as values.</summary>
    public readonly bool Equals(Entry<TWord> other)
    {
        for (var i = 0; i < Words; i++)
        {
            if (!EqualityComparer<TWord>.Default.Equals(this[i], other[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override readonly bool Equals(object? other) => other is Entry<TWord> entry && Equals(entry);

    /// <inheritdoc/>
    public override readonly int GetHashCode()
    {
        var hash = default(HashCode);
        for (var i = 0; i < Words; i++)
        {
            hash.Add(this[i]);
        }

        return hash.ToHashCode();
    }
}

/// <summary>Entries of numbers.</summary>
public static class Entry
{
    /// <summary>The entry with the given low words; the rest is 0.</summary>
    /// <exception cref="ArgumentException">More than <see cref="Entry{TWord}.Words"/> words were given.</exception>
    public static Entry<Number> Of(params ReadOnlySpan<ulong> words)
    {
        if (words.Length > Entry<Number>.Words)
        {
            throw new ArgumentException($"an entry has {Entry<Number>.Words} words, {words.Length} were given");
        }

        var entry = default(Entry<Number>);
        for (var i = 0; i < words.Length; i++)
        {
            entry[i] = new Number(words[i]);
        }

        return entry;
    }

    /// <summary>True when all words agree.</summary>
    public static bool Same(in Entry<Number> left, in Entry<Number> right)
    {
        for (var i = 0; i < Entry<Number>.Words; i++)
        {
            if (left[i].Value != right[i].Value)
            {
                return false;
            }
        }

        return true;
    }
}
