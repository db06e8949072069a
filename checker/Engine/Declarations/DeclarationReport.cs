// What is asked of a check of declarations, and what it answers.

namespace Verify.Engine.Declarations;

/// <summary>Limits of a check of declarations.</summary>
public sealed record DeclarationOptions
{
    /// <summary>Number of random walks.</summary>
    public int Walks { get; init; } = 200;

    /// <summary>Steps of a walk at most.</summary>
    public int Depth { get; init; } = 100;

    /// <summary>The seed that decides the walks and the renamings.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Asks for a clean stop after the walk at hand.</summary>
    public CancellationToken Cancel { get; init; }
}

/// <summary>How often something that is declared was looked into.</summary>
/// <param name="Declaration">What is declared.</param>
/// <param name="Cases">In how many cases it could have been refuted; with 0 nothing is known of it.</param>
public sealed record DeclarationTally(string Declaration, long Cases);

/// <summary>What a check of declarations found. It can refute them, never prove them.</summary>
public sealed record DeclarationReport
{
    /// <summary>What the model declares.</summary>
    public required Reductions Declared { get; init; }

    /// <summary>Whether it declares which steps do not depend on each other, which partial order rests on, and sampling by partial order.</summary>
    public bool DeclaresSteps { get; init; }

    /// <summary>Different states that were looked at.</summary>
    public required long States { get; init; }

    /// <summary>What was looked into, and how often.</summary>
    public required IReadOnlyList<DeclarationTally> Tried { get; init; }

    /// <summary>What is refuted, one line each: what was declared, and the state or step that shows that it is not so. For each declaration the first.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}
