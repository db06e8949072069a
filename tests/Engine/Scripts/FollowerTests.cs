// Scripts on small models: how far they are followed, and what is said where they cannot be.

using Verify.Engine;
using Verify.Engine.Scripts;
using Xunit;

namespace Verify.Tests.Engine.Scripts;

public class FollowerTests
{
    private static ScriptRun Follow(string text, bool hasBell = false, params byte[] starts)
    {
        var model = new DoorModel(starts.Length == 0 ? [1] : starts, hasBell);
        return new Subject<DoorModel, Door>("door", "v", "small", model, [], (_, _, _) => []).Follow(Script.Parse("system door/v\n" + text));
    }

    private static void Refused(string text, int line, string problem, int steps, bool hasBell = false, params byte[] starts)
    {
        ScriptRun run = Follow(text, hasBell, starts);
        Assert.Equal(new ScriptProblem(line, problem), run.Problem);
        Assert.Equal(steps, run.Steps.Count);
    }

    [Fact]
    public void Steps_are_taken_and_what_is_asked_is_noted()
    {
        ScriptRun run = Follow("expect holder = nobody\nCPU1: lock(result=0)\nnever CPU0: unlock\nCPU0: lock\nexpect word = 0x11\nexpect word = 17\nexpect word = 0x0000000000000011\nunlock");
        Assert.Null(run.Problem);
        Assert.Equal(["init", "lock", "lock", "unlock"], run.Steps.Select(step => step.Action));
        Assert.Equal(["CPU1", "CPU0", "CPU1"], run.Steps.Skip(1).Select(step => step.Lane));
        Assert.Equal(
            [(0, "expect holder = nobody"), (1, "never CPU0: unlock"), (2, "expect word = 0x11"), (2, "expect word = 17"), (2, "expect word = 0x0000000000000011")],
            run.Checks.Select(check => (check.After, check.Text)));
    }

    [Fact]
    public void Steps_that_lead_to_the_same_state_are_one() => Assert.Null(Follow("visitor: knock").Problem);

    [Fact]
    public void Steps_that_lead_to_different_states_are_told_apart_by_arguments()
    {
        Refused("visitor: enter", 2, "'visitor: enter' is any of 2 steps that lead to different states; what tells them apart is room=1 or 2; key=5 or 6", 1);
        Assert.Null(Follow("visitor: enter(key=6)\nexpect rooms = 2").Problem);
    }

    [Fact]
    public void Steps_of_two_lanes_are_told_apart_by_the_lane() =>
        Refused("lock", 2, "'lock' is any of 2 steps that lead to different states; what tells them apart is the lane: CPU0 or CPU1", 1);

    [Fact]
    public void Steps_that_words_do_not_tell_apart_are_an_error_of_the_model() =>
        Refused("visitor: toss", 2, "'visitor: toss' is any of 2 steps that lead to different states; the model's words do not tell them apart: rooms = 1 or 2", 1);

    [Fact]
    public void Unknown_names_are_told_with_those_that_are_near()
    {
        Refused("CPU0: lck", 2, "unknown action 'lck'; did you mean lock?", 1);
        Refused("CPU9: lock", 2, "unknown lane 'CPU9'; did you mean CPU0 or CPU1?", 1);
        Refused("visitor: lock", 2, "'lock' is not done by visitor, but by CPU0 or CPU1", 1);
        Refused("CPU0: lock(reslt=0)", 2, "unknown argument of 'lock' 'reslt'; did you mean result?", 1);
        Refused("CPU0: lock\nexpect holdr = CPU0", 3, "unknown field 'holdr'; did you mean holder?", 2);
    }

    [Fact]
    public void Names_that_nobody_knows_are_no_proof_that_nothing_happens()
    {
        Refused("never CPU0: unlok", 2, "unknown action 'unlok'; did you mean unlock?", 1);
        Refused("never CPU7: unlock", 2, "unknown lane 'CPU7'; did you mean CPU0 or CPU1?", 1);
        Refused("never CPU0: lock(rsult=1)", 2, "unknown argument of 'lock' 'rsult'; did you mean result?", 1);
        // An operation that the model lists, and this variant has not.
        Assert.Null(Follow("never ring").Problem);
    }

    [Fact]
    public void What_is_to_be_impossible_and_is_not_is_told() =>
        Refused("never CPU1: lock", 2, "a step that is to be impossible here is enabled: CPU1: lock(result=0)", 1);

