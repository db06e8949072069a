// The claims about the attach model, as the engine decides them.

using Verify.Engine;
using Verify.Engine.Liveness;
using Verify.Smmu.Attach;
using static Verify.Smmu.Attach.AttachState;

namespace Verify.Properties.Smmu.Attach;

/// <summary>The properties of the attach model.</summary>
internal static class AttachProperties
{
    /// <summary>All of them.</summary>
    /// <param name="model">The model.</param>
    public static IReadOnlyList<Property<AttachState>> Of(AttachModel model) =>
    [
        .. Accesses(new AttachLook(model)), .. Caches(model, new AttachLook(model)), .. Calls(), .. Ends(model), AttachGoals.Kinds(model), AttachGoals.Results(model),
    ];

    private static IEnumerable<Property<AttachState>> Accesses(AttachLook look)
    {
        yield return At(AttachClaims.OldNewOrFault, null, look.Third, "neither is attached nor being attached");
        yield return At(AttachClaims.NoTransitionalIdentity, null, look.Passes, "IDENTITY is neither attached nor being attached");
        yield return At(AttachClaims.IdentityContinuity, IsIdentityAndPaging, look.Gap, "both its domains translate");
        yield return At(AttachClaims.HitlessWhenPossible, IsBetweenDomains, look.NeedlessGap, "the change from one to the other can be hitless");
        yield return At(AttachClaims.RidChangeKeepsPasid, (in s) => IsUnderWay(in s, ofPasid: false), (in s) => look.Disturbed(in s, ofPasids: false),
            "only the RID's domain changes");
        yield return At(AttachClaims.PasidChangeKeepsRid, (in s) => IsUnderWay(in s, ofPasid: true), (in s) => look.Disturbed(in s, ofPasids: true),
            "only another PASID's domain changes");
        yield return At(AttachClaims.AtRestAsAttached, null, look.Unlike, "that is not what is attached");
        yield return At(AttachClaims.CdIsValidWhileUsed, (in s) => IsUnderWay(in s, ofPasid: false), look.MeetsClearedCd, "its CD has V=0");
        yield return At(AttachClaims.ReleasedStaysValid, HasReleased, look.MeetsClearedReleased, "its CD has V=0 since its mm went");
    }

    private static Invariant<AttachState> At(Claim claim, StatePredicate<AttachState>? when, FindSpot find, string wanted) =>
        new(claim, when, (in s) => !find(in s).IsThere, (in s) => find(in s).Say(wanted)) { ShownBy = (in s, step, in _) => find(in s).IsShownBy(step) };

