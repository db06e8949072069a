// What is said when a model or a property throws.

using System.Diagnostics;
using System.Reflection;
using Verify.Engine.Traces;
using Verify.Transitions;

namespace Verify.Engine;

/// <summary>Where a model or a property threw.</summary>
/// <param name="Cause">What it threw.</param>
/// <param name="State">The state that was being expanded or examined; null while initial states are made.</param>
/// <param name="Level">The level of that state.</param>
/// <param name="Last">The last step that was added from it; null where there was none.</param>
/// <param name="Property">The property that threw when it was asked about the state; null where it was the model, or is not known.</param>
internal sealed record Fault<TState>(Exception Cause, TState? State, int Level, Step? Last, string? Property)
    where TState : unmanaged;

/// <summary>Makes the exception that names the state and the action at which a model failed, with the run to that state.</summary>
internal static class ModelFailure
{
    /// <summary>The exception to throw.</summary>
    /// <param name="model">The model, to say the state and the step in its words.</param>
    /// <param name="fault">Where it failed.</param>
    /// <param name="run">The run to the state; null where there is none.</param>
    /// <param name="problem">Why there is none.</param>
    public static ModelException Of<TModel, TState>(ref TModel model, Fault<TState> fault, IReadOnlyList<Move<TState>>? run, string problem)
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged
    {
        string who = fault.Property == null ? "the model" : $"property {fault.Property}";
        string what = $"{who} failed ({fault.Cause.GetType().Name}{Place(fault.Cause)}: {fault.Cause.Message})";
        if (fault.State is not { } state)
        {
            return new ModelException($"{what} while it added its initial states", fault.Cause);
        }
        string after = fault.Last is { } step ? $" after adding {Say(ref model, state, step)}" : "";
        return new ModelException($"{what}{after} in state {Describe(ref model, state)}", fault.Cause)
        {
            Run = run == null ? [] : Record(ref model, run),
            RunProblem = run == null ? problem : "",
        };
    }

    // The first method of the model's own on the way to the error: mostly the one of the action. None where it was inlined.
    private static string Place(Exception cause)
    {
        MethodBase? method = new StackTrace(cause).GetFrames().Select(frame => frame.GetMethod()).FirstOrDefault(method => method?.DeclaringType is { } type
            && type.Assembly != typeof(ModelFailure).Assembly
            && type.Assembly.GetName().Name is { } assembly && !assembly.StartsWith("System.", StringComparison.Ordinal)
            && !(type.Name + method.Name).Contains('<', StringComparison.Ordinal));
        return method == null ? "" : $" in {method.DeclaringType!.Name.Split('`')[0]}.{method.Name}";
    }

    // The model is broken: its own words may fail too, and must not hide the first error.
    private static string Say<TModel, TState>(ref TModel model, in TState state, Step step)
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged
    {
        try
        {
            return Wording.Of(model.Say(in state, step));
        }
        catch (Exception e)
        {
            return $"an action of kind {step.Kind} ({e.GetType().Name} when asked for its name)";
        }
    }

    private static string Describe<TModel, TState>(ref TModel model, in TState state)
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged
    {
        try
        {
            return string.Join(", ", StateText.Of(ref model, in state).Select(field => $"{field.Key}={field.Value}"));
        }
        catch (Exception e)
        {
            return $"that cannot be described ({e.GetType().Name}: {e.Message})";
        }
    }

    // As far as the model has words for it.
    private static List<TraceStep> Record<TModel, TState>(ref TModel model, IReadOnlyList<Move<TState>> run)
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged
    {
        var steps = new List<TraceStep>(run.Count);
        try
        {
            for (int i = 0; i < run.Count; i++)
            {
                steps.Add(i == 0 ? Recorder.Initial(ref model, run[0].State) : Recorder.Step(ref model, run[i - 1].State, run[i]));
            }
        }
        catch (Exception e)
        {
            steps.Add(new TraceStep("", $"and a state that cannot be described ({e.GetType().Name}: {e.Message})", [], steps.Count > 0 ? steps[^1].State : []));
        }
        return steps;
    }
}
