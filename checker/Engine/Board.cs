// The properties of one run: which are still open, and what the threads saw of them.

using Verify.Engine.Disk;
using Verify.Transitions;

namespace Verify.Engine;

/// <summary>Where a property failed: the state, and for a step the number of the step among the state's successors.</summary>
internal struct Candidate
{
    /// <summary>The level of that state.</summary>
    public int Level;

    /// <summary>The model's rank of that state.</summary>
    public ulong Rank;

    /// <summary>Fingerprint of the violating state, or of the state before the violating step.</summary>
    public ulong Fingerprint;

    /// <summary>Number of the step among the successors; <see cref="None"/> where the state itself violates the claim.</summary>
    public int Ordinal;

    /// <summary>The ordinal of no step.</summary>
    public const int None = -1;

    /// <summary>True once there is one.</summary>
    public bool Found;

    /// <summary>Keeps the smallest by rank, fingerprint and ordinal: an order that does not depend on which thread looks first.</summary>
    public void Offer(int level, ulong rank, ulong fingerprint, int ordinal)
    {
        if (!Found || (rank, fingerprint, ordinal).CompareTo((Rank, Fingerprint, Ordinal)) < 0)
        {
            (Level, Rank, Fingerprint, Ordinal, Found) = (level, rank, fingerprint, ordinal, true);
        }
    }
}

/// <summary>What one thread saw of each property; one of these for each thread, so that nothing here is contended.</summary>
internal sealed class Tally(int properties)
{
    /// <summary>The smallest violation of this level.</summary>
    public Candidate[] Candidates { get; } = new Candidate[properties];

    /// <summary>In how many states, or steps, the antecedent was met.</summary>
    public long[] Cases { get; } = new long[properties];

    /// <summary>The goals that were met.</summary>
    public ulong[] Goals { get; } = new ulong[properties];
}

