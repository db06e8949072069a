// Values of variables: what a solver answers with, and what terms are evaluated under.

namespace Verify.Symbolic;

/// <summary>Values by variable name. A variable without a value is 0 or false.</summary>
public sealed class Assignment
{
    private readonly SortedDictionary<string, ulong> words = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, bool> bits = new(StringComparer.Ordinal);

    /// <summary>The words that have values, by name.</summary>
    public IReadOnlyDictionary<string, ulong> Words => words;

    /// <summary>The truth values that have values, by name.</summary>
    public IReadOnlyDictionary<string, bool> Bits => bits;

    /// <summary>Gives a word its value.</summary>
    public void Set(string name, ulong value) => words[name] = value;

    /// <summary>Gives a truth value its value.</summary>
    public void Set(string name, bool value) => bits[name] = value;

    /// <summary>The value of a word.</summary>
    public ulong Word(string name) => words.GetValueOrDefault(name);

    /// <summary>The value of a truth value.</summary>
    public bool Bit(string name) => bits.GetValueOrDefault(name);

    /// <summary>This assignment with another value for a word.</summary>
    public Assignment With(string name, ulong value)
    {
        var copy = Copy();
        copy.Set(name, value);
        return copy;
    }

    /// <summary>This assignment with another value for a truth value.</summary>
    public Assignment With(string name, bool value)
    {
        var copy = Copy();
        copy.Set(name, value);
        return copy;
    }

    /// <summary>All values on one line, words in hexadecimal, ordered by name.</summary>
    public override string ToString() => string.Join(", ",
        [.. words.Select(word => $"{word.Key}=0x{word.Value:x}"), .. bits.Select(bit => $"{bit.Key}={(bit.Value ? "true" : "false")}")]);

    private Assignment Copy()
    {
        var copy = new Assignment();
        foreach (var (name, value) in words)
        {
            copy.Set(name, value);
        }

        foreach (var (name, value) in bits)
        {
            copy.Set(name, value);
        }

        return copy;
    }
}
