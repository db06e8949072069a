// Counterexamples that are found where fetches are taken at once, and shown where they are steps.

using Verify.Engine;
using Verify.Engine.Liveness;
using Verify.Engine.Traces;
using Verify.Transitions;
using Xunit;

namespace Verify.Tests.Engine;

public class UnfoldingTests
{
    private static readonly IReadOnlyList<Property<Held>> _claims =
    [
        Claims.Always<Held>("NoMix", (in Held h) => h.Count < 2) with { ShownBy = (in Held _, Step step, in Held _) => step is { Kind: FetchModel.Read, A: > 0 } },
        Claims.Always<Held>("NoStaleCopy", (in Held h) => h.Memory != 3 || (h.Copies & 0b10) == 0),
        Claims.Always<Held>("BelowTwo", (in Held h) => h.Memory < 2),
        Claims.EachStep<Held>("NothingIsDropped", (in Held _, Step step, in Held _) => step.Kind != FetchModel.Drop),
        new Eventually<Held>(Claims.Named("ThreeIsStored", PropertyKind.Eventually), (in Held h) => h.Memory == 3, []),
    ];

    [Theory]
    [InlineData("NoMix", "fetch, store, fetch, read")]
    [InlineData("NoStaleCopy", "store, fetch, store, store")]
    [InlineData("BelowTwo", "store, store")]
    [InlineData("NothingIsDropped", "store, store, drop copies")]
    [InlineData("ThreeIsStored", "")]
    public void What_the_violation_needs_is_spelt_out_and_nothing_else(string claim, string steps)
    {
        TraceDocument trace = Found(new FetchModel(isExplicit: true), claim);
        Assert.Equal(("explicit", steps), (trace.Scope, string.Join(", ", trace.Steps.Skip(1).Select(step => step.Action))));
        Assert.Equal(trace.Failed, Subject(new FetchModel(isExplicit: true), "explicit").Replay(trace));
        Assert.Equal(claim == "ThreeIsStored" ? 1 : null, trace.Loop);
    }

    [Fact]
    public void A_step_says_where_something_comes_from_or_goes_to()
    {
        TraceDocument trace = Found(new FetchModel(isExplicit: true), "NoMix");
        Assert.Equal([(null, null), ("memory", null), (null, "memory"), ("memory", null), (null, null)], trace.Steps.Select(step => (step.From, step.To)));
    }

    [Fact]
    public void A_trace_without_lanes_at_the_other_end_replays_and_one_with_others_does_not()
    {
        ISubject shown = Subject(new FetchModel(isExplicit: true), "explicit");
        TraceDocument trace = Found(new FetchModel(isExplicit: true), "NoMix");
        Assert.Equal(trace.Failed, shown.Replay(trace with { Steps = [.. trace.Steps.Select(step => step with { From = null, To = null })] }));
        TraceDocument edited = trace with { Steps = [.. trace.Steps.Select(step => step with { To = step.To == null ? null : "reader" })] };
        Assert.Contains("step 2: 'writer: store' is not enabled", Assert.Throws<TraceException>(() => shown.Replay(edited)).Message);
    }

    // The system that is shown must be what the other one abstracts from: else the run stays as it was found.
    [Fact]
    public void What_does_not_lead_through_the_same_states_is_not_unfolded()
    {
        TraceDocument trace = Found(new FetchModel(isExplicit: true, dropsWell: false), "NothingIsDropped");
        Assert.Equal(("small", "store, store, drop copies"), (trace.Scope, string.Join(", ", trace.Steps.Skip(1).Select(step => step.Action))));
    }

    private static TraceDocument Found(FetchModel shown, string claim) =>
        (Subject(new FetchModel(isExplicit: false), "small", new("explicit", shown, _claims)).Explore(new ExploreOptions())
            .Outcomes.Single(outcome => outcome.Claim.Name == claim).Counterexample)!;

    private static Subject<FetchModel, Held> Subject(FetchModel model, string scope, Unfolding<FetchModel, Held>? shown = null) =>
        new("fetch", "v", scope, model, _claims, (_, _, _) => []) { Unfolded = shown };
}
