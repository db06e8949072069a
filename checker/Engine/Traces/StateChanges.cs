// What a step changed: the parts of a state that differ from the state before.

namespace Verify.Engine.Traces;

/// <summary>One part of a state that a step changed.</summary>
/// <param name="Name">The part.</param>
/// <param name="Before">Its value before; null where the part was not there, as for every part of the initial state.</param>
/// <param name="After">Its value after; null where the part is gone.</param>
public readonly record struct StateChange(string Name, string? Before, string? After);

/// <summary>Compares states of a trace.</summary>
public static class StateChanges
{
    /// <summary>
    /// What step <paramref name="index"/> changed, in the order in which the state names its parts and then those that are gone. Everything,
    /// for the initial state.
    /// </summary>
    public static IReadOnlyList<StateChange> At(IReadOnlyList<TraceStep> steps, int index)
    {
        var after = steps[index].State;
        var before = new Dictionary<string, string>(index == 0 ? [] : steps[index - 1].State);
        var changes = new List<StateChange>();
        foreach (var (name, value) in after)
        {
            string? old = before.Remove(name, out string? was) ? was : null;
            if (old != value)
            {
                changes.Add(new(name, old, value));
            }
        }

        if (index > 0)
        {
            // What is left was not named again.
            changes.AddRange(steps[index - 1].State.Where(part => before.ContainsKey(part.Key))
                .Select(part => new StateChange(part.Key, part.Value, null)));
        }

        return changes;
    }
}
