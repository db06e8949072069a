using Verify.Symbolic;
using Verify.Symbolic.Proofs;
using Verify.Tests.Symbolic;
using Xunit;

namespace Verify.Tests.Cli;

/// <summary>What theorems show less than they seem to.</summary>
public class ProofWeaknessTests
{
    private static Ran Prove(Theorem[] old, Theorem[] recent, params string[] names)
    {
        var invocation = Ran.Invocation([FakeTheorems.With(("6.2", old), ("6.9", recent))]) with { FindSolver = _ => (Machine.Z3, "") };
        return Ran.Verify(invocation, ["prove", "--no-cache", "--trace-dir", Path.Combine(Path.GetTempPath(), "verify-test-unused"), .. names]);
    }

    private static Theorem WithMore(params Func<TermWord, TermWord, Alternative>[] more) =>
        FakeTheorems.NoTornView("6.9", "any:64", FakeTheorems.Whole) with { Parts = [FakeTheorems.Part("fake-ste.6.9.more", FakeTheorems.Whole, more)] };

    [Fact]
    public void A_theorem_that_no_variant_violates_is_a_weakness()
    {
        const string weakness = "  fake-ste: no variant violates theorem NoTornView, so nothing shows that it can fail\n";
        var (holds, fails) = (FakeTheorems.NoTornView("6.9", FakeTheorems.Whole), FakeTheorems.NoTornView("6.2", FakeTheorems.Mixed, "mixes bits"));
        var ran = Prove([], holds);
        Assert.Equal(0, ran.Status);
        Assert.Contains("\nWeaknesses:\n" + weakness, ran.Out);
        Assert.DoesNotContain("no variant violates", Prove(fails, holds).Out);
        Assert.DoesNotContain("no variant violates", Prove(fails, holds, "fake-ste/6.9").Out);
    }

    [Fact]
    public void An_alternative_that_no_instance_needs_is_a_weakness()
    {
        var ran = Prove([], [WithMore((from, to) => new("neither", !TermWord.Same(from, to) & TermWord.Same(to, TermWord.Constant(0)) & TermWord.Same(to, from)))]);
        Assert.Equal(0, ran.Status);
        Assert.Contains("  fake-ste: theorem NoTornView: no instance needs its alternative 'neither' (1 tried)\n", ran.Out);
        Assert.DoesNotContain("'old'", ran.Out);
        Assert.DoesNotContain("'new'", ran.Out);
    }

    [Fact]
    public void Alternatives_are_asked_for_only_of_whole_claims()
    {
        Theorem[] theorems = [WithMore((from, _) => new("never", TermWord.Same(from, ~from)))];
        Assert.DoesNotContain("needs its alternative", Prove(FakeTheorems.NoTornView("6.2", FakeTheorems.Mixed, "mixes bits"), theorems, "fake-ste/6.9").Out);
        Assert.Contains("needs its alternative 'never'", Prove([], theorems, "fake-ste/6.9").Out);
    }

    [Fact]
    public void An_alternative_that_one_variant_needs_is_no_weakness()
    {
        TermWord OrNothing(TermWord from, TermWord to) => TermWord.If(TermBit.Variable("broken"), TermWord.Constant(0), FakeTheorems.Whole(from, to));
        Part Broken(string name, Func<TermWord, TermWord, TermWord> view) => new(name, ["A view is old, new or invalid."], () =>
        {
            var (from, to) = (TermWord.Variable("from"), TermWord.Variable("to"));
            var seen = view(from, to);
            return new(TermBit.Constant(true), new("old", TermWord.Same(seen, from)), new("new", TermWord.Same(seen, to)), new("invalid", TermWord.Same(seen, TermWord.Constant(0))));
        });
        Theorem Of(string variant, Func<TermWord, TermWord, TermWord> view) => new(FakeTheorems.Torn, "any:64", [Broken($"fake-ste.{variant}.break", view)]);
        Assert.DoesNotContain("'invalid'", Prove([Of("6.2", FakeTheorems.Whole)], [Of("6.9", OrNothing)]).Out);
        Assert.Contains("'invalid' (2 tried)", Prove([Of("6.2", FakeTheorems.Whole)], [Of("6.9", FakeTheorems.Whole)]).Out);
    }

    [Fact]
    public void An_assumption_that_cannot_be_met_is_a_weakness_and_shows_in_the_table()
    {
        var part = new Part("fake-ste.never", ["Nothing."], () =>
        {
            var (x, y) = (TermWord.Variable("x"), TermWord.Variable("y"));
            return new(TermWord.Below(x, y) & TermWord.Below(y, x), new Alternative("old", TermWord.Same(x, y)));
        });
        var ran = Prove([], [new(FakeTheorems.Order, "any:64", [part])]);
        Assert.Equal(0, ran.Status);
        Assert.Contains("\n  6.9       o", ran.Out);
        Assert.Contains("  fake-ste/6.9/Order at any:64: the assumption of fake-ste.never cannot be met: it says nothing\n", ran.Out);
    }
}
