// Why a step cannot be taken, for whoever follows a script.

using System.Globalization;
using Verify.Transitions;

namespace Verify.Model.IommuCore;

/// <content>The guards in words.</content>
public readonly partial struct GroupModel : IGuardedSystem<GroupState>
{
    /// <inheritdoc/>
    public string? WhyNot(in GroupState state, string lane, string action, IReadOnlyDictionary<string, string> arguments)
    {
        int act = Array.IndexOf(_names, action);
        int device = Number(lane.StartsWith("dev", StringComparison.Ordinal) ? lane[3..] : arguments.GetValueOrDefault("dev", ""));
        int slot = Math.Max(Number(arguments.GetValueOrDefault("pasid", "")), 0);
        bool isKnown = device >= 0 && device < _devices;
        if (act is >= 0 and < Act.Returns)
        {
            return WhyNotAsked(in state, Act.Asked(act), isKnown ? device : -1, slot);
        }
        if (act is >= Act.Returns and < Act.Alloc)
        {
            return state.IsBusy ? $"{_calls[state.Core.Call.Op]} is under way: {Next(in state)}" : "nobody has group->mutex";
        }
        return act switch
        {
            Act.TestDeferred or Act.AttachDeferred when rules.DeferredAttachLocks => "in this variant iommu_deferred_attach takes group->mutex",
            Act.TestDeferred or Act.AttachDeferred => "no device is in iommu_deferred_attach, or attach_deferred is not set",
            Act.HandleGet when rules.FaultPathLocks && state.IsBusy && state.FaultDevice != 0 => "in this variant the fault path waits for group->mutex",
            Act.HandleGet or Act.Respond when state.FaultDevice == 0 => "no page request is under way",
            Act.HandleGet => $"the fault path has the handle of {Dom.Name(state.FaultHandle)}",
            Act.Respond => "the fault path has not got a handle yet",
            Act.PageRequest when !rules.HasHandles => "in this variant there are no handles for the fault path",
            Act.PageRequest when state.FaultDevice != 0 => $"a page request of dev{state.FaultDevice - 1} is under way",
            Act.PageRequest or Act.Dma when isKnown && !state.Core.Has(device) => $"dev{device} is not in the group",
            Act.PageRequest when isKnown => $"dev{device} has {EntryText(in state, device, slot)}",
            Act.Dma when isKnown => $"dev{device} meets {EntryText(in state, device, slot)}",
            >= Act.Alloc when !state.IsBusy => "nobody has group->mutex",
            >= Act.Alloc => Next(in state),
            _ => null,
        };
    }

    // What the operation that has the mutex does next, or waits for.
    private string Next(in GroupState state)
    {
        Callback due = _core.Pending(in state.Core);
        bool waits = due.Device >= 0 && state.FaultDevice == due.Device + 1 && !IsDrained(in state, due.Device, due.Slot);
        return waits ? $"the driver waits for a page request of dev{due.Device}" : $"next is {DueText(in state.Core, due)}";
    }

    private static string DueText(in GroupCore core, Callback due)
    {
        string dev = $"dev{due.Device}";
        string pasid = $"{dev}, PASID {due.Slot}";
        return due.Kind switch
        {
            CallbackKind.AllocDomain => $"domain_alloc({Dom.Name(due.Domain)})",
            CallbackKind.Map => $"iommu_map({dev})",
            CallbackKind.AttachDev => $"attach_dev({dev}, {Dom.Name(due.Domain)})",
            CallbackKind.SetDevPasid => $"set_dev_pasid({pasid}, {Dom.Name(due.Domain)})",
            CallbackKind.RemoveDevPasid => $"remove_dev_pasid({pasid})",
            CallbackKind.ReleaseDevice => $"release_device({dev})",
            _ => (Pc)core.Call.Pc switch { Pc.Store => "xa_store", Pc.Erase => "xa_erase", Pc.Free => $"iommu_domain_free({Dom.Name(core.Call.Doomed)})", _ => "mutex_unlock, and to return" },
        };
    }

    private static string EntryText(in GroupState state, int device, int slot) =>
        slot >= GroupCore.MostSlots ? "nothing there" : state.Of(device, slot) == 0 ? "an entry that faults" : Dom.Name(state.Of(device, slot));

    private string? WhyNotAsked(in GroupState state, Op op, int device, int slot)
    {
        ref readonly GroupCore core = ref state.Core;
        if (WhyNever(op) is { } never)
        {
            return $"in this variant {never}";
        }
        if (state.IsBusy)
        {
            return $"group->mutex is held for {_calls[core.Call.Op]}: {Next(in state)}";
        }
        bool isThere = device >= 0 && core.Has(device);
        string used = slot < GroupCore.MostSlots && state.View[slot] != 0 ? $"{Dom.Name(state.View[slot])} is attached" : "nothing is attached";
        return op switch
        {
            Op.Probe or Op.ProbeQueued when isThere => $"dev{device} is in the group",
            Op.Probe when core.OwnerCount > 0 => "the group is in use, and in this variant no device joins it then",
            Op.Probe => "other devices of the group wait for bus_iommu_probe",
            Op.ProbeQueued or Op.BusProbe when core.Default != 0 => "the group has a default domain",
            Op.BusProbe => "the group has no device",
            Op.StoreType when core.Default == 0 => "the group has no default domain yet",
            Op.StoreType => $"the default domain is {Dom.Name(core.Default)}",
            Op.UnuseDefault => "no driver has bound, or what it attached is not detached",
            Op.ClaimGroup or Op.ClaimDevice when core.Default == 0 => "the group has no default domain yet, and in this variant it is not claimed then",
            Op.ClaimGroup => $"{OwnerText(core.Owner)} owns the group",
            Op.ReleaseOwner => $"the owner is {OwnerText(core.Owner)}, and {(state.IsUsed ? "something" : "nothing")} is attached",
            Op.ResetPrepare when isThere => core.Depth[device] > 1 ? $"the reset of dev{device} is nested already" : "this machine has no resets, or the device waits for its first attach",
            Op.ResetDone when isThere => $"no reset of dev{device} is under way",
            Op.DeferredAttach => "attach_deferred is not set, or no driver has bound",
            Op.AttachGroup or Op.AttachDevice or Op.AttachHandle or Op.AttachPasid => $"the owner is {OwnerText(core.Owner)}, which does not ask for this",
            Op.DetachGroup or Op.DetachHandle or Op.DetachPasid or Op.ReplaceHandle or Op.ReplacePasid => $"the owner is {OwnerText(core.Owner)}, and {used}",
            _ when device >= 0 && !isThere => $"dev{device} is not in the group",
            Op.UseDefault => "a driver has bound",
            _ => "the device is in use",
        };
    }

    private string? WhyNever(Op op) => op switch
    {
        Op.ClaimDevice when !rules.HasDeviceClaim => "only groups are claimed",
        Op.AttachHandle or Op.DetachHandle or Op.ReplaceHandle when !rules.HasHandles => "attaches have no handles",
        Op.AttachPasid or Op.DetachPasid when !rules.HasPasids => "no PASIDs are attached",
        Op.ReplacePasid when !rules.HasPasidReplace => "PASIDs are not replaced",
        Op.ResetPrepare or Op.ResetDone when rules.Reset == ResetFence.Absent => "resets are not fenced off",
        Op.DeferredAttach when !rules.DeferredAttachLocks => "iommu_deferred_attach does not take group->mutex",
        _ => null,
    };

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;
}
