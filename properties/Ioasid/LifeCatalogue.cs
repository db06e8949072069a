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
            Variant("v2", "as posted in August 2020", LifeRules.V2),
            Variant("v3", "as posted in September 2020", LifeRules.V3),
            Variant("v4", "as posted in February 2021 (DCP)", LifeRules.V4),
            Variant("document", "as the document of v2 has it", LifeRules.Document),
            Variant("document-locked", "the document, with handlers that use the locked variants and put only what they hold", LifeRules.DocumentLocked),
            Variant("repaired", "our design, which keeps every claim", _repaired),
            Variant("repaired-lazy-clear", "VDCM puts on FREE, and clears a device when it is programmed the next time", _repaired with { VdcmFree = VdcmFree.PutOnly }),
            Variant("repaired-put-before-clear", "VDCM's work puts before it clears the device", _repaired with { VdcmFree = VdcmFree.PutThenClear }),
            Variant("repaired-kvm-leaks", "KVM ends without dropping its references", _repaired with { KvmDropsAtExit = false }),
            Variant("repaired-kvm-late", "KVM may register when its set has members already", _repaired with { KvmMayBeLate = true, Core = _repaired.Core with { MmNeedsEmptySet = false } }),
            Variant("repaired-own-queues", "VDCM and the IOMMU driver have a work queue each", _repaired with { OneQueue = false }),
            Variant("repaired-find-pending", "ioasid_find_by_spid finds what is FREE_PENDING", _repaired with { Core = _repaired.Core with { SpidLookup = SpidLookup.Locked, FreeReleasesSpid = false } }),
            Variant("repaired-lookup-to-clear", "VDCM's work asks for the host PASID by SPID, and teardown detaches that",
                _repaired with { VdcmLooksUpToClear = true, TeardownDetachesSpid = true, Core = _repaired.Core with { FreeReleasesSpid = false } }),
            Variant("repaired-no-owner-check", "VFIO passes on what is of other sets", _repaired with { ChecksOwner = false }),
            Variant("repaired-tells-each", "every bind and unbind of a device is told of", _repaired with { TellsEachDevice = true }),
            Variant("repaired-no-drain", "teardown leaves page requests in the queue", _repaired with { DrainsRequests = false }),
            Variant("repaired-no-flush", "teardown leaves translations in TLBs", _repaired with { FlushesTlbs = false }),
            Variant("repaired-data-left", "the handler of FREE leaves the private data to be found by a late unbind", _repaired with { HandlerTakesData = false }),
        ]);

    private static LifeScope Scope(string scope) => scope switch
    {
        "small" => new(2, 2, 1, 1, 2),
        "medium" => new(2, 2, 2, 1, 2),
        _ => new(3, 2, 2, 2, 1),
    };

    private static VariantEntry Variant(string name, string summary, LifeRules rules, params Why[] violated) => new(
        name,
        summary,
        scope =>
        {
            var model = new LifeModel(rules, Scope(scope));
            return new Subject<LifeModel, LifeState>(Name, name, scope, model, LifeProperties.Of(model), (_, _, _) => []);
        },
        Why.Map(violated));
}
