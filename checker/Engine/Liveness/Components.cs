// Where a run that owes something can stay for ever: strongly connected components of a graph, and which of them are fair.

using System.Runtime.InteropServices;
using Verify.Engine.Stores;

namespace Verify.Engine.Liveness;

/// <summary>
/// The components of the states that a run can come through while a claim is due and not answered, and whether a fair run may stay in each.
/// </summary>
/// <remarks>
/// <para>Components by Pearce, "A space-efficient algorithm for finding strongly connected components", IPL 2016, without recursion: one word a state, which
/// is the order of visit first and the component afterwards.</para>
/// <para>A run that stays in a component can come to all of its states and steps again and again. So it can be fair to a weak class if a step of it stays inside,
/// or if some state has none; to a strong class if a step stays inside, or if no state has one. Where only the latter fails, the states that have one
/// are left out and what remains is looked at again (Emerson, Lei, "Modalities for model checking", 1987). A single state is a component: a run may stop in it.</para>
/// </remarks>
/// <param name="graph">The graph.</param>
/// <param name="query">The claim.</param>
/// <param name="words">A word for each state, by number, all zero.</param>
/// <param name="budget">Where the memory for stacks comes from.</param>
internal sealed unsafe class Components<TState>(in GraphStore<TState> graph, Query query, uint* words, NativeBudget budget) : IDisposable
    where TState : unmanaged
{
    private const uint Fair = 1;

    private readonly GraphStore<TState> _graph = graph;
    private readonly NativeStack<Visit> _path = new(budget);
    private readonly NativeStack<uint> _open = new(budget);
    private uint _next = 1;
    private long _floor;
    private uint _component = uint.MaxValue - 1; // even; orders of visit are far below

    /// <summary>A state on the way that the search has come, and its edges that are still to be followed.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Visit
    {
        public uint State;
        public bool IsRoot;
        public Edges Edges;
    }

    /// <summary>True when a fair run may stay in some component.</summary>
    public bool HasFair { get; private set; }

    /// <summary>Whether a fair run may stay in the component of a state for ever.</summary>
    public bool IsFair(uint state) => words[state] >= _component && (words[state] & Fair) != 0;

    /// <summary>The component of a state; different for states of different ones.</summary>
    public uint Of(uint state) => words[state];

    /// <summary>Finds the components of all states that a run may come to after <paramref name="start"/>, as long as the claim is not answered.</summary>
    /// <exception cref="MemoryLimitException">There is too little memory, or there are too many components for a word.</exception>
    public void Search(uint start)
    {
        if (words[start] != 0 || !query.Pends(_graph.Facts(start)))
        {
            return;
        }
        long bottom = _path.Count;
        Enter(start);
        while (_path.Count > bottom)
        {
            ref Visit top = ref _path[_path.Count - 1];
            if (top.Edges.MoveNext())
            {
                Follow(ref top);
            }
            else
            {
                Leave(bottom);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _path.Dispose();
        _open.Dispose();
    }

    private void Enter(uint state)
    {
        words[state] = _next++;
        _path.Push(new Visit { State = state, IsRoot = true, Edges = _graph.From(state) });
    }

    private void Follow(ref Visit from)
    {
        uint to = from.Edges.Target;
        if (!query.Pends(in from.Edges) || !query.Pends(_graph.Facts(to)))
        {
            return;
        }
        if (words[to] == 0)
        {
            Enter(to);
            return;
        }
        Meet(ref from, to);
    }

    private void Meet(ref Visit from, uint to)
    {
        if (words[to] < words[from.State])
        {
            words[from.State] = words[to];
            from.IsRoot = false;
        }
    }

    private void Leave(long bottom)
    {
        Visit left = _path.Pop();
        if (left.IsRoot)
        {
            Close(left.State);
        }
        else
        {
            _open.Push(left.State);
        }
        if (_path.Count > bottom)
        {
            Meet(ref _path[_path.Count - 1], left.State);
        }
    }

    // The states of the component are those of the open ones that were visited after its root.
    private void Close(uint root)
    {
        uint order = words[root];
        if (_component <= _graph.States + 4)
        {
            throw new MemoryLimitException(); // words are too short for orders of visit and for the components, of which each narrowing makes new ones
        }
        _open.Push(root);
        long first = _open.Count - 1;
        while (first > _floor && words[_open[first - 1]] >= order)
        {
            first--;
        }
        _next -= (uint)(_open.Count - first);
        _component -= 2;
        for (long i = first; i < _open.Count; i++)
        {
            words[_open[i]] = _component;
        }
        Judge(first);
        _open.Cut(first);
    }

    private void Judge(long first)
    {
        uint component = _component;
        (uint always, uint ever, uint taken, bool moves) = (uint.MaxValue, 0u, 0u, false);
        for (long i = first; i < _open.Count; i++)
        {
            uint enabled = 0;
            for (Edges edges = _graph.From(_open[i]); edges.MoveNext();)
            {
                enabled |= edges.Marks;
                if (words[edges.Target] == component && query.Pends(in edges))
                {
                    taken |= edges.Marks;
                    moves = true;
                }
            }
            always &= enabled;
            ever |= enabled;
        }
        if ((query.Weak & always & ~taken) != 0 || (query.Moves && !moves))
        {
            return;
        }
        uint starved = query.Strong & ever & ~taken;
        if (starved != 0)
        {
            Narrow(first, starved);
            return;
        }
        HasFair = true;
        for (long i = first; i < _open.Count; i++)
        {
            words[_open[i]] = component | Fair;
        }
    }

    // What can be left out only leads to what is finished, so the search stays among these states. They stay on the stack below what it puts there.
    private void Narrow(long first, uint starved)
    {
        (long floor, long end) = (_floor, _open.Count);
        _floor = end;
        for (long i = first; i < end; i++)
        {
            if ((Query.Enabled(in _graph, _open[i]) & starved) == 0)
            {
                words[_open[i]] = 0;
            }
        }
        for (long i = first; i < end; i++)
        {
            Search(_open[i]);
        }
        _floor = floor;
    }
}
