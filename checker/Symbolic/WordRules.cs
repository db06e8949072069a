// Building words, simplified. A rule looks one level into its operands, so building costs a small constant per operation; what a rule
// rewrites to is built by the same functions, nested to a fixed depth at most.

namespace Verify.Symbolic;

/// <summary>The operations that give words.</summary>
internal static class WordRules
{
    public static Node And(this TermPool pool, Node x, Node y) => Build(pool, Operation.And, x, y);

    public static Node Or(this TermPool pool, Node x, Node y) => Build(pool, Operation.Or, x, y);

    public static Node Xor(this TermPool pool, Node x, Node y) => Build(pool, Operation.Xor, x, y);

    public static Node Not(this TermPool pool, Node x) =>
        !pool.Simplifies ? pool.Make(Operation.Not, x)
            : x.Operation == Operation.Not ? x.A!
            : x.ChoosesConstants ? pool.If(x.A!, pool.Constant(~x.B!.Value), pool.Constant(~x.C!.Value))
            : pool.Make(Operation.Not, x);

    private static Node Build(TermPool pool, Operation operation, Node x, Node y)
    {
        // Constants last, else the older operand first: equal terms become one node.
        if (x.IsConstant || (!y.IsConstant && y.Id < x.Id))
        {
            (x, y) = (y, x);
        }

        return Rewrite(pool, operation, x, y) ?? pool.Make(operation, x, y);
    }

    private static Node? Rewrite(TermPool pool, Operation operation, Node x, Node y)
    {
        if (!pool.Enter())
        {
            return null;
        }

        var node = operation switch
        {
            Operation.And => AndRules(pool, x, y),
            Operation.Or => OrRules(pool, x, y),
            _ => XorRules(pool, x, y),
        };
        node ??= x.IsConstant ? null : IntoChoice(pool, operation, x, y);
        pool.Leave();
        return node;
    }

    private static Node? AndRules(TermPool pool, Node x, Node y)
    {
        // Every bit that x can have, y has: also x & x, 0 & x and x & ~0.
        if (ReferenceEquals(x, y) || (x.Possible & ~y.Ones) == 0)
        {
            return x;
        }

        if ((y.Possible & ~x.Ones) == 0)
        {
            return y;
        }

        return x.Opposes(y) ? pool.Zero
            : y.Operation == Operation.And && y.Has(x) ? y
            : x.Operation == Operation.And && x.Has(y) ? x
            : y.Operation == Operation.Or && y.Has(x) ? x
            : x.Operation == Operation.Or && x.Has(y) ? y
            : y.IsConstant ? MaskRules(pool, x, y)
            : null;
    }

    // x & mask.
    private static Node? MaskRules(TermPool pool, Node x, Node mask)
    {
        var bits = mask.Value & x.Possible;
        if (bits != mask.Value)
        {
            return pool.And(x, pool.Constant(bits));
        }

        switch (x.Operation)
        {
            case Operation.And when x.B!.IsConstant:
                return pool.And(x.A!, pool.Constant(bits & x.B.Value));
            // Masks move inside of shifts, so that field tests by mask and by shift are one term.
            case Operation.ShiftLeft:
                return pool.ShiftLeft(pool.And(x.A!, pool.Constant(bits >> (int)x.Value)), (int)x.Value);
            case Operation.ShiftRight:
                return pool.ShiftRight(pool.And(x.A!, pool.Constant(bits << (int)x.Value)), (int)x.Value);
            case Operation.Or or Operation.Xor when (x.A!.Possible & bits) == 0:
                return pool.And(x.B!, mask);
            case Operation.Or or Operation.Xor when (x.B!.Possible & bits) == 0:
                return pool.And(x.A!, mask);
            default:
                return null;
        }
    }

    private static Node? OrRules(TermPool pool, Node x, Node y)
    {
        if (ReferenceEquals(x, y) || (y.Possible & ~x.Ones) == 0)
        {
            return x;
        }

        if ((x.Possible & ~y.Ones) == 0)
        {
            return y;
        }

        return x.Opposes(y) ? pool.Ones
            : y.Operation == Operation.Or && y.Has(x) ? y
            : x.Operation == Operation.Or && x.Has(y) ? x
            : y.Operation == Operation.And && y.Has(x) ? x
            : x.Operation == Operation.And && x.Has(y) ? y
            : OrMaskRules(pool, x, y);
    }

    private static Node? OrMaskRules(TermPool pool, Node x, Node y)
    {
        var masked = x.Operation == Operation.And && x.B!.IsConstant;
        if (y.IsConstant)
        {
            // Bits that are set anyway need not be looked at.
            return x.Operation == Operation.Or && x.B!.IsConstant ? pool.Or(x.A!, pool.Constant(x.B.Value | y.Value))
                : masked && (x.B!.Value & y.Value) != 0 ? pool.Or(pool.And(x.A!, pool.Constant(x.B.Value & ~y.Value)), y)
                : null;
        }

        // Parts of one word.
        if (masked && y.Operation == Operation.And && y.B!.IsConstant && ReferenceEquals(x.A, y.A))
        {
            return pool.And(x.A!, pool.Constant(x.B!.Value | y.B.Value));
        }

        return null;
    }

    private static Node? XorRules(TermPool pool, Node x, Node y)
    {
        if (ReferenceEquals(x, y))
        {
            return pool.Zero;
        }

        if (y.IsConstant && (y.Value == 0 || ~y.Value == 0))
        {
            return y.Value == 0 ? x : pool.Not(x);
        }

        if (y.IsConstant && x.Operation == Operation.Xor && x.B!.IsConstant)
        {
            return pool.Xor(x.A!, pool.Constant(x.B.Value ^ y.Value));
        }

        return y.Operation == Operation.Xor && y.Has(x) ? y.Other(x)
            : x.Operation == Operation.Xor && x.Has(y) ? x.Other(y)
            : x.Operation == Operation.Not ? pool.Not(pool.Xor(x.A!, y))
            : y.Operation == Operation.Not ? pool.Not(pool.Xor(x, y.A!))
            : null;
    }

    // An operation moves into a choice when that costs nothing: an outcome and the other operand are constants, or both operands choose
    // between constants on the same condition.
    private static Node? IntoChoice(TermPool pool, Operation operation, Node x, Node y)
    {
        if (x.ChoosesConstants && y.ChoosesConstants && ReferenceEquals(x.A, y.A))
        {
            return pool.If(x.A!, Build(pool, operation, x.B!, y.B!), Build(pool, operation, x.C!, y.C!));
        }

        return y.IsConstant && x.Operation == Operation.If && (x.B!.IsConstant || x.C!.IsConstant)
            ? pool.If(x.A!, Build(pool, operation, x.B!, y), Build(pool, operation, x.C!, y))
            : null;
    }
}
