// A piece of a model's state graph in words: what a picture of it needs, free of the model's own types and of any drawing.

using Verify.Engine.Traces;

namespace Verify.Engine.Graphs;

/// <summary>What to collect of a state graph.</summary>
public sealed record GraphOptions
{
    /// <summary>How many states at most, 1 or more. A run that is to be shown is shown whole.</summary>
    public int States { get; init; } = 200;

    /// <summary>
    /// The claims whose violations are marked, by name; null for all about states and steps. Those about whole runs and those about what is reachable are
    /// marked where they are named: the first show a run that goes on for ever, the second the states that meet a goal.
    /// </summary>
    public IReadOnlyCollection<string>? Properties { get; init; }

    /// <summary>A run to show whole, with whatever fits beside it; null for none.</summary>
    public TraceDocument? Run { get; init; }

    /// <summary>The reductions with which the graph is explored, as far as the model declares them. Not with a run, which is of the model as it is.</summary>
    public Reductions Reductions { get; init; }

    /// <summary>Asks for a clean stop, where counting the rest or looking for a run takes long.</summary>
    public CancellationToken Cancel { get; init; }
}

/// <summary>A state of the graph.</summary>
/// <param name="Text">Its named parts, in order; 64-bit words as 0x and 16 hex digits.</param>
/// <param name="Parent">The number of the state from which it was met first; null for an initial state.</param>
public sealed record GraphState(IReadOnlyList<KeyValuePair<string, string>> Text, int? Parent)
{
    /// <summary>True where a run may begin.</summary>
    public bool IsInitial { get; init; }

    /// <summary>True where having no successor is the end of the story: there is none, and the model calls the state final.</summary>
    public bool IsFinal { get; init; }

    /// <summary>The claims that it violates, in the order of the claims.</summary>
    public IReadOnlyList<string> Violates { get; init; } = [];

    /// <summary>The goals of reachability claims that it meets.</summary>
    public IReadOnlyList<string> Goals { get; init; } = [];

    /// <summary>How many of its steps lead to states that are not in the graph.</summary>
    public int StepsBeyond { get; init; }
}

/// <summary>A step between two states of the graph.</summary>
/// <param name="From">The number of the state before.</param>
/// <param name="To">The number of the state after.</param>
/// <param name="Action">Who does what: "CPU0: store STE(word=w3)".</param>
/// <param name="Violates">The claims about steps that it violates.</param>
public sealed record GraphStep(int From, int To, string Action, IReadOnlyList<string> Violates);

/// <summary>A run that the graph shows whole.</summary>
/// <param name="Property">The claim that it violates.</param>
/// <param name="States">The numbers of its states, in order.</param>
/// <param name="Loop">For a run without an end the index of the step that follows the last one, or the number of steps where it stays in its last state; else null.</param>
public sealed record GraphRun(string Property, IReadOnlyList<int> States, int? Loop)
{
    /// <summary>The states to which it comes again and again; none for a finite run.</summary>
    public IEnumerable<int> Forever => Loop is { } loop ? States.Skip(loop - 1) : [];
}

/// <summary>A piece of a state graph: what one initial state after the other leads to, breadth first, as far as there was room.</summary>
/// <param name="States">The states, in the order in which they were met.</param>
/// <param name="Steps">The steps between them.</param>
public sealed record StateGraph(IReadOnlyList<GraphState> States, IReadOnlyList<GraphStep> Steps)
{
    /// <summary>How many states there are, or how many were counted at least; see <see cref="IsCounted"/>.</summary>
    public required long Total { get; init; }

    /// <summary>False where counting all states was given up.</summary>
    public bool IsCounted { get; init; } = true;

    /// <summary>How many initial states the model has.</summary>
    public required int InitialStates { get; init; }

    /// <summary>The runs that are shown whole.</summary>
    public IReadOnlyList<GraphRun> Runs { get; init; } = [];
}
