// .ci/smt2 on files that are right and files that are not.

using System.Diagnostics;
using Verify.Tests.Symbolic;
using Xunit;

namespace Verify.Tests.Cli;

[Trait("Speed", "Slow")]
public sealed class ObligationFileTests : IDisposable
{
    private const string Logic = "(set-logic QF_BV)\n";

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    private (int Status, string Out) Check()
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(Repository.Root, ".ci", "smt2"), [scratch.Root])
        {
            RedirectStandardOutput = true,
        })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private void Write(string name, string text) => File.WriteAllText(scratch[name], text);

    [Fact]
    public void Files_with_their_right_status_are_confirmed_by_both_solvers()
    {
        Write("sat.smt2", Machine.Satisfiable().Text.Replace(Logic, Logic + "(set-info :status sat)\n"));
        Write("unsat.smt2", Machine.Unsatisfiable().Text.Replace(Logic, Logic + "(set-info :status unsat)\n"));
        var (status, output) = Check();
        Assert.Equal(0, status);
        Assert.Matches(@"^smt2: 2 files in \d+ s: both solvers confirm 1 unsat and 1 sat; 0 are not confirmed\n$", output);
    }

    [Theory]
    [InlineData("(set-info :status unsat)\n", "its status is unsat, z3 says \"sat (error")] // z3 compares, too
    [InlineData("(set-info :status unknown)\n", "its status is \"unknown\", neither sat nor unsat")]
    [InlineData("(set-info :status sat)\n(set-info :status sat)\n", "its status is \"sat sat\", neither sat nor unsat")]
    [InlineData("", "its status is \"\", neither sat nor unsat")]
    [InlineData("(set-info :status sat)\n(assert nonsense)\n", "its status is sat, z3 says \"(error")]
    public void A_file_that_is_not_confirmed_fails(string status, string reason)
    {
        Write("five.smt2", Machine.Satisfiable().Text.Replace(Logic, Logic + status));
        var (exit, output) = Check();
        Assert.Equal(1, exit);
        Assert.Contains($"smt2: {scratch["five.smt2"]}: {reason}", output);
        Assert.Contains("1 are not confirmed\n", output);
    }

    [Fact]
    public void No_file_is_no_success()
    {
        var (status, output) = Check();
        Assert.Equal(1, status);
        Assert.Contains("no file: nothing was checked", output);
    }
}
