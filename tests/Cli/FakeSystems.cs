// A small made-up system for tests of the program: a writer that tears an entry of two words, without any engine behind it.

using Verify.Engine;
using Verify.Engine.Declarations;
using Verify.Engine.Graphs;
using Verify.Engine.Scripts;
using Verify.Engine.Traces;
using Verify.Properties;

namespace Verify.Tests.Cli;

/// <summary>What a fake subject is to answer.</summary>
internal sealed record FakeAnswers
{
    /// <summary>Names of the claims that are found violated.</summary>
    public string[] Violated { get; init; } = [];

    /// <summary>Names of the claims that hold for want of a case.</summary>
    public string[] Vacuous { get; init; } = [];

    /// <summary>The limit that ends the run early, leaving open what is not violated; null for none.</summary>
    public string? Limit { get; init; }

    /// <summary>What a bitstate store says of itself, leaving open what is not violated; null for other stores.</summary>
    public BitstateCoverage? Bitstate { get; init; }

    /// <summary>How often "fetch w1" fires.</summary>
    public long Fetches { get; init; } = 3;

    /// <summary>What the model throws; null for nothing.</summary>
    public Exception? Throws { get; init; }

    /// <summary>The reductions that it declares what they need for.</summary>
    public Reductions Declared { get; init; }

    /// <summary>What is refuted of that.</summary>
    public string[] Refuted { get; init; } = [];

    /// <summary>Called with the options of an exploration.</summary>
    public Action<ExploreOptions>? Explored { get; init; }
}

internal sealed class FakeSubject(string system, string variant, string scope, IReadOnlyList<Claim> claims, FakeAnswers answers) : ISubject
{
    public string System => system;

    public string Variant => variant;

    public string Scope => scope;

    public IReadOnlyList<Claim> Claims => claims;

    public IReadOnlyList<string> Actions => ["store STE", "fetch w1", "CMD_SYNC"];

    public Reductions Declared => answers.Declared;

    public string? Refusal(string claim, Reductions reduction) => null;

    public DeclarationReport CheckDeclarations(DeclarationOptions options) =>
        new()
        {
            Declared = answers.Declared,
            States = 12,
            Tried = answers.Declared == Reductions.None ? [] : [new("steps have names", 34), new("names have steps", 0)],
            Problems = answers.Refuted,
        };

    public ExplorationReport Explore(ExploreOptions options)
    {
        answers.Explored?.Invoke(options);
        if (answers.Throws is not null)
        {
            throw answers.Throws;
        }

        string? limit = options.Cancel.IsCancellationRequested ? "stopped" : answers.Limit;
        return new()
        {
            States = 1234,
            Transitions = 5678,
            Depth = 2,
            Seconds = 0.5,
            PeakBytes = 3 << 20,
            Limit = limit,
            Store = options.Store,
            Bitstate = answers.Bitstate,
            Reduced = new() { Reductions = options.Reductions & answers.Declared, Symmetries = [new("CPUs", 3)], InPart = 123, Expanded = 1000 },
            Levels = [3, 1000, 231],
            OmissionProbability = options.Store == StoreKind.Exact ? 0 : 4e-14,
            Actions = [new("store STE", 4, 2), new("fetch w1", answers.Fetches, 0), new("CMD_SYNC", 0, 0)],
            Outcomes = Outcomes(options.Properties, limit ?? answers.Bitstate?.ToString()),
        };
    }

    public SimulationReport Simulate(SimulateOptions options) => new()
    {
        Walks = options.Walks,
        Steps = options.Walks * 7,
        Seconds = 0.25,
        Seed = options.Seed,
        Limit = answers.Limit,
        Actions = [new("store STE", 4, 0), new("fetch w1", 3, 0), new("CMD_SYNC", 0, 0)],
        Outcomes = Outcomes(options.Properties, "walks prove nothing"),
    };

    public string Replay(TraceDocument trace)
    {
        var own = FakeSystems.Trace(system, variant, scope, trace.Property);
        for (int i = 0; i < trace.Steps.Count; i++)
        {
            if (i >= own.Steps.Count || TraceText.Action(trace.Steps[i]) != TraceText.Action(own.Steps[i]))
            {
                throw new TraceException($"step {i}: '{TraceText.Action(trace.Steps[i])}' is not enabled");
            }

            if (!trace.Steps[i].State.SequenceEqual(own.Steps[i].State))
            {
                throw new TraceException($"step {i}: the state is not the model's");
            }
        }

        return answers.Violated.Contains(trace.Property) ? own.Failed : throw new TraceException($"the last step does not violate {trace.Property}");
    }

