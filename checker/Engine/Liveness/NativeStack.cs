// Stacks of numbers in native memory.

using System.Runtime.CompilerServices;

namespace Verify.Engine.Liveness;

/// <summary>A stack that grows.</summary>
/// <param name="budget">Where the memory comes from.</param>
internal sealed unsafe class NativeStack<T>(NativeBudget budget) : IDisposable
    where T : unmanaged
{
    private const long Least = 1 << 16;

    private readonly NativeRegion _region = new(budget);
    private long _capacity;

    /// <summary>What is on it.</summary>
    public long Count { get; private set; }

    /// <summary>An element, counted from the bottom.</summary>
    public ref T this[long index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref ((T*)_region.Memory)[index];
    }

    /// <summary>Puts one on top.</summary>
    /// <exception cref="MemoryLimitException">There is no memory left.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Push(T element)
    {
        if (Count == _capacity)
        {
            Grow();
        }
        ((T*)_region.Memory)[Count++] = element;
    }

    /// <summary>Takes the one on top.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Pop() => ((T*)_region.Memory)[--Count];

    /// <summary>Leaves only so many.</summary>
    public void Cut(long count) => Count = count;

    /// <inheritdoc/>
    public void Dispose() => _region.Free();

    private void Grow()
    {
        if (!_region.TryGrow(Math.Max(Least, _region.Bytes + (_region.Bytes / 2))))
        {
            throw new MemoryLimitException();
        }
        _capacity = _region.Bytes / sizeof(T);
    }
}
