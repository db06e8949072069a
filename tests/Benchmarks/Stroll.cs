// Random walks through one workload by each strategy that suits it.

using Verify.Engine;

namespace Verify.Benchmarks;

/// <summary>Measures steps per second of random walks.</summary>
/// <param name="workload">The workload.</param>
/// <param name="machine">Where this is.</param>
internal sealed class Stroll(Workload workload, string machine)
{
    // Long enough for the clock and the runtime's compiler, which gets as long before it counts.
    private static readonly TimeSpan _time = TimeSpan.FromSeconds(1);

    /// <summary>What went wrong: a claim that is violated.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>A row for each strategy and number of threads, the median of some runs.</summary>
    public IReadOnlyList<Row> Run(int repeats) =>
        [.. from strategy in Enum.GetValues<StrategyKind>()
            from threads in new[] { 1, 2 }
            let row = Run(repeats, new SimulateOptions { Strategy = strategy, Threads = threads, Walks = long.MaxValue, Time = _time })
            where row != null
            select row];

    private Row? Run(int repeats, SimulateOptions options)
    {
        try
        {
            workload.Simulate(options);
            Sample[] samples = [.. Enumerable.Range(0, repeats).Select(_ => workload.Simulate(options))];
            Problems.AddRange(samples.Where(sample => sample.Problem != null).Select(sample => $"{options.Strategy}: {sample.Problem}").Take(1));
            Sample median = samples.OrderBy(sample => sample.Transitions / sample.Seconds).ElementAt(samples.Length / 2);
            string tool = $"ours-simulate-{options.Strategy.ToString().ToLowerInvariant()}";
            return new Row(workload.Name, tool, options.Threads, 0, median.Transitions, median.Seconds, 0, machine);
        }
        catch (StrategyException)
        {
            return null; // the model does not say who acts, or what depends on what
        }
    }
}
