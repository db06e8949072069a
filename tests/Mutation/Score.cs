// Adds up the reports of a mutation run and judges them. Usage: dotnet run Score.cs -- FOLDER, with a folder for each part of each project in it: PROJECT.PART.
// What is counted, and why time-outs are no kills, stands in README.md beside this file.

// An app of a single file is set up for native compilation, which needs a package that a plain SDK does not bring.
#:property PublishAot=false

using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

const double Threshold = 80;
const int Listed = 60;

// A run that was stopped before it judged so many mutants says nothing about the rest, good or bad.
const int Enough = 100;

var tallies = Directory.GetDirectories(args[0])
    .GroupBy(folder => Path.GetFileNameWithoutExtension(folder), StringComparer.Ordinal)
    .OrderBy(parts => parts.Key, StringComparer.Ordinal)
    .Select(parts => parts.Select(folder => Tally.Of(parts.Key, folder)).Aggregate((sum, part) => sum.Plus(part)))
    .ToList();

var notKilled = tallies.SelectMany(tally => tally.NotKilled).ToList();
notKilled.Take(Listed).ToList().ForEach(Console.WriteLine);
if (notKilled.Count > Listed)
{
    Console.WriteLine($"and {notKilled.Count - Listed} more in the reports");
}

Console.WriteLine($"{"project",-28} {"killed",7} {"survived",9} {"not covered",12} {"timed out",10} {"not tested",11} {"score",8}");
foreach (var tally in tallies)
{
    Console.WriteLine(tally);
}

var all = tallies.Aggregate(new Tally("all"), (sum, tally) => sum.Plus(tally));
if (tallies.Count > 1)
{
    Console.WriteLine(all);
}

if (all.Incomplete && all.Judged == 0)
{
    Console.WriteLine("mutate: FAILED, the run was stopped before a mutant was tested");
    return 1;
}

if (all.Judged > 0 && all.Score < Threshold && !(all.Incomplete && all.Judged < Enough))
{
    Console.WriteLine(Invariant($"mutate: FAILED, {all.Score:0.0} % killed{Part(all)}, {Threshold:0} % are asked for"));
    return 1;
}

if (all.Incomplete)
{
    var rest = string.Join(", ", tallies.Where(tally => tally.Incomplete).Select(tally => tally.Project));
    Console.WriteLine(Invariant($"mutate: INCONCLUSIVE, {all.Score:0.0} % killed{Part(all)}; not finished: {rest}"));
    return 3;
}

Console.WriteLine(all.Judged == 0
    ? "mutate: passed, what changed has nothing that can be mutated"
    : Invariant($"mutate: passed, {all.Score:0.0} % of {all.Judged} mutants killed"));
return 0;

static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

static string Part(Tally tally) => tally.Incomplete ? $" of the {tally.Judged} mutants judged" : string.Empty;

/// <summary>What became of the mutants of a project's part, or of all of them.</summary>
internal sealed partial record Tally(string Project)
{
    /// <summary>Mutants that a failing test noticed.</summary>
    public int Killed { get; init; }

    /// <summary>Mutants with which every test passed.</summary>
    public int Survived { get; init; }

    /// <summary>Mutants that no test reaches.</summary>
    public int NotCovered { get; init; }

    /// <summary>Mutants with which the tests did not end.</summary>
    public int TimedOut { get; init; }

    /// <summary>Mutants that are known to be left; 0 for a project that was stopped before its mutants were counted.</summary>
    public int NotTested { get; init; }

    /// <summary>True when the run was stopped before this project was done.</summary>
    public bool Incomplete { get; init; }

    /// <summary>A line for each mutant that was not killed: place, what became of it, the change.</summary>
    public IReadOnlyList<string> NotKilled { get; init; } = [];

    /// <summary>The number of mutants that the tests told something about; time-outs are counted apart.</summary>
    public int Judged => Killed + Survived + NotCovered;

    /// <summary>Percentage of the judged mutants that were killed.</summary>
    public double Score => 100.0 * Killed / Judged;

    /// <summary>The tally in <paramref name="folder"/>: of the report, or of the log of a run that was stopped.</summary>
    public static Tally Of(string project, string folder)
    {
        var report = Path.Combine(folder, "reports", "mutation-report.json");
        var log = Path.Combine(folder, "log.txt");
        if (File.Exists(report))
        {
            return OfReport(project, report);
        }

        return File.Exists(log) ? OfLog(project, File.ReadAllText(log)) : new Tally(project) { Incomplete = true };
    }

