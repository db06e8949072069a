// Claims about whole runs of the classics, with the verdicts of SPIN.

using System.Diagnostics;
using System.Text.RegularExpressions;
using Verify.Engine;
using Verify.Engine.Liveness;
using Verify.Model.Classics;
using Verify.Model.Locks;
using Verify.Transitions;
using Xunit;

namespace Verify.Tests.Engine.Liveness;

/// <summary>What is assumed of the processes.</summary>
public enum Assumed
{
    /// <summary>That some process moves, as SPIN always does.</summary>
    Motion,

    /// <summary>Weak fairness of each process: SPIN's -f.</summary>
    Weak,

    /// <summary>Strong fairness of taking the lock, beside weak fairness of each process.</summary>
    Strong,
}

public partial class ClassicsTests
{
    // Whoever is in the filter, or wants the lock, is served; in the ring all know the leader in the end.
    private const string FilterLockFormula = "[] (level[0] > 0 -> <> (level[0] == 0))";
    private const string TestAndSetFormula = "[] (pc[0] == 1 -> <> (pc[0] == 2))";
    private const string StrongTestAndSetFormula = "([] <> (pc[0] == 1 && !taken) -> [] <> (pc[0] == 2)) -> " + TestAndSetFormula;
    private const string RingFormula = "<> (known[0] == N)";

