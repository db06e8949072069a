// Writers that do not think: they store the target over a live entry.

using Verify.Bits;
using Verify.Smmu.Driver;

namespace Verify.Smmu.Writers;

/// <summary>Stores all words of the target in place, then CFGI and CMD_SYNC.</summary>
public sealed record InPlaceWriter : EntryWriter
{
    /// <inheritdoc/>
    public override Plan<TWord, TBit> Images<TWord, TBit>(EntryRules rules, in Entry<TWord> current, in Entry<TWord> target)
    {
        var plan = new Plan<TWord, TBit>(in current);
        plan.Add(in target);
        return plan;
    }
}

/// <summary>Clears V, stores the rest, sets V, with store barriers between and a single CFGI and CMD_SYNC at the end.</summary>
/// <remarks>What a driver does that trusts barriers alone: the SMMU may have fetched words before V was cleared.</remarks>
public sealed record BarrierWriter : EntryWriter
{
    /// <inheritdoc/>
    public override Plan<TWord, TBit> Images<TWord, TBit>(EntryRules rules, in Entry<TWord> current, in Entry<TWord> target)
    {
        var v = rules.V.Word;
        var plan = new Plan<TWord, TBit>(in current);
        var cleared = current.With(v, current[v] & TWord.Constant(~rules.V.Mask));
        var change = Plan<TWord, TBit>.Differ(in current, in target);
        plan.AddIf(change, in cleared, BatchEnd.Barrier);
        var written = target.With(v, cleared[v]);
        plan.AddIf(change, in written, BatchEnd.Barrier);
        plan.AddIf(change, in target);
        return plan;
    }
}

/// <summary>Clears V, stores the other words one at a time, sets V, and syncs after every store: sound, and slow.</summary>
public sealed record WordByWordWriter : EntryWriter
{
    /// <inheritdoc/>
    public override Plan<TWord, TBit> Images<TWord, TBit>(EntryRules rules, in Entry<TWord> current, in Entry<TWord> target)
    {
        var v = rules.V.Word;
        var plan = new Plan<TWord, TBit>(in current);
        var change = Plan<TWord, TBit>.Differ(in current, in target);
        plan.AddIf(change, current.With(v, TWord.Constant(0)));
        for (var word = 0; word < Entry<TWord>.Words; word++)
        {
            if (word != v)
            {
                plan.Add(plan.Final.With(word, target[word]));
            }
        }

        plan.Add(in target);
        return plan;
    }
}

/// <summary>Stores nothing: a control, under which everything about stores must show itself vacuous or false.</summary>
public sealed record IdleWriter : EntryWriter
{
    /// <inheritdoc/>
    public override Plan<TWord, TBit> Images<TWord, TBit>(EntryRules rules, in Entry<TWord> current, in Entry<TWord> target) => new(in current);
}
