// The writer since 6.10, made generic for STEs and CDs ("add an ops indirection"): a break zeroes the whole word that holds V.

using Verify.Smmu.Driver;

namespace Verify.Smmu.Writers;

/// <summary>6.10 and later: breaks by zeroing the word that holds V.</summary>
public record Writer610 : DiffWriter
{
    /// <inheritdoc/>
    protected override TWord Broken<TWord, TBit>(EntryRules rules, TWord word) => TWord.Constant(0);
}
