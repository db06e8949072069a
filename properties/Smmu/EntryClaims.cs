// The claims about updates of one entry, in words, each with its origin.

using Verify.Engine;

namespace Verify.Properties.Smmu;

/// <summary>The claims about updates of one entry. I1 to I15 are the reference's names (smmuv3, section 4.5).</summary>
public static class EntryClaims
{
    private const string Seed = "seeds/001_de57a9bcef67629d";

    /// <summary>I1.</summary>
    public static Claim NoTornView { get; } = new("NoTornView", PropertyKind.Invariant,
        "Whatever mix of old and new words the SMMU holds behaves as the old entry or as the new one, or has V=0 in a declared break.",
        "smmuv3 4.5 (a), 2.1; goal 'hitless, whenever possible' of the seed", "I1", "B7", "B26", Seed);

    /// <summary>I12.</summary>
    public static Claim NoTransitionalIdentity { get; } = new("NoTransitionalIdentity", PropertyKind.Invariant,
        "No access passes untranslated during an update of which neither end lets it pass: never IDENTITY between PAGING and BLOCKED.",
        "goal of the seed: PAGING -> BLOCKED never temporarily IDENTITY; smmuv3 4.5 I12", "I12", Seed);

    /// <summary>I2.</summary>
    public static Claim HitlessWhenPossible { get; } = new("HitlessWhenPossible", PropertyKind.Invariant,
        "An update never shows an invalid entry between two valid ones if some order of single stores, each synced, avoids it.",
        "smmuv3 4.5 (c), I2; goal 'hitless, whenever possible' of the seed", "I2", "B1", "B2", "B3", Seed);

    /// <summary>I2 in the EL2 world.</summary>
    public static Claim HitlessWhenPossibleE2h { get; } = new("HitlessWhenPossibleE2H", PropertyKind.Invariant,
        "HitlessWhenPossible on SMMUs whose stage-1 streams run in the EL2 world (E2H), where S2VMID is ignored.",
        "smmuv3 3.1 note (a): S2VMID is reported used even if STRW=EL2", "I2", Seed);

    /// <summary>IDENTITY to DMA and back.</summary>
    public static Claim IdentityContinuity { get; } = new("IdentityContinuity", PropertyKind.Invariant,
        "Between IDENTITY and a DMA domain, traffic without SubstreamID (an IOMMU_RESV_DIRECT region) is never aborted.",
        "goal of the seed: fully hitless IDENTITY -> DMA -> IDENTITY", Seed);

    /// <summary>I3.</summary>
    public static Claim FinalEqualsTarget { get; } = new("FinalEqualsTarget", PropertyKind.Invariant,
        "After the update the entry in memory is the wanted one, bit by bit; ignored bits are 0 at rest.",
        "smmuv3 4.5 (f), I3", "I3");

    /// <summary>I4, completeness.</summary>
    public static Claim UsedBitsComplete { get; } = new("UsedBitsComplete", PropertyKind.Invariant,
        "What any access gets depends on no bit that the driver's used-bits function leaves out, among the bits its builders set.",
        "smmuv3 3 and 4.5, I4", "I4", "B20");

    /// <summary>I4 on SMMUv3.0.</summary>
    public static Claim UsedBitsCompleteV30 { get; } = new("UsedBitsCompleteV30", PropertyKind.Invariant,
        "UsedBitsComplete on an SMMUv3.0 that looks at S2S in the EATS check even where stage 2 is off (CONSTRAINED UNPREDICTABLE).",
        "smmuv3 2.3, oddity, and 2.4", "I4");

    /// <summary>I4, tightness.</summary>
    public static Claim UsedBitsTight { get; } = new("UsedBitsTight", PropertyKind.Reachable,
        "Every part of the entry that the driver's used-bits function reports matters to some access for some entry.",
        "smmuv3 3.1 notes (a) and (b); a part that never matters only makes needless breaks", "I4", "B2");

    /// <summary>I5.</summary>
    public static Claim EveryPhaseSynced { get; } = new("EveryPhaseSynced", PropertyKind.Action,
        "No batch of stores starts, and no update ends, before CFGI and CMD_SYNC have completed for the batch before.",
        "smmuv3 4.5, I5; 2.1 items 5 and 6", "I5");

