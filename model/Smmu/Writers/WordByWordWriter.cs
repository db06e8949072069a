// A writer that is sound and slow.

using Verify.Bits;
using Verify.Smmu.Driver;

namespace Verify.Smmu.Writers;

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
