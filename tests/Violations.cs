// What a run violates, in one line for a test to expect.

using Verify.Engine;

namespace Verify.Tests;

internal static class Violations
{
    /// <summary>The names of the claims that are violated, in the catalogue's order; goals only where <paramref name="goals"/> says so, as one machine alone seldom meets them all.</summary>
    public static string Of(ExplorationReport report, bool goals = false) => string.Join(' ', report.Outcomes
        .Where(outcome => outcome.Verdict == Verdict.Violated && (goals || outcome.Claim.Kind != PropertyKind.Reachable))
        .Select(outcome => outcome.Claim.Name));
}
