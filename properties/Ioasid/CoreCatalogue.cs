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

    // What is so in all of 5.5 to 6.3, whatever callers do.
    private static readonly Why[] _always =
    [
        new(CoreClaims.CallsRegisteredOps, "the first of several sharers withdraws its ops, and they are called on"),
        new(CoreClaims.EntryKnowsItsId, "the entry is stored before its ID is written"),
    ];

    // What comes of a map that is left with IDs in it.
    private static readonly Why[] _lost =
    [
        new(CoreClaims.OneMap, "IDs stay behind in the map of an allocator that is not active"), new(CoreClaims.SwitchLeavesNothing, "the map has IDs"),
        new(CoreClaims.IdComesBack, "the ID is not found when it is put"), new(CoreClaims.FreshInRange, "the new pool knows nothing of an ID that is held"),
        new(CoreClaims.ReferencesAreHolders, "who puts the lost ID takes the reference of another's with the same number"),
        new(CoreClaims.PlatformKeepsBook, "who puts the lost ID frees another's with the same number"),
    ];

    // What comes of list nodes that are linked again.
    private static readonly Why[] _list =
    [
        new(CoreClaims.LinkedWhereRegistered, "the node of ops that are registered already is linked again"),
        new(CoreClaims.NobodyHangs, "a walk along the list, with the lock, leads into freed memory or does not end"),
    ];

    private static readonly Why[] _anyCaller =
    [
        .. _always, .. _lost, .. _list,
        new(CoreClaims.NoUseAfterFree, "no getter, or data freed after the ID: nothing keeps it"),
    ];

    /// <summary>The system.</summary>
    public static SystemEntry System { get; } = new(
        Name,
        "the IOASID core of Linux: CPUs allocate, count, free and find IDs and register custom allocators, with the platform's pools behind these",
        ["small", "medium", "large"],
        [.. CoreClaims.Of(new CoreModel(CoreRules.Linux55, Callers.Any, _orderly, Scope("small"))).Select(property => property.Claim)],
        [
            Variant("5.5", "Linux 5.5 (fa83433c92e3): ioasid_free is immediate", CoreRules.Linux55, Callers.Any, _guest, _anyCaller),
            Variant("5.11", "Linux 5.11 (cb4789b0d19f): IDs are counted, ioasid_get and ioasid_put", CoreRules.Linux511, Callers.Any, _guest, _anyCaller),
            Variant("5.18", "Linux 5.18 (701fac40384f): ioasid_free again", CoreRules.Linux518, Callers.Any, _guest, _anyCaller),
            Variant("5.5-careful", "5.5 with callers that keep to every rule", CoreRules.Linux55, Callers.Careful, _orderly, _always),
            Careful("5.11-careful", "5.11 with callers that keep to every rule", new()),
            Variant("5.11-guest-pool", "the same on a platform that issues IDs outside of the range", CoreRules.Linux511, Callers.Careful, _guest,
                [.. _always, new(CoreClaims.FreshInRange, "the host decides, and the core does not look again")]),
            Variant("5.11-reissued", "the same on a platform that issues IDs that are in use", CoreRules.Linux511, Callers.Careful, new() { Reissues = true },
                [.. _always, new(CoreClaims.PlatformKeepsBook, "the core finds the ID mapped, and gives it back while it is in use")]),
            Careless("5.11-no-getter", "careful callers, but ioasid_find is given no getter", Callers.Careful with { GiveGetter = false },
                new Why(CoreClaims.NoUseAfterFree, "nothing keeps the data once ioasid_find has left its RCU section")),
            Careless("5.11-data-freed-after-put", "careful callers, but the last one frees its data after ioasid_put", Callers.Careful with { ClearData = false },
                new Why(CoreClaims.NoUseAfterFree, "ioasid_put does not wait for readers, and the getter touches what is freed")),
            Careless("5.11-unregistered-in-use", "careful callers, but ops are unregistered while IDs are in use", Callers.Careful with { UnregisterEmpty = false }, _lost),
            Careless("5.11-registered-twice", "careful callers, but ops are registered that are registered already", Callers.Careful with { RegisterOnce = false }, _list),
            Careless("5.11-unregistered-twice", "careful callers, but ops are unregistered that are not registered", Callers.Careful with { UnregisterOnce = false },
                new Why(CoreClaims.LinkedWhereRegistered, "the allocator goes with its last sharer, whoever asks")),
            Careless("5.11-strangers", "careful callers, and others that put what they do not hold", Callers.Careful with { HaveStrangers = true },
                new Why(CoreClaims.OneMap, "an ID is freed that somebody holds"), new Why(CoreClaims.FreshInRange, "an ID is freed that somebody holds, and allocated again"),
                new Why(CoreClaims.ReferencesAreHolders, "a reference goes, its holder does not know"),
                new Why(CoreClaims.PlatformKeepsBook, "the platform has an ID back that somebody holds")),
            Careless("5.11-put-at-last-unbind", "VT-d before 62ef907a045e: of all devices only the last one puts", Callers.Careful with { PutAtLastUnbind = true },
                new Why(CoreClaims.ReferencesAreHolders, "a device takes its reference away with it"), new Why(CoreClaims.IdComesBack, "the count never comes to 0"),
                new Why(CoreClaims.SwitchLeavesNothing, "nobody holds the ID, and it is still mapped")),
            Careless("5.11-pasid-cleared-first", "mm->pasid is cleared before the last put (August 2021)", Callers.Careful with { ClearPasidFirst = true },
                new Why(CoreClaims.ReferencesAreHolders, "nobody holds the ID, and its count is 1"), new Why(CoreClaims.IdComesBack, "nobody knows the ID any more"),
                new Why(CoreClaims.SwitchLeavesNothing, "nobody holds the ID, and it is still mapped"), new Why(CoreClaims.CallsSucceed, "nothing is ever freed")),
            Careful("no-switch-check", "5.11-careful, but a custom allocator may come while default IDs are in use", new() { ChecksDefaultEmpty = false },
                [.. _lost, new(CoreClaims.CallsFail, "never -EAGAIN")]),
            Careful("no-default-again", "5.11-careful, but the last custom allocator stays active", new() { ReturnsToDefault = false },
                [.. _lost, new(CoreClaims.DefaultIfNoCustom, "the allocator is gone, and active")]),
            Careful("no-undo", "5.11-careful, but an ID that cannot be stored is not given back", new() { UndoesFailedStore = false },
                new Why(CoreClaims.IdComesBack, "the platform keeps an ID that nobody has been told of")),
            Careful("no-grace-period", "5.11-careful, but ioasid_set_data does not wait", new() { SetDataWaits = false },
                new Why(CoreClaims.NoUseAfterFree, "old data is freed under a reader"), new Why(CoreClaims.RacesHappen, "nobody waits for a reader")),
            Careful("sleeps-under-lock", "5.11-careful, but ioasid_set_data waits before it unlocks", new() { SleepsUnderLock = true },
                new Why(CoreClaims.NoSleepUnderLock, "ioasid_set_data has the lock while it waits")),
            Careful("no-rcu-free", "5.11-careful, but an entry is freed as soon as it is removed", new() { FreesEntryByRcu = false },
                new Why(CoreClaims.EntryOutlivesReaders, "a reader has found it before")),
            Careful("callback-takes-lock", "5.11-careful, but the platform's function calls the core", new() { CallbackTakesLock = true },
                new Why(CoreClaims.NobodyHangs, "the CPU waits for a lock that it has itself"), new Why(CoreClaims.CallsSucceed, "no custom allocator ever gives an ID"),
                new Why(CoreClaims.CallsFail, "the platform never answers")),
            Variant("repaired", "a core that needs no care, with callers and a platform that take none", CoreRules.Repaired, Callers.Any with { HaveStrangers = true }, _careless),
        ]);

    /// <summary>How much there is of everything at a scope.</summary>
    internal static CoreScope Scope(string scope) => scope switch
    {
        "small" => new(Cpus: 2, Ids: 1, Ops: 2, Data: 1, Holders: 2),
        "medium" => new(Cpus: 2, Ids: 2, Ops: 2, Data: 1, Holders: 2),
        _ => new(Cpus: 3, Ids: 1, Ops: 3, Data: 1, Holders: 2),
    };

    // 5.11 with careful callers, and one rule changed.
    private static VariantEntry Careful(string name, string summary, CoreRules rules, params Why[] violated) =>
        Variant(name, summary, rules with { HasReferences = true }, Callers.Careful, _orderly, [.. _always, .. violated]);

    // 5.11 with callers that are careful but for one thing.
    private static VariantEntry Careless(string name, string summary, Callers callers, params Why[] violated) =>
        Variant(name, summary, CoreRules.Linux511, callers, _orderly, [.. _always, .. violated]);

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
