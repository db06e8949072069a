// Ways to visit fewer states than there are, and what a run says of those that it used.

using System.Globalization;
using Verify.Transitions;

namespace Verify.Engine;

/// <summary>Ways to visit fewer states, for models that declare what they rest on. Verdicts and which goals are met stay the same; counts and depth do not.</summary>
[Flags]
public enum Reductions
{
    /// <summary>Every reachable state is visited.</summary>
    None = 0,

    /// <summary>Of the states that differ in names only, one is visited: see <see cref="ISymmetricSystem{TState}"/>. Runs are the shortest all the same.</summary>
    Symmetry = 1,

    /// <summary>Of the orders of independent steps that no property can tell apart, not all are visited: see <see cref="IPartialOrderSystem{TState}"/>. Runs are not always
    /// the shortest.</summary>
    PartialOrder = 2,
}

/// <summary>The reductions that were in force in a run.</summary>
public sealed record Reduced
{
    /// <summary>Which ones.</summary>
    public Reductions Reductions { get; init; }

    /// <summary>What was interchangeable; empty without symmetry.</summary>
    public IReadOnlyList<IndexSet> Symmetries { get; init; } = [];

    /// <summary>States whose steps were taken in part; 0 without partial order.</summary>
    public long InPart { get; init; }

    /// <summary>States that were expanded, whole or in part.</summary>
    public long Expanded { get; init; }

    /// <summary>The property for which partial order was asked for in vain, since it does not say what it watches; null where there is none.</summary>
    public string? Prevented { get; init; }

    /// <summary>The claims about whole runs that were decided without any, since none is sound for them.</summary>
    public IReadOnlyList<string> Whole { get; init; } = [];

    /// <summary>The claims about whole runs that were decided with less, since they name indices of the other sets.</summary>
    public IReadOnlyList<(string Claim, IReadOnlyList<IndexSet> Left)> Less { get; init; } = [];

    /// <summary>Of how many states at most one was visited for all; 1 without symmetry.</summary>
    public double Orbit => Symmetries.Aggregate(1.0, (product, set) => product * Factorial(set.Count));

    /// <summary>One line for reports: "reduced by symmetry (3 threads: up to 6 states for one)"; empty where there is nothing to say.</summary>
    public override string ToString()
    {
        string[] means = [.. Means()];
        string prevented = Prevented == null ? "" : $"not reduced by partial order: {Prevented} does not say which actions it watches";
        string whole = Whole.Count == 0 ? "" : $"not reduced for {string.Join(", ", Whole)}";
        string less = string.Join("; ", Less.GroupBy(less => Say(less.Left), less => less.Claim).Select(left => $"by {left.Key} for {string.Join(", ", left)}"));
        string reduced = means.Length == 0 ? "" : $"reduced by {string.Join(" and ", means)}";
        return string.Join("; ", ((string[])[reduced, prevented, less, means.Length == 0 ? "" : whole]).Where(part => part.Length > 0));
    }

    private IEnumerable<string> Means()
    {
        if (Reductions.HasFlag(Reductions.Symmetry))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"symmetry ({Say(Symmetries)}: up to {Orbit:N0} states for one)");
        }
        if (Reductions.HasFlag(Reductions.PartialOrder))
        {
            double share = Expanded == 0 ? 0 : 100.0 * InPart / Expanded;
            yield return string.Create(CultureInfo.InvariantCulture, $"partial order ({share:0.#} % of states expanded in part; runs are not always the shortest)");
        }
    }

    private static string Say(IReadOnlyList<IndexSet> sets) => string.Join(", ", sets.Select(set => $"{set.Count} {set.Name}"));

    private static double Factorial(int count) => count < 2 ? 1 : count * Factorial(count - 1);
}
