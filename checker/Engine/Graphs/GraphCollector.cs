// Collects a piece of a model's state graph: what the explorer visits, with the steps that it throws away.

using Verify.Engine.Liveness;
using Verify.Engine.Reduction;
using Verify.Engine.Traces;
using Verify.Transitions;

namespace Verify.Engine.Graphs;

/// <summary>
/// Collects states, breadth first from one initial state after the other, and the steps between them. It is for pictures: a few hundred states, each kept whole and put into words.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="properties">The claims about it.</param>
/// <param name="options">What to collect.</param>
internal sealed class GraphCollector<TModel, TState>(TModel model, IReadOnlyList<Property<TState>> properties, GraphOptions options)
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    // Of the steps of one state.
    private const long MostBytes = 64 << 20;

    // The rest is counted for one number in the picture's title.
    private static readonly TimeSpan _longestCount = TimeSpan.FromSeconds(20);

    private readonly IReadOnlyList<Property<TState>> _marked = Selection.Of(properties, options.Properties);
    private readonly Dictionary<TState, int> _numbers = new(new SameBytes());
    private readonly List<TState> _states = [];
    private readonly List<int?> _parents = [];
    private readonly List<GraphRun> _runs = [];
    private readonly List<Move<TState>> _moves = [];
    private readonly ReductionPlan<TState> _plan = ReductionPlan<TState>.Of(model, properties, options.Reductions);
    private readonly Fan<TState> _fan = new(new NativeBudget(MostBytes));
    private AmpleSets<TState>? _ampleSets;
    private Canon<TState>? _canon;
    private TModel _model = model;

    /// <summary>Collects.</summary>
    /// <exception cref="TraceException">The run to be shown does not fit the model.</exception>
    /// <exception cref="ModelException">The model or a property threw.</exception>
    public StateGraph Run()
    {
        Padding.Refuse<TState>();
        (_canon, _ampleSets) = (_plan.Canon(), _plan.AmpleSets());
        try
        {
            return Collect();
        }
        finally
        {
            _fan.Free();
        }
    }

    private StateGraph Collect()
    {
        if (options.Run is { } trace)
        {
            Take(trace.Property, new Replay<TModel, TState>(_model, properties).Path(trace), trace.Loop);
        }
        foreach (Finding<TState> lasso in Lassos())
        {
            Take(lasso.Property.Claim.Name, lasso.Path!, lasso.Loop);
        }
        Successors<TState>.Initial(ref _model, _moves);
        TState[] initial = [.. _moves.Select(move => Representative(move.State)).Distinct(_numbers.Comparer)];
        Widen(initial);
        HashSet<TState> starts = new(initial, _numbers.Comparer);
        var steps = new List<GraphStep>();
        GraphState[] states = [.. _states.Select((state, number) => State(state, number, starts.Contains(state), steps))];
        (long total, bool isCounted) = states.Any(state => state.StepsBeyond > 0) || Array.Exists(initial, state => !_numbers.ContainsKey(state)) ? Count() : (states.Length, true);
        return new StateGraph(states, steps) { InitialStates = initial.Length, Total = total, IsCounted = isCounted, Runs = _runs };
    }

    // The steps from a state that are taken: all, or those that partial order leaves.
    private unsafe void Expand(TState state)
    {
        Successors<TState>.Of(ref _model, in state, _moves);
        if (_ampleSets == null)
        {
            return;
        }
        _fan.Clear();
        foreach (Move<TState> move in _moves)
        {
            _fan.Copy(move.State);
            _fan.Take(move.Step);
        }
        int agent = _ampleSets.Choose(&state, _fan);
        for (int i = _moves.Count - 1; i >= 0 && agent != AmpleSets<TState>.All; i--)
        {
            if (_fan[i].Agent != agent)
            {
                _moves.RemoveAt(i);
            }
        }
    }

    // What is kept of a state and all that differ from it in names only.
    private unsafe TState Representative(TState state)
    {
        _canon?.Canonicalise(&state);
        return state;
    }

    private void Take(string property, IReadOnlyList<Move<TState>> path, int? loop)
    {
        var numbers = new List<int>();
        foreach (Move<TState> move in path)
        {
            numbers.Add(Number(move.State, numbers.Count == 0 ? null : numbers[^1]));
        }
        _runs.Add(new GraphRun(property, numbers, loop));
    }

    // All that one initial state leads to comes before the next one, breadth first: a table has hundreds of initial states, and a picture of these alone says nothing.
    private void Widen(TState[] initial)
    {
        int next = 0;
        foreach (TState start in initial)
        {
            Offer(start, null);
            for (; next < _states.Count && _states.Count < options.States; next++)
            {
                Expand(_states[next]);
                foreach (Move<TState> move in _moves)
                {
                    Offer(Representative(move.State), next);
                }
            }
        }
    }

    private void Offer(TState state, int? parent)
    {
        if (_states.Count < options.States)
        {
            Number(state, parent);
        }
    }

    private int Number(TState state, int? parent)
    {
        if (!_numbers.TryGetValue(state, out int number))
        {
            number = _states.Count;
            _numbers.Add(state, number);
            _states.Add(state);
            _parents.Add(parent);
        }
        return number;
    }

    private GraphState State(TState state, int number, bool isInitial, List<GraphStep> steps)
    {
        Expand(state);
        foreach (Move<TState> move in _moves)
        {
            if (_numbers.TryGetValue(Representative(move.State), out int target))
            {
                steps.Add(new GraphStep(number, target, Wording.Of(_model.Say(in state, move.Step)), Violated(property => FailsIn(property, state, move))));
            }
        }
        bool isStuck = _moves.Count == 0;
        bool isFinal = isStuck && _model.IsFinal(in state);
        return new GraphState(StateText.Of(ref _model, in state), isInitial ? null : _parents[number])
        {
            IsInitial = isInitial,
            IsFinal = isFinal,
            Violates = Violated(property => FailsIn(property, state, isInitial) || (property is NoDeadlock<TState> && isStuck && !isFinal)),
            Goals = options.Properties == null ? [] : [.. _marked.OfType<Reachable<TState>>().SelectMany(property => Met(property, state))],
            StepsBeyond = _moves.Count(move => !_numbers.ContainsKey(Representative(move.State))),
        };
    }

    private string[] Violated(Predicate<Property<TState>> fails) => [.. _marked.Where(property => fails(property)).Select(property => property.Claim.Name)];

    private static bool FailsIn(Property<TState> property, TState state, bool isInitial) => property switch
    {
        Invariant<TState> invariant => Board<TState>.Fails(invariant, in state),
        Refinement<TState> refinement => isInitial && !refinement.Starts(in state),
        _ => false,
    };

    private static bool FailsIn(Property<TState> property, TState before, Move<TState> move) => property switch
    {
        ActionProperty<TState> action => Board<TState>.Fails(action, in before, move.Step, move.State),
        Refinement<TState> refinement => refinement.Judge(in before, move.State) == AbstractStep.Impossible,
        _ => false,
    };

    private static IEnumerable<string> Met(Reachable<TState> property, TState state)
    {
        ulong met = property.Met(in state);
        return property.Goals.Where((_, i) => (met >> i & 1) != 0);
    }

    // Only the whole graph tells which runs are fair.
    private IEnumerable<Finding<TState>> Lassos()
    {
        string[] named = options.Properties == null ? [] : [.. _marked.OfType<Liveness<TState>>().Select(claim => claim.Claim.Name)];
        return named.Length == 0 ? []
            : Explore(new ExploreOptions { Properties = named, Cancel = options.Cancel }).Findings.Where(finding => finding.Path != null);
    }

    private (long Total, bool IsCounted) Count()
    {
        // The same reductions with the same properties; those about whole runs take no part in them.
        string[] onTheWay = [.. properties.Where(property => property is not Liveness<TState>).Select(property => property.Claim.Name)];
        Exploration<TState> all = Explore(new ExploreOptions
        {
            Properties = options.Reductions == Reductions.None ? [] : onTheWay,
            Reductions = options.Reductions,
            Time = _longestCount,
            Cancel = options.Cancel,
        });
        return (all.States, all.Limit == null);
    }

    private Exploration<TState> Explore(ExploreOptions how) => new Explorer<TModel, TState>(_model, properties).Run(how);

    // As everywhere in the engine: two states are the same when their bytes are.
    private sealed class SameBytes : IEqualityComparer<TState>
    {
        public bool Equals(TState one, TState other) => StateBytes.Same(one, other);

        public unsafe int GetHashCode(TState state) => Fingerprint.Of(&state).GetHashCode();
    }
}
