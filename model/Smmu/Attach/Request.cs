// What the core asks the driver for, and why it does not.

namespace Verify.Smmu.Attach;

/// <summary>A call of the driver.</summary>
/// <param name="Operation">What for.</param>
/// <param name="Device">The device, if it is for one.</param>
/// <param name="Ssid">The SSID; 0 for the RID.</param>
/// <param name="Domain">The domain, as in <see cref="Attach.Device.Rid"/>.</param>
public readonly record struct Request(Operation Operation, byte Device, byte Ssid, byte Domain);

/// <summary>Why a call is not made in a state.</summary>
internal enum Reason : byte
{
    None,
    Machine,
    NoSuchDomain,
    NoSuchDevice,
    NoSuchPasid,
    Mutex,
    NotProbed,
    NotLive,
    DomainInUse,
    AttachedAlready,
    NotAttached,
    WrongKind,
    PasidsAttached,
    NotMapped,
    Mapped,
    NoMm,
    MmHeld,
    Allocated,
    NoParent,
}
