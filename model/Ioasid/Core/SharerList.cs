// The lists of sharers, pointer by pointer: what goes wrong with them goes wrong because a node is linked twice.
//
// Source: the circular doubly linked lists of the kernel, include/linux/list.h, as their documentation describes them.

namespace Verify.Model.Ioasid.Core;

/// <summary>How a walk along a list ended.</summary>
public enum WalkEnd : byte
{
    /// <summary>It came to the head again.</summary>
    Head,

    /// <summary>It found what it looked for.</summary>
    Node,

    /// <summary>It came to freed memory, to a poisoned link, or into a circle without the head.</summary>
    Lost,
}

/// <summary>Lists of sharers: node i is that of AllocOps i, and each custom allocator has a head.</summary>
public static class SharerList
{
    /// <summary>A pointer into the list head of an allocator that was deleted.</summary>
    public const byte Freed = CoreModel.MostOps + CoreModel.MostPools;

    /// <summary>A poisoned pointer, or one that was never set.</summary>
    public const byte Nowhere = Freed + 1;

    /// <summary>The head of the list of the allocator with a pool's functions.</summary>
    public static byte Head(int pool) => (byte)(CoreModel.MostOps + pool);

    /// <summary>Makes a list empty.</summary>
    public static void Begin(ref CoreState state, int pool) => Link(ref state, Head(pool), Head(pool), Head(pool));

    /// <summary>Adds at the end of a list, whatever the node was linked to before.</summary>
    public static void AddTail(ref CoreState state, int ops, int pool)
    {
        byte head = Head(pool);
        byte last = state.Previous[head];
        state.Previous[head] = (byte)ops;
        Link(ref state, ops, last, head);
        if (last < Freed)
        {
            state.Next[last] = (byte)ops;
        }
    }

    /// <summary>Links a node into the list of a new allocator that is deleted at once.</summary>
    public static void AddToDeleted(ref CoreState state, int ops) => Link(ref state, ops, Freed, Freed);

    /// <summary>Takes a node out of whatever its pointers say. False where they say nothing, which the kernel does not survive.</summary>
    public static bool Delete(ref CoreState state, int ops)
    {
        (byte previous, byte next) = (state.Previous[ops], state.Next[ops]);
        if (previous == Nowhere || next == Nowhere)
        {
            return false;
        }
        if (previous < Freed)
        {
            state.Next[previous] = next;
        }
        if (next < Freed)
        {
            state.Previous[next] = previous;
        }
        Link(ref state, ops, Nowhere, Nowhere);
        return true;
    }

    /// <summary>Whether a list seems to have one node: both pointers of its head are the same, and not the head.</summary>
    public static bool IsSingular(in CoreState state, int pool) =>
        state.Next[Head(pool)] == state.Previous[Head(pool)] && state.Next[Head(pool)] != Head(pool);

    /// <summary>Walks from the head along the next pointers.</summary>
    /// <param name="state">The state.</param>
    /// <param name="pool">Whose list.</param>
    /// <param name="wanted">The node to stop at; -1 for none.</param>
    /// <param name="visited">The nodes passed, a bit each.</param>
    public static WalkEnd Walk(in CoreState state, int pool, int wanted, out int visited) => Walk(in state.Next, Head(pool), wanted, out visited);

    /// <summary>Walks from the head along the prev pointers, to the head again.</summary>
    public static WalkEnd WalkBack(in CoreState state, int pool, out int visited) => Walk(in state.Previous, Head(pool), -1, out visited);

    /// <summary>Deletes an allocator: what was linked into its list is linked nowhere.</summary>
    public static void End(ref CoreState state, int pool)
    {
        Link(ref state, Head(pool), Nowhere, Nowhere);
        for (int ops = 0; ops < CoreModel.MostOps; ops++)
        {
            if (state.Pool[ops] == pool)
            {
                Link(ref state, ops, Nowhere, Nowhere);
            }
        }
    }

    private static WalkEnd Walk(in ByNode links, int head, int wanted, out int visited)
    {
        visited = 0;
        for (int at = links[head]; ; at = links[at])
        {
            if (at == head)
            {
                return WalkEnd.Head;
            }
            if (at >= CoreModel.MostOps || (visited >> at & 1) != 0)
            {
                return WalkEnd.Lost;
            }
            visited |= 1 << at;
            if (at == wanted)
            {
                return WalkEnd.Node;
            }
        }
    }

    private static void Link(ref CoreState state, int node, byte previous, byte next)
    {
        state.Previous[node] = previous;
        state.Next[node] = next;
    }
}
