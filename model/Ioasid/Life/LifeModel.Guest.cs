// What guests and devices do, which no lock keeps them from.

using Verify.Transitions;

namespace Verify.Model.Ioasid.Life;

/// <summary>What becomes of an access.</summary>
public enum Access : byte
{
    /// <summary>It is translated, by a TLB or by a walk that fills them.</summary>
    Translated,

    /// <summary>The page is not present: a page request is queued.</summary>
    PageRequest,

    /// <summary>There is no PASID table entry: a fault, and the access is discarded.</summary>
    Fault,

    /// <summary>There is no PASID translation for ENQCMD: a fault to the user.</summary>
    NoTranslation,
}

public readonly partial struct LifeModel
{
    private void ForGuests<TSink>(in LifeState state, ref TSink sink)
        where TSink : struct, ISink<LifeState>, allows ref struct
    {
        for (int device = 0; device < scope.Devices; device++)
        {
            for (int vm = 0; vm < scope.Vms; vm++)
            {
                Dma(in state, ref sink, vm, device);
                for (int spid = 0; spid < scope.Spids && state.IsGuestUp(vm); spid++)
                {
                    Enqcmd(in state, ref sink, vm, device, spid);
                }
            }
        }
        for (int id = 1; id <= scope.Ids; id++)
        {
            if ((state.Cached[id] & Cache.Request) != 0 && IsOfInterest(in state, id))
            {
                ref LifeState next = ref sink.From(in state);
                next.Cached[id] &= unchecked((byte)~Cache.Request);
                sink.Add(new Step((ushort)LifeAct.PageResponse, (short)id));
            }
        }
    }

    // A page that is in a TLB is present, and a device waits for the answer to its request.
    private void Dma<TSink>(in LifeState state, ref TSink sink, int vm, int device)
        where TSink : struct, ISink<LifeState>, allows ref struct
    {
        int at = LifeState.DvAt(device, vm);
        int id = state.Dv[at] & Cell.Id;
        if (id == 0 || !IsOfInterest(in state, id))
        {
            return;
        }
        bool isOn = (state.Dv[at] & Cell.On) != 0;
        if (state.IsGuestUp(vm))
        {
            sink.From(in state).Dv[at] ^= Cell.On;
            sink.Add(new Step((ushort)(isOn ? LifeAct.StopDma : LifeAct.StartDma), (short)vm, Args(device, id, 0)));
        }
        bool isRequested = (state.Cached[id] & Cache.Request) != 0;
        if (isOn && !isRequested)
        {
            Access access = Translate(ref sink.From(in state), device, id);
            sink.Add(new Step((ushort)LifeAct.Dma, (short)vm, Args(device, id, 0), (short)access));
        }
        if (isOn && !isRequested && state.Pt[LifeState.PtAt(device, id)] != 0 && (state.Cached[id] & Tlbs(device)) == 0)
        {
            sink.From(in state).Cached[id] |= Cache.Request;
            sink.Add(new Step((ushort)LifeAct.Dma, (short)vm, Args(device, id, 0), (short)Access.PageRequest));
        }
    }

    private static void AddEnqcmd<TSink>(ref TSink sink, int vm, int device, int id, int spid, Access access)
        where TSink : struct, ISink<LifeState>, allows ref struct =>
        sink.Add(new Step((ushort)LifeAct.Enqcmd, (short)vm, Args(device, id, spid), (short)access));

    // The CPU translates the guest's PASID, and the device does the work at once.
    private void Enqcmd<TSink>(in LifeState state, ref TSink sink, int vm, int device, int spid)
        where TSink : struct, ISink<LifeState>, allows ref struct
    {
        int id = state.Tr[LifeState.TrAt(vm, spid)] & Cell.Id;
        if ((state.Cached[id] & Cache.Request) != 0 || !(id == 0 ? Focus(in state) == 0 : IsOfInterest(in state, id)))
        {
            return;
        }
        ref LifeState next = ref sink.From(in state);
        AddEnqcmd(ref sink, vm, device, id, spid, id == 0 ? Access.NoTranslation : Translate(ref next, device, id));
    }

    // The entry of a device's TLB, of this life or a previous one.
    private static int Tlbs(int device) => (Cache.DeviceTlb << device) * 0x11;

    // A TLB is looked into first; only the PASID table tells whether there is anything.
    private static Access Translate(ref LifeState next, int device, int id)
    {
        int tlb = Cache.DeviceTlb << device;
        if ((next.Cached[id] & Tlbs(device)) != 0)
        {
            return Access.Translated;
        }
        if (next.Pt[LifeState.PtAt(device, id)] == 0)
        {
            return Access.Fault;
        }
        next.Cached[id] |= (byte)(Cache.Iotlb | tlb);
        return Access.Translated;
    }
}
