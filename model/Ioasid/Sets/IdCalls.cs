// The calls on single IOASIDs: guards in their order, effects, results. Each is atomic: it runs under the allocator's lock.

namespace Verify.Model.Ioasid.Sets;

/// <summary>Calls on IOASIDs; shared/reference/ioasid.md, 2.3, row by row. Those during which handlers are called go on in <see cref="Jobs{TState,TWorld}"/>.</summary>
public static class IdCalls
{
    /// <summary>Why ioasid_alloc would fail, or <see cref="Result.Ok"/>. An allocation that fails for want of memory leaves nothing behind either.</summary>
    public static Result MayAlloc(in SetCore c, int slot) =>
        c.Sets[slot] != (byte)SetState.Live || c.Quota[slot] <= c.Nr[slot] ? Result.Invalid : Result.Ok;

    /// <summary>ioasid_alloc, when it succeeds: the IOASID is taken from the pool.</summary>
    public static void Alloc(ref SetCore c, SetRules rules, int slot, int id)
    {
        c.State[id] = (byte)(rules.Activation == Activation.AtAlloc ? IdState.Active : IdState.Idle);
        c.Set[id] = (byte)(slot + 1);
        c.Refs[id] = 1;
        c.Holders[id] = Holder.Allocation;
        c.Marks[id] = (byte)(Mark.Member | (c.Marks[id] & (Mark.VdcmWork | Mark.IommuWork)));
        c.Nr[slot]++;
    }

    /// <summary>
    /// ioasid_alloc, when the set's map of members has no memory. v2 frees the entry, leaves it in the allocator's map, and returns the IOASID.
    /// </summary>
    public static Result AllocWithoutMap(ref SetCore c, SetRules rules, int id)
    {
        if (rules.AllocUndone)
        {
            return Result.Invalid;
        }
        c.State[id] = (byte)IdState.Dangling;
        return Result.Ok;
    }

    /// <summary>ioasid_get, for one who then holds a reference.</summary>
    public static Result Get(ref SetCore c, SetRules rules, int slot, int id, byte holder)
    {
        if (!c.IsAllocated(id))
        {
            return Result.EINVAL;
        }
        if (IsBad(ref c, id))
        {
            return Result.Ok;
        }
        if (rules.GetRefusesPending && c.State[id] == (byte)IdState.FreePending)
        {
            return Result.EBUSY;
        }
        if (rules.ChecksSet && c.SlotOf(id) != slot)
        {
            return Result.EACCES;
        }
        Take(ref c, id, holder);
        return Result.Ok;
    }

    /// <summary>ioasid_get_if_owned (V4), called by a process of a VM.</summary>
    public static Result GetIfOwned(ref SetCore c, SetRules rules, int vm, int id, byte holder)
    {
        if (!c.IsAllocated(id))
        {
            return Result.ENOENT;
        }
        if (IsBad(ref c, id))
        {
            return Result.Ok;
        }
        return c.VmOf(id) < 0 ? Result.EINVAL : c.VmOf(id) != vm ? Result.EPERM : Get(ref c, rules, c.SlotOf(id), id, holder);
    }

    /// <summary>
    /// Whether ioasid_find_by_spid may find an IOASID. Where a set uses an SPID twice, which of them it finds depends on their numbers: it may be any.
    /// </summary>
    public static bool IsFound(in SetCore c, SetRules rules, int slot, int spid, int id) =>
        c.Spid[id] == spid + 1 && c.SlotOf(id) == slot && c.Has(id, Mark.Member) && (rules.SpidLookup != SpidLookup.LockedLiveOnly || c.IsLive(id));

    /// <summary>The reference that ioasid_find_by_spid takes of what it has found: whatever is there by now.</summary>
    public static void TakeFound(ref SetCore c, int id, byte holder)
    {
        if (!c.IsAllocated(id) || c.State[id] == (byte)IdState.Dangling)
        {
            c.Fault = Fault.UseAfterFree;
            return;
        }
        Take(ref c, id, holder);
    }

    /// <summary>ioasid_put, by one who holds a reference or believes so; it reclaims at zero.</summary>
    public static Result Put(ref SetCore c, SetRules rules, int id, byte holder)
    {
        if (!c.IsAllocated(id))
        {
            c.Stale[id] &= (byte)~holder;
            return Result.Logged;
        }
        if (IsBad(ref c, id))
        {
            return Result.Logged;
        }
        if ((c.Stale[id] & holder) != 0)
        {
            c.Stale[id] &= (byte)~holder;
        }
        else
        {
            c.Holders[id] &= (byte)~holder;
        }
        return Drop(ref c, rules, id) ? Result.True : Result.False;
    }

