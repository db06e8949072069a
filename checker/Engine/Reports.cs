// What an engine is asked and what it answers, free of any model's types.

using System.Globalization;
using Verify.Engine.Traces;

namespace Verify.Engine;

/// <summary>How visited states are remembered.</summary>
public enum StoreKind
{
    /// <summary>By a 64-bit fingerprint; two states could share one, with the probability the report gives.</summary>
    Fingerprint,

    /// <summary>Whole; nothing can be confused.</summary>
    Exact,

    /// <summary>By three bits of an array as large as the memory limit allows: never exhaustive, for what does not fit otherwise.</summary>
    Bitstate,
}

/// <summary>Where an exploration writes what it would need to go on, and how often.</summary>
/// <param name="Path">The file. It is replaced as a whole, so that there is always a complete one.</param>
/// <param name="Every">The time between two of them; more where writing them would take more than <see cref="Share"/>.</param>
public sealed record CheckpointOptions(string Path, TimeSpan Every)
{
    /// <summary>What part of the time may go into writing them.</summary>
    public double Share { get; init; } = 0.1;

    /// <summary>Goes on from the file instead of beginning.</summary>
    public bool Resume { get; init; }

    /// <summary>What is explored, in words; the same words when it is gone on with.</summary>
    public string About { get; init; } = "";

    /// <summary>Further assemblies that must be the same when it is gone on with.</summary>
    public IReadOnlyList<System.Reflection.Assembly> BuiltFrom { get; init; } = [];

    /// <summary>Hears of each checkpoint: null when it was written, else why it was not. The run goes on either way.</summary>
    public Action<string?>? Told { get; init; }
}

/// <summary>Limits and means of an exploration.</summary>
public sealed record ExploreOptions
{
    /// <summary>Worker threads, 1 or more.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>How visited states are remembered.</summary>
    public StoreKind Store { get; init; } = StoreKind.Fingerprint;

    /// <summary>Native memory the stores and frontiers may take, in bytes.</summary>
    public long MemoryBytes { get; init; } = 4L << 30;

    /// <summary>An existing directory for what does not fit into the memory; null where there is none, so that the run ends at the limit.</summary>
    public string? ScratchDirectory { get; init; }

    /// <summary>Whether to write checkpoints, or to go on from one; null for neither.</summary>
    public CheckpointOptions? Checkpoint { get; init; }

    /// <summary>Ways to visit fewer states; what a model does not declare, and what a property forbids, is left out: see <see cref="ExplorationReport.Reduced"/>.</summary>
    public Reductions Reductions { get; init; }

    /// <summary>
    /// Wall-clock limit; null for none. The second pass, which finds the traces of violations, may take twice as long again and <see cref="Grace"/>: it does what
    /// has been done before, and some more for each state. So may the one for claims about whole runs, for each graph that it builds: of one graph up to eight claims
    /// are decided, and what is done once that is built is not ended by a limit. What an earlier run took of a resumed one does not count.
    /// </summary>
    public TimeSpan? Time { get; init; }

    /// <summary>How long traces may be looked for when a stop was asked for before that began.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The properties to decide, by name; null for all.</summary>
    public IReadOnlyCollection<string>? Properties { get; init; }

    /// <summary>Stop once every property is decided, instead of finishing the counts.</summary>
    public bool StopWhenDecided { get; init; }

    /// <summary>Called a few times a second from one thread; null for silence.</summary>
    public Action<Progress>? Progress { get; init; }

    /// <summary>
    /// Asks for a clean stop; the result is then inconclusive where nothing was found. While traces are looked for it ends that, too: the violations then stand
    /// without theirs.
    /// </summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>The options of a further pass over the same states: without disk and checkpoints, and with time of its own.</summary>
    /// <param name="phase">What it is for, in progress reports.</param>
    /// <param name="budget">The memory of the run.</param>
    internal ExploreOptions Again(string phase, NativeBudget budget)
    {
        // A stop that was asked for earlier must not keep back what was found, nor be kept waiting for long; one that is asked for now is obeyed.
        bool isStopped = Cancel.IsCancellationRequested;
        Action<Progress>? progress = Progress;
        Action<Progress>? told = progress == null ? null : now => progress(now with { Phase = phase });
        told?.Invoke(new Progress(0, 0, 0, 0, budget.Used, TimeSpan.Zero));
        return new ExploreOptions
        {
            Threads = Threads,
            Progress = told,
            Cancel = isStopped ? CancellationToken.None : Cancel,
            Time = isStopped ? Grace : (2 * Time) + Grace,
        };
    }
}

