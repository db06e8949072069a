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

    /// <summary>A claim that exploration makes of the entries of its scope, made of all entries.</summary>
    public static Claim Of(Claim claim) => claim with { Kind = PropertyKind.Theorem };
}
