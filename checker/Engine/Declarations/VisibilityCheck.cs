// Looks whether properties watch all actions that they depend on.

using Verify.Engine.Liveness;
using Verify.Engine.Reduction;
using Verify.Transitions;

namespace Verify.Engine.Declarations;

/// <summary>At a state: what a property says before and after a step of an action that it does not watch.</summary>
internal sealed class VisibilityCheck<TModel, TState>
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    private const string Invisible = "actions that are not watched change nothing";

    private readonly List<(Property<TState> Property, bool[] Watched)> _properties = [];
    private readonly Ledger _ledger;
    private TModel _model;

    /// <summary>A check of those properties that say what they watch.</summary>
    public VisibilityCheck(TModel model, IReadOnlyList<Property<TState>> properties, Ledger ledger)
    {
        (_model, _ledger) = (model, ledger);
        ledger.Open(Invisible);
        foreach (Property<TState> property in properties)
        {
            if (property is not (NoDeadlock<TState> or Liveness<TState>) && ReductionPlan<TState>.Watches(property) is { } watches)
            {
                foreach (string unknown in watches.Except(model.Actions))
                {
                    ledger.Note(Invisible, false, () => $"{property.Claim.Name} watches '{unknown}', which is no action of the model", property.Claim.Name + unknown);
                }
                _properties.Add((property, [.. model.Actions.Select(action => watches.Contains(action))]));
            }
        }
    }

    /// <summary>What an invariant says of a state.</summary>
    public static string Answer(Invariant<TState> invariant, TState state) =>
        invariant.When != null && !invariant.When(in state) ? "not asked" : invariant.Holds(in state) ? "holds" : "fails";

    /// <summary>What a claim that steps can violate says of a step.</summary>
    public static string Answer(Property<TState> property, TState before, Move<TState> move) => property is ActionProperty<TState> action
        ? Answer(action, before, move)
        : property is Reachable<TState> goals ? $"goals 0x{goals.Taken!(in before, move.Step, move.State):x}"
        : $"{((Refinement<TState>)property).Judge(in before, move.State)}";

    private static string Answer(ActionProperty<TState> action, TState before, Move<TState> move) =>
        action.When != null && !action.When(in before, move.Step, move.State) ? "not asked"
        : action.Holds(in before, move.Step, move.State) ? "holds" : "fails";

    /// <summary>Looks at the steps of a state.</summary>
    public void At(in TState state, List<Move<TState>> moves)
    {
        foreach (Move<TState> move in moves)
        {
            foreach ((Property<TState> property, bool[] watched) in _properties)
            {
                if (!watched[move.Step.Kind])
                {
                    Compare(property, state, move);
                }
            }
        }
    }

    /// <summary>Looks whether what a claim on steps says of a step depends on an independent one, of an action that it does not watch, having been taken before.</summary>
    /// <param name="state">The state.</param>
    /// <param name="first">The step that may be taken before.</param>
    /// <param name="step">The step that is asked about, from <paramref name="state"/>.</param>
    /// <param name="later">The same step after <paramref name="first"/>.</param>
    public void Pair(TState state, Move<TState> first, Move<TState> step, Move<TState> later)
    {
        foreach ((Property<TState> property, bool[] watched) in _properties)
        {
            if (property is ActionProperty<TState> or Refinement<TState> or Reachable<TState> { Taken: not null } && !watched[first.Step.Kind])
            {
                string answer = Answer(property, state, step);
                string other = Answer(property, first.State, later);
                _ledger.Note(Invisible, answer == other, () => $"{property.Claim.Name} does not watch {Told.Step(ref _model, in state, first.Step)}, but of "
                    + $"{Told.Step(ref _model, in state, step.Step)} it says '{answer}' before it and '{other}' after it, in {Told.State(ref _model, in state)}",
                    property.Claim.Name);
            }
        }
    }

    private void Compare(Property<TState> property, TState state, Move<TState> move)
    {
        (string answer, string other) = property switch
        {
            Invariant<TState> invariant => (Answer(invariant, state), Answer(invariant, move.State)),
            Reachable<TState> goals => (
                $"goals 0x{goals.Met(in state):x}", $"goals 0x{goals.Met(move.State) | (goals.Taken?.Invoke(in state, move.Step, move.State) ?? 0):x}"),
            // It must not be about such a step at all.
            ActionProperty<TState> action => (action.When == null ? "holds" : "not asked", Answer(action, state, move)),
            Refinement<TState> => ($"{AbstractStep.None}", Answer(property, state, move)),
            _ => ("", ""),
        };
        _ledger.Note(Invisible, answer == other, () => $"{property.Claim.Name} does not watch {Told.Step(ref _model, in state, move.Step)}, but says '{other}' "
            + $"{(property is ActionProperty<TState> or Refinement<TState> ? "of it" : $"after it, and '{answer}' before")}, in {Told.State(ref _model, in state)}", property.Claim.Name);
    }
}
