// The claims about attach, replace and detach in the SMMUv3 driver, in words, each with its origin.

using Verify.Engine;

namespace Verify.Properties.Smmu.Attach;

/// <summary>What is expected of domains, masters and devices while domains come and go.</summary>
public static class AttachClaims
{
    private const string Seed = "seeds/001_de57a9bcef67629d";

    /// <summary>Old, new or a fault.</summary>
    public static Claim OldNewOrFault { get; } = new("OldNewOrFault", PropertyKind.Invariant,
        "Whatever copies of STE and CD, TLB entries and ATC entries it meets, an access gets the domain that is attached to its RID or PASID, the one that is just being attached, or an abort.",
        "attach 1.8 ATT-2; smmuv3 4.5 I1, I9", "ATT-2", "I1", Seed);

    /// <summary>I12.</summary>
    public static Claim NoTransitionalIdentity { get; } = new("NoTransitionalIdentity", PropertyKind.Invariant,
        "No access passes untranslated, nor by an ATC entry of such a pass, unless IDENTITY is attached or being attached: never IDENTITY between PAGING and BLOCKED.",
        "goal of the seed: safe transitions between PAGING -> BLOCKED; smmuv3 4.5 I12; attach 1.8 ATT-9", "I12", "ATT-9", Seed);

    /// <summary>RESV_DIRECT.</summary>
    public static Claim IdentityContinuity { get; } = new("IdentityContinuity", PropertyKind.Invariant,
        "Between IDENTITY and a paging domain on the RID no access is aborted: an IOMMU_RESV_DIRECT region is continuously translating.",
        "goal of the seed: fully hitless transitions IDENTITY -> DMA -> IDENTITY; attach 1.8 ATT-3, ATT-4", "ATT-3", "ATT-4", Seed);

    /// <summary>Hitless whenever possible.</summary>
    public static Claim HitlessWhenPossible { get; } = new("HitlessWhenPossible", PropertyKind.Invariant,
        "While a RID is changed between two domains that both let accesses pass, no access is aborted, unless STE or CD cannot be changed without a break by any order of stores.",
        "goal of the seed: hitless change between domains whenever possible; smmuv3 4.5 I2", "I2", Seed);

    /// <summary>PASIDs survive a RID change.</summary>
    public static Claim RidChangeKeepsPasid { get; } = new("RidChangeKeepsPasid", PropertyKind.Invariant,
        "While the RID's domain changes, an access with an attached PASID gets that PASID's domain, all the time.",
        "goal of the seed: change of the RID domain while PASIDs are attached; attach 1.8 ATT-12", "ATT-12", Seed);

    /// <summary>The RID survives a PASID change.</summary>
    public static Claim PasidChangeKeepsRid { get; } = new("PasidChangeKeepsRid", PropertyKind.Invariant,
        "While a PASID is attached, replaced or removed, an access without PASID, or with another one, gets what it got before, all the time.",
        "goal of the seed: full PASID API; smmuv3 6.3", Seed);

    /// <summary>Never fails.</summary>
    public static Claim StaticNeverFails { get; } = new("StaticNeverFails", PropertyKind.Action,
        "Attaching IDENTITY or BLOCKED never fails.",
        "goal of the seed: global static BLOCKED and IDENTITY domains with 'never fail' attach; attach 1.8 ATT-5", "ATT-5", Seed);

    /// <summary>RID changes are possible.</summary>
    public static Claim RidMayChange { get; } = new("RidMayChange", PropertyKind.Action,
        "The RID's domain may be changed to IDENTITY, BLOCKED or a stage-1 domain while PASIDs are attached.",
        "goal of the seed: change of the RID domain while PASIDs are attached", Seed);

    /// <summary>Failure leaves the hardware alone.</summary>
    public static Claim FailureLeavesHardware { get; } = new("FailureLeavesHardware", PropertyKind.Action,
        "An attach that returns an error has touched no STE, no CD, and not ATS at the device.",
        "goal of the seed: attach_dev failure does not change the HW configuration; attach 1.8 ATT-1; smmuv3 4.5 I10", "I10", "ATT-1", Seed);

    /// <summary>What is attached is what is seen.</summary>
    public static Claim AtRestAsAttached { get; } = new("AtRestAsAttached", PropertyKind.Invariant,
        "While no operation is under way on a device, an access gets what is attached and nothing else: IDENTITY passes, BLOCKED and no domain abort, a domain that had pages mapped before is translated by.",
        "attach 1.8 ATT-6, ATT-10; goal of the seed: map before attach", "ATT-6", "ATT-10", Seed);

    /// <summary>Unmap is complete.</summary>
    public static Claim UnmapReachesAll { get; } = new("UnmapReachesAll", PropertyKind.Invariant,
        "Once an unmap has returned, no access reaches the page by a translation that the TLB or the device's ATC still holds.",
        "attach 1.8 ATT-18; smmuv3 4.5 I8 and 6.5: either unmap sees the new master or the device enables ATS after the flush", "ATT-18", "I8");

    /// <summary>Who may use a domain is on its list.</summary>
    public static Claim AtcIsCovered { get; } = new("AtcIsCovered", PropertyKind.Invariant,
        "A device whose ATC may have a domain's translations is on that domain's list, and counted; in 7.x, in its invalidation array.",
        "smmuv3 4.5 I8, 6.2", "I8", "ATT-18");

