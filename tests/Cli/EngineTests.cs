// verify prove --engine: what the engines for word systems say of a counter, in words, rows and exit statuses.

using System.Text.Json;
using Verify.Bits;
using Verify.Engine;
using Verify.Properties;
using Verify.Symbolic.Engines;
using Verify.Tests.Symbolic;
using Verify.Tests.Symbolic.Engines;
using Verify.Transitions;
using Xunit;

namespace Verify.Tests.Cli;

public sealed class EngineTests : IDisposable
{
    private static readonly Claim Skips = new("Skips", PropertyKind.Theorem, "The counter skips a number.", "ours", "I1");

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    // It counts 0, 2, 4 and so on: 6 is reached after three steps, and 7 never.
    private static readonly WordModel Reached = new(Skips, "any", "fake.6.2", new Counter(10), new IsNot(0, 6)) { Violated = "6 is even" };

    private static readonly WordModel Missed = new(Skips, "any", "fake.6.9", new Counter(10), new IsNot(0, 7)) { Invariants = [new IsEven()] };

    [Theory]
    [InlineData("kind", "--bound", "4")]
    [InlineData("invariant", "fake-ste/6.9")]
    [InlineData("bmc", "fake-ste/6.2")]
    public void Expected_verdicts_give_0(string engine, params string[] more) => Assert.Equal(0, Prove(Of(Reached, Missed), engine, more).Status);

    [Fact]
    public void A_violation_is_told_as_a_run_and_an_induction_by_its_k()
    {
        var ran = Prove(Of(Reached, Missed), "kind", "--bound", "4", "--obligations");
        Assert.Contains("\nfake-ste, theorems at any\n", $"\n{ran.Out}");
        Assert.Contains("\n  6.2       x  ", ran.Out);
        Assert.Contains("\n  6.9       +  ", ran.Out);
        Assert.Matches(@"\n  any  violated      as expected; [\d.]+ s, \d+ obligations, [\d,]+ bytes\n      violated after 3 steps\n", ran.Out);
        Assert.Matches(@"\n      fake\.6\.2\.bmc-3: [\d,]+ bytes, built in [\d.]+ ms, solved in [\d.]+ s: sat ", ran.Out);
        Assert.Contains(
            "\n      violated after 3 steps\n      expected to be violated: 6 is even\n      the run, executed on numbers:\n"
            + "        all words are 0\n        counter: count\n        x=0x2\n        counter: count\n        x=0x4\n        counter: count\n        x=0x6\n",
            ran.Out);
        Assert.Contains("\n      proved by induction with k=4\n", ran.Out);
        Assert.Contains("2 verdicts: 2 as expected, 0 differ, 0 inconclusive; 2 word models on 1 profiles, ", ran.Out);
    }

    [Fact]
    public void A_failed_induction_step_is_inconclusive_with_a_hint_and_gives_3()
    {
        var ran = Prove(Of(Missed), "kind", "--bound", "1");
        Assert.Equal(3, ran.Status);
        Assert.Matches(@"\n  any  inconclusive  expected holds; ", ran.Out);
        Assert.Contains(
            "\n      the induction step fails at k=1; that is no violation\n      no run of up to 0 steps violates it\n"
            + "      a hint, and no violation: it begins in a state that need not be reachable, which an invariant would have to exclude\n"
            + "        x=0x5\n        counter: count\n        x=0x7\n",
            ran.Out);
        Assert.Contains("\nNot settled:\n  fake-ste/6.9/Skips at any: the induction step fails at k=1; that is no violation\n", ran.Out);
        Assert.DoesNotContain("DIFFERS:", ran.Out);
    }

    [Theory]
    [InlineData("fake-ste/6.2", "2")]
    [InlineData("fake-ste/6.9", "5")]
    public void Nothing_within_the_bound_is_inconclusive_whatever_is_expected(string variant, string bound)
    {
        var ran = Prove(Of(Reached, Missed), "bmc", variant, "--bound", bound);
        Assert.Equal(3, ran.Status);
        Assert.Contains($"\n      no violation within {bound} steps; a longer run may have one\n", ran.Out);
    }

    [Theory]
    [InlineData("bmc")]
    [InlineData("kind")]
    public void An_unexpected_violation_differs_with_its_run_and_gives_1(string engine)
    {
        var ran = Prove(Of(Reached with { Violated = null }), engine, "--bound", "5");
        Assert.Equal(1, ran.Status);
        Assert.Contains(
            "\nDIFFERS: Skips of fake-ste/6.2 at scope any: expected holds, found violated\n  The counter skips a number. (ours)\n"
            + "  failed: violated after 3 steps\n    the run, executed on numbers:\n      all words are 0\n",
            ran.Out);
        Assert.Single(ran.Out.Split('\n'), line => line.Contains("executed on numbers", StringComparison.Ordinal));
    }

