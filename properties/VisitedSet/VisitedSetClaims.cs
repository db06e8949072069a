// The claims about the checker's own table, in words, and as the engine decides them.

using Verify.Engine;
using Verify.Engine.Liveness;
using Verify.Model.VisitedSet;
using static Verify.Model.VisitedSet.VisitedSetModel;

namespace Verify.Properties.VisitedSet;

/// <summary>What the rest of the checker relies on when it asks whether a state is new.</summary>
public static class VisitedSetClaims
{
    private const string Laarman = "Laarman, van de Pol, Weber, FMCAD 2010, section 4";
    private const string Tree = "Laarman, van de Pol, Weber, SPIN 2011, section 3";

    /// <summary>One winner.</summary>
    public static Claim NewOnce { get; } = new("NewOnce", PropertyKind.Invariant,
        "Of all threads that add the same key, at most one is told that it is new: no state is expanded twice.", Laarman, "checker/Engine/Stores/Table.cs");

    /// <summary>Nothing is lost.</summary>
    public static Claim FinishedIsFound { get; } = new("FinishedIsFound", PropertyKind.Invariant,
        "Once a thread has added a key, every later lookup finds it: no state is taken for new that was visited.", Laarman, "checker/Engine/Stores/Table.cs");

    /// <summary>Numbers name keys.</summary>
    public static Claim OneNumber { get; } = new("OneNumber", PropertyKind.Invariant,
        "Whoever adds a word is told its number, the same one each time.", Tree, "checker/Engine/Stores/Words.cs");

    /// <summary>And no two keys.</summary>
    public static Claim NumbersDiffer { get; } = new("NumbersDiffer", PropertyKind.Invariant,
        "Different words have different numbers: compressed states are never confused.", Tree, "checker/Engine/Stores/Words.cs");

    /// <summary>No endless probing.</summary>
    public static Claim LookupEnds { get; } = new("LookupEnds", PropertyKind.Invariant,
        "A thread finds its key or an empty lane before it has looked at all buckets: the table is never full.", Laarman, "checker/Engine/Stores/Table.Growth.cs");

    /// <summary>No thread waits for ever.</summary>
    public static Claim EveryoneFinishes { get; } = new("EveryoneFinishes", PropertyKind.Invariant,
        "There is always a step to take until all threads have added all of their keys.", Laarman, "checker/Engine/Search.cs");

    /// <summary>Whatever the schedule.</summary>
    public static Claim EveryKeyIsAdded { get; } = new("EveryKeyIsAdded", PropertyKind.Eventually,
        "All threads finish, as long as each of them is run again and again and the table grows when it must: nobody waits for ever or turns in circles.", Laarman,
        "checker/Engine/Search.cs");

    /// <summary>What it is for.</summary>
    public static Claim IsASet { get; } = new("IsASet", PropertyKind.Refinement,
        "Threads, lanes and growth behave as a set to which keys are added one at a time: each is new to exactly one thread, and that at one instant between the "
        + "beginning and the end of its call.", "Herlihy, Wing, Linearizability, TOPLAS 1990", "checker/Engine/Stores/Table.cs");

    /// <summary>The races are there.</summary>
    public static Claim EveryRaceHappens { get; } = new("EveryRaceHappens", PropertyKind.Reachable,
        "The table grows, a lane is lost to another thread with the same key, a number is waited for, and a key goes to a bucket that is not its own.", Laarman,
        "checker/Engine/Stores/Table.cs");

    /// <summary>All of them.</summary>
    /// <param name="model">The model.</param>
    internal static IReadOnlyList<Property<VisitedSetState>> Of(VisitedSetModel model) =>
    [
        new Invariant<VisitedSetState>(NewOnce, null, (in s) => Most(in s) <= 1, (in s) => $"key {MostKey(in s)} was new {Most(in s)} times")
        {
            Watches = [ClaimLane],
        },
        new Invariant<VisitedSetState>(FinishedIsFound, (in s) => s.Finished != 0, (in s) => Lost(in s) == 0, (in s) => $"key {Lost(in s)} is not found")
        {
            Watches = [ClaimLane, PublishNumber, ReadNumber, GrowTable],
        },
        new Invariant<VisitedSetState>(OneNumber, (in s) => s.Finished != 0, (in s) => s.Crossed == 0,
            (in _) => "a thread was told another number than the first, or none")
        {
            Watches = [PublishNumber, ReadNumber],
        },
        new Invariant<VisitedSetState>(NumbersDiffer, (in s) => s.Finished != 0, (in s) => Twin(in s) == 0,
            (in s) => $"key {Twin(in s)} has the number {s.Told[Twin(in s)]} of a smaller key")
        {
            Watches = [PublishNumber, ReadNumber],
        },
        new Invariant<VisitedSetState>(LookupEnds, null, (in s) => Endless(in s) < 0,
            (in s) => $"T{Endless(in s)} has looked at all {s.Buckets} buckets")
        {
            Watches = [LookForRoom, ClaimLane, GrowTable, FindNoRoom],
        },
        new NoDeadlock<VisitedSetState>(EveryoneFinishes),
        new Eventually<VisitedSetState>(EveryKeyIsAdded, (in s) => VisitedSetModel.AllAt(in s, Pc.Done, Pc.Done), Fairness<VisitedSetState>.EachAgent(model, agent => agent < model.Threads ? $"T{agent}" : "the table")),
        new Refinement<VisitedSetState, AtomicSet, AtomicSetState>(IsASet, model.Abstract, AtomicSet.Image)
        {
            Watches = [ClaimLane, FindKey, PublishNumber, ReadNumber],
        },
        new Reachable<VisitedSetState>(EveryRaceHappens, ["the table grows", "a lane is lost to the same key", "a number is waited for", "a key is put elsewhere"],
            (in s) => s.Grown | ((ulong)s.Met << 1) | ((ulong)s.Waited << 2) | (IsElsewhere(in s) ? 8UL : 0))
        {
            Watches = [ClaimLane, GrowTable, FindKey],
        },
    ];

    private static int MostKey(in VisitedSetState state)
    {
        int most = 1;
        for (int key = 2; key <= MostKeys; key++)
        {
            most = state.New[key] > state.New[most] ? key : most;
        }
        return most;
    }

    private static int Most(in VisitedSetState state) => state.New[MostKey(in state)];

    private static int Lost(in VisitedSetState state)
    {
        for (int key = 1; key <= MostKeys; key++)
        {
            if ((state.Finished >> key & 1) != 0 && !Finds(in state, key))
            {
                return key;
            }
        }
        return 0;
    }

    private static int Twin(in VisitedSetState state)
    {
        for (int key = 2; key <= MostKeys; key++)
        {
            for (int smaller = 1; smaller < key; smaller++)
            {
                if (state.Told[key] != 0 && state.Told[key] == state.Told[smaller])
                {
                    return key;
                }
            }
        }
        return 0;
    }

    // The thread that has looked at all buckets, or -1.
    private static int Endless(in VisitedSetState state)
    {
        for (int thread = 0; thread < MostThreads; thread++)
        {
            if (state.Looked[thread] > state.Buckets)
            {
                return thread;
            }
        }
        return -1;
    }
}
