// How a state was reached: the run from an initial state, by executing the model again.

using Verify.Engine.Stores;
using Verify.Transitions;

namespace Verify.Engine;

/// <summary>Reconstructs runs from the origins that a store keeps.</summary>
internal static class Trail
{
    /// <summary>
    /// The run to a violation: back along the origins to an initial state, then forward through the model, each time to the first successor with
    /// the fingerprint that is due. Null if two states on the way have the same fingerprint, so that it leads nowhere.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="store">The visited states.</param>
    /// <param name="violation">Where the run is to end.</param>
    /// <param name="step">Whether it ends with a step from that state, rather than in it.</param>
    public static List<Move<TState>>? To<TModel, TState, TStore>(ref TModel model, ref TStore store, Candidate violation, bool step)
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged
        where TStore : struct, IStore<TState>
    {
        if (Back<TState, TStore>(ref store, violation.Fingerprint) is not { } chain)
        {
            return null;
        }
        var path = new List<Move<TState>>(chain.Count + 1);
        var moves = new List<Move<TState>>();
        Successors<TState>.Initial(ref model, moves);
        for (int at = chain.Count - 1; at >= 0; at--)
        {
            int found = moves.FindIndex(move => Matches(move.State, chain[at]));
            if (found < 0)
            {
                return null;
            }
            path.Add(moves[found]);
            Successors<TState>.Of(ref model, moves[found].State, moves);
        }
        if (step)
        {
            path.Add(moves[violation.Ordinal]);
        }
        return path;
    }

    private static List<ulong>? Back<TState, TStore>(ref TStore store, ulong fingerprint)
        where TState : unmanaged
        where TStore : struct, IStore<TState>
    {
        var chain = new List<ulong>();
        while (chain.Count <= store.Count)
        {
            ulong origin = store.OriginOf(fingerprint);
            chain.Add(fingerprint & Origin.ParentMask);
            if (origin == 0 || Origin.IsInitial(origin))
            {
                return origin == 0 ? null : chain;
            }
            fingerprint = origin & Origin.ParentMask;
        }
        return null;
    }

    private static unsafe bool Matches<TState>(TState state, ulong fingerprint)
        where TState : unmanaged => (Fingerprint.Of(&state) & Origin.ParentMask) == fingerprint;
}
