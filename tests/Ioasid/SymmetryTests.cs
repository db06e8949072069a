// The IOASID systems with symmetry: verdicts are those of the whole, counts are pinned, and what is declared is so.

using Verify.Engine;
using Verify.Engine.Declarations;
using Verify.Properties;
using Xunit;

namespace Verify.Tests.Ioasid;

public class SymmetryTests
{
    private static readonly SystemEntry[] _systems = [.. Catalogue.Systems.Where(system => system.Name.StartsWith("ioasid", StringComparison.Ordinal))];

    private static readonly string[] _pinned = [.. File.ReadAllLines(Path.Combine(Repository.Root, "tests", "Ioasid", "pinned-reduced-counts.txt"))
        .Where(line => line.Length > 0 && !line.StartsWith('#'))];

    public static TheoryData<string> Names => [.. _systems.Select(system => system.Name)];

    public static TheoryData<string, long, long> Pinned
    {
        get
        {
            var rows = new TheoryData<string, long, long>();
            foreach (string[] parts in _pinned.Select(line => line.Split(' ')))
            {
                rows.Add(parts[0], long.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), long.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture));
            }
            return rows;
        }
    }

    [Theory]
    [Trait("Speed", "Slow")]
    [MemberData(nameof(Pinned))]
    public void Reduced_counts_are_the_pinned_ones_and_verdicts_the_expected(string name, long states, long transitions)
    {
        VariantEntry variant = Variant(name);
        ISubject subject = variant.Open("small");
        Assert.All(subject.Claims, claim => Assert.Null(subject.Refusal(claim.Name, Reductions.Symmetry)));
        ExplorationReport found = subject.Explore(new ExploreOptions { Reductions = Reductions.Symmetry });
        Assert.Equal((states, transitions), (found.States, found.Transitions));
        Assert.All(found.Outcomes, outcome => Assert.Equal((outcome.Claim.Name, variant.Expected(outcome.Claim.Name), false), (outcome.Claim.Name, outcome.Verdict, outcome.Vacuous)));
        Assert.All(found.Outcomes.Where(outcome => outcome.Counterexample != null), outcome => Assert.Equal(outcome.Detail, subject.Replay(outcome.Counterexample!)));
    }

    [Theory]
    [Trait("Speed", "Slow")]
    [MemberData(nameof(Names))]
    public void What_is_repaired_keeps_every_claim_at_scope_medium(string name)
    {
        ExplorationReport found = Variant($"{name}/repaired").Open("medium").Explore(new ExploreOptions { Reductions = Reductions.Symmetry });
        Assert.All(found.Outcomes, outcome => Assert.Equal((outcome.Claim.Name, Verdict.Holds, false), (outcome.Claim.Name, outcome.Verdict, outcome.Vacuous)));
    }

    [Fact]
    public void All_variants_are_in_the_pinned_list() => Assert.Equal(
        _systems.SelectMany(system => system.Variants.Select(variant => $"{system.Name}/{variant.Name}")), _pinned.Select(line => line.Split(' ')[0]));

    [Theory]
    [MemberData(nameof(Names))]
    public void What_variants_declare_is_so(string name) => Seeds.Run(seed =>
    {
        SystemEntry system = _systems.Single(each => each.Name == name);
        foreach ((VariantEntry variant, string scope) in system.Variants.SelectMany(variant => system.Scopes.Select(scope => (variant, scope))))
        {
            DeclarationReport found = variant.Open(scope).CheckDeclarations(new DeclarationOptions { Walks = 4, Depth = 80, Seed = seed });
            Assert.Empty(found.Problems);
            Assert.Equal(Reductions.Symmetry, found.Declared);
            Assert.DoesNotContain(found.Tried, tally => tally.Cases == 0);
        }
    });

    private static VariantEntry Variant(string name)
    {
        string[] parts = name.Split('/');
        return _systems.Single(system => system.Name == parts[0]).Variants.Single(variant => variant.Name == parts[1]);
    }
}
