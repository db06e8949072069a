// setup_default_domain, and devices that come and go.

namespace Verify.Model.IommuCore;

/// <content>Reference attach.md, 1.4 and 1.6.</content>
public readonly partial struct CoreMachine
{
    // iommu_setup_default_domain of a type.
    private void SetupDefault(ref GroupCore g, int type)
    {
        ref Call c = ref g.Call;
        c.Domain = (byte)type;
        if (g.Default == type)
        {
            // A static domain: the same object. The other type is always another object.
            Finish(ref g, Errno.Ok);
        }
        else if (IsDynamic(type))
        {
            c.Target = (byte)type;
            c.Pc = (byte)Pc.Alloc;
        }
        else
        {
            UseAsDefault(ref g);
        }
    }

    private void Allocated(ref GroupCore g, Errno result)
    {
        ref Call c = ref g.Call;
        if (result == Errno.Ok)
        {
            g.Alive |= Dom.Bit(c.Target);
            if (c.Target != Dom.Empty)
            {
                UseAsDefault(ref g);
                return;
            }
            g.Blocking = Dom.Empty;
            GoOnWithBlocking(ref g);
            return;
        }
        switch ((Op)c.Op)
        {
            case Op.Probe or Op.BusProbe when c.Domain != Dom.Dma:
                // iommu_group_alloc_default_domain tries DMA then.
                c.Domain = Dom.Dma;
                c.Target = Dom.Dma;
                break;
            case Op.Probe or Op.BusProbe:
                FirstFails(ref g, result);
                break;
            case Op.ResetPrepare:
                g.Depth[c.Device - 1]--;
                Finish(ref g, result);
                break;
            default:
                Finish(ref g, result);
                break;
        }
    }

    private void UseAsDefault(ref GroupCore g)
    {
        ref Call c = ref g.Call;
        c.Old = g.Default;
        g.Default = c.Domain;
        g.Domain = rules.DefaultByPointer ? Dom.None : g.Domain;
        for (int device = 0; c.Domain == Dom.Dma && device < GroupCore.MostDevices; device++)
        {
            g.Note(device, Gdev.Mapped, false);
        }
        if (rules.FreesDefaultFirst && IsDynamic(c.Old))
        {
            Free(ref g, c.Old, Stage.FreeFirst, Errno.Ok);
            return;
        }
        MapBefore(ref g);
    }

    private void MapBefore(ref GroupCore g)
    {
        ref Call c = ref g.Call;
        c.At = 0;
        c.Stage = (byte)Stage.MapBefore;
        if (!rules.MapsBeforeAttach)
        {
            c.Flags |= Call.MapFailed;
            AttachDefault(ref g);
            return;
        }
        SettleMap(ref g);
    }

    // To the next device with direct regions, which only a DMA domain must be told of.
    private void SettleMap(ref GroupCore g)
    {
        ref Call c = ref g.Call;
        while (g.Default == Dom.Dma && c.At < g.Count)
        {
            if (g.Is(g.DeviceAt(c.At), Gdev.RequireDirect) && !g.Is(g.DeviceAt(c.At), Gdev.Mapped))
            {
                c.Pc = (byte)Pc.Map;
                return;
            }
            c.At++;
        }
        if ((Stage)c.Stage == Stage.MapBefore)
        {
            AttachDefault(ref g);
        }
        else
        {
            FreeOld(ref g);
        }
    }

    private void HasMapped(ref GroupCore g, Errno result)
    {
        ref Call c = ref g.Call;
        int device = Pending(in g).Device;
        if (result == Errno.Ok)
        {
            g.Note(device, Gdev.Mapped, true);
        }
        switch ((Stage)c.Stage)
        {
            case Stage.ProbeMap:
                AttachProbed(ref g);
                break;
            case Stage.ProbeMapAfter:
                Finish(ref g, Errno.Ok);
                break;
            case Stage.MapAfter when result != Errno.Ok && c.Old == 0:
                FirstFails(ref g, result);
                break;
            case Stage.MapAfter when result != Errno.Ok:
                SetDomain(ref g, c.Old, must: true, Stage.Restore);
                break;
            default:
                c.Flags |= result == Errno.Ok ? (byte)0 : Call.MapFailed;
                c.At++;
                SettleMap(ref g);
                break;
        }
    }

    private void AttachDefault(ref GroupCore g) => SetDomain(ref g, g.Default, must: g.Call.Old == 0, Stage.SetDefault);

    private void AfterDefault(ref GroupCore g, Errno result)
    {
        ref Call c = ref g.Call;
        if (result == Errno.Ok)
        {
            if ((c.Flags & Call.MapFailed) != 0)
            {
                c.At = 0;
                c.Stage = (byte)Stage.MapAfter;
                SettleMap(ref g);
                return;
            }
            FreeOld(ref g);
            return;
        }
        if (c.Old == 0)
        {
            FirstFails(ref g, result);
            return;
        }
        g.Default = c.Old;
        g.Domain = rules.DefaultByPointer ? c.Old : g.Domain;
        Discard(ref g, result);
    }

    // The new default domain is not used after all.
    private void Discard(ref GroupCore g, Errno result)
    {
        if (IsDynamic(g.Call.Domain))
        {
            Free(ref g, g.Call.Domain, Stage.Last, result);
            return;
        }
        Finish(ref g, result);
    }

    private void FreeOld(ref GroupCore g)
    {
        ref Call c = ref g.Call;
        if (IsDynamic(c.Old) && !rules.FreesDefaultFirst)
        {
            Free(ref g, c.Old, Stage.Last, Errno.Ok);
            return;
        }
        Finish(ref g, Errno.Ok);
    }

    // The first default domain cannot be set up. It stays, so that whoever is attached to it is released before it is freed.
    private void FirstFails(ref GroupCore g, Errno result)
    {
        if (rules.FreesFirstDefault && IsDynamic(g.Default))
        {
            g.Alive &= (byte)~Dom.Bit(g.Default);
            g.Default = Dom.None;
            g.Domain = Dom.None;
        }
        if ((Op)g.Call.Op == Op.Probe)
        {
            FailProbe(ref g, result);
            return;
        }
        g.Call.Device = g.List[0];
        FailProbe(ref g, result);
    }

    // A new device is in the list; its direct regions come first.
    private void ProbeDevice(ref GroupCore g, bool queued, int type)
    {
        ref Call c = ref g.Call;
        int device = c.Device - 1;
        g.List[g.Count] = c.Device;
        g.Note(device, Gdev.Unattached, rules.ReleaseKnowsAttached);
        if (g.Default == 0)
        {
            if (queued)
            {
                Finish(ref g, Errno.Ok);
                return;
            }
            SetupDefault(ref g, type);
            return;
        }
        if (g.Default == Dom.Dma && g.Is(device, Gdev.RequireDirect) && rules.MapsBeforeAttach)
        {
            c.Stage = (byte)Stage.ProbeMap;
            c.Pc = (byte)Pc.Map;
            return;
        }
        AttachProbed(ref g);
    }

    private void AttachProbed(ref GroupCore g)
    {
        ref Call c = ref g.Call;
        int device = c.Device - 1;
        byte target = rules.ProbeAttachesDefault ? g.Default : g.Domain;
        c.Target = target;
        c.Stage = (byte)Stage.ProbeAttach;
        if (target == 0 || (IsDeferred(in g, device) && target == g.Default))
        {
            Finish(ref g, Errno.Ok);
        }
        else if (RefusesToBlock(in g, device, target))
        {
            FailProbe(ref g, Errno.EINVAL);
        }
        else
        {
            c.Pc = (byte)Pc.AttachOne;
        }
    }

    private void AttachedOne(ref GroupCore g, Errno result)
    {
        ref Call c = ref g.Call;
        int device = c.Device - 1;
        if (result == Errno.Ok)
        {
            g.Note(device, Gdev.Deferred, false);
        }
        if ((Op)c.Op == Op.DeferredAttach)
        {
            Finish(ref g, result);
        }
        else if (result != Errno.Ok && !rules.ProbeIgnoresErrors)
        {
            FailProbe(ref g, result);
        }
        else if (!rules.MapsBeforeAttach && g.Default == Dom.Dma && g.Is(device, Gdev.RequireDirect))
        {
            c.Stage = (byte)Stage.ProbeMapAfter;
            c.Pc = (byte)Pc.Map;
        }
        else
        {
            Finish(ref g, Errno.Ok);
        }
    }

    private void FailProbe(ref GroupCore g, Errno result)
    {
        g.Call.Result = (byte)result;
        Release(ref g);
    }

    // iommu_deinit_device of the device that the call names, after it has left the list.
    private void Release(ref GroupCore g)
    {
        ref Call c = ref g.Call;
        int device = c.Device - 1;
        int to = 0;
        for (int place = 0; place < GroupCore.MostDevices; place++)
        {
            byte listed = g.List[place];
            g.List[place] = 0;
            if (listed != 0 && listed != c.Device)
            {
                g.List[to++] = listed;
            }
        }
        bool hasRelease = rules.Driver.HasReleaseDomain && !IsDeferred(in g, device);
        bool spared = rules.ReleaseSparesDirect && g.Is(device, Gdev.RequireDirect);
        c.Stage = (byte)Stage.Release;
        c.Target = hasRelease ? rules.Driver.StaticBlocked && !spared ? Dom.Blocked : Dom.Identity : Dom.None;
        c.Pc = (byte)(hasRelease ? Pc.ReleaseAttach : Pc.ReleaseDevice);
    }

    private void Released(ref GroupCore g)
    {
        ref Call c = ref g.Call;
        int device = c.Device - 1;
        g.Gdevs[device] = 0;
        g.Depth[device] = 0;
        g.Saved[device] = 0;
        if (g.Count == 0)
        {
            FreeGroup(ref g);
        }
        else if ((Op)c.Op == Op.BusProbe)
        {
            c.Device = g.List[0];
            Release(ref g);
        }
        else
        {
            Finish(ref g, (Errno)c.Result);
        }
    }

    // The last device has gone.
    private void FreeGroup(ref GroupCore g)
    {
        byte left = g.Default;
        if (IsDynamic(left))
        {
            g.Default = Dom.None;
            g.Domain = g.Domain == left ? Dom.None : g.Domain;
            Free(ref g, left, Stage.Release, (Errno)g.Call.Result);
            return;
        }
        left = g.Blocking;
        g.Default = Dom.None;
        g.Blocking = Dom.None;
        g.Domain = Dom.None;
        g.Recovering = 0;
        if (IsDynamic(left))
        {
            Free(ref g, left, Stage.Last, (Errno)g.Call.Result);
            return;
        }
        Finish(ref g, (Errno)g.Call.Result);
    }
}
