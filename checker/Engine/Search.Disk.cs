// What a search does with disks: visited states that do not fit, and checkpoints.

using System.Runtime.InteropServices;
using Verify.Engine.Disk;
using Verify.Engine.Stores;
using Verify.Transitions;

namespace Verify.Engine;

/// <summary>Why threads come to rest.</summary>
[Flags]
internal enum Halt
{
    /// <summary>They do not.</summary>
    None = 0,

    /// <summary>For a checkpoint; then they go on.</summary>
    ForCheckpoint = 1,

    /// <summary>The run ends.</summary>
    ForGood = 2,
}

/// <content>
/// When the table can grow no more, its keys are written to disk, in order, and it begins anew. What is found from then on may have been visited before,
/// so new states are confirmed against the disk before they are expanded: at the end of each level, and before the table is written again.
/// </content>
internal sealed unsafe partial class Search<TModel, TState, TStore>
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
    where TStore : struct, IStore<TState>
{
    private readonly ScratchSpace? _space;
    private readonly KeyRuns? _runs;
    private bool _isBroken;
    private TimeSpan _nextCheckpoint = TimeSpan.MaxValue;
    private TimeSpan _earlier;

    /// <summary>Threads.</summary>
    public int Threads => _options.Threads;

    private TimeSpan Elapsed => _earlier + _clock.Elapsed;

    private void AskForHalt(Halt halt) => Interlocked.Or(ref _halt, (int)halt);

    private bool TrySpill()
    {
        if (_runs == null)
        {
            return false;
        }
        Confirm();
        if (IsStopping || !Store.TrySpill(_runs))
        {
            return false;
        }
        foreach (Worker<TModel, TState, TStore> worker in _workers)
        {
            worker.KeepKinds();
        }
        return true;
    }

    // Each thread its own states.
    private void Confirm()
    {
        if (_runs is { IsEmpty: false } runs && !_isBroken)
        {
            _crew.Work(together: true, number => _workers[number].Confirm(runs));
        }
    }

    private void SaveIfDue()
    {
        var asked = (Halt)Interlocked.And(ref _halt, (int)~Halt.ForCheckpoint);
        if (asked.HasFlag(Halt.ForCheckpoint) && !IsStopping)
        {
            Save();
        }
    }

    private void SaveAtStop()
    {
        if (_options.Checkpoint != null && !_isBroken && _fault == null && _intruder == null && Depth >= 0)
        {
            Save();
        }
    }

    private void Save()
    {
        CheckpointOptions checkpoint = _options.Checkpoint!;
        TimeSpan start = Elapsed;
        Confirm();
        if (_isBroken)
        {
            return;
        }
        try
        {
            using var writer = new CheckpointWriter(checkpoint.Path);
            SaveTo(writer);
            writer.Commit();
            checkpoint.Told?.Invoke(null);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            checkpoint.Told?.Invoke($"cannot write checkpoint {checkpoint.Path}: {refused.Message}");
        }
        PlanCheckpoint(Elapsed - start);
    }

    private void PlanCheckpoint(TimeSpan cost)
    {
        if (_options.Checkpoint is { } checkpoint)
        {
            TimeSpan pause = cost / checkpoint.Share;
            _nextCheckpoint = Elapsed + (pause > checkpoint.Every ? pause : checkpoint.Every);
        }
    }

    private void SaveTo(CheckpointWriter writer)
    {
        foreach (string line in CheckpointIdentity.Of<TModel, TState>(_options, Board, Plan))
        {
            writer.Write(line);
        }
        writer.Write(Elapsed.Ticks);
        writer.Write(Budget.Peak);
        writer.Write(Depth);
        writer.Write(_levelEnds.Count);
        writer.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_levelEnds)));
        Board.Save(writer, _workers.Select(worker => worker.Tally));
        for (int i = 0; i < _workers[0].Counts.Length; i++)
        {
            writer.Write(_workers.Sum(worker => worker.Counts[i]));
        }
        Store.Save(writer, _runs);
        SaveStates(writer, [.. _workers.Select(worker => worker.Rest), .. Frontier.Untaken]);
        SaveStates(writer, [.. Frontier.Shelves.SelectMany(shelf => shelf.Spans)]);
        writer.Write(_workers.Sum(worker => worker.Pending));
        foreach (Worker<TModel, TState, TStore> worker in _workers)
        {
            worker.SavePending(writer);
        }
    }

    private void SaveStates(CheckpointWriter writer, IReadOnlyList<Unit<TState>> units)
    {
        writer.Write(units.Sum(unit => (long)unit.Count));
        Block buffer = default;
        try
        {
            foreach (Unit<TState> unit in units)
            {
                Unit<TState> there = Frontier.Load(in unit, ref buffer);
                writer.Write(new ReadOnlySpan<byte>(there.First, there.Count * sizeof(TState)));
            }
        }
        finally
        {
            Budget.Free(buffer.Memory, buffer.Bytes);
        }
    }

    // Everything as it was when the checkpoint was written, for any number of threads.
    private void Resume()
    {
        using var reader = new CheckpointReader(_options.Checkpoint!.Path);
        CheckpointIdentity.Check(reader, CheckpointIdentity.Of<TModel, TState>(_options, Board, Plan));
        _earlier = new TimeSpan(reader.ReadLong());
        Budget.NoteEarlierPeak(reader.ReadLong());
        int depth = (int)reader.ReadLong();
        for (long left = reader.ReadLong(); left > 0; left--)
        {
            _levelEnds.Add(reader.ReadLong());
        }
        Board.Load(reader, _workers[0].Tally);
        foreach (ref long count in _workers[0].Counts)
        {
            count = reader.ReadLong();
        }
        Store.Load(reader, () =>
        {
            Grow();
            if (IsStopping)
            {
                throw new MemoryLimitException();
            }
        });
        LoadStates(reader);
        Frontier.Advance();
        Depth = depth;
        _statesBefore = _levelEnds[^1];
        LoadStates(reader);
        foreach (Shelf<TState> shelf in Frontier.Shelves)
        {
            shelf.Confirmed = shelf.Spans.Count;
        }
        _workers[0].LoadPending(reader, reader.ReadLong());
    }

    private void LoadStates(CheckpointReader reader)
    {
        long left = reader.ReadLong();
        for (int turn = 0; left > 0; turn++)
        {
            long some = Math.Min(left, Frontier<TState>.UnitSize);
            _workers[turn % _workers.Length].LoadStates(reader, some);
            left -= some;
        }
    }
}
