// Why a step of the system ioasid-life is not enabled, or has another result than was asked for: for those who follow a script.

using System.Globalization;
using Verify.Model.Ioasid.Sets;

namespace Verify.Model.Ioasid.Life;

public readonly partial struct LifeModel
{
    // What a script's line asks for; null where it leaves that open.
    private readonly record struct Asked(LifeAct Act, int? Vm, int? Device, int? Id, int? Spid, string? Does);

    /// <inheritdoc/>
    public string? WhyNot(in LifeState state, string lane, string action, IReadOnlyDictionary<string, string> arguments)
    {
        bool isHandler = action.StartsWith("handler(", StringComparison.Ordinal);
        string name = isHandler ? "handler" : action;
        int at = Enumerable.Range(0, LifeActions.Names.Count).FirstOrDefault(kind => LifeActions.Names[kind] == name, -1);
        if (at < 0 || IsFinal(in state))
        {
            return WhyFinal(in state);
        }
        LifeAct act = (LifeAct)at;
        // An alloc names what it gets as its result.
        int? id = Number(arguments, act == LifeAct.Alloc ? "result" : "ioasid");
        int? device = Number(arguments, "device") ?? Only(scope.Devices);
        int? spid = Number(arguments, "spid") ?? Only(scope.Spids);
        var asked = new Asked(act, Number(arguments, "vm"), device, id, spid, arguments.GetValueOrDefault("does"));
        return WhyNotHere(asked) ?? act switch
        {
            LifeAct.StartDma or LifeAct.StopDma or LifeAct.Enqcmd or LifeAct.Dma or LifeAct.PageResponse => WhyNoAccess(in state, asked),
            LifeAct.Handler => WhyNoHandler(in state, lane, action),
            LifeAct.FreeMember when state.Core.Job.Chooses => asked.Id is { } member ? $"ioasid {member} is not a member that is still to be freed" : null,
            _ when state.Core.Job.Call != JobCall.None => WhyLocked(in state),
            LifeAct.FreeMember => "no call frees all members of a set",
            LifeAct.SetFree => asked.Vm is { } open && state.IsVm(open, 0, Vm.Closed) ? $"VFIO of VM{open} is not closed" : "the set has ended, or is ending",
            _ when ClosedWithSet(in state) is int closed and >= 0 => $"VFIO of VM{closed} is closed and has freed all members: next is ioasid_set_free",
            LifeAct.VdcmWork or LifeAct.IommuWork => WhyNoWork(in state, asked),
            LifeAct.BindStep or LifeAct.UnbindStep => WhyNoPhase(in state, asked),
            _ => asked.Vm is { } vm ? WhyNotFor(in state, asked, vm) : WhyNotOfInterest(in state, asked.Id),
        };
    }

    private string? WhyFinal(in LifeState state)
    {
        const string Pruned = "the model follows the run no further, as other runs show all else";
        return !IsFinal(in state) ? null
            : state.Core.Fault != Fault.None ? $"the run has ended with a memory error: {state.Core.Fault}"
            : state.Core.Job.Stuck ? "a handler waits for ever for the lock that its caller holds, and so does everybody else"
            : Unowned(in state.Core) is int unowned and >= 0 ? $"ioasid {unowned} has a reference that nobody knows of; {Pruned}"
            : $"ioasid {Forgotten(in state)} is FREE_PENDING, and held by somebody who will not put it of its own accord; {Pruned}";
    }

    private string? WhyNotHere(Asked asked)
    {
        Phase[]? program = asked.Act switch
        {
            LifeAct.BindGpasid or LifeAct.BindStep => _bind,
            LifeAct.UnbindGpasid or LifeAct.UnbindStep => _unbind,
            _ => null,
        };
        int phase = Enumerable.Range(0, LifeActions.Phases.Count).FirstOrDefault(each => LifeActions.Phases[each] == asked.Does, -1);
        return asked.Vm >= scope.Vms || asked.Device >= scope.Devices || asked.Id > scope.Ids || asked.Spid >= scope.Spids
                ? $"this scope has {scope.Vms} VMs, {scope.Devices} devices, {scope.Spids} SPIDs, and IOASIDs 1 to {scope.Ids}"
            : asked.Act == LifeAct.SetFree && !rules.Core.HasSetFree ? "this variant has no ioasid_set_free: the last ioasid_set_put ends a set"
            : program != null && phase >= 0 && !program.Contains((Phase)phase) ? $"this variant has no {asked.Does} in {(program == _bind ? "a bind" : "an unbind")}"
            : null;
    }

    private string? WhyNoAccess(in LifeState state, Asked asked)
    {
        if (asked.Act == LifeAct.PageResponse)
        {
            return asked.Id is not { } requested ? "no page request of interest is queued"
                : (state.Cached[requested] & Cache.Request) == 0 ? $"no page request is queued for ioasid {requested}" : WhyNotOfInterest(in state, requested);
        }
        if (asked.Vm is not { } vm)
        {
            return null;
        }
        if (asked.Act != LifeAct.Dma && !state.IsGuestUp(vm))
        {
            return WhyGuestIsDown(in state, vm);
        }
        if (asked.Act == LifeAct.Enqcmd)
        {
            int to = asked.Spid is { } spid ? state.Tr[LifeState.TrAt(vm, spid)] & Cell.Id : 0;
            return asked.Spid is null ? null
                : (state.Cached[to] & Cache.Request) != 0 ? "the device waits for a page response"
                : to == 0 && Focus(in state) == 0 ? $"KVM has no translation of SPID {asked.Spid}"
                : to == 0 ? "a call is under way, and the model lets others act on its IOASID only" : WhyNotOfInterest(in state, to);
        }
        if (asked.Device is not { } device)
        {
            return null;
        }
        int cell = state.Dv[LifeState.DvAt(device, vm)];
        int id = cell & Cell.Id;
        bool isOn = (cell & Cell.On) != 0;
        return id == 0 ? $"no PASID is programmed in the mdev of VM{vm} on device {device}"
            : WhyNotOfInterest(in state, id) is { } restricted ? restricted
            : asked.Act == LifeAct.StartDma ? $"device {device} does DMA for VM{vm} already"
            : !isOn ? $"device {device} does no DMA for VM{vm}"
            : (state.Cached[id] & Cache.Request) != 0 ? "the device waits for a page response"
            : (state.Cached[id] & Tlbs(device)) != 0 ? $"the page is in the TLB of device {device}"
            : state.Pt[LifeState.PtAt(device, id)] == 0 ? $"the PASID table of device {device} has no entry for ioasid {id}"
            : $"the PASID table of device {device} has an entry for ioasid {id}";
    }

    private static string WhyGuestIsDown(in LifeState state, int vm) =>
        state.IsVm(vm, 0, Vm.Launched) ? $"KVM of VM{vm} has not registered"
        : state.IsVm(vm, Vm.Closed, 0) ? $"VFIO of VM{vm} is closed"
        : $"KVM of VM{vm} has ended";

    // Handlers that have nothing to do are called at once, within the step before.
    private string? WhyNoHandler(in LifeState state, string lane, string action)
    {
        if (state.Core.Job.Call == JobCall.None)
        {
            return state.Call.Kind != CallKind.None ? $"no call tells of anything now: next is {LifeActions.Phases[(int)NextPhase(in state)]}"
                : "no call tells of anything now, and a handler that has nothing to do is no step of its own";
        }
        if (NextHandler(in state) is not { } next)
        {
            return WhyLocked(in state);
        }
        string who = LifeActions.Lanes[1 + (int)next];
        string what = $"handler({Jobs<LifeState, LifeWorld>.Event(state.Core.Job.Call).ToString().ToUpperInvariant()})";
        return who != lane && lane.Length > 0 ? $"next is the {what} of {who}"
            : action != what ? $"the event is another: {what}"
            : $"the event is of ioasid {state.Core.Job.Id}, and carries {(state.Core.Job.Spid == 0 ? "no SPID" : $"SPID {state.Core.Job.Spid - 1}")}";
    }

    private string WhyLocked(in LifeState state) =>
        state.Core.Job.Chooses ? "a call holds the lock: it frees all members of a set, and goes on with the next one"
        : NextHandler(in state) is { } next ? $"a call holds the lock: next is the handler of {LifeActions.Lanes[1 + (int)next]}"
        : "a call holds the lock: next, it finds that no handler hears of its event";

    // The VM whose set is freed next, or -1.
    private int ClosedWithSet(in LifeState state)
    {
        for (int vm = 0; vm < scope.Vms && rules.Core.HasSetFree; vm++)
        {
            if (IsToFreeSet(in state, vm))
            {
                return vm;
            }
        }
        return -1;
    }

    private string? WhyNoWork(in LifeState state, Asked asked)
    {
        byte work = asked.Act == LifeAct.VdcmWork ? Mark.VdcmWork : Mark.IommuWork;
        return asked.Id is not { } id ? "no such work is queued, or it is not its turn"
            : !state.Core.Has(id, work) ? $"no such work is queued for ioasid {id}"
            : work == Mark.IommuWork && state.Call.Kind != CallKind.None ? $"the IOMMU driver's mutex is held: {LifeText.Call(state.Call)}"
            : !Works.CanRun(in state, rules, id, work) ? $"the ordered queue runs one work after the other: {LifeText.Queue(in state)}"
            : Focus(in state) is int focus && focus != 0 && focus != id ? $"a call is under way for ioasid {focus}, and the model lets others act on that one only"
            : null;
    }

    private string WhyNoPhase(in LifeState state, Asked asked)
    {
        CallKind kind = asked.Act == LifeAct.BindStep ? CallKind.Bind : CallKind.Unbind;
        return state.Call.Kind != kind ? $"no {(kind == CallKind.Bind ? "bind" : "unbind")} is under way"
            : asked.Id is { } id && id != state.Call.Id ? $"what is under way is {LifeText.Call(state.Call)}"
            : $"next is {LifeActions.Phases[(int)NextPhase(in state)]}";
    }

    // What VFIO, KVM and VDCM of a VM do.
    private string? WhyNotFor(in LifeState state, Asked asked, int vm)
    {
        if (asked.Act is LifeAct.Launch or LifeAct.KvmExit or LifeAct.Close)
        {
            return WhyNoEnd(in state, asked, vm);
        }
        if (!IsOpen(in state, vm))
        {
            return state.IsVm(vm, Vm.Closed, 0) ? $"VFIO of VM{vm} is closed"
                : state.IsVm(vm, 0, Vm.Launched) ? $"KVM of VM{vm} has not registered"
                : "KVM of another VM has not registered, and the model launches all VMs before the first is used";
        }
        if (asked.Act is LifeAct.BindGpasid or LifeAct.UnbindGpasid && state.Call.Kind != CallKind.None)
        {
            return $"the IOMMU driver's mutex is held: {LifeText.Call(state.Call)}";
        }
        return WhyNotOfInterest(in state, asked.Id) ?? (asked.Act is LifeAct.Alloc or LifeAct.BindGpasid ? null : WhyUnclean(in state)) ?? asked.Act switch
        {
            LifeAct.Alloc => WhyNoAlloc(in state, asked.Id, vm),
            LifeAct.BindGpasid => WhyNoBind(in state, asked, vm),
            LifeAct.UnbindGpasid => WhyNoUnbind(in state, asked, vm),
            LifeAct.Free => WhyNoFree(in state, asked.Id, vm),
            LifeAct.MdevWrite => WhyNoWrite(in state, asked, vm),
            LifeAct.MdevClear or LifeAct.Unplug when asked.Device is { } device && (state.Dv[LifeState.DvAt(device, vm)] & Cell.Id) == 0 =>
                $"no PASID is programmed in the mdev of VM{vm} on device {device}",
            _ => null,
        };
    }

    private string? WhyNoEnd(in LifeState state, Asked asked, int vm) =>
        WhyUnclean(in state) is { } unclean ? unclean
        : state.IsVm(vm, Vm.Closed, 0) ? $"VFIO of VM{vm} is closed"
        : asked.Act == LifeAct.Launch ? state.IsVm(vm, Vm.Launched, 0) ? $"KVM of VM{vm} has registered already" : null
        : state.IsVm(vm, 0, Vm.Launched) ? $"KVM of VM{vm} has not registered"
        : asked.Act == LifeAct.KvmExit && state.IsVm(vm, Vm.KvmEnded, 0) ? $"KVM of VM{vm} has ended"
        : HasEnded(in state, vm) ? "another VM has ended, and the model leaves out how the others end"
        : asked.Act == LifeAct.Close && state.Call.Kind != CallKind.None ? $"a call on its file descriptor is under way: {LifeText.Call(state.Call)}"
        : "a call is under way for another VM, and the model lets others act on its IOASID only";

    private static string? WhyNoAlloc(in LifeState state, int? id, int vm) =>
        state.Core.Sets[vm] != (byte)SetState.Live ? $"the set of VM{vm} has ended, or is ending"
        : state.Core.Nr[vm] >= state.Core.Quota[vm] ? $"the set of VM{vm} has as many IOASIDs as its quota"
        : id is { } wanted && state.Core.IsAllocated(wanted) ? $"ioasid {wanted} is not in the pool{Pending(in state, wanted)}"
        : null;

    private string? WhyNoBind(in LifeState state, Asked asked, int vm)
    {
        if (asked.Id is not { } id)
        {
            return null;
        }
        if (rules.ChecksOwner && WhyForeign(in state, id, vm) is { } foreign)
        {
            return foreign;
        }
        ref readonly SetCore core = ref state.Core;
        for (int twin = 1; twin <= scope.Ids && asked.Spid is not null && !core.Has(id, Mark.Data); twin++)
        {
            if (twin != id && core.Spid[twin] == asked.Spid + 1 && core.SlotOf(twin) == core.SlotOf(id))
            {
                return $"ioasid {twin} of the set has SPID {asked.Spid}";
            }
        }
        return !core.IsAllocated(id) ? $"ioasid {id} is in the pool"
            : !core.IsLive(id) ? $"ioasid {id} is FREE_PENDING"
            : core.Has(id, Mark.Data) && asked.Spid is { } spid && core.Spid[id] != spid + 1 ? $"ioasid {id} is bound with another SPID"
            : core.Has(id, Mark.Data) ? $"ioasid {id} is bound, to as many mdevs as this scope has"
            : WhyNotFirst(asked, CallKind.Bind);
    }

    private string? WhyNoUnbind(in LifeState state, Asked asked, int vm) =>
        asked.Id is not { } id ? null
        : !state.Core.IsAllocated(id) ? $"ioasid {id} is in the pool"
        : rules.ChecksOwner && WhyForeign(in state, id, vm) is { } foreign ? foreign
        : !state.Core.Has(id, Mark.Data) ? $"ioasid {id} has no private data{Pending(in state, id)}"
        : rules.PendingHasNoData && !state.Core.IsLive(id) ? $"ioasid {id} is FREE_PENDING, and its private data is not found any more"
        : asked.Device is { } device && state.Pt[LifeState.PtAt(device, id)] == 0 ? $"ioasid {id} is not bound on device {device}"
        : !state.Core.IsLive(id) ? $"ioasid {id} is FREE_PENDING, but its private data is still found"
        : WhyNotFirst(asked, CallKind.Unbind);

    private string? WhyNotFirst(Asked asked, CallKind kind) =>
        LifeActions.Phases[(int)FirstPhase(kind)] is var first && asked.Does is { } does && does != first ? $"in this variant {(kind == CallKind.Bind ? "a bind" : "an unbind")} begins with {first}" : null;

    private string? WhyNoFree(in LifeState state, int? asked, int vm) =>
        asked is not { } id ? null
        : !state.Core.IsAllocated(id) ? $"ioasid {id} is in the pool"
        : rules.Core.ChecksSet && WhyForeign(in state, id, vm) is { } foreign ? foreign
        : state.Core.IsLive(id) ? $"ioasid {id} is not FREE_PENDING"
        : rules.Core.RepeatedFreeDrops ? $"ioasid {id} is FREE_PENDING, and in this variant each further ioasid_free drops a reference" : $"ioasid {id} is FREE_PENDING";

    private string? WhyNoWrite(in LifeState state, Asked asked, int vm)
    {
        if (!state.IsGuestUp(vm))
        {
            return WhyGuestIsDown(in state, vm);
        }
        for (int id = 1; id <= scope.Ids && asked.Spid is not null; id++)
        {
            if (IdCalls.IsFound(in state.Core, rules.Core, vm, asked.Spid.Value, id))
            {
                return WhyNotOfInterest(in state, id) ?? $"ioasid_find_by_spid finds ioasid {id}{Pending(in state, id)}";
            }
        }
        return asked.Spid is { } spid ? $"ioasid_find_by_spid finds no IOASID with SPID {spid} in the set of VM{vm}" : null;
    }

    private static string? WhyForeign(in LifeState state, int id, int vm) =>
        state.Core.IsAllocated(id) && state.Core.VmOf(id) != vm ? $"ioasid {id} is of the set of another VM" : null;

    private static string Pending(in LifeState state, int id) => state.Core.State[id] == (byte)IdState.FreePending ? ", but FREE_PENDING" : "";

    // The model's own restrictions: what they leave out, another run shows.
    private string? WhyNotOfInterest(in LifeState state, int? asked) =>
        asked is not { } id || id <= 0 || IsOfInterest(in state, id) ? null
        : Focus(in state) is int focus && focus < 0 ? "all members of a set are being freed, and the model lets nobody act between two of them"
        : Focus(in state) is int about && about != 0 && about != id ? $"a call is under way for ioasid {about}, and the model lets others act on that one only"
        : WhyUnclean(in state);

    private string? WhyUnclean(in LifeState state)
    {
        for (int id = 1; id <= scope.Ids; id++)
        {
            if (IsWrong(in state, id))
            {
                string left = Hardware.Left(in state, id) is { } what ? $": {what} is of a previous life" : "";
                return $"something is wrong with ioasid {id} already{left}; the model goes on with what shows the damage only";
            }
        }
        return null;
    }

    // What need not be named where there is one only.
    private static int? Only(int count) => count == 1 ? 0 : null;

    private static int? Number(IReadOnlyDictionary<string, string> arguments, string name) =>
        arguments.TryGetValue(name, out string? text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
