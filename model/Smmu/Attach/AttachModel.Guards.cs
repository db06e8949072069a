// Why a step of the attach model cannot be taken, in the kernel's words.

using System.Globalization;
using Verify.Transitions;
using static Verify.Smmu.Attach.AttachState;

namespace Verify.Smmu.Attach;

/// <content>Reasons, for whoever follows a script.</content>
public readonly partial struct AttachModel : IGuardedSystem<AttachState>
{
    /// <inheritdoc/>
    public string? WhyNot(in AttachState state, string lane, string action, IReadOnlyDictionary<string, string> arguments)
    {
        var act = Actions.ToList().IndexOf(action);
        var cpu = Numbered(lane, "CPU");
        return act switch
        {
            < 0 => null,
            (int)AttachAct.Consume => WhyNotConsumed(in state, arguments),
            (int)AttachAct.Map or (int)AttachAct.DomainAlloc => DomainNamed(in state, arguments) is >= Paging and var domain
                ? Say(in state, act == (int)AttachAct.Map ? MapNotAsked(in state, domain - Paging) : AllocNotAsked(in state, domain - Paging), new Request(Operation.None, 0, 0, (byte)domain))
                : null,
            (int)AttachAct.ProbeDevice => "it is probed, or being released",
            (int)AttachAct.FetchSte or (int)AttachAct.FetchCd => "the SMMU holds it already, or no STE that it holds leads to it",
            (int)AttachAct.Walk => "the TLB holds it already, or the SMMU holds no STE or CD that leads to a page of that domain by that tag",
            (int)AttachAct.AtsRequest => WhyNotAnswered(in state, lane),
            (int)AttachAct.Read => $"an access of {lane} gets no such thing by what the SMMU and the device hold",
            <= (int)AttachAct.MmRelease => WhyNotAsked(in state, cpu, (Operation)(act + 1), arguments),
            _ => cpu < 0 || cpu >= scope.Cpus ? null : WhyNotAt(in state, cpu, action),
        };
    }

    private static int Numbered(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(text[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static int Argument(IReadOnlyDictionary<string, string> arguments, string name) =>
        arguments.TryGetValue(name, out var value) ? Numbered(value, "") : 0;

    private static int DomainNamed(in AttachState state, IReadOnlyDictionary<string, string> arguments)
    {
        for (var domain = Blocked; arguments.TryGetValue("domain", out var name) && domain < Paging + MostDomains; domain++)
        {
            if (AttachText.Domain(in state, domain) == name)
            {
                return domain;
            }
        }

        return -1;
    }

    private string? WhyNotConsumed(in AttachState state, IReadOnlyDictionary<string, string> arguments)
    {
        var cpu = arguments.TryGetValue("of", out var name) ? Numbered(name, "CPU") : 0;
        return cpu < 0 || cpu >= scope.Cpus ? null
            : state.Cpus[cpu].Command == Command.None ? $"CPU{cpu} has nothing in the command queue"
            : $"CPU{cpu} has {SayCommand(in state.Cpus[cpu])} in the command queue";
    }

    private static string? WhyNotAnswered(in AttachState state, string lane) => Numbered(lane, "dev") switch
    {
        < 0 or >= MostDevices => null,
        var device when state.Devices[device].PciAts == 0 => $"dev{device} has ATS off",
        var device => $"the ATC of dev{device} holds it already, or the SMMU holds nothing to answer it with",
    };

    private string? WhyNotAsked(in AttachState state, int cpu, Operation operation, IReadOnlyDictionary<string, string> arguments)
    {
        if (cpu >= 0 && cpu < scope.Cpus && state.Cpus[cpu].Operation != Operation.None)
        {
            return $"CPU{cpu} is in {AttachText.Say(state.Cpus[cpu].Operation)}, at {AttachText.Say(StagesOf(in state.Cpus[cpu])[state.Cpus[cpu].Stage])}";
        }

        var domain = operation is Operation.RemoveDevPasid ? 0 : operation is Operation.ReleaseDevice ? Blocked : DomainNamed(in state, arguments);
        var (device, ssid) = (Argument(arguments, "device"), Argument(arguments, "pasid"));
        if (domain < 0 || device is < 0 or >= MostDevices || ssid is < 0 or >= MostSsids)
        {
            return "this machine has no such device, PASID or domain";
        }

        var request = new Request(operation, (byte)device, (byte)ssid, (byte)domain);
        return NotAsked(in state, request) is not Reason.None and var reason ? Say(in state, reason, request)
            : Refused(in state, request) is not Errno.None and var error ? $"it is refused with -{error}"
            : cpu > 0 ? "CPUs are alike, and one with a lower number is idle" : null;
    }

    private string WhyNotAt(in AttachState state, int cpu, string action)
    {
        ref readonly var busy = ref state.Cpus[cpu];
        if (busy.Operation == Operation.None)
        {
            return $"CPU{cpu} is idle";
        }

        var stage = StagesOf(in busy)[busy.Stage];
        var isThere = AttachText.Say(stage) == action || IsWrite(stage);
        return (busy.Flags & CpuFlag.Waits) != 0 ? $"CPU{cpu} waits for the CMD_SYNC behind {SayCommand(in busy)}"
            : !isThere ? $"CPU{cpu} is at {AttachText.Say(stage)} of {AttachText.Say(busy.Operation)}"
            : stage == Stage.LockAsid ? $"asid_lock is held by CPU{state.AsidOwner()}"
            : stage is Stage.ListAdd or Stage.ListDel or Stage.WalkList or Stage.UnrefInvs ? "somebody holds the list or walks it"
            : busy.Command != Command.None ? $"CPU{cpu} still has {SayCommand(in busy)} in the command queue"
            : $"CPU{cpu} is at {AttachText.Say(stage)} of {AttachText.Say(busy.Operation)}, with {((busy.Flags & CpuFlag.Stored) != 0 ? "its CFGI due" : "stores due")}";
    }

    private string Say(in AttachState state, Reason reason, Request request)
    {
        var domain = request.Domain >= Paging ? AttachText.Domain(in state, request.Domain) : "the domain";
        return reason switch
        {
            Reason.None => "it is not enabled",
            Reason.Machine => $"machine \"{scope.Machines[state.Machine].Name}\" is without {AttachText.Say(request.Operation)}",
            Reason.NoSuchDomain => "this machine has no such domain",
            Reason.NoSuchDevice => $"this machine has no dev{request.Device}",
            Reason.NoSuchPasid => $"this machine has no PASID {request.Ssid}",
            Reason.Mutex => $"group->mutex of dev{request.Device} is held by CPU{state.Owner(request.Device)}",
            Reason.NotProbed => $"dev{request.Device} is not probed",
            Reason.NotLive => $"{domain} is not allocated, or its mm is gone",
            Reason.DomainInUse => $"{domain} is in use: attached, the parent of another one, or under an operation",
            Reason.AttachedAlready => "it is attached already, and the core does not ask the driver",
            Reason.NotAttached => $"PASID {request.Ssid} of dev{request.Device} has no domain",
            Reason.WrongKind => $"{domain} is not of a kind for that",
            Reason.PasidsAttached => $"dev{request.Device} has PASIDs attached",
            Reason.NotMapped => $"{domain} has no page mapped",
            Reason.Mapped => $"{domain} has its page mapped",
            Reason.NoMm => $"{domain} has no mm",
            Reason.MmHeld => "a set_dev_pasid under way holds the mm",
            Reason.Allocated => $"{domain} is allocated",
            _ => "its parent is not allocated",
        };
    }
}
