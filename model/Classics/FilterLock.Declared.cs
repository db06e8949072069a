// What reductions may rest on: the processes are interchangeable, and which variables their steps touch.

using Verify.Transitions;

namespace Verify.Model.Classics;

/// <content>
/// Initially process 0 is the last to have come to each level, which is a name. Any other would do as well, and is reached: a process that passes all levels alone
/// is the last at each of them.
/// </content>
public readonly partial struct FilterLock : ISymmetricSystem<FilterLockState>, IPartialOrderSystem<FilterLockState>
{
    private const int LastBit = 8; // bits 0 to 7: the level of each process; from here: the last at each level

    /// <inheritdoc/>
    public IReadOnlyList<IndexSet> Symmetries => [new("processes", Processes)];

    /// <inheritdoc/>
    public int Agents => Processes;

    private ulong Levels => (1UL << Processes) - 1;

    private ulong Lasts => Levels << LastBit; // that of level 0 means nothing

    /// <inheritdoc/>
    public void Rename(in FilterLockState state, int set, ReadOnlySpan<byte> names, ref FilterLockState renamed)
    {
        for (int i = 0; i < Processes; i++)
        {
            renamed.Pc[names[i]] = state.Pc[i];
            renamed.Level[names[i]] = state.Level[i];
        }
        for (int level = 1; level < Processes; level++)
        {
            renamed.Last[level] = names[state.Last[level]];
        }
    }

    /// <summary>All there is of a process: where it is, its level, and at which levels it is the last. Processes for which it is equal are alike.</summary>
    public ulong Signature(in FilterLockState state, int set, int index)
    {
        ulong signature = state.Pc[index] | ((ulong)state.Level[index] << 8);
        for (int level = 1; level < Processes; level++)
        {
            signature |= state.Last[level] == index ? 1UL << (16 + level) : 0;
        }
        return signature;
    }

    /// <inheritdoc/>
    public int Agent(in FilterLockState before, Step step) => step.A;

    /// <inheritdoc/>
    public Footprint Next(in FilterLockState state, int agent)
    {
        ulong own = 1UL << agent;
        bool swapped = variant == FilterLockVariant.LastBeforeLevel;
        int above = Math.Min(state.Level[agent] + 1, Processes - 1);
        return state.Pc[agent] switch
        {
            Idle => new(0, swapped ? Last(above) : own),
            Raised => new(0, swapped ? own : Last(state.Level[agent])),
            Waiting => new(Levels | Last(state.Level[agent]), swapped ? Last(above) : own),
            _ => new(0, own),
        };
    }

    /// <summary>Every process comes round to everything again, but raises no level other than its own.</summary>
    public Footprint Later(in FilterLockState state, int agent) => new(Levels | Lasts, (1UL << agent) | Lasts);

    /// <summary>How far all processes are on their way to the critical section.</summary>
    public ulong Progress(in FilterLockState state)
    {
        ulong sum = 0;
        for (int i = 0; i < Processes; i++)
        {
            sum += (4UL * state.Level[i]) + state.Pc[i];
        }
        return sum;
    }

    private static ulong Last(int level) => 1UL << (LastBit + level);
}
