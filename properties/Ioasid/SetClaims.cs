// What is claimed of the extended IOASID core, in words.

using Verify.Engine;

namespace Verify.Properties.Ioasid;

/// <summary>The claims about IOASID sets, references and notifications; how they are decided is in <see cref="SetProperties"/>.</summary>
public static class SetClaims
{
    private const string Seed = "seeds/004_1b149153a6483de2";

    /// <summary>IOASID-1.</summary>
    public static Claim OneSetForLife { get; } = Of("OneSetForLife", PropertyKind.Invariant,
        "An IOASID belongs to the set that it was allocated from for its whole life: the set it points to is no other one.", "IOASID Set Level APIs", "IOASID-1");

    /// <summary>IOASID-2.</summary>
    public static Claim OnlyOwnIsFreed { get; } = Of("OnlyOwnIsFreed", PropertyKind.Action,
        "ioasid_free frees only what was allocated from the set that the caller gives.", "IOASID Set Level APIs", "IOASID-2");

    /// <summary>IOASID-3.</summary>
    public static Claim SpidIsInjective { get; } = Of("SpidIsInjective", PropertyKind.Invariant,
        "Within a set no SPID belongs to two IOASIDs.", "IOASID Set Private ID (SPID)", "IOASID-3");

    /// <summary>IOASID-4.</summary>
    public static Claim OneSetPerMm { get; } = Of("OneSetPerMm", PropertyKind.Invariant,
        "No two sets have the same mm as their token.", "IOASID Set Level APIs, the types of token", "IOASID-4");

    /// <summary>IOASID-5.</summary>
    public static Claim QuotasAddUp { get; } = Of("QuotasAddUp", PropertyKind.Invariant,
        "The quotas of all sets, what is reserved and what is left are the capacity; a set has at most its quota; and every IOASID that is not in the pool counts, FREE_PENDING or not.",
        "IOASID Set Level APIs, quota enforcement", "IOASID-5");

    /// <summary>IOASID-6.</summary>
    public static Claim ReclaimedAtZero { get; } = Of("ReclaimedAtZero", PropertyKind.Invariant,
        "An IOASID goes back to the pool when nobody holds a reference, and not before.", "Reference counting", "IOASID-6", "IOASID-11");

    /// <summary>IOASID-7.</summary>
    public static Claim NoGetAfterFree { get; } = Of("NoGetAfterFree", PropertyKind.Action,
        "Once an IOASID is FREE_PENDING, nobody gets another reference until it is reclaimed.", "Reference counting; note 1 of the free before unbind flow", "IOASID-7");

    /// <summary>IOASID-8.</summary>
    public static Claim FreeReturns { get; } = Of("FreeReturns", PropertyKind.LeadsTo,
        "ioasid_free returns, whatever subscribers do.", "fault handling rule 1", "IOASID-8");

    /// <summary>IOASID-9.</summary>
    public static Claim PendingIsReclaimed { get; } = Of("PendingIsReclaimed", PropertyKind.LeadsTo,
        "What is FREE_PENDING is reclaimed, as long as calls under way and deferred work go on: those who hold it hear of it and let go.", "fault handling rule 2", "IOASID-9");

    /// <summary>IOASID-13.</summary>
    public static Claim CalledInOrder { get; } = Of("CalledInOrder", PropertyKind.Action,
        "The CPU side hears of an event before devices, and devices before the IOMMU driver.", "Ordering", "IOASID-13");

    /// <summary>IOASID-14.</summary>
    public static Claim EveryoneHears { get; } = Of("EveryoneHears", PropertyKind.Invariant,
        "Whoever is registered on the set's chain hears of all its events, whoever is on the system-wide chain of all events.", "Scopes", "IOASID-14");

    /// <summary>IOASID-15.</summary>
    public static Claim HandlersDoNotWait { get; } = Of("HandlersDoNotWait", PropertyKind.Invariant,
        "No handler waits for the lock that its caller holds.", "Atomicity", "IOASID-15");

