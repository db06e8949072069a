// The views of an entry that a fetch can return while a plan is carried out, enumerated from the plan alone: no engine, no states.
// Reference section 2.1. A window lasts from one completed CFGI and CMD_SYNC to the next; inside it each fetch quantum can show any value
// it has had since the window began, whatever the other quanta show.

using Verify.Bits;
using Verify.Smmu.Writers;

namespace Verify.Tests.Smmu;

/// <summary>The images an entry has in memory between two completed invalidations.</summary>
/// <param name="Images">The images after each batch, the one before the first batch included.</param>
/// <param name="Closed">False where the plan ends without CFGI and CMD_SYNC.</param>
internal sealed record Window(IReadOnlyList<Entry<Number>> Images, bool Closed)
{
    /// <summary>The windows of a plan, in order.</summary>
    public static List<Window> Of(in Plan<Number, Truth> plan)
    {
        var windows = new List<Window>();
        var images = new List<Entry<Number>> { plan.Start };
        for (var batch = 0; batch < plan.Count; batch++)
        {
            if (!plan.Active(batch).Value)
            {
                continue;
            }

            images.Add(plan.After(batch));
            if (plan.End(batch) == BatchEnd.Sync)
            {
                windows.Add(new Window(images, Closed: true));
                images = [plan.After(batch)];
            }
        }

        if (images.Count > 1)
        {
            windows.Add(new Window(images, Closed: false));
        }

        return windows;
    }

    /// <summary>Every view that fetches of <paramref name="fetchWords"/> words can put together in this window.</summary>
    /// <param name="fetchWords">64-bit words of the SMMU's quantum: 1 or 2.</param>
    /// <param name="storeWords">64-bit words of the writer's stores: a quantum that takes two stores can be fetched between them.</param>
    public IEnumerable<Entry<Number>> Views(int fetchWords, int storeWords)
    {
        IEnumerable<Entry<Number>> views = [Images[0]];
        for (var quantum = 0; quantum < Entry<Number>.Words / fetchWords; quantum++)
        {
            var first = quantum * fetchWords;
            var values = Values(first, fetchWords, storeWords);
            if (values.Count > 1)
            {
                views = from view in views.ToList() from value in values select Put(view, first, value, fetchWords);
            }
        }

        return views;
    }

    private HashSet<(Number, Number)> Values(int first, int fetchWords, int storeWords)
    {
        var last = first + fetchWords - 1;
        var values = new HashSet<(Number, Number)> { (Images[0][first], Images[0][last]) };
        for (var i = 1; i < Images.Count; i++)
        {
            var (before, after) = (Images[i - 1], Images[i]);
            values.Add((after[first], after[last]));
            if (fetchWords > storeWords)
            {
                values.Add((before[first], after[last]));
                values.Add((after[first], before[last]));
            }
        }

        return values;
    }

    private static Entry<Number> Put(Entry<Number> view, int first, (Number Low, Number High) value, int fetchWords) =>
        fetchWords == 1 ? view.With(first, value.Low) : view.With(first, value.Low).With(first + 1, value.High);
}
