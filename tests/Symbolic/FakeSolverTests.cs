// Solvers that misbehave: scripts in the place of z3 and cvc5.

using System.Diagnostics;
using Verify.Symbolic;
using Xunit;

namespace Verify.Tests.Symbolic;

public sealed class FakeSolverTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly string folder = Directory.CreateTempSubdirectory("verify-solvers-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("exit 3", "it died with status 3")]
    [InlineData("echo ouch >&2; kill -SEGV $$", "it died with status 139; it said: ouch")]
    [InlineData("cat >/dev/null; echo unsat; kill -9 $$", "it died with status 137; it said: unsat")]
    [InlineData("exit 0", "it says nothing")]
    [InlineData("cat >/dev/null; echo 'no license' >&2; exit 1", "it says nothing; it said: no license")]
    [InlineData("cat >/dev/null; echo maybe", "it says neither sat nor unsat but: maybe")]
    [InlineData("cat >/dev/null; echo unsatisfiable", "it says neither sat nor unsat but: unsatisfiable")]
    [InlineData("cat >/dev/null; echo '(error \"line 3\")'; echo unsat", "it says neither sat nor unsat but: (error \"line 3\") unsat")]
    [InlineData("cat >/dev/null; echo unsat; echo sat", "it says neither sat nor unsat but: unsat sat")]
    [InlineData("cat >/dev/null; echo unknown; echo '(:reason incomplete)'", "it says unknown (:reason incomplete)")]
    public void What_is_no_answer_is_unknown(string script, string reason) => Assert.Equal(reason, Unknown(script).Reason);

    [Theory]
    [InlineData("sat", "it ends after")]
    [InlineData("sat\n((x.w0 #x0000000000000005)", "it ends after")]
    [InlineData("sat\n((x.w0 #x05) (p true))", "'#x05' is no 64-bit word")]
    [InlineData("sat\n((x.w0 5) (p true))", "'5' is no 64-bit word")]
    [InlineData("sat\n((x.w0 #x0000000000000005) (p maybe))", "p is 'maybe'")]
    [InlineData("sat\n((y #x0000000000000005) (p true))", "'y' where x.w0 was asked for")]
    [InlineData("sat\n(error \"no model\")", "'error' where '(' was expected")]
    [InlineData("sat\n((x.w0 #x0000000000000004) (p true))", "does not satisfy the formula: x.w0=0x4, p=true")]
    [InlineData("sat\n((x.w0 #x0000000000000005) (p false))", "does not satisfy the formula: x.w0=0x5, p=false")]
    public void A_model_that_proves_nothing_is_unknown(string output, string reason)
    {
        var answer = Unknown(Says(output));
        Assert.Contains(reason, answer.Reason);
        Assert.True(answer.SaidSat);
    }

    [Theory]
    [InlineData("((x.w0 #x0000000000000005) (p true))")]
    [InlineData("((|x.w0| (_ bv5 64))\n (p true))")]
    [InlineData("((x.w0 #b0000000000000000000000000000000000000000000000000000000000000101)(p true))")]
    public void Models_are_read_in_the_forms_that_solvers_use(string values)
    {
        var answer = Assert.IsType<SolverAnswer.Sat>(Solver(Says($"sat\n{values}")).Check(Machine.Satisfiable(), Limit, default));
        Assert.Equal("x.w0=0x5, p=true", answer.Model.ToString());
    }

    [Theory]
    [InlineData("sleep 60")]
    [InlineData("trap '' TERM; echo thinking; sleep 60")]
    [InlineData("cat >/dev/null; echo unsat; sleep 60")]
    [InlineData("while :; do :; done")]
    public void A_solver_that_hangs_is_killed(string script)
    {
        var watch = Stopwatch.StartNew();
        var answer = Assert.IsType<SolverAnswer.Unknown>(
            Solver($"echo $$ >'{folder}/pid'; {script}").Check(Machine.Satisfiable(), TimeSpan.FromSeconds(0.5), default));
        Assert.StartsWith("no answer within 0.5 s", answer.Reason);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.3, 15);
        Assert.True(IsGone(int.Parse(File.ReadAllText($"{folder}/pid"))));
    }

    [Fact]
    public void What_it_said_before_it_hung_is_told() => Assert.Equal(
        "no answer within 0.5 s; it said: thinking hard",
        Assert.IsType<SolverAnswer.Unknown>(
            Solver("echo thinking; echo hard >&2; sleep 60").Check(Machine.Satisfiable(), TimeSpan.FromSeconds(0.5), default)).Reason);

    [Fact]
    public void A_solver_that_talks_forever_is_killed() =>
        Assert.StartsWith("more than 1048576 characters of output; it said: y y y", Unknown("yes").Reason);

    [Fact]
    public void A_program_that_is_not_there_is_unknown()
    {
        var answer = new PipedSolver("none", Path.Combine(folder, "none")).Check(Machine.Satisfiable(), Limit, default);
        Assert.Contains("cannot be run", Assert.IsType<SolverAnswer.Unknown>(answer).Reason);
    }

    [Fact]
    public void A_formula_larger_than_a_pipe_reaches_a_solver_that_reads_slowly()
    {
        var obligation = Machine.Pigeons(holes: 20);
        Assert.True(obligation.Text.Length > 100_000);
        Assert.IsType<SolverAnswer.Unsat>(Solver("sleep 0.2; cat >/dev/null; echo unsat").Check(obligation, Limit, default));
    }

    [Fact]
    public void Two_solvers_that_contradict_each_other_are_both_named()
    {
        var liar = Solver(Says("unsat"));
        var answer = Assert.IsType<SolverAnswer.Disagreement>(new Both(Machine.Z3, liar).Check(Machine.Satisfiable(), Limit, default));
        Assert.Equal($"the solvers disagree: {Machine.Z3.Name} says sat (x.w0=0x5, p=true), fake says unsat", answer.ToString());
        Assert.IsType<SolverAnswer.Disagreement>(new Both(liar, Machine.Z3).Check(Machine.Satisfiable(), Limit, default));
        // A model that is wrong is no proof, but the contradiction stands.
        var boaster = Solver(Says("sat\n((x #x0000000000000000) (y #x0000000000000000))"));
        Assert.IsType<SolverAnswer.Disagreement>(new Both(Machine.Z3, boaster).Check(Machine.Unsatisfiable(), Limit, default));
    }

    [Fact]
    public void Two_solvers_prove_only_together_and_refute_alone()
    {
        var (no, silent) = (Solver(Says("unsat")), Solver(Says("unknown")));
        Assert.IsType<SolverAnswer.Unsat>(new Both(no, no).Check(Machine.Unsatisfiable(), Limit, default));
        var answer = Assert.IsType<SolverAnswer.Unknown>(new Both(no, silent).Check(Machine.Unsatisfiable(), Limit, default));
        Assert.Equal("fake: unsat; fake: unknown: it says unknown", answer.Reason);
        Assert.IsType<SolverAnswer.Unknown>(new Both(silent, no).Check(Machine.Unsatisfiable(), Limit, default));
        Assert.IsType<SolverAnswer.Unknown>(new Both(silent, silent).Check(Machine.Unsatisfiable(), Limit, default));
        Assert.IsType<SolverAnswer.Sat>(new Both(silent, Machine.Z3).Check(Machine.Satisfiable(), Limit, default));
    }

    private static string Says(string output) => $"cat >/dev/null; cat <<'END'\n{output}\nEND";

    private static bool IsGone(int process)
    {
        // Killed and waited for; a moment may pass until the kernel is done.
        return SpinWait.SpinUntil(() => !Directory.Exists($"/proc/{process}"), TimeSpan.FromSeconds(5));
    }

    private PipedSolver Solver(string script)
    {
        var path = Path.Combine(folder, $"{Guid.NewGuid():N}.sh");
        File.WriteAllText(path, script);
        return new PipedSolver("fake", "/bin/sh", path);
    }

    private SolverAnswer.Unknown Unknown(string script) =>
        Assert.IsType<SolverAnswer.Unknown>(Solver(script).Check(Machine.Satisfiable(), Limit, default));
}
