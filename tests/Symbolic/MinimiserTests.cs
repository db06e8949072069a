// Counterexamples made small: still counterexamples, and nothing about them to spare.

using System.Numerics;
using FsCheck.Fluent;
using Verify.Symbolic;
using Verify.Symbolic.Proofs;
using Xunit;

namespace Verify.Tests.Symbolic;

public sealed class MinimiserTests
{
    private static readonly (string, string)[] Pairs = [("x.w0", "x.w1")];

    [Fact]
    public void What_it_gives_satisfies_the_obligation_and_no_step_makes_it_smaller() => Seeds.Check(
        Prop.ForAll(RandomPrograms.Cases(40), program =>
        {
            var (obligation, model) = Satisfied(program);
            var small = Minimiser.Minimise(obligation, model, Pairs);
            Assert.True(obligation.IsSatisfiedBy(small), $"{small} does not satisfy {obligation.Text}");
            Assert.True(Size(small).CompareTo(Size(Restricted(obligation, model))) <= 0);
            foreach (var step in Steps(small).Where(step => Size(step).CompareTo(Size(small)) < 0))
            {
                Assert.False(obligation.IsSatisfiedBy(step), $"{step} is smaller than {small} and satisfies {obligation.Text}");
            }

            Assert.Equal(small.ToString(), Minimiser.Minimise(obligation, model, Pairs).ToString());
        }),
        cases: 1000);

    [Fact]
    public void A_compiled_term_evaluates_as_the_term_does() => Seeds.Check(
        Prop.ForAll(RandomPrograms.Cases(60), program =>
        {
            using var pool = TermPool.Open();
            var (_, bits) = RandomPrograms.OnTerms(program);
            var values = RandomPrograms.Assignment(program);
            string[] names = [.. values.Words.Keys, .. values.Bits.Keys, "more"];
            ulong[] inputs = [.. values.Words.Values, .. values.Bits.Values.Select(bit => bit ? 1UL : 0), 7];
            var valuation = new Valuation(values);
            foreach (var bit in bits)
            {
                var compiled = new CompiledTerm(bit, names);
                Assert.Equal(valuation.Of(bit), compiled.Evaluate(inputs));
                // A second evaluation owes nothing to the first.
                compiled.Evaluate(new ulong[names.Length]);
                Assert.Equal(valuation.Of(bit), compiled.Evaluate(inputs));
            }
        }),
        cases: 2000);

    [Fact]
    public void Words_of_a_pair_are_rather_equal_than_short()
    {
        using var pool = TermPool.Open();
        var (from, to) = (TermWord.Variable("from"), TermWord.Variable("to"));
        var obligation = new Obligation("large", [], !TermWord.Below(from, TermWord.Constant(0xff)));
        Assert.Equal("from=0x100", Minimiser.Minimise(obligation, new Assignment().With("from", 0xfffUL), []).ToString());
        Assert.Equal("from=0x100, to=0x100", Minimiser.Minimise(obligation, new Assignment().With("from", 0xfffUL), [("from", "to")]).ToString());
        var differ = new Obligation("differ", [], !TermWord.Same(from, to));
        var small = Minimiser.Minimise(differ, new Assignment().With("from", 0xfffUL).With("to", 0xff0UL), [("from", "to")]);
        Assert.Equal(1, BitOperations.PopCount(small.Word("from") | small.Word("to")));
    }

    [Fact]
    public void Bits_that_must_agree_are_cleared_together()
    {
        using var pool = TermPool.Open();
        var (x, y) = (TermWord.Variable("x"), TermWord.Variable("y"));
        var (low, one) = (TermWord.Constant(0xffff), TermWord.Constant(1UL << 63));
        var agree = TermWord.Same(x & low, y & low) & TermWord.Same(x & one, one) & TermWord.Same(y & one, default);
        var small = Minimiser.Minimise(new Obligation("agree", [], agree), new Assignment().With("x", ulong.MaxValue).With("y", ulong.MaxValue >> 1), [("x", "y")]);
        Assert.Equal("x=0x8000000000000000, y=0x0", small.ToString());
    }

    [Fact]
    public void A_truth_value_is_no_word_of_a_pair()
    {
        using var pool = TermPool.Open();
        var obligation = new Obligation("p", [], TermBit.Variable("p"));
        Assert.Throws<ArgumentException>(() => Minimiser.Minimise(obligation, new Assignment().With("p", true), [("p", "x")]));
    }

    // The last truth value, whichever way round the inputs satisfy it.
    private static (Obligation, Assignment) Satisfied(RandomCase program)
    {
        using var pool = TermPool.Open();
        var bit = RandomPrograms.OnTerms(program).Bits[^1];
        var model = RandomPrograms.Assignment(program);
        return (new Obligation("random", [], new Valuation(model).Of(bit) ? bit : !bit), model);
    }

    private static Assignment Restricted(Obligation obligation, Assignment model)
    {
        var values = new Assignment();
        foreach (var name in obligation.Variables)
        {
            if (model.Words.ContainsKey(name))
            {
                values.Set(name, model.Word(name));
            }
            else
            {
                values.Set(name, model.Bit(name));
            }
        }

        return values;
    }

    private static (int, int, int) Size(Assignment values) => (
        Pairs.Count(pair => values.Word(pair.Item1) != values.Word(pair.Item2)),
        values.Bits.Count(bit => bit.Value),
        values.Words.Sum(word => BitOperations.PopCount(word.Value)));

    private static IEnumerable<Assignment> Steps(Assignment from)
    {
        var bits = from.Bits.Where(bit => bit.Value).Select(bit => from.With(bit.Key, false));
        var words = from.Words.SelectMany(word => Enumerable.Range(0, 64).Select(i => from.With(word.Key, word.Value & ~(1UL << i))).Append(from.With(word.Key, 0)));
        var pairs = Pairs.SelectMany(pair => Enumerable.Range(0, 64)
            .Select(i => ~(1UL << i))
            .Select(keep => from.With(pair.Item1, from.Word(pair.Item1) & keep).With(pair.Item2, from.Word(pair.Item2) & keep))
            .Append(from.With(pair.Item1, from.Word(pair.Item2)))
            .Append(from.With(pair.Item2, from.Word(pair.Item1))));
        return [.. bits, .. words, .. pairs];
    }
}
