// The state of the checker's own visited set while several threads add keys to it.

using System.Runtime.CompilerServices;

namespace Verify.Model.VisitedSet;

/// <summary>A byte for each slot, or for each key.</summary>
[InlineArray(16)]
public struct BySlot
{
    private byte _first;
}

/// <summary>A byte for each thread.</summary>
[InlineArray(VisitedSetModel.MostThreads)]
public struct ByThread
{
    private byte _first;
}

/// <summary>What a thread does next.</summary>
public enum Pc : byte
{
    /// <summary>Looks whether there is room, and takes its next key.</summary>
    Look,

    /// <summary>Reads the lanes of a bucket.</summary>
    Read,

    /// <summary>Tries to take an empty lane.</summary>
    Claim,

    /// <summary>Took one: counts it, which gives the number.</summary>
    Count,

    /// <summary>Writes the number beside the key.</summary>
    Publish,

    /// <summary>Found the key: reads its number.</summary>
    Await,

    /// <summary>Waits for the table to grow.</summary>
    Rest,

    /// <summary>Has added all of its keys.</summary>
    Done,
}

/// <summary>Memory, threads, and what is remembered only to state claims.</summary>
public struct VisitedSetState
{
    /// <summary>The key in each slot, bucket by bucket; 0 for none.</summary>
    public BySlot Keys;

    /// <summary>The number beside it; 0 while it is not written.</summary>
    public BySlot Numbers;

    /// <summary>Buckets in use.</summary>
    public byte Buckets;

    /// <summary>Keys counted, and the last number that was given.</summary>
    public byte Count;

    /// <summary>Where each thread is, a <see cref="VisitedSet.Pc"/>.</summary>
    public ByThread Pc;

    /// <summary>How many of its keys each thread has added.</summary>
    public ByThread Added;

    /// <summary>The bucket it looks at, from the one where it began.</summary>
    public ByThread Bucket;

    /// <summary>How many buckets it has looked at for this key.</summary>
    public ByThread Looked;

    /// <summary>The lanes it has read, a bit each.</summary>
    public ByThread ReadLanes;

    /// <summary>The lanes it saw empty, a bit each.</summary>
    public ByThread Empty;

    /// <summary>The slot in which it found or put the key, or the number it is about to write.</summary>
    public ByThread Found;

    /// <summary>Ghost: how often each key was taken for new.</summary>
    public BySlot New;

    /// <summary>Ghost: the number that was told for each key first; 0 before.</summary>
    public BySlot Told;

    /// <summary>Ghost: keys that some thread has finished with, a bit each.</summary>
    public byte Finished;

    /// <summary>Ghost: 1 if a thread was told another number than the first for the same key, or none.</summary>
    public byte Crossed;

    /// <summary>Ghost: 1 if the table has grown while it held keys.</summary>
    public byte Grown;

    /// <summary>Ghost: 1 if a thread met another that took the slot it wanted, for the same key.</summary>
    public byte Met;

    /// <summary>Ghost: 1 if a thread had to wait for a number.</summary>
    public byte Waited;
}
