// What one thread asks the properties about the states and steps it finds.

using Verify.Engine.Stores;
using Verify.Transitions;

namespace Verify.Engine;

/// <content>A violation becomes a candidate; which of several is reported is decided when the level is done.</content>
internal sealed unsafe partial class Worker<TModel, TState, TStore>
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
    where TStore : struct, IStore<TState>
{
    private void AskState(TState* state)
    {
        _asked = state;
        foreach ((int number, Invariant<TState> invariant) in _board.Invariants)
        {
            if (invariant.When == null || Meet(number, invariant.When(in *state)))
            {
                if (!invariant.Holds(in *state))
                {
                    Tally.Candidates[number].Offer(_search.Depth + 1, _model.Rank(in *state), Fingerprint.Of(state), Candidate.None);
                }
            }
        }
        foreach ((int number, Reachable<TState> goal) in _board.Goals)
        {
            Reach(number, goal.Met(in *state));
        }
        _asked = null;
    }

    private void AskStep(Step step, TState* after)
    {
        if (_parent == null)
        {
            AskInitial(after);
        }
        else
        {
            AskSteps(step, after);
        }
    }

    // Before other names are given to it: initial states may differ in names, and what they stand for too. The candidate is what is stored.
    private void AskInitial(TState* state)
    {
        foreach ((int number, Refinement<TState> refinement) in _board.Refinements)
        {
            if (!refinement.Starts(in *state))
            {
                TState stored = *state;
                _canon?.Canonicalise(&stored);
                Tally.Candidates[number].Offer(0, _model.Rank(in stored), Fingerprint.Of(&stored), Candidate.None);
            }
        }
    }

    private void AskSteps(Step step, TState* after)
    {
        foreach ((int number, Reachable<TState> goal) in _board.Goals)
        {
            if (goal.Taken != null)
            {
                Reach(number, goal.Taken(in *_parent, step, in *after));
            }
        }
        foreach ((int number, Refinement<TState> refinement) in _board.Refinements)
        {
            AbstractStep judged = refinement.Judge(in *_parent, in *after);
            Meet(number, judged == AbstractStep.Taken);
            if (judged == AbstractStep.Impossible)
            {
                Tally.Candidates[number].Offer(_search.Depth, _model.Rank(in *_parent), Fingerprint.Of(_parent), _ordinal);
            }
        }
        foreach ((int number, ActionProperty<TState> action) in _board.Steps)
        {
            if (action.When == null || Meet(number, action.When(in *_parent, step, in *after)))
            {
                if (!action.Holds(in *_parent, step, in *after))
                {
                    Tally.Candidates[number].Offer(_search.Depth, _model.Rank(in *_parent), Fingerprint.Of(_parent), _ordinal);
                }
            }
        }
    }

    private bool Meet(int number, bool met)
    {
        Tally.Cases[number] += One(met);
        return met;
    }

    private void Reach(int number, ulong met)
    {
        if ((met & ~Tally.Goals[number]) != 0)
        {
            Tally.Goals[number] |= met;
        }
    }
}
