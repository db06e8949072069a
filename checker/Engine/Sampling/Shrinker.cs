// Short counterexamples out of long random walks.

using Verify.Transitions;

namespace Verify.Engine.Sampling;

/// <summary>
/// Makes a walk to a violation short: first steps are deleted as long as what remains can be taken and violates the same property, then the shortest run by the
/// actions that are left is looked for.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="property">The property that is violated.</param>
/// <param name="cancel">Ends the search for a shorter one.</param>
internal sealed class Shrinker<TModel, TState>(TModel model, Property<TState> property, CancellationToken cancel)
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    // About a million states. Memory and not time, so that the result does not depend on how busy the machine is.
    private const long EffortBytes = 32L << 20;

    // Steps executed to see what can be deleted: a few seconds at most. Steps and not time, for the same reason.
    private const long EffortSteps = 4_000_000;

    private readonly Rerun<TModel, TState> _rerun = new(model, property);

    /// <summary>Shrinks a walk that ends in a violation.</summary>
    public (IReadOnlyList<Move<TState>> Path, Shrinkage How) Shrink(List<Move<TState>> walk)
    {
        List<Move<TState>> rest = Delete(WithoutLoops(walk));
        int actions = rest.Skip(1).Select(move => move.Step.Kind).Distinct().Count();
        IReadOnlyList<Move<TState>>? shortest = Explore(rest);
        return (shortest ?? rest, new Shrinkage(walk.Count - 1, rest.Count - 1, actions, shortest?.Count - 1));
    }

    // What lies between two visits of a state. The last two states stay: a violating step may be one from a state to itself.
    private static List<Move<TState>> WithoutLoops(List<Move<TState>> walk)
    {
        var last = new Dictionary<ulong, int>();
        for (int i = 0; i < walk.Count - 1; i++)
        {
            last[Key(walk[i].State)] = i;
        }
        var path = new List<Move<TState>>();
        for (int i = 0; i < walk.Count - 1; i++)
        {
            path.Add(walk[i]);
            i = last[Key(walk[i].State)];
        }
        path.Add(walk[^1]);
        return path;
    }

    private static unsafe ulong Key(TState state) => Fingerprint.Of(&state);

    // In the manner of A. Zeller, R. Hildebrandt, "Simplifying and isolating failure-inducing input", IEEE TSE 28(2), 2002: halves, quarters and so on, then
    // single steps until none can go. Steps that cannot be taken any more go with those they depended on.
    private List<Move<TState>> Delete(List<Move<TState>> path)
    {
        int size = path.Count / 2;
        for (bool deleted = true; deleted || size > 0; size /= 2)
        {
            size = Math.Max(size, 1);
            deleted = false;
            // From the end: on what comes last least depends.
            for (int to = path.Count; to > 1 && MayGoOn(); to = Math.Min(to - size, path.Count))
            {
                if (_rerun.Without(path, Math.Max(to - size, 1), to) is { } shorter)
                {
                    (path, deleted) = (shorter, true);
                }
            }
        }
        return path;
    }

    private bool MayGoOn() => _rerun.Steps < EffortSteps && !cancel.IsCancellationRequested;

    // The shortest run by the actions of the path; null where it is not found with bounded effort.
    private IReadOnlyList<Move<TState>>? Explore(List<Move<TState>> path)
    {
        bool[] allowed = new bool[model.Actions.Count];
        foreach (Move<TState> move in path.Skip(1))
        {
            allowed[move.Step.Kind] = true;
        }
        var part = new Restricted<TModel, TState>(model, allowed);
        var effort = new ExploreOptions { MemoryBytes = EffortBytes, StopWhenDecided = true, Cancel = cancel };
        try
        {
            return new Explorer<Restricted<TModel, TState>, TState>(part, [property]).Run(effort).Findings[0].Path;
        }
        catch (ModelException)
        {
            // The model fails where the walk did not come: that is for exploration to report, and the walk is a counterexample all the same.
            return null;
        }
    }
}

/// <summary>Executes a run again without some of its steps.</summary>
internal sealed class Rerun<TModel, TState>(TModel model, Property<TState> property)
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    private readonly Moves<TState> _moves = new();
    private TModel _model = model;

    /// <summary>Steps executed so far.</summary>
    public long Steps { get; private set; }

    /// <summary>
    /// The run without the steps from one number up to but not another, and without those that cannot be taken then, up to its first violation; null where it
    /// violates nothing. A step is the same where action and arguments are.
    /// </summary>
    public List<Move<TState>>? Without(IReadOnlyList<Move<TState>> path, int from, int to)
    {
        var shorter = new List<Move<TState>>(path.Count) { path[0] };
        try
        {
            for (int i = 1; i < path.Count && !Fails(shorter); i++)
            {
                if (i < from || i >= to)
                {
                    TryStep(shorter, path[i].Step);
                }
            }
            return Fails(shorter) || IsStuck(shorter) ? shorter : null;
        }
        catch (Exception)
        {
            // The model throws off the walk: for exploration to report.
            return null;
        }
    }

    private void TryStep(List<Move<TState>> path, Step step)
    {
        Steps++;
        _moves.Next(ref _model, path[^1].State);
        for (int i = 0; i < _moves.Count; i++)
        {
            if (_moves.Step(i) == step)
            {
                path.Add(new Move<TState>(step, _moves.State(i)));
                return;
            }
        }
    }

    private bool Fails(List<Move<TState>> path) => property switch
    {
        Invariant<TState> invariant => Board<TState>.Fails(invariant, path[^1].State),
        ActionProperty<TState> action => path.Count > 1 && Board<TState>.Fails(action, path[^2].State, path[^1].Step, path[^1].State),
        Refinement<TState> refinement => Board<TState>.Fails(refinement, path),
        _ => false,
    };

    private bool IsStuck(List<Move<TState>> path)
    {
        if (property is not NoDeadlock<TState>)
        {
            return false;
        }
        _moves.Next(ref _model, path[^1].State);
        return _moves.Count == 0 && !_model.IsFinal(path[^1].State);
    }
}
