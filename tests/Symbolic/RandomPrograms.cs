// Random functions over the algebra, which run on numbers and on terms alike.

using FsCheck;
using FsCheck.Fluent;
using Verify.Bits;
using Verify.Symbolic;

namespace Verify.Tests.Symbolic;

/// <summary>One step: an operation on earlier results, chosen by numbers modulo what there is.</summary>
public sealed record Step(int Operation, int A, int B, int C, ulong Constant);

/// <summary>Steps, and the inputs to try them on.</summary>
public sealed record RandomCase(IReadOnlyList<Step> Steps, IReadOnlyList<ulong> Inputs)
{
    public override string ToString() =>
        $"{string.Join("; ", Steps.Select(step => $"{step.Operation} {step.A} {step.B} {step.C} 0x{step.Constant:x}"))} on {string.Join(" ", Inputs.Select(input => $"0x{input:x}"))}";
}

/// <summary>Makes and runs random functions.</summary>
public static class RandomPrograms
{
    public const int Words = 3;
    public const int Bits = 2;

    /// <summary>Few different words, most of them masks of fields: so that constants meet and rules apply.</summary>
    private static readonly Gen<ulong> Masks = Gen.Elements<ulong>(
        0UL, 1, 2, 3, 0xff, 0xff00, 0x100, 0x80, 1UL << 63, ulong.MaxValue, ulong.MaxValue << 8, 0xf0f0f0f0f0f0f0f0, 0x7, 0x5, 0x4);

    private static readonly Gen<Step> Steps = Gen.Choose(0, 16).SelectMany(operation =>
        Gen.Choose(0, 1000).SelectMany(a => Gen.Choose(0, 1000).SelectMany(b => Gen.Choose(0, 1000).SelectMany(c =>
            Masks.Select(constant => new Step(operation, a, b, c, constant))))));

    /// <summary>Functions of up to <paramref name="most"/> steps on random inputs.</summary>
    public static Arbitrary<RandomCase> Cases(int most) => Arb.From(
        Gen.Choose(1, most).SelectMany(count => Gen.ArrayOf(Steps, count)).SelectMany(steps =>
            Gen.ArrayOf(Masks, Words + Bits).Select(inputs => new RandomCase(steps, inputs))),
        Shorter);

    /// <summary>Words and truth values, inputs first, then what each step gave.</summary>
    public static (List<TWord> Words, List<TBit> Bits) Run<TWord, TBit>(RandomCase program, IEnumerable<TWord> words, IEnumerable<TBit> bits)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var (w, b) = (words.ToList(), bits.ToList());
        foreach (var step in program.Steps)
        {
            // Recent results are chosen more often: terms get deep.
            var (x, y) = (Pick(w, step.A), Pick(w, step.B));
            var (p, q) = (Pick(b, step.A), Pick(b, step.B));
            var count = (int)(step.Constant & 63) % 9;
            switch (step.Operation)
            {
                case 0: w.Add(x & y); break;
                case 1: w.Add(x | y); break;
                case 2: w.Add(x ^ y); break;
                case 3: w.Add(~x); break;
                case 4: w.Add(x << count); break;
                case 5: w.Add(x >>> count); break;
                case 6: w.Add(TWord.If(Pick(b, step.C), x, y)); break;
                case 7: w.Add(x & TWord.Constant(step.Constant)); break;
                case 8: w.Add(x | TWord.Constant(step.Constant)); break;
                case 9: w.Add(TWord.If(Pick(b, step.C), TWord.Constant(step.Constant), y)); break;
                case 10: b.Add(p & q); break;
                case 11: b.Add(p | q); break;
                case 12: b.Add(p ^ q); break;
                case 13: b.Add(!p); break;
                case 14: b.Add(TWord.Same(x, y)); break;
                case 15: b.Add(TWord.Same(x & TWord.Constant(step.Constant), TWord.Constant(step.Constant & (ulong)step.B))); break;
                default: b.Add(TWord.Below(x, step.C % 2 == 0 ? y : TWord.Constant(step.Constant))); break;
            }
        }

        return (w, b);
    }

    public static (List<Number> Words, List<Truth> Bits) OnNumbers(RandomCase program) => Run<Number, Truth>(
        program,
        program.Inputs.Take(Words).Select(input => new Number(input)),
        program.Inputs.Skip(Words).Select(input => new Truth((input & 1) != 0)));

    public static (List<TermWord> Words, List<TermBit> Bits) OnTerms(RandomCase program) => Run<TermWord, TermBit>(
        program,
        Enumerable.Range(0, Words).Select(i => TermWord.Variable($"x.w{i}")),
        Enumerable.Range(0, Bits).Select(i => TermBit.Variable($"p{i}")));

    public static Assignment Assignment(RandomCase program)
    {
        var assignment = new Assignment();
        for (var i = 0; i < Words; i++)
        {
            assignment.Set($"x.w{i}", program.Inputs[i]);
        }

        for (var i = 0; i < Bits; i++)
        {
            assignment.Set($"p{i}", (program.Inputs[Words + i] & 1) != 0);
        }

        return assignment;
    }

    private static T Pick<T>(List<T> values, int choice) =>
        choice % 3 == 0 ? values[choice / 3 % values.Count] : values[^(1 + (choice / 3 % Math.Min(4, values.Count)))];

    private static IEnumerable<RandomCase> Shorter(RandomCase program)
    {
        for (var i = program.Steps.Count - 1; i >= 0; i--)
        {
            yield return program with { Steps = [.. program.Steps.Take(i), .. program.Steps.Skip(i + 1)] };
        }
    }
}
