// The system iommu-core: a group of devices, and the IOMMU core's attach, replace and detach, in its versions.

using Verify.Engine;
using Verify.Model.IommuCore;
using static Verify.Properties.IommuCore.GroupClaims;
using static Verify.Properties.IommuCore.GroupVersions;

namespace Verify.Properties.IommuCore;

/// <summary>The variants of iommu-core.</summary>
public static class GroupCatalogue
{
    /// <summary>Name of the system.</summary>
    public const string Name = "iommu-core";

    private static readonly IReadOnlyList<GroupMachine> _small =
    [
        new("two devices", [0, 0], 1, HasResets: true),
        new("page requests", [0], 1, HasRequests: true, HasResets: true),
        new("two with page requests", [0, 0], 0, HasRequests: true, HasResets: true),
        new("two CPUs", [0], 0, Cpus: 2),
        new("one without PASIDs", [0, Kind.NoPasids], 1),
        new("one with RESV_DIRECT", [0, Kind.Direct], 0),
        new("kdump", [Kind.Inherited], 0, HasResets: true),
        new("RESV_DIRECT", [Kind.Direct], 0, HasResets: true),
    ];

    private static readonly Why[] _handles =
    [
        new(RequestMeetsHandleInAttach, "between hardware and pasid_array a replaced handle is the old one, or the new one is not seen yet"),
        new(ReplacedHandleOutlivesReaders, "a page request of the new domain gets the old handle before the new one is stored"),
    ];

    private static readonly Why _resetBlocks = new(DirectAlwaysTranslated, "a reset blocks the device, whatever it has");

    private static readonly Why[] _now = [.. _handles, _resetBlocks];

    private static readonly Why _releaseBlocks = new(DirectNeverBlocked, "the release domain is BLOCKED");

    private static readonly Why[] _v612 = [.. _handles, _releaseBlocks];

    private static readonly Why[] _oldDriver =
    [
        new(DefaultChangeIsHitless, "the driver detaches, then attaches"),
        new(DirectAlwaysTranslated, "the driver detaches, then attaches"),
        new(DirectSurvivesDefaultChange, "the driver detaches, then attaches"),
        new(DirectNeverBlocked, "nothing keeps the device from the blocking domain"),
        new(OwnershipIsExclusive, "a driver binds before there is a default domain"),
    ];

    private static readonly Why[] _oldPasids =
    [
        new(OnlyWhatWasSetIsRemoved, "all devices are told"),
        new(PasidlessIsNoObstacle, "its max_pasids is compared"),
    ];

    private static readonly Why[] _noUnwind =
    [
        new(FailureRestoresDomain, "devices before the one that failed stay in the new domain"),
        new(MirrorAtRest, "devices before the one that failed stay in the new domain"),
        new(NoFreeWhileReferenced, "the new domain is freed under devices that stay in it"),
    ];

    private static readonly Why[] _stuckRequests =
    [
        new(HandleOutlivesReaders, "a device that stays in a domain asks for pages of it, and nobody drains that"),
        new(RequestMeetsHandle, "a device that stays in a domain asks for pages of it, and its handle is gone"),
    ];

    private static readonly Why _directInFreed = new(DirectAlwaysTranslated, "a device stays in a DMA domain that is freed");

    private static readonly Why _earlyPasids = new(NewcomersHavePasids, "a driver has attached PASIDs before all devices of the group are found");

    private static readonly Why[] _noDetachInReset = [new(NothingReachesBlocked, "detach removes the PASID from a device that is being reset")];

    private static readonly Why[] _nofailIsRefused =
    [
        new(NofailNeverWarns, "a reset refuses detach and release as well"),
        new(NoFreeWhileReferenced, "group->domain stays what its user frees"),
        new(NothingIsLeftBehind, "group->domain stays what its user has detached"),
        new(OwnershipIsExclusive, "the group stays in its blocking domain after its owner has gone"),
        new(MirrorAtRest, "reset_done attaches a domain that its user has freed, which may fail"),
        new(ResetRestores, "reset_done attaches a domain that its user has freed, which may fail"),
        new(FailureRestoresDomain, "the revert attaches a domain that its user has freed, which may fail"),
        new(DefaultChangeIsHitless, "the group is still in the blocking domain of a claim that is over, and reverts to it"),
        new(RequestMeetsHandle, "reset_done attaches what was detached: the handle is gone"),
        new(HandleOutlivesReaders, "detach is refused, so that nothing is drained, and the handle goes all the same"),
    ];

