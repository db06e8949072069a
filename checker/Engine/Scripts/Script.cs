// A run as a document tells it: which steps are taken, what the state is then, and what cannot be done.

using Verify.Engine.Traces;
using Verify.Transitions;

namespace Verify.Engine.Scripts;

/// <summary>A script: what happens, line by line, and what is expected on the way. <see cref="Grammar"/> says how it is written.</summary>
/// <param name="System">The system.</param>
/// <param name="Variant">The variant; null where the script names none.</param>
/// <param name="Scope">The scope; null where the script names none.</param>
/// <param name="Lines">What is to be followed, in order; at least one line.</param>
public sealed record Script(string System, string? Variant, string? Scope, IReadOnlyList<ScriptLine> Lines)
{
    /// <summary>How scripts are written.</summary>
    public const string Grammar = """
        A script has one thing to a line; '#' begins a comment.

          system SYSTEM/VARIANT            comes first; the variant may be left to --variant
          scope small                      the scope; small where there is none
          start FIELD = VALUE              begin where the field has this value, if there are several initial states
          LANE: action(name=value, ...)    take this step; arguments may be left out, and so may the lane
          expect FIELD = VALUE             a field of the state has this value
          never LANE: action(...)          no such step is enabled

        Lanes, actions, arguments and fields are written as 'verify show' prints them; "..." quotes what has other characters in it, \" and \\ in quotes stand
        for " and \. Of several enabled steps that match, all must lead to the same state.
        """;

    /// <summary>Reads a script.</summary>
    /// <exception cref="ScriptException">It is not written as it should be.</exception>
    public static Script Parse(string text) => ScriptReader.Parse(text);
}

/// <summary>One thing to be followed.</summary>
/// <param name="Number">Its line in the script, from 1.</param>
public abstract record ScriptLine(int Number);

/// <summary>A step to be taken.</summary>
public sealed record StepLine(int Number, StepPattern Pattern) : ScriptLine(Number);

/// <summary>A step that must not be enabled.</summary>
public sealed record NeverLine(int Number, StepPattern Pattern) : ScriptLine(Number);

/// <summary>What a field of the state must be.</summary>
public sealed record ExpectLine(int Number, string Field, string Value) : ScriptLine(Number);

/// <summary>What a field of the initial state must be.</summary>
public sealed record StartLine(int Number, string Field, string Value) : ScriptLine(Number);

/// <summary>Some of the steps of a model: all that have these names, and these values where values are given.</summary>
/// <param name="Lane">Who acts; null for anybody.</param>
/// <param name="Action">What is done.</param>
/// <param name="Arguments">The arguments that are given.</param>
public sealed record StepPattern(string? Lane, string Action, IReadOnlyList<KeyValuePair<string, string>> Arguments)
{
    /// <summary>The pattern of one step, with all that its model says of it.</summary>
    public static StepPattern Of(ActionText action) =>
        new(action.Lane, action.Name, [.. action.Arguments.Select(argument => new KeyValuePair<string, string>(argument.Name, argument.Value))]);

    /// <summary>As a script writes it.</summary>
    public override string ToString()
    {
        string lane = Lane == null ? "" : $"{ScriptReader.Quoted(Lane)}: ";
        string list = string.Join(", ", Arguments.Select(argument => $"{ScriptReader.Quoted(argument.Key)}={ScriptReader.Quoted(argument.Value)}"));
        return $"{lane}{ScriptReader.Quoted(Action)}{(list.Length == 0 ? "" : $"({list})")}";
    }

    internal bool Names(ActionText action) => (Lane == null || Lane == action.Lane) && Action == action.Name;

    internal bool Matches(ActionText action) =>
        Names(action) && Arguments.All(given => action.Arguments.Any(argument => argument.Name == given.Key && argument.Value == given.Value));
}

/// <summary>How far a script was followed.</summary>
public sealed record ScriptRun
{
    /// <summary>The run: the initial state, if one was found, and the steps that were taken.</summary>
    public required IReadOnlyList<TraceStep> Steps { get; init; }

    /// <summary>What was asked on the way and is so, in order.</summary>
    public required IReadOnlyList<ScriptCheck> Checks { get; init; }

    /// <summary>Why it could not be followed further; null where it was followed to its end.</summary>
    public ScriptProblem? Problem { get; init; }
}

/// <summary>Something that a script asks, and that is so.</summary>
/// <param name="After">The index of the step after which it was asked; 0 for the initial state.</param>
/// <param name="Text">What was asked, as a script writes it.</param>
public sealed record ScriptCheck(int After, string Text);

/// <summary>Where and why a script cannot be followed.</summary>
/// <param name="Line">The line of the script, from 1.</param>
/// <param name="Message">On one line.</param>
public sealed record ScriptProblem(int Line, string Message);

/// <summary>A script that cannot be read. The message is one line: what and where.</summary>
public sealed class ScriptException(string message) : Exception(message);
