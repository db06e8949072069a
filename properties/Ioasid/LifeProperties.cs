// How the claims about the life cycles of guest IOASIDs are decided.

using Verify.Engine;
using Verify.Engine.Liveness;
using Verify.Model.Ioasid.Life;
using Verify.Model.Ioasid.Sets;
using Verify.Transitions;

namespace Verify.Properties.Ioasid;

/// <summary>The claims of <see cref="LifeClaims"/> as properties. They are the same for every version, and name no IOASID, VM, SPID or device.</summary>
internal static class LifeProperties
{
    private static readonly byte[] _works = [Mark.VdcmWork, Mark.IommuWork];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Property<LifeState>> Of(LifeModel model) =>
    [
        .. Invariants(model),
        .. Actions(model),
        Live,
        LifeGoals.Flows(), LifeGoals.Calls(model), LifeGoals.Hardware(),
    ];

    private static IEnumerable<Property<LifeState>> Invariants(LifeModel model) =>
    [
        Each(LifeClaims.RefsAreHeld, (in s, id) => s.Core.Refs[id] == byte.PopCount(s.Core.Holders[id]),
            (in s, id) => $"ioasid {id} has {s.Core.Refs[id]} references and {byte.PopCount(s.Core.Holders[id])} holders"),
        Each(LifeClaims.NotReclaimedWhileHeld, (in s, id) => s.Core.Stale[id] == 0, (in s, id) => $"ioasid {id} was reclaimed while it was held"),
        Each(LifeClaims.ContextIsHeld, (in s, id) => Unheld(in s, id) is null, (in s, id) => $"{Unheld(in s, id)} for ioasid {id}, and no reference"),
        Each(LifeClaims.NothingIsLeft, (in s, id) => s.Core.IsAllocated(id) || Hardware.Left(in s, id) is null, (in s, id) => $"{Hardware.Left(in s, id)} refers to ioasid {id}, which is in the pool"),
        Each(LifeClaims.LivesDoNotCross, (in s, id) => !s.Core.IsAllocated(id) || Hardware.Left(in s, id) is null,
            (in s, id) => $"{Hardware.Left(in s, id)} refers to a previous life of ioasid {id}, which is of VM{s.Core.VmOf(id)} now"),
        Each(LifeClaims.TranslationsAgree, (in s, id) => Disagreement(in s, id) is null, (in s, id) => $"ioasid {id} {Disagreement(in s, id)}"),
        Each(LifeClaims.HeldOnlyForContext, (in s, id) => Idle(in s, id) is null, (in s, id) => $"{Idle(in s, id)} holds ioasid {id} without any context"),
        new Invariant<LifeState>(LifeClaims.NoHandlerWaits, null, (in s) => !s.Core.Job.Stuck, (in s) => "a handler waits for the allocator's lock, which its caller holds"),
        new Invariant<LifeState>(LifeClaims.AnyOrderIsTheSame, (in s) => Pending(in s.Core) > 0, (in s) => Differing(model, in s) is null, (in s) => Differing(model, in s)!),
        new Invariant<LifeState>(LifeClaims.NoBadAccess, null, (in s) => s.Core.Fault == Fault.None, (in s) => $"{s.Core.Fault}"),
    ];

