// What makes a variant: the kernel's version, the driver below, who uses it.

namespace Verify.Model.IommuCore;

/// <summary>What is done when a device of the group cannot be attached.</summary>
public enum Unwind : byte
{
    /// <summary>All that were attached go back to group->domain, and the one that failed (6.5).</summary>
    All,

    /// <summary>So it is for iommu_attach_group only (2cc73c5712f9, 6.3).</summary>
    AttachGroupOnly,

    /// <summary>Nothing (before).</summary>
    None,

    /// <summary>Mistake: the one that failed does not.</summary>
    BeforeFailed,

    /// <summary>Mistake: group->domain is set anew, which is a no-op as it has that value.</summary>
    NoOp,
}

/// <summary>How a reset is fenced off.</summary>
public enum ResetFence : byte
{
    /// <summary>There is no such thing.</summary>
    Absent,

    /// <summary>group->resetting_domain (c279e83953d9, 7.0).</summary>
    PerGroup,

    /// <summary>gdev->blocked, gdev->reset_depth and group->recovery_cnt (b296ca1fb43a, 1615e8896a8f, 0d5fd7a9323c).</summary>
    PerDevice,
}

/// <summary>How a driver changes an entry.</summary>
public enum AttachStyle : byte
{
    /// <summary>From old to new at once.</summary>
    Hitless,

    /// <summary>Through an entry that is not valid.</summary>
    ThroughFault,

    /// <summary>Through one that lets everything pass (arm-smmu-v3 before 6.9, with disable_bypass=n).</summary>
    ThroughBypass,
}

/// <summary>What a driver promises.</summary>
public sealed record DriverRules
{
    /// <summary>It has a static BLOCKED domain; else the blocking domain is an empty paging domain.</summary>
    public bool StaticBlocked { get; init; } = true;

    /// <summary>It has a static IDENTITY domain; else the core allocates one.</summary>
    public bool StaticIdentity { get; init; } = true;

    /// <summary>attach_dev of static domains does not fail.</summary>
    public bool StaticNeverFails { get; init; } = true;

    /// <summary>attach_dev and set_dev_pasid do not fail for a domain to which the device was attached before.</summary>
    public bool ReattachNeverFails { get; init; } = true;

    /// <summary>A callback that fails has changed nothing.</summary>
    public bool FailureKeepsHardware { get; init; } = true;

    /// <summary>attach_dev fails for the first device of a group or for none: what is refused is refused at once.</summary>
    public bool FailsAtOnce { get; init; }

    /// <summary>domain_alloc does not run out of memory.</summary>
    public bool AllocNeverFails { get; init; }

    /// <summary>set_dev_pasid takes static domains.</summary>
    public bool StaticOnPasids { get; init; } = true;

    /// <summary>How it changes an entry.</summary>
    public AttachStyle Style { get; init; } = AttachStyle.Hitless;

    /// <summary>A domain can be mapped before anything is attached to it.</summary>
    public bool MapsBeforeAttach { get; init; } = true;

    /// <summary>iommu_map does not run out of memory.</summary>
    public bool MapNeverFails { get; init; } = true;

    /// <summary>PASIDs go on when the domain of the RID changes.</summary>
    public bool KeepsPasids { get; init; } = true;

    /// <summary>It waits for outstanding page requests of what it takes away.</summary>
    public bool DrainsPrq { get; init; } = true;

    /// <summary>release_device clears entries, of PASIDs and, where there is no release domain, of the RID.</summary>
    public bool ReleaseClears { get; init; } = true;

    /// <summary>It has a release domain.</summary>
    public bool HasReleaseDomain { get; init; } = true;

    /// <summary>AMD's: before a PASID is used the group goes to a second IDENTITY domain.</summary>
    public bool SecondIdentity { get; init; }
}

/// <summary>The choices of the core, as in 7.1 with all fixes unless said otherwise.</summary>
public sealed record CoreRules
{
    /// <summary>The driver.</summary>
    public DriverRules Driver { get; init; } = new();

    /// <summary>What is done when attach_dev fails.</summary>
    public Unwind Unwind { get; init; } = Unwind.All;

    /// <summary>Whether paths that must not fail attach the blocking domain where attach_dev fails nonetheless.</summary>
    public bool HasMustSucceed { get; init; } = true;

    /// <summary>Mistake: they go on, but do not.</summary>
    public bool FallsBackToBlocking { get; init; } = true;

    /// <summary>
    /// Whether attach_dev is told which domain the device leaves (6.19), as far as the core knows; else a driver asks iommu_get_domain_for_dev, and gets group->domain, where
    /// a device that is reverted or probed is not.
    /// </summary>
    public bool PassesOld { get; init; } = true;

    /// <summary>Whether a device that was never attached leaves no domain when it is released; no version has it.</summary>
    public bool ReleaseKnowsAttached { get; init; }

    /// <summary>Whether a change of the default domain sets group->domain to NULL and restores pointers only (before 6.5).</summary>
    public bool DefaultByPointer { get; init; }

    /// <summary>Whether a device with direct regions is kept from the blocking domain (a48ce36e2786, 6.6).</summary>
    public bool DirectRefusesBlocking { get; init; } = true;

    /// <summary>Whether direct regions are mapped before the attach (6.5).</summary>
    public bool MapsBeforeAttach { get; init; } = true;

