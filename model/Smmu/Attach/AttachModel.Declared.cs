// What is interchangeable in the attach model: CPUs, domains, devices, PASIDs. Tags are not: the lowest free one is taken.

using Verify.Transitions;
using static Verify.Smmu.Attach.AttachState;

namespace Verify.Smmu.Attach;

/// <content>Cells are renamed with what they belong to and with what they point to.</content>
public readonly partial struct AttachModel : ISymmetricSystem<AttachState>
{
    /// <summary>What the set of CPUs is called, for claims that name one.</summary>
    public const string CpusName = "CPUs";

    private const int CpuSet = 0;
    private const int DomainSet = 1;
    private const int DeviceSet = 2;

    /// <inheritdoc/>
    public IReadOnlyList<IndexSet> Symmetries =>
    [
        new(CpusName, scope.Cpus),
        new("domains", scope.Machines.Max(machine => machine.Domains.Count)),
        new("devices", scope.Machines.Max(machine => machine.Devices.Count)),
        new("PASIDs", scope.Pasids),
    ];

    /// <inheritdoc/>
    public void Rename(in AttachState state, int set, ReadOnlySpan<byte> names, ref AttachState renamed)
    {
        switch (set)
        {
            case CpuSet:
                for (var cpu = 0; cpu < names.Length; cpu++)
                {
                    renamed.Cpus[names[cpu]] = state.Cpus[cpu];
                }

                break;
            case DomainSet:
                RenameDomains(in state, names, ref renamed);
                break;
            case DeviceSet:
                RenamePlaces(in state, names, [0, 1, 2], ref renamed);
                break;
            default:
                Span<byte> ssids = [0, 1, 2];
                for (var pasid = 0; pasid < names.Length; pasid++)
                {
                    ssids[pasid + 1] = (byte)(names[pasid] + 1);
                }

                RenamePlaces(in state, [0, 1], ssids, ref renamed);
                break;
        }
    }

    /// <summary>What there is of an index that is no name.</summary>
    public ulong Signature(in AttachState state, int set, int index)
    {
        switch (set)
        {
            case CpuSet:
                ref readonly var cpu = ref state.Cpus[index];
                return (ulong)cpu.Operation | ((ulong)cpu.Stage << 8) | ((ulong)cpu.Flags << 16) | ((ulong)cpu.Batch << 24) | ((ulong)cpu.Command << 32);
            case DomainSet:
                ref readonly var domain = ref state.Domains[index];
                return (ulong)domain.Kind | ((ulong)domain.Life << 8) | ((ulong)domain.Mapped << 16) | ((ulong)domain.Tag << 24) | ((ulong)domain.NrAts << 32)
                    | ((ulong)domain.InvTag << 40);
            case DeviceSet:
                ref readonly var device = ref state.Devices[index];
                return device.Present | ((ulong)device.CanAts << 1) | ((ulong)(state.Duplicates >> index & 1) << 2) | ((ulong)device.Streams << 24) | ((ulong)device.PciAts << 3) | ((ulong)device.MasterAts << 4)
                    | ((ulong)device.CdTable << 5) | ((ulong)device.UsedSsids << 8) | ((ulong)byte.Min(device.Rid, Paging) << 16);
            default:
                return state.HasSsid(index + 1) ? 0UL : 1;
        }
    }

    private void RenameDomains(in AttachState state, ReadOnlySpan<byte> names, ref AttachState renamed)
    {
        for (var domain = 0; domain < names.Length; domain++)
        {
            renamed.Domains[names[domain]] = state.Domains[domain];
        }

        for (var tag = 0; tag < Tags; tag++)
        {
            renamed.Tlb[tag] = Pages(state.Tlb[tag], names);
        }

        for (var stream = 0; stream < MostStreams; stream++)
        {
            renamed.Ste[stream] = SteNamed(state.Ste[stream], names);
            renamed.SteMay[stream] = 0;
            for (var held = state.SteMay[stream]; held != 0; held &= held - 1)
            {
                renamed.SteMay[stream] |= 1UL << SteNamed((byte)ulong.TrailingZeroCount(held), names);
            }
        }

        for (var at = 0; at < MostStreams * MostSsids; at++)
        {
            renamed.CdMay[at] = 0;
            for (var held = state.CdMay[at]; held != 0; held &= held - 1)
            {
                renamed.CdMay[at] |= 1U << CdNamed((byte)uint.TrailingZeroCount(held), names);
            }
        }

        for (var at = 0; at < MostDevices * MostSsids; at++)
        {
            renamed.Cd[at] = CdNamed(state.Cd[at], names);
            renamed.Atc[at] = Pages(state.Atc[at], names);
        }

        for (var device = 0; device < MostDevices; device++)
        {
            renamed.Devices[device].Rid = Attachment(state.Devices[device].Rid, names);
            for (var pasid = 0; pasid < MostPasids; pasid++)
            {
                renamed.Devices[device].Pasid[pasid] = Attachment(state.Devices[device].Pasid[pasid], names);
            }
        }

        for (var cpu = 0; cpu < scope.Cpus; cpu++)
        {
            RenameDomains(in state.Cpus[cpu], names, ref renamed.Cpus[cpu]);
        }
    }

    private void RenameDomains(in Cpu cpu, ReadOnlySpan<byte> names, ref Cpu renamed)
    {
        renamed.New = Attachment(cpu.New, names);
        renamed.Old = Attachment(cpu.Old, names);
        if (cpu.Operation != Operation.None && StagesOf(in cpu)[cpu.Stage] is var stage && IsWrite(stage))
        {
            renamed.From = IsSte(stage) ? SteNamed(cpu.From, names) : CdNamed(cpu.From, names);
            renamed.To = IsSte(stage) ? SteNamed(cpu.To, names) : CdNamed(cpu.To, names);
        }
    }

    private static byte Attachment(byte attached, ReadOnlySpan<byte> names) => attached < Paging ? attached : (byte)(Paging + names[attached - Paging]);

    private static byte Pages(byte pages, ReadOnlySpan<byte> names)
    {
        var renamed = pages & IdentityPage;
        for (var domain = 0; domain < names.Length; domain++)
        {
            renamed |= (pages >> domain & 1) << names[domain];
            renamed |= (pages >> (MostDomains + domain) & 1) << (MostDomains + names[domain]);
        }

        return (byte)renamed;
    }

    private byte SteNamed(byte ste, ReadOnlySpan<byte> names) =>
        images.SteKey(ste) is { Domain: >= 0 } key ? images.Number(key with { Domain = names[key.Domain] }) : ste;

    private byte CdNamed(byte cd, ReadOnlySpan<byte> names) =>
        images.CdKey(cd) is { Domain: >= 0 } key ? images.Number(key with { Domain = names[key.Domain] }) : cd;

    // Devices and SSIDs by their new names: whatever is by device, stream or SSID moves, and so do the sets of them.
    private void RenamePlaces(in AttachState state, ReadOnlySpan<byte> devices, ReadOnlySpan<byte> ssids, ref AttachState renamed)
    {
        (renamed.Ssids, renamed.Duplicates) = (0, 0);
        for (var device = 0; device < devices.Length; device++)
        {
            renamed.Duplicates |= (byte)((state.Duplicates >> device & 1) << devices[device]);
            renamed.Devices[devices[device]] = state.Devices[device];
            for (var stream = 0; stream < 2; stream++)
            {
                renamed.Ste[(devices[device] * 2) + stream] = state.Ste[(device * 2) + stream];
                renamed.SteMay[(devices[device] * 2) + stream] = state.SteMay[(device * 2) + stream];
            }

            for (var ssid = 0; ssid < MostSsids; ssid++)
            {
                var (from, to) = (At(device, ssid), At(devices[device], ssids[ssid]));
                renamed.Cd[to] = state.Cd[from];
                renamed.Atc[to] = state.Atc[from];
                for (var stream = 0; stream < 2; stream++)
                {
                    renamed.CdMay[CdAt((devices[device] * 2) + stream, ssids[ssid])] = state.CdMay[CdAt((device * 2) + stream, ssid)];
                }

                if (ssid > 0)
                {
                    renamed.Devices[devices[device]].Pasid[ssids[ssid] - 1] = state.Devices[device].Pasid[ssid - 1];
                }
            }
        }

        for (var ssid = 0; ssid < MostSsids; ssid++)
        {
            renamed.Ssids |= (byte)((state.Ssids >> ssid & 1) << ssids[ssid]);
        }

        for (var domain = 0; domain < MostDomains; domain++)
        {
            renamed.Domains[domain].List = Places(state.Domains[domain].List, devices, ssids);
            renamed.Domains[domain].InvAts = Places(state.Domains[domain].InvAts, devices, ssids);
        }

        for (var cpu = 0; cpu < scope.Cpus; cpu++)
        {
            RenamePlaces(in state.Cpus[cpu], devices, ssids, ref renamed.Cpus[cpu]);
        }
    }

    private void RenamePlaces(in Cpu cpu, ReadOnlySpan<byte> devices, ReadOnlySpan<byte> ssids, ref Cpu renamed)
    {
        var isAtPlace = Operations.IsOnDevice(cpu.Operation) || Writes(in cpu) >= 0;
        renamed.Device = isAtPlace && cpu.Device < devices.Length ? devices[cpu.Device] : cpu.Device;
        renamed.Ssid = isAtPlace ? ssids[cpu.Ssid] : cpu.Ssid;
        renamed.Snapshot = Places(cpu.Snapshot, devices, ssids);
        renamed.Argument = cpu.Command switch
        {
            Command.CfgiSte => cpu.Argument / 2 < devices.Length ? (byte)((devices[cpu.Argument / 2] * 2) + (cpu.Argument % 2)) : cpu.Argument,
            Command.CfgiCd when cpu.Argument / MostSsids < devices.Length => (byte)At(devices[cpu.Argument / MostSsids], ssids[cpu.Argument % MostSsids]),
            Command.AtcInv => Places(cpu.Argument, devices, ssids),
            _ => cpu.Argument,
        };
    }

    private static byte Places(byte members, ReadOnlySpan<byte> devices, ReadOnlySpan<byte> ssids)
    {
        var renamed = 0;
        for (var device = 0; device < MostDevices; device++)
        {
            var to = device < devices.Length ? devices[device] : (byte)device;
            for (var ssid = 0; ssid < MostSsids; ssid++)
            {
                renamed |= (members & Member(device, ssid, false)) != 0 ? Member(to, ssids[ssid], false) : 0;
            }

            renamed |= (members & Member(device, 0, true)) != 0 ? Member(to, 0, true) : 0;
        }

        return (byte)renamed;
    }
}
