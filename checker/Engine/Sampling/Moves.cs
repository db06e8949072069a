// The successors of a state in arrays that are used again and again: a step of a walk allocates nothing.

using System.Runtime.CompilerServices;
using Verify.Transitions;

namespace Verify.Engine.Sampling;

/// <summary>What a model adds: the enabled steps and the states they lead to, in the model's order.</summary>
internal sealed class Moves<TState>
    where TState : unmanaged
{
    // Pinned, so that states can be hashed where they are.
    private TState[] _states = GC.AllocateUninitializedArray<TState>(16, pinned: true);
    private Step[] _steps = new Step[16];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>A step.</summary>
    public Step Step(int number) => _steps[number];

    /// <summary>The state that a step leads to; valid until the next collection.</summary>
    public ref readonly TState State(int number) => ref _states[number];

    /// <summary>The fingerprint of that state.</summary>
    public unsafe ulong Fingerprint(int number) => Engine.Fingerprint.Of((TState*)Unsafe.AsPointer(ref _states[number]));

    /// <summary>Collects the initial states.</summary>
    public void Initial<TModel>(ref TModel model)
        where TModel : struct, ITransitionSystem<TState>
    {
        Count = 0;
        var sink = new Sink(this);
        model.Initial(ref sink);
        Array.Fill(_steps, Transitions.Step.Init, 0, Count);
    }

    /// <summary>Collects the successors of a state, which must not be one of these here.</summary>
    public void Next<TModel>(ref TModel model, in TState state)
        where TModel : struct, ITransitionSystem<TState>
    {
        Count = 0;
        var sink = new Sink(this);
        model.Next(in state, ref sink);
    }

    private ref TState From(in TState state)
    {
        if (Count == _states.Length)
        {
            Grow();
        }
        ref TState next = ref _states[Count];
        next = state;
        return ref next;
    }

    private void Add(Step step) => _steps[Count++] = step;

    private void Grow()
    {
        TState[] more = GC.AllocateUninitializedArray<TState>(2 * _states.Length, pinned: true);
        _states.CopyTo(more, 0);
        _states = more;
        Array.Resize(ref _steps, more.Length);
    }

    private readonly ref struct Sink(Moves<TState> moves) : ISink<TState>
    {
        public ref TState From(in TState state) => ref moves.From(in state);

        public void Add(Step step) => moves.Add(step);
    }
}
