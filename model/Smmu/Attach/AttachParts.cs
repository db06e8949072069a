// The parts of the attach model's state: domains, devices, CPUs in the driver, and what there is of each.

using System.Runtime.CompilerServices;

namespace Verify.Smmu.Attach;

/// <summary>The kinds of domain that memory has to be allocated for.</summary>
public enum DomainKind : byte
{
    /// <summary>No such domain in this machine.</summary>
    None,

    /// <summary>A stage-1 paging domain, tagged by an ASID.</summary>
    S1,

    /// <summary>A stage-2 paging domain, tagged by a VMID; also the parent of the machine's nested domain.</summary>
    S2,

    /// <summary>A guest's stage 1 (vSTE) on the machine's S2 domain.</summary>
    Nested,

    /// <summary>The address space of a process.</summary>
    Sva,
}

/// <summary>How far a domain is with its life.</summary>
public enum DomainLife : byte
{
    /// <summary>Not allocated: its tables are free memory.</summary>
    Free,

    /// <summary>Allocated.</summary>
    Live,

    /// <summary>An SVA domain whose mm has no users any more: its release notifier runs.</summary>
    Exiting,

    /// <summary>An SVA domain whose mm is gone: its page tables are freed, the domain itself is not.</summary>
    MmGone,
}

/// <summary>A domain.</summary>
public struct Domain
{
    /// <summary>What it is.</summary>
    public DomainKind Kind;

    /// <summary>How far its life is.</summary>
    public DomainLife Life;

    /// <summary>1 while its page is mapped: one page stands for all.</summary>
    public byte Mapped;

    /// <summary>Its ASID (S1, SVA) or VMID (S2), from 1 on; 0 for none. With <see cref="AttachState.GivenBack"/> while domain_free still remembers it.</summary>
    public byte Tag;

    /// <summary>Its list of masters: a bit for each device and SSID, and, for a parent, for each device in its nested domain. See <see cref="AttachState.Member"/>.</summary>
    public byte List;

    /// <summary>nr_ats_masters.</summary>
    public byte NrAts;

    /// <summary>Users of its tag in its invalidation array (7.x).</summary>
    public byte InvTag;

    /// <summary>ATS entries in its invalidation array (7.x), bits as in <see cref="List"/>.</summary>
    public byte InvAts;
}

/// <summary>A device, and what the driver keeps of it as a master.</summary>
public struct Device
{
    /// <summary>1 while it is probed.</summary>
    public byte Present;

    /// <summary>1 where it can do ATS.</summary>
    public byte CanAts;

    /// <summary>How many StreamIDs it has; 0 where this machine has no such device.</summary>
    public byte Streams;

    /// <summary>1 while ATS is enabled at the device (PCI ATS control register).</summary>
    public byte PciAts;

    /// <summary>The driver's master->ats_enabled.</summary>
    public byte MasterAts;

    /// <summary>1 while it has a CD table.</summary>
    public byte CdTable;

    /// <summary>The driver's used_ssids: valid CDs of SSIDs other than 0.</summary>
    public byte UsedSsids;

    /// <summary>What is attached to its RID: the core's group->domain. See <see cref="AttachState.Blocked"/>.</summary>
    public byte Rid;

    /// <summary>What is attached to its PASIDs: the core's pasid_array; 0 for nothing.</summary>
    public ByPasid Pasid;
}

/// <summary>Where a CPU is in the driver.</summary>
public struct Cpu
{
    /// <summary>What it does.</summary>
    public Operation Operation;

    /// <summary>How far: an index into the operation's stages.</summary>
    public byte Stage;

    /// <summary>The device it does it for.</summary>
    public byte Device;

    /// <summary>The SSID it does it for; 0 for the RID.</summary>
    public byte Ssid;

    /// <summary>The domain it does it with; for attaches, the new one.</summary>
    public byte New;

    /// <summary>The old one.</summary>
    public byte Old;

