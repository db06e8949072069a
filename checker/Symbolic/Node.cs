// A node of the term graph. Terms are acyclic graphs: a node exists once per pool and is older than every node that uses it.

namespace Verify.Symbolic;

/// <summary>What a node is.</summary>
internal enum Operation : byte
{
    /// <summary>A constant word.</summary>
    WordConstant,

    /// <summary>A named word.</summary>
    WordVariable,

    /// <summary>Bitwise and of A and B.</summary>
    And,

    /// <summary>Bitwise or of A and B.</summary>
    Or,

    /// <summary>Bitwise exclusive or of A and B.</summary>
    Xor,

    /// <summary>Bitwise complement of A.</summary>
    Not,

    /// <summary>A shifted towards the high end by Value.</summary>
    ShiftLeft,

    /// <summary>A shifted towards the low end by Value.</summary>
    ShiftRight,

    /// <summary>B where the truth value A holds, else C.</summary>
    If,

    /// <summary>A constant truth value: Value is 0 or 1.</summary>
    BitConstant,

    /// <summary>A named truth value.</summary>
    BitVariable,

    /// <summary>Both A and B. There is no disjunction: it is the negation of a conjunction of negations.</summary>
    Both,

    /// <summary>Exactly one of A and B.</summary>
    OneOf,

    /// <summary>Not A.</summary>
    Negation,

    /// <summary>The words A and B agree.</summary>
    Same,

    /// <summary>The word A is less than the word B, unsigned.</summary>
    Below,
}

/// <summary>A node, immutable but for its label.</summary>
internal sealed class Node
{
    /// <summary>The pool it lives in.</summary>
    public required TermPool Pool { get; init; }

    /// <summary>Its number in the pool, from 1 in order of creation.</summary>
    public required int Id { get; init; }

    /// <summary>What it is.</summary>
    public required Operation Operation { get; init; }

    /// <summary>First operand.</summary>
    public Node? A { get; init; }

    /// <summary>Second operand. A constant operand of a commutative operation is this one.</summary>
    public Node? B { get; init; }

    /// <summary>Third operand.</summary>
    public Node? C { get; init; }

    /// <summary>The constant, or how far a shift goes.</summary>
    public ulong Value { get; init; }

    /// <summary>A variable's name.</summary>
    public string? Name { get; init; }

    /// <summary>Bits of a word that are 0 whatever the variables are.</summary>
    public ulong Zeros { get; init; }

    /// <summary>Bits of a word that are 1 whatever the variables are.</summary>
    public ulong Ones { get; init; }

    /// <summary>How a printed formula should call it, where somebody said so.</summary>
    public string? Label { get; set; }

    /// <summary>Whether it is a word; else it is a truth value.</summary>
    public bool IsWord => Operation < Operation.BitConstant;

    /// <summary>Whether it is a constant of either kind.</summary>
    public bool IsConstant => Operation is Operation.WordConstant or Operation.BitConstant;

    /// <summary>Whether it is a variable of either kind.</summary>
    public bool IsVariable => Operation is Operation.WordVariable or Operation.BitVariable;

    /// <summary>Whether both outcomes of a choice between words are constants.</summary>
    public bool ChoosesConstants => Operation == Operation.If && B!.IsConstant && C!.IsConstant;

    /// <summary>Bits of a word that can be 1.</summary>
    public ulong Possible => ~Zeros;

    /// <summary>Whether <paramref name="node"/> is one of the two first operands.</summary>
    public bool Has(Node node) => ReferenceEquals(A, node) || ReferenceEquals(B, node);

    /// <summary>Whether this is the complement or negation of <paramref name="node"/>, as far as that shows at once.</summary>
    public bool Opposes(Node node) =>
        (Operation is Operation.Not or Operation.Negation && ReferenceEquals(A, node))
        || (node.Operation is Operation.Not or Operation.Negation && ReferenceEquals(node.A, this));

    /// <summary>The operand that is not <paramref name="node"/>.</summary>
    public Node Other(Node node) => ReferenceEquals(A, node) ? B! : A!;

    /// <summary>One level of the term, for debuggers.</summary>
    public override string ToString() => Operation switch
    {
        Operation.WordConstant => $"0x{Value:x}",
        Operation.BitConstant => Value != 0 ? "true" : "false",
        Operation.WordVariable or Operation.BitVariable => Name!,
        Operation.ShiftLeft or Operation.ShiftRight => $"#{Id} = {Operation} #{A!.Id} {Value}",
        _ => $"#{Id} = {Operation}{Say(A)}{Say(B)}{Say(C)}",
    };

    private static string Say(Node? operand) =>
        operand is null ? "" : operand.IsConstant || operand.IsVariable ? $" {operand}" : $" #{operand.Id}";
}
