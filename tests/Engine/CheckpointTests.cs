// Runs that are stopped and gone on with: everything comes out as without the stop, and what is not this run's checkpoint is refused.

using Verify.Engine;
using Verify.Engine.Disk;
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
    [Trait("Speed", "Slow")]
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

    [Fact]
    public void A_checkpoint_that_is_not_whole_is_refused() => Seeds.Run(seed =>
    {
        byte[] whole = Written(new ExploreOptions());
        var random = new SplitRandom(seed, 0);
        for (int i = 0; i < 60; i++)
        {
            byte[] other = [.. whole];
            other[random.Below(other.Length)] ^= (byte)(1 << random.Below(8));
            CheckRefused(i % 3 == 0 ? whole[..random.Below(whole.Length)] : i % 3 == 1 ? [.. whole, 0] : other, "c: it ");
        }
    });

    [Fact]
    public void A_checkpoint_of_something_else_is_refused()
    {
        byte[] whole = Written(new ExploreOptions());
        CheckRefused(whole, "was written for store fingerprint, and this is store exact", new ExploreOptions { Store = StoreKind.Exact });
        CheckRefused(whole, "and this is properties reaches", new ExploreOptions { Properties = ["reaches"] });
        CheckRefused(whole, "was written for counters, and this is others", about: "others");
        CheckRefused(whole, "CounterModel, and this is states of ", new GraphModel(Graph.Draw(1)));
        CheckRefused(whole, "was written for build ", builtFrom: typeof(Xunit.Assert));
        File.Delete(scratch["c"]);
        var e = Assert.Throws<CheckpointException>(() => Explorer(100).Run(Goes(new ExploreOptions(), "counters", typeof(CounterModel))));
        Assert.StartsWith($"cannot read checkpoint {scratch["c"]}: ", e.Message);
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_is_told_and_the_run_goes_on()
    {
        var told = new List<string?>();
        var found = Explorer(200).Run(new ExploreOptions { Checkpoint = new(scratch["no/such/c"], TimeSpan.FromTicks(1)) { Told = told.Add } });
        Assert.Null(found.Limit);
        Assert.NotEmpty(told);
        Assert.All(told, problem => Assert.StartsWith($"cannot write checkpoint {scratch["no/such/c"]}: ", problem));
    }

    [Fact]
    public void A_run_that_was_stopped_by_its_time_or_memory_can_go_on()
    {
        var options = new ExploreOptions { MemoryBytes = 1 << 20, Checkpoint = new(scratch["c"], TimeSpan.FromDays(1)) };
        var stopped = Explorer(401).Run(options);
        Assert.Equal("memory limit of 1 MiB reached", stopped.Limit);
        var found = Explorer(401).Run(options with { MemoryBytes = 1 << 30, Checkpoint = options.Checkpoint with { Resume = true } });
        Assert.Equal((null, 401 * 401), (found.Limit, found.States));
        Assert.True(found.Seconds > stopped.Seconds, "the time of the first run was forgotten");
    }

    private static Explorer<CounterModel, Counters> Explorer(int limit) => new(new CounterModel(limit), _properties);

    private static string Say(Finding<Counters> finding) => $"{finding.Detail}: {string.Join(' ', finding.Path ?? [])}";

    // A checkpoint of a run that its first checkpoint stops.
    private byte[] Written(ExploreOptions options)
    {
        using var stop = new CancellationTokenSource();
        Explorer(401).Run(options with
        {
            Cancel = stop.Token,
            Checkpoint = new(scratch["c"], TimeSpan.FromTicks(1)) { About = "counters", Told = _ => stop.Cancel() },
        });
        return File.ReadAllBytes(scratch["c"]);
    }

    private ExploreOptions Goes(ExploreOptions options, string about, Type builtFrom) =>
        options with { Checkpoint = new(scratch["c"], TimeSpan.FromDays(1)) { About = about, BuiltFrom = [builtFrom.Assembly], Resume = true } };

    private void CheckRefused(byte[] file, string why, ExploreOptions? options = null, string about = "counters", Type? builtFrom = null)
    {
        File.WriteAllBytes(scratch["c"], file);
        var e = Assert.Throws<CheckpointException>(
            () => Explorer(401).Run(Goes(options ?? new ExploreOptions(), about, builtFrom ?? typeof(CounterModel))));
        Check(e, file, why);
    }

    private void CheckRefused(byte[] file, string why, GraphModel other)
    {
        var explorer = new Explorer<GraphModel, Node>(other, [.. _properties.Select(property => Claims.Always<Node>(property.Claim.Name, (in Node _) => true))]);
        File.WriteAllBytes(scratch["c"], file);
        Check(Assert.Throws<CheckpointException>(() => explorer.Run(Goes(new ExploreOptions(), "counters", typeof(CounterModel)))), file, why);
    }

    private void Check(CheckpointException e, byte[] file, string why)
    {
        Assert.StartsWith($"cannot go on with checkpoint {scratch["c"]}: ", e.Message);
        Assert.Contains(why, e.Message);
        Assert.Equal(file, File.ReadAllBytes(scratch["c"]));
    }
}
