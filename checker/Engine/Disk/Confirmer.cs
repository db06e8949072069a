// Removes from the states that were just found those that a run on disk knows.

using Verify.Engine.Stores;

namespace Verify.Engine.Disk;

/// <summary>
/// What one thread needs to confirm its new states. A state that is not in the table may have been visited all the same, before the table was written
/// to disk; it waits among the new ones until it is confirmed that no run has it.
/// </summary>
/// <param name="budget">Where the memory comes from: <see cref="Shares.OfConfirmers"/> for all threads together.</param>
/// <param name="frontier">What the states are part of.</param>
/// <param name="threads">How many threads have one of these.</param>
internal sealed unsafe class Confirmer<TState, TStore>(NativeBudget budget, Frontier<TState> frontier, int threads)
    where TState : unmanaged
    where TStore : struct, IStore<TState>
{
    private const int BytesPerState = sizeof(ulong) + sizeof(int) + sizeof(byte);

    private Block _memory;
    private Block _unit;

    /// <summary>Confirms what a shelf has found since the last time.</summary>
    /// <param name="store">Gives the keys of states.</param>
    /// <param name="shelf">The shelf.</param>
    /// <param name="runs">What is on disk.</param>
    /// <param name="notes">The thread's notes for the store.</param>
    /// <param name="found">By action, how many new states it led to; corrected.</param>
    /// <exception cref="MemoryLimitException">There is no memory for it.</exception>
    /// <exception cref="ScratchException">The disk fails.</exception>
    public void Confirm(ref TStore store, Shelf<TState> shelf, KeyRuns runs, byte* notes, long* found)
    {
        List<Unit<TState>> spans = shelf.Spans;
        if (runs.IsEmpty || shelf.Confirmed == spans.Count)
        {
            shelf.Confirmed = spans.Count;
            return;
        }
        int room = Reserve(spans.Skip(shelf.Confirmed).Max(span => span.Count));
        var keys = (ulong*)_memory.Memory;
        var order = (int*)(keys + room);
        var known = (byte*)(order + room);
        while (shelf.Confirmed < spans.Count)
        {
            int count = 0;
            int end = shelf.Confirmed;
            for (; end < spans.Count && count + spans[end].Count <= room; end++)
            {
                FindKeys(ref store, frontier.Load(spans[end], ref _unit), keys + count, notes);
                count += spans[end].Count;
            }
            Mark(runs, keys, order, known, count);
            byte* flags = known;
            for (int i = shelf.Confirmed; i < end; i++)
            {
                int before = spans[i].Count;
                spans[i] = Keep(spans[i], flags, found);
                flags += before;
            }
            shelf.Confirmed = end;
        }
    }

    /// <summary>Gives back its memory.</summary>
    public void Free()
    {
        budget.Free(_memory.Memory, _memory.Bytes);
        budget.Free(_unit.Memory, _unit.Bytes);
        _memory = _unit = default;
    }

    private int Reserve(int least)
    {
        if (_memory.Bytes < (long)least * BytesPerState)
        {
            budget.Free(_memory.Memory, _memory.Bytes);
            _memory = default;
            long bytes = Math.Max(Shares.OfConfirmers(budget) / threads, (long)least * BytesPerState);
            _memory = new Block(budget.Allocate(bytes, zeroed: false), bytes);
        }
        return (int)Math.Min(int.MaxValue / 2, _memory.Bytes / BytesPerState);
    }

    private static void FindKeys(ref TStore store, in Unit<TState> unit, ulong* keys, byte* notes)
    {
        Waiting* waiting = stackalloc Waiting[Batch<TState>.Size];
        for (int at = 0; at < unit.Count; at += Batch<TState>.Size)
        {
            int count = Math.Min(Batch<TState>.Size, unit.Count - at);
            store.FindKeys(unit.First + at, waiting, count, notes);
            for (int i = 0; i < count; i++)
            {
                keys[at + i] = waiting[i].Key;
            }
        }
    }

    // Sorts the keys, asks for them in order, and brings the answers back into the order of the states.
    private static void Mark(KeyRuns runs, ulong* keys, int* order, byte* known, int count)
    {
        for (int i = 0; i < count; i++)
        {
            order[i] = i;
        }
        new Span<ulong>(keys, count).Sort(new Span<int>(order, count));
        var sorted = new Span<byte>(known, count);
        sorted.Clear();
        runs.Mark(new ReadOnlySpan<ulong>(keys, count), sorted);
        // The keys are of no more use: their place takes the answers in the order of the states.
        byte* answers = (byte*)keys;
        for (int i = 0; i < count; i++)
        {
            answers[order[i]] = known[i];
        }
        new Span<byte>(answers, count).CopyTo(sorted);
    }

    private Unit<TState> Keep(Unit<TState> unit, byte* known, long* found)
    {
        Unit<TState> there = frontier.Load(in unit, ref _unit);
        int kept = 0;
        for (int i = 0; i < unit.Count; i++)
        {
            if (known[i] != 0)
            {
                found[there.Kinds[i]]--;
                continue;
            }
            there.First[kept] = there.First[i];
            there.Kinds[kept++] = there.Kinds[i];
        }
        if (unit.File != null && kept < unit.Count)
        {
            unit.File.Write(unit.Offset, new ReadOnlySpan<byte>(there.First, kept * sizeof(TState)));
            unit.File.Write(unit.Offset + (kept * sizeof(TState)), new ReadOnlySpan<byte>(there.Kinds, kept * sizeof(ushort)));
        }
        return new() { First = unit.First, Count = kept, Kinds = unit.Kinds, File = unit.File, Offset = unit.Offset, HasKinds = unit.HasKinds };
    }
}
