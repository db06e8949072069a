// A trace as a Mermaid sequence diagram, with a lane per actor.

using System.Text;

namespace Verify.Engine.Traces;

/// <summary>Prints a trace as a sequence diagram that Mermaid draws (in Markdown on most forges, or at mermaid.live).</summary>
public static class TraceMermaid
{
    /// <summary>Writes the diagram: a lane per actor, a message per step, to the lane that it is for or from the one it comes from, a note with what it changed.</summary>
    public static void Write(TextWriter writer, TraceDocument trace, DecodeWord decode)
    {
        var lanes = TraceLanes.Of(trace.Steps);
        if (lanes.Count == 0)
        {
            lanes.Add(trace.System);
        }

        writer.WriteLine("sequenceDiagram");
        writer.WriteLine($"    title {Escape($"{trace.System}/{trace.Variant} ({trace.Scope}) violates {trace.Property}")}");
        for (int i = 0; i < lanes.Count; i++)
        {
            writer.WriteLine($"    participant L{i} as {Escape(lanes[i])}");
        }

        string all = lanes.Count > 1 ? $"L0,L{lanes.Count - 1}" : "L0";
        for (int i = 0; i < trace.Steps.Count; i++)
        {
            if (i == trace.Loop)
            {
                writer.WriteLine("    loop for ever");
            }

            WriteStep(writer, trace, i, lanes, decode, all);
        }

        if (trace.Loop < trace.Steps.Count)
        {
            writer.WriteLine("    end");
        }
        else if (trace.Loop is not null)
        {
            writer.WriteLine($"    Note over {all}: nothing more, for ever");
        }

        writer.WriteLine($"    Note over {all}: violates {Escape(trace.Property)}<br/>{Escape(trace.Failed)}");
    }

    private static void WriteStep(TextWriter writer, TraceDocument trace, int index, List<string> lanes, DecodeWord decode, string all)
    {
        var step = trace.Steps[index];
        int lane = lanes.IndexOf(step.Lane);
        if (lane < 0)
        {
            writer.WriteLine($"    Note over {all}: {Escape(TraceText.Action(step))}");
            return;
        }

        string action = TraceText.Action(step with { Lane = "" });
        writer.WriteLine($"    L{(step.From is null ? lane : lanes.IndexOf(step.From))}->>L{(step.To is null ? lane : lanes.IndexOf(step.To))}: {index}. {Escape(action)}");
        string changes = string.Join("<br/>", StateChanges.At(trace.Steps, index).SelectMany(change => Lines(change, decode)).Select(Escape));
        if (index > 0 && changes.Length > 0)
        {
            writer.WriteLine($"    Note right of L{lane}: {changes}");
        }
    }

    private static IEnumerable<string> Lines(StateChange change, DecodeWord decode)
    {
        bool isWord = TraceWord.TryParse(change.After ?? "", out ulong after);
        ulong? before = TraceWord.TryParse(change.Before ?? "", out ulong was) ? was : null;
        return [$"{change.Name}: {change.Before ?? "(absent)"} -> {change.After ?? "(absent)"}", .. isWord ? decode(change.Name, before, after) : []];
    }

    // Mermaid ends a statement at ';', starts an entity at '#', reads '%%' as a comment and '<' as markup.
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (char c in OneLine.Of(text))
        {
            _ = c switch
            {
                '#' => escaped.Append("#35;"),
                ';' => escaped.Append("#59;"),
                '%' => escaped.Append("#37;"),
                '<' => escaped.Append("#lt;"),
                '>' => escaped.Append("#gt;"),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }
}
