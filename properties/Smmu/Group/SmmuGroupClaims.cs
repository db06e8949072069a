// What is claimed of the core and the SMMUv3 driver together, beside what is claimed of each.

using Verify.Engine;

namespace Verify.Properties.Smmu.Group;

/// <summary>Claims about how the one calls the other.</summary>
public static class SmmuGroupClaims
{
    private const string Seed = "seeds/001_de57a9bcef67629d";

    /// <summary>The old domain is the old domain.</summary>
    public static Claim OldIsWhatItHas { get; } = new("OldIsWhatItHas", PropertyKind.Action,
        "Where the driver is called, what it takes for the old domain (the core's argument since 6.19, iommu_get_domain_for_dev before) is what it attached there last.",
        "attach 1.2 step 3 (the argument, >=6.19) with smmuv3 6.2, commit: remove_master_domain(old)", "ATT-19");

    /// <summary>They agree.</summary>
    public static Claim CoreAndDriverAgree { get; } = new("CoreAndDriverAgree", PropertyKind.Invariant,
        "While nobody has group->mutex, what the driver attached last to the RID of a device that is not being reset is group->domain, and to a PASID what pasid_array has.",
        "attach 1.8 ATT-6, ATT-10, of what the driver believes and not of what the hardware does", "ATT-6", "ATT-10");

    /// <summary>Both ends of each callback.</summary>
    public static Claim EveryCallbackEndsEachWay { get; } = new("EveryCallbackEndsEachWay", PropertyKind.Reachable,
        "Each callback of the core is seen to succeed in the driver, each that may fail to fail with each error, attach_dev also for the second device; a device is seen to go back.",
        "issue: every error path; seed: attach_dev failure", Seed);

    /// <summary>Calls return.</summary>
    public static Claim EveryCallReturns { get; } = IommuCore.GroupClaims.EveryCallReturns with
    {
        Assuming = "strong fairness of the CPU that has the mutex and of the one that users have, weak fairness of the SMMU",
    };
}
