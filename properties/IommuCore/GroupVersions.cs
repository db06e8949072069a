// The core and its drivers in the versions of Linux that the variants of iommu-core are made from.

using Verify.Model.IommuCore;

namespace Verify.Properties.IommuCore;

/// <summary>Versions; what each has is in reference attach.md, sections 1 and 3, and in the commits that <see cref="CoreRules"/> names.</summary>
internal static class GroupVersions
{
    /// <summary>A driver before the series of seed 001: nothing static, an attach that fails leaves the device detached, mappings after attach only.</summary>
    public static DriverRules OldDriver { get; } = new()
    {
        StaticBlocked = false,
        StaticIdentity = false,
        StaticNeverFails = false,
        FailureKeepsHardware = false,
        Style = AttachStyle.ThroughFault,
        MapsBeforeAttach = false,
        HasReleaseDomain = false,
    };

    /// <summary>With all fixes.</summary>
    public static CoreRules V71 { get; } = new();

    /// <summary>Reset windows as they were introduced.</summary>
    public static CoreRules V70 { get; } = V71 with
    {
        Reset = ResetFence.PerGroup,
        MustPassesFence = false,
        DetachSkipsBlocked = false,
        DoneChecksDomain = false,
        ReleaseSparesDirect = false,
    };

    /// <summary>PASIDs can be replaced, and are seen after hardware has them.</summary>
    public static CoreRules V615 { get; } = V70 with { Reset = ResetFence.Absent, StaticOnPasids = false, DeferredAttachLocks = false, PassesOld = false };

    /// <summary>6.12.117.</summary>
    public static CoreRules V612 { get; } = V615 with { HasPasidReplace = false, EntryBeforeHardware = true };

    /// <summary>The unwind is there, and not much else.</summary>
    public static CoreRules V65 { get; } = V612 with
    {
        Driver = OldDriver,
        DirectRefusesBlocking = false,
        HasHandles = false,
        DefersDrivers = false,
        UndoesPasidOnAll = true,
        RefusesPasidless = true,
    };

    /// <summary>iommu_attach_group is unwound, nothing else is.</summary>
    public static CoreRules V64 { get; } = V65 with
    {
        Unwind = Unwind.AttachGroupOnly,
        HasMustSucceed = false,
        DefaultByPointer = true,
        MapsBeforeAttach = false,
        ProbeAttachesDefault = true,
    };

    /// <summary>The first with ownership.</summary>
    public static CoreRules V519 { get; } = V64 with { Unwind = Unwind.None, HasDeviceClaim = false, HasPasids = false };
}