    private static IEnumerable<Property<AttachState>> Caches(AttachModel model, AttachLook look)
    {
        yield return new Invariant<AttachState>(AttachClaims.UnmapReachesAll, null, (in s) => look.Unreached(in s).Domain < 0,
            (in s) => look.Unreached(in s).Spot.Say($"the unmap of {Name(in s, look.Unreached(in s).Domain)} has returned"))
        {
            ShownBy = (in s, step, in _) => look.Unreached(in s).Spot.IsShownBy(step),
        };
        yield return new Invariant<AttachState>(AttachClaims.AtcIsCovered, HasAts, (in s) => !AttachAccounts.Uncovered(in s, model).IsThere,
            (in s) => AttachAccounts.SayUncovered(in s, model))
        {
            ShownBy = (in s, step, in _) => HardwareMove.Of(step).Way == Way.Atc && AttachAccounts.Uncovered(in s, model).IsShownBy(step),
        };
        yield return new Invariant<AttachState>(AttachClaims.NoFreedTable, null, (in s) => !look.Freed(in s).IsThere && AttachLook.FreedWithMasters(in s) < 0,
            (in s) => look.Freed(in s) is { IsThere: true } spot ? spot.Say("the tables are free memory") : $"{Name(in s, AttachLook.FreedWithMasters(in s))} is freed with masters on its list")
        {
            ShownBy = (in s, step, in _) => look.Freed(in s).IsShownBy(step),
        };
        yield return new Invariant<AttachState>(AttachClaims.FormerLivesAreGone, null, (in s) => s.Crossing() < 0,
            (in s) => $"{AttachLook.SayPlace(s.Crossing())} may have pages of a domain that was freed")
        {
            ShownBy = (in _, step, in _) => AttachLook.ShowsFormer(step),
        };
        yield return new Invariant<AttachState>(AttachClaims.FreeTagsAreClean, null, (in s) => look.Unclean(in s) < 0,
            (in s) => $"{AttachLook.SayPlace(look.Unclean(in s))} is not clean, and no {(model.HasInvs ? "array" : "domain")} has it");
        yield return new Invariant<AttachState>(AttachClaims.AtsOrder, HasAts, (in s) => look.Unanswered(in s) < 0,
            (in s) => $"dev{look.Unanswered(in s)} has ATS on, and the SMMU may hold an STE of it without EATS");
        yield return new Invariant<AttachState>(AttachClaims.CdTableIsThere, null, (in s) => look.WithoutCdTable(in s) < 0,
            (in s) => $"the SMMU may hold an STE of dev{look.WithoutCdTable(in s)} that points to a CD table, and there is none");
        yield return new Invariant<AttachState>(AttachClaims.AccountsAgree, null, (in s) => AttachAccounts.Wrong(in s, model) == "", (in s) => AttachAccounts.Wrong(in s, model));
        yield return new Invariant<AttachState>(AttachClaims.NothingIsInTheWay, null, (in s) => AttachAccounts.Obstacle(in s, model) == "", (in s) => AttachAccounts.Obstacle(in s, model));
        yield return new Invariant<AttachState>(AttachClaims.OneWriterPerEntry, null, (in s) => AttachAccounts.TwoWriters(in s, model) == "",
            (in s) => AttachAccounts.TwoWriters(in s, model));
    }

    private static IEnumerable<Property<AttachState>> Calls()
    {
        yield return new ActionProperty<AttachState>(AttachClaims.StaticNeverFails, IsStaticAttach, (in b, step, in _) => ErrorOf(step) == Errno.None,
            (in b, step, in _) => $"attach_dev of {AttachText.Domain(in b, NewOf(in b, step))} returns -{ErrorOf(step)}");
        yield return new ActionProperty<AttachState>(AttachClaims.RidMayChange, IsRidChange, (in b, step, in _) => ErrorOf(step) == Errno.None,
            (in b, step, in _) => $"attach_dev of {AttachText.Domain(in b, NewOf(in b, step))} returns -{ErrorOf(step)} as PASIDs are attached");
        yield return new ActionProperty<AttachState>(AttachClaims.FailureLeavesHardware, (in _, step, in _) => ErrorOf(step) != Errno.None,
            (in b, step, in _) => (b.Cpus[step.A].Flags & CpuFlag.Touched) == 0,
            (in b, step, in _) => $"CPU{step.A} returns -{ErrorOf(step)} after it has changed STE, CD or PCI ATS");
        yield return new ActionProperty<AttachState>(AttachClaims.NoAtcInvToTheGone,
            (in b, step, in _) => step.Kind == (ushort)AttachAct.Consume && b.Cpus[step.A].Command == Command.AtcInv,
            (in b, step, in _) => Gone(in b, step) < 0,
            (in b, step, in _) => $"ATC_INV is sent to dev{Gone(in b, step)}, which is gone");
    }

