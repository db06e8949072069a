// What claims about a group ask of steps. What says what is wrong is empty where nothing is.

using Verify.Model.IommuCore;
using Verify.Transitions;

namespace Verify.Properties.IommuCore;

/// <summary>Looks at steps of a model.</summary>
/// <param name="model">The model.</param>
internal sealed class GroupSteps(GroupModel model)
{
    private readonly GroupLook _look = new(model);
    private readonly int _devices = model.Devices;
    private readonly int _pasids = model.Pasids;

    /// <summary>The operation that returns by a step.</summary>
    public static Op ReturnOf(Step step) => Act.Returned(step.Kind);

    /// <summary>The operation that is asked for by a step.</summary>
    public static Op AskOf(Step step) => Act.Asked(step.Kind);

    /// <summary>Whether an operation on the group's domain has failed.</summary>
    public static bool IsFailure(Step step) =>
        step.C != 0 && ReturnOf(step) is Op.AttachGroup or Op.AttachDevice or Op.AttachHandle or Op.ReplaceHandle or Op.ClaimGroup or Op.ClaimDevice or Op.StoreType;

    /// <summary>What is not as it was.</summary>
    public string NotRestored(in GroupState before, in GroupState after)
    {
        byte from = before.Core.Call.From;
        return after.Core.Domain != from ? $"group->domain was {Dom.Name(from)}, and is {Dom.Name(after.Core.Domain)}" : from == 0 ? "" : _look.Strays(in after, from, before.Strays);
    }

    /// <summary>Whether DMA by the RID meets a domain that is neither old nor new.</summary>
    public static string Third(in GroupState before, Step step)
    {
        Call c = before.Core.Call;
        bool namesDomain = !((Op)c.Op is Op.ClaimGroup or Op.ClaimDevice or Op.ReleaseOwner or Op.DetachHandle);
        int met = step.A;
        bool isKnown = Dom.Faults(met) || met == Dom.Inherited || met == c.From || met == before.Core.Domain || met == c.Target || (namesDomain && met == c.Domain);
        return isKnown ? "" : $"dev{GroupModel.DeviceOf(step)} meets {Dom.Name(met)}, between {Dom.Name(c.From)} and {Dom.Name(c.Target)}";
    }

    /// <summary>A device that a change of the default domain takes something from: its direct region, or all.</summary>
    public string Takes(in GroupState before, in GroupState after, bool isDirect)
    {
        for (int device = 0; device < _devices && (Op)before.Core.Call.Op == Op.StoreType; device++)
        {
            bool had = isDirect ? GroupLook.IsDirectInUse(in before, device) && GroupLook.IsDirectThere(in before, device) : !Dom.Faults(before.Of(device, 0));
            bool has = isDirect ? GroupLook.IsDirectThere(in after, device) : !Dom.Faults(after.Of(device, 0));
            if (had && !has)
            {
                return $"dev{device} faults, which it did not before";
            }
        }
        return "";
    }

    /// <summary>Whether a step makes an entry IDENTITY.</summary>
    public bool MakesIdentity(in GroupState before, in GroupState after) => NewIdentity(in before, in after) >= 0;

    /// <summary>Whether somebody has asked for that.</summary>
    public static bool IsIdentityDue(in GroupState before, Step step) =>
        step.Kind is Act.AttachDev or Act.SetDevPasid or Act.AttachDeferred
        && (step.Kind != Act.AttachDev || step.A == before.Core.Default || step.A == before.Core.Domain || step.A == before.Core.Call.Old || step.A == Dom.IdentityV2 || (Op)before.Core.Call.Op is Op.Probe or Op.BusProbe or Op.Remove);

    /// <summary>The entry that becomes IDENTITY.</summary>
    public int NewIdentity(in GroupState before, in GroupState after)
    {
        for (int entry = 0; entry < GroupCore.MostDevices * GroupCore.MostSlots; entry++)
        {
            if (Dom.IsIdentity(after.Hardware[entry]) && !Dom.IsIdentity(before.Hardware[entry]))
            {
                return entry;
            }
        }
        return -1;
    }

    /// <summary>Whether an operation on a PASID has failed.</summary>
    public static bool IsPasidFailure(Step step) => step.C != 0 && ReturnOf(step) is Op.AttachPasid or Op.ReplacePasid;

    /// <summary>The device that does not have what it had.</summary>
    public string PasidNotUndone(in GroupState before, in GroupState after)
    {
        Call c = before.Core.Call;
        for (int device = 0; device < _devices; device++)
        {
            byte met = after.Of(device, c.Slot);
            if (after.Core.Has(device) && !after.IsKind(device, Kind.NoPasids) && met != c.Old && !before.Strayed(device))
            {
                return $"dev{device} has {(met == 0 ? "an entry that faults" : Dom.Name(met))} for PASID {c.Slot}, and had {Dom.Name(c.Old)}";
            }
        }
        return "";
    }

