using System.Text.Json;
using Verify.Cli;
using Verify.Engine;
using Verify.Properties;
using Xunit;

namespace Verify.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    private static Ran Verify(params string[] args) => Ran.Verify(FakeSystems.AsExpected, args);

    [Theory]
    [InlineData("unknown command 'chek'; did you mean check?", "chek")]
    [InlineData("--help", "")]
    [InlineData("unknown option '--tim'; did you mean --time?", "check fake-ste --tim 3")]
    [InlineData("unknown system 'fake-sty'; did you mean fake-ste?", "check fake-sty")]
    [InlineData("unknown system 'nothing-like-it'; known: fake-ste", "check nothing-like-it")]
    [InlineData("unknown variant of fake-ste '6.8'; did you mean 6.2 or 6.9?", "check fake-ste/6.8")]
    [InlineData("unknown variant of fake-ste ''", "check fake-ste/")]
    [InlineData("unknown property of fake-ste 'notornview'; did you mean NoTornView?", "check fake-ste --property notornview")]
    [InlineData("unknown property of fake-ste 'Torn'; did you mean NoTornView?", "check fake-ste --property Torn")]
    [InlineData("fake-ste has no scope 'large'; it has small, medium", "check fake-ste --scope large")]
    [InlineData("--scope 'huge' is not small, medium or large", "all --scope huge")]
    [InlineData("--threads '0' is not a whole number from 1 to 1024", "check fake-ste --threads 0")]
    [InlineData("--threads 'x' is not a whole number", "check fake-ste --threads x")]
    [InlineData("--memory '4Q' is not a size", "check fake-ste --memory 4Q")]
    [InlineData("--memory '0' is not a size", "check fake-ste --memory 0")]
    [InlineData("--memory '-1G' is not a size", "check fake-ste --memory=-1G")]
    [InlineData("--time '0s' is not a time", "check fake-ste --time 0s")]
    [InlineData("--time 'm' is not a time", "check fake-ste --time m")]
    [InlineData("--store 'disk' is not fingerprint, exact or bitstate", "check fake-ste --store disk")]
    [InlineData("--walks '0' is not", "simulate fake-ste --walks 0")]
    [InlineData("--depth '99999999999' is not", "simulate fake-ste --depth 99999999999")]
    [InlineData("--strategy 'dfs' is not uniform, pct, pos or coverage", "simulate fake-ste --strategy dfs")]
    [InlineData("--bug-depth '0' is not", "simulate fake-ste --strategy pct --bug-depth 0")]
    [InlineData("--threads '0' is not", "simulate fake-ste --threads 0")]
    [InlineData("--seed '-1' is not", "simulate fake-ste --seed=-1")]
    [InlineData("--format 'dot' is not text, mermaid or itf", "show x --format dot")]
    [InlineData("--format 'png' is not dot or svg", "graph fake-ste --format png")]
    [InlineData("--states '0' is not a whole number from 1 to 5000", "graph fake-ste --states 0")]
    [InlineData("--states '5001' is not a whole number from 1 to 5000", "graph fake-ste --states 5001")]
    [InlineData("unknown system 'fake-sty'; did you mean fake-ste?", "graph fake-sty")]
    [InlineData("unknown property of fake-ste 'Torn'; did you mean NoTornView?", "graph fake-ste --property Torn")]
    [InlineData("'graph'", "graph")]
    [InlineData("--json", "all --json")]
    [InlineData("'show'", "show")]
    [InlineData("'replay'", "replay")]
    [InlineData("unknown argument 'extra'", "list extra")]
    [InlineData("the catalogue has no theorems", "prove")]
    [InlineData("--solver 'yices' is not z3, cvc5 or both", "prove --solver yices")]
    [InlineData("--limit 'soon' is not a time", "prove --limit soon")]
    [InlineData("unknown engine 'bcm'; did you mean bmc?", "prove --engine bcm")]
    [InlineData("unknown engine 'Kind'; did you mean kind?", "prove --engine Kind")]
    [InlineData("unknown engine 'pdr'; known: direct, bmc, kind, invariant", "prove --engine pdr")]
    [InlineData("--bound '0' is not a whole number from 1 to 1000", "prove --engine bmc --bound 0")]
    [InlineData("--bound 'far' is not a whole number from 1 to 1000", "prove --engine kind --bound far")]
    [InlineData("--bound is for --engine bmc or kind; direct has none", "prove --bound 3")]
    [InlineData("--bound is for --engine bmc or kind; invariant has none", "prove --engine invariant --bound 3")]
    [InlineData("the catalogue has no word models: there is nothing to prove", "prove --engine bmc")]
    [InlineData("@file", "check @file")]
    [InlineData("'fake-ste' names no variant; give SYSTEM/VARIANT", "table fake-ste")]
    [InlineData("fake-ste/6.9 updates no entries", "table fake-ste/6.9")]
    [InlineData("--solver 'yices' is not z3 or cvc5", "table fake-ste/6.9 --solver yices")]
    public void Bad_arguments_are_refused_in_one_line(string reason, string line) =>
        Verify(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).RefusedWith(reason);

    [Fact]
    public void Unwritable_reports_are_refused_before_anything_is_explored()
    {
        bool explored = false;
        var catalogue = FakeSystems.With(new() { Explored = _ => explored = true });
        File.WriteAllText(scratch["file"], "");
        Ran.Verify(catalogue, "check", "fake-ste/6.9", "--json", scratch.Root).RefusedWith("it is a directory");
        Ran.Verify(catalogue, "check", "fake-ste/6.9", "--json", scratch["none/rows.json"]).RefusedWith("cannot write");
        Ran.Verify(catalogue, "check", "fake-ste/6.9", "--trace-dir", scratch["file"]).RefusedWith("cannot record a trace in");
        Ran.Verify(catalogue, "all", "--json", scratch["none/rows.json"]).RefusedWith("cannot write");
        Assert.False(explored);
        Assert.Equal(["file"], scratch.Names);
    }

    [Fact]
    public void A_refused_run_leaves_the_old_report()
    {
        File.WriteAllText(scratch["rows.json"], "old");
        var catalogue = FakeSystems.With(new() { Throws = new InvalidOperationException("a bug") });
        Ran.Verify(catalogue, "check", "fake-ste/6.9", "--json", scratch["rows.json"]).RefusedWith("a defect of this program", "a bug");
        Assert.Equal("old", File.ReadAllText(scratch["rows.json"]));
        Assert.Equal(["rows.json"], scratch.Names);
    }

    [Fact]
    public void A_link_to_a_report_stays_a_link()
    {
        File.WriteAllText(scratch["real.json"], "old");
        File.CreateSymbolicLink(scratch["link.json"], scratch["real.json"]);
        Assert.Equal(0, Ran.Verify(FakeSystems.AsExpected, "check", "fake-ste", "--json", scratch["link.json"]).Status);
        Assert.NotNull(new FileInfo(scratch["link.json"]).LinkTarget);
        Assert.StartsWith("[", File.ReadAllText(scratch["real.json"]));
    }

    [Fact]
    public void A_broken_pipe_is_one_line()
    {
        var invocation = Ran.Invocation(FakeSystems.AsExpected) with { Out = new BrokenPipe() };
        Ran.Verify(invocation, "list").RefusedWith("cannot write the results: Broken pipe");
        var all = Ran.Invocation(FakeSystems.AsExpected) with { Out = new BrokenPipe() };
        Ran.Verify(all, "check", "fake-ste").RefusedWith("Broken pipe");
        var help = Ran.Invocation(FakeSystems.AsExpected) with { Out = new BrokenPipe() };
        Ran.Verify(help, "--help").RefusedWith("Broken pipe");
    }

    [Theory]
    [InlineData("", "")]
    [InlineData(Progress.Reconstructing, "reconstructing traces: ")]
    public void A_live_display_leaves_the_results_alone(string phase, string shown)
    {
        string line = $"fake-ste/6.9: {shown}10 states, 5 /s, queue 4, depth 3";
        var (results, errors) = (new StringWriter(), new StringWriter());
        var shared = TextWriter.Synchronized(errors);
        bool IsShown()
        {
            // The lock that a synchronized writer takes.
            lock (shared)
            {
                return errors.ToString().Contains(line, StringComparison.Ordinal);
            }
        }

        // The run goes on until the display has shown it.
        var catalogue = FakeSystems.With(new()
        {
            Explored = options =>
            {
                options.Progress!(new Progress(10, 20, 3, 4, 5 << 20, TimeSpan.FromSeconds(2), phase));
                Assert.True(SpinWait.SpinUntil(IsShown, TimeSpan.FromSeconds(60)));
            },
        });
        int status = Program.Run(["check", "fake-ste/6.9"], Ran.Invocation(catalogue) with { Live = true, Out = results, Err = shared });
        Assert.Equal(0, status);
        Assert.StartsWith("fake-ste/6.9 at scope small", results.ToString());
    }

    [Fact]
    public void Version_and_help_are_results()
    {
        Assert.Equal(new(0, "verify 0.1.0\n", ""), Verify("--version"));
        foreach (string command in new[] { "all", "check", "prove", "simulate", "replay", "show", "graph", "list", "decode" })
        {
            Assert.Contains($"  {command} ", Verify("--help").Out);
            var help = Verify(command, "--help");
            Assert.Equal((0, ""), (help.Status, help.Err));
            Assert.Contains("Usage:", help.Out);
            Assert.DoesNotMatch(@"\n +(-\S+|<\S+>)( <\S+>)? *\n", help.Out);
        }
    }

    [Fact]
    public void List_names_everything_with_its_source()
    {
        var ran = Verify("list");
        Assert.Equal((0, ""), (ran.Status, ran.Err));
        Assert.Equal(
            """
            fake-ste: updates of an entry of two words
              scopes: small, medium
              variants:
                6.2: stores the words in order
                    violates NoTornView: no break before make
                6.9: stores V last
              properties:
                NoTornView (invariant): The hardware sees the old entry or the new one.
                    from seed 3, section 2 [I1, seeds/03.md]
                NoDeadlock (invariant): Somebody can always go on.
                    from ours
                GetsThere (reachable): The update is completed in some run.
                    from ours [I2]


            """,
            ran.Out);
    }

    [Fact]
    public void List_names_scopes_that_are_asked_for_by_name_only()
    {
        SystemEntry[] catalogue = [FakeSystems.AsExpected[0] with { Further = ["explicit"] }];
        Assert.Contains("  scopes: small, medium; by name only: explicit\n", Ran.Verify(catalogue, "list").Out);
        using var json = JsonDocument.Parse(Ran.Verify(catalogue, "list", "--json").Out);
        Assert.Equal("explicit", json.RootElement[0].GetProperty("furtherScopes")[0].GetString());
    }

    [Fact]
    public void List_as_json_has_the_same()
    {
        using var json = JsonDocument.Parse(Verify("list", "--json").Out);
        var system = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal("fake-ste", system.GetProperty("system").GetString());
        Assert.Equal("no break before make", system.GetProperty("variants")[0].GetProperty("violates").GetProperty("NoTornView").GetString());
        Assert.Equal("seed 3, section 2", system.GetProperty("properties")[0].GetProperty("source").GetString());
        Assert.Equal(3, system.GetProperty("properties").GetArrayLength());
    }

    [Fact]
    public void List_tells_what_is_proved_of_whom()
    {
        string text = Ran.Verify([FakeTheorems.System], "list").Out;
        Assert.Contains(
            "        violates NoTornView: no break before make\n        violates theorem NoTornView for any:64, any:128: mixes bits\n    6.9: stores V last\n  properties:\n", text);
        Assert.EndsWith(
            """
              theorems:
                NoTornView (theorem): For all entries, the hardware sees the old one or the new one.
                    from seed 3, section 2 [I1, seeds/03.md]
                Order (theorem): Below is an order.
                    from ours
              profiles of theorems: any:64, any:128


            """,
            text);
        using var json = JsonDocument.Parse(Ran.Verify([FakeTheorems.System], "list", "--json").Out);
        var system = json.RootElement[0];
        Assert.Equal("Below is an order.", system.GetProperty("theorems")[1].GetProperty("sentence").GetString());
        Assert.Equal(2, system.GetProperty("profiles").GetArrayLength());
        Assert.Equal(
            """{"theorem":"NoTornView","profiles":["any:64","any:128"],"violated":["any:64","any:128"],"reason":"mixes bits"}""",
            JsonSerializer.Serialize(system.GetProperty("variants")[0].GetProperty("theorems")[0]));
        Assert.Equal(JsonValueKind.Null, system.GetProperty("variants")[1].GetProperty("theorems")[0].GetProperty("reason").ValueKind);
    }

    private sealed class BrokenPipe : StringWriter
    {
        public override void Write(char value) => throw new IOException("Broken pipe");

        public override void Write(string? value) => throw new IOException("Broken pipe");

        public override void WriteLine(string? value) => throw new IOException("Broken pipe");

        public override void WriteLine() => throw new IOException("Broken pipe");
    }
}
