// What VFIO, VDCM and the IOMMU driver call on single IOASIDs.

using Verify.Transitions;

namespace Verify.Model.Ioasid.Sets;

public readonly partial struct SetModel
{
    private void OnIds<TSink>(in SetsState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        for (int slot = 0; slot < scope.Sets; slot++)
        {
            if (state.Core.Sets[slot] == (byte)SetState.Live)
            {
                Alloc(in state, ref sink, slot, cpu);
                Free(in state, ref sink, slot, cpu);
            }
        }
        for (int id = 0; id <= scope.Ids; id++)
        {
            Spids(in state, ref sink, id, cpu);
        }
    }

    private void Alloc<TSink>(in SetsState state, ref TSink sink, int slot, int cpu)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        Result may = IdCalls.MayAlloc(in state.Core, slot);
        // No memory for the entry, or no IOASID left for what the caller asks.
        sink.From(in state);
        sink.Add(new Step((ushort)SetAct.Alloc, (short)slot, -1, (short)Result.Invalid));
        for (int id = rules.ReservesZero ? 1 : 0; id <= scope.Ids && may == Result.Ok; id++)
        {
            if (state.Core.IsAllocated(id))
            {
                continue;
            }
            if (state.Core.Job.Call == JobCall.None)
            {
                ref SetsState next = ref sink.From(in state);
                IdCalls.Alloc(ref next.Core, rules, slot, id);
                _jobs.Begin(ref next, JobCall.Alloc, cpu, slot, id, 0);
                sink.Add(new Step((ushort)SetAct.Alloc, (short)slot, (short)id, (short)Result.Ok));
            }
            Result result = IdCalls.AllocWithoutMap(ref sink.From(in state).Core, rules, id);
            sink.Add(new Step((ushort)SetAct.AllocWithoutMap, (short)slot, (short)id, (short)result));
        }
    }

    private void Free<TSink>(in SetsState state, ref TSink sink, int slot, int cpu)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        for (int id = 0; id <= scope.Ids && state.Core.Job.Call == JobCall.None; id++)
        {
            Result may = IdCalls.MayFree(in state.Core, rules, slot, id);
            ref SetsState next = ref sink.From(in state);
            if (may == Result.Ok)
            {
                _jobs.Begin(ref next, JobCall.Free, cpu, slot, id, 0);
            }
            sink.Add(new Step((ushort)SetAct.Free, (short)slot, (short)id, (short)may));
        }
    }

    private void Spids<TSink>(in SetsState state, ref TSink sink, int id, int cpu)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        if (state.Core.Job.Call != JobCall.None)
        {
            return;
        }
        int slot = state.Core.SlotOf(id);
        for (int spid = 0; spid < scope.Spids; spid++)
        {
            if (state.Core.Spid[id] != 0)
            {
                break;
            }
            Result may = IdCalls.MayAttach(in state.Core, rules, id, spid);
            ref SetsState next = ref sink.From(in state);
            if (may == Result.Ok)
            {
                IdCalls.Attach(ref next.Core, rules, id, spid);
                if (next.Core.Fault == Fault.None)
                {
                    _jobs.Begin(ref next, JobCall.AttachSpid, cpu, slot, id, spid + 1);
                }
            }
            sink.Add(new Step((ushort)SetAct.AttachSpid, (short)id, (short)spid, (short)may));
        }
        ref SetsState detached = ref sink.From(in state);
        bool isBound = state.Core.Spid[id] != 0;
        if (isBound)
        {
            _jobs.Begin(ref detached, JobCall.DetachSpid, cpu, slot, id, state.Core.Spid[id]);
        }
        sink.Add(new Step((ushort)SetAct.DetachSpid, (short)id, 0, (short)(isBound ? Result.Ok : Result.Logged)));
        if (isBound && !rules.AttachSendsBind)
        {
            _jobs.Begin(ref sink.From(in state), JobCall.NotifyBind, cpu, slot, id, state.Core.Spid[id]);
            sink.Add(new Step((ushort)SetAct.NotifyBind, (short)id));
            _jobs.Begin(ref sink.From(in state), JobCall.NotifyUnbind, cpu, slot, id, state.Core.Spid[id]);
            sink.Add(new Step((ushort)SetAct.NotifyUnbind, (short)id));
        }
    }

    private void OnReferences<TSink>(in SetsState state, ref TSink sink)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        for (int slot = 0; slot < scope.Sets; slot++)
        {
            // Who takes a reference has registered before: the document's rule for those who want to be told.
            if (state.Core.Sets[slot] == (byte)SetState.Live && (state.Core.Chain[slot] & SetCore.VdcmBlock) != 0)
            {
                Gets(in state, ref sink, slot);
            }
            if (state.Core.Sets[slot] == (byte)SetState.Live && (state.Core.Chain[slot] & SetCore.KvmBlock) != 0)
            {
                KvmGets(in state, ref sink, slot);
            }
        }
        Puts(in state, ref sink);
    }

    private void Puts<TSink>(in SetsState state, ref TSink sink)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        for (int id = 0; id <= scope.Ids; id++)
        {
            if (Holds(in state.Core, id, Holder.Vdcm) && !state.Core.Has(id, Mark.VdcmWork))
            {
                Result put = IdCalls.Put(ref sink.From(in state).Core, rules, id, Holder.Vdcm);
                sink.Add(new Step((ushort)SetAct.Put, (short)id, 0, (short)put));
            }
            if (Holds(in state.Core, id, Holder.Kvm))
            {
                Result put = IdCalls.Put(ref sink.From(in state).Core, rules, id, Holder.Kvm);
                sink.Add(new Step((ushort)SetAct.KvmPut, (short)id, 0, (short)put));
            }
            if (state.Core.Has(id, Mark.VdcmWork))
            {
                ref SetsState next = ref sink.From(in state);
                next.Core.Marks[id] &= unchecked((byte)~Mark.VdcmWork);
                Result done = Holds(in state.Core, id, Holder.Vdcm) || rules.HandlersPutBlindly ? IdCalls.Put(ref next.Core, rules, id, Holder.Vdcm) : Result.Logged;
                sink.Add(new Step((ushort)SetAct.Work, (short)id, 0, (short)done));
            }
        }
    }

    // KVM takes a reference when it hears of BIND, or of its own accord.
    private void KvmGets<TSink>(in SetsState state, ref TSink sink, int slot)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        for (int id = 0; id <= scope.Ids; id++)
        {
            if (!Holds(in state.Core, id, Holder.Kvm))
            {
                Result got = IdCalls.Get(ref sink.From(in state).Core, rules, slot, id, Holder.Kvm);
                sink.Add(new Step((ushort)SetAct.KvmGet, (short)slot, (short)id, (short)got));
            }
        }
        for (int spid = 0; spid < scope.Spids && rules.SpidLookup != SpidLookup.Unlocked; spid++)
        {
            FindBySpid(in state, ref sink, SetAct.KvmFind, slot, spid, Holder.Kvm);
        }
    }

    private void Gets<TSink>(in SetsState state, ref TSink sink, int slot)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        for (int id = 0; id <= scope.Ids; id++)
        {
            if (Holds(in state.Core, id, Holder.Vdcm) || IsBeingFound(in state, id))
            {
                continue;
            }
            Result got = IdCalls.Get(ref sink.From(in state).Core, rules, slot, id, Holder.Vdcm);
            sink.Add(new Step((ushort)SetAct.Get, (short)slot, (short)id, (short)got));
            if (rules.HasSetFree && state.Core.Token[slot] != 0)
            {
                GetIfOwned(in state, ref sink, state.Core.Token[slot] - 1, id);
                GetIfOwned(in state, ref sink, scope.Vms, id);
            }
        }
        for (int spid = 0; spid < scope.Spids && rules.SpidLookup != SpidLookup.Unlocked; spid++)
        {
            FindBySpid(in state, ref sink, SetAct.FindBySpid, slot, spid, Holder.Vdcm);
        }
    }

    // Called by the process of a VM, or by one that has no VM.
    private void GetIfOwned<TSink>(in SetsState state, ref TSink sink, int vm, int id)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        Result result = IdCalls.GetIfOwned(ref sink.From(in state).Core, rules, vm, id, Holder.Vdcm);
        sink.Add(new Step((ushort)SetAct.GetIfOwned, (short)vm, (short)id, (short)result));
    }

    private void FindBySpid<TSink>(in SetsState state, ref TSink sink, SetAct act, int slot, int spid, byte holder)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        bool any = false;
        for (int id = 0; id <= scope.Ids; id++)
        {
            if (IdCalls.IsFound(in state.Core, rules, slot, spid, id))
            {
                any = true;
                if (!Holds(in state.Core, id, holder))
                {
                    IdCalls.TakeFound(ref sink.From(in state).Core, id, holder);
                    sink.Add(new Step((ushort)act, Args(slot, spid), (short)id));
                }
            }
        }
        if (!any)
        {
            sink.From(in state);
            sink.Add(new Step((ushort)act, Args(slot, spid), -1, (short)Result.Invalid));
        }
    }
}
