// Runs whose memory is too small: what does not fit goes to disk, and everything comes out as it would have.

using Verify.Engine;
using Verify.Engine.Disk;
using Verify.Engine.Stores;
using Verify.Model.Classics;
using Verify.Tests.Cli;
using Verify.Transitions;
using Xunit;

namespace Verify.Tests.Engine;

public sealed class SpillTests : IDisposable
{
    private readonly Scratch scratch = new();

    public static TheoryData<StoreKind, int> Means => RandomGraphTests.Means;

    public void Dispose() => scratch.Dispose();

    [Theory]
    [MemberData(nameof(Means))]
    public void A_small_memory_gives_the_counts_and_verdicts_of_a_large_one(StoreKind store, int threads)
    {
        Property<Counters>[] properties =
        [
            Claims.Always<Counters>("sum below 700", (in Counters c) => c.X + c.Y < 700),
            Claims.Always<Counters>("no more than 1200", (in Counters c) => c.X + c.Y <= 1200, (in Counters c) => c.X == 600),
            Claims.EachStep<Counters>("not from 300", (in Counters a, Step _, in Counters b) => a.X != 300 || b.X != 301 || a.Y < 250),
            Claims.Reaches<Counters>("reaches", ["corner", "nowhere"], (in Counters c) => c.X == 600 && c.Y == 600 ? 1UL : c.X > 600 ? 2UL : 0),
            Claims.NoDeadlock<Counters>(),
        ];
        var explorer = new Explorer<CounterModel, Counters>(new CounterModel(601), properties);
        var large = explorer.Run(new ExploreOptions { Store = store, Threads = threads });
        var small = explorer.Run(Small(store, threads, 2 << 20));
        Assert.Equal(601 * 601, small.States);
        Assert.Equal((large.States, large.Transitions, large.Depth, large.Limit), (small.States, small.Transitions, small.Depth, small.Limit));
        Assert.Equal(large.States - 1, small.Actions.Sum(action => action.New));
        Assert.InRange(small.PeakBytes, 1, 2 << 20);
        Assert.Equal(large.Findings.Select(finding => (finding.Verdict, finding.Vacuous)), small.Findings.Select(finding => (finding.Verdict, finding.Vacuous)));
        // Traces need no disk: the levels up to the violation are found again in the memory there is, or it is said that they do not fit.
        Assert.True(small.ScratchBytes > 0, "nothing went to disk");
        Assert.Empty(scratch.Names);
    }

    [Theory]
    [MemberData(nameof(Means))]
    public void States_of_several_words_and_deep_spills(StoreKind store, int threads)
    {
        Exploration<FilterLockState> found = new Explorer<FilterLock, FilterLockState>(new FilterLock(5), [Claims.NoDeadlock<FilterLockState>()])
            .Run(Small(store, threads, store == StoreKind.Exact ? 2 << 20 : 1 << 20));
        Assert.True(found.ScratchBytes > 0, "nothing went to disk");
        Assert.Equal((null, 88_560, 286_985), (found.Limit, found.States, found.Transitions));
        Assert.Equal(88_559, found.Actions.Sum(action => action.New));
        Assert.Equal(Verdict.Holds, found.Findings[0].Verdict);
    }

    [Fact]
    public void Runs_know_what_was_added_and_nothing_else() => Seeds.Run(seed =>
    {
        using var runs = new KeyRuns(new ScratchSpace(scratch.Root));
        var random = new SplitRandom(seed, 0);
        var all = new SortedSet<ulong>();
        for (int round = 0; round < 12; round++)
        {
            // Of all sizes, about a block and a few, and sometimes what an earlier run has.
            var some = new SortedSet<ulong>(Enumerable.Range(0, 1 + random.Below(20_000)).Select(_ => (ulong)random.Below(200_000) << 40));
            KeyRunWriter run = runs.Begin();
            some.ToList().ForEach(run.Add);
            runs.End(run);
            all.UnionWith(some);
            foreach (int count in (int[])[1, 100, 50_000])
            {
                ulong[] asked = [.. new SortedSet<ulong>(Enumerable.Range(0, count).Select(_ => (ulong)random.Below(210_000) << 40))];
                byte[] known = new byte[asked.Length];
                runs.Mark(asked, known);
                Assert.Equal(asked.Select(all.Contains), known.Select(mark => mark == 1));
            }
        }
        var read = new List<ulong>();
        runs.Read(block => read.AddRange(block.Span));
        Assert.Equal(all, new SortedSet<ulong>(read));
    });

    [Fact]
    public void A_table_gives_its_keys_in_order() => Seeds.Run(seed =>
    {
        foreach (int count in (int[])[0, 1, 3_000, 50_000])
        {
            foreach (int shift in (int[])[0, 20])
            {
                // Shifted, they crowd at the end of the table, and some go round it.
                var budget = new NativeBudget(1L << 30);
                var table = new Table(budget, 64);
                using var crew = new Crew(1);
                var random = new SplitRandom(seed, (ulong)count);
                var keys = new SortedSet<ulong>(Enumerable.Range(0, count).Select(_ => ulong.MaxValue - (random.Next() >> shift)).Append(0UL));
                foreach (ulong key in keys)
                {
                    Assert.True(table.HasRoom || table.TryGrow(crew));
                    table.Claim(key, out _);
                    table.Added(1);
                }
                var taken = new List<ulong>();
                table.TakeAll(taken.Add);
                Assert.Equal(keys, taken);
                Assert.True(table.Count == 0 && keys.All(key => table.Find(key) < 0));
                table.Free();
            }
        }
    });

    [Fact]
    public void A_disk_that_fails_ends_the_run_and_says_where()
    {
        string missing = scratch["missing"];
        var explorer = new Explorer<CounterModel, Counters>(new CounterModel(2_000), [Claims.NoDeadlock<Counters>()]);
        var found = explorer.Run(Small(StoreKind.Fingerprint, 2, 2 << 20) with { ScratchDirectory = missing });
        Assert.StartsWith($"scratch files in {missing} failed (", found.Limit);
        Assert.Equal(Verdict.Inconclusive, found.Findings[0].Verdict);
    }

    private ExploreOptions Small(StoreKind store, int threads, long bytes) =>
        new() { Store = store, Threads = threads, MemoryBytes = bytes, ScratchDirectory = scratch.Root };
}
