// What must be possible in the life of a guest IOASID, so that the other claims say something.

using Verify.Engine;
using Verify.Model.Ioasid.Life;
using Verify.Model.Ioasid.Sets;
using Verify.Transitions;

namespace Verify.Properties.Ioasid;

/// <summary>The claims about what can be done with guest IOASIDs.</summary>
internal static class LifeGoals
{
    private const byte All = Holder.Allocation | Holder.Kvm | Holder.Vdcm | Holder.Iommu;

    private static readonly (LifeAct Act, Result Result)[] _calls =
    [
        (LifeAct.Alloc, Result.Ok), (LifeAct.Alloc, Result.Invalid),
        (LifeAct.BindGpasid, Result.Ok), (LifeAct.BindGpasid, Result.ENOENT), (LifeAct.BindGpasid, Result.EPERM), (LifeAct.BindGpasid, Result.EBUSY),
        (LifeAct.BindStep, Result.Ok), (LifeAct.BindStep, Result.EINVAL),
        (LifeAct.MdevWrite, Result.Ok), (LifeAct.MdevWrite, Result.Invalid), (LifeAct.MdevClear, Result.False), (LifeAct.Unplug, Result.False),
        (LifeAct.UnbindGpasid, Result.Ok), (LifeAct.UnbindGpasid, Result.ENOENT), (LifeAct.UnbindGpasid, Result.EPERM), (LifeAct.UnbindGpasid, Result.EINVAL),
        (LifeAct.Free, Result.Ok), (LifeAct.Free, Result.Logged),
    ];

    /// <summary>The two flows of the document, step by step.</summary>
    public static Reachable<LifeState> Flows() => new(
        LifeClaims.FlowsComplete,
        [
            "bound: allocation and IOMMU driver hold, the PASID table entry is there", "KVM translates and holds", "VDCM has programmed the device: all four hold", "DMA is on while all four hold",
            "FREE_PENDING, held by one of KVM, VDCM and the IOMMU driver", "FREE_PENDING, held by two of them", "FREE_PENDING, held by all three",
            "normal flow: the device is cleared while all four hold", "normal flow: the last unbind leaves the allocation alone", "normal flow: ioasid_free reclaims what was taken down in order",
            "free before unbind: ioasid_free while all four hold", "free before unbind: KVM drops its reference", "free before unbind: VDCM queues its work", "free before unbind: the IOMMU driver queues its work",
            "free before unbind: VDCM's work puts", "free before unbind: the IOMMU driver's work puts last", "free before unbind: late unbind finds nothing", "the user exits while all four hold",
        ],
        (in s) => Met(in s))
    {
        Taken = (in before, step, in after) => Taken(in before, step, in after) << 7,
    };

    /// <summary>Calls and their results.</summary>
    public static Reachable<LifeState> Calls(LifeModel model)
    {
        // That a set uses an SPID twice is refused by some versions only, and after the first phase of a bind where that is not what it begins with.
        (LifeAct Act, Result Result)[] calls = [.. _calls.Where(call => call.Result switch
        {
            Result.EINVAL when call.Act == LifeAct.BindStep => model.Rules.Core.SpidIsUnique && model.Rules.Bind == BindOrder.HoldAttach,
            _ => true,
        })];
        int[] bits = new int[LifeActions.Names.Count << 8];
        for (int at = 0; at < calls.Length; at++)
        {
            bits[((int)calls[at].Act << 8) | (int)calls[at].Result] = at + 1;
        }
        return new(LifeClaims.CallsEndEachWay, [.. calls.Select(call => $"{LifeActions.Names[(int)call.Act]} ends with {SetActions.Text(call.Result)}")], (in _) => 0)
        {
            Taken = (in _, step, in _) => bits[(step.Kind << 8) | (byte)step.C] is > 0 and int bit ? 1UL << (bit - 1) : 0,
        };
    }

    /// <summary>Tables, caches, queues and accesses.</summary>
    public static Reachable<LifeState> Hardware() => new(
        LifeClaims.HardwareIsUsed,
        [
            "a PASID table entry is there", "a PASID is translated for ENQCMD", "a PASID is programmed in a device", "a device does DMA", "the IOTLB has an entry", "a device's TLB has an entry",
            "a page request is queued", "DMA is translated", "DMA makes a page request", "DMA faults", "ENQCMD is translated", "ENQCMD faults to the user", "a page request is answered",
        ],
        (in s) => Filled(in s))
    {
        Taken = (in _, step, in _) => ((LifeAct)step.Kind, (Access)step.C) switch
        {
            (LifeAct.Dma, Access.Translated) => 1UL << 7,
            (LifeAct.Dma, Access.PageRequest) => 1UL << 8,
            (LifeAct.Dma, Access.Fault) => 1UL << 9,
            (LifeAct.Enqcmd, Access.Translated) => 1UL << 10,
            (LifeAct.Enqcmd, Access.NoTranslation) => 1UL << 11,
            (LifeAct.PageResponse, _) => 1UL << 12,
            _ => 0,
        },
    };

