// The whole catalogue at its small scope: verdicts, counts and counterexamples.

using Verify.Engine;
using Verify.Engine.Traces;
using Verify.Properties;
using Xunit;

namespace Verify.Tests.Catalogues;

/// <summary>Every variant of every system, explored once for all tests that ask for it.</summary>
public sealed class Matrix
{
    public Matrix()
    {
        var variants = Catalogue.Systems.SelectMany(system => system.Variants.Select(variant => (system, variant))).ToArray();
        var reports = new ExplorationReport[variants.Length];
        Parallel.For(0, variants.Length, i => reports[i] = variants[i].variant.Open("small").Explore(new ExploreOptions()));
        Rows = [.. variants.Zip(reports, (v, report) => (v.system, v.variant, report))];
    }

    public IReadOnlyList<(SystemEntry System, VariantEntry Variant, ExplorationReport Report)> Rows { get; }
}

/// <summary>The classes that share it.</summary>
[CollectionDefinition(Name)]
public sealed class MatrixCollection : ICollectionFixture<Matrix>
{
    /// <summary>Its name.</summary>
    public const string Name = "matrix";
}

[Collection(MatrixCollection.Name)]
[Trait("Speed", "Slow")]
public class MatrixTests(Matrix matrix)
{
    [Fact]
    public void Every_verdict_is_the_expected_one()
    {
        var differing = from row in matrix.Rows
                        from outcome in row.Report.Outcomes
                        let expected = row.Variant.Expected(outcome.Claim.Name)
                        where outcome.Verdict != expected
                        select $"{row.System.Name}/{row.Variant.Name} {outcome.Claim.Name}: expected {expected}, found {outcome.Verdict} {outcome.Detail}";
        Assert.Empty(differing);
    }

    [Fact]
    public void Counts_of_states_transitions_and_depth_are_the_pinned_ones()
    {
        var counted = matrix.Rows.Select(row =>
            $"{row.System.Name}/{row.Variant.Name} {row.Report.States} {row.Report.Transitions} {row.Report.Depth}");
        var pinned = File.ReadAllLines(Path.Combine(Repository.Root, "tests", "Catalogue", "pinned-counts.txt"))
            .Where(line => line.Length > 0 && !line.StartsWith('#'));
        Assert.Equal(pinned, counted);
    }

    [Fact]
    public void Every_violation_that_has_a_run_is_recorded_as_it_is_found()
    {
        var found = matrix.Rows.SelectMany(row => row.Report.Outcomes)
            .Where(outcome => outcome.Counterexample is not null)
            .ToDictionary(outcome => TraceFile.Name(outcome.Counterexample!), outcome => System.Text.Encoding.UTF8.GetString(TraceWriter.Bytes(outcome.Counterexample!)));
        var recorded = Directory.GetFiles(Repository.Counterexamples).ToDictionary(file => Path.GetFileName(file)!, File.ReadAllText);
        Assert.Equal(found.Keys.Order(), recorded.Keys.Order());
        Assert.Empty(found.Where(trace => recorded[trace.Key] != trace.Value).Select(trace => trace.Key));
    }

    [Fact]
    public void Every_violated_claim_says_which_part_failed() =>
        Assert.DoesNotContain(
            matrix.Rows.SelectMany(row => row.Report.Outcomes), outcome => outcome.Verdict == Verdict.Violated && outcome.Detail.Length == 0);

    [Fact]
    public void Nothing_holds_for_want_of_a_case() =>
        Assert.DoesNotContain(matrix.Rows.SelectMany(row => row.Report.Outcomes), outcome => outcome.Vacuous);

    [Fact]
    public void Every_claim_is_violated_by_some_variant()
    {
        var violated = matrix.Rows.SelectMany(row => row.Report.Outcomes.Select(outcome => (row.System.Name, outcome)))
            .Where(row => row.outcome.Verdict == Verdict.Violated).Select(row => (row.Name, row.outcome.Claim.Name)).ToHashSet();
        var claims = Catalogue.Systems.SelectMany(system => system.Claims.Select(claim => (system.Name, claim.Name)));
        Assert.Equal([], claims.Except(violated));
    }

    [Fact]
    public void Every_action_of_a_system_fires_in_some_variant()
    {
        var fired = matrix.Rows.SelectMany(row => row.Report.Actions.Where(action => action.Fired > 0).Select(action => (row.System.Name, action.Action)))
            .ToHashSet();
        var actions = matrix.Rows.SelectMany(row => row.Report.Actions.Select(action => (row.System.Name, action.Action))).Distinct();
        Assert.Equal([], actions.Except(fired));
    }
}
