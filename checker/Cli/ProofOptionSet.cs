// The options of proofs, which `prove` and `all` share.

using System.CommandLine;
using Verify.Engine.Traces;

namespace Verify.Cli;

/// <summary>The options that say who decides, for how long at most, and what is remembered.</summary>
internal sealed class ProofOptionSet
{
    private const string DefaultCache = "artifacts/proofs";

    private readonly Option<string?> solver = Options.OneOf(
        "--solver", "Who decides theorems; with both, a disagreement is a defect and gives status 2 [default: z3]", SolverChoice.Words);

    private readonly Option<TimeSpan?> limit = Options.Limit();

    private readonly Option<string?> cache = new("--cache")
    {
        Description = $"Remember proofs in this directory, which may be deleted at any time [default: {DefaultCache}]",
        HelpName = "DIR",
    };

    private readonly Option<bool> noCache = new("--no-cache") { Description = "Remember no proofs and use none that are remembered" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[solver, limit, cache, noCache])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What the options ask for; what is worth knowing about the solver is told on standard error.</summary>
    /// <param name="invocation">Finds solvers.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="smt2">Where obligations are written; null for nowhere.</param>
    /// <param name="engine">How claims are decided; null as theorems are.</param>
    /// <exception cref="UsageException">The options contradict each other.</exception>
    public ProofRun Run(Invocation invocation, ParseResult parsed, string? smt2, ProofEngine? engine = null)
    {
        if (parsed.GetValue(noCache) && parsed.GetValue(cache) is not null)
        {
            throw new UsageException("--cache and --no-cache exclude each other");
        }

        string? directory = parsed.GetValue(noCache) ? null : parsed.GetValue(cache) ?? DefaultCache;
        var choice = SolverChoice.Of(invocation, parsed.GetValue(solver) ?? "z3", directory);
        if (choice.Note.Length > 0)
        {
            invocation.Err.WriteLine(OneLine.Of($"verify: {choice.Note}"));
        }

        return new(invocation, choice, parsed.GetValue(limit) ?? TimeSpan.FromMinutes(2), smt2, engine ?? ProofEngine.OfTheorems);
    }
}
