// The choices that make the protocol, one by one, so that each can be made wrongly.

namespace Verify.Model.VisitedSet;

/// <summary>How threads add keys.</summary>
public sealed record VisitedSetRules
{
    /// <summary>An empty lane is taken by compare-and-swap; else it is read once more and stored to.</summary>
    public bool ComparesAndSwaps { get; init; } = true;

    /// <summary>Empty lanes are tried from the first on by all threads; else each thread begins at the other end than the thread before it.</summary>
    public bool InOrder { get; init; } = true;

    /// <summary>Where another took the lane, its key is looked at; else the thread goes on to the next lane.</summary>
    public bool LooksAtWinner { get; init; } = true;

    /// <summary>The table grows when every thread is at rest; else as soon as one is.</summary>
    public bool RestsToGrow { get; init; } = true;

    /// <summary>Every thread may add one more key after the count says that there is no room; else the table is filled to its last slot.</summary>
    public bool HasSlack { get; init; } = true;

    /// <summary>Whoever finds a key waits until its number is written.</summary>
    public bool AwaitsNumber { get; init; } = true;
}
