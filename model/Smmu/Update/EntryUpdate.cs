// One update of one entry, and the set of them that a run of the update model looks at.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Writers;

namespace Verify.Smmu.Update;

/// <summary>The kinds of entry an update can be of.</summary>
public enum EntryKind
{
    /// <summary>A stream table entry.</summary>
    Ste,

    /// <summary>A context descriptor.</summary>
    Cd,
}

/// <summary>One update: an entry that holds one image shall hold another.</summary>
public sealed class EntryUpdate
{
    /// <summary>What the writer does.</summary>
    public readonly Plan<Number, Truth> Plan;

    /// <summary>Makes the update that <paramref name="writer"/> does for <paramref name="pair"/>.</summary>
    internal EntryUpdate(EntryPair pair, EntryWriter writer, EntryRules rules, int fetchWords)
    {
        Pair = pair;
        Plan = writer.Images<Number, Truth>(rules, pair.From, pair.To);
        for (var batch = 0; batch <= Plan.Count; batch++)
        {
            var image = batch == Plan.Count ? pair.To : Plan.After(batch);
            for (var word = 0; word < Entry<Number>.Words; word++)
            {
                Changing |= (byte)(image[word] != pair.From[word] && batch < Plan.Count ? 1 << (word / fetchWords) : 0);
                Shown |= (byte)((image[word].Value | pair.From[word].Value) != 0 ? 1 << word : 0);
            }
        }
    }

    /// <summary>The images and the platform.</summary>
    public EntryPair Pair { get; }

    /// <summary>The image before.</summary>
    public Entry<Number> From => Pair.From;

    /// <summary>The image wanted.</summary>
    public Entry<Number> To => Pair.To;

    /// <summary>The SMMU and the device.</summary>
    public Platform Platform => Pair.Platform;

    /// <summary>Fetch quanta that some image of the plan changes, a bit each. When the others are fetched makes no difference.</summary>
    public byte Changing { get; }

    /// <summary>Words that are not zero in every image, a bit each: the ones worth showing.</summary>
    public byte Shown { get; }
}

/// <summary>A set of updates, one writer, and the SMMU's fetch quantum.</summary>
public sealed class UpdateScope
{
    /// <summary>Makes a scope.</summary>
    /// <param name="kind">What the entries are.</param>
    /// <param name="writer">The writer under test.</param>
    /// <param name="rules">What it believes about entries.</param>
    /// <param name="fetchWords">64-bit words of the SMMU's fetch quantum: 1 or 2.</param>
    /// <param name="pairs">The ordered pairs of images.</param>
    /// <exception cref="ArgumentException">Two pairs have the same name.</exception>
    public UpdateScope(EntryKind kind, EntryWriter writer, EntryRules rules, int fetchWords, IEnumerable<EntryPair> pairs)
    {
        Kind = kind;
        Writer = writer;
        Rules = rules;
        FetchWords = fetchWords;
        Updates = [.. pairs.Select(pair => new EntryUpdate(pair, writer, rules, fetchWords))];
        if (Updates.DistinctBy(update => update.Pair.Name).Count() != Updates.Length)
        {
            throw new ArgumentException("two updates have the same name; traces could not tell them apart", nameof(pairs));
        }
    }

    /// <summary>What the entries are.</summary>
    public EntryKind Kind { get; }

    /// <summary>The writer under test.</summary>
    public EntryWriter Writer { get; }

    /// <summary>What the writer believes about entries.</summary>
    public EntryRules Rules { get; }

    /// <summary>64-bit words of the SMMU's fetch quantum.</summary>
    public int FetchWords { get; }

    /// <summary>The updates.</summary>
    public EntryUpdate[] Updates { get; }

    /// <summary>How the entry is called in traces.</summary>
    public string EntryName => Kind == EntryKind.Ste ? "STE" : "CD";
}

/// <summary>Two images of an entry on a platform.</summary>
/// <param name="Name">How the update reads, unique in its scope: "ats: S1 -> BYPASS".</param>
/// <param name="Platform">The SMMU and the device.</param>
/// <param name="From">The image before.</param>
/// <param name="To">The image wanted.</param>
public sealed record EntryPair(string Name, Platform Platform, Entry<Number> From, Entry<Number> To);
