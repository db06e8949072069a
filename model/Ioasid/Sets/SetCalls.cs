// The calls on IOASID sets: guards in their order, effects, results. Each is atomic: it runs under the allocator's lock.

namespace Verify.Model.Ioasid.Sets;

/// <summary>Calls on sets; shared/reference/ioasid.md, 2.3, row by row.</summary>
public static class SetCalls
{
    /// <summary>The token of a set of type NULL, as a VM.</summary>
    public const int NoVm = -1;

    /// <summary>ioasid_set_alloc: a set for a VM, or of type NULL.</summary>
    /// <param name="c">The core; changed if it succeeds.</param>
    /// <param name="rules">The version.</param>
    /// <param name="slot">The slot it gets, a free one; -1 when there is none.</param>
    /// <param name="vm">Whose mm is the token, or <see cref="NoVm"/>.</param>
    /// <param name="quota">How many IOASIDs it may have.</param>
    public static Result Alloc(ref SetCore c, SetRules rules, int slot, int vm, int quota)
    {
        if (quota > c.Available)
        {
            return Result.ENOSPC;
        }
        if (vm != NoVm && rules.TokenIsUnique && HasSet(in c, vm))
        {
            return Result.EEXIST;
        }
        if (quota == 0 && !rules.QuotaZeroIsAll)
        {
            return Result.EINVAL;
        }
        if (slot < 0)
        {
            return Result.ENOSPC;
        }
        int share = quota == 0 ? c.Available : quota;
        c.Sets[slot] = (byte)SetState.Live;
        c.Token[slot] = (byte)(vm + 1);
        c.Quota[slot] = (byte)share;
        c.Users[slot] = 1;
        c.Available -= (byte)share;
        if (vm != NoVm && c.Pending[vm] == (byte)PendingState.Inactive)
        {
            c.Pending[vm] = (byte)PendingState.Active;
            c.Chain[slot] = SetCore.KvmBlock;
        }
        return Result.Ok;
    }

    /// <summary>ioasid_set_get: one more user of a set.</summary>
    public static Result Get(ref SetCore c, int slot)
    {
        if (c.Sets[slot] != (byte)SetState.Live)
        {
            return Result.Logged;
        }
        c.Users[slot]++;
        return Result.Ok;
    }

    /// <summary>ioasid_set_put. <see cref="Result.True"/>: it was the last user, and the members are to be freed.</summary>
    public static Result Put(ref SetCore c, int slot)
    {
        if (c.Sets[slot] != (byte)SetState.Live)
        {
            return Result.Logged;
        }
        return --c.Users[slot] == 0 ? Result.True : Result.False;
    }

    /// <summary>ioasid_set_free (V4).</summary>
    public static Result Free(ref SetCore c, SetRules rules, int slot)
    {
        if (c.Sets[slot] == (byte)SetState.None)
        {
            return Result.EINVAL;
        }
        if (c.Nr[slot] > 0)
        {
            c.Sets[slot] = (byte)SetState.Ending;
            return Result.EBUSY;
        }
        Destroy(ref c, rules, slot);
        return Result.Ok;
    }

    /// <summary>ioasid_set_adjust.</summary>
    public static Result Adjust(ref SetCore c, SetRules rules, int slot, int quota)
    {
        if (c.Nr[slot] > quota)
        {
            return Result.EINVAL;
        }
        // The posted test: with it a set can neither grow to what is left nor, often, shrink.
        bool lacks = rules.AdjustTestsGrowth ? quota - c.Quota[slot] > c.Available : quota >= c.Available;
        if (lacks)
        {
            return Result.ENOSPC;
        }
        c.Available = (byte)(c.Available + c.Quota[slot] - quota);
        c.Quota[slot] = (byte)quota;
        return Result.Ok;
    }

    /// <summary>ioasid_install_capacity.</summary>
    public static Result Install(ref SetCore c, SetRules rules, int capacity)
    {
        if (!rules.CapacityReinstalled)
        {
            return Result.Logged;
        }
        c.Available = (byte)capacity;
        return Result.Ok;
    }

