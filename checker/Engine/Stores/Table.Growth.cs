// How a table of keys gets larger: in place, in one pass from its end to its beginning, by all threads.

using System.Numerics;
using System.Runtime.Intrinsics;

namespace Verify.Engine.Stores;

/// <content>
/// A bucket that is not full was never passed by a key that looked for room, so it ends a run: the keys of a run all have their homes in it. Runs
/// are moved from the last to the first. In the larger table a key's home is never before its old one, so a run lands where nothing waits to be moved.
/// </content>
internal unsafe partial struct Table
{
    // Full enough to grow; and as full as it may get where it cannot grow any more: slower, but more states.
    private const double Load = 0.88;
    private const double FullLoad = 0.95;

    // Tables below 64 MiB double, and each key is moved once in all; larger ones grow by less, so that memory stays near what is needed, and each key
    // is moved three times.
    private const ulong SmallBuckets = 1 << 20;
    private const double Growth = 1.4;

    // Buckets whose keys are moved in one go.
    private const ulong AtATime = 64;

    // Where one thread is faster than the others' waking up.
    private const ulong LeastToShare = 1 << 13;

    /// <summary>Makes room: a larger table, or where the budget refuses that, a fuller one. False when neither is possible any more.</summary>
    /// <param name="crew">Who helps; all are at rest.</param>
    public bool TryGrow(Crew crew)
    {
        ulong old = _buckets;
        ulong wanted = Math.Min(old < SmallBuckets ? 2 * old : (ulong)(old * Growth), _most);
        if (wanted < old + (old / 16))
        {
            return TryFill();
        }
        while (!TryReserve(wanted))
        {
            // By less: but half of the memory that is left must stay for the states that wait, and it must be worth the move.
            wanted = old + Math.Min((wanted - old) / 2, (ulong)((_budget.Limit - _budget.Used) / 2 / BytesPerBucket));
            if (wanted < old + (old / 16))
            {
                return TryFill();
            }
        }
        Spread(old, wanted, crew);
        _threshold = Fits(Load);
        return true;
    }

    private readonly long BytesPerBucket => Lanes * (sizeof(ulong) + (_valueRegion == null ? 0 : sizeof(uint)));

    // Fewer than so many keys, or the slack could overflow the table.
    private readonly long Fits(double load) => Math.Min((long)(Capacity * load), Capacity - _slack - 1);

    private bool TryFill()
    {
        long full = Fits(FullLoad);
        bool more = full > _threshold + _slack;
        _threshold = Math.Max(full, _threshold);
        return more;
    }

    private bool TryReserve(ulong buckets)
    {
        long slots = ((long)buckets * Lanes) + 1;
        if (!_keyRegion.TryGrow(slots * sizeof(ulong)) || _valueRegion?.TryGrow(slots * sizeof(uint)) == false)
        {
            return false;
        }
        _keys = (ulong*)_keyRegion.Memory;
        _values = _valueRegion == null ? null : (uint*)_valueRegion.Memory;
        return true;
    }

    private void Spread(ulong old, ulong wanted, Crew crew)
    {
        var front = new Runs(_valueRegion != null);
        // The spare slot becomes an ordinary one. The first run also has keys that went round the end: it is put back at last.
        bool zero = TakeOut((long)old * Lanes, out uint zeroValue) != 0;
        ulong low = 0;
        while (IsFull(low))
        {
            Collect(low++, front);
        }
        Collect(low++, front);
        _buckets = wanted;
        for (ulong high = old; high > low;)
        {
            // From here on, all goes beyond what has not been moved.
            ulong from = RunStart(Math.Max(low, (ulong)(((UInt128)high * old / wanted) + 1)), high);
            bool together = crew.Size > 1 && from + LeastToShare <= high && low < LeastToShare;
            high = together ? Share(from, high, old, crew) : MoveDown(low, high, old, alone: true);
        }
        front.Land(this, 0, 0);
        if (zero)
        {
            Claim(0, out long slot);
            Keep(slot, zeroValue);
        }
    }

    // Splits buckets among the threads, each part beginning with a run.
    private readonly ulong Share(ulong from, ulong to, ulong old, Crew crew)
    {
        ulong[] starts = new ulong[crew.Size + 1];
        for (int i = 0; i <= crew.Size; i++)
        {
            starts[i] = i == 0 ? from : RunStart(from + ((to - from) * (ulong)i / (ulong)crew.Size), to);
        }
        Table table = this;
        crew.Work(together: true, thread => table.MoveDown(starts[thread], starts[thread + 1], old, alone: false));
        return from;
    }

