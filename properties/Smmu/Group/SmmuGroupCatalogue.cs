// The system smmu-group: the IOMMU core's operations on a group of devices behind an SMMUv3, with the driver's own callbacks.

using Verify.Engine;
using Verify.Model.IommuCore;
using Verify.Properties.IommuCore;
using Verify.Properties.Smmu.Attach;
using Verify.Smmu.Attach;
using Verify.Smmu.Group;
using static Verify.Properties.IommuCore.GroupClaims;
using static Verify.Properties.Smmu.Group.SmmuGroupClaims;
using static Verify.Smmu.Attach.Stage;

namespace Verify.Properties.Smmu.Group;

/// <summary>The variants of smmu-group.</summary>
public static class SmmuGroupCatalogue
{
    /// <summary>Name of the system.</summary>
    public const string Name = "smmu-group";

    private static readonly DeviceKind Ats = new(Ats: true);
    private static readonly DeviceKind NoAts = new(Ats: false);

    private static readonly Op[] Vfio = [Op.ClaimGroup];

    private static readonly IReadOnlyList<SmmuGroupMachine> Small =
    [
        new(new("one device", [0], 0), [Ats], DomainKind.S1, DomainKind.S2) { Unmaps = false, Without = Vfio },
        new(new("unmap", [0], 0), [Ats], DomainKind.S1, DomainKind.None) { Without = [.. Vfio, Op.StoreType] },
        new(new("VFIO", [0], 0), [Ats with { TwoStreams = true }], DomainKind.S1, DomainKind.None) { Unmaps = false, Without = [Op.ClaimDevice] },
        new(new("two devices", [0, 0], 0), [Ats, NoAts], DomainKind.S1, DomainKind.None) { Unmaps = false, Without = Vfio },
        new(new("a PASID", [0], 1), [Ats], DomainKind.S1, DomainKind.S2) { Unmaps = false, Without = [.. Vfio, Op.StoreType] },
        new(new("RESV_DIRECT", [Kind.Direct], 0), [NoAts], DomainKind.S1, DomainKind.None),
        new(new("resets", [0], 1, HasResets: true), [Ats], DomainKind.S1, DomainKind.None) { Unmaps = false, Without = [.. Vfio, Op.StoreType] },
    ];

    // A callback that must not fail needs memory: for the entry of a list, or for an array (7.x).
    private static readonly Why[] NoMemory =
    [
        .. Why.Each("a revert attaches the old domain anew, and there is no memory for that: it falls back to BLOCKED", FailureRestoresDomain, MirrorAtRest, CoreAndDriverAgree),
        new(NofailNeverWarns, "attach_dev of a domain that the device had needs memory"),
        new(DirectAlwaysTranslated, "a claim is refused as RESV_DIRECT is not to be blocked, the revert has no memory, and falls back to BLOCKED"),
        new(AttachClaims.IdentityContinuity, "the device is BLOCKED, and attach_dev takes group->domain for what it has"),
        new(AttachClaims.AccountsAgree, "after the fallback the driver takes group->domain for the old domain of the next attach: of that one, which loses the device at once"),
        new(AttachClaims.AtcIsCovered, "the domain that is attached after the fallback has lost the device"),
    ];

    private static readonly Why[] NoMemoryInReset = [.. Why.Each("reset_done has no memory to attach the old domain", ResetRestores, PasidMirrorAtRest)];

    private static readonly Why FirstFails = new(OldIsWhatItHas, "a device is released after its first attach has failed, and group->domain is what others have");

    // 7.x has counts by tag in its arrays: whoever is not in one takes somebody else's.
    private static readonly Why[] FirstFailsInArray =
    [
        FirstFails,
        new(AttachClaims.AccountsAgree, "the device that was never attached takes its sibling out of the array"),
        new(AttachClaims.FreeTagsAreClean, "the tag is flushed while the sibling uses it, and nobody will do so again"),
    ];

    // Before 6.19 the driver asks iommu_get_domain_for_dev, which is group->domain also where the device is not there: when it is reverted, and when it joins.
    private static readonly Why[] AsksForOld =
    [
        FirstFails,
        new(AttachClaims.AccountsAgree, "a device that joins its group gets on the list of group->domain, and off again"),
        new(AttachClaims.AtcIsCovered, "a device that joins its group does ATS, and is on no list"),
        new(AttachClaims.NoFreedTable, "a device that is reverted stays on the list of the new domain, which is freed"),
    ];

    private static readonly Why UnmapRace = new(AttachClaims.UnmapReachesAll, "a walk passes over a master whose ats_enabled is set after PCI ATS is on (smmu-attach)");