    /// <summary>ioasid_reserve_capacity (V4).</summary>
    public static Result Reserve(ref SetCore c, int count)
    {
        if (count > c.Available)
        {
            return Result.ENOSPC;
        }
        c.Available -= (byte)count;
        c.Reserved += (byte)count;
        return Result.Ok;
    }

    /// <summary>ioasid_cancel_capacity (V4). Whether the caller ever reserved as much is not tested.</summary>
    public static Result Cancel(ref SetCore c, int count, int capacity)
    {
        if (count + c.Available > capacity)
        {
            return Result.EINVAL;
        }
        c.Available += (byte)count;
        c.Reserved -= (byte)Math.Min(count, c.Reserved);
        return Result.Ok;
    }

    /// <summary>ioasid_register_notifier_mm: KVM asks to hear of the set of its VM, whether it exists or not.</summary>
    /// <param name="c">The core.</param>
    /// <param name="rules">The version.</param>
    /// <param name="vm">Whose KVM it is.</param>
    /// <param name="slot">A set of that VM, or -1 where there is none.</param>
    public static Result RegisterMm(ref SetCore c, SetRules rules, int vm, int slot)
    {
        if (c.Pending[vm] != (byte)PendingState.None)
        {
            return Result.EBUSY;
        }
        if (slot < 0)
        {
            if (!rules.PendingHasRecord)
            {
                c.Fault = Fault.WildWrite;
                return Result.Ok;
            }
            c.Pending[vm] = (byte)PendingState.Inactive;
            return Result.Ok;
        }
        if (rules.MmNeedsEmptySet && c.Nr[slot] > 0)
        {
            return Result.EBUSY;
        }
        c.Pending[vm] = (byte)PendingState.Active;
        c.Chain[slot] |= SetCore.KvmBlock;
        return Result.Ok;
    }

    /// <summary>ioasid_unregister_notifier_mm, when it runs undisturbed; see <see cref="RegisterMm"/>.</summary>
    public static Result UnregisterMm(ref SetCore c, int vm, int slot)
    {
        if (c.Pending[vm] == (byte)PendingState.None)
        {
            return Result.Logged;
        }
        if (slot >= 0)
        {
            c.Chain[slot] &= unchecked((byte)~SetCore.KvmBlock);
        }
        c.Pending[vm] = (byte)PendingState.None;
        return Result.Ok;
    }

    /// <summary>ioasid_register_notifier and ioasid_unregister_notifier: VDCM on the chain of a set.</summary>
    public static Result Register(ref SetCore c, int slot, bool on)
    {
        if (c.Sets[slot] != (byte)SetState.Live)
        {
            return Result.EINVAL;
        }
        bool isOn = (c.Chain[slot] & SetCore.VdcmBlock) != 0;
        if (isOn == on)
        {
            return on ? Result.EBUSY : Result.Logged;
        }
        c.Chain[slot] ^= SetCore.VdcmBlock;
        return Result.Ok;
    }

    /// <summary>A set's memory is freed. Its members that are still there point to it all the same.</summary>
    public static void Destroy(ref SetCore c, SetRules rules, int slot)
    {
        c.Available += c.Quota[slot];
        if (c.Token[slot] != 0 && rules.EndDeactivates && c.Pending[c.Token[slot] - 1] == (byte)PendingState.Active)
        {
            c.Pending[c.Token[slot] - 1] = (byte)PendingState.Inactive;
        }
        c.Sets[slot] = (byte)SetState.None;
        c.Token[slot] = 0;
        c.Quota[slot] = 0;
        c.Nr[slot] = 0;
        c.Users[slot] = 0;
        c.Chain[slot] = 0;
        for (int id = 0; id < SetCore.MostIds; id++)
        {
            if (c.Set[id] == slot + 1)
            {
                c.Marks[id] = (byte)((c.Marks[id] | Mark.Orphan) & ~Mark.Member);
            }
        }
    }

    private static bool HasSet(in SetCore c, int vm)
    {
        bool found = false;
        for (int slot = 0; slot < SetCore.MostSlots; slot++)
        {
            found |= c.Sets[slot] != (byte)SetState.None && c.Token[slot] == vm + 1;
        }
        return found;
    }
}
