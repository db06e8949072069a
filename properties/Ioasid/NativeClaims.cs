// The claims about native SVA, in words, and as the engine decides them.

using Verify.Engine;
using Verify.Engine.Liveness;
using Verify.Model.Ioasid.Native;

namespace Verify.Properties.Ioasid;

/// <summary>What is expected of PASIDs of processes that come and go.</summary>
public static class NativeClaims
{
    private const string Seed = "seeds/004_1b149153a6483de2";
    private const string Section = "review of the IOASID document, Native IOASID Life Cycle";

    /// <summary>The order of a normal teardown.</summary>
    public static Claim StopUnbindFree { get; } = new("StopUnbindFree", PropertyKind.Action,
        "While its process runs, a PASID table entry is torn down after DMA is stopped, and the PASID is free after all entries and TLBs are clear.",
        $"{Section}, L497-502", "LC-1", Seed);

    /// <summary>The IOMMU cannot walk freed page tables.</summary>
    public static Claim ClearedBeforeTablesAreFreed { get; } = new("ClearedBeforeTablesAreFreed", PropertyKind.Invariant,
        "No PASID table entry points to page tables that are freed.", $"{Section}, L511-523", "LC-2", "AP-5", Seed);

    /// <summary>Silence between release and stop.</summary>
    public static Claim NothingIsReported { get; } = new("NothingIsReported", PropertyKind.Action,
        "From the release callback until DMA is stopped, DMA faults and is discarded, page requests are answered INVALID, and nothing is reported.",
        $"{Section}, L490-494 and L551-552", "LC-3", Seed);

    /// <summary>The order of a process's end.</summary>
    public static Claim FreedAfterUnbind { get; } = new("FreedAfterUnbind", PropertyKind.Invariant,
        "When its process ends first, a PASID is not given back until every device that has it is stopped and unbound.", $"{Section}, L504-543", "LC-4", Seed);

    /// <summary>TLBs are flushed in time.</summary>
    public static Claim NothingIsCachedOfFreedPages { get; } = new("NothingIsCachedOfFreedPages", PropertyKind.Invariant,
        "Neither the IOTLB nor the TLB of a device holds a translation to a page that is freed.", $"{Section}, L545-549", "LC-5", "AP-3", Seed);

    /// <summary>Nobody uses what is freed.</summary>
    public static Claim NoUseOfFreedMemory { get; } = new("NoUseOfFreedMemory", PropertyKind.Action,
        "DMA reaches no freed page, and is translated by no freed page table.", $"{Section}, L523", "LC-2", "LC-5", Seed);

    /// <summary>The queue of page requests is empty.</summary>
    public static Claim DrainedBeforeFree { get; } = new("DrainedBeforeFree", PropertyKind.Action,
        "When a PASID is unbound from a device, and when it is given back, no page request for it waits.", $"{Section}, L500-501; B-21 (6.13)", "AP-4", "AP-1", Seed);

    /// <summary>Recycling.</summary>
    public static Claim LivesDoNotCross { get; } = new("LivesDoNotCross", PropertyKind.Invariant,
        "While a PASID is allocated nothing in hardware is left of its previous life: no table entry, no TLB entry, no page request, no programmed device.",
        "review of the IOASID document, VDCM PASID Programming, L735-746", "IOASID-11", "B-13", Seed);

    /// <summary>Late unbinds.</summary>
    public static Claim UnbindHitsItsOwn { get; } = new("UnbindHitsItsOwn", PropertyKind.Action,
        "Unbind clears a PASID table entry of its own process, and of the life of the PASID that it was bound in.",
        "review of the IOASID document, L604 and note 3 at L692-694", "IOASID-12", Seed);

    /// <summary>Counts.</summary>
    public static Claim RefsAreHolders { get; } = new("RefsAreHolders", PropertyKind.Invariant,
        "A PASID has as many references as holders: binds where each takes one, else the mm.", "B-10 (62ef907a045e)", "UP-9", "B-10", Seed);

    /// <summary>The range check.</summary>
    public static Claim RebindIsNotRefused { get; } = new("RebindIsNotRefused", PropertyKind.Action,
        "A mm that has a PASID can bind another device by it.", "B-12 (701fac40384f), the range check of a PASID that the mm has", "UP-7", "B-12", Seed);

    /// <summary>What unbind works on is there.</summary>
    public static Claim RecordOutlivesUnbind { get; } = new("RecordOutlivesUnbind", PropertyKind.Invariant,
        "As long as an unbind is under way the mm is not freed, with its record of binds.", "B-25", "UP-8", "B-25", Seed);

    /// <summary>Faults are reported again.</summary>
    public static Claim FaultsAreReportedAgain { get; } = new("FaultsAreReportedAgain", PropertyKind.Invariant,
        "Faults of a PASID on a device are suppressed no longer than until it is unbound.", $"{Section}, L551-552", "LC-3", Seed);

    /// <summary>No leak of PASIDs.</summary>
    public static Claim EveryPasidComesBack { get; } = new("EveryPasidComesBack", PropertyKind.LeadsTo,
        "The PASIDs of processes that exit come back to the pool.", "review of the IOASID document, L338-352 and L602", "IOASID-9", "UP-6", "B-11", Seed);

