// A piece of a state graph in the DOT language of Graphviz.

using System.Text;
using Verify.Engine.Graphs;
using Verify.Engine.Traces;

namespace Verify.Cli.Pictures;

/// <summary>Writes state graphs as DOT. The same graph gives the same text.</summary>
/// <param name="writer">Where to.</param>
/// <param name="graph">The graph.</param>
/// <param name="decode">Says words in the fields of their tables.</param>
internal sealed class Dot(TextWriter writer, StateGraph graph, DecodeWord decode)
{
    private const int MostLines = 8;
    private const int MostColumns = 38;
    private const string Red = "#c62828";
    private const string Orange = "#e07b00";

    private readonly HashSet<int> forever = [.. graph.Runs.SelectMany(run => run.Forever)];
    private readonly HashSet<(int, int)> onRun = [.. graph.Runs.SelectMany(Hops)];
    private readonly HashSet<string> differing = Differing(graph);

    /// <summary>Writes the whole graph.</summary>
    /// <param name="title">What it is of, in a line or more.</param>
    public void Write(string title)
    {
        writer.WriteLine("digraph states {");
        writer.WriteLine("  rankdir=LR");
        writer.WriteLine($"  graph [label={Quoted(title + "\n" + Legend())}, labelloc=t, labeljust=l, fontname=\"Helvetica\", fontsize=13, nodesep=0.35, ranksep=0.55]");
        writer.WriteLine("  node [shape=box, style=\"rounded,filled\", fillcolor=\"#f7f7f7\", color=\"#606060\", fontname=\"Helvetica\", fontsize=10, margin=\"0.18,0.07\"]");
        writer.WriteLine("  edge [color=\"#606060\", fontname=\"Helvetica\", fontsize=9, arrowsize=0.7]");
        for (int i = 0; i < graph.States.Count; i++)
        {
            WriteState(i);
        }

        foreach (var steps in graph.Steps.GroupBy(step => (step.From, step.To)))
        {
            WriteSteps(steps.Key, [.. steps]);
        }

        writer.WriteLine("}");
    }

    private void WriteState(int number)
    {
        var state = graph.States[number];
        string[] remarks =
        [
            .. state.Violates.Select(claim => $"violates {claim}"),
            .. graph.Runs.Any(run => run.Loop == run.States.Count && run.States[^1] == number) ? ["may stay here for ever"] : Array.Empty<string>(),
            .. state.Goals.Select(goal => $"reaches: {goal}"),
            .. state.StepsBeyond == 0 ? Array.Empty<string>() : [$"{state.StepsBeyond} step{(state.StepsBeyond == 1 ? "" : "s")} to states not shown"],
        ];
        string label = string.Join('\n', [.. Caption(number), .. Shown(Lines(number)), .. remarks]);
        string looks = state switch
        {
            { Violates.Count: > 0 } => $", fillcolor=\"#ffd9d6\", color=\"{Red}\", penwidth=2.2",
            _ when forever.Contains(number) => $", fillcolor=\"#ffe8c7\", color=\"{Orange}\", penwidth=2.2",
            { Goals.Count: > 0 } => ", fillcolor=\"#d8f0d8\", color=\"#2e7d32\"",
            { IsInitial: true } => ", fillcolor=\"#dcebfb\", color=\"#1f5fa8\"",
            _ => "",
        };
        string final = state.IsFinal ? ", peripheries=2" : "";
        string beyond = state.StepsBeyond > 0 ? ", style=\"rounded,filled,dashed\"" : "";
        string all = string.Join('\n', state.Text.Select(part => $"{part.Key} = {part.Value}"));
        writer.WriteLine($"  s{number} [label={Quoted(label)}{looks}{final}{beyond}, tooltip={Quoted(all)}]");
        if (state.IsInitial)
        {
            writer.WriteLine($"  i{number} [shape=point, width=0.09, color=\"#1f5fa8\", fillcolor=\"#1f5fa8\", tooltip=\"initial state\"]");
            writer.WriteLine($"  i{number} -> s{number} [color=\"#1f5fa8\"]");
        }
    }

