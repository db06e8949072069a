// verify simulate: long random walks, where exhaustive is out of reach.

using System.CommandLine;
using System.Security.Cryptography;
using Verify.Engine;
using Verify.Engine.Traces;

namespace Verify.Cli;

/// <summary>verify simulate.</summary>
internal sealed class SimulateCommand
{
    private readonly Argument<string> target = Options.Target();
    private readonly Option<string?> scope = Options.ScopeOfSystem();
    private readonly Option<long> walks = Options.Whole("--walks", "Number of random walks", 1, long.MaxValue, 1000L);
    private readonly Option<int> depth = Options.Whole("--depth", "Steps of a walk at most", 1, int.MaxValue, 200);
    private readonly Option<string?> strategy = Options.OneOf(
        "--strategy",
        "How a walk chooses: any enabled step; by priorities of agents that change at random (pct); by priorities of steps that depend on each other (pos); "
            + "what was little seen [default: uniform]",
        "uniform", "pct", "pos", "coverage");
    private readonly Option<int?> bugDepth = Options.BugDepth();
    private readonly Option<int> threads = Options.Threads("Threads; they change nothing but the time; all cores where not given");
    private readonly Option<ulong?> seed = Options.Seed();
    private readonly Option<TimeSpan?> time = Options.Time();
    private readonly Option<string?> traces = Options.TraceDirectory("");

    /// <summary>The command, to be run with <paramref name="invocation"/>.</summary>
    public Command Build(Invocation invocation)
    {
        var command = new Command("simulate", "Walk at random and look for violations: one that is found is certain, finding none proves nothing")
        {
            target, scope, walks, depth, strategy, bugDepth, threads, seed, time, traces,
        };
        command.SetAction(parsed => Run(invocation, parsed));
        return command;
    }

    private int Run(Invocation invocation, ParseResult parsed)
    {
        var targets = Target.Named(invocation.Catalogue, parsed.GetRequiredValue(target), parsed.GetValue(scope) ?? "small");
        string? directory = parsed.GetValue(traces);
        TraceRecorder.Prepare(directory);
        ulong chosen = parsed.GetValue(seed) ?? BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
        var options = new SimulateOptions
        {
            Walks = parsed.GetValue(walks),
            Depth = parsed.GetValue(depth),
            Seed = chosen,
            Strategy = Strategy(parsed),
            BugDepth = parsed.GetValue(bugDepth) ?? new SimulateOptions().BugDepth,
            Threads = parsed.GetValue(threads),
            Time = parsed.GetValue(time),
            Cancel = invocation.Cancel,
        };
        invocation.Out.WriteLine($"seed {chosen}");
        int status = ExitStatus.AsExpected;
        foreach (var each in targets)
        {
            status = Worse(status, Simulate(invocation, each, options, directory));
        }

        return status;
    }

    private StrategyKind Strategy(ParseResult parsed)
    {
        var kind = parsed.GetValue(strategy) switch
        {
            "pct" => StrategyKind.Pct,
            "pos" => StrategyKind.Pos,
            "coverage" => StrategyKind.Coverage,
            _ => StrategyKind.Uniform,
        };
        return parsed.GetValue(bugDepth) is null || kind == StrategyKind.Pct ? kind : throw new UsageException("--bug-depth is for --strategy pct only");
    }

    private static int Simulate(Invocation invocation, Target target, SimulateOptions options, string? directory)
    {
        SimulationReport? report = null;
        ModelException? failure = null;
        var rows = new List<Row>();
        using (var progress = new ProgressDisplay(invocation, total: 1, depthMeans: "walks"))
        {
            try
            {
                report = target.Variant.Open(target.Scope).Simulate(options with { Progress = progress.Of(target.Name) });
            }
            catch (StrategyException lacking)
            {
                throw new UsageException($"{target.Name}: {lacking.Message}");
            }
            catch (ModelException failed)
            {
                failure = failed;
                progress.Tell(OneLine.Of($"verify: {target.Name} at scope {target.Scope}: {failed.Message}"));
            }

            foreach (var outcome in report?.Outcomes ?? [])
            {
                string? trace = directory is null || outcome.Counterexample is null ? null : TraceRecorder.Record(directory, outcome.Counterexample, progress);
                rows.Add(new(target, target.Variant.Expected(outcome.Claim.Name), outcome, trace));
            }
        }

        if (report is null)
        {
            Verdicts.WriteFailure(invocation.Out, target, failure!);
            return ExitStatus.Unusable;
        }

        Print(invocation.Out, target, report, rows);
        return rows.Exists(row => row.Standing == Standing.Differs) ? ExitStatus.Differs
            : rows.Exists(row => row.Standing == Standing.Open && (report.Limit is not null || row.Expected == Verdict.Violated)) ? ExitStatus.Inconclusive
            : ExitStatus.AsExpected;
    }

    private static void Print(TextWriter writer, Target target, SimulationReport report, List<Row> rows)
    {
        writer.WriteLine(OneLine.Of($"{target.Name} at scope {target.Scope}: {target.Variant.Summary}"));
        writer.WriteLine(
            $"  {Quantities.Count(report.Walks)} walks, {Quantities.Count(report.Steps)} steps, {Quantities.Seconds(report.Seconds)} s, seed {report.Seed}, {Quantities.Rate(report.Seconds > 0 ? report.Steps / report.Seconds : 0)}");
        foreach (string line in report.Guarantee)
        {
            writer.WriteLine(OneLine.Of($"  {line}"));
        }

        if (report.Limit is string limit)
        {
            writer.WriteLine(OneLine.Of($"  ended early: {limit}"));
        }

        Verdicts.WriteTable(writer, rows);
        Coverage.WriteActions(writer, report.Actions, action => action switch
        {
            { Fired: 0 } => "not seen",
            { New: 0 } => $"fired {Quantities.Count(action.Fired)}",
            _ => $"fired {Quantities.Count(action.Fired)}, new {Quantities.Count(action.New)}",
        });
        foreach (var row in rows)
        {
            if (row.Outcome.Shrunk is Shrinkage shrunk)
            {
                writer.WriteLine(OneLine.Of($"  {row.Outcome.Claim.Name}: {shrunk}"));
            }

            Verdicts.WriteCounterexample(writer, row);
        }

        writer.WriteLine();
    }

    // A model that fails outweighs every verdict; a difference is certain and outweighs what was left open.
    private static int Worse(int a, int b) =>
        a == ExitStatus.Unusable || b == ExitStatus.Unusable ? ExitStatus.Unusable
        : a == ExitStatus.Differs || b == ExitStatus.Differs ? ExitStatus.Differs : Math.Max(a, b);
}
