// Counterexamples of an abstraction, spelt out: found where much is done at once, shown in the system that does it step by step.

using Verify.Engine.Traces;
using Verify.Transitions;

namespace Verify.Engine;

/// <summary>A run as it is shown.</summary>
/// <param name="Failed">Which part of the property fails.</param>
/// <param name="Steps">The steps.</param>
/// <param name="Loop">See <see cref="TraceDocument.Loop"/>.</param>
internal sealed record UnfoldedRun(string Failed, IReadOnlyList<TraceStep> Steps, int? Loop);

/// <summary>Where the counterexamples of an abstraction are shown, free of the type of the system that they are shown in.</summary>
/// <param name="scope">The name of the scope at which the variant opens that system.</param>
public abstract class Unfolding<TState>(string scope)
    where TState : unmanaged
{
    /// <summary>The name of the scope at which the variant opens the system that runs are shown in.</summary>
    public string Scope => scope;

    /// <summary>The run that violates the same property; null where the system has none with these steps.</summary>
    internal abstract UnfoldedRun? Unfold(string property, IReadOnlyList<Move<TState>> path, int? loop);
}

/// <summary>
/// Turns runs of an abstraction into runs of the system that it leaves steps out of (<see cref="IUnfoldedSystem{TState}"/>): the same steps in the same order, with those
/// implied steps in between that the violation needs, and at its end a step that shows it.
/// </summary>
/// <param name="scope">The name of the scope at which the variant opens the system.</param>
/// <param name="model">The system.</param>
/// <param name="properties">The claims about it.</param>
public sealed class Unfolding<TModel, TState>(string scope, TModel model, IReadOnlyList<Property<TState>> properties) : Unfolding<TState>(scope)
    where TModel : struct, IUnfoldedSystem<TState>
    where TState : unmanaged
{
    // Between two steps of the abstraction. Implied steps come to an end; a model that breaks that promise must not hang.
    private const int MostImplied = 10_000;

    private readonly List<Move<TState>> _moves = [];
    private readonly Replay<TModel, TState> _judge = new(model, properties);
    private TModel _model = model;

    /// <inheritdoc/>
    internal override UnfoldedRun? Unfold(string property, IReadOnlyList<Move<TState>> path, int? loop)
    {
        if (properties.FirstOrDefault(each => each.Claim.Name == property) is not { } claim || Expand(path) is not { } whole)
        {
            return null;
        }
        // A step that violates is the last one: nothing may follow it.
        var ends = new Schedule(whole.Start, [.. whole.Plan.Take(whole.Plan.FindLastIndex(planned => planned.Number > 0) + 1)], loop);
        Schedule? found = Violates(claim, ends) ? ends : Violates(claim, whole with { Loop = loop }) ? whole with { Loop = loop } : null;
        if (found == null)
        {
            return null;
        }
        (List<Move<TState>> run, int? back) = Execute(Thin(claim, found));
        if (back == null && claim.ShownBy is { } shows)
        {
            Successors<TState>.Of(ref _model, run[^1].State, _moves);
            TState last = run[^1].State;
            run.AddRange(_moves.Where(move => StateBytes.Same(last, move.State) && shows(in last, move.Step, move.State)).Take(1));
        }
        _judge.Flaw(claim, run, back, out string failed);
        return new UnfoldedRun(failed, Recorder.Steps(ref _model, run), back);
    }

    // All steps with all implied ones between them; null where that does not lead through the states of the abstraction.
    private Schedule? Expand(IReadOnlyList<Move<TState>> path)
    {
        Successors<TState>.Initial(ref _model, _moves);
        foreach (Move<TState> start in _moves.ToArray())
        {
            var plan = new List<(Step Step, int Number)>();
            TState bare = start.State;
            TState state = Saturate(bare, bare, plan);
            for (int i = 1; i < path.Count && StateBytes.Same(state, path[i - 1].State); i++)
            {
                if (Take(path[i].Step, ref state))
                {
                    Take(path[i].Step, ref bare);
                    plan.Add((path[i].Step, i));
                    state = Saturate(state, bare, plan);
                }
            }
            if (plan.Count(planned => planned.Number > 0) == path.Count - 1 && StateBytes.Same(state, path[^1].State))
            {
                return new Schedule(start, plan, null);
            }
        }
        return null;
    }

    // Takes all implied steps that change something. Planned are also those that would, had there been none before: so what is needed can be done later than at once.
    private TState Saturate(TState state, TState bare, List<(Step Step, int Number)> plan)
    {
        int first = plan.Count;
        AddImplied(bare, plan);
        for (int i = first; i < plan.Count; i++)
        {
            Take(plan[i].Step, ref state);
        }
        return AddImplied(state, plan);
    }

    private TState AddImplied(TState state, List<(Step Step, int Number)> plan)
    {
        for (int taken = 0; taken < MostImplied; taken++)
        {
            Successors<TState>.Of(ref _model, in state, _moves);
            int next = _moves.FindIndex(move => _model.IsImplied(move.Step) && !StateBytes.Same(state, move.State));
            if (next < 0)
            {
                return state;
            }
            plan.Add((_moves[next].Step, 0));
            state = _moves[next].State;
        }
        throw new InvalidOperationException($"implied steps do not come to an end: after {MostImplied} of them there are more");
    }

    private bool Take(Step step, ref TState state)
    {
        Successors<TState>.Of(ref _model, in state, _moves);
        int found = _moves.FindIndex(move => move.Step == step);
        state = found < 0 ? state : _moves[found].State;
        return found >= 0;
    }

    // Deletes implied steps: halves, quarters and so on, then single ones until none can go. From the beginning: what is left is done as late as it can be.
    private Schedule Thin(Property<TState> claim, Schedule schedule)
    {
        int size = schedule.Plan.Count;
        for (bool deleted = true; deleted || size > 0; size /= 2)
        {
            size = Math.Max(size, 1);
            deleted = false;
            for (int from = 0; from < schedule.Plan.Count;)
            {
                int to = from + size;
                Schedule shorter = schedule with { Plan = [.. schedule.Plan.Where((planned, i) => planned.Number > 0 || i < from || i >= to)] };
                bool isShorter = shorter.Plan.Count < schedule.Plan.Count && Violates(claim, shorter);
                from = isShorter ? to - (schedule.Plan.Count - shorter.Plan.Count) : to;
                (schedule, deleted) = isShorter ? (shorter, true) : (schedule, deleted);
            }
        }
        return schedule;
    }

    private bool Violates(Property<TState> claim, Schedule schedule)
    {
        (List<Move<TState>> run, int? loop) = Execute(schedule);
        return run.Count > 0 && _judge.Flaw(claim, run, loop, out _) == null;
    }

    // The run, without implied steps that cannot be taken or change nothing; empty where another step cannot.
    private (List<Move<TState>> Run, int? Loop) Execute(Schedule schedule)
    {
        var run = new List<Move<TState>> { schedule.Start };
        int? loop = null;
        foreach ((Step step, int number) in schedule.Plan)
        {
            TState state = run[^1].State;
            bool isTaken = Take(step, ref state) && (number > 0 || !StateBytes.Same(state, run[^1].State));
            if (!isTaken && number > 0)
            {
                return ([], null);
            }
            if (isTaken)
            {
                loop = number > 0 && number == schedule.Loop ? run.Count : loop;
                run.Add(new Move<TState>(step, state));
            }
        }
        return (run, schedule.Loop == null ? null : loop ?? run.Count);
    }

    // What is to be done from an initial state on: steps of the abstraction by their number, implied ones with 0.
    private sealed record Schedule(Move<TState> Start, List<(Step Step, int Number)> Plan, int? Loop);
}
