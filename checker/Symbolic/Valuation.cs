// The values of terms under an assignment: what makes a solver's model something to check rather than to believe.

namespace Verify.Symbolic;

/// <summary>Evaluates terms under one assignment. What is evaluated once is remembered, so many terms cost no more than their common graph.</summary>
public sealed class Valuation
{
    private readonly Assignment assignment;
    private readonly Dictionary<Node, ulong> values = [];
    private readonly Stack<Node> pending = [];

    /// <summary>Evaluates under <paramref name="assignment"/>, which must not change from now on.</summary>
    public Valuation(Assignment assignment) => this.assignment = assignment;

    /// <summary>The value of a word.</summary>
    public ulong Of(TermWord word) => word.Node is null ? 0 : Of(word.Node);

    /// <summary>The value of a truth value.</summary>
    public bool Of(TermBit bit) => bit.Node is not null && Of(bit.Node) != 0;

    private ulong Of(Node root)
    {
        // A node stays on the stack until its operands have values: no recursion, for a term can be deeper than the stack.
        pending.Push(root);
        while (pending.TryPeek(out var node))
        {
            if (values.ContainsKey(node))
            {
                pending.Pop();
            }
            else if (Ready(node.A) & Ready(node.B) & Ready(node.C))
            {
                values.Add(node, Apply(node));
            }
        }

        return values[root];
    }

    private bool Ready(Node? operand)
    {
        if (operand is null || values.ContainsKey(operand))
        {
            return true;
        }

        pending.Push(operand);
        return false;
    }

    private ulong Apply(Node node)
    {
        if (node.IsVariable)
        {
            return node.IsWord ? assignment.Word(node.Name!) : Truth(assignment.Bit(node.Name!));
        }

        if (node.IsConstant)
        {
            return node.Value;
        }

        var a = values[node.A!];
        var b = node.B is null ? 0 : values[node.B];
        return node.Operation switch
        {
            Operation.And or Operation.Both => a & b,
            Operation.Or => a | b,
            Operation.Xor or Operation.OneOf => a ^ b,
            Operation.Not => ~a,
            Operation.Negation => a ^ 1,
            Operation.ShiftLeft => a << (int)node.Value,
            Operation.ShiftRight => a >> (int)node.Value,
            Operation.If => a != 0 ? b : values[node.C!],
            Operation.Same => Truth(a == b),
            Operation.Below => Truth(a < b),
            _ => throw new InvalidOperationException($"{node.Operation} has no value"),
        };
    }

    private static ulong Truth(bool value) => value ? 1UL : 0;
}
