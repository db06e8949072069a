// What is claimed of the IOMMU core's attach, replace and detach, in words.

using Verify.Engine;

namespace Verify.Properties.IommuCore;

/// <summary>The claims about a group; how they are decided is in <see cref="GroupProperties"/>.</summary>
public static class GroupClaims
{
    private const string Seed = "seeds/001_de57a9bcef67629d";

    /// <summary>ATT-1.</summary>
    public static Claim FailureRestoresDomain { get; } = Of("FailureRestoresDomain", PropertyKind.Action,
        "When an attach, a replace, a claim or a change of the default domain returns an error, every device does what it did before, and group->domain is what it was.", "1.3", "ATT-1");

    /// <summary>ATT-2.</summary>
    public static Claim OldNewOrFault { get; } = Of("OldNewOrFault", PropertyKind.Action,
        "DMA during an operation meets the old domain, the new one, or faults: never a third domain.", "1.3, the comment on the switch", "ATT-2");

    /// <summary>ATT-3, weak.</summary>
    public static Claim DirectNeverBlocked { get; } = Of("DirectNeverBlocked", PropertyKind.Action,
        "A device with an IOMMU_RESV_DIRECT region is attached to a blocking domain by nothing but a reset.", "1.2; a48ce36e2786", "ATT-3");

    /// <summary>ATT-3, strong.</summary>
    public static Claim DirectAlwaysTranslated { get; } = Of("DirectAlwaysTranslated", PropertyKind.Invariant,
        "Once attached, a device with an IOMMU_RESV_DIRECT region can use that at every moment until it is released.", "1.8; the series says 'expected to be continuously translating'", "ATT-3");

    /// <summary>ATT-4.</summary>
    public static Claim DirectSurvivesDefaultChange { get; } = Of("DirectSurvivesDefaultChange", PropertyKind.Action,
        "A change of the default domain between IDENTITY and DMA never takes an IOMMU_RESV_DIRECT region away.", "1.4, setup_default_domain", "ATT-4");

    /// <summary>The seed's goal.</summary>
    public static Claim DefaultChangeIsHitless { get; } = Of("DefaultChangeIsHitless", PropertyKind.Action,
        "No device faults while the default domain goes from IDENTITY to DMA or back.", "goals: 'Fully hitless transitions between IDENTITY -> DMA -> IDENTITY'", "ATT-4");

    /// <summary>ATT-5.</summary>
    public static Claim NofailNeverWarns { get; } = Of("NofailNeverWarns", PropertyKind.Invariant,
        "What must not fail does not: no WARN_ON fires.", "1.3; goals: static domains with 'never fail' attach semantics", "ATT-5");

    /// <summary>ATT-6.</summary>
    public static Claim MirrorAtRest { get; } = Of("MirrorAtRest", PropertyKind.Invariant,
        "While nobody has the mutex, every device of the group that is neither deferred nor blocked does what group->domain says.", "1.8", "ATT-6", "ATT-24");

    /// <summary>ATT-7.</summary>
    public static Claim NoFreeWhileReferenced { get; } = Of("NoFreeWhileReferenced", PropertyKind.Invariant,
        "No domain is freed while an entry in hardware, pasid_array or a pointer of the group refers to it.", "1.8", "ATT-7");

    /// <summary>ATT-8, domains.</summary>
    public static Claim OwnershipIsExclusive { get; } = Of("OwnershipIsExclusive", PropertyKind.Invariant,
        "While drivers use the DMA API the group has a default domain and is in it; while it has an owner it is not.", "1.8", "ATT-8");

    /// <summary>ATT-8, PASIDs.</summary>
    public static Claim ClaimsSeeNoPasids { get; } = Of("ClaimsSeeNoPasids", PropertyKind.Action,
        "Nobody becomes owner, and no further driver binds, while pasid_array has something in it.", "1.4 and 1.5 (a)", "ATT-8");

    /// <summary>ATT-9.</summary>
    public static Claim NeverIdentityUnasked { get; } = Of("NeverIdentityUnasked", PropertyKind.Action,
        "No entry becomes IDENTITY unless that is the default domain, or asked for, or the device is released: never between paging and blocking domains.",
        "goals: 'Safe transitions between PAGING -> BLOCKED, do not ever temporarily do IDENTITY'", "ATT-9");

