// What claims about native SVA ask of states and steps.

using Verify.Model.Ioasid.Native;
using Verify.Transitions;
using static Verify.Model.Ioasid.Native.NativeState;

namespace Verify.Properties.Ioasid;

/// <summary>Looks into the states of a model. What says what is wrong is empty where nothing is.</summary>
/// <param name="model">The model.</param>
internal sealed class NativeLook(NativeModel model)
{
    /// <summary>What must be reached.</summary>
    public static readonly string[] Goals =
    [
        "a device is unbound while its process runs", "DMA is on after the release callback", "a device is bound", "no PASID is free", "the TLB of a device translates DMA",
        "a process gets a PASID after another's end", "DMA is translated by page tables", "DMA is discarded", "a page request succeeds", "a page request is INVALID",
        "a PASID is given back", "an munmap finds its page cached", "a lazy user is the last to drop an mm",
    ];

    private readonly int _processes = model.Processes;
    private readonly int _devices = model.Devices;
    private readonly int _pasids = model.Pasids;

    /// <summary>The PASID that a step gives back; -1 for none.</summary>
    public int Freed(in NativeState before, in NativeState after)
    {
        for (int pasid = 0; pasid < _pasids; pasid++)
        {
            if (before.Refs[pasid] != 0 && after.Refs[pasid] == 0)
            {
                return pasid;
            }
        }
        return -1;
    }

    public bool IsTeardownOfRunning(in NativeState before, Step step, in NativeState after) =>
        step.Kind == (ushort)NativeAct.TearDown
            ? !before.IsExiting(step.A)
            : Freed(in before, in after) is var pasid and >= 0 && !before.IsExiting(before.Owner[pasid] - 1);

    public bool IsInOrder(in NativeState before, Step step, in NativeState after) => OutOfOrder(in before, step, in after) == "";

    public string OutOfOrder(in NativeState before, Step step, in NativeState after)
    {
        if (step.Kind == (ushort)NativeAct.TearDown)
        {
            return (before.Programmed[At(step.A, step.B)] & DmaOn) != 0 ? $"process {step.A} still does DMA with device {step.B}" : "";
        }
        int pasid = Freed(in before, in after);
        for (int device = 0; device < _devices; device++)
        {
            int entry = Entry(device, pasid);
            if (IsPresent(before.Table[entry]) || before.DevTlb[entry] != 0 || before.IoTlb[pasid] != 0)
            {
                return $"PASID {pasid + 1} is free, and {(IsPresent(before.Table[entry]) ? "its table entry" : "a translation")} is there still";
            }
        }
        return "";
    }

    public bool IsSomethingSetUp(in NativeState state) => Any(in state, (in s, entry) => IsPresent(s.Table[entry]));

    public string EntryToFreed(in NativeState state)
    {
        int found = Find(in state, (in s, entry) => IsPresent(s.Table[entry]) && s.AreTablesFreed(Named(s.Table[entry])));
        return found < 0 ? "" : $"the PASID table entry {Place(found)} points to freed page tables of mm{Named(state.Table[found])}";
    }

    public bool IsAfterRelease(in NativeState before, Step step)
    {
        int process = (NativeAct)step.Kind switch
        {
            NativeAct.Dma => step.A,
            NativeAct.Answer => Named(before.Prq[Entry(step.B, step.C)]),
            _ => -1,
        };
        return process >= 0 && before.Phase[process] >= (byte)ProcessPhase.Released && (before.Programmed[At(process, step.B)] & DmaOn) != 0;
    }

    public bool IsDiscarded(Step step) =>
        step.Kind == (ushort)NativeAct.Dma ? step.C == (short)NativeDma.Discarded : step.A == 0;

    public string NotDiscarded(Step step) => step.Kind != (ushort)NativeAct.Dma
        ? "a page request of a process whose mm is gone succeeds"
        : $"DMA of a process whose mm is gone {((NativeDma)step.C == NativeDma.Reported ? "faults, and that is reported" : "does not fault")}";

