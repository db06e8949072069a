// The algebra on numbers: what the explorer executes. Structs around ulong and bool, so the JIT leaves nothing of them.

using System.Runtime.CompilerServices;

namespace Verify.Bits;

/// <summary>A truth value that is known.</summary>
public readonly record struct Truth(bool Value) : IBit<Truth>
{
    /// <inheritdoc/>
    public static Truth Constant(bool value) => new(value);

    /// <inheritdoc/>
    public static Truth operator &(Truth left, Truth right) => new(left.Value & right.Value);

    /// <inheritdoc/>
    public static Truth operator |(Truth left, Truth right) => new(left.Value | right.Value);

    /// <inheritdoc/>
    public static Truth operator ^(Truth left, Truth right) => new(left.Value ^ right.Value);

    /// <inheritdoc/>
    public static Truth operator !(Truth bit) => new(!bit.Value);
}

/// <summary>A 64-bit word that is known.</summary>
public readonly record struct Number(ulong Value) : IWord<Number, Truth>
{
    /// <inheritdoc/>
    public static Number Constant(ulong value) => new(value);

    /// <inheritdoc/>
    public static Number operator &(Number left, Number right) => new(left.Value & right.Value);

    /// <inheritdoc/>
    public static Number operator |(Number left, Number right) => new(left.Value | right.Value);

    /// <inheritdoc/>
    public static Number operator ^(Number left, Number right) => new(left.Value ^ right.Value);

    /// <inheritdoc/>
    public static Number operator ~(Number word) => new(~word.Value);

    /// <inheritdoc/>
    public static Number operator <<(Number word, int count) => new(word.Value << count);

    /// <inheritdoc/>
    public static Number operator >>>(Number word, int count) => new(word.Value >> count);

    /// <inheritdoc/>
    public static Truth Same(Number left, Number right) => new(left.Value == right.Value);

    /// <inheritdoc/>
    public static Truth Below(Number left, Number right) => new(left.Value < right.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Number If(Truth condition, Number then, Number otherwise) => condition.Value ? then : otherwise;

    /// <summary>The word as hexadecimal with prefix, as traces print it.</summary>
    public override string ToString() => $"0x{Value:x}";
}
