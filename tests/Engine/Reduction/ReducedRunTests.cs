// Reduced runs that end early: in a model that fails, or at a checkpoint.

using Verify.Engine;
using Verify.Engine.Disk;
using Verify.Model.Classics;
using Verify.Tests.Cli;
using Verify.Transitions;
using Xunit;

namespace Verify.Tests.Engine.Reduction;

public sealed class ReducedRunTests : IDisposable
{
    private const Reductions Both = Reductions.Symmetry | Reductions.PartialOrder;

    private static readonly Code Worker = new(
    [
        [new(Op.Bump, 0, 0, false, 1)], [new(Op.Take, 0, 0, false, 2)], [new(Op.Set0, 0, 2, true, 3)], [new(Op.Give, 0, 0, false, 4)],
    ]);

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    // The state in the message and the end of the run are the same, and the run is of the model as it is.
    [Theory]
    [InlineData(Reductions.Symmetry)]
    [InlineData(Reductions.PartialOrder)]
    [InlineData(Both)]
    public void A_property_that_throws_is_told_with_the_run_to_it(Reductions reductions)
    {
        var model = new ThreadsModel([Worker, Worker, Worker]);
        Property<Threads>[] properties =
        [
            Claims.Always<Threads>("throws", (in Threads s) => s.Variable[0] == 0 || s.Variable[ThreadsModel.Lock] != 0
                ? true : throw new NotSupportedException("given back")) with { Watches = ["set 0", "take", "give"] },
        ];
        Check(model, properties, reductions, "property throws failed (NotSupportedException");
    }

    [Theory]
    [InlineData(Reductions.Symmetry)]
    [InlineData(Reductions.PartialOrder)]
    [InlineData(Both)]
    public void A_claim_on_steps_that_throws_is_told_with_the_run_and_the_step(Reductions reductions)
    {
        var model = new ThreadsModel([Worker, Worker, Worker]);
        Property<Threads>[] properties =
        [
            Claims.EachStep<Threads>("throws", (in Threads s, Step step, in Threads _) => step.Kind != (ushort)Op.Give
                ? true : throw new NotSupportedException("given back")) with { Watches = ["give"] },
        ];
        ModelException failed = Check(model, properties, reductions, "the model failed (NotSupportedException");
        Assert.Contains($"after adding {failed.Run[^2].Lane}: give", failed.Message);
    }

    [Fact]
    public void A_run_in_pieces_counts_as_a_whole_one()
    {
        var explorer = new Explorer<ThreadsModel, Threads>(new ThreadsModel([Worker, Worker, Worker, Worker]), ThreadClaims.All[1..2]);
        Exploration<Threads> whole = explorer.Run(new ExploreOptions { Reductions = Both });
        Assert.True(whole.Reduced.InPart > 0);
        var options = new ExploreOptions { Reductions = Both, Threads = 2, Checkpoint = new(scratch["c"], TimeSpan.Zero) { Share = 1 } };
        Exploration<Threads>? found = null;
        for (int pieces = 0; found == null || found.Limit == "cancelled"; pieces++)
        {
            using var stop = new CancellationTokenSource();
            found = explorer.Run(options with
            {
                Cancel = stop.Token,
                Checkpoint = options.Checkpoint with { Resume = pieces > 0, Told = _ => stop.CancelAfter(pieces < 5 ? 0 : Timeout.Infinite) },
            });
        }
        Assert.Equal((whole.States, whole.Transitions, whole.Depth, whole.Reduced.InPart, whole.Reduced.Expanded),
            (found.States, found.Transitions, found.Depth, found.Reduced.InPart, found.Reduced.Expanded));
    }

    [Fact]
    public void A_checkpoint_of_other_reductions_is_refused()
    {
        var explorer = new Explorer<FilterLock, FilterLockState>(new FilterLock(4), []);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var options = new ExploreOptions { Cancel = stop.Token, Checkpoint = new(scratch["c"], TimeSpan.FromHours(1)) };
        explorer.Run(options with { Reductions = Reductions.Symmetry });
        var refused = Assert.Throws<CheckpointException>(
            () => explorer.Run(options with { Reductions = Both, Checkpoint = options.Checkpoint with { Resume = true } }));
        Assert.Contains("it was written for reductions Symmetry, and this is reductions Symmetry, PartialOrder", refused.Message);
    }

    private static ModelException Check(ThreadsModel model, Property<Threads>[] properties, Reductions reductions, string said)
    {
        var failed = Assert.Throws<ModelException>(
            () => new Explorer<ThreadsModel, Threads>(model, properties).Run(new ExploreOptions { Reductions = reductions }));
        Assert.StartsWith(said, failed.Message, StringComparison.Ordinal);
        Assert.NotEmpty(failed.Run);
        Assert.EndsWith($" in state {string.Join(", ", failed.Run[^1].State.Select(field => $"{field.Key}={field.Value}"))}", failed.Message, StringComparison.Ordinal);
        return failed;
    }
}
