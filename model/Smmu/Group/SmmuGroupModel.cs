// A group of devices behind an SMMUv3: the core's operations, with callbacks that are the driver's own on the hardware.
//
// model/IommuCore says what the core and its users do, and lets drivers do whatever they promise; model/Smmu/Attach says what the driver and the hardware do, and lets a core ask
// for whatever it may. Here each is what the other one counts on. Each callback that is due (CoreMachine.Pending) is called on CPU0 (AttachModel.Call), goes through its stages
// there, and its result goes back (CoreMachine.Resume); the core frees its own domains by domain_free on CPU0, users unmap and free theirs on CPU1. Nothing of either is said again.
// Sources: those of the two.

using Verify.Model.IommuCore;
using Verify.Smmu.Attach;
using Verify.Transitions;
using DriverErrno = Verify.Smmu.Attach.Errno;
using Kind = Verify.Model.IommuCore.Kind;
using Request = Verify.Smmu.Attach.Request;

namespace Verify.Smmu.Group;

/// <summary>A machine of the two.</summary>
/// <param name="Core">For the core's model: devices, PASIDs, resets. One CPU: what waits for the mutex is that model's affair.</param>
/// <param name="Devices">For the driver's model, the same devices.</param>
/// <param name="A">The kind of the users' domain A; the default domain is S1.</param>
/// <param name="B">The kind of the users' domain B.</param>
public sealed record SmmuGroupMachine(GroupMachine Core, IReadOnlyList<DeviceKind> Devices, DomainKind A, DomainKind B)
{
    /// <summary>The same for the driver's model.</summary>
    public AttachMachine Smmu => new(Core.Name, Devices, A, B, DomainKind.S1) { Pasids = Core.Pasids, Without = Unmaps ? [] : [Operation.Unmap] };

    /// <summary>Whether pages are unmapped while the domain lives.</summary>
    public bool Unmaps { get; init; } = true;

    /// <summary>What is not asked of this machine's core.</summary>
    public IReadOnlyList<Op> Without { get; init; } = [];
}

/// <summary>The versions that are put together.</summary>
/// <param name="Core">That of the core.</param>
/// <param name="Driver">That of the driver.</param>
public sealed record SmmuGroupRules(CoreRules Core, AttachRules Driver)
{
    /// <summary>The driver has memory in reserve for attaches that the core cannot bear to fail. No version has it.</summary>
    public bool KeepsReserve { get; init; }
}

