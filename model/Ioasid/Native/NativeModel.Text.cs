// Native SVA in words.

using System.Globalization;
using Verify.Transitions;
using static Verify.Model.Ioasid.Native.NativeState;

namespace Verify.Model.Ioasid.Native;

/// <content>How states and steps read, and why a step is not enabled.</content>
public readonly partial struct NativeModel : IGuardedSystem<NativeState>
{
    private static readonly string[] _names =
    [
        "fork", "open", "start DMA", "munmap", "close", "exit", "exit_files", "sva_bind_device", "stop DMA", "sva_unbind_device", "ioasid_alloc", "ioasid_get", "use mm->pasid",
        "ioasid_alloc fails", "refuse mm->pasid", "set up PASID entry", "tear down PASID entry", "drain PRQ", "drop mm", "finish unbind", "answer page request",
        "release callback", "notifier is put", "munmap invalidate_range", "exit_mmap invalidate_range", "free_pgtables", "mmput ends", "mmdrop", "DMA", "page request",
    ];

    private static readonly string[] _outcomes =
        ["devTLB hit", "IOTLB hit", "page tables", "freed page tables", "fault, discarded", "fault, reported"];

    /// <inheritdoc/>
    public void Describe(in NativeState state, IStateText text)
    {
        (int processes, int devices) = (0, 0);
        for (int process = 0; process < _processes; process++)
        {
            processes += state.Phase[process] != (byte)ProcessPhase.Absent ? 1 : 0;
        }
        for (int device = 0; device < _devices; device++)
        {
            devices += 1 - state.Absent[device];
        }
        text.Field("machine", $"{processes} {(processes == 1 ? "process" : "processes")}, {devices} {(devices == 1 ? "device" : "devices")}");
        for (int process = 0; process < _processes; process++)
        {
            Describe(in state, text, process);
        }
        for (int pasid = 0; pasid < pasids; pasid++)
        {
            text.Field($"refs[{pasid + 1}]", $"{state.Refs[pasid]}");
            text.Field($"owner[{pasid + 1}]", state.Owner[pasid] == 0 ? "none" : $"mm{state.Owner[pasid] - 1}");
            text.Field($"IOTLB[{pasid + 1}]", Cell("mm", state.IoTlb[pasid], 0));
        }
        for (int device = 0; device < _devices; device++)
        {
            if (state.Absent[device] != 0)
            {
                text.Field($"device{device}", "absent");
                continue;
            }
            for (int pasid = 0; pasid < pasids; pasid++)
            {
                int entry = Entry(device, pasid);
                text.Field($"PASID entry[{device}][{pasid + 1}]", (state.Table[entry] & NoFaults) != 0
                    ? Past($"torn down of mm{Named(state.Table[entry])}, faults off", state.Table[entry])
                    : Cell("mm", state.Table[entry], 0));
                text.Field($"devTLB[{device}][{pasid + 1}]", Cell("mm", state.DevTlb[entry], 0));
                text.Field($"PRQ[{device}][{pasid + 1}]", Cell("request of process", state.Prq[entry], 0));
            }
        }
    }

    /// <inheritdoc/>
    public ActionText Say(in NativeState before, Step step)
    {
        var act = (NativeAct)step.Kind;
        string name = _names[step.Kind];
        (string, string) process = ("process", $"{step.A}");
        (string, string) device = ("device", $"{step.B}");
        (string, string) pasid = ("pasid", $"{step.C + 1}");
        return act switch
        {
            NativeAct.Answer => new("IOMMU", name, device, pasid, ("response", step.A == 1 ? "SUCCESS" : "INVALID")),
            NativeAct.Alloc => new("IOMMU", name, process, device, pasid, ("result", "0")),
            NativeAct.RefuseFull => new("IOMMU", "ioasid_alloc", process, device, ("result", "-ENOSPC")),
            NativeAct.Share => new("IOMMU", name, process, device, pasid, ("result", "0")),
            NativeAct.RefuseRange => new("IOMMU", "use mm->pasid", process, device, pasid, ("result", "-EOVERFLOW")),
            NativeAct.Get or NativeAct.SetUp or NativeAct.TearDown or NativeAct.Drain => new("IOMMU", name, process, device, pasid),
            NativeAct.Dma => new($"device{step.B}", name, process, ("pasid", $"{Named(before.Programmed[At(step.A, step.B)]) + 1}"), ("result", _outcomes[step.C])),
            NativeAct.RequestPage => new($"device{step.B}", name, process, pasid),
            NativeAct.Release or NativeAct.PutNotifier => new("IOMMU", name, process),
            _ => LaneOf(act) switch
            {
                Lane.Process => act is NativeAct.Fork or NativeAct.Exit or NativeAct.Munmap ? new($"process{step.A}", name) : new($"process{step.A}", name, device),
                Lane.Driver => new("driver", name, process, device),
                Lane.Mm => new("mm", name, process),
                _ => new("IOMMU", name, process, device),
            },
        };
    }

    /// <inheritdoc/>
    public string? WhyNot(in NativeState state, string lane, string action, IReadOnlyDictionary<string, string> arguments)
    {
        int process = Index(lane, "process", arguments, _processes) ?? OnlyProcess(in state);
        if (WhyNotHere(action) is { } never)
        {
            return never;
        }
        if (action == "answer page request")
        {
            return WhyNoAnswer(in state);
        }
        if (arguments.TryGetValue("device", out string? named) && Index("", "device", arguments, _devices) == null)
        {
            return $"this machine has no device {named}";
        }
        if (process < 0)
        {
            return null;
        }
        if (state.Phase[process] == (byte)ProcessPhase.Absent)
        {
            return $"this machine has no process {process}";
        }
        int device = Index(lane, "device", arguments, _devices) ?? InUse(in state, process);
        if (state.Absent[device] != 0)
        {
            return $"this machine has no device {device}";
        }
        int fd = At(process, device);
        string ended = $"process{process} is {PhaseText(state.Phase[process])}";
        return action switch
        {
            "notifier is put" => $"no notifier of mm{process} waits to be gone",
            "mmdrop" when state.Lazy[process] == 0 && state.IsExiting(process) => $"no lazy user has mm{process}",
            "exit" or "open" when IsInCall(in state, process) => $"process{process} is in a call of a driver",
            "DMA" or "page request" when (state.Programmed[fd] & DmaOn) == 0 => $"DMA of process{process} with device{device} is off",
            "DMA" => "the page is not present, and must be asked for",
            "page request" when state.Prq[Entry(device, Named(state.Programmed[fd]))] != 0 => "a page request waits already",
            "drain PRQ" when state.Fd[fd] == (byte)FdPc.TornDown => "a page request waits to be answered",
            "drain PRQ" or "finish unbind" when rules.Late == LateUnbind.Nothing && state.IsExiting(process) =>
                "in this variant unbind has nothing to do for an entry that the release callback has torn down",
            "drain PRQ" when rules.Late == LateUnbind.SkipsDrain && state.IsExiting(process) =>
                "in this variant unbind does not drain for an entry that the release callback has torn down",
            _ => _ofMm.Contains(action) ? ended : $"{ended}, its fd of device{device} {FdText(state.Fd[fd])}",
        };
    }

    // What concerns no device.
    private static readonly string[] _ofMm =
        ["fork", "exit", "munmap", "release callback", "free_pgtables", "mmput ends", "mmdrop", "munmap invalidate_range", "exit_mmap invalidate_range"];

    // What this variant never does.
    private string? WhyNotHere(string action) => action switch
    {
        "notifier is put" when !rules.PutsNotifierLater => "in this variant nothing waits for a notifier: unbind gives back at once what it holds",
        "ioasid_get" when rules.Frees != PasidFree.AtUnbind => "in this variant binds have no references of their own",
        "use mm->pasid" when rules.Frees == PasidFree.AtUnbind => "in this variant each bind has a reference of its own, by ioasid_get",
        "drain PRQ" when !rules.DrainsAtUnbind => "in this variant unbind drains nothing",
        "drop mm" when rules.DropsMmLast => "in this variant unbind drops the mm last, when it is finished",
        _ => null,
    };

    private string WhyNoAnswer(in NativeState state)
    {
        (bool isWaiting, bool isLocked) = (false, false);
        for (int process = 0; process < _processes; process++)
        {
            isLocked |= state.Page[process] == (byte)UserPage.Unmapping;
        }
        for (int entry = 0; entry < MostDevices * MostPasids; entry++)
        {
            isWaiting |= state.Prq[entry] != 0;
        }
        return !isWaiting ? "no page request waits"
            : isLocked ? "an munmap is under way"
            : "in this variant page requests whose mm is gone get no answer";
    }

    private static int? Index(string lane, string what, IReadOnlyDictionary<string, string> arguments, int below)
    {
        string given = arguments.GetValueOrDefault(what, lane.StartsWith(what, StringComparison.Ordinal) ? lane[what.Length..] : "");
        return int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < below ? index : null;
    }

    // Of a machine with one process that one is meant.
    private int OnlyProcess(in NativeState state)
    {
        int only = -1;
        for (int process = 0; process < _processes; process++)
        {
            only = state.Phase[process] == (byte)ProcessPhase.Absent ? only : only == -1 ? process : -2;
        }
        return only;
    }

    private int InUse(in NativeState state, int process)
    {
        int used = 0;
        for (int device = _devices - 1; device >= 0; device--)
        {
            used = state.Fd[At(process, device)] != (byte)FdPc.Closed ? device : used;
        }
        return state.Fd[At(process, used)] == (byte)FdPc.Closed && state.Absent[used] != 0 ? 1 - used : used;
    }

    private void Describe(in NativeState state, IStateText text, int process)
    {
        if (state.Phase[process] == (byte)ProcessPhase.Absent)
        {
            text.Field($"process{process}", "absent");
            return;
        }
        text.Field($"process{process}", PhaseText(state.Phase[process]));
        text.Field($"mm_users[{process}]", $"{state.Users[process]}");
        text.Field($"mm_count[{process}]", $"{state.Count[process]}{(state.Lazy[process] != 0 ? ", one lazy" : "")}{(state.Hold[process] != 0 ? ", one of the notifier" : "")}");
        text.Field($"mm->pasid[{process}]", state.Pasid[process] == 0 ? "none" : $"{state.Pasid[process]}");
        text.Field($"page[{process}]", (UserPage)state.Page[process] switch { UserPage.Freed => "none", UserPage.Mapped => "mapped", _ => "PTE cleared" });
        if (rules.PutsNotifierLater)
        {
            text.Field($"notifier[{process}]", state.Putting[process] == 0 ? "-" : "put, not gone");
        }
        for (int device = 0; device < _devices; device++)
        {
            int fd = At(process, device);
            if (state.Absent[device] == 0)
            {
                text.Field($"fd[{process}][{device}]", FdText(state.Fd[fd]) + (state.Handle[fd] == 0 ? "" : $", PASID {Cell("", state.Handle[fd], 1)}"));
                text.Field($"device{device} of process{process}", state.Programmed[fd] == 0 ? "no PASID"
                    : Past($"PASID {Named(state.Programmed[fd]) + 1}, DMA {((state.Programmed[fd] & DmaOn) != 0 ? "on" : "off")}", state.Programmed[fd]));
            }
        }
    }

    private static string Cell(string what, byte cell, int from) => cell == 0 ? "none" : Past($"{what}{(what.Contains(' ') ? " " : "")}{Named(cell) + from}", cell);

    private static string Past(string text, byte cell) => (cell & Old) == 0 ? text : $"{text} (a previous life of the PASID)";

    private static string PhaseText(byte phase) => (ProcessPhase)phase switch
    {
        ProcessPhase.Absent => "absent",
        ProcessPhase.Unborn => "not begun",
        ProcessPhase.Running => "running",
        ProcessPhase.Exiting => "in exit_mmap",
        ProcessPhase.Invalidated => "in exit_mmap, ranges invalidated",
        ProcessPhase.Released => "in exit_mmap, notifier released",
        ProcessPhase.TablesFreed => "in exit_mmap, page tables freed",
        _ => "past mmput",
    };

    private static string FdText(byte pc) => (FdPc)pc switch
    {
        FdPc.Closed => "closed",
        FdPc.Opened => "open",
        FdPc.Binding => "open, binding",
        FdPc.HasPasid => "open, binding with a PASID",
        FdPc.Bound => "open, bound",
        FdPc.Refused => "open, bind failed",
        FdPc.Closing => "closing",
        FdPc.Stopped => "closing, DMA stopped",
        FdPc.Unbinding => "closing, unbinding",
        FdPc.TornDown => "closing, entry torn down",
        FdPc.Drained => "closing, unbind nearly done",
        FdPc.Dropped => "closing, mm dropped",
        _ => "closing, unbound",
    };

    private static Lane LaneOf(NativeAct act) => act switch
    {
        NativeAct.Fork or NativeAct.Open or NativeAct.StartDma or NativeAct.Munmap or NativeAct.Close or NativeAct.Exit or NativeAct.ExitFiles => Lane.Process,
        NativeAct.Bind or NativeAct.StopDma or NativeAct.Unbind => Lane.Driver,
        NativeAct.InvalidateRange or NativeAct.ExitInvalidate or NativeAct.FreeTables or NativeAct.Mmput or NativeAct.LazyDrop => Lane.Mm,
        NativeAct.Dma or NativeAct.RequestPage => Lane.Device,
        _ => Lane.Iommu,
    };
}