    public ScriptRun Follow(Script script) => answers.Throws is not null ? throw answers.Throws
        : new() { Steps = FakeSystems.Trace(system, variant, scope).Steps, Checks = [] };

    public StateGraph Graph(GraphOptions options) => FakeSystems.Graph(options.States);

    public IReadOnlyList<string> Decode(string word, ulong? before, ulong after) =>
        !word.StartsWith("memory", StringComparison.Ordinal) ? []
        : before is null ? (after == 0 ? [] : [$"CFG: {after & 7}"])
        : [$"CFG: {before & 7} -> {after & 7}"];

    private List<PropertyOutcome> Outcomes(IReadOnlyCollection<string>? asked, string? limit) =>
        [.. claims.Where(claim => asked?.Contains(claim.Name) != false).Select(claim => answers.Violated.Contains(claim.Name)
            ? new PropertyOutcome
            {
                Claim = claim,
                Verdict = Verdict.Violated,
                Cases = 7,
                Detail = claim.Kind == PropertyKind.Reachable ? "not reached: quiet" : FakeSystems.Failed,
                Counterexample = claim.Kind == PropertyKind.Reachable ? null : FakeSystems.Trace(system, variant, scope, claim.Name),
            }
            : new PropertyOutcome
            {
                Claim = claim,
                Verdict = limit is null ? Verdict.Holds : Verdict.Inconclusive,
                Detail = limit ?? "",
                Vacuous = answers.Vacuous.Contains(claim.Name),
            })];
}

internal static class FakeSystems
{
    public const string Failed = "the view (w0 new, w1 old) faults: CFG=5, S1ContextPtr=0";

    public static readonly Claim[] Claims =
    [
        new("NoTornView", PropertyKind.Invariant, "The hardware sees the old entry or the new one.", "seed 3, section 2", "I1", "seeds/03.md"),
        new("NoDeadlock", PropertyKind.Invariant, "Somebody can always go on.", "ours"),
        new("GetsThere", PropertyKind.Reachable, "The update is completed in some run.", "ours", "I2"),
    ];

    /// <summary>fake-ste with the variants 6.2, which tears, and 6.9, which does not; scopes small and medium.</summary>
    public static SystemEntry[] AsExpected => [Ste(new FakeAnswers { Violated = ["NoTornView"] }, new FakeAnswers())];

    /// <summary>fake-ste whose variant 6.9 answers as told.</summary>
    public static SystemEntry[] With(FakeAnswers answers) => [Ste(new FakeAnswers { Violated = ["NoTornView"] }, answers)];

    public static SystemEntry Ste(FakeAnswers old, FakeAnswers recent) => new(
        "fake-ste",
        "updates of an entry of two words",
        ["small", "medium"],
        Claims,
        [
            Variant("6.2", "stores the words in order", old, new() { ["NoTornView"] = "no break before make" }),
            Variant("6.9", "stores V last", recent, []),
        ]);

    public static TraceDocument Trace(string system = "fake-ste", string variant = "6.2", string scope = "small", string property = "NoTornView") => new()
    {
        System = system,
        Variant = variant,
        Scope = scope,
        Property = property,
        Failed = Failed,
        Steps =
        [
            new("", "init", [], State("idle", 1, 0)),
            new("CPU0", "store STE", [new("word", "0"), new("value", "S1_TRANS")], State("w0 stored", 5, 0)),
            new("SMMU", "fetch w1", [], State("w0 stored", 5, 0)),
        ],
    };

    /// <summary>Two states, of which the second violates a claim; the first alone where no more are asked for.</summary>
    public static StateGraph Graph(int states)
    {
        GraphState idle = new(State("idle \"x\" & \\", 1, 0), null) { IsInitial = true, StepsBeyond = states > 1 ? 0 : 2 };
        GraphState stored = new(State("w0 stored", 5, 0), 0) { IsFinal = true, Violates = ["NoTornView"] };
        GraphStep[] steps = [new(0, 1, "CPU0: store STE(word=0)", []), new(0, 1, "CPU1: store STE(word=0)", ["Untouched"])];
        return states > 1 ? new([idle, stored], steps) { InitialStates = 1, Total = 2 } : new([idle], []) { InitialStates = 1, Total = 2 };
    }

    private static KeyValuePair<string, string>[] State(string pc, ulong w0, ulong w1) =>
        [new("cpu0.pc", pc), new("memory.w0", TraceWord.Format(w0)), new("memory.w1", TraceWord.Format(w1))];

    private static VariantEntry Variant(string name, string summary, FakeAnswers answers, Dictionary<string, string> violated) =>
        new(name, summary, scope => new FakeSubject("fake-ste", name, scope, Claims, answers), violated);
}
