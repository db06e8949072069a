// Which of a state's steps are enough: partial-order reduction by ample sets.

using Verify.Transitions;

namespace Verify.Engine.Reduction;

/// <summary>
/// Chooses, of the steps of a state, those of one agent that may be taken for all of them, because everything else can as well happen afterwards (Peled, "All
/// from one, one for all: on model checking using representatives", 1993; Clarke, Grumberg, Peled, "Model Checking", 1999, chapter 10, whose conditions C0 to C3
/// are meant below).
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>C0, something is taken where something can be: the agent has a step.</item>
/// <item>C1, nothing that depends on the steps taken comes before one of them: what the agent's next step may read and write does not conflict with what
/// any other agent may read and write from here on. So the others can neither change these steps nor enable further ones of the agent.</item>
/// <item>C2, the steps taken are invisible: no property of the run watches them.</item>
/// <item>C3, no step is put off for ever: with each step taken the system's <see cref="IPartialOrderSystem{TState}.Progress"/> grows, measured on states as they
/// are stored. On a cycle it cannot grow for ever, so each cycle has a state whose steps were all taken. That is stricter than to ask the store whether a
/// successor is known, as others do, but it does not depend on what was visited before: counts are the same for any number of threads, and the
/// second pass, which looks for runs, repeats the first one's choices.</item>
/// </list>
/// The choice depends on nothing but the state. Where states are canonicalised too, it is made for the representative (Emerson, Jha, Peled, "Combining partial order
/// and symmetry reductions", 1997).
/// </remarks>
/// <param name="system">The system.</param>
/// <param name="watched">By kind of step, whether a property watches it.</param>
/// <param name="canon">How states are stored; null for as they are.</param>
internal sealed unsafe class AmpleSets<TState>(IPartialOrderSystem<TState> system, bool[] watched, Canon<TState>? canon)
    where TState : unmanaged
{
    /// <summary>Every step must be taken.</summary>
    public const int All = -1;

    private readonly int[] _steps = new int[system.Agents]; // that the agent has in this state
    private readonly bool[] _seen = new bool[system.Agents]; // whether a property watches one of them
    private readonly Footprint[] _later = new Footprint[system.Agents];

    /// <summary>The first agent whose steps are enough, or <see cref="All"/>.</summary>
    /// <param name="state">A state, as it is stored.</param>
    /// <param name="fan">Its successors.</param>
    public int Choose(TState* state, Fan<TState> fan)
    {
        int acting = Sort(state, fan);
        if (acting < 2)
        {
            return All;
        }
        bool known = false;
        for (int agent = 0; agent < _steps.Length; agent++)
        {
            if (_steps[agent] == 0 || _seen[agent])
            {
                continue;
            }
            if (!known)
            {
                for (int i = 0; i < _later.Length; i++)
                {
                    _later[i] = system.Later(in *state, i);
                }
                known = true;
            }
            if (IsIndependent(state, agent) && Grows(state, fan, agent))
            {
                return agent;
            }
        }
        return All;
    }

    // Whose each step is. The number of agents that have one; 0 where a step is nobody's, which the check of declarations tells: then nothing is known.
    private int Sort(TState* state, Fan<TState> fan)
    {
        Array.Clear(_steps);
        Array.Clear(_seen);
        int acting = 0;
        for (int i = 0; i < fan.Count; i++)
        {
            ref Branch<TState> branch = ref fan[i];
            int agent = branch.Agent = system.Agent(in *state, branch.Step);
            if ((uint)agent >= (uint)_steps.Length)
            {
                return 0;
            }
            acting += _steps[agent]++ == 0 ? 1 : 0;
            _seen[agent] |= branch.Step.Kind >= watched.Length || watched[branch.Step.Kind];
        }
        return acting;
    }

    private bool IsIndependent(TState* state, int agent)
    {
        Footprint next = system.Next(in *state, agent);
        for (int other = 0; other < _later.Length; other++)
        {
            if (other != agent && next.Conflicts(_later[other]))
            {
                return false;
            }
        }
        return true;
    }

    private bool Grows(TState* state, Fan<TState> fan, int agent)
    {
        ulong before = system.Progress(in *state);
        for (int i = 0; i < fan.Count; i++)
        {
            if (fan[i].Agent == agent)
            {
                TState after = fan[i].After;
                canon?.Canonicalise(&after);
                if (system.Progress(in after) <= before)
                {
                    return false;
                }
            }
        }
        return true;
    }
}
