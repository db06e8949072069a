// How a model describes itself to an engine: initial states, successors, and how states and steps read.
// Models know nothing else of the checker, and the checker nothing else of models.

using System.Diagnostics.CodeAnalysis;

namespace Verify.Transitions;

/// <summary>
/// A pure transition system over plain unmanaged states. Implementations are structs, so that the engines are compiled
/// for each model and no call in the hot loop is virtual. The same value may be used by several threads at once.
/// </summary>
/// <typeparam name="TState">The state: an unmanaged struct without padding that is left unset; two states are the same
/// when their bytes are the same.</typeparam>
public interface ITransitionSystem<TState>
    where TState : unmanaged
{
    /// <summary>Names of the actions in a stable order; <see cref="Step.Kind"/> is an index into it. Used for coverage.</summary>
    IReadOnlyList<string> Actions { get; }

    /// <summary>Adds every initial state.</summary>
    void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<TState>, allows ref struct;

    /// <summary>Adds every successor of <paramref name="state"/>, in a stable order.</summary>
    void Next<TSink>(in TState state, ref TSink sink)
        where TSink : struct, ISink<TState>, allows ref struct;

    /// <summary>Names every part of the state. Two states that differ must read differently: traces are replayed by this text.</summary>
    void Describe(in TState state, IStateText text);

    /// <summary>How a domain expert would say a step that was taken from <paramref name="before"/>.</summary>
    ActionText Say(in TState before, Step step);

    /// <summary>
    /// A preference among counterexamples of the same length: the one whose violating state (for a step: the state before it) has the smallest rank is
    /// shown. 0 where a model has none.
    /// </summary>
    ulong Rank(in TState state);

    /// <summary>
    /// True when having no successor in <paramref name="state"/> is the end of the story rather than a deadlock.
    /// </summary>
    bool IsFinal(in TState state);
}

/// <summary>Where a model puts the states it makes. One action is written as: guard, <see cref="From"/>, effect, <see cref="Add"/>.</summary>
public interface ISink<TState>
    where TState : unmanaged
{
    /// <summary>A copy of <paramref name="state"/> to change; valid until the next call of <see cref="From"/> or <see cref="Add"/>.</summary>
    [UnscopedRef]
    ref TState From(in TState state);

    /// <summary>Takes the state last handed out by <see cref="From"/>, reached by <paramref name="step"/>.</summary>
    void Add(Step step);
}

/// <summary>One step of a model: which action, with up to three small arguments. Initial states use <see cref="Step.Init"/>.</summary>
/// <param name="Kind">Index into <see cref="ITransitionSystem{TState}.Actions"/>.</param>
/// <param name="A">First argument, as the action defines it.</param>
/// <param name="B">Second argument.</param>
/// <param name="C">Third argument.</param>
public readonly record struct Step(ushort Kind, short A = 0, short B = 0, short C = 0)
{
    /// <summary>The pseudo step that leads to an initial state.</summary>
    public static Step Init => new(ushort.MaxValue);

    /// <summary>True for <see cref="Init"/>.</summary>
    public bool IsInit => Kind == ushort.MaxValue;
}

/// <summary>A step in the words of the field.</summary>
/// <param name="Lane">Who acts: "CPU0", "SMMU", "IOASID core". A lane of a sequence diagram.</param>
/// <param name="Name">What is done: "store STE", "CMD_SYNC". Stable, without arguments.</param>
/// <param name="Arguments">Argument names and values, in order.</param>
public sealed record ActionText(string Lane, string Name, params (string Name, string Value)[] Arguments)
{
    /// <summary>The lane that something comes from: "memory" for a fetch. Null where it is nobody else's affair, or where it goes <see cref="To"/> somebody.</summary>
    public string? From { get; init; }

    /// <summary>The lane that something goes to: "memory" for a store, "SMMU" for a command. Null where it is nobody else's affair.</summary>
    public string? To { get; init; }
}

/// <summary>Receives the named parts of a state, in order.</summary>
public interface IStateText
{
    /// <summary>A part with a short textual value, for instance an enumeration, a counter or a flag.</summary>
    void Field(string name, string value);

    /// <summary>A part that is a 64-bit word; written as hexadecimal, and decoded into the table's fields where the system knows them.</summary>
    void Word(string name, ulong value);
}
