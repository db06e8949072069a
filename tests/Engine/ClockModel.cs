// A clock that only goes on, beside parts that come back: what keeps growing, and what does not.

using Verify.Transitions;

namespace Verify.Tests.Engine;

public record struct Clock(long Ticks, int Hour, int Alarm);

/// <summary>Ticks without end; an hour below 12; an alarm that is on or off.</summary>
/// <param name="failAt">The tick at which the model throws.</param>
/// <param name="undescribableAt">The tick from which it has no words for its states.</param>
public readonly struct ClockModel(long failAt, long undescribableAt = long.MaxValue) : ITransitionSystem<Clock>
{
    private static readonly string[] _actions = ["tick", "set alarm"];

    public static ClockModel Endless => new(long.MaxValue);

    public IReadOnlyList<string> Actions => _actions;

    private long FailAt { get; } = failAt;

    private long UndescribableAt { get; } = undescribableAt;

    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<Clock>, allows ref struct
    {
        sink.From(default);
        sink.Add(Step.Init);
    }

    public void Next<TSink>(in Clock state, ref TSink sink)
        where TSink : struct, ISink<Clock>, allows ref struct
    {
        if (state.Ticks == FailAt)
        {
            throw new NotSupportedException("no such hour");
        }
        ref Clock ticked = ref sink.From(in state);
        ticked.Ticks++;
        ticked.Hour = (ticked.Hour + 1) % 12;
        sink.Add(new Step(0));
        sink.From(in state).Alarm ^= 1;
        sink.Add(new Step(1));
    }

    public void Describe(in Clock state, IStateText text)
    {
        if (state.Ticks >= UndescribableAt)
        {
            throw new FormatException("unspeakable");
        }
        text.Field("hour", $"{state.Hour}");
        text.Field("ticks", $"{state.Ticks}");
        text.Field("alarm", state.Alarm == 0 ? "off" : "on");
        text.Word("serial", (ulong)state.Ticks);
    }

    public ActionText Say(in Clock before, Step step) => new("clock", _actions[step.Kind]);

    public ulong Rank(in Clock state) => 0;

    public bool IsFinal(in Clock state) => false;
}
