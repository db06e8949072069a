// Claims as theorems: the same sentence for all entries, and the claims that only a proof makes.

using Verify.Engine;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>The claims of theorems about updates of one entry.</summary>
public static class TheoremClaims
{
    /// <summary>No foreign tables.</summary>
    public static Claim NoForeignTables { get; } = new("NoForeignTables", PropertyKind.Theorem,
        "No access is translated by tables or with tags (VMID, ASID, stream world) that are neither those of the old entry nor those of the new one.",
        "smmuv3 4.5 I1 and 2.5: what a mix of two entries would put into the TLB", "I1", "I9");

    /// <summary>I2 for the entries that builders make.</summary>
    public static Claim HitlessOnBuiltEntries { get; } = new("HitlessOnBuiltEntries", PropertyKind.Theorem,
        "HitlessWhenPossible for all entries of the forms that the driver's builders make, whatever domain, CD table or guest they are made for.",
        "smmuv3 4.5 (c), I2; 5, what builders set; goal 'hitless, whenever possible' of the seed", "I2", "B1", "B2", "B3");

    /// <summary>I4, tightness, field by field.</summary>
    public static Claim UsedBitsTight { get; } = EntryClaims.UsedBitsTight with
    {
        Kind = PropertyKind.Theorem,
        Sentence = "No update breaks for the sake of one field alone that could be moved in its first batch without being seen.",
    };

    /// <summary>B3's guard, enough.</summary>
    public static Claim SafeBitsSufficient { get; } = new("SafeBitsSufficient", PropertyKind.Theorem,
        "An entry in which only safe bits are as in the other image is legal, and behaves as it did for every access that can be made meanwhile.",
        "smmuv3 3.2: when EATS is safe; 2.4: EATS=TRANS with S2S=1 is ILLEGAL", "I11", "B3");

    /// <summary>B3's guard, no more than enough.</summary>
    public static Claim SafeBitsNecessary { get; } = new("SafeBitsNecessary", PropertyKind.Theorem,
        "Where one condition of the guard alone makes an update break for EATS, the writer would show an ILLEGAL entry without that condition.",
        "smmuv3 3.2: neither image has S1CHK or S2S", "I2", "B3");

    /// <summary>I11, entries that a guest has a say in.</summary>
    public static Claim NestedLegal { get; } = new("NestedLegal", PropertyKind.Theorem,
        "The driver makes no ILLEGAL entry from a guest's STE that it accepts.",
        "smmuv3 4.5, I11; section 5: of a vSTE the driver validates CFG, EATS and which bits are set, not the values of the other fields", "I11");

    /// <summary>A claim that exploration makes of the entries of its scope, made of all entries.</summary>
    public static Claim Of(Claim claim) => claim with { Kind = PropertyKind.Theorem };
}
