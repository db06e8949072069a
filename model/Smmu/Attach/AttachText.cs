// How the attach model's steps and states read: like a driver's log with the hardware beside it.

using System.Collections.Immutable;
using static Verify.Smmu.Attach.AttachState;

namespace Verify.Smmu.Attach;

/// <summary>What happens. From <see cref="FirstStage"/> on, a stage each, but for those that write.</summary>
public enum AttachAct : ushort
{
    /// <summary>attach_dev is called, or refused.</summary>
    AttachDev,

    /// <summary>set_dev_pasid is called, or refused.</summary>
    SetDevPasid,

    /// <summary>remove_dev_pasid is called.</summary>
    RemoveDevPasid,

    /// <summary>release_device is called.</summary>
    ReleaseDevice,

    /// <summary>Unmap is called.</summary>
    Unmap,

    /// <summary>domain_free is called.</summary>
    DomainFree,

    /// <summary>The mm's release notifier is called.</summary>
    MmRelease,

    /// <summary>A page is mapped.</summary>
    Map,

    /// <summary>A domain is allocated.</summary>
    DomainAlloc,

    /// <summary>A device is probed.</summary>
    ProbeDevice,

    /// <summary>A batch of stores to an STE.</summary>
    StoreSte,

    /// <summary>A batch of stores to a CD.</summary>
    StoreCd,

    /// <summary>CFGI_STE and CMD_SYNC are queued.</summary>
    CfgiSte,

    /// <summary>CFGI_CD and CMD_SYNC are queued.</summary>
    CfgiCd,

    /// <summary>The SMMU has consumed a command and its CMD_SYNC.</summary>
    Consume,

    /// <summary>The first stage that writes no entry.</summary>
    FirstStage,

    /// <summary>Behind the stages: the SMMU fetches an STE. This and what follows are steps where <see cref="AttachScope.Explicit"/> says so.</summary>
    FetchSte = FirstStage + (int)Stage.WriteCd,

    /// <summary>The SMMU fetches a CD.</summary>
    FetchCd,

    /// <summary>The SMMU walks page tables and keeps what it finds in the TLB.</summary>
    Walk,

    /// <summary>A device has its translation request answered, and keeps the answer in its ATC.</summary>
    AtsRequest,

    /// <summary>A device reads a page. It changes nothing: it shows what an access may get.</summary>
    Read,
}

/// <summary>The text of states and steps.</summary>
public static class AttachText
{
    /// <summary>The lane of what CPUs store and the SMMU fetches.</summary>
    public const string Memory = "memory";

    private static readonly string[] Calls =
    [
        "attach_dev", "set_dev_pasid", "remove_dev_pasid", "release_device", "unmap", "domain_free", "mmu_notifier release", "map", "domain_alloc", "probe_device",
        "store STE", "store CD", "CFGI_STE and CMD_SYNC", "CFGI_CD and CMD_SYNC", "consume CMD_SYNC",
    ];

    private static readonly ImmutableDictionary<Stage, string> Stages = new Dictionary<Stage, string>
    {
        [Stage.LockAsid] = "mutex_lock asid_lock",
        [Stage.UnlockAsid] = "mutex_unlock asid_lock",
        [Stage.AllocCdTable] = "alloc CD table",
        [Stage.AllocMasterDomain] = "alloc master_domain",
        [Stage.BuildInvs] = "build invs",
        [Stage.AllocStatic] = "alloc for a static domain",
        [Stage.NrAtsInc] = "inc nr_ats_masters",
        [Stage.ListAdd] = "list_add",
        [Stage.PublishInvs] = "publish invs",
        [Stage.PciAtsOff] = "pci_disable_ats",
        [Stage.PciAtsOffAlways] = "pci_disable_ats whatever comes",
        [Stage.AtcInvOld] = "ATC_INV and CMD_SYNC of the old domain",
        [Stage.ClearMasterAts] = "clear ats_enabled",
        [Stage.WriteCd] = "write CD",
        [Stage.InstallSte] = "install STE",
        [Stage.UpdateSte] = "update STE",
        [Stage.ClearCd0] = "clear CD 0",
        [Stage.ClearCd0First] = "clear CD 0 first",
        [Stage.ClearCd] = "clear CD",
        [Stage.AtcInv] = "ATC_INV and CMD_SYNC",
        [Stage.AtcInvDomain] = "ATC_INV and CMD_SYNC of the whole domain",
        [Stage.PciAtsOn] = "pci_enable_ats",
        [Stage.ListDel] = "list_del",
        [Stage.NrAtsDec] = "dec nr_ats_masters",
        [Stage.SetMasterAts] = "set ats_enabled",
        [Stage.UnrefInvs] = "unref invs",
        [Stage.FlushOldTag] = "TLBI and CMD_SYNC of the old tag",
        [Stage.ReattachRid] = "attach the domain of the RID again",
        [Stage.ClearPte] = "clear PTE",
        [Stage.Tlbi] = "TLBI and CMD_SYNC",
        [Stage.ReadNrAts] = "read nr_ats_masters",
        [Stage.WalkList] = "walk list of masters",
        [Stage.AtcInvFound] = "ATC_INV and CMD_SYNC of masters found",
        [Stage.ReadInvs] = "read invs",
        [Stage.TlbiFound] = "TLBI and CMD_SYNC if in invs",
        [Stage.FreeTables] = "free page tables",
        [Stage.FreeTag] = "free ASID or VMID",
        [Stage.ReleaseCds] = "release CDs",
        [Stage.FreeMmTables] = "exit_mmap frees page tables",
        [Stage.FreeCdTable] = "free CD table",
        [Stage.Depart] = "device is gone",
    }.ToImmutableDictionary();

