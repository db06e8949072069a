// Words that stand for all their values at once: the second instance of the algebra, beside Number.

using Verify.Bits;

namespace Verify.Symbolic;

/// <summary>A 64-bit word as a term. Functions written over the algebra build formulas when run on it.</summary>
/// <remarks>The default is the constant 0. Two terms are equal values when they are the same term, which says nothing of what they evaluate to.</remarks>
public readonly record struct TermWord : IWord<TermWord, TermBit>
{
    private TermWord(Node node) => Node = node.IsConstant && node.Value == 0 ? null : node;

    /// <summary>The term's node; none for 0.</summary>
    internal Node? Node { get; }

    /// <summary>The value, where the term is a constant; else null.</summary>
    public ulong? Known => Node is null ? 0 : Node.IsConstant ? Node.Value : null;

    /// <summary>The bits that are not known to be 0 in every case.</summary>
    public ulong Possible => Node is null ? 0 : ~Node.Zeros;

    /// <summary>The variable of this name, the same one each time. Dots separate what it belongs to: <c>from.w0</c>.</summary>
    /// <exception cref="ArgumentException">The name is not one SMT-LIB can have, or it is a truth value's.</exception>
    /// <exception cref="InvalidOperationException">No <see cref="TermPool"/> is open.</exception>
    public static TermWord Variable(string name) => new(TermPool.Current.Variable(name, isWord: true));

    /// <summary>An entry of variables <c>name.w0</c>, <c>name.w1</c>, …; words from <paramref name="words"/> on are 0.</summary>
    public static Entry<TermWord> Entry(string name, int words = Entry<TermWord>.Words)
    {
        var entry = default(Entry<TermWord>);
        for (var i = 0; i < words; i++)
        {
            entry[i] = Variable($"{name}.w{i}");
        }

        return entry;
    }

    /// <summary>This term, which a printed formula shall define under <paramref name="name"/>. The first name stays; a constant takes none.</summary>
    /// <exception cref="ArgumentException">The name is not one SMT-LIB can have.</exception>
    public TermWord Named(string name)
    {
        SmtSymbol.Check(name);
        if (Node is { IsConstant: false, IsVariable: false })
        {
            Node.Label ??= name;
        }

        return this;
    }

    /// <inheritdoc/>
    public static TermWord Constant(ulong value) => new(TermPool.Current.Constant(value));

    /// <inheritdoc/>
    public static TermWord operator &(TermWord left, TermWord right)
    {
        var pool = TermPool.Current;
        return new(pool.And(pool.Word(left.Node), pool.Word(right.Node)));
    }

    /// <inheritdoc/>
    public static TermWord operator |(TermWord left, TermWord right)
    {
        var pool = TermPool.Current;
        return new(pool.Or(pool.Word(left.Node), pool.Word(right.Node)));
    }

    /// <inheritdoc/>
    public static TermWord operator ^(TermWord left, TermWord right)
    {
        var pool = TermPool.Current;
        return new(pool.Xor(pool.Word(left.Node), pool.Word(right.Node)));
    }

    /// <inheritdoc/>
    public static TermWord operator ~(TermWord word)
    {
        var pool = TermPool.Current;
        return new(pool.Not(pool.Word(word.Node)));
    }

    /// <inheritdoc/>
    public static TermWord operator <<(TermWord word, int count)
    {
        var pool = TermPool.Current;
        return new(pool.ShiftLeft(pool.Word(word.Node), Checked(count)));
    }

    /// <inheritdoc/>
    public static TermWord operator >>>(TermWord word, int count)
    {
        var pool = TermPool.Current;
        return new(pool.ShiftRight(pool.Word(word.Node), Checked(count)));
    }

    /// <inheritdoc/>
    public static TermBit Same(TermWord left, TermWord right)
    {
        var pool = TermPool.Current;
        return new(pool.Same(pool.Word(left.Node), pool.Word(right.Node)));
    }

    /// <inheritdoc/>
    public static TermBit Below(TermWord left, TermWord right)
    {
        var pool = TermPool.Current;
        return new(pool.Below(pool.Word(left.Node), pool.Word(right.Node)));
    }

    /// <inheritdoc/>
    public static TermWord If(TermBit condition, TermWord then, TermWord otherwise)
    {
        var pool = TermPool.Current;
        return new(pool.If(pool.Bit(condition.Node), pool.Word(then.Node), pool.Word(otherwise.Node)));
    }

    /// <summary>One level of the term, for debuggers; <see cref="Obligation.Text"/> prints formulas.</summary>
    public override string ToString() => Node?.ToString() ?? "0x0";

    private static int Checked(int count) =>
        count is >= 0 and < 64 ? count : throw new ArgumentOutOfRangeException(nameof(count), count, "a shift goes by 0 to 63");
}
