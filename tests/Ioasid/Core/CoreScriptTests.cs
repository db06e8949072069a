// Scripts on the IOASID core: a custom allocator's life and a find that races with free; which variants go through them, where others part from them, and why.

using Verify.Engine.Scripts;
using Verify.Properties.Ioasid;
using Xunit;

namespace Verify.Tests.Ioasid.Core;

public class CoreScriptTests
{
    private const string Held = """
        start ops1 = not registered, functions of pool0, not linked
        CPU0: "ioasid_alloc: kzalloc"(result=entry)
        CPU0: "ioasid_alloc: xa_alloc"(id=0, result="private=new")
        CPU0: "ioasid_alloc: write id, unlock"

        """;

    private const string Custom = """
        start ops1 = not registered, functions of pool1, not linked
        CPU0: ioasid_register_allocator(ops=ops0, result="0, active")
        CPU0: "ioasid_alloc: kzalloc"(result=entry)

        """;

    private static string Text(string name) => File.ReadAllText(Path.Combine(Repository.Root, "tests", "Ioasid", "Scripts", name + ".script"));

    private static ScriptRun Follow(string text, string variant) =>
        CoreCatalogue.System.Variants.Single(each => each.Name == variant).Open("small").Follow(Script.Parse(text));

    // Of the counted core's last put and the other's free, the one that a variant has.
    private static string Free(string text) => text.Replace("\"ioasid_put: refs--\"(id=0, result=\"0 left\")", "\"ioasid_free: xa_load\"(id=0, result=found)");

    private static void Parts(string text, string variant, string line, string message)
    {
        ScriptProblem problem = Assert.IsType<ScriptProblem>(Follow(text, variant).Problem);
        Assert.Contains(message, problem.Message);
        Assert.StartsWith(line, text.Split('\n')[problem.Line - 1].Trim());
    }

    [Theory]
    [InlineData("custom-allocator", "5.11-careful")]
    [InlineData("custom-allocator", "no-grace-period")]
    [InlineData("find-races-with-free", "5.11-careful")]
    [InlineData("find-races-with-free", "5.11-no-getter")]
    [InlineData("find-races-with-free", "5.11-data-freed-after-put")]
    [InlineData("find-races-with-free", "repaired")]
    public void A_script_can_be_followed(string name, string variant)
    {
        string text = Text(name);
        ScriptRun run = Follow(text, variant);
        Assert.Null(run.Problem);
        Assert.Equal(text.Split('\n').Count(line => line.StartsWith("expect ", StringComparison.Ordinal) || line.StartsWith("never ", StringComparison.Ordinal)), run.Checks.Count);
    }

    [Theory]
    [InlineData("custom-allocator", "5.5-careful")]
    [InlineData("find-races-with-free", "5.5-careful")]
    public void The_core_without_counts_frees_where_the_other_puts(string name, string variant)
    {
        Assert.Null(Follow(Free(Text(name)), variant).Problem);
        Parts(Text(name), variant, "CPU0: \"ioasid_put: refs--\"", "is not enabled: this variant has no ioasid_put: IDs are not counted, as in 5.5 and 5.18; ");
        Parts(Free(Text(name)), "5.11-careful", "CPU0: \"ioasid_free: xa_load\"", "is not enabled: this variant has no ioasid_free: IDs are counted, as in 5.11; ");
    }

    [Theory]
    [InlineData("custom-allocator", "5.11", "never CPU1: ioasid_unregister_allocator(ops=ops0)", "is enabled")]
    [InlineData("custom-allocator", "repaired", "never CPU1: ioasid_unregister_allocator(ops=ops0)", "is enabled")]
    [InlineData("custom-allocator", "callback-takes-lock", "CPU0: \"ioasid_alloc: ops->alloc\"", "unknown argument of 'ioasid_alloc: ops->alloc'")]
    [InlineData("custom-allocator", "no-default-again", "expect active = default", "active is pool0, where default is expected")]
    [InlineData("custom-allocator", "no-switch-check", "CPU1: ioasid_register_allocator(ops=ops1, result=-EAGAIN)", "result=0, active instead of -EAGAIN")]
    [InlineData("find-races-with-free", "no-grace-period", "expect CPU0 = Sleeps", "CPU0 is Idle, where Sleeps, data0, waits for {CPU1} is expected")]
    [InlineData("find-races-with-free", "sleeps-under-lock", "expect lock = free", "lock is CPU0, where free is expected")]
    [InlineData("find-races-with-free", "no-rcu-free", "expect CPU1 = Found, Removed", "CPU1 is Found, Removed, Freed, where Found, Removed is expected")]
    public void Variants_part_from_a_script(string name, string variant, string line, string message) => Parts(Text(name), variant, line, message);

