// Short counterexamples out of long random walks.

using Verify.Transitions;

namespace Verify.Engine;

/// <summary>Makes the counterexamples of random walks short.</summary>
internal static class Shrinker
{
    // About a million states. Memory and not time, so that the result does not depend on how busy the machine is.
    private const long EffortBytes = 32L << 20;

    /// <summary>
    /// The shortest run to a violation of <paramref name="property"/> that uses only actions of <paramref name="walk"/>, if that is found with
    /// bounded effort; else the walk.
    /// </summary>
    public static IReadOnlyList<Move<TState>> Shrink<TModel, TState>(
        TModel model, Property<TState> property, List<Move<TState>> walk, CancellationToken cancel)
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged
    {
        bool[] allowed = new bool[model.Actions.Count];
        foreach (Move<TState> move in walk.Skip(1))
        {
            allowed[move.Step.Kind] = true;
        }
        var part = new Restricted<TModel, TState>(model, allowed);
        var effort = new ExploreOptions { MemoryBytes = EffortBytes, StopWhenDecided = true, Cancel = cancel };
        try
        {
            Finding<TState> found = new Explorer<Restricted<TModel, TState>, TState>(part, [property]).Run(effort).Findings[0];
            return found.Path is { } path && path.Count < walk.Count ? path : walk;
        }
        catch (ModelException)
        {
            // The model fails where the walk did not come: that is for exploration to report, and the walk is a counterexample all the same.
            return walk;
        }
    }
}
