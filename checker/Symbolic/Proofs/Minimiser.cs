// Makes a counterexample small: what it can do without is not what is wrong.

using System.Numerics;

namespace Verify.Symbolic.Proofs;

/// <summary>Minimises assignments by evaluation alone; no solver is asked.</summary>
public static class Minimiser
{
    /// <summary>
    /// An assignment that still satisfies <paramref name="obligation"/>, from which no single step leads to a smaller one: making the two words of
    /// a pair equal, setting a variable to 0, clearing a bit of a word, or clearing the same bit in both words of a pair. Smaller means fewer pairs
    /// whose words differ, then fewer true truth values, then fewer bits set. The same input gives the same result.
    /// </summary>
    /// <param name="obligation">What must stay satisfied.</param>
    /// <param name="model">What satisfies it.</param>
    /// <param name="pairs">Words of which it is simpler that they are equal; those the obligation does not speak of are free.</param>
    /// <exception cref="ArgumentException">A pair names a truth value.</exception>
    public static Assignment Minimise(Obligation obligation, Assignment model, IReadOnlyList<(string, string)> pairs) =>
        new Candidate(obligation, model, pairs).Shrink();

    /// <summary>The values so far, in one array, changed in place and put back where a change does not help.</summary>
    private sealed class Candidate
    {
        private readonly IReadOnlyList<string> names;
        private readonly bool[] isWord;
        private readonly int free;
        private readonly (int Left, int Right)[] pairs;
        private readonly CompiledTerm term;
        private readonly ulong[] values;
        private (int, int, int) size;

        public Candidate(Obligation obligation, Assignment model, IReadOnlyList<(string, string)> pairs)
        {
            // Only what the formula speaks of; the rest is 0. The words of pairs that it does not speak of come last.
            free = obligation.Variables.Count;
            names = [.. obligation.Variables, .. pairs.SelectMany(pair => new[] { pair.Item1, pair.Item2 }).Except(obligation.Variables)];
            isWord = [.. names.Select((name, i) => i >= free || obligation.IsWord(name))];
            values = [.. names.Select((name, i) => i >= free ? 0 : isWord[i] ? model.Word(name) : model.Bit(name) ? 1UL : 0)];
            var places = names.Select((name, i) => (name, i)).ToDictionary(place => place.name, place => place.i);
            this.pairs = [.. pairs.Select(pair => (places[pair.Item1], places[pair.Item2]))];
            foreach (var (left, right) in this.pairs.Where(pair => !isWord[pair.Left] || !isWord[pair.Right]))
            {
                throw new ArgumentException($"{names[left]} and {names[right]} are no pair of words", nameof(pairs));
            }

            term = new CompiledTerm(obligation.Assertion, names);
            size = Size();
        }

        public Assignment Shrink()
        {
            // The boldest steps first, and all of them again until none helps.
            while (Equalise() | Drop() | ClearInPairs() | ClearInWords())
            {
            }

            var result = new Assignment();
            for (var i = 0; i < values.Length; i++)
            {
                if (!isWord[i])
                {
                    result.Set(names[i], values[i] != 0);
                }
                else if (i < free || values[i] != 0)
                {
                    result.Set(names[i], values[i]);
                }
            }

            return result;
        }

        private bool Equalise()
        {
            var helped = false;
            foreach (var (left, right) in pairs)
            {
                helped |= values[left] != values[right] && (Try(left, values[right]) || Try(right, values[left]));
            }

            return helped;
        }

        private bool Drop()
        {
            var helped = false;
            foreach (var words in new[] { false, true })
            {
                for (var i = 0; i < values.Length; i++)
                {
                    helped |= isWord[i] == words && values[i] != 0 && Try(i, 0);
                }
            }

            return helped;
        }

        private bool ClearInPairs()
        {
            var helped = false;
            foreach (var (left, right) in pairs)
            {
                helped |= Clear(left, right);
            }

            return helped;
        }

        private bool ClearInWords()
        {
            var helped = false;
            for (var i = 0; i < values.Length; i++)
            {
                helped |= isWord[i] && Clear(i, i);
            }

            return helped;
        }

        // Clears what two words have in common: all of it, then half of it at a time, down to single bits (Zeller and Hildebrandt, "Simplifying and
        // isolating failure-inducing input", 2002).
        private bool Clear(int left, int right)
        {
            var helped = false;
            for (var chunk = 64; chunk > 0; chunk /= 2)
            {
                var rest = values[left] & values[right];
                while (rest != 0)
                {
                    var bits = Highest(rest, chunk);
                    rest &= ~bits;
                    helped |= Try(left, values[left] & ~bits, right, values[right] & ~bits);
                }
            }

            return helped;
        }

        // High bits go first: what is left is a small number.
        private static ulong Highest(ulong word, int count)
        {
            var bits = 0UL;
            for (var i = 0; i < count && bits != word; i++)
            {
                bits |= 1UL << BitOperations.Log2(word & ~bits);
            }

            return bits;
        }

        private bool Try(int place, ulong value) => Try(place, value, place, value);

        private bool Try(int left, ulong leftValue, int right, ulong rightValue)
        {
            var (oldLeft, oldRight) = (values[left], values[right]);
            (values[left], values[right]) = (leftValue, rightValue);
            var smaller = Size();
            if (smaller.CompareTo(size) < 0 && term.Evaluate(values))
            {
                size = smaller;
                return true;
            }

            (values[left], values[right]) = (oldLeft, oldRight);
            return false;
        }

        private (int Different, int Truths, int Bits) Size()
        {
            var (different, truths, bits) = (0, 0, 0);
            foreach (var (left, right) in pairs)
            {
                different += values[left] != values[right] ? 1 : 0;
            }

            for (var i = 0; i < values.Length; i++)
            {
                truths += isWord[i] ? 0 : (int)values[i];
                bits += isWord[i] ? BitOperations.PopCount(values[i]) : 0;
            }

            return (different, truths, bits);
        }
    }
}
