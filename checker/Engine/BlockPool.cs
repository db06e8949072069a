// Blocks of memory that the frontier is made of, kept for reuse when a level has been expanded.

namespace Verify.Engine;

/// <summary>A piece of native memory.</summary>
internal readonly unsafe struct Block(byte* memory, long bytes)
{
    /// <summary>Its first byte.</summary>
    public byte* Memory => memory;

    /// <summary>Its size.</summary>
    public long Bytes => bytes;
}

/// <summary>Gives blocks to all threads. Sizes grow with what was asked for before, so that a small model stays small.</summary>
/// <param name="budget">Where they come from.</param>
/// <param name="share">What blocks may take of it, if there is another way.</param>
internal sealed unsafe class BlockPool(NativeBudget budget, long share)
{
    private const long Largest = 2 << 20;

    // A share has room for a few blocks of each thread.
    private readonly long _smallest = Math.Clamp(share / 16, 4 << 10, 64 << 10);
    private readonly long _largest = Math.Clamp(share / 16, 4 << 10, Largest);
    private readonly Lock _lock = new();
    private readonly Stack<Block> _free = [];
    private long _total;

    /// <summary>True when another block would pass the share.</summary>
    public bool IsUsedUp
    {
        get
        {
            lock (_lock)
            {
                return _free.Count == 0 && _total + Next > share;
            }
        }
    }

    private long Next => Math.Clamp(_total / 4, _smallest, _largest);

    /// <summary>A block with room for at least one item.</summary>
    /// <param name="item">Bytes of an item.</param>
    /// <exception cref="MemoryLimitException">The budget refuses.</exception>
    public Block Take(int item)
    {
        lock (_lock)
        {
            if (_free.TryPop(out Block free))
            {
                return free;
            }
            long bytes = Math.Max(Next, item);
            byte* memory = budget.TryAllocate(bytes, zeroed: false);
            if (memory == null)
            {
                bytes = Math.Max(_smallest, item);
                memory = budget.Allocate(bytes, zeroed: false);
            }
            _total += bytes;
            return new Block(memory, bytes);
        }
    }

    /// <summary>Takes a block back for reuse.</summary>
    public void Return(Block block)
    {
        lock (_lock)
        {
            _free.Push(block);
        }
    }

    /// <summary>Gives all that was returned back to the budget.</summary>
    public void Free()
    {
        while (_free.TryPop(out Block block))
        {
            budget.Free(block.Memory, block.Bytes);
        }
    }
}
