// The handlers of KVM, VDCM and the IOMMU driver, and the work that they defer.

using Verify.Model.Ioasid.Sets;

namespace Verify.Model.Ioasid.Life;

/// <summary>Those around the core: what they do when they hear of an event.</summary>
/// <param name="rules">The version.</param>
public readonly struct LifeWorld(LifeRules rules) : IWorld<LifeState>
{
    /// <inheritdoc/>
    public static ref SetCore Core(ref LifeState state) => ref state.Core;

    /// <summary>Whether a handler has nothing to do with the event that it would hear of next: then its call is no step of its own.</summary>
    public bool Ignores(in LifeState state, Subscriber who, IoasidEvent what)
    {
        int id = state.Core.Job.Id;
        bool puts = Holds(in state.Core, id, Holder.Of(who)) || rules.Core.HandlersPutBlindly;
        return what switch
        {
            IoasidEvent.Alloc => true,
            IoasidEvent.Bind or IoasidEvent.Unbind => who != Subscriber.Kvm,
            _ => !(who == Subscriber.Iommu ? TearsDown(in state.Core, id) : puts),
        };
    }

    /// <inheritdoc/>
    public bool Handle(ref LifeState state, Subscriber who, IoasidEvent what)
    {
        if (Ignores(in state, who, what))
        {
            return true;
        }
        int id = state.Core.Job.Id;
        switch (who, what)
        {
            case (Subscriber.Kvm, IoasidEvent.Bind or IoasidEvent.Unbind) when rules.Core.BindHandlersTakeLock && !rules.Core.NotifiesUnlocked:
                return false;
            case (Subscriber.Kvm, IoasidEvent.Bind):
                Translate(ref state, id);
                break;
            case (Subscriber.Kvm, _):
                StopTranslating(ref state);
                if (what == IoasidEvent.Unbind && !Holds(in state.Core, id, Holder.Kvm))
                {
                    break;
                }
                IdCalls.Put(ref state.Core, rules.Core, id, Holder.Kvm);
                break;
            case (Subscriber.Vdcm, _) when rules.VdcmFree == VdcmFree.PutOnly:
                IdCalls.Put(ref state.Core, rules.Core, id, Holder.Vdcm);
                break;
            case (Subscriber.Vdcm, _):
                Works.Queue(ref state, rules, id, Mark.VdcmWork);
                break;
            default:
                Works.Queue(ref state, rules, id, Mark.IommuWork);
                state.Core.Marks[id] &= rules.HandlerTakesData ? unchecked((byte)~Mark.Data) : (byte)0xff;
                break;
        }
        return true;
    }

    /// <summary>Whether somebody holds a reference, or believes so.</summary>
    public static bool Holds(in SetCore core, int id, byte holder) => ((core.Holders[id] | core.Stale[id]) & holder) != 0;

    // Where the IOMMU driver puts after FREE only, it has to do something without private data too.
    private bool TearsDown(in SetCore core, int id) =>
        core.Has(id, Mark.Data) || rules.Core.HandlersPutBlindly || (!rules.PutsAtUnbind && Holds(in core, id, Holder.Iommu));

    // KVM takes the data of the event as it is: rule 2 of the document.
    private void Translate(ref LifeState state, int id)
    {
        ref SetCore core = ref state.Core;
        bool holds = Holds(in core, id, Holder.Kvm);
        if (core.Job.Spid != 0 && (holds || IdCalls.Get(ref core, rules.Core, core.Job.Slot, id, Holder.Kvm) == Result.Ok))
        {
            state.Tr[LifeState.TrAt(core.Token[core.Job.Slot] - 1, core.Job.Spid - 1)] = (byte)id;
        }
    }

    private static void StopTranslating(ref LifeState state)
    {
        if (state.Core.Job.Spid != 0)
        {
            state.Tr[LifeState.TrAt(state.Core.Token[state.Core.Job.Slot] - 1, state.Core.Job.Spid - 1)] = 0;
        }
    }
}

