// What decides obligations.

namespace Verify.Symbolic;

/// <summary>A solver.</summary>
public interface ISolver
{
    /// <summary>Its name with its version: what was proved is proved by that version.</summary>
    string Name { get; }

    /// <summary>Decides an obligation. Whatever goes wrong is an <see cref="SolverAnswer.Unknown"/>, never an exception.</summary>
    /// <param name="obligation">What to decide.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellation">Ends it early, as the limit does.</param>
    SolverAnswer Check(Obligation obligation, TimeSpan limit, CancellationToken cancellation);
}
