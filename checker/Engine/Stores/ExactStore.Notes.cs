// What a thread notes down while it finds the keys of exact states.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Verify.Engine.Stores;

/// <content>
/// Neighbours in a level have most of their successors in common. So each thread keeps a number of states that it met lately, whole, with their keys:
/// to compare a state with one of these takes far less than to find the numbers of its tree.
/// </content>
internal unsafe partial struct ExactStore<TState>
{
    // States whose trees are made together: enough to hide the latency of memory, few enough to stay in the caches near it.
    private const int AtATime = 64;

    // What the states that were met take at most: they are to stay in the second-level cache, and leave room where there is little memory.
    private const int MetBytes = 1 << 21;
    private const int ShareOfMet = 64;

    private static int StatesMet(long limit) => 1 << BitOperations.Log2((uint)(Math.Min(MetBytes, limit / ShareOfMet) / sizeof(Meeting)) | 1);

    /// <summary>A state that was met, with its key; 0 where there is none.</summary>
    private struct Meeting
    {
        public TState State;
        public ulong Key;
    }

    /// <summary>The memory that a thread lends, cut into pieces.</summary>
    private readonly struct Notes(byte* memory, int met)
    {
        public static int Bytes(int met) => (met * sizeof(Meeting)) + (Batch<TState>.Size * (sizeof(ulong) + sizeof(int)))
            + (AtATime * ((Leaves * (sizeof(ulong) + (3 * sizeof(int)))) + (Nodes * sizeof(uint))));

        /// <summary>The fingerprints of the states of a batch.</summary>
        public ulong* Prints => (ulong*)((Meeting*)memory + met);

        /// <summary>What is asked of <see cref="Stores.Words"/>.</summary>
        public ulong* Words => Prints + Batch<TState>.Size;

        /// <summary>Which of <see cref="Numbers"/> each of these is.</summary>
        public int* Places => (int*)(Words + (AtATime * Leaves));

        /// <summary>The states of a batch that were not met.</summary>
        public int* Unmet => Places + (AtATime * Leaves);

        /// <summary>The trees of some states.</summary>
        public uint* Numbers => (uint*)(Unmet + Batch<TState>.Size);

        /// <summary>For the nodes of a level of these trees, all bits set where the tree before has the same.</summary>
        public uint* InOne => Numbers + (AtATime * Nodes);

        /// <summary>The same of the tree two before.</summary>
        public uint* InTwo => InOne + (AtATime * Leaves);

        /// <summary>Where a state with such a fingerprint was put, if it was met lately.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Meeting* Last(ulong print) => (Meeting*)memory + (print % (uint)met);

        /// <summary>Asks the processor to fetch it.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Prefetch(ulong print)
        {
            if (Sse.IsSupported)
            {
                for (int at = 0; at < sizeof(Meeting); at += 64)
                {
                    Sse.Prefetch0((byte*)Last(print) + at);
                }
            }
        }
    }
}
