// How a state was first reached: the word that every store keeps beside it, from which counterexamples are reconstructed.

using System.Runtime.CompilerServices;

namespace Verify.Engine.Stores;

/// <summary>
/// Level and parent of a state in one word, ordered so that the smallest is the one to keep.
/// </summary>
/// <remarks>
/// <code>
///  63        52 51                                        0
/// | level + 1  | low 52 bits of the parent's fingerprint   |    0: not known yet
/// </code>
/// A state is often reached from several parents of one level, and which thread comes first is chance. Keeping the smallest word makes the
/// choice canonical: the same parents, and so the same counterexamples, for any number of threads and for every store. Levels only grow, so a
/// later level never replaces an earlier one. From level 4094 on the level no longer fits; then the first parent stays, whichever it is.
/// 52 bits find the parent: the chance that one step of a path meets another state with the same bits is n / 2^52 for n states.
/// </remarks>
internal static class Origin
{
    private const int LevelShift = 52;
    private const ulong TopLevel = 0xfff;

    /// <summary>The part of a fingerprint that an origin keeps.</summary>
    public const ulong ParentMask = (1UL << LevelShift) - 1;

    private const ulong Deep = TopLevel << LevelShift;

    /// <summary>The origin of initial states: level 0, no parent.</summary>
    public const ulong Initial = 1UL << LevelShift;

    /// <summary>The origin of a state of <paramref name="level"/> (1 or more) that was reached from a state with this fingerprint.</summary>
    public static ulong Of(int level, ulong parent) => (Math.Min((ulong)level + 1, TopLevel) << LevelShift) | (parent & ParentMask);

    /// <summary>True where the state is an initial one.</summary>
    public static bool IsInitial(ulong origin) => origin == Initial;

    /// <summary>Keeps the smaller of what is there and <paramref name="candidate"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Improve(ref ulong origin, ulong candidate)
    {
        ulong known = Volatile.Read(ref origin);
        while (known == 0 || (candidate < known && candidate < Deep))
        {
            ulong seen = Interlocked.CompareExchange(ref origin, candidate, known);
            if (seen == known)
            {
                return;
            }
            known = seen;
        }
    }
}
