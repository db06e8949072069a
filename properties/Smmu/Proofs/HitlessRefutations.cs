// Which variants break though they need not, and why: the expected verdicts of HitlessWhenPossible and HitlessOnBuiltEntries.

using Verify.Smmu.Driver;
using Verify.Smmu.Writers;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>The refutations that are expected of theorems about needless breaks.</summary>
internal static class HitlessRefutations
{
    private const string Ignored =
        "S1FMT and S1DSS count as used with S1CDMAX=0, STRW with stage 2 on, though ignored there (3.1 note a); EATS=S1CHK is never safe";

    private const string Reserved = "reserved words and all of table 1 count as used in a valid CD";

    // The profiles whose masters do ATS: elsewhere the builders never set EATS.
    private static readonly string[] WithAts = ["ats", "terminate-only", "e2h", "v3.0"];

    /// <summary>Those of a variant of smmu-ste.</summary>
    public static Refuted[] Of(EntryVariant<SteBuilderRules> variant) => variant.Writer switch
    {
        IdleWriter => [],
        InPlaceWriter => Torn([]),
        Pre69SteWriter => Torn(["stall-forced"]),
        Writer69BigEndian => Torn(["stall-forced"], "minimal"),
        _ => [.. Any(Ignored, []), Built(variant)],
    };

    /// <summary>Those of a variant of smmu-cd.</summary>
    public static Refuted[] Of(EntryVariant<CdBuilderRules> variant) => variant.Writer switch
    {
        IdleWriter or Pre610CdWriter => [],
        BarrierWriter or WordByWordWriter => [.. Any("V=0 in every update", []), new(TheoremClaims.HitlessOnBuiltEntries, "V=0 in every update")],
        InPlaceWriter => [.. Any("a mix of words is ILLEGAL", [])],
        _ when variant.Rules is CdRules { Epd0Frees: false } =>
            [.. Any(Reserved, []), new(TheoremClaims.HitlessOnBuiltEntries, "table 0 counts as used although EPD0 is set")],
        _ when variant.Rules is CdRules { LeavesOut: not null } =>
            [.. Any(Reserved, []), new(TheoremClaims.HitlessOnBuiltEntries, "the word of the field that the mask lacks always counts as critical")],
        _ => [.. Any(Reserved, [])],
    };

    private static Refuted Built(EntryVariant<SteBuilderRules> variant)
    {
        var (always, safe) = (variant.Writer is BarrierWriter or WordByWordWriter, variant.Writer.MovesSafeBits ? (variant.Rules as SteRules)?.SafeBits : null);
        var claim = TheoremClaims.HitlessOnBuiltEntries;
        return always ? new(claim, "V=0 in every update")
            : variant.Writer is FlawedWriter { Mistake: Mistake.NoFirstSync or Mistake.NoCfgi or Mistake.ClearBeforeFlip } ? new(claim, "a mix of words is ILLEGAL")
            : variant.Writer.StoreWords > 1 ? new(claim, "EATS counts as used in a second quantum (B3)", WithAts)
            : LacksBits(variant) is { } lacks ? lacks
            : variant.Builders is { Nested: true, Mev: true } && safe is not { Mev: true } ? new(claim, "MEV counts as used in a second word (B2)")
            : safe is not { EatsTrans0: true } ? new(claim, "EATS in w1 counts as a second critical word (B3)", WithAts)
            : new(claim, "S2VMID counts as used by stage 1 in the EL2 world (3.1 note a)", "e2h");
    }

    // A bit that a builder sets and the mask lacks makes its word critical in every update.
    private static Refuted? LacksBits(EntryVariant<SteBuilderRules> variant)
    {
        var claim = TheoremClaims.HitlessOnBuiltEntries;
        var (mask, builders) = (((SteRules)variant.Rules).UsedBits, variant.Builders);
        return builders is { Nested: true, Mev: true } && !mask.Stage2Mev ? new(claim, "the word of MEV, which the mask lacks, always counts as critical")
            : (builders.S2Fwb && !mask.Stage2Fwb) || (builders.S2StallFollowsMaster && !mask.Stage2Stall)
                || (builders.DefaultSubstreams && !mask.BypassDssUsesShcfg)
                ? new(claim, "the word of the field that the mask lacks always counts as critical", Profiles(["minimal"])) : null;
    }

    private static Refuted[] Torn(string[] but, params string[] builtBut) =>
    [
        .. Any("a mix of words is ILLEGAL", but),
        new(TheoremClaims.HitlessOnBuiltEntries, "a mix of words is ILLEGAL", Profiles([.. but, .. builtBut])),
    ];

    private static IEnumerable<Refuted> Any(string reason, string[] but)
    {
        yield return but.Length == 0 ? new(EntryClaims.HitlessWhenPossible, reason) : new(EntryClaims.HitlessWhenPossible, reason, Profiles(but));
        yield return new(EntryClaims.HitlessWhenPossibleE2h, reason);
    }

    private static string[] Profiles(string[] but) =>
        but.Length == 0 ? [] : [.. new[] { "ats", "stall-forced", "terminate-only", "e2h", "v3.0", "minimal" }.Except(but)];
}
