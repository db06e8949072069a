// What came of trying to prove a theorem.

using Verify.Engine;
using Verify.Engine.Traces;

namespace Verify.Symbolic.Proofs;

/// <summary>One question that was put to a solver, or to the memory of this run.</summary>
/// <param name="Name">The obligation's name, which is its file's name too.</param>
/// <param name="Bytes">Length of its text.</param>
/// <param name="BuildSeconds">Time to build the terms and the text.</param>
/// <param name="SolveSeconds">Time to the answer; 0 where this run had asked before.</param>
/// <param name="Answer">The answer.</param>
public sealed record ObligationReport(string Name, int Bytes, double BuildSeconds, double SolveSeconds, SolverAnswer Answer);

/// <summary>What came of trying to prove a theorem.</summary>
public sealed record ProofReport
{
    /// <summary>The theorem.</summary>
    public required Theorem Theorem { get; init; }

    /// <summary>Holds, violated (with a counterexample) or inconclusive.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Violated: what failed. Inconclusive: why, with what the solver said. Holds: by what.</summary>
    public required string Detail { get; init; }

    /// <summary>The part that failed; null unless the verdict is violated.</summary>
    public Part? Failed { get; init; }

    /// <summary>All parts that failed, where the theorem wants them all; else the first.</summary>
    public IReadOnlyList<Part> Failures { get; init; } = [];

    /// <summary>The values that refute it, minimised; null unless the verdict is violated.</summary>
    public Assignment? Values { get; init; }

    /// <summary>The concrete model's run; null where there is none.</summary>
    public TraceDocument? Counterexample { get; init; }

    /// <summary>Everything that was asked, in order.</summary>
    public IReadOnlyList<ObligationReport> Obligations { get; init; } = [];

    /// <summary>Why the verdict says little: "the assumption of … cannot be met". Empty for a theorem with substance.</summary>
    public IReadOnlyList<string> Weaknesses { get; init; } = [];

    /// <summary>From the first question to the verdict.</summary>
    public double Seconds { get; init; }
}
