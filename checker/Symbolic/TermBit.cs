// Truth values that stand for both at once: the second instance of the algebra, beside Truth.

using Verify.Bits;

namespace Verify.Symbolic;

/// <summary>A truth value as a term.</summary>
/// <remarks>The default is false. Two terms are equal values when they are the same term, which says nothing of what they evaluate to.</remarks>
public readonly record struct TermBit : IBit<TermBit>
{
    internal TermBit(Node node) => Node = node.IsConstant && node.Value == 0 ? null : node;

    /// <summary>The term's node; none for false.</summary>
    internal Node? Node { get; }

    /// <summary>The value, where the term is a constant; else null.</summary>
    public bool? Known => Node is null ? false : Node.IsConstant ? true : null;

    /// <summary>The variable of this name, the same one each time.</summary>
    /// <exception cref="ArgumentException">The name is not one SMT-LIB can have, or it is a word's.</exception>
    /// <exception cref="InvalidOperationException">No <see cref="TermPool"/> is open.</exception>
    public static TermBit Variable(string name) => new(TermPool.Current.Variable(name, isWord: false));

    /// <summary>This term, which a printed formula shall define under <paramref name="name"/>. The first name stays; a constant takes none.</summary>
    /// <exception cref="ArgumentException">The name is not one SMT-LIB can have.</exception>
    public TermBit Named(string name)
    {
        SmtSymbol.Check(name);
        if (Node is { IsConstant: false, IsVariable: false })
        {
            Node.Label ??= name;
        }

        return this;
    }

    /// <inheritdoc/>
    public static TermBit Constant(bool value) => new(TermPool.Current.Constant(value));

    /// <inheritdoc/>
    public static TermBit operator &(TermBit left, TermBit right)
    {
        var pool = TermPool.Current;
        return new(pool.Both(pool.Bit(left.Node), pool.Bit(right.Node)));
    }

    /// <inheritdoc/>
    public static TermBit operator |(TermBit left, TermBit right)
    {
        var pool = TermPool.Current;
        return new(pool.Either(pool.Bit(left.Node), pool.Bit(right.Node)));
    }

    /// <inheritdoc/>
    public static TermBit operator ^(TermBit left, TermBit right)
    {
        var pool = TermPool.Current;
        return new(pool.OneOf(pool.Bit(left.Node), pool.Bit(right.Node)));
    }

    /// <inheritdoc/>
    public static TermBit operator !(TermBit bit)
    {
        var pool = TermPool.Current;
        return new(pool.Negate(pool.Bit(bit.Node)));
    }

    /// <summary>One level of the term, for debuggers; <see cref="Obligation.Text"/> prints formulas.</summary>
    public override string ToString() => Node?.ToString() ?? "false";
}
