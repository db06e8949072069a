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
        { new(), [] },
        { new() { ComparesAndSwaps = false }, [] },
        { new() { InOrder = false }, [] },
        { new() { LooksAtWinner = false }, [] },
        { new() { RestsToGrow = false }, [] },
        { new() { HasSlack = false }, [] },
        { new() { AwaitsNumber = false }, [] },
    };

    [Theory]
    [MemberData(nameof(Pinned))]
    public void Small_programs_are_reduced_to_the_pinned_counts(VisitedSetRules rules, long[] counts)
    {
        byte[][][] programs = [[[4, 5], [4, 5]], [[4], [5, 6], [4]]];
        Assert.Equal(counts, programs.SelectMany(each =>
        {
            var model = new VisitedSetModel(rules, each, buckets: 2);
            Exploration<VisitedSetState> found = new Explorer<VisitedSetModel, VisitedSetState>(model, VisitedSetClaims.Properties)
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
