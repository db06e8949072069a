// What is expected of the IOASID core, in words, and as the engine decides it.

using Verify.Engine;
using Verify.Engine.Liveness;
using Verify.Model.Ioasid.Core;
using Verify.Transitions;
using static Verify.Model.Ioasid.Core.CoreModel;

namespace Verify.Properties.Ioasid;

/// <summary>The claims about the IOASID core of Linux. To hold an ID is to have it from ioasid_alloc or ioasid_get, and not to have given it up.</summary>
public static class CoreClaims
{
    private const string Seed = "seeds/004_1b149153a6483de2";
    private const string Rules = "comment of drivers/iommu/ioasid.c, 5.11, on custom allocators";
    private const string Sharing = "ioasid_register_allocator, ioasid_unregister_allocator, 5.5 to 6.3";
    private const string Rcu = "ioasid_find and ioasid_set_data, 5.5 to 6.3; Documentation/RCU";

    /// <summary>UP-1.</summary>
    public static Claim OneMap { get; } = new("OneMap", PropertyKind.Invariant,
        "An ID is in the map of at most one allocator, and one that somebody holds is in the map of the active one.", Rules, "UP-1", Seed);

    /// <summary>UP-2.</summary>
    public static Claim DefaultIfNoCustom { get; } = new("DefaultIfNoCustom", PropertyKind.Invariant,
        "The default allocator is active exactly when there is no custom one.", Rules, "UP-2", Seed);

    /// <summary>UP-3.</summary>
    public static Claim SwitchLeavesNothing { get; } = new("SwitchLeavesNothing", PropertyKind.Action,
        "An allocator that stops being the active one has no IDs in its map.", Rules, "UP-3", Seed);

    /// <summary>UP-4.</summary>
    public static Claim CallsRegisteredOps { get; } = new("CallsRegisteredOps", PropertyKind.Invariant,
        "The active custom allocator calls the functions of ops that are registered with it, not of withdrawn ones, whose owner may have freed them.", Sharing, "UP-4");

    /// <summary>UP-5.</summary>
    public static Claim LinkedWhereRegistered { get; } = new("LinkedWhereRegistered", PropertyKind.Invariant,
        "The list of an allocator's sharers leads, forwards and backwards, to those ops that are registered with its functions, once to each, and to nothing else.", Sharing, "UP-5");

    /// <summary>UP-6.</summary>
    public static Claim IdComesBack { get; } = new("IdComesBack", PropertyKind.LeadsTo,
        "An ID that nobody holds goes back to the pool that issued it, that of the platform included, as long as the CPU that has the lock goes on.",
        "seeds/004 L345: returned to the pool when all references are dropped", "UP-6", "B-11", Seed);

    /// <summary>UP-7.</summary>
    public static Claim FreshInRange { get; } = new("FreshInRange", PropertyKind.Action,
        "ioasid_alloc returns an ID between min and max that nobody holds.", "ioasid_alloc, 5.5 to 6.3", "UP-7");

    /// <summary>UP-8.</summary>
    public static Claim NoUseAfterFree { get; } = new("NoUseAfterFree", PropertyKind.Action,
        "What ioasid_find takes from an entry is alive when the getter or the caller touches it.", Rcu, "UP-8", "B-27");

    /// <summary>UP-9.</summary>
    public static Claim ReferencesAreHolders { get; } = new("ReferencesAreHolders", PropertyKind.Invariant,
        "The reference count of an ID in a map is the number of those that hold it; where IDs are not counted, one holds it.",
        "cb4789b0d19f (5.11); seeds/004 L340", "UP-9", "B-10", Seed);

    /// <summary>UP-10.</summary>
    public static Claim NoSleepUnderLock { get; } = new("NoSleepUnderLock", PropertyKind.Invariant,
        "Whoever waits for a grace period does not have the spin lock.", "seeds/004 L330; Linux, Documentation/locking", "UP-10", Seed);

    /// <summary>RCU protects the entry.</summary>
    public static Claim EntryOutlivesReaders { get; } = new("EntryOutlivesReaders", PropertyKind.Invariant,
        "An entry is not freed while a reader has a pointer to it.", Rcu, "UP-8");

    /// <summary>No half-made entries.</summary>
    public static Claim EntryKnowsItsId { get; } = new("EntryKnowsItsId", PropertyKind.Invariant,
        "An entry that a reader finds has its ID written.", "ioasid_alloc, 5.5 to 6.3: the ID is written after the entry was stored", "UP-7");

    /// <summary>The platform knows what is in use.</summary>
    public static Claim PlatformKeepsBook { get; } = new("PlatformKeepsBook", PropertyKind.Invariant,
        "An ID that somebody holds is not free in the pool of the platform that issued it.", "ioasid_alloc, 5.5 to 6.3: an ID that is mapped already is given back", "UP-6", "UP-7");

    /// <summary>Nobody is stuck.</summary>
    public static Claim NobodyHangs { get; } = new("NobodyHangs", PropertyKind.Invariant,
        "Some CPU can always go on.", "Linux, Documentation/locking/lockdep-design.rst");

