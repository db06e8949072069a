// verify check: the variants of one system, with coverage and counterexamples.

using System.CommandLine;
using Verify.Engine;
using Verify.Engine.Traces;

namespace Verify.Cli;

/// <summary>verify check.</summary>
internal sealed class CheckCommand
{
    private const int MostThreads = 1024;

    private readonly Argument<string> target = Options.Target();
    private readonly Option<string[]> property = Options.Property();
    private readonly Option<string?> scope = Options.ScopeOfSystem();
    private readonly Option<int> threads = Options.Whole("--threads", "Worker threads; all cores where not given", 1, MostThreads, Environment.ProcessorCount);
    private readonly Option<long?> memory = Options.Memory();
    private readonly Option<TimeSpan?> time = Options.Time();
    private readonly Option<string?> store = Options.OneOf(
        "--store",
        "Remember states by a 64-bit fingerprint, whole, or by three bits each in half of --memory, which is never exhaustive [default: fingerprint]",
        "fingerprint", "exact", "bitstate");
    private readonly Option<string?> json = Options.Json();
    private readonly Option<string?> traces = Options.TraceDirectory("");

    /// <summary>The command, to be run with <paramref name="invocation"/>.</summary>
    public Command Build(Invocation invocation)
    {
        var command = new Command("check", "Explore every interleaving of a system: verdicts, coverage per action, and counterexamples")
        {
            target, property, scope, threads, memory, time, store, json, traces,
        };
        command.SetAction(parsed => Run(invocation, parsed));
        return command;
    }

    private int Run(Invocation invocation, ParseResult parsed)
    {
        var targets = Target.Named(invocation.Catalogue, parsed.GetRequiredValue(target), parsed.GetValue(scope) ?? "small");
        string[] properties = parsed.GetValue(property) ?? [];
        Target.CheckProperties(targets[0].System, properties);
        string? directory = parsed.GetValue(traces);
        using var file = RowsFile.Open(parsed.GetValue(json));
        TraceRecorder.Prepare(directory);
        var options = new ExploreOptions
        {
            Threads = parsed.GetValue(threads),
            MemoryBytes = parsed.GetValue(memory) ?? 4L << 30,
            Time = parsed.GetValue(time),
            Store = parsed.GetValue(store) switch { "exact" => StoreKind.Exact, "bitstate" => StoreKind.Bitstate, _ => StoreKind.Fingerprint },
            Properties = properties.Length > 0 ? properties : null,
            Cancel = invocation.Cancel,
        };
        var examinations = new List<Examination>();
        foreach (var each in targets)
        {
            Examination examination;
            using (var progress = new ProgressDisplay(invocation, total: 1))
            {
                examination = new Examiner(options, progress, directory, recordDiffering: null).Examine(each);
            }

            Print(invocation.Out, examination);
            examinations.Add(examination);
        }

        file?.Write(examinations, ProofResults.None);
        return Examination.Status(examinations);
    }

    private static void Print(TextWriter writer, Examination examination)
    {
        var target = examination.Target;
        writer.WriteLine(OneLine.Of($"{target.Name} at scope {target.Scope}: {target.Variant.Summary}"));
        Verdicts.WriteTable(writer, examination.Rows);
        if (examination.Report is ExplorationReport report)
        {
            Coverage.Write(writer, report);
        }

        foreach (var row in examination.Rows)
        {
            Verdicts.WriteCounterexample(writer, row);
        }

        Verdicts.WriteFailure(writer, examination);

        writer.WriteLine();
    }
}
