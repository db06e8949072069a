// How a model says that another form of it takes some of its steps at once.

namespace Verify.Transitions;

/// <summary>
/// A transition system that spells out what an abstraction of it, over the same states, does at once: there a step is followed by all implied steps that can be taken. So
/// each state of the abstraction is one of this system in which no implied step is left that changes anything, and each of its steps is one of this system. Implied
/// steps come to an end, in the same state in whatever order they are taken.
/// </summary>
public interface IUnfoldedSystem<TState> : ITransitionSystem<TState>
    where TState : unmanaged
{
    /// <summary>Whether the abstraction has no such step, because it takes it at once.</summary>
    bool IsImplied(Step step);
}
