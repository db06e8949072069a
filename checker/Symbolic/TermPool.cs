// Where terms live. The algebra's operations are static and know no context, so the pool they build in is ambient: opened for a block, on one
// thread. Equal terms are one node, which makes formulas small and comparison free.

using System.Runtime.CompilerServices;

namespace Verify.Symbolic;

/// <summary>The pool that terms are built in, between <see cref="Open"/> and <see cref="Dispose"/>, on the thread that opened it.</summary>
/// <remarks>
/// Terms outlive their pool (they can be printed, evaluated and proved), but no operation takes terms of a pool that is not open. Use a pool
/// per formula: the printed text depends on everything that was built before in the same pool.
/// </remarks>
public sealed class TermPool : IDisposable
{
    // Rewriting inside of rewriting: deep enough for what rules make of field tests, and far from the end of the stack.
    private const int MostNested = 32;

    [ThreadStatic]
    private static TermPool? current;

    private readonly Dictionary<Shape, Node> nodes = [];
    private readonly Dictionary<string, Node> variables = [];

    private int nesting;
    private bool isClosed;

    private TermPool()
    {
        Zero = Constant(0);
        Ones = Constant(ulong.MaxValue);
        False = Make(Operation.BitConstant);
        True = Make(Operation.BitConstant, value: 1);
    }

    /// <summary>Number of different nodes built so far, those that simplification left behind included.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Whether operations simplify, as they always do but in tests, which compare what they build with the plain form.
    /// </summary>
    internal bool Simplifies { get; set; } = true;

    internal Node Zero { get; }

    internal Node Ones { get; }

    internal Node False { get; }

    internal Node True { get; }

    /// <summary>The pool that is open on this thread.</summary>
    /// <exception cref="InvalidOperationException">None is open.</exception>
    internal static TermPool Current =>
        current ?? throw new InvalidOperationException("no TermPool is open on this thread: build terms inside using (TermPool.Open())");

    /// <summary>Opens a pool on this thread, until it is disposed.</summary>
    /// <exception cref="InvalidOperationException">One is open already.</exception>
    public static TermPool Open()
    {
        if (current is not null)
        {
            throw new InvalidOperationException("a TermPool is open on this thread already: dispose it before another is opened");
        }

        current = new TermPool();
        return current;
    }

    /// <summary>Closes the pool. Doing so again changes nothing.</summary>
    /// <exception cref="InvalidOperationException">It is open on another thread.</exception>
    public void Dispose()
    {
        if (isClosed)
        {
            return;
        }

        if (!ReferenceEquals(current, this))
        {
            throw new InvalidOperationException("a TermPool is disposed on another thread than the one that opened it");
        }

        isClosed = true;
        current = null;
    }

    /// <summary>The node of a word; no node stands for 0.</summary>
    internal Node Word(Node? node) => node is null ? Zero : Mine(node);

    /// <summary>The node of a truth value; no node stands for false.</summary>
    internal Node Bit(Node? node) => node is null ? False : Mine(node);

    internal Node Constant(ulong value) => Make(Operation.WordConstant, value: value);

    internal Node Constant(bool value) => value ? True : False;

    /// <summary>The variable of a name; the same one each time.</summary>
    /// <exception cref="ArgumentException">The name is of another kind already, or SMT-LIB cannot have it.</exception>
    internal Node Variable(string name, bool isWord)
    {
        var operation = isWord ? Operation.WordVariable : Operation.BitVariable;
        if (variables.TryGetValue(name, out var known))
        {
            return known.Operation == operation ? known : throw new ArgumentException($"{name} is both a word and a truth value");
        }

        SmtSymbol.Check(name);
        var variable = new Node { Pool = this, Id = ++Count, Operation = operation, Name = name };
        variables.Add(name, variable);
        return variable;
    }

    /// <summary>The node of an operation on nodes, as it is; a word all of whose bits are known is a constant.</summary>
    internal Node Make(Operation operation, Node? a = null, Node? b = null, Node? c = null, ulong value = 0)
    {
        var shape = new Shape(operation, a, b, c, value);
        if (nodes.TryGetValue(shape, out var known))
        {
            return known;
        }

        var (zeros, ones) = KnownBits.Of(operation, a, b, c, value);
        if ((zeros | ones) == ulong.MaxValue && operation is > Operation.WordConstant and < Operation.BitConstant && Simplifies)
        {
            return Constant(ones);
        }

        var node = new Node
        {
            Pool = this,
            Id = ++Count,
            Operation = operation,
            A = a,
            B = b,
            C = c,
            Value = value,
            Zeros = zeros,
            Ones = ones,
        };
        nodes.Add(shape, node);
        return node;
    }

    /// <summary>
    /// Begins to rewrite, to be followed by <see cref="Leave"/>. False where nothing is simplified: rules are at work inside each other to
    /// the greatest depth, which keeps the stack small whatever the term.
    /// </summary>
    internal bool Enter()
    {
        if (!Simplifies || nesting >= MostNested)
        {
            return false;
        }

        nesting++;
        return true;
    }

    /// <summary>Ends rewriting.</summary>
    internal void Leave() => nesting--;

    private Node Mine(Node node) => ReferenceEquals(node.Pool, this) ? node
        : throw new InvalidOperationException($"a term of another TermPool was used: {node}");

    private readonly struct Shape(Operation operation, Node? a, Node? b, Node? c, ulong value) : IEquatable<Shape>
    {
        private readonly Operation operation = operation;
        private readonly Node? a = a;
        private readonly Node? b = b;
        private readonly Node? c = c;
        private readonly ulong value = value;

        public bool Equals(Shape other) => operation == other.operation && value == other.value
            && ReferenceEquals(a, other.a) && ReferenceEquals(b, other.b) && ReferenceEquals(c, other.c);

        public override bool Equals(object? other) => other is Shape shape && Equals(shape);

        public override int GetHashCode() =>
            HashCode.Combine((int)operation, Id(a), Id(b), Id(c), value);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static int Id(Node? node) => node is null ? 0 : node.Id;
    }
}