    /// <summary>Non-vacuity.</summary>
    public static Claim CallsSucceed { get; } = new("CallsSucceed", PropertyKind.Reachable,
        "Every call succeeds somewhere, with the default allocator and with custom ones.", "non-vacuity of this model");

    /// <summary>Non-vacuity.</summary>
    public static Claim CallsFail { get; } = new("CallsFail", PropertyKind.Reachable,
        "Every call fails somewhere, with each of the errors that its callers can cause.", "non-vacuity of this model; errors of 5.5 to 6.3");

    /// <summary>The races are there.</summary>
    public static Claim RacesHappen { get; } = new("RacesHappen", PropertyKind.Reachable,
        "A reader has an entry that was removed, a grace period waits for a reader, data outlives its owner's interest, and a CPU spins for the lock.", "non-vacuity of this model");

    /// <summary>All of them.</summary>
    /// <param name="model">The model.</param>
    internal static IReadOnlyList<Property<CoreState>> Of(CoreModel model) =>
    [
        new Invariant<CoreState>(OneMap, (in s) => IsAnyHeld(in s), (in s) => Misplaced(in s) < 0, ExplainMisplaced),
        new Invariant<CoreState>(DefaultIfNoCustom, null, (in s) => (s.Active == Default) == (Allocators(in s) == 0),
            (in s) => $"{Allocator(s.Active)} is active, and there are {Allocators(in s)} custom allocators"),
        new ActionProperty<CoreState>(SwitchLeavesNothing, (in b, _, in a) => b.Active != a.Active, (in b, _, in _) => IsEmpty(in b, b.Active),
            (in b, _, in _) => $"the map of {Allocator(b.Active)} has IDs"),
        new Invariant<CoreState>(CallsRegisteredOps, (in s) => s.Active != Default, (in s) => (s.Registered << 1 >> s.FirstOps[s.Active - 1] & 1) != 0, ExplainWithdrawn),
        new Invariant<CoreState>(LinkedWhereRegistered, (in s) => s.Registered != 0, (in s) => Mislinked(in s) < 0, ExplainMislinked),
        new LeadsTo<CoreState>(IdComesBack, (in s) => Idle(in s) >= 0, (in s) => Idle(in s) < 0, [LockOwner])
        {
            IsSymmetric = true,
            Explain = (in s) => Idle(in s) < 0 ? "no ID" : $"nobody holds {Name(Idle(in s))}, and it is still issued",
        },
        new ActionProperty<CoreState>(FreshInRange, (in _, step, in _) => Is(step, CoreAct.ReturnId), (in b, step, in _) => IsFresh(in b, step),
            (in b, step, in _) => Holders(in b, step.B) > 1 ? $"somebody holds {step.B} already" : $"{step.B} lies outside of what was asked for"),
        new ActionProperty<CoreState>(NoUseAfterFree, (in _, step, in _) => Is(step, CoreAct.AskGetter) || Is(step, CoreAct.Use),
            (in b, step, in _) => IsAlive(in b, b.Data[step.A] - 1), (in b, step, in _) => $"data{b.Data[step.A] - 1} is freed"),
        new Invariant<CoreState>(ReferencesAreHolders, (in s) => Counted(in s, any: true) >= 0, (in s) => Counted(in s, any: false) < 0,
            (in s) => $"{Name(Counted(in s, any: false))} has {s.References[Counted(in s, any: false)]} references and {s.Holders[Counted(in s, any: false)]} holders"),
        new Invariant<CoreState>(NoSleepUnderLock, null, (in s) => s.LockedBy == 0 || (CorePc)s.Pc[s.LockedBy - 1] != CorePc.Sleeps, (in s) => $"CPU{s.LockedBy - 1} has the lock"),
        new Invariant<CoreState>(EntryOutlivesReaders, (in s) => Count(in s, CorePc.Found) > 0, (in s) => Noted(in s, CpuNotes.Freed) < 0,
            (in s) => $"CPU{Noted(in s, CpuNotes.Freed)} has a pointer to an entry that was freed"),
        new Invariant<CoreState>(EntryKnowsItsId, (in s) => Count(in s, CorePc.Found) > 0, (in s) => FoundUnwritten(in s) < 0,
            (in s) => $"CPU{FoundUnwritten(in s)} found an entry without ID"),
        new Invariant<CoreState>(PlatformKeepsBook, (in s) => IsAnyHeld(in s), (in s) => Unissued(in s) < 0,
            (in s) => $"{Name(Unissued(in s))} is held by {s.Holders[Unissued(in s)]}, and free in the pool"),
        new NoDeadlock<CoreState>(NobodyHangs),
        CoreGoals.Successes(CallsSucceed, model),
        CoreGoals.Failures(CallsFail, model),
        CoreGoals.Races(RacesHappen),
    ];

    /// <summary>Whoever has the lock goes on. It names no CPU.</summary>
    private static Fairness<CoreState> LockOwner => new("the CPU that has the lock", Strength.Weak, (in before, step, in _) => before.LockedBy == step.A + 1) { IsSymmetric = true };

