// Decides claims about whole runs, once the states are known to be all.

using Verify.Engine.Reduction;
using Verify.Engine.Stores;
using Verify.Transitions;

namespace Verify.Engine.Liveness;

/// <summary>What was found out about a claim about whole runs.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Detail">What is due and never done, or why it is not known.</param>
/// <param name="Vacuous">True when nothing ever became due.</param>
/// <param name="Path">The run that violates it; null where there is none.</param>
/// <param name="Loop">The step of it that follows the last one; the number of steps where the run stays in its last state.</param>
internal sealed record LivenessFinding<TState>(Verdict Verdict, string Detail, bool Vacuous = false, IReadOnlyList<Move<TState>>? Path = null, int? Loop = null)
    where TState : unmanaged
{
    /// <summary>In how many states something is due; null where that is not known.</summary>
    public long? Cases { get; init; }
}

/// <summary>
/// Explores once more with a store that keeps the steps, and looks for fair runs that violate the claims. What it takes is in <see cref="GraphStore{TState}"/>, and
/// some twelve to thirty bytes a state beside it; where the graph is deep, up to 36 more for each state on the longest way that the search for components goes.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="options">The options of this pass.</param>
/// <param name="asked">The reductions that were asked for; those are used that are sound for a claim.</param>
/// <param name="budget">The memory, which the exploration has given back.</param>
internal sealed class LivenessPass<TModel, TState>(TModel model, ExploreOptions options, Reductions asked, NativeBudget budget)
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    private TModel _model = model;

    /// <summary>The findings on some claims.</summary>
    /// <param name="claims">The claims.</param>
    /// <exception cref="ModelException">A question threw.</exception>
    public Dictionary<Liveness<TState>, LivenessFinding<TState>> Decide(IReadOnlyList<Liveness<TState>> claims)
    {
        var findings = new Dictionary<Liveness<TState>, LivenessFinding<TState>>();
        var sound = claims.Select(claim => (Claim: claim, Sets: ReductionPlan<TState>.Sound(_model, claim, asked)));
        foreach (var group in sound.GroupBy(each => string.Join(", ", each.Sets.Select(set => set.Name))))
        {
            var plan = ReductionPlan<TState>.Of(_model, group.First().Sets);
            foreach (Questions<TState> questions in Questions<TState>.Of([.. group.Select(each => each.Claim)]))
            {
                Decide(questions, plan, findings);
            }
        }
        return findings;
    }

    private string TooLarge => $"its graph of states and steps does not fit into {budget.Limit / 1048576.0:0.##} MiB; try more memory";

    private static void Settle(Questions<TState> questions, Dictionary<Liveness<TState>, LivenessFinding<TState>> findings, string reason)
    {
        foreach (Liveness<TState> claim in questions.Claims)
        {
            findings.TryAdd(claim, new(Verdict.Inconclusive, reason));
        }
    }

    private void Decide(Questions<TState> questions, ReductionPlan<TState> plan, Dictionary<Liveness<TState>, LivenessFinding<TState>> findings)
    {
        try
        {
            DecideOnGraph(questions, plan, findings);
        }
        catch (MemoryLimitException)
        {
            Settle(questions, findings, TooLarge);
        }
    }

    private void DecideOnGraph(
        Questions<TState> questions, ReductionPlan<TState> plan, Dictionary<Liveness<TState>, LivenessFinding<TState>> findings)
    {
        Fault<TState>? fault;
        FirstPass first;
        var store = new GraphStore<TState>(budget, options.Threads, questions);
        using (var search = new Search<TModel, TState, GraphStore<TState>>(_model, new Board<TState>([]), options, budget, store, plan))
        {
            string? limit = search.Run().Limit;
            (fault, first) = (search.Fault, new FirstPass(search.LevelEnds, null));
            if (fault == null && limit != null)
            {
                Settle(questions, findings, search.IsOutOfMemory ? TooLarge : $"its graph was not finished: {limit}");
            }
            for (int i = 0; limit == null && i < questions.Claims.Count; i++)
            {
                findings.Add(questions.Claims[i], Decide(in search.Store, questions, plan, i));
            }
        }
        if (fault != null)
        {
            throw Failure(fault, first, questions, plan);
        }
    }

    // The model itself did not throw when its states were visited before.
    private ModelException Failure(Fault<TState> fault, FirstPass first, Questions<TState> questions, ReductionPlan<TState> plan)
    {
        var trails = new Trails<TModel, TState>(_model, new Board<TState>([]), plan, options, budget);
        IReadOnlyList<Move<TState>>? run = trails.To(fault, first);
        if ((run == null ? fault.State : run[^1].State) is { } state)
        {
            var moves = new List<Move<TState>>();
            Successors<TState>.Of(ref _model, in state, moves);
            if (questions.Thrower(state, moves) is var (claim, step))
            {
                fault = fault with { State = state, Last = step, Property = claim };
            }
        }
        return ModelFailure.Of(ref _model, fault, run, trails.Problem);
    }

    private unsafe LivenessFinding<TState> Decide(in GraphStore<TState> graph, Questions<TState> questions, ReductionPlan<TState> plan, int number)
    {
        var query = Query.Of(questions, number);
        var words = new NativeRegion(budget);
        try
        {
            if (!words.TryGrow((graph.States + 1L) * sizeof(uint)))
            {
                throw new MemoryLimitException();
            }
            using var components = new Components<TState>(in graph, query, (uint*)words.Memory, budget);
            long cases = Search(in graph, query, components);
            LivenessFinding<TState> found = components.HasFair ? Violated(in graph, query, components, questions, number, plan.Canon())
                : new(Verdict.Holds, "", Vacuous: cases == 0);
            return found with { Cases = cases };
        }
        finally
        {
            words.Free();
        }
    }

    // In how many states it is due; those that answer it at once count as well.
    private static long Search(in GraphStore<TState> graph, Query query, Components<TState> components)
    {
        long due = 0;
        if (query.AtFirst)
        {
            foreach (uint initial in graph.Initial)
            {
                components.Search(initial);
            }
            return graph.Initial.Count;
        }
        for (uint state = 1; state <= graph.States; state++)
        {
            ushort facts = graph.Facts(state);
            due += (facts & query.Due) != 0 ? 1 : 0;
            if (query.Begins(facts))
            {
                components.Search(state);
            }
        }
        return due;
    }

    private LivenessFinding<TState> Violated(in GraphStore<TState> graph, Query query, Components<TState> components, Questions<TState> questions, int number, Canon<TState>? canon)
    {
        Liveness<TState> claim = questions.Claims[number];
        Lasso lasso;
        try
        {
            using var search = new LassoSearch<TState>(graph, query, components, budget);
            lasso = search.Find();
        }
        catch (MemoryLimitException)
        {
            return new(Verdict.Violated, $"its trace does not fit into {budget.Limit / 1048576.0:0.##} MiB; try more memory");
        }
        Dictionary<uint, ulong> fingerprints = graph.Fingerprints([.. lasso.Hops.Select(hop => hop.To)]);
        var run = new LassoRun<TModel, TState>(_model, claim, canon);
        return run.Follow([.. lasso.Hops.Select(hop => (fingerprints[hop.To], hop with { Marks = questions.Classes(claim, hop.Marks) }))], lasso.Loop);
    }
}
