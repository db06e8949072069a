// The protocol of the checker's own concurrent table (checker/Engine/Stores): what a thread does to add a key, step by step as other threads can
// see it. Lanes of a bucket are read one by one and in any order, for a vector load is not one access.

using Verify.Transitions;

namespace Verify.Model.VisitedSet;

/// <summary>Several threads, each with a list of keys to add, and a table that grows.</summary>
/// <param name="rules">The protocol.</param>
/// <param name="programs">The keys that each thread adds, in order: 1 to <see cref="MostKeys"/>.</param>
/// <param name="buckets">Buckets at first.</param>
public readonly partial struct VisitedSetModel(VisitedSetRules rules, byte[][] programs, int buckets)
{
    /// <summary>The most threads.</summary>
    public const int MostThreads = 3;

    /// <summary>The largest key.</summary>
    public const int MostKeys = 7;

    /// <summary>Lanes of a bucket.</summary>
    public const int Lanes = 2;

    /// <summary>Actions, as claims name those that they watch.</summary>
    public const string LookForRoom = "look for room", ClaimLane = "claim lane", PublishNumber = "publish number", ReadNumber = "read number", GrowTable = "grow";

    /// <summary>Reading a lane that has the key; traces call it what the thread does, which does not know yet: reading a lane.</summary>
    public const string FindKey = "read lane: the key";

    /// <summary>Reading the last lane of all, without the key and without room.</summary>
    public const string FindNoRoom = "read lane: no room anywhere";

    private const string ReadsLane = "read lane";

    private const int MostBuckets = 8;

    private enum Act : ushort
    {
        Look,
        Read,
        Claim,
        Count,
        Publish,
        Await,
        Grow,
        Find,
        Despair,
    }

    // Threads that can be interchanged, set by set.
    private readonly byte[][] _twins = Twins(programs, rules);

    private static readonly string[] _actions =
        [LookForRoom, ReadsLane, ClaimLane, "count", PublishNumber, ReadNumber, GrowTable, FindKey, FindNoRoom];

    /// <inheritdoc/>
    public IReadOnlyList<string> Actions => _actions;

    /// <summary>What it is meant to be: the same threads and keys, and a set that each call changes at one instant.</summary>
    public AtomicSet Abstract => new(programs);

    /// <summary>How many threads there are.</summary>
    public int Threads => programs.Length;

    /// <inheritdoc/>
    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<VisitedSetState>, allows ref struct
    {
        VisitedSetState start = default;
        start.Buckets = (byte)buckets;
        for (int thread = Threads; thread < MostThreads; thread++)
        {
            start.Pc[thread] = (byte)Pc.Done;
        }
        sink.From(in start);
        sink.Add(Step.Init);
    }

    /// <inheritdoc/>
    public void Next<TSink>(in VisitedSetState state, ref TSink sink)
        where TSink : struct, ISink<VisitedSetState>, allows ref struct
    {
        for (int thread = 0; thread < Threads; thread++)
        {
            switch ((Pc)state.Pc[thread])
            {
                case Pc.Look:
                    Look(ref sink.From(in state), thread);
                    Add(ref sink, Act.Look, thread);
                    break;
                case Pc.Read:
                    Read(in state, ref sink, thread);
                    break;
                case Pc.Claim:
                    int lane = NextEmpty(state.Empty[thread], thread);
                    Claim(ref sink.From(in state), thread, lane);
                    Add(ref sink, Act.Claim, thread, lane);
                    break;
                case Pc.Count:
                    Count(ref sink.From(in state), thread);
                    Add(ref sink, Act.Count, thread);
                    break;
                case Pc.Publish:
                    Publish(ref sink.From(in state), thread);
                    Add(ref sink, Act.Publish, thread);
                    break;
                case Pc.Await when state.Numbers[state.Found[thread]] != 0 || !rules.AwaitsNumber:
                    Tell(ref sink.From(in state), thread, state.Numbers[state.Found[thread]]);
                    Add(ref sink, Act.Await, thread);
                    break;
            }
        }
        if (MayGrow(in state))
        {
            Grow(ref sink.From(in state));
            Add(ref sink, Act.Grow, 0);
        }
    }

    /// <inheritdoc/>
    public void Describe(in VisitedSetState state, IStateText text)
    {
        text.Field("buckets", $"{state.Buckets}");
        text.Field("count", $"{state.Count}");
        for (int slot = 0; slot < state.Buckets * Lanes; slot++)
        {
            text.Field($"slot[{slot / Lanes}.{slot % Lanes}]", state.Keys[slot] == 0 ? "empty" : $"key {state.Keys[slot]}, number {state.Numbers[slot]}");
        }
        for (int thread = 0; thread < Threads; thread++)
        {
            text.Field($"T{thread}", $"{(Pc)state.Pc[thread]}, {state.Added[thread]} added");
            text.Field($"T{thread} at", $"bucket {state.Bucket[thread]}, {state.Looked[thread]} looked at, lanes read {state.ReadLanes[thread]:x}, "
                + $"empty {state.Empty[thread]:x}, found {state.Found[thread]}");
        }
        for (int key = 1; key <= MostKeys; key++)
        {
            text.Field($"key {key}", $"new {state.New[key]} times, number told {state.Told[key]}");
        }
        text.Field("finished", $"{state.Finished:x}");
        text.Field("seen so far", $"crossed {state.Crossed}, grown {state.Grown}, met {state.Met}, waited {state.Waited}");
    }

    /// <inheritdoc/>
    public ActionText Say(in VisitedSetState before, Step step)
    {
        int thread = step.A;
        string key = $"{Key(in before, thread)}";
        return (Act)step.Kind switch
        {
            Act.Grow => new("table", "grow", ("buckets", $"{before.Buckets * 2}")),
            Act.Claim => new($"T{thread}", ClaimLane, ("key", key), ("bucket", $"{before.Bucket[thread]}"), ("lane", $"{step.B}")),
            Act.Read or Act.Find or Act.Despair =>
                new($"T{thread}", ReadsLane, ("key", key), ("bucket", $"{before.Bucket[thread]}"), ("lane", $"{step.B}")),
            _ => new($"T{thread}", _actions[step.Kind], ("key", key)),
        };
    }

    /// <inheritdoc/>
    public bool IsFinal(in VisitedSetState state) => AllAt(in state, Pc.Done, Pc.Done);

    /// <inheritdoc/>
    public ulong Rank(in VisitedSetState state) => 0;

    /// <summary>Whether a lookup finds a key: it ends at a bucket that has an empty lane.</summary>
    public static bool Finds(in VisitedSetState state, int key)
    {
        int bucket = Home(key, state.Buckets);
        for (int looked = 0; looked < state.Buckets; looked++, bucket = (bucket + 1) % state.Buckets)
        {
            bool ends = false;
            for (int lane = 0; lane < Lanes; lane++)
            {
                int seen = state.Keys[(bucket * Lanes) + lane];
                if (seen == key)
                {
                    return true;
                }
                ends |= seen == 0;
            }
            if (ends)
            {
                return false;
            }
        }
        return false;
    }

    /// <summary>Whether all threads are at one of two places.</summary>
    public static bool AllAt(in VisitedSetState state, Pc one, Pc other)
    {
        bool all = true;
        for (int thread = 0; thread < MostThreads; thread++)
        {
            all &= state.Pc[thread] == (byte)one || state.Pc[thread] == (byte)other;
        }
        return all;
    }

    /// <summary>Whether a key is in another bucket than the one where its lookup begins.</summary>
    public static bool IsElsewhere(in VisitedSetState state)
    {
        for (int slot = 0; slot < state.Buckets * Lanes; slot++)
        {
            if (state.Keys[slot] != 0 && Home(state.Keys[slot], state.Buckets) != slot / Lanes)
            {
                return true;
            }
        }
        return false;
    }

    // A key's bucket is its share of the table, whose order is nearly the keys'. These keys are all in its first half, where they are in each other's way.
    private static int Home(int key, int buckets) => key * buckets / (2 * (MostKeys + 1));

    private int Key(in VisitedSetState state, int thread) => state.Added[thread] < programs[thread].Length ? programs[thread][state.Added[thread]] : 0;

    private int Threshold(int bucketsNow) => (bucketsNow * Lanes) - (rules.HasSlack ? Threads + 1 : 0);

    private bool MayGrow(in VisitedSetState state)
    {
        bool rests = false;
        for (int thread = 0; thread < Threads; thread++)
        {
            rests |= state.Pc[thread] == (byte)Pc.Rest;
        }
        return rests && state.Buckets * 2 <= MostBuckets && (!rules.RestsToGrow || AllAt(in state, Pc.Rest, Pc.Done));
    }

    private void Look(ref VisitedSetState next, int thread)
    {
        if (next.Count >= Threshold(next.Buckets))
        {
            next.Pc[thread] = (byte)Pc.Rest;
            return;
        }
        next.Bucket[thread] = (byte)Home(Key(in next, thread), next.Buckets);
        next.Looked[thread] = 1;
        Begin(ref next, thread);
    }

    private static void Begin(ref VisitedSetState next, int thread)
    {
        next.ReadLanes[thread] = 0;
        next.Empty[thread] = 0;
        next.Pc[thread] = (byte)Pc.Read;
    }

    private void Read<TSink>(in VisitedSetState state, ref TSink sink, int thread)
        where TSink : struct, ISink<VisitedSetState>, allows ref struct
    {
        for (int lane = 0; lane < Lanes; lane++)
        {
            if ((state.ReadLanes[thread] >> lane & 1) == 0)
            {
                ref VisitedSetState next = ref sink.From(in state);
                ReadLane(ref next, thread, lane);
                Add(ref sink, (Pc)next.Pc[thread] switch { Pc.Await => Act.Find, Pc.Rest => Act.Despair, _ => Act.Read }, thread, lane);
            }
        }
    }

    private void ReadLane(ref VisitedSetState next, int thread, int lane)
    {
        int slot = (next.Bucket[thread] * Lanes) + lane;
        next.ReadLanes[thread] |= (byte)(1 << lane);
        if (next.Keys[slot] == Key(in next, thread))
        {
            // The comparison comes after all lanes are read; that the key is among them is all it depends on.
            Find(ref next, thread, slot);
            return;
        }
        if (next.Keys[slot] == 0)
        {
            next.Empty[thread] |= (byte)(1 << lane);
        }
        if (next.ReadLanes[thread] == (1 << Lanes) - 1)
        {
            GoOn(ref next, thread);
        }
    }

    // To an empty lane that is left, else to the next bucket.
    private static void GoOn(ref VisitedSetState next, int thread)
    {
        if (next.Empty[thread] != 0)
        {
            next.Pc[thread] = (byte)Pc.Claim;
            return;
        }
        next.Bucket[thread] = (byte)((next.Bucket[thread] + 1) % next.Buckets);
        next.Looked[thread]++;
        Begin(ref next, thread);
        if (next.Looked[thread] > next.Buckets)
        {
            // Round and round: nothing more happens here but that the claim fails.
            next.Looked[thread] = (byte)(next.Buckets + 1);
            next.Pc[thread] = (byte)Pc.Rest;
        }
    }

    private int NextEmpty(int empty, int thread)
    {
        bool backwards = !rules.InOrder && thread % 2 == 1;
        return backwards ? 31 - int.LeadingZeroCount(empty) : int.TrailingZeroCount(empty);
    }

    private void Claim(ref VisitedSetState next, int thread, int lane)
    {
        int slot = (next.Bucket[thread] * Lanes) + lane;
        int key = Key(in next, thread);
        int found = next.Keys[slot];
        if (found == 0 || !rules.ComparesAndSwaps)
        {
            next.Keys[slot] = (byte)key;
            next.Found[thread] = (byte)slot;
            next.New[key]++;
            next.Pc[thread] = (byte)Pc.Count;
        }
        else if (found == key && rules.LooksAtWinner)
        {
            next.Met = 1;
            Find(ref next, thread, slot);
        }
        else
        {
            next.Empty[thread] &= (byte)~(1 << lane);
            GoOn(ref next, thread);
        }
    }

    private static void Find(ref VisitedSetState next, int thread, int slot)
    {
        next.Found[thread] = (byte)slot;
        next.Waited |= (byte)(next.Numbers[slot] == 0 ? 1 : 0);
        next.Pc[thread] = (byte)Pc.Await;
    }

    // From here on the thread keeps the number where the slot was, and the slot where the lanes were.
    private static void Count(ref VisitedSetState next, int thread)
    {
        next.ReadLanes[thread] = next.Found[thread];
        next.Found[thread] = ++next.Count;
        next.Pc[thread] = (byte)Pc.Publish;
    }

    private void Publish(ref VisitedSetState next, int thread)
    {
        int number = next.Found[thread];
        next.Numbers[next.ReadLanes[thread]] = (byte)number;
        Tell(ref next, thread, number);
    }

    private void Tell(ref VisitedSetState next, int thread, int number)
    {
        int key = Key(in next, thread);
        next.Crossed |= (byte)(number == 0 || (next.Told[key] != 0 && next.Told[key] != number) ? 1 : 0);
        next.Told[key] = next.Told[key] == 0 ? (byte)number : next.Told[key];
        next.Finished |= (byte)(1 << key);
        next.Added[thread]++;
        next.Bucket[thread] = next.Looked[thread] = next.ReadLanes[thread] = next.Empty[thread] = next.Found[thread] = 0;
        next.Pc[thread] = (byte)(next.Added[thread] == programs[thread].Length ? Pc.Done : Pc.Look);
    }

    private void Grow(ref VisitedSetState next)
    {
        BySlot keys = next.Keys;
        BySlot numbers = next.Numbers;
        int slots = next.Buckets * Lanes;
        next.Keys = default;
        next.Numbers = default;
        next.Buckets *= 2;
        for (int slot = 0; slot < slots; slot++)
        {
            if (keys[slot] != 0)
            {
                int to = Home(keys[slot], next.Buckets) * Lanes;
                while (next.Keys[to] != 0)
                {
                    to = (to + 1) % (next.Buckets * Lanes);
                }
                next.Keys[to] = keys[slot];
                next.Numbers[to] = numbers[slot];
                next.Grown = 1;
            }
        }
        for (int thread = 0; thread < Threads; thread++)
        {
            if (next.Pc[thread] == (byte)Pc.Rest)
            {
                next.Pc[thread] = (byte)Pc.Look;
            }
        }
    }

    private static void Add<TSink>(ref TSink sink, Act act, int thread, int lane = 0)
        where TSink : struct, ISink<VisitedSetState>, allows ref struct =>
        sink.Add(new Step((ushort)act, (short)thread, (short)lane));
}
