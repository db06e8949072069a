// The system ioasid-core: the IOASID core of Linux 5.5, 5.11 and 5.18, with callers of every kind.

using Verify.Engine;
using Verify.Model.Ioasid.Core;

namespace Verify.Properties.Ioasid;

/// <summary>The variants of ioasid-core.</summary>
public static class CoreCatalogue
{
    /// <summary>Name of the system.</summary>
    public const string Name = "ioasid-core";

    private static readonly PlatformRules _orderly = new();
    private static readonly PlatformRules _guest = new() { IgnoresRange = true };
    private static readonly PlatformRules _careless = new() { IgnoresRange = true, Reissues = true };

    /// <summary>The system.</summary>
    public static SystemEntry System { get; } = new(
        Name,
        "the IOASID core of Linux: CPUs allocate, count, free and find IDs and register custom allocators, with the platform's pools behind these",
        ["small", "medium", "large"],
        [.. CoreClaims.Of(new CoreModel(CoreRules.Linux55, Callers.Any, _orderly, Scope("small"))).Select(property => property.Claim)],
        [
            Variant("5.5", "Linux 5.5 (fa83433c92e3): ioasid_free is immediate", CoreRules.Linux55, Callers.Any, _guest),
            Variant("5.11", "Linux 5.11 (cb4789b0d19f): IDs are counted, ioasid_get and ioasid_put", CoreRules.Linux511, Callers.Any, _guest),
            Variant("5.18", "Linux 5.18 (701fac40384f): ioasid_free again", CoreRules.Linux518, Callers.Any, _guest),
            Variant("5.5-careful", "5.5 with callers that keep to every rule", CoreRules.Linux55, Callers.Careful, _orderly),
            Variant("5.11-careful", "5.11 with callers that keep to every rule", CoreRules.Linux511, Callers.Careful, _orderly),
            Variant("5.11-guest-pool", "the same on a platform that issues IDs outside of the range", CoreRules.Linux511, Callers.Careful, _guest),
            Variant("5.11-reissued", "the same on a platform that issues IDs that are in use", CoreRules.Linux511, Callers.Careful, new() { Reissues = true }),
            Variant("5.11-no-getter", "careful callers, but ioasid_find is given no getter", CoreRules.Linux511, Callers.Careful with { GiveGetter = false }, _orderly),
            Variant("5.11-data-freed-after-put", "careful callers, but the last one frees its data after ioasid_put", CoreRules.Linux511, Callers.Careful with { ClearData = false }, _orderly),
            Variant("5.11-unregistered-in-use", "careful callers, but ops are unregistered while IDs are in use", CoreRules.Linux511, Callers.Careful with { UnregisterEmpty = false }, _orderly),
            Variant("5.11-registered-twice", "careful callers, but ops are registered and unregistered again", CoreRules.Linux511, Callers.Careful with { RegisterOnce = false }, _orderly),
            Variant("5.11-strangers", "careful callers, and others that put what they do not hold", CoreRules.Linux511, Callers.Careful with { HaveStrangers = true }, _orderly),
            Variant("5.11-put-at-last-unbind", "VT-d before 62ef907a045e: of all devices only the last one puts", CoreRules.Linux511, Callers.Careful with { PutAtLastUnbind = true }, _orderly),
            Variant("5.11-pasid-cleared-first", "mm->pasid is cleared before the last put", CoreRules.Linux511, Callers.Careful with { ClearPasidFirst = true }, _orderly),
            Variant("no-switch-check", "5.11-careful, but a custom allocator may come while default IDs are in use", CoreRules.Linux511 with { ChecksDefaultEmpty = false }, Callers.Careful, _orderly),
            Variant("no-default-again", "5.11-careful, but the last custom allocator stays active", CoreRules.Linux511 with { ReturnsToDefault = false }, Callers.Careful, _orderly),
            Variant("no-undo", "5.11-careful, but an ID that cannot be stored is not given back", CoreRules.Linux511 with { UndoesFailedStore = false }, Callers.Careful, _orderly),
            Variant("no-grace-period", "5.11-careful, but ioasid_set_data does not wait", CoreRules.Linux511 with { SetDataWaits = false }, Callers.Careful, _orderly),
            Variant("sleeps-under-lock", "5.11-careful, but ioasid_set_data waits before it unlocks", CoreRules.Linux511 with { SleepsUnderLock = true }, Callers.Careful, _orderly),
            Variant("no-rcu-free", "5.11-careful, but an entry is freed as soon as it is removed", CoreRules.Linux511 with { FreesEntryByRcu = false }, Callers.Careful, _orderly),
            Variant("callback-takes-lock", "5.11-careful, but the platform's function calls the core", CoreRules.Linux511 with { CallbackTakesLock = true }, Callers.Careful, _orderly),
            Variant("repaired", "a core that needs no care, with callers and a platform that take none", CoreRules.Repaired, Callers.Any with { HaveStrangers = true }, _careless),
        ]);

    /// <summary>How much there is of everything at a scope.</summary>
    internal static CoreScope Scope(string scope) => scope switch
    {
        "small" => new(Cpus: 2, Ids: 1, Ops: 2, Data: 1, Holders: 2),
        "medium" => new(Cpus: 2, Ids: 2, Ops: 2, Data: 2, Holders: 2),
        _ => new(Cpus: 3, Ids: 2, Ops: 3, Data: 2, Holders: 3),
    };

    private static VariantEntry Variant(string name, string summary, CoreRules rules, Callers callers, PlatformRules platform, params Why[] violated) => new(
        name,
        summary,
        scope =>
        {
            var model = new CoreModel(rules, callers, platform, Scope(scope));
            return new Subject<CoreModel, CoreState>(Name, name, scope, model, CoreClaims.Of(model), (_, _, _) => []);
        },
        Why.Map(violated));
}
