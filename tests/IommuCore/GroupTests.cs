// The IOMMU core: what is declared of the model, runs as scripts, and the core's machine under a driver of the test's own.

using System.Runtime.InteropServices;
using Verify.Engine;
using Verify.Engine.Declarations;
using Verify.Engine.Scripts;
using Verify.Model.IommuCore;
using Verify.Properties;
using Verify.Properties.IommuCore;
using Xunit;

namespace Verify.Tests.IommuCore;

public class GroupTests
{
    [Theory]
    [Trait("Speed", "Slow")]
    [InlineData("5.19")]
    [InlineData("7.0")]
    [InlineData("7.1")]
    [InlineData("7.1-newcomers")]
    [InlineData("7.1-deferred-unlocked")]
    public void What_is_declared_is_so(string name) => Seeds.Run(seed =>
    {
        foreach (string scope in GroupCatalogue.System.Scopes)
        {
            var found = Variant(name).Open(scope).CheckDeclarations(new DeclarationOptions { Walks = 6, Depth = 60, Seed = seed });
            Assert.Empty(found.Problems);
            Assert.Equal(Reductions.Symmetry, found.Declared);
        }
    });

    [Theory]
    [Trait("Speed", "Slow")]
    [InlineData("6.4")]
    [InlineData("6.12")]
    [InlineData("7.0")]
    [InlineData("7.1")]
    [InlineData("7.1-newcomers")]
    public void Symmetry_leaves_the_verdicts(string name)
    {
        var found = Variant(name).Open("small").Explore(new ExploreOptions { Reductions = Reductions.Symmetry });
        Assert.All(found.Outcomes, outcome => Assert.Equal((outcome.Claim.Name, Variant(name).Expected(outcome.Claim.Name)), (outcome.Claim.Name, outcome.Verdict)));
    }

    // What a machine alone shows is known in a moment, goals that need the others' devices included.
    [Theory]
    [InlineData("7.1", "kdump", 1056, "")]
    [InlineData("7.1", "RESV_DIRECT", 353, "DirectAlwaysTranslated EveryKindIsAttached EveryCallEndsEachWay")]
    [InlineData("7.1", "two CPUs", 4050, "")]
    [InlineData("7.1", "one with RESV_DIRECT", 2581, "")]
    [InlineData("7.0", "RESV_DIRECT", 300, "DirectNeverBlocked DirectAlwaysTranslated ResetIsNotRefused EveryKindIsAttached EveryCallEndsEachWay")]
    [InlineData("6.12", "kdump", 554, "")]
    [InlineData("6.5", "one with RESV_DIRECT", 9826, "DefaultChangeIsHitless DirectNeverBlocked DirectAlwaysTranslated DirectSurvivesDefaultChange OwnershipIsExclusive")]
    [InlineData("5.19", "one with RESV_DIRECT", 11276,
        "FailureRestoresDomain DefaultChangeIsHitless MirrorAtRest NoFreeWhileReferenced DirectNeverBlocked DirectAlwaysTranslated DirectSurvivesDefaultChange OwnershipIsExclusive")]
    [InlineData("7.1-early-reset", "RESV_DIRECT", 430,
        "NofailNeverWarns MirrorAtRest DirectNeverBlocked DirectAlwaysTranslated NothingReachesBlocked ResetRestores EveryKindIsAttached EveryCallEndsEachWay")]
    [InlineData("7.1-deferred-taken", "kdump", 1386, "NofailNeverWarns MirrorAtRest ResetRestores")]
    [InlineData("7.1-deferred-ignored", "kdump", 1020, "DeferredIsUntouched")]
    [InlineData("7.1-maps-late", "RESV_DIRECT", 324, "DirectAlwaysTranslated DirectSurvivesDefaultChange EveryKindIsAttached EveryCallEndsEachWay")]
    [InlineData("7.1-through-bypass", "RESV_DIRECT", 402, "OldNewOrFault NeverIdentityUnasked DirectAlwaysTranslated EveryKindIsAttached EveryCallEndsEachWay")]
    [InlineData("7.1-unclaimed", "two CPUs", 5228, "OwnershipIsExclusive")]
    [InlineData("7.1-early-claim", "two CPUs", 14101,
        "NofailNeverWarns NoFreeWhileReferenced FirstFailureIsSafe OwnershipIsExclusive NothingIsLeftBehind UsersKeepTheirDomains")]
    [InlineData("7.1-first-default-freed", "one with RESV_DIRECT", 2567, "NoFreeWhileReferenced FirstFailureIsSafe")]
    public void A_machine_alone_violates_what_it_can(string variant, string machine, long states, string violated)
    {
        var report = Variant(variant).Open(machine).Explore(new ExploreOptions());
        Assert.Equal(states, report.States);
        Assert.Equal(violated, Violations.Of(report, goals: true));
    }

