// A test-and-set lock: exclusive, but not fair.

using Verify.Transitions;

namespace Verify.Model.Classics;

/// <summary>Where each process is.</summary>
public struct TestAndSetState
{
    /// <summary>0 idle, 1 wants the lock, 2 holds it.</summary>
    public EightBytes Pc;
}

/// <summary>
/// Processes that take a lock by an atomic test-and-set, as soon as they find it free. Under weak fairness a process may be overtaken for ever: the lock is
/// free again and again, but never for good. Strong fairness excludes that. A failed attempt changes nothing, and is no step.
/// </summary>
/// <param name="processes">How many, 2 to 8.</param>
public readonly struct TestAndSet(int processes) : ITransitionSystem<TestAndSetState>, IAgentSystem<TestAndSetState>
{
    private enum Act : ushort
    {
        Want,
        Take,
        Release,
    }

    private static readonly string[] _actions = ["want", "test-and-set", "release"];

    /// <summary>How many.</summary>
    public int Processes { get; } = processes is >= 2 and <= 8
        ? processes
        : throw new ArgumentOutOfRangeException(nameof(processes), processes, "the lock is for 2 to 8 processes");

    /// <inheritdoc/>
    public IReadOnlyList<string> Actions => _actions;

    /// <inheritdoc/>
    public int Agents => Processes;

    /// <inheritdoc/>
    public int Agent(in TestAndSetState before, Step step) => step.A;

    /// <inheritdoc/>
    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<TestAndSetState>, allows ref struct
    {
        TestAndSetState start = default;
        sink.From(in start);
        sink.Add(Step.Init);
    }

    /// <inheritdoc/>
    public void Next<TSink>(in TestAndSetState state, ref TSink sink)
        where TSink : struct, ISink<TestAndSetState>, allows ref struct
    {
        bool isFree = true;
        for (int i = 0; i < Processes; i++)
        {
            isFree &= state.Pc[i] != 2;
        }
        for (int i = 0; i < Processes; i++)
        {
            if (state.Pc[i] == 1 && !isFree)
            {
                continue;
            }
            var act = (Act)state.Pc[i];
            sink.From(in state).Pc[i] = (byte)((state.Pc[i] + 1) % 3);
            sink.Add(new Step((ushort)act, (short)i));
        }
    }

    /// <inheritdoc/>
    public void Describe(in TestAndSetState state, IStateText text)
    {
        for (int i = 0; i < Processes; i++)
        {
            text.Field($"P{i}", state.Pc[i] switch { 0 => "idle", 1 => "wants the lock", _ => "holds it" });
        }
    }

    /// <inheritdoc/>
    public ActionText Say(in TestAndSetState before, Step step) => new($"P{step.A}", _actions[step.Kind]);

    /// <inheritdoc/>
    public ulong Rank(in TestAndSetState state) => 0;

    /// <inheritdoc/>
    public bool IsFinal(in TestAndSetState state) => false;
}
