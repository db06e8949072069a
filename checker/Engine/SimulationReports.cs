// What a simulation is asked and what it answers, free of any model's types.

namespace Verify.Engine;

/// <summary>How a walk chooses among the enabled steps.</summary>
public enum StrategyKind
{
    /// <summary>All as likely.</summary>
    Uniform,

    /// <summary>Probabilistic concurrency testing: by priorities of agents that change a few times in a walk. The model must say who acts.</summary>
    Pct,

    /// <summary>Partial-order sampling: by priorities of next steps, drawn anew after a conflict. The model must say which steps depend on each other.</summary>
    Pos,

    /// <summary>Rather to states that few walks came to, and by actions that fired little.</summary>
    Coverage,
}

/// <summary>Limits and means of a simulation.</summary>
public sealed record SimulateOptions
{
    /// <summary>Number of random walks.</summary>
    public long Walks { get; init; } = 1000;

    /// <summary>Steps of a walk at most.</summary>
    public int Depth { get; init; } = 200;

    /// <summary>The seed that decides every walk; the same seed gives the same walks on any machine and with any number of threads.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How steps are chosen.</summary>
    public StrategyKind Strategy { get; init; }

    /// <summary>For <see cref="StrategyKind.Pct"/>: how many orderings of steps a violation may depend on, 1 or more.</summary>
    public int BugDepth { get; init; } = 3;

    /// <summary>Threads that walk, 1 or more. What is found does not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The properties to look at, by name; null for all.</summary>
    public IReadOnlyCollection<string>? Properties { get; init; }

    /// <summary>Wall-clock limit; null for none.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>Called a few times a second from one thread, with walks done in place of levels; null for silence.</summary>
    public Action<Progress>? Progress { get; init; }

    /// <summary>Asks for a clean stop.</summary>
    public CancellationToken Cancel { get; init; }
}

/// <summary>How a violating walk became a short counterexample; lengths are steps, the initial state is none.</summary>
/// <param name="Found">Steps of the walk up to the violation.</param>
/// <param name="Deleted">Steps left after all that could be deleted was.</param>
/// <param name="Actions">Different actions among these.</param>
/// <param name="Explored">Steps of a shortest violation by these actions alone; null where the exploration for it did not fit its bounded effort.</param>
public sealed record Shrinkage(int Found, int Deleted, int Actions, int? Explored)
{
    /// <summary>All of it on one line.</summary>
    public override string ToString() => $"found with {Steps(Found)}, {Deleted} after deleting, "
        + (Explored is { } explored ? $"{explored} after exploring its {Kinds}" : $"and exploring its {Kinds} was too much");

    private string Kinds => Actions == 1 ? "1 action" : $"{Actions} actions";

    private static string Steps(int count) => count == 1 ? "1 step" : $"{count} steps";
}

/// <summary>A strategy was asked for that the model does not say enough for. The message is one line.</summary>
public sealed class StrategyException(string message) : Exception(message);

/// <summary>What a simulation found. A property it did not see violated is inconclusive, never proved.</summary>
public sealed record SimulationReport
{
    /// <summary>Walks made.</summary>
    public required long Walks { get; init; }

    /// <summary>Steps made.</summary>
    public required long Steps { get; init; }

    /// <summary>Wall-clock seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>The seed used.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How steps were chosen, and with which probability that finds what; one line each.</summary>
    public IReadOnlyList<string> Guarantee { get; init; } = [];

    /// <summary>Null when all walks were made, else what ended the run early.</summary>
    public string? Limit { get; init; }

    /// <summary>
    /// Per action, in the model's order. <see cref="ActionCoverage.New"/> is counted by <see cref="StrategyKind.Coverage"/> only, whose memory of states is
    /// bounded: a new state may be taken for a known one.
    /// </summary>
    public required IReadOnlyList<ActionCoverage> Actions { get; init; }

    /// <summary>Per property asked for, in the system's order.</summary>
    public required IReadOnlyList<PropertyOutcome> Outcomes { get; init; }
}
