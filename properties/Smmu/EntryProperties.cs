// The properties of updates of one entry, as the engine decides them.

using Verify.Bits;
using Verify.Engine;
using Verify.Engine.Liveness;
using Verify.Smmu.Tables;
using Verify.Smmu.Update;
using Verify.Transitions;

namespace Verify.Properties.Smmu;

/// <summary>The properties of updates of one entry.</summary>
public static class EntryProperties
{
    /// <summary>The properties of STE updates.</summary>
    public static IReadOnlyList<Property<UpdateState>> OfSte(UpdateScope scope)
    {
        var model = new UpdateModel(scope);
        var judge = new SteJudge(scope);
        return
        [
            NoTornView(model, judge), NoTransitionalIdentity(model, judge),
            HitlessWhenPossible(model, judge, EntryClaims.HitlessWhenPossible, e2h: false),
            HitlessWhenPossible(model, judge, EntryClaims.HitlessWhenPossibleE2h, e2h: true),
            IdentityContinuity(model, judge), FinalEqualsTarget(judge), UsedBitsComplete(judge, EntryClaims.UsedBitsComplete, v30: false),
            UsedBitsComplete(judge, EntryClaims.UsedBitsCompleteV30, v30: true), UsedBitsTight(judge),
            EveryPhaseSynced(), BuilderLegal(judge, EntryClaims.BuilderLegal, stallAndAts: false),
            BuilderLegal(judge, EntryClaims.BuilderLegalStallAndAts, stallAndAts: true), BuilderKeepsRes0(judge), BuilderWithinMask(judge),
            AtMostThreeSyncs(), OneStoreOneSync(scope), SecondRunIdle(scope), NoStaleAfterSync(scope), FetcherTears(model),
            EveryUpdateEnds(),
        ];
    }

    /// <summary>The properties of CD updates.</summary>
    public static IReadOnlyList<Property<UpdateState>> OfCd(UpdateScope scope)
    {
        var model = new UpdateModel(scope);
        var judge = new CdJudge(scope);
        return
        [
            NoTornView(model, judge), HitlessWhenPossible(model, judge, EntryClaims.HitlessWhenPossible, e2h: false), ReleaseStaysValid(model, judge), FinalEqualsTarget(judge),
            UsedBitsComplete(judge, EntryClaims.UsedBitsComplete, v30: false), UsedBitsTight(judge), EveryPhaseSynced(),
            BuilderLegal(judge, EntryClaims.BuilderLegal, stallAndAts: false), ReleasedDoesNotStall(judge), BuilderWithinMask(judge),
            AtMostThreeSyncs(), OneStoreOneSync(scope), SecondRunIdle(scope),
            NoStaleAfterSync(scope), FetcherTears(model), EveryUpdateEnds(),
        ];
    }

    private static LeadsTo<UpdateState> EveryUpdateEnds() => new(
        EntryClaims.EveryUpdateEnds,
        (in UpdateState s) => s.Phase != UpdatePhase.After,
        (in UpdateState s) => s.Phase == UpdatePhase.After,
        [
            new("CPU0", Strength.Weak, (in UpdateState before, Step step, in UpdateState after) => !UpdateModel.IsFetch(step) && !UpdateModel.IsConsumption(step)),
            new("the SMMU's command queue", Strength.Weak, (in UpdateState before, Step step, in UpdateState after) => UpdateModel.IsConsumption(step)),
        ])
    {
        Explain = (in UpdateState s) => s.Phase == UpdatePhase.SyncLost ? "the CPU waits for a CMD_SYNC that is not in the queue" : "an update is under way",
    };

    private static Invariant<UpdateState> NoTornView(UpdateModel model, EntryJudge judge) => new(
        EntryClaims.NoTornView,
        (in UpdateState s) => model.IsWhole(in s),
        (in UpdateState s) => judge.IsSound(s.Update, in s.Cached),
        (in UpdateState s) => $"the SMMU's {judge.Layout.Name} behaves neither as before nor as wanted: {judge.Difference(s.Update, s.Cached)}");

    private static Invariant<UpdateState> NoTransitionalIdentity(UpdateModel model, SteJudge judge) => new(
        EntryClaims.NoTransitionalIdentity,
        (in UpdateState s) => model.IsWhole(in s),
        (in UpdateState s) => judge.TransitionalIdentity(s.Update, in s.Cached) is null,
        (in UpdateState s) => $"{judge.TransitionalIdentity(s.Update, in s.Cached)} access passes untranslated (IDENTITY), "
            + "which it does neither before nor after the update");

    private static Invariant<UpdateState> HitlessWhenPossible(UpdateModel model, EntryJudge judge, Claim claim, bool e2h) => new(
        claim,
        (in UpdateState s) => model.IsWhole(in s) && judge.Scope.Updates[s.Update].Platform.Smmu.Hyp == e2h,
        (in UpdateState s) => !judge.IsBroken(s.Update, in s.Cached) || judge.HitlessStores(s.Update) is null,
        (in UpdateState s) => $"the SMMU holds an invalid {judge.Layout.Name}, although this order of stores, each synced, has no break: "
            + string.Join(", ", judge.HitlessStores(s.Update)!.Select(quantum => $"w{quantum * judge.Quantum}")));

