// How the claims about the extended IOASID core are decided.

using System.Numerics;
using Verify.Engine;
using Verify.Engine.Liveness;
using Verify.Model.Ioasid.Sets;
using Verify.Transitions;

namespace Verify.Properties.Ioasid;

/// <summary>The claims of <see cref="SetClaims"/> as properties. They are the same for every version, and name no IOASID, set, SPID or VM.</summary>
internal static class SetProperties
{
    private static readonly Subscriber[] _byPriority = [Subscriber.Kvm, Subscriber.Vdcm, Subscriber.Iommu];

    /// <summary>All of them.</summary>
    /// <param name="model">The model; its version says which calls there are.</param>
    public static IReadOnlyList<Property<SetsState>> Of(SetModel model) =>
    [
        .. Invariants(model),
        .. Actions(model),
        .. Live(model),
        SetGoals.States(model), SetGoals.Calls(model), SetGoals.Walks(model),
    ];

    private static IEnumerable<Property<SetsState>> Invariants(SetModel model) =>
    [
        Each(SetClaims.OneSetForLife, (in c, id) => !(c.Has(id, Mark.Orphan) && c.Sets[c.SlotOf(id)] != (byte)SetState.None), (in c, id) => $"ioasid {id} points to set {c.SlotOf(id)}, which was made later"),
        Each(SetClaims.SpidIsInjective, (in c, id) => Twin(in c, id) < 0, (in c, id) => $"ioasids {id} and {Twin(in c, id)} of set {c.SlotOf(id)} have SPID {c.Spid[id] - 1}"),
        One(SetClaims.OneSetPerMm, (in c) => SharedToken(in c) < 0, (in c) => $"mm{SharedToken(in c)} is the token of two sets"),
        One(SetClaims.QuotasAddUp, (in c) => Sums(in c, model.Scope.Ids).Length == 0, (in c) => Sums(in c, model.Scope.Ids)),
        Each(SetClaims.ReclaimedAtZero, (in c, id) => c.Stale[id] == 0, (in c, id) => $"ioasid {id} was reclaimed while it was held"),
        One(SetClaims.EveryoneHears, (in c) => c.Job.Due == 0 || Deaf(model, in c) == 0, (in c) => $"the event does not reach {Names(Deaf(model, in c))}"),
        One(SetClaims.HandlersDoNotWait, (in c) => !c.Job.Stuck, (in c) => "a handler waits for the allocator's lock, which its caller holds"),
        One(SetClaims.PendingFollowsSet, (in c) => Astray(in c) < 0, (in c) => $"the notifier for mm{Astray(in c)} is {(PendingState)c.Pending[Astray(in c)]}"),
        Each(SetClaims.RefsAreHolders, (in c, id) => c.State[id] == (byte)IdState.Dangling || c.Refs[id] == BitOperations.PopCount(c.Holders[id]),
            (in c, id) => $"ioasid {id} has {c.Refs[id]} references and {BitOperations.PopCount(c.Holders[id])} holders"),
        Each(SetClaims.SetOutlivesMembers, (in c, id) => !c.Has(id, Mark.Orphan), (in c, id) => $"ioasid {id} points to set {c.SlotOf(id)}, which has been freed"),
        Each(SetClaims.OneFreePerLife, (in c, id) => !c.Has(id, Mark.ToldTwice), (in c, id) => $"FREE was sent twice for ioasid {id}"),
        One(SetClaims.ZeroIsReserved, (in c) => !c.IsAllocated(0), (in c) => "PASID 0 is allocated"),
        One(SetClaims.NoLockCycle, (in c) => !c.Job.WaitsForPendingLock,
            (in c) => $"CPU{c.Job.Caller} holds the allocator's lock and wants that of the pending list; CPU{c.PendingLock - 1} holds that and wants the allocator's"),
        One(SetClaims.NoBadAccess, (in c) => c.Fault == Fault.None, (in c) => $"{c.Fault}"),
    ];

