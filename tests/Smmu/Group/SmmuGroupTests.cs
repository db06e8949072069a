// The core on the SMMUv3 driver: single machines, scripts, and that each part does what its own model does.

using Verify.Engine;
using Verify.Engine.Scripts;
using Verify.Model.IommuCore;
using Verify.Properties;
using Verify.Properties.IommuCore;
using Verify.Properties.Smmu.Attach;
using Verify.Properties.Smmu.Group;
using Verify.Smmu.Attach;
using Verify.Smmu.Group;
using Xunit;
using Kind = Verify.Model.IommuCore.Kind;

namespace Verify.Tests.Smmu.Group;

public class SmmuGroupTests
{
    // Goals that need other machines are left out.
    [Theory]
    [InlineData("6.12", "unmap", 15713, "NofailNeverWarns MirrorAtRest UnmapReachesAll OldIsWhatItHas CoreAndDriverAgree")]
    [InlineData("7.1", "RESV_DIRECT", 1052, "FailureRestoresDomain NofailNeverWarns MirrorAtRest DirectAlwaysTranslated IdentityContinuity FreeTagsAreClean AccountsAgree OldIsWhatItHas CoreAndDriverAgree")]
    [InlineData("7.1-spares-failed", "RESV_DIRECT", 566, "OldIsWhatItHas")]
    [InlineData("7.1-reserve", "RESV_DIRECT", 644, "OldIsWhatItHas")]
    [InlineData("repaired", "unmap", 6071, "")]
    [InlineData("repaired", "a PASID", 12468, "")]
    [InlineData("repaired", "resets", 6334, "")]
    public void A_machine_alone_violates_what_it_can(string variant, string machine, long states, string violated)
    {
        var report = Variant(variant).Open(machine).Explore(new ExploreOptions());
        Assert.Equal(states, report.States);
        Assert.Equal(violated, Violations.Of(report));
    }

    [Theory]
    [Trait("Speed", "Slow")]
    [InlineData("7.1-reserve", 107596, "FreeTagsAreClean AccountsAgree OldIsWhatItHas")]
    [InlineData("repaired", 80868, "")]
    public void So_do_two_devices(string variant, long states, string violated) => A_machine_alone_violates_what_it_can(variant, "two devices", states, violated);

    // A step of the driver's within a callback is nothing to the core: its part stays as it is, but for what it shows of the hardware.
    [Fact]
    public void What_is_no_step_of_the_core_leaves_it_alone() => Seeds.Run(seed =>
    {
        var model = Model();
        var inside = 0;
        for (var walk = 0UL; walk < 40; walk++)
        {
            foreach (var (before, step, after) in Walk(model, seed + walk, 300))
            {
                if (model.AsOfCore(in before, step, in after) is null)
                {
                    var same = after.Group;
                    same.Hardware = before.Group.Hardware;
                    Assert.True(StateBytes.Same(before.Group, same));
                    inside++;
                }
            }
        }

        Assert.NotEqual(0, inside);
    });

    // In a version that keeps every claim, what the core's side shows of the hardware is at rest what the driver attached last, and that what the core has.
    [Fact]
    public void Hardware_is_shown_as_it_was_attached() => Seeds.Run(seed =>
    {
        var model = Model();
        var rests = 0;
        for (var walk = 0UL; walk < 60; walk++)
        {
            foreach (var (_, _, after) in Walk(model, seed + walk, 300))
            {
                var group = after.Group;
                if (!group.IsBusy && group.Core.Has(0) && group.Core.Domain != Dom.None && group.IsSettled(0))
                {
                    rests++;
                    Assert.True(Dom.IsSame(group.Of(0, 0), Names.Domain(after.Smmu.Attached(0, 0))));
                    Assert.True(Dom.IsSame(group.Of(0, 0), group.Core.Domain));
                }
            }
        }

        Assert.NotEqual(0, rests);
    });

    [Fact]
    public void Domains_have_two_names()
    {
        foreach (var domain in (byte[])[Dom.None, Dom.Blocked, Dom.Identity, Dom.Dma, Dom.A, Dom.B])
        {
            Assert.Equal(domain, Names.Domain(Names.Attachment(domain)));
        }

        Assert.Equal(0, Names.Attachment(Dom.Foreign));
    }

    [Theory]
    [InlineData("CPU0: attach_dev(device=0)", "nobody has group->mutex")]
    [InlineData("CPU0: __iommu_probe_device(dev=0)\nCPU0: attach_dev(device=0)", "next is mutex_unlock")]
    [InlineData("CPU0: iommu_probe_device(dev=0)\nCPU0: attach_dev(device=0)\nCPU0: iommu_probe_device returns", "CPU0 is in attach_dev")]
    [InlineData("CPU0: iommu_probe_device(dev=0)\nCPU0: attach_dev(device=0)\nSMMU: consume CMD_SYNC(of=CPU0)", "CPU0 has nothing in the command queue")]
    [InlineData("CPU0: iommu_group_claim_dma_owner(owner=VFIO)", "is not asked of machine \"unmap\"")]
    [InlineData("CPU1: unmap(domain=S1 \"A\")", "")]
    public void A_refused_step_is_given_its_reason(string steps, string reason)
    {
        var script = $"system smmu-group/7.1\nscope unmap\nstart \"default type\" = IDENTITY\n{steps}\n";
        Assert.Contains(reason, Assert.IsType<ScriptProblem>(Variant("7.1").Open("unmap").Follow(Script.Parse(script)).Problem).Message);
    }

    private static SmmuGroupModel Model() => new(
        new(GroupVersions.V71 with { ReleaseKnowsAttached = true }, AttachVersions.Repaired) { KeepsReserve = true },
        AttachCatalogue.Images70.Value,
        [
            new(new("a PASID", [0], 1), [new DeviceKind(Ats: true)], DomainKind.S1, DomainKind.S2),
            new(new("RESV_DIRECT", [Kind.Direct], 0), [new DeviceKind(Ats: false)], DomainKind.S1, DomainKind.None),
        ]);

    private static IEnumerable<(SmmuGroupState Before, Transitions.Step Step, SmmuGroupState After)> Walk(SmmuGroupModel model, ulong seed, int steps)
    {
        var random = new SplitRandom(seed, 0);
        var moves = new List<Move<SmmuGroupState>>();
        Successors<SmmuGroupState>.Initial(ref model, moves);
        var now = moves[random.Below(moves.Count)];
        for (var taken = 0; taken < steps; taken++)
        {
            moves.Clear();
            var state = now.State;
            Successors<SmmuGroupState>.Of(ref model, in state, moves);
            if (moves.Count == 0)
            {
                yield break;
            }

            var next = moves[random.Below(moves.Count)];
            yield return (state, next.Step, next.State);
            now = next;
        }
    }

    private static VariantEntry Variant(string name) => SmmuGroupCatalogue.System.Variants.Single(variant => variant.Name == name);
}
