// Looks into what a model declares for reductions, by executing it.

using Verify.Engine.Reduction;
using Verify.Transitions;

namespace Verify.Engine.Declarations;

/// <summary>Replaces a state by the representative of its orbit.</summary>
internal delegate void Canonicaliser<TState>(ref TState state)
    where TState : unmanaged;

/// <summary>
/// Walks through a model at random and looks, at each state it comes to, whether what the model declares is so: that renaming changes nothing but names, that
/// steps said to be independent are, and that properties watch all they depend on. What reductions rest on is else taken on trust: a footprint that lacks a bit
/// hides violations without a word.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="properties">The claims about it.</param>
/// <param name="options">Limits.</param>
/// <param name="canonicalise">The canonicalisation to look into; null for the engine's own.</param>
internal sealed class DeclarationCheck<TModel, TState>(
    TModel model, IReadOnlyList<Property<TState>> properties, DeclarationOptions options, Canonicaliser<TState>? canonicalise = null)
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    private readonly Ledger _ledger = new();
    private readonly HashSet<ulong> _seen = [];
    private readonly List<Move<TState>> _path = [];
    private readonly List<Move<TState>> _moves = [];
    private TModel _model = model;
    private SymmetryCheck<TModel, TState>? _symmetry;
    private IndependenceCheck<TModel, TState>? _independence;
    private VisibilityCheck<TModel, TState>? _visibility;

    /// <summary>Looks.</summary>
    /// <exception cref="ModelException">The model threw; the message names the state, and the run to it is there.</exception>
    public DeclarationReport Run()
    {
        Reductions declared = ReductionPlan<TState>.Declared(_model);
        if (declared.HasFlag(Reductions.Symmetry))
        {
            var system = (ISymmetricSystem<TState>)(object)_model;
            _symmetry = new(_model, system, properties, canonicalise ?? Own(system), _ledger);
        }
        var steps = _model as IConcurrentSystem<TState>;
        if (steps != null)
        {
            _visibility = new(_model, properties, _ledger);
            _independence = new(_model, steps, _visibility, _ledger);
        }
        for (int walk = 0; walk < options.Walks && (declared != Reductions.None || steps != null) && !options.Cancel.IsCancellationRequested; walk++)
        {
            Walk(new SplitRandom(options.Seed, (ulong)walk));
        }
        return new DeclarationReport { Declared = declared, DeclaresSteps = steps != null, States = _seen.Count, Tried = _ledger.Tried, Problems = _ledger.Problems };
    }

    private static unsafe Canonicaliser<TState> Own(ISymmetricSystem<TState> system)
    {
        var canon = new Canon<TState>(system, []);
        return (ref TState state) =>
        {
            fixed (TState* its = &state)
            {
                canon.Canonicalise(its);
            }
        };
    }

    private void Walk(SplitRandom random)
    {
        _path.Clear();
        try
        {
            Successors<TState>.Initial(ref _model, _moves);
            _independence?.Begin();
            while (_moves.Count > 0 && _path.Count <= options.Depth)
            {
                _path.Add(_moves[random.Below(_moves.Count)]);
                TState state = _path[^1].State;
                Successors<TState>.Of(ref _model, in state, _moves);
                _independence?.Pass(in state);
                if (_seen.Add(Print(state)))
                {
                    _symmetry?.At(in state, _moves, ref random);
                    _independence?.At(in state, _moves, ref random);
                    _visibility?.At(in state, _moves);
                }
            }
        }
        catch (Exception e)
        {
            TState? last = _path.Count == 0 ? null : _path[^1].State;
            throw ModelFailure.Of(ref _model, new Fault<TState>(e, last, _path.Count - 1, null, null), _path.Count == 0 ? null : _path, "");
        }
    }

    private static unsafe ulong Print(TState state) => Fingerprint.Of(&state);
}

/// <summary>States and steps in a model's words, on one line.</summary>
internal static class Told
{
    /// <summary>A state.</summary>
    public static string State<TModel, TState>(ref TModel model, in TState state)
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged => $"[{string.Join(", ", StateText.Of(ref model, in state).Select(field => $"{field.Key}={field.Value}"))}]";

    /// <summary>A step from a state.</summary>
    public static string Step<TModel, TState>(ref TModel model, in TState before, Step step)
        where TModel : struct, ITransitionSystem<TState>
        where TState : unmanaged => $"'{Wording.Of(model.Say(in before, step))}'";
}
