// A group of devices, the hardware below, and those who use it.

using System.Runtime.CompilerServices;

namespace Verify.Model.IommuCore;

/// <summary>A byte for each device and index of pasid_array.</summary>
[InlineArray(GroupCore.MostDevices * GroupCore.MostSlots)]
public struct ByEntry
{
    private byte _first;
}

/// <summary>What a device is, a bit each.</summary>
public static class Kind
{
    /// <summary>This machine has it.</summary>
    public const byte Exists = 1;

    /// <summary>It has an IOMMU_RESV_DIRECT region.</summary>
    public const byte Direct = 2;

    /// <summary>It cannot emit PASIDs.</summary>
    public const byte NoPasids = 4;

    /// <summary>The previous kernel left tables for it.</summary>
    public const byte Inherited = 8;
}

/// <summary>The whole system.</summary>
public struct GroupState
{
    /// <summary>The core.</summary>
    public GroupCore Core;

    /// <summary>Translation entries: the domain that each refers to, <see cref="Dom.None"/> for one that faults. What is cached goes with the entry.</summary>
    public ByEntry Hardware;

    /// <summary>By device, bits of <see cref="Kind"/>.</summary>
    public ByDevice Kinds;

    /// <summary>Ghost. By device, the domains that it was attached to, a <see cref="Dom.Bit"/> each; static ones are not noted.</summary>
    public ByDevice Good;

    /// <summary>By device, whether a driver has bound that uses the DMA API.</summary>
    public ByDevice Bound;

    /// <summary>Ghost. By device, the PASIDs, a bit each, that were attached when it joined the group.</summary>
    public ByDevice Late;

    /// <summary>Ghost. The devices, a bit each, whose entry for what the operation is about was something else already than the core had it when it took the mutex.</summary>
    public byte Strays;

    /// <summary>By index of pasid_array: the domain that its user believes to be attached.</summary>
    public BySlot View;

    /// <summary>Which of the model's machines this is.</summary>
    public byte Machine;

    /// <summary>The configured type of default domains, <see cref="Dom.Identity"/> or <see cref="Dom.Dma"/>.</summary>
    public byte DefaultType;

    /// <summary>The device whose page request is under way, from 1.</summary>
    public byte FaultDevice;

    /// <summary>The index of pasid_array that it is about.</summary>
    public byte FaultSlot;

    /// <summary>Ghost: the domain under which it was raised.</summary>
    public byte FaultRaised;

    /// <summary>The domain whose handle the fault path has got.</summary>
    public byte FaultHandle;

    /// <summary>The device that is in iommu_deferred_attach without the mutex, from 1.</summary>
    public byte Deferring;

    /// <summary>The domain that is attached there.</summary>
    public byte DeferredTo;

    /// <summary>An operation that waits for the mutex, an <see cref="Op"/>.</summary>
    public byte WaitOp;

    /// <summary>Its domain.</summary>
    public byte WaitDomain;

    /// <summary>Its device, from 1.</summary>
    public byte WaitDevice;

    /// <summary>Its index of pasid_array.</summary>
    public byte WaitSlot;

    /// <summary>The CPU that waits.</summary>
    public byte WaitCpu;

    /// <summary>Place of an entry.</summary>
    public static int Entry(int device, int slot) => (device * GroupCore.MostSlots) + slot;

    /// <summary>What a device's entry refers to.</summary>
    public readonly byte Of(int device, int slot) => Hardware[Entry(device, slot)];

    /// <summary>Whether a device is of a kind.</summary>
    public readonly bool IsKind(int device, byte kind) => (Kinds[device] & kind) != 0;

    /// <summary>Whether a device was attached to a domain before.</summary>
    public readonly bool WasAttached(int device, int domain) => (Good[device] & Dom.Bit(domain)) != 0;

    /// <summary>Whether a device is in the group and its hardware should do what group->domain says.</summary>
    public readonly bool IsSettled(int device) => Core.Has(device) && !Core.Is(device, Gdev.Blocked) && !Core.Is(device, Gdev.Deferred);

    /// <summary>Whether a device's entry does what the core has for it.</summary>
    public readonly bool IsAsNoted(int device, int slot) =>
        slot == 0 ? Dom.IsSame(Of(device, 0), Core.Domain) : IsKind(device, Kind.NoPasids) || Of(device, slot) == Cell.Domain(Cell.Loaded(Core.Slots[slot]));

    /// <summary>Whether a device's entry was something else when the operation took the mutex.</summary>
    public readonly bool Strayed(int device) => (Strays >> device & 1) != 0;

    /// <summary>Whether the handle is still there that the fault path has: attached, or being attached.</summary>
    public readonly bool IsHandleThere => View[FaultSlot] == FaultHandle || (IsAttachedAt(FaultSlot) && Core.Call.Domain == FaultHandle);

    /// <summary>Whether a handle is being attached or replaced at an index of pasid_array.</summary>
    public readonly bool IsAttachedAt(int slot) => (Op)Core.Call.Op is Op.AttachHandle or Op.ReplaceHandle or Op.AttachPasid or Op.ReplacePasid && Core.Call.Slot == slot;

    /// <summary>Whether somebody has the mutex.</summary>
    public readonly bool IsBusy => Core.Call.Op != 0;

    /// <summary>Whether a user believes a domain to be attached somewhere.</summary>
    public readonly bool IsViewed(int domain)
    {
        bool found = false;
        for (int slot = 0; slot < GroupCore.MostSlots; slot++)
        {
            found |= View[slot] == domain;
        }
        return found;
    }

    /// <summary>Whether any user believes that anything is attached.</summary>
    public readonly bool IsUsed => View[0] != 0 || IsPasidUsed;

    /// <summary>Whether any user believes that anything is attached to a PASID.</summary>
    public readonly bool IsPasidUsed => View[1] != 0 || View[2] != 0;
}
