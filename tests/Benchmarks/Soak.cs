// Explores again and again with different stores, numbers of threads and limits: counts must stay the same, and memory must not creep up.

using System.Diagnostics;
using System.Globalization;
using Verify.Engine;

namespace Verify.Benchmarks;

/// <summary>A soak: the same models for hours. What a run does is drawn from the seed; how far a run with a time limit comes depends on the machine.</summary>
/// <remarks>
/// It is meant to run without tiered compilation (DOTNET_TieredCompilation=0): else methods are compiled again when they have been called often enough, which is
/// for minutes, and that memory looks like a leak.
/// </remarks>
/// <param name="workloads">What is explored.</param>
/// <param name="time">For how long.</param>
/// <param name="seed">Decides the order and the means.</param>
internal sealed class Soak(IReadOnlyList<Workload> workloads, TimeSpan time, int seed)
{
    private const long Memory = 256L << 20;
    private const int RunsOfLap = 16;
    private const int MostThreads = 4;

    private static readonly TimeSpan _betweenLines = TimeSpan.FromSeconds(30);

    private readonly Random _random = new(seed);
    private readonly Creep _creep = new();
    private readonly Dictionary<Workload, Sample> _expected = [];
    private long _runs;
    private long _ended;

    /// <summary>Runs to the end of the time, printing a line now and then; the exit status: 0, 1 for a difference or for memory that grows, 2 for too short a time.</summary>
    public int Run()
    {
        var clock = Stopwatch.StartNew();
        TimeSpan nextLine = _betweenLines;
        Console.WriteLine($"seed {seed}");
        foreach (Workload workload in workloads)
        {
            _expected.Add(workload, workload.Explore(new ExploreOptions { Store = StoreKind.Exact, MemoryBytes = Memory }));
        }
        // Everything that is compiled for a model and a store is there before memory is looked at.
        IEnumerable<Func<string?>> first =
            from workload in workloads
            from store in Enum.GetValues<StoreKind>()
            select (Func<string?>)(() => Explore(workload, new ExploreOptions { Store = store, Threads = 2, MemoryBytes = Memory }));
        if (!Lap(first))
        {
            return 1;
        }
        while (clock.Elapsed < time)
        {
            if (!Lap(Enumerable.Repeat<Func<string?>>(Once, RunsOfLap)))
            {
                return 1;
            }
            _creep.Note(Resident());
            if (clock.Elapsed >= nextLine)
            {
                nextLine += _betweenLines;
                Console.WriteLine(Line(clock.Elapsed));
            }
        }
        Console.WriteLine(Line(clock.Elapsed));
        return Judge();
    }

    private bool Lap(IEnumerable<Func<string?>> runs)
    {
        foreach (Func<string?> run in runs)
        {
            _runs++;
            if (run() is { } problem)
            {
                Console.Error.WriteLine($"soak: {problem}; seed {seed}, run {_runs}");
                return false;
            }
        }
        return true;
    }

    private int Judge()
    {
        if (_creep.Ends is not { } ends)
        {
            Console.Error.WriteLine($"soak: too short to see whether memory creeps up: {Creep.FewestReadings} times {RunsOfLap} runs are needed");
            return 2;
        }
        string change = $"{ends.Before >> 20} MiB at the highest early on, {ends.After >> 20} MiB at the lowest at the end";
        if (_creep.IsSeen)
        {
            Console.Error.WriteLine($"soak: resident memory creeps up: {change}");
            return 1;
        }
        Console.WriteLine($"no difference; resident memory stays: {change}");
        return 0;
    }

    // One run by means that are drawn, and what is wrong with it.
    private string? Once()
    {
        Workload workload = workloads[_random.Next(workloads.Count)];
        using var cancel = new CancellationTokenSource();
        var options = new ExploreOptions
        {
            Store = (StoreKind)_random.Next(Enum.GetValues<StoreKind>().Length),
            Threads = _random.Next(1, MostThreads + 1),
            MemoryBytes = Memory,
            Cancel = cancel.Token,
        };
        return Explore(workload, Limited(options, _expected[workload], cancel, out bool isLimited), isLimited);
    }

    private string? Explore(Workload workload, ExploreOptions options, bool isLimited = false)
    {
        Sample expected = _expected[workload];
        Sample sample = workload.Explore(options);
        _ended += sample.IsComplete ? 0 : 1;
        string what = $"{workload.Name} with {options.Store}, {options.Threads} threads{(isLimited ? " and a limit" : "")}";
        string counts = $"{what} has {sample.States:N0} states and {sample.Transitions:N0} transitions of {expected.States:N0} and {expected.Transitions:N0}";
        if (options.Store == StoreKind.Bitstate || !sample.IsComplete)
        {
            return sample.States > expected.States || sample.Transitions > expected.Transitions ? counts
                : !sample.IsComplete && !isLimited ? $"{what} ended early: {sample.Problem}"
                : null;
        }
        return (sample.States, sample.Transitions) != (expected.States, expected.Transitions) ? counts
            : sample.Problem != null ? $"{what}: {sample.Problem}"
            : null;
    }

    // Half of the runs have no limit; the others get one that is hit more often than not.
    private ExploreOptions Limited(ExploreOptions options, Sample expected, CancellationTokenSource cancel, out bool isLimited)
    {
        double share = _random.NextDouble();
        int kind = _random.Next(6);
        isLimited = kind < 3;
        switch (kind)
        {
            case 0:
                return options with { MemoryBytes = (4L << 20) + (long)(share * expected.Bytes) };
            case 1:
                return options with { Time = TimeSpan.FromSeconds(share * expected.Seconds) };
            case 2:
                cancel.CancelAfter(TimeSpan.FromSeconds(share * expected.Seconds));
                return options;
            default:
                return options;
        }
    }

    private string Line(TimeSpan elapsed) =>
        $"{elapsed.TotalSeconds,6:0} s  {_runs,8:N0} runs, {_ended:N0} of them ended early, resident {Resident() >> 20} MiB";

    // Without the pages of files, which the kernel takes and gives as it likes; after a collection, so that what only waits for one does not count.
    private static long Resident()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        string? line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return line == null ? Environment.WorkingSet : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
    }
}
