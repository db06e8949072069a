// Where operations begin: what they refuse, and where they go.

namespace Verify.Model.IommuCore;

/// <summary>An operation that is asked for.</summary>
/// <param name="Op">Which.</param>
/// <param name="Domain">The domain; for a claim or a release the owner, for a probe the type of a default domain.</param>
/// <param name="Device">The device, from 0; -1 for the group.</param>
/// <param name="Slot">The PASID, from 1; 0 for none or the RID.</param>
public readonly record struct Request(Op Op, int Domain = 0, int Device = -1, int Slot = 0);

/// <content>Reference attach.md, 1.4 and 1.5: preconditions.</content>
public readonly partial struct CoreMachine
{
    /// <summary>
    /// Takes the mutex, which is free, and runs to the first stop.
    /// </summary>
    /// <param name="g">The group.</param>
    /// <param name="ask">What is asked for.</param>
    /// <param name="cpu">On which CPU.</param>
    /// <returns>Null where the operation is under way; else what it has returned, and the mutex is free again.</returns>
    public Errno? Begin(ref GroupCore g, Request ask, int cpu)
    {
        Errno refused = Refused(in g, ask);
        if (refused != Errno.Ok)
        {
            return refused;
        }
        if (IsDoneAtOnce(ref g, ask))
        {
            return Errno.Ok;
        }
        g.Call = new Call
        {
            Op = (byte)ask.Op,
            Domain = (byte)ask.Domain,
            Device = (byte)(ask.Device + 1),
            Slot = (byte)ask.Slot,
            From = g.Domain,
            Cpu = (byte)cpu,
        };
        Start(ref g, ask);
        return null;
    }

    // What is refused before anything is changed.
    private Errno Refused(in GroupCore g, Request ask) => ask.Op switch
    {
        Op.StoreType => g.OwnerCount != 0 || g.Count == 0 ? Errno.EPERM : Errno.Ok,
        Op.UseDefault => RefusesDriver(in g),
        Op.ClaimGroup => g.OwnerCount != 0 ? Errno.EPERM : RefusesOwner(in g),
        Op.ClaimDevice => g.OwnerCount == 0 ? RefusesOwner(in g) : g.Owner == ask.Domain ? Errno.Ok : Errno.EPERM,
        Op.AttachDevice => g.Count != 1 ? Errno.EINVAL : RefusesAttach(in g, ask),
        Op.AttachGroup => RefusesAttach(in g, ask),
        Op.AttachHandle => g.Slots[0] != 0 ? Errno.EBUSY : rules.EntryBeforeHardware ? Errno.Ok : RefusesAttach(in g, ask),
        Op.ReplaceHandle => rules.ChecksOps && ask.Domain == Dom.Foreign ? Errno.EINVAL : Errno.Ok,
        Op.AttachPasid => RefusesPasid(in g, ask),
        Op.ReplacePasid => RefusesReplace(in g, ask),
        Op.ResetPrepare => rules.Reset == ResetFence.PerGroup && g.Recovering > 0 ? Errno.EBUSY : Errno.Ok,
        Op.DeferredAttach => IsFenced(in g, ask.Device) && g.Is(ask.Device, Gdev.Deferred) ? Errno.EBUSY : Errno.Ok,
        _ => Errno.Ok,
    };

    private bool IsFenced(in GroupCore g, int device) => rules.Reset == ResetFence.PerGroup ? g.Recovering > 0 : g.Is(device, Gdev.Blocked);

    // iommu_device_use_default_domain.
    private Errno RefusesDriver(in GroupCore g)
    {
        if (g.Default == 0 && rules.DefersDrivers)
        {
            return Errno.EPROBE_DEFER;
        }
        bool isDefault = g.Domain == g.Default || (!rules.ComparesPointers && Dom.IsIdentity(g.Domain) && Dom.IsIdentity(g.Default));
        bool isTaken = !isDefault || g.Owner != 0 || (rules.ChecksPasidArray && !g.IsPasidArrayEmpty);
        return g.OwnerCount > 0 && isTaken ? Errno.EBUSY : Errno.Ok;
    }

    // __iommu_take_dma_ownership.
    private Errno RefusesOwner(in GroupCore g) =>
        (g.Domain != 0 && g.Domain != g.Default) || (rules.ChecksPasidArray && !g.IsPasidArrayEmpty) ? Errno.EBUSY : Errno.Ok;

    // __iommu_attach_group.
    private Errno RefusesAttach(in GroupCore g, Request ask) =>
        g.Domain != 0 && g.Domain != g.Default && g.Domain != g.Blocking ? Errno.EBUSY
        : rules.ChecksOps && ask.Domain == Dom.Foreign ? Errno.EINVAL
        : Errno.Ok;

    private Errno RefusesPasid(in GroupCore g, Request ask)
    {
        bool isStatic = ask.Domain is Dom.Identity or Dom.Blocked;
        if ((rules.ChecksOps && ask.Domain == Dom.Foreign) || (isStatic && !rules.StaticOnPasids) || ask.Slot == 0)
        {
            return Errno.EINVAL;
        }
        if (g.Recovering > 0 && rules.FencesPasids)
        {
            return Errno.EBUSY;
        }
        for (int place = 0; place < g.Count; place++)
        {
            if (rules.RefusesPasidless && g.Is(g.DeviceAt(place), Gdev.NoPasids))
            {
                return Errno.EINVAL;
            }
        }
        return ask.Slot >= GroupCore.MostSlots ? Errno.EINVAL : g.Slots[ask.Slot] != 0 ? Errno.EBUSY : Errno.Ok;
    }

    private Errno RefusesReplace(in GroupCore g, Request ask) =>
        g.Slots[ask.Slot] == 0 || (rules.ChecksOps && ask.Domain == Dom.Foreign) ? Errno.EINVAL
        : g.Recovering > 0 && rules.FencesPasids ? Errno.EBUSY
        : Errno.Ok;

    // What only changes a count: nobody can see it half done.
    private bool IsDoneAtOnce(ref GroupCore g, Request ask)
    {
        switch (ask.Op)
        {
            case Op.UseDefault:
                g.OwnerCount++;
                return true;
            case Op.UnuseDefault:
                g.OwnerCount--;
                return true;
            case Op.ClaimDevice when g.OwnerCount > 0:
                g.OwnerCount++;
                return true;
            case Op.ReleaseOwner when g.OwnerCount > 1:
                g.OwnerCount--;
                return true;
            case Op.ResetPrepare when g.Depth[ask.Device] > 0:
                g.Depth[ask.Device]++;
                return true;
            case Op.ResetDone when g.Depth[ask.Device] > 1 && !rules.FirstDoneUnblocks:
                g.Depth[ask.Device]--;
                return true;
            case Op.ResetDone when rules.FirstDoneUnblocks && !g.Is(ask.Device, Gdev.Blocked):
                g.Depth[ask.Device]--;
                return true;
            case Op.ReplacePasid when Cell.Domain(g.Slots[ask.Slot]) == ask.Domain:
                return true;
            case Op.DeferredAttach:
                return !g.Is(ask.Device, Gdev.Deferred);
            default:
                return false;
        }
    }

    private void Start(ref GroupCore g, Request ask)
    {
        ref Call c = ref g.Call;
        switch (ask.Op)
        {
            case Op.Probe or Op.ProbeQueued:
                ProbeDevice(ref g, ask.Op == Op.ProbeQueued, ask.Domain);
                break;
            case Op.BusProbe or Op.StoreType:
                SetupDefault(ref g, ask.Domain);
                break;
            case Op.Remove:
                Release(ref g);
                break;
            case Op.ClaimGroup or Op.ClaimDevice or Op.ResetPrepare:
                NeedBlocking(ref g);
                break;
            case Op.ReleaseOwner:
                g.OwnerCount = 0;
                g.Owner = 0;
                SetDomain(ref g, g.Default, must: true, Stage.Last);
                break;
            case Op.AttachGroup or Op.AttachDevice:
                SetDomain(ref g, ask.Domain, must: false, Stage.Last);
                break;
            case Op.AttachHandle:
                AttachHandle(ref g, ask);
                break;
            case Op.ReplaceHandle:
                SetDomain(ref g, ask.Domain, must: false, Stage.Handle);
                break;
            case Op.DetachGroup:
                Detach(ref g);
                break;
            case Op.DetachHandle or Op.DetachPasid when rules.DetachErasesFirst:
                c.Domain = Cell.Domain(g.Slots[c.Slot]);
                c.Stage = (byte)Stage.EraseFirst;
                c.Pc = (byte)Pc.Erase;
                break;
            case Op.DetachHandle or Op.DetachPasid:
                c.Domain = Cell.Domain(g.Slots[c.Slot]);
                Detach(ref g);
                break;
            case Op.AttachPasid:
                g.Slots[c.Slot] = rules.EntryBeforeHardware ? Entry(ask.Domain) : Cell.Reserved;
                SettleSetPasid(ref g);
                break;
            case Op.ReplacePasid:
                ReplacePasid(ref g);
                break;
            case Op.ResetDone:
                Done(ref g);
                break;
            default:
                c.Target = g.Default;
                c.Pc = (byte)Pc.AttachOne;
                break;
        }
    }

    private void AttachHandle(ref GroupCore g, Request ask)
    {
        ref Call c = ref g.Call;
        g.Slots[0] = rules.EntryBeforeHardware ? Entry(ask.Domain) : Cell.Reserved;
        Errno refused = RefusesAttach(in g, ask);
        if (refused != Errno.Ok)
        {
            c.Stage = (byte)Stage.Handle;
            AfterHandle(ref g, refused);
            return;
        }
        SetDomain(ref g, ask.Domain, must: false, Stage.Handle);
    }

    // iommu_detach_group, iommu_detach_group_handle, iommu_detach_device_pasid: the part that devices see.
    private void Detach(ref GroupCore g)
    {
        ref Call c = ref g.Call;
        if ((Op)c.Op == Op.DetachPasid)
        {
            c.At = 0;
            SettleRemovePasid(ref g);
            return;
        }
        SetDomain(ref g, g.Owner != 0 ? g.Blocking : g.Default, must: true, (Op)c.Op == Op.DetachHandle ? Stage.Handle : Stage.Last);
    }

    // __iommu_group_alloc_blocking_domain.
    private void NeedBlocking(ref GroupCore g)
    {
        ref Call c = ref g.Call;
        if ((Op)c.Op == Op.ResetPrepare)
        {
            g.Depth[c.Device - 1]++;
        }
        if (g.Blocking == 0 && !rules.Driver.StaticBlocked)
        {
            c.Target = Dom.Empty;
            c.Pc = (byte)Pc.Alloc;
            return;
        }
        g.Blocking = g.Blocking == 0 ? Dom.Blocked : g.Blocking;
        GoOnWithBlocking(ref g);
    }

    private void GoOnWithBlocking(ref GroupCore g)
    {
        if ((Op)g.Call.Op == Op.ResetPrepare)
        {
            Prepare(ref g);
            return;
        }
        SetDomain(ref g, g.Blocking, must: false, Stage.Claim);
    }
}