    /// <summary>A file descriptor of a process that has ended, not unbound yet or with a device that is programmed; -1 for none.</summary>
    public int Ended(in NativeState state) => EndedFd(in state, isOld: false);

    /// <summary>What is wrong with those: their PASIDs are given back.</summary>
    public string FreedTooEarly(in NativeState state)
    {
        int fd = EndedFd(in state, isOld: true);
        if (fd < 0)
        {
            return "";
        }
        int device = fd % NativeModel.MostDevices;
        byte programmed = state.Programmed[fd];
        return programmed != 0
            ? $"PASID {Named(programmed) + 1} is given back, and device {device} is programmed with it, DMA {((programmed & DmaOn) != 0 ? "on" : "off")}"
            : $"PASID {Named(state.Handle[fd]) + 1} is given back, and device {device} is not unbound";
    }

    public bool IsSomethingCached(in NativeState state) => Any(in state, (in s, entry) => s.DevTlb[entry] != 0 || s.IoTlb[entry % NativeModel.MostPasids] != 0);

    public string CachedOfFreed(in NativeState state)
    {
        int found = Find(in state, (in s, entry) => IsFreed(in s, s.DevTlb[entry]) || IsFreed(in s, s.IoTlb[entry % NativeModel.MostPasids]));
        return found < 0 ? "" : IsFreed(in state, state.DevTlb[found])
            ? $"the TLB of device {found / NativeModel.MostPasids} holds a freed page of mm{Named(state.DevTlb[found])}"
            : $"the IOTLB holds a freed page of mm{Named(state.IoTlb[found % NativeModel.MostPasids])}";
    }

    public bool IsUse(Step step) => step.Kind == (ushort)NativeAct.Dma && step.C <= (short)NativeDma.WalkFreed;

    public string UseOfFreed(in NativeState before, Step step)
    {
        int pasid = Named(before.Programmed[At(step.A, step.B)]);
        byte used = (NativeDma)step.C switch
        {
            NativeDma.DevTlb => before.DevTlb[Entry(step.B, pasid)],
            NativeDma.IoTlb => before.IoTlb[pasid],
            _ => 0,
        };
        return (NativeDma)step.C == NativeDma.WalkFreed ? $"DMA of process {step.A} is translated by freed page tables"
            : IsFreed(in before, used) ? $"DMA of process {step.A} reaches a freed page of mm{Named(used)}"
            : "";
    }

    public bool IsEndOfUse(in NativeState before, Step step, in NativeState after) =>
        (step.Kind == (ushort)NativeAct.FinishUnbind && before.Handle[At(step.A, step.B)] < Old) || Freed(in before, in after) >= 0;

    /// <summary>What waits in the PRQ for a PASID that is given back, or is unbound from a device.</summary>
    public string Waiting(in NativeState before, Step step, in NativeState after)
    {
        int freed = Freed(in before, in after);
        if (freed < 0)
        {
            int unbound = Named(before.Handle[At(step.A, step.B)]);
            return before.Prq[Entry(step.B, unbound)] == 0 ? "" : $"PASID {unbound + 1} is unbound from device {step.B}, of which a page request waits";
        }
        return Waiting(in before, freed);
    }

    private string Waiting(in NativeState before, int pasid)
    {
        for (int device = 0; device < _devices; device++)
        {
            if (before.Prq[Entry(device, pasid)] != 0)
            {
                return $"PASID {pasid + 1} is free, and a page request of device {device} waits";
            }
        }
        return "";
    }

    public bool IsSomethingAllocated(in NativeState state)
    {
        bool isAllocated = false;
        for (int pasid = 0; pasid < _pasids; pasid++)
        {
            isAllocated |= state.Refs[pasid] != 0;
        }
        return isAllocated;
    }

