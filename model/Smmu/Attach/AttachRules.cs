// The choices that make a version of the driver's attach flows: the order of stages, and what it checks. Reference smmuv3 6.1 to 6.5.

using static Verify.Smmu.Attach.Stage;

namespace Verify.Smmu.Attach;

/// <summary>A version.</summary>
public sealed record AttachRules
{
    /// <summary>attach_dev of a domain with page tables.</summary>
    public IReadOnlyList<Stage> Paging { get; init; } =
    [
        AllocCdTable, LockAsid, AllocMasterDomain, NrAtsInc, ListAdd, PciAtsOff, WriteCd, InstallSte, ClearCd0, AtcInv, PciAtsOn, ListDel, NrAtsDec, SetMasterAts, UnlockAsid,
    ];

    /// <summary>attach_dev of IDENTITY or BLOCKED.</summary>
    public IReadOnlyList<Stage> Static { get; init; } =
        [LockAsid, PciAtsOff, InstallSte, AtcInv, PciAtsOn, ListDel, NrAtsDec, SetMasterAts, UnlockAsid, ClearCd0];

    /// <summary>set_dev_pasid.</summary>
    public IReadOnlyList<Stage> SetPasid { get; init; } =
    [
        AllocCdTable, LockAsid, AllocMasterDomain, NrAtsInc, ListAdd, WriteCd, UpdateSte, AtcInv, PciAtsOn, ListDel, NrAtsDec, SetMasterAts, UnlockAsid,
    ];

    /// <summary>remove_dev_pasid.</summary>
    public IReadOnlyList<Stage> RemovePasid { get; init; } = [LockAsid, ClearCd, AtcInv, ListDel, NrAtsDec, UnlockAsid, ReattachRid];

    /// <summary>release_device; what goes before it is <see cref="Static"/> with BLOCKED, but for versions that say otherwise.</summary>
    public IReadOnlyList<Stage> Release { get; init; } =
        [LockAsid, PciAtsOff, InstallSte, AtcInv, ListDel, NrAtsDec, SetMasterAts, UnlockAsid, ClearCd0, FreeCdTable, Depart];

    /// <summary>Unmap.</summary>
    public IReadOnlyList<Stage> Unmap { get; init; } = [ClearPte, Tlbi, ReadNrAts, WalkList, AtcInvFound];

    /// <summary>domain_free.</summary>
    public IReadOnlyList<Stage> Free { get; init; } = [Tlbi, FreeTables, FreeTag];

    /// <summary>The release notifier of an mm.</summary>
    public IReadOnlyList<Stage> MmRelease { get; init; } = [ReleaseCds, Tlbi, ReadNrAts, WalkList, AtcInvFound, FreeMmTables];

    /// <summary>A PASID can be attached beside IDENTITY and BLOCKED on the RID (6.11).</summary>
    public bool PasidsWithoutS1 { get; init; } = true;

    /// <summary>set_dev_pasid looks what is attached to the RID (ae91f6552c30; bug B12 without it).</summary>
    public bool ChecksRid { get; init; } = true;

    /// <summary>The RID's domain may change while PASIDs are attached (6.11); else -EBUSY.</summary>
    public bool RidChangesWithPasids { get; init; } = true;

    /// <summary>IDENTITY and BLOCKED leave the STE with the CD table while PASIDs are attached, and S1DSS says what the RID gets; else PASIDs are cut off.</summary>
    public bool StaticKeepsPasids { get; init; } = true;

    /// <summary>S1DSS says BYPASS for IDENTITY, and not TERMINATE whatever the RID has.</summary>
    public bool DssFollowsRid { get; init; } = true;

    /// <summary>The walk of a domain's list passes over masters whose ats_enabled is not set [as recalled].</summary>
    public bool WalkChecksMasterAts { get; init; } = true;

    /// <summary>A failure to allocate a CD table is noticed (bug B17 without it).</summary>
    public bool ReportsCdTable { get; init; } = true;

    /// <summary>An unmap in a nest parent also drops the guest's stage-1 entries from the TLB.</summary>
    public bool FlushesGuests { get; init; } = true;

    /// <summary>ATC_INV of a PASID names that PASID, and not another one (bug B13 without it: the mm's own).</summary>
    public bool AtcInvNamesSsid { get; init; } = true;

    /// <summary>The STE of each of a master's streams is written, and not that of the first alone.</summary>
    public bool InstallsEveryStream { get; init; } = true;

    /// <summary>What is written to an STE or a CD is waited for: CMD_SYNC after its CFGI.</summary>
    public bool SyncsWrites { get; init; } = true;

    /// <summary>ATC_INV is waited for.</summary>
    public bool SyncsAtcInv { get; init; } = true;

    /// <summary>The release notifier gives CDs their released form, and does not clear them.</summary>
    public bool ReleaseKeepsValid { get; init; } = true;

    /// <summary>The release notifier passes over CDs that are cleared already.</summary>
    public bool ReleaseSkipsCleared { get; init; }

    /// <summary>Who walks a list or an array keeps masters from leaving it until its ATC_INV is consumed (7.x, a rwlock [as recalled]).</summary>
    public bool WalkHoldsMasters { get; init; }

    /// <summary>An operation that fails releases arm_smmu_asid_lock.</summary>
    public bool UnlocksOnError { get; init; } = true;

    /// <summary>There are nested domains (6.13).</summary>
    public bool HasNested { get; init; } = true;

    /// <summary>A PASID's domain can be replaced by another one (6.15); else set_dev_pasid is refused with -EBUSY while there is one.</summary>
    public bool ReplacesPasid { get; init; }

    /// <summary>set_dev_pasid takes a reference of the mm for as long as it lasts: no release notifier meanwhile (6.11).</summary>
    public bool BindHoldsMm { get; init; } = true;
}
