// The steps of a graph as one thread found them, five bytes each for the most part.

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Verify.Engine.Liveness;

/// <summary>
/// The edges that one thread found, source by source, in the model's order.
/// <code>
/// | 0 | edge | edge | ... | 0 | edge | ... | 0        edge:  marks * 2 + 1 as base 128, low digits first | target, 4 bytes
/// </code>
/// A thread finishes a state before it takes the next, so the edges of a source follow each other, and where they begin is all that must be known of them.
/// </summary>
/// <param name="budget">Where the memory comes from.</param>
internal sealed unsafe class EdgeLog(NativeBudget budget)
{
    /// <summary>Bits of a position that are the place within a log; the rest is the log's number.</summary>
    public const int PlaceBits = 48;

    private const int LongestEdge = 9;
    private const long Step = 1 << 20;

    private readonly NativeRegion _region = new(budget);
    private uint _source;
    private long _used;

    /// <summary>The first byte.</summary>
    public byte* Memory => _region.Memory;

    /// <summary>Adds an edge; true when it is the first of its source, which then begins at <paramref name="place"/>.</summary>
    /// <exception cref="MemoryLimitException">There is no memory left.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Add(uint source, uint target, uint marks, out long place)
    {
        if (_used + LongestEdge + 2 > _region.Bytes)
        {
            Grow();
        }
        bool isFirst = source != _source;
        if (isFirst)
        {
            // The memory is zero already: this is the end of the edges before, and no edge is at place 0.
            _source = source;
            _used++;
        }
        place = _used;
        byte* at = _region.Memory + _used;
        for (ulong rest = ((ulong)marks << 1) | 1; ; at++)
        {
            *at = (byte)(rest & 0x7f);
            rest >>= 7;
            if (rest == 0)
            {
                break;
            }
            *at |= 0x80;
        }
        Unsafe.WriteUnaligned(at + 1, target);
        _used = at + 1 + sizeof(uint) - _region.Memory;
        return isFirst;
    }

    /// <summary>Gives the memory back.</summary>
    public void Free() => _region.Free();

    private void Grow()
    {
        if (!_region.TryGrow(_region.Bytes + Math.Max(_region.Bytes / 8, Step)) && !_region.TryGrow(_region.Bytes + (1 << 12)))
        {
            throw new MemoryLimitException();
        }
    }
}

/// <summary>Goes through the edges of one state.</summary>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct Edges(byte* at)
{
    private byte* _at = at;

    /// <summary>Where the edge leads.</summary>
    public uint Target { get; private set; }

    /// <summary>The marks of its step.</summary>
    public uint Marks { get; private set; }

    /// <summary>Goes on to the next edge; false at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveNext()
    {
        if (_at == null || *_at == 0)
        {
            return false;
        }
        ulong rest = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte digit = *_at++;
            rest |= (ulong)(digit & 0x7f) << shift;
            if (digit < 0x80)
            {
                break;
            }
        }
        Marks = (uint)(rest >> 1);
        Target = Unsafe.ReadUnaligned<uint>(_at);
        _at += sizeof(uint);
        return true;
    }
}
