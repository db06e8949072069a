// A model with its claims, as the command line and the tests hold it.

using Verify.Engine.Declarations;
using Verify.Engine.Graphs;
using Verify.Engine.Reduction;
using Verify.Engine.Sampling;
using Verify.Engine.Scripts;
using Verify.Engine.Traces;
using Verify.Transitions;

namespace Verify.Engine;

/// <summary>Joins a model with its properties and gives what the engines find the form of reports and traces.</summary>
/// <param name="system">Name of the system.</param>
/// <param name="variant">Name of the variant.</param>
/// <param name="scope">Name of the scope.</param>
/// <param name="model">The model in this variant at this scope.</param>
/// <param name="properties">The claims about it.</param>
/// <param name="decode">See <see cref="ISubject.Decode"/>.</param>
public sealed class Subject<TModel, TState>(
    string system,
    string variant,
    string scope,
    TModel model,
    IReadOnlyList<Property<TState>> properties,
    Func<string, ulong?, ulong, IReadOnlyList<string>> decode) : ISubject
    where TModel : struct, ITransitionSystem<TState>
    where TState : unmanaged
{
    private TModel _model = model;

    /// <summary>The system that its counterexamples are shown in, if that is another one than where they are found.</summary>
    public Unfolding<TState>? Unfolded { get; init; }

    /// <inheritdoc/>
    public string System => system;

    /// <inheritdoc/>
    public string Variant => variant;

    /// <inheritdoc/>
    public string Scope => scope;

    /// <inheritdoc/>
    public IReadOnlyList<Claim> Claims { get; } = [.. properties.Select(property => property.Claim)];

    /// <inheritdoc/>
    public IReadOnlyList<string> Actions => _model.Actions;

    /// <inheritdoc/>
    public Reductions Declared => ReductionPlan<TState>.Declared(_model);

    /// <inheritdoc/>
    public string? Refusal(string claim, Reductions reduction) =>
        properties.Where(property => property.Claim.Name == claim).Select(property => ReductionPlan<TState>.Refusal(property, reduction)).FirstOrDefault();

    /// <inheritdoc/>
    public DeclarationReport CheckDeclarations(DeclarationOptions options) => new DeclarationCheck<TModel, TState>(_model, properties, options).Run();

    /// <inheritdoc/>
    public ExplorationReport Explore(ExploreOptions options)
    {
        Exploration<TState> found = new Explorer<TModel, TState>(_model, properties).Run(Named(options));
        return new ExplorationReport
        {
            States = found.States,
            Transitions = found.Transitions,
            Depth = found.Depth,
            Seconds = found.Seconds,
            PeakBytes = found.PeakBytes,
            ScratchBytes = found.ScratchBytes,
            Limit = found.Limit,
            Growing = found.Growing,
            Levels = found.Levels,
            Store = found.Store,
            Bitstate = found.Bitstate,
            Reduced = found.Reduced,
            OmissionProbability = found.OmissionProbability,
            Actions = found.Actions,
            Outcomes = [.. found.Findings.Select(Outcome)],
        };
    }

    /// <inheritdoc/>
    public SimulationReport Simulate(SimulateOptions options)
    {
        Simulation<TState> found = new Simulator<TModel, TState>(_model, properties).Run(options);
        return new SimulationReport
        {
            Walks = found.Walks,
            Steps = found.Steps,
            Seconds = found.Seconds,
            Seed = options.Seed,
            Guarantee = found.Guarantee,
            Limit = found.Limit,
            Actions = found.Actions,
            Outcomes = [.. found.Findings.Zip(found.Shrunk, (finding, shrunk) => Outcome(finding) with { Shrunk = shrunk })],
        };
    }

    /// <inheritdoc/>
    public string Replay(TraceDocument trace)
    {
        RefuseForeign(trace);
        return new Replay<TModel, TState>(_model, properties).Run(trace);
    }

    /// <inheritdoc/>
    public ScriptRun Follow(Script script)
    {
        try
        {
            return new Follower<TModel, TState>(_model).Run(script);
        }
        catch (Exception e)
        {
            throw new ModelException($"the model failed while a script was followed ({e.GetType().Name}: {e.Message})", e);
        }
    }

    /// <inheritdoc/>
    public StateGraph Graph(GraphOptions options)
    {
        if (options.Run is { } trace)
        {
            RefuseForeign(trace);
        }
        try
        {
            return new GraphCollector<TModel, TState>(_model, properties, options).Run();
        }
        catch (Exception e) when (e is not (ModelException or TraceException or ArgumentException))
        {
            throw new ModelException($"the model failed while its graph was collected ({e.GetType().Name}: {e.Message})", e);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(string word, ulong? before, ulong after) => decode(word, before, after);

    private void RefuseForeign(TraceDocument trace)
    {
        if ((trace.System, trace.Variant, trace.Scope) != (system, variant, scope))
        {
            throw new TraceException(
                $"the trace is of {trace.System}/{trace.Variant} at scope {trace.Scope}, this is {system}/{variant} at scope {scope}");
        }
    }

    private ExploreOptions Named(ExploreOptions options) =>
        options.Checkpoint == null ? options : options with { Checkpoint = options.Checkpoint with { About = $"{system}/{variant} at scope {scope}" } };

    private PropertyOutcome Outcome(Finding<TState> finding) => new()
    {
        Claim = finding.Property.Claim,
        Verdict = finding.Verdict,
        Detail = finding.Detail,
        Vacuous = finding.Vacuous,
        Cases = finding.Cases,
        Counterexample = finding.Path == null ? null : Document(finding.Property.Claim.Name, finding.Path, finding.Detail, finding.Loop),
    };

    // As it was found; or, where there is more to show, with what was taken at once spelt out.
    private TraceDocument Document(string property, IReadOnlyList<Move<TState>> path, string failed, int? loop)
    {
        try
        {
            UnfoldedRun? run = Unfolded?.Unfold(property, path, loop);
            return new TraceDocument
            {
                System = system,
                Variant = variant,
                Scope = run == null ? scope : Unfolded!.Scope,
                Property = property,
                Failed = run?.Failed ?? failed,
                Steps = run?.Steps ?? Recorder.Steps(ref _model, path),
                Loop = run == null ? loop : run.Loop,
            };
        }
        catch (Exception e)
        {
            throw new ModelException($"the model cannot put a counterexample into words ({e.GetType().Name}: {e.Message})", e);
        }
    }
}
