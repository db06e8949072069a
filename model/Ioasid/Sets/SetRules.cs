// What the versions of the extended IOASID code differ in, choice by choice.
//
// Sources: the posted series "IOASID extensions for guest SVA" v2 (August 2020), v3 (September 2020), V4 (February 2021, also called DCP) and the document of
// the first mail of v2 (shared/seeds/004); shared/reference/ioasid.md, section 2, says what was read where. Nothing of it was ever merged.

namespace Verify.Model.Ioasid.Sets;

/// <summary>In which order ioasid_free marks the IOASID FREE_PENDING, tells its subscribers, and drops the reference of the allocation.</summary>
public enum FreeOrder : byte
{
    /// <summary>Mark, notify, drop: v2, v3.</summary>
    MarkNotifyDrop,

    /// <summary>Mark, drop, and notify only if somebody else still holds a reference: V4.</summary>
    MarkDropNotify,

    /// <summary>Notify, mark, drop: steps 16, 17 and 23 of the document's table.</summary>
    NotifyMarkDrop,
}

/// <summary>Which notification chain is walked first; a priority orders callbacks of one chain only.</summary>
public enum ChainOrder : byte
{
    /// <summary>The system-wide chain, then that of the set: v2 to V4.</summary>
    SystemWideFirst,

    /// <summary>The set's chain, then the system-wide one.</summary>
    SetFirst,

    /// <summary>All subscribers of both in one order, by priority.</summary>
    ByPriority,
}

/// <summary>What becomes of an IOASID set whose owner is done with it.</summary>
public enum SetEnd : byte
{
    /// <summary>ioasid_set_put: the last reference frees all members and then the set, whoever still holds a member: v2, v3, the document.</summary>
    Put,

    /// <summary>ioasid_set_free: refused with EBUSY while there are members, and done when the last of them is reclaimed: V4.</summary>
    FreeWhenEmpty,

    /// <summary>ioasid_set_put, and each member keeps the set itself until it is reclaimed.</summary>
    PutKeptByMembers,
}

/// <summary>When an IOASID becomes ACTIVE.</summary>
public enum Activation : byte
{
    /// <summary>When it is allocated: v2, v3.</summary>
    AtAlloc,

    /// <summary>Never, it stays IDLE: V4, in the snapshot that was read.</summary>
    Never,

    /// <summary>When it is bound: an SPID is attached.</summary>
    AtAttach,
}

/// <summary>How ioasid_find_by_spid goes about it.</summary>
public enum SpidLookup : byte
{
    /// <summary>Looks and then takes a reference, without the lock: v2.</summary>
    Unlocked,

    /// <summary>Under the lock, of whatever state the IOASID is: V4.</summary>
    Locked,

    /// <summary>Under the lock, and an IOASID that is FREE_PENDING is not found.</summary>
    LockedLiveOnly,
}

/// <summary>
/// One version: a set of choices, each taken on its own. A new version of the algorithm is a new set of choices; a new idea is a new choice.
/// </summary>
public sealed record SetRules
{
    /// <summary>The order within ioasid_free.</summary>
    public FreeOrder FreeOrder { get; init; } = FreeOrder.MarkNotifyDrop;

    /// <summary>Whether each further ioasid_free of a FREE_PENDING IOASID drops one more reference (v2), or does nothing.</summary>
    public bool RepeatedFreeDrops { get; init; }

    /// <summary>Whether the core's own ALLOC and FREE are refused by the argument check of ioasid_notify, and nobody hears of them (v3).</summary>
    public bool CoreEventsRefused { get; init; }

    /// <summary>Whether FREE goes to the system-wide chain only: v3 gives the flag of that chain twice instead of both.</summary>
    public bool FreeMissesSetChain { get; init; }

    /// <summary>Whether ALLOC, BIND and UNBIND reach the system-wide chain as well; the posted versions send them to the set's chain only.</summary>
    public bool AllEventsReachAll { get; init; }

