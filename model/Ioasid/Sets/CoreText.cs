// How a core reads in traces.

using Verify.Transitions;

namespace Verify.Model.Ioasid.Sets;

/// <summary>A core in words.</summary>
public static class CoreText
{
    /// <summary>Names every part of a core.</summary>
    public static void Describe(in SetCore core, IoasidScope scope, IStateText text)
    {
        for (int id = 0; id <= scope.Ids; id++)
        {
            text.Field($"ioasid[{id}]", Name((IdState)core.State[id]));
            text.Field($"ioasid[{id}].set", core.Set[id] == 0 ? "none" : $"{core.SlotOf(id)}{(core.Has(id, Mark.Orphan) ? ", which was freed" : "")}");
            text.Field($"ioasid[{id}].spid", core.Spid[id] == 0 ? "INVALID_IOASID" : $"{core.Spid[id] - 1}");
            text.Field($"ioasid[{id}].refs", $"{core.Refs[id]}");
            text.Field($"ioasid[{id}] held by", Who(core.Holders[id]));
            text.Field($"ioasid[{id}] of a previous life held by", Who(core.Stale[id]));
            text.Field($"ioasid[{id}] marks", Marks(core.Marks[id]));
        }
        for (int slot = 0; slot < scope.Sets; slot++)
        {
            string token = core.Token[slot] == 0 ? "NULL" : $"mm{core.Token[slot] - 1}";
            text.Field($"set[{slot}]", (SetState)core.Sets[slot] == SetState.None ? "none" : $"{(SetState)core.Sets[slot]}, token {token}");
            text.Field($"set[{slot}].nr", $"{core.Nr[slot]} of {core.Quota[slot]}");
            text.Field($"set[{slot}].users", $"{core.Users[slot]}");
            text.Field($"set[{slot}] chain", Names(core.Chain[slot]));
        }
        for (int vm = 0; vm < scope.Vms; vm++)
        {
            text.Field($"pending[mm{vm}]", $"{(PendingState)core.Pending[vm]}");
        }
        text.Field("available", $"{core.Available}, reserved {core.Reserved}");
        text.Field("system-wide chain", core.SystemWide ? "IOMMU driver" : "empty");
        text.Field("pending list's lock", core.PendingLock == 0 ? "free" : $"held by CPU{core.PendingLock - 1}");
        text.Field("under the lock", What(in core.Job));
        text.Field("event", Told(in core.Job));
        text.Field("memory error", $"{core.Fault}");
    }

    private static string Name(IdState state) => state switch
    {
        IdState.Free => "in the pool",
        IdState.Idle => "IDLE",
        IdState.Active => "ACTIVE",
        IdState.FreePending => "FREE_PENDING",
        _ => "freed entry in the map",
    };

    private static string Who(byte holders) => holders == 0
        ? "nobody"
        : string.Join(", ", new[] { (Holder.Allocation, "allocation"), (Holder.Kvm, "KVM"), (Holder.Vdcm, "VDCM"), (Holder.Iommu, "IOMMU driver") }
            .Where(each => (holders & each.Item1) != 0).Select(each => each.Item2));

    private static string Marks(byte marks)
    {
        (byte, string)[] all =
        [
            (Mark.Data, "data"), (Mark.Member, "member"), (Mark.Orphan, "set freed"), (Mark.Told, "FREE sent"), (Mark.ToldTwice, "FREE sent twice"),
            (Mark.VdcmWork, "VDCM's work queued"), (Mark.IommuWork, "IOMMU driver's work queued"), (Mark.Visited, "freed with its set"),
        ];
        return marks == 0 ? "none" : string.Join(", ", all.Where(each => (marks & each.Item1) != 0).Select(each => each.Item2));
    }

    private static string Names(byte chain) => chain switch
    {
        0 => "empty",
        SetCore.KvmBlock => "KVM",
        SetCore.VdcmBlock => "VDCM",
        _ => "KVM, VDCM",
    };

    /// <summary>What the CPU that has the lock is doing.</summary>
    public static string What(in Job job)
    {
        if (job.Call == JobCall.None)
        {
            return "nothing";
        }
        string about = job.Chooses ? $"set {job.Slot}" : $"ioasid {job.Id} of set {job.Slot}";
        string spid = job.Spid == 0 ? "" : $" with SPID {job.Spid - 1}";
        string waits = job.Stuck ? ", a handler waits for the lock" : job.WaitsForPendingLock ? ", waits for the pending list's lock" : "";
        return $"{Name(job)} {about}{spid} by CPU{job.Caller}{waits}";
    }

    // Phase and place in the order of subscribers tell apart what else reads alike.
    private static string Told(in Job job) => job.Call == JobCall.None ? "none"
        : $"{(job.Due == 0 ? "not sent" : $"told {Subscribers(job.Called)} of {Subscribers(job.Due)}")} ({job.At}.{job.Cursor})";

    private static string Name(in Job job) => job.Call switch
    {
        JobCall.Free when job.All => job.Chooses ? "freeing all members, between two, of" : "freeing all members,",
        JobCall.Free => "ioasid_free of",
        JobCall.Alloc => "ioasid_alloc of",
        JobCall.AttachSpid => "ioasid_attach_spid of",
        JobCall.DetachSpid => "ioasid_detach_spid of",
        JobCall.NotifyBind => "ioasid_notify(BIND) of",
        _ => "ioasid_notify(UNBIND) of",
    };

    private static string Subscribers(byte mask) => mask == 0 ? "nobody" : string.Join(", ", new[] { "KVM", "VDCM", "IOMMU driver" }.Where((_, who) => (mask >> who & 1) != 0));
}
