// Which ends of callbacks must be seen, so that the claims about the core and the driver together say something.

using Verify.Engine;
using Verify.Model.IommuCore;
using Verify.Smmu.Group;
using Verify.Transitions;
using Errno = Verify.Model.IommuCore.Errno;

namespace Verify.Properties.Smmu.Group;

/// <summary>Goals.</summary>
internal static class CallbackGoals
{
    private delegate bool IsMet(in SmmuGroupState before, Step step);

    /// <summary>What the version of the core and the machines give a case for.</summary>
    public static Reachable<SmmuGroupState> Of(SmmuGroupModel model)
    {
        var goals = new List<(string Name, IsMet IsMet)>();
        var core = model.Group.Rules;
        var (hasTwo, hasPasids) = (model.Group.Devices > 1, core.HasPasids && model.Group.Pasids > 0);
        var hasResets = core.Reset != ResetFence.Absent && model.Group.Machines.Any(machine => machine.HasResets);
        Ends("attach_dev succeeds", true, Act.AttachDev, Errno.Ok);
        Ends("attach_dev returns -ENOMEM", true, Act.AttachDev, Errno.ENOMEM);
        Ends("attach_dev returns -EBUSY", hasPasids, Act.AttachDev, Errno.EBUSY);
        Ends("set_dev_pasid succeeds", hasPasids, Act.SetDevPasid, Errno.Ok);
        Ends("set_dev_pasid returns -ENOMEM", hasPasids && model.Smmu.Rules.SetPasid.Contains(Verify.Smmu.Attach.Stage.AllocCdTable), Act.SetDevPasid, Errno.ENOMEM);
        Ends("set_dev_pasid returns -EINVAL", hasPasids, Act.SetDevPasid, Errno.EINVAL);
        Ends("remove_dev_pasid returns", hasPasids, Act.RemoveDevPasid, Errno.Ok);
        Ends("release_device returns", true, Act.ReleaseDevice, Errno.Ok);
        Ends("the core frees a default domain", true, Act.Free, Errno.Ok);
        At("attach_dev fails on the second device", hasTwo, Act.AttachDev, Pc.Attach, false);
        At("a device goes back to the old domain", true, Act.AttachDev, Pc.Revert, true);
        At("a device is parked for its reset", hasResets, Act.AttachDev, Pc.Block, true);
        At("a device comes back from its reset", hasResets, Act.AttachDev, Pc.Unblock, true);
        Step("DMA is translated", (in _, step) => IsDma(step, DmaResult.Translated));
        Step("DMA passes", (in _, step) => IsDma(step, DmaResult.Passes));
        Step("DMA faults", (in _, step) => IsDma(step, DmaResult.Faults));
        return new(SmmuGroupClaims.EveryCallbackEndsEachWay, [.. goals.Select(goal => goal.Name)], (in _) => 0)
        {
            Taken = (in b, step, in a) =>
            {
                var met = 0UL;
                for (var goal = 0; goal < goals.Count && model.AsOfCore(in b, step, in a) is { } seen; goal++)
                {
                    met |= goals[goal].IsMet(in b, seen) ? 1UL << goal : 0;
                }

                return met;
            },
        };

        void Step(string name, IsMet isMet) => goals.Add((name, isMet));

        void Ends(string name, bool isThere, ushort act, Errno result)
        {
            if (isThere)
            {
                Step(name, (in _, step) => step.Kind == act && step.C == (short)result);
            }
        }

        void At(string name, bool isThere, ushort act, Pc pc, bool succeeds)
        {
            if (isThere)
            {
                Step(name, (in b, step) => step.Kind == act && step.C == 0 == succeeds && b.Group.Core.Call.Pc == (byte)pc && (succeeds || b.Group.Core.Call.At == 1));
            }
        }
    }

    private static bool IsDma(Step step, DmaResult result) => step.Kind == Act.Dma && step.C == (short)result;
}
