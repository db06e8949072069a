// All steps of one state, while it is being decided which of them to take.

using Verify.Transitions;

namespace Verify.Engine.Reduction;

/// <summary>A step, who takes it and where it leads.</summary>
internal struct Branch<TState>
    where TState : unmanaged
{
    /// <summary>The state after it.</summary>
    public TState After;

    /// <summary>The step.</summary>
    public Step Step;

    /// <summary>Who takes it; filled in by <see cref="AmpleSets{TState}"/>.</summary>
    public int Agent;
}

/// <summary>The steps of a state; used again for each state, and as large as the widest needs.</summary>
internal sealed unsafe class Fan<TState>(NativeBudget budget)
    where TState : unmanaged
{
    private const int Least = 16;

    private Branch<TState>* _branches;
    private int _capacity;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>One of them, in the model's order.</summary>
    public ref Branch<TState> this[int number] => ref _branches[number];

    /// <summary>Forgets them.</summary>
    public void Clear() => Count = 0;

    /// <summary>A copy of <paramref name="state"/> to change.</summary>
    /// <exception cref="MemoryLimitException">There are too many for the memory.</exception>
    public ref TState Copy(in TState state)
    {
        if (Count == _capacity)
        {
            Extend();
        }
        _branches[Count].After = state;
        return ref _branches[Count].After;
    }

    /// <summary>Takes the state that was made last.</summary>
    public void Take(Step step) => _branches[Count++].Step = step;

    /// <summary>Gives back its memory.</summary>
    public void Free()
    {
        budget.Free(_branches, (long)_capacity * sizeof(Branch<TState>));
        _branches = null;
        _capacity = 0;
    }

    private void Extend()
    {
        int capacity = Math.Max(Least, checked(2 * _capacity));
        var larger = (Branch<TState>*)budget.Allocate((long)capacity * sizeof(Branch<TState>), zeroed: false);
        new Span<Branch<TState>>(_branches, Count).CopyTo(new Span<Branch<TState>>(larger, capacity));
        Free();
        _branches = larger;
        _capacity = capacity;
    }
}

/// <summary>Collects what a model adds.</summary>
internal readonly ref struct FanSink<TState>(Fan<TState> fan) : ISink<TState>
    where TState : unmanaged
{
    /// <inheritdoc/>
    public ref TState From(in TState state) => ref fan.Copy(in state);

    /// <inheritdoc/>
    public void Add(Step step) => fan.Take(step);
}