    /// <summary>Which chain is walked first.</summary>
    public ChainOrder ChainOrder { get; init; } = ChainOrder.SystemWideFirst;

    /// <summary>
    /// Whether priorities are LAST &lt; IOMMU &lt; DEVICE &lt; CPU, as in the document; the enumeration in v2 and v3 has DEVICE below IOMMU. It matters where one
    /// chain has both.
    /// </summary>
    public bool DeviceBeforeIommu { get; init; }

    /// <summary>Whether ioasid_attach_spid and ioasid_detach_spid send BIND and UNBIND (v3, V4); otherwise the IOMMU driver calls ioasid_notify (v2, the document).</summary>
    public bool AttachSendsBind { get; init; }

    /// <summary>Whether handlers of BIND and UNBIND use ioasid_get and ioasid_put, which take the lock that their caller holds: the document's steps 6 and 21.</summary>
    public bool BindHandlersTakeLock { get; init; }

    /// <summary>Whether subscribers drop a reference on FREE without having one: the document's step 20 tests nothing.</summary>
    public bool HandlersPutBlindly { get; init; }

    /// <summary>Whether events are sent without the lock being held; that chain walk is then no critical section.</summary>
    public bool NotifiesUnlocked { get; init; }

    /// <summary>Whether an SPID that is used in the set is refused (V4).</summary>
    public bool SpidIsUnique { get; init; }

    /// <summary>Whether ioasid_detach_spid clears the SPID before it sends UNBIND, which then carries none (v3).</summary>
    public bool SpidClearedFirst { get; init; }

    /// <summary>Whether ioasid_free takes the SPID out of the set's namespace, so that it can be used again before the IOASID is reclaimed.</summary>
    public bool FreeReleasesSpid { get; init; }

    /// <summary>Whether UNBIND is left out once the IOASID is FREE_PENDING.</summary>
    public bool NoUnbindAfterFree { get; init; }

    /// <summary>How ioasid_find_by_spid looks.</summary>
    public SpidLookup SpidLookup { get; init; } = SpidLookup.Locked;

    /// <summary>Whether ioasid_get refuses what is FREE_PENDING.</summary>
    public bool GetRefusesPending { get; init; } = true;

    /// <summary>Whether ioasid_get, ioasid_free and ioasid_attach_spid look at the set that the caller gives.</summary>
    public bool ChecksSet { get; init; } = true;

    /// <summary>Whether ioasid_attach_spid refuses what is FREE_PENDING; no posted version tests it.</summary>
    public bool AttachRefusesPending { get; init; }

    /// <summary>Whether ioasid_attach_data overwrites private data that is there (v2), or refuses with EBUSY.</summary>
    public bool DataOverwritten { get; init; }

    /// <summary>Whether an MM token may be used by one set only.</summary>
    public bool TokenIsUnique { get; init; } = true;

    /// <summary>How a set ends.</summary>
    public SetEnd SetEnd { get; init; } = SetEnd.Put;

    /// <summary>Whether ioasid_set_free and what it goes with exist: ioasid_free_all_in_set, ioasid_get_if_owned, ioasid_reserve_capacity (V4).</summary>
    public bool HasSetFree => SetEnd == SetEnd.FreeWhenEmpty;

    /// <summary>Whether there is ioasid_set_adjust: not in V4.</summary>
    public bool HasAdjust { get; init; } = true;

    /// <summary>Whether ioasid_set_adjust compares the growth with what is left; v2 and v3 compare the new quota.</summary>
    public bool AdjustTestsGrowth { get; init; }

    /// <summary>Whether quota 0 means all that is left (V4); v2 refuses it.</summary>
    public bool QuotaZeroIsAll { get; init; }

    /// <summary>Whether ioasid_alloc, when the set's map has no memory, gives the IOASID back; v2 frees the entry and returns the IOASID all the same.</summary>
    public bool AllocUndone { get; init; } = true;

