// What an exploration says about a property.

using System.Numerics;
using Verify.Engine.Liveness;

namespace Verify.Engine;

/// <summary>Judges properties when the states have been visited.</summary>
internal static class Judgement
{
    /// <summary>The verdict on property <paramref name="number"/>.</summary>
    /// <param name="board">What was seen of it.</param>
    /// <param name="number">Its number.</param>
    /// <param name="limit">What ended the run early, or why not all was seen; null when all was.</param>
    /// <param name="trails">The runs to the violations.</param>
    /// <param name="live">What was found about claims about whole runs.</param>
    public static Finding<TState> Of<TModel, TState>(
        Board<TState> board, int number, string? limit, Trails<TModel, TState> trails, Dictionary<Liveness<TState>, LivenessFinding<TState>> live)
        where TModel : struct, Transitions.ITransitionSystem<TState>
        where TState : unmanaged
    {
        if (board.Properties[number] is Liveness<TState> claim)
        {
            LivenessFinding<TState> found = live[claim];
            return new Finding<TState>(claim, found.Verdict, found.Detail, found.Vacuous, found.Path) { Loop = found.Loop, Cases = found.Cases };
        }
        return OnTheWay(board, number, limit, trails) with { Cases = Cases(board, number) };
    }

    private static Finding<TState> OnTheWay<TModel, TState>(Board<TState> board, int number, string? limit, Trails<TModel, TState> trails)
        where TModel : struct, Transitions.ITransitionSystem<TState>
        where TState : unmanaged
    {
        Property<TState> property = board.Properties[number];
        if (board.Violation(number).Found)
        {
            string detail = trails[number] is { } path ? Board<TState>.Explain(property, path) : trails.Problem;
            return new Finding<TState>(property, Verdict.Violated, detail, Vacuous: false, trails[number]);
        }
        if (property is Reachable<TState> goals)
        {
            string unmet = Board<TState>.Unmet(goals, board.GoalsMet(number));
            return unmet.Length == 0 ? new(property, Verdict.Holds, "", false, null)
                : limit == null ? new(property, Verdict.Violated, $"not reached: {unmet}", false, null)
                : new(property, Verdict.Inconclusive, $"{limit}; not reached so far: {unmet}", false, null);
        }
        return limit == null
            ? new(property, Verdict.Holds, "", Vacuous: HasAntecedent(property) && board.Cases(number) == 0, null)
            : new(property, Verdict.Inconclusive, limit, false, null);
    }

    private static long? Cases<TState>(Board<TState> board, int number)
        where TState : unmanaged => board.Properties[number] is Reachable<TState> ? BitOperations.PopCount(board.GoalsMet(number))
            : HasAntecedent(board.Properties[number]) ? board.Cases(number)
            : null;

    private static bool HasAntecedent<TState>(Property<TState> property)
        where TState : unmanaged => property is Invariant<TState> { When: not null } or ActionProperty<TState> { When: not null } or Refinement<TState>;
}
