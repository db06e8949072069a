// What kernels and the document do differently when a process and a PASID end.

namespace Verify.Model.Ioasid.Native;

/// <summary>Who gives a PASID back.</summary>
public enum PasidFree : byte
{
    /// <summary>The mmu notifier's release callback: at the exit of the process, or some time after the last unbind has put the notifier.</summary>
    AtRelease,

    /// <summary>The last mmdrop.</summary>
    AtMmdrop,

    /// <summary>The last mmput, at its end.</summary>
    AtMmput,

    /// <summary>Unbind: each bind has a reference of its own.</summary>
    AtUnbind,
}

/// <summary>What unbind does for a PASID table entry that the release callback has torn down.</summary>
public enum LateUnbind : byte
{
    /// <summary>All that it does else.</summary>
    Whole,

    /// <summary>Neither touches the entry nor drains the PRQ.</summary>
    SkipsDrain,

    /// <summary>Nothing at all: the hold on the mm stays.</summary>
    Nothing,
}

/// <summary>The choices that make a variant.</summary>
public sealed record NativeRules
{
    /// <summary>Who gives a PASID back.</summary>
    public PasidFree Frees { get; init; } = PasidFree.AtMmdrop;

    /// <summary>Whether a bound mm is held by mm_count until its last unbind.</summary>
    public bool HoldsMm { get; init; } = true;

    /// <summary>Whether what the notifier holds is given back some time after it was put, and not at once.</summary>
    public bool PutsNotifierLater { get; init; }

    /// <summary>Where each bind has a reference: whether each unbind puts one, and not the last alone.</summary>
    public bool PutsEachBind { get; init; } = true;

    /// <summary>Where each bind has a reference: whether mm->pasid is still there when it is put.</summary>
    public bool KeepsPasidForPut { get; init; } = true;

    /// <summary>Whether the largest PASID is taken to be in range when a mm that has it binds another device.</summary>
    public bool AcceptsLargest { get; init; } = true;

    /// <summary>What unbind does for a torn-down entry.</summary>
    public LateUnbind Late { get; init; }

    /// <summary>Whether unbind drains the PRQ.</summary>
    public bool DrainsAtUnbind { get; init; } = true;

    /// <summary>Whether the release callback drains the PRQ.</summary>
    public bool DrainsInRelease { get; init; }

    /// <summary>Whether the release callback tears PASID table entries down.</summary>
    public bool TearsDownInRelease { get; init; } = true;

    /// <summary>Whether the release callback flushes TLBs.</summary>
    public bool FlushesInRelease { get; init; } = true;

    /// <summary>Whether the range callback flushes TLBs.</summary>
    public bool FlushesInRange { get; init; } = true;

    /// <summary>Whether a flush reaches the TLBs of devices.</summary>
    public bool FlushesDevTlb { get; init; } = true;

    /// <summary>Whether entries that the release callback tears down report no faults.</summary>
    public bool SuppressesFaults { get; init; } = true;

    /// <summary>Whether a driver stops DMA before it unbinds.</summary>
    public bool StopsBeforeUnbind { get; init; } = true;

    /// <summary>Whether page requests are answered whose mm is gone.</summary>
    public bool AnswersTheDead { get; init; } = true;

    /// <summary>Whether unbind is through with the record of the mm before it drops its hold on that.</summary>
    public bool DropsMmLast { get; init; } = true;
}
