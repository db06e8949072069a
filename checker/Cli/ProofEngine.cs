// How claims are decided: theorems directly, or claims about word systems by bounded checking, k-induction or an invariant.

using Verify.Engine.Traces;
using Verify.Properties;
using Verify.Symbolic.Engines;
using Verify.Symbolic.Proofs;

namespace Verify.Cli;

/// <summary>The engine that was asked for.</summary>
/// <param name="Name">One of <see cref="Names"/>.</param>
/// <param name="Bound">The longest run, or the largest k.</param>
internal sealed record ProofEngine(string Name, int Bound)
{
    /// <summary>Theorems, part by part.</summary>
    public const string Direct = "direct";

    private const string Bounded = "bmc";
    private const string Induction = "kind";
    private const string Invariant = "invariant";

    /// <summary>The choices of --engine.</summary>
    public static readonly string[] Names = [Direct, Bounded, Induction, Invariant];

    /// <summary>Decides theorems, as all commands do that are not told otherwise.</summary>
    public static ProofEngine OfTheorems { get; } = new(Direct, 0);

    /// <summary>The engine of a command line.</summary>
    /// <param name="name">As given; null for none.</param>
    /// <param name="bound">As given; null for none.</param>
    /// <exception cref="UsageException">There is no such engine, or it has no bound.</exception>
    public static ProofEngine Of(string? name, int? bound)
    {
        string engine = name ?? Direct;
        if (!Names.Contains(engine))
        {
            throw new UsageException(NearMisses.Complaint("engine", engine, Names));
        }

        // An induction whose first step fails mostly fails later ones too, each much slower.
        return engine is Bounded or Induction ? new(engine, bound ?? (engine == Bounded ? 8 : 2))
            : bound is null ? new(engine, 0)
            : throw new UsageException($"--bound is for --engine {Bounded} or {Induction}; {engine} has none");
    }

    /// <summary>What it decides, in the catalogue's order.</summary>
    public IReadOnlyList<TheoremEntry> Entries(IReadOnlyList<SystemEntry> catalogue) => Name switch
    {
        Direct => TheoremEntry.All(catalogue),
        Invariant => [.. TheoremEntry.Models(catalogue).Where(entry => entry.Model!.Invariants.Count > 0)],
        _ => TheoremEntry.Models(catalogue),
    };

    /// <summary>What one of the things it decides is called.</summary>
    public string Noun => Name == Direct ? "theorem" : "word model";

    /// <summary>Decides a claim on some of its profiles.</summary>
    /// <exception cref="UnconfirmedException">The concrete model does not show what a solver found.</exception>
    public IReadOnlyList<Proof> Prove(Prover prover, TheoremEntry entry, IReadOnlyList<Theorem> profiles) => entry.Model is not { } model || Name == Invariant
        ? [.. prover.Prove(profiles).Select(report => Proof.Of(entry, report))]
        : [Proof.Of(entry, profiles[0], Name == Bounded
            ? new BoundedCheck(prover, model.System, model.Property, model.Name).Run(Bound)
            : new KInduction(prover, model.System, model.Property, model.Name).Run(Bound))];
}
