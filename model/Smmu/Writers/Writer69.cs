// The writer as merged for 6.9 (2ffd21fc34b9 tree state): a break clears V and leaves the rest of its word.

using Verify.Smmu.Driver;

namespace Verify.Smmu.Writers;

/// <summary>6.9: breaks by clearing V.</summary>
public sealed record Writer69 : DiffWriter
{
    /// <inheritdoc/>
    protected override TWord Broken<TWord, TBit>(EntryRules rules, TWord word) => word & TWord.Constant(~rules.V.Mask);
}