    private static Invariant<UpdateState> IdentityContinuity(UpdateModel model, SteJudge judge) => new(
        EntryClaims.IdentityContinuity,
        (in UpdateState s) => model.IsWhole(in s) && judge.IsIdentityAndDma(s.Update),
        (in UpdateState s) => judge.Flows(s.Update, in s.Cached),
        (in UpdateState s) => $"traffic without SubstreamID is aborted between IDENTITY and DMA: {judge.Difference(s.Update, s.Cached)}");

    private static Invariant<UpdateState> ReleaseStaysValid(UpdateModel model, CdJudge judge) => new(
        EntryClaims.ReleaseStaysValid,
        (in UpdateState s) => model.IsWhole(in s) && judge.IsRelease(s.Update),
        (in UpdateState s) => !judge.IsInvalid(judge.Scope.Updates[s.Update].Platform, in s.Cached),
        (in UpdateState s) => "the SMMU holds an invalid CD while an SVA CD is released: every access of the dead mm records C_BAD_CD");

    private static Invariant<UpdateState> FinalEqualsTarget(EntryJudge judge) => new(
        EntryClaims.FinalEqualsTarget,
        (in UpdateState s) => s.Phase == UpdatePhase.After,
        (in UpdateState s) => Entry.Same(in s.Memory, judge.Scope.Updates[s.Update].To),
        (in UpdateState s) => $"after the update memory differs from the wanted entry: {Differences(judge, s)}");

    private static Invariant<UpdateState> UsedBitsComplete(EntryJudge judge, Claim claim, bool v30) => new(
        claim,
        (in UpdateState s) => AtStart(judge, in s) && judge.Scope.Updates[s.Update].Platform.Smmu.EatsCheckSeesS2S == v30,
        (in UpdateState s) => judge.IncompleteMask(s.Update) is null,
        (in UpdateState s) => judge.IncompleteMask(s.Update)!);

    private static Reachable<UpdateState> UsedBitsTight(EntryJudge judge) => new(
        EntryClaims.UsedBitsTight,
        [.. judge.MaskedParts.Select(part => part.Name)],
        (in UpdateState s) => AtStart(judge, in s) ? judge.RelevantParts(s.Update) : 0);

    private static ActionProperty<UpdateState> EveryPhaseSynced() => new(
        EntryClaims.EveryPhaseSynced,
        (in UpdateState before, Step step, in UpdateState after) => !Entry.Same(in before.Memory, in after.Memory) || Ends(in before, in after),
        (in UpdateState before, Step step, in UpdateState after) => (Ends(in before, in after) ? after : before).Unsynced == 0,
        (in UpdateState before, Step step, in UpdateState after) => Ends(in before, in after)
            ? "the update ends although its last batch is not followed by CFGI and CMD_SYNC"
            : "a store of the next batch is made although the batch before is not followed by CFGI and CMD_SYNC");

    private static Invariant<UpdateState> BuilderLegal(EntryJudge judge, Claim claim, bool stallAndAts) => new(
        claim,
        (in UpdateState s) => AtStart(judge, in s) && judge.Scope.Updates[s.Update].Platform.StallsWithAts == stallAndAts,
        (in UpdateState s) => !BrokenRules(judge, in s).Any(),
        (in UpdateState s) => $"the driver makes an entry that is not legal on platform {judge.Scope.Updates[s.Update].Platform.Name}: "
            + string.Join("; ", BrokenRules(judge, in s)));

    private static Invariant<UpdateState> BuilderKeepsRes0(EntryJudge judge) => new(
        EntryClaims.BuilderKeepsRes0,
        (in UpdateState s) => AtStart(judge, in s),
        (in UpdateState s) => Res0Field(judge, in s) is null,
        (in UpdateState s) => $"on platform {judge.Scope.Updates[s.Update].Platform.Name} {Res0Field(judge, in s)}");

    private static Invariant<UpdateState> ReleasedDoesNotStall(CdJudge judge) => new(
        EntryClaims.ReleasedDoesNotStall,
        (in UpdateState s) => AtStart(judge, in s) && Cd.Epd0.Of(judge.Scope.Updates[s.Update].From) == 1,
        (in UpdateState s) => !CdJudge.StallsWhenReleased(judge.Scope.Updates[s.Update].Platform, judge.Scope.Updates[s.Update].From),
        (in UpdateState s) => "the released CD has S=1: faults of the dead mm stall instead of aborting");

    private static Invariant<UpdateState> BuilderWithinMask(EntryJudge judge) => new(
        EntryClaims.BuilderWithinMask,
        (in UpdateState s) => AtStart(judge, in s),
        (in UpdateState s) => Outside(judge, in s).Length == 0,
        (in UpdateState s) => $"the entry has bits set that the driver's own mask leaves out: {Outside(judge, in s)}");

