// The repaired life cycles of guest IOASIDs at scopes that the catalogue does not have.

using Verify.Engine;
using Verify.Model.Ioasid.Life;
using Verify.Properties.Ioasid;
using Xunit;

namespace Verify.Tests.Ioasid.Life;

public class OtherScopeTests
{
    // More than one device and SPID, with fewer IOASIDs.
    [Theory]
    [InlineData(1, 2, 2, 2, 1)]
    [InlineData(1, 2, 1, 2, 2)]
    [InlineData(2, 1, 2, 1, 1)]
    public void The_repaired_design_keeps_every_claim_of_safety_and_progress_at_other_scopes(int ids, int vms, int spids, int devices, int mdevs)
    {
        var model = new LifeModel(LifeRules.Repaired, new LifeScope(ids, vms, spids, devices, mdevs));
        var subject = new Subject<LifeModel, LifeState>("ioasid-life", "repaired", "other", model, LifeProperties.Of(model), (_, _, _) => []);
        ExplorationReport found = subject.Explore(new ExploreOptions { Reductions = Reductions.Symmetry });
        Assert.All(found.Outcomes.Where(outcome => outcome.Claim.Kind != PropertyKind.Reachable), outcome => Assert.Equal(Verdict.Holds, outcome.Verdict));
        Assert.True(found.States > 1000);
    }
}
