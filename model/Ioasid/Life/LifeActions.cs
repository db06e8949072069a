// The actions of the system ioasid-life, by name, by who takes them, and as traces say them.

using Verify.Model.Ioasid.Sets;
using Verify.Transitions;

namespace Verify.Model.Ioasid.Life;

/// <summary>What can be done, in the order of <see cref="LifeActions.Names"/>.</summary>
public enum LifeAct : ushort
{
    /// <summary>KVM of a VM registers.</summary>
    Launch,

    /// <summary>ioasid_alloc.</summary>
    Alloc,

    /// <summary>bind_gpasid, up to its first call of the core.</summary>
    BindGpasid,

    /// <summary>The next phase of a bind.</summary>
    BindStep,

    /// <summary>The guest writes a PASID to an mdev.</summary>
    MdevWrite,

    /// <summary>The guest clears it.</summary>
    MdevClear,

    /// <summary>The device goes away.</summary>
    Unplug,

    /// <summary>unbind_gpasid, up to its first call of the core.</summary>
    UnbindGpasid,

    /// <summary>The next phase of an unbind.</summary>
    UnbindStep,

    /// <summary>ioasid_free.</summary>
    Free,

    /// <summary>The next member is freed by a call that frees all of a set.</summary>
    FreeMember,

    /// <summary>VFIO's file descriptor is closed.</summary>
    Close,

    /// <summary>ioasid_set_free.</summary>
    SetFree,

    /// <summary>KVM ends.</summary>
    KvmExit,

    /// <summary>A handler is called.</summary>
    Handler,

    /// <summary>VDCM's deferred work.</summary>
    VdcmWork,

    /// <summary>The IOMMU driver's deferred work.</summary>
    IommuWork,

    /// <summary>A page request is answered.</summary>
    PageResponse,

    /// <summary>The guest starts DMA.</summary>
    StartDma,

    /// <summary>The guest stops DMA.</summary>
    StopDma,

    /// <summary>The guest submits work by ENQCMD.</summary>
    Enqcmd,

    /// <summary>The device accesses memory.</summary>
    Dma,
}

