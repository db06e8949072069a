// Runs other programs.

using System.ComponentModel;
using System.Diagnostics;

namespace Verify.Benchmarks;

/// <summary>What a program printed and took.</summary>
/// <param name="Status">Its exit status.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
/// <param name="Seconds">Wall-clock seconds from start to end.</param>
/// <param name="PeakBytes">Resident memory at its highest, as far as seen: looked at every 20 ms.</param>
internal sealed record Command(int Status, string Output, string Errors, double Seconds, long PeakBytes)
{
    /// <summary>Runs a program to its end in a directory.</summary>
    /// <exception cref="Win32Exception">There is no such program.</exception>
    public static Command Run(string directory, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var clock = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        long peak = 0;
        while (!process.WaitForExit(20))
        {
            process.Refresh();
            peak = Math.Max(peak, Peak(process));
        }
        return new Command(process.ExitCode, output.Result, errors.Result, clock.Elapsed.TotalSeconds, peak);
    }

    /// <summary>The first line that a program prints; null where there is no such program.</summary>
    public static string? FirstLine(string program, params string[] arguments)
    {
        try
        {
            return Run(".", program, arguments).Output.Split('\n')[0].Trim();
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static long Peak(Process process)
    {
        try
        {
            return process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0; // it has ended between the two looks
        }
    }
}