    public string Crossing(in NativeState state)
    {
        for (int pasid = 0; pasid < _pasids; pasid++)
        {
            string left = state.Refs[pasid] == 0 ? "" : Left(in state, pasid);
            if (left.Length > 0)
            {
                return $"PASID {pasid + 1} is mm{state.Owner[pasid] - 1}'s, and {left} of its previous life is left";
            }
        }
        return "";
    }

    public byte EntryOf(in NativeState before, Step step) => before.Table[Entry(step.B, step.C)];

    public bool IsOwnEntry(in NativeState before, Step step) =>
        Named(EntryOf(in before, step)) == step.A && (before.Handle[At(step.A, step.B)] < Old || EntryOf(in before, step) >= Old);

    public string ForeignEntry(in NativeState before, Step step) =>
        $"the unbind of process {step.A} meets the entry of mm{Named(EntryOf(in before, step))} for PASID {step.C + 1} on device {step.B}";

    public string Miscounted(in NativeState state)
    {
        for (int pasid = 0; pasid < _pasids; pasid++)
        {
            int holders = 0;
            for (int process = 0; process < _processes; process++)
            {
                holders += model.Rules.Frees != PasidFree.AtUnbind && state.Pasid[process] == pasid + 1 ? 1 : 0;
                for (int device = 0; device < _devices; device++)
                {
                    byte handle = state.Handle[At(process, device)];
                    holders += model.Rules.Frees == PasidFree.AtUnbind && handle is not 0 and < Old && Named(handle) == pasid ? 1 : 0;
                }
            }
            if (state.Refs[pasid] != holders)
            {
                return $"PASID {pasid + 1} has {state.Refs[pasid]} references and {holders} holders";
            }
        }
        return "";
    }

    /// <summary>A process of which an unbind is under way; -1 for none.</summary>
    public int Unbinding(in NativeState state) => UnbindingOf(in state, isOrphan: false);

    /// <summary>Such a one whose mm is freed.</summary>
    public int Orphan(in NativeState state) => UnbindingOf(in state, isOrphan: true);

    public string Silenced(in NativeState state)
    {
        for (int device = 0; device < _devices; device++)
        {
            for (int pasid = 0; pasid < _pasids; pasid++)
            {
                byte entry = state.Table[Entry(device, pasid)];
                bool isBound = false;
                for (int process = 0; process < _processes; process++)
                {
                    isBound |= Named(state.Handle[At(process, device)]) == pasid;
                }
                if ((entry & NoFaults) != 0 && !isBound)
                {
                    return $"nobody is bound to device {device} by PASID {pasid + 1}, and its faults are suppressed";
                }
            }
        }
        return "";
    }

    public bool HasPasidOfExiting(in NativeState state)
    {
        bool isMissing = false;
        for (int pasid = 0; pasid < _pasids; pasid++)
        {
            isMissing |= state.Refs[pasid] != 0 && state.IsExiting(state.Owner[pasid] - 1);
        }
        return isMissing;
    }

    public bool HasMmOfExiting(in NativeState state) => HeldCount(in state) > 0;

    public int HeldCount(in NativeState state)
    {
        int held = 0;
        for (int process = 0; process < _processes; process++)
        {
            held = Math.Max(held, state.IsExiting(process) ? state.Count[process] : 0);
        }
        return held;
    }

    public string Counts(in NativeState state)
    {
        string counts = "";
        for (int pasid = 0; pasid < _pasids; pasid++)
        {
            counts += (pasid == 0 ? "" : ", ") + state.Refs[pasid];
        }
        return counts;
    }

    public ulong Met(in NativeState state)
    {
        ulong met = 0;
        for (int process = 0; process < _processes; process++)
        {
            for (int device = 0; device < _devices; device++)
            {
                met |= (state.Programmed[At(process, device)] & DmaOn) != 0 && state.Phase[process] >= (byte)ProcessPhase.Released ? 1UL << 1 : 0;
            }
        }
        return met;
    }

