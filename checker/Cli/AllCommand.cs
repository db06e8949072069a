// verify all: every row of the catalogue against its expected verdict.

using System.CommandLine;
using System.Diagnostics;
using Verify.Engine;
using Verify.Engine.Traces;

namespace Verify.Cli;

/// <summary>verify all.</summary>
internal sealed class AllCommand
{
    private const string DefaultTraces = "artifacts/traces";

    private readonly Option<string?> scope = Options.Scope("; a system that lacks it is checked at its largest smaller one");
    private readonly Option<string?> json = Options.Json();
    private readonly Option<string?> traces = Options.TraceDirectory($" [default: {DefaultTraces}, only those that were not expected]");

    /// <summary>The command, to be run with <paramref name="invocation"/>.</summary>
    public Command Build(Invocation invocation)
    {
        var command = new Command("all", "Check every system in every variant: the verdict matrix, its weaknesses, and what differs from the expected verdicts")
        {
            scope, json, traces,
        };
        command.SetAction(parsed => Run(invocation, parsed));
        return command;
    }

    private int Run(Invocation invocation, ParseResult parsed)
    {
        var targets = Target.All(invocation.Catalogue, parsed.GetValue(scope) ?? "small");
        if (targets.Count == 0)
        {
            throw new UsageException("the catalogue has no systems: there is nothing to check");
        }

        using var file = RowsFile.Open(parsed.GetValue(json));
        TraceRecorder.Prepare(parsed.GetValue(traces));
        var watch = Stopwatch.StartNew();
        var examinations = Examine(invocation, targets, parsed.GetValue(traces));
        double seconds = watch.Elapsed.TotalSeconds;
        file?.Write(examinations);
        Print(invocation, examinations, seconds);
        return Examination.Status(examinations);
    }

    // One single-threaded exploration per core: most are small, and a single thread makes every count and trace repeatable.
    private static Examination[] Examine(Invocation invocation, IReadOnlyList<Target> targets, string? traces)
    {
        int cores = Environment.ProcessorCount;
        var options = new ExploreOptions
        {
            Threads = 1,
            MemoryBytes = Math.Min(4L << 30, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 / cores),
            Cancel = invocation.Cancel,
        };
        var results = new Examination[targets.Count];
        using var progress = new ProgressDisplay(invocation, targets.Count);
        var examiner = new Examiner(options, progress, traces, DefaultTraces);
        int next = -1;
        Parallel.For(0, cores, new ParallelOptions { MaxDegreeOfParallelism = cores }, _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < results.Length;)
            {
                results[i] = examiner.Examine(targets[i]);
            }
        });
        return results;
    }

    private static void Print(Invocation invocation, Examination[] examinations, double seconds)
    {
        var writer = invocation.Out;
        var systems = examinations.GroupBy(examination => examination.Target.System).Select(group => (System: group.Key, Variants: group.ToList())).ToList();
        foreach (var (system, variants) in systems)
        {
            Matrix.Write(writer, system, variants);
        }

        writer.WriteLine(Matrix.Legend);
        Section(writer, "Weaknesses", [.. systems.SelectMany(system => Weaknesses.Of(system.System, system.Variants))]);
        Section(writer, "Not settled", [.. Unsettled(examinations)]);
        var rows = examinations.SelectMany(examination => examination.Rows).ToList();
        foreach (var row in rows.Where(row => row.Standing == Standing.Differs))
        {
            Verdicts.WriteDifference(writer, row);
        }

        writer.WriteLine();
        writer.WriteLine(Summary(examinations, rows, seconds));
    }

    private static void Section(TextWriter writer, string title, IReadOnlyList<string> lines)
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

    private static IEnumerable<string> Unsettled(Examination[] examinations) =>
        from examination in examinations
        from reason in examination.Rows.Where(row => row.Standing == Standing.Open).GroupBy(row => row.Outcome.Detail)
        select $"{examination.Target.Name}: {string.Join(", ", reason.Select(row => row.Outcome.Claim.Name))}: {reason.Key}";

    private static string Summary(Examination[] examinations, List<Row> rows, double seconds)
    {
        int Standings(Standing standing) => rows.Count(row => row.Standing == standing);
        long states = examinations.Sum(examination => examination.Report?.States ?? 0);
        long transitions = examinations.Sum(examination => examination.Report?.Transitions ?? 0);
        return $"{rows.Count} verdicts: {Standings(Standing.AsExpected)} as expected, {Standings(Standing.Differs)} differ, {Standings(Standing.Open)} inconclusive; "
            + $"{Quantities.Count(states)} states, {Quantities.Count(transitions)} transitions, {Quantities.Seconds(seconds)} s";
    }
}