    [Theory]
    [Trait("Speed", "Slow")] // compiles what SPIN generates
    [InlineData("filter-lock", Assumed.Motion, Verdict.Violated, FilterLockFormula)]
    [InlineData("filter-lock", Assumed.Weak, Verdict.Holds, FilterLockFormula)]
    [InlineData("test-and-set", Assumed.Motion, Verdict.Violated, TestAndSetFormula)]
    [InlineData("test-and-set", Assumed.Weak, Verdict.Violated, TestAndSetFormula)]
    [InlineData("test-and-set", Assumed.Strong, Verdict.Holds, StrongTestAndSetFormula)]
    [InlineData("ring-election", Assumed.Motion, Verdict.Holds, RingFormula)]
    [InlineData("ring-election", Assumed.Weak, Verdict.Holds, RingFormula)]
    public void Verdicts_are_those_of_spin(string model, Assumed assumed, Verdict expected, string formula)
    {
        Assert.Equal(expected, Decide(model, assumed).Verdict);
        if (Spin.IsThere)
        {
            Assert.Equal(expected, Spin.Decide(model, formula, isFair: assumed != Assumed.Motion));
        }
        else
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "SPIN or gcc is not there: make peers");
        }
    }

    [Fact]
    public void Being_overtaken_for_ever_is_shown_by_a_loop_in_which_others_take_the_lock()
    {
        Finding<LockState> found = Overtaken(Assumed.Weak);
        Move<LockState>[] loop = [.. found.Path!.Skip(found.Loop!.Value)];
        Assert.All(loop, move => Assert.Equal(1, move.State.Pc[0]));
        Assert.Equal(["P1", "P2"], loop.Where(move => move.Step.Kind == 1).Select(move => $"P{move.Step.A}").Distinct().Order());
        Assert.StartsWith("due since step 1 and never done; steps 2 to 7 repeat for ever", found.Detail, StringComparison.Ordinal);
        Assert.Contains("P0 cannot go on after step", found.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_that_is_not_fair_may_stop_anywhere()
    {
        var claim = new LeadsTo<LockState>(
            Claims.Named("Served", PropertyKind.LeadsTo), (in LockState s) => s.Pc[0] == 1, (in LockState s) => s.Pc[0] == (byte)LockPc.Holds, []);
        Finding<LockState> found = new Explorer<LockModel, LockState>(new LockModel(LockAlgorithm.TestAndSet, 2), [claim]).Run(new ExploreOptions()).Findings[0];
        Assert.Equal((Verdict.Violated, 2, 2), (found.Verdict, found.Path!.Count, found.Loop));
        Assert.Equal("due since step 1 and never done; the run stays in its last state", found.Detail);
    }

    private static (Verdict Verdict, string Detail) Decide(string model, Assumed assumed)
    {
        switch (model)
        {
            case "filter-lock":
                var filter = new FilterLock(4);
                var served = new LeadsTo<FilterLockState>(
                    Claims.Named("Served", PropertyKind.LeadsTo), (in FilterLockState s) => s.Level[0] > 0, (in FilterLockState s) => s.Level[0] == 0,
                    Fair<FilterLockState>(4, assumed));
                return Of(new Explorer<FilterLock, FilterLockState>(filter, [served]).Run(new ExploreOptions()).Findings[0]);
            case "ring-election":
                var ring = new RingElection(4);
                var elected = new Eventually<RingElectionState>(
                    Claims.Named("Elected", PropertyKind.Eventually), (in RingElectionState s) => s.Known[0] == 4, Fair<RingElectionState>(4, assumed));
                return Of(new Explorer<RingElection, RingElectionState>(ring, [elected]).Run(new ExploreOptions()).Findings[0]);
            default:
                return Of(Overtaken(assumed));
        }
    }

    private static (Verdict Verdict, string Detail) Of<T>(Finding<T> found)
        where T : unmanaged => (found.Verdict, found.Detail);

    private static Finding<LockState> Overtaken(Assumed assumed)
    {
        List<Fairness<LockState>> fairness = [.. Fair<LockState>(3, assumed)];
        if (assumed == Assumed.Strong)
        {
            fairness.AddRange(Enumerable.Range(0, 3).Select(i =>
                new Fairness<LockState>($"P{i}'s test-and-set", Strength.Strong, (in LockState _, Step step, in LockState _) => step.A == i && step.Kind == 1)));
        }
        var served = new LeadsTo<LockState>(
            Claims.Named("Served", PropertyKind.LeadsTo), (in LockState s) => s.Pc[0] == 1, (in LockState s) => s.Pc[0] == (byte)LockPc.Holds, fairness);
        return new Explorer<LockModel, LockState>(new LockModel(LockAlgorithm.TestAndSet, 3), [served]).Run(new ExploreOptions()).Findings[0];
    }

    private static IReadOnlyList<Fairness<T>> Fair<T>(int processes, Assumed assumed)
        where T : unmanaged => assumed == Assumed.Motion
        ? [new("some process", Strength.Weak, (in T _, Step _, in T _) => true)]
        : [.. Enumerable.Range(0, processes).Select(i => new Fairness<T>($"P{i}", Strength.Weak, (in T _, Step step, in T _) => step.A == i))];

    /// <summary>SPIN with a formula of linear temporal logic.</summary>
    private static partial class Spin
    {
        private const int ErrorsAreThere = 0;

        public static bool IsThere { get; } = OnPath("spin") && OnPath("gcc");

        public static Verdict Decide(string model, string formula, bool isFair)
        {
            string directory = Directory.CreateTempSubdirectory("verify-spin-").FullName;
            try
            {
                string source = File.ReadAllText(Source(model));
                File.WriteAllText(Path.Combine(directory, "model.pml"), $"{source}\nltl claim {{ {formula} }}\n");
                Run(directory, "spin", "-a", $"-DN={(model == "test-and-set" ? 3 : 4)}", "model.pml");
                Run(directory, "gcc", "-w", "-O1", "-DNOREDUCE", "-DNFAIR=4", "-o", "pan", "pan.c");
                string output = Run(directory, Path.Combine(directory, "pan"), ["-a", "-m1000000", "-n", .. isFair ? ["-f"] : Array.Empty<string>()]);
                Match errors = Errors().Match(output);
                Assert.True(errors.Success && !output.Contains("max search depth too small", StringComparison.Ordinal), output);
                return int.Parse(errors.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) == ErrorsAreThere ? Verdict.Holds : Verdict.Violated;
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        }

        private static string Source(string model) => model == "test-and-set"
            ? Path.Combine(Repository.Root, "tests", "Engine", "Liveness", "peers", "test-and-set.pml")
            : Path.Combine(Repository.Root, "tests", "Benchmarks", "peers", $"{model}.pml");

        private static bool OnPath(string program) =>
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, program)));

        private static string Run(string directory, string program, params string[] arguments)
        {
            var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
            using Process process = Process.Start(start)!;
            Task<string> complaints = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {complaints.Result}{output}");
            return output;
        }

        [GeneratedRegex(@"errors: (\d+)")]
        private static partial Regex Errors();
    }
}
