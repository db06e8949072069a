// Visited states by fingerprint: eight bytes a slot, whatever the size of the state.

using System.Runtime.CompilerServices;

namespace Verify.Engine.Stores;

/// <summary>Remembers 64-bit fingerprints, and so confuses states with the probability of <see cref="Exploration{TState}.OmissionProbability"/>.</summary>
internal unsafe struct FingerprintStore<TState>(NativeBudget budget, int slack) : IStore<TState>
    where TState : unmanaged
{
    private Table _table = new(budget, slack);

    /// <inheritdoc/>
    public static bool KeepsOrigins => false;

    /// <inheritdoc/>
    public static int NotesBytes => 0;

    /// <inheritdoc/>
    public readonly long Count => _table.Count;

    /// <inheritdoc/>
    public readonly bool HasRoom
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _table.HasRoom;
    }

    /// <inheritdoc/>
    public readonly ulong Expand(TState* state, int level) => 0;

    /// <inheritdoc/>
    public readonly void FindKeys(TState* states, Waiting* known, int count, byte* notes)
    {
        for (int i = 0; i < count; i++)
        {
            known[i].Key = Fingerprint.Of(states + i);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Prefetch(ulong key) => _table.Prefetch(key);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Knows(ulong key) => _table.Knows(key);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Insert(ulong key, ulong origin) => _table.Claim(key, out _);

    /// <inheritdoc/>
    public void Added(int states) => _table.Added(states);

    /// <inheritdoc/>
    public bool TryGrow(Crew crew) => _table.TryGrow(crew);

    /// <inheritdoc/>
    public void Free() => _table.Free();
}
