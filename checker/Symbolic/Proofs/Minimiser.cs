// Makes a counterexample small: what it can do without is not what is wrong.

using System.Numerics;

namespace Verify.Symbolic.Proofs;

/// <summary>Minimises assignments by evaluation alone; no solver is asked.</summary>
public static class Minimiser
{
    /// <summary>
    /// An assignment that still satisfies <paramref name="obligation"/>, from which no single step leads to a smaller one: making the two words of
    /// a pair equal, setting a variable to 0, clearing a bit of a word, or clearing the same bit in both words of a pair.
    /// </summary>
    /// <param name="obligation">What must stay satisfied.</param>
    /// <param name="model">What satisfies it.</param>
    /// <param name="pairs">Words of which it is simpler that they are equal.</param>
    public static Assignment Minimise(Obligation obligation, Assignment model, IReadOnlyList<(string, string)> pairs)
    {
        var best = Restrict(obligation, model);
        for (var smaller = best; smaller is not null;)
        {
            best = smaller;
            var size = Size(best, pairs);
            smaller = Steps(best, pairs).FirstOrDefault(step => Size(step, pairs).CompareTo(size) < 0 && obligation.IsSatisfiedBy(step));
        }

        return best;
    }

    // Fewest different words, then fewest truths, then fewest bits.
    private static (int, int, int) Size(Assignment values, IReadOnlyList<(string, string)> pairs) => (
        pairs.Count(pair => values.Word(pair.Item1) != values.Word(pair.Item2)),
        values.Bits.Count(bit => bit.Value),
        values.Words.Sum(word => BitOperations.PopCount(word.Value)));

    // Only what the formula speaks of: the rest is 0.
    private static Assignment Restrict(Obligation obligation, Assignment model)
    {
        var values = new Assignment();
        foreach (var name in obligation.Variables)
        {
            if (obligation.IsWord(name))
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

    // The boldest steps first. Some make nothing smaller in the end; the caller asks.
    private static IEnumerable<Assignment> Steps(Assignment from, IReadOnlyList<(string, string)> pairs)
    {
        foreach (var (left, right) in pairs.Where(pair => from.Word(pair.Item1) != from.Word(pair.Item2)))
        {
            yield return from.With(left, from.Word(right));
            yield return from.With(right, from.Word(left));
        }

        foreach (var (name, _) in from.Bits.Where(bit => bit.Value))
        {
            yield return from.With(name, false);
        }

        foreach (var (name, value) in from.Words.Where(word => word.Value != 0))
        {
            yield return from.With(name, 0);
        }

        foreach (var (left, right) in pairs)
        {
            for (var both = from.Word(left) & from.Word(right); both != 0; both &= both - 1)
            {
                var bit = both & ~(both - 1);
                yield return from.With(left, from.Word(left) & ~bit).With(right, from.Word(right) & ~bit);
            }
        }

        foreach (var (name, value) in from.Words)
        {
            for (var rest = value; rest != 0; rest &= rest - 1)
            {
                yield return from.With(name, value & ~(rest & ~(rest - 1)));
            }
        }
    }
}
