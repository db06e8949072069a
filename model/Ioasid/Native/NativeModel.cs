// Native SVA: processes bind their address spaces to devices by PASIDs, and go; on VT-d.
//
// Sources: J.-P. Brucker's review of the IOASID document (seed 004), section "Native IOASID Life Cycle"; Linux drivers/iommu/intel/svm.c, drivers/iommu/iommu-sva.c and
// kernel/fork.c as the commits name them that NativeCatalogue cites. A process has one thread: its calls do not overlap, and sva_lock would not let them.

using Verify.Transitions;
using static Verify.Model.Ioasid.Native.NativeState;

namespace Verify.Model.Ioasid.Native;

/// <summary>How many there are of what.</summary>
/// <param name="Processes">Processes, 1 to 3; each lives once.</param>
/// <param name="Devices">Devices, 1 or 2.</param>
public sealed record NativeMachine(int Processes, int Devices);

/// <summary>Life and end of processes whose address spaces devices use.</summary>
/// <param name="rules">The choices of this variant.</param>
/// <param name="machines">The machines; a run is of one of them.</param>
/// <param name="pasids">How many PASIDs there are, 1 to 3.</param>
public readonly partial struct NativeModel(NativeRules rules, IReadOnlyList<NativeMachine> machines, int pasids) : IAgentSystem<NativeState>
{
    /// <summary>The most processes.</summary>
    public const int MostProcesses = 3;

    /// <summary>The most devices.</summary>
    public const int MostDevices = 2;

    /// <summary>The most PASIDs.</summary>
    public const int MostPasids = 3;

    private const int MostRefs = 4;

    private readonly int _processes = machines.Max(machine => machine.Processes);
    private readonly int _devices = machines.Max(machine => machine.Devices);

    /// <summary>The choices of this variant.</summary>
    public NativeRules Rules => rules;

    /// <summary>How many PASIDs there are.</summary>
    public int Pasids => pasids;

    /// <summary>How many processes the largest machine has.</summary>
    public int Processes => _processes;

    /// <summary>How many devices the largest machine has.</summary>
    public int Devices => _devices;

    /// <inheritdoc/>
    public IReadOnlyList<string> Actions => _names;

    /// <summary>The processes, the devices' driver, the IOMMU driver, mm, and the devices.</summary>
    public int Agents => _processes + 3 + _devices;

    /// <inheritdoc/>
    public int Agent(in NativeState before, Step step) => LaneOf((NativeAct)step.Kind) switch
    {
        Lane.Process => step.A,
        Lane.Driver => _processes,
        Lane.Iommu => _processes + 1,
        Lane.Mm => _processes + 2,
        _ => _processes + 3 + step.B,
    };

    /// <summary>Whether a step is what drivers and mm do for a process that exits; nobody else need ever do anything, and of these steps there is an end.</summary>
    public static bool IsWorkForExit(in NativeState before, Step step) =>
        before.IsExiting(step.A) && (NativeAct)step.Kind is not (NativeAct.Answer or NativeAct.Dma or NativeAct.RequestPage);

    /// <summary>Whether a step answers a page request for which an unbind of a process that exits waits: the PRQ is a queue, and what is in it has its turn.</summary>
    public static bool IsAwaitedAnswer(in NativeState before, Step step)
    {
        bool isAwaited = false;
        for (int process = 0; process < MostProcesses && step.Kind == (ushort)NativeAct.Answer; process++)
        {
            int fd = At(process, step.B);
            isAwaited |= before.IsExiting(process) && before.Fd[fd] == (byte)FdPc.TornDown && Named(before.Handle[fd]) == step.C;
        }
        return isAwaited;
    }

    /// <inheritdoc/>
    public ulong Rank(in NativeState state) => 0;

    /// <summary>All processes are gone, and all files closed.</summary>
    public bool IsFinal(in NativeState state)
    {
        for (int process = 0; process < _processes; process++)
        {
            if ((ProcessPhase)state.Phase[process] is not (ProcessPhase.Absent or ProcessPhase.MmPut) || Busy(in state, process, FdPc.Opened, FdPc.Unstopped))
            {
                return false;
            }
        }
        return true;
    }

    /// <inheritdoc/>
    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<NativeState>, allows ref struct
    {
        foreach (NativeMachine machine in machines)
        {
            NativeState start = default;
            for (int process = 0; process < machine.Processes; process++)
            {
                start.Phase[process] = (byte)ProcessPhase.Unborn;
            }
            for (int device = machine.Devices; device < MostDevices; device++)
            {
                start.Absent[device] = 1;
            }
            sink.From(in start);
            sink.Add(Step.Init);
        }
    }

    /// <inheritdoc/>
    public void Next<TSink>(in NativeState state, ref TSink sink)
        where TSink : struct, ISink<NativeState>, allows ref struct
    {
        for (int process = 0; process < _processes; process++)
        {
            Live(in state, ref sink, process);
            End(in state, ref sink, process);
            for (int device = 0; device < _devices; device++)
            {
                if (state.Absent[device] == 0)
                {
                    UseFd(in state, ref sink, process, device);
                    Bind(in state, ref sink, process, device);
                    Unbind(in state, ref sink, process, device);
                    UseDevice(in state, ref sink, process, device);
                }
            }
        }
        for (int device = 0; device < _devices; device++)
        {
            for (int pasid = 0; pasid < pasids; pasid++)
            {
                Answer(in state, ref sink, device, pasid);
            }
        }
    }

    // What a process does that concerns no device.
    private void Live<TSink>(in NativeState state, ref TSink sink, int process)
        where TSink : struct, ISink<NativeState>, allows ref struct
    {
        switch ((ProcessPhase)state.Phase[process])
        {
            case ProcessPhase.Unborn:
                ref NativeState born = ref sink.From(in state);
                born.Phase[process] = (byte)ProcessPhase.Running;
                born.Users[process] = 1;
                born.Count[process] = 1;
                Add(ref sink, NativeAct.Fork, process);
                break;
            case ProcessPhase.Running when (UserPage)state.Page[process] == UserPage.Mapped:
                sink.From(in state).Page[process] = (byte)UserPage.Unmapping;
                Add(ref sink, NativeAct.Munmap, process);
                break;
            case ProcessPhase.Running when (UserPage)state.Page[process] == UserPage.Unmapping:
                ref NativeState unmapped = ref sink.From(in state);
                FlushRange(ref unmapped, process);
                unmapped.Page[process] = (byte)UserPage.Freed;
                Add(ref sink, NativeAct.InvalidateRange, process);
                break;
        }
    }

    // open, start of DMA, close; and close by exit_files.
    private void UseFd<TSink>(in NativeState state, ref TSink sink, int process, int device)
        where TSink : struct, ISink<NativeState>, allows ref struct
    {
        int fd = At(process, device);
        var pc = (FdPc)state.Fd[fd];
        bool isFree = !IsInCall(in state, process);
        bool runs = state.Phase[process] == (byte)ProcessPhase.Running;
        if (runs && isFree && pc == FdPc.Closed)
        {
            sink.From(in state).Fd[fd] = (byte)FdPc.Opened;
            Add(ref sink, NativeAct.Open, process, device);
        }
        if (runs && pc == FdPc.Bound && (state.Programmed[fd] & DmaOn) == 0)
        {
            sink.From(in state).Programmed[fd] |= DmaOn;
            Add(ref sink, NativeAct.StartDma, process, device);
        }
        bool isLast = state.Phase[process] == (byte)ProcessPhase.MmPut;
        if ((runs || isLast) && isFree && pc is (FdPc.Bound or FdPc.Refused))
        {
            sink.From(in state).Fd[fd] = (byte)(pc == FdPc.Bound ? FdPc.Closing : FdPc.Closed);
            Add(ref sink, isLast ? NativeAct.ExitFiles : NativeAct.Close, process, device);
        }
    }

    // What a device does with the PASID that it is programmed with.
    private void UseDevice<TSink>(in NativeState state, ref TSink sink, int process, int device)
        where TSink : struct, ISink<NativeState>, allows ref struct
    {
        byte programmed = state.Programmed[At(process, device)];
        if ((programmed & DmaOn) == 0)
        {
            return;
        }
        int pasid = Named(programmed);
        int entry = Entry(device, pasid);
        NativeDma? outcome = Translate(in state, entry, pasid);
        if (outcome is { } met)
        {
            ref NativeState after = ref sink.From(in state);
            if (met is NativeDma.IoTlb or NativeDma.Walk)
            {
                after.IoTlb[pasid] = met == NativeDma.Walk ? state.Table[entry] : state.IoTlb[pasid];
                after.DevTlb[entry] = after.IoTlb[pasid];
            }
            Add(ref sink, NativeAct.Dma, process, device, (int)met);
        }
        if (state.Prq[entry] == 0 && outcome is (null or NativeDma.Discarded or NativeDma.Reported))
        {
            sink.From(in state).Prq[entry] = (byte)((process + 1) | (programmed & Old));
            Add(ref sink, NativeAct.RequestPage, process, device, pasid);
        }
    }

    // The device's TLB, then the PASID table, the IOTLB and the page tables; null where a page is not present and must be asked for.
    private static NativeDma? Translate(in NativeState state, int entry, int pasid)
    {
        byte pointer = state.Table[entry];
        if (state.DevTlb[entry] != 0)
        {
            return NativeDma.DevTlb;
        }
        if (!IsPresent(pointer))
        {
            return (pointer & NoFaults) != 0 ? NativeDma.Discarded : NativeDma.Reported;
        }
        int process = Named(pointer);
        return state.IoTlb[pasid] != 0 ? NativeDma.IoTlb
            : state.AreTablesFreed(process) ? NativeDma.WalkFreed
            : state.Page[process] == (byte)UserPage.Mapped ? NativeDma.Walk
            : null;
    }

    // The handler of page requests: whoever has the PASID now, and has mm_users, gets the page.
    private void Answer<TSink>(in NativeState state, ref TSink sink, int device, int pasid)
        where TSink : struct, ISink<NativeState>, allows ref struct
    {
        int entry = Entry(device, pasid);
        if (state.Prq[entry] == 0)
        {
            return;
        }
        int process = Bound(in state, device, pasid);
        bool isAlive = process >= 0 && state.Users[process] > 0;
        if (isAlive ? state.Page[process] == (byte)UserPage.Unmapping : !rules.AnswersTheDead)
        {
            return;
        }
        ref NativeState answered = ref sink.From(in state);
        answered.Prq[entry] = 0;
        if (isAlive)
        {
            answered.Page[process] = (byte)UserPage.Mapped;
        }
        Add(ref sink, NativeAct.Answer, isAlive ? 1 : 0, device, pasid);
    }

    // The process that is bound to a device by a PASID; -1 for none.
    private int Bound(in NativeState state, int device, int pasid)
    {
        for (int process = 0; process < _processes; process++)
        {
            int fd = At(process, device);
            if (state.IsBound(fd) && Named(state.Handle[fd]) == pasid)
            {
                return process;
            }
        }
        return -1;
    }

    // A process whose thread is in a call of some device's driver; while it ends, file descriptors are closed one after the other.
    private bool IsInCall(in NativeState state, int process) =>
        Busy(in state, process, FdPc.Opened, FdPc.HasPasid) || Busy(in state, process, FdPc.Closing, FdPc.Unstopped);

    private bool Busy(in NativeState state, int process, FdPc from, FdPc to)
    {
        for (int device = 0; device < _devices; device++)
        {
            byte pc = state.Fd[At(process, device)];
            if (pc >= (byte)from && pc <= (byte)to)
            {
                return true;
            }
        }
        return false;
    }

    private static void Add<TSink>(ref TSink sink, NativeAct act, int process, int device = 0, int more = 0)
        where TSink : struct, ISink<NativeState>, allows ref struct => sink.Add(new Step((ushort)act, (short)process, (short)device, (short)more));
}