    /// <summary>The names of all actions.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Calls, .. Enum.GetValues<Stage>().Where(stage => stage < Stage.WriteCd).Select(stage => Stages[stage])];

    /// <summary>The names of all actions where hardware's moves are steps.</summary>
    public static IReadOnlyList<string> NamesWithHardware { get; } = [.. Names, "fetch STE", "fetch CD", "walk page tables", "ATS translation request", "read iova X"];

    /// <summary>Whether an act is a stage of an operation that writes no entry.</summary>
    public static bool IsStage(AttachAct act) => act is >= AttachAct.FirstStage and < AttachAct.FetchSte;

    /// <summary>Whether an act is a move of SMMU or devices.</summary>
    public static bool IsHardware(AttachAct act) => act >= AttachAct.FetchSte;

    /// <summary>The act of asking for an operation.</summary>
    public static AttachAct Of(Operation operation) => (AttachAct)(operation - 1);

    /// <summary>The act of a stage that writes no entry.</summary>
    public static AttachAct Of(Stage stage) => AttachAct.FirstStage + (ushort)stage;

    /// <summary>The operation's name.</summary>
    public static string Say(Operation operation) => Calls[(int)Of(operation)];

    /// <summary>What is attached: IDENTITY, BLOCKED, S1 "A"; none.</summary>
    public static string Domain(in AttachState state, byte attached) => attached switch
    {
        0 => "none",
        Blocked => "BLOCKED",
        Identity => "IDENTITY",
        _ => $"{state.Domains[attached - Paging].Kind} \"{Letter(attached - Paging)}\"",
    };

    /// <summary>The letter of a domain.</summary>
    public static char Letter(int domain) => (char)('A' + domain);

    /// <summary>A device's RID or PASID.</summary>
    public static string Place(int device, int ssid) => ssid == 0 ? $"dev{device}" : $"dev{device} PASID {ssid}";

    /// <summary>An operation's stage.</summary>
    public static string Say(Stage stage) => Stages[stage];

    /// <summary>An entry, as <see cref="AttachModel.Writes"/> numbers them.</summary>
    public static string Entry(int entry) => entry < MostStreams ? $"STE({Stream(entry)})" : $"CD({Place((entry - MostStreams) / MostSsids, (entry - MostStreams) % MostSsids)})";

    /// <summary>A stream.</summary>
    public static string Stream(int stream) => $"sid {(stream / 2) + ((stream % 2) * MostDevices)}";

    /// <summary>A tag of the TLB.</summary>
    public static string Tag(int tag) => (tag / MostDomains) switch
    {
        0 => $"ASID {tag + 1}",
        1 => $"VMID {tag - MostDomains + 1}",
        _ => $"guest's ASIDs of VMID {tag - (2 * MostDomains) + 1}",
    };

    /// <summary>An STE's form, in words.</summary>
    public static string Ste(SteKey ste) => ste.Form switch
    {
        SteForm.Invalid => "V=0",
        SteForm.Abort => "ABORT",
        SteForm.Bypass => "BYPASS",
        SteForm.CdTerminate => $"S1 S1DSS=TERMINATE{Ats(ste)}",
        SteForm.CdBypass => $"S1 S1DSS=BYPASS{Ats(ste)}",
        SteForm.CdSsid0 => $"S1 S1DSS=SSID0{Ats(ste)}",
        SteForm.S2 => $"S2 \"{Letter(ste.Domain)}\" VMID {ste.Vmid}{Ats(ste)}",
        _ => $"NESTED on \"{Letter(ste.Domain)}\" VMID {ste.Vmid}{Ats(ste)}",
    };

    private static string Ats(SteKey ste) => ste.Ats ? " EATS=TRANS" : "";

    /// <summary>A CD's form, in words.</summary>
    public static string Cd(CdKey cd) => cd.Form switch
    {
        CdForm.Cleared => "V=0",
        CdForm.S1 => $"S1 \"{Letter(cd.Domain)}\" ASID {cd.Asid}",
        CdForm.Sva => $"SVA \"{Letter(cd.Domain)}\" ASID {cd.Asid}",
        _ => $"EPD0 \"{Letter(cd.Domain)}\" ASID {cd.Asid}",
    };

    /// <summary>Whose pages: bits as in <see cref="AttachState.Tlb"/>.</summary>
    public static string Pages(int pages)
    {
        var names = new List<string>();
        for (var domain = 0; domain < MostDomains; domain++)
        {
            if ((pages >> domain & 1) != 0)
            {
                names.Add($"\"{Letter(domain)}\"");
            }

            if ((pages >> (MostDomains + domain) & 1) != 0)
            {
                names.Add($"freed \"{Letter(domain)}\"");
            }
        }

        if ((pages & IdentityPage) != 0)
        {
            names.Add("IDENTITY");
        }

        if ((pages & SmmuCaches.Fault) != 0)
        {
            names.Add("abort");
        }

        return names.Count == 0 ? "nothing" : string.Join(", ", names);
    }

    /// <summary>Who is on a list: devices, with their PASIDs.</summary>
    public static string Members(byte list)
    {
        var names = new List<string>();
        for (var device = 0; device < MostDevices; device++)
        {
            for (var ssid = 0; ssid < MostSsids; ssid++)
            {
                if ((list & Member(device, ssid, false)) != 0)
                {
                    names.Add(Place(device, ssid));
                }
            }

            if ((list & Member(device, 0, true)) != 0)
            {
                names.Add($"dev{device} nested");
            }
        }

        return names.Count == 0 ? "nobody" : string.Join(", ", names);
    }
}