    /// <summary>Both together.</summary>
    public Tally Plus(Tally other) => this with
    {
        Killed = Killed + other.Killed,
        Survived = Survived + other.Survived,
        NotCovered = NotCovered + other.NotCovered,
        TimedOut = TimedOut + other.TimedOut,
        NotTested = NotTested + other.NotTested,
        Incomplete = Incomplete || other.Incomplete,
        NotKilled = [.. NotKilled, .. other.NotKilled],
    };

    /// <inheritdoc/>
    public override string ToString()
    {
        var left = Incomplete && NotTested == 0 ? "?" : NotTested.ToString(CultureInfo.InvariantCulture);
        var score = Judged == 0 ? "-" : Score.ToString("0.0", CultureInfo.InvariantCulture) + " %";
        return $"{Project,-28} {Killed,7} {Survived,9} {NotCovered,12} {TimedOut,10} {left,11} {score,8}";
    }

    private static Tally OfReport(string project, string path)
    {
        using var report = JsonDocument.Parse(File.ReadAllText(path));
        var here = Directory.GetCurrentDirectory();
        var mutants = report.RootElement.GetProperty("files").EnumerateObject()
            .SelectMany(file => file.Value.GetProperty("mutants").EnumerateArray().Select(mutant => (File: file.Name, Mutant: mutant)))
            .Select(pair => (pair.File, pair.Mutant, Status: pair.Mutant.GetProperty("status").GetString()!))
            .ToList();
        int Count(string status) => mutants.Count(mutant => mutant.Status == status);

        return new Tally(project)
        {
            Killed = Count("Killed"),
            Survived = Count("Survived"),
            NotCovered = Count("NoCoverage"),
            TimedOut = Count("Timeout"),

            // A test host that crashed gave no outcome: not a kill, and not to be passed over.
            NotTested = Count("Pending") + Count("RuntimeError"),
            Incomplete = Count("Pending") + Count("RuntimeError") > 0,
            NotKilled = [.. mutants
                .Where(mutant => mutant.Status is not ("Killed" or "Ignored" or "CompileError"))
                .Select(mutant => $"{Place(Path.GetRelativePath(here, mutant.File), mutant.Mutant)}: {mutant.Status}: {Change(mutant.Mutant)}")],
        };
    }

    private static string Place(string file, JsonElement mutant) =>
        $"{file}:{mutant.GetProperty("location").GetProperty("start").GetProperty("line").GetInt32()}";

    private static string Change(JsonElement mutant)
    {
        var replacement = Blanks().Replace(mutant.GetProperty("replacement").GetString() ?? string.Empty, " ");
        return $"{mutant.GetProperty("mutatorName").GetString()} => {(replacement.Length > 80 ? replacement[..80] + " ..." : replacement)}";
    }

    /// <summary>
    /// Stryker writes its report at the end only. Of a run that was stopped there are its announcements of how many mutants there are, and
    /// then one character for each that was tested: a dot (killed), S (survived) or T (timed out).
    /// </summary>
    private static Tally OfLog(string project, string log)
    {
        var tested = string.Concat(Dots().Matches(log).Select(match => match.Value));
        return new Tally(project)
        {
            Killed = tested.Count(outcome => outcome == '.'),
            Survived = tested.Count(outcome => outcome == 'S'),
            TimedOut = tested.Count(outcome => outcome == 'T'),

            // Those that no test reaches are known at once, the killed ones only bit by bit: together they would say too little of both.
            NotTested = Math.Max(0, Announced(ToBeTested(), log) - tested.Length) + Announced(NoCoverage(), log),
            Incomplete = true,
        };
    }

    private static int Announced(Regex announcement, string log) =>
        announcement.Match(log) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^[.ST]+$", RegexOptions.Multiline)]
    private static partial Regex Dots();

    [GeneratedRegex(@"(\d+)\s+mutants got status NoCoverage")]
    private static partial Regex NoCoverage();

    [GeneratedRegex(@"(\d+)\s+total mutants will be tested")]
    private static partial Regex ToBeTested();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
