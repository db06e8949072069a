// Variants that declare something for reductions: verdicts are those of the whole, counts are pinned, and what is declared is so.

using Verify.Engine;
using Verify.Model.VisitedSet;
using Verify.Properties;
using Verify.Properties.VisitedSet;
using Verify.Tests.Engine.Reduction;
using Xunit;

namespace Verify.Tests.Catalogues;

[Trait("Speed", "Slow")]
public class ReductionTests
{
    private const Reductions Both = Reductions.Symmetry | Reductions.PartialOrder;

    private static readonly VisitedSetRules[] _rules =
    [
        new(), new() { ComparesAndSwaps = false }, new() { InOrder = false }, new() { LooksAtWinner = false }, new() { RestsToGrow = false }, new() { HasSlack = false },
        new() { AwaitsNumber = false },
    ];

    // States and transitions with symmetry, with partial order, with both.
    public static TheoryData<string, long[]> Pinned => new()
    {
        { "as-built", [58949, 162602, 48884, 106279, 48884, 106279] },
        { "same-keys", [47866, 138630, 75664, 161552, 38918, 83281] },
        { "store-for-cas", [283244, 644031, 253123, 547872, 253123, 547872] },
        { "any-lane", [52175, 137489, 43280, 91839, 43280, 91839] },
        { "winner-ignored", [92267, 243130, 74484, 155755, 74484, 155755] },
        { "grows-at-once", [110454, 279053, 104996, 249563, 104996, 249563] },
        { "no-slack", [158324, 449558, 128196, 284610, 128196, 284610] },
        { "number-not-awaited", [69786, 188939, 57563, 123148, 57563, 123148] },
    };

    [Theory]
    [MemberData(nameof(Pinned))]
    public void Reduced_counts_are_the_pinned_ones_and_verdicts_the_expected(string name, long[] counts)
    {
        VariantEntry variant = VisitedSetCatalogue.System.Variants.Single(each => each.Name == name);
        ISubject subject = variant.Open("small");
        long[] counted = [.. ((Reductions[])[Reductions.Symmetry, Reductions.PartialOrder, Both]).SelectMany(reductions =>
        {
            ExplorationReport found = subject.Explore(new ExploreOptions { Reductions = reductions });
            Assert.All(found.Outcomes, outcome => Assert.Equal((variant.Expected(outcome.Claim.Name), false), (outcome.Verdict, outcome.Vacuous)));
            Assert.All(found.Outcomes, outcome => Assert.Equal(outcome.Detail, outcome.Counterexample == null ? outcome.Detail : subject.Replay(outcome.Counterexample)));
            return (long[])[found.States, found.Transitions];
        })];
        Assert.Equal(counts, counted);
    }

    [Fact]
    public void All_other_variants_are_in_the_pinned_list() =>
        Assert.Equal(VisitedSetCatalogue.System.Variants.Select(variant => variant.Name), Pinned.Select(row => (string)((object[])row)[0]));

    // With every rule, threads of which two or all are alike, so that symmetry is there for violations too.
    [Fact]
    public void Every_rule_gives_the_verdicts_of_the_whole_when_threads_are_alike()
    {
        byte[][][] programs = [[[4, 5], [4, 5]], [[5], [5], [5]], [[4, 6], [5], [4, 6]]];
        foreach ((VisitedSetRules rules, byte[][] each) in _rules.SelectMany(rules => programs.Select(each => (rules, each))))
        {
            var model = new VisitedSetModel(rules, each, buckets: 2);
            var subject = new Subject<VisitedSetModel, VisitedSetState>("visited-set", "v", "small", model, VisitedSetClaims.Of(model), (_, _, _) => []);
            ExplorationReport all = subject.Explore(new ExploreOptions());
            foreach (Reductions reductions in (Reductions[])[Reductions.Symmetry, Reductions.PartialOrder, Both])
            {
                ExplorationReport some = subject.Explore(new ExploreOptions { Reductions = reductions, Threads = 2 });
                Assert.Equal(all.Outcomes.Select(outcome => (outcome.Claim.Name, outcome.Verdict, outcome.Vacuous)),
                    some.Outcomes.Select(outcome => (outcome.Claim.Name, outcome.Verdict, outcome.Vacuous)));
                Assert.All(some.Outcomes.Where(outcome => outcome.Counterexample != null), outcome => subject.Replay(outcome.Counterexample!));
                // Threads that begin at either end are not alike; and a table that grows while threads are at work depends on all of them.
                bool can = reductions == Reductions.Symmetry ? rules.InOrder : rules.RestsToGrow;
                Assert.True(some.States < all.States || !can, $"{rules} {reductions}");
            }
            Assert.Equal(all.States, model.Symmetries.Count == 0 ? all.States : Orbits.SumOfSizes<VisitedSetModel, VisitedSetState>(model));
        }
    }
}
