// Lists, counters and flags of the driver against what they should be.

using Verify.Smmu.Attach;
using static Verify.Smmu.Attach.AttachState;

namespace Verify.Properties.Smmu.Attach;

/// <summary>The driver's accounts.</summary>
internal static class AttachAccounts
{
    /// <summary>What does not agree while nobody is at it, in words; empty for nothing.</summary>
    public static string Wrong(in AttachState state, AttachModel model)
    {
        for (var device = 0; device < MostDevices; device++)
        {
            if (state.Owner(device) < 0 && WrongOfDevice(in state, device) is { Length: > 0 } wrong)
            {
                return wrong;
            }
        }

        for (var domain = 0; domain < MostDomains; domain++)
        {
            if (state.Domains[domain].Kind is not (DomainKind.None or DomainKind.Nested) && !IsChanging(in state, domain)
                && WrongOfDomain(in state, domain, model) is { Length: > 0 } wrong)
            {
                return wrong;
            }
        }

        return "";
    }

    private static string WrongOfDevice(in AttachState state, int device)
    {
        ref readonly var master = ref state.Devices[device];
        var attached = 0;
        for (var ssid = 1; ssid < MostSsids; ssid++)
        {
            attached += state.Attached(device, ssid) != 0 ? 1 : 0;
        }

        return master.UsedSsids != attached ? $"dev{device} has used_ssids {master.UsedSsids}, and {attached} PASIDs attached"
            : master.MasterAts != master.PciAts ? $"dev{device} has ats_enabled {master.MasterAts}, and PCI ATS {master.PciAts}"
            : "";
    }

    // Attaches and detaches are not all at once.
    private static bool IsChanging(in AttachState state, int domain)
    {
        var any = false;
        foreach (ref readonly var busy in state.Cpus)
        {
            any |= Operations.IsOnDevice(busy.Operation)
                && (state.Table(busy.New) == domain || state.Table(busy.Old) == domain || TouchesAts(in state, busy.Device, domain));
        }

        return any;
    }

    // The count depends on whether the device's ATS is on.
    private static bool TouchesAts(in AttachState state, int device, int domain) => (state.Domains[domain].List & OfDevice(device)) != 0;

    private static int OfDevice(int device)
    {
        int mask = Member(device, 0, true);
        for (var ssid = 0; ssid < MostSsids; ssid++)
        {
            mask |= Member(device, ssid, false);
        }

        return mask;
    }

    private static string WrongOfDomain(in AttachState state, int domain, AttachModel model)
    {
        ref readonly var kept = ref state.Domains[domain];
        var (list, ats, count) = (0, 0, 0);
        for (var device = 0; device < MostDevices; device++)
        {
            for (var ssid = 0; ssid < MostSsids; ssid++)
            {
                var attached = state.Attached(device, ssid);
                var isHere = state.Table(attached) == domain;
                var member = isHere ? Member(device, ssid, state.IsNested(attached)) : 0;
                list |= member;
                count += isHere ? 1 : 0;
                ats |= state.Devices[device].MasterAts != 0 ? member : 0;
            }
        }

        var name = AttachText.Domain(in state, (byte)(Paging + domain));
        return kept.List != list ? $"{name} has {AttachText.Members(kept.List)} on its list, and {AttachText.Members((byte)list)} attached"
            : model.CountsAts && kept.NrAts != byte.PopCount((byte)ats) ? $"{name} has nr_ats_masters {(sbyte)kept.NrAts}, and {byte.PopCount((byte)ats)} attached that do ATS"
            : model.HasInvs && kept.InvTag != count ? $"{name} has its tag {(sbyte)kept.InvTag} times in its array, and {count} attached"
            : model.HasInvs && kept.InvAts != ats ? $"{name} has ATS of {AttachText.Members(kept.InvAts)} in its array, and {AttachText.Members((byte)ats)} do ATS"
            : "";
    }

    /// <summary>What earlier calls have left in the way of an attach, in words; empty for nothing.</summary>
    public static string Obstacle(in AttachState state, AttachModel model)
    {
        if (state.AsidOwner() is >= 0 and var owner && state.Cpus[owner].Operation == Operation.None)
        {
            return $"CPU{owner} has returned with arm_smmu_asid_lock";
        }

        for (byte device = 0; device < MostDevices; device++)
        {
            // Of what the driver keeps, it refuses by used_ssids alone.
            if (state.Owner(device) < 0 && state.Devices[device].UsedSsids != state.Pasids(device) && Refusal(in state, device, model) is { Length: > 0 } refusal)
            {
                return refusal;
            }
        }

        return "";
    }

    // An attach that is refused, and would not be with the PASIDs that are attached counted right.
    private static string Refusal(in AttachState state, byte device, AttachModel model)
    {
        var counted = state;
        counted.Devices[device].UsedSsids = (byte)state.Pasids(device);
        for (byte ssid = 0; ssid <= model.Scope.Pasids; ssid++)
        {
            for (var domain = Blocked; domain < Paging + MostDomains; domain++)
            {
                var request = new Request(ssid == 0 ? Operation.AttachDev : Operation.SetDevPasid, device, ssid, domain);
                if (model.MayAsk(in state, request) && model.Refused(in state, request) is not Errno.None and var error && model.Refused(in counted, request) == Errno.None)
                {
                    return $"{AttachText.Say(request.Operation)}({AttachText.Place(device, ssid)}, {AttachText.Domain(in state, domain)}) would return -{error}, "
                        + $"with used_ssids {state.Devices[device].UsedSsids} and {state.Pasids(device)} PASIDs attached";
                }
            }
        }

        return "";
    }

    /// <summary>A device's SSID whose ATC may have translations of a domain that does not list it, in words.</summary>
    public static string SayUncovered(in AttachState state, AttachModel model)
    {
        var spot = Uncovered(in state, model);
        var domain = AttachText.Domain(in state, (byte)(Paging + int.TrailingZeroCount(spot.Wrong)));
        return $"the ATC of {AttachText.Place(spot.Device, spot.Ssid)} may have pages of {domain}, which does not know of it";
    }

    /// <summary>A device's SSID whose ATC may have translations of a domain that does not list it.</summary>
    public static Spot Uncovered(in AttachState state, AttachModel model)
    {
        for (var at = 0; at < MostDevices * MostSsids; at++)
        {
            var (device, ssid) = (at / MostSsids, at % MostSsids);
            for (var domain = 0; state.Devices[device].PciAts != 0 && domain < MostDomains; domain++)
            {
                ref readonly var cached = ref state.Domains[domain];
                var members = Member(device, ssid, false) | (ssid == 0 ? Member(device, 0, true) : 0);
                var isCovered = model.HasInvs ? (cached.InvAts & members) != 0 : (cached.List & members) != 0 && cached.NrAts != 0;
                if ((state.Atc[at] >> domain & 1) != 0 && !isCovered)
                {
                    return new Spot(device, ssid, state.Atc[at], 1 << domain);
                }
            }
        }

        return Spot.None;
    }

    /// <summary>An entry that two CPUs are writing, in words; empty for none.</summary>
    public static string TwoWriters(in AttachState state, AttachModel model)
    {
        for (var one = 0; one < model.Scope.Cpus; one++)
        {
            for (var other = one + 1; other < model.Scope.Cpus; other++)
            {
                if (model.Writes(in state.Cpus[one]) is >= 0 and var entry && entry == model.Writes(in state.Cpus[other]))
                {
                    return $"CPU{one} and CPU{other} write {AttachText.Entry(entry)}";
                }
            }
        }

        return "";
    }
}
