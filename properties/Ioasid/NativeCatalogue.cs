// The system ioasid-native: PASIDs of processes that use devices natively, from bind to reclaim.

using Verify.Engine;
using Verify.Model.Ioasid.Native;

namespace Verify.Properties.Ioasid;

/// <summary>The variants of ioasid-native.</summary>
public static class NativeCatalogue
{
    /// <summary>Name of the system.</summary>
    public const string Name = "ioasid-native";

    private static readonly NativeRules _enqcmd = new() { PutsNotifierLater = true, Late = LateUnbind.Nothing };
    private static readonly NativeRules _perBind = new() { Frees = PasidFree.AtUnbind };

    /// <summary>The system.</summary>
    public static SystemEntry System { get; } = new(
        Name,
        "native SVA on VT-d: processes bind their mms to devices by PASIDs and go, in order or first; who frees the PASID, and what hardware still holds of it",
        ["small", "medium", "large"],
        [.. NativeClaims.Of(Model(new(), "small")).Select(property => property.Claim)],
        [
            Variant("document", "the IOASID document's normal flow: the notifier's release frees the PASID", _enqcmd with { Frees = PasidFree.AtRelease },
                new Why(NativeClaims.NothingIsReported, "DMA of a dead process goes on with a PASID that another has"),
                new Why(NativeClaims.FreedAfterUnbind, "the release callback comes before close at the exit of a process"),
                new Why(NativeClaims.DrainedBeforeFree, "nothing is drained in the release callback"),
                new Why(NativeClaims.LivesDoNotCross, "a device that was not stopped keeps the PASID"),
                new Why(NativeClaims.UnbindHitsItsOwn, "unbind comes when another process has the PASID"),
                new Why(NativeClaims.FaultsAreReportedAgain, "an unbind that has nothing to do leaves the entry silent"),
                new Why(NativeClaims.EveryMmIsFreed, "an unbind that has nothing to do puts no notifier")),
            Variant("document-enqcmd", "its footnote and its exit flow: mmdrop frees the PASID, and unbind after release has nothing to do", _enqcmd,
                new Why(NativeClaims.FaultsAreReportedAgain, "an unbind that has nothing to do leaves the entry silent"),
                new Why(NativeClaims.EveryPasidComesBack, "an unbind that has nothing to do puts no notifier, so that there is no last mmdrop"),
                new Why(NativeClaims.EveryMmIsFreed, "an unbind that has nothing to do puts no notifier")),
            Variant("document-enqcmd-no-hold", "the same, where a bind does not hold the mm", _enqcmd with { HoldsMm = false },
                new Why(NativeClaims.NothingIsReported, "DMA of a dead process goes on with a PASID that another has"),
                new Why(NativeClaims.FreedAfterUnbind, "mmdrop may come before exit_files"),
                new Why(NativeClaims.DrainedBeforeFree, "nothing is drained for an entry that is torn down"),
                new Why(NativeClaims.LivesDoNotCross, "a device that was not stopped keeps the PASID"),
                new Why(NativeClaims.UnbindHitsItsOwn, "unbind comes when another process has the PASID"),
                new Why(NativeClaims.RecordOutlivesUnbind, "mmdrop may come before unbind"),
                new Why(NativeClaims.FaultsAreReportedAgain, "an unbind that has nothing to do leaves the entry silent")),
            Variant("5.11", "a reference for each bind, put by unbind (cb4789b0d19f)", _perBind),
            Variant("5.11-last-unbind", "a reference for each bind, of which only the last unbind puts one (before 62ef907a045e)", _perBind with { PutsEachBind = false },
                new Why(NativeClaims.RefsAreHolders, "a put is missing for each bind but one"),
                new Why(NativeClaims.EveryPasidComesBack, "references never come to 0")),
            Variant("5.11-load-pasid", "the last unbind clears mm->pasid before it puts (before the follow-up of 62ef907a045e)", _perBind with { KeepsPasidForPut = false },
                new Why(NativeClaims.RefsAreHolders, "the put finds no PASID"),
                new Why(NativeClaims.EveryPasidComesBack, "the put finds no PASID"),
                new Why(NativeClaims.EveryFlowHappens, "no PASID is ever given back")),
            Variant("5.18", "the PASID belongs to the mm, and mmput frees it (701fac40384f)", new() { Frees = PasidFree.AtMmput, AcceptsLargest = false },
                new Why(NativeClaims.NothingIsReported, "DMA of a dead process goes on with a PASID that another has"),
                new Why(NativeClaims.FreedAfterUnbind, "mmput ends before files are closed"),
                new Why(NativeClaims.DrainedBeforeFree, "mmput drains nothing"),
                new Why(NativeClaims.LivesDoNotCross, "a device that was not stopped keeps the PASID"),
                new Why(NativeClaims.UnbindHitsItsOwn, "unbind comes when another process has the PASID"),
                new Why(NativeClaims.RebindIsNotRefused, "the largest PASID is taken to be out of range"),
                new Why(NativeClaims.EveryMmIsFreed, "a drain waits for page requests of the PASID's next life")),
            Variant("5.18-fixed", "mmdrop frees it, and a bind holds mm_count (iommu/sva: Fix PASID use-after-free issue)", new() { AcceptsLargest = false },
                new Why(NativeClaims.RebindIsNotRefused, "the largest PASID is taken to be out of range")),
            Variant("6.13-drain-in-release", "the release callback drains the PRQ, and unbind does not for an entry that is torn down (before 6.13-rc3)",
                new() { DrainsInRelease = true, Late = LateUnbind.SkipsDrain },
                new Why(NativeClaims.DrainedBeforeFree, "page requests come after the release callback, as DMA is on"),
                new Why(NativeClaims.LivesDoNotCross, "such a request waits until another has the PASID"),
                new Why(NativeClaims.FaultsAreReportedAgain, "unbind leaves a torn-down entry silent")),
            Variant("mm-dropped-first", "unbind drops the mm before it is through with its record", new() { DropsMmLast = false },
                new Why(NativeClaims.RecordOutlivesUnbind, "the hold that is dropped may be the last")),
            Variant("repaired", "5.18-fixed, and the largest PASID is in range", new()),
            Variant("no-release-callback", "nothing is torn down when an mm goes", new() { TearsDownInRelease = false },
                new Why(NativeClaims.ClearedBeforeTablesAreFreed, "nobody clears the entry"),
                new Why(NativeClaims.NothingIsReported, "DMA does not fault"),
                new Why(NativeClaims.NothingIsCachedOfFreedPages, "what is cached after the range callback stays"),
                new Why(NativeClaims.NoUseOfFreedMemory, "DMA goes on"),
                new Why(NativeClaims.EveryFlowHappens, "no DMA is discarded")),
            Variant("flush-in-range-only", "the release callback flushes no TLB", new() { FlushesInRelease = false },
                new Why(NativeClaims.NothingIsReported, "the TLB of the device translates"),
                new Why(NativeClaims.NothingIsCachedOfFreedPages, "what is cached after the range callback stays"),
                new Why(NativeClaims.NoUseOfFreedMemory, "the TLB of the device translates")),
            Variant("flush-in-release-only", "the range callback flushes no TLB", new() { FlushesInRange = false },
                new Why(NativeClaims.NothingIsCachedOfFreedPages, "munmap leaves translations"),
                new Why(NativeClaims.NoUseOfFreedMemory, "the TLB of the device translates")),
            Variant("no-devtlb-flush", "a flush does not reach the TLBs of devices", new() { FlushesDevTlb = false },
                new Why(NativeClaims.NothingIsReported, "the TLB of the device translates"),
                new Why(NativeClaims.NothingIsCachedOfFreedPages, "the TLB of the device keeps what munmap freed"),
                new Why(NativeClaims.NoUseOfFreedMemory, "the TLB of the device translates"),
                new Why(NativeClaims.LivesDoNotCross, "the TLB of the device has pages of another process")),
            Variant("faults-reported", "the release callback does not suppress faults", new() { SuppressesFaults = false },
                new Why(NativeClaims.NothingIsReported, "the entry is not present, and faults are on"),
                new Why(NativeClaims.EveryFlowHappens, "no DMA is discarded")),
            Variant("no-drain", "unbind does not drain the PRQ", new() { DrainsAtUnbind = false },
                new Why(NativeClaims.DrainedBeforeFree, "nobody waits"),
                new Why(NativeClaims.LivesDoNotCross, "a page request waits until another has the PASID")),
            Variant("unbind-before-stop", "the driver unbinds, then stops DMA", new() { StopsBeforeUnbind = false },
                new Why(NativeClaims.StopUnbindFree, "DMA is on"),
                new Why(NativeClaims.NothingIsReported, "DMA faults at an entry that unbind has cleared"),
                new Why(NativeClaims.FreedAfterUnbind, "DMA is on when unbind has dropped the mm"),
                new Why(NativeClaims.DrainedBeforeFree, "DMA asks for pages after the drain"),
                new Why(NativeClaims.LivesDoNotCross, "a device that is not stopped keeps the PASID"),
                new Why(NativeClaims.EveryPasidComesBack, "a drain waits for page requests that have no end"),
                new Why(NativeClaims.EveryMmIsFreed, "a drain waits for page requests that have no end")),
            Variant("requests-unanswered", "page requests whose mm is gone get no answer", new() { AnswersTheDead = false },
                new Why(NativeClaims.EveryPasidComesBack, "a drain waits for ever"),
                new Why(NativeClaims.EveryMmIsFreed, "a drain waits for ever"),
                new Why(NativeClaims.NobodyHangs, "a drain waits for ever"),
                new Why(NativeClaims.EveryFlowHappens, "no page request is INVALID")),
        ]);

    private static VariantEntry Variant(string name, string summary, NativeRules rules, params Why[] violated) => new(
        name,
        summary,
        scope =>
        {
            NativeModel model = Model(rules, scope);
            return new Subject<NativeModel, NativeState>(Name, name, scope, model, NativeClaims.Of(model), (_, _, _) => []);
        },
        Why.Map(violated));

    private static NativeModel Model(NativeRules rules, string scope) => scope switch
    {
        "small" => new(rules, [new(2, 1), new(1, 2)], pasids: 1),
        "medium" => new(rules, [new(2, 2)], pasids: 1),
        _ => new(rules, [new(2, 2), new(3, 1)], pasids: 2),
    };
}