    /// <summary>Why ioasid_free does nothing but log, or <see cref="Result.Ok"/>.</summary>
    public static Result MayFree(in SetCore c, SetRules rules, int slot, int id) =>
        !c.IsAllocated(id) ? Result.Logged
        : rules.ChecksSet && c.SlotOf(id) != slot ? Result.Logged
        : c.State[id] == (byte)IdState.FreePending && !rules.RepeatedFreeDrops ? Result.Logged
        : Result.Ok;

    /// <summary>Marks it FREE_PENDING: from here on nobody may take a reference.</summary>
    public static void MarkPending(ref SetCore c, SetRules rules, int id)
    {
        if (!IsBad(ref c, id))
        {
            c.State[id] = (byte)IdState.FreePending;
            c.Spid[id] = rules.FreeReleasesSpid ? (byte)0 : c.Spid[id];
        }
    }

    /// <summary>ioasid_free drops the reference of the allocation. A second one drops somebody else's.</summary>
    public static void DropAllocation(ref SetCore c, SetRules rules, int id)
    {
        c.Holders[id] &= unchecked((byte)~Holder.Allocation);
        Drop(ref c, rules, id);
    }

    /// <summary>Why ioasid_attach_spid would fail, or <see cref="Result.Ok"/>.</summary>
    public static Result MayAttach(in SetCore c, SetRules rules, int id, int spid)
    {
        if (!c.IsAllocated(id))
        {
            return Result.ENOENT;
        }
        if (rules.AttachRefusesPending && c.State[id] == (byte)IdState.FreePending)
        {
            return Result.EBUSY;
        }
        return rules.SpidIsUnique && IsUsed(in c, c.SlotOf(id), spid) ? Result.EINVAL : Result.Ok;
    }

    /// <summary>ioasid_attach_spid, when it succeeds.</summary>
    public static void Attach(ref SetCore c, SetRules rules, int id, int spid)
    {
        if (IsBad(ref c, id))
        {
            return;
        }
        c.Spid[id] = (byte)(spid + 1);
        if (rules.Activation == Activation.AtAttach && c.State[id] == (byte)IdState.Idle)
        {
            c.State[id] = (byte)IdState.Active;
        }
    }

    /// <summary>ioasid_attach_data and ioasid_detach_data. v2 overwrites what is there; the others refuse.</summary>
    public static Result SetData(ref SetCore c, SetRules rules, int id, bool on)
    {
        if (!c.IsAllocated(id))
        {
            return on ? Result.ENOENT : Result.Logged;
        }
        if (IsBad(ref c, id))
        {
            return Result.Ok;
        }
        if (c.Has(id, Mark.Data) == on)
        {
            return !on ? Result.Logged : rules.DataOverwritten ? Result.Ok : Result.EBUSY;
        }
        c.Marks[id] ^= Mark.Data;
        return Result.Ok;
    }

    private static bool IsUsed(in SetCore c, int slot, int spid)
    {
        bool used = false;
        for (int id = 0; id < SetCore.MostIds; id++)
        {
            used |= c.SlotOf(id) == slot && c.Spid[id] == spid + 1;
        }
        return used;
    }

    private static void Take(ref SetCore c, int id, byte holder)
    {
        c.Refs[id]++;
        c.Holders[id] |= holder;
    }

    // True when it was the last reference.
    private static bool Drop(ref SetCore c, SetRules rules, int id)
    {
        if (c.Refs[id] == 0)
        {
            c.Fault = Fault.Underflow;
            return false;
        }
        if (--c.Refs[id] > 0)
        {
            return false;
        }
        Reclaim(ref c, rules, id);
        return true;
    }

    // Back to the pool. Who still believes to hold a reference holds one of a previous life.
    private static void Reclaim(ref SetCore c, SetRules rules, int id)
    {
        int slot = c.SlotOf(id);
        if (c.Has(id, Mark.Orphan))
        {
            // The set that is written to has been freed; what is there now, if anything, is another one.
            c.Fault = Fault.UseAfterFree;
            return;
        }
        c.Stale[id] |= c.Holders[id];
        c.Holders[id] = 0;
        c.State[id] = (byte)IdState.Free;
        c.Set[id] = 0;
        c.Spid[id] = 0;
        c.Marks[id] &= Mark.VdcmWork | Mark.IommuWork;
        c.Nr[slot]--;
        if (c.Nr[slot] == 0 && c.Sets[slot] == (byte)SetState.Ending)
        {
            SetCalls.Destroy(ref c, rules, slot);
        }
    }

    // Whether the entry's memory is gone: then it has been used.
    private static bool IsBad(ref SetCore c, int id)
    {
        if (c.State[id] != (byte)IdState.Dangling)
        {
            return false;
        }
        c.Fault = Fault.UseAfterFree;
        return true;
    }
}
