// The system ioasid-life: what happens to IOASIDs of guests, from ioasid_alloc to the pool.

using Verify.Model.Ioasid.Sets;
using Verify.Transitions;

namespace Verify.Model.Ioasid.Life;

/// <summary>
/// VFIO, the IOMMU driver, KVM, VDCM, guests and their devices around the extended IOASID core. Guests may do anything that VFIO lets them do, in any order. Every
/// call of the core is one step, and so is each handler that has something to do, while the lock is held; a bind or unbind makes several calls, and others may act
/// between them. DMA needs no lock.
/// While a call is under way, others act on its IOASID only: what they do to another one touches nothing of what the call does, and can as well be done before or
/// after it. And once something has gone wrong, whatever else could happen is left out but for what shows the damage.
/// Left out: the race of ioasid_find_by_spid without the lock and the end of sets that KVM also uses, which the system ioasid has; work descriptors that a device
/// has accepted and not yet begun; a second life of a VM.
/// </summary>
/// <param name="rules">The version.</param>
/// <param name="scope">How much there is.</param>
public readonly partial struct LifeModel(LifeRules rules, LifeScope scope) : IAgentSystem<LifeState>, ISymmetricSystem<LifeState>, IGuardedSystem<LifeState>
{
    private readonly LifeWorld _world = new(rules);

    private readonly Jobs<LifeState, LifeWorld> _jobs = new(rules.Core, new LifeWorld(rules));

    private readonly Phase[] _bind = rules.Bind switch
    {
        BindOrder.AttachHold => [Phase.Attach, Phase.Hold],
        BindOrder.AttachHoldNotify => [Phase.Attach, Phase.Hold, Phase.TellBind],
        _ => [Phase.Hold, Phase.Attach],
    };

    private readonly Phase[] _unbind =
    [
        rules.Unbind == UnbindOrder.ContextFirst ? Phase.Clear : Phase.Claim,
        .. rules.Core.AttachSendsBind ? (Phase[])[] : [Phase.TellUnbind],
        Phase.Detach,
        .. rules.Unbind == UnbindOrder.ContextFirst ? (Phase[])[] : [Phase.Clear],
        .. rules.PutsAtUnbind ? (Phase[])[Phase.Put] : [],
    ];

    /// <summary>The version.</summary>
    public LifeRules Rules => rules;

    /// <summary>How much there is.</summary>
    public LifeScope Scope => scope;

    /// <inheritdoc/>
    public IReadOnlyList<string> Actions => LifeActions.Names;

    /// <inheritdoc/>
    public int Agents => LifeActions.Lanes.Count;

    /// <summary>The subscriber whose handler is called next, or null.</summary>
    public Subscriber? NextHandler(in LifeState state) => _jobs.Next(in state.Core);

    /// <inheritdoc/>
    public int Agent(in LifeState before, Step step) => LifeActions.LaneOf(in before, this, step);

    /// <summary>Each VM has its set, with VDCM on its chain, and the IOMMU driver is on the system-wide chain; KVM has yet to register.</summary>
    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<LifeState>, allows ref struct
    {
        LifeState start = default;
        start.Core.Available = (byte)(scope.Ids * scope.Vms);
        start.Core.SystemWide = true;
        for (int vm = 0; vm < scope.Vms; vm++)
        {
            SetCalls.Alloc(ref start.Core, rules.Core, vm, vm, scope.Ids);
            SetCalls.Register(ref start.Core, vm, true);
        }
        sink.From(in start);
        sink.Add(Step.Init);
    }

    /// <inheritdoc/>
    public void Next<TSink>(in LifeState state, ref TSink sink)
        where TSink : struct, ISink<LifeState>, allows ref struct
    {
        if (IsFinal(in state))
        {
            return;
        }
        ForGuests(in state, ref sink);
        if (state.Core.Job.Call != JobCall.None)
        {
            GoOn(in state, ref sink);
            return;
        }
        if (EndSets(in state, ref sink))
        {
            return;
        }
        Deferred(in state, ref sink);
        GoOnBinding(in state, ref sink);
        for (int vm = 0; vm < scope.Vms; vm++)
        {
            ForVm(in state, ref sink, vm);
        }
    }

    /// <summary>
    /// After a memory error; where a handler waits for ever for the lock that its caller holds, as everybody else does then; where an IOASID has references that
    /// nobody knows of; and where one is FREE_PENDING and held by somebody who will not do anything about it of its own accord. What is violated by then is, and all
    /// else can be shown by another run.
    /// </summary>
    public bool IsFinal(in LifeState state) => state.Core.Fault != Fault.None || state.Core.Job.Stuck || Unowned(in state.Core) >= 0 || Forgotten(in state) >= 0;

    /// <summary>Runs in which nobody ends are easier to follow.</summary>
    public ulong Rank(in LifeState state)
    {
        ulong ended = 0;
        for (int vm = 0; vm < SetCore.MostVms; vm++)
        {
            ended += (state.Vms[vm] & (Vm.KvmEnded | Vm.Closed)) != 0 ? 1UL : 0;
        }
        return ended;
    }

    /// <summary>An IOASID that has more references than holders, or -1.</summary>
    public static int Unowned(in SetCore core)
    {
        for (int id = 1; id < SetCore.MostIds; id++)
        {
            if (core.Refs[id] > byte.PopCount(core.Holders[id]))
            {
                return id;
            }
        }
        return -1;
    }

    /// <summary>An IOASID that is FREE_PENDING while no call and no event is under way, and is held by somebody whose work is not queued; or -1.</summary>
    public static int Forgotten(in LifeState state)
    {
        if (state.Core.Job.Call != JobCall.None || state.Call.Kind != CallKind.None)
        {
            return -1;
        }
        for (int id = 1; id < SetCore.MostIds; id++)
        {
            int expected = (state.Core.Has(id, Mark.VdcmWork) ? Holder.Vdcm : 0) | (state.Core.Has(id, Mark.IommuWork) ? Holder.Iommu : 0);
            if (state.Core.State[id] == (byte)IdState.FreePending && (state.Core.Holders[id] & ~expected) != 0)
            {
                return id;
            }
        }
        return -1;
    }

    // What others may do something about: 0 for all IOASIDs, the one that a call is under way for, or -1 while there is none of interest.
    private static int Focus(in LifeState state) =>
        state.Core.Job.Call != JobCall.None ? state.Core.Job.Chooses ? -1 : state.Core.Job.Id : state.Call.Kind != CallKind.None ? state.Call.Id : 0;

    // Whether others may do something about an IOASID. Once something is left of a previous life, or something else is wrong, that is of interest only.
    private bool IsOfInterest(in LifeState state, int id) =>
        Focus(in state) is int focus && (focus == 0 || focus == id) && (IsWrong(in state, id) || !IsAnyWrong(in state));

    private bool IsAnyWrong(in LifeState state)
    {
        bool any = false;
        for (int id = 1; id < SetCore.MostIds; id++)
        {
            any |= IsWrong(in state, id);
        }
        return any;
    }

    // Something is left of a previous life, or will be; somebody has put what another holds; an entry leads to another VM; two IOASIDs of a set have the same SPID;
    // or work is queued for what an unbind has freed, or for a life that is over.
    private bool IsWrong(in LifeState state, int id)
    {
        bool isForeign = false;
        bool isTwin = false;
        for (int other = 1; other < SetCore.MostIds; other++)
        {
            isTwin |= other != id && state.Core.Spid[id] != 0 && state.Core.Spid[other] == state.Core.Spid[id] && state.Core.Set[other] == state.Core.Set[id];
        }
        for (int device = 0; device < LifeState.MostDevices; device++)
        {
            int entry = state.Pt[LifeState.PtAt(device, id)];
            isForeign |= entry != 0 && state.Core.IsAllocated(id) && (entry & Cell.Owner) != state.Core.VmOf(id) + 1;
        }
        bool isFreed = state.Core.Has(id, Mark.IommuWork) && Works.IsLost(in state.Core, rules, id);
        bool isLate = state.Core.Job.Call == JobCall.None && state.Core.State[id] != (byte)IdState.FreePending
            && (state.Core.Marks[id] & (Mark.VdcmWork | Mark.IommuWork)) != 0;
        return isForeign || isTwin || isFreed || isLate || state.HalfDone[id] != 0 || state.Core.Stale[id] != 0 || state.Core.Refs[id] != byte.PopCount(state.Core.Holders[id]) || Hardware.HasLeft(in state, id);
    }

    // What VFIO and KVM of a VM do. Once something is wrong, what comes of it is shown by a new life and DMA.
    private void ForVm<TSink>(in LifeState state, ref TSink sink, int vm)
        where TSink : struct, ISink<LifeState>, allows ref struct
    {
        bool isOpen = IsOpen(in state, vm);
        bool isClean = !IsAnyWrong(in state);
        if (isOpen)
        {
            Alloc(in state, ref sink, vm);
            Binds(in state, ref sink, vm);
        }
        if (isOpen && isClean)
        {
            Frees(in state, ref sink, vm);
            Mdevs(in state, ref sink, vm);
        }
        if (isClean)
        {
            Ends(in state, ref sink, vm);
        }
    }

    // All VMs are launched before the first is used: which of them is, is of no importance, unless KVM may be late.
    private bool IsOpen(in LifeState state, int vm)
    {
        bool launched = true;
        for (int other = 0; other < scope.Vms; other++)
        {
            launched &= state.IsVm(other, Vm.Launched, 0);
        }
        return (launched || rules.KvmMayBeLate) && state.IsVm(vm, 0, Vm.Closed);
    }

    // The call that has the lock: its next handler or its next member.
    private void GoOn<TSink>(in LifeState state, ref TSink sink)
        where TSink : struct, ISink<LifeState>, allows ref struct
    {
        if (Jobs<LifeState, LifeWorld>.CanGoOn(in state.Core))
        {
            ref LifeState next = ref sink.From(in state);
            _jobs.Step(ref next);
            Finish(in state, ref next);
            sink.Add(new Step((ushort)LifeAct.Handler));
        }
        for (int id = 1; state.Core.Job.Chooses && id <= scope.Ids; id++)
        {
            if (_jobs.MayChoose(in state.Core, id))
            {
                ref LifeState next = ref sink.From(in state);
                _jobs.Choose(ref next, id);
                Finish(in state, ref next);
                sink.Add(new Step((ushort)LifeAct.FreeMember, (short)id));
            }
        }
    }

    private void Deferred<TSink>(in LifeState state, ref TSink sink)
        where TSink : struct, ISink<LifeState>, allows ref struct
    {
        for (int id = 1; id <= scope.Ids; id++)
        {
            foreach (byte work in (ReadOnlySpan<byte>)[Mark.VdcmWork, Mark.IommuWork])
            {
                if (Works.CanRun(in state, rules, id, work) && Focus(in state) is int focus && (focus == 0 || focus == id))
                {
                    ref LifeState next = ref sink.From(in state);
                    Result result = Works.Run(ref next, rules, id, work);
                    Finish(in state, ref next);
                    sink.Add(new Step((ushort)(work == Mark.VdcmWork ? LifeAct.VdcmWork : LifeAct.IommuWork), (short)id, 0, (short)result));
                }
            }
        }
    }

    // Handlers that have nothing to do are called at once, and what was reclaimed is of a previous life now.
    private void Finish(in LifeState before, ref LifeState next)
    {
        while (Jobs<LifeState, LifeWorld>.CanGoOn(in next.Core) && next.Core.Fault == Fault.None && IsIgnored(in next))
        {
            _jobs.Step(ref next);
        }
        Hardware.Age(in before.Core, ref next);
    }

    private bool IsIgnored(in LifeState state) =>
        _jobs.Next(in state.Core) is not Subscriber who || _world.Ignores(in state, who, Jobs<LifeState, LifeWorld>.Event(state.Core.Job.Call));

    private static short Args(int device, int id, int spid) => (short)(id | (device << 4) | (spid << 8));
}
