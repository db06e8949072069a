// Successors that wait to be looked up, so that the memory they need is on its way before it is used.

namespace Verify.Engine;

/// <summary>What is known of a waiting state.</summary>
internal struct Waiting
{
    /// <summary>Its key in the store, found when the batch is looked up.</summary>
    public ulong Key;

    /// <summary>Where it comes from, in the words of the store.</summary>
    public ulong Origin;

    /// <summary>The action that led to it.</summary>
    public int Kind;
}

/// <summary>
/// A buffer of states. Normally it is emptied every <see cref="Size"/> states; while the table must be grown it takes what the current
/// state still adds, however much that is.
/// </summary>
internal unsafe struct Batch<TState>
    where TState : unmanaged
{
    /// <summary>States before the batch is looked up: enough to hide the latency of memory, few enough to stay in the caches near it.</summary>
    public const int Size = 128;

    private readonly NativeBudget _budget;
    private int _capacity = Size;

    /// <summary>The states; the one at <see cref="Count"/> is being made.</summary>
    public TState* States;

    /// <summary>What is known of them.</summary>
    public Waiting* Known;

    /// <summary>Numbers of those that are looked up.</summary>
    public int* Fresh;

    /// <summary>States that wait.</summary>
    public int Count;

    /// <summary>An empty batch.</summary>
    /// <param name="budget">Where the memory comes from.</param>
    /// <exception cref="MemoryLimitException">The budget refuses.</exception>
    public Batch(NativeBudget budget)
    {
        _budget = budget;
        try
        {
            States = (TState*)budget.Allocate(Size * sizeof(TState), zeroed: true);
            Known = (Waiting*)budget.Allocate(Size * sizeof(Waiting), zeroed: false);
            Fresh = (int*)budget.Allocate(Size * sizeof(int), zeroed: false);
        }
        catch (MemoryLimitException)
        {
            Free();
            throw;
        }
    }

    /// <summary>True when there is no room for another.</summary>
    public readonly bool IsFull => Count == _capacity;

    /// <summary>Makes room for as many again.</summary>
    /// <exception cref="MemoryLimitException">The budget refuses.</exception>
    public void Extend()
    {
        int capacity = checked(2 * _capacity);
        var states = (TState*)_budget.Allocate((long)capacity * sizeof(TState), zeroed: false);
        var known = (Waiting*)_budget.TryAllocate((long)capacity * sizeof(Waiting), zeroed: false);
        if (known == null)
        {
            _budget.Free(states, (long)capacity * sizeof(TState));
            throw new MemoryLimitException();
        }
        new Span<TState>(States, Count).CopyTo(new Span<TState>(states, capacity));
        new Span<Waiting>(Known, Count).CopyTo(new Span<Waiting>(known, capacity));
        _budget.Free(States, (long)_capacity * sizeof(TState));
        _budget.Free(Known, (long)_capacity * sizeof(Waiting));
        States = states;
        Known = known;
        _capacity = capacity;
    }

    /// <summary>Forgets the first <paramref name="count"/> states.</summary>
    public void Drop(int count)
    {
        Count -= count;
        new Span<TState>(States + count, Count).CopyTo(new Span<TState>(States, Count));
        new Span<Waiting>(Known + count, Count).CopyTo(new Span<Waiting>(Known, Count));
    }

    /// <summary>Gives the memory back.</summary>
    public void Free()
    {
        _budget?.Free(States, (long)_capacity * sizeof(TState));
        _budget?.Free(Known, (long)_capacity * sizeof(Waiting));
        _budget?.Free(Fresh, Size * sizeof(int));
        States = null;
        Known = null;
        Fresh = null;
    }
}
