// Random systems of two words of two bits, small enough to be searched by brute force.

using FsCheck;
using FsCheck.Fluent;
using Verify.Bits;
using Verify.Transitions;

namespace Verify.Tests.Symbolic.Engines;

/// <summary>A system that a random program computes, and a claim about it.</summary>
/// <param name="Program">Computes from the state and the choice the state after, whether the step is enabled, and a part of the claim.</param>
/// <param name="Start">The first word of initial states.</param>
/// <param name="Bad">A state that the claim excludes.</param>
/// <param name="Also">Whether the claim excludes more than that state.</param>
internal sealed record RandomWordSystem(RandomCase Program, ulong Start, (ulong, ulong) Bad, bool Also) : IWordSystem, IWordProperty
{
    public const int Values = 4;

    public IReadOnlyList<string> State { get; } = ["x", "y"];

    public IReadOnlyList<string> Choice { get; } = ["c"];

    public string Name => "Random";

    /// <summary>Systems of up to 12 operations.</summary>
    public static Gen<RandomWordSystem> Systems =>
        from program in RandomPrograms.Cases(12).Generator
        from start in Gen.Choose(0, Values - 1)
        from x in Gen.Choose(0, Values - 1)
        from y in Gen.Choose(0, Values - 1)
        from also in Gen.Elements(false, false, true)
        select new RandomWordSystem(program, (ulong)start, ((ulong)x, (ulong)y), also);

    public TBit Initial<TWord, TBit>(ReadOnlySpan<TWord> state)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        TWord.Same(state[0], TWord.Constant(Start)) & TWord.Below(state[1], TWord.Constant(2));

    public TBit Step<TWord, TBit>(ReadOnlySpan<TWord> before, ReadOnlySpan<TWord> choice, Span<TWord> after)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var (words, bits) = Run<TWord, TBit>(before[0], before[1], choice[0]);
        after[0] = words[^1] & TWord.Constant(Values - 1);
        after[1] = (words[^2] ^ words[^1]) & TWord.Constant(Values - 1);
        return bits[^1] | bits[^2];
    }

    public TBit Holds<TWord, TBit>(ReadOnlySpan<TWord> state)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var holds = !(TWord.Same(state[0], TWord.Constant(Bad.Item1)) & TWord.Same(state[1], TWord.Constant(Bad.Item2)));
        return Also ? holds & (Run<TWord, TBit>(state[0], state[1], TWord.Constant(0)).Bits[^1] | TWord.Same(state[0], state[1])) : holds;
    }

    public ActionText Say(ReadOnlySpan<Number> before, ReadOnlySpan<Number> choice) => new("system", "step", ("c", $"{choice[0]}"));

    /// <summary>The length of a shortest run to a violation, by brute force on numbers; null where there is none.</summary>
    public int? Distance()
    {
        var seen = new HashSet<(ulong, ulong)> { (Start, 0), (Start, 1) };
        var level = seen.ToList();
        for (var depth = 0; level.Count > 0; depth++)
        {
            if (level.Exists(state => !Holds<Number, Truth>([new(state.Item1), new(state.Item2)]).Value))
            {
                return depth;
            }

            level = [.. level.SelectMany(Next).Where(seen.Add)];
        }

        return null;
    }

    public override string ToString() => $"{Program} from {Start} avoiding {Bad}{(Also ? " and more" : "")}";

    private IEnumerable<(ulong, ulong)> Next((ulong X, ulong Y) state)
    {
        var next = new List<(ulong, ulong)>();
        for (var choice = 0UL; choice < Values; choice++)
        {
            var after = new Number[2];
            if (Step<Number, Truth>([new(state.X), new(state.Y)], [new(choice)], after).Value)
            {
                next.Add((after[0].Value, after[1].Value));
            }
        }

        return next;
    }

    // The program sees two bits of each word.
    private (List<TWord> Words, List<TBit> Bits) Run<TWord, TBit>(TWord x, TWord y, TWord choice)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var mask = TWord.Constant(Values - 1);
        return RandomPrograms.Run<TWord, TBit>(
            Program, [x & mask, y & mask, choice & mask], [TWord.Below(choice & mask, x & mask), TWord.Same(y & mask, choice & mask)]);
    }
}
