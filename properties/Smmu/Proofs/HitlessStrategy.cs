// One way to order the stores of every update between two classes of configurations: which bits move with which batch.

using Verify.Bits;
using Verify.Symbolic;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>Per batch but the last, the bits that hold the wanted values after it; after the last all do.</summary>
/// <param name="Moved">The bits.</param>
internal sealed record HitlessStrategy(params IReadOnlyList<Entry<Number>> Moved)
{
    /// <summary>Everything in one batch.</summary>
    public static HitlessStrategy Direct { get; } = new();

    /// <summary>
    /// What an order that was found for one pair says about every pair of its classes. Parts that are the same in that pair move early if only the
    /// wanted entry looks at them, else late.
    /// </summary>
    public static HitlessStrategy From(EntryCase about, Entry<Number> from, Entry<Number> to, HitlessBatches order)
    {
        var early = default(Entry<Number>);
        foreach (var part in about.Hardware.Layout.Parts.Where(part => part.Word / about.Quantum != order.Flipped))
        {
            var difference = (from[part.Word].Value ^ to[part.Word].Value) & part.Mask;
            var moved = ((from[part.Word].Value ^ order.Images[0][part.Word].Value) & part.Mask) == difference;
            var fills = difference != 0 ? moved : !Matters(about, part, from, from, to) && Matters(about, part, to, from, to);
            early[part.Word] |= new Number(fills ? part.Mask : 0);
        }

        var flipped = early;
        for (var word = order.Flipped * about.Quantum; word < (order.Flipped + 1) * about.Quantum; word++)
        {
            flipped[word] = new Number(ulong.MaxValue);
        }

        return new(early, flipped);
    }

    /// <summary>The images after each batch, for terms.</summary>
    public IReadOnlyList<Entry<TermWord>> Images(Entry<TermWord> from, Entry<TermWord> to) =>
        [.. Moved.Select(moved =>
        {
            var image = from;
            for (var i = 0; i < Entry<TermWord>.Words; i++)
            {
                image[i] = moved[i].Value switch
                {
                    0 => from[i],
                    ulong.MaxValue => to[i],
                    var bits => (from[i] & TermWord.Constant(~bits)) | (to[i] & TermWord.Constant(bits)),
                };
            }

            return image;
        }), to];

    private static bool Matters(EntryCase about, Field part, Entry<Number> end, Entry<Number> from, Entry<Number> to)
    {
        for (var bits = part.Mask & about.Bits[part.Word]; bits != 0; bits &= bits - 1)
        {
            var image = end.With(part.Word, new Number(end[part.Word].Value ^ (bits & ~(bits - 1))));
            if (!HitlessClauses.BehavesAs(about.Hardware, in image, in end, in from, in to))
            {
                return true;
            }
        }

        return false;
    }
}
