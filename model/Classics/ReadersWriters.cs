// Readers and writers: many actions in every state, nearly all of which lead to a state that is known already.

using System.Runtime.CompilerServices;
using Verify.Transitions;

namespace Verify.Model.Classics;

/// <summary>A byte for each of up to 22 processes.</summary>
[InlineArray(22)]
public struct TwentyTwoBytes
{
    private byte _first;
}

/// <summary>What each process does, and the two counters that guard the resource.</summary>
public struct ReadersWritersState
{
    /// <summary>What each process does: 0 nothing, 1 reads, 2 writes.</summary>
    public TwentyTwoBytes At;

    /// <summary>How many have entered to read.</summary>
    public byte Readers;

    /// <summary>How many have entered to write.</summary>
    public byte Writers;
}

/// <summary>Which readers and writers.</summary>
public enum ReadersWritersVariant
{
    /// <summary>As published.</summary>
    Correct,

    /// <summary>Broken: a writer does not wait for readers.</summary>
    WriterIgnoresReaders,

    /// <summary>Broken: a reader does not wait for a writer.</summary>
    ReaderIgnoresWriters,
}

/// <summary>
/// N processes read and write one resource: any number may read together, a writer must be alone. Everything but entering and leaving is left
/// out, so that each process can act in each state in which nobody writes. There are 2^N + N states and N 2^N + 2N steps: of N steps all but one
/// lead to a known state.
/// P. J. Courtois, F. Heymans, D. L. Parnas, "Concurrent control with readers and writers", Communications of the ACM 14(10), 1971.
/// </summary>
/// <param name="processes">N, 2 to 22.</param>
/// <param name="variant">Which one.</param>
public readonly partial struct ReadersWriters(int processes, ReadersWritersVariant variant = ReadersWritersVariant.Correct)
    : IAgentSystem<ReadersWritersState>
{
    private enum Act : ushort
    {
        StartRead,
        EndRead,
        StartWrite,
        EndWrite,
    }

    private const byte Idle = 0;
    private const byte Reading = 1;
    private const byte Writing = 2;

    /// <summary>N.</summary>
    public int Processes { get; } = processes is >= 2 and <= 22
        ? processes
        : throw new ArgumentOutOfRangeException(nameof(processes), processes, "readers and writers are 2 to 22 processes");

    /// <inheritdoc/>
    public int Agents => Processes;

    /// <inheritdoc/>
    public int Agent(in ReadersWritersState before, Step step) => step.A;

    /// <inheritdoc/>
    public IReadOnlyList<string> Actions => _actions;

    private static readonly string[] _actions = ["start read", "end read", "start write", "end write"];

    /// <inheritdoc/>
    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<ReadersWritersState>, allows ref struct
    {
        ReadersWritersState start = default;
        sink.From(in start);
        sink.Add(Step.Init);
    }

    /// <inheritdoc/>
    public void Next<TSink>(in ReadersWritersState state, ref TSink sink)
        where TSink : struct, ISink<ReadersWritersState>, allows ref struct
    {
        bool read = state.Writers == 0 || variant == ReadersWritersVariant.ReaderIgnoresWriters;
        bool write = state.Writers == 0 && (state.Readers == 0 || variant == ReadersWritersVariant.WriterIgnoresReaders);
        for (int i = 0; i < Processes; i++)
        {
            if (state.At[i] == Idle)
            {
                Enter(in state, ref sink, i, read, write);
            }
            else
            {
                Leave(in state, ref sink, i);
            }
        }
    }

    /// <inheritdoc/>
    public void Describe(in ReadersWritersState state, IStateText text)
    {
        for (int i = 0; i < Processes; i++)
        {
            text.Field($"at[{i}]", state.At[i] switch { Idle => "idle", Reading => "reading", _ => "writing" });
        }
        text.Field("readers", $"{state.Readers}");
        text.Field("writers", $"{state.Writers}");
    }

    /// <inheritdoc/>
    public ActionText Say(in ReadersWritersState before, Step step) => new($"P{step.A}", _actions[step.Kind]);

    /// <inheritdoc/>
    public bool IsFinal(in ReadersWritersState state) => false;

    /// <inheritdoc/>
    public ulong Rank(in ReadersWritersState state) => 0;

    /// <summary>True when nobody writes, or one does and nobody else is inside.</summary>
    public static bool WritersAreAlone(in ReadersWritersState state) => state.Writers == 0 || state.Readers + state.Writers == 1;

    /// <summary>True when the counters say what the processes do.</summary>
    public static bool CountersAreRight(in ReadersWritersState state)
    {
        ReadOnlySpan<byte> at = state.At;
        return at.Count(Reading) == state.Readers && at.Count(Writing) == state.Writers;
    }

    private static void Enter<TSink>(in ReadersWritersState state, ref TSink sink, int i, bool read, bool write)
        where TSink : struct, ISink<ReadersWritersState>, allows ref struct
    {
        if (read)
        {
            ref ReadersWritersState next = ref sink.From(in state);
            next.At[i] = Reading;
            next.Readers++;
            Add(ref sink, Act.StartRead, i);
        }
        if (write)
        {
            ref ReadersWritersState next = ref sink.From(in state);
            next.At[i] = Writing;
            next.Writers++;
            Add(ref sink, Act.StartWrite, i);
        }
    }

    private static void Leave<TSink>(in ReadersWritersState state, ref TSink sink, int i)
        where TSink : struct, ISink<ReadersWritersState>, allows ref struct
    {
        ref ReadersWritersState next = ref sink.From(in state);
        if (state.At[i] == Reading)
        {
            next.At[i] = Idle;
            next.Readers--;
            Add(ref sink, Act.EndRead, i);
        }
        else
        {
            next.At[i] = Idle;
            next.Writers--;
            Add(ref sink, Act.EndWrite, i);
        }
    }

    private static void Add<TSink>(ref TSink sink, Act act, int process)
        where TSink : struct, ISink<ReadersWritersState>, allows ref struct =>
        sink.Add(new Step((ushort)act, (short)process));
}
