// Fills a cell of the table: asks for a pair of entries that is updated in a way not seen yet, until there is none.
//
// The optimum is known by strategies: ways to order the stores, each derived from the order that was found for one pair. Whether a strategy works for
// another pair is part of the formula, so that a pair for which none does is found and gives the next one. In the end a solver shows that nothing is better:
// that no pair which needs three syncs can do with two, and that none has an order for which no strategy was found.

using Verify.Bits;
using Verify.Smmu.Writers;
using Verify.Symbolic;
using Verify.Symbolic.Proofs;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>Looks at the updates from one form of entries to another.</summary>
internal sealed class HitlessSearch(EntryCase about, EntryForm from, EntryForm to, Prover prover, ICollection<ObligationReport> log)
{
    private const int Most = 3;
    private const int Rounds = 40;

    private readonly List<HitlessStrategy> strategies = [HitlessStrategy.Direct];
    private readonly Dictionary<(Entry<Number>, Entry<Number>), HitlessCase> cases = [];
    // What was built for the update in question, by number of syncs.
    private TermBit?[] atMost = new TermBit?[Most + 1];
    private string? open;

    /// <summary>Fills the cell; null if the two forms have no two entries that differ.</summary>
    public HitlessCell? Run()
    {
        for (var round = 0; round < Rounds && open is null; round++)
        {
            if (!Unseen() && !Better())
            {
                break;
            }

            open ??= round == Rounds - 1 ? "no end was found" : null;
        }

        var distinct = cases.Values.DistinctBy(found => (found.Syncs, found.Breaks, found.Optimum));
        return cases.Count == 0 && open is null ? null : new(from.Name, to.Name,
            [.. distinct.OrderBy(found => (found.Breaks, found.Syncs, found.Optimum))], open);
    }

    // Looks for a pair that is updated in a way not seen yet.
    private bool Unseen()
    {
        if (Ask("unseen", "a pair that is updated in none of these ways (syncs, break, optimum): " + string.Join(", ", Seen),
            update => !IsSeen(update)) is not { } pair)
        {
            return false;
        }

        Learn(pair);
        return true;
    }

    // Looks for a pair that is better updated than all strategies know.
    private bool Better()
    {
        if (Seen.Any(way => way.Optimum == Most) && Shorter(someViews: true) is not null && Shorter(someViews: false) is { } shorter)
        {
            return Improve(shorter);
        }

        return Seen.Any(way => way.Optimum is null) && Ask("some-order", "a pair that no known order updates without a break, and yet it may be possible",
            update => !AtMost(update, Most) & HitlessClauses.Crosses(about, update)) is { } possible && Improve(possible);
    }

    // Some of the torn views are enough to show that nothing is shorter, and make a smaller formula than all.
    private (Entry<Number>, Entry<Number>)? Shorter(bool someViews) => Ask(someViews ? "shorter-some-views" : "shorter",
        "a pair that no known order updates in two syncs, and yet some order does",
        update => !AtMost(update, Most - 1) & AtMost(update, Most) & InTwo(update, someViews));

    private bool Improve((Entry<Number>, Entry<Number>) pair)
    {
        open = Learn(pair) ? null : "an order may exist that is better than all that were found";
        return open is null;
    }

    // Adds the pair, and where none of the strategies is best for it, one that is. False where nothing is new.
    private bool Learn((Entry<Number> From, Entry<Number> To) pair)
    {
        var order = HitlessClauses.Batches(about, pair.From, pair.To);
        var found = Case(pair, order);
        if (order is { Flipped: >= 0 } && Known(pair) is var known && (known is null || known > found.Optimum))
        {
            strategies.Add(HitlessStrategy.From(about, pair.From, pair.To, order));
            if (Known(pair) != found.Optimum)
            {
                open = "an order of one pair says nothing of its like";
            }

            cases[pair] = found;
            return true;
        }

        return cases.TryAdd(pair, found with { Optimum = Known(pair) });
    }

    private HitlessCase Case((Entry<Number> From, Entry<Number> To) pair, HitlessBatches? order)
    {
        var plan = about.Writer.Images<Number, Truth>(about.Rules, pair.From, pair.To);
        var (syncs, breaks) = (0, false);
        for (var batch = 0; batch < plan.Count; batch++)
        {
            syncs += plan.Active(batch).Value && Waits(plan.End(batch)) ? 1 : 0;
            breaks |= about.Hardware.V.Of(plan.After(batch)) == 0;
        }

        breaks &= about.Hardware.V.Of(pair.From) == 1 && about.Hardware.V.Of(pair.To) == 1;
        return new(syncs, breaks, order?.Images.Count)
        {
            Pair = pair,
            Order = order is null ? null : HitlessText.Say(about.Hardware.Layout, pair.From, order.Images),
        };
    }

    private IEnumerable<(int Syncs, bool Breaks, int? Optimum)> Seen =>
        cases.Values.Select(found => (found.Syncs, found.Breaks, found.Optimum)).Distinct();

