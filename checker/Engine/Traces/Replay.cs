// Executes a model along a recorded trace: the check that a counterexample is real, and still is.

using Verify.Engine.Liveness;
using Verify.Transitions;

namespace Verify.Engine.Traces;

/// <summary>Replays traces on one model. Every complaint is one line that says which step, and what differs.</summary>
/// <param name="model">The model.</param>
/// <param name="properties">The claims about it.</param>
internal sealed class Replay<TModel, TState>(TModel model, IReadOnlyList<Property<TState>> properties)
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    private const int MaxListed = 6;

    private readonly List<Move<TState>> _moves = [];
    private TModel _model = model;

    /// <summary>Replays <paramref name="trace"/>; returns which part of the property failed in the last step.</summary>
    /// <exception cref="TraceException">It does not fit the model.</exception>
    public string Run(TraceDocument trace)
    {
        string? flaw = Flaw(Find(trace.Property), Path(trace), trace.Loop, out string detail);
        return flaw == null ? detail : throw new TraceException(flaw);
    }

    /// <summary>Why a run does not violate a property; null where it does.</summary>
    /// <param name="property">The property.</param>
    /// <param name="path">The run.</param>
    /// <param name="loop">Where it goes on from its end; null for nowhere.</param>
    /// <param name="detail">Which part of the property fails.</param>
    public string? Flaw(Property<TState> property, IReadOnlyList<Move<TState>> path, int? loop, out string detail)
    {
        if (property is Liveness<TState> claim)
        {
            string? flaw = new LassoRun<TModel, TState>(_model, claim).Flaw(path, loop!.Value, out detail);
            return flaw == null ? null : $"the run does not violate property {claim.Claim.Name}: {flaw}";
        }
        bool violates = Violates(property, path);
        detail = violates ? Board<TState>.Explain(property, path) : "";
        return violates ? null
            : $"step {path.Count - 1}: property {property.Claim.Name} holds in the last state: the trace is truncated, or the model was repaired";
    }

    /// <summary>The run as the model takes it, whether it violates its property or not.</summary>
    /// <exception cref="TraceException">It does not fit the model.</exception>
    public IReadOnlyList<Move<TState>> Path(TraceDocument trace)
    {
        Property<TState> property = Find(trace.Property);
        if (trace.Loop != null != property is Liveness<TState>)
        {
            throw new TraceException(trace.Loop == null
                ? $"property {trace.Property} is about whole runs, and the trace has no loop: it needs one"
                : $"the trace has a loop, but property {trace.Property} is violated by finite runs");
        }
        if (trace.Steps.Count == 0)
        {
            throw new TraceException("the trace has no steps: at least the initial state is needed");
        }
        var path = new List<Move<TState>>(trace.Steps.Count) { Start(trace.Steps[0]) };
        for (int i = 1; i < trace.Steps.Count; i++)
        {
            path.Add(Follow(path[^1].State, trace.Steps[i], i));
        }
        return path;
    }

    private Property<TState> Find(string name)
    {
        Property<TState> property = properties.FirstOrDefault(candidate => candidate.Claim.Name == name)
            ?? throw new TraceException(
                $"there is no property '{name}'; there are: {string.Join(", ", properties.Select(candidate => candidate.Claim.Name))}");
        return property is Reachable<TState>
            ? throw new TraceException($"property {name} is about what can be reached: no single run violates it")
            : property;
    }

    private Move<TState> Start(TraceStep recorded)
    {
        if (recorded.Lane.Length > 0 || recorded.Action != Recorder.Init || recorded.Arguments.Count > 0)
        {
            throw new TraceException(
                $"step 0: the first step must be '{Recorder.Init}', not '{Wording.Of(recorded.Lane, recorded.Action, recorded.Arguments)}'");
        }
        Successors<TState>.Initial(ref _model, _moves);
        var texts = _moves.ConvertAll(move => StateText.Of(ref _model, move.State));
        int found = texts.FindIndex(text => text.SequenceEqual(recorded.State));
        if (found < 0)
        {
            throw new TraceException($"step 0: not an initial state: {Difference(recorded.State, Nearest(texts, recorded.State))}");
        }
        return _moves[found];
    }

    private Move<TState> Follow(TState before, TraceStep recorded, int number)
    {
        Successors<TState>.Of(ref _model, in before, _moves);
        var steps = _moves.ConvertAll(move => Recorder.Step(ref _model, in before, move));
        int found = steps.FindIndex(step => SameAction(step, recorded) && step.State.SequenceEqual(recorded.State));
        if (found >= 0)
        {
            return _moves[found];
        }
        string wanted = Wording.Of(recorded.Lane, recorded.Action, recorded.Arguments);
        var targets = steps.Where(step => SameAction(step, recorded)).Select(step => step.State).ToList();
        throw new TraceException(targets.Count == 0
            ? $"step {number}: '{wanted}' is not enabled; enabled: {Enabled(steps)}"
            : $"step {number}: '{wanted}' leads to another state: {Difference(recorded.State, Nearest(targets, recorded.State))}");
    }

    private bool Violates(Property<TState> property, IReadOnlyList<Move<TState>> path)
    {
        TState last = path[^1].State;
        switch (property)
        {
            case Invariant<TState> invariant:
                return Board<TState>.Fails(invariant, in last);
            case ActionProperty<TState> action:
                return path.Count > 1 && Board<TState>.Fails(action, path[^2].State, path[^1].Step, in last);
            case Refinement<TState> refinement:
                return Board<TState>.Fails(refinement, path);
            default:
                Successors<TState>.Of(ref _model, in last, _moves);
                return _moves.Count == 0 && !_model.IsFinal(in last);
        }
    }

    // Who is at the other end may be left out: it was, before traces had it.
    private static bool SameAction(TraceStep a, TraceStep recorded) =>
        a.Lane == recorded.Lane && a.Action == recorded.Action && a.Arguments.SequenceEqual(recorded.Arguments)
        && (recorded.From ?? a.From) == a.From && (recorded.To ?? a.To) == a.To;

    private static string Enabled(List<TraceStep> steps)
    {
        var names = steps.Select(step => Wording.Of(step.Lane, step.Action, step.Arguments)).Distinct().ToList();
        return names.Count == 0
            ? "nothing"
            : string.Join("; ", names.Take(MaxListed)) + (names.Count > MaxListed ? $"; and {names.Count - MaxListed} more" : "");
    }

    // Of several states, the one that agrees longest with the record: what the writer most likely meant.
    private static IReadOnlyList<KeyValuePair<string, string>> Nearest(
        List<IReadOnlyList<KeyValuePair<string, string>>> texts, IReadOnlyList<KeyValuePair<string, string>> recorded) =>
        texts.MaxBy(text => text.Zip(recorded).Count(pair => pair.First.Equals(pair.Second))) ?? [];

    private static string Difference(
        IReadOnlyList<KeyValuePair<string, string>> recorded, IReadOnlyList<KeyValuePair<string, string>> model)
    {
        foreach (KeyValuePair<string, string> field in recorded)
        {
            if (!model.Any(other => other.Key == field.Key))
            {
                return $"field '{field.Key}' is unknown to the model";
            }
        }
        foreach (KeyValuePair<string, string> field in model)
        {
            if (!recorded.Any(other => other.Key == field.Key))
            {
                return $"field '{field.Key}' is missing (model: {field.Value})";
            }
        }
        foreach ((KeyValuePair<string, string> r, KeyValuePair<string, string> m) in recorded.Zip(model))
        {
            if (r.Key == m.Key && r.Value != m.Value)
            {
                return $"field '{r.Key}' is recorded as {r.Value}, in the model it is {m.Value}";
            }
        }
        return "its fields are in another order, or some are there twice";
    }
}