/// <summary>Deferred work: what handlers may not do, as they must not sleep.</summary>
public static class Works
{
    /// <summary>Queues work for an IOASID.</summary>
    public static void Queue(ref LifeState state, LifeRules rules, int id, byte work)
    {
        if (state.Core.Has(id, work))
        {
            return;
        }
        state.Core.Marks[id] |= work;
        int last = 0;
        while (rules.OneQueue && state.Queue[last] != 0)
        {
            last++;
        }
        state.Queue[last] = rules.OneQueue ? Entry(id, work) : (byte)0;
    }

    /// <summary>Whether work can run now: it is queued, first in its queue, and not in need of a mutex that a bind or unbind has.</summary>
    public static bool CanRun(in LifeState state, LifeRules rules, int id, byte work) =>
        state.Core.Has(id, work)
        && (!rules.OneQueue || state.Queue[0] == Entry(id, work))
        && (work == Mark.VdcmWork || state.Call.Kind == CallKind.None);

    /// <summary>Runs work to its end, or to its next step.</summary>
    public static Result Run(ref LifeState state, LifeRules rules, int id, byte work) =>
        work == Mark.VdcmWork ? RunVdcm(ref state, rules, id) : RunIommu(ref state, rules, id);

    /// <summary>Whether the private data that the IOMMU driver's work was queued for has been freed by an unbind meanwhile; what is there by now is of another life.</summary>
    public static bool IsLost(in SetCore core, LifeRules rules, int id) =>
        rules.WorkTrustsData && !(core.Has(id, Mark.Data) && core.State[id] == (byte)IdState.FreePending);

    // Clearing and then putting is one step: to all others the device is as good as cleared while the reference is there.
    private static Result RunVdcm(ref LifeState state, LifeRules rules, int id)
    {
        if (rules.VdcmFree == VdcmFree.PutThenClear && state.HalfDone[id] == 0)
        {
            state.HalfDone[id] = 1;
            return Put(ref state, rules, id, Holder.Vdcm);
        }
        Remove(ref state, rules, id, Mark.VdcmWork);
        if (!rules.VdcmLooksUpToClear || state.Core.Spid[id] != 0)
        {
            Hardware.ClearDevices(ref state, id);
        }
        if (rules.VdcmFree == VdcmFree.PutThenClear)
        {
            state.HalfDone[id] = 0;
            return Result.Ok;
        }
        return Put(ref state, rules, id, Holder.Vdcm);
    }

    // One step as well: nobody else touches the entry of an IOASID that is FREE_PENDING while the driver has its mutex.
    private static Result RunIommu(ref LifeState state, LifeRules rules, int id)
    {
        ref SetCore core = ref state.Core;
        Remove(ref state, rules, id, Mark.IommuWork);
        if (IsLost(in core, rules, id))
        {
            core.Fault = Fault.UseAfterFree;
            return Result.Logged;
        }
        Hardware.TearDown(ref state, rules, id);
        core.Marks[id] &= unchecked((byte)~Mark.Data);
        core.Spid[id] = rules.TeardownDetachesSpid ? (byte)0 : core.Spid[id];
        return Put(ref state, rules, id, Holder.Iommu);
    }

    private static Result Put(ref LifeState state, LifeRules rules, int id, byte holder) =>
        LifeWorld.Holds(in state.Core, id, holder) || rules.Core.HandlersPutBlindly ? IdCalls.Put(ref state.Core, rules.Core, id, holder) : Result.Logged;

    private static void Remove(ref LifeState state, LifeRules rules, int id, byte work)
    {
        state.Core.Marks[id] &= (byte)~work;
        if (!rules.OneQueue)
        {
            return;
        }
        const int Length = 2 * (SetCore.MostIds - 1);
        int at = 0;
        while (at < Length - 1 && state.Queue[at] != Entry(id, work))
        {
            at++;
        }
        for (; at < Length - 1; at++)
        {
            state.Queue[at] = state.Queue[at + 1];
        }
        state.Queue[Length - 1] = 0;
    }

    private static byte Entry(int id, byte work) => (byte)((2 * id) + (work == Mark.IommuWork ? 1 : 0));
}
