// How a model says who acts, and what the acts of different agents have to do with each other.

namespace Verify.Transitions;

/// <summary>A transition system whose steps are taken by agents: CPUs, an SMMU, devices.</summary>
public interface IAgentSystem<TState> : ITransitionSystem<TState>
    where TState : unmanaged
{
    /// <summary>How many agents there are.</summary>
    int Agents { get; }

    /// <summary>Who takes a step, from 0 to <see cref="Agents"/> - 1.</summary>
    int Agent(in TState before, Step step);
}

/// <summary>
/// What may be read and written of the things that several agents can see, a bit for each; what they are is the model's own affair. What only one agent
/// ever sees needs no bit.
/// </summary>
/// <param name="Reads">What is read: on which a step, or whether it is enabled, depends.</param>
/// <param name="Writes">What is written, or read and written.</param>
public readonly record struct Footprint(ulong Reads, ulong Writes)
{
    /// <summary>Nothing that another agent sees.</summary>
    public static Footprint Nothing => default;

    /// <summary>Whatever there is.</summary>
    public static Footprint Everything => new(ulong.MaxValue, ulong.MaxValue);

    /// <summary>Both together.</summary>
    public static Footprint operator |(Footprint one, Footprint other) => new(one.Reads | other.Reads, one.Writes | other.Writes);

    /// <summary>True when one writes what the other reads or writes: only then the order matters.</summary>
    public bool Conflicts(Footprint other) => (Writes & (other.Reads | other.Writes)) != 0 || (other.Writes & Reads) != 0;
}

/// <summary>
/// A system of agents that says which of their steps do not depend on each other. Two agents whose footprints do not conflict must be able to take their steps
/// in either order: neither enables, disables or changes a step of the other, and both orders end in the same state. That it is so is looked into at random.
/// </summary>
public interface IConcurrentSystem<TState> : IAgentSystem<TState>
    where TState : unmanaged
{
    /// <summary>
    /// What the next step of an agent may read and write, whichever it is: the steps it can take now, and those that it could take if others let it.
    /// <see cref="Footprint.Nothing"/> for steps that are its own affair; <see cref="Footprint.Everything"/> is never wrong.
    /// </summary>
    Footprint Next(in TState state, int agent);
}

/// <summary>A system of agents that says enough of them for partial-order reduction: some steps are taken in one order only.</summary>
public interface IPartialOrderSystem<TState> : IConcurrentSystem<TState>
    where TState : unmanaged
{
    /// <summary>
    /// What an agent may read and write from here on, in its next step and in all that may follow, whatever the others do; at least
    /// <see cref="IConcurrentSystem{TState}.Next"/>. <see cref="Footprint.Everything"/> is never wrong.
    /// </summary>
    Footprint Later(in TState state, int agent);

    /// <summary>
    /// A number that grows with the steps of an agent, for instance the sum of all program counters. Only a step with which it grows may be taken for all: so no
    /// agent is put off for ever. A poor choice costs reduction, never a verdict.
    /// </summary>
    ulong Progress(in TState state);
}
