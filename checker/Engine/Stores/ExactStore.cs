// Visited states whole, but each part that many of them have in common only once.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Verify.Engine.Disk;
using Verify.Transitions;

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
/// numbers are looked up that neither of the two before it has, and none at all if the whole state was met a short while ago. States of up to eight
/// bytes are their own roots. In the worst case, where no two states have a part in common, a state takes about three times its size.
/// </remarks>
internal unsafe partial struct ExactStore<TState>(NativeBudget budget, int threads, int batch, long share = long.MaxValue) : IStore<TState>
    where TState : unmanaged
{
    private readonly int _met = StatesMet(budget.Limit / threads);
    private Table _table = new(budget, threads * batch, share: Leaves == 1 ? share : share / 2);
    private Words _words = new(budget, (long)threads * batch * Nodes, used: Leaves > 1, share / 2);

    /// <inheritdoc/>
    public static bool KeepsOrigins => false;

    /// <inheritdoc/>
    public static bool IsExhaustive => true;

    /// <summary>See <see cref="Notes"/>.</summary>
    public readonly int NotesBytes => Leaves == 1 ? 0 : Notes.Bytes(_met);

    /// <inheritdoc/>
    public readonly bool HasRoom
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _table.HasRoom && _words.HasRoom;
    }

    private static int Leaves => (sizeof(TState) + sizeof(ulong) - 1) / sizeof(ulong);

    // Nodes of a tree: all but the root. A bound that the compiler can compute: each level has half of the one below, rounded up.
    private static int Nodes => Leaves == 1 ? 0 : (2 * Leaves) + BitOperations.Log2((uint)Leaves) + 1;

    /// <inheritdoc/>
    public readonly ulong Expand(TState* state, int level) => 0;

    /// <inheritdoc/>
    public readonly ulong Mark(ulong origin, TState* before, Step step, TState* after) => origin;

    /// <inheritdoc/>
    public void FindKeys(TState* states, Waiting* known, int count, byte* notes)
    {
        if (Leaves == 1)
        {
            Fingerprint.OfAll(states, known, count);
            return;
        }
        var own = new Notes(notes, _met);
        int unmet = FindMet(states, known, count, own);
        for (int at = 0; at < unmet; at += AtATime)
        {
            FindRoots(states, known, own.Unmet + at, Math.Min(AtATime, unmet - at), own);
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
    public readonly bool Insert(ulong key, ulong origin, byte* notes) => _table.Claim(key, out _);

    /// <inheritdoc/>
    public void Added(int states) => _table.Added(states);

    /// <inheritdoc/>
    public bool TryGrow(Crew crew) => (_table.HasRoom || _table.TryGrow(crew)) && (_words.HasRoom || _words.TryGrow(crew));

    /// <inheritdoc/>
    public bool TrySpill(KeyRuns runs)
    {
        if (_table.HasRoom)
        {
            return false;
        }
        KeyRunWriter run = runs.Begin();
        _table.TakeAll(run.Add);
        runs.End(run);
        return true;
    }

    /// <inheritdoc/>
    public readonly void Save(CheckpointWriter writer, KeyRuns? runs)
    {
        _words.Save(writer);
        _table.SaveTo(writer, runs);
    }

    /// <inheritdoc/>
    public void Load(CheckpointReader reader, Action makeRoom)
    {
        _words.Load(reader, makeRoom);
        _table.LoadFrom(reader, makeRoom);
    }

    public readonly StoreLoss Loss(long states) => default;

    /// <inheritdoc/>
    public void Free()
    {
        _table.Free();
        _words.Free();
    }

    // Copies the keys of states that were met a short while ago, and lists the others.
    private static int FindMet(TState* states, Waiting* known, int count, Notes notes)
    {
        for (int i = 0; i < count; i++)
        {
            notes.Prints[i] = Fingerprint.Of(states + i);
            notes.Prefetch(notes.Prints[i]);
        }
        int unmet = 0;
        for (int i = 0; i < count; i++)
        {
            Meeting* met = notes.Last(notes.Prints[i]);
            known[i].Key = met->Key;
            notes.Unmet[unmet] = i;
            bool same = new Span<byte>(&met->State, sizeof(TState)).SequenceEqual(new Span<byte>(states + i, sizeof(TState)));
            unmet += Unsafe.BitCast<bool, byte>(!same | met->Key == 0);
        }
        return unmet;
    }

    // Each level of the trees is worked off for all of the states. Most words are those of one of the two states before, since these are mostly
    // successors of the same state: what one step changed, the next one has as it was. Their numbers are copied; only the others are looked up.
    private void FindRoots(TState* states, Waiting* known, int* which, int count, Notes notes)
    {
        int asked = CompareLeaves(states, which, count, notes);
        _words.Number(notes.Words, notes.Places, asked, notes.Numbers);
        CopyNumbers(notes.Numbers, LongLeaves, count, notes);
        uint* numbers = notes.Numbers;
        int width = Leaves;
        for (; width > 2; width = (width + 1) / 2)
        {
            asked = ComparePairs(numbers, width, count, notes);
            numbers += width;
            _words.Number(notes.Words, notes.Places, asked, numbers);
            CopyNumbers(numbers, width / 2, count, notes);
        }
        for (int i = 0; i < count; i++)
        {
            ulong key = Fingerprint.Mix(Pair(numbers + (i * Nodes)));
            known[which[i]].Key = key;
            Meeting* met = notes.Last(notes.Prints[which[i]]);
            met->State = states[which[i]];
            met->Key = key;
        }
    }

    // Lists the leaves that are to be looked up.
    private static int CompareLeaves(TState* states, int* which, int count, Notes notes)
    {
        int asked = 0;
        for (int i = 0; i < count; i++)
        {
            TState* own = states + which[i];
            TState* one = states + which[Math.Max(0, i - 1)];
            TState* two = states + which[Math.Max(0, i - 2)];
            asked = Compare((ulong*)own, (ulong*)one, (ulong*)two, WholeLeaves, i, asked, notes);
            if (WholeLeaves < LongLeaves)
            {
                asked = CompareOne(Word(own, WholeLeaves), Word(one, WholeLeaves), Word(two, WholeLeaves), WholeLeaves, i, asked, notes);
            }
            else if (WholeLeaves < Leaves)
            {
                notes.Numbers[(i * Nodes) + WholeLeaves] = (uint)Word(own, WholeLeaves);
            }
        }
        return asked;
    }

    // Lists the pairs that are to be looked up, of a level of so many numbers.
    private static int ComparePairs(uint* numbers, int width, int count, Notes notes)
    {
        int asked = 0;
        for (int i = 0; i < count; i++)
        {
            uint* own = numbers + (i * Nodes);
            uint* one = numbers + (Math.Max(0, i - 1) * Nodes);
            uint* two = numbers + (Math.Max(0, i - 2) * Nodes);
            asked = Compare((ulong*)own, (ulong*)one, (ulong*)two, width / 2, i, asked, notes);
            if (width % 2 != 0)
            {
                own[width + (width / 2)] = own[width - 1];
            }
        }
        return asked;
    }

    // Compares the words of state i with those of the two before, which the first ones do not have, and lists those that are in neither. Whether a
    // word is there cannot be foreseen: so there is no branch on it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Compare(ulong* own, ulong* one, ulong* two, int width, int i, int asked, Notes notes)
    {
        int at = 0;
        for (; at + 4 <= width; at += 4)
        {
            var words = Vector256.Load(own + at);
            Vector256<ulong> inOne = i > 0 ? Vector256.Equals(words, Vector256.Load(one + at)) : default;
            Vector256<ulong> inTwo = i > 1 ? Vector256.Equals(words, Vector256.Load(two + at)) : default;
            int node = (i * Leaves) + at;
            Vector128.Narrow(inOne.GetLower(), inOne.GetUpper()).Store(notes.InOne + node);
            Vector128.Narrow(inTwo.GetLower(), inTwo.GetUpper()).Store(notes.InTwo + node);
            uint isIn = (inOne | inTwo).ExtractMostSignificantBits();
            for (int lane = 0; lane < 4; lane++)
            {
                notes.Words[asked] = own[at + lane];
                notes.Places[asked] = (i * Nodes) + at + lane;
                asked += (int)(~isIn >> lane & 1);
            }
        }
        for (; at < width; at++)
        {
            asked = CompareOne(own[at], one[at], two[at], at, i, asked, notes);
        }
        return asked;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CompareOne(ulong own, ulong one, ulong two, int at, int i, int asked, Notes notes)
    {
        int inOne = Unsafe.BitCast<bool, byte>(i > 0 & own == one);
        int inTwo = Unsafe.BitCast<bool, byte>(i > 1 & own == two);
        notes.InOne[(i * Leaves) + at] = (uint)-inOne;
        notes.InTwo[(i * Leaves) + at] = (uint)-inTwo;
        notes.Words[asked] = own;
        notes.Places[asked] = (i * Nodes) + at;
        return asked + (1 ^ (inOne | inTwo));
    }

    // Copies the numbers that were not looked up, of a level of so many nodes.
    private static void CopyNumbers(uint* numbers, int width, int count, Notes notes)
    {
        for (int i = 1; i < count; i++)
        {
            uint* own = numbers + (i * Nodes);
            uint* one = own - Nodes;
            uint* two = numbers + (Math.Max(0, i - 2) * Nodes);
            uint* inOne = notes.InOne + (i * Leaves);
            uint* inTwo = notes.InTwo + (i * Leaves);
            int at = 0;
            for (; at + 4 <= width; at += 4)
            {
                Vector128<uint> two4 = Vector128.ConditionalSelect(Vector128.Load(inTwo + at), Vector128.Load(two + at), Vector128.Load(own + at));
                Vector128.ConditionalSelect(Vector128.Load(inOne + at), Vector128.Load(one + at), two4).Store(own + at);
            }
            for (; at < width; at++)
            {
                uint known = (two[at] & inTwo[at]) | (own[at] & ~inTwo[at]);
                own[at] = (one[at] & inOne[at]) | (known & ~inOne[at]);
            }
        }
    }

    // Of 64 bits.
    private static int WholeLeaves => sizeof(TState) / sizeof(ulong);

    // All but a last one of up to 32 bits, which is its own number.
    private static int LongLeaves => sizeof(TState) % sizeof(ulong) is > 0 and <= sizeof(uint) ? Leaves - 1 : Leaves;

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
