// What VFIO, KVM and VDCM call.

using Verify.Transitions;

namespace Verify.Model.Ioasid.Sets;

public readonly partial struct SetModel
{
    // Calls that do not take the lock, or do not begin with it.
    private void Unlocked<TSink>(in SetsState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        for (int slot = 0; slot < scope.Sets; slot++)
        {
            if (state.Core.Sets[slot] != (byte)SetState.Live)
            {
                continue;
            }
            if (rules.SpidLookup == SpidLookup.Unlocked && (state.Core.Chain[slot] & SetCore.VdcmBlock) != 0)
            {
                FindUnlocked(in state, ref sink, cpu, slot);
            }
            if (rules.HasSetFree && state.Core.Nr[slot] > 0)
            {
                Begin(ref sink.From(in state), cpu, CallPc.FreesAll, slot, 0);
                sink.Add(new Step((ushort)SetAct.FreeAllTest, (short)slot, (short)cpu));
            }
        }
        for (int vm = 0; vm < scope.Vms; vm++)
        {
            if (rules.HasPendingLock && state.Core.PendingLock == 0)
            {
                Begin(ref sink.From(in state), cpu, CallPc.Registers, vm, 0).Core.PendingLock = (byte)(cpu + 1);
                sink.Add(new Step((ushort)SetAct.RegisterMmLock, (short)vm, (short)cpu));
            }
        }
    }

    private void FindUnlocked<TSink>(in SetsState state, ref TSink sink, int cpu, int slot)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        for (int spid = 0; spid < scope.Spids; spid++)
        {
            for (int id = 0; id <= scope.Ids; id++)
            {
                if (IdCalls.IsFound(in state.Core, rules, slot, spid, id) && !Holds(in state.Core, id, Holder.Vdcm) && !IsBeingFound(in state, id))
                {
                    Begin(ref sink.From(in state), cpu, CallPc.FoundSpid, id, 0);
                    sink.Add(new Step((ushort)SetAct.FindUnlocked, Args(slot, spid), (short)id, (short)cpu));
                }
            }
        }
    }

    // VDCM looks for an SPID on one CPU at a time.
    private static bool IsBeingFound(in SetsState state, int id)
    {
        bool any = false;
        for (int cpu = 0; cpu < MostCpus; cpu++)
        {
            any |= state.Pc[cpu] == (byte)CallPc.FoundSpid && state.Subject[cpu] == id;
        }
        return any;
    }

    private void OnSets<TSink>(in SetsState state, ref TSink sink)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        for (int vm = SetCalls.NoVm; vm < scope.Vms; vm++)
        {
            for (int quota = 0; quota <= scope.Ids + 1; quota++)
            {
                AllocSet(in state, ref sink, vm, quota);
            }
        }
        for (int slot = 0; slot < scope.Sets; slot++)
        {
            if (state.Core.Sets[slot] == (byte)SetState.Live)
            {
                OnSet(in state, ref sink, slot);
            }
        }
        if (rules.CapacityReinstalled)
        {
            SetCalls.Install(ref sink.From(in state).Core, rules, scope.Ids);
            sink.Add(new Step((ushort)SetAct.InstallCapacity, (short)scope.Ids));
        }
        for (int count = 1; rules.HasSetFree && count <= 2; count++)
        {
            Result reserved = SetCalls.Reserve(ref sink.From(in state).Core, count);
            sink.Add(new Step((ushort)SetAct.ReserveCapacity, (short)count, 0, (short)reserved));
            Result cancelled = SetCalls.Cancel(ref sink.From(in state).Core, count, scope.Ids);
            sink.Add(new Step((ushort)SetAct.CancelCapacity, (short)count, 0, (short)cancelled));
        }
    }

    private void AllocSet<TSink>(in SetsState state, ref TSink sink, int vm, int quota)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        bool any = false;
        for (int slot = 0; slot < scope.Sets; slot++)
        {
            if (state.Core.Sets[slot] == (byte)SetState.None)
            {
                any = true;
                Result result = SetCalls.Alloc(ref sink.From(in state).Core, rules, slot, vm, quota);
                sink.Add(new Step((ushort)SetAct.SetAlloc, (short)vm, Args(quota, slot), (short)result));
                if (result == Result.Ok)
                {
                    sink.From(in state);
                    sink.Add(new Step((ushort)SetAct.SetAlloc, (short)vm, Args(quota, slot), (short)Result.ENOMEM));
                }
            }
        }
        if (!any)
        {
            Result result = SetCalls.Alloc(ref sink.From(in state).Core, rules, -1, vm, quota);
            sink.Add(new Step((ushort)SetAct.SetAlloc, (short)vm, Args(quota, 0), (short)result));
        }
    }

    private void OnSet<TSink>(in SetsState state, ref TSink sink, int slot)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        if (rules.HasSetFree)
        {
            Result freed = SetCalls.Free(ref sink.From(in state).Core, rules, slot);
            sink.Add(new Step((ushort)SetAct.SetFree, (short)slot, 0, (short)freed));
        }
        else
        {
            // KVM may be a second user of the set of its VM.
            if (state.Core.Users[slot] < 2 && state.Core.Token[slot] != 0)
            {
                Result got = SetCalls.Get(ref sink.From(in state).Core, slot);
                sink.Add(new Step((ushort)SetAct.SetGet, (short)slot, 0, (short)got));
            }
            if (state.Core.Job.Call == JobCall.None)
            {
                ref SetsState next = ref sink.From(in state);
                Result put = SetCalls.Put(ref next.Core, slot);
                if (put == Result.True)
                {
                    _jobs.BeginAll(ref next, IdleCpu(in state), slot);
                }
                sink.Add(new Step((ushort)SetAct.SetPut, (short)slot, 0, (short)put));
            }
        }
        for (int quota = 0; rules.HasAdjust && quota <= scope.Ids + 1; quota++)
        {
            Result adjusted = SetCalls.Adjust(ref sink.From(in state).Core, rules, slot, quota);
            sink.Add(new Step((ushort)SetAct.SetAdjust, (short)slot, (short)quota, (short)adjusted));
        }
    }

    private void OnNotifiers<TSink>(in SetsState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        for (int vm = 0; vm < scope.Vms; vm++)
        {
            for (int slot = -1; slot < scope.Sets; slot++)
            {
                if (IsSetOf(in state.Core, vm, slot))
                {
                    OnNotifierMm(in state, ref sink, cpu, vm, slot);
                }
            }
        }
        for (int slot = 0; slot < scope.Sets; slot++)
        {
            bool isOn = (state.Core.Chain[slot] & SetCore.VdcmBlock) != 0;
            Result registered = SetCalls.Register(ref sink.From(in state).Core, slot, on: true);
            sink.Add(new Step((ushort)SetAct.Register, (short)slot, 0, (short)registered));
            if (isOn && !HoldsAnyOf(in state.Core, slot, Holder.Vdcm))
            {
                Result unregistered = SetCalls.Register(ref sink.From(in state).Core, slot, on: false);
                sink.Add(new Step((ushort)SetAct.Unregister, (short)slot, 0, (short)unregistered));
            }
        }
    }

    // Whether a set is one that a VM's notifier finds: where two have the same token it may be either. -1 where there is none.
    private static bool IsSetOf(in SetCore core, int vm, int slot) =>
        slot < 0 ? core.SlotOfVm(vm) < 0 : core.Sets[slot] != (byte)SetState.None && core.Token[slot] == vm + 1;

    // The slot plus one where a VM has several sets, so that steps can be told apart; else 0.
    private static short Which(in SetCore core, int vm, int slot)
    {
        int sets = 0;
        for (int other = 0; other < SetCore.MostSlots; other++)
        {
            sets += core.Sets[other] != (byte)SetState.None && core.Token[other] == vm + 1 ? 1 : 0;
        }
        return (short)(sets > 1 ? slot + 1 : 0);
    }

    private void OnNotifierMm<TSink>(in SetsState state, ref TSink sink, int cpu, int vm, int slot)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        if (!rules.HasPendingLock)
        {
            Result registered = SetCalls.RegisterMm(ref sink.From(in state).Core, rules, vm, slot);
            sink.Add(new Step((ushort)SetAct.RegisterMm, (short)vm, Which(in state.Core, vm, slot), (short)registered));
        }
        // KVM has dropped its references before: see ioasid-life for what if not.
        if (state.Core.PendingLock == 0 && !HoldsAny(in state.Core, vm, Holder.Kvm))
        {
            UnregisterMm(in state, ref sink, cpu, vm, slot);
        }
    }

    private void UnregisterMm<TSink>(in SetsState state, ref TSink sink, int cpu, int vm, int slot)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        if (rules.UnregisterDropsLock && slot >= 0 && IsOneIdle(in state, cpu) && state.Core.Pending[vm] != (byte)PendingState.None)
        {
            Begin(ref sink.From(in state), cpu, CallPc.Unregisters, vm, slot);
            sink.Add(new Step((ushort)SetAct.UnregisterMmFound, (short)vm, (short)cpu));
            return;
        }
        Result result = SetCalls.UnregisterMm(ref sink.From(in state).Core, vm, slot);
        sink.Add(new Step((ushort)SetAct.UnregisterMm, (short)vm, Which(in state.Core, vm, slot), (short)result));
    }

    private static ref SetsState Begin(ref SetsState next, int cpu, CallPc pc, int subject, int slot)
    {
        next.Pc[cpu] = (byte)pc;
        next.Subject[cpu] = (byte)subject;
        next.Slot[cpu] = (byte)slot;
        return ref next;
    }

    // Two small arguments in one.
    private static short Args(int low, int high) => (short)(low | (high << 8));

    private static bool Holds(in SetCore core, int id, byte holder) => ((core.Holders[id] | core.Stale[id]) & holder) != 0;

    private static bool HoldsAny(in SetCore core, int vm, byte holder)
    {
        bool any = false;
        for (int id = 0; id < SetCore.MostIds; id++)
        {
            any |= core.VmOf(id) == vm && (core.Holders[id] & holder) != 0;
        }
        return any;
    }

    private static bool HoldsAnyOf(in SetCore core, int slot, byte holder)
    {
        bool any = false;
        for (int id = 0; id < SetCore.MostIds; id++)
        {
            any |= core.SlotOf(id) == slot && (core.Holders[id] & holder) != 0;
        }
        return any;
    }
}
