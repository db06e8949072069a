// How the claims about the core and the SMMUv3 driver together are decided.

using Verify.Engine;
using Verify.Engine.Liveness;
using Verify.Model.IommuCore;
using Verify.Properties.IommuCore;
using Verify.Properties.Smmu.Attach;
using Verify.Smmu.Attach;
using Verify.Smmu.Group;
using Verify.Transitions;

namespace Verify.Properties.Smmu.Group;

/// <summary>The properties: of the core with what its driver really does, of the driver with what its core really asks, and of both.</summary>
internal static class SmmuGroupProperties
{
    private static readonly Claim[] _ofCore =
    [
        GroupClaims.FailureRestoresDomain, GroupClaims.OldNewOrFault, GroupClaims.DefaultChangeIsHitless, GroupClaims.NeverIdentityUnasked, GroupClaims.NofailNeverWarns,
        GroupClaims.MirrorAtRest, GroupClaims.NoFreeWhileReferenced, GroupClaims.DirectAlwaysTranslated, GroupClaims.PasidMirrorAtRest,
        GroupClaims.RidChangeKeepsPasids, GroupClaims.ResetParksDevice, GroupClaims.ResetRestores, GroupClaims.ReleaseLeavesNothing,
    ];

    private static readonly Claim[] _ofDriver =
    [
        AttachClaims.IdentityContinuity, AttachClaims.AtRestAsAttached, AttachClaims.UnmapReachesAll, AttachClaims.AtcIsCovered, AttachClaims.NoFreedTable,
        AttachClaims.FormerLivesAreGone, AttachClaims.FreeTagsAreClean, AttachClaims.AtsOrder, AttachClaims.CdTableIsThere, AttachClaims.AccountsAgree, AttachClaims.NothingIsInTheWay,
        AttachClaims.FailureLeavesHardware,
    ];

    /// <summary>All of them.</summary>
    /// <param name="model">The model.</param>
    public static IReadOnlyList<Property<SmmuGroupState>> Of(SmmuGroupModel model)
    {
        var lifted = new Lifted(model);
        return
        [
            .. GroupProperties.Of(model.Group).Where(property => _ofCore.Contains(property.Claim)).Select(lifted.Of),
            .. AttachProperties.Of(model.Smmu).Where(property => _ofDriver.Contains(property.Claim)).Select(lifted.Of),
            OldIsWhatItHas(model), CoreAndDriverAgree(model), Returns(model), CallbackGoals.Of(model),
        ];
    }

    private static ActionProperty<SmmuGroupState> OldIsWhatItHas(SmmuGroupModel model) => new(
        SmmuGroupClaims.OldIsWhatItHas,
        (in _, step, in _) => SmmuGroupModel.OfDriver(step) is { Kind: <= (ushort)AttachAct.ReleaseDevice },
        (in b, _, in _) => Misled(in b, model) == "",
        (in b, _, in _) => Misled(in b, model));

    private static string Misled(in SmmuGroupState before, SmmuGroupModel model)
    {
        var due = model.Group.Core.Pending(in before.Group.Core);
        var told = SmmuGroupModel.OldFor(due);
        var has = before.Smmu.Attached(due.Device, due.Slot);
        // What is static is on no list.
        return before.Smmu.Table(told) == before.Smmu.Table(has) ? ""
            : $"{due.Kind} takes {Dom.Name(Names.Domain(told))} for the old domain of {AttachText.Place(due.Device, due.Slot)}, which has {Dom.Name(Names.Domain(has))}";
    }

    private static Invariant<SmmuGroupState> CoreAndDriverAgree(SmmuGroupModel model) => new(
        SmmuGroupClaims.CoreAndDriverAgree,
        (in s) => !s.Group.IsBusy && s.Group.Core.Domain != Dom.None,
        (in s) => Disagreement(in s, model) == "",
        (in s) => Disagreement(in s, model));

    private static string Disagreement(in SmmuGroupState state, SmmuGroupModel model)
    {
        ref readonly var core = ref state.Group.Core;
        for (var device = 0; device < model.Group.Devices; device++)
        {
            for (var slot = 0; slot <= model.Group.Pasids && state.Group.IsSettled(device); slot++)
            {
                var wanted = slot == 0 ? core.Domain : Cell.Domain(Cell.Loaded(core.Slots[slot]));
                var has = Names.Domain(state.Smmu.Attached(device, slot));
                if (has != wanted)
                {
                    return $"the core has {Dom.Name(wanted)} for {AttachText.Place(device, slot)}, and the driver {Dom.Name(has)}";
                }
            }
        }

        return "";
    }

    private static LeadsTo<SmmuGroupState> Returns(SmmuGroupModel model) => new(
        SmmuGroupClaims.EveryCallReturns,
        (in s) => s.Group.IsBusy,
        (in s) => !s.Group.IsBusy || model.IsFinal(in s),
        [
            new("the CPU that has the mutex", Strength.Strong, (in b, step, in _) => b.Group.IsBusy && IsOfCpu(step, 0)),
            new("the CPU that unmaps and frees", Strength.Strong, (in b, step, in _) => b.Smmu.Cpus[1].Operation != Operation.None && IsOfCpu(step, 1)),
            .. Enumerable.Range(0, 2).Select(cpu => new Fairness<SmmuGroupState>($"the SMMU for CPU{cpu}", Strength.Weak,
                (in _, step, in _) => SmmuGroupModel.OfDriver(step) is { Kind: (ushort)AttachAct.Consume } consumed && consumed.A == cpu)),
        ])
    {
        Explain = (in s) => $"{GroupModel.NameOf((Op)s.Group.Core.Call.Op)} is in {(Pc)s.Group.Core.Call.Pc}",
    };

    private static bool IsOfCpu(Step step, int cpu) =>
        SmmuGroupModel.OfCore(step) is { } ofCore ? cpu == 0 && ofCore.Kind is >= Act.Returns and <= Act.Free
        : SmmuGroupModel.OfDriver(step) is { } ofDriver && ofDriver.Kind is not ((ushort)AttachAct.Consume or (ushort)AttachAct.Map) && ofDriver.A == cpu;
}
