// Orders of stores without a break, against a search that knows nothing of fill, flip and clear: over every image whose words are those of the old
// entry, of the new one, or what the driver's masks would fill in.

using Verify.Bits;
using Verify.Properties.Smmu;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;
using Verify.Smmu.Update;
using Xunit;

namespace Verify.Tests.Smmu;

public class HitlessOrderTests
{
    private const int Words = 4;

    private static readonly SteUsedBits UsedBits = SteUsedBits.V615;

    private static IEnumerable<EntryPair> Pairs => SteMatrix.Platforms("small")
        .Where(platform => platform.Name is "ats" or "e2h" or "v3.0")
        .SelectMany(platform => SteMatrix.Pairs(new SteBuilderRules(), platform))
        .Where((pair, i) => i % 3 == 0 && !Entry.Same(pair.From, pair.To));

    [Fact]
    public void The_shortest_order_is_as_short_as_any_over_old_filled_and_new_words()
    {
        var lengths = new Dictionary<int, int>();
        foreach (var pair in Pairs)
        {
            var expected = Shortest(pair);
            var found = Find(pair)?.Images.Count ?? 0;
            Assert.True(expected == found, $"{pair.Name}: {found} batches, the search says {expected} (0: none)");
            lengths[expected] = lengths.GetValueOrDefault(expected) + 1;
        }

        Assert.All(new[] { 0, 1, 2, 3 }, length => Assert.True(lengths.GetValueOrDefault(length) >= 20, $"{length} batches only {lengths.GetValueOrDefault(length)} times"));
    }

    [Fact]
    public void Every_torn_view_of_an_order_behaves_as_an_end()
    {
        var views = 0;
        foreach (var pair in Pairs)
        {
            var before = pair.From;
            foreach (var image in Find(pair)?.Images ?? [])
            {
                for (var taken = 0; taken < 1 << Entry<Number>.Words; taken++)
                {
                    var view = before;
                    for (var word = 0; word < Entry<Number>.Words; word++)
                    {
                        view[word] = (taken >> word & 1) != 0 ? image[word] : before[word];
                    }

                    Assert.True(IsSound(pair, in view), $"{pair.Name}: a view of a batch behaves as neither end");
                    views++;
                }

                before = image;
            }

            Assert.True(Find(pair) is null || Entry.Same(in before, pair.To), $"{pair.Name}: the order ends elsewhere");
        }

        Assert.True(views > 10_000, $"only {views} views");
    }

    private static HitlessBatches? Find(EntryPair pair) =>
        new HitlessImages(Ste.Layout, 1, (in Entry<Number> image, bool target) => Behaves(pair, in image, target ? pair.To : pair.From)).Find(pair.From, pair.To);

    private static bool IsSound(EntryPair pair, in Entry<Number> view) => Behaves(pair, in view, pair.From) || Behaves(pair, in view, pair.To);

    private static bool Behaves(EntryPair pair, in Entry<Number> image, Entry<Number> end)
    {
        var seen = SteBehaviour.Of<Number, Truth>(pair.Platform.Smmu, in image);
        var expected = SteBehaviour.Of<Number, Truth>(pair.Platform.Smmu, in end);
        return Behaviour<Number, Truth>.Same(in seen, in expected, new Truth(Ste.Eats.Of(pair.From) == Ste.Eats.Of(pair.To))).Value;
    }

    // Breadth-first over images; an image is a number with a digit per word: old, new, or one of the fillings. 0 if there is no way.
    private static int Shortest(EntryPair pair)
    {
        var choices = Enumerable.Range(0, Words).Select(word => Choices(pair, word)).ToArray();
        var states = choices.Aggregate(1, (product, words) => product * words.Count);
        var sound = Enumerable.Range(0, states).Select(state => IsSound(pair, Image(pair, choices, state))).ToArray();
        var depth = new int[states];
        var queue = new Queue<int>([0]);
        var wanted = Index(choices, word => choices[word].IndexOf(pair.To[word]));
        while (queue.TryDequeue(out var state))
        {
            for (var next = 1; next < states; next++)
            {
                if (depth[next] == 0 && sound[next] && Mixes(choices, state, next).All(mix => sound[mix]))
                {
                    depth[next] = depth[state] + 1;
                    queue.Enqueue(next);
                }
            }
        }

        return depth[wanted];
    }

    private static List<Number> Choices(EntryPair pair, int word)
    {
        var (old, wanted) = (pair.From[word], pair.To[word]);
        var (used, usedThen) = (UsedBits.Of<Number, Truth>(pair.From).Bits[word], UsedBits.Of<Number, Truth>(pair.To).Bits[word]);
        return [.. new[] { old, wanted, (old & used) | (wanted & ~used), (wanted & usedThen) | (old & ~usedThen) }.Distinct()];
    }

    private static IEnumerable<int> Mixes(List<Number>[] choices, int from, int to)
    {
        for (var taken = 0; taken < 1 << Words; taken++)
        {
            yield return Index(choices, word => Digit(choices, (taken >> word & 1) != 0 ? to : from, word));
        }
    }

    private static Entry<Number> Image(EntryPair pair, List<Number>[] choices, int state)
    {
        var image = pair.From;
        for (var word = 0; word < Words; word++)
        {
            image[word] = choices[word][Digit(choices, state, word)];
        }

        return image;
    }

    private static int Digit(List<Number>[] choices, int state, int word)
    {
        for (var i = 0; i < word; i++)
        {
            state /= choices[i].Count;
        }

        return state % choices[word].Count;
    }

    private static int Index(List<Number>[] choices, Func<int, int> digit)
    {
        var index = 0;
        for (var word = Words - 1; word >= 0; word--)
        {
            index = (index * choices[word].Count) + digit(word);
        }

        return index;
    }
}
