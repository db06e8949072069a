// The state of the attach model: streams and CDs in memory, what SMMU and devices may hold of them, domains, masters, and CPUs in the driver.

using System.Numerics;

namespace Verify.Smmu.Attach;

/// <summary>An SMMU, devices behind it, domains, and CPUs in the driver.</summary>
/// <remarks>
/// What the SMMU and devices hold is kept as sets: all that some copy may hold. Of an entry that is what memory has held since the last invalidation of it, as an SMMU
/// may fetch at any time, hold several copies (each TBU its own), and never has to fetch. So nothing has to be explored of when it fetches and evicts: an access may
/// meet any member. Where hardware's moves are steps of their own (<see cref="AttachScope.Explicit"/>), a set has what has been fetched, and each move adds a member.
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

    /// <summary>The SSIDs that there are: bit 0 for SSID 0, bit i for PASID i.</summary>
    public byte Ssids;

    /// <summary>The devices that have a StreamID twice, a bit each (smmuv3 8, B18: behind bridges).</summary>
    public byte Duplicates;

    /// <summary>Always 0: a state has no bytes that belong to no field.</summary>
    public Filling Filling;

    /// <summary>The index of a device's SSID, in <see cref="Cd"/> and <see cref="Atc"/>.</summary>
    public static int At(int device, int ssid) => (device * MostSsids) + ssid;

    /// <summary>The index of a stream's SSID, in <see cref="CdMay"/>.</summary>
    public static int CdAt(int stream, int ssid) => (stream * MostSsids) + ssid;

    /// <summary>The bit of a device's SSID in <see cref="Domain.List"/>; of its nested domain, on the parent's list.</summary>
    public static byte Member(int device, int ssid, bool nested) => (byte)(nested ? 1 << (6 + device) : 1 << At(device, ssid));

    /// <summary>How many StreamIDs the driver finds listed for a device.</summary>
    public readonly int Listed(int device) => Devices[device].Streams + (Duplicates >> device & 1);

    /// <summary>How many streams a device has.</summary>
    public readonly int Streams(int device) => Devices[device].Streams;

    /// <summary>Whether the machine has an SSID.</summary>
    public readonly bool HasSsid(int ssid) => (Ssids >> ssid & 1) != 0;

    /// <summary>The highest SSID of the machine. Of one below it that there is not, which other names for PASIDs can make, nothing is held.</summary>
    public readonly int HighestSsid => BitOperations.Log2(Ssids);

    /// <summary>What <see cref="Ssids"/> is for a number of PASIDs.</summary>
    public static byte SsidsOf(int pasids) => (byte)((2 << pasids) - 1);

    /// <summary>Whether the machine has a device.</summary>
    public readonly bool Has(int device) => Devices[device].Streams > 0;

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
