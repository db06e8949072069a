// Partial-order sampling.

using Verify.Transitions;

namespace Verify.Engine.Sampling;

/// <summary>
/// X. Yuan, J. Yang, R. Gu, "Partial order aware concurrency sampling", CAV 2018. The next step of each agent has a random priority, and the highest among
/// those that can be taken is. Then the agent's next step gets a priority of its own, and so do the next steps of others that depend on what was done: two
/// steps that do not conflict are ordered once only, so that orders which make no difference do not outweigh those that do.
/// </summary>
/// <param name="model">Says which steps depend on each other.</param>
internal struct PosStrategy<TState>(IConcurrentSystem<TState> model) : IStrategy<TState>
    where TState : unmanaged
{
    private readonly Turns<TState> _turns = new(model);
    private readonly ulong[] _priorities = new ulong[model.Agents];

    /// <inheritdoc/>
    public readonly int Widest => _turns.Widest;

    /// <inheritdoc/>
    public readonly int Begin(int place, Moves<TState> initial, ref SplitRandom random)
    {
        for (int i = 0; i < _priorities.Length; i++)
        {
            _priorities[i] = random.Next();
        }
        return random.Below(initial.Count);
    }

    /// <inheritdoc/>
    public readonly int Choose(in TState before, Moves<TState> moves, ref SplitRandom random)
    {
        (int move, int agent) = _turns.Choose(in before, moves, _priorities, ref random);
        Footprint done = model.Next(in before, agent);
        for (int i = 0; i < _priorities.Length; i++)
        {
            if (i == agent || done.Conflicts(model.Next(in before, i)))
            {
                _priorities[i] = random.Next();
            }
        }
        return move;
    }
}
