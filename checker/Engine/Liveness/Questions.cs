// What is asked about every state and step while the graph is built, so that the rest of the work needs neither states nor models.

using Verify.Transitions;

namespace Verify.Engine.Liveness;

/// <summary>The questions of some claims, each asked once: a bit for each answer.</summary>
/// <remarks>
/// Facts of states: bit 2i for what makes claim i due, bit 2i + 1 for what answers it. Marks of steps: a bit for each class of steps that is assumed fair, and for
/// each claim that steps can answer.
/// </remarks>
internal sealed unsafe class Questions<TState>
    where TState : unmanaged
{
    /// <summary>Claims in one go at most, for their facts.</summary>
    public const int MostClaims = 8;

    /// <summary>Marks of a step at most.</summary>
    public const int MostMarks = 31;

    private readonly Liveness<TState>[] _claims;
    private readonly List<StepPredicate<TState>> _steps = [];
    private readonly Dictionary<object, int> _bits = new(ReferenceEqualityComparer.Instance);

    private Questions(IEnumerable<Liveness<TState>> claims)
    {
        _claims = [.. claims];
        foreach (Liveness<TState> claim in _claims)
        {
            foreach (Fairness<TState> fairness in claim.Fairness)
            {
                Ask(fairness, fairness.Steps);
            }
            if (claim.DoneBy is { } answer)
            {
                Ask(answer, answer);
            }
        }
    }

    /// <summary>The claims, in groups that can be asked about together.</summary>
    /// <exception cref="ArgumentException">A claim assumes more than can be asked about.</exception>
    public static IEnumerable<Questions<TState>> Of(IReadOnlyList<Liveness<TState>> claims)
    {
        var group = new List<Liveness<TState>>();
        foreach (Liveness<TState> claim in claims)
        {
            if (group.Count == MostClaims || (group.Count > 0 && new Questions<TState>([.. group, claim])._steps.Count > MostMarks))
            {
                yield return new Questions<TState>(group);
                group.Clear();
            }
            group.Add(claim);
            if (new Questions<TState>([claim])._steps.Count > MostMarks)
            {
                throw new ArgumentException($"{claim.Claim.Name} assumes fairness of {claim.Fairness.Count} classes of steps; at most {MostMarks - (claim.DoneBy == null ? 0 : 1)} are possible");
            }
        }
        if (group.Count > 0)
        {
            yield return new Questions<TState>(group);
        }
    }

    /// <summary>The claims.</summary>
    public IReadOnlyList<Liveness<TState>> Claims => _claims;

    /// <summary>The facts of a state.</summary>
    public ushort Facts(in TState state)
    {
        int facts = 0;
        for (int i = 0; i < _claims.Length; i++)
        {
            Liveness<TState> claim = _claims[i];
            facts |= claim.Due?.Invoke(in state) != false ? 1 << (2 * i) : 0;
            facts |= claim.Done?.Invoke(in state) == true ? 2 << (2 * i) : 0;
        }
        return (ushort)facts;
    }

    /// <summary>The marks of a step.</summary>
    public uint Marks(in TState before, Step step, in TState after)
    {
        uint marks = 0;
        for (int i = 0; i < _steps.Count; i++)
        {
            marks |= _steps[i](in before, step, in after) ? 1u << i : 0;
        }
        return marks;
    }

    /// <summary>The claim that throws when it is asked about a state and the steps from it, and the step where it was one; null where none does.</summary>
    public (string Claim, Step? Step)? Thrower(TState state, IReadOnlyList<Move<TState>> moves)
    {
        (string Claim, Step? Step) asked = default;
        try
        {
            foreach (Liveness<TState> claim in _claims)
            {
                asked = (claim.Claim.Name, null);
                claim.Due?.Invoke(in state);
                claim.Done?.Invoke(in state);
                foreach (Move<TState> move in moves)
                {
                    asked.Step = move.Step;
                    claim.DoneBy?.Invoke(in state, move.Step, move.State);
                    foreach (Fairness<TState> fairness in claim.Fairness)
                    {
                        fairness.Steps(in state, move.Step, move.State);
                    }
                }
            }
            return null;
        }
        catch (Exception)
        {
            return asked;
        }
    }

    /// <summary>The bit of a class of steps.</summary>
    public uint Mark(Fairness<TState> fairness) => 1u << _bits[fairness];

    /// <summary>The bit of the steps that answer a claim; 0 for none.</summary>
    public uint Answer(Liveness<TState> claim) => claim.DoneBy is { } answer ? 1u << _bits[answer] : 0;

    /// <summary>The bits of all classes of a claim with this strength.</summary>
    public uint Marks(Liveness<TState> claim, Strength strength) =>
        claim.Fairness.Where(fairness => fairness.Strength == strength).Aggregate(0u, (marks, fairness) => marks | Mark(fairness));

    /// <summary>Of some marks those of a claim's classes: bit i for class i of the claim.</summary>
    public uint Classes(Liveness<TState> claim, uint marks) =>
        claim.Fairness.Index().Aggregate(0u, (classes, each) => classes | ((marks & Mark(each.Item)) != 0 ? 1u << each.Index : 0));

    private void Ask(object who, StepPredicate<TState> steps)
    {
        if (_bits.TryAdd(who, _steps.Count))
        {
            _steps.Add(steps);
        }
    }
}
