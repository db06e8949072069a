// What came of a claim about a word system.

using Verify.Engine;
using Verify.Symbolic.Proofs;
using Verify.Transitions;

namespace Verify.Symbolic.Engines;

/// <summary>A run of a word system, executed on numbers.</summary>
/// <param name="Names">The names of the state's words.</param>
/// <param name="States">The states, one more than steps; each has one value per name.</param>
/// <param name="Steps">The steps between them.</param>
public sealed record WordRun(IReadOnlyList<string> Names, IReadOnlyList<IReadOnlyList<ulong>> States, IReadOnlyList<ActionText> Steps)
{
    /// <summary>One line per state, and per step as the model says it: for people.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            var lines = new List<string> { Say(States[0]) };
            for (var i = 0; i < Steps.Count; i++)
            {
                var arguments = string.Join(", ", Steps[i].Arguments.Select(argument => $"{argument.Name} {argument.Value}"));
                lines.Add(arguments.Length == 0 ? $"{Steps[i].Lane}: {Steps[i].Name}" : $"{Steps[i].Lane}: {Steps[i].Name} ({arguments})");
                lines.Add(Say(States[i + 1]));
            }

            return lines;
        }
    }

    // Words that are 0 go without saying.
    private string Say(IReadOnlyList<ulong> state)
    {
        var words = Names.Zip(state).Where(word => word.Second != 0).Select(word => $"{word.First}=0x{word.Second:x}").ToList();
        return words.Count == 0 ? "all words are 0" : string.Join(", ", words);
    }
}

/// <summary>What came of a claim about a word system.</summary>
public sealed record WordReport
{
    /// <summary>Holds (k-induction only), violated by <see cref="Violation"/>, or inconclusive.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>By what, or why not.</summary>
    public required string Detail { get; init; }

    /// <summary>Violated: the violation's length. Else: no run of fewer steps, or of as many, ends in a violation; -1 where not even that is known.</summary>
    public required int Depth { get; init; }

    /// <summary>The shortest run from an initial state to a violation; null unless violated.</summary>
    public WordRun? Violation { get; init; }

    /// <summary>
    /// A run that makes an induction step fail: it begins anywhere, perhaps where no run from an initial state comes. No violation, but a hint at
    /// what an invariant must exclude. Null where there is none.
    /// </summary>
    public WordRun? Hint { get; init; }

    /// <summary>Everything that was asked, in order.</summary>
    public IReadOnlyList<ObligationReport> Obligations { get; init; } = [];

    /// <summary>Why the verdict says little: "no state is initial".</summary>
    public IReadOnlyList<string> Weaknesses { get; init; } = [];

    /// <summary>From the first question to the verdict.</summary>
    public double Seconds { get; init; }
}