    /// <summary>See <see cref="CpuFlag"/>.</summary>
    public CpuFlag Flags;

    /// <summary>What it has read of a list or an invalidation array.</summary>
    public byte Snapshot;

    /// <summary>In a write of an entry: the image it began with. After <see cref="Stage.ReadInvs"/>: 1 where the array has the tag.</summary>
    public byte From;

    /// <summary>In a write of an entry: the image it ends with.</summary>
    public byte To;

    /// <summary>In a write of an entry: how many batches are done.</summary>
    public byte Batch;

    /// <summary>In an install: which of the device's streams.</summary>
    public byte Stream;

    /// <summary>The command that it has put into the queue, with its CMD_SYNC, and that the SMMU has not consumed.</summary>
    public Command Command;

    /// <summary>What the command is about: a stream, an SSID mask, a tag.</summary>
    public byte Argument;
}

/// <summary>What a CPU remembers of its operation.</summary>
[Flags]
public enum CpuFlag : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The device shall do ATS afterwards.</summary>
    Ats = 1,

    /// <summary>It is on its way out with an error.</summary>
    Failed = 2,

    /// <summary>Ghost: it has changed an STE, a CD, or PCI ATS.</summary>
    Touched = 4,

    /// <summary>A batch is stored, and its CFGI not yet queued.</summary>
    Stored = 8,

    /// <summary>It waits for the CMD_SYNC behind its command.</summary>
    Waits = 16,

    /// <summary>It holds arm_smmu_asid_lock.</summary>
    AsidLock = 32,

    /// <summary>The list had the master already when it got on it: it is on it twice until it gets off the old domain's, which is the same one.</summary>
    Twice = 64,

    /// <summary>The old domain's list had no such master: there is nothing to count down.</summary>
    Absent = 128,
}

/// <summary>The commands that the SMMU is given.</summary>
public enum Command : byte
{
    /// <summary>None.</summary>
    None,

    /// <summary>CFGI_STE of one stream.</summary>
    CfgiSte,

    /// <summary>CFGI_CD of one SSID, for every stream of a device.</summary>
    CfgiCd,

    /// <summary>TLBI by ASID or VMID; of a nest parent, with all stage-1 entries under its VMID.</summary>
    Tlbi,

    /// <summary>ATC_INV of devices and SSIDs.</summary>
    AtcInv,
}

/// <summary>A byte for each PASID.</summary>
[InlineArray(AttachState.MostPasids)]
public struct ByPasid
{
    private byte _first;
}

/// <summary>A byte for each stream.</summary>
[InlineArray(AttachState.MostStreams)]
public struct ByStream
{
    private byte _first;
}

/// <summary>A set of STE images for each stream.</summary>
[InlineArray(AttachState.MostStreams)]
public struct SteSets
{
    private ulong _first;
}

/// <summary>A byte for each device and SSID.</summary>
[InlineArray(AttachState.MostDevices * AttachState.MostSsids)]
public struct BySsid
{
    private byte _first;
}

/// <summary>A set of CD images for each stream and SSID.</summary>
[InlineArray(AttachState.MostStreams * AttachState.MostSsids)]
public struct CdSets
{
    private uint _first;
}

/// <summary>A byte for each TLB tag.</summary>
[InlineArray(AttachState.Tags)]
public struct ByTag
{
    private byte _first;
}

/// <summary>What is left to a whole number of words.</summary>
[InlineArray(6)]
public struct Filling
{
    private byte _first;
}

/// <summary>The devices.</summary>
[InlineArray(AttachState.MostDevices)]
public struct Devices
{
    private Device _first;
}

/// <summary>The domains.</summary>
[InlineArray(AttachState.MostDomains)]
public struct Domains
{
    private Domain _first;
}

/// <summary>The CPUs.</summary>
[InlineArray(AttachState.MostCpus)]
public struct Cpus
{
    private Cpu _first;
}

