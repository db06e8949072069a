// The filter lock, whose processes are all alike, with and without reductions.

using Verify.Engine;
using Verify.Engine.Declarations;
using Verify.Model.Classics;
using Verify.Transitions;
using Xunit;

namespace Verify.Tests.Engine.Reduction;

public class FilterLockReductionTests
{
    private const Reductions Both = Reductions.Symmetry | Reductions.PartialOrder;

    private static readonly Property<FilterLockState>[] _properties =
    [
        Claims.Always<FilterLockState>("exclusion", (in FilterLockState s) => FilterLock.InCriticalSection(in s) < 2) with { Watches = ["wait", "exit"] },
        Claims.Reaches<FilterLockState>("entered", ["critical"], (in FilterLockState s) => (ulong)Math.Min(1, FilterLock.InCriticalSection(in s)))
            with { Watches = ["wait", "exit"] },
        Claims.NoDeadlock<FilterLockState>(),
    ];

    public static TheoryData<int, long, long> Pinned => new() { { 3, 55, 128 }, { 4, 254, 736 }, { 5, 1_049, 3_629 }, { 8, 49_856, 255_885 } };

    public static TheoryData<FilterLockVariant, Reductions> Variants
    {
        get
        {
            var data = new TheoryData<FilterLockVariant, Reductions>();
            foreach (FilterLockVariant variant in Enum.GetValues<FilterLockVariant>())
            {
                foreach (Reductions reductions in (Reductions[])[Reductions.Symmetry, Reductions.PartialOrder, Both])
                {
                    data.Add(variant, reductions);
                }
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Pinned))]
    public void Counts_with_symmetry_are_the_pinned_ones(int processes, long states, long transitions)
    {
        foreach (StoreKind store in RandomGraphTests.Exhaustive)
        {
            foreach (int threads in (int[])[1, 2])
            {
                Exploration<FilterLockState> found =
                    Explore(new FilterLock(processes), new ExploreOptions { Threads = threads, Store = store, Reductions = Reductions.Symmetry });
                Assert.Equal((states, transitions), (found.States, found.Transitions));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Verdicts_are_those_of_the_whole_and_traces_as_short(FilterLockVariant variant, Reductions reductions)
    {
        foreach (int processes in (int[])[2, 3, 4])
        {
            var model = new FilterLock(processes, variant);
            Exploration<FilterLockState> all = Explore(model, new ExploreOptions());
            Exploration<FilterLockState> some = Explore(model, new ExploreOptions { Reductions = reductions });
            Assert.Equal(all.Findings.Select(finding => (finding.Verdict, finding.Detail, finding.Path?.Count)),
                some.Findings.Select(finding => (finding.Verdict, finding.Detail, finding.Path?.Count)));
        }
    }

    [Theory]
    [InlineData(3, FilterLockVariant.Correct)]
    [InlineData(4, FilterLockVariant.Correct)]
    [InlineData(5, FilterLockVariant.Correct)]
    [InlineData(3, FilterLockVariant.LastBeforeLevel)]
    [InlineData(4, FilterLockVariant.NoWaitAtTheTop)]
    public void Orbits_together_are_what_is_reachable(int processes, FilterLockVariant variant)
    {
        var model = new FilterLock(processes, variant);
        Assert.Equal(Explore(model, new ExploreOptions()).States, Orbits.SumOfSizes<FilterLock, FilterLockState>(model));
    }

    [Theory]
    [InlineData(FilterLockVariant.Correct)]
    [InlineData(FilterLockVariant.LastBeforeLevel)]
    [InlineData(FilterLockVariant.NoWaitAtTheTop)]
    public void What_it_declares_is_so(FilterLockVariant variant) => Seeds.Run(seed =>
    {
        var options = new DeclarationOptions { Walks = 20, Depth = 60, Seed = seed };
        DeclarationReport found = new DeclarationCheck<FilterLock, FilterLockState>(new FilterLock(4, variant), _properties, options).Run();
        Assert.Empty(found.Problems);
        Assert.Equal(Both, found.Declared);
        Assert.DoesNotContain(found.Tried, tally => tally.Cases == 0);
    });

    // Bits 0 to 2 are the levels of the processes, 9 and 10 the last at levels 1 and 2.
    [Theory]
    [InlineData(FilterLockVariant.Correct, 0, 0, 0x0, 0x002)]
    [InlineData(FilterLockVariant.Correct, 1, 1, 0x0, 0x200)]
    [InlineData(FilterLockVariant.Correct, 2, 1, 0x207, 0x002)]
    [InlineData(FilterLockVariant.Correct, 2, 2, 0x407, 0x002)]
    [InlineData(FilterLockVariant.Correct, 3, 2, 0x0, 0x002)]
    [InlineData(FilterLockVariant.LastBeforeLevel, 0, 0, 0x0, 0x200)]
    [InlineData(FilterLockVariant.LastBeforeLevel, 1, 1, 0x0, 0x002)]
    [InlineData(FilterLockVariant.LastBeforeLevel, 2, 1, 0x207, 0x400)]
    [InlineData(FilterLockVariant.LastBeforeLevel, 2, 2, 0x407, 0x400)]
    public void Footprints_are_no_larger_than_they_must_be(FilterLockVariant variant, byte pc, byte level, ulong reads, ulong writes)
    {
        FilterLockState state = default;
        (state.Pc[1], state.Level[1]) = (pc, level);
        var model = new FilterLock(3, variant);
        Assert.Equal(new Footprint(reads, writes), model.Next(in state, 1));
        Assert.Equal(new Footprint(0x707, 0x702), model.Later(in state, 1));
        Assert.Equal((4UL * level) + pc, model.Progress(in state));
    }

    [Fact]
    public void The_report_says_what_was_reduced_and_what_kept_it_from_being()
    {
        Assert.Equal("reduced by symmetry (4 processes: up to 24 states for one) and partial order (0 % of states expanded in part; runs are not always the shortest)",
            $"{Explore(new FilterLock(4), new ExploreOptions { Reductions = Both }).Reduced}");
        Property<FilterLockState> blind = Claims.Always<FilterLockState>("anything", (in FilterLockState _) => true);
        Assert.Equal("reduced by symmetry (4 processes: up to 24 states for one); not reduced by partial order: anything does not say which actions it watches",
            $"{new Explorer<FilterLock, FilterLockState>(new FilterLock(4), [.. _properties, blind]).Run(new ExploreOptions { Reductions = Both }).Reduced}");
        Assert.Equal("", $"{Explore(new FilterLock(4), new ExploreOptions()).Reduced}");
    }

    private static Exploration<FilterLockState> Explore(FilterLock model, ExploreOptions options) =>
        new Explorer<FilterLock, FilterLockState>(model, _properties).Run(options);
}
