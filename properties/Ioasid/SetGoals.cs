// What must be possible, so that the other claims say something.

using System.Numerics;
using Verify.Engine;
using Verify.Model.Ioasid.Sets;

namespace Verify.Properties.Ioasid;

/// <summary>The claims about what can be done with the extended IOASID core.</summary>
internal static class SetGoals
{
    // The posted operation tables: which results a call can have. That of a version's missing calls are left out.
    // Errors of an argument that no caller here passes, a type or a token that there is none of, a set that was never made, are not asked for.
    private static readonly (SetAct Act, Result[] Results)[] _calls =
    [
        (SetAct.SetAlloc, [Result.Ok, Result.EINVAL, Result.ENOSPC, Result.EEXIST, Result.ENOMEM]),
        (SetAct.SetGet, [Result.Ok]),
        (SetAct.SetPut, [Result.False, Result.True]),
        (SetAct.SetFree, [Result.Ok, Result.EBUSY]),
        (SetAct.SetAdjust, [Result.Ok, Result.EINVAL, Result.ENOSPC]),
        (SetAct.ReserveCapacity, [Result.Ok, Result.ENOSPC]),
        (SetAct.CancelCapacity, [Result.Ok, Result.EINVAL]),
        (SetAct.RegisterMm, [Result.Ok, Result.EBUSY]),
        (SetAct.UnregisterMm, [Result.Ok, Result.Logged]),
        (SetAct.Register, [Result.Ok, Result.EBUSY, Result.EINVAL]),
        (SetAct.Unregister, [Result.Ok]),
        (SetAct.Alloc, [Result.Ok, Result.Invalid]),
        (SetAct.AllocWithoutMap, [Result.Ok, Result.Invalid]),
        (SetAct.Free, [Result.Ok, Result.Logged]),
        (SetAct.Get, [Result.Ok, Result.EINVAL, Result.EBUSY, Result.EACCES]),
        (SetAct.GetIfOwned, [Result.Ok, Result.ENOENT, Result.EINVAL, Result.EPERM, Result.EBUSY]),
        (SetAct.Put, [Result.False, Result.True]),
        (SetAct.KvmGet, [Result.Ok, Result.EINVAL, Result.EBUSY, Result.EACCES]),
        (SetAct.KvmPut, [Result.False, Result.True]),
        (SetAct.KvmFind, [Result.Ok, Result.Invalid]),
        (SetAct.Work, [Result.True]),
        (SetAct.AttachSpid, [Result.Ok, Result.ENOENT, Result.EINVAL, Result.EBUSY]),
        (SetAct.DetachSpid, [Result.Ok, Result.Logged]),
        (SetAct.FindBySpid, [Result.Ok, Result.Invalid]),
        (SetAct.TakeFound, [Result.Ok]),
        (SetAct.FreeAllLocked, [Result.Ok]),
        (SetAct.NotifyBind, [Result.Ok]),
        (SetAct.NotifyUnbind, [Result.Ok]),
    ];

    /// <summary>States of an IOASID.</summary>
    public static Reachable<SetsState> States(SetModel model)
    {
        // All three, the allocation among them, hold it only where subscribers are told between its mark and its drop.
        bool isToldBetween = model.Rules.FreeOrder == FreeOrder.MarkNotifyDrop && !model.Rules.CoreEventsRefused;
        return new(
            SetClaims.EveryStateIsUsed,
            [
                "an IOASID is ACTIVE", "an IOASID is FREE_PENDING with one holder", "an IOASID is FREE_PENDING with two holders",
                .. isToldBetween ? (string[])["an IOASID is FREE_PENDING with three holders"] : [],
            ],
            (in s) => Used(in s.Core) & (isToldBetween ? 15UL : 7UL));
    }

    /// <summary>Calls and their results.</summary>
    public static Reachable<SetsState> Calls(SetModel model)
    {
        (SetAct Act, Result Result)[] goals = [.. _calls.Where(call => SetActions.Exists(model.Rules, call.Act))
            .SelectMany(call => call.Results.Where(result => Can(model.Rules, call.Act, result)).Select(result => (call.Act, result)))];
        int[] bits = new int[SetActions.Names.Count << 8];
        for (int i = 0; i < goals.Length; i++)
        {
            bits[((int)goals[i].Act << 8) | (int)goals[i].Result] = i + 1;
        }
        return new(SetClaims.EveryCallEndsEachWay, [.. goals.Select(goal => $"{SetActions.Names[(int)goal.Act]} ends with {SetActions.Text(goal.Result)}")], (in _) => 0)
        {
            Taken = (in _, step, in _) => bits[(step.Kind << 8) | (byte)step.C] is > 0 and int bit ? 1UL << (bit - 1) : 0,
        };
    }

