// Processes, their PASIDs, and what IOMMU and devices hold of them.

using System.Runtime.CompilerServices;

namespace Verify.Model.Ioasid.Native;

/// <summary>How far a process is with its end; its mm goes with it.</summary>
public enum ProcessPhase : byte
{
    /// <summary>There is none in this machine.</summary>
    Absent,

    /// <summary>It has not begun.</summary>
    Unborn,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>Its last mmput has begun: nobody gets mm_users any more.</summary>
    Exiting,

    /// <summary>The range callback has run for all of its memory.</summary>
    Invalidated,

    /// <summary>The release callback has run, and is off the mm's list.</summary>
    Released,

    /// <summary>Its page tables are freed.</summary>
    TablesFreed,

    /// <summary>mmput is done; files are closed now.</summary>
    MmPut,
}

/// <summary>How far a file descriptor of a device is.</summary>
public enum FdPc : byte
{
    /// <summary>Closed.</summary>
    Closed,

    /// <summary>Open; the driver is about to bind.</summary>
    Opened,

    /// <summary>In sva_bind_device.</summary>
    Binding,

    /// <summary>It has a PASID, and no PASID table entry yet.</summary>
    HasPasid,

    /// <summary>Bound: the device is programmed with the PASID.</summary>
    Bound,

    /// <summary>Open, but bind failed.</summary>
    Refused,

    /// <summary>In the driver's close path.</summary>
    Closing,

    /// <summary>DMA is stopped.</summary>
    Stopped,

    /// <summary>In sva_unbind_device.</summary>
    Unbinding,

    /// <summary>The PASID table entry is clear, TLBs are flushed.</summary>
    TornDown,

    /// <summary>The PRQ is drained.</summary>
    Drained,

    /// <summary>The hold on the mm is dropped, where that is not the last thing.</summary>
    Dropped,

    /// <summary>Unbound, but DMA is not stopped yet.</summary>
    Unstopped,
}

/// <summary>What a process has mapped: one page stands for all.</summary>
public enum UserPage : byte
{
    /// <summary>Nothing; what was there is freed.</summary>
    Freed,

    /// <summary>A page.</summary>
    Mapped,

    /// <summary>Its PTE is clear, the page not freed yet.</summary>
    Unmapping,
}

/// <summary>A byte for each process.</summary>
[InlineArray(NativeModel.MostProcesses)]
public struct ByProcess
{
    private byte _first;
}

/// <summary>A byte for each device.</summary>
[InlineArray(NativeModel.MostDevices)]
public struct ByDevice
{
    private byte _first;
}

/// <summary>A byte for each PASID.</summary>
[InlineArray(NativeModel.MostPasids)]
public struct ByPasid
{
    private byte _first;
}

/// <summary>A byte for each process and device.</summary>
[InlineArray(NativeModel.MostProcesses * NativeModel.MostDevices)]
public struct ByFd
{
    private byte _first;
}

/// <summary>A byte for each device and PASID.</summary>
[InlineArray(NativeModel.MostDevices * NativeModel.MostPasids)]
public struct ByEntry
{
    private byte _first;
}

/// <summary>
/// The processes and the machine. What refers to a PASID or was made for one, a cell, is a byte: 0 for nothing, else the process or the PASID from 1, with
/// <see cref="Old"/> once that PASID was given back, and <see cref="NoFaults"/> or <see cref="DmaOn"/> where it says so.
/// </summary>
public struct NativeState
{
    /// <summary>In a cell: of a previous life of its PASID. Nothing in the machine can see it.</summary>
    public const byte Old = 0x80;

    /// <summary>In a PASID table entry: not present, and faults are not reported.</summary>
    public const byte NoFaults = 0x40;

    /// <summary>In the PASID of a device: DMA is on.</summary>
    public const byte DmaOn = 0x40;

    private const byte Name = 0x0f;

    /// <summary>How far each process is, a <see cref="ProcessPhase"/>.</summary>
    public ByProcess Phase;

    /// <summary>mm_users.</summary>
    public ByProcess Users;

    /// <summary>mm_count; at 0 the mm is freed.</summary>
    public ByProcess Count;

    /// <summary>mm->pasid, from 1; 0 for none.</summary>
    public ByProcess Pasid;

    /// <summary>What is mapped, a <see cref="UserPage"/>.</summary>
    public ByProcess Page;

    /// <summary>Whether a lazy user has the mm: the task that exits, until another is switched to.</summary>
    public ByProcess Lazy;

    /// <summary>Whether the notifier holds the mm.</summary>
    public ByProcess Hold;

    /// <summary>Whether the notifier is put, and what it holds not given back yet.</summary>
    public ByProcess Putting;

    /// <summary>How far each file descriptor is, a <see cref="FdPc"/>.</summary>
    public ByFd Fd;

    /// <summary>The PASID that a file descriptor was bound with, from 1, and whether that life of it is over.</summary>
    public ByFd Handle;

    /// <summary>The PASID that a device is programmed with for a file descriptor, from 1, and whether DMA is on.</summary>
    public ByFd Programmed;

    /// <summary>PASID table entries: the process whose page tables they point to, or <see cref="NoFaults"/>.</summary>
    public ByEntry Table;

    /// <summary>TLBs of devices: the process whose page they hold.</summary>
    public ByEntry DevTlb;

    /// <summary>Page requests that wait: the process for which they were made.</summary>
    public ByEntry Prq;

    /// <summary>The IOTLB: the process whose page it holds.</summary>
    public ByPasid IoTlb;

    /// <summary>References of each PASID; 0 for a free one.</summary>
    public ByPasid Refs;

    /// <summary>The process for which a PASID is allocated, from 1.</summary>
    public ByPasid Owner;

    /// <summary>Devices that this machine has not.</summary>
    public ByDevice Absent;

    /// <summary>Place of a file descriptor.</summary>
    public static int At(int process, int device) => (process * NativeModel.MostDevices) + device;

    /// <summary>Place of what a device has for a PASID.</summary>
    public static int Entry(int device, int pasid) => (device * NativeModel.MostPasids) + pasid;

    /// <summary>The process or the PASID of a cell, from 0; -1 for none.</summary>
    public static int Named(byte cell) => (cell & Name) - 1;

    /// <summary>Whether a PASID table entry points to page tables.</summary>
    public static bool IsPresent(byte entry) => (entry & Name) != 0 && (entry & NoFaults) == 0;

    /// <summary>Whether what a process had mapped is freed.</summary>
    public readonly bool IsPageFreed(int process) => Page[process] == (byte)UserPage.Freed || AreTablesFreed(process);

    /// <summary>Whether the page tables of a process are freed.</summary>
    public readonly bool AreTablesFreed(int process) => Phase[process] >= (byte)ProcessPhase.TablesFreed;

    /// <summary>Whether a process has begun to end.</summary>
    public readonly bool IsExiting(int process) => Phase[process] >= (byte)ProcessPhase.Exiting;

    /// <summary>Whether a file descriptor is bound to a PASID in its present life, programmed or about to be unbound.</summary>
    public readonly bool IsBound(int fd) => Handle[fd] is not 0 and < Old && Fd[fd] >= (byte)FdPc.Bound;
}
