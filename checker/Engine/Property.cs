// What can be claimed about a transition system, and how a claim fails.

using Verify.Transitions;

namespace Verify.Engine;

/// <summary>What was found out about a claim.</summary>
public enum Verdict
{
    /// <summary>True within what was examined, and all that was asked for was examined.</summary>
    Holds,

    /// <summary>False; there is a counterexample (for a reachability claim: a goal that no state meets).</summary>
    Violated,

    /// <summary>A limit was reached before the question was settled.</summary>
    Inconclusive,
}

/// <summary>The form of a claim.</summary>
public enum PropertyKind
{
    /// <summary>True in every reachable state.</summary>
    Invariant,

    /// <summary>True of every step between reachable states.</summary>
    Action,

    /// <summary>Each of its goals is met by some reachable state.</summary>
    Reachable,

    /// <summary>What makes it due is followed by what answers it, in every fair run.</summary>
    LeadsTo,

    /// <summary>It comes true at some time, in every fair run.</summary>
    Eventually,

    /// <summary>No fair run goes on for ever without progress.</summary>
    NoLivelock,

    /// <summary>Every step is a step of an abstract model, or none, under a mapping.</summary>
    Refinement,

    /// <summary>True for all values of some variables, proved by a solver.</summary>
    Theorem,
}

/// <summary>A claim in words, with its origin.</summary>
/// <param name="Name">Its id, for instance NoTornView.</param>
/// <param name="Kind">Its form.</param>
/// <param name="Sentence">What it says, in one sentence.</param>
/// <param name="Source">Where it comes from: seed mail and place, kernel commit, section of an architecture document.</param>
/// <param name="Refs">Reference ids, for instance I1, and the seed file.</param>
public sealed record Claim(string Name, PropertyKind Kind, string Sentence, string Source, params string[] Refs)
{
    /// <summary>What it assumes of those who act, in a few words: "fairness of CPU0, CPU1"; empty for nothing.</summary>
    public string Assuming { get; init; } = "";
}

/// <summary>A question about one state.</summary>
public delegate bool StatePredicate<TState>(in TState state)
    where TState : unmanaged;

/// <summary>A question about one step.</summary>
public delegate bool StepPredicate<TState>(in TState before, Step step, in TState after)
    where TState : unmanaged;

/// <summary>Says which part of a claim failed in a state, with the values.</summary>
public delegate string StateExplanation<TState>(in TState state)
    where TState : unmanaged;

/// <summary>Says which part of a claim failed in a step, with the values.</summary>
public delegate string StepExplanation<TState>(in TState before, Step step, in TState after)
    where TState : unmanaged;

/// <summary>The goals that a state meets: bit i for goal i.</summary>
public delegate ulong GoalsMet<TState>(in TState state)
    where TState : unmanaged;

/// <summary>The goals that are met by a step being taken: bit i for goal i.</summary>
public delegate ulong GoalsTaken<TState>(in TState before, Step step, in TState after)
    where TState : unmanaged;

/// <summary>A claim an engine can decide.</summary>
public abstract record Property<TState>(Claim Claim)
    where TState : unmanaged
{
    /// <summary>
    /// Names of the actions that can change what it says of a state; for a claim on steps, those it is about as well, and those that change what it says of
    /// others. All other actions are invisible to it, and may be taken in one order only. Null where nothing is known of that.
    /// </summary>
    public IReadOnlyCollection<string>? Watches { get; init; }

    /// <summary>
    /// Whether a step that changes nothing shows the violation: an access that gets what it must not. A run of an unfolded system ends with such a step where there is one.
    /// Null where none does.
    /// </summary>
    public StepPredicate<TState>? ShownBy { get; init; }
}

/// <summary>Must hold in every reachable state in which <paramref name="When"/> holds.</summary>
/// <param name="Claim">The claim in words.</param>
/// <param name="When">The antecedent; null for always. One that no reachable state meets makes the claim vacuous, which is reported.</param>
/// <param name="Holds">The claim itself; asked only where <paramref name="When"/> holds.</param>
/// <param name="Explain">Which part failed, with values.</param>
public sealed record Invariant<TState>(
    Claim Claim, StatePredicate<TState>? When, StatePredicate<TState> Holds, StateExplanation<TState> Explain) : Property<TState>(Claim)
    where TState : unmanaged;

/// <summary>Must hold of every step in which <paramref name="When"/> holds.</summary>
public sealed record ActionProperty<TState>(
    Claim Claim, StepPredicate<TState>? When, StepPredicate<TState> Holds, StepExplanation<TState> Explain) : Property<TState>(Claim)
    where TState : unmanaged;

/// <summary>Each of up to 64 named goals must be met by some reachable state.</summary>
/// <param name="Claim">The claim in words.</param>
/// <param name="Goals">What must be reached, by name.</param>
/// <param name="Met">The goals a state meets.</param>
public sealed record Reachable<TState>(Claim Claim, IReadOnlyList<string> Goals, GoalsMet<TState> Met) : Property<TState>(Claim)
    where TState : unmanaged
{
    /// <summary>
    /// The goals that a step meets: where something must have happened, and not only have been possible. Null where all goals are about states.
    /// </summary>
    public GoalsTaken<TState>? Taken { get; init; }
}

/// <summary>Every reachable state has a successor, or is final by the model's own word.</summary>
public sealed record NoDeadlock<TState>(Claim Claim) : Property<TState>(Claim)
    where TState : unmanaged;
