// The real solvers: each in each of its answers, and each as a judge over the simplifier.

using System.Diagnostics;
using FsCheck.Fluent;
using Verify.Symbolic;
using Xunit;

namespace Verify.Tests.Symbolic;

[Trait("Speed", "Slow")]
public class SolverTests
{
    public static TheoryData<string> All => ["library", "z3", "cvc5"];

    [Theory]
    [MemberData(nameof(All))]
    public void Satisfiable_comes_with_values(string solver)
    {
        var answer = Assert.IsType<SolverAnswer.Sat>(Machine.Named(solver).Check(Machine.Satisfiable(), Machine.Long, default));
        Assert.Equal(5UL, answer.Model.Word("x.w0"));
        Assert.True(answer.Model.Bit("p"));
        Assert.Equal("x.w0=0x5, p=true", answer.Model.ToString());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Unsatisfiable(string solver) =>
        Assert.IsType<SolverAnswer.Unsat>(Machine.Named(solver).Check(Machine.Unsatisfiable(), Machine.Long, default));

    [Theory]
    [MemberData(nameof(All))]
    public void A_name_has_a_version(string solver) => Assert.Matches(@"^(z3|cvc5) \d+\.\d+", Machine.Named(solver).Name);

    [Theory]
    [MemberData(nameof(All))]
    public void The_time_limit_ends_it(string solver)
    {
        var watch = Stopwatch.StartNew();
        var answer = Assert.IsType<SolverAnswer.Unknown>(Machine.Named(solver).Check(Machine.Pigeons(), TimeSpan.FromSeconds(0.5), default));
        Assert.StartsWith("no answer within 0.5 s", answer.Reason);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.3, 15);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Cancelling_ends_it(string solver)
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(0.4));
        var watch = Stopwatch.StartNew();
        var answer = Assert.IsType<SolverAnswer.Unknown>(Machine.Named(solver).Check(Machine.Pigeons(), Machine.Long, cancellation.Token));
        Assert.StartsWith("cancelled", answer.Reason);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.2, 15);
        Assert.Equal("cancelled", Assert.IsType<SolverAnswer.Unknown>(
            Machine.Named(solver).Check(Machine.Satisfiable(), Machine.Long, cancellation.Token)).Reason);
    }

    [Fact]
    public void A_limit_beyond_all_timers_is_no_limit()
    {
        foreach (var solver in new[] { Machine.Z3, Machine.Z3Program })
        {
            Assert.IsType<SolverAnswer.Unsat>(solver.Check(Machine.Unsatisfiable(), TimeSpan.MaxValue, default));
        }
    }

    [Fact]
    public void The_library_proves_what_the_simplifier_does() =>
        Seeds.Check(Prop.ForAll(RandomPrograms.Cases(40), program => Proved(program, Machine.Z3)), cases: 150);

    [Fact]
    public void The_programs_prove_what_the_simplifier_does() =>
        Seeds.Check(Prop.ForAll(RandomPrograms.Cases(40), program => Proved(program, Machine.Z3Program) && Proved(program, Machine.Cvc5)), cases: 20);

    [Fact]
    public void A_library_that_is_named_but_no_library_is_reported()
    {
        Assert.Null(Z3Library.TryLoad("/dev/null", out var problem));
        Assert.Equal("VERIFY_LIBZ3 names /dev/null, which cannot be loaded", problem);
        Assert.Null(Z3Library.TryLoad("libc.so.6", out problem));
        Assert.StartsWith("libc.so.6 is not a Z3 library: ", problem);
    }

    // The plain and the simplified results of the same program differ for no input: every rule that fired was right for all words.
    private static bool Proved(RandomCase program, ISolver solver)
    {
        using var pool = TermPool.Open();
        pool.Simplifies = false;
        var plain = RandomPrograms.OnTerms(program);
        pool.Simplifies = true;
        var simplified = RandomPrograms.OnTerms(program);
        pool.Simplifies = false;
        var differ = TermBit.Constant(false);
        foreach (var (left, right) in plain.Words.Zip(simplified.Words))
        {
            differ |= !TermWord.Same(left, right);
        }

        foreach (var (left, right) in plain.Bits.Zip(simplified.Bits))
        {
            differ |= left ^ right;
        }

        return solver.Check(new Obligation("simplified", [], differ), Machine.Long, default) is SolverAnswer.Unsat;
    }
}
