// What a solver can answer.

namespace Verify.Symbolic;

/// <summary>The answer to an <see cref="Obligation"/>.</summary>
public abstract record SolverAnswer
{
    private SolverAnswer()
    {
    }

    /// <summary>The assertion cannot be satisfied: the theorem holds.</summary>
    public sealed record Unsat : SolverAnswer
    {
        /// <summary>An earlier run proved it; this one did not.</summary>
        public bool IsFromCache { get; init; }

        /// <inheritdoc/>
        public override string ToString() => "unsat";
    }

    /// <summary>The assertion can be satisfied: the theorem fails.</summary>
    /// <param name="Model">Values that satisfy it, checked by evaluating the term.</param>
    public sealed record Sat(Assignment Model) : SolverAnswer
    {
        /// <inheritdoc/>
        public override string ToString() => $"sat ({Model})";
    }

    /// <summary>No answer.</summary>
    /// <param name="Reason">Why, with what the solver said.</param>
    public sealed record Unknown(string Reason) : SolverAnswer
    {
        /// <summary>The solver said sat, but could not show it.</summary>
        public bool SaidSat { get; init; }

        /// <inheritdoc/>
        public override string ToString() => $"unknown: {Reason}";
    }

    /// <summary>Two solvers contradict each other: one of them is wrong, and neither answer is to be trusted.</summary>
    /// <param name="First">One solver's name.</param>
    /// <param name="FirstAnswer">What it said.</param>
    /// <param name="Second">The other solver's name.</param>
    /// <param name="SecondAnswer">What that said.</param>
    public sealed record Disagreement(string First, SolverAnswer FirstAnswer, string Second, SolverAnswer SecondAnswer) : SolverAnswer
    {
        /// <inheritdoc/>
        public override string ToString() => $"the solvers disagree: {First} says {FirstAnswer}, {Second} says {SecondAnswer}";
    }
}
