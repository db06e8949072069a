// How CPUs take spin locks: who gets in, who must wait for ever, and who runs in circles.
//
// Sources: J. Mellor-Crummey, M. Scott, "Algorithms for scalable synchronization on shared-memory multiprocessors", ACM TOCS 9(1), 1991 (test-and-set, ticket);
// Linux, Documentation/locking/lockdep-design.rst (locks taken in two orders).

using Verify.Transitions;

namespace Verify.Model.Locks;

/// <summary>CPUs that want a table now and then, each for a while. A failed attempt that changes nothing is no step: a spin is a wait.</summary>
/// <param name="algorithm">How they take it.</param>
/// <param name="cpus">How many there are, 2 to 8.</param>
public readonly struct LockModel(LockAlgorithm algorithm, int cpus) : IAgentSystem<LockState>, ISymmetricSystem<LockState>
{
    /// <summary>The most CPUs.</summary>
    public const int MostCpus = 8;

    private enum Act : ushort
    {
        Want,
        TestAndSet,
        DrawTicket,
        SeeTicketServed,
        SeeFree,
        StoreTaken,
        LockFirst,
        LockSecond,
        TryLockFails,
        UnlockFirst,
        Unlock,
        Return,
    }

    private static readonly string[] _actions =
    [
        "want", "test-and-set", "draw ticket", "see ticket served", "see lock free", "store taken", "lock first", "lock second", "trylock fails", "unlock first", "unlock", "return without unlock",
    ];

    private readonly byte[][] _alike = Alike(algorithm, cpus is >= 2 and <= MostCpus
        ? cpus
        : throw new ArgumentOutOfRangeException(nameof(cpus), cpus, $"there are 2 to {MostCpus} CPUs"));

    /// <summary>How many CPUs there are.</summary>
    public int Cpus => cpus;

    /// <inheritdoc/>
    public IReadOnlyList<string> Actions => _actions;

    /// <inheritdoc/>
    public int Agents => cpus;

    /// <summary>All CPUs; where there are two orders of locks, those with the same order.</summary>
    public IReadOnlyList<IndexSet> Symmetries => Sets(_alike);

    /// <summary>Whether a step is that of a CPU which gets the table.</summary>
    public static bool Enters(in LockState before, in LockState after, Step step) =>
        before.Pc[step.A] != (byte)LockPc.Holds && after.Pc[step.A] == (byte)LockPc.Holds;

    /// <summary>Whether by a step a CPU begins to want the table, which it need never do.</summary>
    public static bool IsWant(Step step) => step.Kind == (ushort)Act.Want;

    /// <summary>Whether by a step a CPU gives the table back.</summary>
    public static bool IsUnlock(Step step) => step.Kind == (ushort)Act.Unlock;

    /// <inheritdoc/>
    public int Agent(in LockState before, Step step) => step.A;

    /// <inheritdoc/>
    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<LockState>, allows ref struct
    {
        LockState start = default;
        sink.From(in start);
        sink.Add(Step.Init);
    }

    /// <inheritdoc/>
    public void Next<TSink>(in LockState state, ref TSink sink)
        where TSink : struct, ISink<LockState>, allows ref struct
    {
        for (int cpu = 0; cpu < cpus; cpu++)
        {
            switch ((LockPc)state.Pc[cpu])
            {
                case LockPc.Idle:
                    sink.From(in state).Pc[cpu] = (byte)LockPc.Wants;
                    Add(ref sink, Act.Want, cpu);
                    break;
                case LockPc.Wants:
                    Begin(in state, ref sink, cpu);
                    break;
                case LockPc.Half:
                    GoOn(in state, ref sink, cpu);
                    break;
                case LockPc.Failed:
                    ref LockState dropped = ref sink.From(in state);
                    dropped.Taken &= (byte)~First(cpu);
                    dropped.Pc[cpu] = (byte)LockPc.Wants;
                    Add(ref sink, Act.UnlockFirst, cpu);
                    break;
                case LockPc.Holds when algorithm == LockAlgorithm.NoUnlock:
                    sink.From(in state).Pc[cpu] = (byte)LockPc.Idle;
                    Add(ref sink, Act.Return, cpu);
                    break;
                case LockPc.Holds:
                    ref LockState next = ref sink.From(in state);
                    next.Pc[cpu] = (byte)LockPc.Idle;
                    next.Ticket[cpu] = 0;
                    next.Taken = 0;
                    next.Served = algorithm == LockAlgorithm.Ticket ? (byte)((next.Served + 1) % cpus) : (byte)0;
                    Add(ref sink, Act.Unlock, cpu);
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public void Rename(in LockState state, int set, ReadOnlySpan<byte> names, ref LockState renamed)
    {
        byte[] alike = _alike[set];
        for (int i = 0; i < alike.Length; i++)
        {
            renamed.Pc[alike[names[i]]] = state.Pc[alike[i]];
            renamed.Ticket[alike[names[i]]] = state.Ticket[alike[i]];
        }
    }

    /// <summary>All there is of a CPU.</summary>
    public ulong Signature(in LockState state, int set, int index) => state.Pc[_alike[set][index]] | ((ulong)state.Ticket[_alike[set][index]] << 8);

    /// <inheritdoc/>
    public void Describe(in LockState state, IStateText text)
    {
        for (int cpu = 0; cpu < cpus; cpu++)
        {
            string ticket = algorithm == LockAlgorithm.Ticket && (LockPc)state.Pc[cpu] is LockPc.Half or LockPc.Holds ? $", ticket {state.Ticket[cpu]}" : "";
            text.Field($"CPU{cpu}", $"{(LockPc)state.Pc[cpu]}{ticket}");
        }
        text.Field("locks taken", $"{state.Taken:x}");
        text.Field("tickets", $"next {state.Next}, served {state.Served}");
    }

    /// <inheritdoc/>
    public ActionText Say(in LockState before, Step step) => new($"CPU{step.A}", _actions[step.Kind]);

    /// <inheritdoc/>
    public ulong Rank(in LockState state) => 0;

    /// <inheritdoc/>
    public bool IsFinal(in LockState state) => false;

    private void Begin<TSink>(in LockState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<LockState>, allows ref struct
    {
        switch (algorithm)
        {
            case LockAlgorithm.TestAndSet or LockAlgorithm.NoUnlock when state.Taken == 0:
                ref LockState got = ref sink.From(in state);
                got.Taken = 1;
                got.Pc[cpu] = (byte)LockPc.Holds;
                Add(ref sink, Act.TestAndSet, cpu);
                break;
            case LockAlgorithm.Ticket:
                ref LockState drawn = ref sink.From(in state);
                drawn.Ticket[cpu] = drawn.Next;
                drawn.Next = (byte)((drawn.Next + 1) % cpus);
                drawn.Pc[cpu] = (byte)LockPc.Half;
                Add(ref sink, Act.DrawTicket, cpu);
                break;
            case LockAlgorithm.LoadThenStore when state.Taken == 0:
                sink.From(in state).Pc[cpu] = (byte)LockPc.Half;
                Add(ref sink, Act.SeeFree, cpu);
                break;
            case LockAlgorithm.TryLock or LockAlgorithm.Abba when (state.Taken & First(cpu)) == 0:
                ref LockState first = ref sink.From(in state);
                first.Taken |= First(cpu);
                first.Pc[cpu] = (byte)LockPc.Half;
                Add(ref sink, Act.LockFirst, cpu);
                break;
        }
    }

    private void GoOn<TSink>(in LockState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<LockState>, allows ref struct
    {
        switch (algorithm)
        {
            case LockAlgorithm.Ticket when state.Ticket[cpu] == state.Served:
                sink.From(in state).Pc[cpu] = (byte)LockPc.Holds;
                Add(ref sink, Act.SeeTicketServed, cpu);
                break;
            case LockAlgorithm.LoadThenStore:
                ref LockState stored = ref sink.From(in state);
                stored.Taken = 1;
                stored.Pc[cpu] = (byte)LockPc.Holds;
                Add(ref sink, Act.StoreTaken, cpu);
                break;
            case LockAlgorithm.TryLock or LockAlgorithm.Abba when state.Taken != 3:
                ref LockState both = ref sink.From(in state);
                both.Taken = 3;
                both.Pc[cpu] = (byte)LockPc.Holds;
                Add(ref sink, Act.LockSecond, cpu);
                break;
            case LockAlgorithm.TryLock:
                sink.From(in state).Pc[cpu] = (byte)LockPc.Failed;
                Add(ref sink, Act.TryLockFails, cpu);
                break;
        }
    }

    // The lock that a CPU takes first, as a bit.
    private static byte First(int cpu) => (byte)(1 << (cpu % 2));

    private static byte[][] Alike(LockAlgorithm algorithm, int cpus)
    {
        bool isOrdered = algorithm is LockAlgorithm.TryLock or LockAlgorithm.Abba;
        return [.. Enumerable.Range(0, cpus).GroupBy(cpu => isOrdered ? cpu % 2 : 0).Select(alike => alike.Select(cpu => (byte)cpu).ToArray())];
    }

    private static IndexSet[] Sets(byte[][] alike) => [.. alike.Select(each => new IndexSet(alike.Length == 1 ? "CPUs" : "CPUs with one order of locks", each.Length))];

    private static void Add<TSink>(ref TSink sink, Act act, int cpu)
        where TSink : struct, ISink<LockState>, allows ref struct => sink.Add(new Step((ushort)act, (short)cpu));
}
