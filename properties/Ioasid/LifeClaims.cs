// What is claimed of the life cycles of guest IOASIDs, in words.

using Verify.Engine;

namespace Verify.Properties.Ioasid;

/// <summary>The claims about guest IOASIDs from allocation to reclaim; how they are decided is in <see cref="LifeProperties"/>.</summary>
public static class LifeClaims
{
    private const string Seed = "seeds/004_1b149153a6483de2";

    /// <summary>IOASID-2.</summary>
    public static Claim OwnDmaOnly { get; } = Of("OwnDmaOnly", PropertyKind.Action,
        "What a VM's device or ENQCMD reaches by an IOASID belongs to that VM, in this life of the IOASID.", "IOASID Set Level APIs", "IOASID-2");

    /// <summary>IOASID-12.</summary>
    public static Claim OnlyOwnIsTouched { get; } = Of("OnlyOwnIsTouched", PropertyKind.Action,
        "Whatever a guest does, IOASIDs and hardware of other guests stay as they are.", "fault handling rule 3; note 3 of the free before unbind flow", "IOASID-12", "IOASID-2");

    /// <summary>IOASID-21.</summary>
    public static Claim RefsAreHeld { get; } = Of("RefsAreHeld", PropertyKind.Invariant,
        "The reference count is the number of those who hold a reference: nobody puts what it did not get, or gets twice what it puts once.", "Reference counting; free before unbind flow", "IOASID-21", "IOASID-6");

    /// <summary>IOASID-6.</summary>
    public static Claim NotReclaimedWhileHeld { get; } = Of("NotReclaimedWhileHeld", PropertyKind.Invariant,
        "An IOASID goes back to the pool only when nobody holds a reference.", "Reference counting", "IOASID-6");

    /// <summary>IOASID-7.</summary>
    public static Claim NoHolderAfterFree { get; } = Of("NoHolderAfterFree", PropertyKind.Action,
        "Once an IOASID is FREE_PENDING, nobody gets another reference until it is reclaimed.", "Reference counting; note 1 of the free before unbind flow", "IOASID-7");

    /// <summary>IOASID-9.</summary>
    public static Claim FreedIsReclaimed { get; } = Of("FreedIsReclaimed", PropertyKind.LeadsTo,
        "What is FREE_PENDING is reclaimed, whatever guests do, as long as calls under way and deferred work go on and there is no memory error.", "fault handling rule 2", "IOASID-9");

    /// <summary>IOASID-10.</summary>
    public static Claim ContextIsHeld { get; } = Of("ContextIsHeld", PropertyKind.Invariant,
        "Who has hardware context for an IOASID holds a reference: it is dropped only after the context has been cleared.", "Reference counting; VDCM PASID Programming", "IOASID-10");

    /// <summary>IOASID-11, before a new life.</summary>
    public static Claim NothingIsLeft { get; } = Of("NothingIsLeft", PropertyKind.Invariant,
        "When an IOASID is back in the pool, no table, device, TLB or queue refers to it.", "VDCM PASID Programming", "IOASID-11");

    /// <summary>IOASID-11.</summary>
    public static Claim LivesDoNotCross { get; } = Of("LivesDoNotCross", PropertyKind.Invariant,
        "While an IOASID is allocated, no table, device, TLB or queue refers to a previous life of it.", "VDCM PASID Programming", "IOASID-11");

    /// <summary>IOASID-13.</summary>
    public static Claim SourcesStopFirst { get; } = Of("SourcesStopFirst", PropertyKind.Action,
        "After FREE, KVM's translations and the PASIDs in devices are cleared before the PASID table entry that they lead to.", "Ordering", "IOASID-13");

    /// <summary>IOASID-15.</summary>
    public static Claim NoHandlerWaits { get; } = Of("NoHandlerWaits", PropertyKind.Invariant,
        "No handler waits for the lock that its caller holds.", "Atomicity; steps 6 and 21", "IOASID-15");

    /// <summary>IOASID-18.</summary>
    public static Claim ToldOfFirstAndLast { get; } = Of("ToldOfFirstAndLast", PropertyKind.Action,
        "KVM hears BIND when the first device is bound and UNBIND when none is bound any more.", "KVM rule 1", "IOASID-18");

    /// <summary>IOASID-19.</summary>
    public static Claim NoUnbindAfterFree { get; } = Of("NoUnbindAfterFree", PropertyKind.Action,
        "UNBIND is not sent for an IOASID that is FREE_PENDING.", "KVM rule 3", "IOASID-19");

    /// <summary>IOASID-20.</summary>
    public static Claim KvmDropsAll { get; } = Of("KvmDropsAll", PropertyKind.Action,
        "When KVM ends, each reference that it holds is dropped, once, and no other.", "KVM rule 4", "IOASID-20");

    /// <summary>IOASID-22.</summary>
    public static Claim AnyOrderIsTheSame { get; } = Of("AnyOrderIsTheSame", PropertyKind.Invariant,
        "Of any two works that are queued, either may run first: what comes out is the same.", "note 2 of the free before unbind flow", "IOASID-22");

    /// <summary>The translation.</summary>
    public static Claim TranslationsAgree { get; } = Of("TranslationsAgree", PropertyKind.Invariant,
        "While nothing is under way, KVM translates exactly the SPIDs of bound IOASIDs, each to its IOASID, and the PASID table entry leads to the same VM.", "KVM rule 2; IOASID Set Private ID (SPID)", "IOASID-3");

    /// <summary>X-7.</summary>
    public static Claim TornDownOnce { get; } = Of("TornDownOnce", PropertyKind.Action,
        "Deferred teardown finds what it was queued for: an unbind and the work never tear down the same binding.", "note 3 of the free before unbind flow", "X-7", "UP-8");

    /// <summary>X-3.</summary>
    public static Claim HeldOnlyForContext { get; } = Of("HeldOnlyForContext", PropertyKind.Invariant,
        "Who has taken its context down holds no reference: what was taken down in order is reclaimed as soon as it is freed.", "the normal flow, steps 18 to 24", "X-3");

    /// <summary>Memory safety.</summary>
    public static Claim NoBadAccess { get; } = Of("NoBadAccess", PropertyKind.Invariant,
        "No memory is used after it was freed, and no count goes below zero.", "the kernel as such", "UP-8", "IOASID-23");

    /// <summary>Non-vacuity: the flows.</summary>
    public static Claim FlowsComplete { get; } = Of("FlowsComplete", PropertyKind.Reachable,
        "Each step of the normal flow and of the free before unbind flow happens, with the holders that it has there.", "Guest IOASID Life Cycle; non-vacuity of this model");

    /// <summary>Non-vacuity: calls.</summary>
    public static Claim CallsEndEachWay { get; } = Of("CallsEndEachWay", PropertyKind.Reachable,
        "Every call of VFIO and VDCM can succeed, and can fail in each way.", "Guest IOASID Life Cycle; non-vacuity of this model");

    /// <summary>Non-vacuity: hardware.</summary>
    public static Claim HardwareIsUsed { get; } = Of("HardwareIsUsed", PropertyKind.Reachable,
        "Every table, TLB and queue is filled and used, DMA is translated and faults, ENQCMD finds its translation and does not.", "Guest IOASID Life Cycle; non-vacuity of this model");

    private static Claim Of(string name, PropertyKind kind, string sentence, string place, params string[] refs) =>
        new(name, kind, sentence, $"{Seed}: {place}", [.. refs, Seed]);
}