    public ulong Taken(in NativeState before, Step step, in NativeState after)
    {
        ulong given = Freed(in before, in after) >= 0 ? 1UL << 10 : 0;
        return given | ((NativeAct)step.Kind switch
        {
            NativeAct.FinishUnbind when !before.IsExiting(step.A) => 1UL << 0,
            NativeAct.SetUp => 1UL << 2,
            NativeAct.RefuseFull => 1UL << 3,
            NativeAct.Alloc when AnyGone(in before) => 1UL << 5,
            NativeAct.Dma => (NativeDma)step.C switch
            {
                NativeDma.Walk => 1UL << 6,
                NativeDma.Discarded => 1UL << 7,
                NativeDma.DevTlb => 1UL << 4,
                _ => 0,
            },
            NativeAct.Answer => step.A == 1 ? 1UL << 8 : 1UL << 9,
            NativeAct.InvalidateRange when IsSomethingCached(in before) => 1UL << 11,
            NativeAct.LazyDrop when after.Count[step.A] == 0 => 1UL << 12,
            _ => 0,
        });
    }

    private delegate bool EntryPredicate(in NativeState state, int entry);

    private bool Any(in NativeState state, EntryPredicate asked) => Find(in state, asked) >= 0;

    private int Find(in NativeState state, EntryPredicate asked)
    {
        for (int device = 0; device < _devices; device++)
        {
            for (int pasid = 0; pasid < _pasids; pasid++)
            {
                if (asked(in state, Entry(device, pasid)))
                {
                    return Entry(device, pasid);
                }
            }
        }
        return -1;
    }

    private static string Place(int entry) => $"of device {entry / NativeModel.MostPasids} for PASID {(entry % NativeModel.MostPasids) + 1}";

    private static bool IsFreed(in NativeState state, byte cached) => cached != 0 && state.IsPageFreed(Named(cached));

    private string Left(in NativeState state, int pasid)
    {
        for (int process = 0; process < _processes; process++)
        {
            for (int device = 0; device < _devices; device++)
            {
                byte programmed = state.Programmed[At(process, device)];
                if (programmed >= Old && Named(programmed) == pasid)
                {
                    return $"the programming of device {device}";
                }
            }
        }
        int found = Find(in state, (in s, entry) => entry % NativeModel.MostPasids == pasid
            && ((s.Table[entry] >= Old && IsPresent(s.Table[entry])) || s.DevTlb[entry] >= Old || s.Prq[entry] >= Old));
        return found < 0 ? (state.IoTlb[pasid] >= Old ? "an entry of the IOTLB" : "")
            : state.Prq[found] >= Old ? "a page request" : state.DevTlb[found] >= Old ? "an entry of the TLB of a device" : "a PASID table entry";
    }

    private int EndedFd(in NativeState state, bool isOld)
    {
        for (int process = 0; process < _processes; process++)
        {
            for (int device = 0; device < _devices && state.IsExiting(process); device++)
            {
                int fd = At(process, device);
                bool isUsed = state.Programmed[fd] != 0 || (state.Handle[fd] != 0 && state.Fd[fd] < (byte)FdPc.Drained);
                if (isUsed && (!isOld || state.Programmed[fd] >= Old || state.Handle[fd] >= Old))
                {
                    return fd;
                }
            }
        }
        return -1;
    }

    private int UnbindingOf(in NativeState state, bool isOrphan)
    {
        for (int process = 0; process < _processes; process++)
        {
            for (int device = 0; device < _devices; device++)
            {
                if ((FdPc)state.Fd[At(process, device)] is >= FdPc.Unbinding and <= FdPc.Dropped && (!isOrphan || state.Count[process] == 0))
                {
                    return process;
                }
            }
        }
        return -1;
    }

    private bool AnyGone(in NativeState state)
    {
        bool isGone = false;
        for (int process = 0; process < _processes; process++)
        {
            isGone |= state.Phase[process] == (byte)ProcessPhase.MmPut;
        }
        return isGone;
    }
}
