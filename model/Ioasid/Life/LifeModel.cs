// The system ioasid-life: what happens to IOASIDs of guests, from ioasid_alloc to the pool.

using Verify.Model.Ioasid.Sets;
using Verify.Transitions;

namespace Verify.Model.Ioasid.Life;

/// <summary>
/// VFIO, the IOMMU driver, KVM, VDCM, guests and their devices around the extended IOASID core. Guests may do anything that VFIO lets them do, in any order. Every
/// call of the core is one step, and so is each handler that has something to do, while the lock is held; a bind or unbind makes several calls, and others may act
/// between them. DMA needs no lock.
/// Left out: the race of ioasid_find_by_spid without the lock and the end of sets that KVM also uses, which the system ioasid has; work descriptors that a device
/// has accepted and not yet begun; a second life of a VM.
/// </summary>
/// <param name="rules">The version.</param>
/// <param name="scope">How much there is.</param>
public readonly partial struct LifeModel(LifeRules rules, LifeScope scope) : IAgentSystem<LifeState>, ISymmetricSystem<LifeState>
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
        Deferred(in state, ref sink);
        GoOnBinding(in state, ref sink);
        for (int vm = 0; vm < scope.Vms; vm++)
        {
            ForVm(in state, ref sink, vm);
        }
    }

    /// <summary>
    /// After a memory error; where a handler waits for ever for the lock that its caller holds, as everybody else does then; and where an IOASID has references that
    /// nobody knows of, so that it is never reclaimed.
    /// </summary>
    public bool IsFinal(in LifeState state) => state.Core.Fault != Fault.None || state.Core.Job.Stuck || Unowned(in state.Core) >= 0;

    /// <inheritdoc/>
    public ulong Rank(in LifeState state) => 0;

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

    // What VFIO and KVM of a VM do. Once something is left of a previous life, what comes of it is shown by a new life and DMA: nothing else is of interest then.
    private void ForVm<TSink>(in LifeState state, ref TSink sink, int vm)
        where TSink : struct, ISink<LifeState>, allows ref struct
    {
        bool isOpen = state.IsVm(vm, rules.KvmMayBeLate ? (byte)0 : Vm.Launched, Vm.Closed);
        bool isClean = !Hardware.HasLeftovers(in state);
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
                if (Works.CanRun(in state, rules, id, work))
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
