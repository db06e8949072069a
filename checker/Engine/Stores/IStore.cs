// What the search asks of a set of visited states.

using Verify.Engine.Disk;
using Verify.Transitions;

namespace Verify.Engine.Stores;

/// <summary>What a store may have lost of the states that were offered to it.</summary>
/// <param name="Omissions">How many it probably took for others: an estimate, 0 where that cannot happen.</param>
/// <param name="Fill">Of a store of bits the share that is set; null for others.</param>
internal readonly record struct StoreLoss(double Omissions, double? Fill);

/// <summary>
/// The set of visited states, each under a 64-bit key. <see cref="FindKeys"/>, <see cref="Expand"/> and <see cref="Insert"/> may happen on several
/// threads at once, each with notes of its own; everything else only while no thread is at them.
/// </summary>
/// <remarks>
/// Implementations are mutable structs that live in one field of the search and are used by reference, so that the search loop is compiled for
/// each of them and no call in it is virtual.
/// </remarks>
internal unsafe interface IStore<TState>
    where TState : unmanaged
{
    /// <summary>True where <see cref="Insert"/> wants to know where each state comes from; else a known state need not be offered again.</summary>
    static abstract bool KeepsOrigins { get; }

    /// <summary>True where what was not found is not there, but for collisions of fingerprints.</summary>
    static abstract bool IsExhaustive { get; }

    /// <summary>Bytes that each thread lends the store for notes; 0 to begin with, and for the whole run.</summary>
    int NotesBytes { get; }

    /// <summary>True while every thread may take and insert one more batch.</summary>
    bool HasRoom { get; }

    /// <summary>Hears which state is expanded next, and gives the origin of its successors.</summary>
    /// <param name="state">A state of the store.</param>
    /// <param name="level">Its level.</param>
    ulong Expand(TState* state, int level);

    /// <summary>Hears of a step, where the store keeps origins, and gives what <see cref="Insert"/> is to know of it.</summary>
    /// <param name="origin">What <see cref="Expand"/> gave for <paramref name="before"/>.</param>
    /// <param name="before">The state that is expanded.</param>
    /// <param name="step">The step.</param>
    /// <param name="after">Where it leads.</param>
    ulong Mark(ulong origin, TState* before, Step step, TState* after);

    /// <summary>Finds the keys of some states that wait, at most <see cref="Batch{TState}.Size"/>.</summary>
    /// <param name="states">The states.</param>
    /// <param name="known">Where the keys go.</param>
    /// <param name="count">How many states.</param>
    /// <param name="notes">The thread's notes.</param>
    void FindKeys(TState* states, Waiting* known, int count, byte* notes);

    /// <summary>Asks the processor to fetch what <see cref="Insert"/> will look at first.</summary>
    void Prefetch(ulong key);

    /// <summary>True if one look at what was fetched shows that a state is there; false says nothing, and asks for what <see cref="Insert"/> needs.</summary>
    bool Knows(ulong key);

    /// <summary>Adds a state: true when it is new.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="origin">What <see cref="Mark"/> gave for the step that led to it; 0 for an initial state.</param>
    /// <param name="notes">The thread's notes.</param>
    bool Insert(ulong key, ulong origin, byte* notes);

    /// <summary>Counts states that <see cref="Insert"/> found new; called once per batch, because the counter is shared.</summary>
    void Added(int states);

    /// <summary>Makes room; false when that is not possible any more.</summary>
    /// <param name="crew">Who helps; all are at rest.</param>
    bool TryGrow(Crew crew);

    /// <summary>Writes the visited states to disk if that makes room; else does nothing and gives false.</summary>
    /// <param name="runs">Where their keys go.</param>
    /// <exception cref="ScratchException">The disk is full, or fails.</exception>
    bool TrySpill(KeyRuns runs);

    /// <summary>Writes all that a later run must know of this one's states.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="runs">What is on disk already; null for nothing.</param>
    void Save(CheckpointWriter writer, KeyRuns? runs);

    /// <summary>Reads what <see cref="Save"/> wrote into an empty store.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="makeRoom">Makes room, or throws.</param>
    void Load(CheckpointReader reader, Action makeRoom);

    /// <summary>What it may have lost when it found <paramref name="states"/> states new.</summary>
    StoreLoss Loss(long states);

    /// <summary>Gives back the memory.</summary>
    void Free();
}
