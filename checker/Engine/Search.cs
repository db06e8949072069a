// The one search loop: level by level, on all threads, whatever the store.

using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Verify.Engine.Disk;
using Verify.Engine.Reduction;
using Verify.Engine.Stores;
using Verify.Transitions;

namespace Verify.Engine;

/// <summary>Why searches end, as far as others need to know.</summary>
internal static class Search
{
    /// <summary>There was nothing left to find out.</summary>
    public const string Decided = "every property is decided";
}

/// <summary>
/// One run of the exploration. Levels are finished before anything is reported, so counterexamples are shortest for any number of threads.
/// </summary>
/// <remarks>
/// A level is worked off in rounds. In a round all threads expand states; it ends when the level is done, or when the table is nearly full. Then
/// each thread finishes the state at hand, keeping what it cannot look up in its batch, and while all are at rest the table is grown.
/// So nothing is ever moved under a thread's feet, and insertion needs no check for it.
/// </remarks>
internal sealed partial class Search<TModel, TState, TStore> : IDisposable
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
    where TStore : struct, IStore<TState>
{
    private static readonly TimeSpan _betweenReports = TimeSpan.FromMilliseconds(250);

    private readonly ExploreOptions _options;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Worker<TModel, TState, TStore>[] _workers;
    private readonly Crew _crew;
    private readonly int _lastLevel;
    private readonly List<long> _levelEnds = [];
    private readonly Growth<TState> _growth = new();
    private TimeSpan _nextReport = _betweenReports;
    private ExceptionDispatchInfo? _intruder;
    private long _statesBefore;
    private int _halt; // of Halt
    private string? _limit;
    private Fault<TState>? _fault;

    /// <summary>Prepares a run.</summary>
    /// <param name="model">What to explore.</param>
    /// <param name="board">The properties to decide.</param>
    /// <param name="options">Limits and means.</param>
    /// <param name="budget">All native memory of the run.</param>
    /// <param name="store">An empty store, which the search now owns.</param>
    /// <param name="plan">The reductions in force.</param>
    /// <param name="lastLevel">The last level to find; the states of that one are not expanded.</param>
    public Search(
        TModel model, Board<TState> board, ExploreOptions options, NativeBudget budget, TStore store, ReductionPlan<TState> plan, int lastLevel = int.MaxValue)
    {
        (Model, Board, _options, Budget, Store, Plan, _lastLevel) = (model, board, options, budget, store, plan, lastLevel);
        _space = options.ScratchDirectory == null ? null : new ScratchSpace(options.ScratchDirectory);
        _runs = _space == null ? null : new KeyRuns(_space);
        Frontier = new Frontier<TState>(budget, options.Threads, _space);
        _workers = new Worker<TModel, TState, TStore>[options.Threads];
        _crew = new Crew(options.Threads);
    }

    /// <summary>The model.</summary>
    public TModel Model { get; }

    /// <summary>The properties.</summary>
    public Board<TState> Board { get; }

    /// <summary>Where native memory comes from.</summary>
    public NativeBudget Budget { get; }

    /// <summary>The reductions in force.</summary>
    public ReductionPlan<TState> Plan { get; }

    /// <summary>The states that wait.</summary>
    public Frontier<TState> Frontier { get; }

    /// <summary>The level at work; -1 before the initial states are known.</summary>
    public int Depth { get; private set; } = -1;

    /// <summary>By level, the states up to and with it; the last may be incomplete.</summary>
    public IReadOnlyList<long> LevelEnds => _levelEnds;

    /// <summary>True when all threads are to come to rest, for a while or for good.</summary>
    public bool IsHalting => Volatile.Read(ref _halt) != 0;

    private bool IsStopping => ((Halt)Volatile.Read(ref _halt)).HasFlag(Halt.ForGood);

    /// <summary>True when the run ended because the memory was used up.</summary>
    public bool IsOutOfMemory { get; private set; }

    /// <summary>The visited states. A field, because threads use it in place.</summary>
    internal TStore Store;

    /// <summary>Where the model or a property threw, which ended the run; null where none did.</summary>
    public Fault<TState>? Fault => _fault;

    /// <summary>Explores; what became of the properties is on the board.</summary>
    public Exploration<TState> Run()
    {
        try
        {
            Hire();
            if (_options.Checkpoint is { Resume: true })
            {
                Resume();
                PlanCheckpoint(TimeSpan.Zero);
                ExpandLevel();
            }
            else
            {
                Seed();
                PlanCheckpoint(TimeSpan.Zero);
            }
            Levels();
        }
        catch (Exception limit) when (limit is MemoryLimitException or ScratchException)
        {
            StopFor(limit);
        }
        _intruder?.Throw();
        Board.Settle(_workers.Where(worker => worker != null).Select(worker => worker.Tally));
        return Report();
    }

    /// <summary>Ends the run because memory or disk are used up in the midst of a step: what is at hand is no state to go on from.</summary>
    public void StopFor(Exception limit)
    {
        _isBroken = true;
        IsOutOfMemory = limit is MemoryLimitException;
        Stop(limit is ScratchException ? limit.Message : MemoryIsUsedUp);
    }

    /// <summary>Ends the run because the model failed.</summary>
    public void StopFor(Fault<TState> fault)
    {
        Interlocked.CompareExchange(ref _fault, fault, null);
        Stop("the model failed");
    }

    /// <summary>Looks at the clock and reports; called often, by the leading thread.</summary>
    public void Pulse()
    {
        TimeSpan now = Elapsed;
        if (_options.Cancel.IsCancellationRequested)
        {
            Stop("cancelled");
        }
        else if (now - _earlier >= _options.Time)
        {
            Stop($"time limit of {_options.Time.Value.TotalSeconds:0.###} s reached");
        }
        if (now >= _nextCheckpoint)
        {
            AskForHalt(Halt.ForCheckpoint);
        }
        if (_options.Progress != null && now >= _nextReport)
        {
            _nextReport = now + _betweenReports;
            ShowProgress(now);
        }
    }

    private void ShowProgress(TimeSpan now)
    {
        try
        {
            long states = _workers.Sum(worker => worker.States);
            long expanded = _workers.Sum(worker => worker.Expanded);
            long queue = states - _statesBefore + Frontier.Size - expanded;
            _options.Progress!(new Progress(states, _workers.Sum(worker => worker.Transitions), Math.Max(0, Depth), queue, Budget.Used, now));
        }
        catch (Exception e)
        {
            // The caller's own failure: not the model's, and thrown to the caller once all threads are at rest.
            _intruder = ExceptionDispatchInfo.Capture(e);
            Stop("progress callback failed");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _crew.Dispose();
        foreach (Worker<TModel, TState, TStore>? worker in _workers)
        {
            worker?.Free();
        }
        _runs?.Dispose();
        Frontier.Free();
        Store.Free();
        Debug.Assert(Budget.Used == 0, "native memory was lost");
    }

    private void Hire()
    {
        for (int i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new Worker<TModel, TState, TStore>(this, Frontier.Shelves[i], leads: i == 0);
        }
    }

    private void Seed()
    {
        Worker<TModel, TState, TStore> first = _workers[0];
        first.Seed();
        while (!first.IsIdle && !IsHalting)
        {
            Grow();
            first.Work();
        }
    }

    private void Levels()
    {
        while (!IsStopping)
        {
            Board.Settle(_workers.Select(worker => worker.Tally));
            if (!TurnLevel() || Depth >= _lastLevel)
            {
                return;
            }
            Pulse();
            if (_options.StopWhenDecided && Board.AllDecided)
            {
                Stop(Search.Decided);
            }
            ExpandLevel();
        }
        SaveAtStop();
        // What the interrupted level found lies one deeper.
        TurnLevel();
    }

    private bool TurnLevel()
    {
        Confirm();
        if (Frontier.Advance() == 0)
        {
            return false;
        }
        Depth++;
        _statesBefore = _workers.Sum(worker => worker.States);
        _levelEnds.Add(_statesBefore);
        _growth.Note(Depth, Frontier);
        foreach (Worker<TModel, TState, TStore> worker in _workers)
        {
            worker.StartLevel();
        }
        return true;
    }

    private void ExpandLevel()
    {
        bool together = Frontier.Units > 1;
        while (!IsStopping)
        {
            _crew.Work(together, number => _workers[number].Work());
            if (Frontier.IsExhausted && _workers.All(worker => worker.IsIdle))
            {
                return;
            }
            SaveIfDue();
            Grow();
        }
    }

    private void Grow()
    {
        if (!IsStopping && !MakesRoom() && !(TrySpill() && MakesRoom()))
        {
            IsOutOfMemory = true;
            Stop(MemoryIsUsedUp);
        }
    }

    private bool MakesRoom() => Store.HasRoom || Store.TryGrow(_crew);

    private string MemoryIsUsedUp => $"memory limit of {Budget.Limit / 1048576.0:0.##} MiB reached";

    private void Stop(string limit)
    {
        Interlocked.CompareExchange(ref _limit, limit, null);
        AskForHalt(Halt.ForGood);
    }

    private Exploration<TState> Report()
    {
        IEnumerable<Worker<TModel, TState, TStore>> workers = _workers.Where(worker => worker != null);
        long states = workers.Sum(worker => worker.States);
        StoreLoss loss = Store.Loss(states);
        return new Exploration<TState>
        {
            States = states,
            Transitions = workers.Sum(worker => worker.Transitions),
            Depth = Math.Max(0, Depth),
            Seconds = Elapsed.TotalSeconds,
            PeakBytes = Budget.Peak,
            ScratchBytes = _space?.Peak ?? 0,
            Limit = _limit,
            Levels = [.. _levelEnds.Select((end, level) => level == 0 ? end : end - _levelEnds[level - 1])],
            Growing = _limit is null or Search.Decided ? [] : Growing(),
            Store = _options.Store,
            Reduced = Plan.Report(workers.Sum(worker => worker.Parts.InPart), workers.Sum(worker => worker.Parts.Expanded)),
            OmissionProbability = Math.Min(1, loss.Omissions),
            Bitstate = loss.Fill is { } fill ? new BitstateCoverage(states, fill, loss.Omissions) : null,
            Actions = [.. Model.Actions.Select((name, kind) => Coverage(name, kind, workers))],
            Findings = [],
        };
    }

    [SuppressMessage("Design", "CA1031", Justification = "a hint: a model that cannot describe its states must not spoil the verdicts")]
    private IReadOnlyList<GrowingField> Growing()
    {
        try
        {
            TModel model = Model;
            return _growth.Fields(ref model);
        }
        catch (Exception)
        {
            return [];
        }
    }

    private static ActionCoverage Coverage(string name, int kind, IEnumerable<Worker<TModel, TState, TStore>> workers) =>
        new(name, workers.Sum(worker => worker.Coverage(kind).Fired), workers.Sum(worker => worker.Coverage(kind).New));
}