/// <summary>The model.</summary>
/// <remarks>
/// <see cref="GroupState.Hardware"/> follows the SMMU: after each step it is whatever an access of a RID or PASID may meet that is neither what it was nor what is being attached;
/// else a fault, where neither of these is one; else what it was, and, once the callback has returned, what was attached.
/// </remarks>
public readonly partial struct SmmuGroupModel
{
    private const int CoreCpu = 0;
    private const int UserCpu = 1;

    private readonly SmmuGroupRules rules;
    private readonly GroupModel group;
    private readonly AttachModel smmu;
    private readonly IReadOnlyList<SmmuGroupMachine> machines;

    /// <summary>Makes it.</summary>
    /// <param name="rules">The versions.</param>
    /// <param name="images">The driver's entries.</param>
    /// <param name="machines">The machines.</param>
    public SmmuGroupModel(SmmuGroupRules rules, EntryImages images, IReadOnlyList<SmmuGroupMachine> machines)
    {
        this.rules = rules;
        this.machines = machines;
        group = new GroupModel(rules.Core, [.. machines.Select(machine => machine.Core)]);
        smmu = new AttachModel(rules.Driver, images, new AttachScope([.. machines.Select(machine => machine.Smmu)], Cpus: 2));
    }

    /// <summary>The core's side.</summary>
    public GroupModel Group => group;

    /// <summary>The driver's side.</summary>
    public AttachModel Smmu => smmu;

    /// <inheritdoc/>
    public ulong Rank(in SmmuGroupState state) => 0;

    /// <summary>
    /// What has gone wrong already, and has no end: as in the driver's model; a domain is freed with masters on its list, or the driver is called for one that is freed, which then
    /// is anybody's memory; a count has passed what the machine has to count.
    /// </summary>
    public bool IsFinal(in SmmuGroupState state)
    {
        var wrong = smmu.IsFinal(in state.Smmu) || IsFreed(in state, state.Smmu.Cpus[CoreCpu].Old) || IsFreed(in state, state.Smmu.Cpus[CoreCpu].New);
        var most = machines[state.Group.Machine].Devices.Count * (machines[state.Group.Machine].Core.Pasids + 1);
        var atIt = state.Smmu.Cpus[CoreCpu].Operation == Operation.None ? 0 : 1;
        foreach (ref readonly var domain in state.Smmu.Domains)
        {
            wrong |= domain.NrAts > most + atIt || domain.InvTag > most + atIt || (domain.Life == DomainLife.Free && domain.List != 0);
        }

        return wrong;
    }

    private static bool IsFreed(in SmmuGroupState state, byte attachment) =>
        attachment >= AttachState.Paging && state.Smmu.Domains[attachment - AttachState.Paging].Life == DomainLife.Free && state.Smmu.Cpus[CoreCpu].Operation != Operation.DomainFree;

    /// <summary>No device is found yet. Firmware has left an STE that passes everything to those with direct regions (RMR), and ABORT to others.</summary>
    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<SmmuGroupState>, allows ref struct
    {
        var starts = new OfGroup<TSink>(sink, this, default);
        group.Initial(ref starts);
        sink = starts.Inner;
    }

    // The driver's part of an initial state of the core's model.
    private void Boot(ref SmmuGroupState start)
    {
        var machine = machines[start.Group.Machine];
        start.Smmu.Machine = start.Group.Machine;
        start.Smmu.Ssids = AttachState.SsidsOf(machine.Core.Pasids);
        for (var stream = 0; stream < AttachState.MostStreams; stream++)
        {
            start.Smmu.Ste[stream] = Ste(SteForm.Abort);
        }

        for (var device = 0; device < machine.Devices.Count; device++)
        {
            start.Smmu.Devices[device].CanAts = (byte)(machine.Devices[device].Ats ? 1 : 0);
            start.Smmu.Devices[device].Streams = (byte)(machine.Devices[device].TwoStreams ? 2 : 1);
            start.Smmu.Devices[device].Rid = AttachState.Blocked;
            if (start.Group.IsKind(device, Kind.Direct))
            {
                start.Smmu.Devices[device].Rid = AttachState.Identity;
                start.Smmu.Ste[device * 2] = Ste(SteForm.Bypass);
                start.Smmu.Ste[(device * 2) + 1] = machine.Devices[device].TwoStreams ? Ste(SteForm.Bypass) : Ste(SteForm.Abort);
                start.Group.Hardware[GroupState.Entry(device, 0)] = Dom.Identity;
            }
        }

        for (var domain = 0; domain < machine.Smmu.Domains.Count; domain++)
        {
            start.Smmu.Domains[domain].Kind = machine.Smmu.Domains[domain];
        }

        smmu.Caches.Settle(ref start.Smmu);
    }

    private byte Ste(SteForm form) => smmu.Images.Number(new SteKey(form, -1, 0, false));

    /// <inheritdoc/>
    public void Next<TSink>(in SmmuGroupState state, ref TSink sink)
        where TSink : struct, ISink<SmmuGroupState>, allows ref struct
    {
        if (IsFinal(in state))
        {
            return;
        }

        NextOfSmmu(in state, ref sink);
        if (state.Smmu.Cpus[CoreCpu].Operation == Operation.None && state.Group.IsBusy)
        {
            GoOn(in state, ref sink);
        }

        var others = new OfGroup<TSink>(sink, this, in state);
        group.NextOfOthers(in state.Group, ref others);
        sink = others.Inner;
        NextOfUsers(in state, ref sink);
        for (var device = 0; device < group.Devices; device++)
        {
            DoDma(in state, ref sink, device);
        }
    }

    // CPUs that are in the driver, and the SMMU.
    private void NextOfSmmu<TSink>(in SmmuGroupState state, ref TSink sink)
        where TSink : struct, ISink<SmmuGroupState>, allows ref struct
    {
        var lift = new OfSmmu<TSink>(sink, this, in state);
        for (var cpu = CoreCpu; cpu <= UserCpu; cpu++)
        {
            if (state.Smmu.Cpus[cpu].Command != Command.None)
            {
                smmu.Consume(in state.Smmu, ref lift, cpu);
            }

            if (state.Smmu.Cpus[cpu].Operation != Operation.None)
            {
                smmu.GoOn(in state.Smmu, ref lift, cpu);
            }
        }

        sink = lift.Inner;
    }

    // What users do with their domains, and drivers with the default one: map, unmap, free.
    private void NextOfUsers<TSink>(in SmmuGroupState state, ref TSink sink)
        where TSink : struct, ISink<SmmuGroupState>, allows ref struct
    {
        for (var domain = 0; domain < Names.Paging.Length; domain++)
        {
            var request = new Request(Operation.Unmap, 0, 0, (byte)(AttachState.Paging + domain));
            var isAlive = state.Group.Core.IsAlive(Names.Paging[domain]);
            if (state.Smmu.Cpus[UserCpu].Operation != Operation.None || state.Smmu.Domains[domain].Life != DomainLife.Live)
            {
                continue;
            }

            if (!isAlive)
            {
                CallFor(in state, ref sink, UserCpu, request with { Operation = Operation.DomainFree });
            }
            else if (Names.Paging[domain] != Dom.Dma || IsMappedByDrivers(in state))
            {
                Remap(in state, ref sink, request);
            }
        }
    }

    private void Remap<TSink>(in SmmuGroupState state, ref TSink sink, Request request)
        where TSink : struct, ISink<SmmuGroupState>, allows ref struct
    {
        if (smmu.MayAsk(in state.Smmu, request))
        {
            CallFor(in state, ref sink, UserCpu, request);
        }
        else if (state.Smmu.Domains[request.Domain - AttachState.Paging].Mapped == 0)
        {
            ref var mapped = ref sink.From(in state);
            mapped.Smmu.Domains[request.Domain - AttachState.Paging].Mapped = 1;
            smmu.Caches.Settle(ref mapped.Smmu);
            Follow(in state, ref mapped, null);
            sink.Add(Lifted(new Step((ushort)AttachAct.Map, 0, 0, request.Domain)));
        }
    }

    // Whether drivers use the DMA API; their devices' direct regions stay mapped.
    private bool IsMappedByDrivers(in SmmuGroupState state)
    {
        var (any, direct) = (false, false);
        for (var device = 0; device < group.Devices; device++)
        {
            any |= state.Group.Bound[device] != 0;
            direct |= state.Group.IsKind(device, Kind.Direct);
        }

        return any && !direct && !state.Group.IsBusy;
    }

    private void CallFor<TSink>(in SmmuGroupState state, ref TSink sink, int cpu, Request request)
        where TSink : struct, ISink<SmmuGroupState>, allows ref struct
    {
        ref var called = ref sink.From(in state);
        smmu.Call(ref called.Smmu, cpu, request, 0);
        sink.Add(Lifted(AttachModel.Called(cpu, request, DriverErrno.None)));
    }

    // Whatever an access of a device may meet, by its STEs and CDs, by the TLB, by its ATC: a step for each.
    private void DoDma<TSink>(in SmmuGroupState state, ref TSink sink, int device)
        where TSink : struct, ISink<SmmuGroupState>, allows ref struct
    {
        for (var ssid = 0; ssid <= machines[state.Group.Machine].Core.Pasids && state.Group.Core.Has(device); ssid++)
        {
            for (var met = Met(in state.Smmu, device, ssid); met != 0; met &= met - 1)
            {
                var bit = met & -met;
                var domain = DomainOf(bit);
                var result = bit == SmmuCaches.Fault ? DmaResult.Faults
                    : bit == AttachState.IdentityPage ? DmaResult.Passes
                    : bit >= 1 << AttachState.MostDomains ? DmaResult.UseAfterFree
                    : DmaResult.Translated;
                sink.From(in state);
                sink.Add(new Step(KindOf(Act.Dma), domain, GroupModel.Place(device, ssid), (short)result));
            }
        }
    }
}
