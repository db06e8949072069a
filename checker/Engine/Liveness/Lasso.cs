// A run without an end that violates a claim: a way to a component in which a fair run may stay, and a way round in it.

using System.Runtime.InteropServices;
using Verify.Engine.Stores;

namespace Verify.Engine.Liveness;

/// <summary>A step of a way through a graph.</summary>
/// <param name="To">Where it leads.</param>
/// <param name="Marks">The marks that the step must have, at least: first those of the graph, then those of the claim's classes.</param>
/// <param name="Pends">True where it must not answer the claim.</param>
internal readonly record struct Hop(uint To, uint Marks, bool Pends);

/// <summary>Numbers of states; the first is an initial one. After the last follows <paramref name="Loop"/> again, which leads there from the last one.</summary>
/// <param name="Hops">The way, its first hop being the initial state.</param>
/// <param name="Loop">The hop that follows the last one; the number of hops where the run stays in its last state.</param>
internal sealed record Lasso(IReadOnlyList<Hop> Hops, int Loop);

/// <summary>
/// Looks for a short one: the way to the component is a shortest one, the way round goes to the nearest thing that fairness asks for, then to the next, and back. The
/// choice depends on the order of initial states and edges only, not on numbers.
/// </summary>
/// <param name="graph">The graph.</param>
/// <param name="query">The claim.</param>
/// <param name="components">Where a fair run may stay.</param>
/// <param name="budget">Where memory comes from.</param>
internal sealed unsafe class LassoSearch<TState>(GraphStore<TState> graph, Query query, Components<TState> components, NativeBudget budget) : IDisposable
    where TState : unmanaged
{
    private const uint Unseen = 0;

    private readonly NativeRegion _parentRegion = new(budget);
    private readonly NativeStack<uint> _queue = new(budget);
    private uint* _parents;

    /// <summary>The lasso; there must be a fair component.</summary>
    /// <exception cref="MemoryLimitException">There is too little memory.</exception>
    public Lasso Find()
    {
        if (!_parentRegion.TryGrow((2L * graph.States + 4) * sizeof(uint)))
        {
            throw new MemoryLimitException();
        }
        _parents = (uint*)_parentRegion.Memory;
        List<Hop> way = WayIn(out uint entry);
        Clear();
        List<Hop>? rest = query.Moves ? null : Within(entry, CanRest, out _);
        List<Hop>? round = rest is { Count: 0 } ? null : Round(entry);
        return round == null || (rest != null && rest.Count <= round.Count)
            ? new Lasso([.. way, .. rest!], way.Count + rest!.Count)
            : new Lasso([.. way, .. round], way.Count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _parentRegion.Free();
        _queue.Dispose();
    }

    // Breadth first over states, each once before the claim is due and once after. A node is twice the state's number, and one more once it is due.
    private List<Hop> WayIn(out uint entry)
    {
        foreach (uint initial in graph.Initial)
        {
            See(2 * initial, 1);
        }
        for (long at = 0; ; at++)
        {
            uint node = _queue[at];
            uint state = node / 2;
            bool isDue = node % 2 == 1;
            if (isDue && components.IsFair(state))
            {
                entry = state;
                return Back(node);
            }
            for (Edges edges = graph.From(state); edges.MoveNext();)
            {
                if (!isDue)
                {
                    See(2 * edges.Target, node);
                }
                else if (query.Pends(in edges) && query.Pends(graph.Facts(edges.Target)))
                {
                    SeeNode((2 * edges.Target) + 1, node);
                }
            }
        }
    }

    // A state in which the claim becomes due is the same state afterwards: the way does not get longer.
    private void See(uint node, uint parent)
    {
        bool isInitial = parent == 1;
        if (query.Begins(graph.Facts(node / 2)) && (isInitial || !query.AtFirst))
        {
            SeeNode(node + 1, parent);
        }
        SeeNode(node, parent);
    }

    private void SeeNode(uint node, uint parent)
    {
        if (_parents[node] == Unseen)
        {
            _parents[node] = parent;
            _queue.Push(node);
        }
    }

    private List<Hop> Back(uint node)
    {
        var hops = new List<Hop>();
        for (; node != 1; node = _parents[node])
        {
            bool pends = node % 2 == 1 && _parents[node] % 2 == 1 && _parents[node] != 1;
            hops.Add(new Hop(node / 2, 0, pends));
        }
        hops.Reverse();
        return hops;
    }

    private void Clear()
    {
        for (long i = 0; i < _queue.Count; i++)
        {
            _parents[_queue[i]] = Unseen;
        }
        _queue.Cut(0);
    }

    private bool CanRest(uint state) => (Query.Enabled(in graph, state) & query.Fair) == 0;

    // From a state round to itself, past all that fairness asks for.
    private List<Hop> Round(uint entry)
    {
        uint open = query.Weak | (query.Strong & EverEnabled(entry));
        var round = new List<Hop>();
        uint at = entry;
        open &= ~Resting(at);
        while (open != 0)
        {
            List<Hop> leg = Within(at, state => (Resting(state) & open) != 0, out Edge edge, open)
                ?? throw new InvalidOperationException("a component is fair, but what makes it so was not found");
            round.AddRange(leg);
            at = leg.Count == 0 ? at : leg[^1].To;
            if (edge.Exists)
            {
                round.Add(new Hop(edge.To, edge.Marks, true));
                open &= ~edge.Marks;
                at = edge.To;
            }
            open &= ~Resting(at);
        }
        if (at != entry || round.Count == 0)
        {
            round.AddRange(Within(at, _ => false, out Edge last, toState: entry)
                ?? throw new InvalidOperationException("a component has no way back"));
            round.Add(new Hop(last.To, 0, true));
        }
        return round;
    }

    // The weakly fair classes of which a state has no step.
    private uint Resting(uint state) => query.Weak & ~Query.Enabled(in graph, state);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Edge(uint To, uint Marks, bool Exists);

    // The shortest way inside the component to a state that ends it, or to an edge with one of the marks, or that leads to a state.
    private List<Hop>? Within(uint from, Func<uint, bool> ends, out Edge edge, uint marks = 0, uint toState = 0)
    {
        edge = default;
        uint number = components.Of(from);
        SeeNode(from, from);
        try
        {
            for (long at = 0; at < _queue.Count; at++)
            {
                uint state = _queue[at];
                if (ends(state))
                {
                    return Chain(state, from);
                }
                for (Edges edges = graph.From(state); edges.MoveNext();)
                {
                    if (components.Of(edges.Target) != number || !query.Pends(in edges))
                    {
                        continue;
                    }
                    if ((edges.Marks & marks) != 0 || edges.Target == toState)
                    {
                        edge = new Edge(edges.Target, edges.Marks & query.Fair, true);
                        return Chain(state, from);
                    }
                    SeeNode(edges.Target, state);
                }
            }
            return null;
        }
        finally
        {
            Clear();
        }
    }

    private List<Hop> Chain(uint state, uint from)
    {
        var hops = new List<Hop>();
        for (; state != from; state = _parents[state])
        {
            hops.Add(new Hop(state, 0, true));
        }
        hops.Reverse();
        return hops;
    }

    private uint EverEnabled(uint entry)
    {
        uint enabled = 0;
        for (uint state = 1; state <= graph.States; state++)
        {
            if (components.Of(state) == components.Of(entry))
            {
                enabled |= Query.Enabled(in graph, state);
            }
        }
        return enabled;
    }
}
