// Scripts on the extended IOASID core: what versions do differently, step by step, and why a step is refused.

using System.Text.RegularExpressions;
using Verify.Engine.Scripts;
using Verify.Properties.Ioasid;
using Xunit;

namespace Verify.Tests.Ioasid.Sets;

public class SetScriptTests
{
    private const string Held = """
        VFIO: ioasid_set_alloc(token=mm0, quota=2, set=0, result=0)
        KVM: ioasid_register_notifier_mm(mm=mm0, result=0)
        VDCM: ioasid_register_notifier(set=0, result=0)
        VFIO: ioasid_alloc(set=0, result=1)
        KVM: handler(ALLOC)
        VDCM: handler(ALLOC)
        VDCM: ioasid_get(set=0, ioasid=1, result=0)
        KVM: ioasid_get(set=0, ioasid=1, result=0)
        expect ioasid[1].refs = 3

        """;

    // The counts that a table of ioasid_free shows depend on the version: all end alike, and are different in between (X-2 of the reference).
    [Theory]
    [InlineData("v2", "IOMMU driver, KVM, VDCM", "3 3 2 1")]
    [InlineData("v4", "IOMMU driver, KVM, VDCM", "2 2 1 1")]
    [InlineData("document-locked", "IOMMU driver, KVM, VDCM", "3 3 2 1")]
    public void Counts_during_free_are_those_of_the_version(string variant, string order, string counts)
    {
        string[] refs = counts.Split(' ');
        string[] callees = order.Split(", ");
        string script = $"VFIO: ioasid_free(set=0, ioasid=1, result=0)\nexpect ioasid[1].refs = {refs[0]}\n"
            + string.Concat(callees.Select((who, i) => $"{who}: handler(FREE)\nexpect ioasid[1].refs = {refs[i + 1]}\n"))
            + "expect ioasid[1] = FREE_PENDING\nVDCM: \"work: ioasid_put\"(ioasid=1, result=true)\nexpect ioasid[1] = \"in the pool\"\n";
        Assert.Null(Follow(variant, Held + script));
    }

    [Fact]
    public void The_repaired_core_tells_the_iommu_driver_last() => Assert.Null(Follow("repaired", Held.Replace("VDCM: handler(ALLOC)", "VDCM: handler(ALLOC)\nIOMMU driver: handler(ALLOC)") + """
        VFIO: ioasid_free(set=0, ioasid=1, result=0)
        expect ioasid[1] = FREE_PENDING
        KVM: handler(FREE)
        VDCM: handler(FREE)
        never KVM: handler(FREE)
        IOMMU driver: handler(FREE)
        expect ioasid[1].refs = 1
        """));

    [Theory]
    [InlineData("v4", "VFIO: ioasid_set_adjust(set=0)", "this version has no ioasid_set_adjust")]
    [InlineData("v2", "VFIO: ioasid_set_free(set=0)", "this version has no ioasid_set_free")]
    [InlineData("v2", "VFIO: ioasid_alloc(set=1)", "there is no set 1")]
    [InlineData("v2", "VFIO: ioasid_alloc(set=7)", "this scope has sets 0 to 1, and IOASIDs 0 to 2")]
    [InlineData("v2", "VFIO: ioasid_alloc(set=-1)", "this scope has sets 0 to 1, and IOASIDs 0 to 2")]
    [InlineData("v2", "VDCM: ioasid_get(set=0, ioasid=1)", "VDCM holds a reference to ioasid 1 already")]
    [InlineData("v2", "VDCM: \"work: ioasid_put\"(ioasid=1)", "no work of VDCM is queued for ioasid 1")]
    [InlineData("v2", "VDCM: ioasid_put(ioasid=2)", "VDCM holds no reference to ioasid 2")]
    [InlineData("v2", "VFIO: ioasid_free(set=0, ioasid=1)\nVFIO: ioasid_set_adjust(set=0)", "the allocator's lock is held: ioasid_free of ioasid 1 of set 0")]
    [InlineData("v2", "VFIO: ioasid_alloc(set=0, result=3)", "result=3")]
    public void A_step_that_is_refused_says_why(string variant, string step, string reason)
    {
        ScriptProblem? problem = Follow(variant, Held + step);
        Assert.Contains(reason, Assert.IsType<ScriptProblem>(problem).Message);
        Assert.Equal(Text(variant, Held + step).Split('\n').Length, problem.Line);
    }

    private static ScriptProblem? Follow(string variant, string script) =>
        SetCatalogue.System.Variants.Single(each => each.Name == variant).Open("small").Follow(Script.Parse(Text(variant, script))).Problem;

    // Names with parentheses are put in quotes; and in v2 registration takes another lock first.
    private static string Text(string variant, string script)
    {
        string quoted = Regex.Replace(script, @"handler\(\w+\)", "\"$0\"");
        const string Register = "KVM: ioasid_register_notifier_mm(";
        string locked = variant == "v2" ? quoted.Replace(Register, $"KVM: \"ioasid_register_notifier_mm: takes the pending list's lock\"(mm=mm0)\n{Register}") : quoted;
        return $"system ioasid/{variant}\n{locked}";
    }
}
