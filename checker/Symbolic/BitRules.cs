// Building truth values, simplified. There is one connective, the conjunction: with negation it gives the others, and one set of rules serves
// them all.

namespace Verify.Symbolic;

/// <summary>The operations on truth values.</summary>
internal static class BitRules
{
    public static Node Both(this TermPool pool, Node x, Node y)
    {
        if (x.IsConstant || (!y.IsConstant && y.Id < x.Id))
        {
            (x, y) = (y, x);
        }

        if (!pool.Enter())
        {
            return pool.Make(Operation.Both, x, y);
        }

        var node = y.IsConstant ? y.Value != 0 ? x : pool.False
            : Decided(pool, x, y) ?? Reduced(pool, x, y) ?? Reduced(pool, y, x);
        pool.Leave();
        return node ?? pool.Make(Operation.Both, x, y);
    }

    public static Node Either(this TermPool pool, Node x, Node y) => pool.Negate(pool.Both(pool.Negate(x), pool.Negate(y)));

    public static Node Negate(this TermPool pool, Node x) =>
        !pool.Simplifies ? pool.Make(Operation.Negation, x)
            : x.IsConstant ? pool.Constant(x.Value == 0)
            : x.Operation == Operation.Negation ? x.A!
            : pool.Make(Operation.Negation, x);

    public static Node OneOf(this TermPool pool, Node x, Node y)
    {
        if (!pool.Simplifies)
        {
            return pool.Make(Operation.OneOf, x, y);
        }

        // Negations come out, so that x ^ y and x ^ !y are one node and its negation.
        var (left, right) = (new Literal(x, true), new Literal(y, true));
        var isNegated = left.IsPositive != right.IsPositive;
        (x, y) = (left.Node, right.Node);
        if (x.IsConstant || (!y.IsConstant && y.Id < x.Id))
        {
            (x, y) = (y, x);
        }

        var node = ReferenceEquals(x, y) ? pool.False
            : !y.IsConstant ? pool.Make(Operation.OneOf, x, y)
            : y.Value != 0 ? pool.Negate(x)
            : x;
        return isNegated ? pool.Negate(node) : node;
    }

    // One side says it all, or they exclude each other.
    private static Node? Decided(TermPool pool, Node x, Node y)
    {
        var (left, right) = (new Literal(x, true), new Literal(y, true));
        return Implication.Holds(left, right) ? x
            : Implication.Holds(right, left) ? y
            : Implication.Holds(left, right.Opposite) || Implication.Holds(right, left.Opposite) ? pool.False
            : null;
    }

    // What y still says beside x.
    private static Node? Reduced(TermPool pool, Node x, Node y)
    {
        var both = y.Operation == Operation.Negation ? y.A! : y;
        if (both.Operation != Operation.Both)
        {
            return null;
        }

        var known = new Literal(x, true);
        var rest = Implication.Holds(known, new Literal(both.A!, true)) ? both.B!
            : Implication.Holds(known, new Literal(both.B!, true)) ? both.A!
            : null;
        return rest is null ? null : pool.Both(x, ReferenceEquals(both, y) ? rest : pool.Negate(rest));
    }
}
