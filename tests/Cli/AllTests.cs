using System.Text.Json;
using Verify.Engine;
using Verify.Properties;
using Verify.Symbolic;
using Verify.Tests.Symbolic;
using Xunit;

namespace Verify.Tests.Cli;

public sealed class AllTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    private Ran All(FakeAnswers answers, params string[] more) =>
        Ran.Verify(FakeSystems.With(answers), ["all", "--policy", "warn", "--trace-dir", scratch["traces"], .. more]);

    [Fact]
    public void Expected_verdicts_give_the_matrix_and_status_0()
    {
        var ran = All(new());
        Assert.Equal(0, ran.Status);
        Assert.StartsWith(
            """
            fake-ste at scope small: updates of an entry of two words
              variant   1  2  3        states   transitions  depth  seconds
              6.2       x  +  +         1,234         5,678      2     0.50
              6.9       +  +  +         1,234         5,678      2     0.50
               1 NoTornView: The hardware sees the old entry or the new one.
               2 NoDeadlock: Somebody can always go on.
               3 GetsThere: The update is completed in some run.

            """,
            ran.Out);
        Assert.Matches(@"\n6 verdicts: 6 as expected, 0 differ, 0 inconclusive; 2,468 states, 11,356 transitions, [\d.]+ s\n$", ran.Out);
        Assert.DoesNotContain("DIFFERS:", ran.Out);
    }

    [Fact]
    public void Weaknesses_are_reported()
    {
        var ran = All(new() { Vacuous = ["NoDeadlock"] });
        Assert.Equal(0, ran.Status);
        Assert.Contains("\n  6.9       +  o  +  ", ran.Out);
        Assert.Contains(
            "\nWeaknesses:\n"
            + "  fake-ste: no variant violates NoDeadlock, so nothing shows that it can fail\n"
            + "  fake-ste: NoDeadlock holds for want of a case in 6.9\n"
            + "  fake-ste: 'CMD_SYNC' fires in no variant\n\n",
            ran.Out);
    }

    [Fact]
    public void Weaknesses_fail_unless_the_policy_is_to_warn_or_the_catalogue_gives_reasons()
    {
        SystemEntry system = FakeSystems.With(new())[0];
        Ran Verify(string policy, params Excuse[] excuses) =>
            Ran.Verify([system with { Excuses = excuses }], ["all", "--trace-dir", scratch.Root, .. policy.Length == 0 ? Array.Empty<string>() : ["--policy", policy]]);
        var bare = Verify("");
        Assert.Equal(1, bare.Status);
        Assert.Matches(@"
6 verdicts: 6 as expected", bare.Out);
        Assert.Equal(0, Verify("warn").Status);
        Assert.Equal(1, Verify("fail", new Excuse("'CMD_SYNC' fires in no variant", "it is a fake")).Status);
        var excused = Verify("fail", new("'CMD_SYNC' fires", "it is a fake"), new("no variant violates NoDeadlock", "nor does any"));
        Assert.Equal(0, excused.Status);
        Assert.Contains(
            "\nWeaknesses with a reason:\n"
            + "  fake-ste: no variant violates NoDeadlock, so nothing shows that it can fail: nor does any\n"
            + "  fake-ste: 'CMD_SYNC' fires in no variant: it is a fake\n\n",
            excused.Out);
        Assert.DoesNotContain("\nWeaknesses:", excused.Out);
    }

    [Fact]
    public void A_reason_without_a_weakness_is_one()
    {
        var system = FakeSystems.With(new())[0] with { Excuses = [new("'fetch w1' fires in no variant", "it once was so")] };
        Assert.Contains(
            "  fake-ste: 'fetch w1' fires in no variant: the catalogue gives a reason for that, and it is not so\n",
            Ran.Verify([system], "all", "--trace-dir", scratch.Root).Out);
    }

    [Fact]
    public void A_check_of_all_variants_warns_and_fails_only_when_told_to()
    {
        var system = FakeSystems.With(new() { Vacuous = ["NoDeadlock"] });
        var ran = Ran.Verify(system, "check", "fake-ste");
        Assert.Equal(0, ran.Status);
        Assert.Contains("\nWeaknesses:\n  fake-ste: no variant violates NoDeadlock", ran.Out);
        Assert.Equal(1, Ran.Verify(system, "check", "fake-ste", "--policy", "fail").Status);
        // One variant, or some of the claims, do not show what all of them would.
        var one = Ran.Verify(system, "check", "fake-ste/6.9", "--policy", "fail");
        Assert.Equal(1, one.Status);
        Assert.EndsWith("\nWeaknesses:\n  fake-ste: NoDeadlock holds for want of a case in 6.9\n", one.Out);
        Assert.Equal(0, Ran.Verify(FakeSystems.With(new()), "check", "fake-ste/6.9", "--policy", "fail").Status);
    }

    [Fact]
    public void An_action_that_fires_in_one_variant_is_no_weakness() => Assert.DoesNotContain("'fetch w1' fires", All(new() { Fetches = 0 }).Out);

    [Fact]
    public void An_unexpected_violation_is_told_with_its_counterexample_and_gives_1()
    {
        var ran = All(new() { Violated = ["NoDeadlock"] });
        Assert.Equal(1, ran.Status);
        Assert.Contains("\n  6.9       + !!  +  ", ran.Out);
        Assert.Contains(
            "\nDIFFERS: NoDeadlock of fake-ste/6.9 at scope small: expected holds, found violated\n"
            + "  Somebody can always go on. (ours)\n"
            + $"  recorded: {scratch["traces/fake-ste-6.9-NoDeadlock.json"]}\n\n"
            + "fake-ste/6.9 at scope small violates NoDeadlock\n"
            + $"failed: {FakeSystems.Failed}\n",
            ran.Out);
        Assert.Contains("   1  CPU0: store STE(word=0, value=S1_TRANS)\n", ran.Out);
        Assert.Contains("5 as expected, 1 differ, 0 inconclusive", ran.Out);
    }

    [Fact]
    public void An_expected_violation_that_is_not_found_differs_too()
    {
        var catalogue = new[] { FakeSystems.Ste(new(), new()) };
        var ran = Ran.Verify(catalogue, "all", "--policy", "warn", "--trace-dir", scratch.Root);
        Assert.Equal(1, ran.Status);
        Assert.Contains("DIFFERS: NoTornView of fake-ste/6.2 at scope small: expected violated, found holds\n", ran.Out);
        Assert.Contains("  expected to be violated: no break before make\n", ran.Out);
    }

    [Fact]
    public void A_goal_that_is_not_reached_differs_without_a_trace()
    {
        var ran = All(new() { Violated = ["GetsThere"] });
        Assert.Equal(1, ran.Status);
        Assert.Contains("failed: not reached: quiet\n", ran.Out);
        Assert.False(File.Exists(scratch["traces/fake-ste-6.9-GetsThere.json"]));
    }

    [Fact]
    public void A_limit_gives_3_and_what_it_leaves_open_is_looked_for_by_random_walks()
    {
        var ran = All(new() { Limit = "4 GiB were not enough" });
        Assert.Equal(3, ran.Status);
        Assert.Contains("\n  6.9       ~  ~  ~  ", ran.Out);
        Assert.Contains(
            "\nNot settled:\n  fake-ste/6.9: NoTornView, NoDeadlock, GetsThere: 4 GiB were not enough; no violation in 2,000 random walks, seed 1\n", ran.Out);
        Assert.DoesNotContain("fires in no variant", ran.Out);
    }

    [Fact]
    public void Each_variant_has_the_time_that_is_given()
    {
        var seen = new List<TimeSpan?>();
        All(new() { Explored = options => { lock (seen) { seen.Add(options.Time); } } }, "--time", "90s");
        Assert.All(seen, time => Assert.Equal(TimeSpan.FromSeconds(90), time));
        Assert.NotEmpty(seen);
    }

    [Fact]
    public void A_difference_outweighs_a_limit() => Assert.Equal(1, All(new() { Limit = "time", Violated = ["NoDeadlock"] }).Status);

    [Fact]
    public void A_model_that_fails_gives_2_but_the_others_are_told()
    {
        var ran = All(new() { Throws = new ModelException("the model failed (index) in state s", new InvalidOperationException("index")) { RunProblem = "no room" } });
        Assert.Equal(2, ran.Status);
        Assert.Contains("\n  6.2       x  +  +  ", ran.Out);
        Assert.Contains("verify: fake-ste/6.9 at scope small: the model failed (index) in state s\n", ran.Err);
        Assert.Contains("fake-ste/6.9: NoTornView, NoDeadlock, GetsThere: the model failed (index) in state s\n", ran.Out);
        Assert.Contains("\nfake-ste/6.9 at scope small: the model failed (index) in state s\n  without the run to it: no room\n", ran.Out);
    }

    [Fact]
    public void A_stop_tells_what_is_known_and_gives_3()
    {
        using var stop = new CancellationTokenSource();
        var answers = new FakeAnswers { Violated = ["NoTornView"], Explored = _ => stop.Cancel() };
        var invocation = Ran.Invocation([FakeSystems.Ste(answers, answers with { Violated = [] })]) with { Cancel = stop.Token };
        var ran = Ran.Verify(invocation, "all", "--policy", "warn", "--trace-dir", scratch["traces"], "--json", scratch["rows.json"]);
        Assert.Equal((3, ""), (ran.Status, string.Concat(ran.Err.Split('\n').Where(line => !line.StartsWith("trace: wrote ", StringComparison.Ordinal)))));
        Assert.Contains("Not settled:", ran.Out);
        using var rows = JsonDocument.Parse(File.ReadAllText(scratch["rows.json"]));
        Assert.Equal(6, rows.RootElement.GetArrayLength());
    }

    [Fact]
    public void A_system_without_the_scope_is_checked_at_its_largest_smaller_one() => Assert.StartsWith("fake-ste at scope medium:", All(new(), "--scope", "large").Out);

    [Fact]
    public void Json_has_a_row_per_verdict_with_exactly_these_members()
    {
        File.WriteAllText(scratch["rows.json"], "an older report");
        Assert.Equal(1, All(new() { Violated = ["NoDeadlock"] }, "--json", scratch["rows.json"]).Status);
        using var json = JsonDocument.Parse(File.ReadAllText(scratch["rows.json"]));
        var rows = json.RootElement.EnumerateArray().ToList();
        Assert.Equal(6, rows.Count);
        string[] members =
        [
            "system", "variant", "scope", "property", "refs", "method", "expected", "verdict", "states", "transitions", "depth", "seconds", "counterexample", "cases", "store",
            "reductions", "actions",
        ];
        Assert.All(rows, row => Assert.Equal(members, row.EnumerateObject().Select(member => member.Name)));
        Assert.Equal(
            """{"system":"fake-ste","variant":"6.2","scope":"small","property":"NoTornView","refs":["I1","seeds/03.md"],"method":"explore","expected":"violated","verdict":"violated","states":1234,"transitions":5678,"depth":2,"seconds":0.5,"counterexample":"""
            + $"\"{scratch["traces/fake-ste-6.2-NoTornView.json"]}\",\"cases\":7,\"store\":\"fingerprint\",\"reductions\":[],\"actions\":[{{\"action\":\"store STE\",\"fired\":4,\"new\":2}},"
            + "{\"action\":\"fetch w1\",\"fired\":3,\"new\":0},{\"action\":\"CMD_SYNC\",\"fired\":0,\"new\":0}]}",
            JsonSerializer.Serialize(rows[0]));
        Assert.Equal(("holds", "violated"), (rows[4].GetProperty("expected").GetString(), rows[4].GetProperty("verdict").GetString()));
        Assert.Equal(JsonValueKind.Null, rows[5].GetProperty("counterexample").ValueKind);
        Assert.Equal(["rows.json", "traces"], scratch.Names);
    }

    [Fact]
    public void Every_line_of_the_matrix_fits_120_columns()
    {
        var claims = Enumerable.Range(0, 45).Select(i => new Claim($"Property{i}", PropertyKind.Invariant, new string('s', 200), "ours")).ToArray();
        var system = FakeSystems.Ste(new(), new()) with { Claims = claims };
        system = system with
        {
            Variants = [.. system.Variants.Select(variant => variant with
            {
                Open = scope => new FakeSubject("fake-ste", variant.Name, scope, claims, new()),
                Violated = new Dictionary<string, string>(),
            })],
        };
        var ran = Ran.Verify([system], "all", "--policy", "warn", "--trace-dir", scratch.Root);
        Assert.Equal(0, ran.Status);
        Assert.All(ran.Out.Split('\n').TakeWhile(line => line != ""), line => Assert.InRange(line.Length, 1, 120));
        Assert.Equal(2 * 45, ran.Out.Split("\n\n")[0].Split(" +").Length - 1);
    }

    [Fact]
    public void An_empty_catalogue_is_no_success() => Ran.Verify([], "all").RefusedWith("nothing to check");

    [Fact]
    public void Traces_are_recorded_once_and_kept()
    {
        Assert.Contains("trace: wrote ", All(new()).Err);
        string recorded = File.ReadAllText(scratch["traces/fake-ste-6.2-NoTornView.json"]);
        Assert.Contains("already holds this run", All(new()).Err);
        File.WriteAllText(scratch["traces/fake-ste-6.2-NoTornView.json"], recorded.Replace("S1_TRANS", "BYPASS"));
        Assert.Contains("holds a different run and is kept; wrote " + scratch["traces/fake-ste-6.2-NoTornView.2.json"], All(new()).Err);
    }

    private Ran WithTheorems(SystemEntry system, ISolver? solver, params string[] more) => Ran.Verify(
        Ran.Invocation([system]) with { FindSolver = name => (solver, solver is null ? $"no {name}: apt-get install {name}" : "") },
        ["all", "--policy", "warn", "--trace-dir", scratch["traces"], "--cache", scratch["cache"], .. more]);

    [Fact]
    public void Theorems_stand_below_what_was_explored_and_count()
    {
        var ran = WithTheorems(FakeTheorems.System, Machine.Z3, "--json", scratch["rows.json"]);
        Assert.Equal(0, ran.Status);
        Assert.StartsWith("fake-ste at scope small: ", ran.Out);
        Assert.Contains("\n\nfake-ste, theorems at any:64, any:128\n", ran.Out);
        Assert.Contains("\n  fake-ste: no variant violates theorem Order, so nothing shows that it can fail\n", ran.Out);
        Assert.Matches(@"\n12 verdicts: 12 as expected, 0 differ, 0 inconclusive; 2,468 states, 11,356 transitions; 4 theorems on 2 profiles, obligations: ", ran.Out);
        Assert.Equal(["fake-ste-6.2-NoTornView.json", "proofs"], new DirectoryInfo(scratch["traces"]).GetFileSystemInfos().Select(entry => entry.Name).Order());
        using var json = JsonDocument.Parse(File.ReadAllText(scratch["rows.json"]));
        var methods = json.RootElement.EnumerateArray().Select(row => row.GetProperty("method").GetString()).ToList();
        Assert.Equal((6, 6), (methods.Count(method => method == "explore"), methods.Count(method => method == "prove")));
        Assert.NotEmpty(Directory.GetFiles(scratch["cache"]));
    }

    [Fact]
    public void Without_a_solver_exploration_is_complete_and_theorems_are_open()
    {
        var ran = WithTheorems(FakeTheorems.System, solver: null);
        Assert.Equal((3, "verify: no solver: no libz3: apt-get install libz3; no z3: apt-get install z3"), (ran.Status, ran.Err.Split('\n')[0]));
        Assert.Contains("\n  6.2       x  +  +         1,234", ran.Out);
        Assert.Contains("12 verdicts: 6 as expected, 0 differ, 6 inconclusive", ran.Out);
    }

    [Fact]
    public void A_theorem_that_differs_gives_1_and_solvers_that_disagree_2()
    {
        var unexpected = FakeTheorems.With(("6.2", FakeTheorems.NoTornView("6.2", FakeTheorems.Mixed)));
        Assert.Equal(1, WithTheorems(unexpected, Machine.Z3).Status);
        var disagreeing = new FakeTheorems.Solver("torn", _ => new SolverAnswer.Disagreement("a", new SolverAnswer.Unsat(), "b", new SolverAnswer.Unknown("sat")));
        var ran = WithTheorems(unexpected, disagreeing);
        Assert.Equal(2, ran.Status);
        Assert.Contains("THE SOLVERS DISAGREE: a says unsat, b says ", ran.Out);
    }
}
