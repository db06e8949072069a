// Which solver decides, with the cache before it, and what to say where this machine has none.

using Verify.Symbolic;

namespace Verify.Cli;

/// <summary>The solver that was asked for.</summary>
/// <param name="Solver">It; null where it is missing.</param>
/// <param name="Note">Where it is missing: what to install. Else what is worth knowing about it, or empty.</param>
internal sealed record SolverChoice(ISolver? Solver, string Note)
{
    /// <summary>The choices of --solver.</summary>
    public static readonly string[] Words = ["z3", "cvc5", "both"];

    /// <summary>Finds what one of <see cref="Words"/> means on this machine.</summary>
    /// <param name="invocation">Finds solvers.</param>
    /// <param name="word">The choice.</param>
    /// <param name="cache">Where proofs are remembered, for each solver by itself; null for nowhere.</param>
    public static SolverChoice Of(Invocation invocation, string word, string? cache)
    {
        var z3 = word is "cvc5" ? null : Z3(invocation, cache);
        var cvc5 = word is "z3" ? null : Find(invocation, "cvc5", cache);
        if (z3 is { Solver: { } first } && cvc5 is { Solver: { } second })
        {
            return new(new Both(first, second), z3.Note);
        }

        string[] missing = [.. new[] { z3, cvc5 }.OfType<SolverChoice>().Where(choice => choice.Solver is null).Select(choice => choice.Note)];
        return missing.Length > 0 ? new(null, $"no solver: {string.Join("; ", missing)}") : (z3 ?? cvc5)!;
    }

    /// <summary>Where solvers are found unless a test says otherwise: "libz3" in this process; "z3" and "cvc5" as programs.</summary>
    public static (ISolver? Solver, string Problem) OnThisMachine(string name)
    {
        var solver = name switch
        {
            "libz3" => Solvers.Z3(out string problem) is { } library ? (library, "") : (null, problem),
            "z3" => Solvers.Z3Program(out string problem) is { } program ? (program, "") : (null, problem),
            _ => Solvers.Cvc5(out string problem) is { } program ? (program, "") : ((ISolver?)null, problem),
        };
        return solver;
    }

    private static SolverChoice Z3(Invocation invocation, string? cache)
    {
        var library = Find(invocation, "libz3", cache);
        if (library.Solver is not null)
        {
            return library;
        }

        var program = Find(invocation, "z3", cache);
        return program.Solver is null
            ? program with { Note = $"{library.Note}; {program.Note}" }
            : program with { Note = $"{library.Note}; the program z3 is used instead, which is slower" };
    }

    private static SolverChoice Find(Invocation invocation, string name, string? cache)
    {
        var (solver, problem) = invocation.FindSolver(name);
        return new(solver is null || cache is null ? solver : new ProofCache(solver, cache), problem);
    }
}
