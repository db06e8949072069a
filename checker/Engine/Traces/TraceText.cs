// A trace for the eye: per step the action with its arguments, and only what changed.

namespace Verify.Engine.Traces;

/// <summary>Says a change of a word in the table's fields, as <see cref="ISubject.Decode"/> does; none for words that are no table's.</summary>
public delegate IReadOnlyList<string> DecodeWord(string word, ulong? before, ulong after);

/// <summary>Prints a trace as text.</summary>
public static class TraceText
{
    private const int Width = 116;

    /// <summary>
    /// Writes the trace: the violated property and the part of it that failed, then per step the action with its arguments and only what it
    /// changed, words with their fields.
    /// </summary>
    public static void Write(TextWriter writer, TraceDocument trace, DecodeWord decode)
    {
        writer.WriteLine(OneLine.Of($"{trace.System}/{trace.Variant} at scope {trace.Scope} violates {trace.Property}"));
        writer.WriteLine(OneLine.Of($"failed: {trace.Failed}"));
        WriteSteps(writer, trace.Steps, decode);
        if (trace.Loop is int loop)
        {
            writer.WriteLine(loop == trace.Steps.Count ? "      and nothing more, for ever" : $"      and again from step {loop}, for ever");
        }
    }

    /// <summary>Writes the steps of a run: each action with its arguments and only what it changed.</summary>
    public static void WriteSteps(TextWriter writer, IReadOnlyList<TraceStep> steps, DecodeWord decode)
    {
        for (int i = 0; i < steps.Count; i++)
        {
            WriteStep(writer, steps, i, decode);
        }
    }

    /// <summary>Writes one step of a run: its action with its arguments and only what it changed.</summary>
    public static void WriteStep(TextWriter writer, IReadOnlyList<TraceStep> steps, int index, DecodeWord decode)
    {
        writer.WriteLine($"{index,4}  {Action(steps[index])}");
        if (index == 0)
        {
            WriteInitial(writer, steps[0], decode);
        }
        else
        {
            WriteChanges(writer, StateChanges.At(steps, index), decode);
        }
    }

    /// <summary>A step's action on one line: "CPU0: store STE(word=1)".</summary>
    public static string Action(TraceStep step) => OneLine.Of(Wording.Of(step.Lane, step.Action, step.Arguments));

    // Short parts share lines, and zero words are told only by name: an initial state has dozens of parts and few that matter.
    private static void WriteInitial(TextWriter writer, TraceStep step, DecodeWord decode)
    {
        var plain = new List<string>();
        foreach (var (name, value) in step.State)
        {
            var fields = TraceWord.TryParse(value, out ulong word) ? decode(name, null, word) : [];
            if (fields.Count == 0)
            {
                plain.Add(OneLine.Of($"{name} = {(value == TraceWord.Format(0) ? "0" : value)}"));
                continue;
            }

            WriteWrapped(writer, plain);
            plain.Clear();
            writer.WriteLine(OneLine.Of($"        {name} = {value}"));
            WriteFields(writer, fields);
        }

        WriteWrapped(writer, plain);
    }

    private static void WriteChanges(TextWriter writer, IReadOnlyList<StateChange> changes, DecodeWord decode)
    {
        foreach (var (name, before, after) in changes)
        {
            writer.WriteLine(OneLine.Of($"        {name}: {before ?? "(absent)"} -> {after ?? "(absent)"}"));
            if (after is not null && TraceWord.TryParse(after, out ulong word))
            {
                WriteFields(writer, decode(name, before is not null && TraceWord.TryParse(before, out ulong was) ? was : null, word));
            }
        }
    }

    private static void WriteFields(TextWriter writer, IReadOnlyList<string> fields)
    {
        foreach (string field in fields)
        {
            writer.WriteLine(OneLine.Of($"            {field}"));
        }
    }

    private static void WriteWrapped(TextWriter writer, List<string> parts)
    {
        string line = "";
        foreach (string part in parts)
        {
            if (line.Length > 0 && line.Length + part.Length + 10 > Width)
            {
                writer.WriteLine($"        {line}");
                line = "";
            }

            line = line.Length == 0 ? part : $"{line}, {part}";
        }

        if (line.Length > 0)
        {
            writer.WriteLine($"        {line}");
        }
    }
}
