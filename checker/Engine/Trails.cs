// How violating states were reached: the runs from initial states, by executing the model again.

using Verify.Engine.Reduction;
using Verify.Engine.Stores;
using Verify.Transitions;

namespace Verify.Engine;

/// <summary>What a first exploration knows of the levels.</summary>
/// <param name="LevelEnds">By level, the states up to and with it.</param>
/// <param name="OtherBytes">
/// What it took beside the store at the highest, where it may have omitted states, so that there are more than it says; null where there are exactly so many.
/// </param>
internal readonly record struct FirstPass(IReadOnlyList<long> LevelEnds, long? OtherBytes);

/// <summary>
/// Reconstructs the runs to the violations on a board. A first exploration says where they are; this one repeats the levels up to the last of them with
/// a store that keeps origins, which the first can do without: most have no violation, or an early one.
/// </summary>
/// <remarks>
/// A first exploration that omitted states may have found a violation on a detour. This one omits none, so it meets the same state at the same level or earlier.
/// Reductions are those of the first one. Where states were canonicalised, fingerprints are those of representatives, and the way is gone again in the names that
/// the model gives: from each state to the first successor whose representative is due. There is one, since what a state can do, its representative can do as well.
/// </remarks>
/// <param name="model">The model.</param>
/// <param name="board">The board after the first exploration.</param>
/// <param name="plan">The reductions of that.</param>
/// <param name="options">The options of that.</param>
/// <param name="budget">The memory of the run, which the first exploration has given back.</param>
internal sealed class Trails<TModel, TState>(
    TModel model, Board<TState> board, ReductionPlan<TState> plan, ExploreOptions options, NativeBudget budget)
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    private const string Lost = "its trace was lost to a collision of fingerprints";

    private readonly Dictionary<int, List<Move<TState>>> _paths = [];
    private readonly Canon<TState>? _canon = plan.Canon();
    private TModel _model = model;
    private bool _isOutOfMemory;

    /// <summary>Why a run is missing.</summary>
    public string Problem { get; private set; } = Lost;

    /// <summary>The run to the violation of a property; null where it could not be found.</summary>
    public IReadOnlyList<Move<TState>>? this[int number] => _paths.GetValueOrDefault(number);

    /// <summary>Looks for the runs to all violations.</summary>
    /// <param name="first">What is known of the levels.</param>
    public void Find(FirstPass first)
    {
        int[] violated = [.. Enumerable.Range(0, board.Properties.Count).Where(number => board.Violation(number).Found)];
        if (violated.Length == 0)
        {
            return;
        }
        int last = violated.Max(number => board.Violation(number).Level);
        ulong[] wanted = [.. violated.Select(number => board.Violation(number).Fingerprint).Distinct()];
        Dictionary<ulong, List<Move<TState>>> runs = Repeat(first, last, wanted);
        foreach (int number in violated)
        {
            if (runs.TryGetValue(board.Violation(number).Fingerprint, out List<Move<TState>>? run) && Complete(run, board.Properties[number], board.Violation(number)) is { } whole)
            {
                _paths.Add(number, whole);
            }
        }
    }

    /// <summary>The run to the state at which the model failed; null where there is none.</summary>
    /// <param name="fault">Where it failed.</param>
    /// <param name="first">What is known of the levels.</param>
    public IReadOnlyList<Move<TState>>? To(Fault<TState> fault, FirstPass first)
    {
        if (fault.State is not { } state)
        {
            return null;
        }
        ulong fingerprint = FingerprintOf(state);
        return Repeat(first, fault.Level, [fingerprint]).GetValueOrDefault(fingerprint);
    }

    /// <summary>
    /// The failure as it happens at the end of <paramref name="run"/>: the same as <paramref name="fault"/>, which may have other names. As it is where there
    /// is no run, or the model does not fail there.
    /// </summary>
    public Fault<TState> AtTheEndOf(IReadOnlyList<Move<TState>>? run, Fault<TState> fault)
    {
        if (run == null)
        {
            return fault;
        }
        TState last = run[^1].State;
        var moves = new List<Move<TState>>();
        Step? step = null;
        try
        {
            if (fault.Property != null)
            {
                board.Thrower(in last);
                return fault with { State = last };
            }
            Successors<TState>.Of(ref _model, in last, moves);
            foreach (Move<TState> move in moves)
            {
                step = move.Step;
                foreach ((_, ActionProperty<TState> action) in board.Steps)
                {
                    Board<TState>.Fails(action, in last, move.Step, move.State);
                }
            }
            return fault;
        }
        catch (Exception e)
        {
            return fault with { Cause = e, State = last, Last = step ?? (moves.Count == 0 ? null : moves[^1].Step) };
        }
    }

    // Where the first pass may have omitted states, this one meets more of them, how many is not known: first a little more room than it needed then, which is
    // nearly always enough, and if not, all that there is.
    private Dictionary<ulong, List<Move<TState>>> Repeat(FirstPass first, int last, ulong[] wanted)
    {
        long states = last == 0 ? 0 : first.LevelEnds[last - 1];
        if (first.OtherBytes is not { } others)
        {
            return Repeat(last, wanted, states, known: true);
        }
        long most = (budget.Limit - others - (others / 8)) / OriginStore<TState>.BytesPerState;
        long likely = states + (states / 4) + 1024;
        Dictionary<ulong, List<Move<TState>>> runs = likely < most ? Repeat(last, wanted, likely, known: false) : [];
        return runs.Count < wanted.Length && (likely >= most || _isOutOfMemory) ? Repeat(last, wanted, Math.Max(most, 0), known: false) : runs;
    }

    private Dictionary<ulong, List<Move<TState>>> Repeat(int last, ulong[] wanted, long states, bool known)
    {
        var runs = new Dictionary<ulong, List<Move<TState>>>();
        ExploreOptions again = options.Again(Progress.Reconstructing, budget) with { StopWhenDecided = !known };
        string? limit;
        try
        {
            var store = new OriginStore<TState>(budget, options.Threads * Batch<TState>.Size, states, last, wanted, known);
            var whenAllAreFound = new Board<TState>(known ? [] : wanted.Select(IsNot));
            using var search = new Search<TModel, TState, OriginStore<TState>>(_model, whenAllAreFound, again, budget, store, plan, last);
            limit = search.Run().Limit;
            _isOutOfMemory = search.IsOutOfMemory;
            foreach (ulong fingerprint in wanted)
            {
                if (search.Store.Back(fingerprint) is { } chain && Forward(chain) is { } run)
                {
                    runs.Add(fingerprint, run);
                }
            }
        }
        catch (MemoryLimitException)
        {
            (limit, _isOutOfMemory) = ("memory limit", true);
        }
        Problem = _isOutOfMemory ? $"its trace does not fit into {budget.Limit / 1048576.0:0.##} MiB; try more memory"
            : limit is null or Search.Decided ? Lost
            : $"its trace was not reconstructed: {limit}";
        return runs;
    }

    // The search ends with the level in which the last of the wanted states is found: the first pass may have found them later, and further levels need room.
    private static Invariant<TState> IsNot(ulong fingerprint) => new(
        new Claim("", PropertyKind.Invariant, "", ""), null, (in TState state) => !Matches(state, fingerprint), (in TState _) => "");

    // Forward through the model, each time to the first successor with the fingerprint that is due. Null if that leads nowhere, because two states
    // have the same one.
    private List<Move<TState>>? Forward(List<ulong> chain)
    {
        var path = new List<Move<TState>>(chain.Count + 1);
        var moves = new List<Move<TState>>();
        Successors<TState>.Initial(ref _model, moves);
        for (int at = chain.Count - 1; at >= 0; at--)
        {
            int found = moves.FindIndex(move => Matches(Representative(move.State), chain[at]));
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

    // The first step that violates it: of those that were found, the one with the smallest number. Null where a collision led to a state without one.
    private List<Move<TState>>? Complete(List<Move<TState>> run, Property<TState> property, Candidate violation)
    {
        var moves = new List<Move<TState>>();
        if (violation.Ordinal == Candidate.None && property is Refinement<TState> refinement)
        {
            // Of the initial states that are stored as one, perhaps not all violate it.
            Successors<TState>.Initial(ref _model, moves);
            int start = moves.FindIndex(move => Matches(Representative(move.State), violation.Fingerprint) && !refinement.Starts(move.State));
            return start < 0 ? null : [moves[start]];
        }
        if (violation.Ordinal == Candidate.None)
        {
            return run;
        }
        TState last = run[^1].State;
        Successors<TState>.Of(ref _model, in last, moves);
        int found = moves.FindIndex(move => Board<TState>.Fails(property, in last, move.Step, move.State));
        return found < 0 ? null : [.. run, moves[found]];
    }

    private unsafe TState Representative(TState state)
    {
        _canon?.Canonicalise(&state);
        return state;
    }

    private static bool Matches(TState state, ulong fingerprint) => FingerprintOf(state) == fingerprint;

    private static unsafe ulong FingerprintOf(TState state) => Fingerprint.Of(&state);
}
