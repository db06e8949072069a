using System.Text.Json;
using FsCheck.Fluent;
using Verify.Engine.Traces;
using Xunit;

namespace Verify.Tests.Cli;

public class TracePrintTests
{
    private static readonly DecodeWord Decode = new FakeSubject("fake-ste", "6.2", "small", [], new()).Decode;

    [Fact]
    public void Text_shows_the_reason_and_only_what_changed() => Assert.Equal(
        """
        fake-ste/6.2 at scope small violates NoTornView
        failed: the view (w0 new, w1 old) faults: CFG=5, S1ContextPtr=0
           0  init
                cpu0.pc = idle
                memory.w0 = 0x0000000000000001
                    CFG: 1
                memory.w1 = 0
           1  CPU0: store STE(word=0, value=S1_TRANS)
                cpu0.pc: idle -> w0 stored
                memory.w0: 0x0000000000000001 -> 0x0000000000000005
                    CFG: 1 -> 5
           2  SMMU: fetch w1

        """,
        Printed(writer => TraceText.Write(writer, FakeSystems.Trace(), Decode)));

    [Fact]
    public void Mermaid_has_a_lane_per_actor() => Assert.Equal(
        """
        sequenceDiagram
            title fake-ste/6.2 (small) violates NoTornView
            participant L0 as CPU0
            participant L1 as SMMU
            Note over L0,L1: init
            L0->>L0: 1. store STE(word=0, value=S1_TRANS)
            Note right of L0: cpu0.pc: idle -#gt; w0 stored<br/>memory.w0: 0x0000000000000001 -#gt; 0x0000000000000005<br/>CFG: 1 -#gt; 5
            loop for ever
            L1->>L1: 2. fetch w1
            end
            Note over L0,L1: violates NoTornView<br/>the view (w0 new, w1 old) faults: CFG=5, S1ContextPtr=0

        """,
        Printed(writer => TraceMermaid.Write(writer, FakeSystems.Trace() with { Loop = 2 }, Decode)));

    [Fact]
    public void Mermaid_draws_arrows_to_and_from_other_lanes() => Assert.Equal(
        """
        sequenceDiagram
            title fake-ste/6.2 (small) violates NoTornView
            participant L0 as CPU0
            participant L1 as CPU1
            participant L2 as memory
            participant L3 as SMMU
            Note over L0,L3: init
            L0->>L2: 1. store
            L2->>L3: 2. fetch
            L3->>L1: 3. CMD_SYNC
            Note over L0,L3: violates NoTornView<br/>the view (w0 new, w1 old) faults: CFG=5, S1ContextPtr=0

        """,
        Printed(writer => TraceMermaid.Write(writer, FakeSystems.Trace() with
        {
            Steps =
            [
                new("", "init", [], []),
                new("CPU0", "store", [], []) { To = "memory" },
                new("SMMU", "fetch", [], []) { From = "memory" },
                new("SMMU", "CMD_SYNC", [], []) { To = "CPU1" },
            ],
        }, Decode)));

    [Fact]
    public void Itf_has_the_states() => Assert.Equal(
        """
        {
          "#meta": {
            "format": "ITF",
            "format-description": "https://apalache.informal.systems/docs/adr/015adr-trace.html",
            "description": "fake-ste/6.2 at scope small violates NoTornView: the view (w0 new, w1 old) faults: CFG=5, S1ContextPtr=0",
            "source": "fake-ste/6.2",
            "status": "violation"
          },
          "vars": [
            "mbt::actionTaken",
            "pc",
            "w",
            "gone"
          ],
          "states": [
            {
              "#meta": {
                "index": 0
              },
              "mbt::actionTaken": "init",
              "pc": "idle",
              "w": {
                "#bigint": "18446744073709551615"
              },
              "gone": "yes"
            },
            {
              "#meta": {
                "index": 1
              },
              "mbt::actionTaken": "CPU0: step",
              "pc": "on",
              "w": {
                "#bigint": "16"
              },
              "gone": {
                "#unserializable": "absent"
              }
            }
          ],
          "loop": 1
        }

        """,
        Printed(writer => TraceItf.Write(writer, FakeSystems.Trace() with
        {
            Steps =
            [
                new("", "init", [], [new("pc", "idle"), new("w", "0xffffffffffffffff"), new("gone", "yes")]),
                new("CPU0", "step", [], [new("pc", "on"), new("w", "0x0000000000000010")]),
            ],
            Loop = 1,
        })));

    [Fact]
    public void Text_names_what_appears_and_what_goes_and_where_a_loop_goes_back()
    {
        var trace = FakeSystems.Trace() with
        {
            Steps = [new("", "init", [], [new("a", "1")]), new("CPU0", "step", [], [new("b", "2")])],
            Loop = 1,
        };
        string text = Printed(writer => TraceText.Write(writer, trace, Decode));
        Assert.Contains("b: (absent) -> 2\n", text);
        Assert.Contains("a: 1 -> (absent)\n", text);
        Assert.EndsWith("      and again from step 1, for ever\n", text);
    }

    [Fact]
    public void Any_document_prints_as_valid_itf_with_a_value_per_variable() => Seeds.Check(Prop.ForAll(Documents.Any, trace =>
    {
        using var itf = JsonDocument.Parse(Printed(writer => TraceItf.Write(writer, trace)));
        var vars = itf.RootElement.GetProperty("vars").EnumerateArray().Select(variable => variable.GetString()).ToList();
        foreach (var state in itf.RootElement.GetProperty("states").EnumerateArray())
        {
            Assert.Equal(["#meta", .. vars], state.EnumerateObject().Select(member => member.Name));
        }
    }));

    [Fact]
    public void Nothing_in_a_document_can_drive_the_terminal_or_break_a_diagram() => Seeds.Check(Prop.ForAll(Documents.Any, trace =>
    {
        string text = Printed(writer => TraceText.Write(writer, trace, Decode));
        Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
        string mermaid = Printed(writer => TraceMermaid.Write(writer, trace, Decode));
        Assert.DoesNotContain("%%", mermaid);
        Assert.All(mermaid.TrimEnd('\n').Split('\n').Skip(1), line => Assert.Matches("^    (title |participant |L|Note |loop |end)", line));
    }));

    private static string Printed(Action<TextWriter> print)
    {
        var writer = new StringWriter { NewLine = "\n" };
        print(writer);
        return writer.ToString();
    }
}
