// Probabilistic concurrency testing.

using Verify.Transitions;

namespace Verify.Engine.Sampling;

/// <summary>
/// S. Burckhardt, P. Kothari, M. Musuvathi, S. Nagarakatte, "A randomized scheduler with probabilistic guarantees of finding bugs", ASPLOS 2010. The n agents get
/// the priorities d to d + n - 1 in a random order, and d - 1 change points are drawn from the steps 1 to k, each on its own. The agent with the highest priority
/// among those that can act acts; the one that takes the step of the i-th change point falls to priority i. A violation that d orderings of steps bring about,
/// within k steps, is found with probability 1/(n k^(d-1)) at least.
/// </summary>
/// <param name="model">Says who acts.</param>
/// <param name="bugDepth">d.</param>
/// <param name="depth">k, the steps of a walk at most.</param>
internal struct PctStrategy<TState>(IAgentSystem<TState> model, int bugDepth, int depth) : IStrategy<TState>
    where TState : unmanaged
{
    private readonly Turns<TState> _turns = new(model);
    private readonly ulong[] _priorities = new ulong[model.Agents];
    private readonly int[] _changes = new int[bugDepth - 1];
    private int _taken;

    /// <inheritdoc/>
    public readonly int Widest => _turns.Widest;

    /// <inheritdoc/>
    public int Begin(int place, Moves<TState> initial, ref SplitRandom random)
    {
        _taken = 0;
        for (int i = 0; i < _priorities.Length; i++)
        {
            // The shuffle of Fisher and Yates, from the inside out.
            int other = random.Below(i + 1);
            _priorities[i] = _priorities[other];
            _priorities[other] = (ulong)(bugDepth + i);
        }
        for (int i = 0; i < _changes.Length; i++)
        {
            _changes[i] = 1 + random.Below(depth);
        }
        return random.Below(initial.Count);
    }

    /// <inheritdoc/>
    public int Choose(in TState before, Moves<TState> moves, ref SplitRandom random)
    {
        (int move, int agent) = _turns.Choose(in before, moves, _priorities, ref random);
        _taken++;
        for (int i = 0; i < _changes.Length; i++)
        {
            if (_changes[i] == _taken)
            {
                _priorities[agent] = (ulong)(i + 1);
            }
        }
        return move;
    }
}
