// Finds, of all states that differ in names only, the one that is kept.

using Verify.Transitions;

namespace Verify.Engine.Reduction;

/// <summary>
/// Canonicalises states of a symmetric system: two states have the same result exactly if they differ in the names of interchangeable indices only. Visiting
/// one state of each such orbit decides every property that does not look at names (Ip, Dill, "Better verification through symmetry", 1996; Clarke, Enders,
/// Filkorn, Jha, "Exploiting symmetry in temporal logic model checking", 1996).
/// </summary>
/// <remarks>
/// The indices of each set are sorted by their signatures. Where these are all different, one order is left, and one renaming does it. Indices of equal
/// signatures are tied. Mostly they are in every way alike, which exchanging two of them shows: the state stays as it is, and their order does not matter.
/// Of what remains, every order is tried, each arrangement of alike indices once, and the state whose bytes are smallest is kept. So it is exact, and
/// slow only where many indices are tied that are not alike: then a signature tells too little. One for each thread; nothing is allocated for a state.
/// </remarks>
internal sealed unsafe class Canon<TState>
    where TState : unmanaged
{
    private const int MostIndices = 256;

    private readonly ISymmetricSystem<TState> _system;
    private readonly int[] _counts;
    private readonly ulong[] _signatures;
    private readonly byte[] _order;
    private readonly byte[] _names;
    private readonly List<Tie> _ties = [];
    private readonly Tie[] _spare; // ties are used again and again
    private readonly TState[] _partial; // the state with the first ties arranged
    private TState _best;

    /// <summary>For the states of <paramref name="system"/>.</summary>
    /// <param name="system">The system.</param>
    /// <param name="apart">The sets whose indices keep their names.</param>
    /// <exception cref="ArgumentException">A set has more than 256 indices.</exception>
    public Canon(ISymmetricSystem<TState> system, IReadOnlyList<string> apart)
    {
        _system = system;
        _counts = [.. system.Symmetries.Select(set => apart.Contains(set.Name) ? 1 : set.Count)];
        if (_counts.Any(count => count > MostIndices))
        {
            throw new ArgumentException($"a set of interchangeable indices has more than {MostIndices}");
        }
        int most = _counts.Max();
        _signatures = new ulong[most];
        _order = new byte[most];
        _names = new byte[most];
        _spare = [.. Enumerable.Range(0, _counts.Sum(count => count / 2)).Select(_ => new Tie(most))];
        _partial = new TState[_spare.Length + 1];
    }

    /// <summary>Replaces a state by its representative.</summary>
    public void Canonicalise(TState* state)
    {
        _ties.Clear();
        for (int set = 0; set < _counts.Length; set++)
        {
            if (_counts[set] > 1)
            {
                Sort(state, set);
            }
        }
        if (_ties.Count > 0)
        {
            Untie(state);
        }
    }

    // Signatures do not depend on names, so those of one set stay as they are when another is renamed.
    private void Sort(TState* state, int set)
    {
        int count = _counts[set];
        bool moved = false;
        bool tied = false;
        for (int index = 0; index < count; index++)
        {
            ulong signature = _system.Signature(in *state, set, index);
            int at = index;
            for (; at > 0 && _signatures[at - 1] > signature; at--)
            {
                (_signatures[at], _order[at]) = (_signatures[at - 1], _order[at - 1]);
                moved = true;
            }
            tied |= at > 0 && _signatures[at - 1] == signature;
            (_signatures[at], _order[at]) = (signature, (byte)index);
        }
        if (moved)
        {
            for (int at = 0; at < count; at++)
            {
                _names[_order[at]] = (byte)at;
            }
            TState before = *state;
            _system.Rename(in before, set, _names.AsSpan(0, count), ref *state);
        }
        if (tied)
        {
            NoteTies(set, count);
        }
    }

    private void NoteTies(int set, int count)
    {
        int start = 0;
        for (int at = 1; at <= count; at++)
        {
            if (at == count || _signatures[at] != _signatures[start])
            {
                if (at - start > 1)
                {
                    Tie tie = _spare[_ties.Count];
                    (tie.Set, tie.Start, tie.Length) = (set, start, at - start);
                    _ties.Add(tie);
                }
                start = at;
            }
        }
    }

    private void Untie(TState* state)
    {
        // Exchanging two alike indices changes nothing whatever the other sets' order is, so each tie can be looked into on its own.
        int open = 0;
        for (int i = 0; i < _ties.Count; i++)
        {
            Tie tie = _ties[i];
            if (!FindAlike(state, tie))
            {
                (_ties[open], _ties[i]) = (tie, _ties[open]);
                open++;
            }
        }
        if (open == 0)
        {
            return;
        }
        _best = *state;
        _partial[0] = *state;
        Arrange(0, open);
        *state = _best;
    }

    // Sorts the indices of a tie into kinds of alike ones; true if there is one kind only. Being alike is transitive: exchanging a and c is exchanging
    // a and b, b and c, and a and b again.
    private bool FindAlike(TState* state, Tie tie)
    {
        int kinds = 0;
        for (int i = 0; i < tie.Length; i++)
        {
            int kind = 0;
            while (kind < kinds && !AreAlike(state, tie, tie.Firsts[kind], i))
            {
                kind++;
            }
            if (kind == kinds)
            {
                tie.Firsts[kinds++] = (byte)i;
            }
            tie.Kinds[i] = (byte)kind;
        }
        return kinds == 1;
    }

    private bool AreAlike(TState* state, Tie tie, int one, int other)
    {
        Span<byte> names = Identity(tie.Set);
        (names[tie.Start + one], names[tie.Start + other]) = ((byte)(tie.Start + other), (byte)(tie.Start + one));
        TState swapped = *state;
        _system.Rename(in *state, tie.Set, names, ref swapped);
        return Bytes(&swapped).SequenceEqual(Bytes(state));
    }

    // All arrangements of the ties from a number on.
    private void Arrange(int number, int open)
    {
        if (number == open)
        {
            Keep(ref _partial[number]);
            return;
        }
        Tie tie = _ties[number];
        Span<byte> kinds = tie.Arrangement.AsSpan(0, tie.Length);
        tie.Kinds.AsSpan(0, tie.Length).CopyTo(kinds);
        kinds.Sort();
        do
        {
            Span<byte> names = Identity(tie.Set);
            tie.Place(kinds, names);
            _partial[number + 1] = _partial[number];
            _system.Rename(in _partial[number], tie.Set, names, ref _partial[number + 1]);
            Arrange(number + 1, open);
        }
        while (Next(kinds));
    }

    private void Keep(ref TState candidate)
    {
        fixed (TState* its = &candidate, best = &_best)
        {
            if (Bytes(its).SequenceCompareTo(Bytes(best)) < 0)
            {
                *best = *its;
            }
        }
    }

    private Span<byte> Identity(int set)
    {
        Span<byte> names = _names.AsSpan(0, _counts[set]);
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = (byte)i;
        }
        return names;
    }

    private static ReadOnlySpan<byte> Bytes(TState* state) => new(state, sizeof(TState));

    // The next arrangement in the order of dictionaries; false after the last.
    private static bool Next(Span<byte> kinds)
    {
        int at = kinds.Length - 2;
        while (at >= 0 && kinds[at] >= kinds[at + 1])
        {
            at--;
        }
        if (at < 0)
        {
            return false;
        }
        int larger = kinds.Length - 1;
        while (kinds[larger] <= kinds[at])
        {
            larger--;
        }
        (kinds[at], kinds[larger]) = (kinds[larger], kinds[at]);
        kinds[(at + 1)..].Reverse();
        return true;
    }

    /// <summary>Indices of one set with equal signatures.</summary>
    private sealed class Tie(int most)
    {
        /// <summary>The set.</summary>
        public int Set;

        /// <summary>The first of them.</summary>
        public int Start;

        /// <summary>How many.</summary>
        public int Length;

        /// <summary>By index from the first, its kind: alike ones have the same.</summary>
        public byte[] Kinds { get; } = new byte[most];

        /// <summary>By kind, its first index.</summary>
        public byte[] Firsts { get; } = new byte[most];

        /// <summary>The arrangement that is tried: the kind for each place.</summary>
        public byte[] Arrangement { get; } = new byte[most];

        /// <summary>Names each index by a place for its kind; alike ones in their own order.</summary>
        public void Place(ReadOnlySpan<byte> places, Span<byte> names)
        {
            for (int i = 0; i < Length; i++)
            {
                int skip = 0;
                for (int earlier = 0; earlier < i; earlier++)
                {
                    skip += Kinds[earlier] == Kinds[i] ? 1 : 0;
                }
                int place = 0;
                for (; places[place] != Kinds[i] || skip-- > 0; place++)
                {
                }
                names[Start + i] = (byte)(Start + place);
            }
        }
    }
}