    [Fact]
    public void Other_arguments_are_told_with_the_reason() =>
        Refused("CPU0: lock\nCPU1: lock(result=0)", 3, "'CPU1: lock(result=0)' is not enabled: the door is taken; it is with result=-EBUSY instead of 0", 2);

    [Fact]
    public void The_nearest_of_other_arguments_are_told() =>
        Refused("visitor: enter(room=1, key=6)", 2,
            "'visitor: enter(room=1, key=6)' is not enabled; it is with key=5 instead of 6 or room=2 instead of 1", 1);

    [Fact]
    public void A_guard_is_told_in_the_models_words_with_what_is_enabled() =>
        Refused("CPU0: lock\nCPU1: unlock", 3, "'CPU1: unlock' is not enabled: the door is held by CPU0; enabled of CPU1: CPU1: lock(result=-EBUSY)", 2);

    [Fact]
    public void A_guard_without_a_reason_is_told_with_what_is_enabled() =>
        Refused("CPU1: unlock", 2, "'CPU1: unlock' is not enabled; enabled of CPU1: CPU1: lock(result=0)", 1);

    [Fact]
    public void An_operation_that_a_variant_has_not_is_told()
    {
        Refused("visitor: ring", 2, "'visitor: ring' is not enabled: this door has no bell; enabled of visitor: visitor: toss; visitor: knock; "
            + "visitor: enter(room=1, key=5); visitor: enter(room=2, key=6)", 1);
        Assert.Null(Follow("visitor: ring", hasBell: true).Problem);
    }

    [Fact]
    public void Without_reasons_an_operation_that_is_never_enabled_is_told_from_one_that_is_not_enabled_now()
    {
        Script script = Script.Parse("system counters/v\nCPU0: up X\nCPU0: up Y");
        var narrow = new Subject<CounterModel, Counters>("counters", "v", "small", new CounterModel(1), [], (_, _, _) => []);
        Assert.Equal(new ScriptProblem(2, "unknown lane 'CPU0'; there are none"), narrow.Follow(script).Problem);
        var graph = new GraphModel(new Graph([[new Edge(1, 0)], []], [0], [false, true]));
        var subject = new Subject<GraphModel, Node>("graph", "v", "small", graph, [], (_, _, _) => []);
        Assert.Equal(
            new ScriptProblem(2, "'graph: b' is not enabled, nor in any state of this variant at this scope; enabled of graph: graph: a(edge=0)"),
            subject.Follow(Script.Parse("system g\ngraph: b")).Problem);
        Assert.Equal(new ScriptProblem(3, "'graph: a' is not enabled; nothing is enabled"), subject.Follow(Script.Parse("system g\ngraph: a\ngraph: a")).Problem);
    }

    [Fact]
    public void A_value_that_is_another_is_told() => Refused("CPU0: lock\nexpect holder = CPU1", 3, "holder is CPU0, where CPU1 is expected", 2);

    [Fact]
    public void Nothing_is_looked_at_behind_the_first_problem()
    {
        ScriptRun run = Follow("expect rooms = 1\nCPU1: unlock\nexpect rooms = 7\nCPU0: lock");
        Assert.Equal((3, 1, 1), (run.Problem!.Line, run.Steps.Count, run.Checks.Count));
    }

    [Fact]
    public void One_of_several_initial_states_is_chosen_by_its_fields()
    {
        Assert.Null(Follow("start rooms = 2\nexpect rooms = 2", false, 1, 2, 3).Problem);
        Assert.Null(Follow("start word = 16\nexpect rooms = 2", false, 2, 2).Problem);
        Refused("CPU0: lock", 2, "the model begins in any of 3 states; a line 'start FIELD = VALUE' before this one tells them apart: rooms = 1, 2 or 3", 0, false, 1, 2, 3);
        Refused("start room = 2\nCPU0: lock", 2, "unknown field 'room'; did you mean rooms?", 0, false, 1, 2, 3);
        Refused("start rooms = 77\nCPU0: lock", 2, "no initial state has rooms = 77; there is 1, 2 or 3", 0, false, 1, 2, 3);
    }

    [Fact]
    public void A_model_that_throws_is_told()
    {
        var subject = new Subject<CounterModel, Counters>("counters", "v", "small", new CounterModel(5, throwAt: 1), [], (_, _, _) => []);
        ModelException failed = Assert.Throws<ModelException>(() => subject.Follow(Script.Parse("system counters/v\nup X\nup X")));
        Assert.Contains("too far", failed.Message);
    }
}
