// bind_gpasid and unbind_gpasid: the IOMMU driver, with its mutex, calls the core several times.

using Verify.Model.Ioasid.Sets;
using Verify.Transitions;

namespace Verify.Model.Ioasid.Life;

/// <summary>What a bind or unbind does in one step.</summary>
public enum Phase : byte
{
    /// <summary>ioasid_attach_spid.</summary>
    Attach,

    /// <summary>ioasid_get, ioasid_attach_data, and the PASID table entry.</summary>
    Hold,

    /// <summary>ioasid_notify(BIND).</summary>
    TellBind,

    /// <summary>ioasid_detach_data.</summary>
    Claim,

    /// <summary>The entry is cleared, flushed and drained, and private data is detached.</summary>
    Clear,

    /// <summary>ioasid_notify(UNBIND).</summary>
    TellUnbind,

    /// <summary>ioasid_detach_spid.</summary>
    Detach,

    /// <summary>ioasid_put.</summary>
    Put,
}

public readonly partial struct LifeModel
{
    /// <summary>What the bind or unbind under way does next.</summary>
    public Phase NextPhase(in LifeState state) => (state.Call.Kind == CallKind.Unbind ? _unbind : _bind)[state.Call.At];

    /// <summary>What a bind or unbind does first.</summary>
    public Phase FirstPhase(CallKind kind) => (kind == CallKind.Unbind ? _unbind : _bind)[0];

    // Guests may name any IOASID, device and SPID.
    private void Binds<TSink>(in LifeState state, ref TSink sink, int vm)
        where TSink : struct, ISink<LifeState>, allows ref struct
    {
        if (state.Call.Kind != CallKind.None)
        {
            return;
        }
        bool isClean = !IsAnyWrong(in state);
        for (int device = 0; device < scope.Devices; device++)
        {
            for (int id = 1; id <= scope.Ids; id++)
            {
                if (!IsOfInterest(in state, id))
                {
                    continue;
                }
                for (int spid = 0; spid < scope.Spids; spid++)
                {
                    ref LifeState next = ref sink.From(in state);
                    Result result = Bind(ref next, vm, device, id, spid);
                    Finish(in state, ref next);
                    sink.Add(new Step((ushort)LifeAct.BindGpasid, (short)vm, Args(device, id, spid), (short)result));
                }
                if (isClean)
                {
                    ref LifeState next = ref sink.From(in state);
                    Result result = Unbind(ref next, vm, device, id);
                    Finish(in state, ref next);
                    sink.Add(new Step((ushort)LifeAct.UnbindGpasid, (short)vm, Args(device, id, 0), (short)result));
                }
            }
        }
    }

    private void GoOnBinding<TSink>(in LifeState state, ref TSink sink)
        where TSink : struct, ISink<LifeState>, allows ref struct
    {
        if (state.Call.Kind == CallKind.None)
        {
            return;
        }
        DriverCall call = state.Call;
        ref LifeState next = ref sink.From(in state);
        Result result = Go(ref next);
        Finish(in state, ref next);
        LifeAct act = call.Kind == CallKind.Bind ? LifeAct.BindStep : LifeAct.UnbindStep;
        sink.Add(new Step((ushort)act, call.Vm, Args(call.Device, call.Id, call.Spid), (short)result));
    }

    private Result Owns(in LifeState state, int vm, int id) =>
        !state.Core.IsAllocated(id) ? Result.ENOENT : rules.ChecksOwner && state.Core.VmOf(id) != vm ? Result.EPERM : Result.Ok;

    private Result Bind(ref LifeState next, int vm, int device, int id, int spid)
    {
        Result may = Owns(in next, vm, id);
        if (may != Result.Ok)
        {
            return may;
        }
        if (!next.Core.Has(id, Mark.Data))
        {
            next.Call = new DriverCall { Kind = CallKind.Bind, Vm = (byte)vm, Device = (byte)device, Id = (byte)id, Spid = (byte)spid };
            return Go(ref next);
        }
        if (next.Core.Spid[id] != spid + 1)
        {
            return Result.EINVAL;
        }
        ref byte entry = ref next.Pt[LifeState.PtAt(device, id)];
        if ((entry & Cell.Mdevs) / Cell.Mdev >= scope.Mdevs)
        {
            return Result.EBUSY;
        }
        entry = (byte)((entry == 0 ? vm + 1 : entry) + Cell.Mdev);
        if (rules.TellsEachDevice)
        {
            _jobs.Begin(ref next, JobCall.NotifyBind, 0, next.Core.SlotOf(id), id, spid + 1);
        }
        return Result.Ok;
    }

    private Result Unbind(ref LifeState next, int vm, int device, int id)
    {
        Result may = Owns(in next, vm, id);
        if (may != Result.Ok)
        {
            return may;
        }
        ref byte entry = ref next.Pt[LifeState.PtAt(device, id)];
        bool isFound = next.Core.Has(id, Mark.Data) && !(rules.PendingHasNoData && !next.Core.IsLive(id));
        if (!isFound || entry == 0)
        {
            return Result.EINVAL;
        }
        if (Hardware.Bound(in next, id) == 1)
        {
            next.Call = new DriverCall { Kind = CallKind.Unbind, Vm = (byte)vm, Device = (byte)device, Id = (byte)id };
            return Go(ref next);
        }
        entry -= Cell.Mdev;
        if ((entry & Cell.Mdevs) == 0)
        {
            Hardware.TearDown(ref next, rules, id, device);
        }
        if (rules.TellsEachDevice)
        {
            _jobs.Begin(ref next, JobCall.NotifyUnbind, 0, next.Core.SlotOf(id), id, next.Core.Spid[id]);
        }
        return Result.Ok;
    }

    // The next phase of the call under way.
    private Result Go(ref LifeState next)
    {
        DriverCall call = next.Call;
        Phase[] program = call.Kind == CallKind.Unbind ? _unbind : _bind;
        Result result = Do(ref next, program[call.At], call);
        if (result != Result.Ok && call.Kind == CallKind.Bind)
        {
            next.Call = default;
            Undo(ref next, call);
            return result;
        }
        next.Call.At++;
        next.Call = next.Call.At == program.Length ? default : next.Call;
        return result;
    }

    private Result Do(ref LifeState next, Phase phase, DriverCall call)
    {
        ref SetCore core = ref next.Core;
        int id = call.Id;
        int slot = core.SlotOf(id);
        switch (phase)
        {
            case Phase.Attach:
                Result may = IdCalls.MayAttach(in core, rules.Core, id, call.Spid);
                if (may == Result.Ok)
                {
                    IdCalls.Attach(ref core, rules.Core, id, call.Spid);
                    _jobs.Begin(ref next, JobCall.AttachSpid, 0, slot, id, call.Spid + 1);
                }
                return may;
            case Phase.Hold:
                return Hold(ref next, call);
            case Phase.TellBind when core.IsAllocated(id):
                _jobs.Begin(ref next, JobCall.NotifyBind, 0, slot, id, core.Spid[id]);
                return Result.Ok;
            case Phase.Claim:
                IdCalls.SetData(ref core, rules.Core, id, false);
                return Result.Ok;
            case Phase.Clear:
                Hardware.TearDown(ref next, rules, id);
                core.Marks[id] &= unchecked((byte)~Mark.Data);
                return Result.Ok;
            case Phase.TellUnbind when core.Spid[id] != 0:
                _jobs.Begin(ref next, JobCall.NotifyUnbind, 0, slot, id, core.Spid[id]);
                return Result.Ok;
            case Phase.Detach when core.Spid[id] != 0:
                _jobs.Begin(ref next, JobCall.DetachSpid, 0, slot, id, core.Spid[id]);
                return Result.Ok;
            case Phase.Put:
                return IdCalls.Put(ref core, rules.Core, id, Holder.Iommu);
            default:
                return Result.Logged;
        }
    }

    private Result Hold(ref LifeState next, DriverCall call)
    {
        // With a check of the owner the set is known; without one it is whatever the IOASID belongs to.
        int slot = rules.ChecksOwner ? call.Vm : next.Core.SlotOf(call.Id);
        Result got = IdCalls.Get(ref next.Core, rules.Core, slot, call.Id, Holder.Iommu);
        if (got == Result.Ok)
        {
            IdCalls.SetData(ref next.Core, rules.Core, call.Id, true);
            next.Pt[LifeState.PtAt(call.Device, call.Id)] = (byte)((call.Vm + 1) | Cell.Mdev);
        }
        return got;
    }

    // A bind has failed: what it has done is undone. What a handler of FREE has taken over meanwhile is that handler's affair.
    private void Undo(ref LifeState next, DriverCall call)
    {
        ref SetCore core = ref next.Core;
        int id = call.Id;
        ReadOnlySpan<Phase> done = _bind.AsSpan(0, call.At);
        if (done.Contains(Phase.Hold) && core.Has(id, Mark.Data))
        {
            Hardware.TearDown(ref next, rules, id);
            core.Marks[id] &= unchecked((byte)~Mark.Data);
            IdCalls.Put(ref core, rules.Core, id, Holder.Iommu);
        }
        if (done.Contains(Phase.Attach) && core.Spid[id] != 0)
        {
            _jobs.Begin(ref next, JobCall.DetachSpid, 0, core.SlotOf(id), id, core.Spid[id]);
        }
    }
}
