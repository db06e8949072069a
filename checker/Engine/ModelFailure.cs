// What is said when a model or a property throws.

using Verify.Transitions;

namespace Verify.Engine;

/// <summary>Makes the exception that names the state and the action at which a model failed.</summary>
internal static unsafe class ModelFailure
{
    /// <summary>The exception to throw for <paramref name="cause"/>.</summary>
    /// <param name="model">The model, to say the state and the step in its words.</param>
    /// <param name="cause">What it threw.</param>
    /// <param name="state">The state that was being expanded or examined; null while initial states are made.</param>
    /// <param name="last">The last step that was added from it; null where there was none.</param>
    public static ModelException Of<TModel, TState>(ref TModel model, Exception cause, TState* state, Step? last)
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged
    {
        string what = $"the model failed ({cause.GetType().Name}: {cause.Message})";
        if (state == null)
        {
            return new ModelException($"{what} while it added its initial states", cause);
        }
        string after = last is { } step ? $" after adding {Say(ref model, state, step)}" : "";
        return new ModelException($"{what}{after} in state {Describe(ref model, state)}", cause);
    }

    // The model is broken: its own words may fail too, and must not hide the first error.
    private static string Say<TModel, TState>(ref TModel model, TState* state, Step step)
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged
    {
        try
        {
            return Wording.Of(model.Say(in *state, step));
        }
        catch (Exception e)
        {
            return $"an action of kind {step.Kind} ({e.GetType().Name} when asked for its name)";
        }
    }

    private static string Describe<TModel, TState>(ref TModel model, TState* state)
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged
    {
        try
        {
            return string.Join(", ", StateText.Of(ref model, in *state).Select(field => $"{field.Key}={field.Value}"));
        }
        catch (Exception e)
        {
            return $"that cannot be described ({e.GetType().Name}: {e.Message})";
        }
    }
}
