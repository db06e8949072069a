// Runs of models, and scripts made of them.

using System.Reflection;
using System.Text;
using Verify.Engine;
using Verify.Engine.Scripts;
using Verify.Engine.Traces;
using Verify.Transitions;

namespace Verify.Tests.Engine.Scripts;

internal static class Walks
{
    /// <summary>A random run of a subject's model.</summary>
    public static IReadOnlyList<TraceStep> Draw(ISubject subject, ulong seed, int steps)
    {
        // A subject does not show its model: what it is of is known to nobody but it.
        object model = subject.GetType().GetField("_model", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(subject)!;
        MethodInfo draw = typeof(Walks).GetMethod(nameof(Of), BindingFlags.Static | BindingFlags.Public)!;
        return (IReadOnlyList<TraceStep>)draw.MakeGenericMethod(subject.GetType().GetGenericArguments()).Invoke(null, [model, seed, steps])!;
    }

    /// <summary>A random run of a model, of at most so many steps.</summary>
    public static IReadOnlyList<TraceStep> Of<TModel, TState>(TModel model, ulong seed, int steps)
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged
    {
        var random = new SplitRandom(seed, 0);
        var moves = new List<Move<TState>>();
        Successors<TState>.Initial(ref model, moves);
        var path = new List<Move<TState>> { moves[random.Below(moves.Count)] };
        while (path.Count <= steps)
        {
            TState state = path[^1].State;
            Successors<TState>.Of(ref model, in state, moves);
            if (moves.Count == 0)
            {
                break;
            }
            path.Add(moves[random.Below(moves.Count)]);
        }
        return Recorder.Steps(ref model, path);
    }

    /// <summary>A run as a script that says all there is to say of it.</summary>
    public static string Script(string system, string variant, string scope, IReadOnlyList<TraceStep> run)
    {
        var text = new StringBuilder($"system {system}/{variant}\nscope {scope}\n");
        foreach ((string field, string value) in run[0].State)
        {
            text.AppendLine($"start {ScriptReader.Asked(field, value)}");
        }
        foreach (TraceStep step in run.Skip(1))
        {
            text.AppendLine(new StepPattern(step.Lane, step.Action, step.Arguments).ToString());
        }
        foreach ((string field, string value) in run[^1].State)
        {
            text.AppendLine($"expect {ScriptReader.Asked(field, value)}");
        }
        return text.ToString();
    }
}