    private static IEnumerable<Property<SetsState>> Actions(SetModel model) =>
    [
        new ActionProperty<SetsState>(SetClaims.OnlyOwnIsFreed,
            (in before, step, in after) => step.Kind == (ushort)SetAct.Free && (Result)step.C == Result.Ok,
            (in before, step, in after) => before.Core.SlotOf(step.B) == step.A && !before.Core.Has(step.B, Mark.Orphan),
            (in before, step, in after) => $"ioasid {step.B} was allocated from another set than {step.A}"),
        new ActionProperty<SetsState>(SetClaims.NoGetAfterFree,
            (in before, step, in after) => Pending(in before.Core) != 0,
            (in before, step, in after) => Gained(in before.Core, in after.Core) < 0,
            (in before, step, in after) => Gain(in before.Core, in after.Core)),
        new ActionProperty<SetsState>(SetClaims.CalledInOrder,
            (in before, step, in after) => step.Kind == (ushort)SetAct.Handler,
            (in before, step, in after) => Overtaken(model, in before) is null,
            (in before, step, in after) => $"{Name(model.NextHandler(in before)!.Value)} is called before {Name(Overtaken(model, in before)!.Value)}"),
        new ActionProperty<SetsState>(SetClaims.MmSetIsEmpty,
            (in before, step, in after) => step.Kind == (ushort)SetAct.RegisterMm && Joined(in before.Core, in after.Core) >= 0,
            (in before, step, in after) => before.Core.Nr[Joined(in before.Core, in after.Core)] == 0,
            (in before, step, in after) => $"set {Joined(in before.Core, in after.Core)} has {before.Core.Nr[Joined(in before.Core, in after.Core)]} members"),
        new ActionProperty<SetsState>(SetClaims.RefusedOnlyWhenFull,
            (in before, step, in after) => (SetAct)step.Kind is SetAct.SetAdjust or SetAct.SetAlloc && (Result)step.C == Result.ENOSPC,
            (in before, step, in after) => Lacks(in before.Core, step, model.Scope.Sets),
            (in before, step, in after) => $"the quota of set {step.A} was to go from {before.Core.Quota[step.A]} to {step.B}, and {before.Core.Available} are left"),
        new ActionProperty<SetsState>(SetClaims.FailedAllocLeavesNothing,
            (in before, step, in after) => step.Kind == (ushort)SetAct.AllocWithoutMap || (step.Kind == (ushort)SetAct.Alloc && (Result)step.C == Result.Invalid),
            (in before, step, in after) => (Result)step.C == Result.Invalid && (step.B < 0 || !after.Core.IsAllocated(step.B)),
            (in before, step, in after) => $"ioasid {step.B} is returned, and stays in the allocator's map without an entry"),
    ];

    private static IEnumerable<Property<SetsState>> Live(SetModel model) =>
    [
        new LeadsTo<SetsState>(SetClaims.FreeReturns, (in s) => s.Core.Job.Call == JobCall.Free, (in s) => s.Core.Job.Call != JobCall.Free || model.IsFinal(in s), Fair)
        {
            IsSymmetric = true,
            Explain = (in s) => "ioasid_free is still running",
        },
        new LeadsTo<SetsState>(SetClaims.PendingIsReclaimed, (in s) => Pending(in s.Core) != 0, (in s) => model.IsFinal(in s), Fair)
        {
            IsSymmetric = true,
            ThenStep = (in before, _, in after) => Reclaims(in before.Core, in after.Core),
            Explain = (in s) => $"{Pending(in s.Core)} ioasids are FREE_PENDING",
        },
    ];

    // What the kernel does of its own accord: nobody else has to act. Who waits for a lock gets it in the end, as a queued spinlock grants: so these are strong.
    private static IReadOnlyList<Fairness<SetsState>> Fair { get; } =
    [
        new("the call that has the lock", Strength.Weak, (in _, step, in _) => (SetAct)step.Kind is SetAct.Handler or SetAct.NobodyHears or SetAct.FreeMember) { IsSymmetric = true },
        new("calls under way", Strength.Strong, (in before, step, in after) => (SetAct)step.Kind is SetAct.TakeFound or SetAct.UnregisterFromSet or SetAct.FreeAllLocked
            || ((SetAct)step.Kind == SetAct.RegisterMm && before.Core.PendingLock != 0)) { IsSymmetric = true },
        new("deferred work", Strength.Strong, (in _, step, in _) => (SetAct)step.Kind == SetAct.Work) { IsSymmetric = true },
    ];

    private delegate bool CorePredicate(in SetCore core);

    private delegate string CoreText(in SetCore core);

    private delegate bool IdPredicate(in SetCore core, int id);

    private delegate string IdText(in SetCore core, int id);

    private static Invariant<SetsState> One(Claim claim, CorePredicate holds, CoreText explain) =>
        new(claim, null, (in s) => holds(in s.Core), (in s) => explain(in s.Core));

    // Of each IOASID that is not in the pool, or is still believed to be held.
    private static Invariant<SetsState> Each(Claim claim, IdPredicate holds, IdText explain) =>
        new(claim, (in s) => s.Core.IsAnyAllocated, (in s) => Bad(in s.Core, holds) < 0, (in s) => explain(in s.Core, Bad(in s.Core, holds)));

    private static int Bad(in SetCore core, IdPredicate holds)
    {
        for (int id = 0; id < SetCore.MostIds; id++)
        {
            if ((core.IsAllocated(id) || core.Stale[id] != 0) && !holds(in core, id))
            {
                return id;
            }
        }
        return -1;
    }

    private static int Twin(in SetCore core, int id)
    {
        for (int other = 0; other < SetCore.MostIds; other++)
        {
            if (other != id && core.Spid[id] != 0 && core.Spid[other] == core.Spid[id] && core.Set[other] == core.Set[id])
            {
                return other;
            }
        }
        return -1;
    }

