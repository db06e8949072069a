// What claims about native SVA ask of states and steps.

using Verify.Model.Ioasid.Native;
using Verify.Transitions;
using static Verify.Model.Ioasid.Native.NativeState;

namespace Verify.Properties.Ioasid;

/// <summary>Looks into the states of a model. What says what is wrong is empty where nothing is.</summary>
/// <param name="model">The model.</param>
internal sealed partial class NativeLook(NativeModel model)
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

    /// <summary>Whether a step tears an entry down, or gives a PASID back, of a process that runs.</summary>
    public bool IsTeardownOfRunning(in NativeState before, Step step, in NativeState after) =>
        step.Kind == (ushort)NativeAct.TearDown
            ? !before.IsExiting(step.A)
            : Freed(in before, in after) is var pasid and >= 0 && !before.IsExiting(before.Owner[pasid] - 1);

    /// <summary>Whether that comes in the order of the document.</summary>
    public bool IsInOrder(in NativeState before, Step step, in NativeState after) => OutOfOrder(in before, step, in after) == "";

    /// <summary>What is not done yet that should be.</summary>
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

    /// <summary>Whether a PASID table entry is present.</summary>
    public bool IsSomethingSetUp(in NativeState state) => Any(in state, (in s, entry) => IsPresent(s.Table[entry]));

    /// <summary>The entry that points to freed page tables.</summary>
    public string EntryToFreed(in NativeState state)
    {
        int found = Find(in state, (in s, entry) => IsPresent(s.Table[entry]) && s.AreTablesFreed(Named(s.Table[entry])));
        return found < 0 ? "" : $"the PASID table entry {Place(found)} points to freed page tables of mm{Named(state.Table[found])}";
    }

    /// <summary>Whether a step is DMA, or an answer to a page request, of a process that is released and whose DMA is on.</summary>
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

    /// <summary>Whether that comes to nothing, in silence.</summary>
    public bool IsDiscarded(Step step) =>
        step.Kind == (ushort)NativeAct.Dma ? step.C == (short)NativeDma.Discarded : step.A == 0;

    /// <summary>What comes of it instead.</summary>
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

    /// <summary>Whether a TLB holds something.</summary>
    public bool IsSomethingCached(in NativeState state) => Any(in state, (in s, entry) => s.DevTlb[entry] != 0 || s.IoTlb[entry % NativeModel.MostPasids] != 0);

    /// <summary>The TLB that holds a freed page.</summary>
    public string CachedOfFreed(in NativeState state)
    {
        int found = Find(in state, (in s, entry) => IsFreed(in s, s.DevTlb[entry]) || IsFreed(in s, s.IoTlb[entry % NativeModel.MostPasids]));
        return found < 0 ? "" : IsFreed(in state, state.DevTlb[found])
            ? $"the TLB of device {found / NativeModel.MostPasids} holds a freed page of mm{Named(state.DevTlb[found])}"
            : $"the IOTLB holds a freed page of mm{Named(state.IoTlb[found % NativeModel.MostPasids])}";
    }

    /// <summary>Whether a step is DMA that is translated.</summary>
    public bool IsUse(Step step) => step.Kind == (ushort)NativeAct.Dma && step.C <= (short)NativeDma.WalkFreed;

    /// <summary>What is freed, of what it uses.</summary>
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

    /// <summary>Whether a step is the end of an unbind, or gives a PASID back.</summary>
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

    /// <summary>Whether a PASID is allocated.</summary>
    public bool IsSomethingAllocated(in NativeState state)
    {
        bool isAllocated = false;
        for (int pasid = 0; pasid < _pasids; pasid++)
        {
            isAllocated |= state.Refs[pasid] != 0;
        }
        return isAllocated;
    }

    /// <summary>What is left of a previous life.</summary>
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

    /// <summary>The PASID table entry that a teardown meets.</summary>
    public byte EntryOf(in NativeState before, Step step) => before.Table[Entry(step.B, step.C)];

    /// <summary>Whether that is of the same process, and the same life.</summary>
    public bool IsOwnEntry(in NativeState before, Step step) =>
        Named(EntryOf(in before, step)) == step.A && (before.Handle[At(step.A, step.B)] < Old || EntryOf(in before, step) >= Old);

    /// <summary>Whose it is.</summary>
    public string ForeignEntry(in NativeState before, Step step) =>
        $"the unbind of process {step.A} meets the entry of mm{Named(EntryOf(in before, step))} for PASID {step.C + 1} on device {step.B}";

    /// <summary>The PASID whose references are not its holders.</summary>
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

    /// <summary>The entry that is silent though nobody is bound by it.</summary>
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

    /// <summary>Whether a process that exits has a PASID.</summary>
    public bool HasPasidOfExiting(in NativeState state)
    {
        bool isMissing = false;
        for (int pasid = 0; pasid < _pasids; pasid++)
        {
            isMissing |= state.Refs[pasid] != 0 && state.IsExiting(state.Owner[pasid] - 1);
        }
        return isMissing;
    }

    /// <summary>Whether the mm of a process that exits is there.</summary>
    public bool HasMmOfExiting(in NativeState state) => HeldCount(in state) > 0;

    /// <summary>The largest mm_count of processes that exit.</summary>
    public int HeldCount(in NativeState state)
    {
        int held = 0;
        for (int process = 0; process < _processes; process++)
        {
            held = Math.Max(held, state.IsExiting(process) ? state.Count[process] : 0);
        }
        return held;
    }

    /// <summary>The references of all PASIDs.</summary>
    public string Counts(in NativeState state)
    {
        string counts = "";
        for (int pasid = 0; pasid < _pasids; pasid++)
        {
            counts += (pasid == 0 ? "" : ", ") + state.Refs[pasid];
        }
        return counts;
    }

    /// <summary>The goals that a state meets.</summary>
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

    /// <summary>The goals that a step meets.</summary>
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
}
