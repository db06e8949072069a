// What the core knows of one group, and the operation that has group->mutex.

using System.Runtime.CompilerServices;

namespace Verify.Model.IommuCore;

/// <summary>A byte for each device.</summary>
[InlineArray(GroupCore.MostDevices)]
public struct ByDevice
{
    private byte _first;
}

/// <summary>A byte for each index of pasid_array: the RID's, IOMMU_NO_PASID, and those of PASIDs.</summary>
[InlineArray(GroupCore.MostSlots)]
public struct BySlot
{
    private byte _first;
}

/// <summary>What the core notes about a device, a bit each.</summary>
public static class Gdev
{
    /// <summary>dev->iommu->attach_deferred: the tables of the previous kernel are in use.</summary>
    public const byte Deferred = 1;

    /// <summary>dev->iommu->require_direct: it has an IOMMU_RESV_DIRECT region.</summary>
    public const byte RequireDirect = 2;

    /// <summary>max_pasids is 0.</summary>
    public const byte NoPasids = 4;

    /// <summary>gdev->blocked: it is being reset.</summary>
    public const byte Blocked = 8;

    /// <summary>Its direct regions are mapped in the DMA default domain.</summary>
    public const byte Mapped = 16;

    /// <summary>attach_dev has never succeeded for it; noted where <see cref="CoreRules.ReleaseKnowsAttached"/>.</summary>
    public const byte Unattached = 32;
}

/// <summary>A cell of pasid_array: 0 for empty, else a domain, with or without a handle.</summary>
public static class Cell
{
    /// <summary>Reserved: taken, and nothing for those who load it.</summary>
    public const byte Reserved = 0x80;

    /// <summary>There is a handle, for the fault path.</summary>
    public const byte Handle = 0x40;

    /// <summary>The domain.</summary>
    public static byte Domain(byte cell) => (byte)(cell & 0x0f);

    /// <summary>What somebody sees who loads it.</summary>
    public static byte Loaded(byte cell) => cell == Reserved ? (byte)0 : cell;
}

/// <summary>Where an operation stands. Up to <see cref="ReleaseDevice"/> it waits for a callback of the driver, from <see cref="Store"/> on the next step is the core's.</summary>
public enum Pc : byte
{
    /// <summary>There is none.</summary>
    Idle,

    /// <summary>domain_alloc of a default or blocking domain.</summary>
    Alloc,

    /// <summary>iommu_map of a device's direct regions.</summary>
    Map,

    /// <summary>attach_dev of the target, device by device.</summary>
    Attach,

    /// <summary>attach_dev of the blocking domain, as that of the target failed and must not.</summary>
    AttachBlocking,

    /// <summary>attach_dev of group->domain again, up to and including the device that failed.</summary>
    Revert,

    /// <summary>attach_dev of the blocking domain, as that failed.</summary>
    RevertBlocking,

    /// <summary>attach_dev of one device: a new one, a deferred one.</summary>
    AttachOne,

    /// <summary>set_dev_pasid, device by device.</summary>
    SetPasid,

    /// <summary>set_dev_pasid of the old domain, or remove_dev_pasid, for those before the device that failed.</summary>
    UndoPasid,

    /// <summary>remove_dev_pasid, as set_dev_pasid of the old domain failed.</summary>
    UndoRemove,

    /// <summary>remove_dev_pasid, device by device.</summary>
    RemovePasid,

    /// <summary>attach_dev of the blocking domain to a device that is to be reset.</summary>
    Block,

    /// <summary>remove_dev_pasid of its PASIDs.</summary>
    BlockPasids,

    /// <summary>attach_dev of group->domain to a device that was reset.</summary>
    Unblock,

    /// <summary>set_dev_pasid of its PASIDs.</summary>
    UnblockPasids,

    /// <summary>attach_dev of the release domain.</summary>
    ReleaseAttach,

    /// <summary>release_device.</summary>
    ReleaseDevice,

    /// <summary>An entry of pasid_array is stored.</summary>
    Store,

    /// <summary>An entry of pasid_array is erased.</summary>
    Erase,

    /// <summary>A domain is freed.</summary>
    Free,

    /// <summary>The mutex is unlocked.</summary>
    Return,
}

/// <summary>How far the part of an operation is that comes after an attach to the whole group, a map, or a free.</summary>
public enum Stage : byte
{
    /// <summary>Nothing is left to do but to return.</summary>
    Last,

    /// <summary>A claim: the group goes to its blocking domain.</summary>
    Claim,

    /// <summary>attach_group_handle and replace_group_handle: the handle is stored or erased.</summary>
    Handle,

    /// <summary>setup_default_domain: direct regions are mapped.</summary>
    MapBefore,

    /// <summary>setup_default_domain: the group is attached.</summary>
    SetDefault,

    /// <summary>setup_default_domain: direct regions are mapped that could not be mapped before.</summary>
    MapAfter,

    /// <summary>setup_default_domain: the group goes back to the old default domain.</summary>
    Restore,

    /// <summary>The old default domain is freed too early: a mistake.</summary>
    FreeFirst,

    /// <summary>A device is probed: its direct regions are mapped.</summary>
    ProbeMap,

    /// <summary>A device is probed: it is attached.</summary>
    ProbeAttach,

    /// <summary>A device was probed, attached first: its direct regions are mapped.</summary>
    ProbeMapAfter,