    /// <summary>Whether a set never issues PASID 0; otherwise that is up to the minimum that the caller asks for.</summary>
    public bool ReservesZero { get; init; }

    /// <summary>Whether ioasid_install_capacity may be called again at any time (v2).</summary>
    public bool CapacityReinstalled { get; init; }

    /// <summary>Whether ioasid_register_notifier_mm, when the set does not exist yet, makes a record for the pending list; v2 and v3 write through none.</summary>
    public bool PendingHasRecord { get; init; } = true;

    /// <summary>Whether ioasid_register_notifier_mm refuses a set that has members.</summary>
    public bool MmNeedsEmptySet { get; init; } = true;

    /// <summary>Whether the end of a set makes its records on the pending list inactive again.</summary>
    public bool EndDeactivates { get; init; } = true;

    /// <summary>Whether the pending list has a lock of its own, taken before the allocator's by registration and after it by the end of a set (v2, v3).</summary>
    public bool HasPendingLock { get; init; }

    /// <summary>Whether ioasid_unregister_notifier_mm drops the lock before it uses the set (v3).</summary>
    public bool UnregisterDropsLock { get; init; }

    /// <summary>When an IOASID becomes ACTIVE.</summary>
    public Activation Activation { get; init; } = Activation.AtAlloc;

    /// <summary>What was posted in August 2020.</summary>
    public static SetRules V2 { get; } = new()
    {
        RepeatedFreeDrops = true,
        SpidLookup = SpidLookup.Unlocked,
        AllocUndone = false,
        CapacityReinstalled = true,
        DataOverwritten = true,
        PendingHasRecord = false,
        HasPendingLock = true,
    };

    /// <summary>What was posted in September 2020. How it looks for an SPID was not read; it is taken to be as in v2.</summary>
    public static SetRules V3 { get; } = new()
    {
        CoreEventsRefused = true,
        FreeMissesSetChain = true,
        AttachSendsBind = true,
        SpidClearedFirst = true,
        SpidLookup = SpidLookup.Unlocked,
        PendingHasRecord = false,
        HasPendingLock = true,
        UnregisterDropsLock = true,
    };

    /// <summary>What was posted in February 2021; also known as DCP.</summary>
    public static SetRules V4 { get; } = new()
    {
        FreeOrder = FreeOrder.MarkDropNotify,
        AttachSendsBind = true,
        SpidIsUnique = true,
        SetEnd = SetEnd.FreeWhenEmpty,
        HasAdjust = false,
        QuotaZeroIsAll = true,
        Activation = Activation.Never,
    };

    /// <summary>The document of the seed as it is written; where it leaves something open, what does the least.</summary>
    public static SetRules Document { get; } = new()
    {
        FreeOrder = FreeOrder.NotifyMarkDrop,
        DeviceBeforeIommu = true,
        BindHandlersTakeLock = true,
        HandlersPutBlindly = true,
        AdjustTestsGrowth = true,
    };

    /// <summary>
    /// Our design, which keeps every claim. One lock; one chain by priority, which every event reaches; mark, notify, drop; a set lives as long as its members;
    /// nothing that is FREE_PENDING is found or bound; and no path leaves anything behind. The reason of each choice is in FINDINGS.md, at what it repairs.
    /// </summary>
    public static SetRules Repaired { get; } = new()
    {
        AllEventsReachAll = true,
        ChainOrder = ChainOrder.ByPriority,
        DeviceBeforeIommu = true,
        AttachSendsBind = true,
        SpidIsUnique = true,
        FreeReleasesSpid = true,
        NoUnbindAfterFree = true,
        SpidLookup = SpidLookup.LockedLiveOnly,
        AttachRefusesPending = true,
        SetEnd = SetEnd.PutKeptByMembers,
        AdjustTestsGrowth = true,
        ReservesZero = true,
        Activation = Activation.AtAttach,
    };
}
