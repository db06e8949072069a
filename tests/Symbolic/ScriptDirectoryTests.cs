// Obligations as files that solvers decide alone.

using System.Diagnostics;
using Verify.Symbolic;
using Verify.Symbolic.Proofs;
using Xunit;
using static Verify.Tests.Symbolic.ProverTests;

namespace Verify.Tests.Symbolic;

public sealed class ScriptDirectoryTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("verify-scripts-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("z3")]
    [InlineData("cvc5")]
    public void A_solver_decides_every_file_alone_as_the_report_says(string program)
    {
        var report = Prove(Machine.Z3, [Theorem(Right("a.b-1"), Wrong("c"))])[0];
        Assert.Equal(report.Obligations.Select(o => $"{o.Name}.smt2").Order(), Files());
        Assert.Equal(3, report.Obligations.Count);
        foreach (var obligation in report.Obligations)
        {
            var expected = obligation.Answer is SolverAnswer.Sat ? "sat" : "unsat";
            Assert.Equal(expected, Ask(program, $"{obligation.Name}.smt2"));
            Assert.Contains($"(set-logic QF_BV)\n(set-info :status {expected})\n", Read($"{obligation.Name}.smt2"));
        }
    }

    [Fact]
    public void Without_an_answer_there_is_no_status()
    {
        Prove(new AnsweringSolver(_ => new SolverAnswer.Unknown("tired")), [Theorem(Right("a"))]);
        Assert.Equal("unsat", Ask("z3", Assert.Single(Files())!));
        Assert.DoesNotContain(":status", Read("a.smt2"));
    }

    [Fact]
    public void What_a_known_counterexample_refutes_is_written_too()
    {
        Prove(Machine.Z3, [Theorem(Wrong("a")), Theorem(Wrong("b"))]);
        Assert.Equal(["a.smt2", "b.smt2"], Files());
        Assert.Contains(":status sat", Read("b.smt2"));
    }

    [Fact]
    public void A_file_of_an_earlier_run_is_replaced()
    {
        File.WriteAllText(Path.Combine(folder, "a.smt2"), new string('x', 100_000));
        Prove(Machine.Z3, [Theorem(Wrong("a"))]);
        Assert.Equal("sat", Ask("z3", "a.smt2"));
        Assert.Equal(["a.smt2"], Files());
    }

    [Theory]
    [InlineData("")]
    [InlineData("../a")]
    [InlineData("a/b")]
    [InlineData("-a")]
    [InlineData(".a")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("ä")]
    public void A_name_that_is_not_fit_for_a_file_is_refused(string name)
    {
        var solver = new AnsweringSolver(_ => new SolverAnswer.Unsat());
        Assert.Throws<ArgumentException>(() => Prove(solver, [Theorem(Right(name))]));
        Assert.Throws<ArgumentException>(() => Prove(solver, [Theorem(Right(new string('a', 201)))]));
        Assert.Empty(solver.Asked);
        Assert.Empty(Files());
    }

    [Fact]
    public void A_name_that_means_two_statements_is_a_defect()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Prove(Machine.Z3, [Theorem(Right("a")), Theorem(Wrong("a"))]));
        Assert.Equal("two different obligations are named a: a name must mean one statement", error.Message);
        Assert.Contains(":status unsat", Read("a.smt2"));
    }

    [Fact]
    public void A_directory_that_cannot_be_written_to_is_an_error_and_no_silent_loss()
    {
        var file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        var prover = new Prover(new ProofOptions(Machine.Z3) { Smt2Directory = file });
        Assert.Throws<IOException>(() => prover.Prove([Theorem(Right("a"))]));
    }

    private IReadOnlyList<ProofReport> Prove(ISolver solver, IReadOnlyList<Theorem> siblings) =>
        new Prover(new ProofOptions(solver) { Smt2Directory = folder }).Prove(siblings);

    private IEnumerable<string?> Files() => Directory.GetFiles(folder).Select(Path.GetFileName).Order();

    private string Read(string name) => File.ReadAllText(Path.Combine(folder, name));

    private string Ask(string program, string name)
    {
        using var process = Process.Start(new ProcessStartInfo(program, Path.Combine(folder, name)) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd().Trim();
    }
}