    /// <summary>Who hears of what.</summary>
    public static Reachable<SetsState> Walks(SetModel model)
    {
        (IoasidEvent What, Subscriber[] Who)[] walks = [.. OfFree(model.Rules).Select(who => (IoasidEvent.Free, who)), .. OfOthers(model.Rules)];
        (IoasidEvent What, int Mask)[] masks = [.. walks.Select(walk => (walk.What, walk.Who.Sum(who => 1 << (int)who)))];
        return new(SetClaims.EveryWalkIsSeen, [.. walks.Select(walk => Name(model.Rules, walk.What, walk.Who))], (in _) => 0)
        {
            Taken = (in before, step, in _) => step.Kind == (ushort)SetAct.Handler
                ? Bit(masks, Jobs<SetsState, SetWorld>.Event(before.Core.Job.Call), before.Core.Job.Called | (1 << (int)model.NextHandler(in before)!.Value), model.Reached(in before))
                : 0,
        };
    }

    private static Subscriber[][] OfFree(SetRules rules)
    {
        // V4 tells nobody of an IOASID that nobody holds: who holds one is registered.
        Subscriber[][] alone = rules.FreeOrder == FreeOrder.MarkDropNotify ? [] : [[Subscriber.Iommu]];
        return [.. alone, [Subscriber.Kvm, Subscriber.Iommu], [Subscriber.Vdcm, Subscriber.Iommu], [Subscriber.Kvm, Subscriber.Vdcm, Subscriber.Iommu]];
    }

    // ALLOC, BIND and UNBIND. A handler of KVM that waits for the lock that its caller holds is the last one.
    private static IEnumerable<(IoasidEvent What, Subscriber[] Who)> OfOthers(SetRules rules)
    {
        Subscriber[] rest = rules.AllEventsReachAll ? [Subscriber.Iommu] : [];
        Subscriber[][] chains = [.. rules.AllEventsReachAll ? (Subscriber[][])[[]] : [], [Subscriber.Kvm], [Subscriber.Vdcm], [Subscriber.Kvm, Subscriber.Vdcm]];
        return
            from what in new[] { IoasidEvent.Alloc, IoasidEvent.Bind, IoasidEvent.Unbind }
            where what != IoasidEvent.Alloc || !rules.CoreEventsRefused
            from chain in chains
            where what == IoasidEvent.Alloc || chain.Length < 2 || !rules.BindHandlersTakeLock || rules.NotifiesUnlocked
            select (what, (Subscriber[])[.. chain, .. rest]);
    }

    private static string Name(SetRules rules, IoasidEvent what, Subscriber[] who)
    {
        string[] names = [.. Jobs<SetsState, SetWorld>.Order(rules).Where(who.Contains).Select(each => SetActions.Lanes[1 + (int)each])];
        return $"{string.Join(", ", names)} {(names.Length == 1 ? "hears" : "hear")} of {what.ToString().ToUpperInvariant()}{(names.Length == 1 ? ", alone" : ", in this order")}";
    }

    // The walk is over when all who are reached have been called.
    private static ulong Bit((IoasidEvent What, int Mask)[] masks, IoasidEvent what, int called, int reached) =>
        called == reached && Array.IndexOf(masks, (what, called)) is >= 0 and int at ? 1UL << at : 0;

    private static ulong Used(in SetCore core)
    {
        ulong used = 0;
        for (int id = 0; id < SetCore.MostIds; id++)
        {
            used |= core.State[id] == (byte)IdState.Active ? 1UL : 0;
            if (core.State[id] == (byte)IdState.FreePending)
            {
                used |= BitOperations.PopCount(core.Holders[id]) switch { 1 => 2UL, 2 => 4UL, 3 => 8UL, _ => 0 };
            }
        }
        return used;
    }

    // Errors that a version does not have, by its own tables.
    private static bool Can(SetRules rules, SetAct act, Result result) => (act, result) switch
    {
        (SetAct.SetAlloc, Result.EINVAL) => !rules.QuotaZeroIsAll,
        (SetAct.UnregisterMm, Result.Ok) => !rules.UnregisterDropsLock,
        (SetAct.AllocWithoutMap, Result.Ok) => !rules.AllocUndone,
        (SetAct.AllocWithoutMap, Result.Invalid) => rules.AllocUndone,
        (SetAct.AttachSpid, Result.EINVAL) => rules.SpidIsUnique,
        (SetAct.AttachSpid, Result.EBUSY) => rules.AttachRefusesPending,
        // Only who gets a reference by SPID, or is not told of FREE, holds an IOASID that is FREE_PENDING while VDCM does not, or puts it last by itself.
        (SetAct.Get or SetAct.GetIfOwned, Result.EBUSY) => rules.SpidLookup == SpidLookup.Locked,
        (SetAct.Put or SetAct.KvmPut, Result.True) => rules.SpidLookup == SpidLookup.Locked || rules.FreeMissesSetChain,
        _ => true,
    };
}
