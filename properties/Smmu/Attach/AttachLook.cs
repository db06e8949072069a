// How the claims look at a state of the attach model: what accesses may get, and what they should.

using Verify.Smmu.Attach;
using Verify.Transitions;
using static Verify.Smmu.Attach.AttachState;

namespace Verify.Properties.Smmu.Attach;

/// <summary>A device's RID or PASID where something is wrong; none where nothing is.</summary>
/// <param name="Device">The device; -1 for nothing found.</param>
/// <param name="Ssid">Its SSID.</param>
/// <param name="Met">What an access may get; bits as in <see cref="AttachState.Tlb"/>.</param>
/// <param name="Wrong">What of that is wrong.</param>
internal readonly record struct Spot(int Device, int Ssid, int Met, int Wrong)
{
    /// <summary>Nothing found.</summary>
    public static Spot None => new(-1, 0, 0, 0);

    /// <summary>Whether something was found.</summary>
    public bool IsThere => Device >= 0;

    /// <summary>In words.</summary>
    public string Say(string wanted) =>
        $"an access of {(Ssid == 0 ? $"dev{Device} without PASID" : $"dev{Device} with PASID {Ssid}")} may get {AttachText.Pages(Met)}; {wanted}";

    /// <summary>Whether a step is an access that gets what is wrong here.</summary>
    public bool IsShownBy(Step step) =>
        step.Kind == (ushort)AttachAct.Read && HardwareMove.Of(step) is var read && read.Device == Device && read.Ssid == Ssid && (read.Met & Wrong) != 0;
}

/// <summary>What accesses may get in a state.</summary>
internal sealed class AttachLook(AttachModel model)
{
    private const int Former = ((1 << MostDomains) - 1) << MostDomains;

    private readonly SmmuCaches caches = model.Caches;

    private readonly AttachHitless hitless = new(model);

    /// <summary>What an access may get by the copies of STE and CD alone: whose tables, IDENTITY, an abort.</summary>
    public int Configured(in AttachState state, int device, int ssid)
    {
        var met = 0;
        for (var stream = device * 2; stream < (device * 2) + state.Streams(device); stream++)
        {
            met |= caches.Untranslated(in state, stream, ssid, hits: false);
        }

        return met;
    }

    /// <summary>The same, and the pages that TLB and ATC let it reach.</summary>
    public int Reached(in AttachState state, int device, int ssid) => Configured(in state, device, ssid) | Hits(in state, device, ssid);

    /// <summary>What an access gets that is attached to; 0 where it is a process's that is gone, whose tables give nothing.</summary>
    public static int Meaning(in AttachState state, byte attached) => attached switch
    {
        0 or Blocked => SmmuCaches.Fault,
        Identity => IdentityPage,
        _ when state.Domains[attached - Paging].Life is DomainLife.MmGone => SmmuCaches.Fault,
        _ => 1 << state.Table(attached),
    };

    /// <summary>The CPU whose operation is on a device's SSID; -1 for none.</summary>
    public static int Changing(in AttachState state, int device, int ssid) =>
        state.Owner(device) is >= 0 and var cpu && state.Cpus[cpu].Ssid == ssid ? cpu : -1;

    /// <summary>What is attached to a device's SSID, and what is being attached.</summary>
    private static int Wanted(in AttachState state, int device, int ssid)
    {
        var wanted = Meaning(in state, state.Attached(device, ssid));
        return Changing(in state, device, ssid) is >= 0 and var cpu ? wanted | Meaning(in state, state.Cpus[cpu].New) : wanted;
    }

    /// <summary>An access that may get what is neither attached nor being attached, nor an abort.</summary>
    public Spot Third(in AttachState state)
    {
        for (var device = 0; device < MostDevices; device++)
        {
            for (var ssid = 0; ssid <= state.HighestSsid; ssid++)
            {
                var met = Reached(in state, device, ssid);
                if ((met & ~(Wanted(in state, device, ssid) | SmmuCaches.Fault)) is not 0 and var wrong)
                {
                    return new Spot(device, ssid, met, wrong);
                }
            }
        }

        return Spot.None;
    }

    /// <summary>An access that may pass although IDENTITY is neither attached nor being attached.</summary>
    public Spot Passes(in AttachState state)
    {
        for (var device = 0; device < MostDevices; device++)
        {
            for (var ssid = 0; ssid <= state.HighestSsid; ssid++)
            {
                var met = Reached(in state, device, ssid);
                if ((met & IdentityPage & ~Wanted(in state, device, ssid)) is not 0 and var wrong)
                {
                    return new Spot(device, ssid, met, wrong);
                }
            }
        }

        return Spot.None;
    }

    /// <summary>An access without PASID that may be aborted between IDENTITY and a paging domain.</summary>
    public Spot Gap(in AttachState state) => Aborted(in state, needlesslyOnly: false);

    /// <summary>An access without PASID that may be aborted between two domains, although the change can be hitless.</summary>
    public Spot NeedlessGap(in AttachState state) => Aborted(in state, needlesslyOnly: true);

