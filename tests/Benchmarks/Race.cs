// Runs all tools on one workload, one after the other and again from the first, and takes the median of each.

using System.Diagnostics;
using Verify.Engine;

namespace Verify.Benchmarks;

/// <summary>All tools on one workload.</summary>
/// <param name="workload">The workload.</param>
/// <param name="peers">The other model checkers that are there.</param>
/// <param name="machine">Where this is.</param>
internal sealed class Race(Workload workload, IReadOnlyList<Peer> peers, string machine)
{
    private const long Memory = 12L << 30;

    private sealed record Runner(string Tool, int Threads, Func<Sample> Run)
    {
        public List<Sample> Samples { get; } = [];
    }

    /// <summary>What went wrong: a tool that failed, a claim that did not hold, counts that differ.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Runs every tool so often, and gives a row for each.</summary>
    public IReadOnlyList<Row> Run(int repeats)
    {
        List<Runner> runners = [.. Ours()];
        Sample expected = WarmUp();
        if (workload.Peer != null)
        {
            runners.AddRange(peers.SelectMany(peer => Prepare(peer, workload.Peer, expected.States)));
        }
        for (int i = 0; i < repeats; i++)
        {
            foreach (Runner runner in runners.ToList())
            {
                Take(runner, expected, runners);
            }
        }
        return Rows(runners);
    }

    private IEnumerable<Runner> Ours() =>
        from store in new[] { StoreKind.Fingerprint, StoreKind.Exact }
        from threads in new[] { 1, 2 }
        let options = new ExploreOptions { Store = store, Threads = threads, MemoryBytes = Memory }
        select new Runner(store == StoreKind.Exact ? "ours-exact" : "ours-fingerprint", threads, () => workload.Explore(options));

    // Until all code of ours is compiled at its best: the runtime compiles what is hot again and in the background.
    private Sample WarmUp()
    {
        Sample? last = null;
        foreach (Runner runner in Ours().Where(runner => runner.Threads == 1))
        {
            var clock = Stopwatch.StartNew();
            do
            {
                last = runner.Run();
            }
            while (clock.Elapsed < TimeSpan.FromSeconds(3));
        }
        return last!;
    }

    private IEnumerable<Runner> Prepare(Peer peer, PeerModel model, long states)
    {
        string directory = Path.GetFullPath(Path.Combine("artifacts", "bench", $"{workload.Name}-{peer.Tool}"));
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
        Directory.CreateDirectory(directory);
        try
        {
            peer.Build(model, states, directory);
        }
        catch (PeerException e)
        {
            Problems.Add(e.Message);
            yield break;
        }
        yield return new Runner(peer.Tool, 1, () => peer.Run(states, directory));
    }

    // A tool that failed or disagrees leaves the race: no speed is quoted for it.
    private void Take(Runner runner, Sample expected, List<Runner> runners)
    {
        string? problem;
        try
        {
            Sample sample = runner.Run();
            runner.Samples.Add(sample);
            problem = sample.Problem == null ? Difference(runner, sample, expected) : $"{runner.Tool}: {sample.Problem}";
        }
        catch (PeerException e)
        {
            problem = e.Message;
        }
        if (problem != null)
        {
            Problems.Add(problem);
            runners.Remove(runner);
        }
    }

    private static string? Difference(Runner runner, Sample sample, Sample expected) =>
        sample.States == expected.States && Math.Abs(sample.Transitions - expected.Transitions) <= sample.Rounding
            ? null
            : $"counts differ: {runner.Tool} with {runner.Threads} threads has {sample.States:N0} states and {sample.Transitions:N0} transitions, "
                + $"ours-exact {expected.States:N0} and {expected.Transitions:N0}";

    private List<Row> Rows(List<Runner> runners)
    {
        List<Row> rows = [.. runners.Select(RowOf)];
        double? spin = rows.Find(row => row.Tool == "spin")?.StatesPerSecond;
        double? rumur = rows.Find(row => row.Tool == "rumur")?.StatesPerSecond;
        return [.. rows.Select(row => row with { RatioToSpin = row.StatesPerSecond / spin, RatioToRumur = row.StatesPerSecond / rumur })];
    }

    private Row RowOf(Runner runner)
    {
        Sample median = runner.Samples.OrderBy(sample => sample.Seconds).ElementAt(runner.Samples.Count / 2);
        return new Row(
            workload.Name,
            runner.Tool,
            runner.Threads,
            median.States,
            median.Transitions,
            median.Seconds,
            (double)median.Bytes / median.States,
            machine);
    }
}
