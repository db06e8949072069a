// How the claims about a group are decided.

using Verify.Engine;
using Verify.Engine.Liveness;
using Verify.Model.IommuCore;
using Verify.Transitions;

namespace Verify.Properties.IommuCore;

/// <summary>The claims of <see cref="GroupClaims"/> as properties; the same for every variant. They name no device, no PASID, and none of a user's domains.</summary>
internal static class GroupProperties
{
    private delegate string StateText(in GroupState state);

    private delegate string StepText(in GroupState before, Step step, in GroupState after);

    /// <summary>All that a variant gives a case for.</summary>
    /// <param name="model">The model.</param>
    public static IReadOnlyList<Property<GroupState>> Of(GroupModel model)
    {
        var look = new GroupLook(model);
        var steps = new GroupSteps(model);
        CoreRules rules = model.Rules;
        return
        [
            .. OfDomains(look, steps), .. OfDirect(look, steps), .. OfOwners(look, steps), .. rules.HasPasids ? OfPasids(look, steps) : [], .. OfNewcomers(look, rules), .. rules.HasHandles ? OfFaults(rules) : [],
            .. rules.Reset != ResetFence.Absent ? OfResets(look, steps) : [], .. OfDevices(look, steps),
            Returns(), GroupGoals.Kinds(model), GroupGoals.Calls(model), GroupGoals.Paths(model),
        ];
    }

    private static IEnumerable<Property<GroupState>> OfDomains(GroupLook look, GroupSteps steps) =>
    [
        Each(GroupClaims.FailureRestoresDomain, (in _, step, in _) => GroupSteps.IsFailure(step), (in b, _, in a) => steps.NotRestored(in b, in a)),
        Each(GroupClaims.OldNewOrFault, (in b, step, in _) => step.Kind == Act.Dma && GroupModel.SlotOf(step) == 0 && GroupSteps.IsInOperation(in b, GroupModel.DeviceOf(step)), (in b, step, in _) => GroupSteps.Third(in b, step)),
        Each(GroupClaims.DefaultChangeIsHitless, (in b, step, in _) => IsChange(in b, step), (in b, _, in a) => steps.Takes(in b, in a, isDirect: false)),
        Each(GroupClaims.NeverIdentityUnasked, (in b, _, in a) => steps.MakesIdentity(in b, in a),
            (in b, step, in a) => GroupSteps.IsIdentityDue(in b, step) ? "" : $"an entry of dev{steps.NewIdentity(in b, in a) / GroupCore.MostSlots} becomes IDENTITY"),
        Always(GroupClaims.NofailNeverWarns, (in s) => s.IsBusy, (in s) => (s.Core.Call.Flags & Call.Warned) != 0 ? $"WARN_ON in {GroupModel.NameOf((Op)s.Core.Call.Op)}" : ""),
        Always(GroupClaims.MirrorAtRest, GroupLook.HasDomain, (in s) => look.Strays(in s, s.Core.Domain, except: 0)),
        Always(GroupClaims.NoFreeWhileReferenced, null, look.Dangling),
        Always(GroupClaims.AttachesADomain, (in s) => (Pc)s.Core.Call.Pc is Pc.Unblock or Pc.Attach, (in s) => (Pc)s.Core.Call.Pc == Pc.Unblock && s.Core.Domain == 0 ? "group->domain is NULL" : ""),
        Always(GroupClaims.OwnDriversDomainsOnly, null, look.Foreign),
        Always(GroupClaims.FirstFailureIsSafe, (in s) => s.Core.Domain == 0 && s.Core.Count > 0 && s.Core.Call.Op != (byte)Op.StoreType, (in s) => look.DanglingEntry(in s, 0)),
    ];

    private static IEnumerable<Property<GroupState>> OfDirect(GroupLook look, GroupSteps steps) =>
    [
        Each(GroupClaims.DirectNeverBlocked,
            (in b, step, in _) => step.Kind == Act.AttachDev && step.C == 0 && b.Core.Is(GroupModel.DeviceOf(step), Gdev.RequireDirect) && b.Core.Call.Op != (byte)Op.ResetPrepare,
            (in b, step, in _) => Dom.Faults(step.A) ? $"dev{GroupModel.DeviceOf(step)} is attached to {Dom.Name(step.A)}" : ""),
        Always(GroupClaims.DirectAlwaysTranslated, look.IsAnyDirectInUse, look.DirectIsGone),
        Each(GroupClaims.DirectSurvivesDefaultChange, (in b, step, in _) => IsChange(in b, step) && look.IsAnyDirectInUse(in b), (in b, _, in a) => steps.Takes(in b, in a, isDirect: true)),
    ];

