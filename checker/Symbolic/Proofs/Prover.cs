// Proves theorems: asks each question once in a run, however many theorems need it, and makes of a solver's model a counterexample that the
// concrete model has confirmed.

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Verify.Symbolic.Proofs;

/// <summary>Proves theorems with one solver. May be used by several threads at once.</summary>
public sealed class Prover(ProofOptions options)
{
    private readonly ConcurrentDictionary<string, Lazy<SolverAnswer>> answers = new();
    private readonly ConcurrentDictionary<string, string> texts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> written = new(StringComparer.Ordinal);
    private readonly ScriptDirectory? scripts = options.Smt2Directory is null ? null : new(options.Smt2Directory);
    private readonly ConcurrentDictionary<(string, string), Lazy<Assignment>> minimal = new();
    private readonly ConcurrentDictionary<string, (IReadOnlyList<string> Comments, ObligationReport Report)> proved = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (bool? Met, ObligationReport Report)> assumptions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> inProgress = new(StringComparer.Ordinal);

    /// <summary>
    /// Proves the same claim on one profile after the other. What refutes it on one is tried on the next before a solver is asked.
    /// </summary>
    /// <exception cref="UnconfirmedException">The concrete model does not show what a solver found.</exception>
    public IReadOnlyList<ProofReport> Prove(IReadOnlyList<Theorem> siblings)
    {
        var known = new List<Assignment>();
        return [.. siblings.Select(theorem => new Attempt(this, theorem, known).Run())];
    }

    /// <summary>
    /// Whether alternative <paramref name="alternative"/> of a part is needed: without it the part fails. Null where no solver could tell.
    /// </summary>
    public bool? IsNeeded(Part part, int alternative, ICollection<ObligationReport> log)
    {
        var name = $"{part.Name}.without-{alternative + 1}";
        return Decide(name, part.Comments, () => part.State().FailsWithout(alternative), log).Answer switch
        {
            SolverAnswer.Sat => true,
            SolverAnswer.Unsat => false,
            _ => null,
        };
    }

