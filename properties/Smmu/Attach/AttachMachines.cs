// The machines of smmu-attach: what devices and domains there are in each scope.

using Verify.Smmu.Attach;

namespace Verify.Properties.Smmu.Attach;

/// <summary>The machines.</summary>
internal static class AttachMachines
{
    private static readonly DeviceKind Ats = new(Ats: true);
    private static readonly DeviceKind NoAts = new(Ats: false);

    private static readonly IReadOnlyList<AttachMachine> Small =
    [
        new("two S1 domains", [Ats], DomainKind.S1, DomainKind.S1),
        new("S1 and S2 without ATS, two StreamIDs", [NoAts with { TwoStreams = true }], DomainKind.S1, DomainKind.S2),
        new("S1 and S2 and a PASID", [Ats], DomainKind.S1, DomainKind.S2) { Pasids = 1, Without = [Operation.ReleaseDevice] },
        new("nested domain", [Ats], DomainKind.S2, DomainKind.Nested),
        new("S1 and SVA", [Ats], DomainKind.S1, DomainKind.Sva) { Pasids = 1, Without = [Operation.ReleaseDevice, Operation.Unmap] },
    ];

    private static readonly IReadOnlyList<AttachMachine> Medium =
    [
        new("two devices, S1 and S1", [Ats, Ats], DomainKind.S1, DomainKind.S1) { Without = [Operation.ReleaseDevice] },
        new("two devices, S1 and S2", [Ats, NoAts], DomainKind.S1, DomainKind.S2),
        new("two devices, nested", [Ats, Ats], DomainKind.S2, DomainKind.Nested),
        new("two PASIDs", [Ats], DomainKind.S1, DomainKind.Sva) { Pasids = 2, Without = [Operation.ReleaseDevice, Operation.DomainFree] },
        new("two devices, a PASID", [Ats, Ats], DomainKind.S1, DomainKind.Sva) { Pasids = 1, Without = [Operation.ReleaseDevice, Operation.DomainFree] },
    ];

    private static readonly IReadOnlyList<AttachMachine> Large =
    [
        new("two devices, three domains", [Ats, NoAts], DomainKind.S1, DomainKind.S1, DomainKind.S2),
        new("two PASIDs, three domains", [Ats], DomainKind.S1, DomainKind.S1, DomainKind.Sva) { Pasids = 2 },
        new("two devices, a PASID", [Ats, Ats], DomainKind.S1, DomainKind.Sva) { Pasids = 1 },
    ];

    /// <summary>Those of a scope.</summary>
    public static IReadOnlyList<AttachMachine> Of(string scope) => scope switch
    {
        "small" or "tiny" => Small,
        "medium" => Medium,
        _ => Large,
    };
}
