// Counters that go up one by one: as many states as a test needs, in any shape.

using Verify.Transitions;

namespace Verify.Tests.Engine;

public record struct Counters(int X, int Y);

/// <summary>Two counters below <paramref name="limit"/>; <paramref name="throwAt"/> is where X must not get.</summary>
public readonly struct CounterModel(int limit, int throwAt = int.MaxValue, bool throwInitially = false) : ITransitionSystem<Counters>
{
    private static readonly string[] _actions = ["up X", "up Y"];

    public IReadOnlyList<string> Actions => _actions;

    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<Counters>, allows ref struct
    {
        if (throwInitially)
        {
            throw new NotSupportedException("no start");
        }
        sink.From(new Counters(0, 0));
        sink.Add(Step.Init);
    }

    public void Next<TSink>(in Counters state, ref TSink sink)
        where TSink : struct, ISink<Counters>, allows ref struct
    {
        if (state.X + 1 < limit)
        {
            sink.From(in state).X++;
            sink.Add(new Step(0, (short)state.X));
        }
        if (state.X == throwAt)
        {
            throw new NotSupportedException("too far");
        }
        if (state.Y + 1 < limit)
        {
            sink.From(in state).Y++;
            sink.Add(new Step(1));
        }
    }

    public void Describe(in Counters state, IStateText text)
    {
        text.Field("x", $"{state.X}");
        text.Word("y", (ulong)state.Y);
    }

    public ActionText Say(in Counters before, Step step) => new("CPU0", _actions[step.Kind]);

    public bool IsFinal(in Counters state) => state.X == limit - 1 && state.Y == limit - 1;
}
