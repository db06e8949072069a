// What must be possible with a group, so that the other claims say something.

using Verify.Engine;
using Verify.Model.IommuCore;
using Verify.Transitions;

namespace Verify.Properties.IommuCore;

/// <summary>The claims about what can be reached.</summary>
internal static class GroupGoals
{
    // Which results an operation can have, by reference attach.md, 1.4 and 1.5.
    private static readonly (Op Op, Errno[] Results)[] _results =
    [
        (Op.Probe, [Errno.Ok, Errno.EINVAL, Errno.ENOMEM]),
        (Op.ProbeQueued, [Errno.Ok]),
        (Op.BusProbe, [Errno.Ok, Errno.EINVAL, Errno.ENOMEM]),
        (Op.Remove, [Errno.Ok]),
        (Op.StoreType, [Errno.Ok, Errno.EPERM, Errno.EINVAL, Errno.ENOMEM]),
        (Op.UseDefault, [Errno.Ok, Errno.EPROBE_DEFER, Errno.EBUSY]),
        (Op.UnuseDefault, [Errno.Ok]),
        (Op.ClaimGroup, [Errno.Ok, Errno.EPERM, Errno.ENOMEM, Errno.EINVAL]),
        (Op.ClaimDevice, [Errno.Ok, Errno.EPERM]),
        (Op.ReleaseOwner, [Errno.Ok]),
        (Op.AttachGroup, [Errno.Ok, Errno.EBUSY, Errno.EINVAL]),
        (Op.AttachDevice, [Errno.Ok, Errno.EBUSY, Errno.EINVAL]),
        (Op.AttachHandle, [Errno.Ok, Errno.EBUSY, Errno.EINVAL]),
        (Op.DetachGroup, [Errno.Ok]),
        (Op.DetachHandle, [Errno.Ok]),
        (Op.ReplaceHandle, [Errno.Ok, Errno.EINVAL]),
        (Op.AttachPasid, [Errno.Ok, Errno.EINVAL, Errno.EBUSY]),
        (Op.ReplacePasid, [Errno.Ok, Errno.EINVAL]),
        (Op.DetachPasid, [Errno.Ok]),
        (Op.ResetPrepare, [Errno.Ok]),
        (Op.ResetDone, [Errno.Ok]),
        (Op.DeferredAttach, [Errno.Ok]),
    ];

    /// <summary>Every kind of domain, in hardware and as DMA meets it.</summary>
    public static Reachable<GroupState> Kinds(GroupModel model)
    {
        List<(string Name, Func<Step, bool> IsMet)> goals = [];
        byte[] domains = [Dom.Identity, Dom.Dma, Dom.A, model.Rules.Driver.StaticBlocked ? Dom.Blocked : Dom.Empty];
        foreach (byte domain in domains)
        {
            string name = Dom.IsUsers(domain) ? "a user's domain" : Dom.Name(domain);
            goals.Add(($"{name} is attached to a RID", step => step.Kind == Act.AttachDev && IsOf(step, domain)));
            bool isForPasids = model.Rules.HasPasids && model.Pasids > 0 && !Dom.Faults(domain) && (domain != Dom.Identity || model.Rules.StaticOnPasids);
            if (isForPasids)
            {
                goals.Add(($"{name} is attached to a PASID", step => step.Kind == Act.SetDevPasid && IsOf(step, domain)));
            }
        }
        goals.Add(("DMA faults", step => step.Kind == Act.Dma && step.C == (short)DmaResult.Faults));
        goals.Add(("DMA passes", step => step.Kind == Act.Dma && step.C == (short)DmaResult.Passes));
        goals.Add(("DMA is translated", step => step.Kind == Act.Dma && step.C == (short)DmaResult.Translated));
        return Of(GroupClaims.EveryKindIsAttached, goals);
    }

    private static bool IsOf(Step step, byte domain) => step.C == 0 && (step.A == domain || (Dom.IsUsers(step.A) && Dom.IsUsers(domain)));

    /// <summary>Every operation of a variant, with every result.</summary>
    public static Reachable<GroupState> Calls(GroupModel model)
    {
        List<(string Name, Func<Step, bool> IsMet)> goals = [];
        foreach ((Op op, Errno[] results) in _results)
        {
            foreach (Errno result in results)
            {
                if (IsThere(model, op, result))
                {
                    goals.Add(($"{GroupModel.NameOf(op)} returns {GroupModel.ResultText((int)result)}",
                        step => step.C == (short)result && (GroupSteps.ReturnOf(step) == op || GroupSteps.AskOf(step) == op)));
                }
            }
        }
        return Of(GroupClaims.EveryCallEndsEachWay, goals);
    }

