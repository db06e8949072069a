// Small programs of several threads over shared variables, with the symmetries and footprints that follow from them: or not, where a test wants them wrong.

using System.Runtime.CompilerServices;
using Verify.Engine;
using Verify.Transitions;

namespace Verify.Tests.Engine.Reduction;

[InlineArray(4)]
public struct Four
{
    private byte _first;
}

/// <summary>Where each thread is, its register; the variables 0 to 2, and in 3 the owner of the lock: a thread's number plus one, or 0.</summary>
public struct Threads
{
    public Four Pc;
    public Four Register;
    public Four Variable;
}

public enum Op : byte
{
    Set0,
    Set1,
    Set2,
    Load,
    Bump,
    Test,
    Take,
    Give,
    Skip,
}

/// <summary>What a thread does at a place: with a variable or a constant, and where it goes then.</summary>
/// <param name="Op"></param>
/// <param name="Variable"></param>
/// <param name="Constant"></param>
/// <param name="Copies">For a store, whether the register is stored instead of the constant.</param>
/// <param name="Then"></param>
public readonly record struct Instruction(Op Op, int Variable, byte Constant, bool Copies, byte Then);

/// <summary>By place, what can be done there; past the end a thread is done.</summary>
public sealed record Code(Instruction[][] Places)
{
    public static Code Draw(Random random)
    {
        var places = new Instruction[random.Next(1, 5)][];
        for (int at = 0; at < places.Length; at++)
        {
            places[at] = [.. Enumerable.Range(0, random.Next(5) == 0 ? 2 : 1).Select(_ =>
            {
                var op = (Op)random.Next(9);
                int then = random.Next(6) == 0 ? random.Next(places.Length + 1) : at + 1;
                return new Instruction(op, op <= Op.Set2 ? (int)op : random.Next(3), (byte)random.Next(3), random.Next(3) == 0, (byte)then);
            })];
        }
        return new Code(places);
    }
}

/// <summary>What is declared wrongly.</summary>
public enum Wrong
{
    Nothing,
    FootprintOfTest,
    Later,
    Symmetry,
    Signature,
    Renaming,
    Agent,
}