    /// <summary>I11.</summary>
    public static Claim BuilderLegal { get; } = new("BuilderLegal", PropertyKind.Invariant,
        "The driver makes no entry that the architecture calls ILLEGAL, on masters that do not both stall and do ATS.",
        "smmuv3 4.5, I11; Arm IHI 0070 5.2 and 5.4", "I11", "B8", "B15", "B22");

    /// <summary>I11, fields that do not exist.</summary>
    public static Claim BuilderKeepsRes0 { get; } = new("BuilderKeepsRes0", PropertyKind.Invariant,
        "The driver sets no field that the SMMU's ID registers make RES0.",
        "smmuv3 8, B6 (ec9098d6bffe); Arm IHI 0070 5.2, SHCFG", "I11", "B6");

    /// <summary>B15.</summary>
    public static Claim ReleasedDoesNotStall { get; } = new("ReleasedDoesNotStall", PropertyKind.Invariant,
        "Faults of a released SVA CD terminate, unless the SMMU can only stall.",
        "smmuv3 8, B15 (b41932f54458): stalled faults of a dead mm delay its exit", "I11", "B15");

    /// <summary>I11 on masters that stall and do ATS.</summary>
    public static Claim BuilderLegalStallAndAts { get; } = new("BuilderLegalStallAndAts", PropertyKind.Invariant,
        "BuilderLegal on masters that both stall and do ATS.",
        "smmuv3 8, residual of B8: S2S=1 with EATS=TRANS", "I11", "B8");

    /// <summary>I4, the builders' side.</summary>
    public static Claim BuilderWithinMask { get; } = new("BuilderWithinMask", PropertyKind.Invariant,
        "The driver sets only bits that its own used-bits function reports for the entry (the driver's WARN).",
        "smmuv3 4.5 (d)", "I4", "B20");

    /// <summary>Three syncs.</summary>
    public static Claim AtMostThreeSyncs { get; } = new("AtMostThreeSyncs", PropertyKind.Invariant,
        "An update waits for at most three CMD_SYNCs.",
        "smmuv3 4.1, invariants claimed; section 7", "I2");

    /// <summary>One word, one sync.</summary>
    public static Claim OneStoreOneSync { get; } = new("OneStoreOneSync", PropertyKind.Invariant,
        "An update whose images differ in one stored word only takes exactly one CMD_SYNC.",
        "smmuv3 2.1 item 7: one field inside one quantum may change on a live entry by one store, CFGI and CMD_SYNC; section 7, cases 7 and 18", "I2");

    /// <summary>The second run.</summary>
    public static Claim SecondRunIdle { get; } = new("SecondRunIdle", PropertyKind.Invariant,
        "An update of an entry to what it already holds stores nothing and syncs nothing.",
        "smmuv3 4.2: set() stores only words that differ, and syncs only if one did", "I3");

    /// <summary>No stale copy.</summary>
    public static Claim NoStaleAfterSync { get; } = new("NoStaleAfterSync", PropertyKind.Invariant,
        "After the update the SMMU holds no word of the entry that differs from memory.",
        "smmuv3 2.1 items 5 and 6", "I5");

    /// <summary>Released SVA CDs.</summary>
    public static Claim ReleaseStaysValid { get; } = new("ReleaseStaysValid", PropertyKind.Invariant,
        "Turning off table 0 of an SVA CD whose mm is gone never shows an invalid CD: it would make a storm of C_BAD_CD.",
        "smmuv3 6.4 and section 7, case 24", "I2");

    /// <summary>Non-vacuity.</summary>
    public static Claim FetcherTears { get; } = new("FetcherTears", PropertyKind.Reachable,
        "The model reaches what it is about: updates end, the SMMU mixes words of two images, keeps an old one, and sees a new one early.",
        "non-vacuity of this model");

    /// <summary>No update hangs.</summary>
    public static Claim EveryUpdateEnds { get; } = new("EveryUpdateEnds", PropertyKind.LeadsTo,
        "Every update ends, however the SMMU reads the entry meanwhile, as long as the CPU goes on and the SMMU consumes its command queue.",
        "smmuv3 2.1 item 6: a CMD_SYNC completes once the commands before it have; arm_smmu_write_entry waits for it without a way out");
}
