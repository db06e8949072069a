// The writer since 7.0 (2781f2a930ab): bits that are safe to change under a live entry move with the first batch.
// It also has a store barrier before its first store (6fabce53f6b9), so that what the entry points to is visible first; the tables an entry
// points to are no part of the models in this folder.

using Verify.Bits;
using Verify.Smmu.Driver;

namespace Verify.Smmu.Writers;

/// <summary>7.0: like 6.10, with safe bits.</summary>
public sealed record Writer70 : Writer610
{
    /// <inheritdoc/>
    public override bool MovesSafeBits => true;

    /// <inheritdoc/>
    protected internal override Mask<TWord, TBit> Safe<TWord, TBit>(
        EntryRules rules, in Entry<TWord> current, in Entry<TWord> target) =>
        rules.Safe<TWord, TBit>(in current, in target);
}
