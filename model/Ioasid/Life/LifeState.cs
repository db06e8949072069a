// The state of the system ioasid-life: the core, the hardware, and what is under way or queued.

using System.Runtime.CompilerServices;
using Verify.Model.Ioasid.Sets;

namespace Verify.Model.Ioasid.Life;

/// <summary>A byte for each device and IOASID.</summary>
[InlineArray(LifeState.MostDevices * SetCore.MostIds)]
public struct ByDeviceAndId
{
    private byte _first;
}

/// <summary>A byte for each VM and SPID.</summary>
[InlineArray(SetCore.MostVms * LifeState.MostSpids)]
public struct ByVmAndSpid
{
    private byte _first;
}

/// <summary>A byte for each device and VM.</summary>
[InlineArray(LifeState.MostDevices * SetCore.MostVms)]
public struct ByDeviceAndVm
{
    private byte _first;
}

/// <summary>A byte for each work that can be queued: two for each IOASID.</summary>
[InlineArray(2 * (SetCore.MostIds - 1))]
public struct WorkQueue
{
    private byte _first;
}

/// <summary>What has become of a VM, a bit each.</summary>
public static class Vm
{
    /// <summary>Its KVM has registered.</summary>
    public const byte Launched = 1;

    /// <summary>Its KVM has ended.</summary>
    public const byte KvmEnded = 2;

    /// <summary>VFIO's file descriptor has been closed.</summary>
    public const byte Closed = 4;
}

/// <summary>
/// Bits of hardware cells. A cell refers to an IOASID of the life that it has now, or of a previous one, which is ghost state: it is set in all cells that refer to
/// an IOASID when that is reclaimed. That is as good as numbering lives: nothing ever asks which of the previous lives it was.
/// </summary>
public static class Cell
{
    /// <summary>The IOASID of a PASID translation and of a device.</summary>
    public const byte Id = 7;

    /// <summary>The VM, plus one, whose page tables a PASID table entry leads to.</summary>
    public const byte Owner = 3;

    /// <summary>One mdev more to which an IOASID is bound.</summary>
    public const byte Mdev = 4;

    /// <summary>The number of mdevs to which it is bound.</summary>
    public const byte Mdevs = 12;

    /// <summary>The device does DMA.</summary>
    public const byte On = 64;

    /// <summary>Of a previous life.</summary>
    public const byte Previous = 128;
}

/// <summary>What is cached of an IOASID, a bit each; the same four bits higher: of a previous life.</summary>
public static class Cache
{
    /// <summary>A translation in the IOTLB.</summary>
    public const byte Iotlb = 1;

    /// <summary>A translation in the TLB of device 0; that of the next device is the next bit.</summary>
    public const byte DeviceTlb = 2;

    /// <summary>A request in the page request queue.</summary>
    public const byte Request = 8;
}

/// <summary>What the IOMMU driver is in the middle of, with its mutex.</summary>
public enum CallKind : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Binding.</summary>
    Bind,

    /// <summary>Unbinding from the last device.</summary>
    Unbind,
}

/// <summary>A bind or unbind under way: one at a time, as the driver has one mutex for all PASIDs.</summary>
public struct DriverCall
{
    /// <summary>Which.</summary>
    public CallKind Kind;

    /// <summary>How many of its phases are done.</summary>
    public byte At;

    /// <summary>For whom.</summary>
    public byte Vm;

    /// <summary>The device.</summary>
    public byte Device;

    /// <summary>The IOASID.</summary>
    public byte Id;

    /// <summary>The SPID to be bound.</summary>
    public byte Spid;
}

/// <summary>The core and everything around it.</summary>
public struct LifeState
{
    /// <summary>PCI devices at most.</summary>
    public const int MostDevices = 2;

    /// <summary>SPIDs at most.</summary>
    public const int MostSpids = 3;

    /// <summary>The core.</summary>
    public SetCore Core;

    /// <summary>PASID tables: by device and IOASID, the owner and the number of mdevs, bits of <see cref="Cell"/>; 0: not present.</summary>
    public ByDeviceAndId Pt;

    /// <summary>PASID translation tables, which the CPU uses for ENQCMD: by VM and SPID, the IOASID; 0: none.</summary>
    public ByVmAndSpid Tr;

    /// <summary>The PASID that is programmed in the mdev: by device and VM, the IOASID, and whether it does DMA; 0: none.</summary>
    public ByDeviceAndVm Dv;

    /// <summary>By IOASID, what is cached, bits of <see cref="Cache"/>.</summary>
    public ById Cached;

    /// <summary>By VM, bits of <see cref="Vm"/>.</summary>
    public ByVm Vms;

    /// <summary>By IOASID, whether VDCM's work has done its first half.</summary>
    public ById HalfDone;

    /// <summary>What the IOMMU driver is in the middle of.</summary>
    public DriverCall Call;

    /// <summary>The ordered queue: 2 × IOASID, plus 1 where it is the IOMMU driver's work; 0 after the last.</summary>
    public WorkQueue Queue;

    /// <summary>Where the PASID table entry of an IOASID is.</summary>
    public static int PtAt(int device, int id) => (device * SetCore.MostIds) + id;

    /// <summary>Where the translation of an SPID is.</summary>
    public static int TrAt(int vm, int spid) => (vm * MostSpids) + spid;

    /// <summary>Where the PASID of an mdev is.</summary>
    public static int DvAt(int device, int vm) => (device * SetCore.MostVms) + vm;

    /// <summary>Whether a VM has, of what <see cref="Vm"/> names, all of one and nothing of another.</summary>
    public readonly bool IsVm(int vm, byte all, byte none) => (Vms[vm] & (all | none)) == all;

    /// <summary>Whether a guest runs.</summary>
    public readonly bool IsGuestUp(int vm) => IsVm(vm, Vm.Launched, Vm.KvmEnded | Vm.Closed);
}
