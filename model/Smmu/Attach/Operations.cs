// What is asked of the driver, and the stages it goes through: one for each lock, write of an entry, command, and change of a list or a counter.

namespace Verify.Smmu.Attach;

/// <summary>What a CPU is asked to do.</summary>
public enum Operation : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Attach a domain to a device's RID: attach_dev.</summary>
    AttachDev,

    /// <summary>Attach a domain to a device's PASID, or replace the one there: set_dev_pasid.</summary>
    SetDevPasid,

    /// <summary>Take a PASID's domain away: remove_dev_pasid.</summary>
    RemoveDevPasid,

    /// <summary>The device goes: release_device, with PASIDs gone before.</summary>
    ReleaseDevice,

    /// <summary>Unmap a domain's page; for SVA, the mm's invalidation.</summary>
    Unmap,

    /// <summary>Free a domain: domain_free.</summary>
    DomainFree,

    /// <summary>The last user of an mm goes: its release notifier.</summary>
    MmRelease,
}

/// <summary>
/// A stage of an operation. One that has nothing to do for the domains and flags at hand is passed over. Those from <see cref="WriteCd"/> on write entries, batch by batch, each
/// with its CFGI and CMD_SYNC.
/// </summary>
public enum Stage : byte
{
    /// <summary>arm_smmu_asid_lock is taken.</summary>
    LockAsid,

    /// <summary>arm_smmu_asid_lock is released.</summary>
    UnlockAsid,

    /// <summary>The master gets a CD table, if it has none and needs one; may fail.</summary>
    AllocCdTable,

    /// <summary>Memory for the entry of the new domain's list; may fail.</summary>
    AllocMasterDomain,

    /// <summary>Memory for the new domain's invalidation array with this master merged in; may fail (7.x).</summary>
    BuildInvs,

    /// <summary>Memory that attaching IDENTITY or BLOCKED would need; may fail. No version has it: it must never fail.</summary>
    AllocStatic,

    /// <summary>nr_ats_masters of the new domain grows, if there will be ATS.</summary>
    NrAtsInc,

    /// <summary>The master gets on the new domain's list.</summary>
    ListAdd,

    /// <summary>The new domain's invalidation array with this master in it is published (7.x).</summary>
    PublishInvs,

    /// <summary>PCI ATS is disabled, if it is on and there will be no ATS.</summary>
    PciAtsOff,

    /// <summary>PCI ATS is disabled, if it is on (6.9: whatever comes).</summary>
    PciAtsOffAlways,

    /// <summary>ATC_INV of everything, if the master had ATS (6.9).</summary>
    AtcInvOld,

    /// <summary>master->ats_enabled is cleared (6.9).</summary>
    ClearMasterAts,

    /// <summary>ATC_INV: of everything when ATS comes or goes, else of the SSID that has changed.</summary>
    AtcInv,

    /// <summary>ATC_INV for everyone on the new domain's list (until 6.10, B14).</summary>
    AtcInvDomain,

    /// <summary>PCI ATS is enabled, if it is wanted.</summary>
    PciAtsOn,

    /// <summary>The master gets off the old domain's list.</summary>
    ListDel,

    /// <summary>nr_ats_masters of the old domain shrinks, if the master had ATS.</summary>
    NrAtsDec,

    /// <summary>master->ats_enabled says what is now.</summary>
    SetMasterAts,

    /// <summary>The old domain's array loses this master (7.x).</summary>
    UnrefInvs,

    /// <summary>TLBI of the old domain's tag, if its array has no user of that any more (7.x).</summary>
    FlushOldTag,

    /// <summary>With its last PASID gone, a RID in IDENTITY or BLOCKED is attached anew, to have its plain STE back.</summary>
    ReattachRid,

    /// <summary>The PTE is cleared.</summary>
    ClearPte,

    /// <summary>TLBI by the domain's tag.</summary>
    Tlbi,

    /// <summary>nr_ats_masters is read: 0 ends it.</summary>
    ReadNrAts,

    /// <summary>The domain's list is walked.</summary>
    WalkList,

    /// <summary>ATC_INV of what was found.</summary>
    AtcInvFound,

    /// <summary>The domain's array is read (7.x).</summary>
    ReadInvs,

    /// <summary>TLBI by the tag, if the array has it (7.x).</summary>
    TlbiFound,

    /// <summary>The domain's page tables are freed.</summary>
    FreeTables,

    /// <summary>Its ASID or VMID is given back.</summary>
    FreeTag,

    /// <summary>The mm's page tables are freed.</summary>
    FreeMmTables,

    /// <summary>The master's CD table is freed.</summary>
    FreeCdTable,

    /// <summary>The device is gone.</summary>
    Depart,

    /// <summary>The CD of the new domain is written.</summary>
    WriteCd,

    /// <summary>The STE of each stream is written.</summary>
    InstallSte,

    /// <summary>The STE of each stream is turned to the CD table, if it is not, or has another EATS.</summary>
    UpdateSte,

    /// <summary>CD 0 is cleared, if the new domain is not stage 1.</summary>
    ClearCd0,

    /// <summary>CD 0 is cleared before it is written (6.9).</summary>
    ClearCd0First,

    /// <summary>The PASID's CD is cleared.</summary>
    ClearCd,

    /// <summary>The CDs of an mm, of everyone on the list, are turned to their released form, with the list's lock held.</summary>
    ReleaseCds,
}

/// <summary>What goes for kinds of operations.</summary>
public static class Operations
{
    /// <summary>Whether the core holds the device's group->mutex meanwhile.</summary>
    public static bool IsOnDevice(Operation operation) => operation is >= Operation.AttachDev and <= Operation.ReleaseDevice;
}