    private static IEnumerable<Property<AttachState>> Ends(AttachModel model)
    {
        yield return new LeadsTo<AttachState>(AttachClaims.EveryOperationEnds, IsFirstBusy, (in s) => !IsFirstBusy(in s) || model.IsFinal(in s),
        [
            .. Enumerable.Range(0, model.Scope.Cpus).Select(cpu => new Fairness<AttachState>($"CPU{cpu}", Strength.Strong,
                (in before, step, in _) => before.Cpus[cpu].Operation != Operation.None && model.Agent(in before, step) == cpu)),
            // The queue is one, and first in, first out.
            .. Enumerable.Range(0, model.Scope.Cpus).Select(cpu => new Fairness<AttachState>($"the SMMU for CPU{cpu}", Strength.Weak,
                (in _, step, in _) => step.Kind == (ushort)AttachAct.Consume && step.A == cpu)),
        ])
        {
            Explain = (in s) => $"CPU0 stays in {AttachText.Say(s.Cpus[0].Operation)}",
            NamesOnly = [AttachModel.CpusName],
        };
        // Where hardware's moves are steps, there is always one; but they help nobody who hangs.
        yield return model.Scope.Explicit
            ? new Invariant<AttachState>(AttachClaims.NobodyHangs, null, (in s) => !model.IsStuck(in s), (in _) => "no CPU can go on, nor anybody above, and nothing is queued")
            : new NoDeadlock<AttachState>(AttachClaims.NobodyHangs);
    }

    // CPUs are alike: what is true of one is true of all.
    private static bool IsFirstBusy(in AttachState state) => state.Cpus[0].Operation != Operation.None;

    private static string Name(in AttachState state, int domain) => AttachText.Domain(in state, (byte)(Paging + domain));

    // The error that a step says: of a call that is refused, or of a stage that fails.
    private static Errno ErrorOf(Transitions.Step step) => (AttachAct)step.Kind switch
    {
        <= AttachAct.MmRelease => (Errno)(step.C >> 8),
        var act when AttachText.IsStage(act) => (Errno)step.B,
        _ => Errno.None,
    };

    private static byte NewOf(in AttachState before, Transitions.Step step) =>
        step.Kind == (ushort)AttachAct.AttachDev ? (byte)(step.C & 0xff) : before.Cpus[step.A].New;

    private static bool IsStaticAttach(in AttachState before, Transitions.Step step, in AttachState after) =>
        NewOf(in before, step) is Blocked or Identity
        && (step.Kind == (ushort)AttachAct.AttachDev || (AttachText.IsStage((AttachAct)step.Kind) && before.Cpus[step.A].Operation == Operation.AttachDev));

    private static bool IsRidChange(in AttachState before, Transitions.Step step, in AttachState after)
    {
        var wanted = (byte)(step.C & 0xff);
        return step.Kind == (ushort)AttachAct.AttachDev && before.Devices[step.B & 0xf].UsedSsids > 0
            && (wanted < Paging || before.Domains[wanted - Paging].Kind == DomainKind.S1);
    }

    private static int Gone(in AttachState before, Transitions.Step step)
    {
        for (var at = 0; at < MostDevices * MostSsids; at++)
        {
            if ((before.Cpus[step.A].Argument >> at & 1) != 0 && before.Devices[at / MostSsids].Present == 0)
            {
                return at / MostSsids;
            }
        }

        return -1;
    }

    private static bool HasAts(in AttachState state) => (state.Devices[0].PciAts | state.Devices[1].PciAts) != 0;

    private static bool HasReleased(in AttachState state)
    {
        var any = false;
        foreach (ref readonly var domain in state.Domains)
        {
            any |= domain.Life is DomainLife.Exiting or DomainLife.MmGone;
        }

        return any;
    }

    private static bool IsUnderWay(in AttachState state, bool ofPasid)
    {
        var any = false;
        foreach (ref readonly var busy in state.Cpus)
        {
            any |= Operations.IsOnDevice(busy.Operation) && busy.Ssid != 0 == ofPasid;
        }

        return any;
    }

    private static bool IsBetweenDomains(in AttachState state)
    {
        var any = false;
        foreach (ref readonly var busy in state.Cpus)
        {
            any |= AttachLook.IsBetweenDomains(in busy);
        }

        return any;
    }

    private static bool IsIdentityAndPaging(in AttachState state)
    {
        var any = false;
        foreach (ref readonly var busy in state.Cpus)
        {
            any |= busy.Operation == Operation.AttachDev && ((busy.New == Identity && busy.Old >= Paging) || (busy.Old == Identity && busy.New >= Paging));
        }

        return any;
    }

    private delegate Spot FindSpot(in AttachState state);
}
