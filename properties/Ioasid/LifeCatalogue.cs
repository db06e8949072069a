// The system ioasid-life: life cycles of guest IOASIDs in every version, as documented, repaired, and with one thing of the repair left out.

using Verify.Engine;
using Verify.Model.Ioasid.Life;
using Verify.Model.Ioasid.Sets;

namespace Verify.Properties.Ioasid;

/// <summary>The variants of ioasid-life.</summary>
public static class LifeCatalogue
{
    /// <summary>Name of the system.</summary>
    public const string Name = "ioasid-life";

    private static readonly LifeRules _repaired = LifeRules.Repaired;

    /// <summary>The system.</summary>
    public static SystemEntry System { get; } = new(
        Name,
        "life cycles of guest IOASIDs: VFIO, the IOMMU driver, KVM, VDCM and devices, from ioasid_alloc to the pool, in every posted version, as documented, and repaired",
        ["small", "medium", "large"],
        [.. LifeProperties.Of(new LifeModel(_repaired, Scope("small"))).Select(property => property.Claim)],
        [
            Variant("v2", "as posted in August 2020", LifeRules.V2,
                new Why(LifeClaims.RefsAreHeld, "each further ioasid_free drops a reference that another one holds"),
                new Why(LifeClaims.NotReclaimedWhileHeld, "each further ioasid_free drops a reference that another one holds"),
                new Why(LifeClaims.NothingIsLeft, "it is reclaimed by a second ioasid_free, before those who hold it have cleared anything"),
                new Why(LifeClaims.LivesDoNotCross, "it is reclaimed by a second ioasid_free, and allocated again"),
                new Why(LifeClaims.TranslationsAgree, "two IOASIDs of a set may have the same SPID, and KVM has one entry for it"),
                new Why(LifeClaims.HeldOnlyForContext, "the second IOASID with an SPID takes over the entry of the first in KVM's table"),
                new Why(LifeClaims.AnyOrderIsTheSame, "after a second ioasid_free there are more holders than references: whose put comes first takes that of the other"),
                new Why(LifeClaims.NoBadAccess, "a late unbind or a second ioasid_free frees the private data that queued work uses; members outlive their set"),
                new Why(LifeClaims.OwnDmaOnly, "a device has the IOASID of a VM that freed it twice, and another VM has got that"),
                new Why(LifeClaims.OnlyOwnIsTouched, "after a second ioasid_free, an unbind under way puts what another VM has allocated"),
                new Why(LifeClaims.NoHolderAfterFree, "ioasid_find_by_spid finds what is FREE_PENDING"),
                new Why(LifeClaims.SourcesStopFirst, "the system-wide chain is walked first: the IOMMU driver's work may run before VDCM's"),
                new Why(LifeClaims.NoUnbindAfterFree, "ioasid_free between clearing the entry and ioasid_notify"),
                new Why(LifeClaims.TornDownOnce, "a late unbind or a second ioasid_free is done with the private data before the work is"),
                new Why(LifeClaims.FreedIsReclaimed, "who takes a reference after FREE never hears of it")),
            Variant("v3", "as posted in September 2020", LifeRules.V3,
                new Why(LifeClaims.ContextIsHeld, "UNBIND carries no SPID: KVM puts without clearing its entry"),
                new Why(LifeClaims.NothingIsLeft, "KVM's entry stays when the IOASID is reclaimed"),
                new Why(LifeClaims.LivesDoNotCross, "KVM's entry stays, and the IOASID is allocated again"),
                new Why(LifeClaims.TranslationsAgree, "UNBIND carries no SPID, and FREE is heard by nobody: KVM's entry stays"),
                new Why(LifeClaims.HeldOnlyForContext, "the second IOASID with an SPID takes over the entry of the first in KVM's table"),
                new Why(LifeClaims.OwnDmaOnly, "ENQCMD of a guest uses KVM's old entry, which leads to another VM by now"),
                new Why(LifeClaims.OnlyOwnIsTouched, "ENQCMD of a guest uses KVM's old entry, which leads to another VM by now"),
                new Why(LifeClaims.NoHolderAfterFree, "ioasid_find_by_spid finds what is FREE_PENDING"),
                new Why(LifeClaims.NoUnbindAfterFree, "a bind that fails as the IOASID was freed detaches the SPID"),
                new Why(LifeClaims.FreedIsReclaimed, "ioasid_notify refuses FREE: nobody hears of it"),
                new Why(LifeClaims.FlowsComplete, "ioasid_notify refuses FREE: nothing of what should follow does")),
            Variant("v4", "as posted in February 2021 (DCP)", LifeRules.V4,
                new Why(LifeClaims.NoBadAccess, "a late unbind frees the private data that queued work uses"),
                new Why(LifeClaims.NoHolderAfterFree, "ioasid_find_by_spid finds what is FREE_PENDING"),
                new Why(LifeClaims.SourcesStopFirst, "the system-wide chain is walked first: the ordered queue has the IOMMU driver's work before VDCM's"),
                new Why(LifeClaims.NoUnbindAfterFree, "a bind that fails as the IOASID was freed detaches the SPID"),
                new Why(LifeClaims.TornDownOnce, "a late unbind finds the private data, as does the work"),
                new Why(LifeClaims.FreedIsReclaimed, "who takes a reference after FREE never hears of it")),
            Variant("document", "as the document of v2 has it", LifeRules.Document,
                new Why(LifeClaims.RefsAreHeld, "handlers put what they did not get"),
                new Why(LifeClaims.NotReclaimedWhileHeld, "handlers put what they did not get"),
                new Why(LifeClaims.NothingIsLeft, "handlers put what others hold"),
                new Why(LifeClaims.LivesDoNotCross, "handlers put what others hold, and the IOASID is allocated again"),
                new Why(LifeClaims.HeldOnlyForContext, "the IOMMU driver keeps its reference until FREE"),
                new Why(LifeClaims.NoHandlerWaits, "KVM's handler of BIND calls ioasid_get, which takes the lock"),
                new Why(LifeClaims.NoBadAccess, "ioasid_free drops the reference that a handler has put"),
                new Why(LifeClaims.OwnDmaOnly, "a device has an IOASID that was reclaimed too early, and another VM has got that"),
                new Why(LifeClaims.OnlyOwnIsTouched, "a device has an IOASID that was reclaimed too early, and another VM has got that"),
                new Why(LifeClaims.SourcesStopFirst, "the IOMMU driver's work may run before VDCM's"),
                new Why(LifeClaims.FreedIsReclaimed, "KVM's handler of BIND waits for ever, with the lock held"),
                new Why(LifeClaims.FlowsComplete, "KVM's handler of BIND waits for ever"),
                new Why(LifeClaims.HardwareIsUsed, "KVM never gets to translate anything")),
            Variant("document-locked", "the document, with handlers that use the locked variants and put only what they hold", LifeRules.DocumentLocked,
                new Why(LifeClaims.RefsAreHeld, "each bind takes a reference, and unbind puts none: the second one is never put"),
                new Why(LifeClaims.TranslationsAgree, "two IOASIDs of a set may have the same SPID, and KVM has one entry for it"),
                new Why(LifeClaims.HeldOnlyForContext, "the IOMMU driver keeps its reference until FREE"),
                new Why(LifeClaims.NoBadAccess, "ioasid_set_put ends the set while members are held"),
                new Why(LifeClaims.NoHolderAfterFree, "ioasid_find_by_spid finds what is FREE_PENDING"),
                new Why(LifeClaims.SourcesStopFirst, "the IOMMU driver's work may run before VDCM's"),
                new Why(LifeClaims.FreedIsReclaimed, "who takes a reference after FREE never hears of it"),
                new Why(LifeClaims.FlowsComplete, "the last unbind leaves the IOMMU driver's reference")),
            Variant("repaired", "our design, which keeps every claim", _repaired),
            Variant("repaired-lazy-clear", "VDCM puts on FREE, and clears a device when it is programmed the next time", _repaired with { VdcmFree = VdcmFree.PutOnly },
                new Why(LifeClaims.ContextIsHeld, "the device is cleared later than the reference is put"),
                new Why(LifeClaims.NothingIsLeft, "the device is cleared later than the reference is put"),
                new Why(LifeClaims.LivesDoNotCross, "the device still has the IOASID when it is allocated again"),
                new Why(LifeClaims.OwnDmaOnly, "the device of the guest that freed it uses what another guest has got"),
                new Why(LifeClaims.OnlyOwnIsTouched, "the device of the guest that freed it uses what another guest has got"),
                new Why(LifeClaims.SourcesStopFirst, "the device is not cleared at all before the entry goes"),
                new Why(LifeClaims.FlowsComplete, "VDCM has no work")),
            Variant("repaired-put-before-clear", "VDCM's work puts before it clears the device", _repaired with { VdcmFree = VdcmFree.PutThenClear },
                new Why(LifeClaims.ContextIsHeld, "between put and clear"),
                new Why(LifeClaims.NothingIsLeft, "the put was the last one"),
                new Why(LifeClaims.LivesDoNotCross, "it is allocated again between put and clear"),
                new Why(LifeClaims.OwnDmaOnly, "the device uses what another guest has got between put and clear"),
                new Why(LifeClaims.OnlyOwnIsTouched, "the device uses what another guest has got between put and clear")),
            Variant("repaired-kvm-leaks", "KVM ends without dropping its references", _repaired with { KvmDropsAtExit = false },
                new Why(LifeClaims.HeldOnlyForContext, "KVM's table is gone, its references are not"),
                new Why(LifeClaims.KvmDropsAll, "it drops none"),
                new Why(LifeClaims.FreedIsReclaimed, "nobody is left to put KVM's references")),
            Variant("repaired-kvm-late", "KVM may register when its set has members already", _repaired with { KvmMayBeLate = true, Core = _repaired.Core with { MmNeedsEmptySet = false } },
                new Why(LifeClaims.TranslationsAgree, "BIND was sent before KVM registered")),
            Variant("repaired-own-queues", "VDCM and the IOMMU driver have a work queue each", _repaired with { OneQueue = false },
                new Why(LifeClaims.SourcesStopFirst, "the IOMMU driver's work may overtake VDCM's")),
            Variant("repaired-find-pending", "ioasid_find_by_spid finds what is FREE_PENDING", _repaired with { Core = _repaired.Core with { SpidLookup = SpidLookup.Locked, FreeReleasesSpid = false } },
                new Why(LifeClaims.NoHolderAfterFree, "VDCM finds it by SPID after FREE"),
                new Why(LifeClaims.FreedIsReclaimed, "VDCM has taken its reference after FREE, and never hears of it")),
            Variant("repaired-lookup-to-clear", "VDCM's work asks for the host PASID by SPID, and teardown detaches that",
                _repaired with { VdcmLooksUpToClear = true, TeardownDetachesSpid = true, Core = _repaired.Core with { FreeReleasesSpid = false } },
                new Why(LifeClaims.ContextIsHeld, "the SPID is detached before VDCM's work looks for it: it clears nothing, and puts"),
                new Why(LifeClaims.NothingIsLeft, "VDCM's work has found nothing to clear"),
                new Why(LifeClaims.LivesDoNotCross, "VDCM's work has found nothing to clear"),
                new Why(LifeClaims.AnyOrderIsTheSame, "teardown first takes the SPID away that VDCM's work looks for"),
                new Why(LifeClaims.OwnDmaOnly, "the device that was not cleared uses what another guest has got"),
                new Why(LifeClaims.OnlyOwnIsTouched, "the device that was not cleared uses what another guest has got"),
                new Why(LifeClaims.SourcesStopFirst, "VDCM's work has found nothing to clear")),
            Variant("repaired-no-owner-check", "VFIO passes on what is of other sets", _repaired with { ChecksOwner = false },
                new Why(LifeClaims.TranslationsAgree, "one VM's page tables are under another VM's IOASID"),
                new Why(LifeClaims.OwnDmaOnly, "a guest binds its page tables to the IOASID of another, whose DMA then goes there"),
                new Why(LifeClaims.OnlyOwnIsTouched, "a guest binds the IOASID of another"),
                new Why(LifeClaims.CallsEndEachWay, "nothing is refused with EPERM")),
            Variant("repaired-tells-each", "every bind and unbind of a device is told of", _repaired with { TellsEachDevice = true }, 2,
                new Why(LifeClaims.TranslationsAgree, "UNBIND of one device ends the translation for the others"),
                new Why(LifeClaims.ToldOfFirstAndLast, "each further device is told of")),
            Variant("repaired-no-drain", "teardown leaves page requests in the queue", _repaired with { DrainsRequests = false },
                new Why(LifeClaims.NothingIsLeft, "a page request outlives its IOASID"),
                new Why(LifeClaims.LivesDoNotCross, "a page request of a previous life would be answered for the new one")),
            Variant("repaired-no-flush", "teardown leaves translations in TLBs", _repaired with { FlushesTlbs = false },
                new Why(LifeClaims.NothingIsLeft, "a TLB entry outlives its IOASID"),
                new Why(LifeClaims.LivesDoNotCross, "a TLB entry of a previous life is there when it is allocated again"),
                new Why(LifeClaims.OwnDmaOnly, "a guest's DMA hits the TLB entry of the guest that had the IOASID before")),
            Variant("repaired-data-left", "the handler of FREE leaves the private data to be found by a late unbind", _repaired with { HandlerTakesData = false },
                new Why(LifeClaims.NoBadAccess, "a failed bind or a late unbind frees the private data that queued work uses"),
                new Why(LifeClaims.SourcesStopFirst, "work for a life that is over tears down the binding of the next"),
                new Why(LifeClaims.TornDownOnce, "a failed bind or a late unbind has torn down already")),
        ]);

    // What is told of a further device shows with a second mdev only, which at the small scope all others do without. A second device with all its mdevs makes more
    // than a hundred times as many states, which together with a third IOASID are out of reach: the large scope has one.
    private static LifeScope Scope(string scope, int mdevs = 1) => scope switch
    {
        "small" => new(2, 2, 1, 1, mdevs),
        "medium" => new(2, 2, 2, 1, 2),
        _ => new(3, 2, 2, 1, 2),
    };

    private static VariantEntry Variant(string name, string summary, LifeRules rules, params Why[] violated) => Variant(name, summary, rules, 1, violated);

    private static VariantEntry Variant(string name, string summary, LifeRules rules, int mdevs, params Why[] violated) => new(
        name,
        summary,
        scope =>
        {
            var model = new LifeModel(rules, Scope(scope, mdevs));
            return new Subject<LifeModel, LifeState>(Name, name, scope, model, LifeProperties.Of(model), (_, _, _) => []);
        },
        Why.Map(violated));
}
