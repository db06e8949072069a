// Whose turn it is: what strategies by priorities have in common.

using Verify.Transitions;

namespace Verify.Engine.Sampling;

/// <summary>Sorts the enabled steps by the agents that take them.</summary>
/// <param name="model">Says who acts.</param>
internal sealed class Turns<TState>(IAgentSystem<TState> model)
    where TState : unmanaged
{
    private int[] _agents = new int[16];

    /// <summary>The most steps that one agent could choose from so far.</summary>
    public int Widest { get; private set; }

    /// <summary>A step of the agent with the highest priority among those that can act; where it has several, each is as likely.</summary>
    /// <param name="before">The state.</param>
    /// <param name="moves">What is enabled in it.</param>
    /// <param name="priorities">By agent, all different; the highest acts.</param>
    /// <param name="random">For the agent's choice; asked only where it has one.</param>
    /// <returns>The number of the step, and the agent.</returns>
    public (int Move, int Agent) Choose(in TState before, Moves<TState> moves, ReadOnlySpan<ulong> priorities, ref SplitRandom random)
    {
        if (_agents.Length < moves.Count)
        {
            _agents = new int[2 * moves.Count];
        }
        int first = -1;
        int best = -1;
        int own = 0;
        for (int i = 0; i < moves.Count; i++)
        {
            int agent = _agents[i] = model.Agent(in before, moves.Step(i));
            if (best < 0 || (agent != best && priorities[agent] > priorities[best]))
            {
                (first, best, own) = (i, agent, 0);
            }
            own += agent == best ? 1 : 0;
        }
        Widest = Math.Max(Widest, own);
        return (own == 1 ? first : Nth(first, best, random.Below(own)), best);
    }

    private int Nth(int first, int agent, int number)
    {
        int i = first;
        while (number > 0 || _agents[i] != agent)
        {
            number -= _agents[i] == agent ? 1 : 0;
            i++;
        }
        return i;
    }
}
