// Random operations on the models, at random scopes: what holds is not violated, what is broken is found and shown in few steps.

using FsCheck;
using FsCheck.Fluent;
using Verify.Bits;
using Verify.Engine;
using Verify.Model.Classics;
using Verify.Model.VisitedSet;
using Verify.Properties.VisitedSet;
using Verify.Smmu.Update;
using Verify.Smmu.Writers;
using Verify.Transitions;
using Xunit;
using Xunit.Sdk;

namespace Verify.Tests.Engine.Driven;

public class DrivenTests
{
    private static readonly Property<FilterLockState> _exclusion = Claims.Always<FilterLockState>(
        "exclusion", (in FilterLockState s) => FilterLock.InCriticalSection(in s) <= 1);

    private static readonly IReadOnlyList<Property<VisitedSetState>> _claims = VisitedSetClaims.Of(new VisitedSetModel(new(), [[1], [2], [3]], buckets: 2));

    [Fact]
    public void The_filter_lock_excludes() =>
        Drive.Check(Drive.Sequences<FilterLock, FilterLockState>(Scopes.Locks(FilterLockVariant.Correct, most: 5), most: 120), _ => _exclusion);

    [Theory]
    [InlineData(FilterLockVariant.LastBeforeLevel)]
    [InlineData(FilterLockVariant.NoWaitAtTheTop)]
    public void A_broken_lock_is_found_and_shown_in_few_steps(FilterLockVariant variant)
    {
        var (message, shrunk) = Refuted(Drive.Sequences<FilterLock, FilterLockState>(Scopes.Locks(variant, most: 3), most: 120), _ => _exclusion);
        // Nine steps are the fewest with three processes, six with two.
        Assert.InRange(shrunk.Length, 6, 60);
        Assert.All(shrunk.Smaller(), smaller => Assert.Null(smaller.Failure(_exclusion)));
        Assert.Contains("exclusion fails", message);
        Assert.Contains(": set last(level=1)", message);
    }

    [Fact]
    public void A_failure_says_the_seed_and_the_shrunk_sequence()
    {
        var (message, shrunk) = Refuted(
            Drive.Sequences<FilterLock, FilterLockState>(Scopes.Locks(FilterLockVariant.LastBeforeLevel, most: 3), most: 120), _ => _exclusion);
        Assert.Matches($@"^seed \d+; again with: {Seeds.Variable}=\d+ dotnet test tests -c Release --filter FullyQualifiedName~{nameof(Refuted)}\n", message);
        Assert.Contains($"{shrunk}", message);
        Assert.Matches(@"^[23] processes\n  1  P[012]: set last\(level=1\)\n  2  P[012]: ", $"{shrunk}");
    }

    [Fact]
    public void Threads_that_add_the_same_keys_agree()
    {
        var runs = Drive.Sequences<VisitedSetModel, VisitedSetState>(Scopes.Sets(new()), most: 150);
        foreach (Property<VisitedSetState> property in _claims.Where(property => property is Invariant<VisitedSetState>))
        {
            Drive.Check(runs, _ => property, cases: 100);
        }
    }

    [Fact]
    public void A_store_in_place_of_compare_and_swap_is_found_and_shown_in_few_steps()
    {
        Property<VisitedSetState> once = _claims[0];
        var (message, shrunk) = Refuted(
            Drive.Sequences<VisitedSetModel, VisitedSetState>(Scopes.Sets(new() { ComparesAndSwaps = false }), most: 150), _ => once, cases: 20_000);
        // Two threads look, read two lanes, and claim the same; before that the table may have to grow, or have other keys.
        Assert.InRange(shrunk.Length, 8, 100);
        Assert.All(shrunk.Smaller(), smaller => Assert.Null(smaller.Failure(once)));
        Assert.Contains("was new 2 times", message);
        Assert.Contains(": claim lane(key=", message);
    }

    [Fact]
    public void An_update_ends_with_the_entry_that_was_wanted()
    {
        int ended = 0;
        Drive.Check(
            Drive.Sequences<UpdateModel, UpdateState>(Scopes.Updates(new Writer70()), most: 150),
            model => Claims.Always<UpdateState>(
                "final",
                (in UpdateState s) => Entry.Same(in s.Memory, model.Scope.Updates[s.Update].To),
                (in UpdateState s) => s.Phase == UpdatePhase.After && ++ended > 0));
        Assert.True(ended > 0);
    }

    [Fact]
    public void A_writer_that_writes_nothing_is_found_and_shown_in_one_step()
    {
        var (message, shrunk) = Refuted(
            Drive.Sequences<UpdateModel, UpdateState>(Scopes.Updates(new IdleWriter()), most: 30),
            model => Claims.Always<UpdateState>(
                "final", (in UpdateState s) => s.Phase != UpdatePhase.After || Entry.Same(in s.Memory, model.Scope.Updates[s.Update].To)));
        Assert.Equal(1, shrunk.Length);
        Assert.Contains("\n  1  CPU0: write_entry(update=", message);
    }

    [Fact]
    public void Every_operation_of_a_run_and_of_a_smaller_one_is_enabled() => Seeds.Check(Prop.ForAll(
        Drive.Sequences<RingElection, RingElectionState>(Gen.Choose(2, 5).Select(n => new Scope<RingElection>($"{n}", new RingElection(n), [])), most: 40),
        driven => driven.Smaller().Prepend(driven).All(IsEnabled)));

    [Fact]
    public void Guards_are_evaluated_again()
    {
        var scope = new Scope<CounterModel>("below 3", new CounterModel(3), []);
        var all = Driven<CounterModel, Counters>.ByOperations(scope, [new Step(0, 0), new Step(0, 1), new Step(0, 2), new Step(1), new Step(1), new Step(1)]);
        // The third step of X is one too far, and without its first the second is another operation.
        Assert.Equal([new Step(0, 0), new Step(0, 1), new Step(1), new Step(1)], all.Run.Skip(1).Select(move => move.Step));
        Assert.Equal([new Step(1)], Driven<CounterModel, Counters>.ByOperations(scope, [new Step(0, 1), new Step(1)]).Run.Skip(1).Select(move => move.Step));
    }

    private static bool IsEnabled(Driven<RingElection, RingElectionState> driven)
    {
        RingElection model = driven.Scope.Model;
        var moves = new List<Move<RingElectionState>>();
        for (int i = 1; i < driven.Run.Count; i++)
        {
            Successors<RingElectionState>.Of(ref model, driven.Run[i - 1].State, moves);
            if (!moves.Any(move => move.Step == driven.Run[i].Step && RingElection.Leaders(move.State) == RingElection.Leaders(driven.Run[i].State)))
            {
                return false;
            }
        }
        return true;
    }

    // The message of a check that fails, and the run that it shrank to: the last one that failed.
    private static (string Message, Driven<TModel, TState> Shrunk) Refuted<TModel, TState>(
        Arbitrary<Driven<TModel, TState>> runs, Func<TModel, Property<TState>> claim, int cases = 500)
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged
    {
        Driven<TModel, TState>? last = null;
        string message = Assert.Throws<XunitException>(() => Drive.Check(runs, claim, cases, driven => last = driven)).Message;
        return (message, last!);
    }
}
