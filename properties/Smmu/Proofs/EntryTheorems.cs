// The theorems about updates of any entry to any other, for one variant on one profile.

using Verify.Engine;
using Verify.Engine.Traces;
using Verify.Smmu.Hardware;
using Verify.Symbolic;
using Verify.Symbolic.Proofs;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>The theorems of one case.</summary>
/// <param name="about">The case.</param>
/// <param name="open">Opens the variant at a scope: where a refuted theorem's values are tried on the concrete model.</param>
internal sealed class EntryTheorems(EntryCase about, Func<string, ISubject> open)
{
    private const string ByAgreement =
        "a view that agrees with an end on the bits used there (kept) behaves as that end (complete), safe bits change nothing (safe), and V=0 lets nothing through";

    private readonly EntryClauses clauses = new(about);
    private readonly HitlessClauses hitless = new(about);
    private readonly Lazy<Trials> samples = new(() => Samples.Of(about));

    /// <summary>All of them.</summary>
    public IEnumerable<Theorem> All() => Stated().Select(theorem => theorem with { Trials = samples });

    private IEnumerable<Theorem> Stated()
    {
        yield return Make(IsV30 ? EntryClaims.UsedBitsCompleteV30 : EntryClaims.UsedBitsComplete, clauses.Complete, "end", "view");
        yield return Implied(EntryClaims.NoTornView, clauses.Torn, batch => [clauses.Agreement(batch)]);
        if (about.Hardware.Accesses > 1)
        {
            yield return Implied(EntryClaims.NoTransitionalIdentity, clauses.Identity,
                batch => [clauses.Agreement(batch), clauses.AgreementForIdentity(batch)]);
        }

        yield return Implied(TheoremClaims.NoForeignTables, clauses.Foreign,
            batch => [clauses.Agreement(batch), clauses.AgreementForForeign(batch)], EntryClaims.NoTornView);
        yield return Make(EntryClaims.FinalEqualsTarget, [clauses.Final], "from", "to");
        yield return Make(EntryClaims.AtMostThreeSyncs, [clauses.Syncs], "from", "to");
        yield return Make(EntryClaims.SecondRunIdle, [clauses.Idle], "to", "to");
        yield return Hitless(HitlessClaim, hitless.WhenPossible, [hitless.OneCritical, .. Windows(hitless.Unbroken)]);
        yield return Hitless(TheoremClaims.HitlessOnBuiltEntries, hitless.OnBuiltEntries,
            [hitless.OneCriticalBuilt, .. Windows(hitless.UnbrokenBuilt)]);
        foreach (var theorem in new TightTheorems(about, open).All().Concat(new SafeTheorems(about, open).All()))
        {
            yield return theorem;
        }
    }

    private Claim HitlessClaim => about.Platform.Smmu.Hyp && about.Hardware is SteHardware
        ? EntryClaims.HitlessWhenPossibleE2h : EntryClaims.HitlessWhenPossible;

    // What the EATS check of an SMMUv3.0 looks at is a claim of its own, as in exploration.
    private bool IsV30 => about.Hardware.LooksFurther;

    private IReadOnlyList<Part> Windows(Func<int, Part> window) => [.. Enumerable.Range(0, clauses.Batches).Select(window)];

    private Theorem Implied(Claim claim, Func<int, Part> window, Func<int, IReadOnlyList<IReadOnlyList<Part>>> premises, Claim? shownBy = null) =>
        Make(claim, Windows(batch => window(batch) with { Premises = premises(batch) }), "from", "to", shownBy) with { Argument = ByAgreement };

    private Theorem Make(Claim claim, IReadOnlyList<Part> parts, string from, string to, Claim? shownBy = null) =>
        new(TheoremClaims.Of(claim), about.Scope, parts)
        {
            Pairs = AnyEntry.Pairs(from, to),
            Confirm = (part, values) => Replay(part, values, from, to, shownBy ?? claim),
            Explain = (_, values) => Explain(values, from, to),
        };

    // What refutes these is an update that breaks though it need not: the order that does not is the point.
    private Theorem Hitless(Claim claim, Func<int, Part> window, IReadOnlyList<Part> premises) =>
        Make(claim, Windows(batch => window(batch) with { Premises = [[.. premises, .. clauses.Agreement(batch)]] }), "from", "to", HitlessClaim) with
        {
            Argument = HitlessClauses.ByCriticalWords,
            Explain = (_, values) =>
            [
                .. Explain(values, "from", "to"),
            hitless.Order(AnyEntry.Of(values, "from", about.Bits), AnyEntry.Of(values, "to", about.Bits)),
        ],
        };

    private TraceDocument Replay(Part part, Assignment values, string from, string to, Claim claim)
    {
        var scope = AnyScope.Name(about.Platform, AnyEntry.Of(values, from, about.Bits), AnyEntry.Of(values, to, about.Bits));
        return AnyScope.Replay(open, scope, claim, part);
    }

    private IReadOnlyList<string> Explain(Assignment values, string from, string to)
    {
        var (old, wanted) = (AnyEntry.Of(values, from, about.Bits), AnyEntry.Of(values, to, about.Bits));
        return [$"from {about.Hardware.Layout.Say(old)}", $"to {about.Hardware.Layout.Say(wanted)}"];
    }
}
