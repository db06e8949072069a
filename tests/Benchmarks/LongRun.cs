// One long run: how far the engine gets on this machine, in which memory and time, with and without the disk.

using System.Globalization;
using Verify.Engine;
using Verify.Model.Classics;

namespace Verify.Benchmarks;

/// <summary>A run of the filter lock of eight processes, which has about a thousand million states.</summary>
/// <param name="Claim">What was asked.</param>
/// <param name="Model">The model and its size.</param>
/// <param name="Threads">Threads.</param>
/// <param name="MemoryLimit">What states may take of the memory, in bytes.</param>
/// <param name="States">Distinct states.</param>
/// <param name="Transitions">Steps.</param>
/// <param name="Depth">The last level.</param>
/// <param name="Seconds">Wall-clock seconds.</param>
/// <param name="PeakBytes">Memory of states at the highest.</param>
/// <param name="ScratchBytes">Scratch files at their largest.</param>
/// <param name="ResidentBytes">What the whole process had of the memory at the highest.</param>
/// <param name="OmissionProbability">The bound on the probability that a state was omitted.</param>
/// <param name="Limit">What ended the run early; null if nothing did.</param>
/// <param name="Machine">Where it was measured.</param>
internal sealed record LongRun(
    string Claim, string Model, int Threads, long MemoryLimit, long States, long Transitions, int Depth, double Seconds, long PeakBytes, long ScratchBytes,
    long ResidentBytes, double OmissionProbability, string? Limit, string Machine)
{
    /// <summary>Runs it, with a line on standard error every now and then.</summary>
    /// <param name="processes">Of the lock, 2 to 8.</param>
    /// <param name="memory">What states may take of the memory, in bytes; the rest goes to /var/tmp.</param>
    /// <param name="claim">What is asked; a claim about whole runs takes as many seconds more.</param>
    public static LongRun Of(int processes, long memory, Property<FilterLockState> claim)
    {
        TimeSpan next = TimeSpan.Zero;
        var options = new ExploreOptions
        {
            Threads = Environment.ProcessorCount,
            MemoryBytes = memory,
            ScratchDirectory = "/var/tmp",
            Progress = progress =>
            {
                if (progress.Elapsed >= next)
                {
                    next = progress.Elapsed + TimeSpan.FromSeconds(10);
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                        $"{progress.Elapsed.TotalSeconds:0} s: {progress.States:N0} states, depth {progress.Depth}, queue {progress.Queue:N0}, {progress.MemoryBytes >> 20} MiB"));
                }
            },
        };
        var found = new Explorer<FilterLock, FilterLockState>(new FilterLock(processes), [claim]).Run(options);
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return new(
            claim.Claim.Name, $"filter-lock-{processes}", options.Threads, memory, found.States, found.Transitions, found.Depth, found.Seconds, found.PeakBytes, found.ScratchBytes,
            process.PeakWorkingSet64, found.OmissionProbability, found.Limit ?? (found.Findings[0].Verdict == Verdict.Holds ? null : $"{found.Findings[0].Verdict}: {found.Findings[0].Detail}"),
            Benchmarks.Machine.Describe());
    }

    /// <summary>The run as a line.</summary>
    public string Line => string.Create(CultureInfo.InvariantCulture,
        $"{Claim}, {Model}, {Threads} threads, --memory {MemoryLimit >> 20}M: {States:N0} states, {Transitions:N0} transitions, depth {Depth}, {Seconds:0} s, "
        + $"{States / Seconds / 1e6:0.00} M states/s, {PeakBytes >> 20} MiB ({(double)PeakBytes / States:0.0} bytes/state), {ScratchBytes >> 20} MiB on disk, "
        + $"process {ResidentBytes >> 20} MiB, omission below {OmissionProbability:0.0e+0}{(Limit == null ? "" : $"; ended early: {Limit}")}");
}
