// Symmetry of ioasid-native: processes, devices and PASIDs; counts are pinned, verdicts are those of the whole, and what is declared is so.

using Verify.Engine;
using Verify.Model.Ioasid.Native;
using Verify.Properties;
using Verify.Properties.Ioasid;
using Verify.Tests.Engine.Reduction;
using Xunit;

namespace Verify.Tests.Ioasid;

public class NativeReductionTests
{
    // States and transitions with symmetry.
    public static TheoryData<string, long, long> Pinned => new()
    {
        { "document", 10363, 37980 },
        { "document-enqcmd", 2836, 8913 },
        { "document-enqcmd-no-hold", 5026, 16407 },
        { "5.11", 3855, 13127 },
        { "5.11-last-unbind", 5083, 16880 },
        { "5.11-load-pasid", 2610, 7996 },
        { "5.18", 5194, 18045 },
        { "5.18-fixed", 2203, 6532 },
        { "6.13-drain-in-release", 2617, 8155 },
        { "mm-dropped-first", 2747, 8549 },
        { "repaired", 2520, 7898 },
        { "no-release-callback", 2816, 8620 },
        { "flush-in-range-only", 2852, 9001 },
        { "flush-in-release-only", 2790, 8727 },
        { "no-devtlb-flush", 4772, 14311 },
        { "faults-reported", 2520, 7898 },
        { "no-drain", 3247, 10567 },
        { "unbind-before-stop", 5323, 19420 },
        { "requests-unanswered", 2520, 7537 },
    };

    [Theory]
    [Trait("Speed", "Slow")]
    [MemberData(nameof(Pinned))]
    public void Reduced_counts_are_the_pinned_ones_and_verdicts_the_expected(string name, long states, long transitions)
    {
        VariantEntry variant = NativeCatalogue.System.Variants.Single(each => each.Name == name);
        ISubject subject = variant.Open("small");
        Assert.All(subject.Claims, claim => Assert.Null(subject.Refusal(claim.Name, Reductions.Symmetry)));
        ExplorationReport found = subject.Explore(new ExploreOptions { Reductions = Reductions.Symmetry });
        Assert.Equal((states, transitions), (found.States, found.Transitions));
        Assert.All(found.Outcomes, outcome => Assert.Equal((variant.Expected(outcome.Claim.Name), false), (outcome.Verdict, outcome.Vacuous)));
        Assert.All(found.Outcomes.Where(outcome => outcome.Counterexample != null), outcome => Assert.Equal(outcome.Detail, subject.Replay(outcome.Counterexample!)));
    }

    [Fact]
    public void All_variants_are_in_the_pinned_list() =>
        Assert.Equal(NativeCatalogue.System.Variants.Select(variant => variant.Name), Pinned.Select(row => (string)((object[])row)[0]));

    [Fact]
    [Trait("Speed", "Slow")]
    public void Orbits_are_whole()
    {
        foreach (NativeRules rules in (NativeRules[])[new(), new() { AcceptsLargest = false }, new() { Frees = PasidFree.AtMmput }])
        {
            var model = new NativeModel(rules, [new(2, 1), new(1, 2)], pasids: 2);
            long all = new Explorer<NativeModel, NativeState>(model, []).Run(new ExploreOptions()).States;
            // A machine with one device has device 0, and one with one process has process 0; under other names it would have the other.
            Assert.Equal(2 * all, Orbits.SumOfSizes<NativeModel, NativeState>(model));
        }
    }

    [Fact]
    public void What_variants_declare_is_so() => Seeds.Run(seed =>
    {
        foreach (VariantEntry variant in NativeCatalogue.System.Variants)
        {
            DeclarationsHold(variant.Open("small"), seed);
            DeclarationsHold(variant.Open("large"), seed);
        }
    });

    private static void DeclarationsHold(ISubject subject, ulong seed)
    {
        var found = subject.CheckDeclarations(new() { Walks = 4, Depth = 60, Seed = seed });
        Assert.Empty(found.Problems);
        Assert.Equal(Reductions.Symmetry, found.Declared);
        Assert.DoesNotContain(found.Tried, tally => tally.Cases == 0);
    }
}
