// The verdict matrix: per system a table with variants as rows and properties as columns.

using Verify.Engine;
using Verify.Engine.Traces;
using Verify.Properties;

namespace Verify.Cli;

/// <summary>Prints the verdict matrix. It fits 120 columns, and reads the same on a terminal and in a log.</summary>
internal static class Matrix
{
    private const int Width = 120;
    private const int Cell = 3;

    /// <summary>What the cells mean.</summary>
    public const string Legend =
        " + holds    o holds for want of a case    x violated, as expected    !! DIFFERS    ~ simulated, not violated    ? inconclusive";

    /// <summary>What else they mean where theorems are among them.</summary>
    public const string TheoremLegend =
        " of several profiles a theorem's cell shows the worst    ## a DEFECT: solvers disagree, or the model does not confirm";

    /// <summary>Writes the table of one system; <paramref name="examinations"/> are its variants, in order.</summary>
    public static void Write(TextWriter writer, SystemEntry system, IReadOnlyList<Examination> examinations) => Write(
        writer,
        $"{system.Name} at scope {examinations[0].Target.Scope}: {system.Summary}",
        $"{"states",14}{"transitions",14}{"depth",7}{"seconds",9}",
        system.Claims,
        [.. examinations.Select(examination => new Line(
            examination.Target.Variant.Name,
            claim => Symbol(examination.Rows.FirstOrDefault(row => row.Outcome.Claim.Name == claim.Name)),
            Counts(examination.Report)))]);

    /// <summary>Writes the table of one system's theorems.</summary>
    public static void Write(TextWriter writer, SystemEntry system, IReadOnlyList<Proof> proofs) => Write(
        writer,
        $"{system.Name}, theorems at {string.Join(", ", proofs.Select(proof => proof.Theorem.Scope).Distinct())}",
        $"{"obligations",14}{"bytes",14}{"seconds",9}",
        [.. proofs.Select(proof => proof.Entry.Claim).DistinctBy(claim => claim.Name)],
        [.. proofs.GroupBy(proof => proof.Entry.Variant).Select(variant => new Line(
            variant.Key.Name,
            claim => Symbol([.. variant.Where(proof => proof.Entry.Claim.Name == claim.Name)]),
            Counts([.. variant])))]);

    private static void Write(TextWriter writer, string title, string counts, IReadOnlyList<Claim> claims, IReadOnlyList<Line> lines)
    {
        writer.WriteLine(Cut(OneLine.Of(title)));
        int names = Math.Max(7, lines.Max(line => line.Name.Length)) + 3;
        int perTable = Math.Max(1, (Width - names - counts.Length) / Cell);
        for (int first = 0; first < claims.Count; first += perTable)
        {
            int count = Math.Min(perTable, claims.Count - first);
            writer.WriteLine(("  " + "variant").PadRight(names) + string.Concat(Enumerable.Range(first + 1, count).Select(number => $"{number,Cell}")) + counts);
            foreach (var line in lines)
            {
                writer.WriteLine(
                    OneLine.Of("  " + line.Name).PadRight(names)
                    + string.Concat(claims.Skip(first).Take(count).Select(claim => line.Symbol(claim).PadLeft(Cell))) + line.Counts);
            }
        }

        for (int i = 0; i < claims.Count; i++)
        {
            writer.WriteLine(Cut(OneLine.Of($"{i + 1,4} {claims[i].Name}: {claims[i].Sentence}")));
        }

        writer.WriteLine();
    }

    private static string Cut(string line) => line.Length <= Width ? line : line[..(Width - 3)] + "...";

    private static string Counts(IReadOnlyList<Proof> proofs)
    {
        var obligations = proofs.SelectMany(proof => proof.Obligations).ToList();
        return $"{Quantities.Count(obligations.Count),14}{Quantities.Count(obligations.Sum(obligation => (long)obligation.Bytes)),14}"
            + $"{Quantities.Seconds(proofs.Sum(proof => proof.Report?.Seconds ?? 0)),9}";
    }

    /// <summary>A theorem's cell: the worst of its profiles.</summary>
    public static string Symbol(IReadOnlyList<Proof> profiles)
    {
        string[] worstFirst = ["!!", "?", "x", "o", "+"];
        var symbols = profiles.Select(proof => Symbol(proof.Row)).ToHashSet();
        return profiles.Any(proof => proof.Defect is not null) ? "##" : worstFirst.FirstOrDefault(symbols.Contains, "");
    }

    private static string Counts(ExplorationReport? report) => report is null
        ? $"{"-",14}{"-",14}{"-",7}{"-",9}"
        : $"{Quantities.Count(report.States),14}{Quantities.Count(report.Transitions),14}{report.Depth,7}{Quantities.Seconds(report.Seconds),9}";

    /// <summary>A property's cell; empty where there is no verdict.</summary>
    public static string Symbol(Row? row) => row switch
    {
        null => "",
        { Standing: Standing.Open, Outcome.Walks: > 0 } => "~",
        { Standing: Standing.Open } => "?",
        { Standing: Standing.Differs } => "!!",
        { Outcome.Verdict: Verdict.Violated } => "x",
        { Outcome.Vacuous: true } => "o",
        _ => "+",
    };

    /// <summary>A variant's line: its name, its cell for a claim, and the counts at the end.</summary>
    private sealed record Line(string Name, Func<Claim, string> Symbol, string Counts);
}
