// Visited states whole: slots point to the states themselves, which stay in the blocks they were put in.

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Verify.Engine.Stores;

/// <summary>
/// Remembers the states themselves and compares them by their bytes, so nothing is ever confused.
/// </summary>
/// <remarks>
/// The key of a slot:
/// <code>
///  63      48 47                                 0
/// | tag      | address of the state               |    0: empty
/// </code>
/// The tag, bits 36 to 51 of the fingerprint, saves nearly all looks at states that differ. Addresses of user space have 47 bits on the
/// 64-bit Linux machines .NET runs on (x86-64 with four levels of page tables, and arm64 as .NET's allocator uses it).
/// </remarks>
internal unsafe struct ExactStore<TState>(NativeBudget budget, int slack) : IStore<TState>
    where TState : unmanaged
{
    private const int TagShift = 48;
    private const ulong AddressMask = (1UL << TagShift) - 1;
    private const int Ahead = 16;

    private Table _table = new(budget, slack);

    /// <inheritdoc/>
    public readonly StoreKind Kind => StoreKind.Exact;

    /// <inheritdoc/>
    public readonly bool KeepsStates => true;

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

    /// <summary>The state that the first slot points to: mostly the one to compare with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void PrefetchState(ulong fingerprint)
    {
        if (Sse.IsSupported)
        {
            // An empty slot points to address 0, and a prefetch from there is no fault.
            Sse.Prefetch0(StateOf(_table.Slots[fingerprint & _table.Mask].Key));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Insert(TState* state, ulong fingerprint, ulong origin, TState* place)
    {
        Debug.Assert(((ulong)place & ~AddressMask) == 0, "an address of more than 48 bits");
        ulong tag = Tag(fingerprint);
        bool placed = false;
        for (ulong at = fingerprint & _table.Mask; ; at = (at + 1) & _table.Mask)
        {
            Slot* slot = _table.Slots + at;
            ulong key = Volatile.Read(ref slot->Key);
            if (key == 0)
            {
                if (!placed)
                {
                    // Complete before the slot points to it; a lost race leaves the place unused.
                    *place = *state;
                    placed = true;
                }
                key = Interlocked.CompareExchange(ref slot->Key, tag | (ulong)place, 0);
                if (key == 0)
                {
                    Origin.Improve(ref slot->Origin, origin);
                    return true;
                }
            }
            if ((key & ~AddressMask) == tag && Same(StateOf(key), state))
            {
                Origin.Improve(ref slot->Origin, origin);
                return false;
            }
        }
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
        for (long i = 0; i < capacity; i++)
        {
            if (Sse.IsSupported && i + Ahead < capacity)
            {
                Sse.Prefetch0(StateOf(old[i + Ahead].Key));
            }
            if (old[i].Key != 0)
            {
                *Empty(Fingerprint.Of(StateOf(old[i].Key))) = old[i];
            }
        }
        _table.FreeOld(old);
        return true;
    }

    /// <inheritdoc/>
    public readonly ulong OriginOf(ulong fingerprint)
    {
        ulong wanted = fingerprint & Origin.ParentMask;
        for (ulong at = wanted & _table.Mask; _table.Slots[at].Key != 0; at = (at + 1) & _table.Mask)
        {
            if ((Fingerprint.Of(StateOf(_table.Slots[at].Key)) & Origin.ParentMask) == wanted)
            {
                return _table.Slots[at].Origin;
            }
        }
        return 0;
    }

    /// <inheritdoc/>
    public void Free() => _table.Free();

    private static ulong Tag(ulong fingerprint) => (fingerprint >> 36) << TagShift;

    private static TState* StateOf(ulong key) => (TState*)(key & AddressMask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Same(TState* a, TState* b) =>
        new ReadOnlySpan<byte>(a, sizeof(TState)).SequenceEqual(new ReadOnlySpan<byte>(b, sizeof(TState)));

    private readonly Slot* Empty(ulong fingerprint)
    {
        ulong at = fingerprint & _table.Mask;
        while (_table.Slots[at].Key != 0)
        {
            at = (at + 1) & _table.Mask;
        }
        return _table.Slots + at;
    }
}
