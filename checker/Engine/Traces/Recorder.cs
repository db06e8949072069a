// From runs of a model to the trace format.

using Verify.Transitions;

namespace Verify.Engine.Traces;

/// <summary>Writes runs down in the model's words.</summary>
internal static class Recorder
{
    /// <summary>The action of initial states.</summary>
    public const string Init = "init";

    /// <summary>The steps of a run.</summary>
    public static IReadOnlyList<TraceStep> Steps<TModel, TState>(ref TModel model, IReadOnlyList<Move<TState>> path)
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged
    {
        var steps = new List<TraceStep>(path.Count) { Initial(ref model, path[0].State) };
        for (int i = 1; i < path.Count; i++)
        {
            steps.Add(Step(ref model, path[i - 1].State, path[i]));
        }
        return steps;
    }

    /// <summary>An initial state.</summary>
    public static TraceStep Initial<TModel, TState>(ref TModel model, in TState state)
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged => new("", Init, [], StateText.Of(ref model, in state));

    /// <summary>A step from <paramref name="before"/>.</summary>
    public static TraceStep Step<TModel, TState>(ref TModel model, in TState before, Move<TState> move)
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged
    {
        ActionText action = model.Say(in before, move.Step);
        return new TraceStep(
            action.Lane,
            action.Name,
            [.. action.Arguments.Select(argument => new KeyValuePair<string, string>(argument.Name, argument.Value))],
            StateText.Of(ref model, move.State))
        {
            From = action.From,
            To = action.To,
        };
    }
}