    /// <summary>ATT-10.</summary>
    public static Claim PasidMirrorAtRest { get; } = Of("PasidMirrorAtRest", PropertyKind.Invariant,
        "While nobody has the mutex, each device that was in the group when a PASID was attached has the domain of pasid_array, and faults for PASIDs that have none.", "1.8", "ATT-10");

    /// <summary>ATT-10, for devices that come later.</summary>
    public static Claim NewcomersHavePasids { get; } = Of("NewcomersHavePasids", PropertyKind.Invariant,
        "A device that joins a group has the PASIDs that are attached to the group.", "1.8: 'all devices with max_pasids>0'", "ATT-10");

    /// <summary>ATT-11.</summary>
    public static Claim PasidFailureIsUndone { get; } = Of("PasidFailureIsUndone", PropertyKind.Action,
        "When an attach or a replace of a PASID returns an error, every device has for it what it had before.", "1.5", "ATT-11");

    /// <summary>ATT-11, callbacks.</summary>
    public static Claim OnlyWhatWasSetIsRemoved { get; } = Of("OnlyWhatWasSetIsRemoved", PropertyKind.Action,
        "Undoing the attach of a PASID calls remove_dev_pasid for devices that have it, and no others.", "1.5; bug 19", "ATT-11");

    /// <summary>ATT-12.</summary>
    public static Claim RidChangeKeepsPasids { get; } = Of("RidChangeKeepsPasids", PropertyKind.Action,
        "Attaching the RID of a device leaves its PASIDs as they are.", "1.5 (c); goals: 'Change of the RID domain while PASIDs are attached'", "ATT-12");

    /// <summary>ATT-13.</summary>
    public static Claim DeferredIsUntouched { get; } = Of("DeferredIsUntouched", PropertyKind.Action,
        "What the previous kernel left for a device stays until its driver maps something, or it is attached to another domain than the default.", "1.2", "ATT-13");

    /// <summary>ATT-14, memory.</summary>
    public static Claim HandleOutlivesReaders { get; } = Of("HandleOutlivesReaders", PropertyKind.Action,
        "When detach returns, or an attach or a replace that failed, the fault path has not got the handle that its user may free now.", "1.5, attach_handle_get", "ATT-14");

    /// <summary>ATT-14, memory, replace.</summary>
    public static Claim ReplacedHandleOutlivesReaders { get; } = Of("ReplacedHandleOutlivesReaders", PropertyKind.Action,
        "When a replace has succeeded, the fault path has not got the old handle.", "1.5, attach_handle_get", "ATT-14");

    /// <summary>ATT-14, attach.</summary>
    public static Claim RequestMeetsHandleInAttach { get; } = Of("RequestMeetsHandleInAttach", PropertyKind.Action,
        "While a handle is attached or replaced, a page request is given to the handle of the domain that it was raised under.", "1.5; 5e9f822c9c68", "ATT-14");

    /// <summary>ATT-14, detach.</summary>
    public static Claim RequestMeetsHandle { get; } = Of("RequestMeetsHandle", PropertyKind.Action,
        "At all other times, and during detach, it is, too.", "1.4 and 1.5: detach tells hardware first, then erases", "ATT-14");

    /// <summary>ATT-15.</summary>
    public static Claim ResetParksDevice { get; } = Of("ResetParksDevice", PropertyKind.Invariant,
        "recovery_cnt is the number of blocked devices, and RID and PASIDs of these fault.", "1.7", "ATT-15");

    /// <summary>ATT-15, callbacks.</summary>
    public static Claim NothingReachesBlocked { get; } = Of("NothingReachesBlocked", PropertyKind.Action,
        "Nothing but the end of its reset calls the driver for a device that is blocked: that would send invalidations to it.", "fc3523b16d2b", "ATT-15");

    /// <summary>ATT-16.</summary>
    public static Claim ResetRestores { get; } = Of("ResetRestores", PropertyKind.Action,
        "When reset_done has unblocked a device, it does what group->domain and pasid_array say at that time.", "1.7", "ATT-16");

    /// <summary>ATT-17.</summary>
    public static Claim OutermostUnblocks { get; } = Of("OutermostUnblocks", PropertyKind.Action,
        "A device is unblocked by the last reset_done only.", "1.7; 0d5fd7a9323c", "ATT-17");

