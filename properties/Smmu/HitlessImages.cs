// The shortest order of synced batches, of the shape fill, flip, clear, that brings an entry from one image to another without a break.
//
// Early goes what must be set before one quantum flips, late what can wait, or the other way round; whichever takes fewer syncs is taken. Every torn
// view of every batch is asked of the hardware model, so an order that is found is one. That it is the shortest, or that there is none, is for a
// solver to show.

using Verify.Bits;

namespace Verify.Properties.Smmu;

/// <summary>An order of synced batches without a break.</summary>
/// <param name="Flipped">The quantum whose store turns the old behaviour into the new one; -1 where one batch does everything.</param>
/// <param name="Images">The images after each batch; the last is the wanted one.</param>
public sealed record HitlessBatches(int Flipped, IReadOnlyList<Entry<Number>> Images);

/// <summary>Finds orders of synced batches without a break.</summary>
/// <param name="Layout">The entry's layout: bits of one part are moved together.</param>
/// <param name="QuantumWords">64-bit words whose stores and fetches are both indivisible.</param>
/// <param name="BehavesAs">The hardware.</param>
public sealed record HitlessImages(Layout Layout, int QuantumWords, BehavesAs BehavesAs)
{
    /// <summary>The shortest order of the shape from one image to another; null if none was found.</summary>
    public HitlessBatches? Find(Entry<Number> from, Entry<Number> to)
    {
        var best = Batches(from, [to]) is { } direct ? new HitlessBatches(-1, direct) : null;
        for (var flipped = 0; flipped < Entry<Number>.Words / QuantumWords && best is not { Flipped: -1 }; flipped++)
        {
            var eager = Move(from, to, flipped, image => BehavesAs(in image, target: false));
            // What the flipped image does without may as well be cleared late.
            var lazy = Move(eager, from, flipped, image => BehavesAs(Flip(image, to, flipped), target: true));
            foreach (var filled in new[] { lazy, eager })
            {
                if (Batches(from, [filled, Flip(filled, to, flipped), to]) is { } found && found.Count < (best?.Images.Count ?? int.MaxValue))
                {
                    best = new(flipped, found);
                }
            }
        }

        return best;
    }

    /// <summary>Every view that a fetch can have while an entry goes from one image to another.</summary>
    public static IEnumerable<Entry<Number>> Views(Entry<Number> before, Entry<Number> after, int quantumWords)
    {
        for (var taken = 0; taken < 1 << (Entry<Number>.Words / quantumWords); taken++)
        {
            var view = before;
            var needless = false;
            for (var quantum = 0; quantum < Entry<Number>.Words / quantumWords; quantum++)
            {
                if ((taken >> quantum & 1) != 0)
                {
                    var next = Flip(view, after, quantum, quantumWords);
                    needless |= Entry.Same(in next, in view);
                    view = next;
                }
            }

            if (!needless)
            {
                yield return view;
            }
        }
    }

    private Entry<Number> Flip(Entry<Number> image, Entry<Number> to, int quantum) => Flip(image, to, quantum, QuantumWords);

    private static Entry<Number> Flip(Entry<Number> image, Entry<Number> to, int quantum, int quantumWords)
    {
        for (var word = quantum * quantumWords; word < (quantum + 1) * quantumWords; word++)
        {
            image[word] = to[word];
        }

        return image;
    }

    // Moves parts outside one quantum for as long as the image stays good.
    private Entry<Number> Move(Entry<Number> image, Entry<Number> to, int except, Func<Entry<Number>, bool> isGood)
    {
        for (var moved = true; moved;)
        {
            moved = false;
            foreach (var part in Layout.Parts.Where(part => part.Word / QuantumWords != except))
            {
                var difference = (image[part.Word].Value ^ to[part.Word].Value) & part.Mask;
                var next = image.With(part.Word, new Number(image[part.Word].Value ^ difference));
                if (difference != 0 && isGood(next))
                {
                    image = next;
                    moved = true;
                }
            }
        }

        return image;
    }

    // The batches that change something, if every torn view of them is sound.
    private List<Entry<Number>>? Batches(Entry<Number> from, IReadOnlyList<Entry<Number>> images)
    {
        var batches = new List<Entry<Number>>();
        var before = from;
        foreach (var image in images)
        {
            if (Entry.Same(in before, in image))
            {
                continue;
            }

            if (!Views(before, image, QuantumWords).All(view => BehavesAs(in view, target: false) || BehavesAs(in view, target: true)))
            {
                return null;
            }

            batches.Add(image);
            before = image;
        }

        return batches;
    }
}
