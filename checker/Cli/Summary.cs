// What stands below the tables.

using Verify.Engine.Traces;

namespace Verify.Cli;

/// <summary>Prints lists of remarks, and makes the last line.</summary>
internal static class Summary
{
    /// <summary>A titled list; nothing where it is empty.</summary>
    public static void Section(TextWriter writer, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count > 0)
        {
            writer.WriteLine();
            writer.WriteLine($"{title}:");
            foreach (string line in lines)
            {
                writer.WriteLine(OneLine.Of($"  {line}"));
            }
        }
    }

    /// <summary>How many verdicts there are of each standing, and what was done for them.</summary>
    public static string Of(IReadOnlyCollection<Row> rows, string work, double seconds)
    {
        int Standings(Standing standing) => rows.Count(row => row.Standing == standing);
        return $"{rows.Count} verdicts: {Standings(Standing.AsExpected)} as expected, {Standings(Standing.Differs)} differ, {Standings(Standing.Open)} inconclusive; "
            + $"{work}, {Quantities.Seconds(seconds)} s";
    }
}
