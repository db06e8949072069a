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

    private static readonly Lazy<EntryImages> Images69 = new(() => new(new Writer610(), new SteRules(SteUsedBits.V69), new SteBuilderRules { S2StallFollowsMaster = false }));

    private static readonly Lazy<EntryImages> Images613 = new(() => new(new Writer610(), new SteRules(SteUsedBits.V613), new SteBuilderRules { Mev = false }));

    private static readonly Lazy<EntryImages> Images70 = new(() => new(new Writer70(), new SteRules(SteUsedBits.V615, SteSafeBits.V70), new SteBuilderRules()));

    /// <summary>The system.</summary>
    public static SystemEntry System { get; } = new(
        Name,
        "CPUs attach, replace and detach domains on RIDs and PASIDs in the SMMUv3 driver, unmap, free and exit, while SMMU and devices cache STEs, CDs and translations",
        ["small", "medium", "large"],
        [.. AttachProperties.Of(Model(Repaired, Images70, "small")).Select(property => property.Claim)],
        [
            Variant("6.9", "the old domain is detached first, ATS is off meanwhile (smmuv3 6.1)", V69, Images69),
            Variant("6.11", "prepare, install, commit (smmuv3 6.2, 6.3)", V611, Images613),
            Variant("6.13", "6.11 with nested domains", V613, Images613),
            Variant("7.0", "6.13's order with invalidation arrays (smmuv3 6.2, 6.5), and the lock of these [as recalled]", V70, Images70),
            Variant("7.0-no-rwlock", "7.0 where detach does not wait for who walks an array", V70 with { WalkHoldsMasters = false }, Images70),
            Variant("6.13-walks-all", "6.13 with a walk that passes over nobody on the list, and a release notifier that takes asid_lock",
                V613 with { WalkChecksMasterAts = false, MmRelease = V69.MmRelease }, Images613),
            Variant("repaired", "7.0 with a release notifier that takes asid_lock, and unmaps that read the array again once the TLB is clean", Repaired, Images70),
            Variant("7.0-locked-release", "7.0 with a release notifier that takes asid_lock", V70 with { MmRelease = Repaired.MmRelease }, Images70),
            Mistake("ats-before-ste", "PCI ATS is enabled before the STE has EATS", r => r with { Paging = r.Paging.Move(PciAtsOn, InstallSte), SetPasid = r.SetPasid.Move(PciAtsOn, UpdateSte) }),
            Mistake("ste-before-ats-off", "the STE loses EATS before PCI ATS is disabled", r => r with { Static = r.Static.Move(PciAtsOff, AtcInv), Release = r.Release.Move(PciAtsOff, AtcInv) }),
            Mistake("list-after-flush", "the new domain learns of the master after the ATC is flushed",
                r => r with { Paging = r.Paging.Move(ListAdd, ListDel).Move(PublishInvs, ListDel) }),
            Mistake("list-del-first", "the old domain forgets the master before the STE leaves it",
                r => r with { Paging = [.. r.Paging.Without(UnrefInvs, FlushOldTag).Move(ListDel, WriteCd).SelectMany(s => s == WriteCd ? (Stage[])[UnrefInvs, FlushOldTag, s] : [s])],
                    Static = [LockAsid, PciAtsOff, ListDel, UnrefInvs, FlushOldTag, InstallSte, AtcInv, PciAtsOn, SetMasterAts, UnlockAsid, ClearCd0] }),
            Mistake("cd-cleared-first", "CD 0 is cleared before the STE leaves it (B11)", r => r with { Paging = r.Paging.Move(ClearCd0, InstallSte), Static = r.Static.Move(ClearCd0, InstallSte) }),
            Mistake("cd-after-ste", "the STE is installed before CD 0 is written (B11)", r => r with { Paging = r.Paging.Move(InstallSte, WriteCd) }),
            Mistake("early-unlock", "asid_lock is released before a PASID's CD is written or cleared",
                r => r with { SetPasid = r.SetPasid.Move(UnlockAsid, WriteCd), RemovePasid = r.RemovePasid.Move(UnlockAsid, ClearCd) }),
            Mistake("no-lock", "attaches take no lock", r => r with
            {
                Paging = r.Paging.Without(LockAsid, UnlockAsid), Static = r.Static.Without(LockAsid, UnlockAsid), SetPasid = r.SetPasid.Without(LockAsid, UnlockAsid),
                RemovePasid = r.RemovePasid.Without(LockAsid, UnlockAsid), Release = r.Release.Without(LockAsid, UnlockAsid), MmRelease = r.MmRelease.Without(LockAsid, UnlockAsid),
            }),
            Mistake("no-unlock-on-error", "an attach that fails keeps asid_lock", r => r with { UnlocksOnError = false }),
            Mistake("no-atc-inv", "an attach does not flush the ATC", r => r with { Paging = r.Paging.Without(AtcInv), SetPasid = r.SetPasid.Without(AtcInv) }),
            Mistake("no-atc-inv-at-remove", "remove_dev_pasid does not flush the ATC", r => r with { RemovePasid = r.RemovePasid.Without(AtcInv) }),
            Mistake("atc-inv-before-ste", "the ATC is flushed before the STE changes", r => r with { Paging = r.Paging.Move(AtcInv, WriteCd), SetPasid = r.SetPasid.Move(AtcInv, WriteCd) }),
            Mistake("atc-inv-not-waited", "nobody waits for the ATC's flush", r => r with { SyncsAtcInv = false }),
            Mistake("cfgi-not-waited", "nobody waits for CFGI", r => r with { SyncsWrites = false }),
            Mistake("no-tag-flush", "a tag that no array has any more is not flushed", r => r with
            {
                Paging = r.Paging.Without(FlushOldTag), Static = r.Static.Without(FlushOldTag), SetPasid = r.SetPasid.Without(FlushOldTag), RemovePasid = r.RemovePasid.Without(FlushOldTag),
                Release = r.Release.Without(FlushOldTag),
            }),
            Mistake("tag-flush-before-ste", "the old tag is flushed before the STE leaves it",
                r => r with { Static = [LockAsid, PciAtsOff, FlushOldTag, InstallSte, AtcInv, PciAtsOn, ListDel, UnrefInvs, SetMasterAts, UnlockAsid, ClearCd0] }),
            Mistake("unmap-atc-first", "an unmap flushes ATCs before the TLB", r => r with { Unmap = [ClearPte, ReadInvs, AtcInvFound, TlbiFound] }),
            Mistake("unmap-reads-first", "an unmap reads the array before it clears the PTE", r => r with { Unmap = [ReadInvs, ClearPte, TlbiFound, AtcInvFound] }),
            Mistake("unmap-no-atc", "an unmap flushes no ATC", r => r with { Unmap = r.Unmap.Without(AtcInvFound) }),
            Mistake("unmap-tlbi-first", "an unmap flushes the TLB before the PTE is clear", r => r with { Unmap = [ReadInvs, TlbiFound, AtcInvFound, ClearPte] }),
            Mistake("no-guest-flush", "an unmap in a nest parent leaves the guest's stage-1 entries", r => r with { FlushesGuests = false }),
            Mistake("one-stream", "the STE of a master's first StreamID alone is written", r => r with { InstallsEveryStream = false }),
            Mistake("dss-terminate", "S1DSS says TERMINATE for IDENTITY beside PASIDs", r => r with { DssFollowsRid = false }),
            Mistake("static-drops-pasids", "IDENTITY and BLOCKED take the STE from the CD table although PASIDs are attached", r => r with { StaticKeepsPasids = false }),
            Mistake("static-allocates", "attaching IDENTITY or BLOCKED needs memory", r => r with { Static = [LockAsid, AllocStatic, .. r.Static.Skip(1)] }),
            Mistake("alloc-late", "memory is allocated after the CD is written", r => r with { Paging = r.Paging.Move(AllocMasterDomain, ClearCd0) }),
            Mistake("cd-table-unchecked", "a CD table that could not be allocated passes for one (B17)", r => r with { ReportsCdTable = false }),
            Mistake("rid-unchecked", "set_dev_pasid does not look what the RID has (B12)", r => r with { ChecksRid = false }),
            Mistake("wrong-pasid", "ATC_INV names another PASID than that which changed (B13)", r => r with { AtcInvNamesSsid = false }),
            Mistake("bind-without-mm", "set_dev_pasid does not hold the mm", r => r with { BindHoldsMm = false }),
            Variant("6.13-free-tag-first", "6.13-walks-all where the ASID is given back before it is flushed",
                V613 with { WalkChecksMasterAts = false, MmRelease = V69.MmRelease, Free = [FreeTag, Tlbi, FreeTables] }, Images613),
            Variant("6.13-free-no-tlbi", "6.13-walks-all where domain_free does not flush the tag",
                V613 with { WalkChecksMasterAts = false, MmRelease = V69.MmRelease, Free = [FreeTables, FreeTag] }, Images613),
            Variant("6.13-count-late", "6.13-walks-all where nr_ats_masters grows after PCI ATS is on",
                V613 with { WalkChecksMasterAts = false, MmRelease = V69.MmRelease, Paging = V613.Paging.Move(NrAtsInc, ListDel), SetPasid = V613.SetPasid.Move(NrAtsInc, ListDel) }, Images613),
        ]);

    // What everybody has is left to the scopes: small, of one device; medium, of two or of two PASIDs; and large.
    private static AttachScope Scope(string scope, AttachRules rules) => new(
        [.. AttachMachines.Of(scope).Where(machine => rules.HasNested || !machine.Domains.Contains(DomainKind.Nested))], Cpus: 2);

    private static AttachModel Model(AttachRules rules, Lazy<EntryImages> images, string scope) => new(rules, images.Value, Scope(scope, rules));

    private static VariantEntry Mistake(string name, string summary, Func<AttachRules, AttachRules> change, params Why[] violated) =>
        Variant($"repaired-{name}", summary, change(Repaired), Images70, violated);

    private static VariantEntry Variant(string name, string summary, AttachRules rules, Lazy<EntryImages> images, params Why[] violated) => new(
        name,
        summary,
        scope =>
        {
            var model = Model(rules, images, scope);
            return new Subject<AttachModel, AttachState>(Name, name, scope, model, AttachProperties.Of(model), (_, _, _) => []);
        },
        Why.Map(violated));
}
