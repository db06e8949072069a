// Any SMT-LIB 2 solver, as a program that reads a script from its standard input.

using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Verify.Symbolic;

/// <summary>Decides obligations by a program, one process each.</summary>
/// <param name="name">Name and version, as reports print them.</param>
/// <param name="program">The program: a path, or a name on the PATH.</param>
/// <param name="arguments">What makes it read SMT-LIB 2 from standard input and produce models.</param>
internal sealed class PipedSolver(string name, string program, params IReadOnlyList<string> arguments) : ISolver
{
    // What a solver prints for an entry is a page; more than this is none of it an answer.
    private const int MostOutput = 1 << 20;

    // A process that was killed closes its pipes at once, unless a child of its own keeps them.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public SolverAnswer Check(Obligation obligation, TimeSpan limit, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return new SolverAnswer.Unknown("cancelled");
        }

        try
        {
            using var process = Start();
            return Talk(process, obligation, limit, cancellation);
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
        {
            return new SolverAnswer.Unknown($"{program} cannot be run: {e.Message}");
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        return Process.Start(start)!;
    }

    private static SolverAnswer Talk(Process process, Obligation obligation, TimeSpan limit, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(limit < Deadline.Longest ? limit : Deadline.Longest);
        var output = Read(process.StandardOutput, stop);
        var errors = Read(process.StandardError, stop);
        var input = Write(process.StandardInput, obligation, stop.Token);
        try
        {
            Task.WhenAll(output, errors, input, process.WaitForExitAsync(stop.Token)).WaitAsync(stop.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            Task.WhenAll(output, errors).Wait(Grace, CancellationToken.None);
            var end = cancellation.IsCancellationRequested ? "cancelled"
                : IsTooMuch(output) || IsTooMuch(errors) ? $"more than {MostOutput} characters of output" : Deadline.Say(limit);
            return new SolverAnswer.Unknown(With(end, Said(output), Said(errors)));
        }

        // Solvers end with 1 after an error, and asking for the model of what has none is one.
        if (process.ExitCode is not (0 or 1))
        {
            return new SolverAnswer.Unknown(With($"it died with status {process.ExitCode}", output.Result, errors.Result));
        }

        var answer = SmtReader.Answer(obligation, output.Result);
        return answer is SolverAnswer.Unknown unknown ? unknown with { Reason = With(unknown.Reason, "", errors.Result) } : answer;
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or AggregateException)
        {
            // It or a child of it ended by itself.
        }
    }

    // A solver that dies early does not read all, which is not what is wrong with it.
    private static async Task Write(StreamWriter input, Obligation obligation, CancellationToken stop)
    {
        try
        {
            await using (input.ConfigureAwait(false))
            {
                await input.WriteAsync((obligation.Text + obligation.ModelRequest).AsMemory(), stop).ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
        }
    }

    private static async Task<string> Read(StreamReader reader, CancellationTokenSource stop)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        try
        {
            int length;
            while ((length = await reader.ReadAsync(buffer, stop.Token).ConfigureAwait(false)) > 0)
            {
                text.Append(buffer, 0, length);
                if (text.Length > MostOutput)
                {
                    await stop.CancelAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // What was said so far is said in the reason.
        }

        return text.ToString();
    }

    private static bool IsTooMuch(Task<string> output) => Said(output).Length > MostOutput;

    private static string Said(Task<string> output) => output.IsCompletedSuccessfully ? output.Result : "";

    private static string With(string reason, string output, string errors)
    {
        var said = string.Join(" ", new[] { output, errors }.Where(text => !string.IsNullOrWhiteSpace(text)).Select(SmtReader.Excerpt));
        return said.Length == 0 ? reason : $"{reason}; it said: {said}";
    }
}
