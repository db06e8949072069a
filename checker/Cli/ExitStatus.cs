// What the program's exit status means.

namespace Verify.Cli;

/// <summary>The exit status of every command.</summary>
internal static class ExitStatus
{
    /// <summary>Every verdict is the expected one; every trace replayed.</summary>
    public const int AsExpected = 0;

    /// <summary>A verdict differs from the expected one.</summary>
    public const int Differs = 1;

    /// <summary>Unusable arguments or input, a model that failed, or solvers that contradict each other.</summary>
    public const int Unusable = 2;

    /// <summary>No verdict differs, but a limit, a missing solver or Ctrl-C left some open.</summary>
    public const int Inconclusive = 3;

    /// <summary>The exit status that a set of verdicts deserves.</summary>
    /// <param name="rows">The verdicts.</param>
    /// <param name="defect">Whether a model, a solver or the program was found to be wrong, which outweighs every verdict.</param>
    public static int Of(IReadOnlyCollection<Row> rows, bool defect) =>
        defect ? Unusable
        : rows.Any(row => row.Standing == Standing.Differs) ? Differs
        : rows.Any(row => row.Standing == Standing.Open) ? Inconclusive
        : AsExpected;
}
