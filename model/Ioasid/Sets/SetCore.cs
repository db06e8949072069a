// The state of the extended IOASID core: IOASIDs, IOASID sets, notification chains, and what the CPU that holds the lock is doing.

using System.Runtime.CompilerServices;

namespace Verify.Model.Ioasid.Sets;

/// <summary>A byte for each IOASID.</summary>
[InlineArray(SetCore.MostIds)]
public struct ById
{
    private byte _first;
}

/// <summary>A byte for each slot of the table of sets.</summary>
[InlineArray(SetCore.MostSlots)]
public struct BySlot
{
    private byte _first;
}

/// <summary>A byte for each VM, that is for each mm.</summary>
[InlineArray(SetCore.MostVms)]
public struct ByVm
{
    private byte _first;
}

/// <summary>Who holds a reference to an IOASID, a bit each. Ghost state: the core has the count only.</summary>
public static class Holder
{
    /// <summary>The allocation itself.</summary>
    public const byte Allocation = 1;

    /// <summary>KVM of the VM.</summary>
    public const byte Kvm = 2;

    /// <summary>The VDCM driver.</summary>
    public const byte Vdcm = 4;

    /// <summary>The IOMMU driver.</summary>
    public const byte Iommu = 8;

    /// <summary>The bit of a subscriber.</summary>
    public static byte Of(Subscriber who) => (byte)(2 << (int)who);
}

/// <summary>What else is to be said of an IOASID, a bit each.</summary>
public static class Mark
{
    /// <summary>It has private data.</summary>
    public const byte Data = 1;

    /// <summary>It is in its set's map of members.</summary>
    public const byte Member = 2;

    /// <summary>The set that it points to has been freed.</summary>
    public const byte Orphan = 4;

    /// <summary>Ghost: FREE has been sent in this life.</summary>
    public const byte Told = 8;

    /// <summary>Ghost: FREE has been sent twice in this life.</summary>
    public const byte ToldTwice = 16;

    /// <summary>VDCM's deferred work is queued.</summary>
    public const byte VdcmWork = 32;

    /// <summary>The IOMMU driver's deferred work is queued.</summary>
    public const byte IommuWork = 64;

    /// <summary>Has been freed by the call that frees all members of its set, which is still running.</summary>
    public const byte Visited = 128;
}

/// <summary>The core's state. IOASID 0 is PASID 0.</summary>
public struct SetCore
{
    /// <summary>IOASIDs at most, PASID 0 included.</summary>
    public const int MostIds = 4;

    /// <summary>Sets at a time at most.</summary>
    public const int MostSlots = 3;

    /// <summary>VMs at most.</summary>
    public const int MostVms = 3;

    /// <summary>The bit of KVM's notifier on a set's chain.</summary>
    public const byte KvmBlock = 1;

    /// <summary>The bit of VDCM's notifier on a set's chain.</summary>
    public const byte VdcmBlock = 2;

    /// <summary>Nobody: no CPU, no slot.</summary>
    public const byte Nobody = 0xff;

    /// <summary>By IOASID, an <see cref="IdState"/>.</summary>
    public ById State;

    /// <summary>By IOASID, the slot of its set plus one, 0 for none.</summary>
    public ById Set;

    /// <summary>By IOASID, its SPID plus one, 0 for none.</summary>
    public ById Spid;

    /// <summary>By IOASID, the reference count.</summary>
    public ById Refs;

    /// <summary>Ghost. By IOASID, who holds a reference, bits of <see cref="Holder"/>.</summary>
    public ById Holders;

    /// <summary>Ghost. By IOASID, who still believes to hold one of a previous life.</summary>
    public ById Stale;

    /// <summary>By IOASID, bits of <see cref="Mark"/>.</summary>
    public ById Marks;

    /// <summary>By slot, a <see cref="SetState"/>.</summary>
    public BySlot Sets;

    /// <summary>By slot, the VM whose mm is the token, plus one; 0 for a set of type NULL.</summary>
    public BySlot Token;

    /// <summary>By slot, how many IOASIDs it may have.</summary>
    public BySlot Quota;

    /// <summary>By slot, how many it has.</summary>
    public BySlot Nr;

    /// <summary>By slot, references to the set.</summary>
    public BySlot Users;

