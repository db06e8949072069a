// PASIDs: attach, replace and detach on all devices of the group, and undoing it.

namespace Verify.Model.IommuCore;

/// <content>Reference attach.md, 1.5.</content>
public readonly partial struct CoreMachine
{
    private void ResumePasid(ref GroupCore g, Errno result)
    {
        ref Call c = ref g.Call;
        switch ((Pc)c.Pc)
        {
            case Pc.SetPasid when result != Errno.Ok:
                c.Result = (byte)result;
                c.Failed = c.At;
                c.At = 0;
                SettleUndo(ref g);
                break;
            case Pc.SetPasid:
                c.At++;
                SettleSetPasid(ref g);
                break;
            case Pc.UndoPasid when result != Errno.Ok:
                c.Flags |= Call.Warned;
                c.Pc = (byte)Pc.UndoRemove;
                break;
            case Pc.UndoPasid or Pc.UndoRemove:
                c.At++;
                SettleUndo(ref g);
                break;
            default:
                c.At++;
                SettleRemovePasid(ref g);
                break;
        }
    }

    private void SettleSetPasid(ref GroupCore g)
    {
        ref Call c = ref g.Call;
        SkipPasidless(ref g, g.Count);
        if (c.At < g.Count)
        {
            c.Pc = (byte)Pc.SetPasid;
            return;
        }
        bool isStored = (Op)c.Op == Op.ReplacePasid ? rules.ReplaceStoresFirst : rules.EntryBeforeHardware;
        if (isStored)
        {
            Finish(ref g, Errno.Ok);
            return;
        }
        c.Pc = (byte)Pc.Store;
    }

    // Undoes what was done on the devices before the one that failed.
    private void SettleUndo(ref GroupCore g)
    {
        ref Call c = ref g.Call;
        int end = rules.UndoesPasidOnAll ? g.Count : c.Failed;
        SkipPasidless(ref g, end);
        if (c.At < end)
        {
            c.Pc = (byte)Pc.UndoPasid;
        }
        else if ((Op)c.Op == Op.ReplacePasid && rules.ReplaceStoresFirst)
        {
            c.Pc = (byte)Pc.Store;
        }
        else if ((Op)c.Op == Op.AttachPasid && rules.EntryBeforeHardware)
        {
            c.Pc = (byte)Pc.Erase;
        }
        else
        {
            g.Slots[c.Slot] = (Op)c.Op == Op.AttachPasid ? (byte)0 : g.Slots[c.Slot];
            Finish(ref g, (Errno)c.Result);
        }
    }

    private void SettleRemovePasid(ref GroupCore g)
    {
        ref Call c = ref g.Call;
        SkipPasidless(ref g, g.Count);
        while (c.At < g.Count && rules.DetachSkipsBlocked && g.Is(g.DeviceAt(c.At), Gdev.Blocked))
        {
            c.At++;
            SkipPasidless(ref g, g.Count);
        }
        if (c.At < g.Count)
        {
            c.Pc = (byte)Pc.RemovePasid;
        }
        else if (rules.DetachErasesFirst)
        {
            Finish(ref g, Errno.Ok);
        }
        else
        {
            c.Pc = (byte)Pc.Erase;
        }
    }

    private static void SkipPasidless(ref GroupCore g, int end)
    {
        ref Call c = ref g.Call;
        while (c.At < end && g.Is(g.DeviceAt(c.At), Gdev.NoPasids))
        {
            c.At++;
        }
    }

    private void ReplacePasid(ref GroupCore g)
    {
        ref Call c = ref g.Call;
        c.Old = Cell.Domain(g.Slots[c.Slot]);
        if (rules.ReplaceStoresFirst)
        {
            c.Pc = (byte)Pc.Store;
            return;
        }
        SettleSetPasid(ref g);
    }
}
