// A claim about all reachable states by an invariant that every step keeps.

using Verify.Engine;
using Verify.Symbolic.Proofs;
using Verify.Transitions;

namespace Verify.Symbolic.Engines;

/// <summary>
/// A property of all reachable states, from an invariant that holds in the initial states, is kept by every step and implies the property. That one of
/// these fails is no violation: the invariant may be too weak, and fail only where no run comes.
/// </summary>
/// <param name="System">The system.</param>
/// <param name="Invariant">The invariant.</param>
/// <param name="Property">What it shall imply.</param>
/// <param name="Name">What obligations are called after: NAME.inv-initial, NAME.inv-step, NAME.inv-implies.</param>
public sealed record InductiveInvariant(IWordSystem System, IWordProperty Invariant, IWordProperty Property, string Name)
{
    /// <summary>Every initial state meets the invariant.</summary>
    public Part Initial => new($"{Name}.inv-initial", [$"Every initial state meets {Invariant.Name}."], () =>
    {
        var state = new Unrolling(System, 0).States[0];
        return new Statement(System.Initial<TermWord, TermBit>(state), Meets(Invariant, state));
    });

    /// <summary>Every step from a state that meets the invariant leads to one that does.</summary>
    public Part Step => new($"{Name}.inv-step", [$"Every step from a state that meets {Invariant.Name} leads to one that does."], () =>
    {
        var run = new Unrolling(System, 1);
        return new Statement(Invariant.Holds<TermWord, TermBit>(run.States[0]) & run.IsRun, Meets(Invariant, run.States[1]));
    });

    /// <summary>Every state that meets the invariant has the property.</summary>
    public Part Implies => new($"{Name}.inv-implies", [$"{Invariant.Name} implies {Property.Name}."], () =>
    {
        var state = new Unrolling(System, 0).States[0];
        return new Statement(Invariant.Holds<TermWord, TermBit>(state), Meets(Property, state));
    });

    /// <summary>All three.</summary>
    public IReadOnlyList<Part> Parts => [Initial, Step, Implies];

    /// <summary>The property as a theorem that is proved in this way or not at all.</summary>
    public Theorem Theorem(Claim claim, string scope) => new(claim, scope, [])
    {
        Premises = Parts,
        Argument = $"{Invariant.Name} holds in the initial states, every step keeps it, and it implies {Property.Name}",
    };

    private static Alternative Meets(IWordProperty property, TermWord[] state) => new(property.Name, property.Holds<TermWord, TermBit>(state));
}
