// Verdicts on whole runs against the definition, on thousands of random graphs and formulas.

using Verify.Engine;
using Xunit;

namespace Verify.Tests.Engine.Liveness;

public class OracleTests
{
    private const int Graphs = 4_000;
    private const int MostNodes = 7;

    [Fact]
    [Trait("Speed", "Slow")]
    public void Verdicts_are_those_of_the_definition() => Seeds.Run(seed =>
    {
        var violated = new int[3];
        var held = new int[3];
        int longest = 0;
        for (int i = 0; i < Graphs; i++)
        {
            var random = new Random((int)(seed ^ (seed >> 32)) + i);
            Graph graph = Draw(random);
            var formula = Formula.Draw(random, graph.Edges.Length);
            bool expected = RunDefinition.IsViolated(graph, formula);
            Finding<Node> found = Decide(graph, formula, threads: 1 + (i % 2));
            Assert.True((expected ? Verdict.Violated : Verdict.Holds) == found.Verdict, $"graph {i}: expected violated = {expected}, found {found.Verdict}: {found.Detail}");
            int kind = formula.Motion ? 2 : formula.Due == null ? 1 : 0;
            (expected ? violated : held)[kind]++;
            if (expected)
            {
                Check(graph, formula, found);
                longest = Math.Max(longest, found.Path!.Count - found.Loop!.Value);
            }
        }
        // Both verdicts are frequent for each kind of claim, and loops are not all trivial.
        Assert.All(violated.Concat(held), count => Assert.InRange(count, Graphs / 40, Graphs));
        Assert.InRange(longest, 4, 100);
    });

    private static Graph Draw(Random random)
    {
        int nodes = random.Next(1, MostNodes + 1);
        double degree = 0.5 + (random.NextDouble() * 2);
        Edge[][] edges = [.. Enumerable.Range(0, nodes).Select(_ => (Edge[])[.. Enumerable.Range(0, (int)(random.NextDouble() * 2 * degree))
            .Select(_ => new Edge(random.Next(nodes), (ushort)random.Next(3)))])];
        return new Graph(edges, [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => random.Next(nodes))], new bool[nodes]);
    }

    private static Finding<Node> Decide(Graph graph, Formula formula, int threads) =>
        new Explorer<GraphModel, Node>(new GraphModel(graph), [formula.Claim()]).Run(new ExploreOptions { Threads = threads }).Findings[0];

    // By the formula's own sets, without the engine's idea of a run.
    private static void Check(Graph graph, Formula formula, Finding<Node> found)
    {
        int[] nodes = [.. found.Path!.Select(move => move.State.Number)];
        int loop = found.Loop!.Value;
        Assert.Contains(nodes[0], graph.Starts);
        for (int i = 1; i < nodes.Length; i++)
        {
            Edge edge = graph.Edges[nodes[i - 1]][found.Path![i].Step.A];
            Assert.Equal((nodes[i], found.Path[i].Step.Kind), (edge.To, edge.Kind));
        }
        Assert.Equal(nodes[loop - 1], nodes[^1]);
        int owed = Enumerable.Range(0, nodes.Length).Last(i => i == 0 || formula.Done[nodes[i - 1]] || found.Path![i].Step.Kind == formula.Answer);
        int[] due = [.. Enumerable.Range(owed, nodes.Length - owed).Where(i => formula.Due?[nodes[i]] ?? i == 0)];
        Assert.NotEmpty(due);
        Assert.True(owed < loop || (owed == 0 && loop == 1));
        Assert.DoesNotContain(nodes[due[0]..], node => formula.Done[node]);
        int[] members = [.. nodes[(loop - 1)..].Distinct()];
        var taken = found.Path!.Skip(loop).Select(move => (int)move.Step.Kind).ToHashSet();
        bool Enabled(int node, int set) => graph.Edges[node].Any(edge => edge.To != node && (set >> edge.Kind & 1) != 0);
        Assert.All(formula.Weak, set => Assert.True(taken.Any(kind => (set >> kind & 1) != 0) || members.Any(node => !Enabled(node, set))));
        Assert.All(formula.Strong, set => Assert.True(taken.Any(kind => (set >> kind & 1) != 0) || members.All(node => !Enabled(node, set))));
        Assert.True(!formula.Motion || loop < nodes.Length);
    }
}
