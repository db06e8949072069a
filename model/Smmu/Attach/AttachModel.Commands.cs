// Writes of entries, batch by batch, and the commands behind them.

using Verify.Transitions;
using static Verify.Smmu.Attach.AttachState;

namespace Verify.Smmu.Attach;

public readonly partial struct AttachModel
{
    private const int WholeDevice = (1 << MostSsids) - 1;

    /// <summary>In the argument of TLBI: guests' stage 1 stays.</summary>
    internal const byte WithoutGuests = 0x80;

    private static bool IsWrite(Stage stage) => stage >= Stage.WriteCd;

    private static bool IsSte(Stage stage) => stage is Stage.InstallSte or Stage.UpdateSte;

    // Starts a stage that writes; false if there is nothing to write.
    private bool BeginWrites(ref AttachState state, int cpu, Stage stage)
    {
        ref var busy = ref state.Cpus[cpu];
        busy.Stream = 0;
        if (stage == Stage.ReleaseCds)
        {
            busy.Snapshot = state.Domains[busy.New - Paging].List;
        }

        return BeginWrite(ref state, cpu, stage);
    }

    // Starts the write of the next entry of a stage that has anything to change; false after the last one.
    private bool BeginWrite(ref AttachState state, int cpu, Stage stage)
    {
        ref var busy = ref state.Cpus[cpu];
        if (stage == Stage.ReleaseCds)
        {
            return LookForCds(ref state, cpu);
        }

        do
        {
            if (Target(in state, in busy, stage) is >= 0 and var target)
            {
                (busy.From, busy.To, busy.Batch) = (InMemory(in state, in busy, stage), (byte)target, 0);
                if (PlanOf(in busy, stage).Length > 0)
                {
                    return true;
                }
            }
        }
        while (NextEntry(ref state, cpu, stage));
        (busy.From, busy.To, busy.Batch) = (0, 0, 0);
        return false;
    }

    // Which CDs of those on the list have to be released; which of them is next is left open, as the list may have any order.
    private bool LookForCds(ref AttachState state, int cpu)
    {
        ref var busy = ref state.Cpus[cpu];
        for (var at = 0; at < MostDevices * MostSsids; at++)
        {
            if ((busy.Snapshot >> at & 1) != 0 && !Choose(in state, ref busy, at))
            {
                busy.Snapshot &= (byte)~(1 << at);
            }
        }

        Forget(ref busy);
        return busy.Snapshot != 0;
    }

    // Turns to the CD of a device's SSID; false if there is nothing to change.
    private bool Choose(in AttachState state, ref Cpu busy, int at)
    {
        (busy.Device, busy.Ssid) = ((byte)(at / MostSsids), (byte)(at % MostSsids));
        var target = Target(in state, in busy, Stage.ReleaseCds);
        (busy.From, busy.To) = (InMemory(in state, in busy, Stage.ReleaseCds), (byte)Math.Max(0, target));
        return target >= 0 && PlanOf(in busy, Stage.ReleaseCds).Length > 0;
    }

    private static void Forget(ref Cpu busy) => (busy.Device, busy.Ssid, busy.From, busy.To, busy.Batch) = (0, 0, 0, 0, 0);

    // Whether the stage has a further entry to look at.
    private bool NextEntry(ref AttachState state, int cpu, Stage stage)
    {
        ref var busy = ref state.Cpus[cpu];
        if (stage == Stage.ReleaseCds)
        {
            busy.Snapshot &= (byte)~Member(busy.Device, busy.Ssid, false);
            Forget(ref busy);
            return busy.Snapshot != 0;
        }

        var more = IsSte(stage) && busy.Stream + 1 < state.Listed(busy.Device) && rules.InstallsEveryStream;
        busy.Stream = (byte)(more ? busy.Stream + 1 : 0);
        return more;
    }

    // A StreamID that is listed twice has its STE written by then, and nothing is left to write.
    private static byte InMemory(in AttachState state, in Cpu busy, Stage stage) =>
        IsSte(stage) ? state.Ste[(busy.Device * 2) + Math.Min(busy.Stream, state.Streams(busy.Device) - 1)] : state.Cd[At(busy.Device, SsidOf(in busy, stage))];

    private static int SsidOf(in Cpu busy, Stage stage) => stage is Stage.ClearCd0 or Stage.ClearCd0First ? 0 : busy.Ssid;

    private ReadOnlySpan<byte> PlanOf(in Cpu busy, Stage stage) => IsSte(stage) ? images.StePlan(busy.From, busy.To) : images.CdPlan(busy.From, busy.To);

    // The image that a stage wants in the entry at hand; -1 where it leaves it alone.
    private int Target(in AttachState state, in Cpu busy, Stage stage)
    {
        var kind = busy.New >= Paging ? state.Domains[busy.New - Paging].Kind : DomainKind.None;
        var ats = (busy.Flags & CpuFlag.Ats) != 0;
        var cleared = images.Number(new CdKey(CdForm.Cleared, -1, 0));
        switch (stage)
        {
            case Stage.WriteCd:
                return kind is DomainKind.S1 or DomainKind.Sva ? CdFor(in state, busy.New - Paging, kind == DomainKind.S1 ? CdForm.S1 : CdForm.Sva) : -1;
            case Stage.ClearCd0:
                return kind == DomainKind.S1 ? -1 : cleared;
            case Stage.ClearCd0First:
                return kind == DomainKind.S1 ? cleared : -1;
            case Stage.ClearCd:
                return cleared;
            case Stage.ReleaseCds:
                var isCleared = state.Cd[At(busy.Device, busy.Ssid)] == cleared;
                return rules.ReleaseSkipsCleared && isCleared ? -1 : !rules.ReleaseKeepsValid ? cleared : CdFor(in state, busy.New - Paging, CdForm.Released);
            case Stage.UpdateSte:
                var now = images.SteKey(InMemory(in state, in busy, stage));
                var isInTable = now.Form is SteForm.CdTerminate or SteForm.CdBypass or SteForm.CdSsid0;
                return isInTable && now.Ats == ats ? -1 : SteFor(in state, state.Devices[busy.Device].Rid, withPasids: true, ats);
            default:
                return SteFor(in state, busy.New, state.Devices[busy.Device].UsedSsids > 0 && rules.StaticKeepsPasids, ats);
        }
    }

    private int CdFor(in AttachState state, int domain, CdForm form) => images.Number(new CdKey(form, domain, state.Domains[domain].Tag));

    /// <summary>The number of the STE for what a RID has, with or without PASIDs beside it.</summary>
    public int SteFor(in AttachState state, byte rid, bool withPasids, bool ats)
    {
        var table = state.Table(rid);
        return images.Number(rid switch
        {
            Identity when withPasids => new SteKey(rules.DssFollowsRid ? SteForm.CdBypass : SteForm.CdTerminate, -1, 0, ats),
            Blocked when withPasids => new SteKey(SteForm.CdTerminate, -1, 0, ats),
            Identity => new SteKey(SteForm.Bypass, -1, 0, false),
            Blocked => new SteKey(SteForm.Abort, -1, 0, false),
            _ => state.Domains[rid - Paging].Kind switch
            {
                DomainKind.S1 => new SteKey(SteForm.CdSsid0, -1, 0, ats),
                DomainKind.S2 => new SteKey(SteForm.S2, table, state.Domains[table].Tag, ats),
                _ => new SteKey(SteForm.Nested, table, state.Domains[table].Tag, ats),
            },
        });
    }

    // A batch of stores, or the CFGI behind it.
    private void GoOnWriting<TSink>(in AttachState state, ref TSink sink, int cpu, Stage stage)
        where TSink : struct, ISink<AttachState>, allows ref struct
    {
        ref readonly var busy = ref state.Cpus[cpu];
        if (stage == Stage.ReleaseCds && Writes(in busy) < 0)
        {
            ReleaseOne(in state, ref sink, cpu);
            return;
        }

        ref var next = ref sink.From(in state);
        var act = IsSte(stage) ? AttachAct.StoreSte : AttachAct.StoreCd;
        if ((busy.Flags & CpuFlag.Stored) == 0)
        {
            Store(ref next, cpu, stage);
        }
        else
        {
            act = IsSte(stage) ? AttachAct.CfgiSte : AttachAct.CfgiCd;
            ref var queueing = ref next.Cpus[cpu];
            queueing.Command = IsSte(stage) ? Command.CfgiSte : Command.CfgiCd;
            queueing.Argument = (byte)(IsSte(stage) ? (busy.Device * 2) + busy.Stream : At(busy.Device, SsidOf(in busy, stage)));
            queueing.Flags &= ~CpuFlag.Stored;
            WaitOrGoOn(ref next, cpu, rules.SyncsWrites);
        }

        _caches.Settle(ref next);
        sink.Add(new Step((ushort)act, (short)cpu));
    }

    // The first batch of one of the CDs that have to be released.
    private void ReleaseOne<TSink>(in AttachState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<AttachState>, allows ref struct
    {
        for (var at = 0; at < MostDevices * MostSsids; at++)
        {
            if ((state.Cpus[cpu].Snapshot >> at & 1) != 0)
            {
                ref var next = ref sink.From(in state);
                Choose(in state, ref next.Cpus[cpu], at);
                Store(ref next, cpu, Stage.ReleaseCds);
                _caches.Settle(ref next);
                sink.Add(new Step((ushort)AttachAct.StoreCd, (short)cpu, (short)(at + 1)));
            }
        }
    }

    // used_ssids counts where V is about to flip, before the first batch.
    private void Store(ref AttachState state, int cpu, Stage stage)
    {
        ref var busy = ref state.Cpus[cpu];
        var image = PlanOf(in busy, stage)[busy.Batch];
        if (IsSte(stage))
        {
            state.Ste[(busy.Device * 2) + busy.Stream] = image;
        }
        else
        {
            var ssid = SsidOf(in busy, stage);
            if (ssid != 0 && busy.Batch == 0)
            {
                var flips = (images.Context(busy.To).Valid ? 1 : 0) - (images.Context(busy.From).Valid ? 1 : 0);
                state.Devices[busy.Device].UsedSsids = (byte)(state.Devices[busy.Device].UsedSsids + flips);
            }

            state.Cd[At(busy.Device, ssid)] = image;
        }

        busy.Flags |= CpuFlag.Stored | CpuFlag.Touched;
        Refresh(ref state, Writes(in busy), cpu);
    }

    // Who is about to write the same entry, and has stored nothing, compares with what is there by then.
    private void Refresh(ref AttachState state, int entry, int writer)
    {
        for (var cpu = 0; cpu < scope.Cpus; cpu++)
        {
            ref readonly var busy = ref state.Cpus[cpu];
            if (cpu != writer && Writes(in busy) < 0 && IsAboutToWrite(in busy, entry) && !BeginWrite(ref state, cpu, StagesOf(in busy)[busy.Stage]))
            {
                Advance(ref state, cpu);
            }
        }
    }

    private bool IsAboutToWrite(in Cpu busy, int entry) =>
        busy.Operation != Operation.None && StagesOf(in busy)[busy.Stage] is var stage && (stage == Stage.ReleaseCds || (IsWrite(stage) && EntryOf(in busy) == entry));

    /// <summary>The entry that a CPU is in the middle of writing: a stream for its STE, or, behind the streams, a device's SSID for its CD; -1 for none.</summary>
    public int Writes(in Cpu cpu) => (cpu.Flags & (CpuFlag.Stored | CpuFlag.Waits)) != 0 || cpu.Batch > 0 ? EntryOf(in cpu) : -1;

    private int EntryOf(in Cpu cpu)
    {
        if (cpu.Operation == Operation.None || !IsWrite(StagesOf(in cpu)[cpu.Stage]))
        {
            return -1;
        }

        var stage = StagesOf(in cpu)[cpu.Stage];
        return IsSte(stage) ? (cpu.Device * 2) + cpu.Stream : MostStreams + At(cpu.Device, SsidOf(in cpu, stage));
    }

    // Whether a batch or an entry follows in the stage.
    private bool NextBatch(ref AttachState state, int cpu, Stage stage)
    {
        ref var busy = ref state.Cpus[cpu];
        busy.Batch++;
        return busy.Batch < PlanOf(in busy, stage).Length || (NextEntry(ref state, cpu, stage) ? BeginWrite(ref state, cpu, stage) : Ended(ref busy));
    }

    private static bool Ended(ref Cpu busy)
    {
        (busy.From, busy.To, busy.Batch) = (0, 0, 0);
        return false;
    }

    // A command of its own: TLBI or ATC_INV.
    private void Queue(ref AttachState state, int cpu, Stage stage)
    {
        ref var busy = ref state.Cpus[cpu];
        var isTlbi = stage is Stage.Tlbi or Stage.TlbiFound or Stage.FlushOldTag;
        busy.Command = isTlbi ? Command.Tlbi : Command.AtcInv;
        busy.Argument = isTlbi ? TagToFlush(in state, in busy, stage) : Reached(in state, in busy, stage);
        if (isTlbi && stage == Stage.TlbiFound)
        {
            busy.From = 0;
        }

        WaitOrGoOn(ref state, cpu, isTlbi || rules.SyncsAtcInv);
    }

    private void WaitOrGoOn(ref AttachState state, int cpu, bool waits)
    {
        if (waits)
        {
            state.Cpus[cpu].Flags |= CpuFlag.Waits;
        }
        else
        {
            Done(ref state, cpu);
        }
    }

    private byte TagToFlush(in AttachState state, in Cpu busy, Stage stage)
    {
        ref readonly var domain = ref state.Domains[state.Table(stage == Stage.FlushOldTag ? busy.Old : busy.New)];
        return (byte)(TagOf(in domain) | (rules.FlushesGuests ? 0 : WithoutGuests));
    }

    // The devices and SSIDs that an ATC_INV is for: without an SSID it is for all of a device's.
    private byte Reached(in AttachState state, in Cpu busy, Stage stage)
    {
        var whole = (byte)(WholeDevice << At(busy.Device, 0));
        var ssid = busy.Ssid == 0 || rules.AtcInvNamesSsid ? busy.Ssid : MostPasids + 1 - busy.Ssid;
        var comesOrGoes = (busy.Flags & CpuFlag.Ats) != 0 != (state.Devices[busy.Device].MasterAts != 0);
        return stage switch
        {
            Stage.AtcInvFound => Members(busy.Snapshot, wholeDevices: false),
            Stage.AtcInvDomain => Members(state.Domains[state.Table(busy.New)].List, wholeDevices: true),
            Stage.AtcInv when busy.Operation == Operation.RemoveDevPasid || (ssid != 0 && !comesOrGoes) => (byte)(1 << At(busy.Device, ssid)),
            _ => whole,
        };
    }

    // Of a parent's nested domains the whole ATC is flushed.
    private static byte Members(byte list, bool wholeDevices)
    {
        var mask = list & ((1 << (MostDevices * MostSsids)) - 1);
        for (var device = 0; device < MostDevices; device++)
        {
            var any = wholeDevices && (mask & (WholeDevice << At(device, 0))) != 0;
            mask |= any || (list & Member(device, 0, true)) != 0 ? WholeDevice << At(device, 0) : 0;
        }

        return (byte)mask;
    }
}
