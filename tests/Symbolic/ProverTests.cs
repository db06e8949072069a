// The prover: what follows from premises and what does not, what a known counterexample saves, and what never becomes a verdict.

using Verify.Engine;
using Verify.Symbolic;
using Verify.Symbolic.Proofs;
using Xunit;

namespace Verify.Tests.Symbolic;

public sealed class ProverTests
{
    private static readonly Claim Claim = new("Test", PropertyKind.Theorem, "A test.", "");

    [Fact]
    public void A_theorem_holds_if_all_of_its_parts_do()
    {
        var report = Prove(Theorem(Right("a"), Right("b")));
        Assert.Equal((Verdict.Holds, "2 parts proved"), (report.Verdict, report.Detail));
        Assert.Equal(["a", "b"], report.Obligations.Select(o => o.Name).Where(name => name.Length == 1));
        Assert.Empty(report.Weaknesses);
    }

    [Fact]
    public void A_part_that_fails_refutes_it_with_the_smallest_values()
    {
        var report = Prove(Theorem(Right("a"), Wrong("b")));
        Assert.Equal((Verdict.Violated, "b", "x=0x1"), (report.Verdict, report.Failed!.Name, report.Values!.ToString()));
    }

    [Fact]
    public void Premises_that_hold_prove_it_without_a_question_about_its_parts()
    {
        var solver = new AnsweringSolver(obligation => Machine.Z3.Check(obligation, Machine.Long, default));
        var report = Prove(solver, Theorem(Wrong("part")) with { Premises = [Right("p")], Argument = "because" });
        Assert.Equal((Verdict.Holds, "follows from 1 premises: because"), (report.Verdict, report.Detail));
        Assert.DoesNotContain("part", solver.Asked);
    }

    [Fact]
    public void A_premise_that_fails_refutes_nothing_and_the_parts_decide()
    {
        var holds = Prove(Theorem(Right("part")) with { Premises = [Wrong("p")] });
        Assert.Equal(Verdict.Holds, holds.Verdict);
        Assert.Contains("part", holds.Obligations.Select(o => o.Name));
        var fails = Prove(Theorem(Wrong("part")) with { Premises = [Wrong("p")] });
        Assert.Equal((Verdict.Violated, "part"), (fails.Verdict, fails.Failed!.Name));
    }

    [Fact]
    public void A_premise_that_fails_leaves_a_theorem_without_parts_inconclusive()
    {
        var report = Prove(Theorem() with { Premises = [Right("p"), Wrong("q")] });
        Assert.Equal(Verdict.Inconclusive, report.Verdict);
        Assert.Equal("premise q: fails; that refutes nothing", report.Detail);
        Assert.Null(report.Values);
    }

    [Fact]
    public void What_refutes_one_profile_is_tried_on_the_next_before_a_solver()
    {
        var solver = new AnsweringSolver(obligation => Machine.Z3.Check(obligation, Machine.Long, default));
        var reports = new Prover(new ProofOptions(solver)).Prove([Theorem(Wrong("a")), Theorem(Wrong("b")), Theorem(Right("c"), Wrong("d"))]);
        Assert.All(reports, report => Assert.Equal((Verdict.Violated, "x=0x1"), (report.Verdict, report.Values!.ToString())));
        Assert.Equal(["a"], solver.Asked);
        Assert.IsType<SolverAnswer.Sat>(Assert.Single(reports[1].Obligations).Answer);
    }

    [Fact]
    public void Trials_that_refute_a_part_or_a_premise_save_the_question()
    {
        var solver = new AnsweringSolver(obligation => Machine.Z3.Check(obligation, Machine.Long, default));
        var trials = new Lazy<Trials>(new Trials(["unused", "x"], [[7, 0], [7, 0x30]]));
        var report = Prove(solver, Theorem(Right("a"), Wrong("b") with { Premises = [[Wrong("p")]] }) with { Trials = trials });
        Assert.Equal((Verdict.Violated, "b", "x=0x10"), (report.Verdict, report.Failed!.Name, report.Values!.ToString()));
        Assert.Empty(solver.Asked);
    }

    [Fact]
    public void Trials_that_refute_nothing_prove_nothing()
    {
        var trials = new Lazy<Trials>(new Trials(["x"], [[0]]));
        Assert.Equal(Verdict.Violated, Prove(Theorem(Wrong("a")) with { Trials = trials }).Verdict);
        Assert.Equal(Verdict.Holds, Prove(Theorem(Right("a")) with { Trials = trials }).Verdict);
    }

    [Fact]
    public void What_refutes_one_profile_proves_nothing_of_the_next()
    {
        var reports = new Prover(new ProofOptions(Machine.Z3)).Prove([Theorem(Wrong("a")), Theorem(Right("b")), Theorem(Other("c"))]);
        Assert.Equal([Verdict.Violated, Verdict.Holds, Verdict.Violated], reports.Select(report => report.Verdict));
        Assert.Equal("x=0x5", reports[2].Values!.ToString());
    }

    [Fact]
    public void No_answer_is_inconclusive_and_says_why()
    {
        var tired = new AnsweringSolver(_ => new SolverAnswer.Unknown("tired"));
        Assert.Equal(
            (Verdict.Inconclusive, "a: unknown: tired; b: unknown: tired"), Said(Prove(tired, Theorem(Right("a"), Wrong("b")))));
        Assert.Equal(
            (Verdict.Inconclusive, "premise p: unknown: tired; that refutes nothing"),
            Said(Prove(tired, Theorem(Right("a")) with { Premises = [Right("p")] })));
        var quarrel = new AnsweringSolver(_ => new SolverAnswer.Disagreement("one", new SolverAnswer.Unsat(), "two", new SolverAnswer.Unknown("sat")));
        Assert.Equal(
            (Verdict.Inconclusive, "a: the solvers disagree: one says unsat, two says unknown: sat"), Said(Prove(quarrel, Theorem(Right("a")))));
    }

