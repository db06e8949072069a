// Which claims the variants of iommu-core violate, and why.

namespace Verify.Properties.IommuCore;

/// <summary>The verdicts that are expected of iommu-core.</summary>
internal static class GroupVerdicts
{
    /// <summary>What a variant violates.</summary>
    /// <param name="variant">Its name.</param>
    public static Why[] Of(string variant) => variant switch
    {
        "7.1" =>
        [
            new(GroupClaims.NofailNeverWarns, "a device that joined an owned group was never attached to the default domain, and its attach_dev may fail"),
            new(GroupClaims.MirrorAtRest, "group->domain is set though the nofail attach failed and the device is in the blocking domain"),
            new(GroupClaims.NewcomersHavePasids, "the probe of a device attaches no PASIDs"),
        ],
        "7.1-direct" =>
        [
            new(GroupClaims.OldNewOrFault, "a device that stayed in an earlier user's domain meets that"),
            new(GroupClaims.FailureRestoresDomain, "a device with a direct region that joined stays in the old domain, because the blocking one is refused"),
            new(GroupClaims.NofailNeverWarns, "a device that joined an owned group was never attached to the default domain, and its attach_dev may fail"),
            new(GroupClaims.MirrorAtRest, "group->domain is set though the nofail attach failed and the device is in the blocking domain"),
            new(GroupClaims.NoFreeWhileReferenced, "a device with a direct region that joined an owned group refuses the blocking domain, and detach has no fallback then"),
            new(GroupClaims.DirectNeverBlocked, "a nofail attach that the driver fails falls back to the blocking domain without looking at require_direct"),
            new(GroupClaims.DirectAlwaysTranslated, "a device with a direct region that joins a group in a user's domain is attached to that"),
        ],
        "7.1-kdump" =>
        [
            new(GroupClaims.NofailNeverWarns, "a device that joined an owned group was never attached to the default domain, and its attach_dev may fail"),
            new(GroupClaims.MirrorAtRest, "group->domain is set though the nofail attach failed and the device is in the blocking domain"),
        ],
        "7.1-mixed" =>
        [
            new(GroupClaims.NofailNeverWarns, "a device that joined an owned group was never attached to the default domain, and its attach_dev may fail"),
            new(GroupClaims.MirrorAtRest, "group->domain is set though the nofail attach failed and the device is in the blocking domain"),
            new(GroupClaims.NewcomersHavePasids, "the probe of a device attaches no PASIDs"),
        ],
        "7.1-requests" =>
        [
            new(GroupClaims.HandleOutlivesReaders, "a replace stores the new handle after hardware has the new domain and requests were drained: a later request still gets the old handle"),
            new(GroupClaims.RequestMeetsHandleInAttach, "hardware has the domain before pasid_array has the handle"),
        ],
        "7.1-resets" =>
        [
            new(GroupClaims.NofailNeverWarns, "a device that was reset before the default domain was set up was never attached to it"),
            new(GroupClaims.MirrorAtRest, "group->domain is set though the nofail attach failed and the device is in the blocking domain"),
            new(GroupClaims.NothingReachesBlocked, "the release of a device whose default domain could not be set up does not look at blocked"),
            new(GroupClaims.ResetRestores, "attach_dev of a domain that the device was never attached to fails in reset_done"),
        ],
        "7.1-siblings" =>
        [
            new(GroupClaims.FailureRestoresDomain, "after a nofail attach failed, hardware is in the blocking domain while group->domain is not: the next refusal finds it so"),
            new(GroupClaims.NofailNeverWarns, "a device that was reset before the default domain was set up was never attached to it"),
            new(GroupClaims.MirrorAtRest, "group->domain is set though the nofail attach failed and the device is in the blocking domain"),
            new(GroupClaims.NothingReachesBlocked, "the release of a device whose default domain could not be set up does not look at blocked"),
            new(GroupClaims.ResetRestores, "attach_dev of a domain that the device was never attached to fails in reset_done"),
        ],
        "7.0-resets" =>
        [
            new(GroupClaims.FailureRestoresDomain, "after a nofail attach failed, hardware is in the blocking domain while group->domain is not: the next refusal finds it so"),
            new(GroupClaims.DefaultChangeIsHitless, "group->domain was left where a refused nofail attach had it, and so a device goes back to a domain that is freed"),
            new(GroupClaims.NofailNeverWarns, "the fence refuses what must not fail with -EBUSY (before 5474e6e17a26)"),
            new(GroupClaims.MirrorAtRest, "group->domain is set though the nofail attach failed and the device is in the blocking domain"),
            new(GroupClaims.NoFreeWhileReferenced, "detach is refused by the fence, and its user frees the domain"),
            new(GroupClaims.AttachesADomain, "reset_done before there is a group->domain (before d769711fcddd)"),
            new(GroupClaims.OwnershipIsExclusive, "the fence refuses the switch to the default domain at release"),
            new(GroupClaims.NothingIsLeftBehind, "detach is refused by the fence and returns nothing, so group->domain stays the user's"),
            new(GroupClaims.NothingReachesBlocked, "the release of a device whose default domain could not be set up does not look at blocked"),
            new(GroupClaims.ResetRestores, "attach_dev of a domain that the device was never attached to fails in reset_done"),
            new(GroupClaims.ResetIsNotRefused, "group->resetting_domain fences other resets off"),
        ],
        "7.0-siblings" =>
        [
            new(GroupClaims.FailureRestoresDomain, "after a nofail attach failed, hardware is in the blocking domain while group->domain is not: the next refusal finds it so"),
            new(GroupClaims.DefaultChangeIsHitless, "group->domain was left where a refused nofail attach had it, and so a device goes back to a domain that is freed"),
            new(GroupClaims.NofailNeverWarns, "the fence refuses what must not fail with -EBUSY (before 5474e6e17a26)"),
            new(GroupClaims.MirrorAtRest, "group->domain is set though the nofail attach failed and the device is in the blocking domain"),
            new(GroupClaims.NoFreeWhileReferenced, "detach is refused by the fence, and its user frees the domain"),
            new(GroupClaims.AttachesADomain, "reset_done before there is a group->domain (before d769711fcddd)"),
            new(GroupClaims.OwnershipIsExclusive, "the fence refuses the switch to the default domain at release"),
            new(GroupClaims.NothingIsLeftBehind, "detach is refused by the fence and returns nothing, so group->domain stays the user's"),
            new(GroupClaims.NothingReachesBlocked, "the release of a device whose default domain could not be set up does not look at blocked"),
            new(GroupClaims.ResetRestores, "attach_dev of a domain that the device was never attached to fails in reset_done"),
            new(GroupClaims.ResetIsNotRefused, "group->resetting_domain fences other resets off"),
        ],
        "6.12" =>
        [
            new(GroupClaims.NofailNeverWarns, "a device that joined an owned group was never attached to the default domain, and its attach_dev may fail"),
            new(GroupClaims.MirrorAtRest, "group->domain is set though the nofail attach failed and the device is in the blocking domain"),
            new(GroupClaims.OwnershipIsExclusive, "a driver binds before the default domain is set up (before b46064a18810)"),
            new(GroupClaims.NewcomersHavePasids, "the probe of a device attaches no PASIDs"),
        ],
        "6.12-mixed" =>
        [
            new(GroupClaims.NofailNeverWarns, "a device that joined an owned group was never attached to the default domain, and its attach_dev may fail"),
            new(GroupClaims.MirrorAtRest, "group->domain is set though the nofail attach failed and the device is in the blocking domain"),
            new(GroupClaims.OwnershipIsExclusive, "a driver binds before the default domain is set up (before b46064a18810)"),
            new(GroupClaims.NewcomersHavePasids, "the probe of a device attaches no PASIDs"),
            new(GroupClaims.PasidlessIsNoObstacle, "a device without PASIDs is validated, too"),
        ],
        "6.12-kdump" =>
        [
            new(GroupClaims.OldNewOrFault, "iommu_deferred_attach without the mutex attaches a default domain that was left meanwhile"),
            new(GroupClaims.NofailNeverWarns, "a device that joined an owned group was never attached to the default domain, and its attach_dev may fail"),
            new(GroupClaims.MirrorAtRest, "group->domain is set though the nofail attach failed and the device is in the blocking domain"),
            new(GroupClaims.NoFreeWhileReferenced, "iommu_deferred_attach without the mutex attaches a default domain that is freed"),
            new(GroupClaims.FirstFailureIsSafe, "iommu_deferred_attach without the mutex attaches a default domain that is freed"),
            new(GroupClaims.OwnershipIsExclusive, "a driver binds before the default domain is set up (before b46064a18810)"),
            new(GroupClaims.ReleaseLeavesNothing, "iommu_deferred_attach without the mutex attaches a device that is released"),
        ],
        "6.12-requests" =>
        [
            new(GroupClaims.OwnershipIsExclusive, "a driver binds before the default domain is set up (before b46064a18810)"),
            new(GroupClaims.NewcomersHavePasids, "the probe of a device attaches no PASIDs"),
            new(GroupClaims.HandleOutlivesReaders, "a failed or replaced handle is still looked up after hardware has left it"),
            new(GroupClaims.RequestMeetsHandleInAttach, "a replace stores the handle after hardware has the new domain"),
        ],
        "6.8-undo-on-all" =>
        [
            new(GroupClaims.NofailNeverWarns, "a device that joined an owned group was never attached to the default domain, and its attach_dev may fail"),
            new(GroupClaims.MirrorAtRest, "group->domain is set though the nofail attach failed and the device is in the blocking domain"),
            new(GroupClaims.OwnershipIsExclusive, "a driver binds before the default domain is set up (before b46064a18810)"),
            new(GroupClaims.NewcomersHavePasids, "the probe of a device attaches no PASIDs"),
            new(GroupClaims.OnlyWhatWasSetIsRemoved, "the undo is called for devices that do not have it"),
        ],
        "6.5-direct" =>
        [
            new(GroupClaims.NofailNeverWarns, "a device that joined an owned group was never attached to the default domain, and its attach_dev may fail"),
            new(GroupClaims.MirrorAtRest, "group->domain is set though the nofail attach failed and the device is in the blocking domain"),
            new(GroupClaims.DirectNeverBlocked, "the blocking domain is not refused before 6.6"),
            new(GroupClaims.DirectAlwaysTranslated, "the blocking domain is not refused before 6.6"),
            new(GroupClaims.OwnershipIsExclusive, "a driver binds before the default domain is set up (before b46064a18810)"),
        ],
        "6.3" =>
        [
            new(GroupClaims.FailureRestoresDomain, "a change of the default domain restores pointers only"),
            new(GroupClaims.OldNewOrFault, "a new device is in the default domain whatever the group uses"),
            new(GroupClaims.MirrorAtRest, "a new device goes to the default domain whatever the group uses"),
            new(GroupClaims.NoFreeWhileReferenced, "the device that was switched is not switched back"),
            new(GroupClaims.OwnershipIsExclusive, "a driver binds before the default domain is set up (before b46064a18810)"),
        ],
        "5.18" =>
        [
            new(GroupClaims.FailureRestoresDomain, "a new device is in the default domain whatever the group uses, and nothing goes back"),
            new(GroupClaims.OldNewOrFault, "a new device is in the default domain whatever the group uses"),
            new(GroupClaims.MirrorAtRest, "a new device goes to the default domain whatever the group uses"),
            new(GroupClaims.NoFreeWhileReferenced, "the device that was switched is not switched back"),
            new(GroupClaims.OwnershipIsExclusive, "a driver binds before the default domain is set up (before b46064a18810)"),
        ],
        "5.18-direct" =>
        [
            new(GroupClaims.FailureRestoresDomain, "a new device is in the default domain whatever the group uses, and nothing goes back"),
            new(GroupClaims.OldNewOrFault, "a new device is in the default domain whatever the group uses"),
            new(GroupClaims.MirrorAtRest, "a new device goes to the default domain whatever the group uses"),
            new(GroupClaims.NoFreeWhileReferenced, "the device that was switched is not switched back"),
            new(GroupClaims.DirectNeverBlocked, "the blocking domain is not refused before 6.6"),
            new(GroupClaims.DirectAlwaysTranslated, "direct regions are mapped after the attach"),
            new(GroupClaims.DirectSurvivesDefaultChange, "direct regions are mapped after the attach"),
            new(GroupClaims.OwnershipIsExclusive, "a driver binds before the default domain is set up (before b46064a18810)"),
        ],
        "dirty-failure" =>
        [
            new(GroupClaims.DefaultChangeIsHitless, "the attach that fails leaves a faulting entry"),
            new(GroupClaims.NofailNeverWarns, "a device that joined an owned group was never attached to the default domain, and its attach_dev may fail"),
            new(GroupClaims.MirrorAtRest, "group->domain is set though the nofail attach failed and the device is in the blocking domain"),
        ],
        "revert-stops-before" =>
        [
            new(GroupClaims.FailureRestoresDomain, "the device that failed is not attached again"),
            new(GroupClaims.DefaultChangeIsHitless, "the attach that fails leaves a faulting entry"),
            new(GroupClaims.NofailNeverWarns, "a device that joined an owned group was never attached to the default domain, and its attach_dev may fail"),
            new(GroupClaims.MirrorAtRest, "the device that failed is not attached again"),
        ],
        "erase-first" =>
        [
            new(GroupClaims.HandleOutlivesReaders, "a replace stores the new handle after hardware has the new domain and requests were drained: a later request still gets the old handle"),
            new(GroupClaims.RequestMeetsHandleInAttach, "hardware has the domain before pasid_array has the handle"),
            new(GroupClaims.RequestMeetsHandle, "the entry is erased while hardware still has the domain"),
        ],
        "claim-ignores-pasids" =>
        [
            new(GroupClaims.NofailNeverWarns, "a device that joined an owned group was never attached to the default domain, and its attach_dev may fail"),
            new(GroupClaims.MirrorAtRest, "group->domain is set though the nofail attach failed and the device is in the blocking domain"),
            new(GroupClaims.NewcomersHavePasids, "the probe of a device attaches no PASIDs"),
            new(GroupClaims.ClaimsSeeNoPasids, "pasid_array is not looked at"),
        ],
        "reset-restores-old" =>
        [
            new(GroupClaims.FailureRestoresDomain, "after a nofail attach failed, hardware is in the blocking domain while group->domain is not: the next refusal finds it so"),
            new(GroupClaims.OldNewOrFault, "an earlier reset_done has left the device in the domain of reset_prepare"),
            new(GroupClaims.NofailNeverWarns, "a device that joined an owned group was never attached to the default domain, and its attach_dev may fail"),
            new(GroupClaims.MirrorAtRest, "the device is in the domain of reset_prepare"),
            new(GroupClaims.NoFreeWhileReferenced, "the domain of reset_prepare may be freed by then"),
            new(GroupClaims.NothingReachesBlocked, "the release of a device whose default domain could not be set up does not look at blocked"),
            new(GroupClaims.ResetRestores, "the domain of reset_prepare is attached"),
        ],
        "first-done-unblocks" =>
        [
            new(GroupClaims.NofailNeverWarns, "a device that joined an owned group was never attached to the default domain, and its attach_dev may fail"),
            new(GroupClaims.MirrorAtRest, "group->domain is set though the nofail attach failed and the device is in the blocking domain"),
            new(GroupClaims.NothingReachesBlocked, "the release of a device whose default domain could not be set up does not look at blocked"),
            new(GroupClaims.ResetRestores, "attach_dev of a domain that the device was never attached to fails in reset_done"),
            new(GroupClaims.OutermostUnblocks, "reset_depth is not looked at"),
        ],
        "recovery-unchecked" =>
        [
            new(GroupClaims.FailureRestoresDomain, "after a nofail attach failed, hardware is in the blocking domain while group->domain is not: the next refusal finds it so"),
            new(GroupClaims.NofailNeverWarns, "a device that joined an owned group was never attached to the default domain, and its attach_dev may fail"),
            new(GroupClaims.MirrorAtRest, "group->domain is set though the nofail attach failed and the device is in the blocking domain"),
            new(GroupClaims.NoFreeWhileReferenced, "a PASID is set in the reset of a device, and detach skips it"),
            new(GroupClaims.PasidMirrorAtRest, "PASIDs are set in the reset of a device"),
            new(GroupClaims.PasidFailureIsUndone, "a replace is undone on a device that is blocked"),
            new(GroupClaims.ResetParksDevice, "a PASID is attached to the blocked device"),
            new(GroupClaims.NothingReachesBlocked, "recovery_cnt is not looked at"),
            new(GroupClaims.ResetRestores, "attach_dev of a domain that the device was never attached to fails in reset_done"),
        ],
        "default-freed-first" =>
        [
            new(GroupClaims.NofailNeverWarns, "a device that joined an owned group was never attached to the default domain, and its attach_dev may fail"),
            new(GroupClaims.MirrorAtRest, "group->domain is set though the nofail attach failed and the device is in the blocking domain"),
            new(GroupClaims.NoFreeWhileReferenced, "the group is still in it"),
        ],
        "first-default-freed" =>
        [
            new(GroupClaims.NofailNeverWarns, "a device that joined an owned group was never attached to the default domain, and its attach_dev may fail"),
            new(GroupClaims.MirrorAtRest, "group->domain is set though the nofail attach failed and the device is in the blocking domain"),
            new(GroupClaims.NoFreeWhileReferenced, "devices are still attached to it"),
            new(GroupClaims.FirstFailureIsSafe, "the first default domain is freed while devices are attached"),
        ],
        "ops-unchecked" =>
        [
            new(GroupClaims.OwnDriversDomainsOnly, "the owner of the domain is not compared"),
        ],
        "through-fault" =>
        [
            new(GroupClaims.DefaultChangeIsHitless, "the driver goes through an entry that is not valid"),
            new(GroupClaims.NofailNeverWarns, "a device that joined an owned group was never attached to the default domain, and its attach_dev may fail"),
            new(GroupClaims.MirrorAtRest, "group->domain is set though the nofail attach failed and the device is in the blocking domain"),
        ],
        "through-bypass" =>
        [
            new(GroupClaims.OldNewOrFault, "the entry lets everything pass in between"),
            new(GroupClaims.NeverIdentityUnasked, "the entry lets everything pass in between"),
            new(GroupClaims.NofailNeverWarns, "a device that joined an owned group was never attached to the default domain, and its attach_dev may fail"),
            new(GroupClaims.MirrorAtRest, "group->domain is set though the nofail attach failed and the device is in the blocking domain"),
        ],
        "pasids-dropped" =>
        [
            new(GroupClaims.PasidMirrorAtRest, "attach_dev takes them away"),
            new(GroupClaims.PasidFailureIsUndone, "an attach of the RID has taken the old domain of the PASID away"),
            new(GroupClaims.RidChangeKeepsPasids, "attach_dev takes PASIDs away"),
        ],
        "no-release" =>
        [
            new(GroupClaims.NoFreeWhileReferenced, "release_device clears nothing"),
            new(GroupClaims.FirstFailureIsSafe, "release_device clears nothing"),
            new(GroupClaims.ReleaseLeavesNothing, "release_device clears nothing"),
        ],
        "fault-path-locks" =>
        [
            new(GroupClaims.EveryCallReturns, "the drain waits for a fault path that waits for the mutex"),
        ],
        _ => [],
    };
}
