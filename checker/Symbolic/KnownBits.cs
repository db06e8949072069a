// Which bits of a word are the same whatever the variables are. Masks are what entries are made of: this decides most field tests.

namespace Verify.Symbolic;

/// <summary>Known bits of an operation's result from those of its operands.</summary>
internal static class KnownBits
{
    /// <summary>The bits that are 0, and those that are 1, in every case; none for a truth value.</summary>
    public static (ulong Zeros, ulong Ones) Of(Operation operation, Node? a, Node? b, Node? c, ulong value) => operation switch
    {
        Operation.WordConstant => (~value, value),
        Operation.And => (a!.Zeros | b!.Zeros, a.Ones & b.Ones),
        Operation.Or => (a!.Zeros & b!.Zeros, a.Ones | b.Ones),
        Operation.Xor => ((a!.Zeros & b!.Zeros) | (a.Ones & b.Ones), (a.Zeros & b.Ones) | (a.Ones & b.Zeros)),
        Operation.Not => (a!.Ones, a.Zeros),
        Operation.ShiftLeft => ((a!.Zeros << (int)value) | ~(ulong.MaxValue << (int)value), a.Ones << (int)value),
        Operation.ShiftRight => ((a!.Zeros >> (int)value) | ~(ulong.MaxValue >> (int)value), a.Ones >> (int)value),
        Operation.If => (b!.Zeros & c!.Zeros, b.Ones & c.Ones),
        _ => (0, 0),
    };
}
