// One claim about whole runs, as a question about a graph.

using Verify.Engine.Stores;

namespace Verify.Engine.Liveness;

/// <summary>What a claim says of facts and marks.</summary>
/// <param name="Due">The fact that makes it due.</param>
/// <param name="Done">The fact that answers it.</param>
/// <param name="Answer">The mark of steps that answer it; 0 for none.</param>
/// <param name="Weak">The marks of classes of steps that are assumed weakly fair.</param>
/// <param name="Strong">The marks of those that are assumed strongly fair.</param>
/// <param name="AtFirst">It is due in initial states only.</param>
/// <param name="Moves">Only runs that change the state for ever violate it.</param>
internal readonly record struct Query(ushort Due, ushort Done, uint Answer, uint Weak, uint Strong, bool AtFirst, bool Moves)
{
    /// <summary>The question of the claim of this number.</summary>
    public static Query Of<TState>(Questions<TState> questions, int number)
        where TState : unmanaged
    {
        Liveness<TState> claim = questions.Claims[number];
        return new(
            (ushort)(1 << (2 * number)),
            (ushort)(2 << (2 * number)),
            questions.Answer(claim),
            questions.Marks(claim, Strength.Weak),
            questions.Marks(claim, Strength.Strong),
            claim.IsDueAtFirst,
            claim.IsAboutMotion);
    }

    /// <summary>All classes that are assumed fair.</summary>
    public uint Fair => Weak | Strong;

    /// <summary>Whether a violating run may come through a state once the claim is due.</summary>
    public bool Pends(ushort facts) => (facts & Done) == 0;

    /// <summary>Whether the claim becomes due in a state, and is not answered there.</summary>
    public bool Begins(ushort facts) => (facts & Due) != 0 && Pends(facts);

    /// <summary>Whether it may take a step.</summary>
    public bool Pends(in Edges edge) => (edge.Marks & Answer) == 0;

    /// <summary>The classes of which a step from a state changes it.</summary>
    public static uint Enabled<TState>(in GraphStore<TState> graph, uint state)
        where TState : unmanaged
    {
        uint marks = 0;
        for (Edges edges = graph.From(state); edges.MoveNext();)
        {
            marks |= edges.Marks;
        }
        return marks;
    }
}
