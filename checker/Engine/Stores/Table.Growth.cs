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

    // Small tables double; large ones grow by less, so that memory stays near what is needed. Each key is then moved three times in all.
    private const ulong SmallBuckets = 1 << 16;
    private const double Growth = 1.4;

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
        var front = new Run(_valueRegion != null);
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
            high = together ? Share(from, high, crew) : MoveDown(low, high, alone: true);
        }
        front.Clear(this, alone: true);
        if (zero)
        {
            Claim(0, out long slot);
            Keep(slot, zeroValue);
        }
    }

    // Splits buckets among the threads, each part beginning with a run.
    private readonly ulong Share(ulong from, ulong to, Crew crew)
    {
        ulong[] starts = new ulong[crew.Size + 1];
        for (int i = 0; i <= crew.Size; i++)
        {
            starts[i] = i == 0 ? from : RunStart(from + ((to - from) * (ulong)i / (ulong)crew.Size), to);
        }
        Table table = this;
        crew.Work(together: true, thread => table.MoveDown(starts[thread], starts[thread + 1], alone: false));
        return from;
    }

    // Moves the runs of some buckets, the last one first.
    private readonly ulong MoveDown(ulong low, ulong high, bool alone)
    {
        var run = new Run(_valueRegion != null);
        while (high > low)
        {
            do
            {
                Collect(--high, run);
            }
            while (high > low && IsFull(high - 1));
            run.Clear(this, alone);
        }
        return low;
    }

    private readonly bool IsFull(ulong bucket) => Empty(Vector512.Load(_keys + (bucket * Lanes))) == 0;

    private readonly ulong RunStart(ulong bucket, ulong end)
    {
        while (bucket < end && IsFull(bucket - 1))
        {
            bucket++;
        }
        return bucket;
    }

    private readonly void Collect(ulong bucket, Run run)
    {
        long slot = (long)bucket * Lanes;
        int keys = Lanes - BitOperations.PopCount(Empty(Vector512.Load(_keys + slot)));
        for (long end = slot + keys; slot < end; slot++)
        {
            run.Add(TakeOut(slot, out uint value), value);
        }
    }

    // As Claim, for a key that is not in the table, while no other thread is at it.
    private readonly long Place(ulong key)
    {
        for (ulong bucket = Home(key); ; bucket = bucket + 1 == _buckets ? 0 : bucket + 1)
        {
            ulong empty = Empty(Vector512.Load(_keys + (bucket * Lanes)));
            if (empty != 0)
            {
                long slot = ((long)bucket * Lanes) + BitOperations.TrailingZeroCount(empty);
                _keys[slot] = key;
                return slot;
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

    /// <summary>The keys of one run, on the way to their new places.</summary>
    private sealed class Run(bool keepsValues)
    {
        private ulong[] _keys = new ulong[1024];
        private uint[] _values = new uint[keepsValues ? 1024 : 0];
        private int _count;

        public void Add(ulong key, uint value)
        {
            if (_count == _keys.Length)
            {
                Array.Resize(ref _keys, 2 * _count);
                Array.Resize(ref _values, keepsValues ? 2 * _count : 0);
            }
            if (keepsValues)
            {
                _values[_count] = value;
            }
            _keys[_count++] = key;
        }

        public void Add(ulong[] keys)
        {
            foreach (ulong key in keys)
            {
                Add(key, 0);
            }
        }

        // Takes out the keys whose home is a bucket or a later one.
        public ulong[] TakeFrom(ulong bucket, ulong buckets)
        {
            ulong[] taken = [.. _keys.Take(_count).Where(key => Math.BigMul(key, buckets, out _) >= bucket)];
            ulong[] left = [.. _keys.Take(_count).Where(key => Math.BigMul(key, buckets, out _) < bucket)];
            left.CopyTo(_keys, 0);
            _count = left.Length;
            return taken;
        }

        public void TakeSorted(Action<ulong> take)
        {
            Array.Sort(_keys, 0, _count);
            for (int i = 0; i < _count; i++)
            {
                take(_keys[i]);
            }
            _count = 0;
        }

        public void Clear(in Table table, bool alone)
        {
            for (int i = 0; i < _count; i++)
            {
                long slot;
                if (alone)
                {
                    slot = table.Place(_keys[i]);
                }
                else
                {
                    table.Claim(_keys[i], out slot);
                }
                if (keepsValues)
                {
                    table._values[slot] = _values[i];
                }
            }
            _count = 0;
        }
    }
}
