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

    /// <summary>Two PASIDs: one is changed while the other, or the RID, is used.</summary>
    public static AttachMachine TwoPasids { get; } =
        new("two PASIDs", [Ats], DomainKind.S1, DomainKind.Sva) { Pasids = 2, Without = [Operation.ReleaseDevice, Operation.DomainFree] };

    /// <summary>One domain for the PASID of one device and the RID of another.</summary>
    public static AttachMachine SharedDomain { get; } =
        new("two devices share a domain", [Ats, Ats], DomainKind.S1) { Pasids = 1, Without = [Operation.ReleaseDevice, Operation.DomainFree] };

    /// <summary>Two StreamIDs.</summary>
    public static AttachMachine TwoStreams { get; } = new("two StreamIDs", [Ats with { TwoStreams = true }], DomainKind.S1, DomainKind.S2);

    /// <summary>The same, and the second one is listed twice.</summary>
    public static AttachMachine DuplicateStream { get; } = TwoStreams with { Name = "a duplicate StreamID", Devices = [Ats with { TwoStreams = true, Duplicate = true }] };

    /// <summary>A domain that cannot be attached beside PASIDs, for whoever counts these wrong.</summary>
    public static AttachMachine S2AndSva { get; } =
        new("S2 and SVA", [Ats], DomainKind.S2, DomainKind.Sva) { Pasids = 1, Without = [Operation.ReleaseDevice, Operation.Unmap, Operation.DomainFree] };

    /// <summary>Two devices, two PASIDs and three domains, to be attached, replaced and detached.</summary>
    public static AttachMachine TwoOfAll { get; } = new("two devices, two PASIDs, three domains", [Ats, Ats], DomainKind.S1, DomainKind.S1, DomainKind.Sva)
    {
        Pasids = 2,
        Without = [Operation.ReleaseDevice, Operation.DomainFree, Operation.Unmap, Operation.MmRelease],
    };

    private static readonly IReadOnlyList<AttachMachine> Medium =
    [
        .. Small,
        new("two devices, S1 and S1", [Ats, Ats], DomainKind.S1, DomainKind.S1) { Without = [Operation.ReleaseDevice] },
        new("two devices, S1 and S2", [Ats, NoAts], DomainKind.S1, DomainKind.S2),
        new("two devices, nested", [Ats, Ats], DomainKind.S2, DomainKind.Nested),
        TwoPasids,
        new("two devices, a PASID", [Ats, Ats], DomainKind.S1, DomainKind.Sva) { Pasids = 1, Without = [Operation.ReleaseDevice, Operation.DomainFree] },
        TwoOfAll,
    ];

    private static readonly IReadOnlyList<AttachMachine> Large =
    [
        new("two devices, three domains", [Ats, NoAts], DomainKind.S1, DomainKind.S1, DomainKind.S2),
        new("two PASIDs, three domains", [Ats], DomainKind.S1, DomainKind.S1, DomainKind.Sva) { Pasids = 2 },
        new("two devices, a PASID, release and free", [Ats, Ats], DomainKind.S1, DomainKind.Sva) { Pasids = 1 },
        new("two devices, two PASIDs, three domains, mm release", [Ats, Ats], DomainKind.S1, DomainKind.S1, DomainKind.Sva)
        {
            Pasids = 2, Without = [Operation.ReleaseDevice, Operation.DomainFree, Operation.Unmap],
        },
        new("two devices, two PASIDs, three domains, unmap", [Ats, Ats], DomainKind.S1, DomainKind.S1, DomainKind.Sva) { Pasids = 2, Without = [Operation.ReleaseDevice, Operation.DomainFree] },
        new("two devices, two PASIDs, three domains, everything", [Ats, NoAts], DomainKind.S1, DomainKind.S1, DomainKind.Sva) { Pasids = 2 },
    ];

    /// <summary>Those of a scope.</summary>
    /// <param name="scope">Its name: tiny, small, medium or large, or a machine's.</param>
    /// <param name="also">What a variant has beside those of small: machines of medium, or smaller ones, that show what small does not.</param>
    public static IReadOnlyList<AttachMachine> Of(string scope, AttachMachine[] also) => scope switch
    {
        "tiny" => Small,
        "small" => [.. Small, .. also],
        "medium" => [.. Medium.Union(also)],
        "large" => Large,
        _ => [.. All.Where(machine => machine.Name == scope)],
    };

    private static IEnumerable<AttachMachine> All => [.. Medium, SharedDomain, S2AndSva, TwoStreams, DuplicateStream, .. Large];

    /// <summary>Those that are scopes by themselves.</summary>
    public static IEnumerable<string> Names => All.Select(machine => machine.Name);
}
