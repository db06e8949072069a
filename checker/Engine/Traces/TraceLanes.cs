// The lanes of a sequence diagram.

namespace Verify.Engine.Traces;

/// <summary>Who is in a run.</summary>
public static class TraceLanes
{
    /// <summary>
    /// Who acts, and whom something comes from or goes to: in the order in which they appear, but those that differ in a number only, such as CPU0 and CPU1, stand
    /// together.
    /// </summary>
    public static List<string> Of(IReadOnlyList<TraceStep> steps) =>
        [.. steps.SelectMany(step => (string?[])[step.From, step.Lane, step.To]).OfType<string>().Where(lane => lane.Length > 0).Distinct()
            .GroupBy(lane => lane.TrimEnd("0123456789".ToCharArray())).SelectMany(alike => alike.Order(StringComparer.Ordinal))];
}
