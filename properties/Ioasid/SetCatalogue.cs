// The system ioasid: the extended IOASID core in its versions.

using Verify.Engine;
using Verify.Model.Ioasid;
using Verify.Model.Ioasid.Sets;

namespace Verify.Properties.Ioasid;

/// <summary>The variants of ioasid.</summary>
public static class SetCatalogue
{
    /// <summary>Name of the system.</summary>
    public const string Name = "ioasid";

    /// <summary>The system.</summary>
    public static SystemEntry System { get; } = new(
        Name,
        "the extended IOASID core: sets, quotas, SPIDs, references and notifications, in every posted version, as documented, and repaired",
        ["small", "medium", "large"],
        [.. SetProperties.Of(new SetModel(SetRules.Repaired, Scope("small"))).Select(property => property.Claim)],
        [
            Variant("v2", "as posted in August 2020", SetRules.V2),
            Variant("v3", "as posted in September 2020", SetRules.V3),
            Variant("v4", "as posted in February 2021 (DCP)", SetRules.V4),
            Variant("document", "as the document of v2 has it", SetRules.Document),
            Variant("repaired", "our design, which keeps every claim", SetRules.Repaired),
        ]);

    private static IoasidScope Scope(string scope) => scope switch
    {
        "small" => new(2, 2, 1, 2, 0, 2),
        "medium" => new(2, 2, 2, 2, 0, 2),
        _ => new(3, 3, 2, 2, 0, 2),
    };

    private static VariantEntry Variant(string name, string summary, SetRules rules, params Why[] violated) => new(
        name,
        summary,
        scope =>
        {
            var model = new SetModel(rules, Scope(scope));
            return new Subject<SetModel, SetsState>(Name, name, scope, model, SetProperties.Of(model), (_, _, _) => []);
        },
        Why.Map(violated));
}
