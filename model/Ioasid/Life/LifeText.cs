// How a state of ioasid-life reads in traces.

using Verify.Model.Ioasid.Sets;
using Verify.Transitions;

namespace Verify.Model.Ioasid.Life;

/// <summary>A state in words.</summary>
public static class LifeText
{
    /// <summary>Names every part of a state.</summary>
    public static void Describe(in LifeState state, LifeScope scope, IStateText text)
    {
        CoreText.Describe(in state.Core, scope.Core, text);
        for (int device = 0; device < scope.Devices; device++)
        {
            for (int id = 1; id <= scope.Ids; id++)
            {
                text.Field($"device{device}.pasid_table[{id}]", Entry(state.Pt[LifeState.PtAt(device, id)]));
            }
            for (int vm = 0; vm < scope.Vms; vm++)
            {
                text.Field($"device{device}.mdev[vm{vm}].hpasid", Pasid(state.Dv[LifeState.DvAt(device, vm)]));
            }
        }
        for (int vm = 0; vm < scope.Vms; vm++)
        {
            for (int spid = 0; spid < scope.Spids; spid++)
            {
                text.Field($"vm{vm}.vmcs.pasid_translation[{spid}]", Pasid(state.Tr[LifeState.TrAt(vm, spid)]));
            }
            text.Field($"vm{vm}", Of(state.Vms[vm]));
        }
        for (int id = 1; id <= scope.Ids; id++)
        {
            text.Field($"cached of ioasid {id}", Cached(state.Cached[id]));
            text.Field($"vdev_clear_wk of ioasid {id}", state.HalfDone[id] == 0 ? "not begun" : "has put");
        }
        text.Field("IOMMU driver", Call(state.Call));
        text.Field("ordered queue", Queue(in state));
    }

    private static string Entry(byte entry) => entry == 0
        ? "not present"
        : $"page tables of vm{(entry & Cell.Owner) - 1}, {(entry & Cell.Mdevs) / Cell.Mdev} mdevs{Life(entry)}";

    private static string Pasid(byte cell) => cell == 0 ? "none" : $"{cell & Cell.Id}{((cell & Cell.On) != 0 ? ", DMA on" : "")}{Life(cell)}";

    private static string Life(byte cell) => (cell & Cell.Previous) != 0 ? ", of a previous life" : "";

    private static string Of(byte vm) => vm == 0
        ? "not launched"
        : string.Join(", ", new[] { (Vm.Launched, "KVM registered"), (Vm.KvmEnded, "KVM has ended"), (Vm.Closed, "closed") }.Where(each => (vm & each.Item1) != 0).Select(each => each.Item2));

    private static string Cached(byte cached)
    {
        (int, string)[] all = [(1, "IOTLB"), (2, "device TLB 0"), (4, "device TLB 1"), (8, "page request")];
        string now = string.Join(", ", all.Where(each => (cached & each.Item1) != 0).Select(each => each.Item2));
        string then = string.Join(", ", all.Where(each => (cached >> 4 & each.Item1) != 0).Select(each => $"{each.Item2} of a previous life"));
        return cached == 0 ? "nothing" : now.Length == 0 ? then : then.Length == 0 ? now : $"{now}, {then}";
    }

    /// <summary>What the IOMMU driver is in the middle of.</summary>
    public static string Call(in DriverCall call) => call.Kind == CallKind.None
        ? "idle"
        : $"{call.Kind} of ioasid {call.Id} for vm{call.Vm}, device {call.Device}, SPID {call.Spid}, {call.At} phases done";

    /// <summary>The ordered queue, the first work first.</summary>
    public static string Queue(in LifeState state)
    {
        string all = "";
        for (int at = 0; at < 2 * (SetCore.MostIds - 1) && state.Queue[at] != 0; at++)
        {
            all += $"{(at == 0 ? "" : ", ")}{((state.Queue[at] & 1) == 0 ? "vdev_clear_wk" : "teardown_pasid_wk")}({state.Queue[at] / 2})";
        }
        return all.Length == 0 ? "empty" : all;
    }
}