    /// <summary>The system.</summary>
    public static SystemEntry System { get; } = new(
        Name,
        "the IOMMU core attaches, replaces and detaches domains of a group by the callbacks of the SMMUv3 driver, on the hardware",
        ["small"],
        [.. SmmuGroupProperties.Of(Model(Repaired, AttachCatalogue.Images70, "small")).Select(property => property.Claim)],
        [.. Versions(), .. Repairs(), .. Mistakes()])
    {
        Opens = scope => Small.Any(machine => machine.Core.Name == scope),
        ScopeProblem = _ => $"its state has room for {AttachState.MostDevices} devices and {AttachState.MostPasids} PASIDs; each machine of small is a scope, too: {string.Join(", ", Small.Select(machine => $"'{machine.Core.Name}'"))}",
    };

    private static IEnumerable<VariantEntry> Versions() =>
    [
        Variant("6.9", "6.9: the core asks nobody what the device has, the driver detaches first", new(V69, AttachVersions.V69), AttachCatalogue.Images69,
            Union([
                .. Why.Each("attach_dev of BLOCKED returns -EBUSY while PASIDs are attached, and detach must not fail", NofailNeverWarns, MirrorAtRest, CoreAndDriverAgree),
                .. Why.Each("the domain that could not be left is freed", NoFreeWhileReferenced, AttachClaims.AtRestAsAttached, AttachClaims.FormerLivesAreGone),
                new(DirectAlwaysTranslated, "a revert attaches the domain that the device has: CD 0 is cleared before it is written, with the STE on it"),
                new(OldIsWhatItHas, "a PASID that could not be set is removed all the same (bug 19)"),
                new(AttachClaims.NoFreedTable, "a device that is reverted stays on the list of the new domain, which is freed"),
                new(AttachClaims.AtsOrder, "release_device writes ABORT first"),
                new(AttachClaims.AccountsAgree, "an attach that fails leaves ats_enabled set"),
            ])),
        Variant("6.12", "core and driver of 6.12", new(GroupVersions.V612, AttachVersions.V611), AttachCatalogue.Images613, Union([.. AsksForOld, .. NoMemory, UnmapRace])),
        Variant("6.15", "core and driver of 6.15", new(GroupVersions.V615, AttachVersions.V613), AttachCatalogue.Images613, Union([.. AsksForOld, .. NoMemory, UnmapRace])),
        Variant("7.0", "core and driver of 7.0: the core says what the device leaves, resets have windows", new(GroupVersions.V70, AttachVersions.V70), AttachCatalogue.Images70,
            Union([
                .. FirstFailsInArray, .. NoMemory, .. NoMemoryInReset,
                .. Why.Each("a reset refuses detach, and the user frees what stays group->domain: reset_done attaches it again", NoFreeWhileReferenced, AttachClaims.AtRestAsAttached,
                    AttachClaims.NoFreedTable, AttachClaims.FormerLivesAreGone),
            ])),
        Variant("7.1", "the core of 7.1 with the driver of 7.0", new(GroupVersions.V71, AttachVersions.V70), AttachCatalogue.Images70, Union([.. FirstFailsInArray, .. NoMemory, .. NoMemoryInReset])),
    ];

    // One cause taken away each, to see what is left.
    private static IEnumerable<VariantEntry> Repairs() =>
    [
        Variant("6.12-passes-old", "6.12 where the core says what the device leaves, as since 6.19", new(GroupVersions.V612 with { PassesOld = true }, AttachVersions.V611), AttachCatalogue.Images613,
            Union([FirstFails, .. NoMemory, UnmapRace])),
        Variant("6.12-reserve", "6.12 where the driver has memory in reserve for what must not fail", new(GroupVersions.V612, AttachVersions.V611) { KeepsReserve = true }, AttachCatalogue.Images613,
            Union([.. AsksForOld, UnmapRace])),
        Variant("7.1-reserve", "7.1 where the driver has memory in reserve for what must not fail", new(GroupVersions.V71, AttachVersions.V70) { KeepsReserve = true }, AttachCatalogue.Images70,
            FirstFailsInArray),
        Variant("7.1-release-knows", "7.1 where a device that was never attached leaves no domain when it is released", new(GroupVersions.V71 with { ReleaseKnowsAttached = true }, AttachVersions.V70),
            AttachCatalogue.Images70,
            Union([
                .. NoMemory, .. NoMemoryInReset,
                .. Why.Each("after the fallback group->domain is what the device leaves, as the core says", OldIsWhatItHas, AttachClaims.FreeTagsAreClean),
            ])),
        Variant("7.1-spares-failed", "7.1 where the device that failed is not attached again: it has changed nothing", new(GroupVersions.V71 with { Unwind = Unwind.BeforeFailed }, AttachVersions.V70),
            AttachCatalogue.Images70,
            Union([
                .. FirstFailsInArray,
                .. NoMemory.Where(why => why.Claim != DirectAlwaysTranslated && why.Claim != AttachClaims.AtcIsCovered),
                .. NoMemoryInReset,
            ]),
            new SmmuGroupMachine(new("two devices, two domains", [0, 0], 0), [NoAts, NoAts], DomainKind.S1, DomainKind.S2) { Unmaps = false, Without = [.. Vfio, Op.StoreType] }),
        Variant("repaired", "7.1 with both, and smmu-attach's repairs: arrays are read again once the TLB is clean", Repaired, AttachCatalogue.Images70),
    ];

