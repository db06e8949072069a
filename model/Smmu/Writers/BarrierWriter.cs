// A writer that trusts store barriers alone.

using Verify.Bits;
using Verify.Smmu.Driver;

namespace Verify.Smmu.Writers;

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