    private Spot Aborted(in AttachState state, bool needlesslyOnly)
    {
        for (var cpu = 0; cpu < MostCpus; cpu++)
        {
            ref readonly var busy = ref state.Cpus[cpu];
            var counts = IsBetweenDomains(in busy) && (needlesslyOnly || busy.New == Identity || busy.Old == Identity);
            if (counts && Configured(in state, busy.Device, 0) is var met && (met & SmmuCaches.Fault) != 0 && (!needlesslyOnly || hitless.IsPossible(in state, in busy)))
            {
                return new Spot(busy.Device, 0, met, SmmuCaches.Fault);
            }
        }

        return Spot.None;
    }

    /// <summary>Whether a CPU changes a RID between two domains that both let accesses pass.</summary>
    public static bool IsBetweenDomains(in Cpu busy) => busy is { Operation: Operation.AttachDev, Old: >= Identity, New: >= Identity } && busy.Old != busy.New;

    /// <summary>An access with an attached PASID that may get something else while the RID changes; or, for <paramref name="ofPasids"/>, what a change of a PASID disturbs.</summary>
    public Spot Disturbed(in AttachState state, bool ofPasids)
    {
        for (var cpu = 0; cpu < MostCpus; cpu++)
        {
            ref readonly var busy = ref state.Cpus[cpu];
            var changes = Operations.IsOnDevice(busy.Operation) && (busy.Ssid != 0 || IsReattach(in busy)) == ofPasids;
            for (var ssid = 0; changes && ssid <= state.HighestSsid; ssid++)
            {
                var attached = state.Attached(busy.Device, ssid);
                var isOther = ssid != busy.Ssid && (ssid != 0 || ofPasids) && (attached != 0 || ofPasids) && !IsLeaving(in state, attached);
                if ((isOther || (ssid == 0 && IsReattach(in busy))) && Configured(in state, busy.Device, ssid) is var met
                    && (met & ~Meaning(in state, attached)) is not 0 and var wrong)
                {
                    return new Spot(busy.Device, ssid, met, wrong);
                }
            }
        }

        return Spot.None;
    }

    /// <summary>Whether a CPU has remove_dev_pasid give a RID its plain STE back.</summary>
    public static bool IsReattach(in Cpu busy) => busy.Operation == Operation.AttachDev && busy.New == busy.Old;

    // An SVA domain whose mm goes or is gone aborts as soon as its CD says so.
    private static bool IsLeaving(in AttachState state, byte attached) =>
        attached >= Paging && state.Domains[attached - Paging].Life is DomainLife.Exiting or DomainLife.MmGone;

    /// <summary>An access of a device at rest that may get something else than what is attached.</summary>
    public Spot Unlike(in AttachState state)
    {
        for (var device = 0; device < MostDevices; device++)
        {
            for (var ssid = 0; state.Has(device) && ssid <= state.HighestSsid && state.Owner(device) < 0; ssid++)
            {
                var attached = state.Attached(device, ssid);
                if (!IsLeaving(in state, attached) && Configured(in state, device, ssid) is var met && (met & ~Meaning(in state, attached)) is not 0 and var wrong)
                {
                    return new Spot(device, ssid, met, wrong);
                }
            }
        }

        return Spot.None;
    }

    /// <summary>An access that may use tables that are freed.</summary>
    public Spot Freed(in AttachState state)
    {
        for (var device = 0; device < MostDevices; device++)
        {
            for (var ssid = 0; ssid <= state.HighestSsid; ssid++)
            {
                if (Configured(in state, device, ssid) is var met && (met & Former) != 0)
                {
                    return new Spot(device, ssid, met, met & Former);
                }
            }
        }

        return Spot.None;
    }

    /// <summary>A domain that is freed and has somebody on its list, or in its array; -1 for none.</summary>
    public static int FreedWithMasters(in AttachState state)
    {
        for (var domain = 0; domain < MostDomains; domain++)
        {
            ref readonly var freed = ref state.Domains[domain];
            if (freed.Life == DomainLife.Free && (freed.List != 0 || freed.InvTag != 0 || freed.InvAts != 0))
            {
                return domain;
            }
        }

        return -1;
    }

    /// <summary>A domain whose page is unmapped, with nobody still at it; and a device's SSID that may reach the page by TLB or ATC. -1 for none.</summary>
    public (int Domain, Spot Spot) Unreached(in AttachState state)
    {
        for (var domain = 0; domain < MostDomains; domain++)
        {
            ref readonly var unmapped = ref state.Domains[domain];
            var isDone = unmapped.Kind is not (DomainKind.None or DomainKind.Nested) && unmapped.Mapped == 0 && unmapped.Life == DomainLife.Live && !IsUnmapping(in state, domain);
            for (var at = 0; isDone && IsHeld(in state, 1 << domain) && at < MostDevices * MostSsids; at++)
            {
                var (device, ssid) = (at / MostSsids, at % MostSsids);
                if (ssid <= state.HighestSsid && Hits(in state, device, ssid) is var met && (met >> domain & 1) != 0)
                {
                    return (domain, new Spot(device, ssid, met, 1 << domain));
                }
            }
        }

        return (-1, Spot.None);
    }

