// verify all: every row of the catalogue against its expected verdict.

using System.CommandLine;
using System.Diagnostics;
using Verify.Cli.Pictures;
using Verify.Engine;
using Verify.Engine.Declarations;

namespace Verify.Cli;

/// <summary>verify all.</summary>
internal sealed class AllCommand
{
    private const string DefaultTraces = "artifacts/traces";

    // A theorem and a property that is explored may have one name, and their counterexamples too.
    private const string Proofs = "proofs";

    private readonly Option<string?> scope = Options.Scope("; a system that lacks it is checked at its largest smaller one");
    private readonly Option<string?> reduce = Options.OneOf(
        "--reduce", "Visit fewer states as far as models declare what that rests on, or every one: traces are recorded as the tests expect them with none [default: all]", "none", "all");
    private readonly Option<TimeSpan?> time = Options.Time("Explore each variant for this long at most; what that, or the memory, leaves open is looked for by random walks (PCT)");
    private readonly Option<string?> json = Options.Json();
    private readonly Option<string?> html = Options.Html();
    private readonly Option<string?> traces = Options.TraceDirectory($" [default: {DefaultTraces}, only those that were not expected]; those of theorems in its directory {Proofs}");
    private readonly Option<string?> policy = Options.OfPolicy("fail");
    private readonly ProofOptionSet means = new();

    /// <summary>The command, to be run with <paramref name="invocation"/>.</summary>
    public Command Build(Invocation invocation)
    {
        var command = new Command("all", "Check every system in every variant and prove its theorems: the verdict matrix, its weaknesses, and what differs")
        {
            scope, reduce, time, policy, json, html, traces,
        };
        means.AddTo(command);
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
        using var picture = ReportFile.Open(parsed.GetValue(html), "--html");
        TraceRecorder.Prepare(parsed.GetValue(traces));
        string? directory = parsed.GetValue(traces);
        var theorems = TheoremEntry.All(invocation.Catalogue);
        var run = theorems.Count == 0 ? null : means.Run(invocation, parsed, smt2: null);
        var watch = Stopwatch.StartNew();
        var reductions = parsed.GetValue(reduce) == "none" ? Reductions.None : Reductions.Symmetry | Reductions.PartialOrder;
        var examinations = Examine(invocation, targets, directory, reductions, parsed.GetValue(time));
        var proved = run?.Prove(theorems, directory is null ? null : Path.Combine(directory, Proofs), Path.Combine(DefaultTraces, Proofs)) ?? ProofResults.None;
        double seconds = watch.Elapsed.TotalSeconds;
        file?.Write(examinations, proved);
        Row[] rows = [.. examinations.SelectMany(examination => examination.Rows), .. proved.Proofs.Select(proof => proof.Row)];
        var weak = Weak(targets, examinations, proved, isWhole: rows.All(row => row.Standing != Standing.Open));
        Print(invocation.Out, examinations, proved, weak);
        string proofs = run is null ? "" : $"; {ProofText.Counts(proved)}";
        invocation.Out.WriteLine();
        string totals = Summary.Of(rows, Counts(examinations) + proofs, seconds);
        invocation.Out.WriteLine(totals);
        picture?.Write(stream => HtmlReport.Write(stream, new ReportContent(examinations, proved, totals)
        {
            Weaknesses = [.. weak.Open, .. weak.Excused],
            Unsettled = [.. Unsettled(examinations), .. ProofText.Unsettled(proved.Proofs)],
        }));
        int status = ExitStatus.Of(rows, proved.Defects.Count > 0 || examinations.Any(examination => examination.IsDefect));
        return weak.Status(status, parsed.GetValue(policy) ?? "fail");
    }

    // One single-threaded exploration per core: most are small, and a single thread makes every count and trace repeatable.
    private static Examination[] Examine(Invocation invocation, IReadOnlyList<Target> targets, string? traces, Reductions reductions, TimeSpan? time)
    {
        int cores = Environment.ProcessorCount;
        var options = new ExploreOptions
        {
            Threads = 1,
            Reductions = reductions,
            MemoryBytes = Math.Min(4L << 30, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 / cores),
            Time = time,
            Cancel = invocation.Cancel,
        };
        var results = new Examination[targets.Count];
        using var progress = new ProgressDisplay(invocation, targets.Count);
        var examiner = new Examiner(options, progress, traces, DefaultTraces)
        {
            // Brief: in all runs together, much is seen. 'verify declarations' looks longer.
            Declarations = new DeclarationOptions { Walks = 20, Depth = 60, Seed = 1, Cancel = invocation.Cancel },
            Fallback = new SimulateOptions { Walks = 2000, Depth = 500, Seed = 1, Cancel = invocation.Cancel },
        };
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

    private static Policy Weak(IReadOnlyList<Target> targets, Examination[] examinations, ProofResults proved, bool isWhole) => Policy.Of(
        targets.Select(target => target.System).Distinct(),
        [.. examinations.GroupBy(examination => examination.Target.System).SelectMany(group => Weaknesses.Of(group.Key, [.. group])), .. proved.Weaknesses],
        isWhole);

    private static void Print(TextWriter writer, Examination[] examinations, ProofResults proved, Policy weak)
    {
        foreach (var system in examinations.GroupBy(examination => examination.Target.System))
        {
            Matrix.Write(writer, system.Key, [.. system]);
        }

        foreach (var proofs in proved.Proofs.GroupBy(proof => proof.Entry.System))
        {
            Matrix.Write(writer, proofs.Key, [.. proofs]);
        }

        writer.WriteLine(Matrix.Legend);
        if (proved.Proofs.Count > 0)
        {
            writer.WriteLine(Matrix.TheoremLegend);
        }

        weak.Write(writer);
        Summary.Section(writer, "Not settled", [.. Unsettled(examinations), .. ProofText.Unsettled(proved.Proofs)]);
        Summary.Section(writer, "DEFECTS", [.. examinations.SelectMany(Refuted), .. proved.Defects]);
        foreach (var row in examinations.SelectMany(examination => examination.Rows).Where(row => row.Standing == Standing.Differs))
        {
            Verdicts.WriteDifference(writer, row);
        }

        foreach (var examination in examinations)
        {
            Verdicts.WriteFailure(writer, examination);
        }

        ProofText.WriteDifferences(writer, proved.Proofs);
    }

    private static IEnumerable<string> Refuted(Examination examination) =>
        examination.Refuted.Select(problem => $"{examination.Target.Name} at scope {examination.Target.Scope} declares what is not so: {problem}");

    private static IEnumerable<string> Unsettled(Examination[] examinations) =>
        from examination in examinations
        from reason in examination.Rows.Where(row => row.Standing == Standing.Open).GroupBy(row => row.Outcome.Detail)
        select $"{examination.Target.Name}: {string.Join(", ", reason.Select(row => row.Outcome.Claim.Name))}: {reason.Key}"
            + (examination.Report is { Growing.Count: > 0 } report ? $"; {Coverage.Growing(report)}" : "");

    private static string Counts(Examination[] examinations)
    {
        long states = examinations.Sum(examination => examination.Report?.States ?? 0);
        long transitions = examinations.Sum(examination => examination.Report?.Transitions ?? 0);
        return $"{Quantities.Count(states)} states, {Quantities.Count(transitions)} transitions";
    }
}
