// How theorems are to be proved.

namespace Verify.Symbolic.Proofs;

/// <summary>Means and limits of proofs.</summary>
/// <param name="Solver">Who decides obligations.</param>
public sealed record ProofOptions(ISolver Solver)
{
    /// <summary>The longest time for one obligation.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Where every obligation is written as NAME.smt2, with its answer as :status; null for nowhere.</summary>
    public string? Smt2Directory { get; init; }

    /// <summary>Asks for a clean stop.</summary>
    public CancellationToken Cancel { get; init; }
}
