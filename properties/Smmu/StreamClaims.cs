// The claims about attaching domains to a stream and its PASID, in words, each with its origin.

using Verify.Engine;

namespace Verify.Properties.Smmu;

/// <summary>The claims about a stream's STE and CDs together.</summary>
public static class StreamClaims
{
    private const string Seed = "seeds/001_de57a9bcef67629d";

    /// <summary>I1 across tables.</summary>
    public static Claim OldNewOrFault { get; } = new("OldNewOrFault", PropertyKind.Invariant,
        "A device access during an operation gets what it got before, what it gets after, or an abort; never a mix of STE and CDs of both.",
        "smmuv3 4.5 (a), 6.3; attach 1.8 ATT-2", "I1", "ATT-2", Seed);

    /// <summary>I12 across tables.</summary>
    public static Claim NoTransitionalIdentity { get; } = new("NoTransitionalIdentity", PropertyKind.Invariant,
        "No access passes untranslated during an operation of which neither end lets it pass: never IDENTITY between PAGING and BLOCKED.",
        "goal of the seed: PAGING -> BLOCKED never temporarily IDENTITY; smmuv3 4.5 I12", "I12", Seed);

    /// <summary>RESV_DIRECT.</summary>
    public static Claim IdentityContinuity { get; } = new("IdentityContinuity", PropertyKind.Invariant,
        "Between IDENTITY and a paging domain on the RID, an access without PASID (an IOMMU_RESV_DIRECT region) is never aborted.",
        "goal of the seed: fully hitless IDENTITY -> DMA -> IDENTITY", Seed);

    /// <summary>PASIDs survive a RID change.</summary>
    public static Claim RidChangeKeepsPasid { get; } = new("RidChangeKeepsPasid", PropertyKind.Invariant,
        "While the RID's domain changes, an access with an attached PASID is translated by that PASID's CD all the time.",
        "goal of the seed: change of the RID domain while PASIDs are attached; attach 1.8 ATT-12", "ATT-12", Seed);

    /// <summary>The RID survives a PASID change.</summary>
    public static Claim PasidChangeKeepsRid { get; } = new("PasidChangeKeepsRid", PropertyKind.Invariant,
        "While a PASID is attached or removed, an access without PASID gets the same as before or after, all the time.",
        "goal of the seed: full PASID API with IDENTITY/BLOCKED/S1 on the RID; smmuv3 6.3", Seed);

    /// <summary>CD before STE.</summary>
    public static Claim CdValidBeforeStePoints { get; } = new("CdValidBeforeStePoints", PropertyKind.Invariant,
        "An STE that an operation makes point at a CD finds that CD valid in memory.",
        "smmuv3 8, B11 (d2e053d73247); 6.3, order per Arm IHI 0070 3.21.3", "I6", "B11", Seed);

    /// <summary>STE before CD.</summary>
    public static Claim SteLeavesBeforeCdCleared { get; } = new("SteLeavesBeforeCdCleared", PropertyKind.Invariant,
        "CD 0 stays valid in memory as long as the STE that the operation turns away from it still points at it.",
        "smmuv3 8, B11; 6.3", "I6", "B11");

    /// <summary>I5 across tables.</summary>
    public static Claim EveryPhaseSynced { get; } = new("EveryPhaseSynced", PropertyKind.Action,
        "No entry is stored to while another changed entry lacks its CFGI and CMD_SYNC, and no operation ends so.",
        "smmuv3 4.5 I5; 2.1 items 5 and 6", "I5");

    /// <summary>Nothing stale.</summary>
    public static Claim NoStaleAtRest { get; } = new("NoStaleAtRest", PropertyKind.Invariant,
        "Between operations the SMMU holds no word of an STE or CD that differs from memory.",
        "smmuv3 2.1 items 5 and 6", "I5");

    /// <summary>What is attached is what is seen.</summary>
    public static Claim AtRestAsAttached { get; } = new("AtRestAsAttached", PropertyKind.Invariant,
        "Between operations an access gets what the attached domain means: IDENTITY passes, BLOCKED aborts, a paging domain translates by its own ASID or VMID.",
        "attach 1.8 ATT-6, ATT-10; smmuv3 5", "ATT-6", "ATT-10");

    /// <summary>Non-vacuity.</summary>
    public static Claim EveryKindReached { get; } = new("EveryKindReached", PropertyKind.Reachable,
        "Every kind of domain is reached on RID and PASID, and every refusal an access can meet.",
        "non-vacuity of this model");

    /// <summary>No lost sync.</summary>
    public static Claim NoLostSync { get; } = new("NoLostSync", PropertyKind.Invariant,
        "The CPU never waits for a CMD_SYNC that is not in the command queue: no operation gets stuck.",
        "smmuv3 2.1 item 6: only a consumed CMD_SYNC ends the wait", "I5");
}