    [Fact]
    public void One_part_without_an_answer_does_not_hide_another_that_fails()
    {
        var solver = new AnsweringSolver(o => o.Name == "a" ? new SolverAnswer.Unknown("tired") : Machine.Z3.Check(o, Machine.Long, default));
        Assert.Equal(Verdict.Violated, Prove(solver, Theorem(Right("a"), Wrong("b"))).Verdict);
        Assert.Equal((Verdict.Inconclusive, "a: unknown: tired"), Said(Prove(solver, Theorem(Right("a"), Right("c")))));
    }

    [Fact]
    public void An_assumption_that_nothing_meets_is_a_weakness()
    {
        var vacuous = new Part("v", [], () => new Statement(Below("x", 0), new Alternative("no", TermBit.Constant(false))));
        var report = Prove(Theorem(vacuous, Right("a")));
        Assert.Equal(Verdict.Holds, report.Verdict);
        Assert.Equal("the assumption of v cannot be met: it says nothing", Assert.Single(report.Weaknesses));
        Assert.Single(Prove(Theorem() with { Premises = [vacuous] }).Weaknesses);
    }

    [Fact]
    public void A_counterexample_that_the_model_does_not_show_is_a_defect_and_no_verdict()
    {
        var theorem = Theorem(Wrong("a")) with { Confirm = (part, values) => throw new UnconfirmedException($"{part.Name}: {values}") };
        Assert.Equal("a: x=0x1", Assert.Throws<UnconfirmedException>(() => Prove(theorem)).Message);
    }

    [Fact]
    public void An_alternative_is_needed_where_the_part_fails_without_it()
    {
        var part = new Part("p", [], () => new Statement(
            TermBit.Constant(true), new("small", Below("x", 8)), new("large", !Below("x", 8)), new("even", !Below("x", 16))));
        var (prover, log) = (new Prover(new ProofOptions(Machine.Z3)), new List<ObligationReport>());
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(i => prover.IsNeeded(part, i, log)));
        Assert.Equal(["p.without-1", "p.without-2", "p.without-3"], log.Select(o => o.Name));
        Assert.Null(new Prover(new ProofOptions(new AnsweringSolver(_ => new SolverAnswer.Unknown("tired")))).IsNeeded(part, 0, log));
    }

    [Fact]
    public void A_question_is_asked_once_in_a_run()
    {
        var solver = new AnsweringSolver(obligation => Machine.Z3.Check(obligation, Machine.Long, default));
        var prover = new Prover(new ProofOptions(solver));
        var first = prover.Prove([Theorem(Right("a"))])[0];
        var again = prover.Prove([Theorem(Right("a"))])[0];
        Assert.Equal(first.Obligations.Select(o => (o.Name, o.Answer)), again.Obligations.Select(o => (o.Name, o.Answer)));
        Assert.Equal(2, solver.Asked.Count);
        Assert.All(again.Obligations, o => Assert.Equal(0, o.SolveSeconds));
    }

    [Fact]
    public async Task A_premise_that_another_thread_asks_for_is_left_for_last()
    {
        // The first theorem's premise is not decided until the second theorem's other premise has been.
        using var asked = new ManualResetEventSlim();
        using var another = new ManualResetEventSlim();
        var prover = new Prover(new ProofOptions(new AnsweringSolver(obligation =>
        {
            asked.Set();
            if (obligation.Name == "q")
            {
                another.Set();
            }

            return obligation.Name == "p" && !another.Wait(Machine.Long) ? new SolverAnswer.Unknown("in vain") : new SolverAnswer.Unsat();
        })));
        var first = Task.Run(() => prover.Prove([Theorem() with { Premises = [Right("p")] }])[0]);
        Assert.True(asked.Wait(Machine.Long));
        var second = prover.Prove([Theorem() with { Premises = [Right("p"), Other("q")] }])[0];
        Assert.Equal((Verdict.Holds, Verdict.Holds), ((await first).Verdict, second.Verdict));
        Assert.Equal(["p", "q"], second.Obligations.Select(o => o.Name).Where(name => name.Length == 1));
    }

    internal static Theorem Theorem(params IReadOnlyList<Part> parts) => new(Claim, "any", parts);

    /// <summary>Where x is not 0, x and y agree or one is below the other.</summary>
    internal static Part Right(string name) => new(name, ["Order is total."], () => new Statement(
        !Below("x", 1),
        new("below", TermWord.Below(TermWord.Variable("x"), TermWord.Variable("y"))),
        new("not below", !TermWord.Below(TermWord.Variable("x"), TermWord.Variable("y")))));

    /// <summary>x is 0. The smallest counterexample is 1.</summary>
    internal static Part Wrong(string name) => new(name, ["x is 0."], () => new Statement(TermBit.Constant(true), new Alternative("zero", Below("x", 1))));

    // Whatever x is, bits 0 and 2 are not both set.
    private static Part Other(string name) => new(name, [], () => new Statement(TermBit.Constant(true), new Alternative(
        "not five", !TermWord.Same(TermWord.Variable("x") & TermWord.Constant(5), TermWord.Constant(5)))));

    private static TermBit Below(string name, ulong bound) => TermWord.Below(TermWord.Variable(name), TermWord.Constant(bound));

    private static (Verdict, string) Said(ProofReport report) => (report.Verdict, report.Detail);

    private static ProofReport Prove(Theorem theorem) => Prove(Machine.Z3, theorem);

    private static ProofReport Prove(ISolver solver, Theorem theorem) => new Prover(new ProofOptions(solver)).Prove([theorem])[0];
}