    /// <summary>IOASID-16.</summary>
    public static Claim MmSetIsEmpty { get; } = Of("MmSetIsEmpty", PropertyKind.Action,
        "A notifier for an mm is taken only while its set is empty or does not exist yet, so that it misses no event.", "Reference counting, KVM's notifier", "IOASID-16");

    /// <summary>IOASID-17.</summary>
    public static Claim PendingFollowsSet { get; } = Of("PendingFollowsSet", PropertyKind.Invariant,
        "A notifier for an mm is active exactly while there is a set of that mm, and is on its chain then.", "Reference counting, KVM's notifier", "IOASID-17");

    /// <summary>IOASID-21.</summary>
    public static Claim RefsAreHolders { get; } = Of("RefsAreHolders", PropertyKind.Invariant,
        "The reference count is the number of those who hold a reference: nobody puts what it did not get.", "free before unbind flow", "IOASID-21");

    /// <summary>IOASID-23.</summary>
    public static Claim SetOutlivesMembers { get; } = Of("SetOutlivesMembers", PropertyKind.Invariant,
        "A set is there as long as an IOASID points to it.", "IOASID Set Level APIs, implied", "IOASID-23");

    /// <summary>IOASID-24.</summary>
    public static Claim OneFreePerLife { get; } = Of("OneFreePerLife", PropertyKind.Invariant,
        "FREE is sent once in the life of an IOASID.", "the rewritten document of v3, level sensitivity", "IOASID-24");

    /// <summary>IOASID-25.</summary>
    public static Claim ZeroIsReserved { get; } = Of("ZeroIsReserved", PropertyKind.Invariant,
        "PASID 0 is never issued.", "the rewritten document of v3, introduction", "IOASID-25");

    /// <summary>IOASID-26.</summary>
    public static Claim NoLockCycle { get; } = Of("NoLockCycle", PropertyKind.Invariant,
        "No two CPUs wait for each other's locks.", "Atomicity; review of v2 and v3", "IOASID-26");

    /// <summary>IOASID-5, for quotas that are refused.</summary>
    public static Claim RefusedOnlyWhenFull { get; } = Of("RefusedOnlyWhenFull", PropertyKind.Action,
        "ioasid_set_alloc and ioasid_set_adjust fail with ENOSPC only if the quota is to grow by more than what is left, or there is no room for another set.", "IOASID Set Level APIs, quota enforcement; review of v2, patch 3", "IOASID-5");

    /// <summary>IOASID-27.</summary>
    public static Claim FailedAllocLeavesNothing { get; } = Of("FailedAllocLeavesNothing", PropertyKind.Action,
        "An ioasid_alloc that fails returns INVALID_IOASID and changes nothing.", "review of v2, patch 3", "IOASID-27");

    /// <summary>Memory safety.</summary>
    public static Claim NoBadAccess { get; } = Of("NoBadAccess", PropertyKind.Invariant,
        "No memory is used that is not there any more or never was, and no count goes below zero.", "the kernel as such; review of v2 and v3", "UP-8");

    /// <summary>Non-vacuity: states.</summary>
    public static Claim EveryStateIsUsed { get; } = Of("EveryStateIsUsed", PropertyKind.Reachable,
        "An IOASID can be ACTIVE, and FREE_PENDING with one holder, with two, and with three where subscribers are told after its mark and before its allocation's drop.", "Reference counting; non-vacuity of this model");

    /// <summary>Non-vacuity: calls.</summary>
    public static Claim EveryCallEndsEachWay { get; } = Of("EveryCallEndsEachWay", PropertyKind.Reachable,
        "Every call can succeed, and can fail with each of its errors.", "the operation tables; non-vacuity of this model");

    /// <summary>Non-vacuity: notifications.</summary>
    public static Claim EveryWalkIsSeen { get; } = Of("EveryWalkIsSeen", PropertyKind.Reachable,
        "FREE, and ALLOC, BIND and UNBIND where they are sent, are heard by each set of subscribers that can be registered.", "Notifications; non-vacuity of this model");

    private static Claim Of(string name, PropertyKind kind, string sentence, string place, params string[] refs) =>
        new(name, kind, sentence, $"{Seed}: {place}", [.. refs, Seed]);
}
