// A model in one variant at one scope, together with the claims about it: what the command line and the tests hold in hand.

using Verify.Engine.Declarations;
using Verify.Engine.Graphs;
using Verify.Engine.Scripts;
using Verify.Engine.Traces;

namespace Verify.Engine;

/// <summary>A model in one variant at one scope with its properties, free of the model's own types.</summary>
public interface ISubject
{
    /// <summary>Name of the system, for instance smmu-ste.</summary>
    string System { get; }

    /// <summary>Name of the variant, for instance 6.9.</summary>
    string Variant { get; }

    /// <summary>Name of the scope: small, medium or large.</summary>
    string Scope { get; }

    /// <summary>The claims about it.</summary>
    IReadOnlyList<Claim> Claims { get; }

    /// <summary>The model's actions.</summary>
    IReadOnlyList<string> Actions { get; }

    /// <summary>The reductions that the model declares what they need for.</summary>
    Reductions Declared { get; }

    /// <summary>Why a reduction is not sound for a claim, which is then decided without; null where it is.</summary>
    /// <param name="claim">The claim's name.</param>
    /// <param name="reduction">A single one.</param>
    string? Refusal(string claim, Reductions reduction);

    /// <summary>Looks at random into what the model declares for reductions.</summary>
    /// <exception cref="ModelException">The model threw.</exception>
    DeclarationReport CheckDeclarations(DeclarationOptions options);

    /// <summary>Visits every reachable state and decides the properties.</summary>
    /// <exception cref="ModelException">The model or a property threw; the message names the state and the action.</exception>
    ExplorationReport Explore(ExploreOptions options);

    /// <summary>Walks at random and looks for violations.</summary>
    /// <exception cref="ModelException">The model threw.</exception>
    /// <exception cref="StrategyException">The model does not say what the strategy needs to know.</exception>
    SimulationReport Simulate(SimulateOptions options);

    /// <summary>
    /// Executes the model along <paramref name="trace"/>: every step must be enabled and lead to the recorded state, and the last must violate
    /// the property. Returns which part of the property failed, with the values.
    /// </summary>
    /// <exception cref="TraceException">The trace does not fit: the message says at which step and why.</exception>
    string Replay(TraceDocument trace);

    /// <summary>Executes the model along a script, as far as it can be followed. Which system it is of, and at which scope, is not asked.</summary>
    /// <exception cref="ModelException">The model threw.</exception>
    ScriptRun Follow(Script script);

    /// <summary>Collects a piece of the state graph, for a picture.</summary>
    /// <exception cref="TraceException">The run to be shown does not fit the model.</exception>
    /// <exception cref="ModelException">The model threw.</exception>
    StateGraph Graph(GraphOptions options);

    /// <summary>
    /// What changed in a named 64-bit word of the state, field by field in the table's terms ("CFG: BYPASS -> S1_TRANS"); with no
    /// <paramref name="before"/>, its non-zero fields. Empty for words that are no table's.
    /// </summary>
    IReadOnlyList<string> Decode(string word, ulong? before, ulong after);
}

/// <summary>A model or a property failed where it must not. The message has its own error, the state and the last action before it, but not the model's name.</summary>
public sealed class ModelException(string message, Exception inner) : Exception(message, inner)
{
    /// <summary>
    /// The run to the state at which it failed, the first step being the initial state; empty where none is known. It is no trace to be recorded: a trace shows
    /// a violation and is replayed by it, and here there is none.
    /// </summary>
    public IReadOnlyList<TraceStep> Run { get; init; } = [];

    /// <summary>Why there is no run to a state; empty where there is one, or no state.</summary>
    public string RunProblem { get; init; } = "";
}
