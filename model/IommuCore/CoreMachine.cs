// The core's operations as a machine that stops wherever somebody else can see or do something: at each callback of the driver, at each change of pasid_array,
// at each free of a domain, and before the mutex is unlocked.
//
// Whoever has a driver plugs it in here: Pending says which callback is due, Resume takes its result and goes on to the next stop. Nothing here knows what a callback does.
// Source: reference attach.md, sections 1.1 to 1.7, after Linux drivers/iommu/iommu.c; commits as CoreRules names them.

namespace Verify.Model.IommuCore;

/// <summary>What a driver is asked to do.</summary>
public enum CallbackKind : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>domain_alloc.</summary>
    AllocDomain,

    /// <summary>iommu_map, of all direct regions of a device.</summary>
    Map,

    /// <summary>attach_dev, for the RID.</summary>
    AttachDev,

    /// <summary>set_dev_pasid.</summary>
    SetDevPasid,

    /// <summary>remove_dev_pasid, or set_dev_pasid of the blocked domain (6.14).</summary>
    RemoveDevPasid,

    /// <summary>release_device.</summary>
    ReleaseDevice,
}

/// <summary>A callback of the driver that is due.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Device">The device.</param>
/// <param name="Slot">0 for the RID, else the PASID.</param>
/// <param name="Domain">The domain to attach, to map into, to allocate.</param>
/// <param name="Old">The domain that the core says is attached: what it passes, or what iommu_get_domain_for_dev returns meanwhile.</param>
public readonly record struct Callback(CallbackKind Kind, int Device, int Slot, int Domain, int Old);

