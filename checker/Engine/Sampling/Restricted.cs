// A model with some of its actions only: where a shorter way to a known violation is looked for.

using System.Diagnostics.CodeAnalysis;
using Verify.Transitions;

namespace Verify.Engine.Sampling;

/// <summary>The part of <paramref name="model"/> that uses only the actions that are <paramref name="allowed"/>.</summary>
/// <param name="model">The whole model.</param>
/// <param name="allowed">By kind of step, whether it is kept.</param>
internal struct Restricted<TModel, TState>(TModel model, bool[] allowed) : ITransitionSystem<TState>
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    private TModel _model = model;

    /// <inheritdoc/>
    public IReadOnlyList<string> Actions => _model.Actions;

    /// <inheritdoc/>
    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<TState>, allows ref struct => _model.Initial(ref sink);

    /// <inheritdoc/>
    public void Next<TSink>(in TState state, ref TSink sink)
        where TSink : struct, ISink<TState>, allows ref struct
    {
        var filter = new Filter<TSink>(sink, allowed);
        _model.Next(in state, ref filter);
        sink = filter.Inner;
    }

    /// <inheritdoc/>
    public void Describe(in TState state, IStateText text) => _model.Describe(in state, text);

    /// <inheritdoc/>
    public ActionText Say(in TState before, Step step) => _model.Say(in before, step);

    /// <inheritdoc/>
    public ulong Rank(in TState state) => _model.Rank(in state);

    /// <summary>Final as well where only actions that are left out go on: that is no deadlock.</summary>
    public bool IsFinal(in TState state)
    {
        var moves = new List<Move<TState>>();
        Successors<TState>.Of(ref _model, in state, moves);
        return moves.Count > 0 || _model.IsFinal(in state);
    }

    private ref struct Filter<TSink>(TSink inner, bool[] allowed) : ISink<TState>
        where TSink : struct, ISink<TState>, allows ref struct
    {
        public TSink Inner = inner;

        [UnscopedRef]
        public ref TState From(in TState state) => ref Inner.From(in state);

        public void Add(Step step)
        {
            // A kind that the model does not have is passed on, to be complained about.
            if (step.Kind >= allowed.Length || allowed[step.Kind])
            {
                Inner.Add(step);
            }
        }
    }
}
