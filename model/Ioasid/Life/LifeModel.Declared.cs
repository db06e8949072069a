// How states of the system ioasid-life read, and what is interchangeable in them.

using Verify.Model.Ioasid.Sets;
using Verify.Transitions;

namespace Verify.Model.Ioasid.Life;

public readonly partial struct LifeModel
{
    private const int Ids = 0;
    private const int Vms = 1;
    private const int Spids = 2;
    private const int Devices = 3;

    /// <summary>IOASIDs other than 0, VMs with their sets, SPIDs, and PCI devices: which is which is of no importance.</summary>
    public IReadOnlyList<IndexSet> Symmetries => [new("IOASIDs", scope.Ids), new("VMs", scope.Vms), new("SPIDs", scope.Spids), new("devices", scope.Devices)];

    /// <inheritdoc/>
    public ActionText Say(in LifeState before, Step step) => LifeActions.Say(in before, this, step);

    /// <inheritdoc/>
    public void Describe(in LifeState state, IStateText text) => LifeText.Describe(in state, scope, text);

    /// <inheritdoc/>
    public void Rename(in LifeState state, int set, ReadOnlySpan<byte> names, ref LifeState renamed)
    {
        switch (set)
        {
            case Ids:
                CoreNames.Rename(in state.Core, CoreNames.Ids, names, ref renamed.Core);
                RenameIds(in state, names, ref renamed);
                break;
            case Vms:
                CoreNames.Rename(in state.Core, CoreNames.Vms, names, ref renamed.Core);
                SetCore between = renamed.Core;
                CoreNames.Rename(in between, CoreNames.Slots, names, ref renamed.Core);
                RenameVms(in state, names, ref renamed);
                break;
            case Spids:
                CoreNames.Rename(in state.Core, CoreNames.Spids, names, ref renamed.Core);
                for (int at = 0; at < SetCore.MostVms * names.Length; at++)
                {
                    (int vm, int spid) = (at / names.Length, at % names.Length);
                    renamed.Tr[LifeState.TrAt(vm, names[spid])] = state.Tr[LifeState.TrAt(vm, spid)];
                }
                renamed.Call.Spid = state.Call.Kind == CallKind.Bind ? names[state.Call.Spid] : (byte)0;
                break;
            case Devices:
                RenameDevices(in state, names, ref renamed);
                break;
        }
    }

    /// <inheritdoc/>
    public ulong Signature(in LifeState state, int set, int index)
    {
        ulong sum = 0;
        switch (set)
        {
            case Ids:
                int id = index + 1;
                sum = (ulong)(Hardware.Bound(in state, id) + (Hardware.IsTranslated(in state, id) ? 16 : 0) + (Hardware.IsProgrammed(in state, id) ? 32 : 0)
                    + (state.Call.Id == id ? 64 : 0) + ((state.Cached[id] & (Cache.Iotlb | Cache.Request)) << 8));
                return CoreNames.Signature(in state.Core, CoreNames.Ids, index) ^ (sum << 36);
            case Vms:
                for (int device = 0; device < scope.Devices; device++)
                {
                    int cell = state.Dv[LifeState.DvAt(device, index)];
                    sum += (ulong)((cell & (Cell.On | Cell.Previous)) + (cell == 0 ? 0 : 1));
                }
                for (int spid = 0; spid < scope.Spids; spid++)
                {
                    sum += state.Tr[LifeState.TrAt(index, spid)] == 0 ? 0UL : 1UL << 12;
                }
                return CoreNames.Signature(in state.Core, CoreNames.Slots, index) ^ (sum << 44) ^ ((ulong)state.Vms[index] << 60);
            case Spids:
                return CoreNames.Signature(in state.Core, CoreNames.Spids, index) | (state.Call.Kind == CallKind.Bind && state.Call.Spid == index ? 1UL << 32 : 0);
            default:
                for (int at = 0; at < SetCore.MostIds; at++)
                {
                    sum += state.Pt[LifeState.PtAt(index, at)] & (ulong)(Cell.Mdevs | Cell.Previous);
                }
                return sum;
        }
    }

    private static void RenameIds(in LifeState state, ReadOnlySpan<byte> names, ref LifeState renamed)
    {
        for (int i = 0; i < names.Length; i++)
        {
            (int from, int to) = (i + 1, names[i] + 1);
            for (int device = 0; device < LifeState.MostDevices; device++)
            {
                renamed.Pt[LifeState.PtAt(device, to)] = state.Pt[LifeState.PtAt(device, from)];
            }
            renamed.Cached[to] = state.Cached[from];
            renamed.HalfDone[to] = state.HalfDone[from];
        }
        for (int at = 0; at < SetCore.MostVms * LifeState.MostSpids; at++)
        {
            renamed.Tr[at] = Renamed(state.Tr[at], names);
        }
        for (int at = 0; at < LifeState.MostDevices * SetCore.MostVms; at++)
        {
            renamed.Dv[at] = Renamed(state.Dv[at], names);
        }
        for (int at = 0; at < 2 * (SetCore.MostIds - 1); at++)
        {
            int work = state.Queue[at];
            renamed.Queue[at] = work == 0 ? (byte)0 : (byte)((2 * (names[(work / 2) - 1] + 1)) | (work & 1));
        }
        renamed.Call.Id = Renamed(state.Call.Id, names);
    }

    private static void RenameVms(in LifeState state, ReadOnlySpan<byte> names, ref LifeState renamed)
    {
        for (int from = 0; from < names.Length; from++)
        {
            int to = names[from];
            for (int spid = 0; spid < LifeState.MostSpids; spid++)
            {
                renamed.Tr[LifeState.TrAt(to, spid)] = state.Tr[LifeState.TrAt(from, spid)];
            }
            for (int device = 0; device < LifeState.MostDevices; device++)
            {
                renamed.Dv[LifeState.DvAt(device, to)] = state.Dv[LifeState.DvAt(device, from)];
            }
            renamed.Vms[to] = state.Vms[from];
        }
        for (int at = 0; at < LifeState.MostDevices * SetCore.MostIds; at++)
        {
            int entry = state.Pt[at];
            int owner = entry & Cell.Owner;
            renamed.Pt[at] = (byte)(owner == 0 ? entry : (entry & ~Cell.Owner) | (names[owner - 1] + 1));
        }
        renamed.Call.Vm = state.Call.Kind == CallKind.None ? (byte)0 : names[state.Call.Vm];
    }

    private static void RenameDevices(in LifeState state, ReadOnlySpan<byte> names, ref LifeState renamed)
    {
        for (int id = 0; id < SetCore.MostIds; id++)
        {
            const int Both = Cache.Iotlb | Cache.Request;
            int cached = state.Cached[id] & (Both | (Both << 4));
            for (int from = 0; from < names.Length; from++)
            {
                renamed.Pt[LifeState.PtAt(names[from], id)] = state.Pt[LifeState.PtAt(from, id)];
                int tlb = state.Cached[id] >> from & (Cache.DeviceTlb | (Cache.DeviceTlb << 4));
                cached |= tlb << names[from];
            }
            renamed.Cached[id] = (byte)cached;
        }
        for (int from = 0; from < names.Length; from++)
        {
            for (int vm = 0; vm < SetCore.MostVms; vm++)
            {
                renamed.Dv[LifeState.DvAt(names[from], vm)] = state.Dv[LifeState.DvAt(from, vm)];
            }
        }
        renamed.Call.Device = state.Call.Kind == CallKind.None ? (byte)0 : names[state.Call.Device];
    }

    // A cell that refers to an IOASID.
    private static byte Renamed(byte cell, ReadOnlySpan<byte> names) =>
        (cell & Cell.Id) == 0 ? cell : (byte)((cell & ~Cell.Id) | (names[(cell & Cell.Id) - 1] + 1));
}
