// A recorded run in the project's trace format, "verify-trace/1".

namespace Verify.Engine.Traces;

/// <summary>A run of a model that shows a violation, as it is recorded, shown and replayed.</summary>
public sealed record TraceDocument
{
    /// <summary>The value of <see cref="Format"/>.</summary>
    public const string CurrentFormat = "verify-trace/1";

    /// <summary>Name and version of the format.</summary>
    public string Format { get; init; } = CurrentFormat;

    /// <summary>The system's name.</summary>
    public required string System { get; init; }

    /// <summary>The variant's name.</summary>
    public required string Variant { get; init; }

    /// <summary>The scope's name.</summary>
    public required string Scope { get; init; }

    /// <summary>The violated property's name.</summary>
    public required string Property { get; init; }

    /// <summary>Which part of the property failed in the last step, with the values.</summary>
    public required string Failed { get; init; }

    /// <summary>The run: the first step is the initial state.</summary>
    public required IReadOnlyList<TraceStep> Steps { get; init; }

    /// <summary>
    /// For a run that goes on for ever: the index of the step that follows the last one, which has the state of the step before that one. The number of steps
    /// where the run stays in its last state. Null for a finite run.
    /// </summary>
    public int? Loop { get; init; }
}

/// <summary>One step of a run and the state it leads to.</summary>
/// <param name="Lane">Who acts; empty for the initial state.</param>
/// <param name="Action">What is done; "init" for the initial state.</param>
/// <param name="Arguments">Argument names and values, in order.</param>
/// <param name="State">The named parts of the state after the step, in order; 64-bit words as 0x and 16 hex digits.</param>
public sealed record TraceStep(
    string Lane, string Action, IReadOnlyList<KeyValuePair<string, string>> Arguments, IReadOnlyList<KeyValuePair<string, string>> State)
{
    /// <summary>The lane that something comes from, in a diagram; null for none. See <see cref="Transitions.ActionText.From"/>.</summary>
    public string? From { get; init; }

    /// <summary>The lane that something goes to, in a diagram; null for none. See <see cref="Transitions.ActionText.To"/>.</summary>
    public string? To { get; init; }
}

/// <summary>A trace that cannot be read or does not fit its model. The message is one line: what and where.</summary>
public sealed class TraceException(string message) : Exception(message);
