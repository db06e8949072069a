// Uniform random walks.

namespace Verify.Engine.Sampling;

/// <summary>
/// Each enabled step is as likely, as in C. H. West, "Protocol validation by random state exploration", PSTV 1986. It finds a run of k steps with the product of
/// one over the number of enabled steps, which says nothing about a bug whose runs are not known.
/// </summary>
internal struct UniformStrategy<TState> : IStrategy<TState>
    where TState : unmanaged
{
    /// <inheritdoc/>
    public readonly int Begin(int place, Moves<TState> initial, ref SplitRandom random) => random.Below(initial.Count);

    /// <inheritdoc/>
    public readonly int Choose(in TState before, Moves<TState> moves, ref SplitRandom random) => random.Below(moves.Count);
}
