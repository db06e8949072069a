// The actions of the system ioasid, by name, by who takes them, and as traces say them.

using Verify.Transitions;

namespace Verify.Model.Ioasid.Sets;

/// <summary>What can be done, in the order of <see cref="SetActions.Names"/>.</summary>
public enum SetAct : ushort
{
    /// <summary>ioasid_set_alloc.</summary>
    SetAlloc,

    /// <summary>ioasid_set_get.</summary>
    SetGet,

    /// <summary>ioasid_set_put.</summary>
    SetPut,

    /// <summary>ioasid_set_free.</summary>
    SetFree,

    /// <summary>ioasid_set_adjust.</summary>
    SetAdjust,

    /// <summary>ioasid_install_capacity.</summary>
    InstallCapacity,

    /// <summary>ioasid_reserve_capacity.</summary>
    ReserveCapacity,

    /// <summary>ioasid_cancel_capacity.</summary>
    CancelCapacity,

    /// <summary>ioasid_free_all_in_set, its test without the lock.</summary>
    FreeAllTest,

    /// <summary>ioasid_free_all_in_set, what it does under the lock.</summary>
    FreeAllLocked,

    /// <summary>The next member is freed by a call that frees all of a set.</summary>
    FreeMember,

    /// <summary>ioasid_register_notifier_mm takes the lock of the pending list.</summary>
    RegisterMmLock,

    /// <summary>ioasid_register_notifier_mm.</summary>
    RegisterMm,

    /// <summary>ioasid_unregister_notifier_mm.</summary>
    UnregisterMm,

    /// <summary>ioasid_unregister_notifier_mm finds the set and drops the lock.</summary>
    UnregisterMmFound,

    /// <summary>ioasid_unregister_notifier_mm goes on to the set that it found.</summary>
    UnregisterFromSet,

    /// <summary>ioasid_register_notifier.</summary>
    Register,

    /// <summary>ioasid_unregister_notifier.</summary>
    Unregister,

    /// <summary>ioasid_alloc.</summary>
    Alloc,

    /// <summary>ioasid_alloc, when the set's map has no memory.</summary>
    AllocWithoutMap,

    /// <summary>ioasid_free.</summary>
    Free,

    /// <summary>ioasid_get.</summary>
    Get,

    /// <summary>ioasid_get_if_owned.</summary>
    GetIfOwned,

    /// <summary>ioasid_put.</summary>
    Put,

    /// <summary>ioasid_get, by KVM.</summary>
    KvmGet,

    /// <summary>ioasid_put, by KVM.</summary>
    KvmPut,

    /// <summary>ioasid_find_by_spid, by KVM.</summary>
    KvmFind,

    /// <summary>Deferred work of VDCM: ioasid_put.</summary>
    Work,

    /// <summary>ioasid_attach_spid.</summary>
    AttachSpid,

    /// <summary>ioasid_detach_spid.</summary>
    DetachSpid,

    /// <summary>ioasid_find_by_spid.</summary>
    FindBySpid,

    /// <summary>ioasid_find_by_spid without the lock: finds.</summary>
    FindUnlocked,

    /// <summary>ioasid_find_by_spid without the lock: takes the reference.</summary>
    TakeFound,

    /// <summary>ioasid_notify(BIND).</summary>
    NotifyBind,

    /// <summary>ioasid_notify(UNBIND).</summary>
    NotifyUnbind,

    /// <summary>A handler is called.</summary>
    Handler,

    /// <summary>The event reaches nobody.</summary>
    NobodyHears,
}

