// What a report is made from.

using System.Reflection;

namespace Verify.Cli.Pictures;

/// <summary>Everything that one run of the program found out.</summary>
/// <param name="Examinations">What was explored.</param>
/// <param name="Proved">What was proved.</param>
/// <param name="Totals">How many verdicts there are, and what was done for them, in a line.</param>
internal sealed record ReportContent(IReadOnlyList<Examination> Examinations, ProofResults Proved, string Totals)
{
    /// <summary>Where green verdicts say little, a line each.</summary>
    public IReadOnlyList<string> Weaknesses { get; init; } = [];

    /// <summary>What was not settled and why, a line each.</summary>
    public IReadOnlyList<string> Unsettled { get; init; } = [];

    /// <summary>When the run ended.</summary>
    public DateTimeOffset When { get; init; } = DateTimeOffset.UtcNow;

    /// <summary>The program's version, with the commit it was built from where the build knows it.</summary>
    public static string Version =>
        typeof(ReportContent).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Replace("+", ", commit ", StringComparison.Ordinal) ?? "";

    /// <summary>All verdicts.</summary>
    public IEnumerable<Row> Rows => Examinations.SelectMany(examination => examination.Rows).Concat(Proved.Proofs.Select(proof => proof.Row));
}

/// <summary>A violation to be shown: a claim that a variant violates, with its run where there is one.</summary>
/// <param name="Row">The verdict; of a theorem that on the first of its profiles that has this standing.</param>
/// <param name="Anchor">The name of its place in the report.</param>
/// <param name="Remarks">What else there is to say, a line each: the profiles, the values that refute it.</param>
internal sealed record Violation(Row Row, string Anchor, IReadOnlyList<string> Remarks);

/// <summary>The places in a report that others link to. Each has a name of its own, made of letters, digits, dots, dashes and underscores.</summary>
internal sealed class Anchors
{
    private readonly HashSet<string> taken = [];
    private readonly Dictionary<(string Kind, string Of), string> names = [];

    /// <summary>The name of the place of something; the same for the same thing.</summary>
    /// <param name="kind">What it is: "variant".</param>
    /// <param name="parts">Which.</param>
    public string Of(string kind, params string[] parts)
    {
        string of = string.Join('\n', parts);
        if (!names.TryGetValue((kind, of), out string? name))
        {
            string plain = string.Concat($"{kind}-{string.Join('-', parts)}".Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_'));
            name = plain;
            for (int number = 2; !taken.Add(name); number++)
            {
                name = $"{plain}~{number}";
            }

            names.Add((kind, of), name);
        }

        return name;
    }
}
