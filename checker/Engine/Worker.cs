// One thread of an exploration: takes states, expands them, looks their successors up and asks the properties.

using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Verify.Engine.Disk;
using Verify.Engine.Reduction;
using Verify.Engine.Stores;
using Verify.Transitions;

namespace Verify.Engine;

/// <summary>Receives the successors of the state that a worker expands.</summary>
internal readonly ref struct WorkerSink<TModel, TState, TStore>(Worker<TModel, TState, TStore> worker) : ISink<TState>
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
    where TStore : struct, IStore<TState>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref TState From(in TState state) => ref worker.Copy(in state);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Step step) => worker.Take(step);
}

/// <summary>The work of one thread. Everything it writes often is its own; what is shared is the store and the queue.</summary>
internal sealed unsafe partial class Worker<TModel, TState, TStore>
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
    where TStore : struct, IStore<TState>
{
    private const int PulseEvery = 64;

    // Keys that were met lately: neighbours in a level have many successors in common. Enough to meet most of them again, few enough to stay in the
    // second-level cache.
    private const int Recent = 1 << 12;

    private readonly Search<TModel, TState, TStore> _search;
    private readonly Board<TState> _board;
    private readonly Shelf<TState> _shelf;
    private readonly bool _leads;
    private readonly long* _counts;
    private readonly ulong* _recent;
    private readonly byte* _notes;
    private readonly int _actions;
    private readonly Confirmer<TState, TStore> _confirmer;
    private readonly Canon<TState>? _canon;
    private TModel _model; // not readonly: calls on a readonly field of a struct type would copy the model each time
    private Batch<TState> _batch;
    private Unit<TState> _unit;
    private Block _read; // where units are read to that were in a file
    private int _done;
    private bool _crowded;
    private int _sincePulse;

    // The state that is being expanded.
    private TState* _parent;
    private ulong _origin;
    private int _ordinal;
    private int _knownKinds;
    private Step _lastStep;

    // The state that a property is being asked about, for error messages.
    private TState* _asked;

    /// <summary>A worker of <paramref name="search"/>.</summary>
    /// <param name="search">The run it belongs to.</param>
    /// <param name="shelf">Where it puts the states it finds.</param>
    /// <param name="leads">Whether it watches the clock for all.</param>
    public Worker(Search<TModel, TState, TStore> search, Shelf<TState> shelf, bool leads)
    {
        _search = search;
        _model = search.Model;
        _board = search.Board;
        _shelf = shelf;
        _leads = leads;
        _actions = _model.Actions.Count;
        _knownKinds = _actions;
        Tally = new Tally(_board.Properties.Count);
        _confirmer = new Confirmer<TState, TStore>(search.Budget, search.Frontier, search.Threads);
        (_canon, _ampleSets, _fan) = (search.Plan.Canon(), search.Plan.AmpleSets(), new Fan<TState>(search.Budget));
        try
        {
            _counts = (long*)search.Budget.Allocate(CountsBytes, zeroed: true);
            _recent = (ulong*)search.Budget.Allocate(RecentBytes, zeroed: true);
            _notes = search.Budget.Allocate(search.Store.NotesBytes, zeroed: true);
            _batch = new Batch<TState>(search.Budget);
        }
        catch (MemoryLimitException)
        {
            Free();
            throw;
        }
    }

    /// <summary>What it saw of the properties.</summary>
    public Tally Tally { get; }

    /// <summary>States of the level at work that it has expanded.</summary>
    public long Expanded { get; private set; }

    /// <summary>Steps it generated.</summary>
    public long Transitions => Sum(_counts);

    /// <summary>States it found first.</summary>
    public long States => Sum(_counts + _actions + 1) + _counts[(2 * _actions) + 1];

    /// <summary>True when everything it took has been expanded and looked up.</summary>
    public bool IsIdle => _batch.Count == 0 && _done == _unit.Count;

    private static long RecentBytes => TStore.KeepsOrigins ? 0 : Recent * sizeof(ulong);

    // Steps per action, then new states per action, each with one more for initial states; then the two of Parts. In native memory, and in
    // whole cache lines, so that no two threads write to the same one.
    private int CountsLength => (2 * (_actions + 1)) + 2;

    private long CountsBytes => ((CountsLength * sizeof(long)) + 127) / 128 * 128;

    /// <summary>How often action <paramref name="kind"/> fired, and how often it led to a new state.</summary>
    public (long Fired, long New) Coverage(int kind) => (_counts[kind], _counts[_actions + 1 + kind]);

    /// <summary>Adds the initial states; what does not fit stays in the batch.</summary>
    public void Seed()
    {
        try
        {
            _knownKinds = 0;
            var sink = new WorkerSink<TModel, TState, TStore>(this);
            _model.Initial(ref sink);
            Drain();
        }
        catch (Exception e)
        {
            Fail(e);
        }
        _knownKinds = _actions;
    }

    /// <summary>Works until the level is done, the table must be grown or the run is to stop.</summary>
    public void Work()
    {
        try
        {
            while (Drain() && !_search.IsHalting && (_done < _unit.Count || TakeUnit()))
            {
                while (_done < _unit.Count && !_crowded && !_search.IsHalting)
                {
                    Expand(_unit.First + _done++);
                    Pulse();
                }
            }
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    /// <summary>Removes from what it found what <paramref name="runs"/> knows. A disk that fails ends the run.</summary>
    public void Confirm(KeyRuns runs)
    {
        try
        {
            _confirmer.Confirm(ref _search.Store, _shelf, runs, _notes, _counts + _actions + 1);
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    /// <summary>Starts counting the expanded states of a level from zero.</summary>
    public void StartLevel() => Expanded = 0;

    /// <summary>The place where the model makes its next state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref TState Copy(in TState state)
    {
        TState* place = _batch.States + _batch.Count;
        *place = state;
        return ref *place;
    }

    /// <summary>Takes the state that was made last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(Step step)
    {
        TState* state = _batch.States + _batch.Count;
        int kind = step.Kind < _knownKinds ? step.Kind : Unusual(step);
        _counts[kind]++;
        _lastStep = step;
        if (_board.WatchesSteps)
        {
            AskStep(step, state);
        }
        _ordinal++;
        Waiting* known = _batch.Known + _batch.Count;
        known->Kind = kind;
        if (TStore.KeepsOrigins)
        {
            known->Origin = _parent == null ? 0 : _search.Store.Mark(_origin, _parent, step, state);
        }
        _canon?.Canonicalise(state); // after all that is asked about the step: that sees what the model does
        _batch.Count++;
        if (_batch.Count >= Batch<TState>.Size && !Drain() && _batch.IsFull)
        {
            _batch.Extend();
        }
    }

    /// <summary>Gives back its memory.</summary>
    public void Free()
    {
        _batch.Free();
        _search.Budget.Free(_counts, CountsBytes);
        _search.Budget.Free(_recent, RecentBytes);
        _search.Budget.Free(_notes, _search.Store.NotesBytes);
        _search.Budget.Free(_read.Memory, _read.Bytes);
        _confirmer.Free();
        _fan.Free();
    }

    private long Sum(long* counts)
    {
        long sum = 0;
        for (int i = 0; i < _actions; i++)
        {
            sum += Volatile.Read(ref counts[i]);
        }
        return sum;
    }

    private bool TakeUnit()
    {
        _done = 0;
        if (!_search.Frontier.TryTake(out _unit))
        {
            return false;
        }
        _unit = _search.Frontier.Load(in _unit, ref _read);
        return true;
    }

    private void Expand(TState* state)
    {
        _parent = state;
        _ordinal = 0;
        _origin = _search.Store.Expand(state, _search.Depth);
        if (_ampleSets == null)
        {
            var sink = new WorkerSink<TModel, TState, TStore>(this);
            _model.Next(in *state, ref sink);
        }
        else
        {
            NextInPart(state);
        }
        if (_ordinal == 0 && _board.Deadlocks.Length != 0 && !_model.IsFinal(in *state))
        {
            foreach (int number in _board.Deadlocks)
            {
                Tally.Candidates[number].Offer(_search.Depth, _model.Rank(in *state), Fingerprint.Of(state), Candidate.None);
            }
        }
        Expanded++;
    }

    private void Pulse()
    {
        if (_leads && ++_sincePulse == PulseEvery)
        {
            _sincePulse = 0;
            _search.Pulse();
        }
    }

    // Initial states are counted apart; for anything else the number must be one of the model's actions.
    private int Unusual(Step step)
    {
        if (_parent == null)
        {
            return _actions;
        }
        throw new InvalidOperationException($"the model added a step of kind {step.Kind}, but has {_actions} actions");
    }

    // Looks up what waits. False when the table has no room: the rest goes on waiting until it was grown.
    private bool Drain()
    {
        int done = 0;
        while (done < _batch.Count && _search.Store.HasRoom)
        {
            done = Insert(done, Math.Min(_batch.Count, done + Batch<TState>.Size));
        }
        _crowded = done < _batch.Count;
        _batch.Drop(done);
        return !_crowded;
    }

    private int Insert(int at, int end)
    {
        ref TStore store = ref _search.Store;
        int fresh = Sift(at, end);
        int added = 0;
        // Copies, since the compiler must take it that every write through a pointer may change a field.
        Batch<TState> batch = _batch;
        Shelf<TState> shelf = _shelf;
        long* discoveries = _counts + _actions + 1;
        try
        {
            for (int i = 0; i < fresh; i++)
            {
                TState* place = shelf.Reserve();
                Waiting* known = batch.Known + batch.Fresh[i];
                if (store.Insert(known->Key, known->Origin, _notes))
                {
                    *place = batch.States[batch.Fresh[i]];
                    shelf.Commit(known->Kind);
                    added++;
                    discoveries[known->Kind]++;
                    AskState(place);
                }
            }
        }
        finally
        {
            if (added > 0)
            {
                store.Added(added);
            }
        }
        return end;
    }

    // Finds the keys of some waiting states, asks for the memory they need, and returns how many are not known at first sight; which, is in the batch.
    // All in loops whose rounds do not depend on each other, nor on a guess which states are new: the processor does several at a time.
    private int Sift(int at, int end)
    {
        ref TStore store = ref _search.Store;
        store.FindKeys(_batch.States + at, _batch.Known + at, end - at, _notes);
        Waiting* known = _batch.Known;
        int* fresh = _batch.Fresh;
        if (TStore.KeepsOrigins)
        {
            for (int i = at; i < end; i++)
            {
                store.Prefetch(known[i].Key);
                fresh[i - at] = i;
            }
            return end - at;
        }
        int unmet = 0;
        for (int i = at; i < end; i++)
        {
            ulong key = known[i].Key;
            ulong* met = _recent + (key % Recent);
            fresh[unmet] = i;
            unmet += One(*met != key | key == 0);
            *met = key;
        }
        for (int i = 0; i < unmet; i++)
        {
            store.Prefetch(known[fresh[i]].Key);
        }
        int count = 0;
        for (int i = 0; i < unmet; i++)
        {
            int number = fresh[i];
            fresh[count] = number;
            count += One(!store.Knows(known[number].Key));
        }
        return count;
    }

    // 1 for true, without a branch: which it is cannot be foreseen.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int One(bool condition) => Unsafe.BitCast<bool, byte>(condition);

    [SuppressMessage("Design", "CA1031", Justification = "a model may throw anything, and other threads must be stopped first")]
    private void Fail(Exception e)
    {
        if (e is MemoryLimitException or ScratchException)
        {
            _search.StopFor(e);
            return;
        }
        _search.StopFor(_asked != null ? new Fault<TState>(e, *_asked, _search.Depth + 1, null, _board.Thrower(in *_asked))
            : new Fault<TState>(e, _parent == null ? null : *_parent, _search.Depth, _ordinal == 0 ? null : _lastStep, null));
    }
}
