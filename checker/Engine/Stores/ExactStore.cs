// Visited states whole, but each part that many of them have in common only once.

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
/// Different states have different roots. Steps change few words, so there are far fewer words than states; and of a successor only the numbers on
/// the ways from the changed words to the root are looked up. States of up to eight bytes are their own roots. In the worst case, where no two
/// states have a part in common, a state takes about twice its size.
/// </remarks>
internal unsafe struct ExactStore<TState>(NativeBudget budget, int threads, int batch) : IStore<TState>
    where TState : unmanaged
{
    private Table _table = new(budget, threads * batch);
    private Words _words = new(budget, (long)threads * batch * (NodesOf(sizeof(TState)) + 1), NodesOf(sizeof(TState)) > 0);

    /// <inheritdoc/>
    public static bool KeysFromParent => true;

    /// <inheritdoc/>
    public static bool KeepsOrigins => false;

    /// <summary>The numbers of the parent's tree, then those of the successor's.</summary>
    public static int NotesBytes => 2 * NodesOf(sizeof(TState)) * sizeof(uint);

    /// <inheritdoc/>
    public readonly long Count => _table.Count;

    /// <inheritdoc/>
    public readonly bool HasRoom
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _table.HasRoom && _words.HasRoom;
    }

    private static int Leaves => (sizeof(TState) + sizeof(ulong) - 1) / sizeof(ulong);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Expand(TState* state, int level, byte* notes)
    {
        if (Leaves > 1)
        {
            Root((byte*)state, null, (uint*)notes, null);
        }
        return 0;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong KeyOf(TState* state, TState* parent, byte* notes)
    {
        if (Leaves == 1)
        {
            return Fingerprint.Of(state);
        }
        var old = (uint*)notes;
        return Fingerprint.Mix(Root((byte*)state, (byte*)parent, old + NodesOf(sizeof(TState)), old));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Prefetch(ulong key) => _table.Prefetch(key);

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

    // Numbers in a tree: all but the root.
    private static int NodesOf(int size)
    {
        int nodes = 0;
        for (int width = (size + sizeof(ulong) - 1) / sizeof(ulong); width > 1; width = (width + 1) / 2)
        {
            nodes += width;
        }
        return nodes;
    }

    // The root of a state, and the numbers below it in `now`, level by level. Where there is a parent, its bytes and numbers (`old`) save looking up
    // what is the same.
    private ulong Root(byte* state, byte* parent, uint* now, uint* old)
    {
        for (int i = 0; i < Leaves; i++)
        {
            ulong word = Word(state, i);
            now[i] = parent != null && word == Word(parent, i) ? old[i] : Number(word, i);
        }
        int width = Leaves;
        for (; width > 2; width = (width + 1) / 2)
        {
            for (int i = 0; i < width; i += 2)
            {
                bool same = parent != null && now[i] == old[i] && (i + 1 == width || now[i + 1] == old[i + 1]);
                now[width + (i / 2)] = same ? old[width + (i / 2)] : i + 1 == width ? now[i] : _words.NumberOf(Pair(now + i));
            }
            now += width;
            old += width;
        }
        return Pair(now);
    }

    // What has 32 bits is its own number.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Number(ulong word, int leaf) =>
        leaf == Leaves - 1 && sizeof(TState) % sizeof(ulong) is > 0 and <= sizeof(uint) ? (uint)word : _words.NumberOf(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Pair(uint* numbers) => numbers[0] | ((ulong)numbers[1] << 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(byte* state, int leaf)
    {
        int rest = sizeof(TState) - (leaf * sizeof(ulong));
        if (rest >= sizeof(ulong))
        {
            return Unsafe.ReadUnaligned<ulong>(state + (leaf * sizeof(ulong)));
        }
        // The last eight bytes, without those that belong to the word before.
        return Unsafe.ReadUnaligned<ulong>(state + sizeof(TState) - sizeof(ulong)) >> (8 * (sizeof(ulong) - rest));
    }
}
