// Reads a trace from JSON, strictly: a file that is not exactly a trace is refused with what and where.

using System.Text;
using System.Text.Json;

namespace Verify.Engine.Traces;

/// <summary>Reads the JSON form of a trace; trace.schema.json beside this file describes it.</summary>
public static class TraceReader
{
    private static readonly string[] TopLevel = ["format", "system", "variant", "scope", "property", "failed", "steps"];

    /// <summary>The trace written in <paramref name="bytes"/>.</summary>
    /// <exception cref="TraceException">The bytes are not a trace; the message is one line that says what and where.</exception>
    public static TraceDocument Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length == 0)
        {
            throw new TraceException("the file is empty");
        }

        int bad = FirstInvalidUtf8(bytes.Span);
        if (bad >= 0)
        {
            throw new TraceException($"byte {bad + 1} is not UTF-8: not a trace, or damaged");
        }

        try
        {
            using var json = JsonDocument.Parse(bytes);
            return Document(json.RootElement);
        }
        catch (JsonException broken)
        {
            throw new TraceException(Syntax(bytes.Span, broken));
        }
    }

    private static TraceDocument Document(JsonElement root)
    {
        // The format comes first: of a foreign file there is nothing else worth saying.
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("format", out var format))
        {
            throw new TraceException($"no \"format\" member: not a trace (a trace begins with \"format\": \"{TraceDocument.CurrentFormat}\")");
        }

        if (format.ValueKind != JsonValueKind.String || Text(format, "format") != TraceDocument.CurrentFormat)
        {
            throw new TraceException($"format is {OneLine.Quote(format.GetRawText())}; this program reads \"{TraceDocument.CurrentFormat}\"");
        }

        var members = Members(root, "the trace", TopLevel, "loop");
        var steps = Steps(members["steps"]);
        RefuseShortWords(steps);
        return new TraceDocument
        {
            Format = TraceDocument.CurrentFormat,
            System = NonEmpty(members["system"], "system"),
            Variant = NonEmpty(members["variant"], "variant"),
            Scope = NonEmpty(members["scope"], "scope"),
            Property = NonEmpty(members["property"], "property"),
            Failed = Text(members["failed"], "failed"),
            Steps = steps,
            Loop = members.TryGetValue("loop", out var loop) ? Loop(loop, steps.Count) : null,
        };
    }

    private static List<TraceStep> Steps(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            throw Wrong("steps", "an array", element);
        }

        var steps = new List<TraceStep>();
        foreach (var step in element.EnumerateArray())
        {
            string at = $"steps[{steps.Count}]";
            var members = Members(step, at, ["action", "state"]);
            var action = Members(members["action"], $"{at}.action", ["lane", "name", "arguments"], "from", "to");
            steps.Add(new TraceStep(
                Text(action["lane"], $"{at}.action.lane"),
                NonEmpty(action["name"], $"{at}.action.name"),
                Named(action["arguments"], $"{at}.action.arguments"),
                Named(members["state"], $"{at}.state"))
            {
                From = Lane(action, "from", $"{at}.action"),
                To = Lane(action, "to", $"{at}.action"),
            });
        }

        return steps.Count > 0 ? steps : throw new TraceException("steps is empty: a trace has at least its initial state");
    }

    private static string? Lane(Dictionary<string, JsonElement> action, string member, string at) =>
        action.TryGetValue(member, out var lane) ? NonEmpty(lane, $"{at}.{member}") : null;

    private static int Loop(JsonElement element, int steps)
    {
        if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt32(out int loop))
        {
            throw Wrong("loop", "the index of a step", element);
        }

        return loop >= 1 && loop <= steps ? loop : throw new TraceException($"loop is {loop}, but it is a step from 1 to {steps - 1}, or {steps} for none");
    }

    // A part may be a word in one state and "not fetched" in another; but half a word is a slip of an editor.
    private static void RefuseShortWords(List<TraceStep> steps)
    {
        var words = steps.SelectMany(step => step.State).Where(part => TraceWord.TryParse(part.Value, out _)).Select(part => part.Key).ToHashSet();
        for (int i = 0; i < steps.Count; i++)
        {
            foreach (var (name, value) in steps[i].State)
            {
                if (words.Contains(name) && value.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && !TraceWord.TryParse(value, out _))
                {
                    throw new TraceException(
                        $"steps[{i}].state: {OneLine.Quote(name)} is {OneLine.Quote(value)}, not a 64-bit word (0x and 16 lower-case hex digits)");
                }
            }
        }
    }

    private static Dictionary<string, JsonElement> Members(JsonElement element, string at, string[] required, params string[] optional)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(at, "an object", element);
        }

        var members = new Dictionary<string, JsonElement>();
        foreach (var member in element.EnumerateObject())
        {
            string name = Name(member, at);
            if (!required.Contains(name) && !optional.Contains(name))
            {
                throw new TraceException($"{at} has an unknown member {OneLine.Quote(name)}");
            }

            if (!members.TryAdd(name, member.Value))
            {
                throw new TraceException($"{at} has {OneLine.Quote(name)} twice");
            }
        }

        string? missing = Array.Find(required, name => !members.ContainsKey(name));
        return missing is null ? members : throw new TraceException($"{at} lacks the member '{missing}'");
    }

    private static List<KeyValuePair<string, string>> Named(JsonElement element, string at)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(at, "an object", element);
        }

        var named = new List<KeyValuePair<string, string>>();
        var seen = new HashSet<string>();
        foreach (var member in element.EnumerateObject())
        {
            string name = Name(member, at);
            if (!seen.Add(name))
            {
                throw new TraceException($"{at} has {OneLine.Quote(name)} twice");
            }

            named.Add(new(name, Text(member.Value, $"{at}.{OneLine.Of(name)}")));
        }

        return named;
    }

    private static string NonEmpty(JsonElement element, string at)
    {
        string text = Text(element, at);
        return text.Length > 0 ? text : throw new TraceException($"{at} is empty");
    }

    private static string Text(JsonElement element, string at)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            throw Wrong(at, "a string", element);
        }

        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new TraceException($"{at} has half a surrogate pair in {OneLine.Quote(element.GetRawText())}");
        }
    }

    private static string Name(JsonProperty member, string at)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            throw new TraceException($"{at} has a member whose name has half a surrogate pair");
        }
    }

    private static TraceException Wrong(string at, string expected, JsonElement found) =>
        new($"{at} is not {expected} but {OneLine.Quote(found.GetRawText())}");

    private static string Syntax(ReadOnlySpan<byte> bytes, JsonException broken)
    {
        string at = $"line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}";
        return EndsEarly(bytes)
            ? $"truncated: the file ends inside the trace at {at}"
            : $"not JSON at {at}: {OneLine.Of(broken.Message.Split(" LineNumber:")[0])}";
    }

    // Cut rather than mistyped: a reader that may hope for more input finds nothing wrong up to the end.
    private static bool EndsEarly(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, state: default);
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static int FirstInvalidUtf8(ReadOnlySpan<byte> bytes)
    {
        for (int at = 0; at < bytes.Length;)
        {
            if (Rune.DecodeFromUtf8(bytes[at..], out _, out int length) != System.Buffers.OperationStatus.Done)
            {
                return at;
            }

            at += length;
        }

        return -1;
    }
}