    /// <summary>By slot, the notifiers on its chain.</summary>
    public BySlot Chain;

    /// <summary>By VM, the record on the pending list, a <see cref="PendingState"/>.</summary>
    public ByVm Pending;

    /// <summary>Whether the IOMMU driver's notifier is on the system-wide chain.</summary>
    public bool SystemWide;

    /// <summary>What of the capacity belongs to no set.</summary>
    public byte Available;

    /// <summary>What is set aside by ioasid_reserve_capacity.</summary>
    public byte Reserved;

    /// <summary>Who holds the lock of the pending list, plus one; 0 for nobody.</summary>
    public byte PendingLock;

    /// <summary>A memory error that has happened.</summary>
    public Fault Fault;

    /// <summary>What is done under the lock in several steps.</summary>
    public Job Job;

    /// <summary>All quotas, what is reserved and what is left: the capacity, if the books are right.</summary>
    public readonly int Booked => Quota[0] + Quota[1] + Quota[2] + Reserved + Available;

    /// <summary>Whether any IOASID is not in the pool, or believed to be held.</summary>
    public readonly bool IsAnyAllocated => (State[0] | State[1] | State[2] | State[3]) != 0 || IsHeldInPool;

    /// <summary>Whether an IOASID points to a set that was freed.</summary>
    public readonly bool HasOrphan => ((Marks[0] | Marks[1] | Marks[2] | Marks[3]) & Mark.Orphan) != 0;

    /// <summary>Whether somebody believes to hold a reference of a previous life.</summary>
    public readonly bool IsHeldInPool => (Stale[0] | Stale[1] | Stale[2] | Stale[3]) != 0;

    /// <summary>Whether an IOASID is allocated: everywhere but in the pool and not reclaimed.</summary>
    public readonly bool IsAllocated(int id) => State[id] != (byte)IdState.Free;

    /// <summary>Whether an IOASID can be used: neither free nor being freed.</summary>
    public readonly bool IsLive(int id) => State[id] is (byte)IdState.Idle or (byte)IdState.Active;

    /// <summary>The slot of an IOASID's set, or -1.</summary>
    public readonly int SlotOf(int id) => Set[id] - 1;

    /// <summary>The VM that an IOASID's set belongs to, or -1 for none.</summary>
    public readonly int VmOf(int id) => Set[id] == 0 ? -1 : Token[Set[id] - 1] - 1;

    /// <summary>The slot of the set of a VM, ending or not, or -1.</summary>
    public readonly int SlotOfVm(int vm)
    {
        for (int slot = 0; slot < MostSlots; slot++)
        {
            if (Sets[slot] != (byte)SetState.None && Token[slot] == vm + 1)
            {
                return slot;
            }
        }
        return -1;
    }

    /// <summary>Whether an IOASID has a mark.</summary>
    public readonly bool Has(int id, byte mark) => (Marks[id] & mark) != 0;
}

/// <summary>What a CPU does under the lock while handlers are called, one after the other.</summary>
public struct Job
{
    /// <summary>The call, a <see cref="JobCall"/>.</summary>
    public JobCall Call;

    /// <summary>Where in its program it is.</summary>
    public byte At;

    /// <summary>Who calls, as the system numbers them.</summary>
    public byte Caller;

    /// <summary>The IOASID.</summary>
    public byte Id;

    /// <summary>The slot of the set.</summary>
    public byte Slot;

    /// <summary>The SPID plus one that the event carries, 0 for none.</summary>
    public byte Spid;

    /// <summary>The next place in the order of subscribers.</summary>
    public byte Cursor;

    /// <summary>Ghost: the subscribers that should hear of the event, a bit each.</summary>
    public byte Due;

    /// <summary>Ghost: the subscribers that have been called, a bit each.</summary>
    public byte Called;

    /// <summary>A handler waits for the lock that its caller holds: for ever.</summary>
    public bool Stuck;

    /// <summary>True for a call that frees all members of the set, one after the other.</summary>
    public bool All;

    /// <summary>True while such a call goes on to its next member.</summary>
    public bool Chooses;

    /// <summary>It waits for the lock of the pending list, whose owner waits for the lock that it holds: for ever.</summary>
    public bool WaitsForPendingLock;
}
