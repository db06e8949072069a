// The system ioasid: sets, quotas, SPIDs, references and notifications, called by VFIO, KVM and VDCM of several VMs in any order.

using Verify.Transitions;

namespace Verify.Model.Ioasid.Sets;

/// <summary>
/// The extended IOASID core. Every call runs under the allocator's lock and is one step, but for handlers, each of which is a step of its own while the lock is held,
/// and for those calls that do part of their work without the lock or under another one.
/// Private data is left out, as nothing here depends on it: ioasid-life has it.
/// </summary>
/// <remarks>
/// Left out as well, because the facts do not say enough (shared/reference/ioasid.md, 2.3; seeds/004, Set Level APIs); FINDINGS.md has the list of what is missing:
/// <list type="bullet">
/// <item>ioasid_set_for_each_ioasid: its caller is said to lock, but not what, and the allocator's lock is the core's own. No caller and no callback was read. Under the
/// lock, a callback that looks changes nothing; one that uses locked calls does what the steps of KVM and VDCM do one after the other, so no new state; one that uses
/// calls which lock waits for itself, as the handlers of <see cref="SetRules.BindHandlersTakeLock"/> do. Without the lock it gets numbers, and a number whose IOASID
/// was reclaimed meanwhile is one with which ioasid_get and ioasid_free are called here at any time; only a put of it, by who holds nothing, is not.</item>
/// <item>The cgroup charge (V4): made before the quota is looked at, for sets with an mm, and undone at reclaim. So between calls it is the number of IOASIDs of those sets
/// that are not in the pool, FREE_PENDING or not, which the state has; and a charge that is refused is one more reason of ioasid_alloc to return INVALID_IOASID, which it
/// may here at any time. What could go wrong, a charge that is kept when what comes after it fails, was not read.</item>
/// </list>
/// </remarks>
/// <param name="rules">The version.</param>
/// <param name="scope">How much there is.</param>
public readonly partial struct SetModel(SetRules rules, IoasidScope scope) : IAgentSystem<SetsState>, ISymmetricSystem<SetsState>, IGuardedSystem<SetsState>
{
    /// <summary>The most calls under way at the same time.</summary>
    public const int MostCpus = 2;

    private readonly Jobs<SetsState, SetWorld> _jobs = new(rules, new SetWorld(rules));

    /// <summary>The version.</summary>
    public SetRules Rules => rules;

    /// <summary>How much there is.</summary>
    public IoasidScope Scope => scope.Checked();

    /// <inheritdoc/>
    public IReadOnlyList<string> Actions => SetActions.Names;

    /// <inheritdoc/>
    public int Agents => SetActions.Lanes.Count;

    /// <summary>The subscribers that hear of the running call's event, a bit each.</summary>
    public int Reached(in SetsState state) => _jobs.Reached(in state.Core);

    /// <summary>The subscriber whose handler is called next, or null.</summary>
    public Subscriber? NextHandler(in SetsState state) => _jobs.Next(in state.Core);

    /// <inheritdoc/>
    public int Agent(in SetsState before, Step step) => SetActions.LaneOf(in before, this, step);

    /// <inheritdoc/>
    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        SetsState start = default;
        start.Core.Available = (byte)scope.Ids;
        start.Core.SystemWide = true;
        sink.From(in start);
        sink.Add(Step.Init);
    }

    /// <inheritdoc/>
    public void Next<TSink>(in SetsState state, ref TSink sink)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        if (IsFinal(in state))
        {
            return;
        }
        GoOn(in state, ref sink);
        for (int cpu = 0; cpu < scope.Cpus; cpu++)
        {
            Resume(in state, ref sink, cpu);
        }
        int idle = IdleCpu(in state);
        if (idle < 0)
        {
            return;
        }
        if (state.Core.HasOrphan)
        {
            WithOrphan(in state, ref sink, idle);
            return;
        }
        if (IsOneIdle(in state, idle))
        {
            Unlocked(in state, ref sink, idle);
        }
        if (IsUnlocked(in state))
        {
            OnSets(in state, ref sink);
            OnNotifiers(in state, ref sink, idle);
            OnIds(in state, ref sink, idle);
            OnReferences(in state, ref sink);
        }
    }

    /// <summary>
    /// After a memory error, after the books of the capacity have become wrong, and after an IOASID was reclaimed while it was held, of all of which anything
    /// follows; and once PASID 0 has been issued, with which all would be as with any other.
    /// </summary>
    public bool IsFinal(in SetsState state) => state.Core.Fault != Fault.None || state.Core.IsAllocated(0) || state.Core.Booked != scope.Ids || state.Core.IsHeldInPool;

    /// <inheritdoc/>
    public ulong Rank(in SetsState state) => 0;

    /// <summary>Whether the allocator's lock is free.</summary>
    public bool IsUnlocked(in SetsState state) => !_jobs.HoldsLock(in state.Core);

    // The call that has the lock: its next handler, its next member, its next lock.
    private void GoOn<TSink>(in SetsState state, ref TSink sink)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        if (Jobs<SetsState, SetWorld>.CanGoOn(in state.Core))
        {
            SetAct act = _jobs.Next(in state.Core) is null ? SetAct.NobodyHears : SetAct.Handler;
            _jobs.Step(ref sink.From(in state));
            sink.Add(new Step((ushort)act));
        }
        for (int id = 0; state.Core.Job.Chooses && id <= scope.Ids; id++)
        {
            if (_jobs.MayChoose(in state.Core, id))
            {
                _jobs.Choose(ref sink.From(in state), id);
                sink.Add(new Step((ushort)SetAct.FreeMember, (short)id));
            }
        }
    }

    // An IOASID points to a set that was freed. What comes of it is shown by a new set in the same place, whose owner frees, and by the puts of those who still
    // hold it; all else would be as before.
    private void WithOrphan<TSink>(in SetsState state, ref TSink sink, int idle)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        if (!IsUnlocked(in state))
        {
            return;
        }
        AllocSet(in state, ref sink, SetCalls.NoVm, 1);
        for (int slot = 0; slot < scope.Sets; slot++)
        {
            if (state.Core.Sets[slot] == (byte)SetState.Live)
            {
                Free(in state, ref sink, slot, idle);
            }
        }
        Puts(in state, ref sink);
    }

    // What a CPU has begun without the lock.
    private void Resume<TSink>(in SetsState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        int subject = state.Subject[cpu];
        switch ((CallPc)state.Pc[cpu])
        {
            case CallPc.FoundSpid:
                ref SetsState found = ref Done(ref sink.From(in state), cpu);
                IdCalls.TakeFound(ref found.Core, subject, Holder.Vdcm);
                sink.Add(new Step((ushort)SetAct.TakeFound, (short)subject, (short)cpu));
                break;
            case CallPc.Registers when IsUnlocked(in state):
                Register(in state, ref sink, cpu, subject);
                break;
            case CallPc.Unregisters:
                ref SetsState unregistered = ref Done(ref sink.From(in state), cpu);
                Unregister(ref unregistered.Core, subject, state.Slot[cpu]);
                sink.Add(new Step((ushort)SetAct.UnregisterFromSet, (short)subject, (short)cpu));
                break;
            case CallPc.FreesAll when IsUnlocked(in state) && state.Core.Job.Call == JobCall.None:
                ref SetsState freed = ref Done(ref sink.From(in state), cpu);
                FreeAll(ref freed, cpu, subject);
                sink.Add(new Step((ushort)SetAct.FreeAllLocked, (short)subject, (short)cpu));
                break;
        }
    }

    private void Register<TSink>(in SetsState state, ref TSink sink, int cpu, int vm)
        where TSink : struct, ISink<SetsState>, allows ref struct
    {
        for (int slot = -1; slot < scope.Sets; slot++)
        {
            if (IsSetOf(in state.Core, vm, slot))
            {
                ref SetsState registered = ref Done(ref sink.From(in state), cpu);
                registered.Core.PendingLock = 0;
                Result result = SetCalls.RegisterMm(ref registered.Core, rules, vm, slot);
                sink.Add(new Step((ushort)SetAct.RegisterMm, (short)vm, Which(in state.Core, vm, slot), (short)result));
            }
        }
    }

    private static ref SetsState Done(ref SetsState next, int cpu)
    {
        next.Pc[cpu] = (byte)CallPc.Idle;
        next.Subject[cpu] = 0;
        next.Slot[cpu] = 0;
        return ref next;
    }

    private static void Unregister(ref SetCore core, int vm, int slot)
    {
        if (core.Sets[slot] == (byte)SetState.None || core.Token[slot] != vm + 1)
        {
            core.Fault = Fault.UseAfterFree;
            return;
        }
        core.Chain[slot] &= unchecked((byte)~SetCore.KvmBlock);
        core.Pending[vm] = (byte)PendingState.None;
    }

    private void FreeAll(ref SetsState next, int cpu, int slot)
    {
        if (next.Core.Sets[slot] == (byte)SetState.None)
        {
            next.Core.Fault = Fault.UseAfterFree;
            return;
        }
        _jobs.BeginAll(ref next, cpu, slot);
    }

    // Whether another CPU is left to do things meanwhile: without one there is no race to be seen.
    private bool IsOneIdle(in SetsState state, int besides)
    {
        int idle = 0;
        for (int cpu = 0; cpu < scope.Cpus; cpu++)
        {
            idle += cpu != besides && state.Pc[cpu] == (byte)CallPc.Idle ? 1 : 0;
        }
        return idle > 0;
    }

    // A CPU that can begin a call, or -1: the one that runs a job is not idle.
    private int IdleCpu(in SetsState state)
    {
        for (int cpu = 0; cpu < scope.Cpus; cpu++)
        {
            if (state.Pc[cpu] == (byte)CallPc.Idle && !(state.Core.Job.Call != JobCall.None && state.Core.Job.Caller == cpu))
            {
                return cpu;
            }
        }
        return -1;
    }
}