/// <summary>Names of the actions, and who takes them.</summary>
public static class LifeActions
{
    /// <summary>The names.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "ioasid_register_notifier_mm", "ioasid_alloc", "bind_gpasid", "iommu_bind", "mdev_write(gpasid)", "mdev_clear(gpasid)", "device hot-unplug", "unbind_gpasid",
        "iommu_unbind", "ioasid_free", "ioasid_free of a member", "close", "ioasid_set_free", "KVM exits", "handler", "vdev_clear_wk", "teardown_pasid_wk",
        "page response", "start DMA", "stop DMA", "ENQCMD", "DMA",
    ];

    /// <summary>Who acts; a handler is in the lane of its subscriber.</summary>
    public static readonly IReadOnlyList<string> Lanes = ["VFIO", "KVM", "VDCM", "IOMMU driver", "IOASID core", "guest", "device"];

    /// <summary>What a bind or unbind does in one step, in the order of <see cref="Phase"/>.</summary>
    public static readonly IReadOnlyList<string> Phases =
    [
        "ioasid_attach_spid", "ioasid_get, private data, PASID table entry", "ioasid_notify(BIND)", "ioasid_detach_data", "clear entry, flush, drain",
        "ioasid_notify(UNBIND)", "ioasid_detach_spid", "ioasid_put",
    ];

    private static readonly string[] _accesses = ["translated", "page request", "fault, discarded", "fault to the user"];

    /// <summary>Which of <see cref="Lanes"/> takes a step.</summary>
    public static int LaneOf(in LifeState before, LifeModel model, Step step) => (LifeAct)step.Kind switch
    {
        LifeAct.Handler => 1 + (int)model.NextHandler(in before)!,
        LifeAct.Launch or LifeAct.KvmExit => 1,
        LifeAct.VdcmWork => 2,
        LifeAct.BindStep or LifeAct.UnbindStep or LifeAct.IommuWork or LifeAct.PageResponse => 3,
        LifeAct.FreeMember => 4,
        LifeAct.StartDma or LifeAct.StopDma or LifeAct.Enqcmd => 5,
        LifeAct.Unplug or LifeAct.Dma => 6,
        _ => 0,
    };

    /// <summary>A step in the kernel's words.</summary>
    public static ActionText Say(in LifeState before, LifeModel model, Step step)
    {
        string lane = Lanes[LaneOf(in before, model, step)];
        string name = Names[step.Kind];
        (string, string) vm = ("vm", $"{step.A}");
        (string, string) device = ("device", $"{step.B >> 4 & 15}");
        (string, string) id = ("ioasid", $"{step.B & 15}");
        (string, string) spid = ("spid", $"{step.B >> 8}");
        (string, string) result = ("result", SetActions.Text((Result)step.C));
        switch ((LifeAct)step.Kind)
        {
            case LifeAct.Alloc:
                return new(lane, name, vm, ("result", step.B < 0 ? "INVALID_IOASID" : $"{step.B}"));
            case LifeAct.Free:
                return new(lane, name, vm, ("ioasid", $"{step.B}"), result);
            case LifeAct.BindGpasid:
                return new(lane, name, vm, device, id, spid, ("does", Does(in before, model, step, CallKind.Bind)), result);
            case LifeAct.UnbindGpasid:
                return new(lane, name, vm, device, id, ("does", Does(in before, model, step, CallKind.Unbind)), result);
            case LifeAct.BindStep or LifeAct.UnbindStep:
                return new(lane, name, id, ("does", Phases[(int)model.NextPhase(in before)]), result);
            case LifeAct.MdevWrite:
                return new(lane, name, vm, device, spid, ("hpasid", (step.B & 15) == 0 ? "INVALID_IOASID" : $"{step.B & 15}"));
            case LifeAct.MdevClear or LifeAct.Unplug:
                return new(lane, name, vm, device, id, ("put", SetActions.Text((Result)step.C)));
            case LifeAct.FreeMember or LifeAct.PageResponse:
                return new(lane, name, ("ioasid", $"{step.A}"));
            case LifeAct.Close or LifeAct.KvmExit:
                return new(lane, name, vm);
            case LifeAct.Handler:
                return new(lane, $"handler({Jobs<LifeState, LifeWorld>.Event(before.Core.Job.Call).ToString().ToUpperInvariant()})",
                    ("ioasid", $"{before.Core.Job.Id}"), ("spid", before.Core.Job.Spid == 0 ? "INVALID_IOASID" : $"{before.Core.Job.Spid - 1}"));
            case LifeAct.VdcmWork or LifeAct.IommuWork:
                return new(lane, name, ("ioasid", $"{step.A}"), ("put", SetActions.Text((Result)step.C)));
            case LifeAct.StartDma or LifeAct.StopDma:
                return new(lane, name, vm, device);
            case LifeAct.Enqcmd:
                return new(lane, name, vm, device, spid, ("hpasid", (step.B & 15) == 0 ? "none" : $"{step.B & 15}"), ("result", _accesses[step.C]));
            case LifeAct.Dma:
                return new(lane, name, device, vm, id, ("result", _accesses[step.C]));
            default:
                return new(lane, name, vm, result);
        }
    }

    // A call that is refused, or is about a further device, makes no call of the core.
    private static string Does(in LifeState before, LifeModel model, Step step, CallKind kind)
    {
        int id = step.B & 15;
        bool isFirst = kind == CallKind.Bind ? !before.Core.Has(id, Mark.Data) : before.Core.Has(id, Mark.Data) && Hardware.Bound(in before, id) == 1;
        return !before.Core.IsAllocated(id) || !isFirst ? "looks it up" : Phases[(int)model.FirstPhase(kind)];
    }
}