/// <summary>Threads that run code; those of the same code are interchangeable.</summary>
/// <param name="codes">By thread, its code.</param>
/// <param name="wrong">What is declared wrongly.</param>
/// <param name="telling">Whether signatures tell all there is; else nothing, which is not wrong.</param>
public readonly struct ThreadsModel(Code[] codes, Wrong wrong = Wrong.Nothing, bool telling = true)
    : ISymmetricSystem<Threads>, IPartialOrderSystem<Threads>
{
    public const int Lock = 3;

    private static readonly string[] _actions = ["set 0", "set 1", "set 2", "load", "bump", "test", "take", "give", "skip"];

    private readonly int[][] _sets = Sets(codes, wrong);

    public IReadOnlyList<string> Actions => _actions;

    public int Agents => codes.Length;

    public IReadOnlyList<IndexSet> Symmetries => [.. _sets.Select((set, i) => new IndexSet(i == 0 ? "threads" : $"threads {i}", set.Length))];

    /// <summary>The threads that a symmetry is of.</summary>
    public IReadOnlyList<int> Of(int set) => _sets[set];

    public static ThreadsModel Draw(Random random, bool telling = true)
    {
        Code[] different = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Code.Draw(random))];
        int threads = random.Next(2, different.Max(code => code.Places.Length) > 3 ? 4 : 5);
        return new ThreadsModel([.. Enumerable.Range(0, threads).Select(_ => different[random.Next(different.Length)])], Wrong.Nothing, telling);
    }

    public ThreadsModel With(Wrong other) => new(codes, other, telling);

    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<Threads>, allows ref struct
    {
        sink.From(default);
        sink.Add(Step.Init);
    }

    public void Next<TSink>(in Threads state, ref TSink sink)
        where TSink : struct, ISink<Threads>, allows ref struct
    {
        for (int thread = 0; thread < codes.Length; thread++)
        {
            Instruction[] here = Here(in state, thread);
            for (int choice = 0; choice < here.Length; choice++)
            {
                Instruction each = here[choice];
                if (IsEnabled(in state, thread, each))
                {
                    Do(ref sink.From(in state), thread, each);
                    sink.Add(new Step((ushort)each.Op, (short)thread, (short)choice));
                }
            }
        }
    }

    public void Describe(in Threads state, IStateText text)
    {
        for (int thread = 0; thread < codes.Length; thread++)
        {
            text.Field($"pc[{thread}]", $"{state.Pc[thread]}");
            text.Field($"register[{thread}]", $"{state.Register[thread]}");
        }
        for (int variable = 0; variable < 4; variable++)
        {
            text.Field(variable == Lock ? "lock" : $"v{variable}", $"{state.Variable[variable]}");
        }
    }

    public ActionText Say(in Threads before, Step step) => new($"T{step.A}", _actions[step.Kind], ("choice", $"{step.B}"));

    public ulong Rank(in Threads state) => 0;

    public bool IsFinal(in Threads state)
    {
        bool ended = true;
        for (int thread = 0; thread < codes.Length; thread++)
        {
            ended &= Here(in state, thread).Length == 0;
        }
        return ended;
    }

    public void Rename(in Threads state, int set, ReadOnlySpan<byte> names, ref Threads renamed)
    {
        int[] threads = _sets[set];
        for (int i = 0; i < threads.Length; i++)
        {
            (int from, int to) = (threads[i], threads[names[i]]);
            renamed.Pc[to] = state.Pc[from];
            renamed.Register[to] = state.Register[from];
            if (state.Variable[Lock] == from + 1 && wrong != Wrong.Renaming)
            {
                renamed.Variable[Lock] = (byte)(to + 1);
            }
        }
    }

    public ulong Signature(in Threads state, int set, int index)
    {
        int thread = _sets[set][index];
        ulong holds = state.Variable[Lock] == thread + 1 ? 1UL << 16 : 0;
        ulong all = state.Pc[thread] | ((ulong)state.Register[thread] << 8) | holds;
        return wrong == Wrong.Signature ? all + (ulong)(state.Pc[thread] == 1 ? index : 0) : telling ? all : 0;
    }

    public int Agent(in Threads before, Step step) => wrong == Wrong.Agent && step.Kind == (ushort)Op.Skip ? codes.Length : step.A;

    public Footprint Next(in Threads state, int agent)
    {
        Footprint next = Footprint.Nothing;
        foreach (Instruction each in Here(in state, agent))
        {
            next |= Of(each);
        }
        return next;
    }

    public Footprint Later(in Threads state, int agent)
    {
        Footprint later = Next(in state, agent);
        if (wrong == Wrong.Later)
        {
            return later;
        }
        ulong reached = 1UL << state.Pc[agent];
        for (ulong known = 0; known != reached;)
        {
            known = reached;
            for (int at = 0; at < codes[agent].Places.Length; at++)
            {
                foreach (Instruction each in (known >> at & 1) == 0 ? [] : codes[agent].Places[at])
                {
                    later |= Of(each);
                    reached |= 1UL << each.Then;
                }
            }
        }
        return later;
    }

    public ulong Progress(in Threads state) => (ulong)(state.Pc[0] + state.Pc[1] + state.Pc[2] + state.Pc[3]);

    private static int[][] Sets(Code[] codes, Wrong wrong) => wrong == Wrong.Symmetry
        ? [[.. Enumerable.Range(0, codes.Length)]]
        : [.. Enumerable.Range(0, codes.Length).GroupBy(thread => codes[thread]).Select(same => same.ToArray())];

    private Instruction[] Here(in Threads state, int thread) => state.Pc[thread] < codes[thread].Places.Length ? codes[thread].Places[state.Pc[thread]] : [];

    private static bool IsEnabled(in Threads state, int thread, Instruction each) => each.Op switch
    {
        Op.Test => state.Variable[each.Variable] == each.Constant,
        Op.Take => state.Variable[Lock] == 0,
        Op.Give => state.Variable[Lock] == thread + 1,
        _ => true,
    };

    private static void Do(ref Threads next, int thread, Instruction each)
    {
        next.Pc[thread] = each.Then;
        switch (each.Op)
        {
            case Op.Load:
                next.Register[thread] = next.Variable[each.Variable];
                break;
            case Op.Bump:
                next.Register[thread] = (byte)((next.Register[thread] + 1) % 3);
                break;
            case Op.Take:
                next.Variable[Lock] = (byte)(thread + 1);
                break;
            case Op.Give:
                next.Variable[Lock] = 0;
                break;
            case Op.Set0 or Op.Set1 or Op.Set2:
                next.Variable[each.Variable] = each.Copies ? next.Register[thread] : each.Constant;
                break;
        }
    }

    private Footprint Of(Instruction each) => each.Op switch
    {
        Op.Test when wrong == Wrong.FootprintOfTest => Footprint.Nothing,
        Op.Load or Op.Test => new(1UL << each.Variable, 0),
        Op.Take or Op.Give => new(0, 1UL << Lock),
        Op.Set0 or Op.Set1 or Op.Set2 => new(0, 1UL << each.Variable),
        _ => Footprint.Nothing,
    };
}

