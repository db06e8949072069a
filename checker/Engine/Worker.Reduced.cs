// What one thread does where not all steps of a state must be taken.

using Verify.Engine.Reduction;
using Verify.Engine.Stores;
using Verify.Transitions;

namespace Verify.Engine;

/// <content>Partial-order reduction. The steps of a state are collected first, and then those that are enough go the way of all others.</content>
internal sealed unsafe partial class Worker<TModel, TState, TStore>
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
    where TStore : struct, IStore<TState>
{
    private readonly AmpleSets<TState>? _ampleSets;
    private readonly Fan<TState> _fan;

    /// <summary>States of which it did not take all steps, and all states of which it looked whether to.</summary>
    public (long InPart, long Expanded) Parts => (Volatile.Read(ref _parts[0]), Volatile.Read(ref _parts[1]));

    // Behind the counts of actions.
    private long* _parts => _counts + (2 * (_actions + 1));

    private void NextInPart(TState* state)
    {
        _fan.Clear();
        var sink = new FanSink<TState>(_fan);
        _model.Next(in *state, ref sink);
        int agent = _ampleSets!.Choose(state, _fan);
        for (int i = 0; i < _fan.Count; i++)
        {
            ref Branch<TState> branch = ref _fan[i];
            if (agent == AmpleSets<TState>.All || branch.Agent == agent)
            {
                Copy(in branch.After);
                Take(branch.Step);
            }
        }
        _parts[0] += agent == AmpleSets<TState>.All ? 0 : 1;
        _parts[1]++;
    }
}
