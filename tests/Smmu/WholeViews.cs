// The whole copies of an entry that an SMMU can come to hold, found in three independent ways: by the engine on the update model, by a small
// search without the model's reductions, and (in TornViews.cs) by enumeration.

using Verify.Bits;
using Verify.Engine;
using Verify.Smmu.Update;
using Verify.Smmu.Writers;

namespace Verify.Tests.Smmu;

/// <summary>Sets of whole copies, the entry at rest before and after the update included.</summary>
internal static class WholeViews
{
    /// <summary>As the engine reaches them on the model, for the only update of <paramref name="scope"/>.</summary>
    public static HashSet<Entry<Number>> Explored(UpdateScope scope)
    {
        var model = new UpdateModel(scope);
        var seen = new HashSet<Entry<Number>>();
        var collect = new Invariant<UpdateState>(
            new Claim("Collect", PropertyKind.Invariant, "", ""),
            (in UpdateState s) => model.IsWhole(in s),
            (in UpdateState s) => seen.Add(s.Cached) || true,
            (in UpdateState _) => "");
        new Explorer<UpdateModel, UpdateState>(model, [collect]).Run(new ExploreOptions());
        return seen;
    }

    /// <summary>As the windows of the plan give them.</summary>
    public static HashSet<Entry<Number>> Enumerated(UpdateScope scope)
    {
        var plan = scope.Updates[0].Plan;
        var views = Window.Of(in plan).SelectMany(window => window.Views(scope.FetchWords, scope.Writer.StoreWords));
        return [plan.Start, plan.Final, .. views];
    }

    /// <summary>
    /// As a search reaches them that reduces nothing: every quantum is fetched, whether or not it changes, and the SMMU drops any quantum of
    /// its copy at any time.
    /// </summary>
    public static HashSet<Entry<Number>> Unreduced(UpdateScope scope)
    {
        var start = new Copy(scope.Updates[0].From, default, 0, 0);
        var (seen, queue) = (new HashSet<Copy> { start }, new Queue<Copy>([start]));
        while (queue.TryDequeue(out var copy))
        {
            foreach (var next in Next(scope, copy).Where(seen.Add))
            {
                queue.Enqueue(next);
            }
        }

        var all = (1 << (Entry<Number>.Words / scope.FetchWords)) - 1;
        return [.. seen.Where(copy => copy.Present == all).Select(copy => copy.Cached)];
    }

    private static IEnumerable<Copy> Next(UpdateScope scope, Copy s)
    {
        for (var quantum = 0; quantum < Entry<Number>.Words / scope.FetchWords; quantum++)
        {
            var present = (s.Present >> quantum & 1) != 0;
            var cached = s.Cached;
            for (var word = quantum * scope.FetchWords; word < (quantum + 1) * scope.FetchWords; word++)
            {
                cached[word] = present ? default : s.Memory[word];
            }

            // Fetched if it is not there, dropped if it is.
            yield return s with { Cached = cached, Present = s.Present ^ (1 << quantum) };
        }

        var plan = scope.Updates[0].Plan;
        while (s.Batch < plan.Count && !plan.Active(s.Batch).Value)
        {
            s = s with { Batch = s.Batch + 1 };
        }

        if (s.Batch == plan.Count)
        {
            yield break;
        }

        var image = plan.After(s.Batch);
        var stores = Stores(s.Memory, image, scope.Writer.StoreWords).ToList();
        foreach (var memory in stores)
        {
            yield return s with { Memory = memory };
        }

        if (stores.Count == 0)
        {
            var done = s with { Batch = s.Batch + 1 };
            yield return plan.End(s.Batch) == BatchEnd.Sync ? done with { Cached = default, Present = 0 } : done;
        }
    }

    private static IEnumerable<Entry<Number>> Stores(Entry<Number> memory, Entry<Number> image, int storeWords)
    {
        for (var word = 0; word < Entry<Number>.Words; word += storeWords)
        {
            var stored = memory.With(word, image[word]).With(word + storeWords - 1, image[word + storeWords - 1]);
            if (!stored.Equals(memory))
            {
                yield return stored;
            }
        }
    }

    private readonly record struct Copy(Entry<Number> Memory, Entry<Number> Cached, int Present, int Batch);
}
