// States, subscribers, events, results and memory errors of the extended IOASID core.

namespace Verify.Model.Ioasid.Sets;

/// <summary>State of an IOASID.</summary>
public enum IdState : byte
{
    /// <summary>In the pool.</summary>
    Free,

    /// <summary>Allocated, IDLE.</summary>
    Idle,

    /// <summary>Allocated, ACTIVE.</summary>
    Active,

    /// <summary>FREE_PENDING: freed, and somebody still holds a reference.</summary>
    FreePending,

    /// <summary>Still in the allocator's map, but the memory of its entry has been freed.</summary>
    Dangling,
}

/// <summary>State of a slot of the table of sets. A slot stands for the memory of a set as well: a set made in it later is at the same address.</summary>
public enum SetState : byte
{
    /// <summary>None there.</summary>
    None,

    /// <summary>A set that can be used.</summary>
    Live,

    /// <summary>A set that ends when its last member is reclaimed.</summary>
    Ending,
}

/// <summary>Who hears of events.</summary>
public enum Subscriber : byte
{
    /// <summary>KVM of the VM that the set belongs to: priority CPU.</summary>
    Kvm,

    /// <summary>The VDCM driver: priority DEVICE.</summary>
    Vdcm,

    /// <summary>The host's IOMMU driver, on the system-wide chain: priority IOMMU.</summary>
    Iommu,
}

/// <summary>What is told.</summary>
public enum IoasidEvent : byte
{
    /// <summary>An IOASID was allocated.</summary>
    Alloc,

    /// <summary>It is being freed.</summary>
    Free,

    /// <summary>It was bound.</summary>
    Bind,

    /// <summary>It is being unbound.</summary>
    Unbind,
}

/// <summary>State of a record on the pending list: a notifier that was registered for an mm.</summary>
public enum PendingState : byte
{
    /// <summary>No record.</summary>
    None,

    /// <summary>Waits for a set of that mm.</summary>
    Inactive,

    /// <summary>Its notifier is on the chain of a set of that mm.</summary>
    Active,
}

/// <summary>A memory error; nothing happens afterwards.</summary>
public enum Fault : byte
{
    /// <summary>None.</summary>
    None,

    /// <summary>A write through a pointer that points nowhere.</summary>
    WildWrite,

    /// <summary>Memory was used after it had been freed.</summary>
    UseAfterFree,

    /// <summary>A reference count went below zero.</summary>
    Underflow,
}

/// <summary>Results of calls, by the kernel's names.</summary>
public enum Result : byte
{
    /// <summary>Done.</summary>
    Ok,

    /// <summary>INVALID_IOASID.</summary>
    Invalid,

    /// <summary>-ENOENT.</summary>
    ENOENT,

    /// <summary>-EINVAL.</summary>
    EINVAL,

    /// <summary>-EBUSY.</summary>
    EBUSY,

    /// <summary>-EACCES.</summary>
    EACCES,

    /// <summary>-EPERM.</summary>
    EPERM,

    /// <summary>-EEXIST.</summary>
    EEXIST,

    /// <summary>-ENOSPC.</summary>
    ENOSPC,

    /// <summary>-ENOMEM.</summary>
    ENOMEM,

    /// <summary>A call without result logs a message and does nothing.</summary>
    Logged,

    /// <summary>A put that was not the last one.</summary>
    False,

    /// <summary>A put that was the last one.</summary>
    True,
}

/// <summary>Calls during which handlers are called.</summary>
public enum JobCall : byte
{
    /// <summary>None.</summary>
    None,

    /// <summary>ioasid_free.</summary>
    Free,

    /// <summary>ioasid_alloc, which tells of ALLOC.</summary>
    Alloc,

    /// <summary>ioasid_attach_spid.</summary>
    AttachSpid,

    /// <summary>ioasid_detach_spid.</summary>
    DetachSpid,

    /// <summary>ioasid_notify(BIND), by the IOMMU driver.</summary>
    NotifyBind,

    /// <summary>ioasid_notify(UNBIND), by the IOMMU driver.</summary>
    NotifyUnbind,
}
