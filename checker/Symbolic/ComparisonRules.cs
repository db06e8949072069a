// Building comparisons of words, simplified. A test of a field becomes a test of the masked word, however it was written.

using System.Numerics;

namespace Verify.Symbolic;

/// <summary>The operations that lead from words to truth values.</summary>
internal static class ComparisonRules
{
    /// <summary>All bits agree.</summary>
    public static Node Same(this TermPool pool, Node x, Node y)
    {
        if (x.IsConstant || (!y.IsConstant && y.Id < x.Id))
        {
            (x, y) = (y, x);
        }

        if (!pool.Enter())
        {
            return pool.Make(Operation.Same, x, y);
        }

        var node = ReferenceEquals(x, y) ? pool.True
            : ((x.Ones & y.Zeros) | (x.Zeros & y.Ones)) != 0 ? pool.False
            : y.IsConstant ? IsConstant(pool, x, y.Value)
            : Choices(pool, x, y) ?? Choices(pool, y, x) ?? Complements(pool, x, y);
        pool.Leave();
        return node ?? pool.Make(Operation.Same, x, y);
    }

    /// <summary>Less than, unsigned.</summary>
    public static Node Below(this TermPool pool, Node x, Node y)
    {
        if (!pool.Simplifies)
        {
            return pool.Make(Operation.Below, x, y);
        }

        // The known bits bound a word: its ones from below, what it can have from above.
        return ReferenceEquals(x, y) || x.Ones >= y.Possible ? pool.False
            : x.Possible < y.Ones ? pool.True
            : x.IsConstant && x.Value == 0 ? pool.Negate(pool.Same(y, x))
            : y.IsConstant && y.Value == 1 ? pool.Same(x, pool.Zero)
            : pool.Make(Operation.Below, x, y);
    }

    private static Node? IsConstant(TermPool pool, Node x, ulong value)
    {
        var unknown = x.Possible & ~x.Ones;
        // A single bit that is not 1 is 0: of the two tests only one is made.
        if (BitOperations.IsPow2(unknown) && value != x.Ones)
        {
            return pool.Negate(pool.Same(x, pool.Constant(x.Ones)));
        }

        switch (x.Operation)
        {
            case Operation.Not:
                return pool.Same(x.A!, pool.Constant(~value));
            case Operation.Xor when x.B!.IsConstant:
                return pool.Same(x.A!, pool.Constant(x.B.Value ^ value));
            case Operation.Xor when value == 0:
                return pool.Same(x.A!, x.B!);
            case Operation.Or when x.B!.IsConstant:
                return pool.Same(pool.And(x.A!, pool.Constant(~x.B.Value)), pool.Constant(value & ~x.B.Value));
            // What would fall out was compared with the known zeros already.
            case Operation.ShiftLeft:
                return pool.Same(pool.And(x.A!, pool.Constant(ulong.MaxValue >> (int)x.Value)), pool.Constant(value >> (int)x.Value));
            case Operation.ShiftRight:
                return pool.Same(pool.And(x.A!, pool.Constant(ulong.MaxValue << (int)x.Value)), pool.Constant(value << (int)x.Value));
            case Operation.If when x.B!.IsConstant:
                return x.B.Value == value
                    ? pool.Either(x.A!, pool.Same(x.C!, pool.Constant(value)))
                    : pool.Both(pool.Negate(x.A!), pool.Same(x.C!, pool.Constant(value)));
            case Operation.If when x.C!.IsConstant:
                return x.C.Value == value
                    ? pool.Either(pool.Negate(x.A!), pool.Same(x.B!, pool.Constant(value)))
                    : pool.Both(x.A!, pool.Same(x.B!, pool.Constant(value)));
            default:
                return null;
        }
    }

    // A choice compared with one of its outcomes, or with a choice on the same condition that has an outcome in common with it.
    private static Node? Choices(TermPool pool, Node x, Node y)
    {
        if (x.Operation != Operation.If)
        {
            return null;
        }

        var (then, otherwise) = y.Operation == Operation.If && ReferenceEquals(x.A, y.A) ? (y.B!, y.C!) : (y, y);
        return ReferenceEquals(x.B, then) ? pool.Either(x.A!, pool.Same(x.C!, otherwise))
            : ReferenceEquals(x.C, otherwise) ? pool.Either(pool.Negate(x.A!), pool.Same(x.B!, then))
            : null;
    }

    private static Node? Complements(TermPool pool, Node x, Node y) =>
        x.Opposes(y) ? pool.False
            : x.Operation == Operation.Not && y.Operation == Operation.Not ? pool.Same(x.A!, y.A!)
            : null;
}
