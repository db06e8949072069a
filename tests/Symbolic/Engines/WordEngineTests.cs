// Bounded checking and k-induction against systems whose answers are known, and against brute force.

using FsCheck;
using FsCheck.Fluent;
using Verify.Bits;
using Verify.Engine;
using Verify.Symbolic;
using Verify.Symbolic.Engines;
using Verify.Symbolic.Proofs;
using Verify.Transitions;
using Xunit;

namespace Verify.Tests.Symbolic.Engines;

public sealed class WordEngineTests
{
    [Fact]
    public void The_shortest_violation_is_found_and_executed()
    {
        var report = Bounded(new Counter(10), new IsNot(0, 6), 5);
        Assert.Equal((Verdict.Violated, "violated after 3 steps", 3), (report.Verdict, report.Detail, report.Depth));
        Assert.Equal([[0UL], [2], [4], [6]], report.Violation!.States);
        Assert.Equal(["count", "count", "count"], report.Violation.Steps.Select(step => step.Name));
        Assert.Equal(["all words are 0", "counter: count", "x=0x2", "counter: count", "x=0x4", "counter: count", "x=0x6"], report.Violation.Lines);
        Assert.Equal(["t.initial", "t.bmc-0", "t.bmc-1", "t.bmc-2", "t.bmc-3"], report.Obligations.Select(o => o.Name));
    }

    [Fact]
    public void No_violation_within_the_bound_proves_nothing()
    {
        var report = Bounded(new Counter(10), new IsNot(0, 6), 2);
        Assert.Equal((Verdict.Inconclusive, "no violation within 2 steps; a longer run may have one", 2), (report.Verdict, report.Detail, report.Depth));
        Assert.Null(report.Violation);
    }

    // True, but 1 leads to 3 and so on: no state that is odd is reachable, which the claim does not say.
    [Fact]
    public void A_step_that_fails_is_no_violation_and_a_larger_k_or_simple_paths_may_prove_it()
    {
        var (system, property) = (new Counter(10), new IsNot(0, 7));
        var failed = Induction(system, property, 1);
        Assert.Equal((Verdict.Inconclusive, "the induction step fails at k=1; that is no violation"), (failed.Verdict, failed.Detail));
        Assert.Null(failed.Violation);
        Assert.Equal([[5UL], [7]], failed.Hint!.States);
        // 1, 3, 5 lead to 7, and what leads to 1 is 2^64-1, which is above the limit.
        var proved = Induction(system, property, 4);
        Assert.Equal((Verdict.Holds, "proved by induction with k=4"), (proved.Verdict, proved.Detail));
    }

    // Each of the three states can be left and come back to for ever: only paths without repetition end.
    [Fact]
    public void Simple_paths_prove_what_loops_hide()
    {
        var (system, property) = (new Triangle(), new IsNot(0, 9));
        Assert.Equal(Verdict.Inconclusive, Induction(system, property, 6).Verdict);
        Assert.Equal("proved by induction with k=4", Induction(system, property, 6, simplePaths: true).Detail);
    }

