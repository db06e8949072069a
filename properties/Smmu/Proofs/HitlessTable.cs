// The table of all pairs of configuration classes: what the driver's algorithm takes, what is possible, and which breaks are needless.

using Verify.Symbolic.Proofs;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>The table of one variant on one profile.</summary>
/// <param name="System">The system's name.</param>
/// <param name="Variant">The variant's name.</param>
/// <param name="Profile">The profile's name.</param>
/// <param name="Classes">The classes of configurations, in the order of rows and columns.</param>
/// <param name="Cells">The cells, row by row; none for two classes of one and the same entry.</param>
/// <param name="Questions">What a solver was asked.</param>
public sealed record HitlessTable(
    string System, string Variant, string Profile, IReadOnlyList<string> Classes, IReadOnlyList<HitlessCell> Cells, IReadOnlyList<ObligationReport> Questions)
{
    private const int Width = 120;

    private static readonly string[] Legend =
    [
        "2    hitless, 2 CMD_SYNCs, and no order of stores takes fewer; 1-3 depends on the entries",
        "3>2  hitless, 3 CMD_SYNCs, though 2 would do",
        "3B   a break: V=0 between two valid entries, as in every order of stores",
        "3N2  a needless break: an order of stores with 2 CMD_SYNCs has none",
        "a/b  depends on the entries; ?  a solver left something open; .  one and the same entry",
        "Both ends belong to one master with one CD table, one stage-2 domain and one guest; 'other' is another one.",
    ];

    /// <summary>Computes the table.</summary>
    /// <param name="about">The variant on the profile.</param>
    /// <param name="options">The solver and its limits.</param>
    internal static HitlessTable Of(EntryCase about, ProofOptions options)
    {
        var prover = new Prover(options);
        var pairs = about.Forms.SelectMany(from => about.Forms.Select(to => (From: from, To: to))).ToList();
        var logs = pairs.Select(_ => new List<ObligationReport>()).ToList();
        var cells = new HitlessCell?[pairs.Count];
        // A stop that is asked for ends every question as unknown, which leaves its cell open.
        var threads = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, pairs.Count, threads, i => cells[i] = new HitlessSearch(about, pairs[i].From, pairs[i].To, prover, logs[i]).Run());
        return new(about.System, about.Variant, about.Platform.Name, [.. about.Forms.Select(form => form.Name)], [.. cells.OfType<HitlessCell>()],
            [.. logs.SelectMany(log => log)]);
    }

    /// <summary>The table as text, in lines of at most 120 characters.</summary>
    public IEnumerable<string> Lines()
    {
        var label = Classes.Max(name => name.Length) + 4;
        var columns = Classes.Select((to, i) => Math.Max($"{i + 1}".Length, Classes.Max(from => Text(from, to).Length))).ToList();
        yield return $"{System}/{Variant} on profile {Profile}: updates from the row's class to the column's";
        yield return "".PadRight(label) + string.Concat(columns.Select((width, i) => $" {$"{i + 1}".PadLeft(width)}"));
        foreach (var (i, from) in Classes.Index())
        {
            yield return $"{i + 1,2} {from}".PadRight(label) + string.Concat(Classes.Select((to, j) => $" {Text(from, to).PadLeft(columns[j])}"));
        }

        foreach (var line in Legend)
        {
            yield return $"  {line}";
        }

        foreach (var line in Needless().SelectMany(Wrap))
        {
            yield return line;
        }

        foreach (var cell in Cells.Where(cell => cell.Open is not null))
        {
            yield return $"open: {cell.From} -> {cell.To}: {cell.Open}";
        }
    }

    private IEnumerable<string> Needless()
    {
        foreach (var cell in Cells)
        {
            if (cell.Cases.Where(found => found.IsNeedless).MinBy(found => found.Optimum) is { } found)
            {
                yield return $"needless: {cell.From} -> {cell.To}, for instance {found.Order}";
            }
        }
    }

    private static IEnumerable<string> Wrap(string text)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > Width)
            {
                yield return line;
                line = "   ";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        yield return line;
    }

    private string Text(string from, string to) => Cells.FirstOrDefault(cell => cell.From == from && cell.To == to)?.ToString() ?? ".";
}
