// A trace in the Informal Trace Format of Apalache and Quint, for their viewers and for tools that read it.

using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Verify.Engine.Traces;

/// <summary>
/// Prints a trace in the Informal Trace Format, as Apalache's ADR 015 defines it: words as big integers, other parts as strings, and the action
/// that led to a state under the name by which Quint's tools know it.
/// </summary>
public static class TraceItf
{
    private const string ActionVariable = "mbt::actionTaken";

    private static readonly JsonWriterOptions Layout = new()
    {
        Indented = true,
        IndentSize = 2,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the trace, with a line break at its end.</summary>
    /// <exception cref="TraceException">A part of the state has a name that the format keeps for itself.</exception>
    public static void Write(TextWriter writer, TraceDocument trace)
    {
        var parts = trace.Steps.SelectMany(step => step.State).Select(part => part.Key).Distinct().ToList();
        string? reserved = parts.Find(part => part is "#meta" or ActionVariable);
        if (reserved is not null)
        {
            throw new TraceException($"a part of the state is called '{reserved}', which the Informal Trace Format keeps for itself");
        }

        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Layout))
        {
            json.WriteStartObject();
            WriteMeta(json, trace);
            json.WriteStartArray("vars");
            json.WriteStringValue(ActionVariable);
            parts.ForEach(json.WriteStringValue);
            json.WriteEndArray();
            json.WriteStartArray("states");
            for (int i = 0; i < trace.Steps.Count; i++)
            {
                WriteState(json, trace.Steps[i], i, parts);
            }

            json.WriteEndArray();
            if (trace.Loop is int loop)
            {
                json.WriteNumber("loop", Math.Min(loop, trace.Steps.Count - 1));
            }

            json.WriteEndObject();
        }

        writer.WriteLine(Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length));
    }

    private static void WriteMeta(Utf8JsonWriter json, TraceDocument trace)
    {
        json.WriteStartObject("#meta");
        json.WriteString("format", "ITF");
        json.WriteString("format-description", "https://apalache.informal.systems/docs/adr/015adr-trace.html");
        json.WriteString("description", $"{trace.System}/{trace.Variant} at scope {trace.Scope} violates {trace.Property}: {trace.Failed}");
        json.WriteString("source", $"{trace.System}/{trace.Variant}");
        json.WriteString("status", "violation");
        json.WriteEndObject();
    }

    private static void WriteState(Utf8JsonWriter json, TraceStep step, int index, List<string> parts)
    {
        json.WriteStartObject();
        json.WriteStartObject("#meta");
        json.WriteNumber("index", index);
        json.WriteEndObject();
        json.WriteString(ActionVariable, TraceText.Action(step));
        var state = new Dictionary<string, string>(step.State);
        foreach (string part in parts)
        {
            json.WritePropertyName(part);
            WriteValue(json, state.GetValueOrDefault(part));
        }

        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, string? value)
    {
        if (value is not null && !TraceWord.TryParse(value, out _))
        {
            json.WriteStringValue(value);
            return;
        }

        json.WriteStartObject();
        if (value is not null && TraceWord.TryParse(value, out ulong word))
        {
            json.WriteString("#bigint", word.ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            json.WriteString("#unserializable", "absent");
        }

        json.WriteEndObject();
    }
}
