// A door with a lock, for scripts: steps with results, steps that their words do not tell apart, and reasons.

using Verify.Transitions;

namespace Verify.Tests.Engine.Scripts;

public record struct Door(byte Holder, byte Rooms, ushort Word);

/// <summary>Two CPUs and a visitor at a door; <paramref name="starts"/> says with how many rooms it may begin, and <paramref name="hasBell"/> whether there is a bell.</summary>
public readonly struct DoorModel(byte[] starts, bool hasBell) : IGuardedSystem<Door>
{
    private enum Act : ushort
    {
        Lock,
        Unlock,
        Toss,
        Knock,
        Ring,
        Enter,
    }

    private static readonly string[] _actions = ["lock", "unlock", "toss", "knock", "ring", "enter"];

    public IReadOnlyList<string> Actions => _actions;

    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<Door>, allows ref struct
    {
        foreach (byte rooms in starts)
        {
            sink.From(new Door(0, rooms, 16));
            sink.Add(Step.Init);
        }
    }

    public void Next<TSink>(in Door state, ref TSink sink)
        where TSink : struct, ISink<Door>, allows ref struct
    {
        for (short cpu = 1; cpu <= 2; cpu++)
        {
            // With the lock taken, locking fails and says so; that changes a word.
            ref Door locked = ref sink.From(in state);
            (locked.Holder, locked.Word) = state.Holder == 0 ? ((byte)cpu, (ushort)16) : (state.Holder, (ushort)17);
            sink.Add(new Step((ushort)Act.Lock, cpu, (short)(state.Holder == 0 ? 0 : 1)));
            if (state.Holder == cpu)
            {
                sink.From(in state).Holder = 0;
                sink.Add(new Step((ushort)Act.Unlock, cpu));
            }
        }
        for (byte rooms = 1; rooms <= 2; rooms++)
        {
            sink.From(in state).Rooms = rooms;
            sink.Add(new Step((ushort)Act.Toss));
            sink.From(in state).Word = 18;
            sink.Add(new Step((ushort)Act.Knock));
            sink.From(in state) = new Door(state.Holder, rooms, 19);
            sink.Add(new Step((ushort)Act.Enter, rooms, (short)(rooms + 4)));
        }
        if (hasBell)
        {
            sink.From(in state).Word = 20;
            sink.Add(new Step((ushort)Act.Ring));
        }
    }

    public void Describe(in Door state, IStateText text)
    {
        text.Field("holder", state.Holder == 0 ? "nobody" : $"CPU{state.Holder - 1}");
        text.Field("rooms", $"{state.Rooms}");
        text.Word("word", state.Word);
    }

    public ActionText Say(in Door before, Step step) => (Act)step.Kind switch
    {
        Act.Lock => new($"CPU{step.A - 1}", "lock", ("result", step.B == 0 ? "0" : "-EBUSY")),
        Act.Enter => new("visitor", "enter", ("room", $"{step.A}"), ("key", $"{step.B}")),
        Act.Unlock => new($"CPU{step.A - 1}", "unlock"),
        _ => new("visitor", _actions[step.Kind]),
    };

    public string? WhyNot(in Door state, string lane, string action, IReadOnlyDictionary<string, string> arguments) => action switch
    {
        "ring" => "this door has no bell",
        "unlock" when state.Holder != 0 => $"the door is held by CPU{state.Holder - 1}",
        "lock" when arguments.TryGetValue("result", out string? result) && result == "0" => "the door is taken",
        _ => null,
    };

    public ulong Rank(in Door state) => 0;

    public bool IsFinal(in Door state) => false;
}