    private static int SharedToken(in SetCore core)
    {
        for (int vm = 0; vm < SetCore.MostVms; vm++)
        {
            int sets = 0;
            for (int slot = 0; slot < SetCore.MostSlots; slot++)
            {
                sets += core.Sets[slot] != (byte)SetState.None && core.Token[slot] == vm + 1 ? 1 : 0;
            }
            if (sets > 1)
            {
                return vm;
            }
        }
        return -1;
    }

    private static string Sums(in SetCore core, int capacity)
    {
        int quotas = 0;
        int members = 0;
        for (int slot = 0; slot < SetCore.MostSlots; slot++)
        {
            if (core.Nr[slot] > core.Quota[slot])
            {
                return $"set {slot} has {core.Nr[slot]} IOASIDs and a quota of {core.Quota[slot]}";
            }
            quotas += core.Quota[slot];
            members += core.Nr[slot];
        }
        int allocated = 0;
        for (int id = 0; id < SetCore.MostIds; id++)
        {
            allocated += core.IsAllocated(id) && core.State[id] != (byte)IdState.Dangling ? 1 : 0;
        }
        return core.Booked != capacity ? $"quotas {quotas}, reserved {core.Reserved} and available {core.Available} are not {capacity}"
            : members != allocated ? $"{allocated} IOASIDs are not in the pool, and sets count {members}"
            : "";
    }

    private static int Deaf(SetModel model, in SetCore core)
    {
        SetsState state = default;
        state.Core = core;
        return core.Job.Due & ~model.Reached(in state);
    }

    private static string Names(int subscribers) => string.Join(", ", _byPriority.Where(who => (subscribers >> (int)who & 1) != 0).Select(Name));

    private static string Name(Subscriber who) => SetActions.Lanes[1 + (int)who];

    // The VM whose notifier is active without a set, or the other way round, or -1.
    private static int Astray(in SetCore core)
    {
        for (int vm = 0; vm < SetCore.MostVms; vm++)
        {
            bool isOn = false;
            for (int slot = 0; slot < SetCore.MostSlots; slot++)
            {
                isOn |= core.Token[slot] == vm + 1 && (core.Chain[slot] & SetCore.KvmBlock) != 0;
            }
            if (core.Pending[vm] == (byte)PendingState.Active ? !isOn : core.Pending[vm] == (byte)PendingState.Inactive && core.SlotOfVm(vm) >= 0)
            {
                return vm;
            }
        }
        return -1;
    }

    // The set to whose chain KVM's notifier is added, or -1.
    private static int Joined(in SetCore before, in SetCore after)
    {
        for (int slot = 0; slot < SetCore.MostSlots; slot++)
        {
            if ((after.Chain[slot] & ~before.Chain[slot] & SetCore.KvmBlock) != 0)
            {
                return slot;
            }
        }
        return -1;
    }

    // Whether there is less than ioasid_set_adjust or ioasid_set_alloc was to take, or no slot.
    private static bool Lacks(in SetCore before, Step step, int slots)
    {
        if (step.Kind == (ushort)SetAct.SetAdjust)
        {
            return step.B - before.Quota[step.A] > before.Available;
        }
        int used = 0;
        for (int slot = 0; slot < slots; slot++)
        {
            used += before.Sets[slot] != (byte)SetState.None ? 1 : 0;
        }
        return (step.B & 0xff) > before.Available || used == slots;
    }

    private static int Pending(in SetCore core)
    {
        int pending = 0;
        for (int id = 0; id < SetCore.MostIds; id++)
        {
            pending += core.State[id] == (byte)IdState.FreePending ? 1 : 0;
        }
        return pending;
    }

    // The IOASID that was FREE_PENDING and has more holders now, or -1.
    private static int Gained(in SetCore before, in SetCore after)
    {
        for (int id = 0; id < SetCore.MostIds; id++)
        {
            if (before.State[id] == (byte)IdState.FreePending && after.State[id] == (byte)IdState.FreePending && (after.Holders[id] & ~before.Holders[id]) != 0)
            {
                return id;
            }
        }
        return -1;
    }

    private static string Gain(in SetCore before, in SetCore after)
    {
        int id = Gained(in before, in after);
        return $"ioasid {id} is FREE_PENDING, and its references grow from {before.Refs[id]} to {after.Refs[id]}";
    }

    private static bool Reclaims(in SetCore before, in SetCore after)
    {
        bool any = false;
        for (int id = 0; id < SetCore.MostIds; id++)
        {
            any |= before.IsAllocated(id) && !after.IsAllocated(id);
        }
        return any;
    }

    // A subscriber that is called later than it should be.
    private static Subscriber? Overtaken(SetModel model, in SetsState before)
    {
        Subscriber called = model.NextHandler(in before)!.Value;
        int later = model.Reached(in before) & ~before.Core.Job.Called;
        foreach (Subscriber who in _byPriority.TakeWhile(who => who != called))
        {
            if ((later >> (int)who & 1) != 0)
            {
                return who;
            }
        }
        return null;
    }
}