    [Fact]
    public void A_proof_of_what_should_fail_differs()
    {
        var ran = Prove(Of(Missed with { Violated = "7 is a number" }), "kind", "--bound", "4");
        Assert.Equal(1, ran.Status);
        Assert.Contains("expected violated, found holds\n", ran.Out);
    }

    [Fact]
    public void An_invariant_that_is_not_inductive_refutes_nothing()
    {
        var ran = Prove(Of(Missed), "invariant");
        Assert.Contains("\n      follows from 3 premises: IsEven holds in the initial states, every step keeps it, and it implies IsNot-0-7\n", ran.Out);
        ran = Prove(Of(Missed with { Invariants = [new IsNot(0, 7)] }), "invariant");
        Assert.Equal(3, ran.Status);
        Assert.Contains("\n      premise fake.6.9.IsNot-0-7.step: fails; that refutes nothing\n", ran.Out);
    }

    [Fact]
    public void What_an_engine_cannot_decide_is_refused()
    {
        Prove(Of(Reached), "invariant").RefusedWith("the catalogue has no word models: there is nothing to prove");
        Prove(Of(Reached), "bmc", "Skip").RefusedWith("unknown word model 'Skip'; did you mean Skips?");
        Prove(Of(Reached), "direct").RefusedWith("the catalogue has no theorems: there is nothing to prove");
        Prove(Of(Reached), "bmc", "--system", "fake-ste/6.9").RefusedWith("no word model is about fake-ste/6.9");
    }

    [Fact]
    public void A_model_that_means_something_else_on_numbers_is_a_defect_and_gives_2()
    {
        var ran = Prove(Of(Reached with { System = new TwoFaced(new Counter(10)) }), "bmc");
        Assert.Equal(2, ran.Status);
        Assert.Contains("verify: INTERNAL ERROR: fake-ste/6.2/Skips at any: the model does not confirm the counterexample: step 1 of a run", ran.Err);
    }

    [Fact]
    public void Json_rows_name_the_engine_and_how_deep_it_looked()
    {
        Assert.Equal(3, Prove(Of(Reached, Missed), "bmc", "--bound", "4", "--json", scratch["rows.json"]).Status);
        using var json = JsonDocument.Parse(File.ReadAllText(scratch["rows.json"]));
        Assert.Equal(
            ["6.2 prove bmc violated violated 3", "6.9 prove bmc holds inconclusive 4"],
            json.RootElement.EnumerateArray().Select(row => string.Join(' ', new[] { "variant", "method", "engine", "expected", "verdict", "depth" }
                .Select(member => $"{row.GetProperty(member)}"))));
    }

    [Fact]
    public void List_names_word_models_and_whom_they_fail_for()
    {
        var system = Of(Reached, Missed);
        string text = Ran.Verify([system], "list").Out;
        Assert.Contains("\n        violates word model Skips: 6 is even\n    6.9: ", text);
        Assert.EndsWith(
            "\n  word models, for verify prove --engine bmc, kind or invariant:\n"
            + "    Skips (theorem): The counter skips a number.\n        from ours [I1]\n\n",
            text);
        using var json = JsonDocument.Parse(Ran.Verify([system], "list", "--json").Out);
        Assert.Equal("Skips", Assert.Single(json.RootElement[0].GetProperty("wordModels").EnumerateArray()).GetProperty("property").GetString());
    }

    private Ran Prove(SystemEntry system, string engine, params string[] more) => Ran.Verify(
        Ran.Invocation([system]) with { FindSolver = name => name == "libz3" ? (Machine.Z3, "") : (null, $"no {name}") },
        ["prove", "--engine", engine, "--cache", scratch["cache"], .. more]);

    // Each model is of the variant that its name ends in.
    private static SystemEntry Of(params WordModel[] models)
    {
        var system = FakeSystems.AsExpected[0];
        return system with
        {
            Variants = [.. system.Variants.Select(variant => variant with
            {
                WordModels = [.. models.Where(model => model.Name.EndsWith(variant.Name, StringComparison.Ordinal))],
            })],
        };
    }

    private sealed class IsEven : IWordProperty
    {
        public string Name => "IsEven";

        public TBit Holds<TWord, TBit>(ReadOnlySpan<TWord> state)
            where TWord : struct, IWord<TWord, TBit>
            where TBit : struct, IBit<TBit> =>
            TWord.Same(state[0] & TWord.Constant(1), TWord.Constant(0));
    }
}
