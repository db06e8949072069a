// What must be possible, so that the other claims say something.

using System.Numerics;
using Verify.Engine;
using Verify.Model.Ioasid.Sets;

namespace Verify.Properties.Ioasid;

/// <summary>The claims about what can be done with the extended IOASID core.</summary>
internal static class SetGoals
{
    // The posted operation tables: which results a call can have. That of a version's missing calls are left out.
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
        (SetAct.Free, [Result.Ok, Result.Logged]),
        (SetAct.Get, [Result.Ok, Result.EINVAL, Result.EACCES]),
        (SetAct.GetIfOwned, [Result.Ok, Result.ENOENT, Result.EINVAL, Result.EPERM]),
        (SetAct.Put, [Result.False]),
        (SetAct.KvmGet, [Result.Ok, Result.EINVAL, Result.EBUSY, Result.EACCES]),
        (SetAct.KvmPut, [Result.False]),
        (SetAct.Work, [Result.True]),
        (SetAct.AttachSpid, [Result.Ok, Result.ENOENT]),
        (SetAct.DetachSpid, [Result.Ok, Result.Logged]),
        (SetAct.FindBySpid, [Result.Ok, Result.Invalid]),
    ];

    /// <summary>States of an IOASID.</summary>
    public static Reachable<SetsState> States() => new(
        SetClaims.EveryStateIsUsed,
        ["an IOASID is ACTIVE", "an IOASID is FREE_PENDING with one holder", "an IOASID is FREE_PENDING with two holders"],
        (in s) => Used(in s.Core));

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

    /// <summary>Who hears of FREE.</summary>
    public static Reachable<SetsState> Walks(SetModel model)
    {
        // V4 tells nobody of an IOASID that nobody holds: who holds one is registered.
        Subscriber[][] alone = model.Rules.FreeOrder == FreeOrder.MarkDropNotify ? [] : [[Subscriber.Iommu]];
        Subscriber[][] sets = [.. alone, [Subscriber.Kvm, Subscriber.Iommu], [Subscriber.Vdcm, Subscriber.Iommu], [Subscriber.Kvm, Subscriber.Vdcm, Subscriber.Iommu]];
        int[] masks = [.. sets.Select(set => set.Sum(who => 1 << (int)who))];
        return new(SetClaims.EveryWalkIsSeen, [.. sets.Select(set => $"{string.Join(", ", Jobs<SetsState, SetWorld>.Order(model.Rules).Where(set.Contains).Select(who => SetActions.Lanes[1 + (int)who]))} hear of FREE, in this order")], (in _) => 0)
        {
            Taken = (in before, step, in _) => step.Kind == (ushort)SetAct.Handler && before.Core.Job.Call == JobCall.Free
                ? Bit(masks, before.Core.Job.Called | (1 << (int)model.NextHandler(in before)!.Value), model.Reached(in before))
                : 0,
        };
    }

    // The walk is over when all who are reached have been called.
    private static ulong Bit(int[] masks, int called, int reached) => called == reached && Array.IndexOf(masks, called) is >= 0 and int at ? 1UL << at : 0;

    private static ulong Used(in SetCore core)
    {
        ulong used = 0;
        for (int id = 0; id < SetCore.MostIds; id++)
        {
            used |= core.State[id] == (byte)IdState.Active ? 1UL : 0;
            if (core.State[id] == (byte)IdState.FreePending)
            {
                used |= BitOperations.PopCount(core.Holders[id]) switch { 1 => 2UL, 2 => 4UL, _ => 0 };
            }
        }
        return used;
    }

    // Errors that a version does not have, by its own tables.
    private static bool Can(SetRules rules, SetAct act, Result result) => (act, result) switch
    {
        (SetAct.SetAlloc, Result.EINVAL) => !rules.QuotaZeroIsAll,
        (SetAct.UnregisterMm, Result.Ok) => !rules.UnregisterDropsLock,
        _ => true,
    };
}
