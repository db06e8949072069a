// How states and steps of the attach model read.

using Verify.Transitions;
using static Verify.Smmu.Attach.AttachState;

namespace Verify.Smmu.Attach;

public readonly partial struct AttachModel
{
    /// <inheritdoc/>
    public void Describe(in AttachState state, IStateText text)
    {
        text.Field("machine", scope.Machines[state.Machine].Name);
        for (var device = 0; device < MostDevices; device++)
        {
            if (state.Has(device))
            {
                DescribeDevice(in state, device, text);
            }
        }

        for (var domain = 0; domain < MostDomains; domain++)
        {
            if (state.Domains[domain].Kind != DomainKind.None)
            {
                DescribeDomain(in state, domain, text);
            }
        }

        for (var tag = 0; tag < Tags; tag++)
        {
            FieldIf(text, state.Tlb[tag] != 0, $"TLB[{AttachText.Tag(tag)}] may hold pages of", AttachText.Pages(state.Tlb[tag]));
        }

        for (var cpu = 0; cpu < scope.Cpus; cpu++)
        {
            DescribeCpu(in state, cpu, text);
        }

        text.Field("asid_lock", state.AsidOwner() is >= 0 and var owner ? $"held by CPU{owner}" : "free");
    }

    private static void FieldIf(IStateText text, bool isThere, string name, string value) => text.Field(name, isThere ? value : "none");

    private void DescribeDevice(in AttachState state, int device, IStateText text)
    {
        ref readonly var shown = ref state.Devices[device];
        text.Field($"dev{device}", $"{(shown.Present != 0 ? "probed" : "gone")}, {(shown.CanAts != 0 ? "can do ATS" : "no ATS")}, PCI ATS {OnOff(shown.PciAts)}"
            + (state.Listed(device) > state.Streams(device) ? $", {AttachText.Stream((device * 2) + state.Streams(device) - 1)} listed twice" : ""));
        text.Field($"dev{device} attached", AttachText.Domain(in state, shown.Rid));
        text.Field($"dev{device} master", $"ats_enabled {OnOff(shown.MasterAts)}, {(shown.CdTable != 0 ? "CD table" : "no CD table")}, used_ssids {shown.UsedSsids}");
        for (var ssid = 1; ssid <= state.HighestSsid; ssid++)
        {
            text.Field($"{AttachText.Place(device, ssid)} attached", AttachText.Domain(in state, shown.Pasid[ssid - 1]));
        }

        for (var stream = device * 2; stream < (device * 2) + state.Streams(device); stream++)
        {
            text.Field($"STE({AttachText.Stream(stream)})", AttachText.Ste(images.SteKey(state.Ste[stream])));
            text.Field($"SMMU may hold STE({AttachText.Stream(stream)})", Held(state.SteMay[stream], isSte: true));
            for (var ssid = 0; ssid <= state.HighestSsid; ssid++)
            {
                text.Field($"SMMU may hold CD({AttachText.Stream(stream)}, {ssid})", Held(state.CdMay[CdAt(stream, ssid)], isSte: false));
            }
        }

        for (var ssid = 0; ssid <= state.HighestSsid; ssid++)
        {
            text.Field($"CD(dev{device}, {ssid})", AttachText.Cd(images.CdKey(state.Cd[At(device, ssid)])));
            text.Field($"ATC({AttachText.Place(device, ssid)}) may hold pages of", AttachText.Pages(state.Atc[At(device, ssid)]));
        }
    }

    private static string OnOff(byte flag) => flag != 0 ? "on" : "off";

    private string Held(ulong set, bool isSte)
    {
        var names = new List<string>();
        for (; set != 0; set &= set - 1)
        {
            var image = (int)ulong.TrailingZeroCount(set);
            names.Add(isSte ? AttachText.Ste(images.SteKey(image)) : AttachText.Cd(images.CdKey(image)));
        }

        return names.Count == 0 ? "none" : string.Join(" | ", names);
    }

    private static void DescribeDomain(in AttachState state, int domain, IStateText text)
    {
        ref readonly var shown = ref state.Domains[domain];
        var name = $"{AttachText.Domain(in state, (byte)(Paging + domain))}";
        var number = $"{shown.Tag & ~GivenBack}{((shown.Tag & GivenBack) != 0 ? " given back" : "")}";
        var tag = shown.Tag == 0 ? "" : shown.Kind == DomainKind.S2 ? $", VMID {number}" : $", ASID {number}";
        text.Field(name, $"{shown.Life}{tag}, page {(shown.Mapped != 0 ? "mapped" : "not mapped")}");
        text.Field($"{name} masters", AttachText.Members(shown.List));
        text.Field($"{name} nr_ats_masters", $"{(sbyte)shown.NrAts}");
        text.Field($"{name} invs", shown.InvTag == 0 && shown.InvAts == 0 ? "none" : $"tag x{(sbyte)shown.InvTag}, ATS of {AttachText.Members(shown.InvAts)}");
    }

    private void DescribeCpu(in AttachState state, int number, IStateText text)
    {
        ref readonly var cpu = ref state.Cpus[number];
        var (name, isBusy) = ($"CPU{number}", cpu.Operation != Operation.None);
        var stage = isBusy ? StagesOf(in cpu)[cpu.Stage] : default;
        var isAtDevice = Operations.IsOnDevice(cpu.Operation) || Writes(in cpu) >= 0;
        var about = isAtDevice ? $"{AttachText.Place(cpu.Device, cpu.Ssid)}, " : "";
        var ends = Operations.IsOnDevice(cpu.Operation) ? $"{AttachText.Domain(in state, cpu.Old)} -> {AttachText.Domain(in state, cpu.New)}" : AttachText.Domain(in state, cpu.New);
        text.Field(name, isBusy ? $"{AttachText.Say(cpu.Operation)}({about}{ends})" : "idle");
        text.Field($"{name} is at", isBusy ? $"{AttachText.Say(stage)}, {cpu.Stage + 1} of {StagesOf(in cpu).Count}" : "nothing");
        text.Field($"{name} writes", isBusy && IsWrite(stage) ? $"stream {cpu.Stream}, batch {cpu.Batch}, {SayImages(in cpu, stage)}" : cpu.From != 0 ? "nothing, the array has the tag" : "nothing");
        text.Field($"{name} has found", AttachText.Members(cpu.Snapshot));
        text.Field($"{name} has", $"{cpu.Flags & ~CpuFlag.AsidLock}");
        text.Field($"{name} has queued", cpu.Command == Command.None ? "nothing" : SayCommand(in cpu));
    }

    private string SayImages(in Cpu cpu, Stage stage) => IsSte(stage)
        ? $"{AttachText.Ste(images.SteKey(cpu.From))} -> {AttachText.Ste(images.SteKey(cpu.To))}"
        : $"{AttachText.Cd(images.CdKey(cpu.From))} -> {AttachText.Cd(images.CdKey(cpu.To))}";

    /// <inheritdoc/>
    public ActionText Say(in AttachState before, Step step)
    {
        var act = (AttachAct)step.Kind;
        return act switch
        {
            AttachAct.Map or AttachAct.DomainAlloc => new ActionText("core", AttachText.Names[step.Kind], ("domain", AttachText.Domain(in before, (byte)step.C)))
            {
                To = act == AttachAct.Map ? AttachText.Memory : null,
            },
            AttachAct.ProbeDevice => new ActionText("core", AttachText.Names[step.Kind], ("device", $"{step.B}")),
            AttachAct.Consume => SayConsume(in before, step),
            <= AttachAct.MmRelease => SayCall(in before, act, step),
            >= AttachAct.FetchSte => HardwareMove.Of(step).Say(in before, images),
            _ => SayStage(in before, act, step) with { To = Partner(in before, act, step) },
        };
    }

    private static ActionText SayConsume(in AttachState before, Step step) =>
        new("SMMU", AttachText.Names[step.Kind], ("of", $"CPU{step.A}"), ("command", SayCommand(in before.Cpus[step.A]))) { To = $"CPU{step.A}" };

    // Whom a stage is about: memory for stores, the SMMU for commands, the device for PCI ATS; else nobody.
    private string? Partner(in AttachState before, AttachAct act, Step step)
    {
        ref readonly var cpu = ref before.Cpus[step.A];
        var stage = StagesOf(in cpu)[cpu.Stage];
        return act is AttachAct.StoreSte or AttachAct.StoreCd || stage == Stage.ClearPte ? AttachText.Memory
            : stage is Stage.PciAtsOn or Stage.PciAtsOff or Stage.PciAtsOffAlways ? $"dev{cpu.Device}"
            : Queues(in cpu, stage) ? "SMMU" : null;
    }

    private static string SayCommand(in Cpu cpu) => cpu.Command switch
    {
        Command.CfgiSte => $"CFGI_STE({AttachText.Stream(cpu.Argument)})",
        Command.CfgiCd => $"CFGI_CD(dev{cpu.Argument / MostSsids}, ssid {cpu.Argument % MostSsids})",
        Command.Tlbi => $"TLBI({AttachText.Tag(cpu.Argument & ~WithoutGuests)})",
        _ => $"ATC_INV({AttachText.Members(cpu.Argument)})",
    };

    private static ActionText SayCall(in AttachState before, AttachAct act, Step step)
    {
        var (device, ssid) = (step.B & 0xf, step.B >> 4);
        var error = (Errno)(step.C >> 8);
        var arguments = new List<(string, string)>();
        if (Operations.IsOnDevice((Operation)(act + 1)))
        {
            arguments.Add(("device", $"{device}"));
        }

        if (ssid != 0)
        {
            arguments.Add(("pasid", $"{ssid}"));
        }

        if (act is not (AttachAct.RemoveDevPasid or AttachAct.ReleaseDevice))
        {
            arguments.Add(("domain", AttachText.Domain(in before, (byte)(step.C & 0xff))));
        }

        if (error != Errno.None)
        {
            arguments.Add(("result", $"-{error}"));
        }

        return new ActionText($"CPU{step.A}", AttachText.Names[(int)act], [.. arguments]);
    }

    private ActionText SayStage(in AttachState before, AttachAct act, Step step)
    {
        var cpu = before.Cpus[step.A];
        var stage = StagesOf(in cpu)[cpu.Stage];
        if (act == AttachAct.StoreCd && step.B > 0)
        {
            Choose(in before, ref cpu, step.B - 1);
        }

        var next = IsWrite(stage) && (cpu.Flags & CpuFlag.Stored) == 0 ? PlanOf(in cpu, stage)[cpu.Batch] : -1;
        return new ActionText($"CPU{step.A}", AttachText.Names[(int)act], act switch
        {
            AttachAct.StoreSte => [("stream", AttachText.Stream((cpu.Device * 2) + cpu.Stream)), ("image", AttachText.Ste(images.SteKey(next))), ("batch", $"{cpu.Batch}")],
            AttachAct.StoreCd => [("device", $"{cpu.Device}"), ("ssid", $"{SsidOf(in cpu, stage)}"), ("image", AttachText.Cd(images.CdKey(next))), ("batch", $"{cpu.Batch}")],
            AttachAct.CfgiSte => [("stream", AttachText.Stream((cpu.Device * 2) + cpu.Stream))],
            AttachAct.CfgiCd => [("device", $"{cpu.Device}"), ("ssid", $"{SsidOf(in cpu, stage)}")],
            _ when stage is Stage.AllocCdTable or Stage.AllocMasterDomain or Stage.BuildInvs or Stage.AllocStatic => [("result", step.B == 0 ? "0" : $"-{(Errno)step.B}")],
            _ when stage is Stage.NrAtsInc or Stage.ListAdd or Stage.PublishInvs => [("domain", AttachText.Domain(in before, cpu.New))],
            _ when stage is Stage.NrAtsDec or Stage.ListDel or Stage.UnrefInvs => [("domain", AttachText.Domain(in before, cpu.Old))],
            _ => [],
        });
    }
}
