// The state of the stream model: a stream's STE and two CDs in memory, and what the SMMU holds of them.

using System.Runtime.CompilerServices;
using Verify.Bits;
using Verify.Smmu.Hardware;
using Verify.Smmu.Update;

namespace Verify.Smmu.Stream;

/// <summary>The three entries of a stream, by <see cref="Slot"/>.</summary>
[InlineArray(3)]
public struct Entries
{
    private Entry<Number> first;
}

/// <summary>A byte per entry of a stream, by <see cref="Slot"/>.</summary>
[InlineArray(3)]
public struct SlotBytes
{
    private byte first;
}

/// <summary>What a device's access asked for.</summary>
public enum Seen : byte
{
    /// <summary>No access yet.</summary>
    Nothing,

    /// <summary>An untranslated access without PASID.</summary>
    Rid,

    /// <summary>An untranslated access with PASID 1.</summary>
    Pasid,
}

/// <summary>One stream with one PASID, one CPU that attaches and detaches, one SMMU that fetches and caches.</summary>
public struct StreamState
{
    /// <summary>The entries in memory.</summary>
    public Entries Memory;

    /// <summary>The SMMU's copies; words that are not present are 0.</summary>
    public Entries Cached;

    /// <summary>Ghost: CMD_SYNCs completed in the operation under way.</summary>
    public uint Syncs;

    /// <summary>The operation under way plus one; 0 at rest.</summary>
    public ushort Operation;

    /// <summary>Words present in each copy, a bit each.</summary>
    public SlotBytes Present;

    /// <summary>What is attached, an index into <see cref="StreamFlow.Attachments"/>; during an operation, what was before.</summary>
    public byte Attached;

    /// <summary>Which of the operation's updates.</summary>
    public byte Update;

    /// <summary>Which batch of that update.</summary>
    public byte Batch;

    /// <summary>Where the CPU is in that batch; <see cref="UpdatePhase.Before"/> at rest.</summary>
    public UpdatePhase Phase;

    /// <summary>The invalidation command in the queue, for the entry being updated.</summary>
    public CfgiCommand Cfgi;

    /// <summary>Ghost: an entry was changed without CFGI and CMD_SYNC since, a bit per <see cref="Slot"/>.</summary>
    public byte Unsynced;

    /// <summary>Ghost: the access a device has just made; nothing happens after it.</summary>
    public Seen Seen;
}