    /// <summary>Whether a new device goes to the default domain whatever the group uses (before 6.5).</summary>
    public bool ProbeAttachesDefault { get; init; }

    /// <summary>Whether errors of attach_dev are ignored when a device is probed (before 5.9.15).</summary>
    public bool ProbeIgnoresErrors { get; init; }

    /// <summary>Whether a driver that binds before there is a default domain is told to wait (b46064a18810, 6.12.27).</summary>
    public bool DefersDrivers { get; init; } = true;

    /// <summary>Whether a driver is told that the group is in use when its domain is another object than the default domain, though of the same type IDENTITY (before 5.19.11).</summary>
    public bool ComparesPointers { get; init; }

    /// <summary>Whether a single device of a group can be claimed: iommufd (6.2).</summary>
    public bool HasDeviceClaim { get; init; } = true;

    /// <summary>Whether attaches have handles (6.11).</summary>
    public bool HasHandles { get; init; } = true;

    /// <summary>Whether PASIDs can be attached (6.2).</summary>
    public bool HasPasids { get; init; } = true;

    /// <summary>Whether PASIDs can be replaced (6.15).</summary>
    public bool HasPasidReplace { get; init; } = true;

    /// <summary>Whether static domains can be attached to PASIDs (6.16).</summary>
    public bool StaticOnPasids { get; init; } = true;

    /// <summary>Whether an entry of pasid_array is seen before hardware has it (before 5e9f822c9c68, 6.15).</summary>
    public bool EntryBeforeHardware { get; init; }

    /// <summary>Whether replace_device_pasid stores the new entry first, as in the first posted version.</summary>
    public bool ReplaceStoresFirst { get; init; }

    /// <summary>Whether a failed PASID attach is undone on all devices (before 6.10).</summary>
    public bool UndoesPasidOnAll { get; init; }

    /// <summary>Whether a device without PASIDs makes the attach of one fail (before 6.12.94).</summary>
    public bool RefusesPasidless { get; init; }

    /// <summary>Whether attach_deferred is looked at. Mistake otherwise.</summary>
    public bool ChecksDeferred { get; init; } = true;

    /// <summary>Mistake: attach_handle_get takes group->mutex.</summary>
    public bool FaultPathLocks { get; init; }

    /// <summary>Whether iommu_deferred_attach takes the mutex (7.0).</summary>
    public bool DeferredAttachLocks { get; init; } = true;

    /// <summary>Whether a released device with direct regions goes to IDENTITY where the release domain is BLOCKED (e94160488e65, 7.1).</summary>
    public bool ReleaseSparesDirect { get; init; } = true;

    /// <summary>How a reset is fenced off.</summary>
    public ResetFence Reset { get; init; } = ResetFence.PerDevice;

    /// <summary>Whether paths that must not fail pass the fence (5474e6e17a26).</summary>
    public bool MustPassesFence { get; init; } = true;

    /// <summary>Whether detach leaves a PASID alone that reset_prepare has removed (fc3523b16d2b).</summary>
    public bool DetachSkipsBlocked { get; init; } = true;

    /// <summary>Whether reset_done looks whether there is a group->domain (d769711fcddd).</summary>
    public bool DoneChecksDomain { get; init; } = true;

    /// <summary>Mistake: reset_done goes back to what group->domain was at reset_prepare.</summary>
    public bool DoneRestoresOld { get; init; }

    /// <summary>Mistake: the first reset_done unblocks, whatever reset_depth says.</summary>
    public bool FirstDoneUnblocks { get; init; }

    /// <summary>Whether the group's domain stays while a device is being reset. Mistake otherwise.</summary>
    public bool FencesDomain { get; init; } = true;

    /// <summary>Whether no PASID is attached or replaced while a device is being reset. Mistake otherwise.</summary>
    public bool FencesPasids { get; init; } = true;

    /// <summary>Mistake: detach erases the entry of pasid_array, then tells the driver.</summary>
    public bool DetachErasesFirst { get; init; }

    /// <summary>Whether claims and drivers look at pasid_array. Mistake otherwise.</summary>
    public bool ChecksPasidArray { get; init; } = true;

    /// <summary>Whether a domain's driver is compared with the device's. Mistake otherwise.</summary>
    public bool ChecksOps { get; init; } = true;

    /// <summary>Mistake: the old default domain is freed before the group has left it.</summary>
    public bool FreesDefaultFirst { get; init; }

    /// <summary>Mistake: a first default domain to which a device could not be attached is freed at once.</summary>
    public bool FreesFirstDefault { get; init; }

    /// <summary>Whether drivers that use the DMA API attach domains of their own, as display drivers do.</summary>
    public bool UnclaimedUsers { get; init; }

    /// <summary>Whether devices join a group that drivers or an owner use.</summary>
    public bool JoinsInUse { get; init; }

    /// <summary>Whether devices are reset before their group has a default domain.</summary>
    public bool ResetsEarly { get; init; }

    /// <summary>Whether devices are claimed or reset that still use the tables of the previous kernel.</summary>
    public bool TakesDeferred { get; init; }

    /// <summary>Whether a group may be claimed before it has a default domain, as nothing forbids.</summary>
    public bool ClaimsEarly { get; init; }

    /// <summary>Whether devices make page requests for whatever PASID they like.</summary>
    public bool HostileDevices { get; init; }
}
