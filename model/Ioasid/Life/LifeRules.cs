// What life cycles of guest IOASIDs differ in, choice by choice: what VFIO, the IOMMU driver, KVM and VDCM do, over a version of the core.
//
// Sources: the document of the seed (shared/seeds/004), from "Guest IOASID Life Cycle" on; shared/reference/ioasid.md, 2.3 to 2.6 and 3.3 to 3.6. The handlers of KVM
// and VFIO of 2020 and 2021 were not found: what they do is what the document says. Where it was not read what the IOMMU driver of v2 and v3 does, it is taken to
// be what V4's does.

using Verify.Model.Ioasid.Sets;

namespace Verify.Model.Ioasid.Life;

/// <summary>In which order the IOMMU driver binds a guest PASID.</summary>
public enum BindOrder : byte
{
    /// <summary>ioasid_attach_spid, which sends BIND; then a reference, private data and the PASID table entry: v3, V4.</summary>
    AttachHold,

    /// <summary>ioasid_attach_spid, which sends nothing; a reference, private data and the entry; then ioasid_notify(BIND): v2, steps 3 to 5 of the document.</summary>
    AttachHoldNotify,

    /// <summary>A reference, private data and the entry; then ioasid_attach_spid, which sends BIND: what it leads to is there before it can be used.</summary>
    HoldAttach,
}

/// <summary>In which order the IOMMU driver unbinds one.</summary>
public enum UnbindOrder : byte
{
    /// <summary>Entry and private data first; then UNBIND, and the SPID is detached: the document's steps 18 and 19, v2 to V4.</summary>
    ContextFirst,

    /// <summary>Private data first, so that nobody else tears down; then ioasid_detach_spid, which sends UNBIND; then the entry.</summary>
    SourcesFirst,
}

/// <summary>What VDCM does when it hears of FREE.</summary>
public enum VdcmFree : byte
{
    /// <summary>Queues work that clears the device and then puts.</summary>
    ClearThenPut,

    /// <summary>Queues work that puts and then clears the device.</summary>
    PutThenClear,

    /// <summary>Puts at once; the device is cleared when it is programmed the next time.</summary>
    PutOnly,
}

/// <summary>One way for all of them to work together: a set of choices, each taken on its own.</summary>
public sealed record LifeRules
{
    /// <summary>The version of the core.</summary>
    public required SetRules Core { get; init; }

    /// <summary>How the IOMMU driver binds.</summary>
    public BindOrder Bind { get; init; } = BindOrder.AttachHold;

    /// <summary>How the IOMMU driver unbinds.</summary>
    public UnbindOrder Unbind { get; init; } = UnbindOrder.ContextFirst;

    /// <summary>Whether the IOMMU driver puts its reference at the last unbind (V4), or after FREE only, as in the document's step 23.</summary>
    public bool PutsAtUnbind { get; init; } = true;

    /// <summary>Whether the private data of what is FREE_PENDING is not found any more: note 1 of the document. The code finds it until it is reclaimed.</summary>
    public bool PendingHasNoData { get; init; }

    /// <summary>
    /// Whether the IOMMU driver's handler of FREE detaches the private data, so that a late unbind finds none; otherwise its work takes for granted that what it was
    /// queued for is still there.
    /// </summary>
    public bool HandlerTakesData { get; init; }

    /// <summary>Whether deferred teardown uses the private data that it was queued for, whatever has become of it.</summary>
    public bool WorkTrustsData => PutsAtUnbind && !HandlerTakesData;

    /// <summary>Whether a deferred teardown also takes the SPID from the IOASID, as unbinding does.</summary>
    public bool TeardownDetachesSpid { get; init; }

    /// <summary>Whether VDCM and the IOMMU driver share one ordered work queue (V4); otherwise their works run in any order.</summary>
    public bool OneQueue { get; init; }

    /// <summary>What VDCM does on FREE.</summary>
    public VdcmFree VdcmFree { get; init; } = VdcmFree.ClearThenPut;

    /// <summary>Whether VDCM's work asks ioasid_find_by_spid which host PASID is to be cleared, instead of remembering it.</summary>
    public bool VdcmLooksUpToClear { get; init; }

    /// <summary>Whether KVM drops all its references when it ends: rule 4 of the document.</summary>
    public bool KvmDropsAtExit { get; init; } = true;

    /// <summary>Whether KVM may register after its VM has begun to use IOASIDs. Where the core does not refuse that, it misses events.</summary>
    public bool KvmMayBeLate { get; init; }

    /// <summary>Whether VFIO passes on only what is of the set of its VM.</summary>
    public bool ChecksOwner { get; init; } = true;

    /// <summary>Whether every bind and unbind is told of, instead of the first and the last one only.</summary>
    public bool TellsEachDevice { get; init; }

    /// <summary>Whether a teardown flushes the IOTLB and the devices' TLBs.</summary>
    public bool FlushesTlbs { get; init; } = true;

    /// <summary>Whether a teardown drains the page request queue.</summary>
    public bool DrainsRequests { get; init; } = true;

    /// <summary>What was posted in August 2020.</summary>
    public static LifeRules V2 { get; } = new() { Core = SetRules.V2, Bind = BindOrder.AttachHoldNotify };

    /// <summary>What was posted in September 2020.</summary>
    public static LifeRules V3 { get; } = new() { Core = SetRules.V3 };

    /// <summary>What was posted in February 2021, with its ordered queue.</summary>
    public static LifeRules V4 { get; } = new() { Core = SetRules.V4, OneQueue = true };

    /// <summary>The document as it is written. It also says that the IOMMU driver sends no UNBIND after FREE.</summary>
    public static LifeRules Document { get; } = new()
    {
        Core = SetRules.Document with { NoUnbindAfterFree = true },
        Bind = BindOrder.AttachHoldNotify,
        PutsAtUnbind = false,
        PendingHasNoData = true,
    };

    /// <summary>The document, but handlers use the variants of get and put that want the lock held, and put only what they hold.</summary>
    public static LifeRules DocumentLocked { get; } = Document with
    {
        Core = Document.Core with { BindHandlersTakeLock = false, HandlersPutBlindly = false },
    };

    /// <summary>
    /// Our design, which keeps every claim. Over the repaired core:
    /// the entry is there before BIND is sent, and goes after UNBIND, so that no translation leads to nothing;
    /// the last unbind puts, so that an IOASID that was taken down in order is reclaimed as soon as it is freed;
    /// the handler of FREE detaches the private data under the core's lock, so that either the work or an unbind tears down, never both;
    /// and one ordered queue, filled in the order of priorities, stops DMA sources before the entries that they use go.
    /// </summary>
    public static LifeRules Repaired { get; } = new()
    {
        Core = SetRules.Repaired,
        Bind = BindOrder.HoldAttach,
        Unbind = UnbindOrder.SourcesFirst,
        HandlerTakesData = true,
        OneQueue = true,
    };
}