    /// <summary>No freed table.</summary>
    public static Claim NoFreedTable { get; } = new("NoFreedTable", PropertyKind.Invariant,
        "No copy of an STE or a CD leads to page tables that are freed, and nobody is on the list of a domain that is.",
        "attach 1.8 ATT-7; smmuv3 4.5 I6", "ATT-7", "I6");

    /// <summary>No crossing of lives.</summary>
    public static Claim FormerLivesAreGone { get; } = new("FormerLivesAreGone", PropertyKind.Invariant,
        "A tag that a domain has, and the ATC of a device that does ATS, hold no translation of a domain that was freed: ASIDs and VMIDs are clean before they are used again.",
        "attach 1.8 ATT-19; smmuv3 4.5 I9", "ATT-19", "I9");

    /// <summary>Tags are exclusive.</summary>
    public static Claim FreeTagsAreClean { get; } = new("FreeTagsAreClean", PropertyKind.Invariant,
        "Under an ASID or VMID that no domain has, the TLB holds nothing; in 7.x, under one that no invalidation array has.",
        "smmuv3 4.5 I9, 6.5: any ASID or VMID not present in an invs array must be clean", "I9", "ATT-19");

    /// <summary>ATS order.</summary>
    public static Claim AtsOrder { get; } = new("AtsOrder", PropertyKind.Invariant,
        "While ATS is on at a device, every valid copy of its STEs has EATS: ATS goes off at the device before EATS, and on after it.",
        "smmuv3 2.5 (Arm IHI 0070 3.9.2), 4.5 I7; attach 1.8 ATT-20", "I7", "ATT-20");

    /// <summary>No ATC_INV to what is gone.</summary>
    public static Claim NoAtcInvToTheGone { get; } = new("NoAtcInvToTheGone", PropertyKind.Action,
        "No ATC_INV is sent to a device that release_device is done with.",
        "attach 1.8 ATT-20, 3 #45", "ATT-20");

    /// <summary>Accounts.</summary>
    public static Claim AccountsAgree { get; } = new("AccountsAgree", PropertyKind.Invariant,
        "While no operation is under way, lists of masters, nr_ats_masters, invalidation arrays, used_ssids and ats_enabled are what attachments and ATS make them.",
        "smmuv3 4.5 I13", "I13");

    /// <summary>Errors leave no obstacle.</summary>
    public static Claim NothingIsInTheWay { get; } = new("NothingIsInTheWay", PropertyKind.Invariant,
        "Whatever has failed before, everything can be attached: who has returned has released arm_smmu_asid_lock, and what is refused is refused for what is attached.",
        "issue of this model: after an error everything still can be attached; attach 1.8 ATT-1", "ATT-1", "I13", Seed);

    /// <summary>The CD table is there.</summary>
    public static Claim CdTableIsThere { get; } = new("CdTableIsThere", PropertyKind.Invariant,
        "An STE, and any copy of it, that points to a CD table points to one that is allocated.",
        "smmuv3 4.5 I6; 8, B16 and B17", "I6", "B16", "B17");

    /// <summary>CD before STE, STE before CD.</summary>
    public static Claim CdIsValidWhileUsed { get; } = new("CdIsValidWhileUsed", PropertyKind.Invariant,
        "An access without PASID never meets C_BAD_CD, but between two stage-1 domains: CD 0 is valid before an STE points at it, and cleared after the STE has left it.",
        "smmuv3 6.3, 8, B11 (d2e053d73247)", "I6", "B11");

    /// <summary>Released, not cleared.</summary>
    public static Claim ReleasedStaysValid { get; } = new("ReleasedStaysValid", PropertyKind.Invariant,
        "An attached PASID whose mm is gone never meets C_BAD_CD: its CD is valid, and translates nothing.",
        "smmuv3 6.4: released form, never V=0, to avoid storms of C_BAD_CD", Seed);

    /// <summary>One writer.</summary>
    public static Claim OneWriterPerEntry { get; } = new("OneWriterPerEntry", PropertyKind.Invariant,
        "No two CPUs are in the middle of writing the same STE or CD.",
        "smmuv3 4.2: the writer compares memory with its images, batch by batch; 4.5 I14", "I14");

    /// <summary>Everything ends.</summary>
    public static Claim EveryOperationEnds { get; } = new("EveryOperationEnds", PropertyKind.LeadsTo,
        "Every operation that is begun ends, with success or an error.",
        "issue of this model: every attach finishes (no livelock, no lock cycle)", Seed);

    /// <summary>Nobody is stuck.</summary>
    public static Claim NobodyHangs { get; } = new("NobodyHangs", PropertyKind.Invariant,
        "There is always a step that can be taken.", "absence of lock cycles", Seed);

    /// <summary>Non-vacuity: kinds.</summary>
    public static Claim EveryKindIsAttached { get; } = new("EveryKindIsAttached", PropertyKind.Reachable,
        "Every kind of domain is attached to RID and PASID, with ATS and without, and shared by two devices where there are two.",
        "goal of the seed: full PASID API, with S1 and SVA on PASIDs and IDENTITY, BLOCKED and S1 on the RID; non-vacuity of this model", Seed);

    /// <summary>Non-vacuity: results.</summary>
    public static Claim EveryResultIsSeen { get; } = new("EveryResultIsSeen", PropertyKind.Reachable,
        "Every call succeeds, and fails with each of its errors; tags are used again, pages unmapped while others attach.",
        "non-vacuity of this model", Seed);
}
