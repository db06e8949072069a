// What a simulation is asked and what it answers, free of any model's types.

namespace Verify.Engine;

/// <summary>Limits and means of a simulation.</summary>
public sealed record SimulateOptions
{
    /// <summary>Number of random walks.</summary>
    public long Walks { get; init; } = 1000;

    /// <summary>Steps of a walk at most.</summary>
    public int Depth { get; init; } = 200;

    /// <summary>The seed that decides every walk; the same seed gives the same walks on any machine.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The properties to look at, by name; null for all.</summary>
    public IReadOnlyCollection<string>? Properties { get; init; }

    /// <summary>Wall-clock limit; null for none.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>Called a few times a second with walks done, in place of levels; null for silence.</summary>
    public Action<Progress>? Progress { get; init; }

    /// <summary>Asks for a clean stop.</summary>
    public CancellationToken Cancel { get; init; }
}

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

    /// <summary>Null when all walks were made, else what ended the run early.</summary>
    public string? Limit { get; init; }

    /// <summary>Per action, in the model's order; <see cref="ActionCoverage.New"/> is 0 here.</summary>
    public required IReadOnlyList<ActionCoverage> Actions { get; init; }

    /// <summary>Per property asked for, in the system's order.</summary>
    public required IReadOnlyList<PropertyOutcome> Outcomes { get; init; }
}
