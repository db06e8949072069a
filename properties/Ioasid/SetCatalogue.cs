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

    private static IoasidScope Small { get; } = new(2, 2, 1, 2, 0, 2);

    // ioasid_set_put frees the set under members that somebody holds.
    private static Why[] SetDiesFirst { get; } =
    [
        new(SetClaims.OneSetForLife, "the last ioasid_set_put frees the set under members that are held, and the next set is made in its place"),
        new(SetClaims.SetOutlivesMembers, "the last ioasid_set_put frees the set under members that are held"),
        new(SetClaims.NoBadAccess, "the set is used when its last member is put"),
    ];

    // What all posted versions and the document share.
    private static Why[] OnlyLooks { get; } =
    [
        new(SetClaims.EveryoneHears, "ALLOC, BIND and UNBIND go to the set's chain only"),
        new(SetClaims.CalledInOrder, "the system-wide chain, with the IOMMU driver, is walked first"),
        new(SetClaims.ZeroIsReserved, "the caller's minimum decides"),
    ];

    private static Why[] PendingListLock { get; } =
    [
        new(SetClaims.NoLockCycle, "registration takes the pending list's lock first, the end of a set takes it second"),
        new(SetClaims.FreeReturns, "the end of a set waits for the pending list's lock, whose owner waits for it"),
    ];

    private static Why[] Documented { get; } =
    [
        .. SetDiesFirst, .. OnlyLooks,
        new(SetClaims.SpidIsInjective, "nothing says that ioasid_attach_spid looks for the SPID"),
        new(SetClaims.QuotasAddUp, "what is held when its set ends counts nowhere"),
        new(SetClaims.NoGetAfterFree, "ioasid_find_by_spid takes a reference of whatever it finds"),
        new(SetClaims.PendingIsReclaimed, "who gets a reference by SPID after FREE is told of nothing"),
    ];

    private static Why[] Third { get; } =
    [
        .. SetDiesFirst, .. OnlyLooks.Where(why => why.Claim != SetClaims.CalledInOrder), .. PendingListLock,
        new(SetClaims.SpidIsInjective, "ioasid_attach_spid does not look for the SPID"),
        new(SetClaims.QuotasAddUp, "what is held when its set ends counts nowhere"),
        new(SetClaims.NoGetAfterFree, "ioasid_find_by_spid does not look at the state, and has no lock"),
        new(SetClaims.RefusedOnlyWhenFull, "the new quota is compared with what is left"),
        new(SetClaims.PendingIsReclaimed, "FREE does not reach the set's chain"),
        new(SetClaims.EveryCallEndsEachWay, "deferred work is never queued, as nobody hears of FREE"),
        new(SetClaims.EveryWalkIsSeen, "FREE does not reach the set's chain"),
    ];

    private static Why[] Fourth { get; } =
    [
        .. OnlyLooks,
        new(SetClaims.QuotasAddUp, "ioasid_cancel_capacity gives back what nobody reserved"),
        new(SetClaims.NoBadAccess, "ioasid_free_all_in_set looks at the set without the lock"),
        new(SetClaims.NoGetAfterFree, "ioasid_find_by_spid takes a reference of what is FREE_PENDING"),
        new(SetClaims.PendingIsReclaimed, "who gets a reference by SPID after FREE is told of nothing"),
        new(SetClaims.EveryStateIsUsed, "nothing ever becomes ACTIVE"),
    ];

    /// <summary>The system.</summary>
    public static SystemEntry System { get; } = new(
        Name,
        "the extended IOASID core: sets, quotas, SPIDs, references and notifications, in every posted version, as documented, and repaired",
        ["small", "medium", "large"],
        [.. SetProperties.Of(new SetModel(SetRules.Repaired, Scope("small"))).Select(property => property.Claim)],
        [
            Variant("v2", "as posted in August 2020", SetRules.V2,
                [
                    .. SetDiesFirst, .. OnlyLooks,
                    new(SetClaims.SpidIsInjective, "ioasid_attach_spid does not look for the SPID"),
                    new(SetClaims.QuotasAddUp, "ioasid_install_capacity forgets the quotas of sets that are there"),
                    new(SetClaims.ReclaimedAtZero, "each further ioasid_free drops somebody else's reference"),
                    new(SetClaims.RefsAreHolders, "each further ioasid_free drops somebody else's reference"),
                    new(SetClaims.OneFreePerLife, "each ioasid_free sends FREE"),
                    new(SetClaims.OnlyOwnIsFreed, "a set made in the place of a freed one passes for it"),
                    new(SetClaims.RefusedOnlyWhenFull, "the new quota is compared with what is left"),
                    new(SetClaims.FailedAllocLeavesNothing, "the IOASID is returned, though its entry was freed"),
                    .. PendingListLock,
                    new(SetClaims.NoGetAfterFree, "ioasid_find_by_spid does not look at the state, and has no lock"),
                    new(SetClaims.PendingIsReclaimed, "who gets a reference by SPID after FREE is told of nothing"),
                ]),
            Variant("v3", "as posted in September 2020", SetRules.V3, Third),
            Variant("v3-check-fixed", "v3, but that the core's own events pass the check of ioasid_notify", SetRules.V3 with { CoreEventsRefused = false }, Third),
            Variant("v4", "as posted in February 2021 (DCP)", SetRules.V4, Fourth),
            Variant("tdp", "a late form of V4; of the choices here none was read to differ", SetRules.V4, Fourth),
            Variant("document", "as the document of v2 has it", SetRules.Document,
                [
                    .. Documented,
                    new(SetClaims.HandlersDoNotWait, "KVM's handler of BIND calls ioasid_get, which takes the lock that is held"),
                    new(SetClaims.ReclaimedAtZero, "KVM's handler of FREE puts without having got"),
                    new(SetClaims.RefsAreHolders, "KVM's handler of FREE puts without having got"),
                ]),
            Variant("document-locked", "the document, with handlers that use the locked calls and put only what they hold",
                SetRules.Document with { BindHandlersTakeLock = false, HandlersPutBlindly = false }, Documented),
            Variant("document-unlocked", "the document, with events that are sent without the lock, by handlers that put only what they hold",
                SetRules.Document with { NotifiesUnlocked = true, HandlersPutBlindly = false }, Documented),
            Variant("repaired", "our design, which keeps every claim", SetRules.Repaired, []),
            Variant("repaired-no-set-check", "our design, but the set that the caller gives is not looked at", SetRules.Repaired with { ChecksSet = false },
                [
                    new(SetClaims.OnlyOwnIsFreed, "any set will do"), new(SetClaims.PendingIsReclaimed, "who gets through another set is not told"),
                    new(SetClaims.EveryCallEndsEachWay, "EACCES is never returned"),
                ]),
            Variant("repaired-shared-token", "our design, but two sets may have the same mm", SetRules.Repaired with { TokenIsUnique = false },
                [
                    new(SetClaims.OneSetPerMm, "nothing tests it"), new(SetClaims.PendingFollowsSet, "the end of one set deactivates what is on the chain of the other"),
                    new(SetClaims.EveryCallEndsEachWay, "EEXIST is never returned"),
                ]),
            Variant("repaired-any-mm-set", "our design, but KVM may register while the set has members", SetRules.Repaired with { MmNeedsEmptySet = false },
                [new(SetClaims.MmSetIsEmpty, "nothing tests it")]),
            Variant("repaired-stays-active", "our design, but the end of a set leaves records on the pending list active", SetRules.Repaired with { EndDeactivates = false },
                [new(SetClaims.PendingFollowsSet, "the set is gone")]),
            Variant("repaired-get-pending", "our design, but ioasid_get does not refuse what is FREE_PENDING", SetRules.Repaired with { GetRefusesPending = false },
                [
                    new(SetClaims.NoGetAfterFree, "nothing tests it"), new(SetClaims.PendingIsReclaimed, "who gets a reference after FREE is told of nothing"),
                    new(SetClaims.EveryCallEndsEachWay, "EBUSY is never returned"),
                ]),
            Variant("repaired-code-order", "our design with the order of priorities of the code", SetRules.Repaired with { DeviceBeforeIommu = false },
                [new(SetClaims.CalledInOrder, "the IOMMU driver comes before devices")]),
            Variant("repaired-adjust-v2", "our design with the test of ioasid_set_adjust of v2", SetRules.Repaired with { AdjustTestsGrowth = false },
                [new(SetClaims.RefusedOnlyWhenFull, "the new quota is compared with what is left")]),
        ])
    {
        Opens = scope => IoasidScope.Parse(scope, Small).Problem is null,
        ScopeProblem = scope => IoasidScope.Parse(scope, Small).Problem ?? "",
    };

    private static IoasidScope Scope(string scope) => scope switch
    {
        "small" => Small,
        "medium" => Small with { Vms = 2 },
        "large" => new(3, 3, 2, 2, 0, 2),
        _ => IoasidScope.Parse(scope, Small).Scope ?? throw new ArgumentException($"there is no scope {scope}", nameof(scope)),
    };

    private static VariantEntry Variant(string name, string summary, SetRules rules, Why[] violated) => new(
        name,
        summary,
        scope =>
        {
            var model = new SetModel(rules, Scope(scope));
            return new Subject<SetModel, SetsState>(Name, name, scope, model, SetProperties.Of(model), (_, _, _) => []);
        },
        Why.Map(violated));
}
