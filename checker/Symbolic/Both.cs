// Two solvers instead of one: a proof that rests on no single program.

namespace Verify.Symbolic;

/// <summary>Asks two solvers at the same time. What it answers, both stand for, but for a model: that speaks for itself once it is checked.</summary>
/// <param name="first">One solver.</param>
/// <param name="second">The other.</param>
public sealed class Both(ISolver first, ISolver second) : ISolver
{
    /// <inheritdoc/>
    public string Name => $"{first.Name} and {second.Name}";

    /// <summary>Decides an obligation; the limit is for each of the two.</summary>
    /// <returns>
    /// Unsat only if both say so; <see cref="SolverAnswer.Disagreement"/> if one says unsat and the other sat, with a model or without.
    /// </returns>
    public SolverAnswer Check(Obligation obligation, TimeSpan limit, CancellationToken cancellation)
    {
        var asked = Task.Run(() => second.Check(obligation, limit, cancellation), CancellationToken.None);
        var one = first.Check(obligation, limit, cancellation);
        var other = asked.GetAwaiter().GetResult();
        return (one, other) switch
        {
            (SolverAnswer.Disagreement, _) => one,
            (_, SolverAnswer.Disagreement) => other,
            _ when (Denies(one) && SaysSat(other)) || (SaysSat(one) && Denies(other)) =>
                new SolverAnswer.Disagreement(first.Name, one, second.Name, other),
            (SolverAnswer.Sat, _) => one,
            (_, SolverAnswer.Sat) => other,
            (SolverAnswer.Unsat a, SolverAnswer.Unsat b) => new SolverAnswer.Unsat { IsFromCache = a.IsFromCache && b.IsFromCache },
            _ => new SolverAnswer.Unknown($"{first.Name}: {one}; {second.Name}: {other}"),
        };
    }

    private static bool Denies(SolverAnswer answer) => answer is SolverAnswer.Unsat;

    private static bool SaysSat(SolverAnswer answer) => answer is SolverAnswer.Sat or SolverAnswer.Unknown { SaidSat: true };
}
