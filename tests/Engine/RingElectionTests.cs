// The election on a ring: pinned counts, the same as those of SPIN and Rumur, and the broken variants.

using Verify.Engine;
using Verify.Model.Classics;
using Xunit;

namespace Verify.Tests.Engine;

public class RingElectionTests
{
    public static TheoryData<int, long, long, StoreKind, int> Pinned
    {
        get
        {
            var data = new TheoryData<int, long, long, StoreKind, int>();
            foreach (StoreKind store in RandomGraphTests.Exhaustive)
            {
                foreach (int threads in (int[])[1, 2, 3])
                {
                    data.Add(4, 80, 166, store, threads);
                    data.Add(6, 842, 2_635, store, threads);
                    data.Add(8, 9_940, 41_270, store, threads);
                }
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Pinned))]
    public void Counts_are_those_of_other_checkers(int processes, long states, long transitions, StoreKind store, int threads)
    {
        var found = Explore(new RingElection(processes), new ExploreOptions { Store = store, Threads = threads });
        Assert.Equal((states, transitions), (found.States, found.Transitions));
        // N wake, N(N + 1)/2 receipts of identities, N of the announcement: every run has as many steps.
        Assert.Equal(processes + processes * (processes + 1) / 2 + processes, found.Depth);
        Assert.Null(found.Limit);
        Assert.All(found.Findings, finding => Assert.Equal((Verdict.Holds, false), (finding.Verdict, finding.Vacuous)));
    }

    [Theory]
    [InlineData(RingElectionVariant.SwallowsNothing)]
    [InlineData(RingElectionVariant.SwallowsTheLarger)]
    public void A_broken_one_is_caught_everywhere_by_the_same_trace(RingElectionVariant variant)
    {
        var model = new RingElection(4, variant);
        var first = Explore(model, new ExploreOptions());
        Assert.Equal(Verdict.Violated, first.Findings[1].Verdict);
        Assert.Equal(variant == RingElectionVariant.SwallowsNothing ? Verdict.Violated : Verdict.Holds, first.Findings[0].Verdict);
        foreach (StoreKind store in RandomGraphTests.Exhaustive)
        {
            foreach (int threads in (int[])[1, 2, 4])
            {
                var again = Explore(model, new ExploreOptions { Threads = threads, Store = store });
                Assert.Equal(first.Findings[1].Path!.Select(move => move.Step), again.Findings[1].Path!.Select(move => move.Step));
            }
        }
    }

    [Fact]
    public void The_state_is_large() => Assert.Equal(192, System.Runtime.CompilerServices.Unsafe.SizeOf<RingElectionState>());

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    public void Other_sizes_are_refused(int processes) => Assert.Throws<ArgumentOutOfRangeException>(() => new RingElection(processes));

    private static Exploration<RingElectionState> Explore(RingElection model, ExploreOptions options)
    {
        Property<RingElectionState>[] properties =
        [
            Claims.Always<RingElectionState>("one leader", (in RingElectionState s) => RingElection.Leaders(in s) <= 1),
            Claims.Always<RingElectionState>("the largest", (in RingElectionState s) => model.TheLargest(in s)),
            Claims.Reaches<RingElectionState>("all know", ["all know"], (in RingElectionState s) => model.IsFinal(in s) ? 1UL : 0),
            Claims.NoDeadlock<RingElectionState>(),
        ];
        return new Explorer<RingElection, RingElectionState>(model, properties).Run(options);
    }
}
