// Traces: found, written down, executed again, and refused when they were edited.

using Verify.Engine;
using Verify.Engine.Traces;
using Verify.Transitions;
using Xunit;

namespace Verify.Tests.Engine;

public class ReplayTests
{
    private static readonly Subject<CounterModel, Counters> _subject = new(
        "counters",
        "plain",
        "small",
        new CounterModel(5),
        [
            Claims.Always<Counters>("NotTwoTwo", (in Counters c) => c.X != 2 || c.Y != 2),
            Claims.EachStep<Counters>("YStaysAtTwo", (in Counters a, Step step, in Counters _) => step.Kind == 0 || a.Y != 2),
            Claims.Reaches<Counters>("Everything", ["top"], (in Counters c) => c.X == 4 ? 1UL : 0),
            Claims.NoDeadlock<Counters>(),
        ],
        (word, before, after) => [$"{word}: {before} -> {after}"]);

    private static readonly TraceDocument _good = Found("NotTwoTwo");

    [Theory]
    [InlineData("NotTwoTwo", 4, "NotTwoTwo fails")]
    [InlineData("YStaysAtTwo", 3, "YStaysAtTwo fails by 1")]
    public void A_found_trace_replays(string property, int steps, string failed)
    {
        TraceDocument trace = Found(property);
        Assert.Equal(("counters", "plain", "small", property, failed), (trace.System, trace.Variant, trace.Scope, trace.Property, trace.Failed));
        Assert.Equal(steps + 1, trace.Steps.Count);
        Assert.Equal(("", "init"), (trace.Steps[0].Lane, trace.Steps[0].Action));
        Assert.Equal([new("x", "0"), new("y", "0x0000000000000000")], trace.Steps[0].State);
        Assert.Equal(failed, _subject.Replay(trace));
        Assert.Null(trace.Loop);
    }

    [Fact]
    public void A_found_deadlock_replays()
    {
        var graph = new Graph([[new Edge(1, 0)], [new Edge(2, 1)], []], [0], [false, false, false]);
        var subject = new Subject<GraphModel, Node>("graph", "v", "small", new GraphModel(graph), [Claims.NoDeadlock<Node>()], (_, _, _) => []);
        TraceDocument trace = Assert.Single(subject.Explore(new ExploreOptions()).Outcomes).Counterexample!;
        Assert.Equal(3, trace.Steps.Count);
        Assert.Equal([new("edge", "0")], trace.Steps[2].Arguments);
        Assert.Equal("no action is enabled, and the state is not final", subject.Replay(trace));
    }

    [Fact]
    public void A_truncated_trace_is_refused() => Refused(
        _good with { Steps = [.. _good.Steps.SkipLast(1)] },
        "step 3: property NotTwoTwo holds in the last state: the trace is truncated, or the model was repaired");

    [Fact]
    public void A_trace_of_one_state_cannot_violate_a_claim_about_steps() => Refused(
        Found("YStaysAtTwo") with { Steps = [.. _good.Steps.Take(1)] },
        "step 0: property YStaysAtTwo holds in the last state: the trace is truncated, or the model was repaired");

    [Fact]
    public void A_trace_of_another_property_is_refused()
    {
        Refused(_good with { Property = "Nothing" }, "there is no property 'Nothing'; there are: NotTwoTwo, YStaysAtTwo, Everything, NoDeadlock");
        Refused(_good with { Property = "Everything" }, "property Everything is about what can be reached: no single run violates it");
        Refused(_good with { Property = "NoDeadlock" }, "step 4: property NoDeadlock holds in the last state: the trace is truncated, or the model was repaired");
    }

    [Fact]
    public void A_trace_of_another_system_is_refused() => Refused(
        _good with { Variant = "other" },
        "the trace is of counters/other at scope small, this is counters/plain at scope small");

    [Fact]
    public void A_lasso_is_refused() => Refused(_good with { Loop = 1 }, "the trace has a loop, but property NotTwoTwo is violated by finite runs");

    [Fact]
    public void An_empty_trace_is_refused() => Refused(_good with { Steps = [] }, "the trace has no steps: at least the initial state is needed");

    [Fact]
    public void Another_start_is_refused()
    {
        Refused(Edit(0, step => step with { State = [new("x", "1"), new("y", "0x0000000000000000")] }),
            "step 0: not an initial state: field 'x' is recorded as 1, in the model it is 0");
        Refused(_good with { Steps = [.. _good.Steps.Skip(1)] }, "step 0: the first step must be 'init', not 'CPU0: up", "'");
    }

    [Fact]
    public void A_step_that_is_not_enabled_is_refused()
    {
        Refused(Edit(2, step => step with { Action = "down X" }), "step 2: 'CPU0: down X' is not enabled; enabled: CPU0: up X; CPU0: up Y");
        Refused(Edit(2, step => step with { Lane = "CPU1" }), "step 2: 'CPU1: ", "' is not enabled; enabled: CPU0: up X; CPU0: up Y");
        Refused(Edit(2, step => step with { Arguments = [new("n", "1")] }), "step 2: 'CPU0: ", "(n=1)' is not enabled; enabled: CPU0: up X; CPU0: up Y");
    }

    [Fact]
    public void Another_state_is_refused_with_the_field_that_differs()
    {
        Refused(Edit(1, step => step with { State = [new("x", "7"), step.State[1]] }), "step 1: '", "' leads to another state: field 'x' is recorded as 7, in the model it is");
        Refused(Edit(1, step => step with { State = [step.State[0]] }), "step 1: '", "field 'y' is missing (model: 0x");
        Refused(Edit(1, step => step with { State = [.. step.State, new("z", "1")] }), "step 1: '", "field 'z' is unknown to the model");
        Refused(Edit(1, step => step with { State = [.. step.State.Reverse()] }), "step 1: '", "its fields are in another order, or some are there twice");
        Refused(Edit(1, step => step with { State = [.. step.State, step.State[0]] }), "step 1: '", "its fields are in another order, or some are there twice");
    }

    [Fact]
    public void Words_are_decoded_by_the_system() => Assert.Equal(["y: 1 -> 2"], _subject.Decode("y", 1, 2));

    private static TraceDocument Found(string property) =>
        _subject.Explore(new ExploreOptions { Properties = [property] }).Outcomes[0].Counterexample!;

    private static TraceDocument Edit(int number, Func<TraceStep, TraceStep> edit) =>
        _good with { Steps = [.. _good.Steps.Select((step, i) => i == number ? edit(step) : step)] };

    private static void Refused(TraceDocument trace, string message) =>
        Assert.Equal(message, Assert.Throws<TraceException>(() => _subject.Replay(trace)).Message);

    // For messages with an action in the middle that is a matter of the engine's choice among equals.
    private static void Refused(TraceDocument trace, string start, string then)
    {
        string message = Assert.Throws<TraceException>(() => _subject.Replay(trace)).Message;
        Assert.StartsWith(start, message);
        Assert.Contains(then, message);
        Assert.DoesNotContain('\n', message);
    }
}
