// All walks of a run: rounds, threads, limits, and what was found.

using System.Diagnostics;
using Verify.Engine.Liveness;
using Verify.Transitions;

namespace Verify.Engine.Sampling;

/// <summary>The walks of one run. What they did does not depend on the number of threads.</summary>
internal sealed class Walks<TModel, TState, TStrategy>
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
    where TStrategy : struct, IStrategy<TState>
{
    private static readonly TimeSpan _betweenReports = TimeSpan.FromMilliseconds(250);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly IReadOnlyList<Property<TState>> _properties;
    private readonly SimulateOptions _options;
    private readonly CoverageMap? _map;
    private readonly Walker<TModel, TState, TStrategy>[] _walkers;
    private readonly WalkRecord<TState>[] _records = new WalkRecord<TState>[Round.Size];
    private readonly bool[] _decided;
    private int _next;
    private int _last;
    private long _steps;
    private TimeSpan _nextReport = _betweenReports;
    private volatile string? _limit;

    /// <summary>Prepares the walks.</summary>
    /// <param name="model">The model.</param>
    /// <param name="properties">The properties to look at.</param>
    /// <param name="options">Limits.</param>
    /// <param name="strategy">Makes the strategy of a thread.</param>
    /// <param name="map">What coverage-guided walks share; null for others.</param>
    public Walks(TModel model, IReadOnlyList<Property<TState>> properties, SimulateOptions options, Func<TStrategy> strategy, CoverageMap? map)
    {
        (_properties, _options, _map) = (properties, options, map);
        Fired = new long[model.Actions.Count];
        _decided = new bool[properties.Count];
        Violations = new int[properties.Count][];
        Goals = new ulong[properties.Count];
        _walkers = [.. Enumerable.Range(0, options.Threads).Select(number =>
            new Walker<TModel, TState, TStrategy>(model, strategy(), properties, _decided, options.Depth, steps => MustStop(number, steps)))];
    }

    /// <summary>Walks made, from beginning to end.</summary>
    public long Made { get; private set; }

    /// <summary>Steps made.</summary>
    public long Steps => _steps;

    /// <summary>Steps by each action.</summary>
    public long[] Fired { get; }

    /// <summary>What ended the run early; null where all walks were made.</summary>
    public string? Limit => _limit;

    /// <summary>By property, the choices of the first walk that violates it, up to the violation; null where none does.</summary>
    public int[]?[] Violations { get; }

    /// <summary>By property, the goals that were met.</summary>
    public ulong[] Goals { get; }

    /// <summary>The most steps that one agent could choose from.</summary>
    public int Widest => _walkers.Max(walker => walker.Widest);

    /// <summary>Makes the walks. Returns where the model or a property threw in the first walk in which one did, with the choices up to there.</summary>
    public (Fault<TState> Fault, int[] At)? Run()
    {
        using var crew = new Crew(_options.Threads);
        while (Made < _options.Walks && !MustStop(0, 0))
        {
            (_next, _last) = (-1, (int)Math.Min(Round.Size, _options.Walks - Made) - 1);
            _map?.Begin(Fired);
            crew.Work(_last > 0, WalkSome);
            _map?.End();
            if (TakeOver() is { } fault)
            {
                return fault;
            }
            if (Made < _options.Walks && IsDecided())
            {
                _limit ??= "every property is decided";
            }
        }
        return null;
    }

    private void WalkSome(int thread)
    {
        for (int place = Interlocked.Increment(ref _next); place <= _last; place = Interlocked.Increment(ref _next))
        {
            _records[place] = _walkers[thread].Walk(place, new SplitRandom(_options.Seed, (ulong)(Made + place)));
            Interlocked.Add(ref _steps, _records[place].Steps);
        }
    }

    // In the order of the walks.
    private (Fault<TState> Fault, int[] At)? TakeOver()
    {
        foreach (WalkRecord<TState> record in _records[..(_last + 1)])
        {
            if (record.Fault is { } fault)
            {
                return (fault, record.FaultAt);
            }
            Made += record.Whole ? 1 : 0;
            for (int kind = 0; kind < Fired.Length; kind++)
            {
                Fired[kind] += record.Fired[kind];
            }
            for (int i = 0; i < _properties.Count; i++)
            {
                Violations[i] ??= record.Violations[i];
                Goals[i] |= record.Goals[i];
            }
        }
        for (int i = 0; i < _properties.Count; i++)
        {
            _decided[i] = Violations[i] != null
                || (_properties[i] is Reachable<TState> goals && (Goals[i] & Board<TState>.AllGoals(goals)) == Board<TState>.AllGoals(goals));
        }
        return null;
    }

    // What no finite walk can decide is not waited for.
    private bool IsDecided() => _decided.Contains(true) && _properties.Index().All(property => _decided[property.Index] || !Walkable.Is(property.Item));

    private bool MustStop(int thread, long steps)
    {
        TimeSpan now = _clock.Elapsed;
        if (_options.Cancel.IsCancellationRequested)
        {
            _limit ??= "cancelled";
        }
        else if (now >= _options.Time)
        {
            _limit ??= $"time limit of {_options.Time.Value.TotalSeconds:0.###} s reached";
        }
        if (thread == 0 && _options.Progress != null && now >= _nextReport)
        {
            _nextReport = now + _betweenReports;
            long made = Interlocked.Read(ref _steps) + steps;
            _options.Progress(new Progress(made, made, (int)Math.Min(Made, int.MaxValue), _options.Walks - Made, 0, now));
        }
        return _limit != null;
    }
}

/// <summary>Which properties walks can decide.</summary>
internal static class Walkable
{
    /// <summary>True for a property that a finite walk can violate or meet.</summary>
    public static bool Is<TState>(Property<TState> property)
        where TState : unmanaged => property is not Liveness<TState>;
}
