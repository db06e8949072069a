// Numbers for words: what the trees of compressed states are made of.

using System.Runtime.CompilerServices;
using Verify.Engine.Disk;

namespace Verify.Engine.Stores;

/// <summary>Gives each 64-bit word that it is asked for a number of 32 bits, from 1, always the same one. Any thread; all but growing.</summary>
/// <param name="budget">Where the memory comes from.</param>
/// <param name="slack">As for <see cref="Table"/>.</param>
/// <param name="used">Whether it is needed at all.</param>
/// <param name="share">As for <see cref="Table"/>.</param>
internal unsafe struct Words(NativeBudget budget, long slack, bool used, long share = long.MaxValue)
{
    // Numbers of which some threads may be about to take the last.
    private readonly long _most = uint.MaxValue - slack;

    private Table _table = used ? new Table(budget, slack, keepsValues: true, share: share) : default;

    /// <summary>True while the slack is untouched.</summary>
    public readonly bool HasRoom
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => !used || (_table.HasRoom && _table.Count < _most);
    }

    /// <summary>Finds the numbers of some words.</summary>
    /// <param name="words">The words; overwritten.</param>
    /// <param name="places">For each word, which of <paramref name="numbers"/> is its number. Overwritten.</param>
    /// <param name="count">How many words.</param>
    /// <param name="numbers">Where the numbers go.</param>
    public void Number(ulong* words, int* places, int count, uint* numbers)
    {
        for (int i = 0; i < count; i++)
        {
            words[i] = Fingerprint.Mix(words[i]);
            _table.Prefetch(words[i]);
            _table.PrefetchValue(words[i]);
        }
        // Most words are where they belong; what is not is left for later, without a branch.
        int left = 0;
        for (int i = 0; i < count; i++)
        {
            (ulong key, int place) = (words[i], places[i]);
            bool found = _table.FindAtHome(key, out long slot);
            uint number = Volatile.Read(ref _table.Value(slot));
            numbers[place] = number;
            (words[left], places[left]) = (key, place);
            left += Unsafe.BitCast<bool, byte>(!found | number == 0);
        }
        for (int i = 0; i < left; i++)
        {
            numbers[places[i]] = NumberOf(words[i]);
        }
    }

    /// <summary>See <see cref="Table.TryGrow"/>.</summary>
    public bool TryGrow(Crew crew) => _table.Count < _most && _table.TryGrow(crew);

    /// <summary>See <see cref="Table.SaveTo"/>; nothing where it is not needed.</summary>
    public readonly void Save(CheckpointWriter writer)
    {
        if (used)
        {
            _table.SaveTo(writer);
        }
    }

    /// <summary>See <see cref="Table.LoadFrom"/>.</summary>
    public void Load(CheckpointReader reader, Action makeRoom)
    {
        if (used)
        {
            _table.LoadFrom(reader, makeRoom);
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Free() => _table.Free();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private uint Give(long slot)
    {
        var number = (uint)_table.AddedOne();
        Volatile.Write(ref _table.Value(slot), number);
        return number;
    }

    private uint NumberOf(ulong key)
    {
        bool isNew = _table.Claim(key, out long slot);
        uint number = Volatile.Read(ref _table.Value(slot));
        return isNew ? Give(slot) : number != 0 ? number : Await(slot);
    }

    // Whoever took the slot is about to write its number.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly uint Await(long slot)
    {
        uint number = 0;
        for (var wait = default(SpinWait); number == 0; number = Volatile.Read(ref _table.Value(slot)))
        {
            wait.SpinOnce();
        }
        return number;
    }
}
