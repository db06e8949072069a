// The system smmu-attach: attach, replace and detach of domains in versions of the SMMUv3 driver, on the hardware.

using Verify.Engine;
using Verify.Smmu.Attach;
using Verify.Smmu.Driver;
using Verify.Smmu.Writers;
using static Verify.Properties.Smmu.Attach.AttachVersions;
using static Verify.Smmu.Attach.Stage;

namespace Verify.Properties.Smmu.Attach;

/// <summary>The variants of smmu-attach.</summary>
public static class AttachCatalogue
{
    /// <summary>Name of the system.</summary>
    public const string Name = "smmu-attach";

    internal static readonly Lazy<EntryImages> Images69 = new(() => new(new Writer610(), new SteRules(SteUsedBits.V69), new SteBuilderRules { S2StallFollowsMaster = false }));

    internal static readonly Lazy<EntryImages> Images613 = new(() => new(new Writer610(), new SteRules(SteUsedBits.V613), new SteBuilderRules { Mev = false }));

    internal static readonly Lazy<EntryImages> Images615 = new(() => new(new Writer610(), new SteRules(SteUsedBits.V615), new SteBuilderRules()));

    internal static readonly Lazy<EntryImages> Images70 = new(() => new(new Writer70(), new SteRules(SteUsedBits.V615, SteSafeBits.V70), new SteBuilderRules()));

    // The release notifier of an mm takes the list's lock, remove_dev_pasid takes asid_lock.
    private static readonly Why[] ReleaseRace =
    [
        new(AttachClaims.OldNewOrFault, "the release notifier writes a CD that remove_dev_pasid has cleared: it is valid, and on no list"),
        new(AttachClaims.AtcIsCovered, "such a CD brings pages back into the ATC, and nobody is on the list"),
        new(AttachClaims.FormerLivesAreGone, "such a CD is there when the mm is gone"),
        new(AttachClaims.AccountsAgree, "writing such a CD counts in used_ssids, and nobody takes it back"),
        new(AttachClaims.OneWriterPerEntry, "the release notifier and remove_dev_pasid write one CD"),
    ];

    // And, where a PASID's domain can be replaced, the same with set_dev_pasid.
    private static readonly Why[] ReplaceRace =
    [
        .. ReleaseRace,
        new(AttachClaims.RidChangeKeepsPasid, "the release notifier of the replaced domain writes the CD of the new one"),
        new(AttachClaims.AtRestAsAttached, "the release notifier of the replaced domain writes the CD of the new one"),
        new(AttachClaims.PasidChangeKeepsRid, "the same, while another PASID is changed"),
    ];

    private static readonly Why UnrefRace =
        new(AttachClaims.UnmapReachesAll, "one CPU takes a tag for unused and flushes it after another has published it again and filled the TLB: an unmap in between finds nothing in the array");

    private static readonly Why Gone = new(AttachClaims.NoAtcInvToTheGone, "a walk finds the master, and its ATC_INV is sent after the device is released");

