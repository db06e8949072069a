// STE + CD: a driver attaches domains to a stream and a PASID of it, rewriting its STE and CDs in the order of its flow, while the SMMU walks
// STE and CDs at any time and devices access memory.
//
// The SMMU side follows Arm IHI 0070 section 3.21.3 (reference section 2.1). A CD is fetched only through a whole copy of a legal STE with stage 1
// on; a copied CD outlives the STE copy that led to it. CFGI_STE drops the stream's CDs as well.

using Verify.Bits;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;
using Verify.Smmu.Update;
using Verify.Smmu.Writers;
using Verify.Transitions;

namespace Verify.Smmu.Stream;

/// <summary>The stream model for the operations of a flow.</summary>
public readonly struct StreamModel(StreamFlow flow) : IAgentSystem<StreamState>
{
    private const byte Whole = 0xff;

    private enum Act : ushort
    {
        Begin,
        Store,
        Barrier,
        Cfgi,
        Sync,
        Complete,
        Wait,
        Fetch,
        Evict,
        Access,
    }

    private static readonly string[] ActionNames =
        ["begin operation", "store", "dma_wmb", "CFGI", "CMD_SYNC", "consume CMD_SYNC", "wait for CMD_SYNC", "fetch", "evict STE", "access"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Actions => ActionNames;

    /// <summary>CPU0, the SMMU and the device.</summary>
    public int Agents => 3;

    /// <inheritdoc/>
    public int Agent(in StreamState before, Step step) => (Act)step.Kind switch
    {
        Act.Complete or Act.Fetch or Act.Evict => 1,
        Act.Access => 2,
        _ => 0,
    };

    /// <summary>The operations.</summary>
    public StreamFlow Flow => flow;

    /// <inheritdoc/>
    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<StreamState>, allows ref struct
    {
        // Stream tables start as ABORT everywhere (reference section 6.5), CD tables zeroed.
        var blank = default(StreamState);
        ref var t = ref sink.From(in blank);
        t.Attached = (byte)Array.IndexOf(flow.Attachments, new Attachment(RidDomain.Blocked, false));
        for (var slot = Slot.Ste; slot <= Slot.Cd1; slot++)
        {
            t.Memory[(int)slot] = flow.AtRest(flow.Attachments[t.Attached], slot);
        }

        sink.Add(Step.Init);
    }

    /// <inheritdoc/>
    public void Next<TSink>(in StreamState s, ref TSink sink)
        where TSink : struct, ISink<StreamState>, allows ref struct
    {
        if (s.Seen != Seen.Nothing)
        {
            return;
        }

        switch (s.Phase)
        {
            case UpdatePhase.Before:
                Begin(in s, ref sink);
                break;
            case UpdatePhase.Storing:
                StoreOrEnd(in s, ref sink);
                break;
            case UpdatePhase.CfgiQueued:
            {
                ref var t = ref sink.From(in s);
                t.Phase = UpdatePhase.SyncQueued;
                sink.Add(new Step((ushort)Act.Sync));
                break;
            }

            case UpdatePhase.SyncQueued:
            {
                ref var t = ref sink.From(in s);
                Complete(ref t);
                sink.Add(new Step((ushort)Act.Complete));
                break;
            }
        }

        for (var slot = Slot.Ste; slot <= Slot.Cd1; slot++)
        {
            Fetch(in s, slot, ref sink);
        }

        Observe(in s, ref sink);
    }

    /// <summary>The first operation of the flow in which something fails is shown.</summary>
    public ulong Rank(in StreamState state) => state.Operation;

    /// <inheritdoc/>
    public bool IsFinal(in StreamState state) => state.Seen != Seen.Nothing;

    /// <summary>
    /// What an access of a device gets from the SMMU's copies: from the STE's where it decides alone, else from the CD's. Null where a copy that is needed
    /// is not whole.
    /// </summary>
    public (Outcome<Number, Truth> Ste, Outcome<Number, Truth>? Cd)? Access(in StreamState s, Seen access)
    {
        if (s.Present[(int)Slot.Ste] != Whole)
        {
            return null;
        }

        var (outcome, slot) = Route(in s.Cached[(int)Slot.Ste], access);
        if (slot is not { } cd)
        {
            return (outcome, null);
        }

        return s.Present[(int)cd] == Whole
            ? (outcome, CdBehaviour.Of(flow.Platform.Smmu, in s.Cached[(int)cd], StallDisabled(in s)))
            : null;
    }

    /// <summary>What an STE gives an access, and the CD that it is routed to, if any.</summary>
    public (Outcome<Number, Truth> Outcome, Slot? Cd) Route(in Entry<Number> ste, Seen access)
    {
        var behaviour = SteBehaviour.Of<Number, Truth>(flow.Platform.Smmu, in ste);
        var outcome = behaviour[(int)(access == Seen.Rid ? Hardware.Access.Untranslated : Hardware.Access.UntranslatedSsid)];
        return (CdRoute)outcome.Cd.Value switch
        {
            CdRoute.Cd0 => (outcome, Slot.Cd0),
            CdRoute.CdOfSsid => (outcome, Slot.Cd1),
            _ => (outcome, null),
        };
    }

    private static Truth StallDisabled(in StreamState s) => new(Ste.S1Stalld.Of(in s.Cached[(int)Slot.Ste]) == 1);

    private void Begin<TSink>(in StreamState s, ref TSink sink)
        where TSink : struct, ISink<StreamState>, allows ref struct
    {
        for (var i = 0; i < flow.Operations.Length; i++)
        {
            if (flow.Operations[i].From == flow.Attachments[s.Attached])
            {
                ref var t = ref sink.From(in s);
                t.Operation = checked((ushort)(i + 1));
                Enter(ref t, 0, 0);
                sink.Add(new Step((ushort)Act.Begin, (short)i));
            }
        }
    }

    private void StoreOrEnd<TSink>(in StreamState s, ref TSink sink)
        where TSink : struct, ISink<StreamState>, allows ref struct
    {
        var update = flow.Operations[s.Operation - 1].Updates[s.Update];
        var image = update.Plan.After(s.Batch);
        var pending = false;
        for (var word = 0; word < Entry<Number>.Words; word++)
        {
            if (s.Memory[(int)update.Slot][word] != image[word])
            {
                pending = true;
                ref var t = ref sink.From(in s);
                t.Memory[(int)update.Slot][word] = image[word];
                t.Unsynced |= (byte)(1 << (int)update.Slot);
                sink.Add(new Step((ushort)Act.Store, (short)update.Slot, (short)word));
            }
        }

        if (!pending)
        {
            End(in s, update, ref sink);
        }
    }

    private void End<TSink>(in StreamState s, SlotUpdate update, ref TSink sink)
        where TSink : struct, ISink<StreamState>, allows ref struct
    {
        ref var t = ref sink.From(in s);
        switch (update.Plan.End(s.Batch))
        {
            case BatchEnd.Sync when flow.After(update.Slot) != CfgiCommand.None:
                t.Phase = UpdatePhase.CfgiQueued;
                t.Cfgi = flow.After(update.Slot);
                sink.Add(new Step((ushort)Act.Cfgi, (short)update.Slot));
                break;
            case BatchEnd.Barrier:
                Enter(ref t, t.Update, t.Batch + 1);
                sink.Add(new Step((ushort)Act.Barrier));
                break;
            case BatchEnd.WaitWithoutSync:
                t.Phase = UpdatePhase.SyncLost;
                sink.Add(new Step((ushort)Act.Wait));
                break;
            default:
                t.Phase = UpdatePhase.SyncQueued;
                sink.Add(new Step((ushort)Act.Sync));
                break;
        }
    }

    private void Complete(ref StreamState t)
    {
        var slot = flow.Operations[t.Operation - 1].Updates[t.Update].Slot;
        var (command, ssid) = (t.Cfgi, flow.Ssid(slot));
        t.Syncs++;
        t.Cfgi = CfgiCommand.None;
        Drop(ref t, Slot.Ste, Cfgi.DropsSte(command));
        Drop(ref t, Slot.Cd0, Cfgi.DropsCd(command, ssid, 0));
        Drop(ref t, Slot.Cd1, Cfgi.DropsCd(command, ssid, 1));
        Enter(ref t, t.Update, t.Batch + 1);
    }

    private static void Drop(ref StreamState t, Slot slot, bool dropped)
    {
        if (dropped)
        {
            Forget(ref t, slot);
            t.Unsynced &= (byte)~(1 << (int)slot);
        }
    }

    private static void Forget(ref StreamState t, Slot slot)
    {
        t.Cached[(int)slot] = default;
        t.Present[(int)slot] = 0;
    }

    // Goes to the next batch that is carried out, of this update or a later one, or ends the operation.
    private void Enter(ref StreamState t, int update, int batch)
    {
        var operation = flow.Operations[t.Operation - 1];
        for (; update < operation.Updates.Count; update++, batch = 0)
        {
            ref readonly var plan = ref operation.Updates[update].Plan;
            for (; batch < plan.Count; batch++)
            {
                if (plan.Active(batch).Value)
                {
                    (t.Update, t.Batch, t.Phase) = ((byte)update, (byte)batch, UpdatePhase.Storing);
                    return;
                }
            }
        }

        t.Attached = (byte)Array.IndexOf(flow.Attachments, operation.To);
        (t.Operation, t.Update, t.Batch, t.Phase, t.Syncs) = (0, 0, 0, UpdatePhase.Before, 0);
    }

    private void Fetch<TSink>(in StreamState s, Slot slot, ref TSink sink)
        where TSink : struct, ISink<StreamState>, allows ref struct
    {
        if (s.Present[(int)slot] == Whole || (slot != Slot.Ste && !IsReachable(in s)))
        {
            return;
        }

        // Words that the update under way does not change are read together with the first of the others: when makes no difference.
        var changing = Changing(in s, slot);
        var rest = (byte)~changing;
        if (changing == 0)
        {
            AddFetch(in s, slot, rest, -1, ref sink);
        }

        for (var word = 0; word < Entry<Number>.Words; word++)
        {
            if ((changing >> word & 1) != 0 && (s.Present[(int)slot] >> word & 1) == 0)
            {
                AddFetch(in s, slot, (byte)(rest | (1 << word)), word, ref sink);
            }
        }
    }

    private static void AddFetch<TSink>(in StreamState s, Slot slot, byte words, int word, ref TSink sink)
        where TSink : struct, ISink<StreamState>, allows ref struct
    {
        ref var t = ref sink.From(in s);
        for (var i = 0; i < Entry<Number>.Words; i++)
        {
            if (((words & ~t.Present[(int)slot]) >> i & 1) != 0)
            {
                t.Cached[(int)slot][i] = t.Memory[(int)slot][i];
            }
        }

        t.Present[(int)slot] |= words;
        sink.Add(new Step((ushort)Act.Fetch, (short)slot, (short)word));
    }

    private byte Changing(in StreamState s, Slot slot)
    {
        if (s.Operation == 0)
        {
            return 0;
        }

        byte changing = 0;
        foreach (var update in flow.Operations[s.Operation - 1].Updates)
        {
            changing |= update.Slot == slot ? update.Changing : (byte)0;
        }

        return changing;
    }

    // CDs can be fetched through a whole copy of a legal STE that has stage 1 on.
    private bool IsReachable(in StreamState s)
    {
        ref readonly var ste = ref s.Cached[(int)Slot.Ste];
        return s.Present[(int)Slot.Ste] == Whole && (Ste.Cfg.Of(in ste) & 5) == 5
            && !SteBehaviour.Invalid<Number, Truth>(flow.Platform.Smmu, in ste).Value;
    }

    private void Observe<TSink>(in StreamState s, ref TSink sink)
        where TSink : struct, ISink<StreamState>, allows ref struct
    {
        if (s.Present[(int)Slot.Ste] != 0)
        {
            ref var t = ref sink.From(in s);
            Forget(ref t, Slot.Ste);
            sink.Add(new Step((ushort)Act.Evict));
        }

        for (var access = Seen.Rid; access <= Seen.Pasid; access++)
        {
            if (Access(in s, access) is not null)
            {
                ref var t = ref sink.From(in s);
                t.Seen = access;
                sink.Add(new Step((ushort)Act.Access, (short)access));
            }
        }
    }

    /// <inheritdoc/>
    public void Describe(in StreamState s, IStateText text) => StreamText.Describe(flow, in s, text);

    /// <inheritdoc/>
    public ActionText Say(in StreamState before, Step step) => (Act)step.Kind switch
    {
        Act.Begin => new ActionText("CPU0", flow.Operations[step.A].Name, ("from", $"{flow.Operations[step.A].From}")),
        Act.Store => new ActionText("CPU0", $"store {StreamText.Name((Slot)step.A)}", ("word", $"w{step.B}"),
            ("value", StreamText.Value(flow, in before, step.B))),
        Act.Barrier => new ActionText("CPU0", "dma_wmb"),
        Act.Cfgi => StreamText.Command(flow, (Slot)step.A),
        Act.Sync => new ActionText("CPU0", "CMD_SYNC"),
        Act.Complete => new ActionText("SMMU", "consume CMD_SYNC"),
        Act.Wait => new ActionText("CPU0", "wait for CMD_SYNC"),
        Act.Fetch => new ActionText("SMMU", $"fetch {StreamText.Name((Slot)step.A)}", ("word", step.B < 0 ? "all" : $"w{step.B}")),
        Act.Evict => new ActionText("SMMU", "evict STE"),
        _ => new ActionText("device", "access", ("PASID", step.A == (short)Seen.Rid ? "none" : "1")),
    };
}