    private static readonly Why[] _reattachFails =
    [
        new(NofailNeverWarns, "only static domains never fail, and the default domain may be DMA"),
        new(FailureRestoresDomain, "the revert fails"),
        new(MirrorAtRest, "what must not fail fails"),
        new(ResetRestores, "the attach at the end of the reset fails"),
        new(PasidFailureIsUndone, "the old domain cannot be set again"),
        new(PasidMirrorAtRest, "the old domain cannot be set again"),
    ];

    private static readonly Why[] _deferredTaken =
    [
        new(NofailNeverWarns, "release, or reset_done, is the first attach to the default domain"),
        new(MirrorAtRest, "release, or reset_done, is the first attach to the default domain"),
        new(ResetRestores, "reset_done is the first attach to the default domain"),
    ];

    private static readonly Why _fallbackBlocks = new(DirectNeverBlocked, "the fallback of MUST_SUCCEED does not look at require_direct");

    private static readonly Why[] _earlyReset =
    [
        .. Why.Each("the first attach comes with reset_done, which cannot fail", NofailNeverWarns, MirrorAtRest, ResetRestores),
        new(NothingReachesBlocked, "bus_iommu_probe fails, and releases it"), _fallbackBlocks,
    ];

    private static readonly Why[] _newcomers =
    [
        new(NewcomersHavePasids, "probe does not look at pasid_array"),
        new(NofailNeverWarns, "the new device was never in the default domain, or must not be blocked"),
        new(MirrorAtRest, "what must not fail fails for the new device"),
        new(NoFreeWhileReferenced, "a new device that must not be blocked stays in the domain that is detached"),
        new(DirectAlwaysTranslated, "the new device is in a user's domain"),
    ];

    private static readonly Why[] _newcomersNow =
    [
        .. _handles, .. _newcomers, _fallbackBlocks, new(ResetRestores, "reset_done is the new device's first attach to the default domain"),
    ];

    /// <summary>The system.</summary>
    public static SystemEntry System { get; } = new(
        Name,
        "the IOMMU core's attach, replace and detach of a group's RIDs and PASIDs: owners, default domains, resets and page requests, while drivers fail where they may",
        ["small", "medium", "large"],
        [.. GroupProperties.Of(Model(V71 with { JoinsInUse = true }, "small")).Select(property => property.Claim)],
        [
            .. Versions(), .. Bugs(), .. Drivers(), PlainDriver(), .. Users(), .. Resets(), .. Mistakes(),
        ])
    {
        Opens = scope => _small.Any(machine => machine.Name == scope),
        ScopeProblem = _ => $"its state has room for {GroupCore.MostDevices} devices and {GroupCore.MostSlots - 1} PASIDs; each machine of small is a scope, too: {string.Join(", ", _small.Select(machine => $"'{machine.Name}'"))}",
    };

    private static IEnumerable<VariantEntry> Versions() =>
    [
        Variant("5.19", "ownership, and no unwind", V519, [.. _oldDriver, .. _noUnwind]),
        Variant("6.4", "iommu_attach_group is unwound (2cc73c5712f9), claims and default domains are not", V64, [.. _oldDriver, .. _noUnwind, .. _oldPasids, _earlyPasids]),
        Variant("6.5", "everything is unwound, direct regions are mapped first", V65, [.. _oldDriver, .. _oldPasids, _earlyPasids]),
        Variant("6.12", "6.12.117: handles, drivers with static domains", V612, _v612),
        Variant("6.15", "PASIDs are seen after hardware has them (5e9f822c9c68), and can be replaced", V615, _v612),
        Variant("7.0", "reset windows as introduced (c279e83953d9)", V70,
            [
                .. _v612, _resetBlocks,
                new(ResetIsNotRefused, "there is one window for the group, and no depth"),
                new(ResetLeavesSiblingsAlone, "reset_done sets PASIDs on the whole group"),
                .. _noDetachInReset, .. _nofailIsRefused,
            ]),
        Variant("7.1", "reset windows with all fixes", V71, _now),
    ];