    private static ulong Met(in LifeState s)
    {
        ulong met = 0;
        for (int id = 1; id < SetCore.MostIds; id++)
        {
            byte holders = s.Core.Holders[id];
            bool isBound = Model.Ioasid.Life.Hardware.Bound(in s, id) > 0;
            bool isTranslated = isBound && Model.Ioasid.Life.Hardware.IsTranslated(in s, id);
            bool isProgrammed = isTranslated && Model.Ioasid.Life.Hardware.IsProgrammed(in s, id);
            met |= isBound && (holders & (Holder.Allocation | Holder.Iommu)) == (Holder.Allocation | Holder.Iommu) ? 1UL : 0;
            met |= isTranslated && (holders & Holder.Kvm) != 0 ? 2UL : 0;
            met |= isProgrammed && holders == All ? 4UL : 0;
            met |= isProgrammed && holders == All && IsOn(in s, id) ? 8UL : 0;
            if (s.Core.State[id] == (byte)IdState.FreePending)
            {
                met |= byte.PopCount((byte)(holders & ~Holder.Allocation)) is > 0 and byte count ? 8UL << count : 0;
            }
        }
        return met;
    }

    private static bool IsOn(in LifeState s, int id)
    {
        bool on = false;
        for (int at = 0; at < LifeState.MostDevices * SetCore.MostVms; at++)
        {
            on |= s.Dv[at] == (id | Cell.On);
        }
        return on;
    }

    private static ulong Taken(in LifeState before, Step step, in LifeState after)
    {
        int id = (LifeAct)step.Kind switch
        {
            LifeAct.Handler => before.Core.Job.Id,
            LifeAct.VdcmWork or LifeAct.IommuWork => step.A,
            _ => step.B & 15,
        };
        byte holders = before.Core.Holders[id & 3];
        bool isFree = before.Core.Job.Call == JobCall.Free;
        return (LifeAct)step.Kind switch
        {
            LifeAct.MdevClear when holders == All => 1UL,
            LifeAct.UnbindStep when holders != Holder.Allocation && after.Core.Holders[id] == Holder.Allocation => 2UL,
            LifeAct.Free when holders == Holder.Allocation && !after.Core.IsAllocated(id) => 4UL,
            LifeAct.Free when holders == All && after.Core.Job.Call == JobCall.Free => 8UL,
            LifeAct.Handler when isFree && (holders & Holder.Kvm) != 0 && (after.Core.Holders[id] & Holder.Kvm) == 0 => 16UL,
            LifeAct.Handler when isFree && !before.Core.Has(id, Mark.VdcmWork) && after.Core.Has(id, Mark.VdcmWork) => 32UL,
            LifeAct.Handler when isFree && !before.Core.Has(id, Mark.IommuWork) && after.Core.Has(id, Mark.IommuWork) => 64UL,
            LifeAct.VdcmWork when holders == (Holder.Vdcm | Holder.Iommu) => 128UL,
            LifeAct.IommuWork when holders == Holder.Iommu && !after.Core.IsAllocated(id) => 256UL,
            LifeAct.UnbindGpasid when (Result)step.C == Result.EINVAL && before.Core.State[id] == (byte)IdState.FreePending => 512UL,
            LifeAct.Close when HasAll(in before, step.A) => 1024UL,
            _ => 0,
        };
    }

    private static bool HasAll(in LifeState s, int vm)
    {
        bool any = false;
        for (int id = 1; id < SetCore.MostIds; id++)
        {
            any |= s.Core.VmOf(id) == vm && s.Core.Holders[id] == All;
        }
        return any;
    }

    private static ulong Filled(in LifeState s)
    {
        ulong filled = 0;
        for (int id = 1; id < SetCore.MostIds; id++)
        {
            filled |= Model.Ioasid.Life.Hardware.Bound(in s, id) > 0 ? 1UL : 0;
            filled |= Model.Ioasid.Life.Hardware.IsTranslated(in s, id) ? 2UL : 0;
            filled |= Model.Ioasid.Life.Hardware.IsProgrammed(in s, id) ? 4UL : 0;
            filled |= IsOn(in s, id) ? 8UL : 0;
            filled |= (s.Cached[id] & Cache.Iotlb) != 0 ? 16UL : 0;
            filled |= (s.Cached[id] & (Cache.DeviceTlb * 3)) != 0 ? 32UL : 0;
            filled |= (s.Cached[id] & Cache.Request) != 0 ? 64UL : 0;
        }
        return filled;
    }
}
