// Looks whether indices that are said to be interchangeable are.

using Verify.Engine.Liveness;
using Verify.Transitions;

namespace Verify.Engine.Declarations;

/// <summary>At a state: gives its indices other names at random, and compares.</summary>
internal sealed class SymmetryCheck<TModel, TState>
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    private const string Renaming = "renaming can be undone";
    private const string Signatures = "signatures do not look at names";
    private const string Representatives = "a state has one representative, whatever its names";
    private const string Steps = "steps are the same under other names";
    private const string Claims = "claims do not look at names";

    private readonly ISymmetricSystem<TState> _system;
    private readonly IReadOnlyList<Property<TState>> _properties;
    private readonly Canonicaliser<TState> _canonicalise;
    private readonly Ledger _ledger;
    private readonly IReadOnlyList<IndexSet> _sets;
    private readonly byte[][] _names;
    private readonly List<Move<TState>> _renamedMoves = [];
    private TModel _model;

    /// <summary>A check of one model.</summary>
    public SymmetryCheck(
        TModel model, ISymmetricSystem<TState> system, IReadOnlyList<Property<TState>> properties, Canonicaliser<TState> canonicalise, Ledger ledger)
    {
        (_model, _system, _properties, _canonicalise, _ledger) = (model, system, properties, canonicalise, ledger);
        _sets = system.Symmetries;
        _names = [.. _sets.Select(set => new byte[set.Count])];
        foreach (string declaration in (string[])[Renaming, Signatures, Representatives, Steps, Claims])
        {
            ledger.Open(declaration);
        }
    }

    /// <summary>Looks at a state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="moves">Its successors.</param>
    /// <param name="random">Where names come from.</param>
    public void At(in TState state, List<Move<TState>> moves, ref SplitRandom random)
    {
        DrawNames(ref random);
        TState here = state;
        TState renamed = Renamed(state, _names);
        string Where() => Placed(here, _names);

        TState back = Renamed(renamed, [.. _names.Select(Inverse)]);
        _ledger.Note(Renaming, StateBytes.Same(back, here), () => $"undoing it gives another state, {Told.State(ref _model, in back)}, instead {Where()}");
        CompareSignatures(here, renamed, Where);
        CompareRepresentatives(here, renamed, Where);
        Successors<TState>.Of(ref _model, in renamed, _renamedMoves);
        CompareSteps(here, moves, Where);
        CompareClaims(here, renamed, moves, Where);
        CompareNaming(here, moves);
    }

    private string Placed(TState state, byte[][] names) => $"of {Told.State(ref _model, in state)} with {Names(names)}";

    private void DrawNames(ref SplitRandom random)
    {
        do
        {
            foreach (byte[] names in _names)
            {
                for (int i = 0; i < names.Length; i++)
                {
                    int j = random.Below(i + 1);
                    names[i] = names[j];
                    names[j] = (byte)i;
                }
            }
        }
        while (_names.All(names => names.Index().All(name => name.Item == name.Index)));
    }

    private TState Renamed(TState state, byte[][] names)
    {
        for (int set = 0; set < _sets.Count; set++)
        {
            TState before = state;
            _system.Rename(in before, set, names[set], ref state);
        }
        return state;
    }

    private static byte[] Inverse(byte[] names)
    {
        byte[] inverse = new byte[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            inverse[names[i]] = (byte)i;
        }
        return inverse;
    }

    private string Names(byte[][] names) => string.Join("; ", _sets.Zip(names).Where(pair => pair.First.Count > 1).Select(pair =>
        $"{pair.First.Name} {string.Join(", ", pair.Second.Select((to, from) => $"{from} named {to}"))}"));

    private void CompareSignatures(TState state, TState renamed, Func<string> where)
    {
        for (int set = 0; set < _sets.Count; set++)
        {
            for (int index = 0; index < _sets[set].Count; index++)
            {
                (int k, int i, int to) = (set, index, _names[set][index]);
                ulong signature = _system.Signature(in state, set, index);
                ulong other = _system.Signature(in renamed, set, to);
                _ledger.Note(Signatures, signature == other,
                    () => $"that of {i} ({_sets[k].Name}) is 0x{signature:x}, under its new name 0x{other:x}, {where()}", $"{set}");
            }
        }
    }

    private void CompareRepresentatives(TState state, TState renamed, Func<string> where)
    {
        TState one = Representative(state);
        TState other = Representative(renamed);
        TState again = Representative(one);
        _ledger.Note(Representatives, StateBytes.Same(one, other),
            () => $"{Told.State(ref _model, in one)}, but under other names {Told.State(ref _model, in other)}, {where()}", "names");
        _ledger.Note(Representatives, StateBytes.Same(one, again),
            () => $"that of the representative {Told.State(ref _model, in one)} is another, {Told.State(ref _model, in again)}", "again");
    }

    private TState Representative(TState state)
    {
        _canonicalise(ref state);
        return state;
    }

    private void CompareSteps(TState state, List<Move<TState>> moves, Func<string> where)
    {
        List<TState> others = _renamedMoves.ConvertAll(move => Representative(move.State));
        int lacking = moves.FindIndex(move =>
        {
            TState target = Representative(move.State);
            int found = others.FindIndex(other => StateBytes.Same(other, target));
            if (found >= 0)
            {
                others.RemoveAt(found);
            }
            return found < 0;
        });
        _ledger.Note(Steps, lacking < 0 && others.Count == 0, () => lacking >= 0
            ? $"nothing is like {Told.Step(ref _model, in state, moves[lacking].Step)} under other names, {where()}"
            : $"there are {moves.Count} steps, and {_renamedMoves.Count} under other names, {where()}");
    }

    private void CompareClaims(TState state, TState renamed, List<Move<TState>> moves, Func<string> where)
    {
        foreach (Property<TState> property in _properties)
        {
            Compare(property.Claim.Name, Answer(property, state, moves), Answer(property, renamed, _renamedMoves), where);
        }
        Compare("whether it is final", $"{_model.IsFinal(in state)}", $"{_model.IsFinal(in renamed)}", where);
        Compare("its rank", $"{_model.Rank(in state)}", $"{_model.Rank(in renamed)}", where);
    }

    // Claims that name indices of some sets, with these left as they are.
    private void CompareNaming(TState state, List<Move<TState>> moves)
    {
        foreach (Liveness<TState> claim in _properties.OfType<Liveness<TState>>().Where(claim => !claim.IsSymmetric && claim.NamesOnly.Count > 0))
        {
            byte[][] names = [.. _sets.Zip(_names, (set, drawn) => claim.NamesOnly.Contains(set.Name) ? [.. Enumerable.Range(0, set.Count).Select(i => (byte)i)] : drawn)];
            TState renamed = Renamed(state, names);
            Successors<TState>.Of(ref _model, in renamed, _renamedMoves);
            Compare(claim.Claim.Name, Answer(claim, state, moves), Answer(claim, renamed, _renamedMoves), () => Placed(state, names));
        }
    }

    private void Compare(string what, string answer, string other, Func<string> where) =>
        _ledger.Note(Claims, answer == other, () => $"{what}: {answer}, but under other names {other}, {where()}", what);

    private static string Answer(Property<TState> property, TState state, List<Move<TState>> moves) => property switch
    {
        Invariant<TState> invariant => VisibilityCheck<TModel, TState>.Answer(invariant, state),
        Reachable<TState> goals => $"goals 0x{goals.Met(in state) | moves.Aggregate(0UL, (met, move) => met | (goals.Taken?.Invoke(in state, move.Step, move.State) ?? 0)):x}",
        ActionProperty<TState> action => string.Join(", ", moves.Select(move => VisibilityCheck<TModel, TState>.Answer(action, state, move)).Order()),
        Refinement<TState> refinement => string.Join(", ", moves.Select(move => refinement.Judge(in state, move.State)).Order()),
        Liveness<TState> { IsSymmetric: true } claim => Answer(claim, state, moves),
        _ => "",
    };

    private static string Answer(Liveness<TState> claim, TState state, List<Move<TState>> moves)
    {
        int Count(StepPredicate<TState> steps) => moves.Count(move => !StateBytes.Same(state, move.State) && steps(in state, move.Step, move.State));
        return $"due {claim.Due?.Invoke(in state)}, done {claim.Done?.Invoke(in state)}, by {(claim.DoneBy == null ? 0 : Count(claim.DoneBy))} steps, "
            + string.Join(", ", claim.Fairness.Where(fairness => !claim.IsSymmetric || fairness.IsSymmetric).Select(fairness => $"{fairness.Name}: {Count(fairness.Steps)} steps"));
    }
}
