// What hardware holds of IOASIDs, and what becomes of it.

using Verify.Model.Ioasid.Sets;

namespace Verify.Model.Ioasid.Life;

/// <summary>Reads and changes hardware cells.</summary>
public static class Hardware
{
    /// <summary>Marks whatever refers to an IOASID that a step has reclaimed as of a previous life.</summary>
    /// <param name="before">The core before the step.</param>
    /// <param name="state">The state after it.</param>
    public static void Age(in SetCore before, ref LifeState state)
    {
        for (int id = 1; id < SetCore.MostIds; id++)
        {
            if (before.IsAllocated(id) && !state.Core.IsAllocated(id))
            {
                Age(ref state, id);
            }
        }
    }

    /// <summary>Whether something in hardware refers to a previous life of an IOASID.</summary>
    public static bool HasLeft(in LifeState state, int id)
    {
        bool any = state.Cached[id] >= 16;
        for (int device = 0; device < LifeState.MostDevices; device++)
        {
            any |= state.Pt[LifeState.PtAt(device, id)] >= Cell.Previous;
        }
        for (int at = 0; at < SetCore.MostVms * LifeState.MostSpids; at++)
        {
            any |= state.Tr[at] == (Cell.Previous | id);
        }
        for (int at = 0; at < LifeState.MostDevices * SetCore.MostVms; at++)
        {
            any |= (state.Dv[at] & ~Cell.On) == (Cell.Previous | id);
        }
        return any;
    }

    /// <summary>What of a previous life of an IOASID is left in hardware, or null.</summary>
    public static string? Left(in LifeState state, int id)
    {
        for (int at = 0; at < LifeState.MostDevices; at++)
        {
            if ((state.Pt[LifeState.PtAt(at, id)] & Cell.Previous) != 0)
            {
                return $"the PASID table entry of device {at}";
            }
        }
        for (int at = 0; at < SetCore.MostVms * LifeState.MostSpids; at++)
        {
            if ((state.Tr[at] & ~Cell.On) == (Cell.Previous | id))
            {
                return $"the PASID translation of VM{at / LifeState.MostSpids}";
            }
        }
        for (int at = 0; at < LifeState.MostDevices * SetCore.MostVms; at++)
        {
            if ((state.Dv[at] & ~Cell.On) == (Cell.Previous | id))
            {
                return $"the PASID in device {at / SetCore.MostVms} of VM{at % SetCore.MostVms}";
            }
        }
        return (state.Cached[id] >> 4) switch
        {
            0 => null,
            Cache.Request => "a page request",
            _ => "a TLB entry",
        };
    }

    /// <summary>Whether KVM has a translation to an IOASID of this life.</summary>
    public static bool IsTranslated(in LifeState state, int id)
    {
        bool any = false;
        for (int at = 0; at < SetCore.MostVms * LifeState.MostSpids; at++)
        {
            any |= state.Tr[at] == id;
        }
        return any;
    }

    /// <summary>Whether an IOASID of this life is programmed in a device.</summary>
    public static bool IsProgrammed(in LifeState state, int id)
    {
        bool any = false;
        for (int at = 0; at < LifeState.MostDevices * SetCore.MostVms; at++)
        {
            any |= (state.Dv[at] & ~Cell.On) == id;
        }
        return any;
    }

    /// <summary>How many mdevs an IOASID of this life is bound to.</summary>
    public static int Bound(in LifeState state, int id)
    {
        int bound = 0;
        for (int device = 0; device < LifeState.MostDevices; device++)
        {
            int entry = state.Pt[LifeState.PtAt(device, id)];
            bound += (entry & Cell.Previous) == 0 ? (entry & Cell.Mdevs) / Cell.Mdev : 0;
        }
        return bound;
    }

    /// <summary>The IOMMU driver tears down all entries of an IOASID: clears, flushes, drains.</summary>
    public static void TearDown(ref LifeState state, LifeRules rules, int id)
    {
        for (int device = 0; device < LifeState.MostDevices; device++)
        {
            TearDown(ref state, rules, id, device);
        }
    }

    /// <summary>The IOMMU driver tears down the entry of an IOASID in the PASID table of a device.</summary>
    public static void TearDown(ref LifeState state, LifeRules rules, int id, int device)
    {
        int cached = state.Cached[id];
        int gone = (rules.FlushesTlbs ? Cache.Iotlb | (Cache.DeviceTlb << device) : 0) | (rules.DrainsRequests ? Cache.Request : 0);
        state.Pt[LifeState.PtAt(device, id)] = 0;
        state.Cached[id] = (byte)(cached & ~(gone | (gone << 4)));
    }

    /// <summary>VDCM clears a host PASID in all mdevs that have it: their DMA stops.</summary>
    public static void ClearDevices(ref LifeState state, int id)
    {
        for (int at = 0; at < LifeState.MostDevices * SetCore.MostVms; at++)
        {
            state.Dv[at] = (state.Dv[at] & Cell.Id) == id ? (byte)0 : state.Dv[at];
        }
    }

    private static void Age(ref LifeState state, int id)
    {
        for (int device = 0; device < LifeState.MostDevices; device++)
        {
            ref byte entry = ref state.Pt[LifeState.PtAt(device, id)];
            entry |= entry == 0 ? (byte)0 : Cell.Previous;
        }
        for (int at = 0; at < SetCore.MostVms * LifeState.MostSpids; at++)
        {
            state.Tr[at] |= (state.Tr[at] & Cell.Id) == id ? Cell.Previous : (byte)0;
        }
        for (int at = 0; at < LifeState.MostDevices * SetCore.MostVms; at++)
        {
            state.Dv[at] |= (state.Dv[at] & Cell.Id) == id ? Cell.Previous : (byte)0;
        }
        int cached = state.Cached[id];
        state.Cached[id] = (byte)(((cached & 15) << 4) | (cached & 0xf0));
    }
}
