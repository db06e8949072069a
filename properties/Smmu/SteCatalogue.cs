// The system smmu-ste: updates of one stream table entry by the writers of the driver's history, repaired and deliberately broken ones.

using Verify.Properties.Smmu.Proofs;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;
using Verify.Smmu.Update;
using Verify.Smmu.Writers;

namespace Verify.Properties.Smmu;

/// <summary>The variants of smmu-ste.</summary>
public static class SteCatalogue
{
    private static readonly SteBuilderRules V69 = new()
    {
        DefaultSubstreams = false,
        S2StallFollowsMaster = false,
        S2Fwb = false,
        Nested = false,
        Mev = false,
    };

    private static readonly SteBuilderRules V611 = V69 with { DefaultSubstreams = true };
    private static readonly SteBuilderRules V612 = V611 with { S2StallFollowsMaster = true };
    private static readonly SteBuilderRules V613 = V612 with { S2Fwb = true, Nested = true };
    private static readonly SteBuilderRules V615 = V613 with { Mev = true };

    // Why a variant is expected to violate a claim.
    private static readonly Why Syncs = new(EntryClaims.OneStoreOneSync, "more syncs than stores are needed");
    private static readonly Why ForcedStall = new(EntryClaims.BuilderLegal, "S2S=0 although stalling is forced (B8)");
    private static readonly Why StallAndAts = new(EntryClaims.BuilderLegalStallAndAts, "S2S=1 with EATS=TRANS (residual of B8)");
    private static readonly Why ForcedStallAts = new(EntryClaims.BuilderLegalStallAndAts, "S2S=0 although stalling is forced (B8)");
    private static readonly Why V30 = new(EntryClaims.UsedBitsCompleteV30, "S2S is missing where EATS=TRANS without stage 2 (smmuv3 2.3, oddity)");
    private static readonly Why Res0 = new(EntryClaims.BuilderKeepsRes0, "SHCFG is set whatever IDR1.ATTR_TYPES_OVR says (B6)");
    private static readonly Why Eats = new(EntryClaims.HitlessWhenPossible, "EATS in w1 counts as a second critical word (B3)");
    private static readonly Why Vmid = new(EntryClaims.HitlessWhenPossibleE2h, "S2VMID counts as used by stage 1 in the EL2 world (3.1 note a), EATS as in B3");
    private static readonly Why MevTight = new(EntryClaims.UsedBitsTight, "MEV counts as used by stage 2 (3.1 note b)");
    private static readonly Why Torn = new(EntryClaims.NoTornView, "words of two images are mixed");
    private static readonly Why Identity = new(EntryClaims.NoTransitionalIdentity, "a mix of words passes");
    private static readonly Why Gap = new(EntryClaims.IdentityContinuity, "a mix of words aborts between IDENTITY and DMA");
    private static readonly Why Mask = new(EntryClaims.UsedBitsComplete, "the mask lacks a field that matters");
    private static readonly Why Outside = new(EntryClaims.BuilderWithinMask, "the builder sets the field that the mask lacks");
    private static readonly Why Unsynced = new(EntryClaims.EveryPhaseSynced, "a batch is not followed by CFGI and CMD_SYNC");
    private static readonly Why Stale = new(EntryClaims.NoStaleAfterSync, "the last batch is not followed by CFGI and CMD_SYNC");
    private static readonly Why Final = new(EntryClaims.FinalEqualsTarget, "words are left as they were");

    private static readonly Refuted Guard = new(
        TheoremClaims.SafeBitsNecessary, "S2S in the target holds EATS back for nothing, and so does S1CHK at both ends");

