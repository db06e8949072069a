// What must be possible in the attach model, so that its other claims say something.

using Verify.Engine;
using Verify.Smmu.Attach;
using static Verify.Smmu.Attach.AttachState;

namespace Verify.Properties.Smmu.Attach;

/// <summary>Goals.</summary>
internal static class AttachGoals
{
    /// <summary>Kinds of domain on RIDs and PASIDs.</summary>
    public static Reachable<AttachState> Kinds(AttachModel model)
    {
        var goals = new List<(string Name, Func<AttachState, bool> Met)>();
        foreach (var (kind, ats, onPasid) in model.Scope.Machines.SelectMany(Placings).Distinct())
        {
            goals.Add(($"{kind} on a {(onPasid ? "PASID" : "RID")}{With(ats)}", state => Has(in state, onPasid ? 1 : 0, kind, ats)));
        }

        goals.Add(("IDENTITY on a RID", state => IsAttached(in state, Identity, withPasid: false)));
        if (model.Scope.Pasids > 0)
        {
            goals.Add(("IDENTITY on a RID with a PASID beside it", state => IsAttached(in state, Identity, withPasid: true)));
            goals.Add(("BLOCKED on a RID with a PASID beside it", state => IsAttached(in state, Blocked, withPasid: true)));
        }

        if (model.Scope.Machines.Any(machine => machine.Devices.Count > 1))
        {
            goals.Add(("two devices share a domain", state => state.Devices[0].Rid >= Paging && state.Devices[0].Rid == state.Devices[1].Rid));
        }

        return new(AttachClaims.EveryKindIsAttached, [.. goals.Select(goal => goal.Name)], (in s) =>
        {
            var met = 0UL;
            for (var i = 0; i < goals.Count; i++)
            {
                met |= goals[i].Met(s) ? 1UL << i : 0;
            }

            return met;
        });
    }

    private static IEnumerable<(DomainKind Kind, bool Ats, bool OnPasid)> Placings(AttachMachine machine) =>
        from kind in machine.Domains
        from device in machine.Devices
        from onPasid in (bool[])[false, true]
        where onPasid ? machine.Pasids > 0 && kind is DomainKind.S1 or DomainKind.Sva : kind != DomainKind.Sva
        select (kind, device.Ats, onPasid);

    private static string With(bool ats) => ats ? ", with ATS" : ", without ATS";

    private static bool Has(in AttachState state, int from, DomainKind kind, bool ats)
    {
        var any = false;
        for (var device = 0; device < MostDevices; device++)
        {
            for (var ssid = from; ssid < (from == 0 ? 1 : MostSsids); ssid++)
            {
                var attached = state.Attached(device, ssid);
                any |= attached >= Paging && state.Domains[attached - Paging].Kind == kind && state.Devices[device].PciAts != 0 == ats && state.Owner(device) < 0;
            }
        }

        return any;
    }

    private static bool IsAttached(in AttachState state, byte rid, bool withPasid)
    {
        var any = false;
        for (var device = 0; device < MostDevices; device++)
        {
            any |= state.Devices[device].Rid == rid && state.Pasids(device) > 0 == withPasid;
        }

        return any;
    }

    /// <summary>Results of calls.</summary>
    public static Reachable<AttachState> Results(AttachModel model)
    {
        var goals = new List<(string Name, AttachAct Act, Errno Error)>();
        foreach (var operation in Enum.GetValues<Operation>().Where(operation => operation != Operation.None && IsAsked(model, operation)))
        {
            goals.Add(($"{AttachText.Say(operation)} ends", AttachText.Of(operation), Errno.None));
        }

        foreach (var stage in (Stage[])[Stage.AllocCdTable, Stage.AllocMasterDomain, Stage.BuildInvs])
        {
            if (model.Rules.Paging.Contains(stage))
            {
                goals.Add(($"{AttachText.Say(stage)} fails with -ENOMEM", AttachText.Of(stage), Errno.ENOMEM));
            }
        }

        if (model.Scope.Pasids > 0)
        {
            goals.Add(("attach_dev is refused with -EBUSY", AttachAct.AttachDev, Errno.EBUSY));
            goals.Add(("set_dev_pasid is refused with -EINVAL", AttachAct.SetDevPasid, Errno.EINVAL));
        }

        goals.Add(("a tag is used again", AttachAct.DomainAlloc, Errno.None));
        var bits = goals.Select((goal, i) => ((goal.Act, goal.Error), 1UL << i)).ToDictionary();
        string[] names = [.. goals.Select(goal => goal.Name), "a page is unmapped while an attach is under way"];
        return new(AttachClaims.EveryResultIsSeen, names, (in s) => IsUnmappedMeanwhile(in s) ? 1UL << goals.Count : 0)
        {
            Taken = (in before, step, in after) => Taken(bits, in before, step, in after),
        };
    }

    private static bool IsAsked(AttachModel model, Operation operation) =>
        model.Scope.Machines.Any(machine => !machine.IsWithout(operation))
        && (operation is not (Operation.SetDevPasid or Operation.RemoveDevPasid) || model.Scope.Pasids > 0)
        && (operation != Operation.MmRelease || model.Scope.Machines.Any(machine => machine.Domains.Contains(DomainKind.Sva)));

    // A failure is the step that says so; a success the step with which the operation is over.
    private static ulong Taken(Dictionary<(AttachAct, Errno), ulong> bits, in AttachState before, Transitions.Step step, in AttachState after)
    {
        var act = (AttachAct)step.Kind;
        var error = act <= AttachAct.MmRelease ? (Errno)(step.C >> 8) : AttachText.IsStage(act) ? (Errno)step.B : Errno.None;
        if (error != Errno.None)
        {
            return bits.GetValueOrDefault((act, error));
        }

        var met = act == AttachAct.DomainAlloc ? bits.GetValueOrDefault((act, error)) : 0;
        for (var cpu = 0; cpu < MostCpus; cpu++)
        {
            ref readonly var was = ref before.Cpus[cpu];
            if (was.Operation != Operation.None && after.Cpus[cpu].Operation == Operation.None && (was.Flags & CpuFlag.Failed) == 0)
            {
                met |= bits.GetValueOrDefault((AttachText.Of(was.Operation), Errno.None));
            }
        }

        return met;
    }

    private static bool IsUnmappedMeanwhile(in AttachState state)
    {
        var (unmaps, attaches) = (false, false);
        foreach (ref readonly var busy in state.Cpus)
        {
            unmaps |= busy.Operation == Operation.Unmap;
            attaches |= busy.Operation is Operation.AttachDev or Operation.SetDevPasid;
        }

        return unmaps && attaches;
    }
}
