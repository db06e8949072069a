// Which reductions a run may use: those that were asked for, that the model declares and that no property forbids.

using Verify.Engine.Liveness;
using Verify.Transitions;

namespace Verify.Engine.Reduction;

/// <summary>What reduces a run, decided before it begins and the same for its second pass, which finds the runs.</summary>
internal sealed class ReductionPlan<TState>
    where TState : unmanaged
{
    private readonly ISymmetricSystem<TState>? _symmetric;
    private readonly IPartialOrderSystem<TState>? _concurrent;
    private readonly bool[] _watched;
    private readonly string[] _whole;

    private ReductionPlan(ISymmetricSystem<TState>? symmetric, IPartialOrderSystem<TState>? concurrent, bool[] watched, string? prevented, string[] whole)
    {
        (_symmetric, _concurrent, _watched, Prevented, _whole) = (symmetric, concurrent, watched, prevented, whole);
        InForce = (symmetric == null ? Reductions.None : Reductions.Symmetry) | (concurrent == null ? Reductions.None : Reductions.PartialOrder);
    }

    /// <summary>The reductions that the run uses.</summary>
    public Reductions InForce { get; }

    /// <summary>See <see cref="Reduced.Prevented"/>.</summary>
    public string? Prevented { get; }

    /// <summary>The reductions that a model declares what they need for. A single index, or a single agent, declares nothing.</summary>
    public static Reductions Declared<TModel>(TModel model)
        where TModel : struct, ITransitionSystem<TState> =>
        (Symmetric(model) == null ? Reductions.None : Reductions.Symmetry) | (Concurrent(model) == null ? Reductions.None : Reductions.PartialOrder);

    /// <summary>Why a reduction is not sound for a property, which is then decided without; null where it is.</summary>
    public static string? Refusal(Property<TState> property, Reductions reduction) => property is not Liveness<TState> claim ? null
        : reduction == Reductions.PartialOrder ? "it is about whole runs, and of these partial order may leave out the fair ones"
        : claim.IsSymmetric && claim.Fairness.All(fairness => fairness.IsSymmetric) ? null
        : "it is about whole runs, and it, or what it assumes fair, tells apart what symmetry does not";

    /// <summary>The plan for the graph of a claim about whole runs: the reductions that are sound for it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="claim">The claim.</param>
    /// <param name="asked">What was asked for.</param>
    public static Reductions Sound<TModel>(TModel model, Liveness<TState> claim, Reductions asked)
        where TModel : struct, ITransitionSystem<TState> =>
        Refusal(claim, Reductions.Symmetry) == null ? asked & Declared(model) & Reductions.Symmetry : Reductions.None;

    /// <summary>The plan for a run.</summary>
    /// <param name="model">The model.</param>
    /// <param name="properties">All properties of the run. Those that are decided on the way still count, so that what is visited does not depend on when.</param>
    /// <param name="asked">What was asked for. What the model does not declare is left out.</param>
    /// <exception cref="ArgumentException">A property watches an action that there is not.</exception>
    public static ReductionPlan<TState> Of<TModel>(TModel model, IReadOnlyList<Property<TState>> properties, Reductions asked)
        where TModel : struct, ITransitionSystem<TState>
    {
        ISymmetricSystem<TState>? symmetric = asked.HasFlag(Reductions.Symmetry) ? Symmetric(model) : null;
        IPartialOrderSystem<TState>? concurrent = asked.HasFlag(Reductions.PartialOrder) ? Concurrent(model) : null;
        IReadOnlyList<Property<TState>> onTheWay = [.. properties.Where(property => property is not Liveness<TState>)];
        string? prevented = concurrent == null ? null : onTheWay.FirstOrDefault(property => Watches(property) == null)?.Claim.Name;
        bool[] watched = prevented == null && concurrent != null ? Watched(model.Actions, onTheWay) : [];
        string[] whole = symmetric == null && concurrent == null ? []
            : [.. properties.OfType<Liveness<TState>>().Where(claim => Sound(model, claim, asked) == Reductions.None).Select(claim => claim.Claim.Name)];
        return new ReductionPlan<TState>(symmetric, prevented == null ? concurrent : null, watched, prevented, whole);
    }

    /// <summary>
    /// The actions a property watches; null where it does not say. A deadlock needs none: the first two conditions of <see cref="AmpleSets{TState}"/> keep
    /// every one of them.
    /// </summary>
    public static IReadOnlyCollection<string>? Watches(Property<TState> property) => property is NoDeadlock<TState> ? [] : property.Watches;

    /// <summary>What finds the representative of a state, one for each thread; null without symmetry.</summary>
    public Canon<TState>? Canon() => _symmetric == null ? null : new Canon<TState>(_symmetric);

    /// <summary>What chooses the steps to take, one for each thread; null without partial order.</summary>
    public AmpleSets<TState>? AmpleSets() => _concurrent == null ? null : new AmpleSets<TState>(_concurrent, _watched, Canon());

    /// <summary>What the run says of itself.</summary>
    /// <param name="inPart">States whose steps were taken in part.</param>
    /// <param name="expanded">States that were expanded.</param>
    public Reduced Report(long inPart, long expanded) => new()
    {
        Whole = _whole,
        Reductions = InForce,
        Symmetries = _symmetric == null ? [] : [.. _symmetric.Symmetries.Where(set => set.Count > 1)],
        InPart = inPart,
        Expanded = expanded,
        Prevented = Prevented,
    };

    private static ISymmetricSystem<TState>? Symmetric<TModel>(TModel model)
        where TModel : struct => model is ISymmetricSystem<TState> symmetric && symmetric.Symmetries.Any(set => set.Count > 1) ? symmetric : null;

    private static IPartialOrderSystem<TState>? Concurrent<TModel>(TModel model)
        where TModel : struct => model is IPartialOrderSystem<TState> { Agents: > 1 } concurrent ? concurrent : null;

    private static bool[] Watched(IReadOnlyList<string> actions, IReadOnlyList<Property<TState>> properties)
    {
        bool[] watched = new bool[actions.Count];
        foreach (Property<TState> property in properties)
        {
            foreach (string name in Watches(property)!)
            {
                int kind = actions.ToList().IndexOf(name);
                watched[kind >= 0 ? kind : throw new ArgumentException($"{property.Claim.Name} watches '{name}', which is no action of the model")] = true;
            }
        }
        return watched;
    }
}
