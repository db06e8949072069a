// Who asks for what, and when. What is not asked for here is against the contract of the kernel's interfaces: to release what is attached, to free what is in use.

using Verify.Transitions;

namespace Verify.Model.IommuCore;

/// <content>Each of these is one after the other for itself: the bus and drivers (device lock), sysfs, VFIO and iommufd, PCI resets.</content>
public readonly partial struct GroupModel
{
    /// <summary>Those who ask.</summary>
    public enum User : byte
    {
        /// <summary>Nobody.</summary>
        Nobody,

        /// <summary>Buses, and drivers that bind.</summary>
        Driver,

        /// <summary>An administrator.</summary>
        Admin,

        /// <summary>VFIO or iommufd; or a driver that attaches domains itself.</summary>
        Owner,

        /// <summary>PCI resets.</summary>
        Pci,
    }

    /// <summary>Who asks for an operation.</summary>
    public static User AgentOf(Op op) => op switch
    {
        Op.None => User.Nobody,
        Op.StoreType => User.Admin,
        Op.ResetPrepare or Op.ResetDone => User.Pci,
        Op.Probe or Op.ProbeQueued or Op.BusProbe or Op.Remove or Op.UseDefault or Op.UnuseDefault or Op.DeferredAttach => User.Driver,
        _ => User.Owner,
    };

    private void Try<TSink>(in GroupState state, ref TSink sink, Request ask)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        if (MayAsk(in state, ask))
        {
            Ask(in state, ref sink, ask);
        }
    }

    private void AskBus<TSink>(in GroupState state, ref TSink sink)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        for (int device = 0; device < _devices; device++)
        {
            Try(in state, ref sink, new(Op.Probe, state.DefaultType, device));
            Try(in state, ref sink, new(Op.ProbeQueued, 0, device));
            Try(in state, ref sink, new(Op.Remove, 0, device));
            Try(in state, ref sink, new(Op.ResetPrepare, 0, device));
            Try(in state, ref sink, new(Op.ResetDone, 0, device));
        }
        Try(in state, ref sink, new(Op.BusProbe, state.DefaultType));
        Try(in state, ref sink, new(Op.StoreType, Dom.Identity));
        Try(in state, ref sink, new(Op.StoreType, Dom.Dma));
    }

    private void AskDrivers<TSink>(in GroupState state, ref TSink sink)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        for (int device = 0; device < _devices; device++)
        {
            Try(in state, ref sink, new(Op.UseDefault, 0, device));
            Try(in state, ref sink, new(Op.UnuseDefault, 0, device));
            Try(in state, ref sink, new(Op.DeferredAttach, 0, device));
            Try(in state, ref sink, new(Op.ClaimDevice, GroupCore.Iommufd, device));
        }
        Try(in state, ref sink, new(Op.ClaimGroup, GroupCore.Vfio));
        Try(in state, ref sink, new(Op.ReleaseOwner, GroupCore.Vfio));
        Try(in state, ref sink, new(Op.ReleaseOwner, GroupCore.Iommufd));
    }

    private void AskOwners<TSink>(in GroupState state, ref TSink sink)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        foreach (byte domain in _users)
        {
            Try(in state, ref sink, new(Op.AttachGroup, domain));
            Try(in state, ref sink, new(Op.AttachHandle, domain));
            Try(in state, ref sink, new(Op.ReplaceHandle, domain));
            Try(in state, ref sink, new(Op.AttachDevice, domain));
        }
        Try(in state, ref sink, new(Op.AttachGroup, Dom.IdentityV2));
        Try(in state, ref sink, new(Op.AttachGroup, Dom.Foreign));
        Try(in state, ref sink, new(Op.AttachHandle, Dom.Foreign));
        Try(in state, ref sink, new(Op.ReplaceHandle, Dom.Foreign));
        Try(in state, ref sink, new(Op.DetachGroup));
        Try(in state, ref sink, new(Op.DetachHandle));
    }

    private void AskPasids<TSink>(in GroupState state, ref TSink sink)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        for (int pasid = 1; pasid <= _machines[state.Machine].Pasids; pasid++)
        {
            foreach (byte domain in _ofPasids)
            {
                Try(in state, ref sink, new(Op.AttachPasid, domain, -1, pasid));
                Try(in state, ref sink, new(Op.ReplacePasid, domain, -1, pasid));
            }
            Try(in state, ref sink, new(Op.DetachPasid, 0, -1, pasid));
        }
        foreach (byte domain in _users)
        {
            Try(in state, ref sink, new(Op.AttachPasid, domain, -1, GroupCore.MostSlots));
        }
    }

    /// <summary>Whether somebody may ask for an operation: the variant has it, and it is not against the contract.</summary>
    public bool MayAsk(in GroupState state, Request ask) => ask.Op switch
    {
        Op.Probe or Op.ProbeQueued or Op.BusProbe or Op.Remove => MayChangeDevices(in state, ask),
        Op.StoreType => state.Core.Default != 0 && ask.Domain != state.Core.Default,
        Op.UseDefault => state.Core.Has(ask.Device) && state.Bound[ask.Device] == 0,
        Op.UnuseDefault => state.Bound[ask.Device] != 0 && state.Deferring != ask.Device + 1 && !(state.Core.OwnerCount == 1 && state.IsUsed)
            && !(state.Core.OwnerCount == 1 && state.Core.Domain == Dom.IdentityV2),
        Op.DeferredAttach => rules.DeferredAttachLocks && state.Bound[ask.Device] != 0 && state.Core.Is(ask.Device, Gdev.Deferred),
        Op.ClaimGroup => IsClaimable(in state) && state.Core.Owner != GroupCore.Vfio,
        Op.ClaimDevice => rules.HasDeviceClaim && IsClaimable(in state) && state.Core.Has(ask.Device) && state.Bound[ask.Device] == 0 && !IsClaimedWhole(in state),
        Op.ReleaseOwner => state.Core.Owner == ask.Domain && !(state.Core.OwnerCount == 1 && state.IsUsed),
        Op.ResetPrepare => rules.Reset != ResetFence.Absent && _machines[state.Machine].HasResets && state.Core.Has(ask.Device) && (state.Core.Default != 0 || rules.ResetsEarly) && !IsAnyKept(in state) && state.Core.Depth[ask.Device] < 2,
        Op.ResetDone => state.Core.Depth[ask.Device] > 0,
        Op.AttachPasid or Op.ReplacePasid or Op.DetachPasid => MayUsePasid(in state, ask),
        _ => MayAttach(in state, ask),
    };

    private bool IsClaimable(in GroupState state) => state.Core.Count > 0 && (state.Core.Default != 0 || rules.ClaimsEarly) && !IsAnyKept(in state);

    // Whether a device uses the tables of the previous kernel, and is left alone for that.
    private bool IsAnyKept(in GroupState state)
    {
        bool found = false;
        for (int device = 0; device < _devices; device++)
        {
            found |= state.Core.Is(device, Gdev.Deferred) && !rules.TakesDeferred;
        }
        return found;
    }

    private static bool IsClaimedWhole(in GroupState state) => state.Core.Owner == GroupCore.Iommufd && state.Core.OwnerCount >= state.Core.Count;

    private bool MayChangeDevices(in GroupState state, Request ask)
    {
        ref readonly GroupCore core = ref state.Core;
        int device = ask.Device;
        return ask.Op switch
        {
            Op.Probe => state.IsKind(device, Kind.Exists) && !core.Has(device) && (core.Count == 0 || core.Default != 0) && (core.OwnerCount == 0 || rules.JoinsInUse),
            Op.ProbeQueued => state.IsKind(device, Kind.Exists) && !core.Has(device) && core.Default == 0,
            Op.BusProbe => core.Count > 0 && core.Default == 0,
            _ => core.Has(device) && state.Bound[device] == 0 && core.Depth[device] == 0 && core.Default != 0
                && (core.Count == 1 ? core.OwnerCount == 0 && core.IsPasidArrayEmpty && !state.IsUsed : core.OwnerCount < core.Count),
        };
    }

    // VFIO and iommufd attach what they own. Others attach without a claim, where the variant has such.
    private bool MayAttach(in GroupState state, Request ask)
    {
        ref readonly GroupCore core = ref state.Core;
        bool isVfio = core.Owner == GroupCore.Vfio;
        bool isIommufd = core.Owner == GroupCore.Iommufd;
        bool isUnclaimed = rules.UnclaimedUsers && core.Owner == 0 && core.OwnerCount > 0 && !IsAnyKept(in state);
        bool isDriver = rules.Driver.SecondIdentity && core.Owner == 0 && core.OwnerCount > 0;
        if (ask.Domain == Dom.IdentityV2 || core.Domain == Dom.IdentityV2)
        {
            return isDriver && (ask.Op == Op.AttachGroup ? ask.Domain == Dom.IdentityV2 && core.Domain == Dom.Identity : ask.Op == Op.DetachGroup);
        }
        bool usesHandles = isIommufd && rules.HasHandles && core.Count > 0;
        bool usesNone = core.Count > 0 && (isVfio || isUnclaimed || (isIommufd && !rules.HasHandles));
        return ask.Op switch
        {
            Op.AttachGroup => usesNone,
            Op.AttachDevice => usesNone && !isIommufd,
            Op.DetachGroup => usesNone && state.View[0] != 0,
            Op.AttachHandle => usesHandles,
            Op.DetachHandle => usesHandles && state.View[0] != 0,
            _ => usesHandles && state.View[0] != 0 && ask.Domain != state.View[0],
        };
    }

    // iommufd uses PASIDs for its guests, a driver for SVA, or for DMA of its own, as if by the RID.
    private bool MayUsePasid(in GroupState state, Request ask)
    {
        ref readonly GroupCore core = ref state.Core;
        bool isIommufd = core.Owner == GroupCore.Iommufd;
        bool isDriver = core.Owner == 0 && core.OwnerCount > 0;
        if (!rules.HasPasids || _machines[state.Machine].Pasids == 0 || core.Count == 0)
        {
            return false;
        }
        return ask.Op switch
        {
            Op.DetachPasid => (isIommufd || isDriver) && state.View[ask.Slot] != 0,
            Op.ReplacePasid => rules.HasPasidReplace && isIommufd && ask.Domain != Dom.Dma,
            _ => isIommufd ? ask.Domain != Dom.Dma : isDriver && (Dom.IsUsers(ask.Domain) || ask.Domain == core.Default),
        };
    }
}
