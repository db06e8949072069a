// A claim about the reachable states of a word system, as a catalogue offers it to the engines.

using Verify.Engine;
using Verify.Symbolic.Proofs;
using Verify.Transitions;

namespace Verify.Symbolic.Engines;

/// <summary>A claim about the reachable states of a word system, for all values of its words.</summary>
/// <param name="Claim">The claim in words, with its origin.</param>
/// <param name="Scope">What it speaks of: "any" for all values.</param>
/// <param name="Name">What obligations are called after. Equal names must mean equal systems and properties.</param>
/// <param name="System">The system.</param>
/// <param name="Property">The claim as a function of the state.</param>
public sealed record WordModel(Claim Claim, string Scope, string Name, IWordSystem System, IWordProperty Property)
{
    /// <summary>Invariants that together imply the property, each inductive by itself; empty where none is known.</summary>
    public IReadOnlyList<IWordProperty> Invariants { get; init; } = [];

    /// <summary>Cases that steps are split into when the invariants are proved; empty for no split.</summary>
    public IReadOnlyList<StepCase> Cases { get; init; } = [];

    /// <summary>Why it is expected to fail, in a few words; null where it is expected to hold.</summary>
    public string? Violated { get; init; }

    /// <summary>The claim as a theorem, with the invariants as its premises. Where there are none it can be named, but not proved.</summary>
    public Theorem Theorem => (Invariants.Count == 0 ? new(Claim, Scope, [])
        : new InductiveInvariant(System, Invariants, Property, Name) { Cases = Cases }.Theorem(Claim, Scope)) with
    {
        Violated = Violated,
    };
}
