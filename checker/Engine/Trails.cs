// How violating states were reached: the runs from initial states, by executing the model again.

using Verify.Engine.Stores;
using Verify.Transitions;

namespace Verify.Engine;

/// <summary>
/// Reconstructs the runs to the violations on a board. A first exploration says where they are; this one repeats the levels up to the last of them with
/// a store that keeps origins, which the first can do without: most have no violation, or an early one.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="board">The board after the first exploration.</param>
/// <param name="options">The options of that.</param>
/// <param name="budget">The memory of the run, which the first exploration has given back.</param>
internal sealed class Trails<TModel, TState>(TModel model, Board<TState> board, ExploreOptions options, NativeBudget budget)
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    private readonly Dictionary<int, List<Move<TState>>> _paths = [];
    private TModel _model = model;

    /// <summary>Why a run is missing.</summary>
    public string Problem { get; private set; } = "its trace was lost to a collision of fingerprints";

    /// <summary>The run to the violation of a property; null where it could not be found.</summary>
    public IReadOnlyList<Move<TState>>? this[int number] => _paths.GetValueOrDefault(number);

    /// <summary>Looks for the runs to all violations.</summary>
    /// <param name="levelEnds">By level, the states up to and with it.</param>
    public void Find(IReadOnlyList<long> levelEnds)
    {
        int[] violated = [.. Enumerable.Range(0, board.Properties.Count).Where(number => board.Violation(number).Found)];
        if (violated.Length == 0)
        {
            return;
        }
        int last = violated.Max(number => board.Violation(number).Level);
        try
        {
            Repeat(violated, last, last == 0 ? 0 : levelEnds[last - 1]);
        }
        catch (MemoryLimitException)
        {
            Problem = $"its trace does not fit into {budget.Limit / 1048576.0:0.##} MiB";
        }
    }

    private void Repeat(int[] violated, int last, long states)
    {
        ulong[] wanted = [.. violated.Select(number => board.Violation(number).Fingerprint).Distinct()];
        var again = new ExploreOptions { Threads = options.Threads };
        var store = new OriginStore<TState>(budget, options.Threads * Batch<TState>.Size, states, last, wanted);
        using var search = new Search<TModel, TState, OriginStore<TState>>(_model, new Board<TState>([]), again, budget, store, last);
        if (search.Run().Limit != null)
        {
            throw new MemoryLimitException();
        }
        foreach (int number in violated)
        {
            Candidate violation = board.Violation(number);
            if (search.Store.Back(violation.Fingerprint) is { } chain && Forward(chain) is { } path)
            {
                AddLast(path, board.Properties[number], violation.Ordinal);
                _paths.Add(number, path);
            }
        }
    }

    // Forward through the model, each time to the first successor with the fingerprint that is due. Null if that leads nowhere, because two states
    // have the same one.
    private List<Move<TState>>? Forward(List<ulong> chain)
    {
        var path = new List<Move<TState>>(chain.Count + 1);
        var moves = new List<Move<TState>>();
        Successors<TState>.Initial(ref _model, moves);
        for (int at = chain.Count - 1; at >= 0; at--)
        {
            int found = moves.FindIndex(move => Matches(move.State, chain[at]));
            if (found < 0)
            {
                return null;
            }
            path.Add(moves[found]);
            if (at > 0)
            {
                Successors<TState>.Of(ref _model, moves[found].State, moves);
            }
        }
        return path;
    }

    private void AddLast(List<Move<TState>> path, Property<TState> property, int ordinal)
    {
        if (property is ActionProperty<TState>)
        {
            var moves = new List<Move<TState>>();
            Successors<TState>.Of(ref _model, path[^1].State, moves);
            path.Add(moves[ordinal]);
        }
    }

    private static unsafe bool Matches(TState state, ulong fingerprint) => Fingerprint.Of(&state) == fingerprint;
}
