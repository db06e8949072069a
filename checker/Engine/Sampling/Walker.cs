// One thread's walks.

using Verify.Transitions;

namespace Verify.Engine.Sampling;

/// <summary>Walks from an initial state, step by step as its strategy chooses, and asks the properties on the way.</summary>
/// <param name="model">The model.</param>
/// <param name="strategy">Chooses; of this thread alone.</param>
/// <param name="properties">The properties that are looked at.</param>
/// <param name="decided">By number, those that need not be asked any more; changes between rounds only.</param>
/// <param name="depth">Steps of a walk at most.</param>
/// <param name="mustStop">Asked now and then, with the steps of the walk so far.</param>
internal sealed class Walker<TModel, TState, TStrategy>(
    TModel model, TStrategy strategy, IReadOnlyList<Property<TState>> properties, bool[] decided, int depth, Func<long, bool> mustStop)
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
    where TStrategy : struct, IStrategy<TState>
{
    // The clock is looked at once in so many steps, a power of two.
    private const int StepsBetweenLooks = 256;

    private readonly (int Number, Invariant<TState> Property)[] _invariants = Of<Invariant<TState>>(properties);
    private readonly (int Number, ActionProperty<TState> Property)[] _actions = Of<ActionProperty<TState>>(properties);
    private readonly (int Number, Refinement<TState> Property)[] _refinements = Of<Refinement<TState>>(properties);
    private readonly (int Number, Reachable<TState> Property)[] _goals = Of<Reachable<TState>>(properties);
    private readonly (int Number, NoDeadlock<TState> Property)[] _deadlocks = Of<NoDeadlock<TState>>(properties);
    private readonly WalkRecord<TState>?[] _records = new WalkRecord<TState>?[Round.Size];
    private TModel _model = model;
    private TStrategy _strategy = strategy;

    // The initial states, made once; there can be thousands.
    private Moves<TState>? _initial;

    // Successors go to one buffer and the other in turn: to the next, while the state is one of those held. Those left behind hold the state before, and stay
    // until the next collection.
    private readonly Moves<TState> _one = new();
    private readonly Moves<TState> _other = new();
    private Moves<TState> _held = new();
    private Moves<TState> _left = new();
    private Moves<TState> _next = new();
    private int _at;
    private int _before;
    private int[] _choices = new int[64];
    private int _chosen;
    private bool _expanding;
    private Claim? _asking;

    /// <summary>The most steps that one agent could choose from so far.</summary>
    public int Widest => _strategy.Widest;

    /// <summary>Makes one walk.</summary>
    /// <param name="place">Its place in the round.</param>
    /// <param name="random">Its random numbers.</param>
    /// <returns>What it did; until the next walk at that place.</returns>
    public WalkRecord<TState> Walk(int place, SplitRandom random)
    {
        WalkRecord<TState> record = _records[place] ??= new(_model.Actions.Count, properties.Count);
        record.Clear();
        (_chosen, _expanding, _asking) = (0, false, null);
        try
        {
            Moves<TState> initial = _initial ??= Initial();
            record.Whole = initial.Count == 0;
            if (initial.Count > 0)
            {
                Take(initial, _strategy.Begin(place, initial, ref random));
                Ask(record);
                record.Whole = GoOn(ref random, record);
            }
        }
        catch (Exception e)
        {
            Step? last = _expanding && _next.Count > 0 ? _next.Step(_next.Count - 1) : null;
            record.Fault = new Fault<TState>(e, _chosen == 0 ? null : _held.State(_at), _chosen - 1, last, _asking?.Name);
            record.FaultAt = _choices[.._chosen];
        }
        return record;
    }

    private Moves<TState> Initial()
    {
        var initial = new Moves<TState>();
        initial.Initial(ref _model);
        return initial;
    }

    // False where the walk was stopped before its end.
    private bool GoOn(ref SplitRandom random, WalkRecord<TState> record)
    {
        for (; record.Steps < depth; record.Steps++)
        {
            if (record.Steps % StepsBetweenLooks == 0 && mustStop(record.Steps))
            {
                return false;
            }
            Expand();
            if (_next.Count == 0)
            {
                AskAtTheEnd(record);
                return true;
            }
            int move = _strategy.Choose(in _held.State(_at), _next, ref random);
            record.Fired[_next.Step(move).Kind]++;
            Take(_next, move);
            Ask(record);
        }
        if (_deadlocks.Length > 0)
        {
            Expand();
            if (_next.Count == 0)
            {
                AskAtTheEnd(record);
            }
        }
        return true;
    }

    private void Expand()
    {
        _expanding = true;
        _next.Next(ref _model, in _held.State(_at));
        _expanding = false;
    }

    private void Take(Moves<TState> moves, int move)
    {
        if (_chosen == _choices.Length)
        {
            Array.Resize(ref _choices, 2 * _chosen);
        }
        _choices[_chosen++] = move;
        (_left, _before, _held, _at) = (_held, _at, moves, move);
        _next = moves == _one ? _other : _one;
    }

    private void Ask(WalkRecord<TState> record)
    {
        ref readonly TState state = ref _held.State(_at);
        foreach ((int number, Invariant<TState> property) in _invariants)
        {
            _asking = property.Claim;
            if (IsOpen(number, record) && Board<TState>.Fails(property, in state))
            {
                record.Violations[number] = _choices[.._chosen];
            }
        }
        foreach ((int number, ActionProperty<TState> property) in _chosen > 1 ? _actions : [])
        {
            _asking = property.Claim;
            if (IsOpen(number, record) && Board<TState>.Fails(property, in _left.State(_before), _held.Step(_at), in state))
            {
                record.Violations[number] = _choices[.._chosen];
            }
        }
        foreach ((int number, Refinement<TState> property) in _refinements)
        {
            _asking = property.Claim;
            if (IsOpen(number, record) && (_chosen == 1 ? !property.Starts(in state) : property.Judge(in _left.State(_before), in state) == AbstractStep.Impossible))
            {
                record.Violations[number] = _choices[.._chosen];
            }
        }
        foreach ((int number, Reachable<TState> property) in _goals)
        {
            _asking = property.Claim;
            record.Goals[number] |= property.Met(in state);
            if (_chosen > 1 && property.Taken is { } taken)
            {
                record.Goals[number] |= taken(in _left.State(_before), _held.Step(_at), in state);
            }
        }
        _asking = null;
    }

    private void AskAtTheEnd(WalkRecord<TState> record)
    {
        if (_deadlocks.Length > 0 && !_model.IsFinal(in _held.State(_at)))
        {
            foreach ((int number, _) in _deadlocks)
            {
                record.Violations[number] = IsOpen(number, record) ? _choices[.._chosen] : null;
            }
        }
    }

    // Whether other walks of the round violate it plays no part: the one with the smallest number counts, and a thread need not know which that is.
    private bool IsOpen(int number, WalkRecord<TState> record) => !decided[number] && record.Violations[number] == null;

    private static (int Number, TProperty Property)[] Of<TProperty>(IReadOnlyList<Property<TState>> properties)
        where TProperty : Property<TState> =>
        [.. properties.Index().Where(property => property.Item is TProperty).Select(property => (property.Index, (TProperty)property.Item))];
}