    private static IEnumerable<Property<LifeState>> Actions(LifeModel model) =>
    [
        new ActionProperty<LifeState>(LifeClaims.OwnDmaOnly,
            (in before, step, in after) => IsAccess(step) && (Access)step.C is Access.Translated or Access.PageRequest,
            (in before, step, in after) => Trespass(in before, step) is null,
            (in before, step, in after) => $"VM{step.A} reaches {Trespass(in before, step)} by ioasid {step.B & 15}"),
        new ActionProperty<LifeState>(LifeClaims.OnlyOwnIsTouched,
            (in before, step, in after) => OnBehalfOf(step) >= 0,
            (in before, step, in after) => Touched(in before, in after, OnBehalfOf(step)) is null,
            (in before, step, in after) => $"VM{OnBehalfOf(step)} changes {Touched(in before, in after, OnBehalfOf(step))}"),
        new ActionProperty<LifeState>(LifeClaims.NoHolderAfterFree,
            (in before, step, in after) => Pending(in before.Core) > 0,
            (in before, step, in after) => Gained(in before.Core, in after.Core) < 0,
            (in before, step, in after) => $"ioasid {Gained(in before.Core, in after.Core)} is FREE_PENDING, and gets a new holder"),
        new ActionProperty<LifeState>(LifeClaims.SourcesStopFirst,
            (in before, step, in after) => TakesDown(step),
            (in before, step, in after) => step.Kind != (ushort)LifeAct.IommuWork || Hardware.Bound(in before, step.A) == 0
                || !(Hardware.IsTranslated(in before, step.A) || Hardware.IsProgrammed(in before, step.A)),
            (in before, step, in after) => $"the entry of ioasid {step.A} goes while {(Hardware.IsProgrammed(in before, step.A) ? "a device has it" : "KVM translates to it")}"),
        new ActionProperty<LifeState>(LifeClaims.ToldOfFirstAndLast,
            (in before, step, in after) => IsTold(in before, step),
            (in before, step, in after) => Hears(in before) == IoasidEvent.Bind
                ? (before.Core.Holders[before.Core.Job.Id] & Holder.Kvm) == 0
                : Hardware.Bound(in before, before.Core.Job.Id) == 0 || before.Call.Kind == CallKind.Unbind,
            (in before, step, in after) => $"{Hears(in before)} of ioasid {before.Core.Job.Id}, which is bound to {Hardware.Bound(in before, before.Core.Job.Id)} mdevs"),
        new ActionProperty<LifeState>(LifeClaims.NoUnbindAfterFree,
            (in before, step, in after) => step.Kind == (ushort)LifeAct.UnbindStep || (IsTold(in before, step) && Hears(in before) == IoasidEvent.Unbind),
            (in before, step, in after) => step.Kind == (ushort)LifeAct.UnbindStep || before.Core.State[before.Core.Job.Id] != (byte)IdState.FreePending,
            (in before, step, in after) => $"UNBIND is sent for ioasid {before.Core.Job.Id}, which is FREE_PENDING"),
        new ActionProperty<LifeState>(LifeClaims.KvmDropsAll,
            (in before, step, in after) => step.Kind == (ushort)LifeAct.KvmExit,
            (in before, step, in after) => Kept(in before, in after, step.A) < 0,
            (in before, step, in after) => $"the references to ioasid {Kept(in before, in after, step.A)} go from {before.Core.Refs[Kept(in before, in after, step.A)]} to {after.Core.Refs[Kept(in before, in after, step.A)]}"),
        new ActionProperty<LifeState>(LifeClaims.TornDownOnce,
            (in before, step, in after) => TakesDown(step),
            (in before, step, in after) => step.Kind != (ushort)LifeAct.IommuWork || !Works.IsLost(in before.Core, model.Rules, step.A),
            (in before, step, in after) => $"the private data that the work for ioasid {step.A} was queued for is gone: an unbind or a reclaim was first"),
    ];

    private static LeadsTo<LifeState> Live { get; } = new(
        LifeClaims.FreedIsReclaimed,
        (in s) => Pending(in s.Core) > 0,
        (in s) => s.Core.Fault != Fault.None,
        [
            new("calls of the core under way", Strength.Weak, (in _, step, in _) => (LifeAct)step.Kind is LifeAct.Handler or LifeAct.FreeMember or LifeAct.SetFree) { IsSymmetric = true },
            new("binds and unbinds under way", Strength.Strong, (in _, step, in _) => (LifeAct)step.Kind is LifeAct.BindStep or LifeAct.UnbindStep) { IsSymmetric = true },
            new("VDCM's deferred work", Strength.Strong, (in _, step, in _) => (LifeAct)step.Kind == LifeAct.VdcmWork) { IsSymmetric = true },
            new("the IOMMU driver's deferred work", Strength.Strong, (in _, step, in _) => (LifeAct)step.Kind == LifeAct.IommuWork) { IsSymmetric = true },
        ])
    {
        IsSymmetric = true,
        ThenStep = (in before, _, in after) => Reclaims(in before.Core, in after.Core),
        Explain = (in s) => $"{Pending(in s.Core)} ioasids are FREE_PENDING",
    };

    private delegate bool IdPredicate(in LifeState state, int id);

    private delegate string IdText(in LifeState state, int id);

    private static Invariant<LifeState> Each(Claim claim, IdPredicate holds, IdText explain) =>
        new(claim, null, (in s) => Bad(in s, holds) < 0, (in s) => explain(in s, Bad(in s, holds)));

    private static int Bad(in LifeState state, IdPredicate holds)
    {
        for (int id = 1; id < SetCore.MostIds; id++)
        {
            if (!holds(in state, id))
            {
                return id;
            }
        }
        return -1;
    }

