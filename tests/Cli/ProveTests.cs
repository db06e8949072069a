using System.Diagnostics;
using System.Text.Json;
using Verify.Cli;
using Verify.Engine.Traces;
using Verify.Properties;
using Verify.Symbolic;
using Verify.Symbolic.Proofs;
using Verify.Tests.Symbolic;
using Xunit;

namespace Verify.Tests.Cli;

public sealed class ProveTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    private static Invocation On(SystemEntry system, params (string Name, ISolver Solver)[] solvers) => Ran.Invocation([system]) with
    {
        FindSolver = name => solvers.FirstOrDefault(solver => solver.Name == name).Solver is { } found ? (found, "") : (null, $"no {name}: apt-get install {name}"),
    };

    private static Invocation On(SystemEntry system) => On(system, ("libz3", Machine.Z3));

    private Ran Prove(Invocation invocation, params string[] more) =>
        Ran.Verify(invocation, ["prove", "--cache", scratch["cache"], "--trace-dir", scratch["traces"], .. more]);

    [Fact]
    public void Expected_verdicts_give_the_table_and_status_0()
    {
        var ran = Prove(On(FakeTheorems.System));
        Assert.Equal(0, ran.Status);
        Assert.Matches(
            """
            ^fake-ste, theorems at any:64, any:128
              variant   1  2   obligations         bytes  seconds
              6.2       x  \+             [34] +[\d,]+ +[\d.]+
              6.9       \+  \+             6 +[\d,]+ +[\d.]+
               1 NoTornView: For all entries, the hardware sees the old one or the new one.
               2 Order: Below is an order.

            """,
            ran.Out);
        Assert.Matches(
            @"\n6 verdicts: 6 as expected, 0 differ, 0 inconclusive; 4 theorems on 2 profiles, obligations: \d+ asked, 0 from the cache, \d+ shared, "
            + @"[\d,]+ bytes, decided by z3 4\.\S+ in process, [\d.]+ s\n$",
            ran.Out);
        Assert.DoesNotContain("DEFECTS:", ran.Out);
    }

    [Fact]
    public void A_few_theorems_are_told_in_words()
    {
        var ran = Prove(On(FakeTheorems.System), "fake-ste/6.9");
        Assert.Contains("\nfake-ste/6.9/NoTornView: For all entries, the hardware sees the old one or the new one. (seed 3, section 2)\n", ran.Out);
        Assert.Matches(@"\n  any:64   holds         as expected; [\d.]+ s, 2 obligations, [\d,]+ bytes\n      one part proved\n", ran.Out);
        Assert.DoesNotContain("fake-ste.6.9.64.torn", ran.Out);
        Prove(On(FakeTheorems.System), "--no-cache").RefusedWith("--cache and --no-cache exclude each other");
        ran = Prove(On(FakeTheorems.System), "fake-ste/6.9", "--obligations");
        Assert.Matches(@"\n      fake-ste\.6\.9\.64\.torn: \d+ bytes, built in [\d.]+ ms, solved in [\d.]+ s: unsat \(from the cache\)\n", ran.Out);
        Assert.Matches(@"\n      assumption-[0-9a-f]{12}: .* asked before: sat ", ran.Out);
    }

    [Fact]
    public void What_refutes_a_theorem_is_explained_and_recorded_as_a_trace_that_replays()
    {
        var invocation = On(FakeTheorems.System);
        var ran = Prove(invocation, "fake-ste/6.2/NoTornView");
        Assert.Equal(0, ran.Status);
        Assert.Matches(@"\n  any:128  violated      as expected; .*\n      old [0-9a-f]+\n      new [0-9a-f]+\n      expected to be violated: mixes bits\n", ran.Out);
        Assert.Contains("\nfake-ste/6.2 at scope any:64 violates NoTornView\n", ran.Out);
        Assert.Equal("fake-ste-6.2-NoTornView.json", Path.GetFileName(Assert.Single(Directory.GetFiles(scratch["traces"]))));
        string trace = scratch["traces/fake-ste-6.2-NoTornView.json"];
        Assert.Equal("any:64", TraceFile.Read(trace).Scope);
        Assert.Equal(0, Ran.Verify([FakeTheorems.System], "replay", trace).Status);
        Assert.Equal(0, Ran.Verify([FakeTheorems.System], "show", trace).Status);
        Assert.Equal(0, Ran.Verify([FakeTheorems.System], "check", "fake-ste/6.2", "--scope", "any:64").Status);
        Ran.Verify(FakeSystems.AsExpected, "replay", trace).RefusedWith("fake-ste has no scope 'any:64'; it has small, medium");
        Ran.Verify([FakeTheorems.System], "check", "fake-ste", "--scope", "an:64").RefusedWith("it has small, medium, any:64, any:128");
    }

    [Fact]
    public void An_unexpected_violation_differs_and_gives_1()
    {
        var system = FakeTheorems.With(("6.2", FakeTheorems.NoTornView("6.2", FakeTheorems.Mixed)));
        var ran = Prove(On(system));
        Assert.Equal(1, ran.Status);
        Assert.Contains("\n  6.2      !!", ran.Out);
        Assert.Contains("\nDIFFERS: NoTornView of fake-ste/6.2 at scope any:64: expected holds, found violated\n", ran.Out);
        Assert.Contains("\n  also at scope any:128\n", ran.Out);
        Assert.Contains("2 verdicts: 0 as expected, 2 differ, 0 inconclusive", ran.Out);
    }

    [Fact]
    public void An_expected_violation_that_is_none_differs_and_says_what_was_expected()
    {
        var ran = Prove(On(FakeTheorems.With(("6.9", FakeTheorems.NoTornView("6.9", FakeTheorems.Whole, "mixes bits")))));
        Assert.Equal(1, ran.Status);
        Assert.Contains("\nDIFFERS: NoTornView of fake-ste/6.9 at scope any:64: expected violated, found holds\n", ran.Out);
        Assert.Contains("\n  expected to be violated: mixes bits\n", ran.Out);
    }

    [Theory]
    [InlineData("", 4)]
    [InlineData("NoTornView", 2)]
    [InlineData("fake-ste", 4)]
    [InlineData("fake-ste/6.9", 2)]
    [InlineData("fake-ste/Order", 2)]
    [InlineData("fake-ste/6.9/Order", 1)]
    [InlineData("fake-ste/6.9/Order Order", 2)]
    [InlineData("Order --system fake-ste/6.9", 1)]
    [InlineData("--system fake-ste", 4)]
    public void Theorems_are_named_by_path(string names, int theorems) =>
        Assert.Contains($"; {theorems} theorems on ", Prove(On(FakeTheorems.System), names.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Out);

    [Theory]
    [InlineData("NoTornViw", "unknown theorem 'NoTornViw'; did you mean NoTornView?")]
    [InlineData("Nonsense", "unknown theorem 'Nonsense'; known: NoTornView, Order, fake-ste")]
    [InlineData("fake-st/Order", "unknown system 'fake-st'; did you mean fake-ste?")]
    [InlineData("fake-ste/Ordr", "unknown variant or theorem of fake-ste 'Ordr'; did you mean Order?")]
    [InlineData("fake-ste/6.8/Order", "unknown variant of fake-ste '6.8'; did you mean 6.2 or 6.9?")]
    [InlineData("fake-ste/6.9/Odrer", "unknown theorem of fake-ste/6.9 'Odrer'; did you mean Order?")]
    [InlineData("Order --system fake-cd", "unknown system 'fake-cd'")]
    [InlineData("fake-ste/6.2 --system fake-ste/6.9", "no theorem of fake-ste/6.9 is meant by 'fake-ste/6.2'")]
    public void Unknown_theorems_list_the_near_misses(string names, string reason) => Prove(On(FakeTheorems.System), names.Split(' ')).RefusedWith(reason);

    [Fact]
    public void Without_a_solver_it_says_what_to_install_and_gives_3()
    {
        var ran = Prove(On(FakeTheorems.System, []), "--json", scratch["rows.json"]);
        Assert.Equal((3, "verify: no solver: no libz3: apt-get install libz3; no z3: apt-get install z3\n"), (ran.Status, ran.Err));
        Assert.Contains("\n  6.9       ?  ?", ran.Out);
        Assert.Contains(
            "\nNot settled:\n  fake-ste/6.2/NoTornView at any:64, fake-ste/6.2/NoTornView at any:128, fake-ste/6.2/Order at any:64, "
            + "fake-ste/6.9/NoTornView at any:64 and 2 more: no solver: no libz3",
            ran.Out);
        using var rows = JsonDocument.Parse(File.ReadAllText(scratch["rows.json"]));
        Assert.All(rows.RootElement.EnumerateArray(), row => Assert.Equal("inconclusive", row.GetProperty("verdict").GetString()));
        Assert.Contains("apt-get install cvc5", Prove(On(FakeTheorems.System), "--solver", "cvc5").Err);
        ran = Prove(On(FakeTheorems.System), "--solver", "both");
        Assert.Equal((3, "verify: no solver: no cvc5: apt-get install cvc5\n"), (ran.Status, ran.Err));
    }

    [Fact]
    public void Without_the_library_the_program_decides_and_it_is_said()
    {
        var ran = Prove(On(FakeTheorems.System, ("z3", Machine.Z3Program)), "fake-ste/6.9/Order");
        Assert.Equal((0, "verify: no libz3: apt-get install libz3; the program z3 is used instead, which is slower\n"), (ran.Status, ran.Err));
        Assert.Contains($"decided by {Machine.Z3Program.Name}, ", ran.Out);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void Both_solvers_stand_for_what_both_decide()
    {
        var ran = Prove(On(FakeTheorems.System, ("libz3", Machine.Z3), ("cvc5", Machine.Cvc5)), "--solver", "both");
        Assert.Equal(0, ran.Status);
        Assert.Contains($"decided by {Machine.Z3.Name} and {Machine.Cvc5.Name}, ", ran.Out);
    }

    [Fact]
    public void Solvers_that_disagree_are_a_defect_and_give_2()
    {
        var liar = new FakeTheorems.Solver("liar 1.0", _ => new SolverAnswer.Unsat());
        var ran = Prove(On(FakeTheorems.System, ("libz3", Machine.Z3), ("cvc5", liar)), "--solver", "both", "--json", scratch["rows.json"]);
        Assert.Equal(2, ran.Status);
        Assert.Contains("\n  6.2      ## ##", ran.Out);
        Assert.Contains("\nDEFECTS:\n  fake-ste/6.2/NoTornView at any:64: obligation fake-ste.6.2.64.torn: THE SOLVERS DISAGREE: z3 ", ran.Out);
        Assert.Contains(", liar 1.0 says unsat\n", ran.Out);
        Assert.Contains("verify: INTERNAL ERROR: fake-ste/6.2/NoTornView at any:64: obligation ", ran.Err);
        Assert.DoesNotContain("Not settled", ran.Out);
        using var rows = JsonDocument.Parse(File.ReadAllText(scratch["rows.json"]));
        Assert.Contains("THE SOLVERS DISAGREE", rows.RootElement[0].GetProperty("defect").GetString());
    }

    [Fact]
    public void A_counterexample_that_the_model_does_not_confirm_is_shouted_about_and_the_rest_is_told()
    {
        var torn = FakeTheorems.NoTornView("6.2", FakeTheorems.Mixed, "mixes bits");
        torn[1] = torn[1] with { Confirm = (_, _) => throw new UnconfirmedException("expected a mix, saw the old entry") };
        var ran = Prove(On(FakeTheorems.With(("6.2", [.. torn, FakeTheorems.Ordered()]))), "--json", scratch["rows.json"]);
        Assert.Equal(2, ran.Status);
        const string error = "fake-ste/6.2/NoTornView at any:128: the model does not confirm the counterexample: expected a mix, saw the old entry\n";
        Assert.Contains($"verify: INTERNAL ERROR: {error}", ran.Err);
        Assert.Contains($"\nDEFECTS:\n  {error}", ran.Out);
        Assert.Contains("\n  6.2      ##  +", ran.Out);
        using var rows = JsonDocument.Parse(File.ReadAllText(scratch["rows.json"]));
        Assert.Equal(["violated", "inconclusive", "holds"], rows.RootElement.EnumerateArray().Select(row => row.GetProperty("verdict").GetString()));
    }

    [Fact]
    public void What_a_solver_cannot_decide_is_inconclusive_with_what_it_said()
    {
        var tired = new FakeTheorems.Solver("tired 1.0", _ => new SolverAnswer.Unknown("it died with status 139; it said: ouch"));
        var ran = Prove(On(FakeTheorems.System, ("libz3", tired)), "Order", "--limit", "2s");
        Assert.Equal(3, ran.Status);
        Assert.Contains("fake-ste/6.2/Order at any:64, fake-ste/6.9/Order at any:64: fake-ste.order: unknown: it died with status 139; it said: ouch\n", ran.Out);
    }

    [Fact]
    public void A_stop_leaves_open_what_was_not_begun()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var ran = Prove(On(FakeTheorems.System) with { Cancel = stop.Token });
        Assert.Equal((3, ""), (ran.Status, ran.Err));
        Assert.Contains(" and 2 more: stopped before it was started\n", ran.Out);
    }

    [Fact]
    public void Json_rows_have_exactly_these_members()
    {
        Assert.Equal(0, Prove(On(FakeTheorems.System), "--json", scratch["rows.json"]).Status);
        using var json = JsonDocument.Parse(File.ReadAllText(scratch["rows.json"]));
        var rows = json.RootElement.EnumerateArray().ToList();
        Assert.Equal(6, rows.Count);
        string[] members =
        [
            "system", "variant", "scope", "property", "refs", "method", "expected", "verdict", "states", "transitions", "depth", "seconds", "counterexample", "cases",
            "engine", "solver", "obligations", "bytes", "cached", "defect",
        ];
        Assert.All(rows, row => Assert.Equal(members, row.EnumerateObject().Select(member => member.Name)));
        Assert.StartsWith(
            """{"system":"fake-ste","variant":"6.2","scope":"any:64","property":"NoTornView","refs":["I1","seeds/03.md"],"method":"prove","expected":"violated","verdict":"violated","states":0,"transitions":0,"depth":0,"seconds":""",
            JsonSerializer.Serialize(rows[0]));
        Assert.Equal(scratch["traces/fake-ste-6.2-NoTornView.json"], rows[0].GetProperty("counterexample").GetString());
        Assert.Equal("direct", rows[0].GetProperty("engine").GetString());
        Assert.Equal(Machine.Z3.Name, rows[0].GetProperty("solver").GetString());
        Assert.InRange(rows[3].GetProperty("bytes").GetInt64(), 100, 10_000);
        Assert.Equal(JsonValueKind.Null, rows[3].GetProperty("defect").ValueKind);
    }

    [Fact]
    public void Proofs_are_remembered_and_a_spoilt_memory_is_none()
    {
        FakeTheorems.Solver Counting() => new("z3 counted", obligation => Machine.Z3.Check(obligation, Machine.Long, default));
        int Asked(out Ran ran)
        {
            var solver = Counting();
            ran = Prove(On(FakeTheorems.System, ("libz3", solver)), "fake-ste/6.9");
            Assert.Equal(0, ran.Status);
            return solver.Asked;
        }

        int fresh = Asked(out _);
        int again = Asked(out var ran);
        Assert.Equal(3, fresh - again);
        Assert.Matches(@"obligations: \d+ asked, 3 from the cache, ", ran.Out);
        foreach (string entry in Directory.GetFiles(scratch["cache"]))
        {
            File.WriteAllText(entry, "unsat\n");
        }

        Assert.Equal(fresh, Asked(out ran));
        Assert.Contains(" 0 from the cache, ", ran.Out);
        Assert.Equal(again, Asked(out _));
    }

    [Fact]
    public void Every_obligation_is_a_file_that_z3_decides_alone_though_the_proofs_were_remembered()
    {
        Assert.Equal(0, Prove(On(FakeTheorems.System)).Status);
        Assert.Equal(0, Prove(On(FakeTheorems.System), "--smt2", scratch["smt2"]).Status);
        string[] files = Directory.GetFiles(scratch["smt2"]);
        Assert.Contains(scratch["smt2/fake-ste.6.2.64.torn.smt2"], files);
        Assert.Contains(scratch["smt2/fake-ste.order.smt2"], files);
        foreach (string file in files)
        {
            using var z3 = Process.Start(new ProcessStartInfo("z3", file) { RedirectStandardOutput = true })!;
            string answer = z3.StandardOutput.ReadToEnd().TrimEnd();
            z3.WaitForExit();
            Assert.Contains($"(set-info :status {answer})\n", File.ReadAllText(file));
        }

        Assert.Contains("(set-info :status sat)", File.ReadAllText(scratch["smt2/fake-ste.6.2.128.torn.smt2"]));
        Assert.Contains("(set-info :status unsat)", File.ReadAllText(scratch["smt2/fake-ste.order.smt2"]));
    }

    [Fact]
    public void An_unwritable_directory_of_obligations_is_refused()
    {
        File.WriteAllText(scratch["file"], "");
        Prove(On(FakeTheorems.System), "--smt2", scratch["file"]).RefusedWith("cannot write obligations to ");
    }
}
