// The domains that a group can be attached to, and what an operation returns.

namespace Verify.Model.IommuCore;

/// <summary>Domains, by number. There is at most one object of each kind at a time; whether it is there is in <see cref="GroupCore.Alive"/>.</summary>
public static class Dom
{
    /// <summary>NULL; in hardware: an entry that faults.</summary>
    public const byte None = 0;

    /// <summary>The driver's static BLOCKED domain.</summary>
    public const byte Blocked = 1;

    /// <summary>The default domain of type IDENTITY: the driver's static one, or one that the core allocates.</summary>
    public const byte Identity = 2;

    /// <summary>The default domain of type DMA, which the core allocates.</summary>
    public const byte Dma = 3;

    /// <summary>A paging domain that stays empty: the blocking domain where the driver has no static one.</summary>
    public const byte Empty = 4;

    /// <summary>A paging domain of a user: VFIO, iommufd, SVA.</summary>
    public const byte A = 5;

    /// <summary>Another.</summary>
    public const byte B = 6;

    /// <summary>A domain of another driver.</summary>
    public const byte Foreign = 7;

    /// <summary>What the previous kernel left, after kdump; in hardware only.</summary>
    public const byte Inherited = 8;

    /// <summary>A second domain of type IDENTITY, with the page table layout that PASIDs need: AMD's driver, which attaches it itself.</summary>
    public const byte IdentityV2 = 9;

    /// <summary>A user's that was freed, in the hands of the fault path.</summary>
    public const byte Freed = 10;

    private static readonly string[] _names = ["NULL", "BLOCKED", "IDENTITY", "DMA", "empty", "A", "B", "foreign", "inherited", "IDENTITY v2", "freed"];

    /// <summary>Its bit, where some are noted: of those that may come and go.</summary>
    public static byte Bit(int domain) => (byte)(domain == IdentityV2 ? 0x80 : domain is >= Identity and <= Foreign ? 1 << (domain - Identity) : 0);

    /// <summary>Its name.</summary>
    public static string Name(int domain) => _names[domain];

    /// <summary>Whether DMA passes untranslated.</summary>
    public static bool IsIdentity(int domain) => domain is Identity or IdentityV2;

    /// <summary>Whether all DMA faults.</summary>
    public static bool Faults(int domain) => domain is None or Blocked or Empty;

    /// <summary>Whether two do the same to DMA.</summary>
    public static bool IsSame(int one, int other) => one == other || (IsIdentity(one) && IsIdentity(other)) || (Faults(one) && Faults(other));

    /// <summary>Whether it is a user's.</summary>
    public static bool IsUsers(int domain) => domain is A or B;
}

/// <summary>Results, as the kernel names them.</summary>
public enum Errno : byte
{
    /// <summary>Success.</summary>
    Ok,

    /// <summary>Not compatible, or not asked in the right way.</summary>
    EINVAL,

    /// <summary>Somebody else has it.</summary>
    EBUSY,

    /// <summary>Owned by somebody else.</summary>
    EPERM,

    /// <summary>An allocation fails.</summary>
    ENOMEM,

    /// <summary>The default domain is not set up yet.</summary>
    EPROBE_DEFER,

    /// <summary>No such device.</summary>
    ENODEV,

    /// <summary>The driver has no such operation.</summary>
    EOPNOTSUPP,

    /// <summary>Nothing there; the fault path only.</summary>
    ENOENT,
}

/// <summary>Operations of the core, and those of the users that it depends on.</summary>
public enum Op : byte
{
    /// <summary>None.</summary>
    None,

    /// <summary>A device is found on its bus: iommu_probe_device.</summary>
    Probe,

    /// <summary>The same, while the IOMMU registers: the default domain is set up later, for all devices of the group.</summary>
    ProbeQueued,

    /// <summary>That: bus_iommu_probe.</summary>
    BusProbe,

    /// <summary>A device is gone: iommu_release_device.</summary>
    Remove,

    /// <summary>The type of the default domain is written in sysfs.</summary>
    StoreType,

    /// <summary>VFIO takes the group.</summary>
    ClaimGroup,

    /// <summary>iommufd takes a device.</summary>
    ClaimDevice,

    /// <summary>The owner lets go of the group, or of a device.</summary>
    ReleaseOwner,

    /// <summary>iommu_attach_group.</summary>
    AttachGroup,

    /// <summary>iommu_attach_device, for groups of one device.</summary>
    AttachDevice,

    /// <summary>iommu_attach_group_handle.</summary>
    AttachHandle,

    /// <summary>iommu_detach_group.</summary>
    DetachGroup,

    /// <summary>iommu_detach_group_handle.</summary>
    DetachHandle,

    /// <summary>iommu_replace_group_handle.</summary>
    ReplaceHandle,

    /// <summary>iommu_attach_device_pasid.</summary>
    AttachPasid,

    /// <summary>iommu_replace_device_pasid.</summary>
    ReplacePasid,

    /// <summary>iommu_detach_device_pasid.</summary>
    DetachPasid,

    /// <summary>pci_dev_reset_iommu_prepare.</summary>
    ResetPrepare,

    /// <summary>pci_dev_reset_iommu_done.</summary>
    ResetDone,

    /// <summary>iommu_deferred_attach, of the DMA API.</summary>
    DeferredAttach,

    /// <summary>A driver binds that uses the DMA API. This and what follows is done at once.</summary>
    UseDefault,

    /// <summary>It unbinds.</summary>
    UnuseDefault,
}
