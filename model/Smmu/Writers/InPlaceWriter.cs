// A writer that does not think: it stores the target over a live entry.

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