    /// <summary>Resets nest.</summary>
    public static Claim ResetIsNotRefused { get; } = Of("ResetIsNotRefused", PropertyKind.Action,
        "reset_prepare is not refused because another reset is under way, of the same device or another.", "0d5fd7a9323c, b296ca1fb43a", "ATT-17");

    /// <summary>Resets are of one device.</summary>
    public static Claim ResetLeavesSiblingsAlone { get; } = Of("ResetLeavesSiblingsAlone", PropertyKind.Action,
        "The reset of a device calls the driver for that device only.", "1615e8896a8f", "ATT-15");

    /// <summary>ATT-21.</summary>
    public static Claim ReleaseLeavesNothing { get; } = Of("ReleaseLeavesNothing", PropertyKind.Invariant,
        "A device that is not in the group refers to no domain but a static one, nor do its PASIDs.", "1.8", "ATT-21");

    /// <summary>ATT-22.</summary>
    public static Claim OwnDriversDomainsOnly { get; } = Of("OwnDriversDomainsOnly", PropertyKind.Invariant,
        "A domain of another driver is never attached.", "1.4", "ATT-22");

    /// <summary>ATT-23.</summary>
    public static Claim FirstFailureIsSafe { get; } = Of("FirstFailureIsSafe", PropertyKind.Invariant,
        "While a group has no domain yet, hardware refers to none that is freed.", "1.4, first attach", "ATT-23");

    /// <summary>No NULL.</summary>
    public static Claim AttachesADomain { get; } = Of("AttachesADomain", PropertyKind.Invariant,
        "attach_dev is called with a domain, not with NULL.", "d769711fcddd", "ATT-16");

    /// <summary>Bug 13.</summary>
    public static Claim BindIsNotRefused { get; } = Of("BindIsNotRefused", PropertyKind.Action,
        "A driver is not told that the group is in use when all of it passes untranslated as the default domain has it, and nobody owns it.", "3, bug 13 (5.19.11)", "ATT-8");

    /// <summary>Bug 36.</summary>
    public static Claim PasidlessIsNoObstacle { get; } = Of("PasidlessIsNoObstacle", PropertyKind.Action,
        "A PASID that is in range is not refused because of a device that has none.", "3, bug 36 (6.12.94)", "ATT-10");

    /// <summary>What is left.</summary>
    public static Claim NothingIsLeftBehind { get; } = Of("NothingIsLeftBehind", PropertyKind.Invariant,
        "Where its owner has attached nothing, a group is in its blocking domain and pasid_array is empty: whatever has failed, everything can be attached.", "1.4 and 1.5: preconditions", "ATT-1");

    /// <summary>Users.</summary>
    public static Claim UsersKeepTheirDomains { get; } = Of("UsersKeepTheirDomains", PropertyKind.Invariant,
        "While its user has not detached it, group->domain is what the user attached.", "1.4", "ATT-6");

    /// <summary>Progress.</summary>
    public static Claim EveryCallReturns { get; } = Of("EveryCallReturns", PropertyKind.LeadsTo,
        "Every operation that has the mutex returns.", "1.1: everything runs under group->mutex", "ATT-14");

    /// <summary>Non-vacuity: domains.</summary>
    public static Claim EveryKindIsAttached { get; } = Of("EveryKindIsAttached", PropertyKind.Reachable,
        "Each kind of domain can be attached to a RID and, where that may be, to a PASID; and faults, identity and translation are all met by DMA.", "non-vacuity of this model");

    /// <summary>Non-vacuity: operations.</summary>
    public static Claim EveryCallEndsEachWay { get; } = Of("EveryCallEndsEachWay", PropertyKind.Reachable,
        "Every operation can succeed, and can fail with each of its errors.", "1.4 and 1.5; non-vacuity of this model");

    /// <summary>Non-vacuity: unwinding.</summary>
    public static Claim EveryPathIsTaken { get; } = Of("EveryPathIsTaken", PropertyKind.Reachable,
        "Attaches fail on the first device and on the second, of RIDs and of PASIDs, and what is to be undone then is undone.", "1.2 to 1.5; non-vacuity of this model");

    private static Claim Of(string name, PropertyKind kind, string sentence, string place, params string[] refs) =>
        new(name, kind, sentence, $"reference attach.md, {place}", [.. refs, Seed]);
}
