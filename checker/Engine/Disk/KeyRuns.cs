// Visited states that did not fit into memory: their keys, sorted, in files.

using System.Runtime.InteropServices;

namespace Verify.Engine.Disk;

/// <summary>
/// A set of 64-bit keys on disk, in a few sorted runs. Whether a key is in it costs a read, so many are asked for at a time, in order: then what is read
/// is read once, from the beginning to the end (delayed duplicate detection; Stern and Dill, "Using magnetic disk instead of main memory in the Murphi
/// verifier", CAV 1998).
/// </summary>
/// <param name="space">Where the files are.</param>
internal sealed class KeyRuns(ScratchSpace space) : IDisposable
{
    // So many are looked through one after the other; then they are made into one, which costs as much as four looks through all of them.
    private const int MostRuns = 8;

    private readonly List<KeyRun> _runs = [];

    /// <summary>True while there are none.</summary>
    public bool IsEmpty => _runs.Count == 0;

    /// <summary>Keys in all runs; some may be in more than one.</summary>
    public long Count => _runs.Sum(run => run.Count);

    /// <summary>Begins a run: takes keys in ascending order, each once, until <see cref="End"/>.</summary>
    /// <exception cref="ScratchException">The disk is full, or fails.</exception>
    public KeyRunWriter Begin()
    {
        if (_runs.Count == MostRuns)
        {
            Merge();
        }
        return new KeyRunWriter(new KeyRun(space.Create()));
    }

    /// <summary>Ends a run.</summary>
    /// <exception cref="ScratchException">The disk is full, or fails.</exception>
    public void End(KeyRunWriter writer) => _runs.Add(writer.End());

    /// <summary>Marks the keys that are in the set. Any thread.</summary>
    /// <param name="keys">The keys, in ascending order.</param>
    /// <param name="known">Set to 1 where a key is known, else left as it is.</param>
    /// <exception cref="ScratchException">The disk fails.</exception>
    public void Mark(ReadOnlySpan<ulong> keys, Span<byte> known)
    {
        ulong[] buffer = new ulong[KeyRun.BlockKeys];
        foreach (KeyRun run in _runs)
        {
            run.Mark(keys, known, buffer);
        }
    }

    /// <summary>Gives all keys, run by run, to <paramref name="take"/>.</summary>
    /// <exception cref="ScratchException">The disk fails.</exception>
    public void Read(Action<ReadOnlyMemory<ulong>> take)
    {
        foreach (KeyRun run in _runs)
        {
            var reader = new KeyRunReader(run);
            for (ReadOnlyMemory<ulong> block; (block = reader.NextBlock()).Length > 0;)
            {
                take(block);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _runs.ForEach(run => run.Dispose());

    private void Merge()
    {
        var writer = new KeyRunWriter(new KeyRun(space.Create()));
        var readers = new PriorityQueue<KeyRunReader, ulong>();
        foreach (KeyRunReader reader in _runs.Select(run => new KeyRunReader(run)).Where(reader => reader.Advance()))
        {
            readers.Enqueue(reader, reader.Key);
        }
        for (ulong? last = null; readers.TryPeek(out KeyRunReader? reader, out ulong key);)
        {
            if (key != last)
            {
                writer.Add(key);
                last = key;
            }
            _ = reader.Advance() ? readers.DequeueEnqueue(reader, reader.Key) : readers.Dequeue();
        }
        Dispose();
        _runs.Clear();
        _runs.Add(writer.End());
    }
}

/// <summary>One sorted file of keys, with the first key of each block in memory.</summary>
internal sealed class KeyRun(ScratchFile file) : IDisposable
{
    /// <summary>Keys in a block: what is read at a time.</summary>
    public const int BlockKeys = 8192;

    private readonly List<ulong> _firsts = [];

    /// <summary>Keys in it.</summary>
    public long Count { get; private set; }

    /// <summary>Blocks in it; all but the last are full.</summary>
    public int Blocks => _firsts.Count;

    /// <summary>Appends a block.</summary>
    public void Append(ReadOnlySpan<ulong> keys)
    {
        _firsts.Add(keys[0]);
        Count += keys.Length;
        file.Append(MemoryMarshal.AsBytes(keys));
    }

    /// <summary>Reads a block; returns how many keys it has.</summary>
    public int Read(int block, Span<ulong> keys)
    {
        int count = (int)Math.Min(BlockKeys, Count - ((long)block * BlockKeys));
        file.Read((long)block * BlockKeys * sizeof(ulong), MemoryMarshal.AsBytes(keys[..count]));
        return count;
    }

    /// <summary>See <see cref="KeyRuns.Mark"/>. Blocks in which nothing can be are not read.</summary>
    public void Mark(ReadOnlySpan<ulong> keys, Span<byte> known, ulong[] buffer)
    {
        int next = 0;
        for (int block = 0; block < Blocks && next < keys.Length; block++)
        {
            int end = block + 1 < Blocks ? next + Below(keys[next..], _firsts[block + 1]) : keys.Length;
            if (end > next)
            {
                MarkIn(buffer.AsSpan(0, Read(block, buffer)), keys[next..end], known[next..end]);
                next = end;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static void MarkIn(ReadOnlySpan<ulong> block, ReadOnlySpan<ulong> keys, Span<byte> known)
    {
        int at = 0;
        for (int i = 0; i < keys.Length && at < block.Length; i++)
        {
            if (keys.Length * 16 < block.Length)
            {
                at += Below(block[at..], keys[i]);
            }
            else
            {
                for (; at < block.Length && block[at] < keys[i]; at++)
                {
                }
            }
            known[i] |= at < block.Length && block[at] == keys[i] ? (byte)1 : (byte)0;
        }
    }

    // How many keys are below a bound.
    private static int Below(ReadOnlySpan<ulong> keys, ulong bound)
    {
        (int low, int high) = (0, keys.Length);
        while (low < high)
        {
            int middle = (int)((uint)(low + high) / 2);
            (low, high) = keys[middle] < bound ? (middle + 1, high) : (low, middle);
        }
        return low;
    }
}

/// <summary>Takes keys in ascending order.</summary>
internal sealed class KeyRunWriter(KeyRun run)
{
    private readonly ulong[] _buffer = new ulong[KeyRun.BlockKeys];
    private int _count;

    /// <summary>Adds a key above all before it.</summary>
    public void Add(ulong key)
    {
        _buffer[_count++] = key;
        if (_count == _buffer.Length)
        {
            Flush();
        }
    }

    /// <summary>Ends the run, and gives it.</summary>
    public KeyRun End()
    {
        Flush();
        return run;
    }

    private void Flush()
    {
        if (_count > 0)
        {
            run.Append(_buffer.AsSpan(0, _count));
            _count = 0;
        }
    }
}

/// <summary>Reads a run from its beginning.</summary>
internal sealed class KeyRunReader(KeyRun run)
{
    private readonly ulong[] _buffer = new ulong[KeyRun.BlockKeys];
    private int _block;
    private int _at = -1;
    private int _count;

    /// <summary>The key it is at.</summary>
    public ulong Key => _buffer[_at];

    /// <summary>The next block; empty at the end. Not together with <see cref="Advance"/>.</summary>
    public ReadOnlyMemory<ulong> NextBlock() =>
        _block == run.Blocks ? default : _buffer.AsMemory(0, run.Read(_block++, _buffer));

    /// <summary>Goes to the next key; false at the end.</summary>
    public bool Advance()
    {
        if (++_at < _count)
        {
            return true;
        }
        (_at, _count) = (0, NextBlock().Length);
        return _count > 0;
    }
}
