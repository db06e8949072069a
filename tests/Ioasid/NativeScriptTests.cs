// The step tables of the IOASID document as scripts: which variants go through them as they are written, and where others part from them.

using Verify.Engine.Scripts;
using Verify.Properties.Ioasid;
using Xunit;

namespace Verify.Tests.Ioasid;

public class NativeScriptTests
{
    private static string Text(string name) => File.ReadAllText(Path.Combine(Repository.Root, "tests", "Ioasid", "Scripts", name + ".script"));

    private static ScriptRun Follow(string text, string variant) =>
        NativeCatalogue.System.Variants.Single(each => each.Name == variant).Open("small").Follow(Script.Parse(text));

    // Where the run ends: the text of the script's line, and what is said.
    private static void Parts(string name, string variant, string line, string message)
    {
        string text = Text(name);
        ScriptProblem problem = Assert.IsType<ScriptProblem>(Follow(text, variant).Problem);
        Assert.StartsWith(line, text.Split('\n')[problem.Line - 1]);
        Assert.Contains(message, problem.Message);
    }

    [Theory]
    [InlineData("normal-flow", "document")]
    [InlineData("process-exit", "repaired")]
    [InlineData("process-exit", "5.18-fixed")]
    [InlineData("process-exit", "mm-dropped-first", "IOMMU: drop mm(process=0, device=0)\nIOMMU: finish unbind")]
    [InlineData("process-exit-as-written", "document-enqcmd-no-hold")]
    [InlineData("process-exit-as-written", "document")]
    [InlineData("recycled", "5.18")]
    [InlineData("recycled", "document")]
    public void A_table_can_be_followed(string name, string variant, string finish = "IOMMU: finish unbind")
    {
        string text = Text(name).Replace("IOMMU: finish unbind", finish);
        ScriptRun run = Follow(text, variant);
        Assert.Null(run.Problem);
        Assert.Equal(text.Split('\n').Count(line => line.StartsWith("expect ", StringComparison.Ordinal) || line.StartsWith("never ", StringComparison.Ordinal)), run.Checks.Count);
    }

    [Theory]
    [InlineData("document-enqcmd", "expect refs[1] = 0", "refs[1] is 1, where 0 is expected")]
    [InlineData("5.11", "expect refs[1] = 1 ", "refs[1] is 0, where 1 is expected")]
    [InlineData("5.18", "IOMMU: notifier is put", "in this variant nothing waits for a notifier: unbind gives back at once what it holds")]
    [InlineData("no-drain", "IOMMU: drain PRQ", "in this variant unbind drains nothing; enabled of IOMMU: IOMMU: finish unbind(process=0, device=0)")]
    [InlineData("unbind-before-stop", "driver: stop DMA", "its fd of device0 closing; enabled of driver: driver: sva_unbind_device(process=0, device=0)")]
    public void Kernels_part_from_the_normal_flow(string variant, string line, string message) => Parts("normal-flow", variant, line, message);

    [Theory]
    [InlineData("5.18", "expect refs[1] = 1", "refs[1] is 0, where 1 is expected")]
    [InlineData("5.11", "expect refs[1] = 1", "refs[1] is 0, where 1 is expected")]
    [InlineData("document", "expect PASID entry[0][1] = torn down", "(a previous life of the PASID)")]
    [InlineData("document-enqcmd", "IOMMU: drain PRQ", "in this variant unbind has nothing to do for an entry that the release callback has torn down")]
    [InlineData("6.13-drain-in-release", "IOMMU: drain PRQ", "in this variant unbind does not drain for an entry that the release callback has torn down")]
    [InlineData("no-release-callback", "expect IOTLB[1] = none", "IOTLB[1] is mm0")]
    [InlineData("flush-in-range-only", "expect IOTLB[1] = none", "IOTLB[1] is mm0")]
    [InlineData("flush-in-release-only", "expect IOTLB[1] = none", "IOTLB[1] is mm0")]
    [InlineData("no-devtlb-flush", "expect devTLB[0][1] = none", "devTLB[0][1] is mm0")]
    [InlineData("faults-reported", "expect PASID entry[0][1] = torn down", "is none")]
    [InlineData("requests-unanswered", "IOMMU: answer page request(response=INVALID)", "page requests whose mm is gone get no answer")]
    public void Kernels_part_from_the_exit_flow(string variant, string line, string message) => Parts("process-exit", variant, line, message);

    // Unbind has nothing to do, so nobody puts the notifier, which holds the mm: step [3] never frees the PASID.
    [Fact]
    public void The_exit_flow_as_it_is_written_does_not_end_where_it_says() =>
        Parts("process-exit-as-written", "document-enqcmd", "expect refs[1] = 0", "refs[1] is 1, where 0 is expected");

    [Fact]
    public void Without_a_hold_the_lazy_user_may_be_gone_before_files_are_closed()
    {
        string early = Text("process-exit-as-written").Replace("process0: exit_files(device=0)", "mm: mmdrop(process=0)\nexpect refs[1] = 0\nexpect device0 of process0 = "
            + "PASID 1, DMA on (a previous life of the PASID)");
        string[] lines = early.Split('\n');
        string text = string.Join('\n', lines[..(Array.FindIndex(lines, line => line.StartsWith("expect device0 of", StringComparison.Ordinal)) + 1)]);
        Assert.Null(Follow(text, "document-enqcmd-no-hold").Problem);
        Assert.Equal("refs[1] is 1, where 0 is expected", Follow(text, "repaired").Problem!.Message);
    }

    [Fact]
    public void A_device_that_is_not_there_is_said_not_to_be() => Assert.Contains(
        "'process0: open(device=7)' is not enabled: this machine has no device 7; ",
        Follow("system ioasid-native\nstart machine = 1 process, 2 devices\nprocess0: fork\nprocess0: open(device=7)", "5.18").Problem!.Message);

    [Theory]
    [InlineData("5.18-fixed")]
    [InlineData("5.11")]
    [InlineData("repaired")]
    public void A_PASID_is_not_recycled_before_files_are_closed(string variant) => Parts("recycled", variant, "expect refs[1] = 0", "refs[1] is 1");

    [Fact]
    public void The_largest_PASID_is_refused_to_a_second_device()
    {
        const string Bind = """
            system ioasid-native
            start machine = 1 process, 2 devices
            process0: fork
            process0: open(device=0)
            driver: sva_bind_device
            IOMMU: ioasid_alloc
            IOMMU: set up PASID entry
            process0: open(device=1)
            driver: sva_bind_device
            """;
        Assert.Null(Follow(Bind + "\nIOMMU: use mm->pasid(result=0)\nIOMMU: set up PASID entry\nexpect refs[1] = 1", "repaired").Problem);
        Assert.Null(Follow(Bind + "\nIOMMU: ioasid_get\nexpect refs[1] = 2", "5.11").Problem);
        Assert.Equal(
            "'IOMMU: use mm->pasid(result=0)' is not enabled: process0 is running, its fd of device0 open, bound; it is with result=-EOVERFLOW instead of 0",
            Follow(Bind + "\nIOMMU: use mm->pasid(result=0)", "5.18").Problem!.Message);
        Assert.Contains("binds have no references of their own", Follow(Bind + "\nIOMMU: ioasid_get", "5.18-fixed").Problem!.Message);
    }
}
