// A term as SMT-LIB 2: variables, then a definition for whatever is used more than once or deep inside, then the assertion. Operands come before
// what uses them, so one pass over the nodes prints any term, however deep.

using System.Globalization;
using System.Text;

namespace Verify.Symbolic;

/// <summary>Prints one formula. The same term, built in the same order, gives the same bytes.</summary>
internal sealed class SmtPrinter
{
    // Deeper expressions, and longer ones, are easier to read in parts.
    private const int Deepest = 6;
    private const int Longest = 100;

    private readonly StringBuilder definitions = new();
    private readonly Dictionary<Node, Printed> printed = [];
    private readonly Dictionary<Node, int> uses = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private int count;

    private SmtPrinter()
    {
    }

    /// <summary>Declares <paramref name="variables"/> and asserts <paramref name="root"/>.</summary>
    public static string Print(Node root, IReadOnlyList<Node> variables)
    {
        var printer = new SmtPrinter();
        foreach (var variable in variables)
        {
            printer.names.Add(variable.Name!);
            printer.definitions.Append(CultureInfo.InvariantCulture, $"(declare-const {variable.Name} {Sort(variable)})\n");
        }

        var nodes = Reach.From(root);
        nodes.ForEach(printer.CountUses);
        foreach (var node in nodes)
        {
            printer.printed.Add(node, printer.Print(node));
        }

        return printer.definitions.Append(CultureInfo.InvariantCulture, $"(assert {printer.printed[root].Text})\n").ToString();
    }

    private static string Sort(Node node) => node.IsWord ? "(_ BitVec 64)" : "Bool";

    private static string Hex(ulong value) => $"#x{value:x16}";

    private void CountUses(Node node)
    {
        foreach (var operand in new[] { node.A, node.B, node.C })
        {
            if (operand is not null)
            {
                uses[operand] = uses.GetValueOrDefault(operand) + 1;
            }
        }
    }

    private Printed Print(Node node)
    {
        if (node.IsVariable || node.IsConstant)
        {
            var leaf = node.IsVariable ? node.Name! : node.IsWord ? Hex(node.Value) : node.Value != 0 ? "true" : "false";
            return new Printed(leaf, 0, node.IsVariable ? node.Name : null);
        }

        var text = Expression(node);
        var depth = 1 + Math.Max(printed[node.A!].Depth, Math.Max(Depth(node.B), Depth(node.C)));
        var scope = Join(Join(printed[node.A!].Scope, Scope(node.B)), Scope(node.C));
        // The negation of something defined needs no definition of its own.
        var isPlain = node.Operation == Operation.Negation && depth == 1;
        if (node.Label is null && (isPlain || (uses.GetValueOrDefault(node) < 2 && depth < Deepest && text.Length < Longest)))
        {
            return new Printed(text, depth, scope);
        }

        var name = Name(node, scope);
        definitions.Append(CultureInfo.InvariantCulture, $"(define-fun {name} () {Sort(node)} {text})\n");
        return new Printed(name, 0, scope);
    }

    private int Depth(Node? node) => node is null ? 0 : printed[node].Depth;

    private string? Scope(Node? node) => node is null ? null : printed[node].Scope;

    private string Expression(Node node)
    {
        var a = printed[node.A!].Text;
        var b = node.B is null ? "" : printed[node.B].Text;
        return node.Operation switch
        {
            Operation.And => $"(bvand {a} {b})",
            Operation.Or => $"(bvor {a} {b})",
            Operation.Xor => $"(bvxor {a} {b})",
            Operation.Not => $"(bvnot {a})",
            Operation.ShiftLeft => $"(bvshl {a} {Hex(node.Value)})",
            Operation.ShiftRight => $"(bvlshr {a} {Hex(node.Value)})",
            Operation.If => $"(ite {a} {b} {printed[node.C!].Text})",
            Operation.Both => Conjunction(node),
            Operation.OneOf => $"(xor {a} {b})",
            Operation.Negation => Negation(node.A!),
            Operation.Same => $"(= {a} {b})",
            Operation.Below => $"(bvult {a} {b})",
            _ => throw new InvalidOperationException($"{node.Operation} is no expression"),
        };
    }

    // The negation of a conjunction reads better as a disjunction, unless most of its parts would have to be negated.
    private string Negation(Node node)
    {
        var parts = new List<Node>();
        Flatten(node, parts);
        return parts.Count < 2 || 2 * parts.Count(part => part.Operation == Operation.Negation) < parts.Count
            ? $"(not {printed[node].Text})"
            : $"(or {string.Join(' ', parts.Select(Opposite))})";
    }

    private string Conjunction(Node node)
    {
        var parts = new List<Node>();
        Flatten(node.A!, parts);
        Flatten(node.B!, parts);
        return $"(and {string.Join(' ', parts.Select(part => printed[part].Text))})";
    }

    // The parts of a conjunction that is written in place, which is never deep.
    private void Flatten(Node node, List<Node> parts)
    {
        if (node.Operation != Operation.Both || printed[node].Depth == 0)
        {
            parts.Add(node);
            return;
        }

        Flatten(node.A!, parts);
        Flatten(node.B!, parts);
    }

    private string Opposite(Node node) =>
        node.Operation == Operation.Negation && printed[node].Depth > 0 ? printed[node.A!].Text : $"(not {printed[node].Text})";

    private string Name(Node node, string? scope)
    {
        var name = node.Label ?? Numbered(scope);
        for (var suffix = 2; !names.Add(name); suffix++)
        {
            name = node.Label is null ? Numbered(scope) : $"{node.Label}.{suffix}";
        }

        return name;
    }

    // A term about one variable, or one group of them, says so.
    private string Numbered(string? scope)
    {
        count++;
        return string.IsNullOrEmpty(scope) ? $"t{count}" : $"{scope}.t{count}";
    }

    // The longest group that both belong to. No scope is that of a constant.
    private static string? Join(string? left, string? right)
    {
        if (left is null || right is null || left == right)
        {
            return left ?? right;
        }

        var common = 0;
        for (var i = 0; i <= Math.Min(left.Length, right.Length); i++)
        {
            var (ends, alsoEnds) = (i == left.Length || left[i] == '.', i == right.Length || right[i] == '.');
            if (ends && alsoEnds)
            {
                common = i;
            }

            if (i == left.Length || i == right.Length || left[i] != right[i])
            {
                break;
            }
        }

        return left[..common];
    }

    /// <summary>How a node is written where it is used: its name, or an expression of some depth; and the group its variables belong to.</summary>
    private readonly record struct Printed(string Text, int Depth, string? Scope);
}
