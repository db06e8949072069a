// How a run that has a disk divides its memory.

namespace Verify.Engine;

/// <summary>
/// What each part may take of the memory when the rest can go to disk. Without a disk nothing is divided: whoever needs memory takes it, until the end.
/// </summary>
internal static class Shares
{
    // Batches, counters and buffers of a thread.
    private const long PerThread = 96 << 10;

    /// <summary>The states that wait, in bytes.</summary>
    public static long OfFrontier(NativeBudget budget) => budget.Limit / 8;

    /// <summary>What all threads need together to confirm new states, in bytes.</summary>
    public static long OfConfirmers(NativeBudget budget) => budget.Limit / 8;

    /// <summary>The visited states, in bytes.</summary>
    public static long OfStore(NativeBudget budget, int threads) =>
        Math.Max(budget.Limit / 4, budget.Limit - OfFrontier(budget) - OfConfirmers(budget) - Math.Max(budget.Limit / 16, (threads + 1) * PerThread));
}
