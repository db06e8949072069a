// Pieces of state graphs for pictures, and the counts by level.

using Verify.Engine;
using Verify.Engine.Graphs;
using Verify.Engine.Liveness;
using Verify.Engine.Traces;
using Xunit;

namespace Verify.Tests.Engine;

public class StateGraphTests
{
    // 0 leads to 1 twice and to 2, 1 to 2, and 2 is final; 3 leads to 0, and to 4, which is stuck.
    private static readonly Graph Small = new(
        [[new(1, 0), new(2, 1), new(1, 2)], [new(2, 0)], [], [new(0, 0), new(4, 1)], []], Starts: [0, 3], Final: [false, false, true, false, false]);

    private static readonly Property<Node>[] Properties =
    [
        Claims.Always<Node>("NotTwo", (in Node node) => node.Number != 2),
        Claims.EachStep<Node>("NoB", (in Node _, Transitions.Step step, in Node _) => step.Kind != 1),
        Claims.NoDeadlock<Node>(),
        Claims.Reaches<Node>("Meets", ["four", "nine"], (in Node node) => node.Number == 4 ? 1UL : 0),
        new Eventually<Node>(Claims.Named("Ends", PropertyKind.Eventually), (in Node node) => node.Number == 2, []),
    ];

    private static Subject<GraphModel, Node> Subject(Graph graph, params Property<Node>[] properties) =>
        new("graph", "small", "small", new GraphModel(graph), properties, (_, _, _) => []);

    private static string Text(GraphState state) =>
        $"{state.Text[0].Value} from {state.Parent?.ToString() ?? "-"}{(state.IsInitial ? " initial" : "")}{(state.IsFinal ? " final" : "")} [{string.Join(' ', [.. state.Violates, .. state.Goals])}]"
        + (state.StepsBeyond > 0 ? $" +{state.StepsBeyond}" : "");

    private static string Text(GraphStep step) => $"{step.From}-{step.To} {step.Action} [{string.Join(' ', step.Violates)}]";

    [Fact]
    public void A_small_graph_is_collected_whole()
    {
        var graph = Subject(Small, Properties).Graph(new GraphOptions());
        Assert.Equal(
            ["0 from - initial []", "1 from 0 []", "2 from 0 final [NotTwo]", "3 from - initial []", "4 from 3 [NoDeadlock]"], graph.States.Select(Text));
        Assert.Equal(
            [
                "0-1 graph: a(edge=0) []", "0-2 graph: b(edge=1) [NoB]", "0-1 graph: c(edge=2) []", "1-2 graph: a(edge=0) []", "3-0 graph: a(edge=0) []",
                "3-4 graph: b(edge=1) [NoB]",
            ],
            graph.Steps.Select(Text));
        Assert.Equal((5L, true, 2, 0), (graph.Total, graph.IsCounted, graph.InitialStates, graph.Runs.Count));
    }

    [Fact]
    public void What_does_not_fit_is_counted()
    {
        var graph = Subject(Small, Properties).Graph(new GraphOptions { States = 2 });
        Assert.Equal(["0 from - initial [] +1", "1 from 0 [] +1"], graph.States.Select(Text));
        Assert.Equal((5L, true, 2), (graph.Total, graph.IsCounted, graph.InitialStates));
    }

    [Fact]
    public void An_initial_state_that_does_not_fit_is_counted_too() =>
        Assert.Equal((5L, 3), (Subject(Small).Graph(new GraphOptions { States = 3 }).Total, Subject(Small).Graph(new GraphOptions { States = 3 }).States.Count));

    [Fact]
    public void Named_claims_are_marked_and_no_others()
    {
        var graph = Subject(Small, Properties).Graph(new GraphOptions { Properties = ["Meets", "NoB"] });
        Assert.Equal(["", "", "", "", "four"], graph.States.Select(state => string.Join(' ', [.. state.Violates, .. state.Goals])));
        Assert.Equal(2, graph.Steps.Count(step => step.Violates.SequenceEqual(["NoB"])));
    }

    [Fact]
    public void A_run_is_shown_whole_whatever_fits_beside_it()
    {
        var subject = Subject(Small, Properties);
        var trace = subject.Explore(new ExploreOptions()).Outcomes.Single(outcome => outcome.Claim.Name == "NoDeadlock").Counterexample!;
        var graph = subject.Graph(new GraphOptions { States = 1, Run = trace });
        Assert.Equal(["3 from - initial [] +1", "4 from 0 [NoDeadlock]"], graph.States.Select(Text));
        Assert.Equal([0, 1], Assert.Single(graph.Runs).States);
        Assert.Empty(graph.Runs[0].Forever);
        Assert.Throws<TraceException>(() => subject.Graph(new GraphOptions { Run = trace with { Variant = "other" } }));
        Assert.Throws<TraceException>(() => subject.Graph(new GraphOptions { Run = trace with { Steps = [.. trace.Steps, trace.Steps[1]] } }));
    }

    [Fact]
    public void A_run_without_an_end_says_what_it_comes_back_to()
    {
        var run = Assert.Single(Subject(Small, Properties).Graph(new GraphOptions { Properties = ["Ends"] }).Runs);
        Assert.Equal(("Ends", 1), (run.Property, run.States.Count));
        Assert.Equal(run.States, run.Forever);

        // Whoever moves goes round and round.
        var ring = new Graph([[new(1, 0)], [new(2, 0)], [new(1, 1)]], [0], new bool[3]);
        var ends = new Eventually<Node>(Claims.Named("Ends", PropertyKind.Eventually), (in Node node) => node.Number == 9, [new("all", Strength.Weak, (in Node _, Transitions.Step _, in Node _) => true)]);
        run = Assert.Single(Subject(ring, ends).Graph(new GraphOptions { Properties = ["Ends"] }).Runs);
        Assert.Equal([1, 2], run.Forever.Distinct().Order());
        Assert.Equal(0, run.States[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Levels_have_as_many_new_states_as_there_are_at_that_distance(int threads)
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var graph = Graph.Draw(seed);
            var report = Subject(graph).Explore(new ExploreOptions { Threads = threads });
            Assert.Equal(graph.Distances().Values.CountBy(distance => distance).OrderBy(level => level.Key).Select(level => (long)level.Value), report.Levels);
        }
    }
}
