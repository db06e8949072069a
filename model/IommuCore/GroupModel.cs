// A group of devices, and everybody who changes what they may reach: the bus, drivers, VFIO, iommufd, sysfs, PCI resets; and devices and the fault path, which see it.
//
// Sources: reference attach.md, sections 1 and 3; seed 001. group->mutex makes operations serial, but for devices, the fault path (attach_handle_get), and iommu_deferred_attach
// before 7.0. The driver is what DriverRules promise; the core's side of it is CoreMachine.

using Verify.Transitions;

namespace Verify.Model.IommuCore;

/// <summary>The devices of a machine, each bits of <see cref="Kind"/>.</summary>
/// <param name="Name">What it is called in states and scripts.</param>
/// <param name="Devices">By device.</param>
/// <param name="Pasids">PASIDs that are used, 0 to 2.</param>
/// <param name="HasRequests">Whether devices ask for pages.</param>
/// <param name="HasResets">Whether devices are reset, where the kernel has reset windows.</param>
/// <param name="Cpus">CPUs, 1 or 2: a second one waits for the mutex while the first has it.</param>
public sealed record GroupMachine(string Name, IReadOnlyList<byte> Devices, int Pasids, bool HasRequests = false, bool HasResets = false, int Cpus = 1);

/// <summary>The model.</summary>
/// <param name="rules">The variant.</param>
/// <param name="machines">The machines; a run is of one of them.</param>
public readonly partial struct GroupModel(CoreRules rules, IReadOnlyList<GroupMachine> machines) : IAgentSystem<GroupState>
{
    private static readonly byte[] _users = [Dom.A, Dom.B];
    private static readonly byte[] _ofPasids = [Dom.A, Dom.B, Dom.Dma, Dom.Identity, Dom.Foreign];

    private readonly CoreMachine _core = new(rules);
    private readonly int _devices = machines.Max(machine => machine.Devices.Count);
    private readonly int _pasids = machines.Max(machine => machine.Pasids);
    private readonly GroupMachine[] _machines = [.. machines];

    /// <summary>The choices of this variant.</summary>
    public CoreRules Rules => rules;

    /// <summary>The core.</summary>
    public CoreMachine Core => _core;

    /// <summary>The machines.</summary>
    public IReadOnlyList<GroupMachine> Machines => _machines;

    /// <summary>How many devices the largest machine has.</summary>
    public int Devices => _devices;

    /// <summary>How many PASIDs are used at most.</summary>
    public int Pasids => _pasids;

    /// <summary>The second number of a step: a device, -1 for none, and an index of pasid_array.</summary>
    public static short Place(int device, int slot) => (short)(((device + 1) * 8) + slot);

    /// <summary>The device of that.</summary>
    public static int DeviceOf(Step step) => (step.B / 8) - 1;

    /// <summary>The index of pasid_array of that.</summary>
    public static int SlotOf(Step step) => step.B % 8;

    /// <inheritdoc/>
    public ulong Rank(in GroupState state) => 0;

    /// <summary>Who has the mutex, and the driver; those who ask; the fault path; devices; iommu_deferred_attach without the mutex.</summary>
    public int Agents => 5;

    /// <inheritdoc/>
    public int Agent(in GroupState before, Step step) => step.Kind switch
    {
        < Act.Returns or Act.Wait or Act.GiveUp => 1,
        Act.HandleGet or Act.Respond => 2,
        Act.PageRequest or Act.Dma => 3,
        Act.TestDeferred or Act.AttachDeferred => 4,
        _ => 0,
    };

    /// <summary>Operations begin again and again.</summary>
    public bool IsFinal(in GroupState state) => false;

    /// <inheritdoc/>
    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        for (int index = 0; index < 2 * _machines.Length; index++)
        {
            GroupMachine machine = _machines[index / 2];
            ref GroupState start = ref sink.From(default);
            start.Machine = (byte)(index / 2);
            start.DefaultType = index % 2 == 0 ? Dom.Identity : Dom.Dma;
            start.Core.Alive = rules.Driver.StaticIdentity ? Dom.Bit(Dom.Identity) : (byte)0;
            for (int device = 0; device < machine.Devices.Count; device++)
            {
                start.Kinds[device] = (byte)(machine.Devices[device] | Kind.Exists);
                start.Hardware[GroupState.Entry(device, 0)] = (machine.Devices[device] & Kind.Inherited) != 0 ? Dom.Inherited : Dom.None;
            }
            sink.Add(Step.Init);
        }
    }

    /// <inheritdoc/>
    public void Next<TSink>(in GroupState state, ref TSink sink)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        if (_core.Pending(in state.Core) is { Kind: not CallbackKind.None } due)
        {
            Drive(in state, ref sink, due);
        }
        else if (state.IsBusy)
        {
            GoOn(in state, ref sink);
        }
        NextOfOthers(in state, ref sink);
        for (int device = 0; device < _devices; device++)
        {
            DoDma(in state, ref sink, device);
        }
    }

    /// <summary>What is done by all but the operation that has the mutex, and devices: who asks, who waits, the fault path.</summary>
    /// <param name="state">The state.</param>
    /// <param name="sink">Takes what comes of it.</param>
    public void NextOfOthers<TSink>(in GroupState state, ref TSink sink)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        if (!state.IsBusy && state.WaitOp != 0)
        {
            Awake(in state, ref sink);
        }
        if (!state.IsBusy || (_machines[state.Machine].Cpus > 1 && state.WaitOp == 0))
        {
            AskBus(in state, ref sink);
            AskDrivers(in state, ref sink);
            AskOwners(in state, ref sink);
            AskPasids(in state, ref sink);
        }
        DeferUnlocked(in state, ref sink);
        Fault(in state, ref sink);
    }

    // Begins an operation, or waits for the mutex with it.
    private void Ask<TSink>(in GroupState state, ref TSink sink, Request ask)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        int cpu = state.IsBusy ? 1 - state.Core.Call.Cpu : state.WaitOp != 0 ? 1 - state.WaitCpu : 0;
        if (!state.IsBusy)
        {
            if (state.WaitOp == 0 || AgentOf((Op)state.WaitOp) != AgentOf(ask.Op))
            {
                Begin(in state, ref sink, ask, cpu, isAwake: false);
            }
            return;
        }
        if (AgentOf((Op)state.Core.Call.Op) == AgentOf(ask.Op))
        {
            return;
        }
        ref GroupState waits = ref sink.From(in state);
        waits.WaitOp = (byte)ask.Op;
        waits.WaitDomain = (byte)ask.Domain;
        waits.WaitDevice = (byte)(ask.Device + 1);
        waits.WaitSlot = (byte)ask.Slot;
        waits.WaitCpu = (byte)cpu;
        sink.Add(new Step(Act.Wait, (short)ask.Op, (short)ask.Domain, Place(ask.Device, ask.Slot)));
    }

    // Who has waited gets the mutex; it may be that what it wanted is not there any more.
    private void Awake<TSink>(in GroupState state, ref TSink sink)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        var ask = new Request((Op)state.WaitOp, state.WaitDomain, state.WaitDevice - 1, state.WaitSlot);
        if (MayAsk(in state, ask))
        {
            Begin(in state, ref sink, ask, state.WaitCpu, isAwake: true);
            return;
        }
        NoMoreWait(ref sink.From(in state));
        sink.Add(new Step(Act.GiveUp, (short)ask.Op));
    }

    private static void NoMoreWait(ref GroupState state)
    {
        state.WaitOp = 0;
        state.WaitDomain = 0;
        state.WaitDevice = 0;
        state.WaitSlot = 0;
        state.WaitCpu = 0;
    }

    private void Begin<TSink>(in GroupState state, ref TSink sink, Request ask, int cpu, bool isAwake)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        ref GroupState next = ref sink.From(in state);
        if (isAwake)
        {
            NoMoreWait(ref next);
        }
        if (ask.Op is Op.Probe or Op.ProbeQueued)
        {
            Found(ref next, ask.Device);
        }
        if (NeedsDomain(ask.Op) && IsOfUser(ask.Domain))
        {
            // The user allocates it first.
            next.Core.Alive |= Dom.Bit(ask.Domain);
        }
        Errno? result = _core.Begin(ref next.Core, ask, cpu);
        if (result is { } done)
        {
            Returned(ref next, ask, done);
        }
        else
        {
            next.Strays = StraysNow(in state, Math.Min(ask.Slot, GroupCore.MostSlots - 1));
        }
        sink.Add(new Step(Act.Asks(ask.Op), (short)ask.Domain, Place(ask.Device, ask.Slot), result is { } known ? (short)known : (short)-1));
    }

    private byte StraysNow(in GroupState state, int slot)
    {
        int strays = 0;
        for (int device = 0; device < _devices; device++)
        {
            bool isBlocked = slot == 0 && state.Core.Is(device, Gdev.Blocked) && !Dom.Faults(state.Of(device, 0));
            strays |= isBlocked || (state.IsSettled(device) && !state.IsAsNoted(device, slot)) ? 1 << device : 0;
        }
        return (byte)strays;
    }

    private static bool NeedsDomain(Op op) => op is Op.AttachGroup or Op.AttachDevice or Op.AttachHandle or Op.ReplaceHandle or Op.AttachPasid or Op.ReplacePasid;

    // What the core learns of a device when it is found.
    private static void Found(ref GroupState state, int device)
    {
        state.Core.Gdevs[device] = (byte)((state.Of(device, 0) == Dom.Inherited ? Gdev.Deferred : 0) | (state.IsKind(device, Kind.Direct) ? Gdev.RequireDirect : 0)
            | (state.IsKind(device, Kind.NoPasids) ? Gdev.NoPasids : 0));
        for (int slot = 1; slot < GroupCore.MostSlots; slot++)
        {
            state.Late[device] |= Cell.Loaded(state.Core.Slots[slot]) != 0 ? (byte)(1 << slot) : (byte)0;
        }
    }

    // What whoever asked believes now. A domain that is attached nowhere, as far as its user knows, is freed at once.
    private void Returned(ref GroupState state, Request ask, Errno result)
    {
        state.Strays = 0;
        if (result == Errno.Ok)
        {
            Believe(ref state, ask);
        }
        if (state.FaultHandle != 0 && !state.IsHandleThere)
        {
            state.FaultHandle = Dom.Freed;
        }
        for (int domain = Dom.A; domain <= Dom.IdentityV2; domain++)
        {
            bool isUsed = domain == Dom.IdentityV2 ? state.Core.Domain == domain : state.IsViewed(domain) || IsWanted(in state, domain);
            if (IsOfUser(domain) && state.Core.IsAlive(domain) && !isUsed)
            {
                state.Core.Alive &= (byte)~Dom.Bit(domain);
                Forget(ref state, domain);
            }
        }
    }

    // Whether somebody waits who wants to attach a domain.
    private static bool IsWanted(in GroupState state, int domain) => NeedsDomain((Op)state.WaitOp) && state.WaitDomain == domain;

    private static bool IsOfUser(int domain) => Dom.IsUsers(domain) || domain == Dom.IdentityV2;

    private static void Believe(ref GroupState state, Request ask)
    {
        switch (ask.Op)
        {
            case Op.UseDefault:
                state.Bound[ask.Device] = 1;
                break;
            case Op.UnuseDefault:
                state.Bound[ask.Device] = 0;
                break;
            case Op.AttachGroup or Op.AttachDevice or Op.AttachHandle or Op.ReplaceHandle or Op.AttachPasid or Op.ReplacePasid when ask.Domain != Dom.IdentityV2:
                state.View[ask.Slot] = (byte)ask.Domain;
                break;
            case Op.DetachGroup or Op.DetachHandle or Op.DetachPasid:
                state.View[ask.Slot] = 0;
                break;
        }
        if (ask.Op == Op.DetachPasid)
        {
            for (int device = 0; device < GroupCore.MostDevices; device++)
            {
                state.Late[device] &= (byte)~(1 << ask.Slot);
            }
        }
    }

    /// <summary>The operation that has the mutex takes its own next step; no callback of the driver is due.</summary>
    /// <param name="state">The state.</param>
    /// <param name="sink">Takes what comes of it.</param>
    public void GoOn<TSink>(in GroupState state, ref TSink sink)
        where TSink : struct, ISink<GroupState>, allows ref struct
    {
        Call call = state.Core.Call;
        ref GroupState next = ref sink.From(in state);
        _core.Step(ref next.Core);
        switch ((Pc)call.Pc)
        {
            case Pc.Return:
                Returned(ref next, new Request((Op)call.Op, call.Domain, call.Device - 1, call.Slot), (Errno)call.Result);
                sink.Add(new Step(Act.Return((Op)call.Op), call.Domain, Place(call.Device - 1, call.Slot), call.Result));
                break;
            case Pc.Free:
                sink.Add(new Step(Act.Free, call.Doomed));
                break;
            case Pc.Erase:
                sink.Add(new Step(Act.Erase, 0, Place(-1, call.Slot)));
                break;
            default:
                sink.Add(new Step(Act.Store, Cell.Domain(next.Core.Slots[call.Slot]), Place(-1, call.Slot)));
                break;
        }
    }
}
