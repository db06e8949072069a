// verify follow, on systems of the catalogue.

using Verify.Properties;
using Xunit;

namespace Verify.Tests.Cli;

public sealed class FollowTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    private Ran Follow(string text, params string[] more)
    {
        File.WriteAllText(scratch["a.script"], text);
        return Ran.Verify(Catalogue.Systems, ["follow", scratch["a.script"], .. more]);
    }

    [Fact]
    public void A_script_is_followed_and_printed_step_by_step()
    {
        var ran = Follow("system spin-lock/ticket\nCPU0: want\nCPU0: draw ticket\nexpect tickets = next 1, served 0\nCPU0: see ticket served\nnever CPU1: unlock\n");
        Assert.Equal((0, ""), (ran.Status, ran.Err));
        string file = scratch["a.script"];
        Assert.Equal(
            $"{file}: spin-lock/ticket at scope small\n"
            + "   0  init\n        CPU0 = Idle, CPU1 = Idle, CPU2 = Idle, locks taken = 0, tickets = next 0, served 0\n"
            + "   1  CPU0: want\n        CPU0: Idle -> Wants\n"
            + "   2  CPU0: draw ticket\n        CPU0: Wants -> Half, ticket 0\n        tickets: next 0, served 0 -> next 1, served 0\n"
            + "        + expect tickets = next 1, served 0\n"
            + "   3  CPU0: see ticket served\n        CPU0: Half, ticket 0 -> Holds, ticket 0\n        + never CPU1: unlock\n"
            + $"{file}: followed to its end on spin-lock/ticket: 3 steps, 2 of what it asks for on the way\n",
            ran.Out);
    }

    [Fact]
    public void Words_are_decoded()
    {
        var ran = Follow("system smmu-ste/6.9\nscope small\nstart update = ats: S2 A -> S2 B\nSMMU: fetch STE(word=w2)\n");
        Assert.Equal((0, ""), (ran.Status, ran.Err));
        Assert.Contains("            S2VMID=1\n", ran.Out);
    }

    [Fact]
    public void A_script_that_cannot_be_followed_is_printed_as_far_as_it_can()
    {
        var ran = Follow("system spin-lock/ticket\nCPU0: want\nCPU0: unlock\nCPU0: draw ticket\n");
        ran.RefusedWith("a.script: line 3: 'CPU0: unlock' is not enabled; enabled of CPU0: CPU0: draw ticket");
        Assert.Contains("   1  CPU0: want\n", ran.Out);
        Assert.DoesNotContain("draw ticket", ran.Out);
        Assert.DoesNotContain("to its end", ran.Out);
    }

    [Fact]
    public void One_script_is_tried_on_several_variants()
    {
        const string Text = "system spin-lock\nCPU0: want\nCPU0: test-and-set\nexpect CPU0 = Holds\n";
        Assert.Equal(0, Follow(Text, "--variant", "test-and-set").Status);
        Follow(Text, "--variant", "ticket").RefusedWith("line 3: 'CPU0: test-and-set' is not enabled, nor in any state of this variant", "enabled of CPU0: CPU0: draw ticket");
        Follow(Text).RefusedWith("no variant is named; write 'system spin-lock/VARIANT', or give --variant");
    }

    [Theory]
    [InlineData("system spin-lok/ticket\nwant", "a.script: unknown system 'spin-lok'; did you mean spin-lock?")]
    [InlineData("system spin-lock/tickets\nwant", "a.script: unknown variant of spin-lock 'tickets'; did you mean ticket?")]
    [InlineData("system spin-lock/ticket\nscope huge\nwant", "a.script: spin-lock has no scope 'huge'; it has small, medium, large")]
    [InlineData("system smmu-attach/6.9\nscope nested domain\nunmap", "a.script: smmu-attach/6.9 has no scope 'nested domain': this version has no nested domains")]
    [InlineData("system smmu-attach/7.0\nscope huge\nunmap", "smmu-attach has no scope 'huge' (its state has room for 2 devices, 2 PASIDs, 3 domains and 3 CPUs; each machine of medium and large is a scope, too: 'two S1 domains', ", "; it has small, medium, large, explicit, explicit:medium, explicit:large, tiny, explicit:tiny")]
    [InlineData("CPU0: want", "a.script: line 1: a script begins with a line 'system SYSTEM/VARIANT'")]
    [InlineData("system spin-lock/ticket\nwant", "a.script: line 2: 'want' is any of 3 steps", "the lane: CPU0, CPU1 or CPU2")]
    [InlineData("system smmu-ste/6.9\nSMMU: fetch STE", "a.script: line 2: the model begins in any of", "update = ats: ABORT -> ABORT")]
    public void Bad_scripts_are_refused_in_one_line(string text, params string[] words) => Follow(text).RefusedWith(words);

    [Fact]
    public void All_files_are_gone_through()
    {
        File.WriteAllText(scratch["good.script"], "system spin-lock/ticket\nCPU2: want\n");
        File.WriteAllBytes(scratch["bytes.script"], [0xff, 0xfe]);
        File.WriteAllBytes(scratch["long.script"], new byte[(1 << 20) + 1]);
        var ran = Ran.Verify(Catalogue.Systems, "follow", scratch["none"], scratch.Root, scratch["bytes.script"], scratch["long.script"], scratch["good.script"]);
        Assert.Equal(2, ran.Status);
        Assert.EndsWith("good.script: followed to its end on spin-lock/ticket: 1 steps, 0 of what it asks for on the way\n", ran.Out);
        Assert.Equal(
            [
                $"verify: {scratch["none"]}: no such file", $"verify: {scratch.Root}: is a directory; name a script in it",
                $"verify: {scratch["bytes.script"]}: not UTF-8 text: not a script", $"verify: {scratch["long.script"]}: longer than 1 MiB: not a script",
            ],
            ran.Err.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void A_model_that_fails_is_told_in_one_line()
    {
        File.WriteAllText(scratch["a.script"], "system fake-ste/6.9\nx\n");
        Ran.Verify(FakeSystems.With(new() { Throws = new Verify.Engine.ModelException("the model failed", new InvalidOperationException()) }), "follow", scratch["a.script"])
            .RefusedWith("a.script: the model failed");
    }

    [Fact]
    public void The_help_says_how_scripts_are_written()
    {
        var ran = Ran.Verify(Catalogue.Systems, "follow", "--help");
        Assert.Contains("LANE: action(name=value, ...)", ran.Out);
    }
}
