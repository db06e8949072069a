// An algorithm that brings an entry from one image to another while the SMMU may fetch it.

using Verify.Bits;
using Verify.Smmu.Driver;

namespace Verify.Smmu.Writers;

/// <summary>An algorithm that updates an entry in place.</summary>
public abstract record EntryWriter
{
    /// <summary>64-bit words that one store of the writer covers: 1, or 2 where it uses 128-bit stores.</summary>
    public virtual int StoreWords => 1;

    /// <summary>Whether the writer moves used bits early that the rules call safe.</summary>
    public virtual bool MovesSafeBits => false;

    /// <summary>What the writer does to an entry that holds <paramref name="current"/> so that it holds <paramref name="target"/>.</summary>
    public abstract Plan<TWord, TBit> Images<TWord, TBit>(EntryRules rules, in Entry<TWord> current, in Entry<TWord> target)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>;
}
