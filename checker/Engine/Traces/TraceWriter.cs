// Writes a trace as JSON: the same run gives the same bytes.

using System.Text.Encodings.Web;
using System.Text.Json;

namespace Verify.Engine.Traces;

/// <summary>The JSON form of a trace; trace.schema.json beside this file describes it.</summary>
public static class TraceWriter
{
    // Relaxed: the traces are read by people and by JSON parsers, never pasted into HTML, and "->" shall stay "->".
    private static readonly JsonWriterOptions Layout = new()
    {
        Indented = true,
        IndentSize = 2,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>
    /// The bytes of the trace file. There is no line break after the closing brace, so that a file cut at any place is recognised as cut.
    /// </summary>
    /// <exception cref="TraceException">A step names an argument or a part of its state twice, or there is no step.</exception>
    public static byte[] Bytes(TraceDocument trace)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Layout))
        {
            json.WriteStartObject();
            json.WriteString("format", trace.Format);
            json.WriteString("system", trace.System);
            json.WriteString("variant", trace.Variant);
            json.WriteString("scope", trace.Scope);
            json.WriteString("property", trace.Property);
            json.WriteString("failed", trace.Failed);
            json.WriteStartArray("steps");
            for (int i = 0; i < trace.Steps.Count; i++)
            {
                WriteStep(json, trace.Steps[i], i);
            }

            json.WriteEndArray();
            if (trace.Loop is int loop)
            {
                json.WriteNumber("loop", loop);
            }

            json.WriteEndObject();
        }

        return trace.Steps.Count == 0 ? throw new TraceException("a trace has at least its initial state") : stream.ToArray();
    }

    private static void WriteStep(Utf8JsonWriter json, TraceStep step, int index)
    {
        json.WriteStartObject();
        json.WriteStartObject("action");
        json.WriteString("lane", step.Lane);
        json.WriteString("name", step.Action);
        WriteNamed(json, "arguments", step.Arguments, index);
        WriteLane(json, "from", step.From);
        WriteLane(json, "to", step.To);
        json.WriteEndObject();
        WriteNamed(json, "state", step.State, index);
        json.WriteEndObject();
    }

    private static void WriteLane(Utf8JsonWriter json, string member, string? lane)
    {
        if (lane is not null)
        {
            json.WriteString(member, lane);
        }
    }

    private static void WriteNamed(Utf8JsonWriter json, string member, IReadOnlyList<KeyValuePair<string, string>> named, int index)
    {
        var seen = new HashSet<string>();
        json.WriteStartObject(member);
        foreach (var (name, value) in named)
        {
            if (!seen.Add(name))
            {
                throw new TraceException($"step {index} names {OneLine.Quote(name)} twice in its {member}: the model's text is ambiguous");
            }

            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }
}
