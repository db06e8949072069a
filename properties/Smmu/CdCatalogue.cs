// The system smmu-cd: updates of one context descriptor.

using Verify.Bits;
using Verify.Properties.Smmu.Proofs;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;
using Verify.Smmu.Update;
using Verify.Smmu.Writers;

namespace Verify.Properties.Smmu;

/// <summary>The variants of smmu-cd.</summary>
public static class CdCatalogue
{
    private static readonly CdBuilderRules V610 = new();

    // Every bit of the words that have fields; w4 to w7 are reserved.
    private static readonly FieldSet FieldWords = new([.. Enumerable.Range(0, 4).Select(word => new Field($"w{word}", word, 63, 0))]);

    // Why a variant is expected to violate a claim.
    private static readonly Why Tight = new(EntryClaims.UsedBitsTight, "a valid CD counts as used in every bit, reserved words and table 1 included");
    private static readonly Why Torn = new(EntryClaims.NoTornView, "words of two images are mixed");
    private static readonly Why Unsynced = new(EntryClaims.EveryPhaseSynced, "a batch is not followed by CFGI and CMD_SYNC");
    private static readonly Why Stale = new(EntryClaims.NoStaleAfterSync, "the last batch is not followed by CFGI and CMD_SYNC");
    private static readonly Why Final = new(EntryClaims.FinalEqualsTarget, "words are left as they were");
    private static readonly Why Released = new(EntryClaims.ReleaseStaysValid, "V=0 while the CD is released");

    private static readonly Refuted OverWide = new(TheoremClaims.UsedBitsTight,
        "reserved words, table 1 although EPD1 turns it off, and ENDI without any table count as used");

    /// <summary>The system.</summary>
    public static SystemEntry System { get; } = new EntrySystem<CdBuilderRules>(
        "smmu-cd",
        "one CPU rewrites a context descriptor while the SMMU fetches it in pieces: all pairs of CDs the builders make",
        EntryKind.Cd,
        Cd.Layout,
        (variant, scope) => CdMatrix.Pairs(variant.Builders, scope),
        EntryProperties.OfCd,
        _ => FieldWords,
        CdMatrix.Profiles,
        platform => new CdHardware(platform.Smmu, platform.Stalls && !platform.StallEnabled),
        CdForms.Of,
        _ => Built.CdKinds,
        Built.Cd).With([.. Variants().Select(variant => variant.And(
            [.. HitlessRefutations.Of(variant), .. TightTheorems.AreAbout(variant.Writer, variant.Rules, FieldWords) ? [OverWide] : (Refuted[])[]]))]) with
    {
        Excuses =
            [
                new("theorem HitlessWhenPossible: no instance needs its alternative 'every order breaks'",
                    "of CDs it holds for those writers only that never show V=0 between two valid entries; the others break needlessly, and refute it"),
            ],
    };

    private static IEnumerable<EntryVariant<CdBuilderRules>> Variants() =>
        [.. Algorithms(), .. Controls().Select(variant => variant with { IsControl = true })];

    // What is proved on every profile.
    private static List<EntryVariant<CdBuilderRules>> Algorithms() =>
    [
        new("6.10", "write_entry for CDs (smmuv3 4.2)", new Writer610(), new CdRules(), V610, [Tight]),
        new("7.0", "write_entry with safe bits, of which CDs have none", new Writer70(), new CdRules(), V610, [Tight]),
        new("entry-sync-64-repaired", "the helper with its breaking branch repaired", new EntrySyncWriter(1, Repaired: true),
            new CdRules(), V610, [Tight]),
        new("entry-sync-128-repaired", "the repaired helper with 128-bit quanta", new EntrySyncWriter(2, Repaired: true), new CdRules(),
            V610, [Tight])
            { FetchWords = 2 },
    ];

