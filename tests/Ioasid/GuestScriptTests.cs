// The guest step tables of the IOASID document as scripts: which variants go through them as they are written, and where others part from them.

using Verify.Engine.Scripts;
using Verify.Properties.Ioasid;
using Xunit;

namespace Verify.Tests.Ioasid;

public class GuestScriptTests
{
    private const string Kvm = "KVM: \"handler(FREE)\"";

    private const string IommuFirst = "IOMMU driver: \"handler(FREE)\"(ioasid=1)\n" + Kvm;

    private const string BothWorks = "VDCM: vdev_clear_wk(ioasid=1, put=false)\nIOMMU driver: teardown_pasid_wk(ioasid=1, put=true)\n";

    private const string End = "expect device0.pasid_table[1] = not present\nexpect device0.mdev[vm0].hpasid = none\nexpect ioasid[1] = in the pool";

    private static string Text(string name) => File.ReadAllText(Path.Combine(Repository.Root, "tests", "Ioasid", "Scripts", name + ".script"));

    private static ScriptRun Follow(string text, string variant)
    {
        Script script = Script.Parse(text);
        return LifeCatalogue.System.Variants.Single(each => each.Name == variant).Open(script.Scope ?? "small").Follow(script);
    }

    // The lines of a script before the first one that begins so.
    private static string Before(string name, string line)
    {
        string[] lines = Text(name).Split('\n');
        int at = Array.FindIndex(lines, each => each.StartsWith(line, StringComparison.Ordinal));
        Assert.True(at > 0);
        return string.Join('\n', lines[..at]) + "\n";
    }

    private static void PartsIn(string text, string variant, string line, string message)
    {
        ScriptProblem problem = Assert.IsType<ScriptProblem>(Follow(text, variant).Problem);
        Assert.StartsWith(line, text.Split('\n')[problem.Line - 1]);
        Assert.Contains(message, problem.Message);
    }

    [Theory]
    [InlineData("guest-normal-as-written", "document-locked")]
    [InlineData("guest-normal-posted", "v4")]
    [InlineData("guest-normal", "repaired")]
    [InlineData("guest-free-first-posted", "v4")]
    [InlineData("guest-free-first", "repaired")]
    [InlineData("guest-migration", "repaired")]
    [InlineData("guest-one-spid", "repaired")]
    public void A_table_can_be_followed(string name, string variant)
    {
        string text = Text(name);
        ScriptRun run = Follow(text, variant);
        Assert.Null(run.Problem);
        Assert.Equal(text.Split('\n').Count(line => line.StartsWith("expect ", StringComparison.Ordinal) || line.StartsWith("never ", StringComparison.Ordinal)), run.Checks.Count);
    }

    [Theory]
    [InlineData("guest-normal-as-written", "document", "expect ioasid[1].refs = 3", "ioasid[1].refs is 2, where 3 is expected")]
    [InlineData("guest-normal-as-written", "v2", "IOMMU driver: \"handler(FREE)\"", "no call tells of anything now: next is ioasid_put")]
    [InlineData("guest-normal-as-written", "v3", "IOMMU driver: iommu_bind", "a call holds the lock: next is the handler of KVM")]
    [InlineData("guest-normal-as-written", "v4", "IOMMU driver: iommu_bind", "a call holds the lock: next is the handler of KVM")]
    [InlineData("guest-normal-as-written", "repaired", "VFIO: bind_gpasid", "in this variant a bind begins with ioasid_get, private data, PASID table entry")]
    [InlineData("guest-normal-posted", "v3", "KVM: \"handler(UNBIND)\"", "the event is of ioasid 1, and carries no SPID; it is with spid=INVALID_IOASID instead of 0")]
    [InlineData("guest-normal-posted", "v2", "KVM: \"handler(BIND)\"", "no call tells of anything now: next is ioasid_get, private data, PASID table entry")]
    [InlineData("guest-normal", "v4", "VFIO: bind_gpasid", "in this variant a bind begins with ioasid_attach_spid")]
    [InlineData("guest-free-first-as-written", "document", "expect ioasid[1].refs = 3", "ioasid[1].refs is 2, where 3 is expected")]
    [InlineData("guest-free-first-as-written", "document-locked", "expect ioasid[1] = FREE_PENDING", "ioasid[1] is ACTIVE")]
    [InlineData("guest-free-first-as-written", "v2", Kvm, "next is the handler(FREE) of IOMMU driver")]
    [InlineData("guest-free-first-posted", "v3", "IOMMU driver: \"handler(FREE)\"", "unknown action 'handler(FREE)'")]
    public void Versions_part_from_the_flows(string name, string variant, string line, string message) => PartsIn(Text(name), variant, line, message);

    // What is wrong with the table is the order of steps 17 and 22, and nothing else: its counts are right.
    [Theory]
    [InlineData("document-locked")]
    [InlineData("v2")]
    public void The_table_of_free_before_unbind_is_right_where_the_IOMMU_driver_is_told_first(string variant)
    {
        string[] lines = [.. Text("guest-free-first-as-written").Split('\n').Where(line => !line.EndsWith("# 17", StringComparison.Ordinal) && !line.EndsWith("# 22", StringComparison.Ordinal))];
        string text = string.Join('\n', lines).Replace(Kvm, IommuFirst);
        Assert.Null(Follow(text, variant).Problem);
    }

    [Fact]
    public void In_v2_the_last_unbind_puts_as_in_V4() => Assert.Null(Follow(
        Before("guest-normal-as-written", "VFIO: ioasid_free") + "IOMMU driver: iommu_unbind(does=ioasid_put)\nexpect ioasid[1].refs = 1\nVFIO: ioasid_free(vm=0, ioasid=1, result=0)\nexpect ioasid[1] = in the pool",
        "v2").Problem);

