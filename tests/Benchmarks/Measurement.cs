// One row of the benchmark.

using System.Text.Json.Serialization;
using Verify.Engine;
using Verify.Model.Classics;

namespace Verify.Benchmarks;

/// <summary>The median of some runs of one model with one tool.</summary>
/// <param name="Model">The model and its size.</param>
/// <param name="Tool">ours-fingerprint or ours-exact.</param>
/// <param name="Threads">Threads used.</param>
/// <param name="States">Distinct states.</param>
/// <param name="Transitions">Steps generated.</param>
/// <param name="Seconds">Wall-clock seconds.</param>
/// <param name="StatesPerSecond">Distinct states per second.</param>
/// <param name="BytesPerState">Native memory at its highest, per state.</param>
internal sealed record Measurement(
    string Model, string Tool, int Threads, long States, long Transitions, double Seconds, double StatesPerSecond, double BytesPerState)
{
    private static readonly Claim _claim = new("MutualExclusion", PropertyKind.Invariant, "At most one process is in the critical section.", "Peterson 1981");

    private static readonly Invariant<FilterLockState> _exclusion = new(
        _claim,
        null,
        (in FilterLockState state) => FilterLock.InCriticalSection(in state) <= 1,
        (in FilterLockState state) => $"{FilterLock.InCriticalSection(in state)} processes are in the critical section");

    /// <summary>The head of the table.</summary>
    public static string Header { get; } =
        $"{"model",-14} {"tool",-17} {"threads",7} {"states",12} {"transitions",13} {"seconds",8} {"states/s",12} {"transitions/s",14} {"bytes/state",11}";

    /// <summary>The row of the table.</summary>
    [JsonIgnore]
    public string Line =>
        $"{Model,-14} {Tool,-17} {Threads,7} {States,12:N0} {Transitions,13:N0} {Seconds,8:0.00} {StatesPerSecond,12:N0} {Transitions / Seconds,14:N0} {BytesPerState,11:0.0}";

    /// <summary>Measures; one run that does not count goes before, so that all code is compiled at its best.</summary>
    public static Measurement Median(int processes, StoreKind store, int threads, int repeats)
    {
        Run(Math.Min(processes, 6), store, threads);
        var runs = Enumerable.Range(0, repeats).Select(_ => Run(processes, store, threads)).OrderBy(run => run.Seconds).ToList();
        Exploration<FilterLockState> run = runs[repeats / 2];
        return new Measurement(
            $"filter-lock-{processes}",
            store == StoreKind.Exact ? "ours-exact" : "ours-fingerprint",
            threads,
            run.States,
            run.Transitions,
            run.Seconds,
            run.States / run.Seconds,
            (double)run.PeakBytes / run.States);
    }

    private static Exploration<FilterLockState> Run(int processes, StoreKind store, int threads)
    {
        var options = new ExploreOptions { Store = store, Threads = threads, MemoryBytes = 12L << 30 };
        Exploration<FilterLockState> found = new Explorer<FilterLock, FilterLockState>(new FilterLock(processes), [_exclusion]).Run(options);
        return found.Limit == null ? found : throw new InvalidOperationException(found.Limit);
    }
}
