// One row of the verdict matrix: a property of a variant, what was expected and what was found.

using Verify.Engine;

namespace Verify.Cli;

/// <summary>How a verdict stands to the expected one.</summary>
internal enum Standing
{
    /// <summary>It is the expected one.</summary>
    AsExpected,

    /// <summary>It is the opposite.</summary>
    Differs,

    /// <summary>There is none.</summary>
    Open,
}

/// <summary>A property of a variant, what was expected of it and what was found.</summary>
/// <param name="Target">The variant.</param>
/// <param name="Expected">The catalogue's verdict.</param>
/// <param name="Outcome">What was found.</param>
/// <param name="Trace">The file that holds the counterexample; null when none was recorded.</param>
internal sealed record Row(Target Target, Verdict Expected, PropertyOutcome Outcome, string? Trace)
{
    /// <summary>Why it is expected to be violated; null where it is not.</summary>
    public string? ViolatedBecause { get; init; } = Target.Variant.Violated.GetValueOrDefault(Outcome.Claim.Name);

    /// <summary>How the verdict stands to the expected one.</summary>
    public Standing Standing => Outcome.Verdict == Verdict.Inconclusive ? Standing.Open
        : Outcome.Verdict == Expected ? Standing.AsExpected
        : Standing.Differs;

    /// <summary>A verdict as the program prints it.</summary>
    public static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();
}

/// <summary>What came of exploring one variant.</summary>
/// <param name="Target">The variant.</param>
/// <param name="Report">What the engine found; null when it was not started, or when the model failed.</param>
/// <param name="Failure">How the model failed, and the run to where it did; null when it did not.</param>
/// <param name="Rows">One per property asked for, in the system's order.</param>
internal sealed record Examination(Target Target, ExplorationReport? Report, ModelException? Failure, IReadOnlyList<Row> Rows)
{
    /// <summary>What the model declares for reductions and is not so, one line each; empty where that was not looked into.</summary>
    public IReadOnlyList<string> Refuted { get; init; } = [];

    /// <summary>True where the model is wrong, which outweighs every verdict.</summary>
    public bool IsDefect => Failure is not null || Refuted.Count > 0;

    /// <summary>The exit status that a set of examinations deserves.</summary>
    public static int Status(IReadOnlyList<Examination> examinations) => ExitStatus.Of(
        [.. examinations.SelectMany(examination => examination.Rows)], examinations.Any(examination => examination.IsDefect));
}
