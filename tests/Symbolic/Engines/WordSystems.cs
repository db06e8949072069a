// Small word systems to try the symbolic engines on.

using Verify.Bits;
using Verify.Transitions;

namespace Verify.Tests.Symbolic.Engines;

/// <summary>Counts x from 0 by 2, up to a limit, and may be reset.</summary>
internal sealed class Counter(ulong limit) : IWordSystem
{
    public IReadOnlyList<string> State { get; } = ["x"];

    public IReadOnlyList<string> Choice { get; } = ["reset"];

    public TBit Initial<TWord, TBit>(ReadOnlySpan<TWord> state)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        TWord.Same(state[0], TWord.Constant(0));

    public TBit Step<TWord, TBit>(ReadOnlySpan<TWord> before, ReadOnlySpan<TWord> choice, Span<TWord> after)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var reset = TWord.Same(choice[0], TWord.Constant(1));
        after[0] = TWord.If(reset, TWord.Constant(0), Plus2<TWord, TBit>(before[0]));
        return reset | TWord.Below(before[0], TWord.Constant(limit));
    }

    public ActionText Say(ReadOnlySpan<Number> before, ReadOnlySpan<Number> choice) => new("counter", choice[0].Value == 1 ? "reset" : "count");

    // The algebra does not add: a carry goes through 8 bits.
    private static TWord Plus2<TWord, TBit>(TWord word)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var (sum, carry) = (word, TWord.Constant(2));
        for (var bit = 1; bit < 8; bit++)
        {
            (sum, carry) = (sum ^ carry, (sum & carry) << 1);
        }

        return sum;
    }
}

/// <summary>
/// Peterson's lock for two processes: flag raised, the turn given away, then waiting. G. L. Peterson, "Myths about the mutual exclusion problem",
/// Information Processing Letters 12(3), 1981. Broken: the turn is given away before the flag is raised.
/// </summary>
internal sealed class PetersonLock(bool turnFirst = false) : IWordSystem
{
    public const ulong Critical = 3;

    public IReadOnlyList<string> State { get; } = ["pc0", "pc1", "flag0", "flag1", "turn"];

    public IReadOnlyList<string> Choice { get; } = ["process"];

    public TBit Initial<TWord, TBit>(ReadOnlySpan<TWord> state)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var initial = TBit.Constant(true);
        foreach (var word in state)
        {
            initial &= TWord.Same(word, TWord.Constant(0));
        }

        return initial;
    }

    public TBit Step<TWord, TBit>(ReadOnlySpan<TWord> before, ReadOnlySpan<TWord> choice, Span<TWord> after)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        before.CopyTo(after);
        var enabled = TBit.Constant(false);
        for (var i = 0; i < 2; i++)
        {
            var me = TWord.Same(choice[0], TWord.Constant((ulong)i));
            var (pc, other) = (before[i], TWord.Constant((ulong)(1 - i)));
            var (idle, set) = (me & Is<TWord, TBit>(pc, 0), me & Is<TWord, TBit>(pc, 1));
            var passes = Is<TWord, TBit>(before[2 + (1 - i)], 0) | Is<TWord, TBit>(before[4], (ulong)i);
            var enter = me & Is<TWord, TBit>(pc, 2) & passes;
            var exit = me & Is<TWord, TBit>(pc, Critical);
            var (raise, yields) = turnFirst ? (set, idle) : (idle, set);
            after[2 + i] = TWord.If(raise, TWord.Constant(1), TWord.If(exit, TWord.Constant(0), before[2 + i]));
            after[4] = TWord.If(yields, other, after[4]);
            after[i] = TWord.If(idle, TWord.Constant(1), TWord.If(set, TWord.Constant(2), TWord.If(enter, TWord.Constant(Critical),
                TWord.If(exit, TWord.Constant(0), pc))));
            enabled |= idle | set | enter | exit;
        }

        return enabled;
    }

    public ActionText Say(ReadOnlySpan<Number> before, ReadOnlySpan<Number> choice) => new($"P{choice[0].Value}", $"leave {before[(int)choice[0].Value].Value}");

    private static TBit Is<TWord, TBit>(TWord word, ulong value)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        TWord.Same(word, TWord.Constant(value));
}

/// <summary>Not both processes are in the critical section.</summary>
internal sealed class MutualExclusion : IWordProperty
{
    public string Name => "MutualExclusion";

    public TBit Holds<TWord, TBit>(ReadOnlySpan<TWord> state)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        !(TWord.Same(state[0], TWord.Constant(PetersonLock.Critical)) & TWord.Same(state[1], TWord.Constant(PetersonLock.Critical)));
}

/// <summary>
/// Mutual exclusion with what makes it inductive: a flag is up while its process is not idle, and who is in the critical section while the other waits
/// has the turn.
/// </summary>
internal sealed class PetersonInvariant : IWordProperty
{
    public string Name => "PetersonInvariant";

    public TBit Holds<TWord, TBit>(ReadOnlySpan<TWord> state)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var holds = new MutualExclusion().Holds<TWord, TBit>(state);
        for (var i = 0; i < 2; i++)
        {
            var critical = TWord.Same(state[i], TWord.Constant(PetersonLock.Critical));
            var waits = TWord.Same(state[1 - i], TWord.Constant(2));
            var idle = TWord.Same(state[i], TWord.Constant(0));
            holds &= idle ^ TWord.Same(state[2 + i], TWord.Constant(1));
            holds &= TWord.Below(state[i], TWord.Constant(4)) & TWord.Below(state[2 + i], TWord.Constant(2));
            holds &= !(critical & waits) | TWord.Same(state[4], TWord.Constant((ulong)i));
        }

        return holds & TWord.Below(state[4], TWord.Constant(2));
    }
}

/// <summary>A word is not a value.</summary>
internal sealed class IsNot(int word, ulong value) : IWordProperty
{
    public string Name => $"IsNot-{word}-{value}";

    public TBit Holds<TWord, TBit>(ReadOnlySpan<TWord> state)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        !TWord.Same(state[word], TWord.Constant(value));
}
