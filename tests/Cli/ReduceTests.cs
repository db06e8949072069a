// The program and reductions: what may be asked for, what is said of it, and declarations that are not so.

using System.Text.Json;
using Verify.Engine;
using Xunit;

namespace Verify.Tests.Cli;

public sealed class ReduceTests : IDisposable
{
    private const Reductions Both = Reductions.Symmetry | Reductions.PartialOrder;

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(new string[0], Both)]
    [InlineData(new[] { "--reduce", "all" }, Both)]
    [InlineData(new[] { "--reduce", "none" }, Reductions.None)]
    [InlineData(new[] { "--reduce", "symmetry" }, Reductions.Symmetry)]
    [InlineData(new[] { "--reduce", "partial-order" }, Reductions.PartialOrder)]
    public void Check_asks_for_what_it_is_told(string[] options, Reductions asked)
    {
        Reductions? heard = null;
        var ran = Ran.Verify(FakeSystems.With(new() { Declared = Both, Explored = given => heard = given.Reductions }), ["check", "fake-ste/6.9", .. options]);
        Assert.Equal((0, asked), (ran.Status, heard));
    }

    [Theory]
    [InlineData("symmetry", "declares no symmetry")]
    [InlineData("partial-order", "declares no partial order")]
    public void What_a_model_does_not_declare_cannot_be_asked_for(string reduction, string said)
    {
        var ran = Ran.Verify(FakeSystems.AsExpected, "check", "fake-ste/6.9", "--reduce", reduction);
        Assert.Equal((2, $"verify: fake-ste/6.9 at scope small {said}: use --reduce none, or all for what there is\n"), (ran.Status, ran.Err));
        Assert.Equal("", ran.Out);
    }

    [Fact]
    public void A_reduction_that_there_is_not_is_refused()
    {
        var ran = Ran.Verify(FakeSystems.AsExpected, "check", "fake-ste", "--reduce", "most");
        Assert.Equal(2, ran.Status);
        Assert.Contains("--reduce 'most' is not none, symmetry, partial-order or all", ran.Err);
    }

    [Fact]
    public void Reductions_in_force_are_printed_and_written_to_the_rows()
    {
        var ran = Ran.Verify(FakeSystems.With(new() { Declared = Both }), "check", "fake-ste/6.9", "--json", scratch["rows.json"]);
        Assert.Contains("\n  reduced by symmetry (3 CPUs: up to 6 states for one) and partial order (12.3 % of states expanded in part; runs are not always the shortest)\n", ran.Out);
        using var rows = JsonDocument.Parse(File.ReadAllText(scratch["rows.json"]));
        Assert.All(rows.RootElement.EnumerateArray(), row =>
            Assert.Equal(["symmetry", "partial-order"], row.GetProperty("reductions").EnumerateArray().Select(word => word.GetString())));
    }

    [Fact]
    public void Without_any_nothing_is_printed_and_the_list_is_empty()
    {
        var ran = Ran.Verify(FakeSystems.AsExpected, "check", "fake-ste/6.9", "--json", scratch["rows.json"]);
        Assert.DoesNotContain("reduced", ran.Out);
        using var rows = JsonDocument.Parse(File.ReadAllText(scratch["rows.json"]));
        Assert.All(rows.RootElement.EnumerateArray(), row => Assert.Equal(0, row.GetProperty("reductions").GetArrayLength()));
    }

    [Fact]
    public void Declarations_are_counted_and_the_seed_is_printed()
    {
        var ran = Ran.Verify(FakeSystems.With(new() { Declared = Reductions.Symmetry }), "declarations", "fake-ste", "--seed", "7");
        Assert.Equal(0, ran.Status);
        Assert.Equal(
            """
            seed 7
            fake-ste/6.2 at scope small declares nothing
            fake-ste/6.9 at scope small declares symmetry
              12 states
              steps have names  34 cases
              names have steps  never tried

            """.ReplaceLineEndings("\n"), ran.Out);
    }

    [Fact]
    public void A_refuted_declaration_gives_status_1()
    {
        var ran = Ran.Verify(FakeSystems.With(new() { Declared = Both, Refuted = ["steps have names: one has none"] }), "declarations", "fake-ste");
        Assert.Equal(1, ran.Status);
        Assert.Contains("declares symmetry and partial order\n", ran.Out);
        Assert.Contains("\n  REFUTED: steps have names: one has none\n", ran.Out);
    }

    [Fact]
    public void To_verify_all_a_refuted_declaration_is_a_defect()
    {
        var ran = Ran.Verify(FakeSystems.With(new() { Declared = Both, Refuted = ["steps have names: one has none"] }), "all");
        Assert.Equal(2, ran.Status);
        Assert.Contains("\nDEFECTS:\n  fake-ste/6.9 at scope small declares what is not so: steps have names: one has none\n", ran.Out);
    }

    [Theory]
    [InlineData("all", Both)]
    [InlineData("none", Reductions.None)]
    public void Verify_all_uses_all_of_them_or_none(string given, Reductions asked)
    {
        Reductions? heard = null;
        Ran.Verify(FakeSystems.With(new() { Declared = Both, Explored = options => heard = options.Reductions }), "all", "--reduce", given);
        Assert.Equal(asked, heard);
    }
}
