// The theorems about safe bits: that the guard of EATS is enough, and that each of its conditions is needed.

using Verify.Bits;
using Verify.Engine;
using Verify.Engine.Traces;
using Verify.Smmu.Driver;
using Verify.Symbolic;
using Verify.Symbolic.Proofs;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>The safe bits of one variant on one profile.</summary>
/// <param name="about">The case.</param>
/// <param name="open">Opens the variant at a scope: where a refuted theorem's values are tried on the concrete model.</param>
internal sealed class SafeTheorems(EntryCase about, Func<string, ISubject> open)
{
    private SteSafeBits? Safe => about.Writer.MovesSafeBits ? (about.Rules as SteRules)?.SafeBits : null;

    /// <summary>
    /// The theorems, for a writer that moves safe bits. The EATS check differs between SMMUv3.0 and later; nothing else between profiles does.
    /// </summary>
    public IEnumerable<Theorem> All()
    {
        if (Safe is { } safe && about.Platform.Name is "ats" or "v3.0")
        {
            yield return Make(TheoremClaims.SafeBitsSufficient, [Sufficient(isOld: true), Sufficient(isOld: false)], ConfirmView);
            if (safe.EatsTrans0 && safe.Guard != EatsGuard.None)
            {
                var necessary = Make(TheoremClaims.SafeBitsNecessary, [.. Conditions(safe).Select(condition => Necessary(safe, condition))],
                    (part, values) => AnyScope.Replay(open, Scope(values), EntryClaims.HitlessWhenPossible, part));
                yield return necessary with { WantsAllFailures = true };
            }
        }
    }

    private Part Sufficient(bool isOld) => new(
        PartName(isOld ? "sufficient-from" : "sufficient-to"),
        [
            $"for all legal entries 'from' and 'to'{(isOld ? " between which nothing breaks" : "")}: '{(isOld ? "from" : "to")}' with any of the safe bits as",
            "in the other is legal and behaves the same for every access that can be made meanwhile.",
            $"the driver believes: {about.Rules}", $"SMMU: {about.Hardware}",
        ],
        () =>
        {
            var update = new AnyUpdate(about);
            var view = View(update, isOld);
            // Nothing but V moves early in a break.
            var assumption = update.LegalEnds & (isOld ? !update.Breaks : TermBit.Constant(true));
            return new Statement(assumption,
                new Alternative("legal, and alike", AnyEntry.Legal(about.Hardware, in view) & (isOld ? update.IsOld(in view) : update.IsNew(in view))));
        });

    // S1CHK in one image alone never decides: where it comes or goes EATS[1] changes as well, and its word is critical in any case.
    private static IEnumerable<EatsGuard> Conditions(SteSafeBits safe) =>
        new[] { EatsGuard.SplitInCurrent | EatsGuard.SplitInTarget, EatsGuard.StallInCurrent, EatsGuard.StallInTarget }
            .Select(condition => condition & safe.Guard).Where(condition => condition != EatsGuard.None);

    private Part Necessary(SteSafeBits safe, EatsGuard condition) => new(
        PartName($"necessary-{condition.ToString().Replace(", ", "-", StringComparison.Ordinal)}"),
        [
            $"for all legal entries 'from' and 'to' within their masks for which {condition} alone holds back EATS, where only that makes the update break:",
            "'from' with the EATS[0] of 'to' is ILLEGAL.",
            $"the driver believes: {about.Rules}", $"bits that its builders set, w0 first: {EntryClauses.Say(about.Bits)}", $"SMMU: {about.Hardware}",
        ],
        () =>
        {
            var update = new AnyUpdate(about);
            var (from, to) = (update.From, update.To);
            var without = safe with { Guard = safe.Guard & ~condition };
            var alone = (safe with { Guard = condition }).Holds<TermWord, TermBit>(in from, in to) & !without.Holds<TermWord, TermBit>(in from, in to);

            var rules = (SteRules)about.Rules with { SafeBits = without };
            var eased = new AnyUpdate(about with { Rules = rules }, from, to);
            var first = from.With(SteSafeBits.EatsTrans.Word, Mixed(from, to, TermWord.Constant(SteSafeBits.EatsTrans.Mask), SteSafeBits.EatsTrans.Word));
            return new Statement(update.LegalEnds & about.WithinMask(in from) & about.WithinMask(in to) & alone & update.Breaks & !eased.Breaks,
                new Alternative("a view would be ILLEGAL", about.Hardware.Illegal<TermWord, TermBit>(first.Named("first"))));
        });

    // One end, with any of the safe bits as in the other.
    private Entry<TermWord> View(AnyUpdate update, bool isOld)
    {
        var (end, other) = isOld ? (update.From, update.To) : (update.To, update.From);
        var safe = about.Rules.Safe<TermWord, TermBit>(update.From, update.To).Bits;
        var (old, wanted) = (about.Rules.Used<TermWord, TermBit>(update.From).Bits, about.Rules.Used<TermWord, TermBit>(update.To).Bits);
        var view = end;
        for (var i = 0; i < Entry<TermWord>.Words; i++)
        {
            var moved = TermWord.Variable(AnyEntry.Word("moved", i));
            view[i] = Mixed(end, other, safe[i] & old[i] & wanted[i] & moved, i);
        }

        return view.Named("view");
    }

    private static TermWord Mixed(in Entry<TermWord> end, in Entry<TermWord> other, TermWord bits, int word) =>
        end[word] ^ ((end[word] ^ other[word]) & bits);

    private string PartName(string what) => $"ste.safe-{what}.{about.Platform.Name}.{EntryClauses.Digest($"{about.Rules}{EntryClauses.Say(about.Bits)}")}";

    private Theorem Make(Claim claim, IReadOnlyList<Part> parts, Func<Part, Assignment, TraceDocument?> confirm) => new(claim, about.Scope, parts)
    {
        Pairs = AnyEntry.Pairs("from", "to"),
        Confirm = confirm,
        Explain = (part, values) => [$"{part.Name.Split('.')[1]}: from {Say(values, "from")}", $"to {Say(values, "to")}"],
    };

    // The writer shows what differs from the old entry; what differs from the new one in safe bits alone no writer shows, for they move first.
    private TraceDocument? ConfirmView(Part part, Assignment values) =>
        part.Name == PartName("sufficient-from") ? AnyScope.Replay(open, Scope(values), EntryClaims.NoTornView, part) : null;

    private string Scope(Assignment values) =>
        AnyScope.Name(about.Platform, AnyEntry.Of(values, "from", about.Bits), AnyEntry.Of(values, "to", about.Bits));

    private string Say(Assignment values, string name) => about.Hardware.Layout.Say(AnyEntry.Of(values, name, about.Bits));
}
