// What variants declare for reductions: it is so, and as narrow as it can be.

using Verify.Engine;
using Verify.Engine.Declarations;
using Verify.Model.VisitedSet;
using Verify.Properties;
using Verify.Properties.VisitedSet;
using Xunit;

namespace Verify.Tests.Catalogues;

public class DeclaredTests
{
    // States and transitions with partial order, of the programs below. A footprint that is too wide shows here.
    public static TheoryData<VisitedSetRules, long[]> Pinned => new()
    {
        { new(), [451, 812, 5198, 10673] },
        { new() { ComparesAndSwaps = false }, [530, 964, 17471, 34785] },
        { new() { InOrder = false }, [896, 1456, 4690, 10009] },
        { new() { LooksAtWinner = false }, [1063, 1716, 9580, 18991] },
        { new() { RestsToGrow = false }, [886, 1606, 5795, 14445] },
        { new() { HasSlack = false }, [489, 908, 5210, 11090] },
        { new() { AwaitsNumber = false }, [765, 1364, 5738, 11963] },
    };

    [Theory]
    [MemberData(nameof(Pinned))]
    public void Small_programs_are_reduced_to_the_pinned_counts(VisitedSetRules rules, long[] counts)
    {
        byte[][][] programs = [[[4, 5], [4, 5]], [[4], [5, 6], [4]]];
        Assert.Equal(counts, programs.SelectMany(each =>
        {
            var model = new VisitedSetModel(rules, each, buckets: 2);
            Exploration<VisitedSetState> found = new Explorer<VisitedSetModel, VisitedSetState>(model, VisitedSetClaims.Of(model))
                .Run(new ExploreOptions { Reductions = Reductions.PartialOrder });
            return (long[])[found.States, found.Transitions];
        }));
    }

    [Fact]
    public void What_variants_declare_is_so() => Seeds.Run(seed =>
    {
        foreach (VariantEntry variant in VisitedSetCatalogue.System.Variants)
        {
            foreach (string scope in VisitedSetCatalogue.System.Scopes)
            {
                DeclarationReport found = variant.Open(scope).CheckDeclarations(new DeclarationOptions { Walks = 6, Depth = 80, Seed = seed });
                Assert.Empty(found.Problems);
                Assert.NotEqual(Reductions.None, found.Declared);
                Assert.DoesNotContain(found.Tried, tally => tally.Cases == 0);
            }
        }
    });
}