    // What a device's SSID may reach without another walk.
    private int Hits(in AttachState state, int device, int ssid)
    {
        var met = caches.Translated(in state, device, ssid);
        for (var stream = device * 2; stream < (device * 2) + state.Streams(device); stream++)
        {
            met |= caches.Untranslated(in state, stream, ssid, hits: true);
        }

        return met;
    }

    private static bool IsUnmapping(in AttachState state, int domain)
    {
        var any = false;
        foreach (ref readonly var busy in state.Cpus)
        {
            any |= busy.Operation is Operation.Unmap && busy.New == Paging + domain;
        }

        return any;
    }

    // Whether anything holds one of some pages: seldom, and quick to see.
    private static bool IsHeld(in AttachState state, int pages)
    {
        var held = 0;
        foreach (var tlb in state.Tlb)
        {
            held |= tlb;
        }

        foreach (var atc in state.Atc)
        {
            held |= atc;
        }

        return (held & pages) != 0;
    }

    /// <summary>Whether a step is an access that gets a page of a domain that was freed, by a translation that is still held.</summary>
    public static bool ShowsFormer(Step step) => step.Kind == (ushort)AttachAct.Read && HardwareMove.Of(step) is { Way: not Way.Tables } read && (read.Met & Former) != 0;

    /// <summary>Where something is held, in words.</summary>
    public static string SayPlace(int place) => place < Tags ? $"the TLB under {AttachText.Tag(place)}"
        : $"the ATC of {AttachText.Place((place - Tags) / MostSsids, (place - Tags) % MostSsids)}";

    /// <summary>A tag that no domain has, or, in 7.x, no array, and that is not clean; -1 for none.</summary>
    public int Unclean(in AttachState state)
    {
        var clean = (1 << Tags) - 1;
        for (var domain = 0; domain < MostDomains; domain++)
        {
            ref readonly var owner = ref state.Domains[domain];
            if (owner.Tag is > 0 and < GivenBack && (!model.HasInvs || owner.InvTag != 0 || IsFlushing(in state, domain)))
            {
                clean &= ~(1 << TagOf(in owner));
                clean &= owner.Kind == DomainKind.S2 ? ~(1 << GuestTag(TagOf(in owner))) : clean;
            }
        }

        for (var tag = 0; tag < Tags; tag++)
        {
            if ((clean >> tag & 1) != 0 && state.Tlb[tag] != 0)
            {
                return tag;
            }
        }

        return -1;
    }

    // Its last user is just going: the flush is to come.
    private static bool IsFlushing(in AttachState state, int domain)
    {
        var any = false;
        foreach (ref readonly var busy in state.Cpus)
        {
            any |= Operations.IsOnDevice(busy.Operation) && state.Table(busy.Old) == domain;
        }

        return any;
    }

    /// <summary>A device with ATS on of which the SMMU may hold a valid STE without EATS; -1 for none.</summary>
    public int Unanswered(in AttachState state)
    {
        for (var device = 0; device < MostDevices; device++)
        {
            if (state.Devices[device].PciAts != 0 && !caches.AnswersRequests(in state, device))
            {
                return device;
            }
        }

        return -1;
    }

    /// <summary>A device without CD table of which the SMMU may hold an STE that points to one; -1 for none.</summary>
    public int WithoutCdTable(in AttachState state)
    {
        for (var device = 0; device < MostDevices; device++)
        {
            if (state.Devices[device].CdTable == 0 && caches.FollowsCdTable(in state, device))
            {
                return device;
            }
        }

        return -1;
    }

    /// <summary>An access without PASID that may meet a CD with V=0 while the RID changes otherwise than between stage-1 domains.</summary>
    public Spot MeetsClearedCd(in AttachState state)
    {
        for (var cpu = 0; cpu < MostCpus; cpu++)
        {
            ref readonly var busy = ref state.Cpus[cpu];
            var betweenS1 = IsS1(in state, busy.New) && IsS1(in state, busy.Old);
            if (Operations.IsOnDevice(busy.Operation) && busy.Ssid == 0 && !betweenS1 && caches.MeetsClearedCd(in state, busy.Device, 0))
            {
                return new Spot(busy.Device, 0, SmmuCaches.Fault, SmmuCaches.Fault);
            }
        }

        return Spot.None;
    }

    private static bool IsS1(in AttachState state, byte attached) => attached >= Paging && state.Domains[attached - Paging].Kind == DomainKind.S1;

    /// <summary>An access with a PASID whose mm goes or is gone, and which is not being removed, that may meet a CD with V=0.</summary>
    public Spot MeetsClearedReleased(in AttachState state)
    {
        for (var device = 0; device < MostDevices; device++)
        {
            for (var ssid = 1; ssid <= state.HighestSsid; ssid++)
            {
                if (IsLeaving(in state, state.Attached(device, ssid)) && Changing(in state, device, ssid) < 0 && caches.MeetsClearedCd(in state, device, ssid))
                {
                    return new Spot(device, ssid, SmmuCaches.Fault, SmmuCaches.Fault);
                }
            }
        }

        return Spot.None;
    }
}
