// Whether an update can be made without a break, shown by an order of stores that does it.
//
// The search is over orders of the shape fill, flip, clear: parts that the hardware ignores under the old image are set first, one word is
// stored that turns the old behaviour into the new one, and what is left is set under the new image. Every image on the way is asked of the hardware
// model, so an order that is found is a proof. That nothing is found proves only that no order of this shape exists.

using Verify.Bits;

namespace Verify.Properties.Smmu;

/// <summary>Asks whether an image behaves as one end of an update.</summary>
/// <param name="image">The image.</param>
/// <param name="target">True: as the wanted image; false: as the one before.</param>
public delegate bool BehavesAs(in Entry<Number> image, bool target);

/// <summary>Finds orders of single stores, each synced, that keep an entry behaving as before or as wanted all the time.</summary>
public static class HitlessOrder
{
    /// <summary>
    /// The quanta to store, in order (the same one may occur twice), or null if no order of the shape exists.
    /// </summary>
    /// <param name="layout">The entry's layout: bits of one part are moved together.</param>
    /// <param name="from">The image before.</param>
    /// <param name="to">The image wanted.</param>
    /// <param name="quantumWords">64-bit words that one store covers.</param>
    /// <param name="behavesAs">The hardware.</param>
    public static IReadOnlyList<int>? Find(
        Layout layout, Entry<Number> from, Entry<Number> to, int quantumWords, BehavesAs behavesAs)
    {
        for (var critical = -1; critical < Entry<Number>.Words / quantumWords; critical++)
        {
            var filled = Fill(layout, from, to, critical, quantumWords, behavesAs);
            if (Check(from, filled, to, critical, quantumWords, behavesAs) is { } order)
            {
                return order;
            }
        }

        return null;
    }

    private static Entry<Number> Fill(
        Layout layout, Entry<Number> from, Entry<Number> to, int critical, int quantumWords, BehavesAs behavesAs)
    {
        var image = from;
        for (var moved = true; moved;)
        {
            moved = false;
            foreach (var part in layout.Parts)
            {
                var difference = (image[part.Word].Value ^ to[part.Word].Value) & part.Mask;
                if (difference == 0 || part.Word / quantumWords == critical)
                {
                    continue;
                }

                var next = image.With(part.Word, new Number(image[part.Word].Value ^ difference));
                if (behavesAs(in next, target: false))
                {
                    image = next;
                    moved = true;
                }
            }
        }

        return image;
    }

    private static List<int>? Check(
        Entry<Number> from, Entry<Number> filled, Entry<Number> to, int critical, int quantumWords, BehavesAs behavesAs)
    {
        var order = new List<int>();
        var image = from;
        var quanta = Entry<Number>.Words / quantumWords;
        for (var quantum = 0; quantum < quanta; quantum++)
        {
            if (!Store(ref image, filled, quantum, quantumWords, order) || behavesAs(in image, target: false))
            {
                continue;
            }

            return null;
        }

        if (critical >= 0)
        {
            Store(ref image, to, critical, quantumWords, order);
        }

        if (!behavesAs(in image, target: true))
        {
            return null;
        }

        for (var quantum = 0; quantum < quanta; quantum++)
        {
            if (Store(ref image, to, quantum, quantumWords, order) && !behavesAs(in image, target: true))
            {
                return null;
            }
        }

        return order;
    }

    private static bool Store(ref Entry<Number> image, in Entry<Number> source, int quantum, int quantumWords, List<int> order)
    {
        var changed = false;
        for (var word = quantum * quantumWords; word < (quantum + 1) * quantumWords; word++)
        {
            changed |= image[word] != source[word];
            image[word] = source[word];
        }

        if (changed)
        {
            order.Add(quantum);
        }

        return changed;
    }
}
