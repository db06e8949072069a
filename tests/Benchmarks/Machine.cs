// Where a benchmark runs.

using System.Runtime.InteropServices;

namespace Verify.Benchmarks;

/// <summary>The machine and the versions, in words.</summary>
internal static class Machine
{
    /// <summary>Processor, number of cores, memory, and the versions of everything that is measured.</summary>
    public static string Describe() => string.Join(", ",
        [
            Processor(),
            $"{Environment.ProcessorCount} cores",
            $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30):0} GiB",
            RuntimeInformation.FrameworkDescription,
            .. Peer.All.Select(peer => peer.Version ?? $"no {peer.Tool}"),
            Compiler ?? "no gcc",
        ]);

    /// <summary>The C compiler with its version, without which no peer can run; null where there is none.</summary>
    public static string? Compiler { get; } = Command.FirstLine("gcc", "--version");

    /// <summary>How many programs wanted to run at a time in the last minute.</summary>
    public static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private static string Processor() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[1]
        ?? RuntimeInformation.ProcessArchitecture.ToString();
}
