// The explorer against breadth-first search as in the textbook, on random graphs.

using Verify.Engine;
using Verify.Transitions;
using Xunit;

namespace Verify.Tests.Engine;

public class RandomGraphTests
{
    private const int Graphs = 400;

    public static StoreKind[] Exhaustive => [StoreKind.Fingerprint, StoreKind.Exact];

    public static TheoryData<StoreKind, int> Means => new()
    {
        { StoreKind.Fingerprint, 1 },
        { StoreKind.Fingerprint, 2 },
        { StoreKind.Exact, 1 },
        { StoreKind.Exact, 2 },
    };

    [Theory]
    [MemberData(nameof(Means))]
    public void Everything_is_as_in_the_textbook(StoreKind store, int threads) => Seeds.Run(seed =>
    {
        for (int i = 0; i < Graphs; i++)
        {
            Compare(Graph.Draw(seed + (ulong)i), new ExploreOptions { Store = store, Threads = threads });
        }
    });

    private static void Compare(Graph graph, ExploreOptions options)
    {
        Dictionary<int, int> distances = graph.Distances();
        Property<Node>[] properties =
        [
            Claims.Always<Node>("not 5 mod 7", (in Node n) => n.Number % 7 != 5),
            Claims.Always<Node>("odd are small", (in Node n) => n.Number < 40, (in Node n) => n.Number % 2 == 1),
            Claims.EachStep<Node>("c goes up", (in Node a, Step _, in Node b) => b.Number >= a.Number - 20, (in Node _, Step s, in Node _) => s.Kind == 2),
            Claims.Reaches<Node>("reaches", ["3", "11"], (in Node n) => n.Number == 3 ? 1UL : n.Number == 11 ? 2UL : 0),
            Claims.NoDeadlock<Node>(),
            Claims.Reaches<Node>("takes", ["c upwards", "at 3"], (in Node n) => n.Number == 3 ? 2UL : 0) with
            {
                Taken = (in Node a, Step step, in Node b) => step.Kind == 2 && b.Number > a.Number ? 1UL : 0,
            },
        ];
        Exploration<Node> found = new Explorer<GraphModel, Node>(new GraphModel(graph), properties).Run(options);

        Assert.Null(found.Limit);
        Assert.Equal(distances.Count, found.States);
        Assert.Equal(distances.Keys.Sum(node => graph.Edges[node].Length), found.Transitions);
        Assert.Equal(distances.Values.Max(), found.Depth);

        CheckStates(graph, found.Findings[0], distances, _ => true, node => node % 7 == 5);
        CheckStates(graph, found.Findings[1], distances, node => node % 2 == 1, node => node % 2 == 1 && node >= 40);
        CheckSteps(graph, found.Findings[2], distances);
        string[] unmet = [.. ((int[])[3, 11]).Where(node => !distances.ContainsKey(node)).Select(node => $"{node}")];
        Assert.Equal(unmet.Length == 0 ? Verdict.Holds : Verdict.Violated, found.Findings[3].Verdict);
        Assert.Equal(unmet.Length == 0 ? "" : $"not reached: {string.Join(", ", unmet)}", found.Findings[3].Detail);
        bool upwards = distances.Keys.Any(node => graph.Edges[node].Any(edge => edge.Kind == 2 && edge.To > node));
        Assert.Equal((upwards ? 1 : 0) + (distances.ContainsKey(3) ? 1 : 0), found.Findings[5].Cases);
        CheckStates(graph, found.Findings[4], distances, _ => true, node => graph.Edges[node].Length == 0 && !graph.Final[node]);
    }

    private static void CheckStates(Graph graph, Finding<Node> found, Dictionary<int, int> distances, Predicate<int> met, Predicate<int> fails)
    {
        int[] failing = [.. distances.Keys.Where(node => fails(node))];
        Assert.Equal(failing.Length == 0 ? Verdict.Holds : Verdict.Violated, found.Verdict);
        int cases = distances.Keys.Count(node => met(node));
        Assert.Equal(cases == 0, found.Vacuous);
        if (found is { Verdict: Verdict.Holds, Property: Invariant<Node> { When: not null } })
        {
            Assert.Equal(cases, found.Cases);
        }
        if (failing.Length > 0)
        {
            CheckPath(graph, found.Path!);
            Assert.Equal(failing.Min(node => distances[node]), found.Path!.Count - 1);
            Assert.True(fails(found.Path[^1].State.Number));
        }
    }

    private static void CheckSteps(Graph graph, Finding<Node> found, Dictionary<int, int> distances)
    {
        var steps = distances.Keys.SelectMany(from => graph.Edges[from].Where(edge => edge.Kind == 2).Select(edge => (From: from, edge.To))).ToList();
        var failing = steps.Where(step => step.To < step.From - 20).ToList();
        Assert.Equal(failing.Count == 0 ? Verdict.Holds : Verdict.Violated, found.Verdict);
        Assert.Equal(steps.Count == 0, found.Vacuous);
        if (found.Verdict == Verdict.Holds)
        {
            Assert.Equal(steps.Count, found.Cases);
        }
        if (failing.Count > 0)
        {
            CheckPath(graph, found.Path!);
            Assert.Equal(failing.Min(step => distances[step.From]) + 1, found.Path!.Count - 1);
            Assert.Contains((found.Path[^2].State.Number, found.Path[^1].State.Number), failing);
        }
    }

    private static void CheckPath(Graph graph, IReadOnlyList<Move<Node>> path)
    {
        Assert.True(path[0].Step.IsInit);
        Assert.Contains(path[0].State.Number, graph.Starts);
        for (int i = 1; i < path.Count; i++)
        {
            Edge edge = graph.Edges[path[i - 1].State.Number][path[i].Step.A];
            Assert.Equal((edge.Kind, edge.To), (path[i].Step.Kind, path[i].State.Number));
        }
    }
}