    [Theory]
    [InlineData("5.5", Held, "CPU0: \"ioasid_get: refs++\"(id=0)", "this variant has no ioasid_get: IDs are not counted, as in 5.5 and 5.18")]
    [InlineData("5.11-careful", "", "CPU0: \"ioasid_put: refs--\"(id=0)", "default[0] is not allocated")]
    [InlineData("5.11-careful", "", "CPU0: \"ioasid_put: refs--\"", "nobody holds an ID")]
    [InlineData("5.11-careful", "", "CPU0: \"ioasid_put: refs--\"(id=1)", "this scope has CPU0 to CPU1, IDs 0 to 0, and ops0 to ops1")]
    [InlineData("5.11-careful", Held, "CPU0: \"ioasid_put: refs--\"(id=0)", "the last holder of default[0] calls ioasid_set_data(NULL) first: it has data0")]
    [InlineData("5.11-careful", Held, "CPU0: \"ioasid_get: refs++\"(id=0)\nCPU0: \"ioasid_get: refs++\"(id=0)", "default[0] has 2 holders, as many as this scope allows")]
    [InlineData("5.11-careful", Held, "CPU0: \"ioasid_set_data: rcu_assign_pointer\"(id=0, data=new)", "this scope has 1 of private data, and all of it is in use")]
    [InlineData("5.11-careful", Held, "CPU0: \"ioasid_alloc: kzalloc\"(result=entry)\nCPU0: \"ioasid_alloc: xa_alloc\"(id=0)", "default[0] is mapped already")]
    [InlineData("5.11-careful", Held, "CPU0: ioasid_register_allocator(ops=ops0, result=\"0, active\")", "the default allocator has IDs; it is with result=")]
    [InlineData("5.11-careful", Held, "CPU0: ioasid_unregister_allocator(ops=ops0)", "ops0 is not registered")]
    [InlineData("5.11-careful", Held, "CPU0: \"ioasid_find: xa_load\"(id=0, result=-ENOENT)", "default[0] is there")]
    [InlineData("5.11-careful", Held, "CPU0: \"ioasid_find: xa_load\"(id=0)\nCPU0: \"ioasid_find: no getter\"", "in this variant callers of ioasid_find give a getter")]
    [InlineData("5.11-careful", Held, "CPU0: \"ioasid_find: xa_load\"(id=0)\nCPU0: \"ioasid_put: refs--\"(id=0)", "CPU0 is in ioasid_find, with an entry")]
    [InlineData("5.11-careful", Held, "CPU0: \"ioasid_find: xa_load\"(id=0)\nCPU0: \"ioasid_find: compare set, read private\"(result=NULL)", "the entry has data0")]
    [InlineData("5.11-careful", "", "CPU0: \"spin_lock: wait\"", "ioasid_allocator_lock is free")]
    [InlineData("5.11-careful", "", "\"free: ops->free\"", "CPU0 is in no call, CPU1 is in no call")]
    [InlineData("5.11-careful", "", "CPU0: \"stranger's free or put\"", "in this variant nobody frees or puts what somebody else holds")]
    [InlineData("5.11-careful", Custom, "CPU0: \"ioasid_alloc: xa_alloc\"(id=0)", "pool0 is active: ioasid_alloc calls its ops->alloc")]
    [InlineData("5.11-careful", Custom, "CPU0: \"ioasid_alloc: ops->alloc\"(id=0, result=\"outside min..max\")", "this platform keeps to min..max")]
    [InlineData("5.11-careful", Custom, "CPU1: ioasid_register_allocator(ops=ops0)", "ops0 is registered, and callers in this variant register what is not")]
    [InlineData("5.11-careful", Custom, "CPU1: ioasid_register_allocator(ops=ops1, result=\"0, active\")", "pool0 is active; it is with result=-ENOMEM")]
    [InlineData("5.11-careful", Custom, "CPU0: \"ioasid_alloc: ops->alloc\"(id=0)\nCPU1: ioasid_unregister_allocator(ops=ops0)",
        "ioasid_allocator_lock is held: CPU0 is in ioasid_alloc, and has to store pool0[0]")]
    [InlineData("5.11-careful", Custom, "CPU0: \"ioasid_alloc: ops->alloc\"(id=0)\nCPU0: \"ioasid_alloc: write id, unlock\"", "CPU0 is in ioasid_alloc, and has to store pool0[0]")]
    [InlineData("5.11-put-at-last-unbind", Held, "CPU0: \"ioasid_get: refs++\"(id=0)\nCPU0: \"ioasid_put: refs--\"(id=0)", "default[0] has 2 holders, of whom only the last one puts")]
    public void A_step_that_is_refused_says_why(string variant, string before, string steps, string reason)
    {
        string start = before.Length == 0 ? "start ops1 = not registered, functions of pool0, not linked\n" : before;
        string text = $"system ioasid-core/{variant}\n{start}{steps}";
        ScriptProblem problem = Assert.IsType<ScriptProblem>(Follow(text, variant).Problem);
        Assert.Contains($" is not enabled: {reason}", problem.Message);
        Assert.Equal(text.Split('\n').Length, problem.Line);
    }
}