    private static IEnumerable<Property<GroupState>> OfOwners(GroupLook look, GroupSteps steps) =>
    [
        Always(GroupClaims.OwnershipIsExclusive, (in s) => GroupLook.IsIdle(in s) && s.Core.OwnerCount > 0, GroupLook.Misowned),
        Each(GroupClaims.ClaimsSeeNoPasids,
            (in b, step, in _) => step.C == 0 && (GroupSteps.ReturnOf(step) is Op.ClaimGroup or Op.ClaimDevice || GroupSteps.AskOf(step) == Op.UseDefault),
            (in b, _, in _) => b.Core.IsPasidArrayEmpty ? "" : "pasid_array is not empty"),
        Each(GroupClaims.BindIsNotRefused, (in _, step, in _) => GroupSteps.AskOf(step) == Op.UseDefault,
            (in b, step, in _) => steps.IsRefusedForNothing(in b, step) ? $"group->domain is {Dom.Name(b.Core.Domain)}, and the default domain IDENTITY" : ""),
        Always(GroupClaims.NothingIsLeftBehind, (in s) => GroupLook.IsIdle(in s) && s.Core.Owner != 0, look.LeftBehind),
        Always(GroupClaims.UsersKeepTheirDomains, (in s) => GroupLook.IsIdle(in s) && s.View[0] != 0,
            (in s) => s.Core.Domain == s.View[0] ? "" : $"{Dom.Name(s.View[0])} was attached, and group->domain is {Dom.Name(s.Core.Domain)}"),
    ];

    private static IEnumerable<Property<GroupState>> OfPasids(GroupLook look, GroupSteps steps) =>
    [
        Always(GroupClaims.PasidMirrorAtRest, GroupLook.IsIdle, (in s) => look.PasidStrays(in s, isLate: false)),
        Each(GroupClaims.PasidFailureIsUndone, (in _, step, in _) => GroupSteps.IsPasidFailure(step), (in b, _, in a) => steps.PasidNotUndone(in b, in a)),
        Each(GroupClaims.OnlyWhatWasSetIsRemoved,
            (in b, step, in _) => step.Kind == Act.RemoveDevPasid && (Op)b.Core.Call.Op is Op.AttachPasid or Op.ReplacePasid,
            (in b, step, in _) => b.Of(GroupModel.DeviceOf(step), GroupModel.SlotOf(step)) == 0 ? $"dev{GroupModel.DeviceOf(step)} has nothing for PASID {GroupModel.SlotOf(step)}" : ""),
        Each(GroupClaims.RidChangeKeepsPasids, (in b, step, in _) => steps.IsRidChangeUnderPasids(in b, step),
            (in b, step, in a) => steps.KeepsPasids(in b, in a, GroupModel.DeviceOf(step)) ? "" : $"PASIDs of dev{GroupModel.DeviceOf(step)} are gone"),
        Each(GroupClaims.PasidlessIsNoObstacle,
            (in _, step, in _) => GroupSteps.AskOf(step) == Op.AttachPasid && GroupModel.SlotOf(step) < GroupCore.MostSlots && Dom.IsUsers(step.A),
            (in _, step, in _) => step.C == (short)Errno.EINVAL ? $"PASID {GroupModel.SlotOf(step)} is refused" : ""),
    ];

    // Where a device can join a group whose user has attached something.
    private static IEnumerable<Property<GroupState>> OfNewcomers(GroupLook look, CoreRules rules)
    {
        if (rules.HasPasids && (rules.JoinsInUse || rules.ClaimsEarly || !rules.DefersDrivers))
        {
            yield return Always(GroupClaims.NewcomersHavePasids, (in s) => GroupLook.IsIdle(in s) && look.IsAnyLate(in s), (in s) => look.PasidStrays(in s, isLate: true));
        }
    }

    private static IEnumerable<Property<GroupState>> OfFaults(CoreRules rules)
    {
        yield return Each(GroupClaims.HandleOutlivesReaders, (in _, step, in _) => GroupSteps.EndsHandle(step) && !GroupSteps.IsReplaced(step),
            (in b, _, in a) => GroupSteps.Outlived(in b, in a));
        yield return Each(GroupClaims.ReplacedHandleOutlivesReaders, (in _, step, in _) => GroupSteps.EndsHandle(step) && GroupSteps.IsReplaced(step),
            (in b, _, in a) => GroupSteps.Outlived(in b, in a));
        yield return Each(GroupClaims.RequestMeetsHandle, (in b, step, in _) => step.Kind == Act.HandleGet && b.FaultRaised != 0 && !b.IsAttachedAt(b.FaultSlot),
            (in b, step, in _) => step.A == b.FaultRaised ? "" : Missed(in b, step));
        if (!rules.FaultPathLocks)
        {
            yield return Each(GroupClaims.RequestMeetsHandleInAttach, (in b, step, in _) => step.Kind == Act.HandleGet && b.FaultRaised != 0 && b.IsAttachedAt(b.FaultSlot),
                (in b, step, in _) => step.A == b.FaultRaised ? "" : Missed(in b, step));
        }
    }

