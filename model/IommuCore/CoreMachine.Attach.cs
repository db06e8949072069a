// group_set_domain: the whole group goes from one domain to another, device by device, and back where that fails.

namespace Verify.Model.IommuCore;

/// <content>Reference attach.md, 1.2 and 1.3.</content>
public readonly partial struct CoreMachine
{
    // __iommu_group_set_domain_internal.
    private void SetDomain(ref GroupCore g, int target, bool must, Stage then)
    {
        ref Call c = ref g.Call;
        c.Target = (byte)target;
        c.Flags = (byte)((c.Flags & ~Call.Must) | (must ? Call.Must : 0));
        c.Stage = (byte)then;
        c.At = 0;
        c.Result = 0;
        if (g.Domain == target)
        {
            AfterSet(ref g, Errno.Ok);
        }
        else if (g.Recovering > 0 && rules.FencesDomain && !(must && rules.MustPassesFence))
        {
            c.Flags |= must ? Call.Warned : (byte)0;
            AfterSet(ref g, Errno.EBUSY);
        }
        else
        {
            SettleAttach(ref g);
        }
    }

    // To the next device of the list whose attach_dev is to be called, or to the end.
    private void SettleAttach(ref GroupCore g)
    {
        ref Call c = ref g.Call;
        while (c.At < g.Count)
        {
            int device = g.DeviceAt(c.At);
            if (rules.Reset == ResetFence.PerDevice && rules.MustPassesFence && g.Is(device, Gdev.Blocked))
            {
                c.At++;
            }
            else if (RefusesToBlock(in g, device, c.Target))
            {
                if (!FailsToAttach(ref g, Errno.EINVAL, isDriver: false))
                {
                    return;
                }
            }
            else if (IsDeferred(in g, device) && c.Target == g.Default)
            {
                c.At++;
            }
            else
            {
                g.Note(device, Gdev.Deferred, false);
                c.Pc = (byte)Pc.Attach;
                return;
            }
        }
        g.Domain = c.Target;
        AfterSet(ref g, (Errno)c.Result);
    }

    private bool IsDeferred(in GroupCore g, int device) => rules.ChecksDeferred && g.Is(device, Gdev.Deferred);

    private bool RefusesToBlock(in GroupCore g, int device, int target) =>
        rules.DirectRefusesBlocking && g.Is(device, Gdev.RequireDirect) && (target == Dom.Blocked || target == g.Blocking);

    // Whether the loop goes on with the next device.
    private bool FailsToAttach(ref GroupCore g, Errno result, bool isDriver)
    {
        ref Call c = ref g.Call;
        bool must = (c.Flags & Call.Must) != 0;
        c.Result = (byte)result;
        c.Flags |= must && g.Domain != 0 ? Call.Warned : (byte)0;
        if (!must || !rules.HasMustSucceed)
        {
            Revert(ref g);
            return false;
        }
        if (isDriver && rules.FallsBackToBlocking && g.Blocking != 0 && g.Blocking != c.Target)
        {
            c.Pc = (byte)Pc.AttachBlocking;
            return false;
        }
        c.At++;
        return true;
    }

    private void Revert(ref GroupCore g)
    {
        ref Call c = ref g.Call;
        bool isAttach = (Op)c.Op is Op.AttachGroup or Op.AttachDevice or Op.AttachHandle or Op.ReplaceHandle;
        if (g.Domain == 0 || rules.Unwind is Unwind.None or Unwind.NoOp || (rules.Unwind == Unwind.AttachGroupOnly && !isAttach))
        {
            AfterSet(ref g, (Errno)c.Result);
            return;
        }
        c.Failed = c.At;
        c.At = 0;
        SettleRevert(ref g);
    }

    private void SettleRevert(ref GroupCore g)
    {
        ref Call c = ref g.Call;
        int end = rules.Unwind == Unwind.BeforeFailed ? c.Failed : c.Failed + 1;
        while (c.At < end)
        {
            int device = g.DeviceAt(c.At);
            if (RefusesToBlock(in g, device, g.Domain))
            {
                c.Flags |= Call.Warned;
                c.At++;
            }
            else if (IsDeferred(in g, device) && g.Domain == g.Default)
            {
                c.At++;
            }
            else
            {
                c.Pc = (byte)Pc.Revert;
                return;
            }
        }
        AfterSet(ref g, (Errno)c.Result);
    }

    private void Reverted(ref GroupCore g, bool failed)
    {
        ref Call c = ref g.Call;
        if (failed)
        {
            c.Flags |= Call.Warned;
            if ((Pc)c.Pc == Pc.Revert && rules.FallsBackToBlocking && g.Blocking != 0 && g.Blocking != g.Domain)
            {
                c.Pc = (byte)Pc.RevertBlocking;
                return;
            }
        }
        c.At++;
        SettleRevert(ref g);
    }

    // What the operation does once the group is attached, or is not.
    private void AfterSet(ref GroupCore g, Errno result)
    {
        ref Call c = ref g.Call;
        switch ((Stage)c.Stage)
        {
            case Stage.Claim when result == Errno.Ok:
                g.Owner = c.Domain;
                g.OwnerCount++;
                Finish(ref g, result);
                break;
            case Stage.Handle:
                AfterHandle(ref g, result);
                break;
            case Stage.SetDefault:
                AfterDefault(ref g, result);
                break;
            case Stage.Restore:
                g.Default = c.Old;
                Discard(ref g, Errno.ENOMEM);
                break;
            default:
                Finish(ref g, (Op)c.Op is Op.DetachGroup or Op.ReleaseOwner ? Errno.Ok : result);
                break;
        }
    }

    private void AfterHandle(ref GroupCore g, Errno result)
    {
        ref Call c = ref g.Call;
        c.Result = (byte)result;
        switch ((Op)c.Op)
        {
            case Op.DetachHandle:
                c.Result = 0;
                if (rules.DetachErasesFirst)
                {
                    Finish(ref g, Errno.Ok);
                }
                else
                {
                    c.Pc = (byte)Pc.Erase;
                }
                break;
            case Op.AttachHandle when result != Errno.Ok && rules.EntryBeforeHardware:
                c.Pc = (byte)Pc.Erase;
                break;
            case Op.AttachHandle when result != Errno.Ok:
                g.Slots[0] = 0;
                Finish(ref g, result);
                break;
            case Op.AttachHandle when rules.EntryBeforeHardware:
            case Op.ReplaceHandle when result != Errno.Ok:
                Finish(ref g, result);
                break;
            default:
                c.Pc = (byte)Pc.Store;
                break;
        }
    }
}