    // Bugs of reference attach.md, section 3, each in 6.12 where it is not there any more.
    private static IEnumerable<VariantEntry> Bugs() =>
    [
        Variant("6.12-probe-ignores-errors", "bug 6, before 5.9.15: errors of the attach of a new device are ignored", V612 with { ProbeIgnoresErrors = true },
            [
                .. _v612, new(MirrorAtRest, "the device is in the group, and not attached"), new(DirectAlwaysTranslated, "the device is in the group, and not attached"),
                new(NofailNeverWarns, "the revert attaches the device to a domain in which it never was"),
            ]),
        Variant("6.12-amd", "AMD's driver attaches a second IDENTITY domain before PASIDs are used", V612 with { Driver = new() { SecondIdentity = true } }, _v612),
        Variant("6.12-amd-compares-pointers", "bug 13, before 5.19.11: it is taken for a foreign domain", V612 with { Driver = new() { SecondIdentity = true }, ComparesPointers = true },
            [.. _v612, new(BindIsNotRefused, "domains are compared, and not their types")]),
        Variant("6.12-attach-unwound-only", "bug 15 is fixed (6.1.20), bug 17 is not", V612 with { Unwind = Unwind.AttachGroupOnly }, [.. _v612, .. _noUnwind, _directInFreed]),
        Variant("6.12-no-unwind", "bugs 15 and 17, before 6.5", V612 with { Unwind = Unwind.None }, [.. _v612, .. _noUnwind, _directInFreed, .. _stuckRequests]),
        Variant("6.12-default-by-pointer", "bug 16, before 6.5: a change of the default domain that fails restores pointers", V612 with { DefaultByPointer = true }, [.. _v612, .. _noUnwind, _directInFreed]),
        Variant("6.12-maps-after-attach", "bug 17, before 6.5: direct regions are mapped after the attach", V612 with { MapsBeforeAttach = false },
            [
                .. _v612, new(DirectSurvivesDefaultChange, "the new domain has no mapping when it is attached"),
                new(DirectAlwaysTranslated, "the new domain has no mapping when it is attached"),
            ]),
        Variant("6.12-probe-attaches-default", "bug 17, before 6.5: a new device goes to the default domain, whatever its group uses", V612 with { ProbeAttachesDefault = true, JoinsInUse = true },
            [.. _v612, .. _newcomers, new(FailureRestoresDomain, "the revert does not bring back a device that must not be blocked")]),
        Variant("6.12-direct-blocked", "bug 18, before 6.6: a device with direct regions can be blocked", V612 with { DirectRefusesBlocking = false },
            [.. _v612, new(DirectAlwaysTranslated, "a claim blocks it")]),
        Variant("6.12-undo-all", "bug 19, before 6.10: a PASID is removed from devices that never had it", V612 with { UndoesPasidOnAll = true },
            [.. _v612, new(OnlyWhatWasSetIsRemoved, "all devices are told")]),
        Variant("6.12-early-driver", "bug 30, before 6.12.27: a driver binds before there is a default domain", V612 with { DefersDrivers = false },
            [.. _v612, new(OwnershipIsExclusive, "there is no default domain"), _earlyPasids]),
        Variant("6.12-pasidless-refused", "bug 36, before 6.12.94: a device without PASIDs makes the attach of one fail", V612 with { RefusesPasidless = true },
            [.. _v612, new(PasidlessIsNoObstacle, "its max_pasids is compared")]),
        Variant("7.1-replace-v1", "replace_device_pasid as first posted: the new handle is stored first", V71 with { ReplaceStoresFirst = true },
            [.. _now, new(HandleOutlivesReaders, "a page request of the old domain gets the new handle, and the replace fails")]),
    ];