    private static IEnumerable<Property<GroupState>> OfResets(GroupLook look, GroupSteps steps) =>
    [
        Always(GroupClaims.ResetParksDevice, (in s) => GroupLook.IsIdle(in s) && (look.IsAnyBlocked(in s) || s.Core.Recovering > 0), look.Unparked),
        Each(GroupClaims.NothingReachesBlocked,
            (in b, step, in _) => GroupSteps.CalledFor(step) is var device and >= 0 && b.Core.Is(device, Gdev.Blocked),
            (in b, step, in _) => (Op)b.Core.Call.Op is Op.ResetPrepare or Op.ResetDone ? "" : $"dev{GroupModel.DeviceOf(step)} is blocked"),
        Each(GroupClaims.ResetRestores, (in b, step, in _) => GroupSteps.IsUnblocked(in b, step), (in _, step, in a) => steps.NotRestoredByReset(in a, GroupModel.DeviceOf(step))),
        Each(GroupClaims.OutermostUnblocks,
            (in b, step, in a) => (Op)b.Core.Call.Op is Op.ResetDone or Op.None && Unblocked(in b, in a) >= 0,
            (in b, _, in a) => a.Core.Depth[Unblocked(in b, in a)] == 0 ? "" : $"dev{Unblocked(in b, in a)} is unblocked, and its reset_depth is {a.Core.Depth[Unblocked(in b, in a)]}"),
        Each(GroupClaims.ResetIsNotRefused, (in _, step, in _) => GroupSteps.AskOf(step) == Op.ResetPrepare,
            (in _, step, in _) => step.C == (short)Errno.EBUSY ? $"the reset of dev{GroupModel.DeviceOf(step)} is refused" : ""),
        Each(GroupClaims.ResetLeavesSiblingsAlone,
            (in b, step, in _) => (Op)b.Core.Call.Op is Op.ResetPrepare or Op.ResetDone && GroupSteps.CalledFor(step) >= 0,
            (in b, step, in _) => GroupSteps.CalledFor(step) == b.Core.Call.Device - 1 ? "" : $"the driver is called for dev{GroupSteps.CalledFor(step)}"),
    ];

    private static IEnumerable<Property<GroupState>> OfDevices(GroupLook look, GroupSteps steps) =>
    [
        Each(GroupClaims.DeferredIsUntouched, (in b, _, in a) => steps.LosesInherited(in b, in a) >= 0,
            (in b, step, in a) => GroupSteps.MayLoseInherited(in b, step) ? "" : $"dev{steps.LosesInherited(in b, in a)} loses the tables of the previous kernel"),
        Always(GroupClaims.ReleaseLeavesNothing, GroupLook.IsIdle, look.Unreleased),
    ];

    private static bool IsChange(in GroupState before, Step step) => (Op)before.Core.Call.Op == Op.StoreType && step.Kind is Act.AttachDev or Act.Break;

    private static string Missed(in GroupState before, Step step) =>
        $"it was raised under {Dom.Name(before.FaultRaised)}, and {(step.A == 0 ? "finds nothing" : $"is given to the handle of {Dom.Name(step.A)}")}";

    private static int Unblocked(in GroupState before, in GroupState after)
    {
        for (int device = 0; device < GroupCore.MostDevices; device++)
        {
            if (before.Core.Is(device, Gdev.Blocked) && !after.Core.Is(device, Gdev.Blocked))
            {
                return device;
            }
        }
        return -1;
    }

    private static LeadsTo<GroupState> Returns() => new(
        GroupClaims.EveryCallReturns,
        (in s) => s.IsBusy,
        (in s) => !s.IsBusy,
        [
            // The fault path gets through again and again, and devices may ask again each time: so the driver's turn to find nothing outstanding is strong.
            new("the CPU that has the mutex", Strength.Strong, (in b, step, in _) => b.IsBusy && step.Kind is >= Act.Returns and <= Act.Free) { IsSymmetric = true },
            new("the fault path", Strength.Weak, (in _, step, in _) => step.Kind is Act.HandleGet or Act.Respond) { IsSymmetric = true },
        ])
    {
        IsSymmetric = true,
        Explain = (in s) => $"{GroupModel.NameOf((Op)s.Core.Call.Op)} is in {(Pc)s.Core.Call.Pc}",
    };

    private static Invariant<GroupState> Always(Claim claim, StatePredicate<GroupState>? when, StateText wrong) =>
        new(claim, when, (in s) => wrong(in s) == "", (in s) => wrong(in s));

    private static ActionProperty<GroupState> Each(Claim claim, StepPredicate<GroupState> when, StepText wrong) =>
        new(claim, when, (in b, step, in a) => wrong(in b, step, in a) == "", (in b, step, in a) => wrong(in b, step, in a));
}
