// How a model names what is interchangeable in it: devices, PASIDs, CPUs, sets.

namespace Verify.Transitions;

/// <summary>Indices 0 to <paramref name="Count"/> - 1 that mean the same to a model: CPUs that run the same code, PASIDs of one pool.</summary>
/// <param name="Name">What they are, in the plural: "CPUs", "PASIDs".</param>
/// <param name="Count">How many there are; one of its own is no symmetry, but allowed.</param>
public sealed record IndexSet(string Name, int Count);

/// <summary>
/// A transition system in which some indices can be renamed at will: whatever it can do, it can do under any other names as well. Of all states that differ
/// in names only, an engine may keep one. Steps must be closed under renaming, and what claims say must not depend on names; that it is so is looked into at
/// random. Initial states may give names, such as that CPU 0 comes first, as what can be done from them can be done under any other names as well.
/// </summary>
public interface ISymmetricSystem<TState> : ITransitionSystem<TState>
    where TState : unmanaged
{
    /// <summary>The interchangeable indices. Each set is renamed on its own.</summary>
    IReadOnlyList<IndexSet> Symmetries { get; }

    /// <summary>Renames the indices of one set: what belongs to index i belongs to <paramref name="names"/>[i] afterwards, and whoever points to i points to that.</summary>
    /// <param name="state">The state.</param>
    /// <param name="set">Index into <see cref="Symmetries"/>.</param>
    /// <param name="names">A permutation of the set's indices.</param>
    /// <param name="renamed">Takes the result; a copy of <paramref name="state"/> when it comes.</param>
    void Rename(in TState state, int set, ReadOnlySpan<byte> names, ref TState renamed);

    /// <summary>
    /// A number that tells indices of a set apart, without looking at names: the same for an index before and for its new name after any renaming, of this set
    /// or another. The more it tells apart, the faster canonicalisation is; 0 is never wrong.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="set">Index into <see cref="Symmetries"/>.</param>
    /// <param name="index">An index of that set.</param>
    ulong Signature(in TState state, int set, int index);
}