/// <summary>Names of the actions, and who takes them.</summary>
public static class SetActions
{
    /// <summary>The names.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "ioasid_set_alloc", "ioasid_set_get", "ioasid_set_put", "ioasid_set_free", "ioasid_set_adjust", "ioasid_install_capacity", "ioasid_reserve_capacity",
        "ioasid_cancel_capacity", "ioasid_free_all_in_set: tests", "ioasid_free_all_in_set", "ioasid_free of a member", "ioasid_register_notifier_mm: takes the pending list's lock",
        "ioasid_register_notifier_mm", "ioasid_unregister_notifier_mm", "ioasid_unregister_notifier_mm: drops the lock", "ioasid_unregister_notifier_mm: uses the set",
        "ioasid_register_notifier", "ioasid_unregister_notifier", "ioasid_alloc", "ioasid_alloc: no memory for the set's map", "ioasid_free", "ioasid_get", "ioasid_get_if_owned",
        "ioasid_put", "ioasid_get by KVM", "ioasid_put by KVM", "ioasid_find_by_spid by KVM", "work: ioasid_put", "ioasid_attach_spid", "ioasid_detach_spid", "ioasid_find_by_spid", "ioasid_find_by_spid: finds", "ioasid_find_by_spid: takes the reference",
        "ioasid_notify(BIND)", "ioasid_notify(UNBIND)", "handler", "ioasid_notify reaches nobody",
    ];

    /// <summary>Who acts.</summary>
    public static readonly IReadOnlyList<string> Lanes = ["VFIO", "KVM", "VDCM", "IOMMU driver", "IOASID core"];

    /// <summary>Which of <see cref="Lanes"/> takes a step.</summary>
    public static int LaneOf(in SetsState before, SetModel model, Step step) => (SetAct)step.Kind switch
    {
        SetAct.Handler => 1 + (int)model.NextHandler(in before)!,
        SetAct.RegisterMmLock or SetAct.RegisterMm or SetAct.UnregisterMm or SetAct.UnregisterMmFound or SetAct.UnregisterFromSet or SetAct.KvmGet or SetAct.KvmPut or SetAct.KvmFind => 1,
        SetAct.Register or SetAct.Unregister or SetAct.Get or SetAct.GetIfOwned or SetAct.Put or SetAct.Work or SetAct.FindBySpid or SetAct.FindUnlocked or SetAct.TakeFound => 2,
        SetAct.AttachSpid or SetAct.DetachSpid or SetAct.NotifyBind or SetAct.NotifyUnbind => 3,
        SetAct.NobodyHears or SetAct.FreeMember or SetAct.FreeAllLocked => 4,
        _ => 0,
    };

    /// <summary>Whether a version has a call at all, in this form.</summary>
    public static bool Exists(SetRules rules, SetAct act) => act switch
    {
        SetAct.SetGet or SetAct.SetPut => !rules.HasSetFree,
        SetAct.SetFree or SetAct.FreeAllTest or SetAct.FreeAllLocked or SetAct.ReserveCapacity or SetAct.CancelCapacity or SetAct.GetIfOwned => rules.HasSetFree,
        SetAct.SetAdjust => rules.HasAdjust,
        SetAct.InstallCapacity => rules.CapacityReinstalled,
        SetAct.FindBySpid or SetAct.KvmFind => rules.SpidLookup != SpidLookup.Unlocked,
        SetAct.FindUnlocked or SetAct.TakeFound => rules.SpidLookup == SpidLookup.Unlocked,
        SetAct.RegisterMmLock => rules.HasPendingLock,
        SetAct.UnregisterMmFound or SetAct.UnregisterFromSet => rules.UnregisterDropsLock,
        SetAct.NotifyBind or SetAct.NotifyUnbind => !rules.AttachSendsBind,
        _ => true,
    };

    /// <summary>A step in the kernel's words.</summary>
    public static ActionText Say(in SetsState before, SetModel model, Step step)
    {
        string lane = Lanes[LaneOf(in before, model, step)];
        string name = Names[step.Kind];
        (string, string) result = ("result", Text((Result)step.C));
        switch ((SetAct)step.Kind)
        {
            case SetAct.SetAlloc:
                return new(lane, name, ("token", Vm(step.A)), ("quota", $"{step.B & 0xff}"), ("set", $"{step.B >> 8}"), result);
            case SetAct.SetAdjust:
                return new(lane, name, ("set", $"{step.A}"), ("quota", $"{step.B}"), result);
            case SetAct.InstallCapacity:
                return new(lane, name, ("capacity", $"{step.A}"));
            case SetAct.ReserveCapacity or SetAct.CancelCapacity:
                return new(lane, name, ("count", $"{step.A}"), result);
            case SetAct.SetGet or SetAct.SetPut or SetAct.SetFree or SetAct.Register or SetAct.Unregister:
                return new(lane, name, ("set", $"{step.A}"), result);
            case SetAct.FreeAllTest or SetAct.FreeAllLocked:
                return new(lane, name, ("set", $"{step.A}"), ("cpu", $"{step.B}"));
            case SetAct.RegisterMm or SetAct.UnregisterMm:
                return step.B == 0 ? new(lane, name, ("mm", Vm(step.A)), result) : new(lane, name, ("mm", Vm(step.A)), ("set", $"{step.B - 1}"), result);
            case SetAct.RegisterMmLock or SetAct.UnregisterMmFound or SetAct.UnregisterFromSet:
                return new(lane, name, ("mm", Vm(step.A)), ("cpu", $"{step.B}"));
            case SetAct.Alloc or SetAct.AllocWithoutMap:
                return new(lane, name, ("set", $"{step.A}"), ("result", (Result)step.C == Result.Ok ? $"{step.B}" : "INVALID_IOASID"));
            case SetAct.KvmGet:
                return new(lane, Names[(int)SetAct.Get], ("set", $"{step.A}"), ("ioasid", $"{step.B}"), result);
            case SetAct.KvmPut:
                return new(lane, Names[(int)SetAct.Put], ("ioasid", $"{step.A}"), result);
            case SetAct.Free or SetAct.Get:
                return new(lane, name, ("set", $"{step.A}"), ("ioasid", $"{step.B}"), result);
            case SetAct.GetIfOwned:
                return new(lane, name, ("current", Vm(step.A)), ("ioasid", $"{step.B}"), result);
            case SetAct.AttachSpid:
                return new(lane, name, ("ioasid", $"{step.A}"), ("spid", $"{step.B}"), result);
            case SetAct.FindBySpid or SetAct.KvmFind or SetAct.FindUnlocked:
                return new(lane, (SetAct)step.Kind == SetAct.KvmFind ? Names[(int)SetAct.FindBySpid] : name, ("set", $"{step.A & 0xff}"), ("spid", $"{step.A >> 8}"), ("result", step.B < 0 ? "INVALID_IOASID" : $"{step.B}"));
            case SetAct.TakeFound:
                return new(lane, name, ("ioasid", $"{step.A}"), ("cpu", $"{step.B}"));
            case SetAct.NotifyBind or SetAct.NotifyUnbind or SetAct.FreeMember:
                return new(lane, name, ("ioasid", $"{step.A}"));
            case SetAct.Handler:
                return new(lane, $"handler({Jobs<SetsState, SetWorld>.Event(before.Core.Job.Call).ToString().ToUpperInvariant()})", ("ioasid", $"{before.Core.Job.Id}"));
            case SetAct.NobodyHears:
                return new(lane, name);
            default:
                return new(lane, name, ("ioasid", $"{step.A}"), result);
        }
    }

    /// <summary>A result as the kernel writes it.</summary>
    public static string Text(Result result) => result switch
    {
        Result.Ok => "0",
        Result.Invalid => "INVALID_IOASID",
        Result.Logged => "logged, nothing done",
        Result.False => "false",
        Result.True => "true",
        _ => $"-{result}",
    };

    private static string Vm(int vm) => vm < 0 ? "NULL" : $"mm{vm}";
}
