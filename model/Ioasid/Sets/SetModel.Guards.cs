// Why a step of the system ioasid is not enabled, for those who follow a script.

using System.Globalization;

namespace Verify.Model.Ioasid.Sets;

public readonly partial struct SetModel
{
    /// <inheritdoc/>
    public string? WhyNot(in SetsState state, string lane, string action, IReadOnlyDictionary<string, string> arguments)
    {
        ref readonly SetCore core = ref state.Core;
        if (Ended(in state) is { } ended)
        {
            return ended;
        }
        // KVM's own forms of a call are named apart, and said alike.
        int at = Enumerable.Range(0, SetActions.Names.Count).FirstOrDefault(kind => SetActions.Names[kind] == (lane == "KVM" ? $"{action} by KVM" : action), -1);
        at = at < 0 ? Enumerable.Range(0, SetActions.Names.Count).FirstOrDefault(kind => SetActions.Names[kind] == action, -1) : at;
        if (at >= 0 && !SetActions.Exists(rules, (SetAct)at))
        {
            return $"this version has no {action}";
        }
        if (_jobs.HoldsLock(in core))
        {
            return $"the allocator's lock is held: {CoreText.What(in core.Job)}";
        }
        if (IdleCpu(in state) < 0)
        {
            return "all CPUs are in a call";
        }
        return at < 0 ? null : Guard(in state, (SetAct)at, Number(arguments, "set"), Number(arguments, "ioasid"), arguments);
    }

    private string? Ended(in SetsState state) =>
        state.Core.Fault != Fault.None ? $"the run has ended with a memory error: {state.Core.Fault}"
        : state.Core.IsAllocated(0) ? "the run has ended: PASID 0 was issued"
        : state.Core.IsHeldInPool ? "the run has ended: an IOASID was reclaimed while it was held"
        : state.Core.Booked != scope.Ids ? "the run has ended: quotas and what is left are not the capacity any more"
        : null;

    private string? Guard(in SetsState state, SetAct act, int? slot, int? id, IReadOnlyDictionary<string, string> arguments)
    {
        ref readonly SetCore core = ref state.Core;
        if (slot < 0 || slot >= scope.Sets || id < 0 || id > scope.Ids)
        {
            return $"this scope has sets 0 to {scope.Sets - 1}, and IOASIDs 0 to {scope.Ids}";
        }
        if (slot is { } set && act is not (SetAct.SetAlloc or SetAct.Register) && core.Sets[set] != (byte)SetState.Live)
        {
            return core.Sets[set] == (byte)SetState.None ? $"there is no set {set}" : $"set {set} is ending";
        }
        return act switch
        {
            SetAct.SetAlloc when slot is { } taken && core.Sets[taken] != (byte)SetState.None => $"there is a set {taken} already",
            SetAct.SetGet => "its second user is KVM, of a set of its VM",
            SetAct.Alloc or SetAct.AllocWithoutMap when Number(arguments, "result") is { } wanted => wanted <= scope.Ids && core.IsAllocated(wanted)
                ? $"ioasid {wanted} is not in the pool"
                : wanted == 0 ? "PASID 0 is reserved" : slot is { } full && core.Nr[full] >= core.Quota[full] ? $"set {full} has as many IOASIDs as its quota" : null,
            SetAct.AttachSpid when id is { } bound && core.Spid[bound] != 0 => $"ioasid {bound} has SPID {core.Spid[bound] - 1}",
            SetAct.NotifyBind or SetAct.NotifyUnbind or SetAct.DetachSpid when id is { } unbound && core.Spid[unbound] == 0 => $"ioasid {unbound} has no SPID",
            SetAct.Get or SetAct.GetIfOwned or SetAct.FindBySpid or SetAct.FindUnlocked => WhyNoReference(in core, "VDCM", Holder.Vdcm, SetCore.VdcmBlock, slot, id),
            SetAct.KvmGet or SetAct.KvmFind => WhyNoReference(in core, "KVM", Holder.Kvm, SetCore.KvmBlock, slot, id),
            SetAct.Put when id is { } put => core.Has(put, Mark.VdcmWork) ? "VDCM's deferred work is to put it" : $"VDCM holds no reference to ioasid {put}",
            SetAct.KvmPut when id is { } put => $"KVM holds no reference to ioasid {put}",
            SetAct.Work when id is { } work => $"no work of VDCM is queued for ioasid {work}",
            SetAct.Unregister => "VDCM is not registered, or still holds references to members",
            SetAct.UnregisterMm or SetAct.UnregisterMmFound => "KVM still holds references to members",
            SetAct.Handler or SetAct.NobodyHears or SetAct.FreeMember => "no call tells of anything",
            _ => null,
        };
    }

    private static string? WhyNoReference(in SetCore core, string who, byte holder, byte block, int? slot, int? id) =>
        id is { } held && Holds(in core, held, holder) ? $"{who} holds a reference to ioasid {held} already"
        : slot is { } set && (core.Chain[set] & block) == 0 ? $"{who} has not registered on the chain of set {set}, and would not hear of FREE"
        : null;

    private static int? Number(IReadOnlyDictionary<string, string> arguments, string name) =>
        arguments.TryGetValue(name, out string? text) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : null;
}
