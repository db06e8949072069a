// A run of a model that a test generates, and that knows how to become smaller.

using System.Text;
using Verify.Engine;
using Verify.Transitions;

namespace Verify.Tests.Engine.Driven;

/// <summary>A sequence of operations on a model, each of them enabled where it is taken.</summary>
/// <param name="Scope">The model and its scope.</param>
/// <param name="Run">The run, from an initial state.</param>
internal sealed record Driven<TModel, TState>(Scope<TModel> Scope, IReadOnlyList<Move<TState>> Run)
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    /// <summary>How many operations.</summary>
    public int Length => Run.Count - 1;

    /// <summary>The run that a schedule makes: each choice, by its remainder, is one of what is enabled. It ends with the schedule or where nothing is enabled.</summary>
    public static Driven<TModel, TState> ByChoices(Scope<TModel> scope, IEnumerable<int> schedule)
    {
        var run = new List<Move<TState>>();
        var moves = new List<Move<TState>>();
        foreach (int choice in schedule.Prepend(0))
        {
            Enabled(scope.Model, run, moves);
            if (moves.Count == 0)
            {
                break;
            }
            run.Add(moves[choice % moves.Count]);
        }
        return new(scope, run);
    }

    /// <summary>The run that operations make: those whose guards do not hold when it is their turn are left out.</summary>
    public static Driven<TModel, TState> ByOperations(Scope<TModel> scope, IEnumerable<Step> operations)
    {
        var run = new List<Move<TState>>();
        var moves = new List<Move<TState>>();
        foreach (Step operation in operations.Prepend(Step.Init))
        {
            Enabled(scope.Model, run, moves);
            int at = moves.FindIndex(move => move.Step == operation);
            if (at >= 0)
            {
                run.Add(moves[at]);
            }
        }
        return new(scope, run);
    }

    /// <summary>
    /// Smaller ones, to try when this one fails: the same operations at smaller scopes, then without halves, quarters and so on, then without one each. Guards
    /// are evaluated again, so every operation of these is enabled, too.
    /// </summary>
    public IEnumerable<Driven<TModel, TState>> Smaller()
    {
        Step[] operations = [.. Run.Skip(1).Select(move => move.Step)];
        foreach (Scope<TModel> smaller in Scope.Smaller)
        {
            yield return ByOperations(smaller, operations);
        }
        for (int size = Math.Max(1, operations.Length / 2); size > 0 && operations.Length > 0; size /= 2)
        {
            for (int to = operations.Length; to > 0; to -= size)
            {
                yield return ByOperations(Scope, [.. operations[..Math.Max(0, to - size)], .. operations[to..]]);
            }
        }
    }

    /// <summary>Which part of a claim fails somewhere along the run; null where none does.</summary>
    public string? Failure(Property<TState> property)
    {
        for (int end = 1; end <= Run.Count; end++)
        {
            List<Move<TState>> run = [.. Run.Take(end)];
            bool fails = property switch
            {
                Invariant<TState> invariant => Board<TState>.Fails(invariant, run[^1].State),
                ActionProperty<TState> action => end > 1 && Board<TState>.Fails(action, run[^2].State, run[^1].Step, run[^1].State),
                _ => false,
            };
            if (fails)
            {
                return Board<TState>.Explain(property, run);
            }
        }
        return null;
    }

    /// <summary>The scope and the operations in the model's words, one a line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Scope.Name);
        for (int i = 1; i < Run.Count; i++)
        {
            text.Append($"\n  {i}  {Wording.Of(Scope.Model.Say(Run[i - 1].State, Run[i].Step))}");
        }
        return text.ToString();
    }

    private static void Enabled(TModel model, List<Move<TState>> run, List<Move<TState>> moves)
    {
        if (run.Count == 0)
        {
            Successors<TState>.Initial(ref model, moves);
        }
        else
        {
            Successors<TState>.Of(ref model, run[^1].State, moves);
        }
    }
}
