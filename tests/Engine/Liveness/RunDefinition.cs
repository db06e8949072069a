// What claims about whole runs mean, by trying all sets of states that a run could come to again and again. For graphs of a few nodes only, and for nothing but
// to hold the engine against it: no component, no search for fairness.

using Verify.Engine;
using Verify.Engine.Liveness;

namespace Verify.Tests.Engine.Liveness;

/// <summary>A claim about a graph, as plain sets.</summary>
/// <param name="Due">Nodes in which it becomes due; null for initial nodes only.</param>
/// <param name="Done">Nodes that answer it.</param>
/// <param name="Answer">The kind of edges that answer it; -1 for none.</param>
/// <param name="Motion">Whether only runs that move for ever violate it.</param>
/// <param name="Weak">Sets of kinds of edges that are assumed weakly fair, a bit for each kind.</param>
/// <param name="Strong">Sets that are assumed strongly fair.</param>
public sealed record Formula(bool[]? Due, bool[] Done, int Answer, bool Motion, int[] Weak, int[] Strong)
{
    public static Formula Draw(Random random, int nodes)
    {
        bool[] Nodes(double density) => [.. Enumerable.Range(0, nodes).Select(_ => random.NextDouble() < density)];
        int[] Classes() => [.. Enumerable.Range(0, random.Next(3)).Select(_ => random.Next(1, 8))];
        return random.Next(3) switch
        {
            0 => new(Nodes(0.4), Nodes(0.25), random.Next(4) == 0 ? random.Next(3) : -1, false, Classes(), Classes()),
            1 => new(null, Nodes(0.25), -1, false, Classes(), Classes()),
            _ => new([.. Enumerable.Repeat(true, nodes)], new bool[nodes], random.Next(3), true, Classes(), Classes()),
        };
    }

    public Liveness<Node> Claim()
    {
        List<Fairness<Node>> fairness = [.. Weak.Select(set => Class(set, Strength.Weak)), .. Strong.Select(set => Class(set, Strength.Strong))];
        bool[] done = Done;
        int answer = Answer;
        StatePredicate<Node> then = (in Node n) => done[n.Number];
        StepPredicate<Node> by = (in Node _, Transitions.Step step, in Node _) => step.Kind == answer;
        if (Motion)
        {
            return new NoLivelock<Node>(Claims.Named("Moves", PropertyKind.NoLivelock), by, fairness);
        }
        return Due is { } due
            ? new LeadsTo<Node>(Claims.Named("LeadsTo", PropertyKind.LeadsTo), (in Node n) => due[n.Number], then, fairness) { ThenStep = answer < 0 ? null : by }
            : new Eventually<Node>(Claims.Named("Eventually", PropertyKind.Eventually), then, fairness);
    }

    private static Fairness<Node> Class(int set, Strength strength) =>
        new($"{strength} {set}", strength, (in Node _, Transitions.Step step, in Node _) => (set >> step.Kind & 1) != 0);
}

/// <summary>The verdict by the definition.</summary>
internal static class RunDefinition
{
    /// <summary>Whether a fair run violates the formula.</summary>
    public static bool IsViolated(Graph graph, Formula formula)
    {
        HashSet<int> pending = Pending(graph, formula);
        int nodes = graph.Edges.Length;
        for (int set = 1; set < 1 << nodes; set++)
        {
            int[] members = [.. Enumerable.Range(0, nodes).Where(node => (set >> node & 1) != 0)];
            if (members.All(pending.Contains) && CanStay(graph, formula, members) && IsFair(graph, formula, members))
            {
                return true;
            }
        }
        return false;
    }

    // Nodes at which a run can be that owes an answer: by repeating until nothing is added.
    private static HashSet<int> Pending(Graph graph, Formula formula)
    {
        HashSet<int> reachable = [.. graph.Distances().Keys];
        IEnumerable<int> begin = formula.Due is { } due ? reachable.Where(node => due[node]) : graph.Starts;
        HashSet<int> pending = [.. begin.Where(node => !formula.Done[node])];
        for (int before = -1; before != pending.Count;)
        {
            before = pending.Count;
            foreach (int node in pending.ToArray())
            {
                pending.UnionWith(Steps(graph, formula, node).Select(edge => edge.To).Where(to => !formula.Done[to]));
            }
        }
        return pending;
    }

    // Edges that change the state and do not answer.
    private static IEnumerable<Edge> Steps(Graph graph, Formula formula, int node) =>
        graph.Edges[node].Where(edge => edge.To != node && edge.Kind != formula.Answer);

    // All of them again and again: each comes to each, without leaving the set; or one alone, where the run stops.
    private static bool CanStay(Graph graph, Formula formula, int[] members)
    {
        if (members.Length == 1)
        {
            return !formula.Motion;
        }
        foreach (int from in members)
        {
            HashSet<int> reached = [];
            var queue = new Queue<int>([from]);
            while (queue.TryDequeue(out int node))
            {
                foreach (Edge edge in Steps(graph, formula, node).Where(edge => members.Contains(edge.To) && reached.Add(edge.To)))
                {
                    queue.Enqueue(edge.To);
                }
            }
            if (reached.Count < members.Length)
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsFair(Graph graph, Formula formula, int[] members)
    {
        bool Enabled(int node, int set) => graph.Edges[node].Any(edge => edge.To != node && (set >> edge.Kind & 1) != 0);
        bool Taken(int set) => members.Any(node => Steps(graph, formula, node).Any(edge => members.Contains(edge.To) && (set >> edge.Kind & 1) != 0));
        return formula.Weak.All(set => Taken(set) || members.Any(node => !Enabled(node, set)))
            && formula.Strong.All(set => Taken(set) || members.All(node => !Enabled(node, set)));
    }
}