    [Fact]
    public void Mutual_exclusion_is_inductive_with_what_strengthens_it()
    {
        Assert.Equal("the induction step fails at k=1; that is no violation", Induction(new PetersonLock(), new MutualExclusion(), 1).Detail);
        Assert.Equal("proved by induction with k=1", Induction(new PetersonLock(), new PetersonInvariant(), 1).Detail);
        var report = ByInvariant(new PetersonLock(), new PetersonInvariant());
        Assert.Equal(Verdict.Holds, report.Verdict);
        Assert.Empty(report.Weaknesses);
        Assert.Equal(["t.PetersonInvariant.initial", "t.PetersonInvariant.step", "t.implies"], report.Obligations.Select(o => o.Name).Where(n => n.StartsWith("t.", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_invariant_that_is_not_inductive_refutes_nothing()
    {
        Assert.Equal(
            (Verdict.Inconclusive, "premise t.MutualExclusion.step: fails; that refutes nothing"),
            Said(ByInvariant(new PetersonLock(), new MutualExclusion())));
        Assert.Equal(
            (Verdict.Inconclusive, "premise t.IsNot-0-0.initial: fails; that refutes nothing"), Said(ByInvariant(new PetersonLock(), new IsNot(0, 0))));
        Assert.Equal(
            (Verdict.Inconclusive, "premise t.implies: fails; that refutes nothing"), Said(ByInvariant(new PetersonLock(), new IsNot(4, 2))));
    }

    [Fact]
    public void A_broken_lock_is_refuted_as_shortly_as_the_explorer_does()
    {
        var system = new PetersonLock(turnFirst: true);
        var exclusive = new Invariant<LockState>(
            new Claim("Exclusive", PropertyKind.Invariant, "", ""),
            (in LockState _) => true,
            (in LockState s) => new MutualExclusion().Holds<Number, Truth>(s.Words()).Value,
            (in LockState _) => "");
        var explored = new Explorer<LockModel, LockState>(new LockModel(system), [exclusive]).Run(new ExploreOptions());
        var path = explored.Findings[0].Path!;
        foreach (var report in new[] { Bounded(system, new MutualExclusion(), 10), Induction(system, new MutualExclusion(), 10) })
        {
            Assert.Equal((Verdict.Violated, path.Count - 1), (report.Verdict, report.Violation!.Steps.Count));
        }
    }

    [Fact]
    public void Without_an_initial_state_a_proof_is_weak()
    {
        var report = Induction(new Counter(10), new IsNot(0, 7), 4);
        Assert.Empty(report.Weaknesses);
        var nowhere = Induction(new Nowhere(), new IsNot(0, 1), 1);
        Assert.Equal(("no state is initial: the claim says nothing", Verdict.Holds), (Assert.Single(nowhere.Weaknesses), nowhere.Verdict));
    }

    [Fact]
    public void No_answer_is_inconclusive()
    {
        var prover = new Prover(new ProofOptions(new AnsweringSolver(o => o.Name == "t.initial" || o.Name == "t.bmc-0"
            ? new SolverAnswer.Unsat() : new SolverAnswer.Unknown("tired"))));
        var bounded = new BoundedCheck(prover, new Counter(10), new IsNot(0, 6), "t").Run(5);
        Assert.Equal((Verdict.Inconclusive, "runs of 1 steps: unknown: tired", 0), (bounded.Verdict, bounded.Detail, bounded.Depth));
        var induction = new KInduction(prover, new Counter(10), new IsNot(0, 6), "t").Run(5);
        Assert.Equal((Verdict.Inconclusive, "runs of 1 steps: unknown: tired"), (induction.Verdict, induction.Detail));
    }

    [Fact]
    public void A_model_that_means_one_thing_on_terms_and_another_on_numbers_is_a_defect()
    {
        var (bounded, induction) = (Bounded(new Counter(10), new IsNot(0, 6), 3), new TwoFaced(new Counter(10)));
        Assert.Equal(Verdict.Violated, bounded.Verdict);
        var error = Assert.Throws<UnconfirmedException>(() => Bounded(induction, new IsNot(0, 6), 3));
        Assert.StartsWith("step 1 of a run that the solver found is not enabled", error.Message);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void The_engines_agree_with_brute_force_on_random_systems() => Seeds.Run(seed =>
    {
        const int Bound = 4;
        var (violated, proved, beyond) = (0, 0, 0);
        foreach (var system in RandomWordSystem.Systems.Sample(60, new Rnd(seed), 50))
        {
            var distance = system.Distance();
            var prover = new Prover(new ProofOptions(Machine.Z3));
            var bounded = new BoundedCheck(prover, system, system, "t").Run(Bound);
            Assert.True((bounded.Verdict == Verdict.Violated) == (distance <= Bound), $"{bounded.Detail}, by brute force {distance}: {system}");
            Assert.True(bounded.Verdict != Verdict.Violated || bounded.Depth == distance, $"{bounded.Detail}, by brute force {distance}: {system}");
            var induction = new KInduction(prover, system, system, "t") { SimplePaths = true }.Run(Bound + 1);
            Assert.True((induction.Verdict == Verdict.Violated) == (distance <= Bound), $"{induction.Detail}, by brute force {distance}: {system}");
            Assert.True(induction.Verdict != Verdict.Holds || distance is null, $"{induction.Detail}, by brute force {distance}: {system}");
            violated += induction.Verdict == Verdict.Violated ? 1 : 0;
            proved += induction.Verdict == Verdict.Holds ? 1 : 0;
            beyond += distance > 0 ? 1 : 0;
        }

        Assert.True(violated > 5 && proved > 5 && beyond > 2, $"{violated} violated, {proved} proved, {beyond} violated after a step: too few to tell");
    });

    private static WordReport Bounded(IWordSystem system, IWordProperty property, int bound) =>
        new BoundedCheck(new Prover(new ProofOptions(Machine.Z3)), system, property, "t").Run(bound);

    private static WordReport Induction(IWordSystem system, IWordProperty property, int most, bool simplePaths = false) =>
        new KInduction(new Prover(new ProofOptions(Machine.Z3)), system, property, "t") { SimplePaths = simplePaths }.Run(most);

    private static ProofReport ByInvariant(IWordSystem system, IWordProperty invariant)
    {
        var argument = new InductiveInvariant(system, [invariant], new MutualExclusion(), "t");
        return new Prover(new ProofOptions(Machine.Z3)).Prove([argument.Theorem(new Claim("T", PropertyKind.Theorem, "", ""), "any")])[0];
    }

    private static (Verdict, string) Said(ProofReport report) => (report.Verdict, report.Detail);
}