    // Actions that lead from one state to the same other one share an arrow.
    private void WriteSteps((int From, int To) ends, GraphStep[] steps)
    {
        string[] actions = [.. steps.Select(step => step.Action).Distinct()];
        string[] violated = [.. steps.SelectMany(step => step.Violates).Distinct().Select(claim => $"violates {claim}")];
        string looks = violated.Length > 0 ? $", color=\"{Red}\", fontcolor=\"{Red}\", penwidth=2.2"
            : forever.Contains(ends.From) && forever.Contains(ends.To) && onRun.Contains(ends) ? $", color=\"{Orange}\", penwidth=3"
            : onRun.Contains(ends) ? ", color=\"#000000\", penwidth=3" : "";
        writer.WriteLine($"  s{ends.From} -> s{ends.To} [label={Quoted(string.Join('\n', [.. Shown(actions), .. violated]))}{looks}]");
    }

    // What changed since the state from which it was met first. An initial state has no such state: it says in what it differs from the others.
    private List<string> Lines(int number)
    {
        var state = graph.States[number];
        TraceStep Step(GraphState of) => new("", "", [], of.Text);
        var changes = state.Parent is int parent
            ? StateChanges.At([Step(graph.States[parent]), Step(state)], 1)
            : [.. StateChanges.At([Step(state)], 0).Where(change => differing.Contains(change.Name))];
        var lines = new List<string>();
        foreach (var (name, before, after) in changes)
        {
            var fields = after is not null && TraceWord.TryParse(after, out ulong word)
                ? decode(name, before is not null && TraceWord.TryParse(before, out ulong was) ? was : null, word) : [];
            if (fields.Count > 0)
            {
                lines.AddRange(fields.Select(field => $"{name} {field}"));
            }
            else if (before is not null || Short(after) != "0")
            {
                lines.Add(before is null ? $"{name}: {Short(after)}" : $"{name}: {Short(before)} -> {Short(after)}");
            }
        }

        return lines;
    }

    private static HashSet<string> Differing(StateGraph graph)
    {
        var initial = graph.States.Where(state => state.IsInitial).ToList();
        var all = initial.SelectMany(state => state.Text);
        return initial.Count < 2 ? [.. all.Select(part => part.Key)]
            : [.. all.GroupBy(part => part.Key).Where(part => part.Count() < initial.Count || part.Select(each => each.Value).Distinct().Count() > 1).Select(part => part.Key)];
    }

    private static IEnumerable<(int, int)> Hops(GraphRun run)
    {
        var hops = run.States.Zip(run.States.Skip(1));
        return run.Loop is int loop && loop < run.States.Count ? hops.Append((run.States[^1], run.States[loop])) : hops;
    }

    private IEnumerable<string> Caption(int number) =>
        [graph.States[number].IsInitial ? $"state {number} (initial)" : graph.States[number].IsFinal ? $"state {number} (final)" : $"state {number}"];

    private static IEnumerable<string> Shown(IReadOnlyList<string> lines)
    {
        var cut = lines.Take(lines.Count > MostLines ? MostLines - 1 : MostLines).SelectMany(line => Wrapping.Lines(line, MostColumns, "   "));
        return lines.Count > MostLines ? cut.Append($"and {lines.Count - MostLines + 1} more") : cut;
    }

    private string Legend()
    {
        var parts = new List<string> { "blue, with a dot before it: initial; a state says what changed since the state from which it was met first" };
        void Add(bool isThere, string text)
        {
            if (isThere)
            {
                parts.Add(text);
            }
        }

        Add(graph.States.Any(state => state.IsFinal), "double border: final");
        Add(graph.States.Any(state => state.Violates.Count > 0) || graph.Steps.Any(step => step.Violates.Count > 0), "red: violates a claim");
        Add(graph.States.Any(state => state.Goals.Count > 0), "green: meets a goal");
        Add(graph.States.Any(state => state.StepsBeyond > 0), "dashed: has further steps that are not shown");
        Add(graph.Runs.Count > 0, $"bold arrows: a run that violates {string.Join(", ", graph.Runs.Select(run => run.Property).Distinct())}");
        Add(forever.Count > 0, "orange: repeats for ever");
        return string.Join('\n', parts);
    }

    private static string Short(string? value) => value is null ? "(absent)" : TraceWord.TryParse(value, out ulong word) ? (word == 0 ? "0" : $"0x{word:x}") : value;

    // A backslash begins an escape, and an ampersand an entity; lines are set to the left.
    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (string line in text.Split('\n'))
        {
            quoted.Append(OneLine.Of(line).Replace("&", "&amp;", StringComparison.Ordinal).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal));
            quoted.Append("\\l");
        }

        return quoted.Append('"').ToString();
    }
}
