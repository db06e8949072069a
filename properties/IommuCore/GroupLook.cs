// What claims about a group ask of single states. What says what is wrong is empty where nothing is.

using Verify.Model.IommuCore;

namespace Verify.Properties.IommuCore;

/// <summary>Looks into the states of a model.</summary>
/// <param name="model">The model.</param>
internal sealed class GroupLook(GroupModel model)
{
    private readonly int _devices = model.Devices;
    private readonly int _pasids = model.Pasids;

    private delegate string DeviceText(in GroupState state, int device);

    /// <summary>Whether nobody is doing anything.</summary>
    public static bool IsIdle(in GroupState state) => !state.IsBusy && state.Deferring == 0;

    /// <summary>The settled device that does something else than a domain.</summary>
    public string Strays(in GroupState state, int domain, byte except)
    {
        for (int device = 0; device < _devices; device++)
        {
            byte met = state.Of(device, 0);
            if (state.IsSettled(device) && (except >> device & 1) == 0 && !Dom.IsSame(met, domain))
            {
                return $"dev{device} has {(met == 0 ? "an entry that faults" : Dom.Name(met))}, and should have {Dom.Name(domain)}";
            }
        }
        return "";
    }

    /// <summary>Whether a group has come so far that it has a domain.</summary>
    public static bool HasDomain(in GroupState state) => IsIdle(in state) && state.Core.Count > 0 && state.Core.Domain != 0;

    /// <summary>Whether a device can use its direct region.</summary>
    public static bool IsDirectThere(in GroupState state, int device) => state.Of(device, 0) switch
    {
        Dom.Identity or Dom.IdentityV2 or Dom.Inherited => true,
        Dom.Dma => state.Core.Is(device, Gdev.Mapped),
        _ => false,
    };

    /// <summary>A device in the group, attached before, that has a direct region.</summary>
    public static bool IsDirectInUse(in GroupState state, int device) =>
        state.Core.Has(device) && state.Core.Is(device, Gdev.RequireDirect) && (state.Core.Domain != 0 || (Op)state.Core.Call.Op == Op.StoreType)
        && !((Op)state.Core.Call.Op is Op.Probe or Op.BusProbe && state.Core.Call.Pc != (byte)Pc.Return);

    /// <summary>The device that cannot use its direct region.</summary>
    public string DirectIsGone(in GroupState state) => First(in state, (in s, device) =>
        IsDirectInUse(in s, device) && !IsDirectThere(in s, device) ? $"dev{device} has {(s.Of(device, 0) == 0 ? "an entry that faults" : Dom.Name(s.Of(device, 0)))}" : "");

    /// <summary>Whether some device uses a direct region.</summary>
    public bool IsAnyDirectInUse(in GroupState state) => First(in state, (in s, device) => IsDirectInUse(in s, device) ? "." : "") != "";

    /// <summary>The entry of a RID, or of PASIDs up to one, that refers to a domain that is freed.</summary>
    public string DanglingEntry(in GroupState state, int last)
    {
        for (int device = 0; device < _devices; device++)
        {
            for (int slot = 0; slot <= last; slot++)
            {
                byte met = state.Of(device, slot);
                if (met is not (Dom.None or Dom.Inherited) && !state.Core.IsAlive(met))
                {
                    return $"the entry of dev{device} for {(slot == 0 ? "the RID" : $"PASID {slot}")} refers to {Dom.Name(met)}, which is freed";
                }
            }
        }
        return "";
    }

    /// <summary>What refers to a domain that is freed.</summary>
    public string Dangling(in GroupState state)
    {
        if (DanglingEntry(in state, _pasids) is { Length: > 0 } entry)
        {
            return entry;
        }
        for (int slot = 0; slot <= _pasids; slot++)
        {
            byte held = Cell.Domain(state.Core.Slots[slot]);
            if (held != 0 && !state.Core.IsAlive(held))
            {
                return $"pasid_array[{slot}] has {Dom.Name(held)}, which is freed";
            }
        }
        return Freed(in state, state.Core.Domain, "domain") + Freed(in state, state.Core.Default, "default_domain") + Freed(in state, state.Core.Blocking, "blocking_domain");
    }

    private static string Freed(in GroupState state, byte domain, string pointer) =>
        domain != 0 && !state.Core.IsAlive(domain) ? $"group->{pointer} is {Dom.Name(domain)}, which is freed" : "";