/// <summary>Claims about threads, none of which looks at names, each with what it watches.</summary>
public static class ThreadClaims
{
    public static Property<Threads>[] All =>
    [
        Claims.Always<Threads>("not 2 and 1", (in Threads s) => s.Variable[0] != 2 || s.Variable[1] != 1) with { Watches = ["set 0", "set 1"] },
        Claims.Always<Threads>("free if 2", (in Threads s) => s.Variable[ThreadsModel.Lock] == 0, (in Threads s) => s.Variable[2] == 2)
            with { Watches = ["set 2", "take", "give"] },
        Claims.EachStep<Threads>("0 not lowered", (in Threads a, Step _, in Threads b) => b.Variable[0] >= a.Variable[0] - 1,
            (in Threads _, Step step, in Threads _) => step.Kind == (ushort)Op.Set0) with { Watches = ["set 0"] },
        Claims.Reaches<Threads>("goals", ["v0=1", "v1=2", "taken", "v0=v1=v2=1"], (in Threads s) =>
            (s.Variable[0] == 1 ? 1UL : 0) | (s.Variable[1] == 2 ? 2UL : 0) | (s.Variable[ThreadsModel.Lock] != 0 ? 4UL : 0)
            | (s.Variable[0] == 1 && s.Variable[1] == 1 && s.Variable[2] == 1 ? 8UL : 0)) with { Watches = ["set 0", "set 1", "set 2", "take", "give"] },
        Claims.NoDeadlock<Threads>(),
        new Refinement<Threads, Turning, Turned>(Claims.Named("0 turns", PropertyKind.Refinement), default, (in Threads s) => new Turned(s.Variable[0]))
        {
            Watches = ["set 0"],
        },
    ];

    /// <summary>The first of them, about as little as possible, so that much is invisible.</summary>
    public static Property<Threads>[] Few(Random random) => [.. All.Where(_ => random.Next(2) == 0)];
}

public record struct Turned(byte Value);

/// <summary>A number that goes from 0 to 1, to 2 and back to 0, and may skip 1.</summary>
public readonly struct Turning : ITransitionSystem<Turned>
{
    public IReadOnlyList<string> Actions => ["turn", "skip"];

    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<Turned>, allows ref struct
    {
        sink.From(default);
        sink.Add(Step.Init);
    }

    public void Next<TSink>(in Turned state, ref TSink sink)
        where TSink : struct, ISink<Turned>, allows ref struct
    {
        sink.From(in state).Value = (byte)((state.Value + 1) % 3);
        sink.Add(new Step(0));
        if (state.Value == 0)
        {
            sink.From(in state).Value = 2;
            sink.Add(new Step(1));
        }
    }

    public void Describe(in Turned state, IStateText text) => text.Field("value", $"{state.Value}");

    public ActionText Say(in Turned before, Step step) => new("it", Actions[step.Kind]);

    public ulong Rank(in Turned state) => 0;

    public bool IsFinal(in Turned state) => false;
}
