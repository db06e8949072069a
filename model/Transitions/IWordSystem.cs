// How a model whose state is words describes itself, so that the same functions are executed on numbers and unrolled into formulas.

using Verify.Bits;

namespace Verify.Transitions;

/// <summary>
/// A transition system whose state is a fixed number of 64-bit words. A step is a function of the state and of choice words, which stand for whatever
/// is left open: who acts, which word is stored. There is no branching on words; implementations hold no state of their own.
/// </summary>
public interface IWordSystem
{
    /// <summary>The names of the state's words, in order: "from.w0". Letters, digits, dots and underscores.</summary>
    IReadOnlyList<string> State { get; }

    /// <summary>The names of the choice's words, in order.</summary>
    IReadOnlyList<string> Choice { get; }

    /// <summary>Whether <paramref name="state"/> is an initial state.</summary>
    TBit Initial<TWord, TBit>(ReadOnlySpan<TWord> state)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>;

    /// <summary>The step that <paramref name="choice"/> picks.</summary>
    /// <param name="before">The state before; one word per name in <see cref="State"/>.</param>
    /// <param name="choice">What is picked; one word per name in <see cref="Choice"/>.</param>
    /// <param name="after">Takes the state after, all of its words. What it holds is meaningless where the step is not enabled.</param>
    /// <returns>Whether the step is enabled.</returns>
    TBit Step<TWord, TBit>(ReadOnlySpan<TWord> before, ReadOnlySpan<TWord> choice, Span<TWord> after)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>;

    /// <summary>How a domain expert would say the enabled step that <paramref name="choice"/> picks in <paramref name="before"/>.</summary>
    ActionText Say(ReadOnlySpan<Number> before, ReadOnlySpan<Number> choice);
}

/// <summary>A claim about single states of a word system.</summary>
public interface IWordProperty
{
    /// <summary>Its name, fit for files.</summary>
    string Name { get; }

    /// <summary>Whether it holds in <paramref name="state"/>.</summary>
    TBit Holds<TWord, TBit>(ReadOnlySpan<TWord> state)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>;
}

/// <summary>Some of the steps of a word system: those in which some words of the state before and of the choice have certain values.</summary>
/// <param name="Name">What it is called, fit for files: "fetch-storing-1".</param>
/// <param name="Fixed">The words, of the state or of the choice, and their values.</param>
public sealed record StepCase(string Name, params IReadOnlyList<(string Word, ulong Value)> Fixed);
