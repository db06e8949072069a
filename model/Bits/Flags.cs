// One truth value per word of an entry.

using System.Runtime.CompilerServices;

namespace Verify.Bits;

/// <summary>A truth value for each of the eight words of an entry.</summary>
[InlineArray(Entry<Number>.Words)]
public struct Flags<TBit>
    where TBit : struct
{
    private TBit first;
}