    /// <summary>The system.</summary>
    public static SystemEntry System { get; } = new EntrySystem<SteBuilderRules>(
        "smmu-ste",
        "one CPU rewrites a stream table entry while the SMMU fetches it in pieces: all pairs of entries the builders make",
        EntryKind.Ste,
        Ste.Layout,
        (variant, scope) => SteMatrix.Platforms(scope)
            .Select(platform => variant.BigEndian ? platform with { BigEndian = true } : platform)
            .SelectMany(platform => SteMatrix.Pairs(variant.Builders, platform)),
        EntryProperties.OfSte,
        builders => builders.Bits,
        SteMatrix.Profiles,
        platform => new SteHardware(platform.Smmu),
        SteForms.Of,
        Built.SteKinds,
        Built.Ste).With([.. Variants().Select(variant => variant.And([.. HitlessRefutations.Of(variant), .. OfBuildersAndMask(variant)]))]);

    // What every version with these builders or masks refutes, whatever else is wrong with it.
    private static IEnumerable<Refuted> OfBuildersAndMask(EntryVariant<SteBuilderRules> variant)
    {
        if (variant.Builders.Nested)
        {
            yield return new(TheoremClaims.NestedLegal,
                "S1STALLD, S1CDMAX, S1FMT and S1CTXPTR of a vSTE are taken as they are; S2S=1 with EATS=TRANS as on the host (B8)");
        }

        if (TightTheorems.AreAbout(variant.Writer, variant.Rules, variant.Builders.Bits))
        {
            yield return new(TheoremClaims.UsedBitsTight,
                "S1FMT and S1DSS without substreams, SHCFG and STRW of nested entries, S2VMID in the EL2 world, MEV, EATS: used where nothing depends on them");
        }
    }

    private static IEnumerable<EntryVariant<SteBuilderRules>> Variants() =>
        [.. Algorithms(), .. Controls().Select(variant => variant with { IsControl = true })];

    // What is proved on every profile.
    private static List<EntryVariant<SteBuilderRules>> Algorithms() =>
    [
        new("6.9", "as merged for 6.9 (smmuv3 4.2)", new Writer69(), new SteRules(SteUsedBits.V69), V69,
            [Eats, Vmid, ForcedStall, ForcedStallAts]),
        new("6.10", "a break zeroes the whole word that holds V", new Writer610(), new SteRules(SteUsedBits.V69), V69,
            [Eats, Vmid, ForcedStall, ForcedStallAts]),
        new("6.11", "with S1DSS and PASIDs", new Writer610(), new SteRules(SteUsedBits.V611), V611,
            [Eats, Vmid, ForcedStall, ForcedStallAts]),
        new("6.12", "with S2S (ce7cb08e22e0)", new Writer610(), new SteRules(SteUsedBits.V612), V612, [Eats, Vmid, StallAndAts, V30]),
        new("6.13", "with S2FWB and nesting", new Writer610(), new SteRules(SteUsedBits.V613), V613, [Eats, Vmid, StallAndAts, V30]),
        new("6.15", "with MEV in nested STEs (da0c56520e88), before safe bits", new Writer610(), new SteRules(SteUsedBits.V615), V615,
            [Eats with { Reason = "MEV and EATS count as used in a second word (B1, B2, B3)" }, Vmid, MevTight, StallAndAts, V30]),
        new("7.0", "with update_safe bits (2781f2a930ab, f3c1d372dbb8, 7cad80048595)", new Writer70(),
            new SteRules(SteUsedBits.V615, SteSafeBits.V70), V615,
            [Vmid with { Reason = "S2VMID counts as used by stage 1 in the EL2 world (3.1 note a)" }, MevTight, StallAndAts, V30])
            { Refuted = [Guard] },
        new("entry-sync-64-repaired", "the helper with its breaking branch repaired", new EntrySyncWriter(1, Repaired: true),
            new SteRules(SteUsedBits.V615), V615, [Eats, Vmid, MevTight, StallAndAts, V30]),
        new("entry-sync-128-repaired", "the repaired helper with 128-bit quanta on an SMMU that fetches 128 bits", new EntrySyncWriter(2,
            Repaired: true),
            new SteRules(SteUsedBits.V615), V615, [Eats, Vmid, MevTight, StallAndAts, V30]) { FetchWords = 2, Refuted = [new(EntryClaims.NoTornView, "an SMMUv3.0 looks at S2S under stage 1, which is filled with the first batch (2.3)", "v3.0")] },
    ];

