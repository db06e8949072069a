// The versions of the driver's attach flows: which stages in which order, and what they check. Reference smmuv3 6.1 to 6.5.

using Verify.Smmu.Attach;
using static Verify.Smmu.Attach.Stage;

namespace Verify.Properties.Smmu.Attach;

/// <summary>The versions.</summary>
internal static class AttachVersions
{
    /// <summary>6.9: the old domain is detached first, with ATS off in between.</summary>
    public static AttachRules V69 { get; } = new()
    {
        Paging =
        [
            LockAsid, PciAtsOffAlways, AtcInvOld, NrAtsDec, ListDel, ClearMasterAts, SetMasterAts, ListAdd, AllocCdTable, ClearCd0First, WriteCd, InstallSte, ClearCd0, NrAtsInc,
            AtcInvDomain, PciAtsOn, UnlockAsid,
        ],
        Static = [LockAsid, PciAtsOffAlways, AtcInvOld, NrAtsDec, ListDel, ClearMasterAts, InstallSte, UnlockAsid, ClearCd0],
        SetPasid = [LockAsid, NrAtsInc, ListAdd, WriteCd, UnlockAsid],
        RemovePasid = [LockAsid, ClearCd, AtcInv, ListDel, NrAtsDec, UnlockAsid],
        Release = [LockAsid, InstallSte, PciAtsOffAlways, AtcInvOld, NrAtsDec, ListDel, ClearMasterAts, UnlockAsid, ClearCd0, FreeCdTable, Depart],
        MmRelease = [LockAsid, ReleaseCds, UnlockAsid, Tlbi, ReadNrAts, WalkList, AtcInvFound, FreeMmTables],
        ReleaseSkipsCleared = true,
        PasidsWithoutS1 = false,
        RidChangesWithPasids = false,
        HasNested = false,
    };

    /// <summary>6.11: prepare, install, commit.</summary>
    public static AttachRules V611 { get; } = new() { HasNested = false };

    /// <summary>6.13: the same with nested domains.</summary>
    public static AttachRules V613 { get; } = new();

    /// <summary>7.0: invalidation arrays; a tag is clean when no array has it.</summary>
    public static AttachRules V70 { get; } = new()
    {
        Paging =
        [
            AllocCdTable, LockAsid, BuildInvs, AllocMasterDomain, ListAdd, PublishInvs, PciAtsOff, WriteCd, InstallSte, ClearCd0, AtcInv, PciAtsOn, ListDel, UnrefInvs, FlushOldTag,
            SetMasterAts, UnlockAsid,
        ],
        Static = [LockAsid, PciAtsOff, InstallSte, AtcInv, PciAtsOn, ListDel, UnrefInvs, FlushOldTag, SetMasterAts, UnlockAsid, ClearCd0],
        SetPasid =
        [
            AllocCdTable, LockAsid, BuildInvs, AllocMasterDomain, ListAdd, PublishInvs, WriteCd, UpdateSte, AtcInv, PciAtsOn, ListDel, UnrefInvs, FlushOldTag, SetMasterAts, UnlockAsid,
        ],
        RemovePasid = [LockAsid, ClearCd, AtcInv, ListDel, UnrefInvs, FlushOldTag, UnlockAsid, ReattachRid],
        Release = [LockAsid, PciAtsOff, InstallSte, AtcInv, ListDel, UnrefInvs, FlushOldTag, SetMasterAts, UnlockAsid, ClearCd0, FreeCdTable, Depart],
        Unmap = [ClearPte, ReadInvs, TlbiFound, AtcInvFound],
        Free = [FreeTables, FreeTag],
        MmRelease = [ReleaseCds, ReadInvs, TlbiFound, AtcInvFound, FreeMmTables],
        ReplacesPasid = true,
        WalkHoldsMasters = true,
    };

    /// <summary>
    /// 7.0, with a release notifier that takes arm_smmu_asid_lock, so that it and attaches come one after the other; and with ATCs flushed of whom the array has after
    /// the TLB is clean, as until 6.x: who attaches in between cannot have got the page from the TLB.
    /// </summary>
    public static AttachRules Repaired { get; } = V70 with
    {
        Unmap = [ClearPte, ReadInvs, TlbiFound, ReadInvs, AtcInvFound],
        MmRelease = [LockAsid, ReleaseCds, UnlockAsid, ReadInvs, TlbiFound, ReadInvs, AtcInvFound, FreeMmTables],
    };

    /// <summary>A version's stages with one moved.</summary>
    /// <param name="stages">The stages.</param>
    /// <param name="moved">The one that is moved.</param>
    /// <param name="before">What it is put before.</param>
    public static IReadOnlyList<Stage> Move(this IReadOnlyList<Stage> stages, Stage moved, Stage before) =>
        [.. stages.Without(moved).SelectMany(stage => stage == before ? (Stage[])[moved, stage] : [stage])];

    /// <summary>A version's stages without some.</summary>
    public static IReadOnlyList<Stage> Without(this IReadOnlyList<Stage> stages, params Stage[] left) => [.. stages.Where(stage => !left.Contains(stage))];
}
