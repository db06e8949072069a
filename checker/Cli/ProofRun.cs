// Proves theorems, one on each core, and keeps what goes wrong with one away from the others.

using Verify.Engine.Traces;
using Verify.Symbolic.Proofs;

namespace Verify.Cli;

/// <summary>Everything that came of one run of proofs.</summary>
/// <param name="Proofs">Per theorem and profile, in the order in which they were given.</param>
/// <param name="Weaknesses">What the verdicts say less than they seem to.</param>
/// <param name="Further">Questions that were not put for any one theorem's sake.</param>
/// <param name="Solver">Who decided, with the version; null where no solver was there.</param>
internal sealed record ProofResults(IReadOnlyList<Proof> Proofs, IReadOnlyList<string> Weaknesses, IReadOnlyList<ObligationReport> Further, string? Solver)
{
    /// <summary>No theorems.</summary>
    public static readonly ProofResults None = new([], [], [], Solver: null);

    /// <summary>Who decided how.</summary>
    public ProofEngine Engine { get; init; } = ProofEngine.OfTheorems;

    /// <summary>All questions that were put.</summary>
    public IEnumerable<ObligationReport> Obligations => Proofs.SelectMany(proof => proof.Obligations).Concat(Further);

    /// <summary>What shows that a model, a solver or this program is wrong, a line each.</summary>
    public IReadOnlyList<string> Defects =>
        [.. Proofs.Select(proof => proof.Defect).OfType<string>(), .. Proof.Disagreements(Further)];
}

/// <summary>Proves theorems with one prover, so that what several rest on is proved once.</summary>
/// <param name="invocation">Where to tell of defects, and how to stop.</param>
/// <param name="choice">The solver.</param>
/// <param name="limit">The longest time for one obligation.</param>
/// <param name="smt2">Where obligations are written; null for nowhere.</param>
/// <param name="engine">How claims are decided.</param>
internal sealed class ProofRun(Invocation invocation, SolverChoice choice, TimeSpan limit, string? smt2, ProofEngine engine)
{
    /// <summary>What a theorem's detail says when the run was stopped before its turn.</summary>
    private const string NotStarted = "stopped before it was started";

    private readonly Prover? prover = choice.Solver is null ? null
        : new(new ProofOptions(choice.Solver) { Limit = limit, Smt2Directory = smt2, Cancel = invocation.Cancel });

    /// <summary>Proves theorems, records their counterexamples and looks for weaknesses of the claims that are among them as a whole.</summary>
    /// <param name="entries">The theorems.</param>
    /// <param name="traces">Where all counterexamples are recorded; null for nowhere.</param>
    /// <param name="differing">Where those that were not expected are recorded when there is no <paramref name="traces"/>.</param>
    /// <exception cref="UsageException">A trace or an obligation cannot be written.</exception>
    public ProofResults Prove(IReadOnlyList<TheoremEntry> entries, string? traces, string differing)
    {
        var proofs = new Proof[entries.Count][];
        using var progress = new ProgressDisplay(invocation, entries.Count);
        int[] turns = Turns(entries);
        OnEveryCore(entries.Count, turn =>
        {
            int i = turns[turn];
            progress.Begin(entries[i].Name);
            proofs[i] = [.. Prove(entries[i], entries[i].Profiles)];
            foreach (string defect in proofs[i].Select(proof => proof.Defect).OfType<string>())
            {
                progress.Tell(OneLine.Of($"verify: INTERNAL ERROR: {defect}"));
            }

            progress.Finish(entries[i].Name);
        });
        List<Proof> all = [.. proofs.SelectMany(profiles => WithTraces(profiles, traces, differing, progress))];
        var whole = WholeClaims(all);
        var further = new ClaimWeaknesses[whole.Count];
        OnEveryCore(whole.Count, i =>
        {
            progress.Begin($"alternatives of {whole[i].Claim}");
            further[i] = ClaimWeaknesses.Of(prover, whole[i].System, whole[i].Claim, whole[i].Proofs, invocation.Cancel);
            progress.Finish($"alternatives of {whole[i].Claim}");
        });
        return new(
            all,
            [.. ClaimWeaknesses.OfProofs(all), .. further.SelectMany(each => each.Lines)],
            [.. further.SelectMany(each => each.Obligations)],
            choice.Solver?.Name)
        {
            Engine = engine,
        };
    }

    // In the order of the theorems, so that numbered names are the same in every run. What refutes a theorem on one profile mostly does on the others:
    // one trace is enough for each standing.
    private static IEnumerable<Proof> WithTraces(Proof[] profiles, string? traces, string differing, ProgressDisplay progress)
    {
        var recorded = new HashSet<Standing>();
        foreach (var proof in profiles)
        {
            bool isFirst = proof.Row.Outcome.Counterexample is not null && recorded.Add(proof.Row.Standing);
            yield return isFirst ? proof with { Row = TraceRecorder.Keep(proof.Row, traces, differing, progress) } : proof;
        }
    }

    private IReadOnlyList<Proof> Prove(TheoremEntry entry, IReadOnlyList<Theorem> profiles)
    {
        if (prover is null || invocation.Cancel.IsCancellationRequested)
        {
            return [.. profiles.Select(profile => Proof.Open(entry, profile, prover is null ? choice.Note : NotStarted))];
        }

        try
        {
            return engine.Prove(prover, entry, profiles);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot write obligations to {OneLine.Quote(smt2 ?? "")}: {OneLine.Of(refused.Message)}");
        }
        catch (Exception failed)
        {
            // Only one of them is to blame. Each is proved by itself, mostly from what this run remembers.
            string failure = failed is UnconfirmedException ? $"the model does not confirm the counterexample: {failed.Message}" : Program.Message(failed);
            return profiles.Count == 1 ? [Proof.Open(entry, profiles[0], failure, failure)]
                : [.. profiles.SelectMany(profile => Prove(entry, [profile]))];
        }
    }

    // Claim by claim, not variant by variant: theorems of one variant rest on the same premises, and would wait for each other.
    private static int[] Turns(IReadOnlyList<TheoremEntry> entries)
    {
        var claims = entries.Select(entry => entry.Claim.Name).Distinct().ToList();
        return [.. Enumerable.Range(0, entries.Count).OrderBy(i => claims.IndexOf(entries[i].Claim.Name))];
    }

    // The claims of which every variant that has them was proved.
    private static List<(string System, string Claim, List<Proof> Proofs)> WholeClaims(IEnumerable<Proof> proofs) =>
        [.. from proof in proofs
            where proof.Entry.Model is null
            group proof by (proof.Entry.System, Claim: proof.Entry.Claim.Name) into claim
            where claim.Select(proof => proof.Entry).Distinct().Count()
                == claim.Key.System.Variants.Count(variant => variant.Theorems.Any(theorem => theorem.Claim.Name == claim.Key.Claim))
            select (claim.Key.System.Name, claim.Key.Claim, claim.ToList())];

    private static void OnEveryCore(int count, Action<int> work)
    {
        int cores = Environment.ProcessorCount;
        int next = -1;
        Parallel.For(0, cores, new ParallelOptions { MaxDegreeOfParallelism = cores }, _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < count;)
            {
                work(i);
            }
        });
    }
}