    private static IEnumerable<VariantEntry> Mistakes() =>
    [
        Variant("repaired-no-unwind", "an attach of the group that fails is not undone (bugs 15 and 17)", Repaired with { Core = Core with { Unwind = Unwind.None } }, AttachCatalogue.Images70,
            [
                .. Why.Each("the first device stays in the new domain", FailureRestoresDomain, MirrorAtRest, CoreAndDriverAgree),
                .. Why.Each("the new domain is freed under it", NoFreeWhileReferenced, AttachClaims.AtRestAsAttached, AttachClaims.NoFreedTable, AttachClaims.FormerLivesAreGone),
                .. Why.Each("the next attach leaves group->domain, which the first device has left already", OldIsWhatItHas, AttachClaims.AccountsAgree),
                new(EveryCallbackEndsEachWay, "nothing goes back"),
            ]),
        Variant("repaired-release-leaves", "no release domain, and release_device leaves STE and CD as they are", Repaired with
            {
                Core = Core with { Driver = new() { HasReleaseDomain = false } },
                Driver = Repaired.Driver with { Release = Repaired.Driver.Release.Without(InstallSte, ClearCd0) },
            },
            AttachCatalogue.Images70,
            [
                .. Why.Each("the STE still leads to the default domain, which is freed with the group", NoFreeWhileReferenced, ReleaseLeavesNothing, AttachClaims.NoFreedTable,
                    AttachClaims.FormerLivesAreGone, AttachClaims.FreeTagsAreClean),
                new(NeverIdentityUnasked, "a device is found again, BLOCKED for the driver, and still has the STE of IDENTITY"),
                new(AttachClaims.AtRestAsAttached, "the driver takes the device for BLOCKED"),
                new(AttachClaims.CdTableIsThere, "the CD table is freed"),
                .. Why.Each("release_device is told group->domain, also for a device that was never attached", OldIsWhatItHas, AttachClaims.AccountsAgree),
            ]),
        Variant("repaired-reset-pasids", "PASIDs are attached while a device is being reset", Repaired with { Core = Core with { FencesPasids = false } }, AttachCatalogue.Images70,
            [
                new(ResetParksDevice, "the PASID is attached"),
                .. Why.Each("reset_done sets the PASID again, as if there were nothing, or leaves what was detached meanwhile", OldIsWhatItHas, AttachClaims.AccountsAgree, CoreAndDriverAgree,
                    PasidMirrorAtRest, ResetRestores, ReleaseLeavesNothing),
                .. Why.Each("detach leaves the PASID of a device alone that is being reset, and its domain is freed", NoFreeWhileReferenced, AttachClaims.AtRestAsAttached,
                    AttachClaims.NoFreedTable, AttachClaims.FormerLivesAreGone, AttachClaims.FreeTagsAreClean),
                new(AttachClaims.CdTableIsThere, "the device is released with the PASID, and its CD table is freed"),
            ]),
        Mistake("no-atc-inv", "an attach does not flush the ATC", d => d with { Paging = d.Paging.Without(AtcInv), SetPasid = d.SetPasid.Without(AtcInv) },
            [
                .. Why.Each("the ATC has pages of the old domain", OldNewOrFault, MirrorAtRest, AttachClaims.AtcIsCovered),
                .. Why.Each("the ATC has pages of the old domain, which is freed", NoFreeWhileReferenced, AttachClaims.FormerLivesAreGone),
            ]),
        Mistake("cd-after-ste", "the STE is installed before CD 0 is written (B11)", d => d with { Paging = d.Paging.Move(InstallSte, WriteCd) },
            [.. Why.Each("the STE points at a CD with V=0", DefaultChangeIsHitless, DirectAlwaysTranslated, AttachClaims.IdentityContinuity)]),
        Mistake("alloc-late", "memory is allocated after the CD is written",
            d => d with { Paging = d.Paging.Move(AllocMasterDomain, ClearCd0), SetPasid = d.SetPasid.Move(AllocMasterDomain, UpdateSte) },
            [
                new(AttachClaims.FailureLeavesHardware, "the CD is written"),
                .. Why.Each("the CD that is written is in use, by a domain that has no such master", AttachClaims.AtcIsCovered, AttachClaims.FreeTagsAreClean),
            ]),
        Mistake("static-drops-pasids", "IDENTITY and BLOCKED take the STE from the CD table although PASIDs are attached", d => d with { StaticKeepsPasids = false },
            [
                .. Why.Each("PASIDs are cut off", PasidMirrorAtRest, RidChangeKeepsPasids, AttachClaims.AtRestAsAttached),
                new(AttachClaims.AtsOrder, "ATS stays on for the PASIDs, and EATS goes"),
            ]),
        Mistake("cd-table-unchecked", "a CD table that could not be allocated passes for one (B17)", d => d with { ReportsCdTable = false },
            new Why(AttachClaims.CdTableIsThere, "the STE points to nothing")),
        Mistake("no-unlock-on-error", "an attach that fails keeps asid_lock", d => d with { UnlocksOnError = false },
            new Why(SmmuGroupClaims.EveryCallReturns, "the core reverts with group->mutex held, and waits for the lock"),
            new Why(AttachClaims.NothingIsInTheWay, "it has returned with the lock")),
        Mistake("no-tag-flush", "a tag that no array has any more is not flushed", d => d with
        {
            Paging = d.Paging.Without(FlushOldTag), Static = d.Static.Without(FlushOldTag), SetPasid = d.SetPasid.Without(FlushOldTag), RemovePasid = d.RemovePasid.Without(FlushOldTag),
            Release = d.Release.Without(FlushOldTag),
        },
            [.. Why.Each("the tag is given out again with translations under it", AttachClaims.FormerLivesAreGone, AttachClaims.FreeTagsAreClean)]),
        Mistake("list-del-first", "a device leaves list and array of the old domain before its STE does",
            d => d with { Static = [LockAsid, PciAtsOff, ListDel, UnrefInvs, FlushOldTag, InstallSte, AtcInv, PciAtsOn, SetMasterAts, UnlockAsid, ClearCd0] },
            [
                .. Why.Each("the device uses the domain, which does not know of it", AttachClaims.UnmapReachesAll, AttachClaims.AtcIsCovered),
                .. Why.Each("the tag is used after its flush", AttachClaims.FormerLivesAreGone, AttachClaims.FreeTagsAreClean),
            ]),
        Mistake("cfgi-not-waited", "nobody waits for CFGI", d => d with { SyncsWrites = false },
            [
                .. Why.Each("copies of the old STE or CD outlive the attach", FailureRestoresDomain, MirrorAtRest, ResetRestores, AttachClaims.AtRestAsAttached),
                new(NeverIdentityUnasked, "IDENTITY is there when attach_dev has returned long since"),
                .. Why.Each("old and new copies of STE and CD meet", DefaultChangeIsHitless, AttachClaims.IdentityContinuity),
            ]),
    ];

