// Why a step of a script cannot be taken.

using Verify.Engine.Traces;
using Verify.Transitions;

namespace Verify.Engine.Scripts;

/// <summary>Says why no enabled step is one that a script asks for: a name that nobody knows, other arguments, the model's own guard; and what there is instead.</summary>
/// <param name="model">The model.</param>
/// <param name="run">The states so far, the last one being that of the refusal.</param>
internal sealed class Refusal<TModel, TState>(TModel model, IReadOnlyList<TState> run)
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    private readonly Vocabulary<TModel, TState> _words = Collect(model, run);
    private TModel _model = model;

    /// <summary>Why no step matches.</summary>
    /// <param name="pattern">What is asked for.</param>
    /// <param name="state">The state.</param>
    /// <param name="moves">All steps that are enabled in it.</param>
    public string Of(StepPattern pattern, in TState state, IReadOnlyList<Move<TState>> moves)
    {
        TState before = state;
        ActionText[] enabled = [.. moves.Select(move => _model.Say(in before, move.Step))];
        if (Unknown(pattern) is { } unknown)
        {
            return unknown;
        }
        string? guard = _model is IGuardedSystem<TState> guarded
            ? guarded.WhyNot(in before, pattern.Lane ?? "", pattern.Action, pattern.Arguments.ToDictionary(given => given.Key, given => given.Value))
            : null;
        ActionText[] named = [.. enabled.Where(pattern.Names)];
        string because = guard == null ? "" : $": {guard}";
        return named.Length > 0
            ? $"'{pattern}' is not enabled{because}; it is with {Others(pattern, named)}"
            : $"'{pattern}' is not enabled{(guard == null && !_words.Has(pattern) ? Never() : because)}; {Instead(pattern, enabled)}";
    }

    /// <summary>What is wrong with the names of a pattern, wherever it is asked for; null where they are names of the model.</summary>
    public string? Unknown(StepPattern pattern)
    {
        if (!_words.Actions.Contains(pattern.Action))
        {
            return NearMisses.Complaint("action", pattern.Action, _words.Actions) + Extent();
        }
        if (pattern.Lane != null && !_words.Lanes.Contains(pattern.Lane))
        {
            return NearMisses.Complaint("lane", pattern.Lane, _words.Lanes) + Extent();
        }
        var others = _words.LanesOf(pattern.Action);
        if (others.Count > 0 && !_words.Has(pattern))
        {
            return $"'{pattern.Action}' is not done by {pattern.Lane}, but by {Differences.Listed(others)}{Extent()}";
        }
        var arguments = _words.ArgumentsOf(pattern);
        string? wrong = !_words.Has(pattern) ? null : pattern.Arguments.Select(given => given.Key).FirstOrDefault(name => !arguments.Contains(name));
        return wrong == null ? null : NearMisses.Complaint($"argument of '{pattern.Action}'", wrong, arguments) + Extent();
    }

    private static Vocabulary<TModel, TState> Collect(TModel model, IReadOnlyList<TState> run)
    {
        var words = new Vocabulary<TModel, TState>(model);
        words.Collect(run.Reverse());
        return words;
    }

    // How the enabled steps of that name that are closest differ from what is asked for.
    private static string Others(StepPattern pattern, ActionText[] named)
    {
        string[][] differences = [.. named.Select(action => pattern.Arguments
            .Select(given => (Given: given, Found: action.Arguments.Where(argument => argument.Name == given.Key).Select(argument => argument.Value).FirstOrDefault()))
            .Where(pair => pair.Found != pair.Given.Value)
            .Select(pair => pair.Found == null ? $"no {pair.Given.Key}" : $"{pair.Given.Key}={pair.Found} instead of {pair.Given.Value}").ToArray())];
        int fewest = differences.Min(each => each.Length);
        return Differences.Listed([.. differences.Where(each => each.Length == fewest).Select(each => string.Join(" and ", each)).Distinct()]);
    }

    // Certain where the model has no more states than were looked at.
    private string Never() => _words.IsWhole ? ", nor in any state of this variant at this scope" : "";

    private static string Instead(StepPattern pattern, ActionText[] enabled)
    {
        string[] own = [.. enabled.Where(action => pattern.Lane == null || action.Lane == pattern.Lane).Select(action => StepPattern.Of(action).ToString()).Distinct()];
        string who = pattern.Lane == null ? "" : $" of {pattern.Lane}";
        return own.Length > 0 ? $"enabled{who}: {Semicolons(own)}"
            : enabled.Length > 0 ? $"nothing{who} is enabled; of others: {Semicolons([.. enabled.Select(action => StepPattern.Of(action).ToString()).Distinct()])}"
            : "nothing is enabled";
    }

    private static string Semicolons(string[] steps)
    {
        const int Most = 6;
        return string.Join("; ", steps.Take(Most)) + (steps.Length > Most ? $"; and {steps.Length - Most} more" : "");
    }

    private string Extent() => _words.IsWhole ? "" : $" (in {Vocabulary<TModel, TState>.MostStates:N0} states)";
}
