// Visited states by fingerprint: eight bytes a slot, whatever the size of the state.

using System.Runtime.CompilerServices;
using Verify.Engine.Disk;
using Verify.Transitions;

namespace Verify.Engine.Stores;

/// <summary>Remembers 64-bit fingerprints, and so confuses states with the probability of <see cref="Exploration{TState}.OmissionProbability"/>.</summary>
internal unsafe struct FingerprintStore<TState>(NativeBudget budget, int slack, long share = long.MaxValue) : IStore<TState>
    where TState : unmanaged
{
    private Table _table = new(budget, slack, share: share);

    /// <inheritdoc/>
    public static bool KeepsOrigins => false;

    /// <inheritdoc/>
    public static bool IsExhaustive => true;

    /// <inheritdoc/>
    public readonly int NotesBytes => 0;

    /// <inheritdoc/>
    public readonly bool HasRoom
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _table.HasRoom;
    }

    /// <inheritdoc/>
    public readonly ulong Expand(TState* state, int level) => 0;

    /// <inheritdoc/>
    public readonly ulong Mark(ulong origin, TState* before, Step step, TState* after) => origin;

    /// <inheritdoc/>
    public readonly void FindKeys(TState* states, Waiting* known, int count, byte* notes) => Fingerprint.OfAll(states, known, count);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Prefetch(ulong key) => _table.Prefetch(key);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Knows(ulong key) => _table.Knows(key);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Insert(ulong key, ulong origin, byte* notes) => _table.Claim(key, out _);

    /// <inheritdoc/>
    public void Added(int states) => _table.Added(states);

    /// <inheritdoc/>
    public bool TryGrow(Crew crew) => _table.TryGrow(crew);

    /// <inheritdoc/>
    public bool TrySpill(KeyRuns runs)
    {
        KeyRunWriter run = runs.Begin();
        _table.TakeAll(run.Add);
        runs.End(run);
        return true;
    }

    /// <inheritdoc/>
    public readonly void Save(CheckpointWriter writer, KeyRuns? runs)
    {
        _table.SaveTo(writer, runs);
    }

    /// <inheritdoc/>
    public void Load(CheckpointReader reader, Action makeRoom)
    {
        _table.LoadFrom(reader, makeRoom);
    }

    public readonly StoreLoss Loss(long states) => new(Collisions(states), null);

    /// <summary>The pairs of states that share a fingerprint, on average; 0 where different states have different ones.</summary>
    public static double Collisions(double states) =>
        Fingerprint.IsInjective<TState>() ? 0 : states * Math.Max(0, states - 1) / 2 / Math.Pow(2, 64);

    /// <inheritdoc/>
    public void Free() => _table.Free();
}
