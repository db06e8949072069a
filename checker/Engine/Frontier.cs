// The states that wait to be expanded: the level at work, and the next one that is being found.

using Verify.Engine.Disk;

namespace Verify.Engine;

/// <summary>States of one level that lie side by side: what a thread takes at a time. In memory, or in a file.</summary>
internal readonly unsafe struct Unit<TState>
    where TState : unmanaged
{
    /// <summary>The first state; null where they are in a file.</summary>
    public TState* First { get; init; }

    /// <summary>How many.</summary>
    public int Count { get; init; }

    /// <summary>By state, the action that led to it; null where nobody will ask for it.</summary>
    public ushort* Kinds { get; init; }

    /// <summary>The file in which they are, the states first and then the kinds; null where they are in memory.</summary>
    public ScratchFile? File { get; init; }

    /// <summary>Where in the file.</summary>
    public long Offset { get; init; }

    /// <summary>Whether there are kinds in the file.</summary>
    public bool HasKinds { get; init; }

    /// <summary>Bytes in the file, or of as many states and kinds in memory.</summary>
    public static int BytesOf(int count, bool hasKinds) => checked(count * (sizeof(TState) + (hasKinds ? sizeof(ushort) : 0)));

    /// <summary>The same unit in memory.</summary>
    /// <param name="memory">Where to read it to, if it is in a file: <see cref="BytesOf"/> bytes.</param>
    /// <exception cref="ScratchException">The disk fails.</exception>
    public Unit<TState> In(byte* memory)
    {
        if (File == null)
        {
            return this;
        }
        File.Read(Offset, new Span<byte>(memory, BytesOf(Count, HasKinds)));
        return new() { First = (TState*)memory, Count = Count, Kinds = HasKinds ? (ushort*)(memory + ((long)Count * sizeof(TState))) : null };
    }
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
    private readonly NativeBudget _budget;
    private readonly List<Unit<TState>> _units = [];
    private readonly List<Block> _expanding = [];
    private int _taken;

    /// <summary>An empty queue.</summary>
    /// <param name="budget">Where the memory comes from.</param>
    /// <param name="threads">How many threads append.</param>
    /// <param name="space">Where states go that do not fit into memory; null for nowhere.</param>
    public Frontier(NativeBudget budget, int threads, ScratchSpace? space = null)
    {
        _budget = budget;
        _pool = new BlockPool(budget, space == null ? long.MaxValue : Shares.OfFrontier(budget));
        Shelves = [.. Enumerable.Range(0, threads).Select(_ => new Shelf<TState>(_pool, space))];
    }

    /// <summary>Where each thread puts the states it finds.</summary>
    public Shelf<TState>[] Shelves { get; }

    /// <summary>The units of the level at work that nobody has taken.</summary>
    public IEnumerable<Unit<TState>> Untaken => _units.Skip(_taken);

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

    /// <summary>A unit in memory: where it is, or read from its file.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="buffer">The caller's place for states that were in a file; made, or made larger, where needed.</param>
    /// <exception cref="MemoryLimitException">There is no memory for it.</exception>
    /// <exception cref="ScratchException">The disk fails.</exception>
    public Unit<TState> Load(in Unit<TState> unit, ref Block buffer)
    {
        int bytes = unit.File == null ? 0 : Unit<TState>.BytesOf(unit.Count, unit.HasKinds);
        if (bytes > buffer.Bytes)
        {
            _budget.Free(buffer.Memory, buffer.Bytes);
            buffer = default;
            buffer = new Block(_budget.Allocate(bytes, zeroed: false), bytes);
        }
        return unit.In(buffer.Memory);
    }

    /// <summary>Up to so many states of the level at work, spread over what of it is in memory. Only while no thread works.</summary>
    public TState[] Sample(int most)
    {
        var sample = new List<TState>();
        int wanted = (int)Math.Min(most, Size);
        for (int i = 0; i < wanted; i++)
        {
            // The first one is the first of all, the last one the last.
            int gaps = Math.Max(1, wanted - 1);
            Unit<TState> unit = _units[(int)((long)i * (_units.Count - 1) / gaps)];
            if (unit.File == null)
            {
                sample.Add(unit.First[(long)i * (unit.Count - 1) / gaps]);
            }
        }
        return [.. sample];
    }

    /// <summary>Gives back all memory.</summary>
    public void Free()
    {
        foreach (Shelf<TState> shelf in Shelves)
        {
            shelf.Turn(_expanding);
            shelf.Dispose();
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
        if (span.File != null && span.Count > 0)
        {
            _units.Add(span);
            return;
        }
        for (int at = 0; at < span.Count; at += UnitSize)
        {
            _units.Add(new Unit<TState> { First = span.First + at, Count = Math.Min(UnitSize, span.Count - at) });
        }
    }
}
