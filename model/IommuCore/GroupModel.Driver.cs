// The driver, as far as the core may count on it: what callbacks do to hardware, and where they may fail. And devices, which see it.

using Verify.Transitions;

namespace Verify.Model.IommuCore;

/// <content>Reference attach.md, 1.2 to 1.5; seed 001 has what drivers should promise.</content>
public readonly partial struct GroupModel
{
    /// <summary>Whether a callback may fail that is due.</summary>
    public bool MayFail(in GroupState state, Callback due)
    {
        bool isStatic = due.Domain is Dom.Identity or Dom.Blocked or Dom.IdentityV2;
        bool isGood = due.Kind == CallbackKind.SetDevPasid ? CoreMachine.MustSucceed(in state.Core) : state.WasAttached(due.Device, due.Domain);
        bool isLater = rules.Driver.FailsAtOnce && due.Kind == CallbackKind.AttachDev && state.Core.List[0] != due.Device + 1;
        return !isLater && !(isStatic && rules.Driver.StaticNeverFails) && !(isGood && rules.Driver.ReattachNeverFails);
    }

    private void Drive<TSink>(in GroupState state, ref TSink sink, Callback due)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        switch (due.Kind)
        {
            case CallbackKind.AllocDomain:
                DriveAlloc(in state, ref sink, due);
                break;
            case CallbackKind.Map:
                DriveMap(in state, ref sink, due);
                break;
            case CallbackKind.AttachDev:
                DriveAttach(in state, ref sink, due);
                break;
            case CallbackKind.SetDevPasid:
                DriveSetPasid(in state, ref sink, due);
                break;
            case CallbackKind.RemoveDevPasid when IsDrained(in state, due.Device, due.Slot):
                ref GroupState removed = ref sink.From(in state);
                removed.Hardware[GroupState.Entry(due.Device, due.Slot)] = Dom.None;
                Add(ref sink, Act.RemoveDevPasid, ref removed, due with { Domain = due.Old }, Errno.Ok);
                break;
            case CallbackKind.ReleaseDevice when IsIdle(in state, due.Device):
                DriveRelease(in state, ref sink, due);
                break;
        }
    }

    private void Add<TSink>(ref TSink sink, ushort act, ref GroupState next, Callback due, Errno result)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        _core.Resume(ref next.Core, result);
        sink.Add(new Step(act, (short)due.Domain, Place(due.Device, due.Slot), (short)result));
    }

    private void DriveAlloc<TSink>(in GroupState state, ref TSink sink, Callback due)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        ref GroupState made = ref sink.From(in state);
        Forget(ref made, due.Domain);
        Add(ref sink, Act.Alloc, ref made, due, Errno.Ok);
        if (!rules.Driver.AllocNeverFails)
        {
            Add(ref sink, Act.Alloc, ref sink.From(in state), due, Errno.ENOMEM);
        }
    }

    // A new object: nobody was ever attached to it.
    private static void Forget(ref GroupState state, int domain)
    {
        for (int device = 0; device < GroupCore.MostDevices; device++)
        {
            state.Good[device] &= (byte)~Dom.Bit(domain);
        }
    }

    private void DriveMap<TSink>(in GroupState state, ref TSink sink, Callback due)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        bool isAttached = false;
        for (int device = 0; device < _devices; device++)
        {
            isAttached |= state.Of(device, 0) == Dom.Dma;
        }
        if (rules.Driver.MapsBeforeAttach || isAttached)
        {
            Add(ref sink, Act.Map, ref sink.From(in state), due, Errno.Ok);
        }
        if (!rules.Driver.MapNeverFails || !(rules.Driver.MapsBeforeAttach || isAttached))
        {
            Add(ref sink, Act.Map, ref sink.From(in state), due, Errno.ENOMEM);
        }
    }

    private void DriveAttach<TSink>(in GroupState state, ref TSink sink, Callback due)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        int entry = GroupState.Entry(due.Device, 0);
        bool isBroken = (state.Core.Call.Flags & Call.Broken) != 0;
        bool isInSteps = rules.Driver.Style != AttachStyle.Hitless && state.Hardware[entry] != due.Domain;
        bool isNull = due.Domain == Dom.None;
        if (!isNull && IsDrained(in state, due.Device, 0))
        {
            ref GroupState next = ref sink.From(in state);
            if (isInSteps && !isBroken)
            {
                next.Hardware[entry] = rules.Driver.Style == AttachStyle.ThroughFault ? Dom.None : Dom.Identity;
                next.Core.Call.Flags |= Call.Broken;
                sink.Add(new Step(Act.Break, (short)due.Domain, Place(due.Device, 0)));
            }
            else
            {
                Attached(ref next, due.Device, due.Domain);
                Add(ref sink, Act.AttachDev, ref next, due, Errno.Ok);
            }
        }
        bool keeps = rules.Driver.FailureKeepsHardware;
        if (isNull || (MayFail(in state, due) && !(isBroken && keeps) && (keeps || IsDrained(in state, due.Device, 0))))
        {
            ref GroupState failed = ref sink.From(in state);
            failed.Hardware[entry] = keeps ? failed.Hardware[entry] : Dom.None;
            failed.Core.Call.Flags &= unchecked((byte)~Call.Broken);
            Add(ref sink, Act.AttachDev, ref failed, due, Errno.EINVAL);
        }
    }

    private byte Noted(int domain) => domain == Dom.Identity && rules.Driver.StaticNeverFails ? (byte)0 : Dom.Bit(domain);

    // The entry of the RID is written.
    private void Attached(ref GroupState state, int device, int domain)
    {
        state.Core.Call.Flags &= unchecked((byte)~Call.Broken);
        state.Hardware[GroupState.Entry(device, 0)] = (byte)domain;
        state.Good[device] |= Noted(domain);
        for (int slot = 1; slot < GroupCore.MostSlots && !rules.Driver.KeepsPasids; slot++)
        {
            state.Hardware[GroupState.Entry(device, slot)] = Dom.None;
        }
    }

    private void DriveSetPasid<TSink>(in GroupState state, ref TSink sink, Callback due)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        int entry = GroupState.Entry(due.Device, due.Slot);
        if (!IsDrained(in state, due.Device, due.Slot))
        {
            return;
        }
        bool isRefused = due.Domain is Dom.Identity or Dom.Blocked && !rules.Driver.StaticOnPasids;
        if (!isRefused)
        {
            ref GroupState set = ref sink.From(in state);
            set.Hardware[entry] = (byte)due.Domain;
            Add(ref sink, Act.SetDevPasid, ref set, due, Errno.Ok);
        }
        if (isRefused || MayFail(in state, due))
        {
            ref GroupState failed = ref sink.From(in state);
            failed.Hardware[entry] = rules.Driver.FailureKeepsHardware ? failed.Hardware[entry] : Dom.None;
            Add(ref sink, Act.SetDevPasid, ref failed, due, Errno.EINVAL);
        }
    }

    private void DriveRelease<TSink>(in GroupState state, ref TSink sink, Callback due)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        ref GroupState released = ref sink.From(in state);
        bool isInherited = state.Core.Is(due.Device, Gdev.Deferred);
        int first = rules.Driver.HasReleaseDomain || isInherited ? 1 : 0;
        for (int slot = first; slot < GroupCore.MostSlots && rules.Driver.ReleaseClears; slot++)
        {
            released.Hardware[GroupState.Entry(due.Device, slot)] = Dom.None;
        }
        released.Good[due.Device] = 0;
        released.Late[due.Device] = 0;
        Add(ref sink, Act.ReleaseDevice, ref released, due, Errno.Ok);
    }

    // Whether the driver need not wait for a page request: nothing is taken away under it.
    private bool IsDrained(in GroupState state, int device, int slot) =>
        !rules.Driver.DrainsPrq || state.FaultDevice != device + 1 || state.FaultSlot != slot;

    private static bool IsIdle(in GroupState state, int device) => state.FaultDevice != device + 1;

    // iommu_deferred_attach before 7.0: test, then attach, both without the mutex.
    private void DeferUnlocked<TSink>(in GroupState state, ref TSink sink)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        if (rules.DeferredAttachLocks)
        {
            return;
        }
        int device = state.Deferring - 1;
        if (device >= 0)
        {
            ref GroupState attached = ref sink.From(in state);
            attached.Hardware[GroupState.Entry(device, 0)] = state.DeferredTo;
            attached.Good[device] |= Noted(state.DeferredTo);
            attached.Core.Note(device, Gdev.Deferred, false);
            attached.Deferring = 0;
            attached.DeferredTo = 0;
            sink.Add(new Step(Act.AttachDeferred, state.DeferredTo, Place(device, 0), (short)Errno.Ok));
            return;
        }
        for (device = 0; device < _devices; device++)
        {
            if (state.Bound[device] != 0 && state.Core.Is(device, Gdev.Deferred) && state.Core.Default != 0)
            {
                ref GroupState tested = ref sink.From(in state);
                tested.Deferring = (byte)(device + 1);
                tested.DeferredTo = state.Core.Default;
                sink.Add(new Step(Act.TestDeferred, state.Core.Default, Place(device, 0)));
            }
        }
    }

    // Page requests, and the fault path, which looks up the handle under xa_lock only.
    private void Fault<TSink>(in GroupState state, ref TSink sink)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        int device = state.FaultDevice - 1;
        if (device < 0)
        {
            for (int raiser = 0; raiser < _devices && _machines[state.Machine].HasRequests; raiser++)
            {
                for (int slot = 0; slot <= _machines[state.Machine].Pasids; slot++)
                {
                    RaiseRequest(in state, ref sink, raiser, slot);
                }
            }
            return;
        }
        if (rules.FaultPathLocks && state.FaultHandle == 0 && state.IsBusy)
        {
            return;
        }
        ref GroupState next = ref sink.From(in state);
        byte cell = Cell.Loaded(state.Core.Slots[state.FaultSlot]);
        if (state.FaultHandle == 0 && (cell & Cell.Handle) != 0)
        {
            next.FaultHandle = Cell.Domain(cell);
            sink.Add(new Step(Act.HandleGet, Cell.Domain(cell), Place(device, state.FaultSlot), (short)Errno.Ok));
            return;
        }
        next.FaultDevice = 0;
        next.FaultSlot = 0;
        next.FaultRaised = 0;
        next.FaultHandle = 0;
        sink.Add(state.FaultHandle == 0
            ? new Step(Act.HandleGet, 0, Place(device, state.FaultSlot), (short)Errno.ENOENT)
            : new Step(Act.Respond, state.FaultHandle, Place(device, state.FaultSlot)));
    }

    private void RaiseRequest<TSink>(in GroupState state, ref TSink sink, int device, int slot)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        byte raised = state.Of(device, slot);
        bool isAble = rules.HasHandles && state.Core.Has(device) && !(slot > 0 && state.IsKind(device, Kind.NoPasids));
        bool isFaultable = Dom.IsUsers(raised) && (slot > 0 || state.Core.Owner == GroupCore.Iommufd);
        if (!isAble || (!isFaultable && !(rules.HostileDevices && slot > 0)))
        {
            return;
        }
        ref GroupState next = ref sink.From(in state);
        next.FaultDevice = (byte)(device + 1);
        next.FaultSlot = (byte)slot;
        next.FaultRaised = isFaultable ? raised : Dom.None;
        sink.Add(new Step(Act.PageRequest, raised, Place(device, slot)));
    }

    private void DoDma<TSink>(in GroupState state, ref TSink sink, int device)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        for (int slot = 0; slot <= _machines[state.Machine].Pasids && state.Core.Has(device); slot++)
        {
            byte met = state.Of(device, slot);
            DmaResult result = Dom.Faults(met) ? DmaResult.Faults
                : Dom.IsIdentity(met) ? DmaResult.Passes
                : met == Dom.Inherited || state.Core.IsAlive(met) ? DmaResult.Translated
                : DmaResult.UseAfterFree;
            sink.From(in state);
            sink.Add(new Step(Act.Dma, met, Place(device, slot), (short)result));
        }
    }
}
