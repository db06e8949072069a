// Visited states by fingerprint: sixteen bytes a slot, whatever the size of the state.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Verify.Engine.Stores;

/// <summary>Remembers 64-bit fingerprints. The key of a slot is the fingerprint; fingerprint 0 has a slot of its own.</summary>
internal unsafe struct FingerprintStore<TState>(NativeBudget budget, int slack) : IStore<TState>
    where TState : unmanaged
{
    private Table _table = new(budget, slack);

    /// <inheritdoc/>
    public readonly StoreKind Kind => StoreKind.Fingerprint;

    /// <inheritdoc/>
    public readonly bool KeepsStates => false;

    /// <inheritdoc/>
    public readonly long Count => _table.Count;

    /// <inheritdoc/>
    public readonly bool HasRoom => _table.HasRoom;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Prefetch(ulong fingerprint)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(_table.Slots + (fingerprint & _table.Mask));
        }
    }

    /// <summary>Nothing: the slot is all there is.</summary>
    public readonly void PrefetchState(ulong fingerprint)
    {
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Insert(TState* state, ulong fingerprint, ulong origin, TState* place)
    {
        bool isNew = Claim(_table, fingerprint, out Slot* slot);
        Origin.Improve(ref slot->Origin, origin);
        if (isNew)
        {
            *place = *state;
        }
        return isNew;
    }

    /// <inheritdoc/>
    public void Added(int states) => _table.Added(states);

    /// <inheritdoc/>
    public bool TryGrow()
    {
        long capacity = (long)_table.Mask + 1;
        if (!_table.TryDouble(out Slot* old))
        {
            return _table.Fill();
        }
        for (Slot* from = old; from < old + capacity; from++)
        {
            // Neighbours go to two places that both move forward with the scan, so this streams through memory.
            if (from->Key != 0)
            {
                Claim(_table, from->Key, out Slot* to);
                to->Origin = from->Origin;
            }
        }
        _table.FreeOld(old);
        return true;
    }

    /// <inheritdoc/>
    public readonly ulong OriginOf(ulong fingerprint)
    {
        ulong wanted = fingerprint & Origin.ParentMask;
        if (wanted == 0 && _table.Spare->Key != 0)
        {
            return _table.Spare->Origin;
        }
        for (ulong at = wanted & _table.Mask; _table.Slots[at].Key != 0; at = (at + 1) & _table.Mask)
        {
            if ((_table.Slots[at].Key & Origin.ParentMask) == wanted)
            {
                return _table.Slots[at].Origin;
            }
        }
        return 0;
    }

    /// <inheritdoc/>
    public void Free() => _table.Free();

    // Finds the slot of a fingerprint or takes an empty one for it: true when it was taken.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Claim(in Table table, ulong fingerprint, out Slot* slot)
    {
        if (fingerprint == 0)
        {
            slot = table.Spare;
            return Interlocked.CompareExchange(ref slot->Key, 1, 0) == 0;
        }
        Slot* slots = table.Slots;
        ulong mask = table.Mask;
        for (ulong at = fingerprint & mask; ; at = (at + 1) & mask)
        {
            slot = slots + at;
            ulong key = Volatile.Read(ref slot->Key);
            if (key == 0)
            {
                key = Interlocked.CompareExchange(ref slot->Key, fingerprint, 0);
                if (key == 0)
                {
                    return true;
                }
            }
            if (key == fingerprint)
            {
                return false;
            }
        }
    }
}