    private static bool IsThere(GroupModel model, Op op, Errno result)
    {
        CoreRules rules = model.Rules;
        bool hasOne = model.Machines.Any(machine => machine.Devices.Count == 1);
        bool hasDirect = model.Machines.Any(machine => machine.Devices.Any(kind => (kind & Kind.Direct) != 0));
        bool hasInherited = model.Machines.Any(machine => machine.Devices.Any(kind => (kind & Kind.Inherited) != 0));
        bool mayFail = !rules.Driver.StaticNeverFails;
        return op switch
        {
            Op.ClaimDevice => rules.HasDeviceClaim,
            Op.ClaimGroup when result == Errno.ENOMEM => !rules.Driver.StaticBlocked,
            Op.ClaimGroup when result == Errno.EINVAL => (hasDirect && rules.DirectRefusesBlocking) || mayFail || !rules.Driver.StaticBlocked,
            Op.AttachDevice when result != Errno.EINVAL => hasOne,
            Op.AttachHandle or Op.DetachHandle or Op.ReplaceHandle => rules.HasHandles && rules.HasDeviceClaim,
            Op.AttachPasid or Op.DetachPasid => rules.HasPasids && model.Pasids > 0,
            Op.ReplacePasid => rules.HasPasids && rules.HasPasidReplace && model.Pasids > 0,
            Op.ResetPrepare or Op.ResetDone => rules.Reset != ResetFence.Absent && model.Machines.Any(machine => machine.HasResets),
            Op.DeferredAttach => rules.DeferredAttachLocks && rules.ChecksDeferred && hasInherited,
            Op.UseDefault when result == Errno.EPROBE_DEFER => rules.DefersDrivers,
            _ => true,
        };
    }

    /// <summary>Unwinding.</summary>
    public static Reachable<GroupState> Paths(GroupModel model)
    {
        CoreRules rules = model.Rules;
        bool hasTwo = model.Devices > 1;
        bool hasPasids = rules.HasPasids && model.Pasids > 0;
        List<(string Name, GoalsTest IsMet)> goals = [];
        Add("attach_dev fails on the first device", true, (in b, step) => Fails(in b, step, Act.AttachDev, Pc.Attach, 0));
        Add("attach_dev fails on the second device", hasTwo, (in b, step) => Fails(in b, step, Act.AttachDev, Pc.Attach, 1));
        Add("a device goes back to the old domain", rules.Unwind is Unwind.All or Unwind.AttachGroupOnly, (in b, step) => b.Core.Call.Pc == (byte)Pc.Revert && step.Kind == Act.AttachDev);
        Add("set_dev_pasid fails on the first device", hasPasids, (in b, step) => Fails(in b, step, Act.SetDevPasid, Pc.SetPasid, 0));
        Add("set_dev_pasid fails on the second device", hasPasids && hasTwo, (in b, step) => Fails(in b, step, Act.SetDevPasid, Pc.SetPasid, 1));
        Add("a PASID is removed from the first device", hasPasids && hasTwo, (in b, step) => b.Core.Call.Pc == (byte)Pc.UndoPasid && step.Kind == Act.RemoveDevPasid);
        Add("a PASID of the first device goes back to the old domain", hasPasids && hasTwo && rules.HasPasidReplace, (in b, step) => b.Core.Call.Pc == (byte)Pc.UndoPasid && step.Kind == Act.SetDevPasid);
        Add("a new default domain is discarded", true, (in b, step) => step.Kind == Act.Free && b.Core.Call.Op == (byte)Op.StoreType && b.Core.Call.Result != 0);
        Add("an old default domain is freed", true, (in b, step) => step.Kind == Act.Free && b.Core.Call.Op == (byte)Op.StoreType && b.Core.Call.Result == 0);
        Add("a device joins a group that is owned", rules.JoinsInUse, (in b, step) => GroupSteps.ReturnOf(step) == Op.Probe && b.Core.Owner != 0 && step.C == 0);
        bool hasRequests = model.Machines.Any(machine => machine.HasRequests) && rules.HasHandles;
        Add("a page request is answered", hasRequests, (in _, step) => step.Kind == Act.Respond);
        Add("the driver waits for a page request", hasRequests, (in b, step) => step.Kind == Act.PageRequest && b.IsBusy);
        string[] names = [.. goals.Select(goal => goal.Name)];
        return new Reachable<GroupState>(GroupClaims.EveryPathIsTaken, names, (in _) => 0)
        {
            Taken = (in b, step, in _) =>
            {
                ulong met = 0;
                for (int goal = 0; goal < goals.Count; goal++)
                {
                    met |= goals[goal].IsMet(in b, step) ? 1UL << goal : 0;
                }
                return met;
            },
        };

        void Add(string name, bool isThere, GoalsTest isMet)
        {
            if (isThere)
            {
                goals.Add((name, isMet));
            }
        }
    }

    private delegate bool GoalsTest(in GroupState before, Step step);

    private static bool Fails(in GroupState before, Step step, ushort act, Pc pc, int at) =>
        step.Kind == act && step.C != 0 && before.Core.Call.Pc == (byte)pc && before.Core.Call.At == at;

    private static Reachable<GroupState> Of(Claim claim, List<(string Name, Func<Step, bool> IsMet)> goals) =>
        new(claim, [.. goals.Select(goal => goal.Name)], (in _) => 0)
        {
            Taken = (in _, step, in _) =>
            {
                ulong met = 0;
                for (int goal = 0; goal < goals.Count; goal++)
                {
                    met |= goals[goal].IsMet(step) ? 1UL << goal : 0;
                }
                return met;
            },
        };
}
