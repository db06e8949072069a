// Pairs of entries to try a statement on before a solver is asked: those that exploration takes, entries that differ from these in one field, and
// for every pair some views and images between the two. What a solver would have to search for, a wrong writer or mask mostly shows on many of these.

using Verify.Bits;
using Verify.Smmu.Writers;
using Verify.Symbolic;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>Makes the same values in every run.</summary>
internal sealed class Samples
{
    private const int OfEachPair = 3;

    // In the order in which a row holds them.
    private static readonly string[] Named = ["from", "to", "end", "view", "last", "first"];

    private static readonly IReadOnlyList<string> Columns =
    [
        .. Named.SelectMany(name => Enumerable.Range(0, Entry<Number>.Words).Select(word => AnyEntry.Word(name, word))),
        .. Enumerable.Range(0, Plan<Number, Truth>.Most).SelectMany(batch =>
            Enumerable.Range(0, Entry<Number>.Words).Select(quantum => AnyUpdate.Seen(batch, quantum))),
    ];

    private readonly EntryCase about;
    private readonly Random random = new(1);

    private Samples(EntryCase about) => this.about = about;

    /// <summary>Values of <c>from</c> and <c>to</c>, and of what else statements about them speak of.</summary>
    public static Trials Of(EntryCase about) => new(Columns, [.. new Samples(about).All()]);

    private IEnumerable<ulong[]> All()
    {
        foreach (var pair in about.Explored())
        {
            for (var i = 0; i < OfEachPair; i++)
            {
                yield return Between(pair.From, pair.To);
            }

            var other = WithAnotherField(pair.From);
            yield return Between(pair.From, other);
            yield return Between(other, pair.From);
        }
    }

    private ulong Bits()
    {
        var any = (ulong)random.NextInt64() ^ (ulong)random.NextInt64() << 1;
        return random.Next(4) switch
        {
            0 => 0,
            1 => ulong.MaxValue,
            2 => any,
            _ => any & (ulong)random.NextInt64() & (ulong)random.NextInt64(),
        };
    }

    private Entry<Number> WithAnotherField(in Entry<Number> entry)
    {
        var fields = about.Hardware.Layout.Parts.Where(field => (about.Bits[field.Word] & field.Mask) != 0).ToArray();
        var chosen = fields[random.Next(fields.Length)];
        var change = Bits() & chosen.Mask & about.Bits[chosen.Word];
        return entry.With(chosen.Word, entry[chosen.Word] ^ new Number(change != 0 ? change : chosen.Mask & about.Bits[chosen.Word]));
    }

    private ulong[] Between(in Entry<Number> from, in Entry<Number> to)
    {
        var row = new ulong[Columns.Count];
        var used = about.Rules.Used<Number, Truth>(in from).Bits;
        var changed = random.Next(Entry<Number>.Words);
        for (var i = 0; i < Entry<Number>.Words; i++)
        {
            // The order that a driver would try: fill what is not used, change one word.
            var filled = (from[i].Value & used[i].Value) | (to[i].Value & ~used[i].Value);
            ulong[] words =
            [
                from[i].Value, to[i].Value, from[i].Value, random.Next(2) == 0 ? filled : to[i].Value, filled, i == changed ? to[i].Value : filled,
            ];
            for (var entry = 0; entry < words.Length; entry++)
            {
                row[(entry * Entry<Number>.Words) + i] = words[entry];
            }
        }

        for (var seen = Named.Length * Entry<Number>.Words; seen < row.Length; seen++)
        {
            row[seen] = (ulong)random.Next(2);
        }

        return row;
    }
}