    /// <summary>The system.</summary>
    public static SystemEntry System { get; } = new(
        Name,
        "CPUs attach, replace and detach domains on RIDs and PASIDs in the SMMUv3 driver, unmap, free and exit, while SMMU and devices cache STEs, CDs and translations",
        ["small", "medium", "large"],
        [.. AttachProperties.Of(new(Repaired, Images70.Value, AttachScopes.Of("small", Repaired, [], []))).Select(property => property.Claim)],
        [
            Variant("6.9", "the old domain is detached first, ATS is off meanwhile (smmuv3 6.1)", V69, Images69,
                new Why(AttachClaims.AtsOrder, "release_device writes ABORT first"),
                new Why(AttachClaims.AccountsAgree, "an attach that fails leaves ats_enabled set"),
                new Why(AttachClaims.StaticNeverFails, "-EBUSY while PASIDs are attached [as recalled]"),
                new Why(AttachClaims.RidMayChange, "-EBUSY while PASIDs are attached"),
                new Why(AttachClaims.EveryKindIsAttached, "no PASIDs beside IDENTITY and BLOCKED"),
                new Why(AttachClaims.FailureLeavesHardware, "ATS is off by the time that the CD table is allocated"),
                Gone),
            Variant("6.11", "prepare, install, commit (smmuv3 6.2, 6.3)", V611, Images613,
                [.. ReleaseRace, new Why(AttachClaims.UnmapReachesAll, "a walk passes over a master whose ats_enabled is set after PCI ATS is on (new)"), Gone]),
            Variant("6.13", "6.11 with nested domains", V613, Images613,
                [
                    .. ReleaseRace,
                    new Why(AttachClaims.UnmapReachesAll, "a walk passes over a master whose ats_enabled is set after PCI ATS is on (new)"),
                    new Why(AttachClaims.NothingIsInTheWay, "a CD that the release notifier writes again counts in used_ssids for good: S2 is refused with no PASID attached (new)"),
                    Gone,
                ],
                AttachMachines.S2AndSva),
            Variant("6.15", "6.13 with the masks of 6.15, MEV among them, and with PASID replace", V613 with { ReplacesPasid = true }, Images615,
                [
                    .. ReplaceRace,
                    new Why(AttachClaims.HitlessWhenPossible, "MEV and EATS make a break between a nested domain and its parent (B1, B2)"),
                    new Why(AttachClaims.UnmapReachesAll, "a walk passes over a master whose ats_enabled is set after PCI ATS is on (new)"),
                    Gone,
                ],
                AttachMachines.TwoPasids),
            Variant("7.0", "6.13's order with invalidation arrays (smmuv3 6.2, 6.5), and the lock of these [as recalled]", V70, Images70,
                [.. ReplaceRace, new Why(AttachClaims.UnmapReachesAll, "an array is read before the TLB is clean: who attaches in between gets the page from the TLB into its ATC")], AttachMachines.TwoPasids),
            Variant("7.0-no-rwlock", "7.0 where detach does not wait for who walks an array", V70 with { WalkHoldsMasters = false }, Images70,
                [.. ReplaceRace, new Why(AttachClaims.UnmapReachesAll, "an array is read before the TLB is clean: who attaches in between gets the page from the TLB into its ATC"), Gone], AttachMachines.TwoPasids),
            Variant("6.13-walks-all", "6.13 with a walk that passes over nobody on the list, and a release notifier that takes asid_lock",
                V613 with { WalkChecksMasterAts = false, MmRelease = V69.MmRelease }, Images613,
                Gone),
            Variant("repaired", "7.0 with a release notifier that takes asid_lock, and unmaps that read the array again once the TLB is clean", Repaired, Images70),
            Variant("7.0-locked-release", "7.0 with a release notifier that takes asid_lock", V70 with { MmRelease = Repaired.MmRelease }, Images70,
                new Why(AttachClaims.UnmapReachesAll, "an array is read before the TLB is clean: who attaches in between gets the page from the TLB into its ATC")),
            Mistake("ats-before-ste", "PCI ATS is enabled before the STE has EATS", r => r with { Paging = r.Paging.Move(PciAtsOn, InstallSte), SetPasid = r.SetPasid.Move(PciAtsOn, UpdateSte) },
                new Why(AttachClaims.AtsOrder, "translation requests come before EATS")),
            Mistake("ste-before-ats-off", "the STE loses EATS before PCI ATS is disabled", r => r with { Static = r.Static.Move(PciAtsOff, AtcInv), Release = r.Release.Move(PciAtsOff, AtcInv) },
                new Why(AttachClaims.AtsOrder, "translation requests come after EATS")),
            Mistake("list-after-flush", "the new domain learns of the master after the ATC is flushed",
                r => r with { Paging = r.Paging.Move(ListAdd, ListDel).Move(PublishInvs, ListDel) },
                new Why(AttachClaims.UnmapReachesAll, "an unmap does not know of a device that translates"),
                new Why(AttachClaims.AtcIsCovered, "the device translates, and is on no list"),
                new Why(AttachClaims.FreeTagsAreClean, "the tag is used before the array has it")),
            Mistake("list-del-first", "the old domain forgets the master before the STE leaves it",
                r => r with { Paging = [.. r.Paging.Without(UnrefInvs, FlushOldTag).Move(ListDel, WriteCd).SelectMany(s => s == WriteCd ? (Stage[])[UnrefInvs, FlushOldTag, s] : [s])],
                    Static = [LockAsid, PciAtsOff, ListDel, UnrefInvs, FlushOldTag, InstallSte, AtcInv, PciAtsOn, SetMasterAts, UnlockAsid, ClearCd0] },
                new Why(AttachClaims.OldNewOrFault, "a device still translates by a tag that has been given to another domain"),
                new Why(AttachClaims.UnmapReachesAll, "an unmap does not know of a device that translates"),
                new Why(AttachClaims.AtcIsCovered, "the device translates, and is on no list"),
                new Why(AttachClaims.FormerLivesAreGone, "the tag is flushed while it is used"),
                new Why(AttachClaims.FreeTagsAreClean, "the tag is flushed while it is used")),
            Mistake("cd-cleared-first", "CD 0 is cleared before the STE leaves it (B11)", r => r with { Paging = r.Paging.Move(ClearCd0, InstallSte), Static = r.Static.Move(ClearCd0, InstallSte) },
                new Why(AttachClaims.IdentityContinuity, "the STE points at a CD with V=0"),
                new Why(AttachClaims.HitlessWhenPossible, "the STE points at a CD with V=0"),
                new Why(AttachClaims.CdIsValidWhileUsed, "the STE points at a CD with V=0")),
            Mistake("cd-after-ste", "the STE is installed before CD 0 is written (B11)", r => r with { Paging = r.Paging.Move(InstallSte, WriteCd) },
                new Why(AttachClaims.IdentityContinuity, "the STE points at a CD with V=0"),
                new Why(AttachClaims.HitlessWhenPossible, "the STE points at a CD with V=0"),
                new Why(AttachClaims.CdIsValidWhileUsed, "the STE points at a CD with V=0")),
            Mistake("early-unlock", "asid_lock is released before a PASID's CD is written or cleared",
                r => r with { SetPasid = r.SetPasid.Move(UnlockAsid, WriteCd), RemovePasid = r.RemovePasid.Move(UnlockAsid, ClearCd) },
                [.. ReplaceRace, UnrefRace], AttachMachines.TwoPasids, AttachMachines.SharedDomain),
            Mistake("no-lock", "attaches take no lock", r => r with
            {
                Paging = r.Paging.Without(LockAsid, UnlockAsid), Static = r.Static.Without(LockAsid, UnlockAsid), SetPasid = r.SetPasid.Without(LockAsid, UnlockAsid),
                RemovePasid = r.RemovePasid.Without(LockAsid, UnlockAsid), Release = r.Release.Without(LockAsid, UnlockAsid), MmRelease = r.MmRelease.Without(LockAsid, UnlockAsid),
            },
                [.. ReplaceRace, UnrefRace], AttachMachines.TwoPasids, AttachMachines.SharedDomain),
            Mistake("no-unlock-on-error", "an attach that fails keeps asid_lock", r => r with { UnlocksOnError = false },
                new Why(AttachClaims.NothingIsInTheWay, "it has returned with the lock"),
                new Why(AttachClaims.EveryOperationEnds, "whoever comes next waits for the lock"),
                new Why(AttachClaims.NobodyHangs, "all wait for the lock")),
            Mistake("no-atc-inv", "an attach does not flush the ATC", r => r with { Paging = r.Paging.Without(AtcInv), SetPasid = r.SetPasid.Without(AtcInv) },
                new Why(AttachClaims.OldNewOrFault, "the ATC has pages of the old domain"),
                new Why(AttachClaims.NoTransitionalIdentity, "the ATC has what S1DSS=BYPASS let pass"),
                new Why(AttachClaims.UnmapReachesAll, "the ATC has pages of the old domain, which forgets it"),
                new Why(AttachClaims.AtcIsCovered, "the old domain forgets the device"),
                new Why(AttachClaims.FormerLivesAreGone, "the old domain is freed")),
            Mistake("no-atc-inv-at-remove", "remove_dev_pasid does not flush the ATC", r => r with { RemovePasid = r.RemovePasid.Without(AtcInv) },
                new Why(AttachClaims.OldNewOrFault, "the ATC has pages of the domain that is removed"),
                new Why(AttachClaims.UnmapReachesAll, "that domain forgets the device"),
                new Why(AttachClaims.AtcIsCovered, "that domain forgets the device"),
                new Why(AttachClaims.FormerLivesAreGone, "that domain is freed")),
            Mistake("atc-inv-before-ste", "the ATC is flushed before the STE changes", r => r with { Paging = r.Paging.Move(AtcInv, WriteCd), SetPasid = r.SetPasid.Move(AtcInv, WriteCd) },
                new Why(AttachClaims.OldNewOrFault, "the ATC is filled again by the old STE or CD"),
                new Why(AttachClaims.NoTransitionalIdentity, "the ATC is filled again by S1DSS=BYPASS"),
                new Why(AttachClaims.UnmapReachesAll, "the old domain forgets the device"),
                new Why(AttachClaims.AtcIsCovered, "the old domain forgets the device"),
                new Why(AttachClaims.FormerLivesAreGone, "the old domain is freed")),
            Mistake("atc-inv-not-waited", "nobody waits for the ATC's flush", r => r with { SyncsAtcInv = false },
                new Why(AttachClaims.OldNewOrFault, "the attach is over, and the flush is not"),
                new Why(AttachClaims.NoTransitionalIdentity, "the attach is over, and the flush is not"),
                new Why(AttachClaims.UnmapReachesAll, "the unmap is over, and the flush is not"),
                new Why(AttachClaims.AtcIsCovered, "the old domain forgets the device before"),
                new Why(AttachClaims.FormerLivesAreGone, "the old domain is freed before"),
                new Why(AttachClaims.NoAtcInvToTheGone, "the device is released before")),
            Mistake("cfgi-not-waited", "nobody waits for CFGI", r => r with { SyncsWrites = false },
                new Why(AttachClaims.OldNewOrFault, "copies of the old STE or CD outlive the attach"),
                new Why(AttachClaims.NoTransitionalIdentity, "a copy of the STE of IDENTITY outlives the attach"),
                new Why(AttachClaims.IdentityContinuity, "old and new copies of STE and CD meet"),
                new Why(AttachClaims.HitlessWhenPossible, "old and new copies of STE and CD meet"),
                new Why(AttachClaims.PasidChangeKeepsRid, "old and new copies of STE and CD meet"),
                new Why(AttachClaims.AtRestAsAttached, "copies of the old STE or CD outlive the attach")),
            Mistake("no-tag-flush", "a tag that no array has any more is not flushed", r => r with
            {
                Paging = r.Paging.Without(FlushOldTag), Static = r.Static.Without(FlushOldTag), SetPasid = r.SetPasid.Without(FlushOldTag), RemovePasid = r.RemovePasid.Without(FlushOldTag),
                Release = r.Release.Without(FlushOldTag),
            },
                new Why(AttachClaims.OldNewOrFault, "the next domain with the tag hits entries of a former one"),
                new Why(AttachClaims.UnmapReachesAll, "an unmap finds no tag in the array, and flushes nothing"),
                new Why(AttachClaims.FormerLivesAreGone, "the tag is given out again"),
                new Why(AttachClaims.FreeTagsAreClean, "nobody flushes it")),
            Mistake("tag-flush-before-ste", "the old tag is flushed before the STE leaves it",
                r => r with { Static = [LockAsid, PciAtsOff, FlushOldTag, InstallSte, AtcInv, PciAtsOn, ListDel, UnrefInvs, SetMasterAts, UnlockAsid, ClearCd0] },
                new Why(AttachClaims.OldNewOrFault, "the next domain with the tag hits entries of a former one"),
                new Why(AttachClaims.UnmapReachesAll, "an unmap finds no tag in the array, and flushes nothing"),
                new Why(AttachClaims.FormerLivesAreGone, "the tag is used after its flush, and given out again"),
                new Why(AttachClaims.FreeTagsAreClean, "the tag is used after its flush")),
            Mistake("unmap-atc-first", "an unmap flushes ATCs before the TLB", r => r with { Unmap = [ClearPte, ReadInvs, AtcInvFound, TlbiFound] },
                new Why(AttachClaims.UnmapReachesAll, "the ATC is filled again from the TLB")),
            Mistake("unmap-reads-first", "an unmap reads the array before it clears the PTE", r => r with { Unmap = [ReadInvs, ClearPte, TlbiFound, AtcInvFound] },
                new Why(AttachClaims.UnmapReachesAll, "who attaches before the PTE is clear is not known")),
            Mistake("unmap-no-atc", "an unmap flushes no ATC", r => r with { Unmap = r.Unmap.Without(AtcInvFound) },
                new Why(AttachClaims.UnmapReachesAll, "the ATC keeps the page")),
            Mistake("unmap-tlbi-first", "an unmap flushes the TLB before the PTE is clear", r => r with { Unmap = [ReadInvs, TlbiFound, AtcInvFound, ClearPte] },
                new Why(AttachClaims.UnmapReachesAll, "the page is walked to again")),
            Mistake("no-guest-flush", "an unmap in a nest parent leaves the guest's stage-1 entries", r => r with { FlushesGuests = false },
                new Why(AttachClaims.OldNewOrFault, "the VMID is given out again with such entries"),
                new Why(AttachClaims.UnmapReachesAll, "the guest still translates by such entries"),
                new Why(AttachClaims.FormerLivesAreGone, "the VMID is given out again with such entries"),
                new Why(AttachClaims.FreeTagsAreClean, "such entries stay")),
            Mistake("one-stream", "the STE of a master's first StreamID alone is written", r => r with { InstallsEveryStream = false },
                new Why(AttachClaims.IdentityContinuity, "the other stream is still aborted"),
                new Why(AttachClaims.HitlessWhenPossible, "the other stream is still aborted"),
                new Why(AttachClaims.AtRestAsAttached, "the other stream keeps its STE")),
            Mistake("dss-terminate", "S1DSS says TERMINATE for IDENTITY beside PASIDs", r => r with { DssFollowsRid = false },
                new Why(AttachClaims.IdentityContinuity, "IDENTITY is aborted beside PASIDs"),
                new Why(AttachClaims.HitlessWhenPossible, "IDENTITY is aborted beside PASIDs"),
                new Why(AttachClaims.PasidChangeKeepsRid, "the first PASID cuts IDENTITY off"),
                new Why(AttachClaims.AtRestAsAttached, "IDENTITY is aborted beside PASIDs")),
            Mistake("static-drops-pasids", "IDENTITY and BLOCKED take the STE from the CD table although PASIDs are attached", r => r with { StaticKeepsPasids = false },
                [
                    new Why(AttachClaims.RidChangeKeepsPasid, "PASIDs are cut off"),
                    new Why(AttachClaims.PasidChangeKeepsRid, "other PASIDs are cut off, and stay so"),
                    new Why(AttachClaims.AtRestAsAttached, "PASIDs are cut off"),
                    new Why(AttachClaims.AtsOrder, "ATS stays on for the PASIDs, and EATS goes"),
                ],
                AttachMachines.TwoPasids),
            Mistake("static-allocates", "attaching IDENTITY or BLOCKED needs memory", r => r with { Static = [LockAsid, AllocStatic, .. r.Static.Skip(1)] },
                new Why(AttachClaims.StaticNeverFails, "-ENOMEM"),
                new Why(AttachClaims.FailureLeavesHardware, "it fails within remove_dev_pasid, which has cleared the CD")),
            Mistake("alloc-late", "memory is allocated after the CD is written", r => r with { Paging = r.Paging.Move(AllocMasterDomain, ClearCd0) },
                new Why(AttachClaims.AtcIsCovered, "the CD that is written is in use: a failed S1 -> S1 leaves the device with the new domain, on no list"),
                new Why(AttachClaims.FreeTagsAreClean, "the device uses a tag that no array has"),
                new Why(AttachClaims.FailureLeavesHardware, "the CD is written")),
            Mistake("cd-table-unchecked", "a CD table that could not be allocated passes for one (B17)", r => r with { ReportsCdTable = false },
                new Why(AttachClaims.CdTableIsThere, "the STE points to nothing")),
            Mistake("rid-unchecked", "set_dev_pasid does not look what the RID has (B12)", r => r with { ChecksRid = false },
                new Why(AttachClaims.IdentityContinuity, "IDENTITY after S2 has a CD table, for which the STE takes a break"),
                new Why(AttachClaims.RidChangeKeepsPasid, "the STE of S2 has no CD table"),
                new Why(AttachClaims.EveryResultIsSeen, "set_dev_pasid is never refused for what the RID has"),
                new Why(AttachClaims.AtRestAsAttached, "the CD is written, and no STE leads to it")),
            Mistake("wrong-pasid", "ATC_INV names another PASID than that which changed (B13)", r => r with { AtcInvNamesSsid = false },
                new Why(AttachClaims.OldNewOrFault, "the ATC keeps pages of the PASID that was removed"),
                new Why(AttachClaims.UnmapReachesAll, "the domain forgets the device"),
                new Why(AttachClaims.AtcIsCovered, "the domain forgets the device"),
                new Why(AttachClaims.FormerLivesAreGone, "the domain is freed")),
            Mistake("bind-without-mm", "set_dev_pasid does not hold the mm", r => r with { BindHoldsMm = false },
                new Why(AttachClaims.OldNewOrFault, "a PASID is attached to an mm that is gone"),
                new Why(AttachClaims.NoFreedTable, "the CD is written after the release notifier has run"),
                new Why(AttachClaims.FormerLivesAreGone, "the ATC has pages of an mm that is gone")),
            Mistake("release-clears", "the release notifier clears CDs", r => r with { ReleaseKeepsValid = false },
                new Why(AttachClaims.ReleasedStaysValid, "V=0"),
                new Why(AttachClaims.AtsOrder, "used_ssids drops under an attach of IDENTITY, which takes EATS away while ATS is on"),
                new Why(AttachClaims.AccountsAgree, "clearing the CD counts in used_ssids")),
            Flawed("6.13-free-tag-first", "6.13-walks-all where the ASID is given back before it is flushed",
                V613 with { WalkChecksMasterAts = false, MmRelease = V69.MmRelease, Free = [FreeTag, Tlbi, FreeTables] }, Images613,
                new Why(AttachClaims.OldNewOrFault, "two domains have one tag"),
                new Why(AttachClaims.AtcIsCovered, "the ATC is filled from the TLB with pages of the other domain"),
                new Why(AttachClaims.FormerLivesAreGone, "the ATC is filled from the TLB with pages of the other domain, which is freed"),
                new Why(AttachClaims.FreeTagsAreClean, "the tag is given back before its flush"),
                Gone),
            Flawed("6.13-free-no-tlbi", "6.13-walks-all where domain_free does not flush the tag",
                V613 with { WalkChecksMasterAts = false, MmRelease = V69.MmRelease, Free = [FreeTables, FreeTag] }, Images613,
                new Why(AttachClaims.OldNewOrFault, "the next domain with the tag hits entries of a former one"),
                new Why(AttachClaims.FormerLivesAreGone, "the tag is given out again"),
                new Why(AttachClaims.FreeTagsAreClean, "nobody flushes it"),
                Gone),
            Flawed("6.13-count-late", "6.13-walks-all where nr_ats_masters grows after PCI ATS is on",
                V613 with { WalkChecksMasterAts = false, MmRelease = V69.MmRelease, Paging = V613.Paging.Move(NrAtsInc, ListDel), SetPasid = V613.SetPasid.Move(NrAtsInc, ListDel) }, Images613,
                new Why(AttachClaims.UnmapReachesAll, "an unmap reads a count of 0 while the device does ATS"),
                new Why(AttachClaims.AtcIsCovered, "the device does ATS, and does not count"),
                Gone),
        ])
    {
        Further = AttachScopes.Further,
        Opens = AttachScopes.Opens,
        ScopeProblem = _ => $"its state has room for {AttachState.MostDevices} devices, {AttachState.MostPasids} PASIDs, {AttachState.MostDomains} domains and {AttachState.MostCpus} CPUs; "
            + $"each machine of medium and large is a scope, too: {string.Join(", ", AttachMachines.Names.Select(name => $"'{name}'"))}",
    };

