// verify check: the variants of one system, with coverage and counterexamples.

using System.CommandLine;
using Verify.Cli.Pictures;
using Verify.Engine;
using Verify.Engine.Disk;
using Verify.Engine.Traces;
using Verify.Properties;

namespace Verify.Cli;

/// <summary>verify check.</summary>
internal sealed class CheckCommand
{
    private readonly Argument<string> target = Options.Target();
    private readonly Option<string[]> property = Options.Property();
    private readonly Option<string?> scope = Options.ScopeOfSystem();
    private readonly Option<int> threads = Options.Threads("Worker threads; all cores where not given");
    private readonly Option<long?> memory = Options.Memory();
    private readonly Option<TimeSpan?> time = Options.Time();
    private readonly Option<string?> store = Options.OneOf(
        "--store",
        "Remember states by a 64-bit fingerprint, whole, or by three bits each in half of --memory, which is never exhaustive [default: fingerprint]",
        "fingerprint", "exact", "bitstate");
    private readonly Option<string?> reduce = Options.Reduce();
    private readonly Option<string?> scratch = Options.Scratch();
    private readonly Option<string?> checkpoint = Options.Directory("--checkpoint", "Write what a later run needs to go on to this directory, now and then and at the end");
    private readonly Option<TimeSpan?> every = Options.Every();
    private readonly Option<string?> resume = Options.Directory("--resume", "Go on from the checkpoint in this directory, and write further ones there");
    private readonly Option<string?> policy = Options.OfPolicy("warn");
    private readonly Option<string?> json = Options.Json();
    private readonly Option<string?> html = Options.Html();
    private readonly Option<string?> traces = Options.TraceDirectory("");

    /// <summary>The command, to be run with <paramref name="invocation"/>.</summary>
    public Command Build(Invocation invocation)
    {
        var command = new Command("check", "Explore every interleaving of a system: verdicts, coverage per action, and counterexamples")
        {
            target, property, scope, threads, memory, scratch, time, store, reduce, checkpoint, every, resume, policy, json, html, traces,
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
        using var picture = ReportFile.Open(parsed.GetValue(html), "--html");
        using var checkpoints = CheckpointDirectory.Open(
            parsed.GetValue(checkpoint), parsed.GetValue(resume), parsed.GetValue(every) ?? TimeSpan.FromMinutes(10), targets);
        TraceRecorder.Prepare(directory);
        var options = new ExploreOptions
        {
            Threads = parsed.GetValue(threads),
            MemoryBytes = parsed.GetValue(memory) ?? 4L << 30,
            ScratchDirectory = ScratchDirectory(parsed.GetValue(scratch)),
            Time = parsed.GetValue(time),
            Store = parsed.GetValue(store) switch { "exact" => StoreKind.Exact, "bitstate" => StoreKind.Bitstate, _ => StoreKind.Fingerprint },
            Reductions = Wanted(parsed.GetValue(reduce), targets, properties),
            Properties = properties.Length > 0 ? properties : null,
            Cancel = invocation.Cancel,
        };
        var examinations = new List<Examination>();
        foreach (var each in targets)
        {
            Examination examination;
            using (var progress = new ProgressDisplay(invocation, total: 1))
            {
                examination = Examine(each, options with { Checkpoint = checkpoints?.Options(progress.Tell) }, progress, directory);
            }

            Print(invocation.Out, examination);
            examinations.Add(examination);
        }

        file?.Write(examinations, ProofResults.None);
        picture?.Write(stream => HtmlReport.Write(stream, new ReportContent(
            examinations,
            ProofResults.None,
            Summary.Of([.. examinations.SelectMany(examination => examination.Rows)], "explored", examinations.Sum(examination => examination.Report?.Seconds ?? 0)))));
        if (checkpoints is not null && examinations[0].Report is { } report)
        {
            invocation.Out.WriteLine(OneLine.Of(checkpoints.Settle(targets[0], report.Limit ?? Unsettled(report))));
        }

        var weak = Weak(targets[0].System, examinations, properties);
        weak.Write(invocation.Out);
        return weak.Status(Examination.Status(examinations), parsed.GetValue(policy) ?? "warn");
    }

    // Claims about whole runs are decided when the states are known, and that may have been stopped.
    private static string? Unsettled(ExplorationReport report) =>
        report.Outcomes.FirstOrDefault(outcome => outcome.Verdict == Verdict.Inconclusive)?.Detail;

    // What no variant shows can only be said of all of them, with all properties.
    private static Policy Weak(SystemEntry system, IReadOnlyList<Examination> examinations, string[] properties) => Policy.Of(
        [system],
        [.. properties.Length == 0 && examinations.Count == system.Variants.Count ? Weaknesses.Of(system, examinations) : Weaknesses.OfPart(system, examinations)],
        isWhole: false);

    /// <summary>The reductions that --reduce names; all of them where it is not given.</summary>
    public static Reductions Reductions(string? asked) => asked switch
    {
        "none" => Engine.Reductions.None,
        "symmetry" => Engine.Reductions.Symmetry,
        "partial-order" => Engine.Reductions.PartialOrder,
        _ => Engine.Reductions.Symmetry | Engine.Reductions.PartialOrder,
    };

    // One that is asked for by name must be declared; without a name, whatever is declared is used.
    private static Reductions Wanted(string? asked, IReadOnlyList<Target> targets, string[] properties)
    {
        var wanted = Reductions(asked);
        if (asked is "symmetry" or "partial-order" && targets.FirstOrDefault(each => !each.Variant.Open(each.Scope).Declared.HasFlag(wanted)) is Target unfit)
        {
            throw new UsageException($"{unfit.Name} at scope {unfit.Scope} declares no {asked.Replace('-', ' ')}: use --reduce none, or all for what there is");
        }

        foreach (string property in asked is "symmetry" or "partial-order" ? properties : [])
        {
            if (targets[0].Variant.Open(targets[0].Scope).Refusal(property, wanted) is string refusal)
            {
                throw new UsageException($"--reduce {asked} is not sound for {property}: {refusal}; use --reduce none, or all for what is sound");
            }
        }

        return wanted;
    }

    private static Examination Examine(Target target, ExploreOptions options, ProgressDisplay progress, string? directory)
    {
        try
        {
            return new Examiner(options, progress, directory, recordDiffering: null).Examine(target);
        }
        catch (Exception refused) when (refused is CheckpointException or TooLittleMemoryException)
        {
            throw new UsageException(refused.Message);
        }
    }

    // What does not fit into memory should not go to where the memory is: /tmp often is memory, /var/tmp is not.
    private static string ScratchDirectory(string? given)
    {
        if (given is not null && !Directory.Exists(given))
        {
            throw new UsageException($"--scratch {OneLine.Quote(given)} is no directory");
        }

        return given ?? Environment.GetEnvironmentVariable("TMPDIR") ?? (Directory.Exists("/var/tmp") ? "/var/tmp" : Path.GetTempPath());
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