    private static bool Is(Step step, CoreAct act) => step.Kind == (ushort)act;

    // Of an ID that is somewhere it should not be, where; -1 for none. An ID of a call that is under way is not held yet, or no more.
    private static int Misplaced(in CoreState state)
    {
        for (int id = 0; id < MostIds; id++)
        {
            for (int map = 0; map <= MostPools; map++)
            {
                bool isMapped = IsMapped(in state, map, id);
                if ((isMapped && map != state.Active) || (!isMapped && state.Holders[At(map, id)] > 0))
                {
                    return At(map, id);
                }
            }
        }
        return -1;
    }

    private static string ExplainMisplaced(in CoreState state)
    {
        int at = Misplaced(in state);
        return state.Entry[at] != 0 ? $"{Name(at)} is mapped, and {Allocator(state.Active)} is active" : $"{Name(at)} is held by {state.Holders[at]}, and in no map";
    }

    private static string ExplainWithdrawn(in CoreState state) => state.FirstOps[state.Active - 1] == 0
        ? $"{Allocator(state.Active)} is active, and withdrawn"
        : $"ops{state.FirstOps[state.Active - 1] - 1} is withdrawn, and {Allocator(state.Active)} calls it";

    // The pool with a wrong list, or -1.
    private static int Mislinked(in CoreState state)
    {
        for (int pool = 0; pool < MostPools; pool++)
        {
            int sharers = Sharers(in state, pool);
            if (state.Position[pool] == 0 ? sharers != 0
                : SharerList.Walk(in state, pool, -1, out int there) != WalkEnd.Head || SharerList.WalkBack(in state, pool, out int back) != WalkEnd.Head || there != sharers || back != sharers)
            {
                return pool;
            }
        }
        return -1;
    }

    private static string ExplainMislinked(in CoreState state)
    {
        int pool = Mislinked(in state);
        if (state.Position[pool] == 0)
        {
            return $"ops are registered with the functions of {Allocator(pool + 1)}, and it has no allocator";
        }
        WalkEnd end = SharerList.Walk(in state, pool, -1, out int there);
        return end == WalkEnd.Lost ? $"the list of {Allocator(pool + 1)} leads out of itself, or does not end"
            : there == Sharers(in state, pool) ? $"the list of {Allocator(pool + 1)} is another one backwards" : $"the list of {Allocator(pool + 1)} has other ops than those registered";
    }

    // Where an ID is issued that nobody holds, or -1.
    private static int Idle(in CoreState state)
    {
        for (int at = 0; at < (1 + MostPools) * MostIds; at++)
        {
            if (IsIdle(in state, at / MostIds, at % MostIds))
            {
                return at;
            }
        }
        return -1;
    }

    private static bool IsFresh(in CoreState before, Step step) =>
        Holders(in before, step.B) == 1 && ((CpuNotes)before.Notes[step.A] & CpuNotes.Outside) == 0;

    // An entry in a map, or one whose count is wrong; -1 for none.
    private static int Counted(in CoreState state, bool any)
    {
        for (int at = 0; at < (1 + MostPools) * MostIds; at++)
        {
            if (state.Entry[at] != 0 && (any || state.References[at] != state.Holders[at]))
            {
                return at;
            }
        }
        return -1;
    }

    private static int FoundUnwritten(in CoreState state)
    {
        for (int cpu = 0; cpu < MostCpus; cpu++)
        {
            if ((CorePc)state.Pc[cpu] == CorePc.Found && state.Id[cpu] != 0
                && ((EntryNotes)state.Entry[At(state.Map[cpu], state.Id[cpu] - 1)] & EntryNotes.Unwritten) != 0)
            {
                return cpu;
            }
        }
        return -1;
    }

    private static int Unissued(in CoreState state)
    {
        for (int at = MostIds; at < (1 + MostPools) * MostIds; at++)
        {
            if (state.Holders[at] > 0 && (state.Issued[(at / MostIds) - 1] >> (at % MostIds) & 1) == 0)
            {
                return at;
            }
        }
        return -1;
    }

    private static bool IsAnyHeld(in CoreState state)
    {
        for (int at = 0; at < (1 + MostPools) * MostIds; at++)
        {
            if (state.Holders[at] > 0)
            {
                return true;
            }
        }
        return false;
    }

    private static int Count(in CoreState state, CorePc pc)
    {
        int count = 0;
        for (int cpu = 0; cpu < MostCpus; cpu++)
        {
            count += (CorePc)state.Pc[cpu] == pc ? 1 : 0;
        }
        return count;
    }

    private static int Noted(in CoreState state, CpuNotes note)
    {
        for (int cpu = 0; cpu < MostCpus; cpu++)
        {
            if (((CpuNotes)state.Notes[cpu] & note) != 0)
            {
                return cpu;
            }
        }
        return -1;
    }

    private static string Name(int at) => $"{Allocator(at / MostIds)}[{at % MostIds}]";
}
