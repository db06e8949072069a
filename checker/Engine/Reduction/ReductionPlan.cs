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
    private readonly IReadOnlyList<string> _apart; // index sets that are not renamed

    private ReductionPlan(ISymmetricSystem<TState>? symmetric, IReadOnlyList<string> apart, IPartialOrderSystem<TState>? concurrent, bool[] watched, string? prevented)
    {
        (_symmetric, _apart, _concurrent, _watched, Prevented) = (symmetric, apart, concurrent, watched, prevented);
        InForce = (symmetric == null ? Reductions.None : Reductions.Symmetry) | (concurrent == null ? Reductions.None : Reductions.PartialOrder);
    }

    /// <summary>The reductions that the run uses.</summary>
    public Reductions InForce { get; }

    /// <summary>See <see cref="Reduced.Prevented"/>.</summary>
    public string? Prevented { get; }

    // The claims about whole runs for which not all of it is sound, and the index sets that are left for each.
    private IReadOnlyList<(string Claim, IReadOnlyList<IndexSet> Left)> Less { get; init; } = [];

    /// <summary>The reductions that a model declares what they need for. A single index, or a single agent, declares nothing.</summary>
    public static Reductions Declared<TModel>(TModel model)
        where TModel : struct, ITransitionSystem<TState> =>
        (Symmetric(model) == null ? Reductions.None : Reductions.Symmetry) | (Concurrent(model) == null ? Reductions.None : Reductions.PartialOrder);

    /// <summary>Why a reduction is not sound for a property, which is then decided without; null where it is.</summary>
    public static string? Refusal(Property<TState> property, Reductions reduction) => property is not Liveness<TState> claim ? null
        : reduction == Reductions.PartialOrder ? "it is about whole runs, and of these partial order may leave out the fair ones"
        : IsSymmetric(claim) || claim.NamesOnly.Count > 0 ? null
        : "it is about whole runs, and it, or what it assumes fair, tells apart what symmetry does not";

    /// <summary>The index sets that may be renamed in the graph of a claim about whole runs. Partial order is sound for none.</summary>
    /// <param name="model">The model.</param>
    /// <param name="claim">The claim.</param>
    /// <param name="asked">What was asked for.</param>
    /// <exception cref="ArgumentException">It says that it names indices of a set that the model has not.</exception>
    public static IReadOnlyList<IndexSet> Sound<TModel>(TModel model, Liveness<TState> claim, Reductions asked)
        where TModel : struct, ITransitionSystem<TState>
    {
        if (!asked.HasFlag(Reductions.Symmetry) || Refusal(claim, Reductions.Symmetry) != null || model is not ISymmetricSystem<TState> symmetric)
        {
            return [];
        }
        IReadOnlyList<string> apart = IsSymmetric(claim) ? [] : claim.NamesOnly;
        return apart.FirstOrDefault(name => symmetric.Symmetries.All(set => set.Name != name)) is { } unknown
            ? throw new ArgumentException($"{claim.Claim.Name} says that it names '{unknown}', which are no index set of the model")
            : Left(symmetric, apart);
    }

    /// <summary>The plan for the graph of claims about whole runs that may have the same sets renamed.</summary>
    /// <param name="model">The model.</param>
    /// <param name="sets">These.</param>
    public static ReductionPlan<TState> Of<TModel>(TModel model, IReadOnlyList<IndexSet> sets)
        where TModel : struct, ITransitionSystem<TState>
    {
        ISymmetricSystem<TState>? symmetric = sets.Count == 0 ? null : Symmetric(model);
        string[] apart = symmetric == null ? [] : [.. symmetric.Symmetries.Except(sets).Select(set => set.Name)];
        return new(symmetric, apart, null, [], null);
    }

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
        IEnumerable<Liveness<TState>> limited = properties.OfType<Liveness<TState>>().Where(claim => symmetric == null ? concurrent != null : !IsSymmetric(claim));
        return new ReductionPlan<TState>(symmetric, [], prevented == null ? concurrent : null, watched, prevented)
        {
            Less = [.. limited.Select(claim => (claim.Claim.Name, Sound(model, claim, asked)))],
        };
    }

    /// <summary>
    /// The actions a property watches; null where it does not say. A deadlock needs none: the first two conditions of <see cref="AmpleSets{TState}"/> keep
    /// every one of them.
    /// </summary>
    public static IReadOnlyCollection<string>? Watches(Property<TState> property) => property is NoDeadlock<TState> ? [] : property.Watches;

    /// <summary>What finds the representative of a state, one for each thread; null without symmetry.</summary>
    public Canon<TState>? Canon() => _symmetric == null ? null : new Canon<TState>(_symmetric, _apart);

    /// <summary>What chooses the steps to take, one for each thread; null without partial order.</summary>
    public AmpleSets<TState>? AmpleSets() => _concurrent == null ? null : new AmpleSets<TState>(_concurrent, _watched, Canon());

    /// <summary>What the run says of itself.</summary>
    /// <param name="inPart">States whose steps were taken in part.</param>
    /// <param name="expanded">States that were expanded.</param>
    public Reduced Report(long inPart, long expanded) => new()
    {
        Whole = [.. Less.Where(less => less.Left.Count == 0).Select(less => less.Claim)],
        Less = [.. Less.Where(less => less.Left.Count > 0)],
        Reductions = InForce,
        Symmetries = Left(_symmetric, _apart),
        InPart = inPart,
        Expanded = expanded,
        Prevented = Prevented,
    };

    private static ISymmetricSystem<TState>? Symmetric<TModel>(TModel model)
        where TModel : struct => model is ISymmetricSystem<TState> symmetric && Left(symmetric, []).Count > 0 ? symmetric : null;

    private static IReadOnlyList<IndexSet> Left(ISymmetricSystem<TState>? symmetric, IReadOnlyList<string> apart) =>
        symmetric == null ? [] : [.. symmetric.Symmetries.Where(set => set.Count > 1 && !apart.Contains(set.Name))];

    private static bool IsSymmetric(Liveness<TState> claim) => claim.IsSymmetric && claim.Fairness.All(fairness => fairness.IsSymmetric);

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
