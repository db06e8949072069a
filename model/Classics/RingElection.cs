// Leader election on a ring with FIFO channels: a state of 192 bytes.

using System.Runtime.CompilerServices;
using Verify.Transitions;

namespace Verify.Model.Classics;

/// <summary>A byte for each of up to twelve processes.</summary>
[InlineArray(12)]
public struct TwelveBytes
{
    private byte _first;
}

/// <summary>For each of up to twelve processes, up to twelve messages on their way to the next one, oldest first; 0 where there is none.</summary>
[InlineArray(12 * 12)]
public struct RingChannels
{
    private byte _first;
}

/// <summary>The processes of the ring and the channels between them.</summary>
public struct RingElectionState
{
    /// <summary>
    /// The messages: 12 bytes for each process p, sent by p to p + 1. A message is an identity, or that of the leader with N added to it.
    /// </summary>
    public RingChannels Channel;

    /// <summary>How many messages each channel holds.</summary>
    public TwelveBytes Length;

    /// <summary>1 for each process that has sent its identity.</summary>
    public TwelveBytes Awake;

    /// <summary>1 for each process that thinks it was elected.</summary>
    public TwelveBytes Leader;

    /// <summary>The leader's identity as far as each process knows it; 0 while it does not.</summary>
    public TwelveBytes Known;
}

/// <summary>Which election.</summary>
public enum RingElectionVariant
{
    /// <summary>As published.</summary>
    Correct,

    /// <summary>Broken: no identity is swallowed, each comes back to its process.</summary>
    SwallowsNothing,

    /// <summary>Broken: the larger identities are swallowed instead of the smaller.</summary>
    SwallowsTheLarger,
}