    private static string? Unheld(in LifeState s, int id)
    {
        byte holders = s.Core.Holders[id];
        return Hardware.IsTranslated(in s, id) && (holders & Holder.Kvm) == 0 ? "KVM has a translation"
            : Hardware.IsProgrammed(in s, id) && (holders & Holder.Vdcm) == 0 ? "VDCM has a device programmed"
            : Hardware.Bound(in s, id) > 0 && (holders & Holder.Iommu) == 0 ? "the IOMMU driver has a PASID table entry"
            : null;
    }

    // Who holds a reference for nothing, while neither an event nor a call nor work is under way.
    private static string? Idle(in LifeState s, int id)
    {
        byte holders = s.Core.Holders[id];
        if (s.Core.Job.Call != JobCall.None || s.Call.Kind != CallKind.None || s.Core.Has(id, Mark.VdcmWork) || s.Core.Has(id, Mark.IommuWork))
        {
            return null;
        }
        return (holders & Holder.Kvm) != 0 && !Hardware.IsTranslated(in s, id) ? "KVM"
            : (holders & Holder.Vdcm) != 0 && !Hardware.IsProgrammed(in s, id) ? "VDCM"
            : (holders & Holder.Iommu) != 0 && Hardware.Bound(in s, id) == 0 ? "the IOMMU driver"
            : null;
    }

    private static string? Disagreement(in LifeState s, int id)
    {
        if (s.Core.Job.Call != JobCall.None || s.Call.Kind != CallKind.None || s.Core.Fault != Fault.None)
        {
            return null;
        }
        int vm = s.Core.VmOf(id);
        int own = vm >= 0 && s.Core.Spid[id] != 0 ? LifeState.TrAt(vm, s.Core.Spid[id] - 1) : -1;
        for (int at = 0; at < SetCore.MostVms * LifeState.MostSpids; at++)
        {
            if (s.Tr[at] == id && (at != own || !s.Core.IsLive(id)))
            {
                return $"is what SPID {at % LifeState.MostSpids} of VM{at / LifeState.MostSpids} is translated to";
            }
        }
        if (own >= 0 && s.Core.IsLive(id) && s.Core.Has(id, Mark.Data) && s.IsVm(vm, Vm.Launched, Vm.KvmEnded) && s.Tr[own] != id)
        {
            return $"is bound, and SPID {s.Core.Spid[id] - 1} of VM{vm} is not translated to it";
        }
        for (int device = 0; device < LifeState.MostDevices; device++)
        {
            int entry = s.Pt[LifeState.PtAt(device, id)];
            if (entry != 0 && (entry & Cell.Previous) == 0 && vm >= 0 && (entry & Cell.Owner) != vm + 1)
            {
                return $"of VM{vm} leads to page tables of VM{(entry & Cell.Owner) - 1}";
            }
        }
        return null;
    }

    // Both orders of every two works, by the model's own functions.
    private static string? Differing(LifeModel model, in LifeState s)
    {
        if (s.Core.Fault != Fault.None)
        {
            return null;
        }
        int last = 2 * model.Scope.Ids;
        for (int one = 0; one < last; one++)
        {
            for (int other = one + 1; other < last; other++)
            {
                if (IsQueued(in s, one) && IsQueued(in s, other) && !After(model, in s, one, other).SequenceEqual(After(model, in s, other, one)))
                {
                    return $"{Name(one)} before {Name(other)} and the other way round end differently";
                }
            }
        }
        return null;
    }

    private static bool IsQueued(in LifeState s, int work) => s.Core.Has(1 + (work / 2), _works[work & 1]);

    private static string Name(int work) => $"{((work & 1) == 0 ? "vdev_clear_wk" : "teardown_pasid_wk")}({1 + (work / 2)})";