    // What drivers promise, and do not always keep.
    private static IEnumerable<VariantEntry> Drivers() =>
    [
        Variant("7.1-empty-blocking", "the driver has no static BLOCKED domain", V71 with { Driver = new() { StaticBlocked = false } }, _now),
        Variant("7.1-break-before-make", "attach_dev makes the entry invalid first, as VT-d does", V71 with { Driver = new() { Style = AttachStyle.ThroughFault } },
            [.. _now, new(DefaultChangeIsHitless, "the entry is invalid for a moment"), new(DirectSurvivesDefaultChange, "the entry is invalid for a moment")]),
        Variant("7.1-through-bypass", "attach_dev goes through bypass, as arm-smmu-v3 did before 6.9 with disable_bypass=n", V71 with { Driver = new() { Style = AttachStyle.ThroughBypass } },
            [.. _now, new(OldNewOrFault, "the entry passes everything for a moment"), new(NeverIdentityUnasked, "the entry passes everything for a moment")]),
        Variant("7.1-maps-late", "mappings can be made after attach only, as in arm-smmu-v3 before domain_alloc_paging", V71 with { Driver = new() { MapsBeforeAttach = false } },
            [.. _now, new(DirectSurvivesDefaultChange, "direct regions are mapped when the device is in the new domain")]),
        Variant("7.1-map-fails", "iommu_map runs out of memory", V71 with { Driver = new() { MapNeverFails = false } },
            [.. _now, new(DirectSurvivesDefaultChange, "the attach goes on without the mapping")]),
        Variant("7.1-attach-allocates", "attach_dev can fail for a domain that the device had before", V71 with { Driver = new() { ReattachNeverFails = false } },
            [.. _now, .. _reattachFails, _fallbackBlocks]),
        Variant("7.1-no-fallback", "the same, and the blocking domain is not attached then", V71 with { Driver = new() { ReattachNeverFails = false }, FallsBackToBlocking = false },
            [.. _now, .. _reattachFails, new(NoFreeWhileReferenced, "the device stays in the domain that is freed"), _stuckRequests[1]]),
        Variant("7.1-failure-detaches", "a callback that fails leaves an entry that faults", V71 with { Driver = new() { FailureKeepsHardware = false } },
            [
                .. _now, new(PasidFailureIsUndone, "the device that failed has lost the old domain"), new(PasidMirrorAtRest, "the device that failed has lost the old domain"),
                new(DefaultChangeIsHitless, "the device that failed faults until it is reverted"), new(DirectSurvivesDefaultChange, "the device that failed faults until it is reverted"),
            ]),
        Variant("7.1-revert-before-failed", "the same, and revert stops before the device that failed", V71 with { Driver = new() { FailureKeepsHardware = false }, Unwind = Unwind.BeforeFailed },
            [
                .. _now, new(PasidFailureIsUndone, "the device that failed has lost the old domain"), new(PasidMirrorAtRest, "the device that failed has lost the old domain"),
                new(DefaultChangeIsHitless, "the device that failed faults"), new(DirectSurvivesDefaultChange, "the device that failed faults"),
                new(FailureRestoresDomain, "the device that failed faults"), new(MirrorAtRest, "the device that failed faults"),
            ]),
        Variant("7.1-rid-drops-pasids", "attaching the RID loses the PASIDs", V71 with { Driver = new() { KeepsPasids = false } },
            [.. _now, new(RidChangeKeepsPasids, "they are in a table of the RID's entry"), new(PasidMirrorAtRest, "nobody sets them again")]),
        Variant("7.1-no-drain", "the driver does not wait for page requests", V71 with { Driver = new() { DrainsPrq = false } },
            [.. _now, new(HandleOutlivesReaders, "detach returns under it"), new(RequestMeetsHandle, "detach has erased it")]),
        Variant("7.1-release-leaves", "release_device leaves PASIDs as they are", V71 with { Driver = new() { ReleaseClears = false } },
            [.. _now, new(ReleaseLeavesNothing, "nobody clears them"), new(NoFreeWhileReferenced, "nobody clears them"), new(PasidMirrorAtRest, "the device comes again, and has them"),
                new(ResetParksDevice, "the device comes again, and has them"), new(ResetRestores, "the device comes again, and has them"),
                new(RequestMeetsHandle, "the device comes again, and asks by what it has")],
            new GroupMachine("two with PASIDs and page requests", [0, 0], 1, HasRequests: true)),
    ];

    // A driver that can do less, which is what claims about what can be reached are to notice.
    private static VariantEntry PlainDriver() =>
        Variant("7.1-plain-driver", "no IDENTITY on PASIDs, no lack of memory for domains, and attach_dev fails for the group's first device or for none",
            V71 with { Driver = new() { FailsAtOnce = true, AllocNeverFails = true, StaticOnPasids = false } },
            [
                .. _now, new(EveryKindIsAttached, "IDENTITY is attached to no PASID"), new(EveryCallEndsEachWay, "nothing returns -ENOMEM"),
                new(EveryPathIsTaken, "attach_dev never fails on the second device"),
            ]);

