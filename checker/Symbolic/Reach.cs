// The nodes a term is made of.

namespace Verify.Symbolic;

/// <summary>Walks over terms, without recursion: a term can be deeper than the stack.</summary>
internal static class Reach
{
    /// <summary>The nodes below and at <paramref name="roots"/>, each once and after its operands.</summary>
    public static List<Node> From(params IEnumerable<Node> roots)
    {
        var seen = new HashSet<Node>();
        var pending = new Stack<Node>();
        foreach (var root in roots)
        {
            Visit(root, seen, pending);
        }

        while (pending.TryPop(out var node))
        {
            Visit(node.A, seen, pending);
            Visit(node.B, seen, pending);
            Visit(node.C, seen, pending);
        }

        // Operands are older than what uses them.
        List<Node> nodes = [.. seen];
        nodes.Sort((left, right) => left.Id.CompareTo(right.Id));
        return nodes;
    }

    private static void Visit(Node? node, HashSet<Node> seen, Stack<Node> pending)
    {
        if (node is not null && seen.Add(node))
        {
            pending.Push(node);
        }
    }
}
