// Where one thread puts the states it finds, block by block; what is too much for the memory goes to files.

using Verify.Engine.Disk;

namespace Verify.Engine;

/// <summary>The states of the next level that one thread has found. Used by that thread only, except while all are at rest.</summary>
/// <param name="pool">Where its blocks come from.</param>
/// <param name="space">Where the files are; null where there are none.</param>
internal sealed unsafe class Shelf<TState>(BlockPool pool, ScratchSpace? space) : IDisposable
    where TState : unmanaged
{
    // The level at work may be in one file while the next goes to the other.
    private readonly ScratchFile?[] _files = new ScratchFile?[2];
    private readonly List<Unit<TState>> _spans = [];
    private readonly List<Block> _full = [];
    private Block _block;
    private TState* _start;
    private TState* _next;
    private TState* _end;
    private ushort* _kinds; // beside _next
    private int _turns;

    /// <summary>Whether to remember which action led to each state; asked for when the next block is begun.</summary>
    public bool KeepsKinds { get; private set; }

    /// <summary>How many of the spans are known to be new.</summary>
    public int Confirmed { get; set; }

    /// <summary>What was put here since the last <see cref="Turn"/>.</summary>
    public List<Unit<TState>> Spans
    {
        get
        {
            Close();
            return _spans;
        }
    }

    /// <summary>Room for one more state.</summary>
    /// <exception cref="MemoryLimitException">There is none.</exception>
    /// <exception cref="ScratchException">The disk is full, or fails.</exception>
    public TState* Reserve() => _next != _end ? _next : Renew();

    /// <summary>The state that was written to the reserved place stays.</summary>
    /// <param name="kind">The action that led to it.</param>
    public void Commit(int kind)
    {
        _next++;
        if (_kinds != null)
        {
            *_kinds++ = (ushort)kind;
        }
    }

    /// <summary>From here on, remembers which action led to each state; in a new block, the first time.</summary>
    public void KeepKinds()
    {
        Close();
        if (!KeepsKinds)
        {
            KeepsKinds = true;
            PutAway();
        }
    }

    /// <summary>Starts the next level: gives its blocks away. Those of the level before must have been given back.</summary>
    /// <param name="blocks">Where the blocks go.</param>
    public void Turn(List<Block> blocks)
    {
        Spans.Clear();
        Confirmed = 0;
        PutAway();
        blocks.AddRange(_full);
        _full.Clear();
        _turns++;
        _files[_turns % 2]?.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ScratchFile? file in _files)
        {
            file?.Dispose();
        }
    }

    // Room in a block, with its kinds behind the states.
    private int Capacity => (int)(_block.Bytes / (sizeof(TState) + (KeepsKinds ? sizeof(ushort) : 0)));

    private void PutAway()
    {
        if (_block.Memory != null)
        {
            _full.Add(_block);
            _block = default;
            _start = _next = _end = null;
            _kinds = null;
        }
    }

    private void Close()
    {
        if (_next != _start)
        {
            _spans.Add(Open);
            _start = _next;
        }
    }

    private Unit<TState> Open => new()
    {
        First = _start,
        Count = (int)(_next - _start),
        Kinds = _kinds == null ? null : _kinds - (_next - _start),
    };

    private TState* Renew()
    {
        if (space != null && _block.Memory != null && pool.IsUsedUp)
        {
            WriteOut();
        }
        else
        {
            Block block = pool.Take(sizeof(TState) + sizeof(ushort));
            Close();
            PutAway();
            _block = block;
        }
        _start = _next = (TState*)_block.Memory;
        _end = _start + Capacity;
        _kinds = KeepsKinds ? (ushort*)_end : null;
        return _next;
    }

    // The block at hand goes to the file, and is used again. Spans of it that were closed before stay as they are: they say what has been confirmed.
    private void WriteOut()
    {
        Close();
        ScratchFile file = _files[_turns % 2] ??= space!.Create();
        for (int i = _spans.Count - 1; i >= 0 && IsOfBlock(_spans[i]); i--)
        {
            Unit<TState> span = _spans[i];
            long offset = file.Append(new ReadOnlySpan<byte>(span.First, Unit<TState>.BytesOf(span.Count, hasKinds: false)));
            if (span.Kinds != null)
            {
                file.Append(new ReadOnlySpan<byte>(span.Kinds, span.Count * sizeof(ushort)));
            }
            _spans[i] = new() { Count = span.Count, File = file, Offset = offset, HasKinds = span.Kinds != null };
        }
    }

    private bool IsOfBlock(in Unit<TState> span) => span.First >= (TState*)_block.Memory && span.First < (TState*)(_block.Memory + _block.Bytes);
}
