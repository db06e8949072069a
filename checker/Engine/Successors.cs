// Successors as a list: for the places where speed is no concern, such as reconstruction, replay and random walks.

using Verify.Transitions;

namespace Verify.Engine;

/// <summary>Collects what a model adds. One list is reused from state to state.</summary>
internal ref struct Successors<TState>(List<Move<TState>> moves, ref TState scratch) : ISink<TState>
    where TState : unmanaged
{
    private readonly ref TState _scratch = ref scratch;

    /// <inheritdoc/>
    public readonly ref TState From(in TState state)
    {
        _scratch = state;
        return ref _scratch;
    }

    /// <inheritdoc/>
    public readonly void Add(Step step) => moves.Add(new Move<TState>(step, _scratch));

    /// <summary>The initial states of <paramref name="model"/>, in its order, into <paramref name="moves"/>.</summary>
    public static void Initial<TModel>(ref TModel model, List<Move<TState>> moves)
        where TModel : struct, ITransitionSystem<TState>
    {
        moves.Clear();
        TState scratch = default;
        var sink = new Successors<TState>(moves, ref scratch);
        model.Initial(ref sink);
        for (int i = 0; i < moves.Count; i++)
        {
            moves[i] = moves[i] with { Step = Step.Init };
        }
    }

    /// <summary>The successors of <paramref name="state"/>, in the model's order, into <paramref name="moves"/>.</summary>
    public static void Of<TModel>(ref TModel model, in TState state, List<Move<TState>> moves)
        where TModel : struct, ITransitionSystem<TState>
    {
        moves.Clear();
        TState scratch = default;
        TState before = state;
        var sink = new Successors<TState>(moves, ref scratch);
        model.Next(in before, ref sink);
    }
}