/// <summary>
/// Each process sends its identity round the ring; a process passes on the larger ones and swallows the smaller, so that only the largest comes
/// back to its owner, who announces itself. The identities decrease in the direction of the messages: the worst case, of N(N + 1)/2 messages.
/// E. Chang, R. Roberts, "An improved algorithm for decentralized extrema-finding in circular configurations of processes", Communications of
/// the ACM 22(5), 1979.
/// </summary>
/// <param name="processes">N, 2 to 12.</param>
/// <param name="variant">Which one.</param>
public readonly struct RingElection(int processes, RingElectionVariant variant = RingElectionVariant.Correct) : IPartialOrderSystem<RingElectionState>
{
    private enum Act : ushort
    {
        Wake,
        Relay,
        Swallow,
        Win,
        Learn,
    }

    private const int Capacity = 12;

    /// <summary>N.</summary>
    public int Processes { get; } = processes is >= 2 and <= Capacity
        ? processes
        : throw new ArgumentOutOfRangeException(nameof(processes), processes, "the ring has 2 to 12 processes");

    /// <inheritdoc/>
    public int Agents => Processes;

    /// <inheritdoc/>
    public int Agent(in RingElectionState before, Step step) => step.A;

    /// <inheritdoc/>
    public Footprint Next(in RingElectionState state, int agent)
    {
        if (state.Awake[agent] == 0)
        {
            return Sends(in state, agent);
        }
        int from = Before(agent);
        bool empty = state.Length[from] == 0;
        var receives = new Footprint(empty ? Tail(from) : 0, Head(from));
        return empty || PassesOn(agent, state.Channel[from * Capacity]) ? receives | Sends(in state, agent) : receives;
    }

    /// <inheritdoc/>
    public Footprint Later(in RingElectionState state, int agent) =>
        new(Tail(Before(agent)) | Head(agent), Head(Before(agent)) | Tail(agent));

    /// <summary>How far all messages have come; N + 1 hops are the end of one.</summary>
    public ulong Progress(in RingElectionState state)
    {
        int hops = 0;
        for (int p = 0; p < Processes; p++)
        {
            hops += (state.Awake[p] + state.Leader[p]) * (Processes + 1);
            for (int i = 0; i < state.Length[p]; i++)
            {
                int message = state.Channel[(p * Capacity) + i];
                int origin = message > Processes ? (2 * Processes) - message : Processes - message;
                hops += ((p - origin + Processes) % Processes) - Processes;
            }
        }
        return (ulong)hops;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Actions => _actions;

    private static readonly string[] _actions = ["wake", "relay", "swallow", "win", "learn"];

    /// <inheritdoc/>
    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<RingElectionState>, allows ref struct
    {
        RingElectionState start = default;
        sink.From(in start);
        sink.Add(Step.Init);
    }

    /// <inheritdoc/>
    public void Next<TSink>(in RingElectionState state, ref TSink sink)
        where TSink : struct, ISink<RingElectionState>, allows ref struct
    {
        for (int p = 0; p < Processes; p++)
        {
            if (state.Awake[p] == 0)
            {
                ref RingElectionState next = ref sink.From(in state);
                next.Awake[p] = 1;
                Send(ref next, p, Id(p));
                Add(ref sink, Act.Wake, p, Id(p));
            }
            else if (state.Length[Before(p)] > 0)
            {
                Receive(in state, ref sink, p);
            }
        }
    }

    /// <inheritdoc/>
    public void Describe(in RingElectionState state, IStateText text)
    {
        for (int p = 0; p < Processes; p++)
        {
            ReadOnlySpan<byte> channel = ((ReadOnlySpan<byte>)state.Channel).Slice(p * Capacity, state.Length[p]);
            text.Field($"channel[{p}]", string.Join(" ", channel.ToArray()));
            text.Field($"awake[{p}]", $"{state.Awake[p]}");
            text.Field($"leader[{p}]", $"{state.Leader[p]}");
            text.Field($"known[{p}]", $"{state.Known[p]}");
        }
    }

    /// <inheritdoc/>
    public ActionText Say(in RingElectionState before, Step step) => new($"P{step.A}", _actions[step.Kind], ("message", $"{step.B}"));

    /// <inheritdoc/>
    public bool IsFinal(in RingElectionState state) => !((ReadOnlySpan<byte>)state.Known)[..Processes].Contains((byte)0);

    /// <inheritdoc/>
    public ulong Rank(in RingElectionState state) => 0;

    /// <summary>How many processes think they were elected.</summary>
    public static int Leaders(in RingElectionState state)
    {
        int count = 0;
        for (int p = 0; p < Capacity; p++)
        {
            count += state.Leader[p];
        }
        return count;
    }

    /// <summary>True when every process that knows a leader knows the largest identity.</summary>
    public bool TheLargest(in RingElectionState state)
    {
        for (int p = 0; p < Processes; p++)
        {
            if (state.Known[p] != 0 && state.Known[p] != Processes)
            {
                return false;
            }
        }
        return true;
    }

    // The two ends of the channel from p to p + 1. Who receives and who sends do not see each other unless it is empty or full.
    private static ulong Head(int p) => 1UL << p;

    private static ulong Tail(int p) => 1UL << (Capacity + p);

    private Footprint Sends(in RingElectionState state, int p) => new(state.Length[p] == Processes ? Head(p) : 0, Tail(p));

    // Whether p sends something when it receives a message.
    private bool PassesOn(int p, byte message) => OnReceipt(p, message) != Act.Swallow && message != Id(p) + Processes;

    private byte Id(int p) => (byte)(Processes - p);

    private int Before(int p) => p == 0 ? Processes - 1 : p - 1;

    private void Receive<TSink>(in RingElectionState state, ref TSink sink, int p)
        where TSink : struct, ISink<RingElectionState>, allows ref struct
    {
        byte message = state.Channel[Before(p) * Capacity];
        Act act = OnReceipt(p, message);
        bool sends = PassesOn(p, message);
        if (sends && state.Length[p] == Processes)
        {
            return; // the channel is full; never so unless the variant is broken
        }
        ref RingElectionState next = ref sink.From(in state);
        Drop(ref next, Before(p));
        if (act == Act.Learn)
        {
            next.Known[p] = (byte)(message - Processes);
        }
        else if (act == Act.Win)
        {
            next.Known[p] = message;
            next.Leader[p] = 1;
        }
        if (sends)
        {
            Send(ref next, p, (byte)(act == Act.Win ? message + Processes : message));
        }
        Add(ref sink, act, p, message);
    }

    private Act OnReceipt(int p, byte message)
    {
        if (message > Processes)
        {
            return Act.Learn;
        }
        if (message == Id(p))
        {
            return Act.Win;
        }
        return variant switch
        {
            RingElectionVariant.SwallowsNothing => Act.Relay,
            RingElectionVariant.SwallowsTheLarger => message > Id(p) ? Act.Swallow : Act.Relay,
            _ => message > Id(p) ? Act.Relay : Act.Swallow,
        };
    }

    private static void Send(ref RingElectionState next, int p, byte message) => next.Channel[p * Capacity + next.Length[p]++] = message;

    // What is not held is 0, so that equal states are equal bytes.
    private static void Drop(ref RingElectionState next, int p)
    {
        Span<byte> channel = ((Span<byte>)next.Channel).Slice(p * Capacity, Capacity);
        channel[1..].CopyTo(channel);
        channel[^1] = 0;
        next.Length[p]--;
    }

    private static void Add<TSink>(ref TSink sink, Act act, int process, byte message)
        where TSink : struct, ISink<RingElectionState>, allows ref struct =>
        sink.Add(new Step((ushort)act, (short)process, message));
}
