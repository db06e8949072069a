// Runs of a word system as terms, and back: a solver's values as a run on numbers.

using Verify.Bits;
using Verify.Symbolic.Proofs;
using Verify.Transitions;

namespace Verify.Symbolic.Engines;

/// <summary>
/// All runs of a number of steps at once. Only the first state and the choices are variables; each later state is a function of them, as the model
/// computes it.
/// </summary>
internal sealed class Unrolling
{
    private readonly List<TermWord[]> states = [];

    /// <summary>Unrolls <paramref name="system"/> in the pool that is open; the words that <paramref name="first"/> fixes are constants.</summary>
    public Unrolling(IWordSystem system, int steps, StepCase? first = null)
    {
        var known = (first?.Fixed ?? []).ToDictionary(word => word.Word, word => TermWord.Constant(word.Value));
        states.Add([.. system.State.Select(name => known.TryGetValue(name, out var value) ? value : TermWord.Variable(StateName(name)))]);
        IsRun = TermBit.Constant(true);
        for (var i = 0; i < steps; i++)
        {
            TermWord[] choice = [.. system.Choice.Select(name =>
                i == 0 && known.TryGetValue(name, out var value) ? value : TermWord.Variable(ChoiceName(i, name)))];
            Choices.Add(choice);
            var after = new TermWord[system.State.Count];
            IsRun &= system.Step<TermWord, TermBit>(states[i], choice, after);
            for (var word = 0; word < after.Length; word++)
            {
                after[word] = after[word].Named($"s{i + 1}.{system.State[word]}");
            }

            states.Add(after);
        }
    }

    /// <summary>The states, from the first on.</summary>
    public IReadOnlyList<TermWord[]> States => states;

    /// <summary>The choices, one per step.</summary>
    public List<TermWord[]> Choices { get; } = [];

    /// <summary>Every step is enabled.</summary>
    public TermBit IsRun { get; }

    /// <summary>No state occurs twice.</summary>
    public TermBit IsSimple()
    {
        var simple = TermBit.Constant(true);
        for (var i = 0; i < states.Count; i++)
        {
            for (var j = i + 1; j < states.Count; j++)
            {
                var same = TermBit.Constant(true);
                for (var word = 0; word < states[i].Length; word++)
                {
                    same &= TermWord.Same(states[i][word], states[j][word]);
                }

                simple &= !same;
            }
        }

        return simple;
    }

    /// <summary>The run that <paramref name="values"/> stand for, executed on numbers.</summary>
    /// <exception cref="UnconfirmedException">A step is not enabled on numbers.</exception>
    public static WordRun Execute(IWordSystem system, Assignment values, int steps)
    {
        var state = system.State.Select(name => new Number(values.Word(StateName(name)))).ToArray();
        var (states, said) = (new List<IReadOnlyList<ulong>> { Values(state) }, new List<ActionText>());
        for (var i = 0; i < steps; i++)
        {
            var choice = system.Choice.Select(name => new Number(values.Word(ChoiceName(i, name)))).ToArray();
            var after = new Number[state.Length];
            if (!system.Step<Number, Truth>(state, choice, after).Value)
            {
                throw new UnconfirmedException($"step {i + 1} of a run that the solver found is not enabled: {values}");
            }

            said.Add(system.Say(state, choice));
            states.Add(Values(after));
            state = after;
        }

        return new WordRun(system.State, states, said);
    }

    /// <summary>Whether a property holds in a state of a run.</summary>
    public static bool Holds(IWordProperty property, IReadOnlyList<ulong> state) => property.Holds<Number, Truth>(Numbers(state)).Value;

    /// <summary>A state of a run as the model takes it.</summary>
    public static Number[] Numbers(IReadOnlyList<ulong> state) => [.. state.Select(word => new Number(word))];

    private static ulong[] Values(Number[] state) => [.. state.Select(word => word.Value)];

    private static string StateName(string name) => $"s0.{name}";

    private static string ChoiceName(int step, string name) => $"c{step}.{name}";
}