    private static VariantEntry Mistake(string name, string summary, Func<AttachRules, AttachRules> change, params Why[] violated) =>
        Flawed($"repaired-{name}", summary, change(Repaired), Images70, violated);

    private static VariantEntry Mistake(string name, string summary, Func<AttachRules, AttachRules> change, Why[] violated, params AttachMachine[] also) =>
        Entry($"repaired-{name}", summary, change(Repaired), Images70, violated, also, [AttachMachines.TwoOfAll]);

    // What an ATC keeps by mistake makes the widest machine of medium too large, and shows at small already.
    private static VariantEntry Flawed(string name, string summary, AttachRules rules, Lazy<EntryImages> images, params Why[] violated) =>
        Entry(name, summary, rules, images, violated, [], [AttachMachines.TwoOfAll]);

    private static VariantEntry Variant(string name, string summary, AttachRules rules, Lazy<EntryImages> images, params Why[] violated) =>
        Entry(name, summary, rules, images, violated, [], []);

    private static VariantEntry Variant(string name, string summary, AttachRules rules, Lazy<EntryImages> images, Why[] violated, params AttachMachine[] also) =>
        Entry(name, summary, rules, images, violated, also, []);

    private static VariantEntry Entry(string name, string summary, AttachRules rules, Lazy<EntryImages> images, Why[] violated, AttachMachine[] also, AttachMachine[] without) => new(
        name,
        summary,
        scope =>
        {
            var model = Model(scope);
            return new Subject<AttachModel, AttachState>(Name, name, scope, model, AttachProperties.Of(model), (_, _, _) => [])
            {
                Unfolded = AttachScopes.Unfolded(scope) is { } shown ? Unfold(shown, Model(shown)) : null,
            };
            AttachModel Model(string size) => new(rules, images.Value, AttachScopes.Of(size, rules, also, without));
        },
        Why.Map(violated))
    {
        Lacks = scope => AttachScopes.Lack(scope, rules),
    };

    private static Unfolding<AttachModel, AttachState> Unfold(string scope, AttachModel model) => new(scope, model, AttachProperties.Of(model));
}
