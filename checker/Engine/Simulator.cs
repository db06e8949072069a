// Random walks through a model, for what is too large to explore.

using System.Diagnostics;
using Verify.Transitions;

namespace Verify.Engine;

/// <summary>What random walks found; see <see cref="SimulationReport"/> for the meaning of the parts.</summary>
/// <param name="Walks">Walks made.</param>
/// <param name="Steps">Steps made.</param>
/// <param name="Seconds">Wall-clock seconds.</param>
/// <param name="Limit">Null when all walks were made, else what ended the run early.</param>
/// <param name="Actions">Per action, in the model's order; nothing is counted as new.</param>
/// <param name="Findings">Per property asked for, in the order given.</param>
public sealed record Simulation<TState>(
    long Walks, long Steps, double Seconds, string? Limit, IReadOnlyList<ActionCoverage> Actions, IReadOnlyList<Finding<TState>> Findings)
    where TState : unmanaged;

/// <summary>
/// Walks at random: from an initial state, each step one of the enabled ones, all as likely. What walk i does depends on the seed and on i
/// alone. A violation is shrunk before it is reported.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="properties">The claims about it.</param>
public sealed class Simulator<TModel, TState>(TModel model, IReadOnlyList<Property<TState>> properties)
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    /// <summary>Walks.</summary>
    /// <exception cref="ModelException">The model or a property threw; the message names the state and the action.</exception>
    /// <exception cref="ArgumentException">The options name a property that there is not.</exception>
    public Simulation<TState> Run(SimulateOptions options) => new Walker<TModel, TState>(model, Selection.Of(properties, options.Properties), options).Run();
}

/// <summary>One run of a simulation.</summary>
internal sealed class Walker<TModel, TState>(TModel model, IReadOnlyList<Property<TState>> properties, SimulateOptions options)
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    private static readonly TimeSpan _betweenReports = TimeSpan.FromMilliseconds(250);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<Move<TState>> _path = [];
    private readonly List<Move<TState>> _moves = [];
    private readonly List<Move<TState>>?[] _violations = new List<Move<TState>>?[properties.Count];
    private readonly ulong[] _goals = new ulong[properties.Count];
    private readonly long[] _fired = new long[model.Actions.Count];
    private TModel _model = model;
    private TimeSpan _nextReport = _betweenReports;
    private long _walks;
    private long _steps;
    private string? _limit;

    /// <summary>Makes the walks.</summary>
    public Simulation<TState> Run()
    {
        while (_walks < options.Walks && !MustStop())
        {
            Walk(new SplitRandom(options.Seed, (ulong)_walks));
            _walks += _limit == null ? 1 : 0;
            if (_walks < options.Walks && IsDecided())
            {
                _limit ??= "every property is decided";
            }
        }
        var findings = properties.Index().Select(property => Judge(property.Item, property.Index)).ToList();
        var actions = _model.Actions.Select((name, kind) => new ActionCoverage(name, _fired[kind], 0)).ToList();
        return new Simulation<TState>(_walks, _steps, _clock.Elapsed.TotalSeconds, _limit, actions, findings);
    }

    private bool IsDecided() => properties.Count > 0 && properties.Index().All(property => property.Item is Reachable<TState> goals
        ? Board<TState>.Unmet(goals, _goals[property.Index]).Length == 0
        : _violations[property.Index] != null);

    private void Walk(SplitRandom random)
    {
        _path.Clear();
        Successors(null);
        for (int depth = 0; _moves.Count > 0; depth++)
        {
            Move<TState> move = _moves[random.Below(_moves.Count)];
            _path.Add(move);
            Ask(move);
            if (depth > 0)
            {
                _steps++;
                _fired[move.Step.Kind]++;
            }
            if (depth == options.Depth || MustStop())
            {
                return;
            }
            Successors(move.State);
        }
        if (_path.Count > 0 && !_model.IsFinal(_path[^1].State))
        {
            for (int i = 0; i < properties.Count; i++)
            {
                _violations[i] ??= properties[i] is NoDeadlock<TState> ? [.. _path] : null;
            }
        }
    }

    private void Ask(Move<TState> move)
    {
        TState state = move.State;
        int i = 0;
        try
        {
            for (; i < properties.Count; i++)
            {
                if (properties[i] is Reachable<TState> goals)
                {
                    _goals[i] |= goals.Met(in state);
                }
                else if (_violations[i] == null && Fails(properties[i], move))
                {
                    _violations[i] = [.. _path];
                }
            }
        }
        catch (Exception e)
        {
            throw Failure(new Fault<TState>(e, state, _path.Count - 1, null, properties[i].Claim.Name));
        }
    }

    private bool Fails(Property<TState> property, in Move<TState> move) => property switch
    {
        Invariant<TState> invariant => Board<TState>.Fails(invariant, move.State),
        ActionProperty<TState> action => _path.Count > 1 && Board<TState>.Fails(action, _path[^2].State, move.Step, move.State),
        _ => false,
    };

    private void Successors(TState? state)
    {
        try
        {
            if (state is { } before)
            {
                Engine.Successors<TState>.Of(ref _model, in before, _moves);
            }
            else
            {
                Engine.Successors<TState>.Initial(ref _model, _moves);
            }
        }
        catch (Exception e)
        {
            throw Failure(new Fault<TState>(e, state, _path.Count - 1, _moves.Count > 0 ? _moves[^1].Step : null, null));
        }
    }

    private ModelException Failure(Fault<TState> fault) => ModelFailure.Of(ref _model, fault, _path.Count == 0 ? null : _path, "");

    private bool MustStop()
    {
        TimeSpan now = _clock.Elapsed;
        if (options.Cancel.IsCancellationRequested)
        {
            _limit ??= "cancelled";
        }
        else if (now >= options.Time)
        {
            _limit ??= $"time limit of {options.Time.Value.TotalSeconds:0.###} s reached";
        }
        if (options.Progress != null && now >= _nextReport)
        {
            _nextReport = now + _betweenReports;
            options.Progress(new Progress(_steps, _steps, (int)Math.Min(_walks, int.MaxValue), options.Walks - _walks, 0, now));
        }
        return _limit != null;
    }

    private Finding<TState> Judge(Property<TState> property, int number)
    {
        if (_violations[number] is { } walk)
        {
            IReadOnlyList<Move<TState>> path = Shrinker.Shrink(_model, property, walk, options.Cancel);
            return new(property, Verdict.Violated, Board<TState>.Explain(property, path), false, path);
        }
        string walks = $"{_walks} {(_walks == 1 ? "walk" : "walks")}{(_limit == null ? "" : $" ({_limit})")}";
        if (property is Reachable<TState> goals)
        {
            string unmet = Board<TState>.Unmet(goals, _goals[number]);
            return unmet.Length == 0
                ? new(property, Verdict.Holds, "", false, null)
                : new(property, Verdict.Inconclusive, $"not reached in {walks}: {unmet}", false, null);
        }
        return new(property, Verdict.Inconclusive, $"not seen violated in {walks}", false, null);
    }
}