    /// <summary>No leak of mms.</summary>
    public static Claim EveryMmIsFreed { get; } = new("EveryMmIsFreed", PropertyKind.LeadsTo,
        "The mms of processes that exit are freed.", $"{Section}, L539-543", Seed);

    /// <summary>Nobody is stuck.</summary>
    public static Claim NobodyHangs { get; } = new("NobodyHangs", PropertyKind.Invariant,
        "Something can be done until all processes are gone and all files closed.", "AP-4: a drain waits for answers", "AP-4", Seed);

    /// <summary>Non-vacuity.</summary>
    public static Claim EveryFlowHappens { get; } = new("EveryFlowHappens", PropertyKind.Reachable,
        "Both flows of the document can be gone through, operations succeed and fail, and what hardware does with a PASID it does.", "non-vacuity of this model", Seed);

    /// <summary>All of them.</summary>
    /// <param name="model">The model.</param>
    internal static IReadOnlyList<Property<NativeState>> Of(NativeModel model)
    {
        var look = new NativeLook(model);
        return
        [
            new ActionProperty<NativeState>(StopUnbindFree, look.IsTeardownOfRunning, look.IsInOrder, look.OutOfOrder),
            new Invariant<NativeState>(ClearedBeforeTablesAreFreed, look.IsSomethingSetUp, (in s) => look.EntryToFreed(in s) == "", look.EntryToFreed),
            new ActionProperty<NativeState>(NothingIsReported, (in b, step, in _) => look.IsAfterRelease(in b, step), (in _, step, in _) => look.IsDiscarded(step),
                (in _, step, in _) => look.NotDiscarded(step)),
            new Invariant<NativeState>(FreedAfterUnbind, (in s) => look.Ended(in s) >= 0, (in s) => look.FreedTooEarly(in s) == "", look.FreedTooEarly),
            new Invariant<NativeState>(NothingIsCachedOfFreedPages, look.IsSomethingCached, (in s) => look.CachedOfFreed(in s) == "", look.CachedOfFreed),
            new ActionProperty<NativeState>(NoUseOfFreedMemory, (in _, step, in _) => look.IsUse(step), (in b, step, in _) => look.UseOfFreed(in b, step) == "",
                (in b, step, in _) => look.UseOfFreed(in b, step)),
            new ActionProperty<NativeState>(DrainedBeforeFree, look.IsEndOfUse, (in b, step, in a) => look.Waiting(in b, step, in a) == "", look.Waiting),
            new Invariant<NativeState>(LivesDoNotCross, look.IsSomethingAllocated, (in s) => look.Crossing(in s) == "", look.Crossing),
            new ActionProperty<NativeState>(UnbindHitsItsOwn, (in b, step, in _) => step.Kind == (ushort)NativeAct.TearDown && look.EntryOf(in b, step) != 0,
                (in b, step, in _) => look.IsOwnEntry(in b, step), (in b, step, in _) => look.ForeignEntry(in b, step)),
            new Invariant<NativeState>(RefsAreHolders, look.IsSomethingAllocated, (in s) => look.Miscounted(in s) == "", look.Miscounted),
            new ActionProperty<NativeState>(RebindIsNotRefused,
                (in _, step, in _) => (NativeAct)step.Kind is NativeAct.Share or NativeAct.Get or NativeAct.RefuseRange,
                (in _, step, in _) => step.Kind != (ushort)NativeAct.RefuseRange,
                (in _, step, in _) => $"PASID {step.C + 1} is in range and refused"),
            new Invariant<NativeState>(RecordOutlivesUnbind, (in s) => look.Unbinding(in s) >= 0, (in s) => look.Orphan(in s) < 0,
                (in s) => $"an unbind of process {look.Orphan(in s)} is under way and its mm is freed"),
            new Invariant<NativeState>(FaultsAreReportedAgain, null, (in s) => look.Silenced(in s) == "", look.Silenced),
            Comes(EveryPasidComesBack, look.HasPasidOfExiting, (in s) => $"refs of PASIDs: {look.Counts(in s)}"),
            Comes(EveryMmIsFreed, look.HasMmOfExiting, (in s) => $"an mm of a process that is gone has mm_count {look.HeldCount(in s)}"),
            new NoDeadlock<NativeState>(NobodyHangs),
            new Reachable<NativeState>(EveryFlowHappens, NativeLook.Goals, look.Met) { Taken = look.Taken },
        ];
    }

    private static LeadsTo<NativeState> Comes(Claim claim, StatePredicate<NativeState> missing, StateExplanation<NativeState> explain) => new(
        claim,
        missing,
        (in s) => !missing(in s),
        [
            new("the kernel's work for processes that exit", Strength.Weak, (in before, step, in _) => NativeModel.IsWorkForExit(in before, step)) { IsSymmetric = true },
            new("munmaps under way", Strength.Weak, (in _, step, in _) => step.Kind == (ushort)NativeAct.InvalidateRange) { IsSymmetric = true },
            new("answers that their unbinds wait for", Strength.Weak, (in before, step, in _) => NativeModel.IsAwaitedAnswer(in before, step)) { IsSymmetric = true },
        ])
    {
        IsSymmetric = true,
        Explain = explain,
    };
}
