// The state of the IOASID core: CPUs, allocators, IDs, and the private data behind them.

using System.Runtime.CompilerServices;

namespace Verify.Model.Ioasid.Core;

/// <summary>A byte for each CPU.</summary>
[InlineArray(CoreModel.MostCpus)]
public struct ByCpu
{
    private byte _first;
}

/// <summary>A byte for each platform pool, that is for each pair of functions.</summary>
[InlineArray(CoreModel.MostPools)]
public struct ByPool
{
    private byte _first;
}

/// <summary>A byte for each AllocOps.</summary>
[InlineArray(CoreModel.MostOps)]
public struct ByOps
{
    private byte _first;
}

/// <summary>A byte for each list node: those of AllocOps, then the heads of allocators' lists of sharers.</summary>
[InlineArray(CoreModel.MostOps + CoreModel.MostPools)]
public struct ByNode
{
    private byte _first;
}

/// <summary>A byte for each ID in each map: the default allocator's map, then those of custom ones. See <see cref="CoreModel.At"/>.</summary>
[InlineArray((1 + CoreModel.MostPools) * CoreModel.MostIds)]
public struct ByEntry
{
    private byte _first;
}

/// <summary>Where a CPU is.</summary>
public enum CorePc : byte
{
    /// <summary>In no call.</summary>
    Idle,

    /// <summary>In a call that needs the lock, and spins for it. Which call it is shows when it gets the lock.</summary>
    Spins,

    /// <summary>ioasid_alloc: has memory for the entry, and not yet the lock.</summary>
    HasEntry,

    /// <summary>ioasid_alloc, locked: the platform gave an ID, which is not stored.</summary>
    HasId,

    /// <summary>ioasid_alloc, locked: the ID goes back to the platform.</summary>
    Undoes,

    /// <summary>ioasid_alloc, locked: the slot is taken, the entry's ID not written.</summary>
    Stored,

    /// <summary>ioasid_alloc, locked: the platform's function waits for the lock.</summary>
    CallsBack,

    /// <summary>ioasid_free or the last ioasid_put, locked: the entry is found.</summary>
    Frees,

    /// <summary>The same, locked: the platform has the ID back, the entry is still mapped.</summary>
    Erases,

    /// <summary>Waits for a grace period, after which it drops the data in <see cref="CoreState.Data"/>.</summary>
    Sleeps,

    /// <summary>ioasid_find, in an RCU section: has a pointer to an entry.</summary>
    Found,

    /// <summary>ioasid_find, in an RCU section: has read the entry's private pointer.</summary>
    Read,

    /// <summary>Has what ioasid_find returned.</summary>
    Uses,

    /// <summary>ioasid_unregister_allocator, locked: walks a list that leads into freed memory, or does not end.</summary>
    Lost,
}

/// <summary>What else there is of a CPU; bits.</summary>
[Flags]
public enum CpuNotes : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Allocating: the platform's ID lies outside [min, max].</summary>
    Outside = 1,

    /// <summary>Finding: the entry was removed from its map since.</summary>
    Removed = 2,

    /// <summary>Finding: the entry's memory was freed.</summary>
    Freed = 4,

    /// <summary>Using: the getter took a reference on the data.</summary>
    Pinned = 8,
}

/// <summary>What is known of an entry; bits.</summary>
[Flags]
public enum EntryNotes : byte
{
    /// <summary>Not in the map.</summary>
    None = 0,

    /// <summary>In the map.</summary>
    Mapped = 1,

    /// <summary>Its ID is not written into it.</summary>
    Unwritten = 2,
}

/// <summary>CPUs, locks, allocators, entries and private data. "Plus one" leaves 0 for none.</summary>
public struct CoreState
{
    /// <summary>Where each CPU is, a <see cref="CorePc"/>.</summary>
    public ByCpu Pc;

    /// <summary>The ID its call is about, plus one.</summary>
    public ByCpu Id;

    /// <summary>The map that ID is or was taken from: 0 is the default allocator's.</summary>
    public ByCpu Map;

    /// <summary>The private data it has a pointer to, or will drop, plus one.</summary>
    public ByCpu Data;

    /// <summary>The readers that its grace period waits for, a bit for each CPU.</summary>
    public ByCpu Waits;

    /// <summary>More of it, <see cref="CpuNotes"/>.</summary>
    public ByCpu Notes;

    /// <summary>The CPU that has the spin lock, plus one.</summary>
    public byte LockedBy;

    /// <summary>The active allocator, by its map: 0 is the default one, the others are those of pools, plus one.</summary>
    public byte Active;

    /// <summary>Where the custom allocator with a pool's functions is in the list of custom allocators, from 1 on; 0 if there is none.</summary>
    public ByPool Position;

    /// <summary>The ops through which that allocator calls its functions, plus one.</summary>
    public ByPool FirstOps;

    /// <summary>The IDs that a platform pool has issued, by its own book, a bit each.</summary>
    public ByPool Issued;

    /// <summary>The pool that the functions of each AllocOps speak for: AllocOps with the same pool share both function pointers.</summary>
    public ByOps Pool;

    /// <summary>The next pointer of each list node, a node or <see cref="SharerList.Freed"/> or <see cref="SharerList.Nowhere"/>.</summary>
    public ByNode Next;

    /// <summary>The prev pointer of each list node.</summary>
    public ByNode Previous;

    /// <summary>What is known of each entry, <see cref="EntryNotes"/>.</summary>
    public ByEntry Entry;

    /// <summary>Its reference count; 1 where IDs are not counted.</summary>
    public ByEntry References;

    /// <summary>
    /// Its private data, plus one. When the core has lost an entry that somebody still holds, what that holder believes.
    /// </summary>
    public ByEntry Private;

    /// <summary>Private data that its owner has not dropped, a bit each. The rest is alive only while some getter has pinned it.</summary>
    public byte Owned;

    /// <summary>Ghost: AllocOps that were registered with success and not unregistered, a bit each.</summary>
    public byte Registered;

    /// <summary>Ghost: how many hold each ID, by the map that issued it.</summary>
    public ByEntry Holders;
}
