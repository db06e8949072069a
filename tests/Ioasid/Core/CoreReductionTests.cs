// The IOASID core with symmetry: verdicts are those of the whole, counts are pinned, and what is declared is so.

using Verify.Engine;
using Verify.Engine.Declarations;
using Verify.Properties;
using Verify.Properties.Ioasid;
using Xunit;

namespace Verify.Tests.Ioasid.Core;

public class CoreReductionTests
{
    // States and transitions with symmetry.
    public static TheoryData<string, long, long> Pinned => new()
    {
        { "5.5", 32374, 189014 },
        { "5.11", 82022, 541353 },
        { "5.18", 32374, 189014 },
        { "5.5-careful", 838, 3522 },
        { "5.11-careful", 1307, 6059 },
        { "5.11-guest-pool", 1457, 6514 },
        { "5.11-reissued", 2337, 10516 },
        { "5.11-no-getter", 1553, 7064 },
        { "5.11-data-freed-after-put", 1601, 7187 },
        { "5.11-unregistered-in-use", 20543, 120971 },
        { "5.11-registered-twice", 7294, 37780 },
        { "5.11-unregistered-twice", 1671, 8076 },
        { "5.11-strangers", 14340, 68156 },
        { "5.11-put-at-last-unbind", 3353, 16145 },
        { "5.11-pasid-cleared-first", 2084, 10596 },
        { "no-switch-check", 16783, 75551 },
        { "no-default-again", 13014, 66315 },
        { "no-undo", 2248, 10845 },
        { "no-grace-period", 921, 4818 },
        { "sleeps-under-lock", 1172, 5260 },
        { "no-rcu-free", 1307, 6059 },
        { "callback-takes-lock", 442, 2237 },
        { "repaired", 1518, 8888 },
    };

    [Theory]
    [Trait("Speed", "Slow")]
    [MemberData(nameof(Pinned))]
    public void Reduced_counts_are_the_pinned_ones_and_verdicts_the_expected(string name, long states, long transitions)
    {
        VariantEntry variant = CoreCatalogue.System.Variants.Single(each => each.Name == name);
        ISubject subject = variant.Open("small");
        ExplorationReport found = subject.Explore(new ExploreOptions { Reductions = Reductions.Symmetry });
        Assert.Equal((states, transitions), (found.States, found.Transitions));
        Assert.All(found.Outcomes, outcome => Assert.Equal((outcome.Claim.Name, variant.Expected(outcome.Claim.Name), false), (outcome.Claim.Name, outcome.Verdict, outcome.Vacuous)));
        Assert.All(found.Outcomes.Where(outcome => outcome.Counterexample != null), outcome => Assert.Equal(outcome.Detail, subject.Replay(outcome.Counterexample!)));
    }

    [Fact]
    public void All_variants_are_in_the_pinned_list() =>
        Assert.Equal(CoreCatalogue.System.Variants.Select(variant => variant.Name), Pinned.Select(row => (string)((object[])row)[0]));

    [Fact]
    public void What_variants_declare_is_so() => Seeds.Run(seed =>
    {
        foreach (VariantEntry variant in CoreCatalogue.System.Variants)
        {
            foreach (string scope in CoreCatalogue.System.Scopes)
            {
                DeclarationReport found = variant.Open(scope).CheckDeclarations(new DeclarationOptions { Walks = 4, Depth = 80, Seed = seed });
                Assert.Empty(found.Problems);
                Assert.Equal(Reductions.Symmetry, found.Declared);
                Assert.DoesNotContain(found.Tried, tally => tally.Cases == 0);
            }
        }
    });

    [Fact]
    [Trait("Speed", "Slow")]
    public void The_repaired_core_keeps_every_claim_at_larger_scopes()
    {
        VariantEntry variant = CoreCatalogue.System.Variants.Single(each => each.Name == "repaired");
        foreach (string scope in (string[])["medium", "large"])
        {
            ExplorationReport found = variant.Open(scope).Explore(new ExploreOptions { Reductions = Reductions.Symmetry });
            Assert.All(found.Outcomes, outcome => Assert.Equal((outcome.Claim.Name, Verdict.Holds, false), (outcome.Claim.Name, outcome.Verdict, outcome.Vacuous)));
        }
    }
}
