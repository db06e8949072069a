// Random walks through a model, for what is too large to explore.

using System.Diagnostics;
using Verify.Transitions;

namespace Verify.Engine.Sampling;

/// <summary>What random walks found; see <see cref="SimulationReport"/> for the meaning of the parts.</summary>
/// <param name="Walks">Walks made.</param>
/// <param name="Steps">Steps made.</param>
/// <param name="Seconds">Wall-clock seconds, without the time to shrink what was found.</param>
/// <param name="Limit">Null when all walks were made, else what ended the run early.</param>
/// <param name="Guarantee">How steps were chosen, and with which probability that finds what.</param>
/// <param name="Actions">Per action, in the model's order.</param>
/// <param name="Findings">Per property asked for, in the order given.</param>
/// <param name="Shrunk">Per property asked for, how its counterexample became short; null where there is none.</param>
public sealed record Simulation<TState>(
    long Walks,
    long Steps,
    double Seconds,
    string? Limit,
    IReadOnlyList<string> Guarantee,
    IReadOnlyList<ActionCoverage> Actions,
    IReadOnlyList<Finding<TState>> Findings,
    IReadOnlyList<Shrinkage?> Shrunk)
    where TState : unmanaged;

/// <summary>
/// Walks at random: from an initial state, each step one of the enabled ones as a strategy chooses. What walk i does depends on the seed and on i; with
/// coverage-guided walks also on what was covered before its round. It never depends on the number of threads. A violation is shrunk before it is reported.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="properties">The claims about it.</param>
public sealed class Simulator<TModel, TState>(TModel model, IReadOnlyList<Property<TState>> properties)
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    private TModel _model = model;

    /// <summary>Walks.</summary>
    /// <exception cref="ModelException">The model or a property threw; the message names the state and the action.</exception>
    /// <exception cref="StrategyException">The model does not say what the strategy needs to know.</exception>
    /// <exception cref="ArgumentException">
    /// The options name a property that there is not, or no thread, or no bug depth; or the state has padding.
    /// </exception>
    public Simulation<TState> Run(SimulateOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BugDepth, 1, nameof(options));
        Padding.Refuse<TState>();
        switch (options.Strategy)
        {
            case StrategyKind.Pct:
                IAgentSystem<TState> agents = Agents<IAgentSystem<TState>>("who acts", "pct");
                return Run(() => new PctStrategy<TState>(agents, options.BugDepth, options.Depth), options);
            case StrategyKind.Pos:
                IConcurrentSystem<TState> steps = Agents<IConcurrentSystem<TState>>("which steps depend on each other", "pos");
                return Run(() => new PosStrategy<TState>(steps), options);
            case StrategyKind.Coverage:
                var map = new CoverageMap(_model.Actions.Count);
                return Run(() => new CoverageStrategy<TState>(map), options, map);
            default:
                return Run(() => new UniformStrategy<TState>(), options);
        }
    }

    private TSystem Agents<TSystem>(string what, string strategy)
        where TSystem : class, IAgentSystem<TState> =>
        (object)_model as TSystem ?? throw new StrategyException($"the model does not say {what}, which the strategy {strategy} needs to know");

    private Simulation<TState> Run<TStrategy>(Func<TStrategy> strategy, SimulateOptions options, CoverageMap? map = null)
        where TStrategy : struct, IStrategy<TState>
    {
        IReadOnlyList<Property<TState>> asked = Selection.Of(properties, options.Properties);
        var walks = new Walks<TModel, TState, TStrategy>(_model, asked, options, strategy, map);
        long start = Stopwatch.GetTimestamp();
        if (walks.Run() is var (fault, at))
        {
            throw ModelFailure.Of(ref _model, fault, at.Length == 0 ? null : Retraced.Path<TModel, TState>(ref _model, at), "");
        }
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var judged = asked.Index().Select(property => Judge(property.Item, property.Index, walks, options.Cancel)).ToList();
        var initial = new Moves<TState>();
        initial.Initial(ref _model);
        return new Simulation<TState>(
            walks.Made,
            walks.Steps,
            seconds,
            walks.Limit,
            Guarantees.Of(options, ((object)_model as IAgentSystem<TState>)?.Agents ?? 0, initial.Count, walks.Made, walks.Widest),
            [.. _model.Actions.Select((name, kind) => new ActionCoverage(name, walks.Fired[kind], map?.New[kind] ?? 0))],
            [.. judged.Select(one => one.Finding)],
            [.. judged.Select(one => one.Shrunk)]);
    }

    private (Finding<TState> Finding, Shrinkage? Shrunk) Judge<TStrategy>(
        Property<TState> property, int number, Walks<TModel, TState, TStrategy> walks, CancellationToken cancel)
        where TStrategy : struct, IStrategy<TState>
    {
        if (walks.Violations[number] is { } choices)
        {
            var walk = Retraced.Path<TModel, TState>(ref _model, choices);
            (IReadOnlyList<Move<TState>> path, Shrinkage shrunk) = new Shrinker<TModel, TState>(_model, property, cancel).Shrink(walk);
            return (new(property, Verdict.Violated, Board<TState>.Explain(property, path), false, path), shrunk);
        }
        string made = $"{walks.Made} {(walks.Made == 1 ? "walk" : "walks")}{(walks.Limit == null ? "" : $" ({walks.Limit})")}";
        return (property switch
        {
            Reachable<TState> goals => Judge(goals, walks.Goals[number], made),
            _ when Walkable.Is(property) => new(property, Verdict.Inconclusive, $"not seen violated in {made}", false, null),
            _ => new(property, Verdict.Inconclusive, "a finite walk cannot violate it", false, null),
        }, null);
    }

    private static Finding<TState> Judge(Reachable<TState> property, ulong met, string made)
    {
        string unmet = Board<TState>.Unmet(property, met);
        return unmet.Length == 0
            ? new(property, Verdict.Holds, "", false, null)
            : new(property, Verdict.Inconclusive, $"not reached in {made}: {unmet}", false, null);
    }
}

/// <summary>Walks made again by their choices.</summary>
internal static class Retraced
{
    /// <summary>The run of a walk.</summary>
    /// <param name="model">The model.</param>
    /// <param name="choices">The number of the initial state, and of each step among those enabled.</param>
    public static List<Move<TState>> Path<TModel, TState>(ref TModel model, ReadOnlySpan<int> choices)
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged
    {
        var path = new List<Move<TState>>(choices.Length);
        var moves = new Moves<TState>();
        foreach (int choice in choices)
        {
            if (path.Count == 0)
            {
                moves.Initial(ref model);
            }
            else
            {
                moves.Next(ref model, path[^1].State);
            }
            path.Add(new Move<TState>(moves.Step(choice), moves.State(choice)));
        }
        return path;
    }
}
