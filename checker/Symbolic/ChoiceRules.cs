// Building choices between words, simplified.

namespace Verify.Symbolic;

/// <summary>The choice.</summary>
internal static class ChoiceRules
{
    /// <summary><paramref name="then"/> where <paramref name="condition"/> holds, else <paramref name="otherwise"/>.</summary>
    public static Node If(this TermPool pool, Node condition, Node then, Node otherwise)
    {
        if (!pool.Enter())
        {
            return pool.Make(Operation.If, condition, then, otherwise);
        }

        var node = Rewrite(pool, condition, then, otherwise);
        pool.Leave();
        return node;
    }

    private static Node Rewrite(TermPool pool, Node condition, Node then, Node otherwise)
    {
        if (condition.Operation == Operation.Negation)
        {
            (condition, then, otherwise) = (condition.A!, otherwise, then);
        }

        if (condition.IsConstant)
        {
            return condition.Value != 0 ? then : otherwise;
        }

        then = Decided(then, new Literal(condition, true));
        otherwise = Decided(otherwise, new Literal(condition, false));
        if (ReferenceEquals(then, otherwise))
        {
            return then;
        }

        // Two choices with an outcome in common are one.
        if (otherwise.Operation == Operation.If)
        {
            if (ReferenceEquals(otherwise.B, then))
            {
                return pool.If(pool.Either(condition, otherwise.A!), then, otherwise.C!);
            }

            if (ReferenceEquals(otherwise.C, then))
            {
                return pool.If(pool.Either(condition, pool.Negate(otherwise.A!)), then, otherwise.B!);
            }
        }

        if (then.Operation == Operation.If)
        {
            if (ReferenceEquals(then.C, otherwise))
            {
                return pool.If(pool.Both(condition, then.A!), then.B!, otherwise);
            }

            if (ReferenceEquals(then.B, otherwise))
            {
                return pool.If(pool.Both(condition, pool.Negate(then.A!)), then.C!, otherwise);
            }
        }

        return pool.Make(Operation.If, condition, then, otherwise);
    }

    // What is left of an outcome once the condition under which it is taken is known.
    private static Node Decided(Node outcome, Literal known)
    {
        while (outcome.Operation == Operation.If)
        {
            if (Implication.Holds(known, new Literal(outcome.A!, true)))
            {
                outcome = outcome.B!;
            }
            else if (Implication.Holds(known, new Literal(outcome.A!, false)))
            {
                outcome = outcome.C!;
            }
            else
            {
                break;
            }
        }

        return outcome;
    }
}