    // Note 2 of the table: after step 23 the order is of no importance.
    [Fact]
    public void Works_may_run_in_either_order_where_each_has_its_queue()
    {
        string freed = Before("guest-free-first", "expect ordered queue");
        Assert.Null(Follow(freed + BothWorks + End, "repaired-own-queues").Problem);
        string swapped = "IOMMU driver: teardown_pasid_wk(ioasid=1, put=false)\nVDCM: vdev_clear_wk(ioasid=1, put=true)\n";
        Assert.Null(Follow(freed + swapped + End, "repaired-own-queues").Problem);
        PartsIn(freed + swapped + End, "repaired", "IOMMU driver: teardown_pasid_wk", "the ordered queue runs one work after the other: vdev_clear_wk(1), teardown_pasid_wk(1)");
    }

    [Fact]
    public void A_bind_that_a_free_overtakes_fails_and_leaves_nothing()
    {
        string text = Before("guest-normal", "IOMMU driver: iommu_bind") + """
            VFIO: ioasid_free(vm=0, ioasid=1, result=0)
            IOMMU driver: "handler(FREE)"(ioasid=1)
            never IOMMU driver: teardown_pasid_wk(ioasid=1)
            IOMMU driver: iommu_bind(ioasid=1, result=-EBUSY)
            IOMMU driver: teardown_pasid_wk(ioasid=1, put=true)

            """;
        Assert.Null(Follow(text + End, "repaired").Problem);
        PartsIn(text.Replace("never ", ""), "repaired", "IOMMU driver: teardown_pasid_wk", "the IOMMU driver's mutex is held: Bind of ioasid 1 for vm0");
    }

    [Fact]
    public void KVM_that_ends_first_drops_what_it_holds_and_hears_nothing_more() => Assert.Null(Follow(
        Before("guest-normal", "guest: start DMA") + """
        KVM: KVM exits(vm=0)
        expect ioasid[1] held by = allocation, VDCM, IOMMU driver
        expect ioasid[1].refs = 3
        expect vm0.vmcs.pasid_translation[0] = none
        VFIO: ioasid_free(vm=0, ioasid=1, result=0)
        never KVM: "handler(FREE)"
        VDCM: "handler(FREE)"(ioasid=1)
        IOMMU driver: "handler(FREE)"(ioasid=1)

        """ + BothWorks + End,
        "repaired").Problem);

    [Theory]
    [InlineData("repaired", "VFIO: ioasid_set_free(vm=0)", "this variant has no ioasid_set_free")]
    [InlineData("repaired", "KVM: ioasid_register_notifier_mm(vm=0)", "KVM of VM0 has registered already")]
    [InlineData("repaired", "VFIO: bind_gpasid(vm=1, ioasid=1, result=0)", "ioasid 1 is of the set of another VM")]
    [InlineData("repaired", "VFIO: unbind_gpasid(vm=0, ioasid=2, result=0)", "ioasid 2 is in the pool")]
    [InlineData("repaired", "VFIO: ioasid_alloc(vm=1, result=1)", "ioasid 1 is not in the pool")]
    [InlineData("repaired", "VFIO: \"mdev_write(gpasid)\"(vm=1, spid=0, hpasid=1)", "finds no IOASID with SPID 0 in the set of VM1")]
    [InlineData("repaired", "VDCM: vdev_clear_wk(ioasid=1)", "no such work is queued for ioasid 1")]
    [InlineData("repaired", "VFIO: bind_gpasid(vm=0, ioasid=3)", "IOASIDs 1 to 2")]
    [InlineData("repaired", "guest: stop DMA(vm=0)", "device 0 does no DMA for VM0")]
    [InlineData("repaired", "guest: ENQCMD(vm=1, spid=0, hpasid=1)", "KVM has no translation of SPID 0")]
    [InlineData("repaired", "guest: start DMA(vm=0)\ndevice: DMA(vm=0, result=page request)\ndevice: DMA(vm=0)", "the device waits for a page response")]
    [InlineData("repaired", "VFIO: ioasid_free(vm=0, ioasid=1)\nVFIO: ioasid_alloc(vm=0)", "a call holds the lock: next is the handler of KVM")]
    [InlineData("repaired", "VFIO: unbind_gpasid(vm=0, ioasid=1)\nVFIO: ioasid_free(vm=0, ioasid=2)", "a call is under way for ioasid 1, and the model lets others act on that one only")]
    [InlineData("repaired", "KVM: KVM exits(vm=0)\nVFIO: close(vm=1)", "another VM has ended, and the model leaves out how the others end")]
    [InlineData("repaired-kvm-leaks", "KVM: KVM exits(vm=0)\nVFIO: ioasid_free(vm=0, ioasid=1)\nVDCM: \"handler(FREE)\"\nIOMMU driver: \"handler(FREE)\"\nVFIO: ioasid_alloc(vm=1)", "ioasid 1 is FREE_PENDING, and held by somebody")]
    public void A_step_that_is_refused_says_why(string variant, string steps, string reason) =>
        PartsIn(Before("guest-normal", "guest: start DMA") + steps, variant, steps.Split('\n')[^1], reason);

    [Fact]
    public void Before_KVM_has_registered_nothing_is_used() => PartsIn(
        "system ioasid-life\nKVM: ioasid_register_notifier_mm(vm=0)\nVFIO: ioasid_alloc(vm=1)", "repaired", "VFIO: ioasid_alloc", "KVM of VM1 has not registered");
}
