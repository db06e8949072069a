// What a command has to work with besides its arguments.

using Verify.Cli.Pictures;
using Verify.Properties;
using Verify.Symbolic;

namespace Verify.Cli;

/// <summary>One run of the program: where its results and its progress go, what it can check, and how it is stopped.</summary>
/// <param name="Out">Results.</param>
/// <param name="Err">Progress and errors.</param>
/// <param name="Catalogue">The systems.</param>
/// <param name="Tables">The tables that `verify decode` reads.</param>
/// <param name="Live">True when <paramref name="Err"/> is a terminal on which progress may be redrawn.</param>
/// <param name="Cancel">Asks for a clean stop: Ctrl-C.</param>
public sealed record Invocation(
    TextWriter Out,
    TextWriter Err,
    IReadOnlyList<SystemEntry> Catalogue,
    IReadOnlyDictionary<string, Func<ReadOnlyMemory<ulong>, IReadOnlyList<string>>> Tables,
    bool Live,
    CancellationToken Cancel)
{
    /// <summary>Finds a solver by name ("libz3", "z3" or "cvc5"); where there is none, the problem says what to install.</summary>
    public Func<string, (ISolver? Solver, string Problem)> FindSolver { get; init; } = SolverChoice.OnThisMachine;

    /// <summary>Draws a graph in DOT as SVG; where that cannot be, the problem says what to install.</summary>
    public Func<string, CancellationToken, Drawing> DrawDot { get; init; } = Graphviz.Draw;
}
