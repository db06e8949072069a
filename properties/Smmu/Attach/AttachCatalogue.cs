// The system smmu-attach: attach, replace and detach of domains in versions of the SMMUv3 driver, on the hardware.

using Verify.Engine;
using Verify.Smmu.Attach;
using Verify.Smmu.Driver;
using Verify.Smmu.Writers;

namespace Verify.Properties.Smmu.Attach;

/// <summary>The variants of smmu-attach.</summary>
public static class AttachCatalogue
{
    /// <summary>Name of the system.</summary>
    public const string Name = "smmu-attach";

    private static readonly DeviceKind Ats = new(Ats: true);
    private static readonly DeviceKind NoAts = new(Ats: false);

    /// <summary>The system.</summary>
    public static SystemEntry System { get; } = new(
        Name,
        "CPUs attach, replace and detach domains on RIDs and PASIDs in the SMMUv3 driver, unmap, free and exit, while SMMU and devices cache STEs, CDs and translations",
        ["small", "medium", "large"],
        [.. AttachProperties.Of(Model(AttachVersions.V611, Modern(), "medium")).Select(property => property.Claim)],
        [
            Variant("6.9", "the old domain is detached first (smmuv3 6.1)", AttachVersions.V69, Old()),
            Variant("6.11", "prepare, install, commit (smmuv3 6.2, 6.3)", AttachVersions.V611, Modern()),
            Variant("7.0", "6.11's order with invalidation arrays (smmuv3 6.2, 6.5)", AttachVersions.V70, New()),
        ])
    {
        Opens = scope => int.TryParse(scope, out _),
    };

    private static EntryImages Old() => new(new Writer610(), new SteRules(SteUsedBits.V69), new SteBuilderRules { S2StallFollowsMaster = false });

    private static EntryImages Modern() => new(new Writer610(), new SteRules(SteUsedBits.V613), new SteBuilderRules { Mev = false });

    private static EntryImages New() => new(new Writer70(), new SteRules(SteUsedBits.V615, SteSafeBits.V70), new SteBuilderRules());

    private static AttachScope Scope(string scope) => scope switch
    {
        "small" => new(
        [
            .. Machines,
        ], Cpus: 2),
        "medium" => new([new("two devices", [Ats, Ats], DomainKind.S1, DomainKind.S1)], Cpus: 2),
        _ => int.TryParse(scope, out var machine) ? new([Machines[machine]], Cpus: 2) : new([new("two devices", [Ats, Ats], DomainKind.S1, DomainKind.S1, DomainKind.S2) { Pasids = 2 }], Cpus: 2),
    };

    private static AttachMachine[] Machines =>
    [
            new("two S1 domains", [Ats], DomainKind.S1, DomainKind.S1),
            new("S1 and S2", [NoAts], DomainKind.S1, DomainKind.S2),
            new("nested", [Ats], DomainKind.S2, DomainKind.Nested),
            new("S1 and SVA", [Ats], DomainKind.S1, DomainKind.Sva) { Pasids = 1 },
            new("S1 and S2", [Ats], DomainKind.S1, DomainKind.S2) { Pasids = 1 },
            new("two S1", [Ats], DomainKind.S1, DomainKind.S1) { Pasids = 1 },
    ];

    private static AttachModel Model(AttachRules rules, EntryImages images, string scope) => new(rules, images, Scope(scope));

    private static VariantEntry Variant(string name, string summary, AttachRules rules, EntryImages images, params Why[] violated) => new(
        name,
        summary,
        scope =>
        {
            var model = Model(rules, images, scope);
            return new Subject<AttachModel, AttachState>(Name, name, scope, model, AttachProperties.Of(model), (_, _, _) => []);
        },
        Why.Map(violated));
}
