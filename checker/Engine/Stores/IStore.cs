// What the search asks of a set of visited states.

namespace Verify.Engine.Stores;

/// <summary>
/// The set of visited states. Insertion may happen on several threads at once; everything else only while no thread inserts.
/// </summary>
/// <remarks>
/// Implementations are mutable structs that live in one field of the search and are used by reference, so that the search loop is compiled for
/// each of them and no call in it is virtual.
/// </remarks>
internal unsafe interface IStore<TState>
    where TState : unmanaged
{
    /// <summary>Which of the public kinds this is.</summary>
    StoreKind Kind { get; }

    /// <summary>True when the states handed to <see cref="Insert"/> must stay where they were put as long as the store lives.</summary>
    bool KeepsStates { get; }

    /// <summary>States in the store, as far as they were reported by <see cref="Added"/>.</summary>
    long Count { get; }

    /// <summary>True while every thread may insert one more batch.</summary>
    bool HasRoom { get; }

    /// <summary>Asks the processor to fetch what <see cref="Insert"/> will look at first.</summary>
    void Prefetch(ulong fingerprint);

    /// <summary>Asks for what <see cref="Insert"/> will look at next, some time after <see cref="Prefetch"/>.</summary>
    void PrefetchState(ulong fingerprint);

    /// <summary>
    /// Adds a state: true when it is new, and then a copy of it is in <paramref name="place"/>. A known one of the same level may get a better origin.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="fingerprint">Its fingerprint.</param>
    /// <param name="origin">See <see cref="Origin"/>.</param>
    /// <param name="place">Room for one state.</param>
    bool Insert(TState* state, ulong fingerprint, ulong origin, TState* place);

    /// <summary>Counts states that <see cref="Insert"/> found new; called once per batch, because the counter is shared.</summary>
    void Added(int states);

    /// <summary>Makes room: a larger table, or where the budget refuses that, a fuller one. False when neither is possible any more.</summary>
    bool TryGrow();

    /// <summary>The origin of the state whose fingerprint has these low bits (<see cref="Origin.ParentMask"/>), or 0.</summary>
    ulong OriginOf(ulong fingerprint);

    /// <summary>Gives back the memory.</summary>
    void Free();
}
