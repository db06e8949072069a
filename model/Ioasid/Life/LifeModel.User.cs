// What VFIO of a VM calls, on behalf of a guest that may misbehave, and how KVM and VFIO begin and end.

using Verify.Model.Ioasid.Sets;
using Verify.Transitions;

namespace Verify.Model.Ioasid.Life;

public readonly partial struct LifeModel
{
    private void Alloc<TSink>(in LifeState state, ref TSink sink, int vm)
        where TSink : struct, ISink<LifeState>, allows ref struct
    {
        bool any = false;
        for (int id = 1; id <= scope.Ids; id++)
        {
            if (IdCalls.MayAlloc(in state.Core, vm) == Result.Ok && !state.Core.IsAllocated(id) && IsOfInterest(in state, id))
            {
                any = true;
                ref LifeState next = ref sink.From(in state);
                IdCalls.Alloc(ref next.Core, rules.Core, vm, id);
                _jobs.Begin(ref next, JobCall.Alloc, 0, vm, id, 0);
                Finish(in state, ref next);
                sink.Add(new Step((ushort)LifeAct.Alloc, (short)vm, (short)id, (short)Result.Ok));
            }
        }
        if (!any)
        {
            sink.From(in state);
            sink.Add(new Step((ushort)LifeAct.Alloc, (short)vm, -1, (short)Result.Invalid));
        }
    }

    private void Frees<TSink>(in LifeState state, ref TSink sink, int vm)
        where TSink : struct, ISink<LifeState>, allows ref struct
    {
        for (int id = 1; id <= scope.Ids; id++)
        {
            if (!IsOfInterest(in state, id))
            {
                continue;
            }
            Result may = IdCalls.MayFree(in state.Core, rules.Core, vm, id);
            ref LifeState next = ref sink.From(in state);
            if (may == Result.Ok)
            {
                _jobs.Begin(ref next, JobCall.Free, 0, vm, id, 0);
                Finish(in state, ref next);
            }
            sink.Add(new Step((ushort)LifeAct.Free, (short)vm, (short)id, (short)may));
        }
    }

    // The guest writes a PASID of its own to an mdev; VDCM intercepts that, looks the host PASID up and programs it.
    private void Mdevs<TSink>(in LifeState state, ref TSink sink, int vm)
        where TSink : struct, ISink<LifeState>, allows ref struct
    {
        for (int device = 0; device < scope.Devices; device++)
        {
            for (int spid = 0; spid < scope.Spids && state.IsGuestUp(vm); spid++)
            {
                Program(in state, ref sink, vm, device, spid);
            }
            int id = state.Dv[LifeState.DvAt(device, vm)] & Cell.Id;
            if (id == 0 || !IsOfInterest(in state, id))
            {
                continue;
            }
            foreach (LifeAct act in (ReadOnlySpan<LifeAct>)[LifeAct.MdevClear, LifeAct.Unplug])
            {
                ref LifeState next = ref sink.From(in state);
                Result put = Unprogram(ref next, vm, device);
                Finish(in state, ref next);
                sink.Add(new Step((ushort)act, (short)vm, Args(device, id, 0), (short)put));
            }
        }
    }

    private void Program<TSink>(in LifeState state, ref TSink sink, int vm, int device, int spid)
        where TSink : struct, ISink<LifeState>, allows ref struct
    {
        bool any = false;
        for (int id = 1; id <= scope.Ids; id++)
        {
            if (!IdCalls.IsFound(in state.Core, rules.Core, vm, spid, id))
            {
                continue;
            }
            any = true;
            if (IsOfInterest(in state, id))
            {
                ref LifeState next = ref sink.From(in state);
                if (!LifeWorld.Holds(in next.Core, id, Holder.Vdcm))
                {
                    IdCalls.TakeFound(ref next.Core, id, Holder.Vdcm);
                }
                if ((next.Dv[LifeState.DvAt(device, vm)] & Cell.Id) != id)
                {
                    Unprogram(ref next, vm, device);
                    next.Dv[LifeState.DvAt(device, vm)] = (byte)id;
                }
                Finish(in state, ref next);
                sink.Add(new Step((ushort)LifeAct.MdevWrite, (short)vm, Args(device, id, spid), (short)Result.Ok));
            }
        }
        if (!any)
        {
            sink.From(in state);
            sink.Add(new Step((ushort)LifeAct.MdevWrite, (short)vm, Args(device, 0, spid), (short)Result.Invalid));
        }
    }

    // VDCM clears an mdev, and puts what is in no other; where its work is queued, that puts.
    private Result Unprogram(ref LifeState next, int vm, int device)
    {
        int id = next.Dv[LifeState.DvAt(device, vm)] & Cell.Id;
        next.Dv[LifeState.DvAt(device, vm)] = 0;
        return id != 0 && !Hardware.IsProgrammed(in next, id) && !next.Core.Has(id, Mark.VdcmWork) && (next.Core.Holders[id] & Holder.Vdcm) != 0
            ? IdCalls.Put(ref next.Core, rules.Core, id, Holder.Vdcm)
            : Result.Logged;
    }

    private void Ends<TSink>(in LifeState state, ref TSink sink, int vm)
        where TSink : struct, ISink<LifeState>, allows ref struct
    {
        if (state.IsVm(vm, 0, Vm.Launched | Vm.Closed))
        {
            ref LifeState next = ref sink.From(in state);
            Result result = SetCalls.RegisterMm(ref next.Core, rules.Core, vm, next.Core.SlotOfVm(vm));
            next.Vms[vm] |= result == Result.Ok ? Vm.Launched : (byte)0;
            sink.Add(new Step((ushort)LifeAct.Launch, (short)vm, 0, (short)result));
        }
        if (HasEnded(in state, vm) || (Focus(in state) is int focus && focus != 0 && state.Core.VmOf(focus) != vm))
        {
            return;
        }
        if (state.IsVm(vm, Vm.Launched, Vm.KvmEnded | Vm.Closed))
        {
            ref LifeState next = ref sink.From(in state);
            EndKvm(ref next, vm);
            Finish(in state, ref next);
            sink.Add(new Step((ushort)LifeAct.KvmExit, (short)vm));
        }
        // A file descriptor is released when no call on it is under way.
        if (state.IsVm(vm, Vm.Launched, Vm.Closed) && state.Call.Kind == CallKind.None)
        {
            ref LifeState next = ref sink.From(in state);
            Close(ref next, vm);
            Finish(in state, ref next);
            sink.Add(new Step((ushort)LifeAct.Close, (short)vm));
        }
    }

    // Who has freed all members frees the set at once: what others do meanwhile can as well be done afterwards.
    private bool EndSets<TSink>(in LifeState state, ref TSink sink)
        where TSink : struct, ISink<LifeState>, allows ref struct
    {
        bool any = false;
        for (int vm = 0; vm < scope.Vms && rules.Core.HasSetFree; vm++)
        {
            if (IsToFreeSet(in state, vm))
            {
                any = true;
                Result freed = SetCalls.Free(ref sink.From(in state).Core, rules.Core, vm);
                sink.Add(new Step((ushort)LifeAct.SetFree, (short)vm, 0, (short)freed));
            }
        }
        return any;
    }

    private static bool IsToFreeSet(in LifeState state, int vm) => state.IsVm(vm, Vm.Closed, 0) && state.Core.Sets[vm] == (byte)SetState.Live;

    // One VM ends while the others are there to be harmed; after that it is of no importance how they end.
    private bool HasEnded(in LifeState state, int besides)
    {
        bool any = false;
        for (int vm = 0; vm < scope.Vms; vm++)
        {
            any |= vm != besides && (state.Vms[vm] & (Vm.KvmEnded | Vm.Closed)) != 0;
        }
        return any;
    }

    // Its table goes with it in any case.
    private void EndKvm(ref LifeState next, int vm)
    {
        for (int id = 1; id <= scope.Ids; id++)
        {
            if (rules.KvmDropsAtExit && (next.Core.Holders[id] & Holder.Kvm) != 0 && next.Core.VmOf(id) == vm)
            {
                IdCalls.Put(ref next.Core, rules.Core, id, Holder.Kvm);
            }
        }
        for (int spid = 0; spid < scope.Spids; spid++)
        {
            next.Tr[LifeState.TrAt(vm, spid)] = 0;
        }
        SetCalls.UnregisterMm(ref next.Core, vm, next.Core.SlotOfVm(vm));
        next.Vms[vm] |= Vm.KvmEnded;
    }

    // The user exits, or is killed: the set goes, with whatever is in it.
    private void Close(ref LifeState next, int vm)
    {
        next.Vms[vm] |= Vm.Closed;
        if (rules.Core.HasSetFree ? next.Core.Nr[vm] > 0 : SetCalls.Put(ref next.Core, vm) == Result.True)
        {
            _jobs.BeginAll(ref next, 0, vm);
        }
    }
}
