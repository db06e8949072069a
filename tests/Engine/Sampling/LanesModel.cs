// Agents that each take a number of steps, one after the other, and hardly know of each other: what strategies differ in is plain to see.

using Verify.Transitions;

namespace Verify.Tests.Engine;

/// <summary>How many steps each of up to eight agents has taken, a byte each.</summary>
public record struct Lanes(ulong Taken)
{
    public readonly int this[int agent] => (int)(Taken >> (8 * agent) & 0xff);
}

/// <summary>Agent i takes <paramref name="lengths"/>[i] steps.</summary>
/// <param name="lengths">By agent, its steps.</param>
/// <param name="sharing">The last step of each agent is one on something that all share; the others are its own affair.</param>
/// <param name="ways">Ways in which an agent can take each step, all to the same effect.</param>
public readonly struct LanesModel(int[] lengths, bool sharing = true, int ways = 1) : IConcurrentSystem<Lanes>
{
    private static readonly string[] _actions = ["go", "share"];

    public IReadOnlyList<string> Actions => _actions;

    public int Agents => lengths.Length;

    public int Agent(in Lanes before, Step step) => step.A;

    public Footprint Next(in Lanes state, int agent) => sharing && state[agent] == lengths[agent] - 1 ? new(0, 1) : Footprint.Nothing;

    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<Lanes>, allows ref struct
    {
        sink.From(default);
        sink.Add(Step.Init);
    }

    public void Next<TSink>(in Lanes state, ref TSink sink)
        where TSink : struct, ISink<Lanes>, allows ref struct
    {
        for (int agent = 0; agent < lengths.Length; agent++)
        {
            for (int way = 0; way < ways && state[agent] < lengths[agent]; way++)
            {
                sink.From(in state).Taken += 1UL << (8 * agent);
                sink.Add(new Step((ushort)(state[agent] == lengths[agent] - 1 ? 1 : 0), (short)agent, (short)way));
            }
        }
    }

    public void Describe(in Lanes state, IStateText text) => text.Word("taken", state.Taken);

    public ActionText Say(in Lanes before, Step step) => new($"P{step.A}", _actions[step.Kind]);

    public ulong Rank(in Lanes state) => 0;

    public bool IsFinal(in Lanes state) => true;
}