    private static bool Waits(BatchEnd end) => end is BatchEnd.Sync or BatchEnd.SyncWithoutCfgi;

    private TermBit IsSeen(AnyUpdate update)
    {
        var seen = TermBit.Constant(false);
        foreach (var (syncs, breaks, optimum) in Seen)
        {
            var way = DriverSyncs(update, syncs) & (breaks ? update.Breaks : !update.Breaks);
            seen |= way & (optimum is { } least ? AtMost(update, least) & !AtMost(update, least - 1) : !AtMost(update, Most));
        }

        return seen;
    }

    // The driver's algorithm waits for exactly so many CMD_SYNCs.
    private static TermBit DriverSyncs(AnyUpdate update, int syncs) => Exactly(syncs,
        [.. Enumerable.Range(0, update.Plan.Count).Where(batch => Waits(update.Plan.End(batch))).Select(batch => update.Plan.Active(batch))]);

    // Some strategy makes the update without a break, in so many syncs or fewer.
    private TermBit AtMost(AnyUpdate update, int syncs)
    {
        ref var known = ref atMost[syncs];
        return known ??= InAtMost(update, syncs);
    }

    private TermBit InAtMost(AnyUpdate update, int syncs)
    {
        var possible = TermBit.Constant(false);
        foreach (var strategy in syncs > 0 ? strategies : [])
        {
            var (before, works, changes) = (update.From, TermBit.Constant(true), new List<TermBit>());
            foreach (var image in strategy.Images(update.From, update.To))
            {
                works &= update.IsHitless(in before, in image);
                changes.Add(!AnyEntry.Same(in before, in image));
                before = image;
            }

            var few = TermBit.Constant(false);
            for (var count = 0; count <= syncs; count++)
            {
                few |= Exactly(count, changes);
            }

            possible |= works & few;
        }

        return possible;
    }

    // Two batches with any image between them.
    private TermBit InTwo(AnyUpdate update, bool someViews)
    {
        var middle = AnyEntry.Of("middle", about.Bits);
        if (!someViews)
        {
            return update.IsHitless(update.From, in middle) & update.IsHitless(in middle, update.To);
        }

        var hitless = update.IsHitless(in middle, in middle);
        for (var start = 0; start < Entry<TermWord>.Words; start += about.Quantum)
        {
            var (first, last) = (update.From, update.To);
            for (var i = start; i < start + about.Quantum; i++)
            {
                (first[i], last[i]) = (middle[i], middle[i]);
            }

            hitless &= update.IsHitless(in first, in first) & update.IsHitless(in last, in last);
        }

        return hitless;
    }

    private static TermBit Exactly(int count, IReadOnlyList<TermBit> bits)
    {
        if (count > bits.Count)
        {
            return TermBit.Constant(false);
        }

        // Bit n: exactly n so far.
        var counts = Enumerable.Range(0, count + 1).Select(n => TermBit.Constant(n == 0)).ToArray();
        foreach (var bit in bits)
        {
            for (var n = count; n >= 0; n--)
            {
                counts[n] = (counts[n] & !bit) | (n > 0 ? counts[n - 1] & bit : TermBit.Constant(false));
            }
        }

        return counts[count];
    }

    private int? Known((Entry<Number> From, Entry<Number> To) pair)
    {
        using var pool = TermPool.Open();
        var update = new AnyUpdate(about, Constant(pair.From), Constant(pair.To));
        atMost = new TermBit?[Most + 1];
        for (var syncs = 1; syncs <= Most; syncs++)
        {
            if (AtMost(update, syncs).Known is true)
            {
                return syncs;
            }
        }

        return null;
    }

    private static Entry<TermWord> Constant(Entry<Number> entry)
    {
        var constant = default(Entry<TermWord>);
        for (var i = 0; i < Entry<TermWord>.Words; i++)
        {
            constant[i] = TermWord.Constant(entry[i].Value);
        }

        return constant;
    }

    private (Entry<Number>, Entry<Number>)? Ask(string what, string comment, Func<AnyUpdate, TermBit> question)
    {
        var name = $"{about.System}.{about.Variant}.{about.Platform.Name}.table.{from.Name}.{to.Name}.{what}.{log.Count}".Replace(' ', '-');
        var (answer, _) = prover.Decide(name, [$"From {from.Name} to {to.Name}: {comment}"], () =>
        {
            atMost = new TermBit?[Most + 1];
            var (start, end) = (from.Any("from"), to.Any("to"));
            var update = new AnyUpdate(about, start, end);
            return update.LegalEnds & from.Assumed(in start) & to.Assumed(in end) & !AnyEntry.Same(in start, in end) & question(update);
        }, log);
        if (answer is SolverAnswer.Sat sat)
        {
            return (from.Of(sat.Model, "from"), to.Of(sat.Model, "to"));
        }

        open ??= answer is SolverAnswer.Unsat ? null : $"{what}: {answer}";
        return null;
    }
}
