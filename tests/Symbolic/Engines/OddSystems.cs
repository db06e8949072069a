// Word systems for single tests: a loop beside the reachable states, no initial state, terms and numbers that differ; and a lock for the explorer.

using System.Runtime.CompilerServices;
using Verify.Bits;
using Verify.Transitions;

namespace Verify.Tests.Symbolic.Engines;

/// <summary>A table of steps between values of one word.</summary>
internal abstract class Table(ulong? initial, params (ulong From, ulong To)[] steps) : IWordSystem
{
    public IReadOnlyList<string> State { get; } = ["x"];

    public IReadOnlyList<string> Choice { get; } = ["step"];

    public TBit Initial<TWord, TBit>(ReadOnlySpan<TWord> state)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        initial is { } value ? TWord.Same(state[0], TWord.Constant(value)) : TBit.Constant(false);

    public TBit Step<TWord, TBit>(ReadOnlySpan<TWord> before, ReadOnlySpan<TWord> choice, Span<TWord> after)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var enabled = TBit.Constant(false);
        after[0] = before[0];
        for (var i = 0; i < steps.Length; i++)
        {
            var taken = TWord.Same(choice[0], TWord.Constant((ulong)i)) & TWord.Same(before[0], TWord.Constant(steps[i].From));
            after[0] = TWord.If(taken, TWord.Constant(steps[i].To), after[0]);
            enabled |= taken;
        }

        return enabled;
    }

    public ActionText Say(ReadOnlySpan<Number> before, ReadOnlySpan<Number> choice) => new("table", "step");
}

/// <summary>0 stays; beside it 1, 2 and 3 go round, and 3 may go to 9.</summary>
internal sealed class Triangle() : Table(0, (0, 0), (1, 2), (2, 3), (3, 1), (3, 9));

/// <summary>No state is initial.</summary>
internal sealed class Nowhere() : Table(null, (0, 0));

/// <summary>A system whose steps are never enabled on numbers.</summary>
internal sealed class TwoFaced(IWordSystem system) : IWordSystem
{
    public IReadOnlyList<string> State => system.State;

    public IReadOnlyList<string> Choice => system.Choice;

    public TBit Initial<TWord, TBit>(ReadOnlySpan<TWord> state)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        system.Initial<TWord, TBit>(state);

    public TBit Step<TWord, TBit>(ReadOnlySpan<TWord> before, ReadOnlySpan<TWord> choice, Span<TWord> after)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        system.Step<TWord, TBit>(before, choice, after) & TBit.Constant(typeof(TBit) != typeof(Truth));

    public ActionText Say(ReadOnlySpan<Number> before, ReadOnlySpan<Number> choice) => system.Say(before, choice);
}

/// <summary>The five words of the lock.</summary>
[InlineArray(5)]
internal struct LockState
{
    private ulong first;

    public static LockState Of(ReadOnlySpan<Number> words)
    {
        var state = default(LockState);
        for (var i = 0; i < 5; i++)
        {
            state[i] = words[i].Value;
        }

        return state;
    }

    public readonly Number[] Words()
    {
        var words = new Number[5];
        for (var i = 0; i < 5; i++)
        {
            words[i] = new Number(this[i]);
        }

        return words;
    }
}

/// <summary>The lock as the explicit explorer takes it.</summary>
internal readonly struct LockModel(PetersonLock system) : ITransitionSystem<LockState>
{
    public IReadOnlyList<string> Actions => ["step"];

    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<LockState>, allows ref struct
    {
        var start = default(LockState);
        sink.From(in start);
        sink.Add(Transitions.Step.Init);
    }

    public void Next<TSink>(in LockState state, ref TSink sink)
        where TSink : struct, ISink<LockState>, allows ref struct
    {
        for (var process = 0; process < 2; process++)
        {
            var after = new Number[5];
            if (system.Step<Number, Truth>(state.Words(), [new((ulong)process)], after).Value)
            {
                sink.From(in state) = LockState.Of(after);
                sink.Add(new Transitions.Step(0, (short)process));
            }
        }
    }

    public void Describe(in LockState state, IStateText text)
    {
        for (var i = 0; i < 5; i++)
        {
            text.Word(system.State[i], state[i]);
        }
    }

    public ActionText Say(in LockState before, Transitions.Step step) => system.Say(before.Words(), [new((ulong)step.A)]);

    public ulong Rank(in LockState state) => 0;

    public bool IsFinal(in LockState state) => false;
}