    // The core of 6.9: as 6.12's, without handles and with bugs 19, 30 and 36.
    private static CoreRules V69 => GroupVersions.V612 with
    {
        HasHandles = false,
        DefersDrivers = false,
        UndoesPasidOnAll = true,
        RefusesPasidless = true,
        Driver = new() { HasReleaseDomain = false },
    };

    // One reason for each claim: the first.
    private static Why[] Union(Why[] reasons) => [.. reasons.DistinctBy(why => why.Claim)];

    private static CoreRules Core => GroupVersions.V71 with { ReleaseKnowsAttached = true };

    private static SmmuGroupRules Repaired => new(Core, AttachVersions.Repaired) { KeepsReserve = true };

    private static VariantEntry Mistake(string name, string summary, Func<AttachRules, AttachRules> change, params Why[] violated) =>
        Variant($"repaired-{name}", summary, Repaired with { Driver = change(Repaired.Driver) }, AttachCatalogue.Images70, violated);

    private static SmmuGroupModel Model(SmmuGroupRules rules, Lazy<EntryImages> images, string scope, params SmmuGroupMachine[] also) =>
        new(rules, images.Value, scope == "small" ? [.. Small, .. also] : [.. Small.Where(machine => machine.Core.Name == scope)]);

    private static VariantEntry Variant(string name, string summary, SmmuGroupRules rules, Lazy<EntryImages> images, params Why[] violated) =>
        Variant(name, summary, rules, images, violated, []);

    private static VariantEntry Variant(
        string name, string summary, SmmuGroupRules rules, Lazy<EntryImages> images, Why[] violated, params SmmuGroupMachine[] also) => new(
        name,
        summary,
        scope =>
        {
            var model = Model(rules, images, scope, also);
            return new Subject<SmmuGroupModel, SmmuGroupState>(Name, name, scope, model, SmmuGroupProperties.Of(model), (_, _, _) => []);
        },
        Why.Map(violated));
}
