// A claim about all reachable states by an invariant that every step keeps.

using Verify.Engine;
using Verify.Symbolic.Proofs;
using Verify.Transitions;

namespace Verify.Symbolic.Engines;

/// <summary>
/// A property of all reachable states, from invariants that hold in the initial states, are kept by every step, each by itself, and together imply the
/// property. That one of these fails is no violation: an invariant may be too weak, and fail only where no run comes.
/// </summary>
/// <param name="System">The system.</param>
/// <param name="Invariants">The invariants, each inductive without the others: a solver then need not look at what does not matter.</param>
/// <param name="Property">What they shall imply.</param>
/// <param name="Name">What obligations are called after: NAME.INVARIANT.initial, NAME.INVARIANT.step or .step.CASE, NAME.implies.</param>
public sealed record InductiveInvariant(IWordSystem System, IReadOnlyList<IWordProperty> Invariants, IWordProperty Property, string Name)
{
    /// <summary>
    /// Cases that the steps are split into, each proved by itself with its words as constants; that there are no others is proved too. Empty for no split.
    /// </summary>
    public IReadOnlyList<StepCase> Cases { get; init; } = [];

    /// <summary>Initial and step for each invariant, then the implication.</summary>
    public IReadOnlyList<Part> Parts => [.. Invariants.SelectMany(Kept), Implies];

    /// <summary>Every state that meets the invariants has the property.</summary>
    public Part Implies => new($"{Name}.implies", [$"{Named} implies {Property.Name}."], () =>
    {
        var state = new Unrolling(System, 0).States[0];
        var assumed = Invariants.Aggregate(TermBit.Constant(true), (all, invariant) => all & invariant.Holds<TermWord, TermBit>(state));
        return new Statement(assumed, Meets(Property, state));
    });

    private string Named => string.Join(" and ", Invariants.Select(invariant => invariant.Name));

    /// <summary>Every initial state meets <paramref name="invariant"/>.</summary>
    public Part Initial(IWordProperty invariant) => new($"{Name}.{invariant.Name}.initial", [$"Every initial state meets {invariant.Name}."], () =>
    {
        var state = new Unrolling(System, 0).States[0];
        return new Statement(System.Initial<TermWord, TermBit>(state), Meets(invariant, state));
    });

    /// <summary>Every step from a state that meets <paramref name="invariant"/> leads to one that does; of one case, or of all.</summary>
    public Part Step(IWordProperty invariant, StepCase? only = null) => new(
        only is null ? $"{Name}.{invariant.Name}.step" : $"{Name}.{invariant.Name}.step.{only.Name}",
        [$"Every step{(only is null ? "" : $" of case {only.Name}")} keeps {invariant.Name}."],
        () =>
        {
            var run = new Unrolling(System, 1, only);
            return new Statement(invariant.Holds<TermWord, TermBit>(run.States[0]) & run.IsRun, Meets(invariant, run.States[1]));
        });

    /// <summary>Every step from a state that meets <paramref name="invariant"/> is of one of the cases.</summary>
    public Part Split(IWordProperty invariant) => new($"{Name}.{invariant.Name}.cases", ["Every step is of one of the cases."], () =>
    {
        var run = new Unrolling(System, 1);
        var words = System.State.Zip(run.States[0]).Concat(System.Choice.Zip(run.Choices[0])).ToDictionary(word => word.First, word => word.Second);
        return new Statement(
            invariant.Holds<TermWord, TermBit>(run.States[0]) & run.IsRun,
            [.. Cases.Select(one => new Alternative(one.Name, one.Fixed.Aggregate(
                TermBit.Constant(true), (all, word) => all & TermWord.Same(words[word.Word], TermWord.Constant(word.Value)))))]);
    });

    /// <summary>The property as a theorem that is proved in this way or not at all.</summary>
    public Theorem Theorem(Claim claim, string scope) => new(claim, scope, [])
    {
        Premises = Parts,
        Argument = $"{Named} holds in the initial states, every step keeps it, and it implies {Property.Name}",
    };

    private IEnumerable<Part> Kept(IWordProperty invariant) => Cases.Count == 0
        ? [Initial(invariant), Step(invariant)]
        : [Initial(invariant), Split(invariant), .. Cases.Select(one => Step(invariant, one))];

    private static Alternative Meets(IWordProperty property, TermWord[] state) => new(property.Name, property.Holds<TermWord, TermBit>(state));
}
