// Visited states whole, but each part that many of them have in common only once.

using System.Numerics;
using System.Runtime.CompilerServices;

namespace Verify.Engine.Stores;

/// <summary>
/// Remembers every state without loss, so nothing is ever confused, in about eight bytes a slot: tree compression (Laarman, van de Pol, Weber,
/// "Parallel recursive state compression for free", SPIN 2011; the root in a table of its own as in Laarman, "Optimal compression of combinatorial
/// state vectors", 2019).
/// </summary>
/// <remarks>
/// A state is cut into words of 64 bits. Each word is known by a number of 32 bits, two numbers make a word again, and so on up to one word, the root:
/// <code>
///         root                 in the table of states, 64 bits
///        /    \
///     #7        \              numbers of words in <see cref="Words"/>
///    /  \        \
///  #3    #5      #2
///  word  word    word          the state
/// </code>
/// Different states have different roots. Steps change few words, so there are far fewer words than states; and of each successor only those
/// numbers are looked up that the one before it does not have. States of up to eight bytes are their own roots. In the worst case, where no two
/// states have a part in common, a state takes about three times its size.
/// </remarks>
internal unsafe struct ExactStore<TState>(NativeBudget budget, int threads, int batch) : IStore<TState>
    where TState : unmanaged
{
    private Table _table = new(budget, threads * batch);
    private Words _words = new(budget, (long)threads * batch * Numbers, used: Leaves > 1);

    /// <inheritdoc/>
    public static bool KeepsOrigins => false;

    /// <summary>The numbers of each state's tree.</summary>
    public static int NotesBytes => Leaves == 1 ? 0 : Batch<TState>.Size * Numbers * sizeof(uint);

    /// <inheritdoc/>
    public readonly long Count => _table.Count;

    /// <inheritdoc/>
    public readonly bool HasRoom
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _table.HasRoom && _words.HasRoom;
    }

    private static int Leaves => (sizeof(TState) + sizeof(ulong) - 1) / sizeof(ulong);

    // Numbers of a tree: all but the root. A bound that the compiler can compute: each level has half of the one below, rounded up.
    private static int Numbers => Leaves == 1 ? 0 : (2 * Leaves) + BitOperations.Log2((uint)Leaves) + 1;

    /// <inheritdoc/>
    public readonly ulong Expand(TState* state, int level) => 0;

    /// <inheritdoc/>
    public void FindKeys(TState* states, Waiting* known, int count, byte* notes)
    {
        if (Leaves == 1)
        {
            for (int i = 0; i < count; i++)
            {
                known[i].Key = Fingerprint.Of(states + i);
            }
            return;
        }
        var numbers = (uint*)notes;
        NumberLeaves(states, numbers, count);
        int width = Leaves;
        for (; width > 2; width = (width + 1) / 2)
        {
            NumberPairs(numbers, width, count);
            numbers += width;
        }
        for (int i = 0; i < count; i++)
        {
            known[i].Key = Fingerprint.Mix(Pair(numbers + (i * Numbers)));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Prefetch(ulong key) => _table.Prefetch(key);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Knows(ulong key) => _table.Knows(key);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Insert(ulong key, ulong origin) => _table.Claim(key, out _);

    /// <inheritdoc/>
    public void Added(int states) => _table.Added(states);

    /// <inheritdoc/>
    public bool TryGrow(Crew crew) => (_table.HasRoom || _table.TryGrow(crew)) && (_words.HasRoom || _words.TryGrow(crew));

    /// <inheritdoc/>
    public void Free()
    {
        _table.Free();
        _words.Free();
    }

    // Each level of the trees is worked off for a whole batch, twice: the memory that the second round needs is asked for in the first. Most words
    // are those of the state before, since both are mostly successors of one state: then their numbers are known.
    private void NumberLeaves(TState* states, uint* numbers, int count)
    {
        for (int i = 0; i < count; i++)
        {
            for (int leaf = 0; leaf < Leaves; leaf++)
            {
                if (i == 0 || Word(states + i, leaf) != Word(states + i - 1, leaf))
                {
                    _words.Prefetch(Word(states + i, leaf));
                }
            }
        }
        for (int i = 0; i < count; i++, numbers += Numbers)
        {
            for (int leaf = 0; leaf < Leaves; leaf++)
            {
                ulong word = Word(states + i, leaf);
                bool same = i > 0 && word == Word(states + i - 1, leaf);
                numbers[leaf] = same ? numbers[leaf - Numbers] : IsShort(leaf) ? (uint)word : _words.NumberOf(word);
            }
        }
    }

    // Numbers the pairs of a level of so many numbers, behind it.
    private void NumberPairs(uint* numbers, int width, int count)
    {
        for (int i = 0; i < count; i++)
        {
            for (int at = 0; at + 1 < width; at += 2)
            {
                uint* pair = numbers + (i * Numbers) + at;
                if (i == 0 || Pair(pair) != Pair(pair - Numbers))
                {
                    _words.Prefetch(Pair(pair));
                }
            }
        }
        for (int i = 0; i < count; i++, numbers += Numbers)
        {
            for (int at = 0; at < width; at += 2)
            {
                uint* pair = numbers + at;
                numbers[width + (at / 2)] = at + 1 == width ? *pair
                    : i > 0 && Pair(pair) == Pair(pair - Numbers) ? numbers[width + (at / 2) - Numbers]
                    : _words.NumberOf(Pair(pair));
            }
        }
    }

    // What has 32 bits is its own number.
    private static bool IsShort(int leaf) => leaf == Leaves - 1 && sizeof(TState) % sizeof(ulong) is > 0 and <= sizeof(uint);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Pair(uint* numbers) => numbers[0] | ((ulong)numbers[1] << 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(TState* of, int leaf)
    {
        var state = (byte*)of;
        int rest = sizeof(TState) - (leaf * sizeof(ulong));
        if (rest >= sizeof(ulong))
        {
            return Unsafe.ReadUnaligned<ulong>(state + (leaf * sizeof(ulong)));
        }
        // The last eight bytes, without those that belong to the word before.
        return Unsafe.ReadUnaligned<ulong>(state + sizeof(TState) - sizeof(ulong)) >> (8 * (sizeof(ulong) - rest));
    }
}
