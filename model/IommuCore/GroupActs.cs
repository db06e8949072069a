// The steps of the model of a group.

namespace Verify.Model.IommuCore;

/// <summary>
/// What is done. First come the operations, asked for, in the order of <see cref="Op"/>; from <see cref="Returns"/> on those that take time return. A step's numbers are a domain, a
/// place (see <see cref="GroupModel.Place"/>) and a result, -1 where there is none yet.
/// </summary>
public static class Act
{
    /// <summary>The first return.</summary>
    public const ushort Returns = (ushort)Op.UnuseDefault;

    /// <summary>domain_alloc.</summary>
    public const ushort Alloc = Returns + (ushort)Op.DeferredAttach;

    /// <summary>iommu_map of direct regions.</summary>
    public const ushort Map = Alloc + 1;

    /// <summary>attach_dev.</summary>
    public const ushort AttachDev = Alloc + 2;

    /// <summary>attach_dev makes the entry neither old nor new.</summary>
    public const ushort Break = Alloc + 3;

    /// <summary>set_dev_pasid.</summary>
    public const ushort SetDevPasid = Alloc + 4;

    /// <summary>remove_dev_pasid.</summary>
    public const ushort RemoveDevPasid = Alloc + 5;

    /// <summary>release_device.</summary>
    public const ushort ReleaseDevice = Alloc + 6;

    /// <summary>An entry of pasid_array is stored.</summary>
    public const ushort Store = Alloc + 7;

    /// <summary>An entry of pasid_array is erased.</summary>
    public const ushort Erase = Alloc + 8;

    /// <summary>The core frees a domain.</summary>
    public const ushort Free = Alloc + 9;

    /// <summary>iommu_deferred_attach sees that it has to attach, without the mutex.</summary>
    public const ushort TestDeferred = Alloc + 10;

    /// <summary>attach_dev, called by that.</summary>
    public const ushort AttachDeferred = Alloc + 11;

    /// <summary>A device asks for a page.</summary>
    public const ushort PageRequest = Alloc + 12;

    /// <summary>attach_handle_get.</summary>
    public const ushort HandleGet = Alloc + 13;

    /// <summary>The fault path is through with the handle.</summary>
    public const ushort Respond = Alloc + 14;

    /// <summary>DMA; the third number is a <see cref="DmaResult"/>.</summary>
    public const ushort Dma = Alloc + 15;

    /// <summary>A CPU waits for the mutex.</summary>
    public const ushort Wait = Alloc + 16;

    /// <summary>It finds its device gone.</summary>
    public const ushort GiveUp = Alloc + 17;

    /// <summary>An operation is asked for.</summary>
    public static ushort Asks(Op op) => (ushort)(op - 1);

    /// <summary>It returns.</summary>
    public static ushort Return(Op op) => (ushort)(Returns + (int)op - 1);

    /// <summary>The operation that a step asks for, if any.</summary>
    public static Op Asked(int kind) => kind < Returns ? (Op)(kind + 1) : Op.None;

    /// <summary>The operation that returns by a step, if any.</summary>
    public static Op Returned(int kind) => kind is >= Returns and < Alloc ? (Op)(kind - Returns + 1) : Op.None;
}

/// <summary>What becomes of DMA.</summary>
public enum DmaResult : byte
{
    /// <summary>It faults.</summary>
    Faults,

    /// <summary>It passes untranslated.</summary>
    Passes,

    /// <summary>A domain translates it.</summary>
    Translated,

    /// <summary>A domain that is freed translates it.</summary>
    UseAfterFree,
}
