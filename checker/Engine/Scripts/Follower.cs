// Executes a model along a script.

using System.Globalization;
using Verify.Engine.Traces;
using Verify.Transitions;

namespace Verify.Engine.Scripts;

/// <summary>Follows scripts on one model as it is, without reductions. A script that cannot be followed is told by its line, and why.</summary>
/// <param name="model">The model.</param>
internal sealed class Follower<TModel, TState>(TModel model)
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    private readonly List<Move<TState>> _moves = [];
    private readonly List<TState> _run = [];
    private readonly List<TraceStep> _steps = [];
    private readonly List<ScriptCheck> _checks = [];
    private TModel _model = model;

    /// <summary>Follows a script, as far as that can be.</summary>
    public ScriptRun Run(Script script)
    {
        ScriptProblem? problem = Start(script);
        foreach (ScriptLine line in script.Lines.SkipWhile(line => line is StartLine))
        {
            string? why = problem != null ? null : line switch
            {
                StepLine step => Take(step.Pattern),
                NeverLine never => Refuse(never.Pattern),
                ExpectLine expect => Expect(expect),
                _ => throw new InvalidOperationException($"line {line.Number} is of an unknown kind"),
            };
            problem ??= why == null ? null : new ScriptProblem(line.Number, why);
        }
        return new ScriptRun { Steps = _steps, Checks = _checks, Problem = problem };
    }

    // The initial state that the script asks for, and no other.
    private ScriptProblem? Start(Script script)
    {
        Successors<TState>.Initial(ref _model, _moves);
        List<(TState State, IReadOnlyList<KeyValuePair<string, string>> Text)> starts = [.. _moves.Select(move => (move.State, StateText.Of(ref _model, move.State)))];
        foreach (StartLine line in script.Lines.TakeWhile(line => line is StartLine).Cast<StartLine>())
        {
            var left = starts.FindAll(start => start.Text.Any(field => field.Key == line.Field && IsValue(field.Value, line.Value)));
            if (left.Count == 0)
            {
                return new ScriptProblem(line.Number, NoStart(line, [.. starts.SelectMany(start => start.Text)]));
            }
            starts = left;
        }
        if (starts.Exists(start => !StateBytes.Same(start.State, starts[0].State)))
        {
            string field = Differences.Field([.. starts.Select(start => start.Text)]);
            return new ScriptProblem(script.Lines[0].Number,
                $"the model begins in any of {starts.Count} states; a line 'start FIELD = VALUE' before this one tells them apart: {field}");
        }
        _run.Add(starts[0].State);
        _steps.Add(Recorder.Initial(ref _model, starts[0].State));
        return null;
    }

    private static string NoStart(StartLine line, IReadOnlyList<KeyValuePair<string, string>> fields)
    {
        string[] values = [.. fields.Where(field => field.Key == line.Field).Select(field => field.Value).Distinct()];
        return values.Length == 0 ? NearMisses.Complaint("field", line.Field, fields.Select(field => field.Key))
            : NearMisses.Near(line.Value, values) is { Length: > 0 } near
                ? $"no initial state has {line.Field} = {line.Value}; did you mean {string.Join(" or ", near)}?"
                : $"no initial state has {line.Field} = {line.Value}; there is {Differences.Listed(values)}";
    }

    private string? Take(StepPattern pattern)
    {
        TState before = _run[^1];
        Successors<TState>.Of(ref _model, in before, _moves);
        var matching = _moves.FindAll(move => pattern.Matches(_model.Say(in before, move.Step)));
        if (matching.Count == 0)
        {
            return new Refusal<TModel, TState>(_model, _run).Of(pattern, in before, _moves);
        }
        if (matching.Exists(move => !StateBytes.Same(move.State, matching[0].State)))
        {
            return Ambiguous(pattern, [.. matching.Select(move => _model.Say(in before, move.Step))], [.. matching.Select(move => StateText.Of(ref _model, move.State))]);
        }
        _run.Add(matching[0].State);
        _steps.Add(Recorder.Step(ref _model, in before, matching[0]));
        return null;
    }

    private static string Ambiguous(StepPattern pattern, ActionText[] said, IReadOnlyList<KeyValuePair<string, string>>[] states)
    {
        string[] lanes = [.. said.Select(each => each.Lane).Distinct()];
        var open = said.SelectMany(each => each.Arguments).Where(argument => !pattern.Arguments.Any(given => given.Key == argument.Name))
            .GroupBy(argument => argument.Name, argument => argument.Value)
            .Select(values => (Name: values.Key, Values: values.Distinct().ToArray())).Where(argument => argument.Values.Length > 1);
        string[] apart =
        [
            .. lanes.Length > 1 ? [$"the lane: {Differences.Listed(lanes)}"] : Array.Empty<string>(),
            .. open.Select(argument => $"{argument.Name}={Differences.Listed(argument.Values)}"),
        ];
        return $"'{pattern}' is any of {said.Length} steps that lead to different states; "
            + (apart.Length > 0 ? $"what tells them apart is {string.Join("; ", apart)}" : $"the model's words do not tell them apart: {Differences.Field(states)}");
    }

    private string? Refuse(StepPattern pattern)
    {
        TState now = _run[^1];
        Successors<TState>.Of(ref _model, in now, _moves);
        int found = _moves.FindIndex(move => pattern.Matches(_model.Say(in now, move.Step)));
        if (found >= 0)
        {
            return $"a step that is to be impossible here is enabled: {StepPattern.Of(_model.Say(in now, _moves[found].Step))}";
        }
        string? unknown = new Refusal<TModel, TState>(_model, _run).Unknown(pattern);
        if (unknown == null)
        {
            _checks.Add(new ScriptCheck(_steps.Count - 1, $"never {pattern}"));
        }
        return unknown;
    }

    private string? Expect(ExpectLine line)
    {
        var state = _steps[^1].State;
        var field = state.FirstOrDefault(field => field.Key == line.Field);
        if (field.Key == null)
        {
            return NearMisses.Complaint("field", line.Field, state.Select(known => known.Key));
        }
        if (!IsValue(field.Value, line.Value))
        {
            return $"{line.Field} is {field.Value}, where {line.Value} is expected";
        }
        _checks.Add(new ScriptCheck(_steps.Count - 1, $"expect {ScriptReader.Asked(line.Field, line.Value)}"));
        return null;
    }

    // A word may be written as any number.
    private static bool IsValue(string value, string asked) =>
        value == asked || (TraceWord.TryParse(value, out ulong word) && TryNumber(asked, out ulong number) && word == number);

    private static bool TryNumber(string text, out ulong number) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

/// <summary>What tells things apart, in a few words.</summary>
internal static class Differences
{
    private const int MostListed = 6;

    /// <summary>"a", "a or b", "a, b or c", and how many more there are.</summary>
    public static string Listed(IReadOnlyList<string> values) =>
        values.Count > MostListed ? $"{string.Join(", ", values.Take(MostListed))} or {values.Count - MostListed} more"
        : values.Count > 1 ? $"{string.Join(", ", values.SkipLast(1))} or {values[^1]}"
        : string.Concat(values);

    /// <summary>The field that tells most of some states apart, with its values: "update = a or b".</summary>
    public static string Field(IReadOnlyList<IReadOnlyList<KeyValuePair<string, string>>> states)
    {
        var fields = states.SelectMany(state => state).GroupBy(field => field.Key, field => field.Value)
            .Select(values => (Name: values.Key, Values: values.Distinct().ToArray()));
        (string name, string[] found) = fields.MaxBy(field => field.Values.Length);
        return $"{name} = {Listed(found)}";
    }
}
