// Which truth values follow from which, as far as a short look tells: what simplifies conditions that nest.

namespace Verify.Symbolic;

/// <summary>A truth value or its negation.</summary>
internal readonly struct Literal
{
    /// <summary><paramref name="node"/> where <paramref name="positive"/>, else its negation.</summary>
    public Literal(Node node, bool positive)
    {
        while (node.Operation == Operation.Negation)
        {
            node = node.A!;
            positive = !positive;
        }

        Node = node;
        IsPositive = positive;
    }

    /// <summary>What is negated or not.</summary>
    public Node Node { get; }

    /// <summary>Whether it is not negated.</summary>
    public bool IsPositive { get; }

    /// <summary>The other one.</summary>
    public Literal Opposite => new(Node, !IsPositive);
}

/// <summary>A sound and quick test of implication; it does not find all.</summary>
internal static class Implication
{
    // Two levels see through a field test in a conjunction in a condition.
    private const int Depth = 2;

    /// <summary>True only if <paramref name="to"/> holds wherever <paramref name="from"/> does.</summary>
    public static bool Holds(Literal from, Literal to) => Holds(from, to, Depth);

    private static bool Holds(Literal from, Literal to, int depth)
    {
        if (ReferenceEquals(from.Node, to.Node))
        {
            return from.IsPositive == to.IsPositive;
        }

        if (from.Node.Operation == Operation.Same && to.Node.Operation == Operation.Same && from.IsPositive)
        {
            return Tests(from.Node, to);
        }

        if (depth == 0)
        {
            return false;
        }

        return FromBoth(from, to, depth) || ToBoth(from, to, depth);
    }

    // From a conjunction follows what follows from one of its parts; from its negation, what follows from the negation of each.
    private static bool FromBoth(Literal from, Literal to, int depth)
    {
        if (from.Node.Operation != Operation.Both)
        {
            return false;
        }

        var first = Holds(new Literal(from.Node.A!, from.IsPositive), to, depth - 1);
        return first == from.IsPositive ? first : Holds(new Literal(from.Node.B!, from.IsPositive), to, depth - 1);
    }

    // A conjunction follows if both of its parts do; its negation if the negation of one does.
    private static bool ToBoth(Literal from, Literal to, int depth)
    {
        if (to.Node.Operation != Operation.Both)
        {
            return false;
        }

        var first = Holds(from, new Literal(to.Node.A!, to.IsPositive), depth - 1);
        return first != to.IsPositive ? first : Holds(from, new Literal(to.Node.B!, to.IsPositive), depth - 1);
    }

    // from: (x & m) is c. to: (x & n) is d, or is not.
    private static bool Tests(Node from, Literal to)
    {
        if (!from.B!.IsConstant || !to.Node.B!.IsConstant)
        {
            return false;
        }

        var (x, m) = Masked(from.A!);
        var (y, n) = Masked(to.Node.A!);
        if (!ReferenceEquals(x, y))
        {
            return false;
        }

        var conflict = ((from.B.Value ^ to.Node.B.Value) & m & n) != 0;
        return to.IsPositive ? !conflict && (n & ~m) == 0 : conflict;
    }

    private static (Node Word, ulong Mask) Masked(Node node) =>
        node.Operation == Operation.And && node.B!.IsConstant ? (node.A!, node.B.Value) : (node, ulong.MaxValue);
}