    [Theory]
    [InlineData("replace-under-fault")]
    [InlineData("detach-in-reset")]
    public void Runs_of_7_1_can_be_followed(string name) => Assert.Null(Follow(name, "7.1").Problem);

    [Theory]
    [InlineData("replace-under-fault", "6.12", "CPU0: xa_store", "next is mutex_unlock, and to return")]
    [InlineData("replace-under-fault", "7.1-fault-path-locks", "fault path: attach_handle_get", "the fault path waits for group->mutex")]
    [InlineData("replace-under-fault", "7.1-replace-v1", "driver: set_dev_pasid", "next is xa_store")]
    [InlineData("detach-in-reset", "6.15", "CPU0: pci_dev_reset_iommu_prepare", "resets are not fenced off")]
    [InlineData("detach-in-reset", "7.0", "expect domain = BLOCKED", "")]
    public void Other_versions_part_from_them(string name, string variant, string line, string reason)
    {
        var problem = Assert.IsType<ScriptProblem>(Follow(name, variant).Problem);
        Assert.StartsWith(line, Text(name).Split('\n')[problem.Line - 1]);
        Assert.Contains(reason, problem.Message);
    }

    [Theory]
    [InlineData("CPU0: iommu_release_device(dev=0)", "dev0 is not in the group")]
    [InlineData("CPU0: iommu_group_store_type(type=DMA)", "the group has no default domain yet")]
    [InlineData("CPU0: __iommu_probe_device(dev=0)\nCPU0: __iommu_probe_device(dev=1)", "group->mutex is held for __iommu_probe_device")]
    [InlineData("CPU0: iommu_attach_group(domain=A)", "the owner is NULL")]
    [InlineData("driver: attach_dev(dev=0)", "nobody has group->mutex")]
    [InlineData("dev0: page request(pasid=1)", "dev0 is not in the group")]
    [InlineData("fault path: iopf response(dev=0)", "no page request is under way")]
    [InlineData("CPU0: iommu_deferred_attach(dev=0)", "attach_deferred is not set, or no driver has bound")]
    public void A_refused_step_is_given_its_reason(string steps, string reason)
    {
        string script = $"system iommu-core/7.1\nscope small\nstart machine = \"two devices\"\nstart \"default type\" = DMA\n{steps}\n";
        Assert.Contains(reason, Assert.IsType<ScriptProblem>(Variant("7.1").Open("small").Follow(Script.Parse(script)).Problem).Message);
    }

