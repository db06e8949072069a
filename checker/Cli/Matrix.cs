// The verdict matrix: per system a table with variants as rows and properties as columns.

using Verify.Engine;
using Verify.Engine.Traces;
using Verify.Properties;

namespace Verify.Cli;

/// <summary>Prints the verdict matrix. It fits 120 columns, and reads the same on a terminal and in a log.</summary>
internal static class Matrix
{
    private const int Width = 120;
    private const int Cell = 4;

    /// <summary>What the cells mean.</summary>
    public const string Legend =
        " + holds    (+) holds for want of a case    x violated, as expected    !! DIFFERS from what is expected    ? inconclusive";

    /// <summary>Writes the table of one system; <paramref name="examinations"/> are its variants, in order.</summary>
    public static void Write(TextWriter writer, SystemEntry system, IReadOnlyList<Examination> examinations)
    {
        writer.WriteLine(OneLine.Of($"{system.Name} at scope {examinations[0].Target.Scope}: {system.Summary}"));
        int names = Math.Max(7, system.Variants.Max(variant => variant.Name.Length)) + 4;
        int perTable = Math.Max(1, (Width - names - Counts(null).Length) / Cell);
        for (int first = 0; first < system.Claims.Count; first += perTable)
        {
            WriteTable(writer, system, examinations, names, first, Math.Min(perTable, system.Claims.Count - first));
        }

        for (int i = 0; i < system.Claims.Count; i++)
        {
            string line = OneLine.Of($"{i + 1,4} {system.Claims[i].Name}: {system.Claims[i].Sentence}");
            writer.WriteLine(line.Length <= Width ? line : line[..(Width - 3)] + "...");
        }

        writer.WriteLine();
    }

    private static void WriteTable(
        TextWriter writer, SystemEntry system, IReadOnlyList<Examination> examinations, int names, int first, int count)
    {
        var claims = system.Claims.Skip(first).Take(count).ToList();
        writer.WriteLine(
            ("  " + "variant").PadRight(names) + string.Concat(Enumerable.Range(first + 1, count).Select(number => $"{number,Cell}"))
            + $"{"states",14}{"transitions",15}{"depth",7}{"seconds",9}");
        foreach (var examination in examinations)
        {
            writer.WriteLine(
                OneLine.Of("  " + examination.Target.Variant.Name).PadRight(names)
                + string.Concat(claims.Select(claim => Symbol(examination.Rows.FirstOrDefault(row => row.Outcome.Claim.Name == claim.Name)).PadLeft(Cell)))
                + Counts(examination.Report));
        }
    }

    private static string Counts(ExplorationReport? report) => report is null
        ? $"{"-",14}{"-",15}{"-",7}{"-",9}"
        : $"{Quantities.Count(report.States),14}{Quantities.Count(report.Transitions),15}{report.Depth,7}{Quantities.Seconds(report.Seconds),9}";

    private static string Symbol(Row? row) => row switch
    {
        null => "",
        { Standing: Standing.Open } => "?",
        { Standing: Standing.Differs } => "!!",
        { Outcome.Verdict: Verdict.Violated } => "x",
        { Outcome.Vacuous: true } => "(+)",
        _ => "+",
    };
}
