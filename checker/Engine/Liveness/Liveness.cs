// Claims about what must happen in the end, and what they assume about those who act.

using Verify.Transitions;

namespace Verify.Engine.Liveness;

/// <summary>How much is assumed of a class of steps.</summary>
public enum Strength
{
    /// <summary>One of them is taken in the end if from some point on one is always enabled: whoever may go on does so, sooner or later.</summary>
    Weak,

    /// <summary>They are taken again and again if they are enabled again and again, though not always.</summary>
    Strong,
}

/// <summary>
/// A class of steps that is not put off for ever: WF or SF of Lamport, "The Temporal Logic of Actions", 1994. As there, a step counts only if it changes the
/// state. That whose steps are in no such class may stop anywhere, for good.
/// </summary>
/// <param name="Name">What they are, for messages: "CPU1", "the SMMU", "deferred work".</param>
/// <param name="Strength">How much is assumed.</param>
/// <param name="Steps">Whether a step is one of them.</param>
public sealed record Fairness<TState>(string Name, Strength Strength, StepPredicate<TState> Steps)
    where TState : unmanaged
{
    /// <summary>True where it names no index that a symmetry of the model renames: then it means the same in all states that differ in names only.</summary>
    public bool IsSymmetric { get; init; }

    /// <summary>In a few words.</summary>
    public override string ToString() => Strength == Strength.Weak ? Name : $"{Name} (strong)";

    /// <summary>Weak fairness of each agent of a model by itself: what a scheduler guarantees that runs every CPU again and again.</summary>
    /// <param name="model">Who acts.</param>
    /// <param name="name">The name of an agent.</param>
    public static IReadOnlyList<Fairness<TState>> EachAgent(IAgentSystem<TState> model, Func<int, string> name) =>
        [.. Enumerable.Range(0, model.Agents).Select(agent =>
            new Fairness<TState>(name(agent), Strength.Weak, (in TState before, Step step, in TState _) => model.Agent(in before, step) == agent))];
}

/// <summary>
/// A claim about whole runs: in every run that is fair to all of <paramref name="Fairness"/>, whatever is due is done. A run may stop, as far as that is fair: in a state
/// without successor, or where no class of steps keeps it going. So without any fairness nothing ever has to happen.
/// </summary>
/// <param name="Claim">The claim in words.</param>
/// <param name="Fairness">What is assumed.</param>
public abstract record Liveness<TState>(Claim Claim, IReadOnlyList<Fairness<TState>> Fairness)
    : Property<TState>(Claim with { Assuming = Fairness.Count == 0 ? "" : $"fairness of {string.Join(", ", Fairness)}" })
    where TState : unmanaged
{
    /// <summary>True where neither the claim nor its fairness names an index that a symmetry of the model renames.</summary>
    public bool IsSymmetric { get; init; }

    /// <summary>
    /// Where it, or its fairness, names indices, the <see cref="IndexSet"/>s that these are of, when it names no others: it is decided with the symmetry of the other sets.
    /// Empty where that is not said.
    /// </summary>
    public IReadOnlyList<string> NamesOnly { get; init; } = [];

    /// <summary>Says of a state to which a violating run comes again and again what is missing there, with the values; null for no more than the claim says.</summary>
    public StateExplanation<TState>? Explain { get; init; }

    /// <summary>Where something becomes due; null for everywhere.</summary>
    internal virtual StatePredicate<TState>? Due => null;

    /// <summary>True where something becomes due in initial states only.</summary>
    internal virtual bool IsDueAtFirst => false;

    /// <summary>Where it is done; null for nowhere.</summary>
    internal virtual StatePredicate<TState>? Done => null;

    /// <summary>The steps by which it is done; null for none.</summary>
    internal virtual StepPredicate<TState>? DoneBy => null;

    /// <summary>True where only runs that change the state for ever violate it.</summary>
    internal virtual bool IsAboutMotion => false;
}

/// <summary>Whenever <paramref name="When"/> holds, <paramref name="Then"/> holds at the same time or later, in every fair run.</summary>
/// <param name="Claim">The claim in words.</param>
/// <param name="When">What makes it due; one that no reachable state meets makes the claim vacuous, which is reported.</param>
/// <param name="Then">What must follow.</param>
/// <param name="Fairness">What is assumed.</param>
public sealed record LeadsTo<TState>(
    Claim Claim, StatePredicate<TState> When, StatePredicate<TState> Then, IReadOnlyList<Fairness<TState>> Fairness) : Liveness<TState>(Claim, Fairness)
    where TState : unmanaged
{
    /// <summary>Steps that answer as well; null for none.</summary>
    public StepPredicate<TState>? ThenStep { get; init; }

    /// <inheritdoc/>
    internal override StatePredicate<TState> Due => When;

    /// <inheritdoc/>
    internal override StatePredicate<TState> Done => Then;

    /// <inheritdoc/>
    internal override StepPredicate<TState>? DoneBy => ThenStep;
}

/// <summary><paramref name="Then"/> holds at some time, in every fair run.</summary>
/// <param name="Claim">The claim in words.</param>
/// <param name="Then">What must come.</param>
/// <param name="Fairness">What is assumed.</param>
public sealed record Eventually<TState>(Claim Claim, StatePredicate<TState> Then, IReadOnlyList<Fairness<TState>> Fairness) : Liveness<TState>(Claim, Fairness)
    where TState : unmanaged
{
    /// <inheritdoc/>
    internal override bool IsDueAtFirst => true;

    /// <inheritdoc/>
    internal override StatePredicate<TState> Done => Then;
}

/// <summary>No fair run goes on for ever, changing the state, without <paramref name="Progress"/> again and again. That it stops is no livelock.</summary>
/// <param name="Claim">The claim in words.</param>
/// <param name="Progress">The steps that get something done.</param>
/// <param name="Fairness">What is assumed.</param>
public sealed record NoLivelock<TState>(Claim Claim, StepPredicate<TState> Progress, IReadOnlyList<Fairness<TState>> Fairness) : Liveness<TState>(Claim, Fairness)
    where TState : unmanaged
{
    /// <inheritdoc/>
    internal override StepPredicate<TState> DoneBy => Progress;

    /// <inheritdoc/>
    internal override bool IsAboutMotion => true;
}
