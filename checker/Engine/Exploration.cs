// What an exploration or a simulation found, in the model's own types.

using Verify.Transitions;

namespace Verify.Engine;

/// <summary>One step of a run and the state it leads to; the first has <see cref="Transitions.Step.Init"/>.</summary>
/// <param name="Step">The step.</param>
/// <param name="State">The state after it.</param>
public readonly record struct Move<TState>(Step Step, TState State)
    where TState : unmanaged;

/// <summary>What was found out about one property.</summary>
/// <param name="Property">The property.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Detail">Which part failed with which values, which goals were not met, or which limit was reached; empty otherwise.</param>
/// <param name="Vacuous">True when the antecedent was never met although everything was examined.</param>
/// <param name="Path">The counterexample: from an initial state to the violation; null where there is none.</param>
public sealed record Finding<TState>(Property<TState> Property, Verdict Verdict, string Detail, bool Vacuous, IReadOnlyList<Move<TState>>? Path)
    where TState : unmanaged
{
    /// <summary>
    /// For a run without an end the step of <see cref="Path"/> that follows the last one; the number of steps where it stays in its last state. Null for a finite run.
    /// </summary>
    public int? Loop { get; init; }

    /// <summary>
    /// How often it was put to the test: the states, or steps, in which its antecedent was met until it was decided; for goals, how many were met; for a refinement
    /// the steps that are steps of the abstract model. Null where every state is a case, or where it is not known.
    /// </summary>
    public long? Cases { get; init; }
}

/// <summary>What an exploration found; see <see cref="ExplorationReport"/> for the meaning of the parts.</summary>
public sealed record Exploration<TState>
    where TState : unmanaged
{
    /// <summary>Distinct reachable states seen.</summary>
    public required long States { get; init; }

    /// <summary>Steps generated, duplicates included.</summary>
    public required long Transitions { get; init; }

    /// <summary>Longest shortest path from an initial state, in steps.</summary>
    public required int Depth { get; init; }

    /// <summary>Wall-clock seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Native memory at its highest, in bytes.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>Scratch files at their largest, in bytes; 0 where everything fit into the memory.</summary>
    public required long ScratchBytes { get; init; }

    /// <summary>Null when everything reachable was seen, else what ended the run early.</summary>
    public required string? Limit { get; init; }

    /// <summary>Where a limit ended the run: fields that kept growing from level to level, and may have no bound.</summary>
    public IReadOnlyList<GrowingField> Growing { get; init; } = [];

    /// <summary>By level, from the initial states on, how many states were new there; the last level may be incomplete where a limit ended the run.</summary>
    public IReadOnlyList<long> Levels { get; init; } = [];

    /// <summary>The store used.</summary>
    public required StoreKind Store { get; init; }

    /// <summary>The reductions that were in force: with any, the counts are of what was visited, not of what is reachable.</summary>
    public Reduced Reduced { get; init; } = new();

    /// <summary>How much of it a bitstate store can have seen; null for other stores.</summary>
    public BitstateCoverage? Bitstate { get; init; }

    /// <summary>
    /// An upper estimate for the probability that a state was omitted. With fingerprints the birthday bound n(n-1)/2 / 2^64 on the probability that any two of
    /// the n states share one; 0 where that cannot happen: for an exact store, and for states of up to 8 bytes, whose fingerprints are all different. With
    /// a bitstate store the expected number of omitted states, at most 1.
    /// </summary>
    public required double OmissionProbability { get; init; }

    /// <summary>
    /// Per action, in the model's order. With several threads a state that two actions reach in the same level counts as new for either of them.
    /// </summary>
    public required IReadOnlyList<ActionCoverage> Actions { get; init; }

    /// <summary>Per property asked for, in the order given.</summary>
    public required IReadOnlyList<Finding<TState>> Findings { get; init; }
}