    private static byte[] After(LifeModel model, in LifeState s, int first, int second)
    {
        LifeState state = s;
        foreach (int work in (ReadOnlySpan<int>)[first, second])
        {
            while (IsQueued(in state, work) && state.Core.Fault == Fault.None)
            {
                SetCore before = state.Core;
                Works.Run(ref state, model.Rules, 1 + (work / 2), _works[work & 1]);
                Hardware.Age(in before, ref state);
            }
        }
        if (state.Core.Fault != Fault.None)
        {
            // A memory error is one, wherever it ends.
            return [(byte)state.Core.Fault];
        }
        return System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<LifeState>(in state)).ToArray();
    }

    private static bool TakesDown(Step step) => (LifeAct)step.Kind is LifeAct.IommuWork or LifeAct.UnbindStep;

    private static bool IsAccess(Step step) => (LifeAct)step.Kind is LifeAct.Dma or LifeAct.Enqcmd;

    // Whose memory an access reaches that it should not, or null.
    private static string? Trespass(in LifeState before, Step step)
    {
        int id = step.B & 15;
        int device = step.B >> 4 & 15;
        if ((before.Cached[id] & ((Cache.DeviceTlb << device) << 4)) != 0)
        {
            return "what a TLB has of a previous life";
        }
        int entry = before.Pt[LifeState.PtAt(device, id)];
        return entry != 0 && (entry & Cell.Owner) != step.A + 1 ? $"VM{(entry & Cell.Owner) - 1}'s memory"
            : (entry & Cell.Previous) != 0 ? "page tables of a previous life"
            : before.Core.VmOf(id) >= 0 && before.Core.VmOf(id) != step.A ? $"what is of VM{before.Core.VmOf(id)}'s set"
            : null;
    }

    private static int OnBehalfOf(Step step) => (LifeAct)step.Kind switch
    {
        LifeAct.Handler or LifeAct.VdcmWork or LifeAct.IommuWork or LifeAct.PageResponse or LifeAct.FreeMember => -1,
        _ => step.A,
    };

    private static string? Touched(in LifeState before, in LifeState after, int vm)
    {
        for (int id = 1; id < SetCore.MostIds; id++)
        {
            bool isOther = before.Core.IsAllocated(id) && before.Core.VmOf(id) >= 0 && before.Core.VmOf(id) != vm;
            if (isOther && !IsSame(in before, in after, id))
            {
                return $"ioasid {id} of VM{before.Core.VmOf(id)}";
            }
        }
        for (int at = 0; at < SetCore.MostVms * LifeState.MostSpids; at++)
        {
            if (at / LifeState.MostSpids != vm && before.Tr[at] != after.Tr[at])
            {
                return $"a translation of VM{at / LifeState.MostSpids}";
            }
        }
        for (int at = 0; at < LifeState.MostDevices * SetCore.MostVms; at++)
        {
            if (at % SetCore.MostVms != vm && before.Dv[at] != after.Dv[at])
            {
                return $"a device of VM{at % SetCore.MostVms}";
            }
        }
        return null;
    }

    private static bool IsSame(in LifeState before, in LifeState after, int id)
    {
        bool same = before.Core.State[id] == after.Core.State[id] && before.Core.Spid[id] == after.Core.Spid[id] && before.Core.Refs[id] == after.Core.Refs[id]
            && before.Core.Holders[id] == after.Core.Holders[id] && before.Core.Marks[id] == after.Core.Marks[id] && before.Cached[id] == after.Cached[id];
        for (int device = 0; device < LifeState.MostDevices; device++)
        {
            same &= before.Pt[LifeState.PtAt(device, id)] == after.Pt[LifeState.PtAt(device, id)];
        }
        return same;
    }

    private static bool IsTold(in LifeState before, Step step) =>
        step.Kind == (ushort)LifeAct.Handler && Hears(in before) is IoasidEvent.Bind or IoasidEvent.Unbind;

    private static IoasidEvent Hears(in LifeState before) => Jobs<LifeState, LifeWorld>.Event(before.Core.Job.Call);

    private static int Pending(in SetCore core)
    {
        int pending = 0;
        for (int id = 1; id < SetCore.MostIds; id++)
        {
            pending += core.State[id] == (byte)IdState.FreePending ? 1 : 0;
        }
        return pending;
    }

    private static int Gained(in SetCore before, in SetCore after)
    {
        for (int id = 1; id < SetCore.MostIds; id++)
        {
            if (before.State[id] == (byte)IdState.FreePending && after.State[id] == (byte)IdState.FreePending && (after.Holders[id] & ~before.Holders[id]) != 0)
            {
                return id;
            }
        }
        return -1;
    }

    private static bool Reclaims(in SetCore before, in SetCore after)
    {
        bool any = false;
        for (int id = 1; id < SetCore.MostIds; id++)
        {
            any |= before.IsAllocated(id) && !after.IsAllocated(id);
        }
        return any;
    }

    // An IOASID of which KVM has not dropped just what it held, or -1.
    private static int Kept(in LifeState before, in LifeState after, int vm)
    {
        for (int id = 1; id < SetCore.MostIds; id++)
        {
            bool held = (before.Core.Holders[id] & Holder.Kvm) != 0 && before.Core.VmOf(id) == vm;
            int expected = before.Core.Refs[id] - (held ? 1 : 0);
            if (after.Core.Refs[id] != expected || (held && (after.Core.Holders[id] & Holder.Kvm) != 0))
            {
                return id;
            }
        }
        return -1;
    }
}
