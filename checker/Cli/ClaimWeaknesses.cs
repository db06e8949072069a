// What theorems show less than they seem to: claims that nothing violates, assumptions that nothing meets, alternatives that nothing needs.

using Verify.Engine;
using Verify.Symbolic;
using Verify.Symbolic.Proofs;

namespace Verify.Cli;

/// <summary>What a claim shows less than it seems to, with what was asked to find out.</summary>
/// <param name="Lines">The weaknesses, a line each.</param>
/// <param name="Obligations">What was asked.</param>
internal sealed record ClaimWeaknesses(IReadOnlyList<string> Lines, IReadOnlyList<ObligationReport> Obligations)
{
    // An alternative that is needed at all is mostly needed by the first theorem. Of one that is not, some theorems of different variants have
    // to be enough: every one that is asked costs a proof.
    private const int MostTheorems = 12;

    /// <summary>What the prover noticed about single theorems; those with the same words are told once, with the number of profiles.</summary>
    public static IEnumerable<string> OfProofs(IEnumerable<Proof> proofs) =>
        from proof in proofs
        from weakness in proof.Report?.Weaknesses ?? []
        group proof by (proof.Entry.Name, weakness) into same
        select $"{same.Key.Name} at {string.Join(", ", same.Select(proof => proof.Theorem.Scope))}: {same.Key.weakness}";

    /// <summary>The weaknesses of a claim of which all theorems were proved.</summary>
    public static ClaimWeaknesses Of(Prover? prover, string system, string claim, IReadOnlyList<Proof> proofs, CancellationToken cancel)
    {
        var lines = new List<string>();
        if (proofs.All(proof => proof.Row.Outcome.Verdict == Verdict.Holds))
        {
            lines.Add($"{system}: no variant violates theorem {claim}, so nothing shows that it can fail");
        }

        var asked = new List<ObligationReport>();
        var holding = proofs.Where(proof => proof.Report is { Verdict: Verdict.Holds }).Select(proof => proof.Theorem).ToList();
        if (prover is not null && holding.Count > 0)
        {
            lines.AddRange(Unneeded(prover, holding, asked, cancel).Select(line => $"{system}: theorem {claim}: {line}"));
        }

        return new(lines, asked);
    }

    private static IEnumerable<string> Unneeded(Prover prover, List<Theorem> holding, List<ObligationReport> asked, CancellationToken cancel)
    {
        var tried = new Dictionary<string, (int Times, int Open, bool IsNeeded)>();
        int theorems = Math.Min(MostTheorems, holding.Count);
        for (int i = 0; i < theorems && !cancel.IsCancellationRequested; i++)
        {
            var theorem = holding[i * holding.Count / theorems];
            foreach (var part in theorem.Parts.Count > 0 ? theorem.Parts : theorem.Premises)
            {
                Try(prover, part, tried, asked);
            }
        }

        return cancel.IsCancellationRequested ? []
            : from alternative in tried
              where !alternative.Value.IsNeeded
              let open = alternative.Value.Open > 0 ? $", of which {alternative.Value.Open} could not be settled" : ""
              select $"no instance needs its alternative '{alternative.Key}' ({alternative.Value.Times} tried{open})";
    }

    private static void Try(Prover prover, Part part, Dictionary<string, (int Times, int Open, bool IsNeeded)> tried, List<ObligationReport> asked)
    {
        string[] names;
        using (TermPool.Open())
        {
            names = [.. part.State().Conclusion.Select(alternative => alternative.Name)];
        }

        // The only alternative is needed if the assumption can be met, which is asked anyway.
        for (int i = 0; i < names.Length && names.Length > 1; i++)
        {
            var (times, open, isNeeded) = tried.GetValueOrDefault(names[i]);
            if (!isNeeded)
            {
                bool? answer = prover.IsNeeded(part, i, asked);
                tried[names[i]] = (times + 1, open + (answer is null ? 1 : 0), answer is true);
            }
        }
    }
}
