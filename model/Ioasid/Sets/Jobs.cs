// Calls during which handlers are called: one handler after the other, each a step, while the caller has the lock.

namespace Verify.Model.Ioasid.Sets;

/// <summary>Those around the core: who hears of events, and what they do then.</summary>
/// <typeparam name="TState">The state of a system that has a core in it.</typeparam>
public interface IWorld<TState>
    where TState : unmanaged
{
    /// <summary>The core within a state.</summary>
    static abstract ref SetCore Core(ref TState state);

    /// <summary>A handler hears of the event that <see cref="SetCore.Job"/> is about.</summary>
    /// <returns>False when it waits for the lock that its caller holds.</returns>
    bool Handle(ref TState state, Subscriber who, IoasidEvent what);
}

/// <summary>Runs the calls that tell subscribers.</summary>
/// <param name="rules">The version.</param>
/// <param name="world">Those who hear of it.</param>
public readonly struct Jobs<TState, TWorld>(SetRules rules, TWorld world)
    where TState : unmanaged
    where TWorld : struct, IWorld<TState>
{
    private enum Phase : byte
    {
        Mark,
        Tell,
        Drop,
        ClearSpid,
    }

    private readonly Phase[] _free = rules.FreeOrder switch
    {
        FreeOrder.MarkNotifyDrop => [Phase.Mark, Phase.Tell, Phase.Drop],
        FreeOrder.MarkDropNotify => [Phase.Mark, Phase.Drop, Phase.Tell],
        _ => [Phase.Tell, Phase.Mark, Phase.Drop],
    };

    private readonly Phase[] _detach = !rules.AttachSendsBind ? [Phase.ClearSpid] : rules.SpidClearedFirst ? [Phase.ClearSpid, Phase.Tell] : [Phase.Tell, Phase.ClearSpid];

    private readonly Phase[] _attach = rules.AttachSendsBind ? [Phase.Tell] : [];

    private readonly Phase[] _tell = [Phase.Tell];

    private readonly Subscriber[] _order = Order(rules);

    /// <summary>What a call tells of.</summary>
    public static IoasidEvent Event(JobCall call) => call switch
    {
        JobCall.Free => IoasidEvent.Free,
        JobCall.Alloc => IoasidEvent.Alloc,
        JobCall.AttachSpid or JobCall.NotifyBind => IoasidEvent.Bind,
        _ => IoasidEvent.Unbind,
    };

    /// <summary>In which order subscribers are called where all of them are.</summary>
    public static Subscriber[] Order(SetRules rules) => rules.ChainOrder switch
    {
        ChainOrder.SystemWideFirst => [Subscriber.Iommu, Subscriber.Kvm, Subscriber.Vdcm],
        ChainOrder.ByPriority when !rules.DeviceBeforeIommu => [Subscriber.Kvm, Subscriber.Iommu, Subscriber.Vdcm],
        _ => [Subscriber.Kvm, Subscriber.Vdcm, Subscriber.Iommu],
    };

    /// <summary>Whether the lock is held by whoever runs a call.</summary>
    public bool HoldsLock(in SetCore core) => core.Job.Call != JobCall.None && !rules.NotifiesUnlocked;

    /// <summary>Whether the running call can go on: it waits neither for its own lock nor for that of the pending list, whose owner waits for it.</summary>
    public static bool CanGoOn(in SetCore core) =>
        core.Job.Call != JobCall.None && !core.Job.Stuck && !core.Job.Chooses && !core.Job.WaitsForPendingLock;

    /// <summary>The subscriber whose handler is called next, or null when the next step calls none.</summary>
    public Subscriber? Next(in SetCore core)
    {
        int cursor = Cursor(in core);
        return cursor < _order.Length ? _order[cursor] : null;
    }

    /// <summary>The subscribers that hear of the running call's event, a bit each.</summary>
    public int Reached(in SetCore core)
    {
        int reached = 0;
        foreach (Subscriber who in _order)
        {
            reached |= IsReached(in core, who) ? 1 << (int)who : 0;
        }
        return reached;
    }

    /// <summary>Begins a call and runs it to its first handler, or to its end.</summary>
    public void Begin(ref TState state, JobCall call, int caller, int slot, int id, int spid)
    {
        TWorld.Core(ref state).Job = new Job { Call = call, Caller = (byte)caller, Slot = (byte)slot, Id = (byte)id, Spid = (byte)spid };
        Run(ref state);
    }

    /// <summary>Begins to free all members of a set: by ioasid_set_put, which ends the set then, or by ioasid_free_all_in_set.</summary>
    public void BeginAll(ref TState state, int caller, int slot)
    {
        ref SetCore core = ref TWorld.Core(ref state);
        core.Job = new Job { Call = JobCall.Free, Caller = (byte)caller, Slot = (byte)slot, All = true };
        if (rules.SetEnd == SetEnd.PutKeptByMembers && core.Nr[slot] > 0)
        {
            core.Sets[slot] = (byte)SetState.Ending;
        }
        GoOn(ref core);
    }

    /// <summary>Whether a call that frees all members of a set may go on with an IOASID. In which order it does is of no importance: any.</summary>
    public bool MayChoose(in SetCore core, int id) =>
        core.SlotOf(id) == core.Job.Slot && core.Has(id, Mark.Member) && !core.Has(id, Mark.Visited) && IdCalls.MayFree(in core, rules, core.Job.Slot, id) == Result.Ok;

    /// <summary>Goes on with a member.</summary>
    public void Choose(ref TState state, int id)
    {
        ref SetCore core = ref TWorld.Core(ref state);
        core.Marks[id] = (byte)((core.Marks[id] | Mark.Visited) & (rules.HasSetFree ? ~Mark.Member : 0xff));
        core.Job = new Job { Call = JobCall.Free, Caller = core.Job.Caller, Slot = core.Job.Slot, Id = (byte)id, All = true };
        Run(ref state);
    }

    /// <summary>Calls the next handler, and goes on to the one after it.</summary>
    public void Step(ref TState state)
    {
        ref SetCore core = ref TWorld.Core(ref state);
        int cursor = Cursor(in core);
        if (cursor < _order.Length)
        {
            Subscriber who = _order[cursor];
            core.Job.Called |= (byte)(1 << (int)who);
            core.Job.Cursor = (byte)(cursor + 1);
            if (!world.Handle(ref state, who, Event(core.Job.Call)))
            {
                core.Job.Stuck = true;
                return;
            }
        }
        else
        {
            core.Job.Cursor = (byte)_order.Length;
        }
        Run(ref state);
    }

    private void Run(ref TState state)
    {
        ref SetCore core = ref TWorld.Core(ref state);
        while (core.Job.Call != JobCall.None && core.Fault == Fault.None)
        {
            Phase[] program = Program(core.Job.Call);
            if (core.Job.At == program.Length)
            {
                GoOn(ref core);
                return;
            }
            if (!Do(ref core, program[core.Job.At]))
            {
                return;
            }
            core.Job.At++;
        }
    }

    // False when a handler is to be called first.
    private bool Do(ref SetCore core, Phase phase)
    {
        int id = core.Job.Id;
        switch (phase)
        {
            case Phase.Mark:
                core.Job.Spid = core.Spid[id];
                IdCalls.MarkPending(ref core, rules, id);
                return true;
            case Phase.Drop:
                IdCalls.DropAllocation(ref core, rules, id);
                return true;
            case Phase.ClearSpid:
                core.Spid[id] = 0;
                core.Job.Spid = rules.SpidClearedFirst ? (byte)0 : core.Job.Spid;
                return true;
            default:
                return IsTold(ref core);
        }
    }

    // Whether all who are reached have been called. Where nobody is, though somebody should be, one step shows that.
    private bool IsTold(ref SetCore core)
    {
        if (core.Job.Cursor == 0 && core.Job.Due == 0)
        {
            if (!IsSent(in core))
            {
                return true;
            }
            core.Job.Spid = core.Job.Call is JobCall.Free && rules.FreeOrder == FreeOrder.NotifyMarkDrop ? core.Spid[core.Job.Id] : core.Job.Spid;
            Note(ref core);
            core.Job.Due = (byte)Due(in core);
            if (core.Job.Due == 0)
            {
                return true;
            }
            return false;
        }
        return Cursor(in core) == _order.Length;
    }

    private bool IsSent(in SetCore core) => core.Job.Call switch
    {
        // V4 tells nobody when nobody is left.
        JobCall.Free => rules.FreeOrder != FreeOrder.MarkDropNotify || core.State[core.Job.Id] == (byte)IdState.FreePending,
        JobCall.DetachSpid or JobCall.NotifyUnbind => !rules.NoUnbindAfterFree || core.State[core.Job.Id] != (byte)IdState.FreePending,
        _ => true,
    };

    private void Note(ref SetCore core)
    {
        if (core.Job.Call == JobCall.Free && !rules.CoreEventsRefused)
        {
            core.Marks[core.Job.Id] |= core.Has(core.Job.Id, Mark.Told) ? Mark.ToldTwice : Mark.Told;
        }
    }

    private int Cursor(in SetCore core)
    {
        int cursor = core.Job.Cursor;
        while (cursor < _order.Length && !IsReached(in core, _order[cursor]))
        {
            cursor++;
        }
        return cursor;
    }

    private static int Due(in SetCore core) =>
        (core.Chain[core.Job.Slot] & (SetCore.KvmBlock | SetCore.VdcmBlock)) | (core.SystemWide ? 1 << (int)Subscriber.Iommu : 0);

    private bool IsReached(in SetCore core, Subscriber who)
    {
        IoasidEvent what = Event(core.Job.Call);
        if (rules.CoreEventsRefused && (what is IoasidEvent.Alloc or IoasidEvent.Free))
        {
            return false;
        }
        return who == Subscriber.Iommu
            ? core.SystemWide && (what == IoasidEvent.Free || rules.AllEventsReachAll)
            : (core.Chain[core.Job.Slot] >> (int)who & 1) != 0 && !(what == IoasidEvent.Free && rules.FreeMissesSetChain);
    }

    // To the next member of the set, or to the end.
    private void GoOn(ref SetCore core)
    {
        bool any = false;
        for (int id = 0; core.Job.All && id < SetCore.MostIds; id++)
        {
            any |= MayChoose(in core, id);
        }
        if (any)
        {
            core.Job = new Job { Call = JobCall.Free, Caller = core.Job.Caller, Slot = core.Job.Slot, All = true, Chooses = true };
            return;
        }
        Finish(ref core);
    }

    private void Finish(ref SetCore core)
    {
        bool ends = core.Job.All && !rules.HasSetFree;
        if (ends && rules.HasPendingLock && core.PendingLock != 0)
        {
            core.Job.WaitsForPendingLock = true;
            return;
        }
        End(ref core);
    }

    private void End(ref SetCore core)
    {
        int slot = core.Job.Slot;
        if (core.Job.All && !rules.HasSetFree && core.Sets[slot] == (byte)SetState.Live)
        {
            SetCalls.Destroy(ref core, rules, slot);
        }
        for (int id = 0; id < SetCore.MostIds; id++)
        {
            core.Marks[id] &= unchecked((byte)~Mark.Visited);
        }
        core.Job = default;
    }

    private Phase[] Program(JobCall call) => call switch
    {
        JobCall.Free => _free,
        JobCall.DetachSpid => _detach,
        JobCall.AttachSpid => _attach,
        _ => _tell,
    };
}
