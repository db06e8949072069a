// What one thread adds to a checkpoint, and takes from it.

using Verify.Engine.Disk;
using Verify.Engine.Stores;
using Verify.Transitions;

namespace Verify.Engine;

/// <content>All of it only while the threads are at rest.</content>
internal sealed unsafe partial class Worker<TModel, TState, TStore>
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
    where TStore : struct, IStore<TState>
{
    /// <summary>What it counted: steps per action, then new states per action, each with one more for initial states; then its <see cref="Parts"/>.</summary>
    public Span<long> Counts => new(_counts, CountsLength);

    /// <summary>States that it took and has not expanded.</summary>
    public Unit<TState> Rest => new() { First = _unit.First + _done, Count = _unit.Count - _done };

    /// <summary>Successors that it has not looked up.</summary>
    public int Pending => _batch.Count;

    /// <summary>Writes these successors, each with its action.</summary>
    public void SavePending(CheckpointWriter writer)
    {
        for (int i = 0; i < _batch.Count; i++)
        {
            writer.Write(_batch.Known[i].Kind);
            writer.Write(new ReadOnlySpan<byte>(_batch.States + i, sizeof(TState)));
        }
    }

    /// <summary>Reads some of them.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="count">How many; never more than a batch takes.</param>
    public void LoadPending(CheckpointReader reader, long count)
    {
        for (; count > 0; count--)
        {
            if (_batch.IsFull)
            {
                _batch.Extend();
            }
            long kind = reader.ReadLong();
            _batch.Known[_batch.Count].Kind = kind >= 0 && kind <= _actions ? (int)kind : throw reader.Refused("it names an action that there is not");
            reader.Read(new Span<byte>(_batch.States + _batch.Count++, sizeof(TState)));
        }
    }

    /// <summary>Reads states that wait.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="count">How many.</param>
    public void LoadStates(CheckpointReader reader, long count)
    {
        for (; count > 0; count--)
        {
            TState* place = _shelf.Reserve();
            reader.Read(new Span<byte>(place, sizeof(TState)));
            _shelf.Commit(0);
        }
    }

    /// <summary>From here on, remembers which action led to each state.</summary>
    public void KeepKinds()
    {
        _shelf.KeepKinds();
        _shelf.Confirmed = _shelf.Spans.Count;
    }
}
