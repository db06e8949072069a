// The states that wait to be expanded: the level at work, and the next one that is being found.

namespace Verify.Engine;

/// <summary>States of one level that lie side by side: what a thread takes at a time.</summary>
internal readonly unsafe struct Unit<TState>(TState* first, int count)
    where TState : unmanaged
{
    /// <summary>The first state.</summary>
    public TState* First => first;

    /// <summary>How many.</summary>
    public int Count => count;
}

/// <summary>
/// A queue in levels. Each thread appends to a <see cref="Shelf{TState}"/> of its own, so appending takes no lock; at the end of a level
/// the shelves become the units of work of the next one. Threads take units from the front, in order.
/// </summary>
internal sealed unsafe class Frontier<TState>
    where TState : unmanaged
{
    /// <summary>States in a unit: enough to make taking one cheap, few enough to share small levels among threads.</summary>
    public const int UnitSize = 256;

    private readonly BlockPool _pool;
    private readonly List<Unit<TState>> _units = [];
    private readonly List<Block> _expanding = [];
    private int _taken;

    /// <summary>An empty queue.</summary>
    /// <param name="budget">Where the memory comes from.</param>
    /// <param name="threads">How many threads append.</param>
    public Frontier(NativeBudget budget, int threads)
    {
        _pool = new BlockPool(budget);
        Shelves = [.. Enumerable.Range(0, threads).Select(_ => new Shelf<TState>(_pool))];
    }

    /// <summary>Where each thread puts the states it finds.</summary>
    public Shelf<TState>[] Shelves { get; }

    /// <summary>Units of the level at work.</summary>
    public int Units => _units.Count;

    /// <summary>States of the level at work.</summary>
    public long Size { get; private set; }

    /// <summary>True when every unit has been taken.</summary>
    public bool IsExhausted => Volatile.Read(ref _taken) >= _units.Count;

    /// <summary>Takes the next unit; false when the level has none left. Any thread.</summary>
    public bool TryTake(out Unit<TState> unit)
    {
        int at = IsExhausted ? _units.Count : Interlocked.Increment(ref _taken) - 1;
        bool some = at < _units.Count;
        unit = some ? _units[at] : default;
        return some;
    }

    /// <summary>Forgets the level at work and turns to what was found meanwhile; returns its size. Only while no thread works.</summary>
    public long Advance()
    {
        foreach (Block block in _expanding)
        {
            _pool.Return(block);
        }
        _expanding.Clear();
        _units.Clear();
        _taken = 0;
        Size = 0;
        foreach (Shelf<TState> shelf in Shelves)
        {
            foreach (Unit<TState> span in shelf.Spans)
            {
                Cut(span);
            }
            shelf.Turn(_expanding);
        }
        return Size;
    }

    /// <summary>Up to so many states of the level at work, spread over it. Only while no thread works.</summary>
    public TState[] Sample(int most)
    {
        var sample = new TState[(int)Math.Min(most, Size)];
        for (int i = 0; i < sample.Length; i++)
        {
            // The first one is the first of all, the last one the last.
            int gaps = Math.Max(1, sample.Length - 1);
            Unit<TState> unit = _units[(int)((long)i * (_units.Count - 1) / gaps)];
            sample[i] = unit.First[(long)i * (unit.Count - 1) / gaps];
        }
        return sample;
    }

    /// <summary>Gives back all memory.</summary>
    public void Free()
    {
        foreach (Shelf<TState> shelf in Shelves)
        {
            shelf.Turn(_expanding);
        }
        foreach (Block block in _expanding)
        {
            _pool.Return(block);
        }
        _expanding.Clear();
        _pool.Free();
    }

    private void Cut(Unit<TState> span)
    {
        Size += span.Count;
        for (int at = 0; at < span.Count; at += UnitSize)
        {
            _units.Add(new Unit<TState>(span.First + at, Math.Min(UnitSize, span.Count - at)));
        }
    }
}

/// <summary>Where one thread puts the states it finds. Used by that thread only, except between levels.</summary>
internal sealed unsafe class Shelf<TState>(BlockPool pool)
    where TState : unmanaged
{
    private readonly List<Unit<TState>> _spans = [];
    private readonly List<Block> _full = [];
    private Block _block;
    private TState* _start;
    private TState* _next;
    private TState* _end;

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
    public TState* Reserve() => _next != _end ? _next : Renew();

    /// <summary>The state that was written to the reserved place stays.</summary>
    public void Commit() => _next++;

    /// <summary>Starts the next level: gives its blocks away.</summary>
    /// <param name="blocks">Where the blocks go.</param>
    public void Turn(List<Block> blocks)
    {
        Spans.Clear();
        blocks.AddRange(_full);
        _full.Clear();
        if (_block.Memory != null)
        {
            blocks.Add(_block);
            _block = default;
            _start = _next = _end = null;
        }
    }

    private void Close()
    {
        if (_next != _start)
        {
            _spans.Add(new Unit<TState>(_start, (int)(_next - _start)));
            _start = _next;
        }
    }

    private TState* Renew()
    {
        Block block = pool.Take(sizeof(TState));
        Close();
        if (_block.Memory != null)
        {
            _full.Add(_block);
        }
        _block = block;
        _start = _next = (TState*)block.Memory;
        _end = _start + (block.Bytes / sizeof(TState));
        return _next;
    }
}
