// Runs that are stopped and gone on with: everything comes out as without the stop, and what is not this run's checkpoint is refused.

using Verify.Engine;
using Verify.Tests.Cli;
using Verify.Transitions;
using Xunit;

namespace Verify.Tests.Engine;

public sealed class CheckpointTests : IDisposable
{
    private static readonly Property<Counters>[] _properties =
    [
        Claims.Always<Counters>("sum below 500", (in Counters c) => c.X + c.Y < 500),
        Claims.Always<Counters>("no more than 800", (in Counters c) => c.X + c.Y <= 800, (in Counters c) => c.X == 400),
        Claims.EachStep<Counters>("not from 300", (in Counters a, Step _, in Counters b) => a.X != 300 || b.X != 301 || a.Y < 250),
        Claims.Reaches<Counters>("reaches", ["corner", "nowhere"], (in Counters c) => c.X == 400 && c.Y == 400 ? 1UL : c.X > 400 ? 2UL : 0),
        Claims.NoDeadlock<Counters>(),
    ];

    private readonly Scratch scratch = new();

    public static TheoryData<StoreKind, int, bool> Means
    {
        get
        {
            var data = new TheoryData<StoreKind, int, bool>();
            foreach (object[] means in RandomGraphTests.Means)
            {
                data.Add((StoreKind)means[0], (int)means[1], false);
                data.Add((StoreKind)means[0], (int)means[1], true);
            }
            return data;
        }
    }

    public void Dispose() => scratch.Dispose();

    // Stopped at random moments, each time by cancelling; the last run finds what one alone does. Threads and memory may change on the way.
    [Theory]
    [MemberData(nameof(Means))]
    public void A_run_in_many_pieces_finds_what_a_whole_one_does(StoreKind store, int threads, bool spills) => Seeds.Run(seed =>
    {
        var explorer = new Explorer<CounterModel, Counters>(new CounterModel(401), _properties);
        var whole = explorer.Run(new ExploreOptions { Store = store });
        var options = new ExploreOptions { Store = store, Threads = threads, Checkpoint = new(scratch["c"], TimeSpan.FromMilliseconds(1)) { Share = 1 } };
        if (spills)
        {
            options = options with { MemoryBytes = 1 << 20, ScratchDirectory = scratch.Root };
        }
        var random = new SplitRandom(seed, 0);
        Exploration<Counters>? found = null;
        int pieces = 0;
        for (; found == null || found.Limit == "cancelled"; pieces++)
        {
            using var stop = new CancellationTokenSource();
            int left = pieces == 0 ? 0 : random.Below(4);
            found = explorer.Run(options with
            {
                Threads = threads + random.Below(2),
                Cancel = stop.Token,
                Checkpoint = options.Checkpoint with
                {
                    Resume = File.Exists(scratch["c"]),
                    Told = problem =>
                    {
                        Assert.Null(problem);
                        if (left-- == 0)
                        {
                            stop.Cancel();
                        }
                    },
                },
            });
        }
        Assert.True(pieces > 1, "was never stopped");
        Assert.Equal((whole.States, whole.Transitions, whole.Depth, whole.Limit), (found.States, found.Transitions, found.Depth, found.Limit));
        Assert.Equal(whole.Actions.Sum(action => action.New), found.Actions.Sum(action => action.New));
        Assert.Equal(whole.Findings.Select(finding => (finding.Verdict, finding.Vacuous)), found.Findings.Select(finding => (finding.Verdict, finding.Vacuous)));
        if (!spills)
        {
            // Traces need no disk, but more memory than those runs have.
            Assert.Equal(whole.Findings.Select(Say), found.Findings.Select(Say));
        }
    });

    private static string Say(Finding<Counters> finding) => $"{finding.Detail}: {string.Join(' ', finding.Path ?? [])}";
}