    // Three devices of which the last fails: what a driver is asked to do, in order.
    // Before 6.19 what is left is group->domain also for those on their way back.
    [Theory]
    [InlineData(true, "A A BLOCKED")]
    [InlineData(false, "BLOCKED BLOCKED BLOCKED")]
    public void A_failed_attach_goes_back_through_the_device_that_failed(bool passesOld, string left)
    {
        var machine = new CoreMachine(new CoreRules { PassesOld = passesOld });
        GroupCore group = Claimed();
        Assert.Null(machine.Begin(ref group, new Request(Op.AttachGroup, Dom.A), cpu: 0));
        List<string> calls = [];
        while (machine.Pending(in group) is { Kind: not CallbackKind.None } due)
        {
            bool fails = due.Device == 2 && due.Domain == Dom.A;
            calls.Add($"{due.Kind} dev{due.Device} {Dom.Name(due.Domain)}, old {Dom.Name(due.Old)}");
            Assert.Equal(due.Domain == Dom.Blocked, CoreMachine.MustSucceed(in group));
            machine.Resume(ref group, fails ? Errno.EINVAL : Errno.Ok);
        }
        var back = left.Split(' ').Select((old, device) => $"AttachDev dev{device} BLOCKED, old {old}");
        Assert.Equal([.. Attaches(Dom.A), .. back], calls);
        Assert.Equal((byte)Errno.EINVAL, group.Call.Result);
        machine.Step(ref group);
        Assert.Equal((Op.None, Dom.Blocked), ((Op)group.Call.Op, group.Domain));
    }

    [Fact]
    public void What_must_not_fail_goes_on_and_blocks_what_has_failed()
    {
        var machine = new CoreMachine(new CoreRules());
        GroupCore group = Claimed();
        group.Domain = Dom.A;
        group.Owner = 0;
        Assert.Null(machine.Begin(ref group, new Request(Op.DetachGroup), cpu: 0));
        List<string> calls = [];
        while (machine.Pending(in group) is { Kind: not CallbackKind.None } due)
        {
            calls.Add($"dev{due.Device} {Dom.Name(due.Domain)}");
            machine.Resume(ref group, due is { Device: 1, Domain: Dom.Dma } ? Errno.EINVAL : Errno.Ok);
        }
        Assert.Equal(["dev0 DMA", "dev1 DMA", "dev1 BLOCKED", "dev2 DMA"], calls);
        Assert.Equal((Dom.Dma, (byte)Errno.Ok), (group.Domain, group.Call.Result));
        Assert.NotEqual(0, group.Call.Flags & Call.Warned);
    }

    [Theory]
    [InlineData(Op.ClaimGroup, Dom.None, Errno.EPERM)]
    [InlineData(Op.StoreType, Dom.Identity, Errno.EPERM)]
    [InlineData(Op.UseDefault, Dom.None, Errno.EBUSY)]
    [InlineData(Op.AttachGroup, Dom.Foreign, Errno.EINVAL)]
    [InlineData(Op.AttachDevice, Dom.A, Errno.EINVAL)]
    [InlineData(Op.AttachPasid, Dom.A, Errno.EINVAL)]
    [InlineData(Op.ReplacePasid, Dom.A, Errno.EINVAL)]
    public void What_is_refused_changes_nothing(Op op, byte domain, Errno error)
    {
        var machine = new CoreMachine(new CoreRules());
        GroupCore group = Claimed();
        GroupCore before = group;
        Assert.Equal(error, machine.Begin(ref group, new Request(op, domain), cpu: 0));
        Assert.True(MemoryMarshal.AsBytes([before]).SequenceEqual(MemoryMarshal.AsBytes([group])));
    }

    // A group of three plain devices in the blocking domain of an owner.
    private static GroupCore Claimed()
    {
        var group = new GroupCore { Default = Dom.Dma, Blocking = Dom.Blocked, Domain = Dom.Blocked, Owner = GroupCore.Vfio, OwnerCount = 1, Alive = Dom.Bit(Dom.Dma) };
        for (int device = 0; device < GroupCore.MostDevices; device++)
        {
            group.List[device] = (byte)(device + 1);
        }
        return group;
    }

    private static IEnumerable<string> Attaches(int domain) =>
        Enumerable.Range(0, GroupCore.MostDevices).Select(device => $"AttachDev dev{device} {Dom.Name(domain)}, old BLOCKED");

    private static string Text(string name) => File.ReadAllText(Path.Combine(Repository.Root, "tests", "IommuCore", "Scripts", name + ".script"));

    private static ScriptRun Follow(string name, string variant) => Variant(variant).Open("small").Follow(Script.Parse(Text(name)));

    private static VariantEntry Variant(string name) => GroupCatalogue.System.Variants.Single(variant => variant.Name == name);
}