    /// <summary>A device is released.</summary>
    Release,

    /// <summary>reset_prepare.</summary>
    Prepare,

    /// <summary>detach, where the entry of pasid_array is erased first: a mistake.</summary>
    EraseFirst,
}

/// <summary>The operation that holds group->mutex, and how far it is. All zero where there is none.</summary>
public struct Call
{
    /// <summary>attach_dev must succeed: IOMMU_SET_DOMAIN_MUST_SUCCEED.</summary>
    public const byte Must = 1;

    /// <summary>A WARN_ON has fired. Ghost.</summary>
    public const byte Warned = 2;

    /// <summary>Some direct region could not be mapped before the attach.</summary>
    public const byte MapFailed = 4;

    /// <summary>The driver is within attach_dev: the entry is neither old nor new.</summary>
    public const byte Broken = 8;

    /// <summary>An <see cref="IommuCore.Op"/>.</summary>
    public byte Op;

    /// <summary>A <see cref="IommuCore.Pc"/>.</summary>
    public byte Pc;

    /// <summary>A <see cref="IommuCore.Stage"/>.</summary>
    public byte Stage;

    /// <summary>Bits, as above.</summary>
    public byte Flags;

    /// <summary>The domain that was asked for; for a claim: the owner.</summary>
    public byte Domain;

    /// <summary>The device that it is about, from 1; 0 where it is about the group.</summary>
    public byte Device;

    /// <summary>The index of pasid_array that it is about.</summary>
    public byte Slot;

    /// <summary>The domain to which devices are attached at present.</summary>
    public byte Target;

    /// <summary>The place in the list of devices, from 0.</summary>
    public byte At;

    /// <summary>The place in the list where an attach failed.</summary>
    public byte Failed;

    /// <summary>What it will return, an <see cref="Errno"/>.</summary>
    public byte Result;

    /// <summary>The old default domain; for a PASID: the old domain of it.</summary>
    public byte Old;

    /// <summary>Ghost: group->domain when the operation began.</summary>
    public byte From;

    /// <summary>A domain to be freed.</summary>
    public byte Doomed;

    /// <summary>The CPU on which it runs.</summary>
    public byte Cpu;
}

/// <summary>The group.</summary>
public struct GroupCore
{
    /// <summary>Devices at most.</summary>
    public const int MostDevices = 3;

    /// <summary>Indices of pasid_array at most: the RID's and two PASIDs.</summary>
    public const int MostSlots = 3;

    /// <summary>VFIO, as an owner.</summary>
    public const byte Vfio = 1;

    /// <summary>iommufd, as an owner.</summary>
    public const byte Iommufd = 2;

    /// <summary>Ghost: which domain objects there are, a <see cref="Dom.Bit"/> each.</summary>
    public byte Alive;

    /// <summary>group->devices in order: devices from 1, 0 after the last.</summary>
    public ByDevice List;

    /// <summary>By device, bits of <see cref="Gdev"/>.</summary>
    public ByDevice Gdevs;

    /// <summary>By device, gdev->reset_depth.</summary>
    public ByDevice Depth;

    /// <summary>By device, the domain to which a mistaken reset_done goes back. 0 in all other variants.</summary>
    public ByDevice Saved;

    /// <summary>pasid_array.</summary>
    public BySlot Slots;

    /// <summary>group->default_domain.</summary>
    public byte Default;

    /// <summary>group->blocking_domain.</summary>
    public byte Blocking;

    /// <summary>group->domain.</summary>
    public byte Domain;

    /// <summary>group->owner.</summary>
    public byte Owner;

    /// <summary>group->owner_cnt.</summary>
    public byte OwnerCount;

    /// <summary>group->recovery_cnt; in 7.0 1 where group->resetting_domain is set.</summary>
    public byte Recovering;

    /// <summary>What has the mutex.</summary>
    public Call Call;

    /// <summary>How many devices are in the group.</summary>
    public readonly int Count
    {
        get
        {
            int count = 0;
            while (count < MostDevices && List[count] != 0)
            {
                count++;
            }
            return count;
        }
    }

    /// <summary>The device at a place of the list.</summary>
    public readonly int DeviceAt(int place) => List[place] - 1;

    /// <summary>Whether a device is in the group.</summary>
    public readonly bool Has(int device)
    {
        bool found = false;
        for (int place = 0; place < MostDevices; place++)
        {
            found |= List[place] == device + 1;
        }
        return found;
    }

    /// <summary>Whether something is noted of a device.</summary>
    public readonly bool Is(int device, byte bit) => (Gdevs[device] & bit) != 0;

    /// <summary>Notes something of a device.</summary>
    public void Note(int device, byte bit, bool value) => Gdevs[device] = (byte)(value ? Gdevs[device] | bit : Gdevs[device] & ~bit);

    /// <summary>Whether a domain object is there.</summary>
    public readonly bool IsAlive(int domain) => domain is Dom.Blocked or Dom.Foreign || (Alive & Dom.Bit(domain)) != 0;

    /// <summary>Whether pasid_array has nothing in it.</summary>
    public readonly bool IsPasidArrayEmpty
    {
        get
        {
            int sum = 0;
            for (int slot = 0; slot < MostSlots; slot++)
            {
                sum |= Slots[slot];
            }
            return sum == 0;
        }
    }
}
