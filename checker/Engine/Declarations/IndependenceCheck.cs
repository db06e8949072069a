// Looks whether steps that are said not to depend on each other can be taken in either order, and whether footprints foresee what comes.

using Verify.Transitions;

namespace Verify.Engine.Declarations;

/// <summary>
/// At a state: executes the steps of agents whose footprints do not conflict in both orders. Along a walk: compares what agents do with what was foreseen.
/// </summary>
internal sealed class IndependenceCheck<TModel, TState>
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    private const string Owned = "every step has an agent";
    private const string Untouched = "steps are neither enabled nor disabled by independent ones";
    private const string Commuting = "independent steps lead to the same state in both orders";
    private const string Foreseen = "footprints of what comes later cover what comes next";

    // Steps of others that an agent is kept waiting for.
    private const int Waits = 4;

    private readonly IConcurrentSystem<TState> _system;
    private readonly IPartialOrderSystem<TState>? _foresight;
    private readonly VisibilityCheck<TModel, TState> _visibility;
    private readonly Ledger _ledger;
    private readonly List<(TState State, Footprint[] Later)> _passed = [];
    private TModel _model;

    /// <summary>A check of one model.</summary>
    public IndependenceCheck(TModel model, IConcurrentSystem<TState> system, VisibilityCheck<TModel, TState> visibility, Ledger ledger)
    {
        (_model, _system, _visibility, _ledger) = (model, system, visibility, ledger);
        _foresight = system as IPartialOrderSystem<TState>;
        foreach (string declaration in (string[])[Owned, Untouched, Commuting, .. _foresight == null ? Array.Empty<string>() : [Foreseen]])
        {
            ledger.Open(declaration);
        }
    }

    /// <summary>A walk begins.</summary>
    public void Begin() => _passed.Clear();

    /// <summary>A walk comes to a state: whatever an agent may do next was foreseen in all states before it.</summary>
    public void Pass(in TState state)
    {
        if (_foresight == null)
        {
            return;
        }
        TState here = state;
        var later = new Footprint[_system.Agents];
        for (int agent = 0; agent < later.Length; agent++)
        {
            later[agent] = _foresight.Later(in state, agent);
        }
        _passed.Add((state, later));
        for (int agent = 0; agent < later.Length; agent++)
        {
            int who = agent;
            Footprint next = _system.Next(in state, agent);
            int failing = _passed.FindIndex(passed => !Covers(passed.Later[who], next));
            _ledger.Note(Foreseen, failing < 0, () => Unforeseen(who, next, here, _passed[failing].Later[who], _passed[failing].State));
        }
    }

    /// <summary>Looks at the steps of a state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="moves">Its successors.</param>
    /// <param name="random">Decides whom an agent waits for.</param>
    public void At(in TState state, List<Move<TState>> moves, ref SplitRandom random)
    {
        TState here = state;
        foreach (Move<TState> move in moves)
        {
            int agent = _system.Agent(in state, move.Step);
            bool owned = agent >= 0 && agent < _system.Agents;
            _ledger.Note(Owned, owned, () => $"agent {agent} of {_system.Agents} takes {Told.Step(ref _model, in here, move.Step)}, in {Text(here)}");
            if (!owned)
            {
                return;
            }
        }
        for (int agent = 0; agent < _system.Agents; agent++)
        {
            Footprint next = _system.Next(in state, agent);
            foreach (Move<TState> other in moves)
            {
                if (Agent(state, other) is int taker && taker != agent && !next.Conflicts(_system.Next(in state, taker)))
                {
                    Both(state, moves, agent, other);
                }
            }
            Wait(state, moves, agent, next, ref random);
        }
    }

    private string Unforeseen(int agent, Footprint next, TState here, Footprint later, TState passed)
    {
        ulong reads = next.Reads & ~(later.Reads | later.Writes);
        ulong writes = next.Writes & ~later.Writes;
        string there = StateBytes.Same(here, passed) ? "there already" : $"in {Text(passed)}, from where it is reached";
        return $"agent {agent} may next {(writes == 0 ? $"read 0x{reads:x}" : $"write 0x{writes:x}")} in {Text(here)}, which is not among what comes later {there}";
    }

    // Others go on for a while, with what does not conflict with the agent's next step as it was in the beginning: that one must stay as it is.
    private void Wait(TState state, List<Move<TState>> moves, int agent, Footprint next, ref SplitRandom random)
    {
        for (int waits = 0; waits < Waits; waits++)
        {
            TState now = state;
            List<Move<TState>> others = moves.FindAll(move => Agent(now, move) is int taker && taker != agent && !next.Conflicts(_system.Next(in now, taker)));
            if (others.Count == 0)
            {
                return;
            }
            Move<TState> other = others[random.Below(others.Count)];
            Both(state, moves, agent, other);
            (state, moves) = (other.State, After(other.State));
        }
    }

    // The steps of an agent, and an independent one of another.
    private void Both(TState state, List<Move<TState>> moves, int agent, Move<TState> other)
    {
        List<Move<TState>> own = moves.FindAll(move => Agent(state, move) == agent);
        List<Move<TState>> then = After(other.State).FindAll(move => Agent(other.State, move) == agent);
        IEnumerable<Step> lost = own.Select(move => move.Step).Except(then.Select(move => move.Step));
        IEnumerable<Step> gained = then.Select(move => move.Step).Except(own.Select(move => move.Step));
        _ledger.Note(Untouched, own.Count == then.Count && !lost.Any() && !gained.Any(), () =>
        {
            string what = lost.Any() ? $"disables {Told.Step(ref _model, in state, lost.First())}"
                : gained.Any() ? $"enables {Told.Step(ref _model, other.State, gained.First())}" : "changes how often a step can be taken";
            return $"{Told.Step(ref _model, in state, other.Step)} {what} of agent {agent}, in {Text(state)}";
        });
        foreach (Move<TState> move in own)
        {
            List<Move<TState>> ownLast = then.FindAll(after => after.Step == move.Step);
            List<Move<TState>> otherLast = After(move.State).FindAll(after => after.Step == other.Step);
            bool commutes = ownLast.Exists(one => otherLast.Exists(two => StateBytes.Same(one.State, two.State)));
            _ledger.Note(Commuting, commutes, () => $"{Told.Step(ref _model, in state, move.Step)} of agent {agent} and "
                + $"{Told.Step(ref _model, in state, other.Step)} do not, in {Text(state)}");
            if (commutes)
            {
                _visibility.Pair(state, move, other, otherLast[0]);
                _visibility.Pair(state, other, move, ownLast[0]);
            }
        }
    }

    private List<Move<TState>> After(TState state)
    {
        var moves = new List<Move<TState>>();
        Successors<TState>.Of(ref _model, in state, moves);
        return moves;
    }

    private int Agent(TState state, Move<TState> move) => _system.Agent(in state, move.Step);

    private string Text(TState state) => Told.State(ref _model, in state);

    private static bool Covers(Footprint later, Footprint next) =>
        (next.Reads & ~(later.Reads | later.Writes)) == 0 && (next.Writes & ~later.Writes) == 0;
}
