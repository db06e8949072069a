// The steps of native SVA, and who takes them.

namespace Verify.Model.Ioasid.Native;

/// <summary>What is done, each about a process, most about a device, and some with one thing more.</summary>
public enum NativeAct : ushort
{
    /// <summary>A process begins.</summary>
    Fork,

    /// <summary>It opens a device.</summary>
    Open,

    /// <summary>It starts DMA.</summary>
    StartDma,

    /// <summary>It unmaps what it had mapped: PTEs are cleared.</summary>
    Munmap,

    /// <summary>It closes a device.</summary>
    Close,

    /// <summary>It exits: exit_mm, and in it the last mmput.</summary>
    Exit,

    /// <summary>exit_files closes a device.</summary>
    ExitFiles,

    /// <summary>The driver binds.</summary>
    Bind,

    /// <summary>The driver stops DMA and takes the PASID from the device.</summary>
    StopDma,

    /// <summary>The driver unbinds.</summary>
    Unbind,

    /// <summary>A new PASID; more: which.</summary>
    Alloc,

    /// <summary>One reference more to that of the mm.</summary>
    Get,

    /// <summary>That of the mm is used.</summary>
    Share,

    /// <summary>No PASID is free.</summary>
    RefuseFull,

    /// <summary>That of the mm is taken to be out of range.</summary>
    RefuseRange,

    /// <summary>The PASID table entry is made, the notifier registered.</summary>
    SetUp,

    /// <summary>The PASID table entry is torn down by unbind, TLBs are flushed.</summary>
    TearDown,

    /// <summary>Unbind has waited for the page requests of the PASID.</summary>
    Drain,

    /// <summary>The hold on the mm is dropped, too early.</summary>
    DropFirst,

    /// <summary>References are put, and the bind forgotten.</summary>
    FinishUnbind,

    /// <summary>A page request is answered: with success where the first number is 1. The others are device and PASID.</summary>
    Answer,

    /// <summary>The release callback.</summary>
    Release,

    /// <summary>What a notifier held that was put is given back.</summary>
    PutNotifier,

    /// <summary>The range callback for an munmap, and the page is freed.</summary>
    InvalidateRange,

    /// <summary>The range callback for all of an mm.</summary>
    ExitInvalidate,

    /// <summary>Pages and page tables are freed.</summary>
    FreeTables,

    /// <summary>mmput ends.</summary>
    Mmput,

    /// <summary>The last lazy user drops the mm.</summary>
    LazyDrop,

    /// <summary>DMA; more: a <see cref="NativeDma"/>.</summary>
    Dma,

    /// <summary>A page request is queued; more: the PASID.</summary>
    RequestPage,
}

/// <summary>What becomes of DMA.</summary>
public enum NativeDma : byte
{
    /// <summary>The device's own TLB translates it.</summary>
    DevTlb,

    /// <summary>The IOTLB does.</summary>
    IoTlb,

    /// <summary>Page tables do.</summary>
    Walk,

    /// <summary>The IOMMU walks page tables that are freed.</summary>
    WalkFreed,

    /// <summary>It faults, and nobody is told.</summary>
    Discarded,

    /// <summary>It faults, and the fault is reported.</summary>
    Reported,
}

/// <summary>Who acts.</summary>
internal enum Lane : byte
{
    Process,
    Driver,
    Iommu,
    Mm,
    Device,
}
