// Graphs as models: nodes are states, edges are steps. Small enough for a naive search to say what is true.

using Verify.Transitions;

namespace Verify.Tests.Engine;

/// <summary>A node, with more bytes than it needs: twelve.</summary>
public record struct Node(int Number, int Square, int Half)
{
    public static Node Of(int number) => new(number, number * number, number / 2);
}

public readonly record struct Edge(int To, ushort Kind);

/// <summary>A graph: what its nodes lead to, where it starts and which nodes may be the end.</summary>
public sealed record Graph(Edge[][] Edges, int[] Starts, bool[] Final)
{
    public static readonly string[] Kinds = ["a", "b", "c"];

    public static Graph Draw(ulong seed)
    {
        var random = new Random((int)(seed ^ (seed >> 32)));
        int nodes = random.Next(1, 60);
        double degree = random.NextDouble() * 3;
        var edges = new Edge[nodes][];
        for (int i = 0; i < nodes; i++)
        {
            edges[i] = [.. Enumerable.Range(0, (int)(random.NextDouble() * 2 * degree)).Select(_ => new Edge(random.Next(nodes), (ushort)random.Next(3)))];
        }
        int[] starts = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(nodes))];
        return new Graph(edges, starts, [.. Enumerable.Range(0, nodes).Select(_ => random.Next(3) == 0)]);
    }

    /// <summary>Distance of each reachable node from the nearest start: breadth-first search as in the textbook.</summary>
    public Dictionary<int, int> Distances()
    {
        var distances = Starts.Distinct().ToDictionary(start => start, _ => 0);
        var queue = new Queue<int>(distances.Keys);
        while (queue.TryDequeue(out int node))
        {
            foreach (Edge edge in Edges[node])
            {
                if (distances.TryAdd(edge.To, distances[node] + 1))
                {
                    queue.Enqueue(edge.To);
                }
            }
        }
        return distances;
    }
}

public readonly struct GraphModel(Graph graph) : ITransitionSystem<Node>
{
    public IReadOnlyList<string> Actions => Graph.Kinds;

    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<Node>, allows ref struct
    {
        foreach (int start in graph.Starts)
        {
            sink.From(Node.Of(start));
            sink.Add(Step.Init);
        }
    }

    public void Next<TSink>(in Node state, ref TSink sink)
        where TSink : struct, ISink<Node>, allows ref struct
    {
        for (int i = 0; i < graph.Edges[state.Number].Length; i++)
        {
            Edge edge = graph.Edges[state.Number][i];
            sink.From(in state) = Node.Of(edge.To);
            sink.Add(new Step(edge.Kind, (short)i));
        }
    }

    public void Describe(in Node state, IStateText text)
    {
        text.Field("node", $"{state.Number}");
        text.Word("square", (ulong)state.Square);
    }

    public ActionText Say(in Node before, Step step) => new("graph", Graph.Kinds[step.Kind], ("edge", $"{step.A}"));

    public bool IsFinal(in Node state) => graph.Final[state.Number];
}
