// Peterson's filter lock for N processes: the yardstick that other model checkers are measured with as well.

using System.Numerics;
using System.Runtime.CompilerServices;
using Verify.Transitions;

namespace Verify.Model.Classics;

/// <summary>A byte for each of up to eight processes or levels.</summary>
[InlineArray(8)]
public struct EightBytes
{
    private byte _first;
}

/// <summary>The shared variables and program counters of the lock.</summary>
public struct FilterLockState
{
    /// <summary>Where each process is: 0 idle, 1 has raised its level, 2 waits, 3 is in the critical section.</summary>
    public EightBytes Pc;

    /// <summary>The level each process is at, from 0 (idle) to N - 1.</summary>
    public EightBytes Level;

    /// <summary>The process that came to each level last.</summary>
    public EightBytes Last;
}

/// <summary>Which filter lock.</summary>
public enum FilterLockVariant
{
    /// <summary>As published.</summary>
    Correct,

    /// <summary>Broken: a process names itself the last before it raises its level, so that two may pass each other.</summary>
    LastBeforeLevel,

    /// <summary>Broken: the last level does not wait.</summary>
    NoWaitAtTheTop,
}

/// <summary>
/// The filter lock: to enter, a process passes N - 1 levels, and at each one it waits while it was the last to come and another is at that level
/// or above. G. L. Peterson, "Myths about the mutual exclusion problem", Information Processing Letters 12(3), 1981.
/// </summary>
/// <param name="processes">N, 2 to 8.</param>
/// <param name="variant">Which one.</param>
public readonly partial struct FilterLock(int processes, FilterLockVariant variant = FilterLockVariant.Correct) : ITransitionSystem<FilterLockState>
{
    private enum Act : ushort
    {
        Enter,
        SetLast,
        Wait,
        Exit,
    }

    private const byte Idle = 0;
    private const byte Raised = 1;
    private const byte Waiting = 2;
    private const byte Critical = 3;

    /// <summary>N.</summary>
    public int Processes { get; } = processes is >= 2 and <= 8
        ? processes
        : throw new ArgumentOutOfRangeException(nameof(processes), processes, "the filter lock is for 2 to 8 processes");

    /// <inheritdoc/>
    public IReadOnlyList<string> Actions => _actions;

    private static readonly string[] _actions = ["enter", "set last", "wait", "exit"];

    /// <inheritdoc/>
    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<FilterLockState>, allows ref struct
    {
        FilterLockState start = default;
        sink.From(in start);
        sink.Add(Step.Init);
    }

    /// <inheritdoc/>
    public void Next<TSink>(in FilterLockState state, ref TSink sink)
        where TSink : struct, ISink<FilterLockState>, allows ref struct
    {
        int ahead = LevelAhead(in state);
        for (int i = 0; i < Processes; i++)
        {
            int level = state.Level[i];
            if (state.Pc[i] == Waiting && !MayPass(in state, i, level, ahead))
            {
                continue;
            }
            if (variant == FilterLockVariant.LastBeforeLevel)
            {
                NextSwapped(in state, ref sink, i, level);
            }
            else
            {
                NextInOrder(in state, ref sink, i, level);
            }
        }
    }

    /// <inheritdoc/>
    public void Describe(in FilterLockState state, IStateText text)
    {
        for (int i = 0; i < Processes; i++)
        {
            text.Field($"pc[{i}]", state.Pc[i] switch { Idle => "idle", Raised => "raised", Waiting => "waiting", _ => "critical" });
            text.Field($"level[{i}]", $"{state.Level[i]}");
        }
        for (int level = 1; level < Processes; level++)
        {
            text.Field($"last[{level}]", $"{state.Last[level]}");
        }
    }

    /// <inheritdoc/>
    public ActionText Say(in FilterLockState before, Step step) => new($"P{step.A}", _actions[step.Kind], ("level", $"{step.B}"));

    /// <inheritdoc/>
    public bool IsFinal(in FilterLockState state) => false;

    /// <inheritdoc/>
    public ulong Rank(in FilterLockState state) => 0;

    /// <summary>How many processes are in the critical section.</summary>
    public static int InCriticalSection(in FilterLockState state)
    {
        int count = 0;
        for (int i = 0; i < 8; i++)
        {
            count += state.Pc[i] == Critical ? 1 : 0;
        }
        return count;
    }

    // One copy and one call of the sink for all cases, so that it is compiled into the loop.
    private void NextInOrder<TSink>(in FilterLockState state, ref TSink sink, int i, int level)
        where TSink : struct, ISink<FilterLockState>, allows ref struct
    {
        ref FilterLockState next = ref sink.From(in state);
        Act act;
        switch (state.Pc[i])
        {
            case Idle:
                act = Act.Enter;
                level = 1;
                next.Level[i] = 1;
                next.Pc[i] = Raised;
                break;
            case Raised:
                act = Act.SetLast;
                next.Last[level] = (byte)i;
                next.Pc[i] = Waiting;
                break;
            case Waiting:
                act = Act.Wait;
                bool top = level == Processes - 1;
                next.Level[i] = (byte)(top ? level : level + 1);
                next.Pc[i] = top ? Critical : Raised;
                break;
            default:
                act = Act.Exit;
                next.Level[i] = 0;
                next.Pc[i] = Idle;
                break;
        }
        sink.Add(new Step((ushort)act, (short)i, (short)level));
    }

    // The broken order. Raised means here: has named itself the last of the level above the one it is at.
    private void NextSwapped<TSink>(in FilterLockState state, ref TSink sink, int i, int level)
        where TSink : struct, ISink<FilterLockState>, allows ref struct
    {
        ref FilterLockState next = ref sink.From(in state);
        Act act;
        switch (state.Pc[i])
        {
            case Idle:
                act = Act.SetLast;
                level++;
                next.Last[level] = (byte)i;
                next.Pc[i] = Raised;
                break;
            case Raised:
                act = Act.Enter;
                level++;
                next.Level[i] = (byte)level;
                next.Pc[i] = Waiting;
                break;
            case Waiting:
                act = Act.Wait;
                bool top = level == Processes - 1;
                if (!top)
                {
                    next.Last[level + 1] = (byte)i;
                }
                next.Pc[i] = top ? Critical : Raised;
                break;
            default:
                act = Act.Exit;
                next.Level[i] = 0;
                next.Pc[i] = Idle;
                break;
        }
        sink.Add(new Step((ushort)act, (short)i, (short)level));
    }

    // Whoever waits at a level passes when another came later, or when all others are below.
    private bool MayPass(in FilterLockState state, int i, int level, int ahead) =>
        state.Last[level] != i || level == ahead || (variant == FilterLockVariant.NoWaitAtTheTop && level == Processes - 1);

    // The highest level that any process is at, if only one is; else 0, where nobody waits.
    private int LevelAhead(in FilterLockState state)
    {
        uint some = 0;
        uint several = 0;
        for (int i = 0; i < Processes; i++)
        {
            uint level = 1u << state.Level[i];
            several |= some & level;
            some |= level;
        }
        int highest = BitOperations.Log2(some);
        return (several >> highest & 1) == 0 ? highest : 0;
    }
}
