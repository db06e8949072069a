// Reset windows: a device waits in the blocking domain until its reset is done.

namespace Verify.Model.IommuCore;

/// <content>Reference attach.md, 1.7; c279e83953d9 and its fixes b296ca1fb43a, 1615e8896a8f, 0d5fd7a9323c, fc3523b16d2b, 5474e6e17a26, d769711fcddd.</content>
public readonly partial struct CoreMachine
{
    private void Prepare(ref GroupCore g)
    {
        ref Call c = ref g.Call;
        if (g.Domain != g.Blocking)
        {
            c.Pc = (byte)Pc.Block;
            return;
        }
        IsBlocked(ref g);
    }

    private void IsBlocked(ref GroupCore g)
    {
        ref Call c = ref g.Call;
        int device = c.Device - 1;
        g.Note(device, Gdev.Blocked, true);
        g.Saved[device] = rules.DoneRestoresOld ? g.Domain : (byte)0;
        c.Slot = 0;
        ToNextPasid(ref g, Pc.BlockPasids);
    }

    private void Done(ref GroupCore g)
    {
        ref Call c = ref g.Call;
        int device = c.Device - 1;
        g.Depth[device]--;
        bool hasDomain = g.Domain != 0 || !rules.DoneChecksDomain;
        if (g.Domain != g.Blocking && hasDomain)
        {
            c.Pc = (byte)Pc.Unblock;
            return;
        }
        IsUnblocked(ref g);
    }

    private void IsUnblocked(ref GroupCore g)
    {
        ref Call c = ref g.Call;
        g.Note(c.Device - 1, Gdev.Blocked, false);
        g.Saved[c.Device - 1] = 0;
        c.Slot = 0;
        c.At = 0;
        ToNextPasid(ref g, Pc.UnblockPasids);
    }

    private void ResumeReset(ref GroupCore g, Errno result)
    {
        ref Call c = ref g.Call;
        int device = c.Device - 1;
        bool failed = result != Errno.Ok;
        switch ((Pc)c.Pc)
        {
            case Pc.Block when failed:
                g.Depth[device]--;
                Finish(ref g, result);
                break;
            case Pc.Block:
                g.Note(device, Gdev.Deferred, false);
                IsBlocked(ref g);
                break;
            case Pc.Unblock:
                c.Flags |= failed ? Call.Warned : (byte)0;
                IsUnblocked(ref g);
                break;
            case Pc.UnblockPasids when rules.Reset == ResetFence.PerGroup:
                c.Flags |= failed ? Call.Warned : (byte)0;
                c.At++;
                SkipPasidless(ref g, g.Count);
                if (c.At >= g.Count)
                {
                    c.At = 0;
                    ToNextPasid(ref g, Pc.UnblockPasids);
                }
                break;
            default:
                c.Flags |= failed ? Call.Warned : (byte)0;
                ToNextPasid(ref g, (Pc)c.Pc);
                break;
        }
    }

    // To the next PASID that is attached, or to the end of the reset's begin or end.
    private void ToNextPasid(ref GroupCore g, Pc pc)
    {
        ref Call c = ref g.Call;
        bool isAll = pc == Pc.UnblockPasids && rules.Reset == ResetFence.PerGroup;
        if (isAll)
        {
            SkipPasidless(ref g, g.Count);
        }
        bool hasDevice = isAll ? c.At < g.Count : !g.Is(c.Device - 1, Gdev.NoPasids);
        for (int slot = c.Slot + 1; hasDevice && slot < GroupCore.MostSlots; slot++)
        {
            if (Cell.Loaded(g.Slots[slot]) != 0)
            {
                c.Slot = (byte)slot;
                c.Pc = (byte)pc;
                return;
            }
        }
        g.Recovering = (byte)(pc == Pc.BlockPasids ? g.Recovering + 1 : g.Recovering - 1);
        Finish(ref g, Errno.Ok);
    }
}
