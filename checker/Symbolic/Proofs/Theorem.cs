// A claim about all values at once, and how it is proved and refuted.

using Verify.Engine;
using Verify.Engine.Traces;

namespace Verify.Symbolic.Proofs;

/// <summary>A claim about one variant on one profile, for all values of the variables in its parts.</summary>
/// <remarks>
/// It holds if all of <paramref name="Parts"/> do. Where there are premises and all of these hold, the parts follow from them (the theorem says how in
/// its <see cref="Argument"/>) and are not asked for; a premise that fails refutes nothing.
/// </remarks>
/// <param name="Claim">The claim in words, with its origin.</param>
/// <param name="Scope">What it is proved for, a name that the system's variants open as a scope: "any:ats" is any entries on platform ats.</param>
/// <param name="Parts">The statements whose conjunction the claim is. Empty where it is only proved by its premises.</param>
public sealed record Theorem(Claim Claim, string Scope, IReadOnlyList<Part> Parts)
{
    /// <summary>Statements, mostly smaller and shared between theorems, from which all parts follow; empty for none.</summary>
    public IReadOnlyList<Part> Premises { get; init; } = [];

    /// <summary>Why the parts follow from the premises, in one sentence.</summary>
    public string Argument { get; init; } = "";

    /// <summary>
    /// Whether every part that fails is wanted, not the first alone: then the report names all of them. The counterexample is of the first.
    /// </summary>
    public bool WantsAllFailures { get; init; }

    /// <summary>Why it is expected to fail, in a few words; null where it is expected to hold.</summary>
    public string? Violated { get; init; }

    /// <summary>
    /// Words that are shown side by side ("from.w0" and "to.w0"): a counterexample in which they are equal is a simpler one.
    /// </summary>
    public IReadOnlyList<(string, string)> Pairs { get; init; } = [];

    /// <summary>
    /// Values to try on a part, or on a premise, before a solver is asked about it: evaluating is cheaper than searching, and what is wrong mostly goes
    /// wrong in many places.
    /// </summary>
    public Lazy<Trials> Trials { get; init; } = new(Symbolic.Trials.None);

    /// <summary>
    /// Runs the concrete model on the values that refute a part and returns the run. Null where there is none to show.
    /// </summary>
    /// <remarks>Throws <see cref="UnconfirmedException"/> where the model does not show what the solver found.</remarks>
    public Func<Part, Assignment, TraceDocument?> Confirm { get; init; } = (_, _) => null;

    /// <summary>What the values mean, in the field's terms, line by line.</summary>
    public Func<Part, Assignment, IReadOnlyList<string>> Explain { get; init; } = (_, values) => [values.ToString()];

    /// <summary>The verdict that is expected.</summary>
    public Verdict Expected => Violated is null ? Verdict.Holds : Verdict.Violated;
}

/// <summary>
/// The formula and the model it was made from disagree: a defect of this program, not a verdict. The message says what was expected and seen.
/// </summary>
public sealed class UnconfirmedException(string message) : Exception(message);