    // Users, buses and devices that do what nothing forbids.
    private static IEnumerable<VariantEntry> Users() =>
    [
        Variant("6.12-newcomers", "devices join a group that is in use", V612 with { JoinsInUse = true }, [.. _v612, .. _newcomers]),
        Variant("7.1-newcomers", "devices join a group that is in use", V71 with { JoinsInUse = true }, _newcomersNow),
        Variant("7.1-newcomers-empty-blocking", "the same, and the driver has no static BLOCKED domain", V71 with { JoinsInUse = true, Driver = new() { StaticBlocked = false } }, [.. _newcomersNow, .. _stuckRequests, new(ResetParksDevice, "reset_prepare finds group->domain blocking, and does not attach it: but the new device is still in what was detached")]),
        Variant("7.1-unclaimed", "a driver attaches a domain of its own without a claim, as display drivers do", V71 with { UnclaimedUsers = true },
            [.. _now, new(OwnershipIsExclusive, "the group's other drivers lose the DMA API")]),
        Variant("7.1-early-claim", "groups are claimed before they have a default domain", V71 with { ClaimsEarly = true },
            [
                .. _handles, .. Why.Each("bus_iommu_probe attaches the default domain under an owner", OwnershipIsExclusive, NothingIsLeftBehind, UsersKeepTheirDomains),
                .. Why.Each("devices are found when the group is in its owner's domain already", NofailNeverWarns, MirrorAtRest, NoFreeWhileReferenced, FirstFailureIsSafe, NewcomersHavePasids, DirectAlwaysTranslated, DirectNeverBlocked),
                .. Why.Each("bus_iommu_probe fails, and takes the group apart under its owner", HandleOutlivesReaders, RequestMeetsHandle),
            ]),
        Variant("6.12-hostile", "devices ask for pages of any PASID", V612 with { HostileDevices = true },
            [.. _v612, new(HandleOutlivesReaders, "the handle is seen before the attach fails")]),
        Variant("7.1-hostile", "devices ask for pages of any PASID", V71 with { HostileDevices = true },
            [.. _now, new(HandleOutlivesReaders, "the handle is seen between remove_dev_pasid and xa_erase")]),
    ];

    // Reset windows, one fix missing each.
    private static IEnumerable<VariantEntry> Resets() =>
    [
        Variant("7.1-nofail-refused", "without 5474e6e17a26: a reset refuses detach and release as well", V71 with { MustPassesFence = false }, [.. _now, .. _nofailIsRefused]),
        Variant("7.1-detach-in-reset", "without fc3523b16d2b: detach reaches a device that is being reset", V71 with { DetachSkipsBlocked = false }, [.. _now, .. _noDetachInReset]),
        Variant("7.1-early-reset", "devices are reset before their group has a default domain", V71 with { ResetsEarly = true }, [.. _now, .. _earlyReset]),
        Variant("7.1-null-domain", "the same without d769711fcddd: reset_done does not look whether there is a domain", V71 with { ResetsEarly = true, DoneChecksDomain = false },
            [.. _now, .. _earlyReset, new(AttachesADomain, "there is none yet")]),
        Variant("7.1-deferred-taken", "after kdump, a device is claimed or reset whose driver has mapped nothing yet", V71 with { TakesDeferred = true },
            [.. _now, .. _deferredTaken]),
        Variant("7.1-deferred-unlocked", "iommu_deferred_attach without the mutex, as before 7.0", V71 with { DeferredAttachLocks = false, TakesDeferred = true },
            [.. _now, .. _deferredTaken, new(ResetParksDevice, "it attaches a device that is being reset"), new(NothingReachesBlocked, "it attaches a device that is being reset")]),
        Variant("7.1-done-restores-old", "mistake: reset_done goes back to what reset_prepare found", V71 with { DoneRestoresOld = true },
            [
                .. _now, new(ResetRestores, "the domain was detached meanwhile"), new(MirrorAtRest, "the domain was detached meanwhile"),
                new(NoFreeWhileReferenced, "the domain was detached and freed meanwhile"), new(OldNewOrFault, "the domain was detached and freed meanwhile"),
                new(NofailNeverWarns, "the domain was detached and freed meanwhile"),
            ]),
        Variant("7.1-domain-not-fenced", "mistake: the group's domain is changed while a device is being reset", V71 with { FencesDomain = false },
            [
                .. _now, .. Why.Each("reset_done is the device's first attach to the domain, and cannot fail", NofailNeverWarns, MirrorAtRest, ResetRestores, FailureRestoresDomain),
                .. Why.Each("a revert attaches the device that is being reset", ResetParksDevice, NothingReachesBlocked),
                .. _stuckRequests, new(NoFreeWhileReferenced, "a device that must not be blocked is claimed while it is being reset"), new(DirectNeverBlocked, "a device that must not be blocked is claimed while it is being reset"),
            ]),
        Variant("7.1-pasids-not-fenced", "mistake: PASIDs are attached while a device is being reset", V71 with { FencesPasids = false },
            [
                .. _now, .. Why.Each("set_dev_pasid is called for a device that is being reset", ResetParksDevice, NothingReachesBlocked, PasidFailureIsUndone),
                .. Why.Each("detach leaves the PASID to reset_prepare, which came before it", NoFreeWhileReferenced, PasidMirrorAtRest, HandleOutlivesReaders, RequestMeetsHandle, ResetRestores),
            ]),
        Variant("7.1-first-done-unblocks", "mistake: the first reset_done unblocks", V71 with { FirstDoneUnblocks = true }, [.. _now, new(OutermostUnblocks, "reset_depth is not looked at")]),
    ];

