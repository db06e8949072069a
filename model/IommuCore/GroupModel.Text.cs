// A group in words.

using Verify.Transitions;

namespace Verify.Model.IommuCore;

/// <content>How states and steps read.</content>
public readonly partial struct GroupModel
{
    private static readonly string[] _calls =
    [
        "", "iommu_probe_device", "__iommu_probe_device", "bus_iommu_probe", "iommu_release_device", "iommu_group_store_type", "iommu_group_claim_dma_owner", "iommu_device_claim_dma_owner", "iommu_release_dma_owner", "iommu_attach_group", "iommu_attach_device",
        "iommu_attach_group_handle", "iommu_detach_group", "iommu_detach_group_handle", "iommu_replace_group_handle", "iommu_attach_device_pasid", "iommu_replace_device_pasid",
        "iommu_detach_device_pasid", "pci_dev_reset_iommu_prepare", "pci_dev_reset_iommu_done", "iommu_deferred_attach",
        "iommu_device_use_default_domain", "iommu_device_unuse_default_domain",
    ];

    private static readonly string[] _names =
    [
        .. _calls[1..], .. _calls[1..(int)Op.UseDefault].Select(call => $"{call} returns"), "domain_alloc", "iommu_map", "attach_dev", "attach_dev begins", "set_dev_pasid", "remove_dev_pasid", "release_device",
        "xa_store", "xa_erase", "iommu_domain_free", "attach_deferred is set", "deferred attach_dev", "page request", "attach_handle_get", "iopf response", "DMA",
        "mutex_lock waits", "mutex_lock gives up",
    ];

    /// <summary>The names of all actions, by <see cref="Act"/>.</summary>
    public static IReadOnlyList<string> Names => _names;

    /// <inheritdoc/>
    public IReadOnlyList<string> Actions => _names;

    /// <summary>The kernel's name of an operation.</summary>
    public static string NameOf(Op op) => _calls[(int)op];

    /// <summary>A result, as the kernel writes it.</summary>
    public static string ResultText(int result) => result == 0 ? "0" : $"-{(Errno)result}";

    /// <inheritdoc/>
    public void Describe(in GroupState state, IStateText text)
    {
        ref readonly GroupCore core = ref state.Core;
        text.Field("machine", _machines[state.Machine].Name);
        text.Field("default type", Dom.Name(state.DefaultType));
        string list = "";
        for (int place = 0; place < core.Count; place++)
        {
            list += (place > 0 ? ", " : "") + $"dev{core.DeviceAt(place)}";
        }
        text.Field("group.devices", list == "" ? "none" : list);
        text.Field("default_domain", Dom.Name(core.Default));
        text.Field("blocking_domain", Dom.Name(core.Blocking));
        text.Field("domain", Dom.Name(core.Domain));
        text.Field("owner", $"{OwnerText(core.Owner)}, owner_cnt {core.OwnerCount}");
        for (int slot = 0; slot <= _pasids; slot++)
        {
            text.Field($"pasid_array[{slot}]", CellText(core.Slots[slot]));
            text.Field($"user's domain[{slot}]", Dom.Name(state.View[slot]));
        }
        if (rules.Reset != ResetFence.Absent)
        {
            text.Field("recovery_cnt", $"{core.Recovering}");
        }
        string alive = "";
        for (int domain = Dom.Identity; domain <= Dom.IdentityV2; domain++)
        {
            alive += core.IsAlive(domain) && domain != Dom.Foreign ? (alive == "" ? "" : ", ") + Dom.Name(domain) : "";
        }
        text.Field("allocated", alive == "" ? "none" : alive);
        for (int device = 0; device < _devices; device++)
        {
            DescribeDevice(in state, text, device);
        }
        text.Field("mutex", HolderText(in core.Call));
        text.Field("due", state.IsBusy ? Next(in state) : "nothing");
        text.Field("waits", state.WaitOp == 0 ? "nobody"
            : $"CPU{state.WaitCpu} in {CallText((Op)state.WaitOp, state.WaitDomain, state.WaitDevice - 1, state.WaitSlot)}");
        text.Field("page request", state.FaultDevice == 0 ? "none"
            : $"dev{state.FaultDevice - 1}, PASID {state.FaultSlot}, raised under {Dom.Name(state.FaultRaised)}, handle {Dom.Name(state.FaultHandle)}");
        text.Field("deferred attach", state.Deferring == 0 ? "none" : $"dev{state.Deferring - 1} to {Dom.Name(state.DeferredTo)}");
    }

    private void DescribeDevice(in GroupState state, IStateText text, int device)
    {
        ref readonly GroupCore core = ref state.Core;
        string kind = "";
        kind += state.IsKind(device, Kind.Direct) ? " RESV_DIRECT" : "";
        kind += state.IsKind(device, Kind.NoPasids) ? " without PASIDs" : "";
        kind += state.IsKind(device, Kind.Inherited) ? " kdump" : "";
        kind += state.IsKind(device, Kind.Exists) ? "" : " absent";
        text.Field($"dev{device}", kind == "" ? "plain" : kind[1..]);
        string noted = "";
        noted += core.Is(device, Gdev.Deferred) ? " attach_deferred" : "";
        noted += core.Is(device, Gdev.RequireDirect) ? " require_direct" : "";
        noted += core.Is(device, Gdev.NoPasids) ? " max_pasids=0" : "";
        noted += core.Is(device, Gdev.Mapped) ? " mapped" : "";
        noted += core.Is(device, Gdev.Blocked) ? " blocked" : "";
        noted += core.Is(device, Gdev.Unattached) ? " unattached" : "";
        noted += core.Depth[device] > 0 ? $" reset_depth={core.Depth[device]}" : "";
        noted += core.Saved[device] > 0 ? $" saved={Dom.Name(core.Saved[device])}" : "";
        noted += state.Bound[device] != 0 ? " bound" : "";
        text.Field($"gdev{device}", noted == "" ? "-" : noted[1..]);
        for (int slot = 0; slot <= _pasids; slot++)
        {
            byte met = state.Of(device, slot);
            bool isLate = (state.Late[device] >> slot & 1) != 0;
            text.Field(slot == 0 ? $"HW[{device}]" : $"HW[{device}][{slot}]", (met == 0 ? "faults" : Dom.Name(met)) + (isLate ? " (joined later)" : ""));
        }
        string good = "";
        for (int domain = Dom.Identity; domain <= Dom.IdentityV2; domain++)
        {
            good += state.WasAttached(device, domain) ? (good == "" ? "" : ", ") + Dom.Name(domain) : "";
        }
        text.Field($"attached before[{device}]", good == "" ? "none" : good);
    }

    private static string OwnerText(int owner) => owner switch { 0 => "NULL", GroupCore.Vfio => "VFIO", _ => "iommufd" };

    private static string CellText(byte cell) => cell switch
    {
        0 => "empty",
        Cell.Reserved => "reserved",
        _ => Dom.Name(Cell.Domain(cell)) + ((cell & Cell.Handle) != 0 ? " with handle" : ""),
    };

    private static string HolderText(in Call c)
    {
        if (c.Op == 0)
        {
            return "free";
        }
        string flags = "";
        flags += (c.Flags & Call.Must) != 0 ? ", MUST_SUCCEED" : "";
        flags += (c.Flags & Call.Warned) != 0 ? ", WARN_ON has fired" : "";
        flags += (c.Flags & Call.MapFailed) != 0 ? ", direct regions are not mapped" : "";
        flags += (c.Flags & Call.Broken) != 0 ? ", within attach_dev" : "";
        flags += c.Result != 0 ? $", an error: {ResultText(c.Result)}" : "";
        return $"CPU{c.Cpu} in {CallText((Op)c.Op, c.Domain, c.Device - 1, c.Slot)}{flags}";
    }

    private static string CallText(Op op, int domain, int device, int slot) =>
        $"{NameOf(op)}({string.Join(", ", Arguments(op, new Step(Act.Asks(op), (short)domain, Place(device, slot))).Select(argument => argument.Item1 == "dev" ? $"dev{argument.Item2}" : argument.Item2))})";

    /// <inheritdoc/>
    public ActionText Say(in GroupState before, Step step)
    {
        string name = _names[step.Kind];
        int device = DeviceOf(step);
        (string, string) dev = ("dev", $"{device}");
        // Of a CPU that waits, the first number is what it waits for.
        (string, string) domain = ("domain", Dom.Name(step.Kind is Act.Wait or Act.GiveUp ? Dom.None : step.A));
        (string, string) pasid = ("pasid", $"{SlotOf(step)}");
        (string, string) result = ("result", ResultText(step.C));
        string cpu = $"CPU{before.Core.Call.Cpu}";
        switch (step.Kind)
        {
            case < Act.Returns:
                string asker = before.WaitOp == 0 ? "CPU0" : $"CPU{(before.WaitOp == (byte)Act.Asked(step.Kind) && before.WaitDevice == device + 1 && before.WaitSlot == SlotOf(step) && before.WaitDomain == step.A ? before.WaitCpu : 1 - before.WaitCpu)}";
                return new(asker, name, step.C < 0 ? [.. Arguments(Act.Asked(step.Kind), step)] : [.. Arguments(Act.Asked(step.Kind), step), result]);
            case < Act.Alloc:
                return new(cpu, name, result);
            case Act.Alloc:
                return new("driver", name, domain, result);
            case Act.Map:
                return new("driver", name, dev, result);
            case Act.Break:
                return new("driver", name, dev, domain);
            case Act.AttachDev:
                return new("driver", name, dev, domain, result);
            case Act.SetDevPasid:
                return new("driver", name, dev, pasid, domain, result);
            case Act.RemoveDevPasid:
                return new("driver", name, dev, pasid, domain);
            case Act.ReleaseDevice:
                return new("driver", name, dev);
            case Act.Store:
                return new(cpu, name, ("index", $"{SlotOf(step)}"), domain);
            case Act.Erase:
                return new(cpu, name, ("index", $"{SlotOf(step)}"));
            case Act.Free:
                return new(cpu, name, domain);
            case Act.TestDeferred:
                return new("DMA API", name, dev, domain);
            case Act.AttachDeferred:
                return new("DMA API", name, dev, domain);
            case Act.PageRequest:
                return new($"dev{device}", name, pasid);
            case Act.HandleGet:
                return new("fault path", name, dev, pasid, ("handle", Dom.Name(step.A)), result);
            case Act.Respond:
                return new("fault path", name, dev, pasid, ("handle", Dom.Name(step.A)));
            case Act.Wait:
                var waiting = (Op)step.A;
                return new($"CPU{1 - before.Core.Call.Cpu}", name, [("for", _calls[step.A]), .. Arguments(waiting, new Step(Act.Asks(waiting), step.B, step.C))]);
            case Act.GiveUp:
                return new($"CPU{before.WaitCpu}", name, ("for", _calls[step.A]));
            default:
                return new($"dev{device}", name, pasid, ("to", DmaText(step)));
        }
    }

    private static string DmaText(Step step) => (DmaResult)step.C switch
    {
        DmaResult.Faults => step.A == Dom.None ? "fault" : $"fault ({Dom.Name(step.A)})",
        DmaResult.UseAfterFree => $"{Dom.Name(step.A)}, which is freed",
        _ => Dom.Name(step.A),
    };

    // The arguments of an operation, without its result.
    private static IEnumerable<(string, string)> Arguments(Op op, Step step)
    {
        int device = DeviceOf(step);
        if (op is Op.Probe or Op.BusProbe or Op.StoreType)
        {
            yield return ("type", Dom.Name(step.A));
        }
        else if (op is Op.ClaimGroup or Op.ClaimDevice or Op.ReleaseOwner)
        {
            yield return ("owner", OwnerText(step.A));
        }
        else if (step.A > 0)
        {
            yield return ("domain", Dom.Name(step.A));
        }
        if (device >= 0)
        {
            yield return ("dev", $"{device}");
        }
        if (SlotOf(step) > 0)
        {
            yield return ("pasid", $"{SlotOf(step)}");
        }
    }
}