/// <summary>Runs operations of the core, one at a time.</summary>
/// <param name="rules">The variant.</param>
public readonly partial struct CoreMachine(CoreRules rules)
{
    /// <summary>Whether a domain is an object that the core allocates and frees.</summary>
    public bool IsDynamic(int domain) => domain is Dom.Dma or Dom.Empty || (domain == Dom.Identity && !rules.Driver.StaticIdentity);

    /// <summary>The callback that is due; of kind <see cref="CallbackKind.None"/> where the next step is the core's own, or nobody has the mutex.</summary>
    public Callback Pending(in GroupCore g)
    {
        Call c = g.Call;
        int listed = c.At < GroupCore.MostDevices ? g.DeviceAt(c.At) : -1;
        int named = c.Device - 1;
        return (Pc)c.Pc switch
        {
            Pc.Alloc => new(CallbackKind.AllocDomain, -1, 0, c.Target, 0),
            Pc.Map => new(CallbackKind.Map, IsProbeMap(in c) ? named : listed, 0, Dom.Dma, 0),
            Pc.Attach => Attach(in g, listed, c.Target),
            Pc.AttachBlocking => Attach(in g, listed, g.Blocking),
            Pc.Revert or Pc.RevertBlocking => Attach(in g, listed, (Pc)c.Pc == Pc.Revert ? g.Domain : g.Blocking) with { Old = rules.PassesOld && c.At < c.Failed ? c.Target : g.Domain },
            Pc.AttachOne => Attach(in g, named, c.Target) with { Old = rules.PassesOld ? Dom.None : g.Domain },
            Pc.ReleaseAttach => Attach(in g, named, c.Target) with { Old = g.Is(named, Gdev.Unattached) ? Dom.None : g.Domain },
            Pc.Block => Attach(in g, named, g.Blocking),
            Pc.Unblock => new(CallbackKind.AttachDev, named, 0, rules.DoneRestoresOld ? g.Saved[named] : g.Domain, g.Blocking),
            Pc.SetPasid => new(CallbackKind.SetDevPasid, listed, c.Slot, c.Domain, c.Old),
            Pc.UndoPasid when c.Old != 0 => new(CallbackKind.SetDevPasid, listed, c.Slot, c.Old, c.Domain),
            Pc.UndoPasid or Pc.UndoRemove or Pc.RemovePasid => new(CallbackKind.RemoveDevPasid, listed, c.Slot, 0, c.Domain),
            Pc.BlockPasids => new(CallbackKind.RemoveDevPasid, named, c.Slot, 0, Cell.Domain(g.Slots[c.Slot])),
            Pc.UnblockPasids => new(CallbackKind.SetDevPasid, rules.Reset == ResetFence.PerGroup ? listed : named, c.Slot, Cell.Domain(g.Slots[c.Slot]), g.Blocking),
            Pc.ReleaseDevice => new(CallbackKind.ReleaseDevice, named, 0, 0, c.Target != Dom.None ? c.Target : g.Domain),
            _ => default,
        };
    }

    /// <summary>Whether the callback that is due must not fail: the core has nothing better to do then than to warn.</summary>
    public static bool MustSucceed(in GroupCore g) => (Pc)g.Call.Pc switch
    {
        Pc.Attach => (g.Call.Flags & Call.Must) != 0 && g.Domain != 0,
        Pc.UndoPasid => g.Call.Old != 0,
        Pc.Revert or Pc.AttachBlocking or Pc.RevertBlocking or Pc.Unblock or Pc.UnblockPasids => true,
        _ => false,
    };

    /// <summary>The driver's callback has returned: goes on to the next stop.</summary>
    /// <param name="g">The group; <see cref="Pending"/> is of a kind.</param>
    /// <param name="result">What the callback returned.</param>
    public void Resume(ref GroupCore g, Errno result)
    {
        ref Call c = ref g.Call;
        bool failed = result != Errno.Ok;
        if (rules.ReleaseKnowsAttached && !failed && Pending(in g) is { Kind: CallbackKind.AttachDev } due)
        {
            g.Note(due.Device, Gdev.Unattached, false);
        }
        switch ((Pc)c.Pc)
        {
            case Pc.Alloc:
                Allocated(ref g, result);
                break;
            case Pc.Map:
                HasMapped(ref g, result);
                break;
            case Pc.Attach when failed:
                if (FailsToAttach(ref g, result, isDriver: true))
                {
                    SettleAttach(ref g);
                }
                break;
            case Pc.Attach or Pc.AttachBlocking:
                c.At++;
                SettleAttach(ref g);
                break;
            case Pc.Revert or Pc.RevertBlocking:
                Reverted(ref g, failed);
                break;
            case Pc.AttachOne:
                AttachedOne(ref g, result);
                break;
            case Pc.ReleaseAttach:
                c.Pc = (byte)Pc.ReleaseDevice;
                break;
            case Pc.ReleaseDevice:
                Released(ref g);
                break;
            case Pc.Block or Pc.BlockPasids or Pc.Unblock or Pc.UnblockPasids:
                ResumeReset(ref g, result);
                break;
            default:
                ResumePasid(ref g, result);
                break;
        }
    }

    /// <summary>The core's own next step: an entry stored or erased, a domain freed. The last one unlocks the mutex.</summary>
    public void Step(ref GroupCore g)
    {
        ref Call c = ref g.Call;
        switch ((Pc)c.Pc)
        {
            case Pc.Store:
                bool goesBack = (Op)c.Op == Op.ReplacePasid && c.Result != 0;
                g.Slots[c.Slot] = Entry(goesBack ? c.Old : c.Domain);
                if (rules.ReplaceStoresFirst && (Op)c.Op == Op.ReplacePasid && !goesBack)
                {
                    SettleSetPasid(ref g);
                    break;
                }
                Finish(ref g, (Errno)c.Result);
                break;
            case Pc.Erase:
                g.Slots[c.Slot] = 0;
                if ((Stage)c.Stage == Stage.EraseFirst)
                {
                    Detach(ref g);
                    break;
                }
                Finish(ref g, (Errno)c.Result);
                break;
            case Pc.Free:
                g.Alive &= (byte)~Dom.Bit(c.Doomed);
                c.Doomed = 0;
                Freed(ref g);
                break;
            default:
                g.Call = default;
                break;
        }
    }

    private static byte Entry(int domain) => (byte)(Dom.IsUsers(domain) ? domain | Cell.Handle : domain);

    private static bool IsProbeMap(in Call c) => (Stage)c.Stage is Stage.ProbeMap or Stage.ProbeMapAfter;

    private static Callback Attach(in GroupCore g, int device, int domain) =>
        new(CallbackKind.AttachDev, device, 0, domain, g.Is(device, Gdev.Blocked) ? g.Blocking : g.Domain);

    // All that is left is to return. What no longer matters is cleared, so that equal states are equal.
    private static void Finish(ref GroupCore g, Errno result)
    {
        Call c = g.Call;
        bool ofPasid = (Op)c.Op is Op.AttachPasid or Op.ReplacePasid or Op.DetachPasid;
        g.Call = new Call
        {
            Op = c.Op,
            Pc = (byte)Pc.Return,
            Flags = (byte)(c.Flags & Call.Warned),
            Domain = c.Domain,
            Device = c.Device,
            Slot = ofPasid ? c.Slot : (byte)0,
            Old = ofPasid ? c.Old : (byte)0,
            From = c.From,
            Result = (byte)result,
            Cpu = c.Cpu,
        };
    }

    private static void Free(ref GroupCore g, int domain, Stage then, Errno result)
    {
        g.Call.Doomed = (byte)domain;
        g.Call.Pc = (byte)Pc.Free;
        g.Call.Stage = (byte)then;
        g.Call.Result = (byte)result;
    }

    private void Freed(ref GroupCore g)
    {
        switch ((Stage)g.Call.Stage)
        {
            case Stage.FreeFirst:
                MapBefore(ref g);
                break;
            case Stage.Release:
                FreeGroup(ref g);
                break;
            default:
                Finish(ref g, (Errno)g.Call.Result);
                break;
        }
    }
}
