// verify graph: what it prints, where it puts it, and what it refuses.

using Verify.Cli.Pictures;
using Xunit;

namespace Verify.Tests.Cli;

public sealed class GraphCommandTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    private static Ran Graph(params string[] more) => Ran.Verify(FakeSystems.AsExpected, ["graph", "fake-ste/6.2", .. more]);

    [Fact]
    public void Dot_names_states_by_what_changed_and_marks_violations()
    {
        var ran = Graph();
        Assert.Equal((0, ""), (ran.Status, ran.Err));
        Assert.Equal(
            """
            digraph states {
              rankdir=LR
              graph [label="fake-ste/6.2 at scope small: stores the words in order\l2 of 2 states; 2 steps between them\lblue, with a dot before it: initial; a state says what changed since the state from which it was met first\ldouble border: final\lred: violates a claim\l", labelloc=t, labeljust=l, fontname="Helvetica", fontsize=13, nodesep=0.35, ranksep=0.55]
              node [shape=box, style="rounded,filled", fillcolor="#f7f7f7", color="#606060", fontname="Helvetica", fontsize=10, margin="0.18,0.07"]
              edge [color="#606060", fontname="Helvetica", fontsize=9, arrowsize=0.7]
              s0 [label="state 0 (initial)\lcpu0.pc: idle \"x\" &amp; \\\lmemory.w0 CFG: 1\l", fillcolor="#dcebfb", color="#1f5fa8", tooltip="cpu0.pc = idle \"x\" &amp; \\\lmemory.w0 = 0x0000000000000001\lmemory.w1 = 0x0000000000000000\l"]
              i0 [shape=point, width=0.09, color="#1f5fa8", fillcolor="#1f5fa8", tooltip="initial state"]
              i0 -> s0 [color="#1f5fa8"]
              s1 [label="state 1 (final)\lcpu0.pc: idle \"x\" &amp; \\ -> w0 stored\lmemory.w0 CFG: 1 -> 5\lviolates NoTornView\l", fillcolor="#ffd9d6", color="#c62828", penwidth=2.2, peripheries=2, tooltip="cpu0.pc = w0 stored\lmemory.w0 = 0x0000000000000005\lmemory.w1 = 0x0000000000000000\l"]
              s0 -> s1 [label="CPU0: store STE(word=0)\lCPU1: store STE(word=0)\lviolates Untouched\l", color="#c62828", fontcolor="#c62828", penwidth=2.2]
            }

            """,
            ran.Out);
    }

    [Fact]
    public void A_graph_that_is_cut_off_says_so_in_the_picture_and_beside_it()
    {
        var ran = Graph("--states", "1");
        Assert.Equal(0, ran.Status);
        const string Extent = "1 of 2 states, breadth first from 1 of 1 initial; 0 steps between them";
        Assert.Contains($"\\l{Extent}\\l", ran.Out);
        Assert.Contains("2 steps to states not shown\\l", ran.Out);
        Assert.Equal($"graph: shows {Extent}; --states shows more; nothing among them violates a claim; --trace FILE shows a recorded run whole\n", ran.Err);
    }

    [Fact]
    public void Svg_is_drawn_by_graphviz()
    {
        string? drawn = null;
        var invocation = Ran.Invocation(FakeSystems.AsExpected) with
        {
            DrawDot = (dot, _) =>
            {
                drawn = dot;
                return new Drawing("<svg/>\n", "");
            },
        };
        Assert.Equal(new(0, "<svg/>\n", ""), Ran.Verify(invocation, "graph", "fake-ste", "--format", "svg"));
        Assert.Equal(drawn, Graph().Out);
    }

    [Fact]
    public void Without_graphviz_there_is_a_line_and_status_3()
    {
        var invocation = Ran.Invocation(FakeSystems.AsExpected) with { DrawDot = (_, _) => new Drawing(null, "apt-get install graphviz") };
        Assert.Equal(new(3, "", "verify: no picture: apt-get install graphviz\n"), Ran.Verify(invocation, "graph", "fake-ste", "--format", "svg", "--out", scratch["x.svg"]));
        Assert.Empty(scratch.Names);
    }

    [Fact]
    public void This_machine_draws_or_says_what_to_install()
    {
        var ran = Graph("--format", "svg");
        Assert.True(ran is { Status: 0, Err: "" } ? ran.Out.Contains("<svg", StringComparison.Ordinal) : ran.Status == 3 && ran.Err.Contains("apt-get install graphviz", StringComparison.Ordinal), ran.Err);
    }

    [Fact]
    public void A_file_with_other_contents_is_kept()
    {
        Assert.Equal(new(0, "", $"graph: wrote {scratch["g.dot"]}\n"), Graph("--out", scratch["g.dot"]));
        Assert.Equal(Graph().Out, File.ReadAllText(scratch["g.dot"]));
        Assert.Equal(new(0, "", $"graph: {scratch["g.dot"]} already holds this picture\n"), Graph("--out", scratch["g.dot"]));
        File.WriteAllText(scratch["g.dot"], "mine");
        Graph("--out", scratch["g.dot"]).RefusedWith("holds something else and is kept");
        Assert.Equal("mine", File.ReadAllText(scratch["g.dot"]));
        Graph("--out", scratch.Root).RefusedWith("it is a directory; give --out a file");
        Graph("--out", scratch["none/g.dot"]).RefusedWith("cannot write");
        Assert.Equal(["g.dot"], scratch.Names);
    }

    [Fact]
    public void A_run_that_is_no_trace_is_refused()
    {
        File.WriteAllText(scratch["t.json"], "{");
        Graph("--trace", scratch["t.json"]).RefusedWith("t.json: truncated");
        Graph("--trace", scratch["none.json"]).RefusedWith("no such file");
    }
}
