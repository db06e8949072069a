// What walks have covered so far, as it is common to all walks of a round.

using System.Numerics;
using Verify.Transitions;

namespace Verify.Engine.Sampling;

/// <summary>
/// How many walks came to a state, in a table of fixed size by fingerprint, and how often each action fired. It changes between rounds only, in the order of
/// the walks, so that what walks choose by it does not depend on threads. States that share a slot are counted together.
/// </summary>
/// <param name="actions">Actions of the model.</param>
internal sealed class CoverageMap(int actions)
{
    // A million states: more than walks can tell apart by preferring some, and small beside any cache of today.
    private const int SlotBits = 20;

    // What a walk may tell of: this bounds the memory of a round, not the walk.
    private const int LongestLog = 1 << 16;

    private readonly byte[] _walks = new byte[1 << SlotBits];
    private readonly List<(int Slot, ushort Kind)>?[] _logs = new List<(int, ushort)>?[Round.Size];
    private readonly double[] _rarity = new double[actions];

    /// <summary>By action, how many of its steps led to a state that no walk had come to.</summary>
    public long[] New { get; } = new long[actions];

    /// <summary>Rounds that were begun.</summary>
    public long Rounds { get; private set; }

    /// <summary>Slots of the table.</summary>
    public static int Slots => 1 << SlotBits;

    /// <summary>The slot of a state.</summary>
    public static int SlotOf(ulong fingerprint) => (int)(fingerprint >> (64 - SlotBits));

    /// <summary>How many walks came to the states of a slot before this round; 255 stands for more as well.</summary>
    public int Walks(int slot) => _walks[slot];

    /// <summary>The weight of an action: smaller the more it fired before this round, by the logarithm, so that none is ever ruled out.</summary>
    public double Rarity(ushort kind) => _rarity[kind];

    /// <summary>Begins a walk.</summary>
    /// <param name="place">Its place in the round.</param>
    /// <param name="log">Takes what it <see cref="Note"/>s, until the round ends; empty.</param>
    public void Begin(int place, List<(int Slot, ushort Kind)> log) => _logs[place] = log;

    /// <summary>Notes that a walk came to the states of a slot for the first time.</summary>
    /// <param name="log">The walk's log.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="step">The step that led there.</param>
    /// <returns>Whether it was noted: the first 65,536 slots of a walk are.</returns>
    public static bool Note(List<(int Slot, ushort Kind)> log, int slot, Step step)
    {
        if (log.Count == LongestLog)
        {
            return false;
        }
        log.Add((slot, step.Kind));
        return true;
    }

    /// <summary>Begins a round.</summary>
    /// <param name="fired">Steps by each action so far.</param>
    public void Begin(long[] fired)
    {
        Rounds++;
        for (int kind = 0; kind < actions; kind++)
        {
            // In whole numbers, since logarithms may differ in their last bit from machine to machine.
            _rarity[kind] = 1.0 / (1 + BitOperations.Log2((ulong)fired[kind] + 1));
        }
    }

    /// <summary>Ends a round: takes over what its walks noted, in their order.</summary>
    public void End()
    {
        for (int place = 0; place < _logs.Length && _logs[place] is { } log; place++)
        {
            foreach ((int slot, ushort kind) in log)
            {
                if (_walks[slot] == 0 && kind < New.Length)
                {
                    New[kind]++;
                }
                _walks[slot] += (byte)(_walks[slot] < byte.MaxValue ? 1 : 0);
            }
            log.Clear();
            _logs[place] = null;
        }
    }
}