    // What is known to be wrong: history, and mistakes made on purpose.
    private static List<EntryVariant<SteBuilderRules>> Controls() =>
    [
        new("pre-6.9", "imperative stores before 6.9 (smmuv3 4.0)", new Pre69SteWriter(), new SteRules(SteUsedBits.V69),
            V69 with { ShcfgOnlyWithOverride = false },
            [Torn with { Reason = "in-place stores (B26)" }, Eats with { Reason = "a mix of words is invalid (B26)" },
            Vmid with { Reason = "a mix of words is invalid (B26)" }, Gap,
            Final with { Reason = "w3 is left stale, SHCFG stays set under ABORT (B26)" }, ForcedStall, ForcedStallAts, Res0, Syncs]),
        new("pre-6.9-bypass", "the same with disable_bypass=n: detached streams pass", new Pre69SteWriter(DisableBypass: false),
            new SteRules(SteUsedBits.V69), V69 with { ShcfgOnlyWithOverride = false },
            [Torn with { Reason = "in-place stores (B26)" }, Identity with { Reason = "a detached stream passes" },
            Eats with { Reason = "a mix of words is invalid (B26)" }, Vmid with { Reason = "a mix of words is invalid (B26)" }, Gap,
            Final with { Reason = "w3 is left stale, SHCFG stays set under ABORT (B26)" }, ForcedStall, ForcedStallAts, Res0, Syncs]),
        new("s23", "step-until-done writer of the 2023 series (smmuv3 4.1)", new StepWriter(), new SteRules(SteUsedBits.Series2023),
            V69 with { DefaultSubstreams = true },
            [Torn with { Reason = "S1 traffic is tagged with a VMID that is filled in early" },
            Mask with { Reason = "S2VMID is missing under stage 1" }, Eats, Vmid with { Reason = "EATS as in B3" }, ForcedStall,
            V30 with { Reason = "S2VMID is missing under stage 1" }, ForcedStallAts,
            Syncs with { Reason = "ignored bits of the critical word get a round of their own" }]),
        new("6.9-rc", "6.9 before ec9098d6bffe: SHCFG set although RES0 (B6)", new Writer69(), new SteRules(SteUsedBits.V69),
            V69 with { ShcfgOnlyWithOverride = false }, [Eats, Vmid, ForcedStall, ForcedStallAts, Res0]),
        new("6.9-rc-be", "6.9 before 0493e739ccc6 on a big-endian kernel: V cleared with a host-order mask (B7)", new Writer69BigEndian(),
            new SteRules(SteUsedBits.V69), V69,
            [Torn with { Reason = "V is not cleared in a break (B7)" }, Vmid with { Reason = "a mix of words is invalid (B7)" },
            ForcedStall, ForcedStallAts]) { BigEndian = true },
        new("entry-sync-64", "posted generic helper with 64-bit quanta, as written (smmuv3 4.4)", new EntrySyncWriter(1),
            new SteRules(SteUsedBits.V615), V615,
            [Torn with { Reason = "the break stores V together with other words" }, Identity, Eats, Vmid, MevTight, StallAndAts, V30])
            { Refuted = [new(EntryClaims.NoTransitionalIdentity, "the break stores V together with other words")] },
        new("entry-sync-128", "posted generic helper with 128-bit quanta, as written", new EntrySyncWriter(2),
            new SteRules(SteUsedBits.V615), V615,
            [Torn with { Reason = "the break stores V together with other words" }, Eats, Vmid, MevTight, StallAndAts,
            V30]) { FetchWords = 2 },
        new("7.0-eats-only", "7.0 without MEV among the safe bits (B2)", new Writer70(),
            new SteRules(SteUsedBits.V615, new SteSafeBits { Mev = false }), V615,
            [Eats with { Reason = "MEV counts as used in a second word (B2)" }, Vmid, MevTight, StallAndAts, V30]) { Refuted = [Guard] },
        new("7.0-mev-only", "7.0 without EATS among the safe bits (B3)", new Writer70(),
            new SteRules(SteUsedBits.V615, new SteSafeBits { EatsTrans0 = false }), V615, [Eats, Vmid, MevTight, StallAndAts, V30]),
        new("7.0-eats-unguarded", "7.0 with EATS safe even beside S1CHK or S2S (B3's guard removed)", new Writer70(),
            new SteRules(SteUsedBits.V615, new SteSafeBits { Guard = EatsGuard.None }), V615,
            [Torn with { Reason = "EATS=TRANS meets S2S=1, which is ILLEGAL (B3 without its guard)" }, Vmid, MevTight, StallAndAts, V30])
            { Refuted = [new(TheoremClaims.SafeBitsSufficient, "EATS=TRANS meets S2S=1, which is ILLEGAL (B3 without its guard)"),
                Refuted.Nowhere(TheoremClaims.NoForeignTables, "what is torn is no table or tag")] },
        new("entry-sync-128-on-64", "the repaired helper with 128-bit quanta on an SMMU that fetches 64 bits", new EntrySyncWriter(2,
            Repaired: true),
            new SteRules(SteUsedBits.V615), V615,
            [Torn with { Reason = "a 128-bit store is fetched in halves" }, Gap, Vmid, MevTight, StallAndAts, V30])
            { Refuted = [new(EntryClaims.NoTransitionalIdentity, "a 128-bit store is fetched in halves")] },
        new("6.13-no-s2fwb", "6.13 without S2FWB in the mask, as first posted (B20)", new Writer610(), new SteRules(SteUsedBits.V612),
            V613,
            [Torn with { Reason = "S2FWB moves under a live stage 2 (B20)" }, Mask with { Reason = "S2FWB is missing (B20)" }, Outside,
            Gap, Eats, Vmid, StallAndAts, V30])
            { Refuted = [Refuted.Nowhere(TheoremClaims.NoForeignTables, "what is torn is no table or tag")] },
        new("6.13-no-s2s", "6.13 without S2S in the mask", new Writer610(),
            new SteRules(SteUsedBits.V613 with { Stage2Stall = false }), V613,
            [Torn with { Reason = "S2S moves under a live stage 2" }, Mask with { Reason = "S2S is missing" }, Outside, Gap, Eats, Vmid,
            StallAndAts, V30, Syncs with { Reason = "S2S is never in the mask, so its word always counts as critical" }])
            { Refuted = [Refuted.Nowhere(TheoremClaims.NoForeignTables, "what is torn is no table or tag")] },
        new("6.15-no-mev", "6.15 without MEV in the mask", new Writer610(), new SteRules(SteUsedBits.V613), V615,
            [Outside, Eats with { Reason = "MEV is never in the mask, so its word always counts as critical" }, Vmid, StallAndAts, V30]),
        new("6.11-no-shcfg", "6.11 without SHCFG under S1DSS=BYPASS in the mask", new Writer610(), new SteRules(SteUsedBits.V69), V611,
            [Torn with { Reason = "SHCFG moves under S1DSS=BYPASS" }, Mask with { Reason = "SHCFG is missing under S1DSS=BYPASS" },
            Outside, Eats, Vmid, ForcedStall, V30 with { Reason = "SHCFG is missing under S1DSS=BYPASS" }, ForcedStallAts])
            { Refuted = [Refuted.Nowhere(TheoremClaims.NoForeignTables, "what is torn is no table or tag")] },
        new("6.13-stalld", "6.13 with S1STALLD set whatever the stall model (B22)", new Writer610(), new SteRules(SteUsedBits.V613),
            V613 with { StalldOnlyIfConfigurable = false },
            [new(EntryClaims.BuilderLegal, "S1STALLD=1 although the stall model is not configurable (B22)"), Eats, Vmid, StallAndAts,
            V30]),
        new("in-place", "stores over the live entry, then CFGI and CMD_SYNC", new InPlaceWriter(), new SteRules(SteUsedBits.V613), V613,
            [Torn, Identity, Gap, Eats with { Reason = "a mix of words is invalid" }, Vmid with { Reason = "a mix of words is invalid" },
            StallAndAts, V30]),
        new("barriers-only", "V=0, the rest, V=1 with barriers only, CFGI and CMD_SYNC at the end", new BarrierWriter(),
            new SteRules(SteUsedBits.V613), V613,
            [Torn, Identity, Gap, Unsynced, Eats with { Reason = "V=0 in every update" }, Vmid with { Reason = "V=0 in every update" },
            StallAndAts, V30]),
        new("6.13-no-first-sync", "6.13 with a mistake: the first batch is not synced", new FlawedWriter(Mistake.NoFirstSync),
            new SteRules(SteUsedBits.V613), V613, [Torn, Identity, Gap, Unsynced, Eats, Vmid, StallAndAts, V30]),
        new("6.13-no-last-sync", "6.13 with a mistake: the last batch is not synced", new FlawedWriter(Mistake.NoLastSync),
            new SteRules(SteUsedBits.V613), V613, [Unsynced, Stale, Eats, Vmid, StallAndAts, V30]),
        new("6.13-no-cfgi", "6.13 with a mistake: CMD_SYNC without CFGI", new FlawedWriter(Mistake.NoCfgi),
            new SteRules(SteUsedBits.V613), V613, [Torn, Identity, Gap, Unsynced, Stale, Eats, Vmid, StallAndAts, V30]),
        new("6.13-clear-before-flip", "6.13 with a mistake: what the target ignores is cleared before the critical word flips",
            new FlawedWriter(Mistake.ClearBeforeFlip), new SteRules(SteUsedBits.V613), V613,
            [Torn, Identity, Gap, Eats, Vmid, StallAndAts, V30]),
        new("6.13-valid-with-the-rest", "6.13 with a mistake: a break writes V together with the other words",
            new FlawedWriter(Mistake.ValidWithTheRest), new SteRules(SteUsedBits.V613), V613,
            [Torn, Identity, Eats, Vmid, StallAndAts, V30]),
        new("6.13-no-clear", "6.13 with a mistake: the last batch is forgotten", new FlawedWriter(Mistake.NoClear),
            new SteRules(SteUsedBits.V613), V613, [Final, Eats, Vmid, StallAndAts, V30]),
        new("6.13-lost-sync", "6.13 with a mistake: the CPU waits for a last CMD_SYNC that it did not queue",
            new FlawedWriter(Mistake.LostSync), new SteRules(SteUsedBits.V613), V613,
            [new(EntryClaims.EveryUpdateEnds, "the CPU waits for ever"), Eats, Vmid, StallAndAts, V30]),
        new("6.13-always-syncs", "6.13 with a mistake: a batch that stores nothing is synced all the same", new FlawedWriter(Mistake.AlwaysSyncs),
            new SteRules(SteUsedBits.V613), V613,
            [new(EntryClaims.SecondRunIdle, "three syncs for nothing"), Syncs with { Reason = "three syncs for every update" }, Eats, Vmid, StallAndAts,
            V30]),
        new("word-by-word", "V=0, one word at a time, V=1, each synced", new WordByWordWriter(), new SteRules(SteUsedBits.V613), V613,
            [new(EntryClaims.AtMostThreeSyncs, "a sync for every word"), Gap with { Reason = "V=0 in every update" },
                Eats with { Reason = "V=0 in every update" }, Vmid with { Reason = "V=0 in every update" }, StallAndAts, V30, Syncs]),
        new("idle", "stores nothing: a control", new IdleWriter(), new SteRules(SteUsedBits.V613), V613,
            [Final, new(EntryClaims.FetcherTears, "nothing is ever stored"), StallAndAts, V30,
            Syncs with { Reason = "nothing is ever synced" }]),
    ];
}
