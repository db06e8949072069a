// What the matrix shows less than it seems to: properties that nothing violates, that hold for want of a case, actions that never fire.

using Verify.Engine;
using Verify.Properties;

namespace Verify.Cli;

/// <summary>Finds the places where green verdicts say little; what that means for the status is the matter of <see cref="Policy"/>.</summary>
internal static class Weaknesses
{
    /// <summary>The weaknesses of one system, a line each; <paramref name="examinations"/> are all of its variants, with all properties.</summary>
    public static IEnumerable<string> Of(SystemEntry system, IReadOnlyList<Examination> examinations) =>
        [.. Unviolated(system, examinations), .. Vacuous(system, examinations), .. NeverFired(system, examinations)];

    /// <summary>The weaknesses that some variants, or some properties, have by themselves.</summary>
    public static IEnumerable<string> OfPart(SystemEntry system, IReadOnlyList<Examination> examinations) => Vacuous(system, examinations);

    // A reachability claim is itself the witness that others are not vacuous; there need not be a variant that breaks it.
    private static IEnumerable<string> Unviolated(SystemEntry system, IReadOnlyList<Examination> examinations) =>
        from claim in system.Claims
        where claim.Kind != PropertyKind.Reachable
        let outcomes = examinations.SelectMany(examination => examination.Rows).Select(row => row.Outcome).Where(outcome => outcome.Claim.Name == claim.Name)
        where outcomes.All(outcome => outcome.Verdict == Verdict.Holds)
        select $"{system.Name}: no variant violates {claim.Name}, so nothing shows that it can fail";

    private static IEnumerable<string> Vacuous(SystemEntry system, IReadOnlyList<Examination> examinations) =>
        from claim in system.Claims
        let variants = examinations
            .Where(examination => examination.Rows.Any(row => row.Outcome.Claim.Name == claim.Name && row.Outcome is { Verdict: Verdict.Holds, Vacuous: true }))
            .Select(examination => examination.Target.Variant.Name)
            .ToList()
        where variants.Count > 0
        select $"{system.Name}: {claim.Name} holds for want of a case in {string.Join(", ", variants)}";

    // Only over complete explorations: what a cut-off run did not do, it might have done.
    private static IEnumerable<string> NeverFired(SystemEntry system, IReadOnlyList<Examination> examinations)
    {
        if (examinations.Any(examination => examination.Report is null or { Limit: not null }))
        {
            return [];
        }

        return examinations
            .SelectMany(examination => examination.Report!.Actions)
            .GroupBy(action => action.Action)
            .Where(action => action.All(coverage => coverage.Fired == 0))
            .Select(action => $"{system.Name}: '{action.Key}' fires in no variant");
    }
}
