// A truth value made ready to be evaluated many times: its graph as one array in which operands come before what uses them, so that an
// evaluation is one pass without look-ups.

namespace Verify.Symbolic;

/// <summary>Evaluates one truth value, again and again. Not for several threads at once.</summary>
internal sealed class CompiledTerm
{
    private readonly Instruction[] instructions;
    private readonly ulong[] values;
    private readonly int result;

    /// <summary>Prepares <paramref name="term"/> for values of <paramref name="variables"/>, which name all variables in it and may name more.</summary>
    public CompiledTerm(TermBit term, IReadOnlyList<string> variables)
    {
        var nodes = term.Node is null ? [] : Reach.From(term.Node);
        var places = new Dictionary<Node, int>();
        var inputs = variables.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal);
        instructions = new Instruction[nodes.Count];
        values = new ulong[nodes.Count];
        for (var i = 0; i < nodes.Count; i++)
        {
            var node = nodes[i];
            places.Add(node, i);
            instructions[i] = new Instruction(
                node.Operation,
                node.IsVariable ? inputs[node.Name!] : Place(node.A, places),
                Place(node.B, places),
                Place(node.C, places),
                node.Value);
        }

        result = nodes.Count - 1;
    }

    /// <summary>The value under <paramref name="inputs"/>, in the order of the variables; truth values are 0 or 1.</summary>
    public bool Evaluate(ReadOnlySpan<ulong> inputs)
    {
        var all = values.AsSpan();
        for (var i = 0; i < instructions.Length; i++)
        {
            ref readonly var next = ref instructions[i];
            all[i] = next.Operation switch
            {
                Operation.WordVariable or Operation.BitVariable => inputs[next.A],
                Operation.WordConstant or Operation.BitConstant => next.Value,
                Operation.And or Operation.Both => all[next.A] & all[next.B],
                Operation.Or => all[next.A] | all[next.B],
                Operation.Xor or Operation.OneOf => all[next.A] ^ all[next.B],
                Operation.Not => ~all[next.A],
                Operation.Negation => all[next.A] ^ 1,
                Operation.ShiftLeft => all[next.A] << (int)next.Value,
                Operation.ShiftRight => all[next.A] >> (int)next.Value,
                Operation.If => all[next.A] != 0 ? all[next.B] : all[next.C],
                Operation.Same => all[next.A] == all[next.B] ? 1UL : 0,
                Operation.Below => all[next.A] < all[next.B] ? 1UL : 0,
                _ => throw new InvalidOperationException($"{next.Operation} has no value"),
            };
        }

        return result >= 0 && all[result] != 0;
    }

    private static int Place(Node? operand, Dictionary<Node, int> places) => operand is null ? -1 : places[operand];

    private readonly record struct Instruction(Operation Operation, int A, int B, int C, ulong Value);
}