    private static Invariant<UpdateState> AtMostThreeSyncs() => new(
        EntryClaims.AtMostThreeSyncs,
        (in UpdateState s) => s.Phase == UpdatePhase.After,
        (in UpdateState s) => s.Syncs <= 3,
        (in UpdateState s) => $"the update took {s.Syncs} CMD_SYNCs");

    private static Invariant<UpdateState> OneStoreOneSync(UpdateScope scope) => new(
        EntryClaims.OneStoreOneSync,
        (in UpdateState s) => s.Phase == UpdatePhase.After && Stores(scope, scope.Updates[s.Update]) == 1,
        (in UpdateState s) => s.Syncs == 1,
        (in UpdateState s) => $"one store would do, but the update took {s.Syncs} CMD_SYNCs");

    private static Invariant<UpdateState> SecondRunIdle(UpdateScope scope) => new(
        EntryClaims.SecondRunIdle,
        (in UpdateState s) => s.Phase == UpdatePhase.After && Stores(scope, scope.Updates[s.Update]) == 0,
        (in UpdateState s) => s.Syncs == 0,
        (in UpdateState s) => $"the entry is the wanted one from the start, but the update took {s.Syncs} CMD_SYNCs");

    private static Invariant<UpdateState> NoStaleAfterSync(UpdateScope scope) => new(
        EntryClaims.NoStaleAfterSync,
        (in UpdateState s) => s.Phase == UpdatePhase.After,
        (in UpdateState s) => Stale(scope, in s) < 0,
        (in UpdateState s) => $"after the update the SMMU still holds an old {scope.EntryName}.w{Stale(scope, in s)}");

    private static Reachable<UpdateState> FetcherTears(UpdateModel model) => new(
        EntryClaims.FetcherTears,
        ["an update ends", "the SMMU mixes words of two images", "the SMMU keeps the old image while memory holds another",
            "the SMMU sees a store before its sync"],
        (in UpdateState s) =>
        {
            var from = model.Scope.Updates[s.Update].From;
            var stored = !Entry.Same(in s.Memory, in from);
            var whole = model.IsWhole(in s);
            var old = whole && stored && Entry.Same(in s.Cached, in from);
            var fresh = whole && stored && s.Phase == UpdatePhase.Storing && Entry.Same(in s.Cached, in s.Memory);
            return (whole && stored && !old && !Entry.Same(in s.Cached, in s.Memory) ? 2UL : 0) | (old ? 4UL : 0) | (fresh ? 8UL : 0);
        })
    {
        Taken = (in UpdateState before, Step step, in UpdateState after) => Ends(in before, in after) ? 1UL : 0,
    };

    private static bool AtStart(EntryJudge judge, in UpdateState s) =>
        s.Phase == UpdatePhase.Before && (s.Present & judge.Scope.Updates[s.Update].Changing) == 0;

    private static bool Ends(in UpdateState before, in UpdateState after) =>
        before.Phase != UpdatePhase.After && after.Phase == UpdatePhase.After;

    // How many of the writer's stores it takes to get from one image to the other.
    private static int Stores(UpdateScope scope, EntryUpdate update)
    {
        var stores = 0;
        for (var word = 0; word < Entry<Number>.Words; word += scope.Writer.StoreWords)
        {
            var last = word + scope.Writer.StoreWords - 1;
            stores += update.From[word] != update.To[word] || update.From[last] != update.To[last] ? 1 : 0;
        }

        return stores;
    }

    private static IEnumerable<string> BrokenRules(EntryJudge judge, in UpdateState s)
    {
        var update = judge.Scope.Updates[s.Update];
        return judge.BrokenRules(update.Platform, update.From);
    }

    private static string? Res0Field(EntryJudge judge, in UpdateState s)
    {
        var update = judge.Scope.Updates[s.Update];
        return judge.Res0Field(update.Platform, update.From);
    }

    private static string Outside(EntryJudge judge, in UpdateState s)
    {
        var from = judge.Scope.Updates[s.Update].From;
        var used = judge.Used(in from);
        return string.Join(" ", Enumerable.Range(0, Entry<Number>.Words)
            .SelectMany(word => judge.Layout.Say(word, null, from[word].Value & ~used[word].Value)));
    }

    private static string Differences(EntryJudge judge, UpdateState s)
    {
        var to = judge.Scope.Updates[s.Update].To;
        return string.Join(", ", Enumerable.Range(0, Entry<Number>.Words)
            .SelectMany(word => judge.Layout.Say(word, to[word].Value, s.Memory[word].Value).Select(text => $"{judge.Layout.Name}.{text}")));
    }

    private static int Stale(UpdateScope scope, in UpdateState s)
    {
        for (var word = 0; word < Entry<Number>.Words; word++)
        {
            if ((s.Present >> (word / scope.FetchWords) & 1) != 0 && s.Cached[word] != s.Memory[word])
            {
                return word;
            }
        }

        return -1;
    }
}
