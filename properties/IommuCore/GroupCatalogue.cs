// The system iommu-core: a group of devices, and the IOMMU core's attach, replace and detach, in its versions.

using Verify.Engine;
using Verify.Model.IommuCore;

namespace Verify.Properties.IommuCore;

/// <summary>The variants of iommu-core.</summary>
public static class GroupCatalogue
{
    /// <summary>Name of the system.</summary>
    public const string Name = "iommu-core";

    private static readonly CoreRules _now = new();

    /// <summary>The system.</summary>
    public static SystemEntry System { get; } = new(
        Name,
        "the IOMMU core's attach, replace and detach of a group's RIDs and PASIDs: owners, default domains, resets and page requests, while drivers fail where they may",
        ["small", "medium", "large"],
        [.. GroupProperties.Of(Model(_now, "small")).Select(property => property.Claim)],
        [
            Variant("7.1", "with reset windows and all fixes to them", _now),
        ]);

    private static VariantEntry Variant(string name, string summary, CoreRules rules, params Why[] violated) => new(
        name,
        summary,
        scope =>
        {
            GroupModel model = Model(rules, scope);
            return new Subject<GroupModel, GroupState>(Name, name, scope, model, GroupProperties.Of(model), (_, _, _) => []);
        },
        Why.Map(violated));

    private static GroupModel Model(CoreRules rules, string scope) => scope switch
    {
        "small" => new(rules, new([0, 0], 1, true, true), cpus: 1),
        "medium" => new(rules, new([0, 0], 1, true, true), cpus: 2),
        _ => new(rules, new([0, 0, 0], 2, true, true), cpus: 1),
    };
}
