// The state of the attach model: streams and CDs in memory, what SMMU and devices may hold of them, domains, masters, and CPUs in the driver.

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

    /// <summary>1 where it has two StreamIDs.</summary>
    public byte TwoStreams;

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

/// <summary>An SMMU, devices behind it, domains, and CPUs in the driver.</summary>
/// <remarks>
/// What the SMMU and devices hold is kept as sets: all that some copy may hold. Of an entry that is what memory has held since the last invalidation of it, as an SMMU
/// may fetch at any time, hold several copies (each TBU its own), and never has to fetch. So nothing has to be explored of when it fetches and evicts: an access may
/// meet any member.
/// </remarks>
public struct AttachState
{
    /// <summary>The most devices.</summary>
    public const int MostDevices = 2;

    /// <summary>The most streams: two for each device.</summary>
    public const int MostStreams = MostDevices * 2;

    /// <summary>The most PASIDs.</summary>
    public const int MostPasids = 2;

    /// <summary>SSID 0 and the PASIDs.</summary>
    public const int MostSsids = MostPasids + 1;

    /// <summary>The most domains.</summary>
    public const int MostDomains = 3;

    /// <summary>The most CPUs.</summary>
    public const int MostCpus = 3;

    /// <summary>TLB tags: ASIDs, VMIDs, and guests' stage 1 under a VMID.</summary>
    public const int Tags = MostDomains * 3;

    /// <summary>The BLOCKED domain, in <see cref="Device.Rid"/> and <see cref="Cpu.New"/>.</summary>
    public const byte Blocked = 1;

    /// <summary>The IDENTITY domain.</summary>
    public const byte Identity = 2;

    /// <summary>The first of the domains that are allocated; <c>Paging + i</c> is domain i.</summary>
    public const byte Paging = 3;

    /// <summary>In <see cref="Domain.Tag"/>: it is given back, and anybody may have it.</summary>
    public const byte GivenBack = 0x80;

    /// <summary>In what TLBs hold: a translation of IDENTITY, which only an ATC has.</summary>
    public const byte IdentityPage = 1 << 6;

    /// <summary>STEs that the SMMU may hold.</summary>
    public SteSets SteMay;

    /// <summary>CDs that the SMMU may hold, by the stream through which they were fetched.</summary>
    public CdSets CdMay;

    /// <summary>STEs in memory: the image of each stream.</summary>
    public ByStream Ste;

    /// <summary>CDs in memory.</summary>
    public BySsid Cd;

    /// <summary>
    /// Whose pages the TLB may translate to, by tag: bit i for the page of domain i, bit 3 + i for one of a former life of domain i.
    /// </summary>
    public ByTag Tlb;

    /// <summary>Whose pages a device's ATC may translate to, by device and SSID; bits as in <see cref="Tlb"/>, and <see cref="IdentityPage"/>.</summary>
    public BySsid Atc;

    /// <summary>The devices.</summary>
    public Devices Devices;

    /// <summary>The domains.</summary>
    public Domains Domains;

    /// <summary>The CPUs.</summary>
    public Cpus Cpus;

    /// <summary>Which of the scope's machines this is.</summary>
    public byte Machine;

    /// <summary>The index of a device's SSID, in <see cref="Cd"/> and <see cref="Atc"/>.</summary>
    public static int At(int device, int ssid) => (device * MostSsids) + ssid;

    /// <summary>The index of a stream's SSID, in <see cref="CdMay"/>.</summary>
    public static int CdAt(int stream, int ssid) => (stream * MostSsids) + ssid;

    /// <summary>The bit of a device's SSID in <see cref="Domain.List"/>; of its nested domain, on the parent's list.</summary>
    public static byte Member(int device, int ssid, bool nested) => (byte)(nested ? 1 << (6 + device) : 1 << At(device, ssid));

    /// <summary>How many streams a device has.</summary>
    public readonly int Streams(int device) => 1 + Devices[device].TwoStreams;

    /// <summary>The index in <see cref="Tlb"/> of a domain's own tag.</summary>
    public static int TagOf(in Domain domain) => (domain.Tag & ~GivenBack) - 1 + (domain.Kind == DomainKind.S2 ? MostDomains : 0);

    /// <summary>The index of the tag that guests' stage 1 has under the VMID of a stage-2 tag.</summary>
    public static int GuestTag(int tag) => tag + MostDomains;

    /// <summary>What TLBs hold of a domain's page: its present life's bit, or, once its tables are free, its former life's.</summary>
    public readonly byte PageOf(int domain) => (byte)(1 << (AreTablesFreed(domain) ? MostDomains + domain : domain));

    /// <summary>Whether the page tables of a domain are free memory.</summary>
    public readonly bool AreTablesFreed(int domain) => Domains[domain].Life is DomainLife.Free or DomainLife.MmGone;

    /// <summary>The machine's S2 domain, which nested domains translate by; -1 for none.</summary>
    public readonly int Parent()
    {
        for (var i = 0; i < MostDomains; i++)
        {
            if (Domains[i].Kind == DomainKind.S2)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The domain whose list, pages and tags an attachment uses: a nested domain's are its parent's; -1 for IDENTITY, BLOCKED and nothing.</summary>
    public readonly int Table(byte attached) =>
        attached < Paging ? -1 : Domains[attached - Paging].Kind == DomainKind.Nested ? Parent() : attached - Paging;

    /// <summary>Whether an attachment is a nested domain.</summary>
    public readonly bool IsNested(byte attached) => attached >= Paging && Domains[attached - Paging].Kind == DomainKind.Nested;

    /// <summary>
    /// A tag that a domain has, or, behind the tags, a device's SSID whose ATC is in use, that may translate to pages of a domain that was freed; -1 for none.
    /// </summary>
    public readonly int Crossing()
    {
        const int Former = ((1 << MostDomains) - 1) << MostDomains;
        for (var domain = 0; domain < MostDomains; domain++)
        {
            ref readonly var live = ref Domains[domain];
            if (live.Life == DomainLife.Live && live.Tag != 0 && (Tlb[TagOf(in live)] & Former) != 0)
            {
                return TagOf(in live);
            }
        }

        for (var at = 0; at < MostDevices * MostSsids; at++)
        {
            if ((Atc[at] & Former) != 0 && Devices[at / MostSsids].PciAts != 0)
            {
                return Tags + at;
            }
        }

        return -1;
    }

    /// <summary>How many PASIDs of a device have a domain.</summary>
    public readonly int Pasids(int device)
    {
        var attached = 0;
        foreach (var domain in Devices[device].Pasid)
        {
            attached += domain != 0 ? 1 : 0;
        }

        return attached;
    }

    /// <summary>What is attached to a device's SSID; 0 for nothing.</summary>
    public readonly byte Attached(int device, int ssid) => ssid == 0 ? Devices[device].Rid : Devices[device].Pasid[ssid - 1];

    /// <summary>The CPU that holds arm_smmu_asid_lock; -1 for none.</summary>
    public readonly int AsidOwner()
    {
        for (var cpu = 0; cpu < MostCpus; cpu++)
        {
            if ((Cpus[cpu].Flags & CpuFlag.AsidLock) != 0)
            {
                return cpu;
            }
        }

        return -1;
    }

    /// <summary>The CPU that is in an operation on a device, with its group->mutex; -1 for none.</summary>
    public readonly int Owner(int device)
    {
        for (var cpu = 0; cpu < MostCpus; cpu++)
        {
            if (Operations.IsOnDevice(Cpus[cpu].Operation) && Cpus[cpu].Device == device)
            {
                return cpu;
            }
        }

        return -1;
    }
}
