// verify replay: executes the models along recorded traces.

using System.CommandLine;
using Verify.Engine;
using Verify.Engine.Traces;

namespace Verify.Cli;

/// <summary>verify replay.</summary>
internal sealed class ReplayCommand
{
    private readonly Argument<string[]> files = new("FILE")
    {
        Description = "Recorded traces",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>The command, to be run with <paramref name="invocation"/>.</summary>
    public Command Build(Invocation invocation)
    {
        var command = new Command("replay", "Execute the model along recorded traces: every step must lead to the recorded state, and the last one, or the loop, must violate the property")
        {
            files,
        };
        command.SetAction(parsed => Run(invocation, parsed.GetRequiredValue(files)));
        return command;
    }

    private static int Run(Invocation invocation, string[] files)
    {
        int status = ExitStatus.AsExpected;
        foreach (string file in files)
        {
            try
            {
                var trace = TraceFile.Read(file);
                string failed = Replay(Target.Of(invocation.Catalogue, trace), trace);
                invocation.Out.WriteLine(OneLine.Of(
                    $"{file}: replayed, {trace.Steps.Count - 1} steps: {trace.System}/{trace.Variant} violates {trace.Property}: {failed}"));
            }
            catch (Exception bad) when (bad is TraceException or ModelException)
            {
                invocation.Err.WriteLine(OneLine.Of($"verify: {file}: {Program.Message(bad)}"));
                status = ExitStatus.Unusable;
            }
        }

        return status;
    }

    /// <summary>Replays the trace and returns which part of the property failed.</summary>
    /// <exception cref="TraceException">It does not replay, or fails for another reason than the recorded one.</exception>
    /// <exception cref="ModelException">The model failed.</exception>
    public static string Replay(Target target, TraceDocument trace)
    {
        string failed = target.Variant.Open(target.Scope).Replay(trace);
        return failed == trace.Failed
            ? failed
            : throw new TraceException($"replays, but fails because of {OneLine.Quote(failed)} where the trace says {OneLine.Quote(trace.Failed)}");
    }
}
