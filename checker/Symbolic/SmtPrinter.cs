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
    private readonly HashSet<Node> inner = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private int count;

    private SmtPrinter()
    {
    }

    /// <summary>Declares <paramref name="variables"/> and asserts <paramref name="root"/>, a conjunction part by part.</summary>
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
        nodes.ForEach(printer.FindInner);
        printer.Join(root);
        foreach (var node in nodes.Where(node => !printer.inner.Contains(node)))
        {
            printer.printed.Add(node, printer.Print(node));
        }

        foreach (var part in printer.Parts(root))
        {
            printer.definitions.Append(CultureInfo.InvariantCulture, $"(assert {printer.printed[part].Text})\n");
        }

        return printer.definitions.ToString();
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

    // Conjunctions of conjunctions are one, with many parts: solvers take long to find that out from nested ones.
    private void FindInner(Node node)
    {
        if (node.Operation is Operation.Both or Operation.Negation)
        {
            Join(node.A!);
            Join(node.B);
        }
    }

    private void Join(Node? operand)
    {
        if (operand is { Operation: Operation.Both, Label: null } && uses.GetValueOrDefault(operand) < 2)
        {
            inner.Add(operand);
        }
    }

    // What a conjunction that is not printed by itself consists of, in order.
    private List<Node> Parts(params ReadOnlySpan<Node> roots)
    {
        var parts = new List<Node>();
        var pending = new Stack<Node>();
        for (var i = roots.Length - 1; i >= 0; i--)
        {
            pending.Push(roots[i]);
        }

        while (pending.TryPop(out var node))
        {
            if (inner.Contains(node))
            {
                pending.Push(node.B!);
                pending.Push(node.A!);
            }
            else
            {
                parts.Add(node);
            }
        }

        return parts;
    }

    private Printed Print(Node node)
    {
        if (node.IsVariable || node.IsConstant)
        {
            var leaf = node.IsVariable ? node.Name! : node.IsWord ? Hex(node.Value) : node.Value != 0 ? "true" : "false";
            return new Printed(leaf, 0, node.IsVariable ? node.Name : null);
        }

        List<Node> operands = node.C is not null ? [node.A!, node.B!, node.C] : node.B is not null ? Parts(node.A!, node.B) : Parts(node.A!);
        var depth = 1 + operands.Max(operand => printed[operand].Depth);
        var scope = operands.Select(operand => printed[operand].Scope).Aggregate(Common);
        var text = Expression(node, operands);
        // The negation of something defined needs no definition of its own.
        var isPlain = node.Operation == Operation.Negation && depth == 1 && operands.Count == 1;
        if (node.Label is null && (isPlain || (uses.GetValueOrDefault(node) < 2 && depth < Deepest && text.Length < Longest)))
        {
            return new Printed(text, depth, scope);
        }

        var name = Name(node, scope);
        definitions.Append(CultureInfo.InvariantCulture, $"(define-fun {name} () {Sort(node)} {text})\n");
        return new Printed(name, 0, scope);
    }

    private string Expression(Node node, List<Node> operands)
    {
        var texts = string.Join(' ', operands.Select(operand => printed[operand].Text));
        return node.Operation switch
        {
            Operation.And => $"(bvand {texts})",
            Operation.Or => $"(bvor {texts})",
            Operation.Xor => $"(bvxor {texts})",
            Operation.Not => $"(bvnot {texts})",
            Operation.ShiftLeft => $"(bvshl {texts} {Hex(node.Value)})",
            Operation.ShiftRight => $"(bvlshr {texts} {Hex(node.Value)})",
            Operation.If => $"(ite {texts})",
            Operation.Both => $"(and {texts})",
            Operation.OneOf => $"(xor {texts})",
            Operation.Negation => Negation(operands, texts),
            Operation.Same => $"(= {texts})",
            Operation.Below => $"(bvult {texts})",
            _ => throw new InvalidOperationException($"{node.Operation} is no expression"),
        };
    }

    // The negation of a conjunction reads better as a disjunction, unless most of its parts would have to be negated.
    private string Negation(List<Node> parts, string texts) =>
        parts.Count == 1 ? $"(not {texts})"
            : 2 * parts.Count(part => part.Operation == Operation.Negation) < parts.Count ? $"(not (and {texts}))"
            : $"(or {string.Join(' ', parts.Select(Opposite))})";

    private string Opposite(Node node)
    {
        if (node.Operation != Operation.Negation || printed[node].Depth == 0)
        {
            return $"(not {printed[node].Text})";
        }

        var parts = Parts(node.A!).Select(part => printed[part].Text).ToList();
        return parts.Count == 1 ? parts[0] : $"(and {string.Join(' ', parts)})";
    }

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
    private static string? Common(string? left, string? right)
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