/// <summary>The properties of a run, sorted by what has to be asked where. Changed only between levels.</summary>
internal sealed class Board<TState>
    where TState : unmanaged
{
    private readonly Property<TState>[] _properties;
    private readonly Candidate[] _violations;
    private readonly Tally _sum;

    /// <summary>A board with every property open.</summary>
    public Board(IEnumerable<Property<TState>> properties)
    {
        _properties = [.. properties];
        _violations = new Candidate[_properties.Length];
        _sum = new Tally(_properties.Length);
        Sort();
    }

    /// <summary>Open invariants, with their numbers.</summary>
    public (int Number, Invariant<TState> Property)[] Invariants { get; private set; } = [];

    /// <summary>Open action properties.</summary>
    public (int Number, ActionProperty<TState> Property)[] Steps { get; private set; } = [];

    /// <summary>Open refinements.</summary>
    public (int Number, Refinement<TState> Property)[] Refinements { get; private set; } = [];

    /// <summary>True when somebody wants to know of steps.</summary>
    public bool WatchesSteps { get; private set; }

    /// <summary>Open reachability claims.</summary>
    public (int Number, Reachable<TState> Property)[] Goals { get; private set; } = [];

    /// <summary>Open deadlock claims.</summary>
    public int[] Deadlocks { get; private set; } = [];

    /// <summary>The properties, by number.</summary>
    public IReadOnlyList<Property<TState>> Properties => _properties;

    /// <summary>True when nothing is left to find out.</summary>
    public bool AllDecided => Invariants.Length + Steps.Length + Refinements.Length + Goals.Length + Deadlocks.Length == 0;

    /// <summary>Where property <paramref name="number"/> failed first.</summary>
    public Candidate Violation(int number) => _violations[number];

    /// <summary>In how many states, or steps, the antecedent of property <paramref name="number"/> was met until it was decided.</summary>
    public long Cases(int number) => _sum.Cases[number];

    /// <summary>The names of the goals that were not met, separated by commas.</summary>
    public static string Unmet(Reachable<TState> property, ulong met) =>
        string.Join(", ", property.Goals.Where((_, i) => (met >> i & 1) == 0));

    /// <summary>The goals of property <paramref name="number"/> that were met.</summary>
    public ulong GoalsMet(int number) => _sum.Goals[number];

    /// <summary>Takes over what the threads saw in a level, and closes what it decides.</summary>
    public void Settle(IEnumerable<Tally> tallies)
    {
        foreach (Tally tally in tallies)
        {
            for (int i = 0; i < _properties.Length; i++)
            {
                Candidate seen = tally.Candidates[i];
                if (seen.Found)
                {
                    _violations[i].Offer(seen.Level, seen.Rank, seen.Fingerprint, seen.Ordinal);
                    tally.Candidates[i] = default;
                }
                _sum.Cases[i] += tally.Cases[i];
                tally.Cases[i] = 0;
                _sum.Goals[i] |= tally.Goals[i];
            }
        }
        Sort();
    }

    /// <summary>Writes what is known so far.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="tallies">What the threads saw and was not settled yet.</param>
    public void Save(CheckpointWriter writer, IEnumerable<Tally> tallies)
    {
        Tally[] all = [_sum, .. tallies];
        for (int i = 0; i < _properties.Length; i++)
        {
            writer.WriteValue(_violations[i]);
            Candidate open = default;
            foreach (Candidate seen in all.Select(tally => tally.Candidates[i]).Where(seen => seen.Found))
            {
                open.Offer(seen.Level, seen.Rank, seen.Fingerprint, seen.Ordinal);
            }
            writer.WriteValue(open);
            writer.Write(all.Sum(tally => tally.Cases[i]));
            writer.Write((long)all.Aggregate(0UL, (met, tally) => met | tally.Goals[i]));
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="tally">Takes what was not settled yet.</param>
    public void Load(CheckpointReader reader, Tally tally)
    {
        for (int i = 0; i < _properties.Length; i++)
        {
            _violations[i] = reader.ReadValue<Candidate>();
            tally.Candidates[i] = reader.ReadValue<Candidate>();
            _sum.Cases[i] = reader.ReadLong();
            _sum.Goals[i] = (ulong)reader.ReadLong();
        }
        Sort();
    }

    /// <summary>All goals of a property, as bits.</summary>
    public static ulong AllGoals(Reachable<TState> property) =>
        property.Goals.Count == 64 ? ulong.MaxValue : (1UL << property.Goals.Count) - 1;

    /// <summary>Which part of a property fails at the end of a run. An explanation that fails itself must not hide the violation.</summary>
    /// <param name="property">The property.</param>
    /// <param name="path">The run.</param>
    public static string Explain(Property<TState> property, IReadOnlyList<Move<TState>> path)
    {
        TState last = path[^1].State;
        try
        {
            return property switch
            {
                Invariant<TState> invariant => invariant.Explain(in last),
                ActionProperty<TState> action => action.Explain(path[^2].State, path[^1].Step, in last),
                Refinement<TState> refinement => path.Count == 1 ? refinement.ExplainStart(in last) : refinement.ExplainStep(path[^2].State, in last),
                _ => "no action is enabled, and the state is not final",
            };
        }
        catch (Exception e)
        {
            return $"violated, but the explanation failed ({e.GetType().Name}: {e.Message})";
        }
    }

    /// <summary>
    /// The open property that throws when it is asked about a state, which one did before; null where none does again. Which it was is not noted each time,
    /// for speed.
    /// </summary>
    public string? Thrower(in TState state)
    {
        string name = "";
        try
        {
            foreach ((_, Invariant<TState> invariant) in Invariants)
            {
                name = invariant.Claim.Name;
                Fails(invariant, in state);
            }
            foreach ((_, Reachable<TState> goal) in Goals)
            {
                name = goal.Claim.Name;
                goal.Met(in state);
            }
            return null;
        }
        catch (Exception)
        {
            return name;
        }
    }

    /// <summary>Whether a state violates a claim about states.</summary>
    public static bool Fails(Invariant<TState> property, in TState state) =>
        (property.When == null || property.When(in state)) && !property.Holds(in state);

    /// <summary>Whether a step violates a claim about steps.</summary>
    public static bool Fails(ActionProperty<TState> property, in TState before, Step step, in TState after) =>
        (property.When == null || property.When(in before, step, in after)) && !property.Holds(in before, step, in after);

    /// <summary>Whether a step violates a property that steps can violate.</summary>
    public static bool Fails(Property<TState> property, in TState before, Step step, in TState after) => property switch
    {
        ActionProperty<TState> action => Fails(action, in before, step, in after),
        Refinement<TState> refinement => refinement.Judge(in before, in after) == AbstractStep.Impossible,
        _ => false,
    };

    /// <summary>Whether the end of a run violates a refinement: its only state, or its last step.</summary>
    public static bool Fails(Refinement<TState> property, IReadOnlyList<Move<TState>> path) => path.Count == 1
        ? !property.Starts(path[0].State)
        : property.Judge(path[^2].State, path[^1].State) == AbstractStep.Impossible;

    private void Sort()
    {
        Invariants = Open<Invariant<TState>>();
        Steps = Open<ActionProperty<TState>>();
        Refinements = Open<Refinement<TState>>();
        Goals = [.. Open<Reachable<TState>>().Where(goal => (_sum.Goals[goal.Number] & AllGoals(goal.Property)) != AllGoals(goal.Property))];
        WatchesSteps = Steps.Length + Refinements.Length + Goals.Count(goal => goal.Property.Taken != null) > 0;
        Deadlocks = [.. Open<NoDeadlock<TState>>().Select(open => open.Number)];
    }

    private (int Number, TProperty Property)[] Open<TProperty>()
        where TProperty : Property<TState> =>
        [.. _properties.Index().Where(p => p.Item is TProperty && !_violations[p.Index].Found).Select(p => (p.Index, (TProperty)p.Item))];
}