    /// <summary>Whether a step attaches the RID of a device that has PASIDs.</summary>
    public bool IsRidChangeUnderPasids(in GroupState before, Step step)
    {
        bool has = false;
        for (int slot = 1; slot <= _pasids && step.Kind is Act.AttachDev or Act.Break && GroupModel.SlotOf(step) == 0; slot++)
        {
            has |= before.Of(GroupModel.DeviceOf(step), slot) != 0;
        }
        return has;
    }

    /// <summary>Whether all PASIDs of a device are as before.</summary>
    public bool KeepsPasids(in GroupState before, in GroupState after, int device)
    {
        bool same = true;
        for (int slot = 1; slot <= _pasids; slot++)
        {
            same &= before.Of(device, slot) == after.Of(device, slot);
        }
        return same;
    }

    /// <summary>A device that loses what the previous kernel left; -1 for none.</summary>
    public int LosesInherited(in GroupState before, in GroupState after)
    {
        for (int device = 0; device < _devices; device++)
        {
            if (before.Of(device, 0) == Dom.Inherited && after.Of(device, 0) != Dom.Inherited)
            {
                return device;
            }
        }
        return -1;
    }

    /// <summary>Whether it may.</summary>
    public static bool MayLoseInherited(in GroupState before, Step step) =>
        step.Kind == Act.AttachDeferred
        || (step.Kind is Act.AttachDev or Act.Break && (before.Core.Call.Op == (byte)Op.DeferredAttach || before.Core.Call.Pc != (byte)Pc.ReleaseAttach && step.A != before.Core.Default));

    /// <summary>The device that the driver is called for; -1 for none.</summary>
    public static int CalledFor(Step step) =>
        step.Kind is Act.AttachDev or Act.Break or Act.SetDevPasid or Act.RemoveDevPasid or Act.AttachDeferred ? GroupModel.DeviceOf(step) : -1;

    /// <summary>Whether the end of a device's reset is done.</summary>
    public static bool IsUnblocked(in GroupState before, Step step) => ReturnOf(step) == Op.ResetDone && !before.Core.Is(GroupModel.DeviceOf(step), Gdev.Blocked);

    /// <summary>What a device has after its reset that it should not have.</summary>
    public string NotRestoredByReset(in GroupState after, int device)
    {
        if (after.Core.Domain != 0 && after.Core.Has(device) && !Dom.IsSame(after.Of(device, 0), after.Core.Domain))
        {
            return $"dev{device} has {(after.Of(device, 0) == 0 ? "an entry that faults" : Dom.Name(after.Of(device, 0)))}, and group->domain is {Dom.Name(after.Core.Domain)}";
        }
        for (int slot = 1; slot <= _pasids && !after.IsKind(device, Kind.NoPasids); slot++)
        {
            byte wanted = Cell.Domain(Cell.Loaded(after.Core.Slots[slot]));
            if (after.Of(device, slot) != wanted)
            {
                return $"dev{device} has {Dom.Name(after.Of(device, slot))} for PASID {slot}, and pasid_array has {Dom.Name(wanted)}";
            }
        }
        return "";
    }

    /// <summary>Whether a driver is refused though the group does as its default domain has it.</summary>
    public bool IsRefusedForNothing(in GroupState before, Step step) =>
        step.C == (short)Errno.EBUSY && before.Core.Owner == 0 && before.Core.IsPasidArrayEmpty && Dom.IsIdentity(before.Core.Default) && Dom.IsIdentity(before.Core.Domain)
        && _look.Strays(in before, Dom.Identity, except: 0) == "";

    /// <summary>Whether an operation with a handle returns.</summary>
    public static bool EndsHandle(Step step) =>
        ReturnOf(step) is Op.AttachHandle or Op.DetachHandle or Op.ReplaceHandle or Op.AttachPasid or Op.DetachPasid or Op.ReplacePasid;

    /// <summary>Whether it has replaced another.</summary>
    public static bool IsReplaced(Step step) => step.C == 0 && (ReturnOf(step) is Op.ReplaceHandle or Op.ReplacePasid);

    /// <summary>The handle that the fault path still has though its user may free it from this step on.</summary>
    public static string Outlived(in GroupState before, in GroupState after) =>
        before.FaultHandle != Dom.Freed && after.FaultHandle == Dom.Freed ? $"the fault path has the handle of {Dom.Name(before.FaultHandle)}" : "";

    /// <summary>Whether a device that is attached to something sees an operation on its group's domain; one that is being probed has what it came with.</summary>
    public static bool IsInOperation(in GroupState before, int device)
    {
        Call c = before.Core.Call;
        bool isProbed = (Op)c.Op == Op.BusProbe || ((Op)c.Op is Op.Probe or Op.ProbeQueued && c.Device == device + 1);
        return before.IsBusy && before.Core.Domain != 0 && !isProbed && !before.Strayed(device) && !((Op)c.Op is Op.AttachPasid or Op.ReplacePasid or Op.DetachPasid);
    }
}
