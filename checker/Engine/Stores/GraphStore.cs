// Visited states by fingerprint, numbered, with the facts of each and the steps between them: the graph that claims about whole runs are decided on.

using System.Diagnostics;
using System.Runtime.CompilerServices;
using Verify.Engine.Disk;
using Verify.Engine.Liveness;
using Verify.Transitions;

namespace Verify.Engine.Stores;

/// <summary>
/// Twelve bytes a slot for the fingerprint and the number of a state, ten for what is known of it by number, and mostly five for each step that changes the
/// state. Numbers begin at 1; which state has which depends on the threads, the order of a state's edges does not.
/// </summary>
/// <param name="budget">Where the memory comes from.</param>
/// <param name="threads">How many there are.</param>
/// <param name="questions">What is asked about states and steps.</param>
internal unsafe struct GraphStore<TState>(NativeBudget budget, int threads, Questions<TState> questions) : IStore<TState>
    where TState : unmanaged
{
    // Numbers are used with a further bit.
    private const long MostStates = int.MaxValue / 2;
    private const ulong Changes = 1UL << 63;
    private const int MarkShift = 32;

    private readonly EdgeLog[] _logs = [.. Enumerable.Range(0, threads).Select(_ => new EdgeLog(budget))];
    private readonly NativeRegion _factRegion = new(budget);
    private readonly NativeRegion _placeRegion = new(budget);
    private readonly List<uint> _initial = [];
    private readonly int _slack = threads * Batch<TState>.Size;
    private Table _table = new(budget, threads * Batch<TState>.Size, keepsValues: true);
    private int _lent;
    private long _room;
    private ushort* _facts;
    private long* _places;

    /// <inheritdoc/>
    public static bool KeepsOrigins => true;

    /// <inheritdoc/>
    public static bool IsExhaustive => true;

    /// <summary>The initial states, in the model's order.</summary>
    public readonly IReadOnlyList<uint> Initial => _initial;

    /// <summary>How many states there are; their numbers are 1 to this.</summary>
    public readonly uint States => (uint)_table.Count;

    /// <inheritdoc/>
    public readonly int NotesBytes => 64;

    /// <inheritdoc/>
    public readonly bool HasRoom => _table.HasRoom && _table.Count < _room;

    /// <summary>The facts of a state.</summary>
    public readonly ushort Facts(uint number) => _facts[number];

    /// <summary>The steps from a state that lead to another one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Edges From(uint number)
    {
        long place = _places[number];
        return new Edges(place == 0 ? null : _logs[place >> EdgeLog.PlaceBits].Memory + (place & ((1L << EdgeLog.PlaceBits) - 1)));
    }

    /// <summary>The fingerprints of some states.</summary>
    public readonly Dictionary<uint, ulong> Fingerprints(HashSet<uint> numbers)
    {
        var found = new Dictionary<uint, ulong>();
        for (long slot = 0; slot <= _table.Capacity; slot++)
        {
            uint number = _table.Value(slot);
            if (number != 0 && numbers.Contains(number))
            {
                found.Add(number, _table[slot]);
            }
        }
        return found;
    }

    /// <inheritdoc/>
    public readonly ulong Expand(TState* state, int level)
    {
        long slot = _table.Find(Fingerprint.Of(state));
        Debug.Assert(slot >= 0, "a state is expanded that was never inserted");
        uint number = _table.Value(slot);
        _facts[number] = questions.Facts(in *state);
        return number;
    }

    /// <inheritdoc/>
    public readonly ulong Mark(ulong origin, TState* before, Step step, TState* after) =>
        StateBytes.Same(before, after)
            ? origin
            : origin | Changes | ((ulong)questions.Marks(in *before, step, in *after) << MarkShift);

    /// <inheritdoc/>
    public readonly void FindKeys(TState* states, Waiting* known, int count, byte* notes) => Fingerprint.OfAll(states, known, count);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Prefetch(ulong key)
    {
        _table.Prefetch(key);
        _table.PrefetchValue(key);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Knows(ulong key) => _table.Knows(key);

    /// <inheritdoc/>
    public bool Insert(ulong key, ulong origin, byte* notes)
    {
        bool isNew = _table.Claim(key, out long slot);
        uint number = isNew ? Give(slot) : Await(slot);
        if (origin >= Changes)
        {
            int log = LogOf(notes);
            if (_logs[log].Add((uint)origin, number, (uint)(origin >> MarkShift) & (uint)int.MaxValue, out long place))
            {
                _places[(uint)origin] = ((long)log << EdgeLog.PlaceBits) | place;
            }
        }
        else if (origin == 0 && isNew)
        {
            _initial.Add(number);
        }
        return isNew;
    }

    /// <inheritdoc/>
    /// <remarks>They are counted one by one, when they get their numbers.</remarks>
    public readonly void Added(int states)
    {
    }

    /// <inheritdoc/>
    public bool TryGrow(Crew crew)
    {
        if (!_table.HasRoom && !_table.TryGrow(crew))
        {
            return false;
        }
        long room = Math.Min(_table.Capacity + 1, MostStates);
        if (room <= _room || !_factRegion.TryGrow((room + 1) * sizeof(ushort)) || !_placeRegion.TryGrow((room + 1) * sizeof(long)))
        {
            return false;
        }
        _facts = (ushort*)_factRegion.Memory;
        _places = (long*)_placeRegion.Memory;
        _room = room - _slack;
        return HasRoom;
    }

    /// <inheritdoc/>
    public readonly StoreLoss Loss(long states) => new(FingerprintStore<TState>.Collisions(states), null);

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
        _factRegion?.Free();
        _placeRegion?.Free();
        Array.ForEach(_logs ?? [], log => log.Free());
    }

    private int LogOf(byte* notes)
    {
        ref int log = ref *(int*)notes;
        if (log == 0)
        {
            log = Interlocked.Increment(ref _lent);
        }
        return log - 1;
    }

    private uint Give(long slot)
    {
        uint number = (uint)_table.AddedOne();
        Volatile.Write(ref _table.Value(slot), number);
        return number;
    }

    // Whoever took the slot is about to write its number.
    private readonly uint Await(long slot)
    {
        uint number = Volatile.Read(ref _table.Value(slot));
        for (var wait = default(SpinWait); number == 0; number = Volatile.Read(ref _table.Value(slot)))
        {
            wait.SpinOnce();
        }
        return number;
    }
}
