// How the keys of a table go to disk and come back.

using System.Runtime.InteropServices;
using Verify.Engine.Disk;

namespace Verify.Engine.Stores;

/// <content>What spilling and checkpoints ask of a table. All of it only while no thread is at the keys.</content>
internal unsafe partial struct Table
{
    private const int Chunk = 1 << 13;

    /// <summary>Takes all keys out, in ascending order. What belonged to them is lost.</summary>
    /// <param name="take">Takes each key.</param>
    public void TakeAll(Action<ulong> take)
    {
        var run = new List<ulong>();
        ulong[] around = [];
        if (TakeOut(Capacity, out _) != 0)
        {
            take(0);
        }
        for (ulong bucket = 0; bucket < _buckets;)
        {
            bool isFirst = bucket == 0;
            bool wasFull;
            do
            {
                wasFull = IsFull(bucket);
                TakeBucket(bucket++, run);
            }
            while (wasFull && bucket < _buckets);
            if (isFirst)
            {
                // Keys of the last buckets that went round the end lie in the first run; they are the largest of all.
                (ulong buckets, ulong end) = (_buckets, bucket);
                around = [.. run.Where(key => Math.BigMul(key, buckets, out _) >= end)];
                run.RemoveAll(key => Math.BigMul(key, buckets, out _) >= end);
            }
            if (bucket == _buckets)
            {
                run.AddRange(around);
            }
            run.Sort();
            run.ForEach(take);
            run.Clear();
        }
        _count.Value = 0;
    }

    private readonly void TakeBucket(ulong bucket, List<ulong> keys)
    {
        ulong* slots = _keys + (bucket * Lanes);
        for (int i = 0; i < Lanes && slots[i] != 0; i++)
        {
            keys.Add(slots[i]);
            slots[i] = 0;
        }
    }

    /// <summary>Writes the keys and the values beside them.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="runs">Keys to write with them; null for none.</param>
    public readonly void SaveTo(CheckpointWriter writer, KeyRuns? runs = null)
    {
        writer.Write(_count.Value + (runs?.Count ?? 0));
        var keys = new List<ulong>(Chunk);
        var values = new List<uint>(Chunk);
        void Flush()
        {
            writer.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(keys)));
            writer.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(values)));
            keys.Clear();
            values.Clear();
        }
        for (long slot = 0; slot <= Capacity; slot++)
        {
            if (_keys[slot] == 0)
            {
                continue;
            }
            keys.Add(slot == Capacity ? 0 : _keys[slot]);
            if (_values != null)
            {
                values.Add(_values[slot]);
            }
            if (keys.Count == Chunk)
            {
                Flush();
            }
        }
        runs?.Read(block =>
        {
            foreach (ulong key in block.Span)
            {
                keys.Add(key);
                if (keys.Count == Chunk)
                {
                    Flush();
                }
            }
        });
        Flush();
    }

    /// <summary>Adds what <see cref="SaveTo"/> wrote.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="makeRoom">Makes room in this table, or throws.</param>
    public void LoadFrom(CheckpointReader reader, Action makeRoom)
    {
        ulong[] keys = new ulong[Chunk];
        uint[] values = new uint[_values == null ? 0 : Chunk];
        for (long left = reader.ReadLong(); left > 0; left -= Chunk)
        {
            int count = (int)Math.Min(Chunk, left);
            reader.Read(MemoryMarshal.AsBytes(keys.AsSpan(0, count)));
            reader.Read(MemoryMarshal.AsBytes(values.AsSpan(0, Math.Min(count, values.Length))));
            for (int at = 0; at < count; at += Lanes)
            {
                if (!HasRoom)
                {
                    makeRoom();
                }
                Put(keys.AsSpan(at, Math.Min(Lanes, count - at)), values.AsSpan(Math.Min(at, values.Length)));
            }
        }
    }

    private void Put(ReadOnlySpan<ulong> keys, ReadOnlySpan<uint> values)
    {
        int added = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            added += Claim(keys[i], out long slot) ? 1 : 0;
            Keep(slot, values.IsEmpty ? 0 : values[i]);
        }
        Added(added);
    }
}