    private static IEnumerable<VariantEntry> Mistakes() =>
    [
        Variant("7.1-revert-no-op", "mistake: revert sets group->domain, which has not changed", V71 with { Unwind = Unwind.NoOp }, [.. _now, .. _noUnwind, _stuckRequests[1], new(ResetRestores, "reset_done attaches what was never good"), new(ResetParksDevice, "reset_prepare finds group->domain blocking, and does not attach it")]),
        Variant("7.1-erases-first", "mistake: detach erases the entry of pasid_array, then tells the driver", V71 with { DetachErasesFirst = true },
            [.. _now, new(RequestMeetsHandle, "the entry is gone while hardware still translates")]),
        Variant("7.1-claim-ignores-pasids", "mistake: claims and drivers do not look at pasid_array", V71 with { ChecksPasidArray = false },
            [.. _now, new(ClaimsSeeNoPasids, "nobody looks")]),
        Variant("7.1-default-freed-first", "mistake: the old default domain is freed before the group leaves it", V71 with { FreesDefaultFirst = true },
            [.. _now, new(NoFreeWhileReferenced, "the group is still in it")]),
        Variant("7.1-first-default-freed", "mistake: a first default domain that cannot be attached to all is freed at once", V71 with { FreesFirstDefault = true },
            [.. _now, new(NoFreeWhileReferenced, "the first device is in it"), new(FirstFailureIsSafe, "the first device is in it")]),
        Variant("7.1-foreign-domains", "mistake: a domain's driver is not compared with the device's", V71 with { ChecksOps = false }, [.. _now, new(OwnDriversDomainsOnly, "nobody looks")]),
        Variant("7.1-deferred-ignored", "mistake: attach_deferred is not looked at", V71 with { ChecksDeferred = false }, [.. _now, new(DeferredIsUntouched, "the default domain is attached at once")]),
        Variant("7.1-fault-path-locks", "mistake: attach_handle_get takes group->mutex", V71 with { FaultPathLocks = true },
            [_resetBlocks, new(EveryCallReturns, "the driver waits for the fault path, and that for the mutex")]),
    ];

    // Some variants show something on a machine that would be too large for all.
    private static VariantEntry Variant(string name, string summary, CoreRules rules, Why[] violated, params GroupMachine[] also) => new(
        name,
        summary,
        scope =>
        {
            GroupModel model = Model(rules, scope, also);
            return new Subject<GroupModel, GroupState>(Name, name, scope, model, GroupProperties.Of(model), (_, _, _) => []);
        },
        Why.Map(violated));

    private static GroupModel Model(CoreRules rules, string scope, params GroupMachine[] also) => new(rules, scope switch
    {
        "small" => [.. _small, .. also],
        "medium" => [new("two of all", [0, 0], 1, HasRequests: true, HasResets: true, Cpus: 2), .. _small],
        "large" => [new("three devices", [0, 0, Kind.Direct], 1, HasResets: true), new("two PASIDs", [0, 0], 2, HasRequests: true)],
        _ => [_small.Single(machine => machine.Name == scope)],
    });
}
