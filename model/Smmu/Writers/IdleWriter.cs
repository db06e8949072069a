// A writer that stores nothing.

using Verify.Bits;
using Verify.Smmu.Driver;

namespace Verify.Smmu.Writers;

/// <summary>Stores nothing: a control, under which everything about stores must show itself vacuous or false.</summary>
public sealed record IdleWriter : EntryWriter
{
    /// <inheritdoc/>
    public override Plan<TWord, TBit> Images<TWord, TBit>(EntryRules rules, in Entry<TWord> current, in Entry<TWord> target) => new(in current);
}
