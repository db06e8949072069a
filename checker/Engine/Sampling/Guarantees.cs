// What a strategy promises, in words and numbers.

using System.Globalization;

namespace Verify.Engine.Sampling;

/// <summary>Says with which probability walks find what.</summary>
internal static class Guarantees
{
    /// <summary>The lines to print.</summary>
    /// <param name="options">The strategy and its parameters.</param>
    /// <param name="agents">How many agents the model has; 0 where it does not say.</param>
    /// <param name="initial">How many initial states it has.</param>
    /// <param name="walks">Walks made.</param>
    /// <param name="widest">The most steps that one agent could choose from.</param>
    public static IReadOnlyList<string> Of(SimulateOptions options, int agents, int initial, long walks, int widest) => options.Strategy switch
    {
        StrategyKind.Pct => [Pct(options, agents, initial, walks), Choices(widest)],
        StrategyKind.Pos => ["pos: orders of steps that do not conflict count as one, those of steps that do are drawn at random; no bound on what walks miss"],
        StrategyKind.Coverage => ["coverage: rather to states that few walks came to and by actions that fired little; no bound on what walks miss"],
        _ => ["uniform: each enabled step as likely; no bound on what walks miss"],
    };

    /// <summary>The probability of at least one success in so many independent attempts.</summary>
    public static double OfSome(double each, double attempts)
    {
        // 1 - (1 - p)^w; where that is below what a double can tell from 1, its first term, which is more by a factor of 1 + wp/2 at most.
        return each * attempts < 1e-6 ? each * attempts : 1 - Math.Exp(attempts * Math.Log(1 - each));
    }

    private static string Pct(SimulateOptions options, int agents, int initial, long walks)
    {
        double each = 1 / (Math.Max(initial, 1) * (double)agents * Math.Pow(options.Depth, options.BugDepth - 1));
        string bound = (initial > 1 ? $"{initial} * " : "") + $"{agents}" + (options.BugDepth > 1 ? $" * {options.Depth}^{options.BugDepth - 1}" : "");
        string starts = initial > 1 ? $"{initial} initial states, " : "";
        string orderings = options.BugDepth == 1 ? "1 ordering of steps brings" : $"{options.BugDepth} orderings of steps bring";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"pct: {starts}{agents} agents, at most {options.Depth} steps, bug depth {options.BugDepth}: a violation that {orderings} about is found "
            + $"by a walk with probability 1/({bound}) = {each:0.0e+0} at least, by {walks:N0} with {OfSome(each, walks):0.0e+0}");
    }

    private static string Choices(int widest) => widest > 1
        ? $"agents had up to {widest} steps to choose from, each as likely: the bound is for one way of choosing, and is to be multiplied by the probability of that way"
        : "no agent had more than one step to choose from: the bound stands as it is";
}
