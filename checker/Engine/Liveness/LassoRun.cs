// Runs without an end as the model itself takes them: made from a way through the graph, and judged by the definition of the claim.

using System.Globalization;
using Verify.Engine.Reduction;
using Verify.Transitions;

namespace Verify.Engine.Liveness;

/// <summary>
/// Holds a run against a claim by its definition, without a graph: what is due, that nothing answers it, that the run closes, and that it is fair. Traces are replayed by
/// this, and what a search finds is held against it before it is reported.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="claim">The claim.</param>
/// <param name="canon">How the states of the graph were stored; null for as they are.</param>
internal sealed class LassoRun<TModel, TState>(TModel model, Liveness<TState> claim, Canon<TState>? canon = null)
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    private readonly List<Move<TState>> _moves = [];
    private TModel _model = model;

    /// <summary>The run along some fingerprints, as a finding.</summary>
    /// <param name="way">For each step the fingerprint of the state that it leads to, and what it must be.</param>
    /// <param name="loop">The step that follows the last one.</param>
    public LivenessFinding<TState> Follow(IReadOnlyList<(ulong Fingerprint, Hop Hop)> way, int loop)
    {
        var path = new List<Move<TState>>();
        Successors<TState>.Initial(ref _model, _moves);
        if (!TryFollow(path, way.Take(loop)) || !TryClose(path, way.Skip(loop), out loop))
        {
            return new(Verdict.Violated, "its trace was lost to a collision of fingerprints");
        }
        string? flaw = Flaw(path, loop, out string detail);
        return flaw == null
            ? new(Verdict.Violated, detail, Path: path, Loop: loop)
            : throw new InvalidOperationException($"a run that was found does not violate {claim.Claim.Name}: {flaw}");
    }

    // Where states are stored under other names, the way round may end in a state that differs from its first in names: then it goes round again, until it meets the
    // beginning of an earlier round. There are not more of these than renamings.
    private bool TryClose(List<Move<TState>> path, IEnumerable<(ulong Fingerprint, Hop Hop)> round, out int loop)
    {
        var beginnings = new List<int>();
        do
        {
            beginnings.Add(path.Count);
            loop = 0;
            if (!TryFollow(path, round))
            {
                return false;
            }
            int met = beginnings.FindIndex(beginning => StateBytes.Same(path[beginning - 1].State, path[^1].State));
            loop = met < 0 ? 0 : beginnings[met];
        }
        while (loop == 0);
        return true;
    }

    private bool TryFollow(List<Move<TState>> path, IEnumerable<(ulong Fingerprint, Hop Hop)> way)
    {
        foreach ((ulong fingerprint, Hop hop) in way)
        {
            int found = _moves.FindIndex(move => Represents(move.State) == fingerprint && (path.Count == 0 || Fits(path[^1].State, move, hop)));
            if (found < 0)
            {
                return false;
            }
            path.Add(_moves[found]);
            Successors<TState>.Of(ref _model, path[^1].State, _moves);
        }
        return true;
    }

    /// <summary>Why a run does not violate the claim; null where it does.</summary>
    /// <param name="path">Its steps, the first one being the initial state.</param>
    /// <param name="loop">The step that follows the last one; the number of steps where the run stays in its last state.</param>
    /// <param name="detail">What is due from where on, and how the run is fair.</param>
    public string? Flaw(IReadOnlyList<Move<TState>> path, int loop, out string detail)
    {
        detail = "";
        if (loop < 1 || loop > path.Count || !StateBytes.Same(path[loop - 1].State, path[^1].State))
        {
            return $"the last state is not the one before step {loop}, which follows it";
        }
        if (claim.IsAboutMotion && !Enumerable.Range(loop, path.Count - loop).Any(i => !StateBytes.Same(path[i - 1].State, path[i].State)))
        {
            return "the run stops, and a run that stops is no livelock";
        }
        if (DueAt(path, loop) is not { } due)
        {
            return "nothing is due that is not done";
        }
        var how = new List<string>();
        foreach (Fairness<TState> fairness in claim.Fairness)
        {
            string? fair = HowFair(path, loop, fairness);
            if (fair == null)
            {
                return fairness.Strength == Strength.Weak
                    ? $"it is not fair to {fairness.Name}, which could always go on and never does"
                    : $"it is not fair to {fairness.Name}, which could go on again and again and never does";
            }
            how.Add($"{fairness.Name} {fair}");
        }
        detail = Detail(path, loop, due, how);
        return null;
    }

    // The steps of the graph change the state. Where names are left out of it, one that does not may end at the same place as one that only exchanges them.
    private bool Fits(TState before, Move<TState> move, Hop hop) =>
        !StateBytes.Same(before, move.State)
        && !(hop.Pends && claim.DoneBy?.Invoke(in before, move.Step, move.State) == true)
        && claim.Fairness.Index().All(each => (hop.Marks >> each.Index & 1) == 0 || each.Item.Steps(in before, move.Step, move.State));

    private string Detail(IReadOnlyList<Move<TState>> path, int loop, int due, List<string> how)
    {
        TState last = path[^1].State;
        string what = claim.Explain == null ? "" : $": {Explained(claim.Explain, in last)}";
        string since = claim.IsAboutMotion ? "without progress" : $"due since step {due} and never done";
        string goesOn = loop == path.Count ? $"the run stays in its last state"
            : loop == path.Count - 1 ? $"step {loop} repeats for ever" : $"steps {loop} to {path.Count - 1} repeat for ever";
        return $"{since}; {goesOn}{what}{(how.Count == 0 ? "" : $"; that is fair: {string.Join(", ", how)}")}";
    }

    // As for other claims: an explanation that fails itself must not hide the violation.
    private static string Explained(StateExplanation<TState> explain, in TState state)
    {
        try
        {
            return explain(in state);
        }
        catch (Exception e)
        {
            return $"the explanation failed ({e.GetType().Name}: {e.Message})";
        }
    }

    // The first state in which it is due and from which on it is never done; null where there is none.
    private int? DueAt(IReadOnlyList<Move<TState>> path, int loop)
    {
        int since = 0;
        for (int i = 0; i < path.Count; i++)
        {
            bool isDone = IsDone(path[i].State);
            bool isDoneBy = i > 0 && claim.DoneBy is { } answers && Takes(path, i, answers);
            if ((isDone && i >= loop - 1) || (isDoneBy && i >= loop))
            {
                return null;
            }
            since = isDone ? i + 1 : isDoneBy ? i : since;
        }
        for (int i = since; i < path.Count; i++)
        {
            TState state = path[i].State;
            if (claim.IsDueAtFirst ? i == 0 : claim.Due?.Invoke(in state) != false)
            {
                return i;
            }
        }
        return null;
    }

    private bool IsDone(TState state) => claim.Done?.Invoke(in state) == true;

    // A step that changes nothing is none.
    private static bool Takes(IReadOnlyList<Move<TState>> path, int i, StepPredicate<TState> steps) =>
        !StateBytes.Same(path[i - 1].State, path[i].State) && steps(path[i - 1].State, path[i].Step, path[i].State);

    // How the loop is fair to a class of steps; null where it is not.
    private string? HowFair(IReadOnlyList<Move<TState>> path, int loop, Fairness<TState> fairness)
    {
        for (int i = loop; i < path.Count; i++)
        {
            if (Takes(path, i, fairness.Steps))
            {
                return string.Create(CultureInfo.InvariantCulture, $"takes step {i}");
            }
        }
        int[] states = [.. Enumerable.Range(loop - 1, path.Count - loop + 1)];
        if (fairness.Strength == Strength.Strong)
        {
            return states.Any(i => Enables(path[i].State, fairness)) ? null : "cannot go on";
        }
        foreach (int i in states)
        {
            if (!Enables(path[i].State, fairness))
            {
                return loop == path.Count ? "cannot go on" : string.Create(CultureInfo.InvariantCulture, $"cannot go on after step {i}");
            }
        }
        return null;
    }

    private bool Enables(TState state, Fairness<TState> fairness)
    {
        Successors<TState>.Of(ref _model, in state, _moves);
        return _moves.Exists(move => !StateBytes.Same(state, move.State) && fairness.Steps(in state, move.Step, move.State));
    }

    // The fingerprint under which a state is stored.
    private unsafe ulong Represents(TState state)
    {
        canon?.Canonicalise(&state);
        return Fingerprint.Of(&state);
    }
}