    /// <summary>Asks one question: whether what <paramref name="assertion"/> builds can be satisfied.</summary>
    /// <exception cref="ArgumentException">The name is not fit for a file.</exception>
    /// <exception cref="InvalidOperationException">Another question of this run has the name.</exception>
    /// <exception cref="IOException">The obligation's file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public (SolverAnswer Answer, Obligation Obligation) Decide(
        string name, IReadOnlyList<string> comments, Func<TermBit> assertion, ICollection<ObligationReport> log)
    {
        var watch = Stopwatch.StartNew();
        var obligation = Build(name, comments, assertion);
        return (Answer(obligation, watch, null, log), obligation);
    }

    // From the solver, unless the answer is known; asked once in a run.
    private SolverAnswer Answer(Obligation obligation, Stopwatch building, SolverAnswer? known, ICollection<ObligationReport> log)
    {
        Claim(obligation);
        var built = building.Elapsed.TotalSeconds;
        var asked = false;
        var answer = known ?? answers.GetOrAdd(Hash(obligation.Text), _ => new(() =>
        {
            asked = true;
            return options.Solver.Check(obligation, options.Limit, options.Cancel);
        })).Value;
        Note(obligation, built, asked ? building.Elapsed.TotalSeconds - built : 0, answer, log);
        return answer;
    }

    /// <summary>
    /// The first values that refute a part, by evaluation alone; null if none do, or if the part has been proved. What is known to refute something
    /// alike comes first: it is minimal already.
    /// </summary>
    /// <param name="part">The part.</param>
    /// <param name="known">What refutes something alike.</param>
    /// <param name="trials">What else to try.</param>
    /// <param name="log">Where a refutation is taken down.</param>
    /// <param name="obligation">The question, for <see cref="Decide(Part, Obligation?, ICollection{ObligationReport})"/>; null if the part has been proved.</param>
    internal Assignment? Refute(
        Part part, IReadOnlyList<Assignment> known, Trials trials, ICollection<ObligationReport> log, out Obligation? obligation)
    {
        obligation = null;
        if (IsProved(part) is not null)
        {
            return null;
        }

        var watch = Stopwatch.StartNew();
        obligation = Build(part.Name, part.Comments, () => part.State().Fails);
        var values = known.FirstOrDefault(obligation.IsSatisfiedBy) ?? obligation.FirstOf(trials);
        if (values is not null)
        {
            Answer(obligation, watch, new SolverAnswer.Sat(values), log);
        }

        return values;
    }

    // Takes down an answer: in the log, and with the question as a file.
    private void Note(
        Obligation obligation, double buildSeconds, double solveSeconds, SolverAnswer answer, ICollection<ObligationReport> log)
    {
        log.Add(new(obligation.Name, obligation.Text.Length, buildSeconds, solveSeconds, answer));
        if (written.TryAdd(obligation.Name, true))
        {
            scripts?.Write(obligation, answer);
        }
    }

    // A name stands for one question, in reports as for files.
    private void Claim(Obligation obligation)
    {
        ScriptDirectory.CheckName(obligation.Name);
        if (texts.GetOrAdd(obligation.Name, obligation.Text) != obligation.Text)
        {
            throw new InvalidOperationException($"two different obligations are named {obligation.Name}: a name must mean one statement");
        }
    }

    /// <summary>
    /// Asks whether a part fails. One that this run has proved is not even built again: a name stands for one statement, and where its comments say
    /// otherwise, building it shows whether that is so.
    /// </summary>
    /// <param name="part">The part.</param>
    /// <param name="built">The question, where it was built before.</param>
    /// <param name="log">Where the answer is taken down.</param>
    internal (SolverAnswer Answer, Obligation? Obligation) Decide(Part part, Obligation? built, ICollection<ObligationReport> log)
    {
        if (IsProved(part) is { } earlier)
        {
            log.Add(earlier);
            return (earlier.Answer, null);
        }

        var watch = Stopwatch.StartNew();
        var obligation = built ?? Build(part.Name, part.Comments, () => part.State().Fails);
        var answer = Answer(obligation, watch, null, log);
        if (answer is SolverAnswer.Unsat)
        {
            proved[part.Name] = (part.Comments, new(part.Name, obligation.Text.Length, 0, 0, answer));
        }

        return (answer, obligation);
    }

    /// <summary>
    /// Does what is to be done about a part unless another thread is at it. Nobody has to wait for that: there may be something better to do.
    /// </summary>
    /// <returns>False if another thread is at it.</returns>
    internal bool TryUndisturbed(Part part, Action work)
    {
        if (!inProgress.TryAdd(part.Name, true))
        {
            return false;
        }

        try
        {
            work();
            return true;
        }
        finally
        {
            inProgress.TryRemove(part.Name, out _);
        }
    }

    private ObligationReport? IsProved(Part part) =>
        proved.TryGetValue(part.Name, out var earlier) && earlier.Comments.SequenceEqual(part.Comments, StringComparer.Ordinal) ? earlier.Report : null;

    /// <summary>Whether the assumption of a part can be met, by one of the trials if need be; null where no solver could tell.</summary>
    internal bool? Assumption(Part part, Trials trials, ICollection<ObligationReport> log)
    {
        if (assumptions.TryGetValue(part.Name, out var known))
        {
            log.Add(known.Report);
            return known.Met;
        }

        // Many parts share an assumption. It is named after what it says, so that it is asked once.
        var watch = Stopwatch.StartNew();
        var unnamed = Build("assumption", [], () => part.State().Assumption);
        var obligation = new Obligation($"assumption-{Hash(unnamed.Text)[..12]}",
            ["Can be satisfied: what is proved under this assumption is not vacuous."], unnamed.Assertion);
        var answer = obligation.FirstOf(trials) is { } values ? new SolverAnswer.Sat(values) : null as SolverAnswer;
        answer = Answer(obligation, watch, answer, log);
        bool? met = answer switch
        {
            SolverAnswer.Sat => true,
            SolverAnswer.Unsat => false,
            _ => null,
        };
        assumptions[part.Name] = (met, new(obligation.Name, obligation.Text.Length, 0, 0, answer));
        return met;
    }

    /// <summary>The smallest form of a model, found once for all theorems that share the obligation.</summary>
    internal Assignment Minimise(Obligation obligation, Assignment model, IReadOnlyList<(string, string)> pairs) =>
        minimal.GetOrAdd((Hash(obligation.Text), model.ToString()), _ => new(() => Minimiser.Minimise(obligation, model, pairs))).Value;

    /// <summary>Builds an obligation in a pool of its own.</summary>
    private static Obligation Build(string name, IReadOnlyList<string> comments, Func<TermBit> assertion)
    {
        using var pool = TermPool.Open();
        return new Obligation(name, comments, assertion());
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
