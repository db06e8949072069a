// The filter lock's pinned counts, the same as those of SPIN and Rumur, and its broken variants.

using Verify.Engine;
using Verify.Model.Classics;
using Xunit;

namespace Verify.Tests.Engine;

public class FilterLockTests
{
    public static TheoryData<int, long, long, int, StoreKind> Pinned
    {
        get
        {
            var data = new TheoryData<int, long, long, int, StoreKind>();
            foreach (StoreKind store in RandomGraphTests.Exhaustive)
            {
                foreach (int threads in (int[])[1, 2, 3])
                {
                    data.Add(3, 288, 651, threads, store);
                    data.Add(4, 4_752, 13_080, threads, store);
                    data.Add(5, 88_560, 286_985, threads, store);
                }
            }
            return data;
        }
    }

    private static readonly Claim _claim = new("MutualExclusion", PropertyKind.Invariant, "At most one process is in the critical section.", "Peterson 1981");

    private static readonly Invariant<FilterLockState> _exclusion = new(
        _claim,
        (in FilterLockState s) => FilterLock.InCriticalSection(in s) > 0,
        (in FilterLockState s) => FilterLock.InCriticalSection(in s) == 1,
        (in FilterLockState s) => $"{FilterLock.InCriticalSection(in s)} processes are in the critical section");

    [Theory]
    [MemberData(nameof(Pinned))]
    public void Counts_are_those_of_other_checkers(int processes, long states, long transitions, int threads, StoreKind store)
    {
        Exploration<FilterLockState> found = Explore(new FilterLock(processes), new ExploreOptions { Threads = threads, Store = store });
        Assert.Equal((states, transitions), (found.States, found.Transitions));
        Assert.Equal(transitions, found.Actions.Sum(action => action.Fired));
        Assert.Equal(states - 1, found.Actions.Sum(action => action.New));
        Assert.Null(found.Limit);
        Assert.Equal(Verdict.Holds, found.Findings[0].Verdict);
        Assert.False(found.Findings[0].Vacuous);
    }

    [Theory]
    [InlineData(FilterLockVariant.LastBeforeLevel)]
    [InlineData(FilterLockVariant.NoWaitAtTheTop)]
    public void A_broken_lock_gives_the_same_shortest_trace_everywhere(FilterLockVariant variant)
    {
        var model = new FilterLock(4, variant);
        Finding<FilterLockState> first = Explore(model, new ExploreOptions()).Findings[0];
        Assert.Equal(Verdict.Violated, first.Verdict);
        Assert.Equal("2 processes are in the critical section", first.Detail);
        foreach (StoreKind store in RandomGraphTests.Exhaustive)
        {
            foreach (int threads in (int[])[1, 2, 4])
            {
                Exploration<FilterLockState> again = Explore(model, new ExploreOptions { Threads = threads, Store = store });
                Assert.Equal(first.Path!.Select(move => move.Step), again.Findings[0].Path!.Select(move => move.Step));
            }
        }
    }

    private static Exploration<FilterLockState> Explore(FilterLock model, ExploreOptions options) =>
        new Explorer<FilterLock, FilterLockState>(model, [_exclusion]).Run(options);
}
