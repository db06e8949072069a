// The fields of a kind of table entry, and what can be said of any entry from that declaration alone.

namespace Verify.Bits;

/// <summary>A kind of table entry: its name and its fields.</summary>
public sealed class Layout
{
    /// <summary>Declares a layout.</summary>
    /// <param name="name">Name of the entry in the architecture, for instance STE.</param>
    /// <param name="words">Number of 64-bit words, 1 to 8.</param>
    /// <param name="fields">Its fields, in the order they are printed.</param>
    /// <exception cref="ArgumentException">Two fields overlap, share a name, or lie outside the entry.</exception>
    public Layout(string name, int words, params IReadOnlyList<Field> fields)
    {
        Name = name;
        Words = words;
        Fields = fields;
        var taken = new ulong[words];
        var names = new HashSet<string>();
        foreach (var field in fields)
        {
            if (field.Word >= words || (taken[field.Word] & field.Mask) != 0 || !names.Add(field.Name))
            {
                throw new ArgumentException($"{name}: field {field.Name} overlaps another, lies outside or is declared twice");
            }

            taken[field.Word] |= field.Mask;
        }

        Declared = taken;
        Parts = [.. fields, .. Gaps()];
    }

    /// <summary>Name of the entry in the architecture.</summary>
    public string Name { get; }

    /// <summary>Number of 64-bit words.</summary>
    public int Words { get; }

    /// <summary>The fields, in the order they are printed.</summary>
    public IReadOnlyList<Field> Fields { get; }

    /// <summary>The fields, and for every run of bits that is no field a part of its own, so that each bit is in exactly one part.</summary>
    public IReadOnlyList<Field> Parts { get; }

    /// <summary>Per word, the bits that belong to a field.</summary>
    public IReadOnlyList<ulong> Declared { get; }

    /// <summary>
    /// What changed in word <paramref name="word"/>, part by part; with no <paramref name="before"/>, the parts of it that are not zero.
    /// </summary>
    public IEnumerable<string> Say(int word, ulong? before, ulong after)
    {
        foreach (var part in Parts)
        {
            if (part.Word != word)
            {
                continue;
            }

            var now = (after & part.Mask) >> part.Low;
            if (before is not { } old)
            {
                if (now != 0)
                {
                    yield return $"{part.Name}={part.Say(now)}";
                }
            }
            else if (((old ^ after) & part.Mask) != 0)
            {
                yield return $"{part.Name}: {part.Say((old & part.Mask) >> part.Low)} -> {part.Say(now)}";
            }
        }
    }

    /// <summary>The parts of <paramref name="entry"/> that are not 0, on one line.</summary>
    public string Say(Entry<Number> entry)
    {
        var parts = Enumerable.Range(0, Words).SelectMany(word => Say(word, null, entry[word].Value)).ToList();
        return parts.Count == 0 ? "all zero" : string.Join(" ", parts);
    }

    private IEnumerable<Field> Gaps()
    {
        for (var word = 0; word < Words; word++)
        {
            for (var low = 0; low < 64; low++)
            {
                if ((Declared[word] >> low & 1) != 0)
                {
                    continue;
                }

                var high = low;
                while (high < 63 && (Declared[word] >> (high + 1) & 1) == 0)
                {
                    high++;
                }

                yield return new Field(high == low ? $"w{word}[{low}]" : $"w{word}[{high}:{low}]", word, high, low);
                low = high;
            }
        }
    }
}
