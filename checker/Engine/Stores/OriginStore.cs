// Visited states by fingerprint with where each was reached from: what a run to a violation is reconstructed from.

using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using Verify.Engine.Disk;
using Verify.Transitions;

namespace Verify.Engine.Stores;

/// <summary>
/// Fourteen bytes a slot: the fingerprint, the slot of the parent and the level. It is made for a number of states, those that were visited before, and does
/// not grow: so slots are names.
/// </summary>
/// <remarks>
/// A state is often reached from several parents of one level, and which thread comes first is chance. The parent with the smallest fingerprint is
/// kept, by its low 52 bits first: the same parents, and so the same counterexamples, for any number of threads and for every store. From level 65533
/// on the level no longer fits; then the first parent stays, whichever it is.
/// </remarks>
internal unsafe struct OriginStore<TState> : IStore<TState>
    where TState : unmanaged
{
    private const int LevelShift = 32;
    private const uint NoParent = uint.MaxValue;
    private const ushort TopLevel = ushort.MaxValue;

    private readonly NativeRegion _levelRegion;
    private readonly long _most;
    private readonly ulong[] _wanted;
    private readonly int _lastLevel;
    private readonly ushort* _levels; // plus one; 0 until the slot's parent is known
    private Table _table;

    /// <summary>A store for the runs to some states.</summary>
    /// <param name="budget">Where the memory comes from.</param>
    /// <param name="slack">As for <see cref="Table"/>.</param>
    /// <param name="states">States up to the last level, without it.</param>
    /// <param name="lastLevel">The level of the last of the wanted states.</param>
    /// <param name="wanted">Their fingerprints; no others of the last level are kept.</param>
    /// <param name="known">Whether there are exactly so many states. Else there may be more, and then the store is full.</param>
    /// <exception cref="MemoryLimitException">The budget is too small.</exception>
    public OriginStore(NativeBudget budget, int slack, long states, int lastLevel, ulong[] wanted, bool known = true)
    {
        (_wanted, _lastLevel) = (wanted, lastLevel);
        _most = known ? long.MaxValue : states + wanted.Length;
        _table = new Table(budget, slack, keepsValues: true, states + wanted.Length);
        _levelRegion = new NativeRegion(budget);
        if (_table.Capacity >= NoParent || !_levelRegion.TryGrow((_table.Capacity + 1) * sizeof(ushort)))
        {
            Free();
            throw new MemoryLimitException();
        }
        _levels = (ushort*)_levelRegion.Memory;
    }

    /// <summary>Bytes for a state, with the slots that stay empty.</summary>
    public static int BytesPerState => 15;

    /// <inheritdoc/>
    public static bool KeepsOrigins => true;

    /// <inheritdoc/>
    public static bool IsExhaustive => true;

    /// <inheritdoc/>
    public readonly int NotesBytes => 0;

    /// <inheritdoc/>
    public readonly bool HasRoom => _table.Count < _most;

    /// <inheritdoc/>
    public readonly ulong Expand(TState* state, int level)
    {
        long slot = _table.Find(Fingerprint.Of(state));
        Debug.Assert(slot >= 0, "a state is expanded that was never inserted");
        return ((ulong)level + 1) << LevelShift | (uint)slot;
    }

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
    public readonly bool Insert(ulong key, ulong origin, byte* notes)
    {
        int level = (int)(origin >> LevelShift);
        if (level == _lastLevel && !_wanted.Contains(key))
        {
            return false;
        }
        uint parent = level == 0 ? NoParent : (uint)origin;
        ushort mark = (ushort)Math.Min(level + 1, TopLevel);
        bool isNew = _table.Claim(key, out long slot);
        if (isNew)
        {
            _table.Value(slot) = parent;
            Volatile.Write(ref _levels[slot], mark);
        }
        else if (LevelOf(slot) == mark && mark != TopLevel && level > 0)
        {
            Improve(ref _table.Value(slot), parent);
        }
        return isNew;
    }

    /// <inheritdoc/>
    public void Added(int states) => _table.Added(states);

    /// <inheritdoc/>
    public readonly bool TryGrow(Crew crew) => false;

    /// <inheritdoc/>
    public readonly StoreLoss Loss(long states) => default;

    /// <summary>The fingerprints from the one given back to that of an initial state, or null if the state is not in the store.</summary>
    public readonly List<ulong>? Back(ulong fingerprint)
    {
        long slot = _table.Find(fingerprint);
        if (slot < 0)
        {
            return null;
        }
        var chain = new List<ulong>();
        for (; slot != NoParent; slot = _table.Value(slot))
        {
            chain.Add(_table[slot]);
        }
        return chain;
    }

    /// <inheritdoc/>
    public readonly bool TrySpill(KeyRuns runs) => false;

    /// <inheritdoc/>
    public readonly void Save(CheckpointWriter writer, KeyRuns? runs) => throw new NotSupportedException();

    /// <inheritdoc/>
    public readonly void Load(CheckpointReader reader, Action makeRoom) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Free()
    {
        _table.Free();
        _levelRegion?.Free();
    }

    // Whoever took the slot is about to write its level.
    private readonly ushort LevelOf(long slot)
    {
        ushort level = Volatile.Read(ref _levels[slot]);
        for (var wait = default(SpinWait); level == 0; level = Volatile.Read(ref _levels[slot]))
        {
            wait.SpinOnce();
        }
        return level;
    }

    private readonly void Improve(ref uint parent, uint candidate)
    {
        uint known = Volatile.Read(ref parent);
        while (Order(candidate) < Order(known))
        {
            uint seen = Interlocked.CompareExchange(ref parent, candidate, known);
            if (seen == known)
            {
                return;
            }
            known = seen;
        }
    }

    private readonly ulong Order(uint slot) => BitOperations.RotateLeft(_table[slot], 12);
}
