// Building shifts, simplified.

namespace Verify.Symbolic;

/// <summary>Shifts by constants.</summary>
internal static class ShiftRules
{
    public static Node ShiftLeft(this TermPool pool, Node x, int count) => Build(pool, Operation.ShiftLeft, x, count);

    public static Node ShiftRight(this TermPool pool, Node x, int count) => Build(pool, Operation.ShiftRight, x, count);

    private static Node Build(TermPool pool, Operation operation, Node x, int count)
    {
        if (!pool.Enter())
        {
            return pool.Make(operation, x, value: (ulong)count);
        }

        var node = Rewrite(pool, operation, x, count);
        pool.Leave();
        return node ?? pool.Make(operation, x, value: (ulong)count);
    }

    private static Node? Rewrite(TermPool pool, Operation operation, Node x, int count)
    {
        if (count == 0)
        {
            return x;
        }

        if (x.Operation == operation)
        {
            var sum = count + (int)x.Value;
            return sum > 63 ? pool.Zero : Build(pool, operation, x.A!, sum);
        }

        // There and back again: only the bits that fell out are missing.
        if (x.Operation is Operation.ShiftLeft or Operation.ShiftRight && x.Value == (ulong)count)
        {
            return pool.And(x.A!, pool.Constant(Shifted(operation, ulong.MaxValue, count)));
        }

        return x.ChoosesConstants
            ? pool.If(x.A!, pool.Constant(Shifted(operation, x.B!.Value, count)), pool.Constant(Shifted(operation, x.C!.Value, count)))
            : null;
    }

    private static ulong Shifted(Operation operation, ulong word, int count) =>
        operation == Operation.ShiftLeft ? word << count : word >> count;
}
