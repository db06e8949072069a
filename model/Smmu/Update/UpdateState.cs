// The state of the update model.

using System.Runtime.InteropServices;
using Verify.Bits;

namespace Verify.Smmu.Update;

/// <summary>Where the CPU is in an update.</summary>
public enum UpdatePhase : byte
{
    /// <summary>Before the update; the entry is at rest.</summary>
    Before,

    /// <summary>Storing the words of a batch.</summary>
    Storing,

    /// <summary>CFGI is in the command queue, CMD_SYNC is not yet.</summary>
    CfgiQueued,

    /// <summary>CMD_SYNC is in the command queue; the CPU waits.</summary>
    SyncQueued,

    /// <summary>The CPU waits for a CMD_SYNC that is not in the queue.</summary>
    SyncLost,

    /// <summary>The update is over.</summary>
    After,
}

/// <summary>
/// One entry in memory, one writer, and what the SMMU holds of the entry. The SMMU's copy is filled quantum by quantum, at any time and in any
/// order; it stands for a walk in progress as well as for a cached entry, whole or in part, valid or not.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct UpdateState
{
    /// <summary>The entry in memory.</summary>
    public Entry<Number> Memory;

    /// <summary>The SMMU's copy; words that are not present are 0.</summary>
    public Entry<Number> Cached;

    /// <summary>Which update of the scope.</summary>
    public ushort Update;

    /// <summary>Where the CPU is.</summary>
    public UpdatePhase Phase;

    /// <summary>The batch being carried out; meaningful while storing and syncing.</summary>
    public byte Batch;

    /// <summary>Quanta that the SMMU's copy holds, a bit each.</summary>
    public byte Present;

    /// <summary>CMD_SYNCs completed.</summary>
    public byte Syncs;

    /// <summary>Ghost: stores of an earlier batch have not been followed by CFGI and CMD_SYNC.</summary>
    public byte Unsynced;

    /// <summary>Whether the queue holds a CFGI for this entry.</summary>
    public byte Cfgi;
}