/// <summary>How far an exploration is.</summary>
/// <param name="States">Distinct states so far.</param>
/// <param name="Transitions">Steps generated so far.</param>
/// <param name="Depth">Current level, 0 for initial states.</param>
/// <param name="Queue">States of the next level so far, plus those of this level not yet expanded.</param>
/// <param name="MemoryBytes">Native memory taken.</param>
/// <param name="Elapsed">Since the start of the phase.</param>
/// <param name="Phase">What is done, where it is not the exploration itself: <see cref="Reconstructing"/>; else empty.</param>
public sealed record Progress(long States, long Transitions, int Depth, long Queue, long MemoryBytes, TimeSpan Elapsed, string Phase = "")
{
    /// <summary>The phase in which the levels up to a violation are explored again for its trace.</summary>
    public const string Reconstructing = "reconstructing traces";

    /// <summary>The phase in which the states are explored again, with the steps between them, for claims about whole runs.</summary>
    public const string BuildingGraph = "building the graph";
}

/// <summary>How much a run with a bitstate store can have seen.</summary>
/// <param name="States">Distinct states seen.</param>
/// <param name="Fill">The share of the array's bits that are set, from 0 to 1.</param>
/// <param name="Omissions">The expected number of states that were met and taken for known ones; what lies behind these is not in it.</param>
public sealed record BitstateCoverage(long States, double Fill, double Omissions)
{
    /// <summary>Of the states that were met, the share that was seen, from 0 to 1.</summary>
    public double Seen => States == 0 ? 1 : States / (States + Omissions);

    /// <summary>All of it on one line: why nothing holds for not having been seen violated.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"bitstate: not exhaustive, {States:N0} states, fill {100 * Fill:0.##} %, expected omissions {Omissions:#,0.##} ({100 * Seen:0.####} % of the states met were seen)");
}

/// <summary>How often an action fired.</summary>
/// <param name="Action">Its name.</param>
/// <param name="Fired">Steps it made.</param>
/// <param name="New">Steps that led to a state not seen before. Zero with a positive <paramref name="Fired"/>: enabled, always subsumed.</param>
public sealed record ActionCoverage(string Action, long Fired, long New);

/// <summary>What was found out about one property.</summary>
public sealed record PropertyOutcome
{
    /// <summary>The claim.</summary>
    public required Claim Claim { get; init; }

    /// <summary>The verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Which part failed with which values, which goals were not met, or which limit was reached; empty otherwise.</summary>
    public string Detail { get; init; } = "";

    /// <summary>True when the antecedent was never met: the claim holds for want of a case.</summary>
    public bool Vacuous { get; init; }

    /// <summary>How often it was put to the test; see <see cref="Finding{TState}.Cases"/>. Null where every state is a case, or where it is not known.</summary>
    public long? Cases { get; init; }

    /// <summary>The shortest counterexample (explore) or the shrunk one (simulate); null where there is none.</summary>
    public TraceDocument? Counterexample { get; init; }

    /// <summary>Random walks that looked for a violation where exploration left it open; 0 where none had to.</summary>
    public long Walks { get; init; }

    /// <summary>How a counterexample of a simulation became short; null for others.</summary>
    public Shrinkage? Shrunk { get; init; }
}

/// <summary>What an exploration found.</summary>
public sealed record ExplorationReport
{
    /// <summary>Distinct reachable states seen.</summary>
    public required long States { get; init; }

    /// <summary>Steps generated, duplicates included.</summary>
    public required long Transitions { get; init; }

    /// <summary>Longest shortest path from an initial state, in steps.</summary>
    public required int Depth { get; init; }

    /// <summary>Wall-clock seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Native memory at its highest, in bytes.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>Scratch files at their largest, in bytes; 0 where everything fit into the memory.</summary>
    public long ScratchBytes { get; init; }

    /// <summary>Null when everything reachable was seen, else what ended the run early.</summary>
    public string? Limit { get; init; }

    /// <summary>Where a limit ended the run: fields that kept growing from level to level, and may have no bound.</summary>
    public IReadOnlyList<GrowingField> Growing { get; init; } = [];

    /// <summary>By level, from the initial states on, how many states were new there; the last level may be incomplete where a limit ended the run.</summary>
    public IReadOnlyList<long> Levels { get; init; } = [];

    /// <summary>The store used.</summary>
    public required StoreKind Store { get; init; }

    /// <summary>The reductions that were in force: with any, the counts are of what was visited, not of what is reachable.</summary>
    public Reduced Reduced { get; init; } = new();

    /// <summary>How much of it a bitstate store can have seen; null for other stores.</summary>
    public BitstateCoverage? Bitstate { get; init; }

    /// <summary>Why what was not found may still be there: the limit that ended the run, or a store that is not exhaustive; null where it is not there.</summary>
    public string? Gap => Limit ?? Bitstate?.ToString();

    /// <summary>An upper estimate of the probability that a state was taken for another and omitted; 0 for an exact store.</summary>
    public required double OmissionProbability { get; init; }

    /// <summary>Per action, in the model's order.</summary>
    public required IReadOnlyList<ActionCoverage> Actions { get; init; }

    /// <summary>Per property asked for, in the system's order.</summary>
    public required IReadOnlyList<PropertyOutcome> Outcomes { get; init; }
}
