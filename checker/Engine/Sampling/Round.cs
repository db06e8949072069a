// What the walks of a round did, each for itself until all are done.

namespace Verify.Engine.Sampling;

/// <summary>Walks are made in rounds: what was found or covered is taken over between two of them, in the order of the walks.</summary>
internal static class Round
{
    /// <summary>Walks of a round. Fixed, for what walks do may depend on which round they belong to.</summary>
    public const int Size = 64;
}

/// <summary>What one walk did. A thread has one for each place in a round, and uses it again and again.</summary>
/// <param name="actions">Actions of the model.</param>
/// <param name="properties">Properties that are looked at.</param>
internal sealed class WalkRecord<TState>(int actions, int properties)
    where TState : unmanaged
{
    /// <summary>Steps made.</summary>
    public long Steps { get; set; }

    /// <summary>False where the walk was stopped before its end.</summary>
    public bool Whole { get; set; }

    /// <summary>Steps by each action.</summary>
    public long[] Fired { get; } = new long[actions];

    /// <summary>The goals met of each property.</summary>
    public ulong[] Goals { get; } = new ulong[properties];

    /// <summary>The choices up to the first violation of each property; null where there was none.</summary>
    public int[]?[] Violations { get; } = new int[properties][];

    /// <summary>Where the model or a property threw; null where it did not.</summary>
    public Fault<TState>? Fault { get; set; }

    /// <summary>The choices up to that state.</summary>
    public int[] FaultAt { get; set; } = [];

    /// <summary>Forgets the last walk.</summary>
    public void Clear()
    {
        (Steps, Whole, Fault) = (0, false, null);
        Array.Clear(Fired);
        Array.Clear(Goals);
        Array.Clear(Violations);
    }
}