    /// <summary>What is wrong with the ownership of a group.</summary>
    public static string Misowned(in GroupState state)
    {
        ref readonly GroupCore core = ref state.Core;
        return core.Owner != 0
            ? core.Domain == core.Default ? "the group has an owner, and is in its default domain" : ""
            : core.Default == 0 ? "a driver has bound, and there is no default domain"
            : !Dom.IsSame(core.Domain, core.Default) ? $"drivers use the DMA API, and group->domain is {Dom.Name(core.Domain)}"
            : "";
    }

    /// <summary>What is wrong with PASIDs: of devices that were there when they were attached, or of those that came later.</summary>
    public string PasidStrays(in GroupState state, bool isLate)
    {
        for (int device = 0; device < _devices; device++)
        {
            for (int slot = 1; slot <= _pasids; slot++)
            {
                byte wanted = Cell.Domain(Cell.Loaded(state.Core.Slots[slot]));
                byte met = state.Of(device, slot);
                bool isOf = state.IsSettled(device) && !state.IsKind(device, Kind.NoPasids) && ((state.Late[device] >> slot & 1) != 0) == isLate;
                if (isOf && met != wanted)
                {
                    return $"dev{device} has {(met == 0 ? "an entry that faults" : Dom.Name(met))} for PASID {slot}, and pasid_array has {Dom.Name(wanted)}";
                }
            }
        }
        return "";
    }

    /// <summary>Whether a PASID is attached.</summary>
    public bool IsPasidAttached(in GroupState state)
    {
        bool found = false;
        for (int slot = 1; slot <= _pasids; slot++)
        {
            found |= Cell.Loaded(state.Core.Slots[slot]) != 0;
        }
        return found;
    }

    /// <summary>Whether a device joined after a PASID was attached.</summary>
    public bool IsAnyLate(in GroupState state) => First(in state, (in s, device) => s.Core.Has(device) && s.Late[device] != 0 ? "." : "") != "";

    /// <summary>What is wrong with devices that are being reset.</summary>
    public string Unparked(in GroupState state)
    {
        int blocked = 0;
        for (int device = 0; device < _devices; device++)
        {
            if (!state.Core.Is(device, Gdev.Blocked))
            {
                continue;
            }
            blocked++;
            for (int slot = 0; slot <= _pasids; slot++)
            {
                if (!Dom.Faults(state.Of(device, slot)))
                {
                    return $"dev{device} is blocked, and its entry for {(slot == 0 ? "the RID" : $"PASID {slot}")} refers to {Dom.Name(state.Of(device, slot))}";
                }
            }
        }
        return blocked == state.Core.Recovering ? "" : $"recovery_cnt is {state.Core.Recovering}, and {blocked} devices are blocked";
    }

    /// <summary>Whether a device is blocked.</summary>
    public bool IsAnyBlocked(in GroupState state) => First(in state, (in s, device) => s.Core.Is(device, Gdev.Blocked) ? "." : "") != "";

    /// <summary>A device outside the group with something in hardware that is no static domain.</summary>
    public string Unreleased(in GroupState state)
    {
        for (int device = 0; device < _devices; device++)
        {
            for (int slot = 0; slot <= _pasids && !state.Core.Has(device); slot++)
            {
                byte met = state.Of(device, slot);
                bool isFine = met is Dom.None or Dom.Inherited || (slot == 0 && met is Dom.Blocked or Dom.Identity);
                if (!isFine)
                {
                    return $"dev{device} is released, and its entry for {(slot == 0 ? "the RID" : $"PASID {slot}")} refers to {Dom.Name(met)}";
                }
            }
        }
        return "";
    }

    /// <summary>An entry that has a domain of another driver.</summary>
    public string Foreign(in GroupState state) => First(in state, (in s, device) =>
    {
        bool found = false;
        for (int slot = 0; slot < GroupCore.MostSlots; slot++)
        {
            found |= s.Of(device, slot) == Dom.Foreign;
        }
        return found ? $"dev{device} is attached to a domain of another driver" : "";
    });

    /// <summary>What is left of users that have attached nothing.</summary>
    public string LeftBehind(in GroupState state)
    {
        ref readonly GroupCore core = ref state.Core;
        if (core.Owner != 0 && state.View[0] == 0 && core.Domain != core.Blocking)
        {
            return $"nobody has attached anything, and group->domain is {Dom.Name(core.Domain)}";
        }
        for (int slot = 0; slot <= _pasids; slot++)
        {
            if (state.View[slot] == 0 && core.Slots[slot] != 0)
            {
                return $"nobody has attached anything, and pasid_array[{slot}] is taken";
            }
        }
        return "";
    }

    private string First(in GroupState state, DeviceText text)
    {
        string found = "";
        for (int device = 0; device < _devices && found == ""; device++)
        {
            found = text(in state, device);
        }
        return found;
    }
}
