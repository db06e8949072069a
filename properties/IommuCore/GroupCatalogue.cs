// The system iommu-core: a group of devices, and the IOMMU core's attach, replace and detach, in its versions.

using Verify.Engine;
using Verify.Model.IommuCore;

namespace Verify.Properties.IommuCore;

/// <summary>The variants of iommu-core.</summary>
public static class GroupCatalogue
{
    /// <summary>Name of the system.</summary>
    public const string Name = "iommu-core";

    private static readonly GroupMachine _plain = new([0, 0], 1);
    private static readonly GroupMachine _single = new([0], 1);
    private static readonly GroupMachine _direct = new([Kind.Direct, 0], 0);
    private static readonly GroupMachine _kdump = new([Kind.Inherited, 0], 0);
    private static readonly GroupMachine _mixed = new([Kind.NoPasids, 0], 1);
    private static readonly GroupMachine _noPasids = new([0, 0], 0);
    private static readonly GroupMachine _requests = new([0], 1, HasRequests: true);
    private static readonly GroupMachine _resets = new([0], 1, HasResets: true);
    private static readonly GroupMachine _siblings = new([0, 0], 0, HasResets: true);

    private static readonly CoreRules _now = new();

    private static readonly CoreRules _v70 = _now with
    {
        Reset = ResetFence.PerGroup,
        MustPassesFence = false,
        DetachSkipsBlocked = false,
        DoneChecksDomain = false,
        ReleaseSparesDirect = false,
    };

    private static readonly CoreRules _v612 = _now with
    {
        Reset = ResetFence.Absent,
        HasPasidReplace = false,
        StaticOnPasids = false,
        EntryBeforeHardware = true,
        DeferredAttachLocks = false,
        ReleaseSparesDirect = false,
        DefersDrivers = false,
        RefusesPasidless = true,
    };

    private static readonly CoreRules _v65 = _v612 with { HasHandles = false, DirectRefusesBlocking = false, UndoesPasidOnAll = true };

    private static readonly CoreRules _v63 = _v65 with
    {
        Unwind = Unwind.AttachGroupOnly,
        HasMustSucceed = false,
        DefaultByPointer = true,
        MapsBeforeAttach = false,
        ProbeAttachesDefault = true,
    };

    private static readonly CoreRules _v518 = _v63 with { Unwind = Unwind.None, ComparesPointers = true, HasDeviceClaim = false, HasPasids = false };

    private static readonly CoreRules _dirty = _now with { Driver = new() { FailureKeepsHardware = false } };

    /// <summary>The system.</summary>
    public static SystemEntry System { get; } = new(
        Name,
        "the IOMMU core's attach, replace and detach of a group's RIDs and PASIDs: owners, default domains, resets and page requests, while drivers fail where they may",
        ["small", "medium"],
        [.. GroupProperties.Of(Model(_now, _plain, "small")).Select(property => property.Claim)],
        [
            Variant("7.1", "two devices and a PASID (7.1)", _now, _plain),
            Variant("7.1-direct", "the same, one device with an IOMMU_RESV_DIRECT region", _now, _direct),
            Variant("7.1-kdump", "the same, after kdump: one device has tables of the previous kernel", _now, _kdump),
            Variant("7.1-mixed", "the same, one device without PASIDs", _now, _mixed),
            Variant("7.1-requests", "a device that makes page requests (7.1)", _now, _requests),
            Variant("7.1-resets", "a device with a PASID that is reset (7.1)", _now, _resets),
            Variant("7.1-siblings", "two devices that are reset (7.1)", _now, _siblings),
            Variant("7.0-resets", "a device with a PASID that is reset, before the fixes (c279e83953d9)", _v70, _resets),
            Variant("7.0-siblings", "two devices that are reset, before the fixes (c279e83953d9)", _v70, _siblings),
            Variant("6.12", "two devices and a PASID (6.12)", _v612, _plain),
            Variant("6.12-mixed", "the same, one device without PASIDs (before 6.12.94)", _v612, _mixed),
            Variant("6.12-kdump", "deferred attach without the mutex (before 7.0)", _v612, _kdump),
            Variant("6.12-requests", "a device that makes page requests, entries seen before hardware (before 5e9f822c9c68)", _v612, _requests),
            Variant("6.8-undo-on-all", "a failed PASID attach is undone on all devices (before 6.8.12)", _v612 with { UndoesPasidOnAll = true }, _plain),
            Variant("6.5-direct", "devices with direct regions can be blocked (before a48ce36e2786)", _v65, _direct),
            Variant("6.3", "only iommu_attach_group goes back (2cc73c5712f9)", _v63, _noPasids),
            Variant("5.18", "nothing goes back, and pointers of domains are compared (before 5.19.11)", _v518, _noPasids),
            Variant("5.18-direct", "the same, direct regions mapped after the attach", _v518, _direct),
            Variant("dirty-failure", "the driver's attach_dev leaves a faulting entry when it fails", _dirty, _noPasids),
            Variant("revert-stops-before", "a mistake: the same, and the device that failed does not go back", _dirty with { Unwind = Unwind.BeforeFailed }, _noPasids),
            Variant("erase-first", "a mistake: detach erases the entry of pasid_array before it tells the driver", _now with { DetachErasesFirst = true }, _requests),
            Variant("claim-ignores-pasids", "a mistake: claims and drivers do not look at pasid_array", _now with { ChecksPasidArray = false }, _plain),
            Variant("reset-restores-old", "a mistake: reset_done goes back to the domain of reset_prepare", _now with { DoneRestoresOld = true }, _resets),
            Variant("first-done-unblocks", "a mistake: the first reset_done unblocks", _now with { FirstDoneUnblocks = true }, _resets),
            Variant("recovery-unchecked", "a mistake: recovery_cnt is not looked at", _now with { ChecksRecovery = false }, _resets),
            Variant("default-freed-first", "a mistake: the old default domain is freed before the group leaves it", _now with { FreesDefaultFirst = true }, _noPasids),
            Variant("first-default-freed", "a mistake: a first default domain that fails is freed at once", _now with { FreesFirstDefault = true }, _noPasids),
            Variant("ops-unchecked", "a mistake: domains of other drivers are not refused", _now with { ChecksOps = false }, _single),
            Variant("through-fault", "the driver changes entries through one that is not valid", _now with { Driver = new() { Style = AttachStyle.ThroughFault } }, _noPasids),
            Variant("through-bypass", "the driver changes entries through bypass (arm-smmu-v3 before 6.9)", _now with { Driver = new() { Style = AttachStyle.ThroughBypass } }, _noPasids),
            Variant("pasids-dropped", "the driver's attach_dev takes PASIDs away", _now with { Driver = new() { KeepsPasids = false } }, _single),
            Variant("no-release", "the driver has no release domain, and release_device clears nothing", _now with { Driver = new() { HasReleaseDomain = false, ReleaseClears = false } }, _single),
            Variant("fault-path-locks", "a mistake: attach_handle_get takes group->mutex, which a drain holds", _now with { FaultPathLocks = true }, _requests),
        ]);

    private static VariantEntry Variant(string name, string summary, CoreRules rules, GroupMachine machine) => new(
        name,
        summary,
        scope =>
        {
            GroupModel model = Model(rules, machine, scope);
            return new Subject<GroupModel, GroupState>(Name, name, scope, model, GroupProperties.Of(model), (_, _, _) => []);
        },
        Why.Map(GroupVerdicts.Of(name)));

    private static GroupModel Model(CoreRules rules, GroupMachine machine, string scope) => new(rules, machine, cpus: scope == "small" ? 1 : 2);
}
