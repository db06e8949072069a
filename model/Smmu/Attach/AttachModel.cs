// Attach, replace and detach in the SMMUv3 driver, on the hardware: CPUs go through the stages of attach_dev, set_dev_pasid, remove_dev_pasid, release_device, unmap, domain_free and
// the mm's release notifier, while the SMMU holds copies of STEs and CDs and translations, and devices theirs in their ATCs.
//
// Sources: the driver's flows, reference smmuv3 6.1 to 6.5; the SMMU, smmuv3 2.1 to 2.5; the core that calls, attach 1.3 to 1.5, as far as it orders calls: group->mutex
// allows one operation on a device at a time, and a domain is freed when the core has it attached nowhere.

using Verify.Transitions;
using static Verify.Smmu.Attach.AttachState;

namespace Verify.Smmu.Attach;

/// <summary>The driver on the hardware.</summary>
/// <param name="rules">The version.</param>
/// <param name="images">Its entries.</param>
/// <param name="scope">How much there is.</param>
public readonly partial struct AttachModel(AttachRules rules, EntryImages images, AttachScope scope) : IAgentSystem<AttachState>
{
    private const CpuFlag FailedLate = CpuFlag.Failed | CpuFlag.Touched;

    private readonly SmmuCaches _caches = new(images, scope);

    /// <summary>The version.</summary>
    public AttachRules Rules => rules;

    /// <summary>How much there is.</summary>
    public AttachScope Scope => scope;

    /// <summary>Its entries.</summary>
    public EntryImages Images => images;

    /// <summary>What the hardware may hold.</summary>
    public SmmuCaches Caches => _caches;

    /// <summary>Whether domains count their masters that do ATS (until 6.x).</summary>
    public bool CountsAts { get; } = rules.Paging.Contains(Stage.NrAtsInc);

    /// <summary>Whether domains have invalidation arrays (7.x).</summary>
    public bool HasInvs { get; } = rules.Paging.Contains(Stage.PublishInvs);

    /// <inheritdoc/>
    public IReadOnlyList<string> Actions => scope.Explicit ? AttachText.NamesWithHardware : AttachText.Names;

    /// <summary>The CPUs, the core above them, and the SMMU; devices, where their moves are steps.</summary>
    public int Agents => scope.Cpus + 2 + (scope.Explicit ? MostDevices : 0);

    /// <inheritdoc/>
    public int Agent(in AttachState before, Step step) => (AttachAct)step.Kind switch
    {
        AttachAct.AtsRequest or AttachAct.Read => scope.Cpus + 2 + HardwareMove.Of(step).Device,
        AttachAct.Consume or AttachAct.FetchSte or AttachAct.FetchCd or AttachAct.Walk => scope.Cpus + 1,
        AttachAct.Map or AttachAct.DomainAlloc or AttachAct.ProbeDevice => scope.Cpus,
        _ => step.A,
    };

    /// <summary>Every device is probed and BLOCKED, every domain is allocated and has its page mapped.</summary>
    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<AttachState>, allows ref struct
    {
        for (var machine = 0; machine < scope.Machines.Count; machine++)
        {
            AttachState start = default;
            start.Machine = (byte)machine;
            start.Ssids = SsidsOf(scope.Machines[machine].Pasids);
            var (devices, domains) = (scope.Machines[machine].Devices, scope.Machines[machine].Domains);
            for (var device = 0; device < devices.Count; device++)
            {
                start.Devices[device].CanAts = (byte)(devices[device].Ats ? 1 : 0);
                start.Devices[device].Streams = (byte)(devices[device].TwoStreams ? 2 : 1);
                start.Duplicates |= (byte)(devices[device].Duplicate ? 1 << device : 0);
                Probe(ref start, device);
            }

            for (var domain = 0; domain < domains.Count; domain++)
            {
                start.Domains[domain].Kind = domains[domain];
                Allocate(ref start, domain);
                start.Domains[domain].Mapped = (byte)(domains[domain] == DomainKind.Nested ? 0 : 1);
            }

            for (var stream = 0; stream < MostStreams; stream++)
            {
                start.Ste[stream] = images.Number(new SteKey(SteForm.Abort, -1, 0, false));
            }

            _caches.Settle(ref start);
            sink.From(in start);
            sink.Add(Step.Init);
        }
    }

    /// <inheritdoc/>
    public void Next<TSink>(in AttachState state, ref TSink sink)
        where TSink : struct, ISink<AttachState>, allows ref struct
    {
        if (!IsFinal(in state))
        {
            Drive(in state, ref sink);
        }

        if (scope.Explicit)
        {
            MoveHardware(in state, ref sink);
        }
    }

    // Steps of CPUs, of the core above them, and of the command queue: the same whether hardware's own moves are steps or not.
    private void Drive<TSink>(in AttachState state, ref TSink sink)
        where TSink : struct, ISink<AttachState>, allows ref struct
    {
        var isFirst = true;
        for (var cpu = 0; cpu < scope.Cpus; cpu++)
        {
            if (state.Cpus[cpu].Command != Command.None)
            {
                Consume(in state, ref sink, cpu);
            }

            if (state.Cpus[cpu].Operation != Operation.None)
            {
                GoOn(in state, ref sink, cpu);
            }
            else if (isFirst || !IsAtEase(in state.Cpus[cpu]))
            {
                // CPUs that do nothing, and have nothing queued, are alike: the first one begins.
                isFirst &= !IsAtEase(in state.Cpus[cpu]);
                Begin(in state, ref sink, cpu);
            }
        }

        ForCore(in state, ref sink);
    }

    private static bool IsAtEase(in Cpu idle) => idle.Command == Command.None && idle.Flags == CpuFlag.None;

    /// <inheritdoc/>
    public ulong Rank(in AttachState state) => 0;

    /// <summary>
    /// What has gone wrong already: two CPUs are in the middle of writing one entry; a count of the driver's is out of reach or, with nobody at it, not what it counts; an
    /// attach fails that has changed something; or a tag in use, or an ATC, has translations of a domain that was freed. Of what comes of that there is no end, and it
    /// is not explored.
    /// </summary>
    public bool IsFinal(in AttachState state)
    {
        var wrong = false;
        for (var cpu = 0; cpu < scope.Cpus; cpu++)
        {
            for (var other = cpu + 1; other < scope.Cpus; other++)
            {
                wrong |= Writes(in state.Cpus[cpu]) is >= 0 and var entry && entry == Writes(in state.Cpus[other]);
            }

            wrong |= (state.Cpus[cpu].Flags & FailedLate) == FailedLate;
        }

        for (var device = 0; device < MostDevices; device++)
        {
            wrong |= state.Owner(device) < 0 && state.Devices[device].UsedSsids != state.Pasids(device);
        }

        foreach (ref readonly var domain in state.Domains)
        {
            wrong |= domain.NrAts > Tags || domain.InvTag > Tags;
        }

        return wrong || state.Crossing() >= 0;
    }

    // What needs no driver: a page is mapped, a domain allocated, a device probed.
    private void ForCore<TSink>(in AttachState state, ref TSink sink)
        where TSink : struct, ISink<AttachState>, allows ref struct
    {
        for (var domain = 0; domain < MostDomains; domain++)
        {
            if (MapNotAsked(in state, domain) == Reason.None)
            {
                ref var next = ref sink.From(in state);
                next.Domains[domain].Mapped = 1;
                _caches.Settle(ref next);
                sink.Add(new Step((ushort)AttachAct.Map, 0, 0, (short)(Paging + domain)));
            }

            if (AllocNotAsked(in state, domain) == Reason.None)
            {
                Allocate(ref sink.From(in state), domain);
                sink.Add(new Step((ushort)AttachAct.DomainAlloc, 0, 0, (short)(Paging + domain)));
            }
        }

        for (var device = 0; device < MostDevices; device++)
        {
            if (state.Has(device) && state.Devices[device].Present == 0 && state.Owner(device) < 0)
            {
                Probe(ref sink.From(in state), device);
                sink.Add(new Step((ushort)AttachAct.ProbeDevice, 0, (short)device));
            }
        }
    }

    /// <summary>A device is probed: it is attached to nothing, which is as BLOCKED.</summary>
    public static void Probe(ref AttachState state, int device)
    {
        state.Devices[device].Present = 1;
        state.Devices[device].Rid = Blocked;
    }

    /// <summary>A domain is allocated, with the lowest ASID or VMID that is free, as an xarray or IDA gives it.</summary>
    public static void Allocate(ref AttachState state, int domain)
    {
        ref var allocated = ref state.Domains[domain];
        allocated.Life = DomainLife.Live;
        for (byte tag = 1; allocated.Kind != DomainKind.Nested && allocated.Tag == 0; tag++)
        {
            allocated.Tag = IsTaken(in state, allocated.Kind == DomainKind.S2, tag) ? (byte)0 : tag;
        }
    }

    private static bool IsTaken(in AttachState state, bool isStage2, byte tag)
    {
        for (var domain = 0; domain < MostDomains; domain++)
        {
            // A tag that is given back is anybody's, whoever may still remember it.
            if (state.Domains[domain].Tag == tag && state.Domains[domain].Kind == DomainKind.S2 == isStage2)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The SMMU comes to the CMD_SYNC behind a CPU's command.</summary>
    /// <param name="state">The state; the CPU has a command in the queue.</param>
    /// <param name="sink">Takes what comes of it.</param>
    /// <param name="cpu">The CPU.</param>
    public void Consume<TSink>(in AttachState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<AttachState>, allows ref struct
    {
        ref readonly var queued = ref state.Cpus[cpu];
        ref var next = ref sink.From(in state);
        SmmuCaches.Consume(ref next, queued.Command, queued.Argument);
        next.Cpus[cpu].Command = Command.None;
        next.Cpus[cpu].Argument = 0;
        if ((queued.Flags & CpuFlag.Waits) != 0)
        {
            next.Cpus[cpu].Flags &= ~CpuFlag.Waits;
            Done(ref next, cpu);
        }

        _caches.Settle(ref next);
        sink.Add(new Step((ushort)AttachAct.Consume, (short)cpu));
    }
}
