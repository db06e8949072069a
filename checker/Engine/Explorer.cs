// Exhaustive exploration of a model, and the verdicts it gives.

using System.Diagnostics;
using Verify.Engine.Disk;
using Verify.Engine.Liveness;
using Verify.Engine.Reduction;
using Verify.Engine.Stores;
using Verify.Transitions;

namespace Verify.Engine;

/// <summary>
/// Visits every reachable state of a model, breadth first, and decides all its properties in that one pass, but for claims about whole runs, which take another.
/// States, transitions, depth, verdicts and counterexamples are the same for any number of threads and for every store.
/// </summary>
/// <remarks>
/// Counterexamples are shortest, and among the shortest the choice depends on nothing but the model (up to depth 65533; beyond that, several
/// threads may find different ones of the same length). Where a state came from is not kept: when all is known, the levels up to the last violation
/// are explored again for it. That takes about as long as they took before, in spite of the time limit (see <see cref="ExploreOptions.Time"/>), and not more than
/// 16 bytes for each of their states. Where it is cancelled or does not fit, the violation stands without its run, and says why.
/// With a bitstate store counts and what is found depend on the memory limit, and with several threads on chance; a run to a violation is the shortest to
/// that state all the same.
/// With <see cref="ExploreOptions.Reductions"/> verdicts and met goals are those of the whole, and runs are of the model as it is, in its own names. Under partial
/// order a run is not always the shortest, and a state in which the model would throw may be passed by.
/// </remarks>
/// <param name="model">The model.</param>
/// <param name="properties">The claims about it.</param>
public sealed class Explorer<TModel, TState>(TModel model, IReadOnlyList<Property<TState>> properties)
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    /// <summary>Explores.</summary>
    /// <exception cref="ModelException">The model or a property threw; the message names the state and the action, and the run to it is there.</exception>
    /// <exception cref="ArgumentException">
    /// The options name a property that there is not, or no thread; the state has padding; or a property watches an action that there is not.
    /// </exception>
    /// <exception cref="TooLittleMemoryException">There is too little memory to begin with.</exception>
    /// <exception cref="CheckpointException">The checkpoint to go on from is not whole, or not of this exploration.</exception>
    public Exploration<TState> Run(ExploreOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1, nameof(options));
        Padding.Refuse<TState>();
        var board = new Board<TState>(Selection.Of(properties, options.Properties));
        var plan = ReductionPlan<TState>.Of(model, board.Properties, options.Reductions);
        var budget = new NativeBudget(options.MemoryBytes);
        int slack = options.Threads * Batch<TState>.Size;
        long share = options.ScratchDirectory == null ? long.MaxValue : Shares.OfStore(budget, options.Threads);
        try
        {
            return options.Store switch
            {
                StoreKind.Exact => Run(board, plan, options, budget, new ExactStore<TState>(budget, options.Threads, Batch<TState>.Size, share)),
                StoreKind.Bitstate => Run(board, plan, options, budget, new BitstateStore<TState>(budget)),
                _ => Run(board, plan, options, budget, new FingerprintStore<TState>(budget, slack, share)),
            };
        }
        catch (MemoryLimitException)
        {
            throw new TooLittleMemoryException(
                $"a memory limit of {options.MemoryBytes / 1048576.0:0.##} MiB is too small to begin with; give more, or fewer threads than {options.Threads}");
        }
    }

    private Exploration<TState> Run<TStore>(
        Board<TState> board, ReductionPlan<TState> plan, ExploreOptions options, NativeBudget budget, TStore store)
        where TStore : struct, IStore<TState>
    {
        long start = Stopwatch.GetTimestamp();
        Exploration<TState> found;
        IReadOnlyList<long> levelEnds;
        Fault<TState>? fault;
        using (var search = new Search<TModel, TState, TStore>(model, board, options, budget, store, plan))
        {
            found = search.Run();
            (levelEnds, fault) = (search.LevelEnds, search.Fault);
        }
        var first = new FirstPass(levelEnds, TStore.IsExhaustive ? null : budget.Peak - BitstateStore<TState>.Share(budget));
        var trails = new Trails<TModel, TState>(model, board, plan, options, budget);
        if (fault != null)
        {
            IReadOnlyList<Move<TState>>? run = trails.To(fault, first);
            throw ModelFailure.Of(ref model, plan.InForce == Reductions.None ? fault : trails.AtTheEndOf(run, fault), run, trails.Problem);
        }
        trails.Find(first);
        var live = Live(board, options, budget, found.Limit is null or Search.Decided ? found.Bitstate?.ToString() : found.Limit);
        return found with
        {
            Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
            PeakBytes = budget.Peak,
            Findings = [.. board.Properties.Select((_, number) => Judgement.Of(board, number, found.Limit ?? found.Bitstate?.ToString(), trails, live))],
        };
    }

    // Claims about whole runs need all states and the steps between them, whether or not the first pass, which decides the others, went that far.
    private Dictionary<Liveness<TState>, LivenessFinding<TState>> Live(Board<TState> board, ExploreOptions options, NativeBudget budget, string? limit)
    {
        Liveness<TState>[] claims = [.. board.Properties.OfType<Liveness<TState>>().Distinct()];
        return claims.Length == 0 ? []
            : limit != null ? claims.ToDictionary(claim => claim, _ => new LivenessFinding<TState>(Verdict.Inconclusive, limit))
            : new LivenessPass<TModel, TState>(model, options.Again(Progress.BuildingGraph, budget), options.Reductions, budget).Decide(claims);
    }
}

/// <summary>The memory limit leaves no room for the first state.</summary>
public sealed class TooLittleMemoryException(string message) : ArgumentException(message);

/// <summary>Picks properties by name.</summary>
internal static class Selection
{
    /// <summary>The properties with these names, in their own order; all of them for null.</summary>
    /// <exception cref="ArgumentException">There is no property of a name.</exception>
    public static IReadOnlyList<Property<TState>> Of<TState>(IReadOnlyList<Property<TState>> properties, IReadOnlyCollection<string>? names)
        where TState : unmanaged
    {
        if (names == null)
        {
            return properties;
        }
        if (names.FirstOrDefault(name => properties.All(property => property.Claim.Name != name)) is { } unknown)
        {
            throw new ArgumentException(
                $"there is no property '{unknown}'; there are: {string.Join(", ", properties.Select(property => property.Claim.Name))}");
        }
        return [.. properties.Where(property => names.Contains(property.Claim.Name))];
    }
}
