// The writer of 6.9-rc as a big-endian kernel runs it: bug B7.

using System.Buffers.Binary;
using Verify.Smmu.Driver;

namespace Verify.Smmu.Writers;

/// <summary>
/// 6.9-rc on a big-endian kernel (bug B7, fixed by 0493e739ccc6): the mask that clears V is in host order while the word is little endian, so
/// another bit is cleared and V stays.
/// </summary>
public sealed record Writer69BigEndian : DiffWriter
{
    /// <inheritdoc/>
    protected override TWord Broken<TWord, TBit>(EntryRules rules, TWord word) =>
        word & TWord.Constant(~BinaryPrimitives.ReverseEndianness(rules.V.Mask));
}
