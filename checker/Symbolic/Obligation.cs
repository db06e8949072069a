// What a solver is asked.

using System.Text;

namespace Verify.Symbolic;

/// <summary>
/// A proof obligation: a formula that is satisfiable exactly if a theorem fails. Its text alone is what solvers decide, so any SMT-LIB solver
/// can check it; the term stays at hand to check their models.
/// </summary>
public sealed class Obligation
{
    private readonly List<Node> variables;

    /// <summary>States an obligation.</summary>
    /// <param name="name">Its name, unique in a run; file names and reports use it.</param>
    /// <param name="comments">Lines that head the text: the theorem in words.</param>
    /// <param name="assertion">What is satisfiable exactly if the theorem fails.</param>
    public Obligation(string name, IReadOnlyList<string> comments, TermBit assertion)
    {
        Name = name;
        Comments = comments;
        Assertion = assertion;
        IReadOnlyList<Node> roots = assertion.Node is null ? [] : [assertion.Node];
        variables = [.. Reach.From(roots).Where(node => node.IsVariable)];
        Variables = [.. variables.Select(variable => variable.Name!)];
        Text = Print();
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The theorem in words, line by line.</summary>
    public IReadOnlyList<string> Comments { get; }

    /// <summary>What is satisfiable exactly if the theorem fails.</summary>
    public TermBit Assertion { get; }

    /// <summary>The names of the variables that the assertion depends on, in the order in which they were made.</summary>
    public IReadOnlyList<string> Variables { get; }

    /// <summary>The SMT-LIB 2 script: logic, variables, definitions, assertion, (check-sat).</summary>
    public string Text { get; }

    /// <summary>The command that asks for the variables' values once the answer was sat; empty where there is no variable.</summary>
    public string ModelRequest => Variables.Count == 0 ? "" : $"(get-value ({string.Join(' ', Variables)}))\n";

    /// <summary>Whether an assignment makes the assertion true, which refutes the theorem.</summary>
    public bool IsSatisfiedBy(Assignment assignment) => new Valuation(assignment).Of(Assertion);

    /// <summary>The first of the trials that makes the assertion true; null if none does.</summary>
    public Assignment? FirstOf(Trials trials)
    {
        var columns = variables.ConvertAll(variable => trials.Column(variable.Name!));
        var term = trials.Rows.Count == 0 ? null : new CompiledTerm(Assertion, Variables);
        var values = new ulong[variables.Count];
        foreach (var row in trials.Rows)
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = columns[i] >= 0 ? row[columns[i]] : 0;
            }

            if (term!.Evaluate(values))
            {
                return Named(values);
            }
        }

        return null;
    }

    private Assignment Named(ulong[] values)
    {
        var assignment = new Assignment();
        foreach (var (i, variable) in variables.Index())
        {
            if (variable.IsWord)
            {
                assignment.Set(variable.Name!, values[i]);
            }
            else
            {
                assignment.Set(variable.Name!, values[i] != 0);
            }
        }

        return assignment;
    }

    /// <summary>Whether a variable is a word; else it is a truth value.</summary>
    internal bool IsWord(string variable) => variables.Find(node => node.Name == variable)!.IsWord;

    private string Print()
    {
        var text = new StringBuilder();
        text.Append("; ").Append(OneLine(Name)).Append('\n');
        foreach (var comment in Comments)
        {
            text.Append("; ").Append(OneLine(comment)).Append('\n');
        }

        text.Append("; unsat: it holds. sat: the values of the variables refute it.\n(set-logic QF_BV)\n");
        text.Append(Assertion.Node is null ? "(assert false)\n" : SmtPrinter.Print(Assertion.Node, variables));
        return text.Append("(check-sat)\n").ToString();
    }

    // A line break would end the comment and let the rest be read as commands.
    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
