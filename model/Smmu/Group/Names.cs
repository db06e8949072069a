// What domains and results are called in the core's model, and in the driver's.

using Verify.Model.IommuCore;
using Verify.Smmu.Attach;
using DriverErrno = Verify.Smmu.Attach.Errno;
using Errno = Verify.Model.IommuCore.Errno;

namespace Verify.Smmu.Group;

/// <summary>Translates between the two.</summary>
public static class Names
{
    /// <summary>The domains that memory is allocated for, in the order of <see cref="AttachState.Domains"/>.</summary>
    public static ReadOnlySpan<byte> Paging => [Dom.A, Dom.B, Dom.Dma];

    /// <summary>The driver's index of a domain; -1 for one that is none of its own with page tables.</summary>
    public static int Index(int domain) => Paging.IndexOf((byte)domain);

    /// <summary>A domain as the driver's model names what is attached: 0 for none.</summary>
    public static byte Attachment(int domain) => domain switch
    {
        Dom.Blocked => AttachState.Blocked,
        Dom.Identity => AttachState.Identity,
        _ => Index(domain) is >= 0 and var index ? (byte)(AttachState.Paging + index) : (byte)0,
    };

    /// <summary>A domain that the driver's model has attached, as the core's model names it.</summary>
    public static byte Domain(byte attachment) => attachment switch
    {
        0 => Dom.None,
        AttachState.Blocked => Dom.Blocked,
        AttachState.Identity => Dom.Identity,
        _ => Paging[attachment - AttachState.Paging],
    };

    /// <summary>The driver's model numbers domains by letters; the third one is the default domain here.</summary>
    public static string Renamed(string text) => text.Replace("S1 \"C\"", "S1 \"DMA\"", StringComparison.Ordinal);

    /// <summary>A result of the driver's.</summary>
    public static Errno Result(DriverErrno error) => error switch
    {
        DriverErrno.None => Errno.Ok,
        DriverErrno.ENOMEM => Errno.ENOMEM,
        DriverErrno.EBUSY => Errno.EBUSY,
        _ => Errno.EINVAL,
    };

    /// <summary>A callback, as the driver's model names what it is asked for.</summary>
    public static Operation Operation(CallbackKind kind) => kind switch
    {
        CallbackKind.AttachDev => Attach.Operation.AttachDev,
        CallbackKind.SetDevPasid => Attach.Operation.SetDevPasid,
        CallbackKind.RemoveDevPasid => Attach.Operation.RemoveDevPasid,
        CallbackKind.ReleaseDevice => Attach.Operation.ReleaseDevice,
        _ => Attach.Operation.None,
    };
}
