// The `verify` program: reads the command line, runs the command, and turns what goes wrong into one line and an exit status.

using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using System.Text;
using Verify.Engine;
using Verify.Engine.Traces;
using Verify.Properties;

namespace Verify.Cli;

/// <summary>The program.</summary>
public static class Program
{
    /// <summary>Runs the program on the process's own streams; Ctrl-C and SIGTERM ask for a clean stop, a second one ends it.</summary>
    public static int Main(string[] args)
    {
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var results = Text(descriptor: 1);
        using var errors = Text(descriptor: 2);
        bool live = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        return Run(args, new Invocation(results, errors, Catalogue.Systems, Decoders.Tables, live, stop.Token));
    }

    /// <summary>Runs the program on given streams and systems, without a terminal.</summary>
    /// <param name="args">The command line, without the program's name.</param>
    /// <param name="results">Standard output.</param>
    /// <param name="errors">Standard error.</param>
    /// <param name="catalogue">The systems.</param>
    /// <returns>The exit status: 0 as expected, 1 a verdict differs, 2 unusable arguments or input, 3 inconclusive.</returns>
    public static int Run(string[] args, TextWriter results, TextWriter errors, IReadOnlyList<SystemEntry> catalogue) =>
        Run(args, new Invocation(results, errors, catalogue, Decoders.Tables, Live: false, CancellationToken.None));

    /// <summary>Runs the program; returns the exit status.</summary>
    public static int Run(string[] args, Invocation invocation)
    {
        try
        {
            int status = Invoke(args, invocation);
            invocation.Out.Flush();
            return status;
        }
        catch (Exception failed)
        {
            Complain(invocation, Message(failed is AggregateException { InnerException: Exception first } ? first : failed));
            return ExitStatus.Unusable;
        }
    }

    private static int Invoke(string[] args, Invocation invocation)
    {
        var root = CommandLine.Root(invocation);
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction || (parsed.Errors.Count > 0 && parsed.Action is null))
        {
            throw new UsageException(CommandLine.Complaint(parsed));
        }

        return parsed.Invoke(new InvocationConfiguration
        {
            Output = invocation.Out,
            Error = invocation.Err,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    /// <summary>What went wrong, for one line.</summary>
    internal static string Message(Exception failed) => failed switch
    {
        UsageException or TraceException or ModelException => failed.Message,
        IOException => $"cannot write the results: {failed.Message}",
        OutOfMemoryException => "out of memory; give a smaller --memory or --scope",
        _ => $"a defect of this program: {failed.GetType().Name}: {failed.Message}{Place(failed)}",
    };

    // The place, for the report of the defect; the rest of the stack says nothing to a user.
    private static string Place(Exception failed) =>
        failed.StackTrace?.Split('\n').Select(frame => frame.Trim()).FirstOrDefault(frame => frame.Contains(" Verify.")) is string frame ? $" ({frame})" : "";

    private static void Complain(Invocation invocation, string message)
    {
        try
        {
            invocation.Err.WriteLine(OneLine.Of($"verify: {message}"));
            invocation.Err.Flush();
        }
        catch (IOException)
        {
            // Standard error is gone too; the exit status is all that is left to say.
        }
    }

    private static StreamWriter Text(int descriptor) =>
        new(new StandardStream(descriptor), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
}
