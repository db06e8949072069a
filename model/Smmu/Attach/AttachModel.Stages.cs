// The stages of an operation: when each can be taken, and what it does.

using Verify.Transitions;
using static Verify.Smmu.Attach.AttachState;

namespace Verify.Smmu.Attach;

public readonly partial struct AttachModel
{
    /// <summary>The stages of what a CPU does.</summary>
    public IReadOnlyList<Stage> StagesOf(in Cpu cpu) => cpu.Operation switch
    {
        Operation.AttachDev => cpu.New >= Paging ? rules.Paging : rules.Static,
        Operation.SetDevPasid => rules.SetPasid,
        Operation.RemoveDevPasid => rules.RemovePasid,
        Operation.ReleaseDevice => rules.Release,
        Operation.Unmap => rules.Unmap,
        Operation.DomainFree => rules.Free,
        _ => rules.MmRelease,
    };

    /// <summary>A CPU that is in an operation takes its next step, if it can.</summary>
    /// <param name="state">The state.</param>
    /// <param name="sink">Takes what comes of it.</param>
    /// <param name="cpu">The CPU.</param>
    public void GoOn<TSink>(in AttachState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<AttachState>, allows ref struct
    {
        ref readonly var busy = ref state.Cpus[cpu];
        var stage = StagesOf(in busy)[busy.Stage];
        if (!CanGoOn(in state, cpu, stage))
        {
            return;
        }

        if (IsWrite(stage))
        {
            GoOnWriting(in state, ref sink, cpu, stage);
            return;
        }

        ref var next = ref sink.From(in state);
        Do(ref next, cpu, stage);
        _caches.Settle(ref next);
        sink.Add(new Step((ushort)AttachText.Of(stage), (short)cpu));
        if (stage is Stage.AllocCdTable or Stage.AllocMasterDomain or Stage.BuildInvs or Stage.AllocStatic)
        {
            ref var failed = ref sink.From(in state);
            Fail(ref failed, cpu, stage);
            _caches.Settle(ref failed);
            sink.Add(new Step((ushort)AttachText.Of(stage), (short)cpu, (short)Errno.ENOMEM));
        }
    }

    // Whether a CPU can take its next step.
    private bool CanGoOn(in AttachState state, int cpu, Stage stage)
    {
        ref readonly var busy = ref state.Cpus[cpu];
        return (busy.Flags & CpuFlag.Waits) == 0 && stage switch
        {
            Stage.LockAsid => state.AsidOwner() < 0,
            Stage.ListAdd => !IsListHeld(in state, state.Table(busy.New)),
            Stage.ListDel or Stage.UnrefInvs => !IsListHeld(in state, state.Table(busy.Old)) && !(rules.WalkHoldsMasters && IsWalked(in state, state.Table(busy.Old))),
            Stage.WalkList => !IsListHeld(in state, state.Table(busy.New)) || busy.Operation == Operation.MmRelease,
            _ => busy.Command == Command.None || !Queues(in busy, stage),
        };
    }

    // One command and its CMD_SYNC are all that a CPU can have in the queue.
    private static bool Queues(in Cpu busy, Stage stage) =>
        stage is Stage.AtcInvOld or Stage.AtcInv or Stage.AtcInvDomain or Stage.AtcInvFound or Stage.Tlbi or Stage.TlbiFound or Stage.FlushOldTag
        || (IsWrite(stage) && (busy.Flags & CpuFlag.Stored) != 0);

    // The release notifier holds the lock of the list while it writes the CDs of those on it.
    private bool IsListHeld(in AttachState state, int domain)
    {
        var held = false;
        for (var cpu = 0; cpu < scope.Cpus; cpu++)
        {
            ref readonly var busy = ref state.Cpus[cpu];
            held |= busy.Operation == Operation.MmRelease && busy.New == Paging + domain && rules.MmRelease[busy.Stage] == Stage.ReleaseCds;
        }

        return held;
    }

    // Somebody has found masters on the list, or in the array, and its ATC_INV is not consumed.
    private bool IsWalked(in AttachState state, int domain)
    {
        var walked = false;
        for (var cpu = 0; cpu < scope.Cpus; cpu++)
        {
            ref readonly var busy = ref state.Cpus[cpu];
            walked |= busy.Operation is Operation.Unmap or Operation.MmRelease && busy.New == Paging + domain && busy.Snapshot != 0;
        }

        return walked;
    }

    // Passes over stages that have nothing to do; at the end of them the operation is over.
    private void Enter(ref AttachState state, int cpu)
    {
        ref var busy = ref state.Cpus[cpu];
        var stages = StagesOf(in busy);
        for (; busy.Stage < stages.Count; busy.Stage++)
        {
            if (IsWrite(stages[busy.Stage]) ? BeginWrites(ref state, cpu, stages[busy.Stage]) : Applies(in state, cpu, stages[busy.Stage]))
            {
                return;
            }
        }

        End(ref state, cpu);
    }

    // A stage is done.
    private void Advance(ref AttachState state, int cpu)
    {
        state.Cpus[cpu].Stage++;
        Enter(ref state, cpu);
    }

    // The command of a stage is consumed, or need not be waited for.
    private void Done(ref AttachState state, int cpu)
    {
        ref readonly var busy = ref state.Cpus[cpu];
        var stage = StagesOf(in busy)[busy.Stage];
        if (stage == Stage.AtcInvFound)
        {
            state.Cpus[cpu].Snapshot = 0;
        }

        if (!IsWrite(stage) || !NextBatch(ref state, cpu, stage))
        {
            Advance(ref state, cpu);
        }
    }

    // The core takes note, and group->mutex is released.
    private static void End(ref AttachState state, int cpu)
    {
        var ended = state.Cpus[cpu];
        var failed = (ended.Flags & CpuFlag.Failed) != 0;
        switch (ended.Operation)
        {
            case Operation.AttachDev or Operation.ReleaseDevice when !failed:
                state.Devices[ended.Device].Rid = ended.New;
                break;
            case Operation.SetDevPasid or Operation.RemoveDevPasid when !failed:
                state.Devices[ended.Device].Pasid[ended.Ssid - 1] = ended.New;
                break;
            case Operation.DomainFree:
                state.Domains[ended.New - Paging].Tag = 0;
                break;
        }

        state.Cpus[cpu] = new Cpu { Command = ended.Command, Argument = ended.Argument, Flags = ended.Flags & CpuFlag.AsidLock };
    }

    // What the operation has done so far is undone, the lock is released, the error is returned.
    private void Fail(ref AttachState state, int cpu, Stage at)
    {
        if (at == Stage.AllocCdTable && !rules.ReportsCdTable)
        {
            Advance(ref state, cpu);
            return;
        }

        ref var busy = ref state.Cpus[cpu];
        var table = state.Table(busy.New);
        var member = Member(busy.Device, busy.Ssid, state.IsNested(busy.New));
        var stages = StagesOf(in busy);
        for (var done = 0; done < busy.Stage; done++)
        {
            switch (stages[done])
            {
                case Stage.ListAdd:
                    state.Domains[table].List &= (byte)~member;
                    break;
                case Stage.NrAtsInc when (busy.Flags & CpuFlag.Ats) != 0:
                    state.Domains[table].NrAts--;
                    break;
                case Stage.PublishInvs:
                    Unref(ref state.Domains[table], member);
                    break;
            }
        }

        busy.Flags |= CpuFlag.Failed;
        busy.Stage = (byte)stages.Count;
        if ((busy.Flags & CpuFlag.AsidLock) != 0 && rules.UnlocksOnError)
        {
            for (byte stage = 0; stage < stages.Count; stage++)
            {
                busy.Stage = stages[stage] == Stage.UnlockAsid ? stage : busy.Stage;
            }

            return;
        }

        End(ref state, cpu);
    }

    private static void Unref(ref Domain domain, byte member)
    {
        domain.InvTag--;
        domain.InvAts &= (byte)~member;
    }

    // Whether the entry that a master leaves its old domain's list by is one of two: it is attached to the domain that it has.
    private static bool IsOnTwice(in AttachState state, in Cpu busy) =>
        (busy.Flags & CpuFlag.Twice) != 0 && state.Table(busy.Old) == state.Table(busy.New) && state.IsNested(busy.Old) == state.IsNested(busy.New);

    // Whether a stage has something to do.
    private bool Applies(in AttachState state, int cpu, Stage stage)
    {
        ref readonly var busy = ref state.Cpus[cpu];
        ref readonly var device = ref state.Devices[busy.Device];
        var isPaging = state.Table(busy.New) >= 0;
        var wasPaging = state.Table(busy.Old) >= 0;
        var ats = (busy.Flags & CpuFlag.Ats) != 0;
        return stage switch
        {
            Stage.AllocCdTable => device.CdTable == 0 && NeedsCdTable(in state, in busy),
            Stage.AllocMasterDomain or Stage.BuildInvs or Stage.ListAdd or Stage.PublishInvs => isPaging,
            Stage.NrAtsInc => isPaging && ats,
            Stage.PciAtsOff => !ats && device.PciAts != 0,
            Stage.PciAtsOffAlways => device.PciAts != 0,
            Stage.AtcInvOld or Stage.ClearMasterAts => device.MasterAts != 0,
            Stage.AtcInv => ats || device.MasterAts != 0,
            Stage.AtcInvDomain => ats,
            Stage.PciAtsOn => ats && device.PciAts == 0,
            Stage.ListDel or Stage.UnrefInvs => wasPaging,
            Stage.NrAtsDec => wasPaging && device.MasterAts != 0 && (busy.Flags & CpuFlag.Absent) == 0,
            Stage.SetMasterAts => ats != (device.MasterAts != 0),
            Stage.FlushOldTag => wasPaging && state.Domains[state.Table(busy.Old)].InvTag == 0,
            Stage.ReattachRid => device.UsedSsids == 0 && device.Rid < Paging && IsInCdTable(in state, busy.Device),
            Stage.Tlbi or Stage.FreeTag or Stage.ReadInvs => state.Domains[busy.New - Paging].Kind != DomainKind.Nested,
            Stage.AtcInvFound => busy.Snapshot != 0,
            Stage.TlbiFound => busy.From != 0,
            Stage.FreeCdTable => device.CdTable != 0,
            _ => true,
        };
    }

    private static bool NeedsCdTable(in AttachState state, in Cpu busy) =>
        busy.Operation == Operation.SetDevPasid || (busy.New >= Paging && state.Domains[busy.New - Paging].Kind == DomainKind.S1);

    // The driver's cd_table.in_ste, of the first stream.
    private bool IsInCdTable(in AttachState state, int device) =>
        images.SteKey(state.Ste[device * 2]).Form is SteForm.CdTerminate or SteForm.CdBypass or SteForm.CdSsid0;

    private void Do(ref AttachState state, int cpu, Stage stage)
    {
        ref var busy = ref state.Cpus[cpu];
        ref var device = ref state.Devices[busy.Device];
        ref var entered = ref state.Domains[Math.Max(0, state.Table(busy.New))];
        ref var left = ref state.Domains[Math.Max(0, state.Table(busy.Old))];
        var ats = (byte)((busy.Flags & CpuFlag.Ats) != 0 ? 1 : 0);
        switch (stage)
        {
            case Stage.LockAsid:
                busy.Flags |= CpuFlag.AsidLock;
                break;
            case Stage.UnlockAsid:
                busy.Flags &= ~CpuFlag.AsidLock;
                if ((busy.Flags & CpuFlag.Failed) != 0)
                {
                    End(ref state, cpu);
                    return;
                }

                break;
            case Stage.AllocCdTable:
                device.CdTable = 1;
                break;
            case Stage.NrAtsInc:
                entered.NrAts++;
                break;
            case Stage.ListAdd:
                var joins = Member(busy.Device, busy.Ssid, state.IsNested(busy.New));
                busy.Flags |= (entered.List & joins) != 0 ? CpuFlag.Twice : CpuFlag.None;
                entered.List |= joins;
                break;
            case Stage.PublishInvs:
                entered.InvTag++;
                entered.InvAts |= ats == 0 ? (byte)0 : Member(busy.Device, busy.Ssid, state.IsNested(busy.New));
                break;
            case Stage.PciAtsOff or Stage.PciAtsOffAlways:
                device.PciAts = 0;
                busy.Flags |= CpuFlag.Touched;
                break;
            case Stage.ClearMasterAts:
                device.MasterAts = 0;
                break;
            case Stage.PciAtsOn:
                device.PciAts = 1;
                busy.Flags |= CpuFlag.Touched;
                break;
            case Stage.ListDel:
                var leaves = Member(busy.Device, busy.Ssid, state.IsNested(busy.Old));
                busy.Flags |= (left.List & leaves) == 0 ? CpuFlag.Absent : CpuFlag.None;
                left.List &= IsOnTwice(in state, in busy) ? byte.MaxValue : (byte)~leaves;
                break;
            case Stage.NrAtsDec:
                left.NrAts--;
                break;
            case Stage.SetMasterAts:
                device.MasterAts = ats;
                break;
            case Stage.UnrefInvs:
                Unref(ref left, IsOnTwice(in state, in busy) ? (byte)0 : Member(busy.Device, busy.Ssid, state.IsNested(busy.Old)));
                break;
            case Stage.ReattachRid:
                Reattach(ref state, cpu);
                return;
            case Stage.FreeCdTable:
                device.CdTable = 0;
                break;
            case Stage.Depart:
                device.Present = 0;
                break;
            case Stage.AtcInvOld or Stage.AtcInv or Stage.AtcInvDomain or Stage.AtcInvFound or Stage.Tlbi or Stage.TlbiFound or Stage.FlushOldTag:
                Queue(ref state, cpu, stage);
                return;
            default:
                DoForDomain(ref state, cpu, stage);
                return;
        }

        Advance(ref state, cpu);
    }

    // remove_dev_pasid goes on as attach_dev of what the RID has; the PASID is gone by then.
    private void Reattach(ref AttachState state, int cpu)
    {
        var removing = state.Cpus[cpu];
        state.Devices[removing.Device].Pasid[removing.Ssid - 1] = 0;
        var rid = state.Devices[removing.Device].Rid;
        state.Cpus[cpu] = new Cpu
        {
            Operation = Operation.AttachDev,
            Device = removing.Device,
            New = rid,
            Old = rid,
            Flags = removing.Flags & CpuFlag.Touched,
            Command = removing.Command,
            Argument = removing.Argument,
        };
        Enter(ref state, cpu);
    }
}