    // Moves the runs of some buckets, the last ones first, several at a time.
    private readonly ulong MoveDown(ulong low, ulong high, ulong old, bool alone)
    {
        var runs = new Runs(_valueRegion != null);
        while (high > low)
        {
            ulong end = high;
            do
            {
                Collect(--high, runs);
            }
            while (high > low && (end - high < AtATime || IsFull(high - 1)));
            if (alone)
            {
                runs.Land(this, First(high, old), First(end, old));
            }
            else
            {
                runs.LandAmongOthers(this);
            }
        }
        return low;
    }

    // The first bucket for the keys that had their homes in this one or behind it, when there were so many.
    private readonly ulong First(ulong bucket, ulong old) => (ulong)((UInt128)bucket * _buckets / old);

    private readonly bool IsFull(ulong bucket) => Empty(Vector512.Load(_keys + (bucket * Lanes))) == 0;

    private readonly ulong RunStart(ulong bucket, ulong end)
    {
        while (bucket < end && IsFull(bucket - 1))
        {
            bucket++;
        }
        return bucket;
    }

    // Takes the keys of a bucket; they are in its first lanes.
    private readonly void Collect(ulong bucket, Runs runs)
    {
        ulong* keys = _keys + (bucket * Lanes);
        var seen = Vector512.Load(keys);
        Vector512<ulong>.Zero.Store(keys);
        if (_values == null)
        {
            runs.Add(seen, default);
            return;
        }
        uint* values = _values + (bucket * Lanes);
        runs.Add(seen, Vector256.Load(values));
        Vector256<uint>.Zero.Store(values);
    }

    // The first empty slot for a key that is not in the table, while no other thread is at it.
    private readonly long Place(ulong key)
    {
        for (ulong bucket = Home(key); ; bucket = bucket + 1 == _buckets ? 0 : bucket + 1)
        {
            ulong empty = Empty(Vector512.Load(_keys + (bucket * Lanes)));
            if (empty != 0)
            {
                return ((long)bucket * Lanes) + BitOperations.TrailingZeroCount(empty);
            }
        }
    }

    private readonly ulong TakeOut(long slot, out uint value)
    {
        ulong key = _keys[slot];
        value = _values == null ? 0 : _values[slot];
        Keep(slot, 0);
        _keys[slot] = 0;
        return key;
    }

    private readonly void Keep(long slot, uint value)
    {
        if (_values != null)
        {
            _values[slot] = value;
        }
    }

    /// <summary>The keys of some runs, on the way to their new places.</summary>
    private sealed class Runs(bool keepsValues)
    {
        private ulong[] _keys = new ulong[1024];
        private uint[] _values = new uint[keepsValues ? 1024 : 0];
        private byte[] _landed = new byte[1024];
        private int _count;

        /// <summary>Takes the keys of a bucket, with their values.</summary>
        public void Add(Vector512<ulong> keys, Vector256<uint> values)
        {
            if (_count + Lanes > _keys.Length)
            {
                Array.Resize(ref _keys, 2 * _keys.Length);
                Array.Resize(ref _values, 2 * _values.Length);
            }
            keys.CopyTo(_keys, _count);
            if (keepsValues)
            {
                values.CopyTo(_values, _count);
            }
            _count += Lanes - BitOperations.PopCount(Empty(keys));
        }

        /// <summary>
        /// Puts everything into the table. How many keys there are in a bucket is counted beside it: to look into memory that was just written would
        /// stop the processor until that has arrived.
        /// </summary>
        /// <param name="table">The table, at which no other thread is.</param>
        /// <param name="first">No home is before this bucket.</param>
        /// <param name="end">From here on there may be other keys; before it there are none yet.</param>
        public void Land(in Table table, ulong first, ulong end)
        {
            var buckets = (int)(end - first);
            if (_landed.Length < buckets)
            {
                _landed = new byte[2 * buckets];
            }
            Span<byte> landed = _landed.AsSpan(0, buckets);
            landed.Clear();
            for (int i = 0; i < _count; i++)
            {
                ulong key = _keys[i];
                var bucket = (int)(table.Home(key) - first);
                while (bucket < buckets && landed[bucket] == Lanes)
                {
                    bucket++;
                }
                long slot = bucket < buckets ? ((long)first + bucket) * Lanes + landed[bucket]++ : table.Place(key);
                Put(table, slot, i);
            }
            _count = 0;
        }

        /// <summary>The same while other threads put their own into the table.</summary>
        public void LandAmongOthers(in Table table)
        {
            for (int i = 0; i < _count; i++)
            {
                table.Claim(_keys[i], out long slot);
                Put(table, slot, i);
            }
            _count = 0;
        }

        private void Put(in Table table, long slot, int at)
        {
            table._keys[slot] = _keys[at];
            if (keepsValues)
            {
                table._values[slot] = _values[at];
            }
        }
    }
}
