// The word models of the catalogue: which writers are expected to show more than two images, by how their plans end their batches.

using Verify.Bits;
using Verify.Properties;
using Verify.Smmu.Update;
using Verify.Smmu.Writers;
using Verify.Symbolic.Engines;
using Xunit;

namespace Verify.Tests.Catalogues;

public class WordModelTests
{
    private static readonly IReadOnlyList<(VariantEntry Variant, WordModel Model)> Models =
        [.. from system in Catalogue.Systems from variant in system.Variants from model in variant.WordModels select (variant, model)];

    // The catalogue says so by what exploration finds; the plan by what is left out.
    [Fact]
    public void A_third_image_is_expected_of_writers_that_leave_a_batch_before_the_last_unsynced()
    {
        Assert.All(Models, each =>
        {
            var writer = (WriterSystem)each.Model.System;
            bool unsynced = Enumerable.Range(0, Math.Max(0, writer.Batches - 1)).Any(batch => writer.End(batch) is BatchEnd.Barrier or BatchEnd.SyncWithoutCfgi);
            Assert.True(unsynced == (each.Model.Violated is not null), each.Model.Name);
        });
        Assert.Equal(6, Models.Count(each => each.Model.Violated is not null));
    }

    [Fact]
    public void Every_variant_that_updates_an_entry_has_one_and_its_name_is_its_own()
    {
        Assert.Equal(
            Catalogue.Systems.SelectMany(system => system.Variants).Where(variant => variant.Tables.Count > 0).Select(variant => variant.Name),
            Models.Select(each => each.Variant.Name));
        Assert.Equal(Models.Count, Models.Select(each => each.Model.Name).Distinct().Count());
        Assert.All(Models, each => Assert.NotEmpty(each.Model.Invariants));
    }

    [Fact]
    public void Updates_are_of_the_bits_that_builders_set()
    {
        var writer = (WriterSystem)Models.First(each => each.Model.Name.StartsWith("smmu-ste.7.0.", StringComparison.Ordinal)).Model.System;
        var (abort, odd) = (default(Entry<Number>), default(Entry<Number>));
        abort[0] = new(1);
        odd[7] = new(1);
        Assert.True(writer.Initial<Number, Truth>(writer.Initial(default, abort)).Value);
        Assert.False(writer.Initial<Number, Truth>(writer.Initial(odd, abort)).Value);
        Assert.False(writer.Initial<Number, Truth>(writer.Initial(abort, odd)).Value);
    }
}
