// Walks that prefer what was little seen.

using Verify.Transitions;

namespace Verify.Engine.Sampling;

/// <summary>
/// Each enabled step is chosen with a weight: one over one and the number of walks that came to its state, this one counting for each time it did, by one over
/// one and the binary logarithm of how often its action fired. New states and rare actions are preferred and nothing is ruled out. The idea is that of coverage-guided
/// fuzzing (M. Böhme, V.-T. Pham, A. Roychoudhury, "Coverage-based greybox fuzzing as Markov chain", CCS 2016) brought to steps: effort goes where little went.
/// </summary>
/// <param name="map">What earlier rounds covered.</param>
internal struct CoverageStrategy<TState>(CoverageMap map) : IStrategy<TState>
    where TState : unmanaged
{
    // How often this walk came to the states of a slot, and to which slots it came.
    private readonly byte[] _visits = new byte[CoverageMap.Slots];
    private readonly List<int> _visited = [];
    private double[] _weights = new double[16];
    private int[] _slots = new int[16];

    // A log for each place in a round. This thread's own: what several threads write to at once must not share cache lines.
    private readonly List<(int Slot, ushort Kind)>?[] _logs = new List<(int, ushort)>?[Round.Size];
    private List<(int Slot, ushort Kind)> _log = [];

    // Of initial states: their slots, and the sums of their weights up to each. There can be thousands, so the sums are made once in a round.
    private int[] _starts = [];
    private double[] _sums = [];
    private long _round;

    /// <inheritdoc/>
    public int Begin(int place, Moves<TState> initial, ref SplitRandom random)
    {
        foreach (int slot in _visited)
        {
            _visits[slot] = 0;
        }
        _visited.Clear();
        map.Begin(place, _log = _logs[place] ??= []);
        if (_round != map.Rounds)
        {
            _round = map.Rounds;
            Weigh(initial);
        }
        int at = Array.BinarySearch(_sums, _sums[^1] * random.Fraction());
        int chosen = Math.Min(at < 0 ? ~at : at + 1, initial.Count - 1);
        Visit(_starts[chosen], initial.Step(chosen));
        return chosen;
    }

    /// <inheritdoc/>
    public int Choose(in TState before, Moves<TState> moves, ref SplitRandom random)
    {
        if (_weights.Length < moves.Count)
        {
            (_weights, _slots) = (new double[2 * moves.Count], new int[2 * moves.Count]);
        }
        double sum = 0;
        for (int i = 0; i < moves.Count; i++)
        {
            int slot = _slots[i] = CoverageMap.SlotOf(moves.Fingerprint(i));
            sum += _weights[i] = map.Rarity(moves.Step(i).Kind) / (1 + map.Walks(slot) + _visits[slot]);
        }
        int chosen = moves.Count == 1 ? 0 : Draw(sum * random.Fraction(), moves.Count);
        Visit(_slots[chosen], moves.Step(chosen));
        return chosen;
    }

    private void Weigh(Moves<TState> initial)
    {
        if (_starts.Length == 0)
        {
            _starts = [.. Enumerable.Range(0, initial.Count).Select(i => CoverageMap.SlotOf(initial.Fingerprint(i)))];
            _sums = new double[initial.Count];
        }
        double sum = 0;
        for (int i = 0; i < _starts.Length; i++)
        {
            _sums[i] = sum += 1.0 / (1 + map.Walks(_starts[i]));
        }
    }

    private readonly int Draw(double at, int count)
    {
        int i = 0;
        while (i < count - 1 && at >= _weights[i])
        {
            at -= _weights[i++];
        }
        return i;
    }

    private readonly void Visit(int slot, Step step)
    {
        if (_visits[slot] == 0)
        {
            if (!CoverageMap.Note(_log, slot, step))
            {
                return;
            }
            _visited.Add(slot);
        }
        _visits[slot] += (byte)(_visits[slot] < byte.MaxValue ? 1 : 0);
    }
}