    // What is known to be wrong: history, and mistakes made on purpose.
    private static List<EntryVariant<CdBuilderRules>> Controls() =>
    [
        new("pre-6.10", "imperative stores before 6.10 (smmuv3 4.0)", new Pre610CdWriter(), new CdRules(),
            V610 with { ReleasedClearsTable = false },
            [Torn with { Reason = "a live CD only gets a new ASID" },
            Final with { Reason = "clearing leaves words 1 to 3, a live CD only gets a new ASID" }, new(EntryClaims.BuilderWithinMask,
            "table 0 stays in a released CD, where EPD0 makes it ignored"), Tight]),
        new("pre-6.8", "the same before b41932f54458: a released CD still stalls (B15)", new Pre610CdWriter(), new CdRules(),
            V610 with { ReleasedClearsTable = false, ReleasedDoesNotStall = false },
            [Torn with { Reason = "a live CD only gets a new ASID" },
            Final with { Reason = "clearing leaves words 1 to 3, a live CD only gets a new ASID" }, new(EntryClaims.BuilderWithinMask,
            "table 0 stays in a released CD, where EPD0 makes it ignored"), new(EntryClaims.ReleasedDoesNotStall,
            "S and R stay set (B15)"), Tight]),
        new("s23", "step-until-done writer of the 2023 series", new StepWriter(), new CdRules(), V610, [Tight]),
        new("entry-sync-64", "posted generic helper with 64-bit quanta, as written (smmuv3 4.4)", new EntrySyncWriter(1), new CdRules(),
            V610, [Torn with { Reason = "the break stores V together with other words" }, Tight]),
        new("entry-sync-128", "posted generic helper with 128-bit quanta, as written", new EntrySyncWriter(2), new CdRules(), V610,
            [Torn with { Reason = "the break stores V together with other words" }, Tight])
            { FetchWords = 2 },
        new("6.10-quiet-forced", "6.10 with S=0 in a released CD even where stalling is forced (B15's other side)", new Writer610(),
            new CdRules(),
            V610 with { KeepsForcedStall = false },
            [new(EntryClaims.BuilderLegal, "S=0 although stalling is forced (B15)"),
            Released with { Reason = "the released CD is ILLEGAL" }, Tight]),
        new("6.10-s-forced", "6.10 with S=0 where stalling is forced (B22)", new Writer610(), new CdRules(),
            V610 with { StallFollowsMaster = false }, [new(EntryClaims.BuilderLegal, "S=0 although stalling is forced (B22)"), Tight]),
        new("6.10-epd0-used", "6.10 with table 0 used even where EPD0 is set", new Writer610(), new CdRules(Epd0Frees: false), V610,
            [new(EntryClaims.HitlessWhenPossible, "table 0 counts as used although EPD0 is set"), Released, Tight]),
        new("in-place", "stores over the live entry, then CFGI and CMD_SYNC", new InPlaceWriter(), new CdRules(), V610, [Torn, Tight]),
        new("barriers-only", "V=0, the rest, V=1 with barriers only, CFGI and CMD_SYNC at the end", new BarrierWriter(), new CdRules(),
            V610, [Torn, new(EntryClaims.HitlessWhenPossible, "V=0 in every update"), Released, Unsynced, Tight]),
        new("6.10-no-first-sync", "6.10 with a mistake: the first batch is not synced", new FlawedWriter(Mistake.NoFirstSync),
            new CdRules(), V610, [Torn, Unsynced, Tight]),
        new("6.10-no-last-sync", "6.10 with a mistake: the last batch is not synced", new FlawedWriter(Mistake.NoLastSync), new CdRules(),
            V610, [Unsynced, Stale, Tight]),
        new("6.10-no-cfgi", "6.10 with a mistake: CMD_SYNC without CFGI", new FlawedWriter(Mistake.NoCfgi), new CdRules(), V610,
            [Torn, Unsynced, Stale, Tight]),
        new("6.10-clear-before-flip", "6.10 with a mistake: what the target ignores is cleared before the critical word flips",
            new FlawedWriter(Mistake.ClearBeforeFlip), new CdRules(), V610, [Torn, Tight]),
        new("6.10-valid-with-the-rest", "6.10 with a mistake: a break writes V together with the other words",
            new FlawedWriter(Mistake.ValidWithTheRest), new CdRules(), V610, [Torn, Tight]),
        new("6.10-no-clear", "6.10 with a mistake: the last batch is forgotten", new FlawedWriter(Mistake.NoClear), new CdRules(), V610,
            [Final, Tight]),
        new("6.10-lost-sync", "6.10 with a mistake: the CPU waits for a last CMD_SYNC that it did not queue",
            new FlawedWriter(Mistake.LostSync), new CdRules(), V610, [new(EntryClaims.EveryUpdateEnds, "the CPU waits for ever"), Tight]),
        new("6.10-always-syncs", "6.10 with a mistake: a batch that stores nothing is synced all the same",
            new FlawedWriter(Mistake.AlwaysSyncs), new CdRules(), V610, [new(EntryClaims.SecondRunIdle, "three syncs for nothing"),
            new(EntryClaims.OneStoreOneSync, "three syncs for every update"), Tight]),
        new("word-by-word", "V=0, one word at a time, V=1, each synced", new WordByWordWriter(), new CdRules(), V610,
            [new(EntryClaims.AtMostThreeSyncs, "a sync for every word"), new(EntryClaims.HitlessWhenPossible, "V=0 in every update"),
                Released, new(EntryClaims.OneStoreOneSync, "V=0 and V=1 are synced apart"), Tight]),
        new("idle", "stores nothing: a control", new IdleWriter(), new CdRules(), V610,
            [Final, new(EntryClaims.FetcherTears, "nothing is ever stored"), new(EntryClaims.OneStoreOneSync, "nothing is ever synced"),
            Tight]),
        new("6.10-no-epd0", "6.10 with a mask that leaves out EPD0 of a valid CD", new Writer610(), new CdRules { LeavesOut = Cd.Epd0 },
            V610,
            [Torn, new(EntryClaims.UsedBitsComplete, "EPD0 is missing"), new(EntryClaims.BuilderWithinMask, "EPD0 is missing"), Tight]),
    ];
}
