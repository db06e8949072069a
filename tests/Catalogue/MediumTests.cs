// Scope medium of the systems of attach, replace and detach: the verdicts of small, and pinned counts.

using System.Globalization;
using Verify.Engine;
using Verify.Properties;
using Xunit;

namespace Verify.Tests.Catalogues;

/// <summary>
/// All of it takes 70 minutes of one thread, so some 35 on two cores: `make medium` asks for that by VERIFY_MEDIUM=all. Without, the smallest variant of each system is explored.
/// </summary>
[Trait("Speed", "Slow")]
public class MediumTests
{
    private static readonly bool IsAll = Environment.GetEnvironmentVariable("VERIFY_MEDIUM") == "all";

    /// <summary>Lines of the file: a variant, its states, transitions and depth, reduced as far as declared.</summary>
    private static IReadOnlyList<(string System, string Variant, long States, string Line)> Pinned { get; } =
    [
        .. from line in File.ReadAllLines(Path.Combine(Repository.Root, "tests", "Catalogue", "pinned-counts-medium.txt"))
           where line.Length > 0 && !line.StartsWith('#')
           let name = line.Split(' ')[0].Split('/')
           select (name[0], name[1], long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture), line),
    ];

    [Fact]
    public void Every_variant_has_its_counts()
    {
        var systems = Pinned.Select(pinned => pinned.System).ToHashSet();
        var variants = Catalogue.Systems.Where(system => systems.Contains(system.Name)).SelectMany(system => system.Variants.Select(variant => $"{system.Name}/{variant.Name}"));
        Assert.Equal(variants, Pinned.Select(pinned => $"{pinned.System}/{pinned.Variant}"));
    }

    [Fact]
    public void Verdicts_are_those_of_small_and_counts_the_pinned_ones()
    {
        var asked = IsAll ? Pinned : [.. Pinned.GroupBy(pinned => pinned.System).Select(system => system.MinBy(pinned => pinned.States))];
        var problems = new List<string>[asked.Count];
        Parallel.For(0, asked.Count, i => problems[i] = Explore(asked[i].System, asked[i].Variant, asked[i].Line));
        Assert.Empty(problems.SelectMany(found => found));
    }

    private static VariantEntry Variant(string system, string name) => Catalogue.Systems.Single(each => each.Name == system).Variants.Single(each => each.Name == name);

    private static List<string> Explore(string system, string name, string line)
    {
        var variant = Variant(system, name);
        var report = variant.Open("medium").Explore(new ExploreOptions { Reductions = Reductions.Symmetry | Reductions.PartialOrder, MemoryBytes = 8L << 30 });
        var counted = $"{system}/{name} {report.States} {report.Transitions} {report.Depth}";
        List<string> problems = counted == line ? [] : [$"{line} is {counted}"];
        problems.AddRange(
            from outcome in report.Outcomes
            where outcome.Verdict != variant.Expected(outcome.Claim.Name)
            select $"{system}/{name} {outcome.Claim.Name}: expected {variant.Expected(outcome.Claim.Name)}, found {outcome.Verdict} {outcome.Detail}");
        return problems;
    }
}
