// Fetches, walks, translation requests and accesses as steps: that they change no verdict, that sets of what may be held bound what is held, and how they read.

using System.Collections.Concurrent;
using Verify.Engine;
using Verify.Engine.Scripts;
using Verify.Engine.Traces;
using Verify.Properties;
using Verify.Properties.Smmu.Attach;
using Verify.Smmu.Attach;
using Verify.Smmu.Driver;
using Verify.Smmu.Writers;
using Verify.Tests.Engine.Scripts;
using Xunit;
using static Verify.Smmu.Attach.AttachState;

namespace Verify.Tests.Smmu.Attach;

public class ExplicitTests
{
    // What a device reaches: their traces end with an access.
    private static readonly Claim[] OfAccesses =
    [
        AttachClaims.OldNewOrFault, AttachClaims.NoTransitionalIdentity, AttachClaims.IdentityContinuity, AttachClaims.HitlessWhenPossible,
        AttachClaims.RidChangeKeepsPasid, AttachClaims.PasidChangeKeepsRid, AttachClaims.AtRestAsAttached, AttachClaims.CdIsValidWhileUsed, AttachClaims.ReleasedStaysValid, AttachClaims.UnmapReachesAll,
    ];

    [Fact]
    [Trait("Speed", "Slow")]
    public void Verdicts_are_those_of_the_model_that_takes_hardware_at_once()
    {
        var differing = new ConcurrentBag<string>();
        Parallel.ForEach(AttachCatalogue.System.Variants, variant =>
        {
            var eager = variant.Open("tiny").Explore(new ExploreOptions { Reductions = Reductions.Symmetry });
            var steps = variant.Open("explicit:tiny").Explore(new ExploreOptions { Reductions = Reductions.Symmetry });
            foreach (var (one, other) in eager.Outcomes.Zip(steps.Outcomes).Where(pair => pair.First.Verdict != pair.Second.Verdict))
            {
                differing.Add($"{variant.Name} {one.Claim.Name}: {one.Verdict} at once, {other.Verdict} in steps: {one.Detail}{other.Detail}");
            }
        });
        Assert.Empty(differing);
    }

    [Theory]
    [Trait("Speed", "Slow")]
    [InlineData("tiny", 25743, 54311, 79)]
    [InlineData("explicit:tiny", 141672, 638938, 85)]
    public void Counts_of_7_0_on_one_CPU_are_the_pinned_ones(string scope, long states, long transitions, int depth)
    {
        var found = Variant("7.0").Open(scope).Explore(new ExploreOptions());
        Assert.Equal((states, transitions, depth), (found.States, found.Transitions, found.Depth));
    }

    // In every state that both come to by the same steps of the driver, whatever hardware did meanwhile.
    [Theory]
    [Trait("Speed", "Slow")]
    [InlineData(true)]
    [InlineData(false)]
    public void What_may_be_held_bounds_what_is_held(bool waitsForAtcInv)
    {
        var rules = AttachVersions.V70 with { SyncsAtcInv = waitsForAtcInv };
        var images = new EntryImages(new Writer70(), new SteRules(SteUsedBits.V615, SteSafeBits.V70), new SteBuilderRules());
        var machine = AttachScopes.Of("tiny", rules, [], []).Machines.Single(machine => machine.Name == "S1 and S2 and a PASID");
        var scope = new AttachScope([machine], Cpus: 1);
        var both = new EagerAndExplicit(new(rules, images, scope), new(rules, images, scope with { Explicit = true }));
        var found = new Subject<EagerAndExplicit, BothStates>("both", "7.0", "tiny", both,
            [Always("Bounds", (in BothStates s) => IsWithin(in s.Explicit, in s.Eager)), Always("SameDriver", (in BothStates s) => IsSameDriver(s.Explicit, s.Eager))],
            (_, _, _) => []).Explore(new ExploreOptions());
        Assert.All(found.Outcomes, outcome => Assert.True(outcome.Verdict == Verdict.Holds, outcome.Claim.Name));
        Assert.True(found.States > 10_000);
    }

    [Fact]
    public void Recorded_traces_have_the_moves_of_hardware_and_end_with_the_access_that_they_are_about()
    {
        var traces = Directory.GetFiles(Repository.Counterexamples, "smmu-attach-*.json").Select(TraceFile.Read).ToList();
        Assert.All(traces, trace => Assert.Equal("explicit", trace.Scope));
        var ofAccesses = traces.Where(trace => OfAccesses.Any(claim => claim.Name == trace.Property)).ToList();
        Assert.True(ofAccesses.Count > 50);
        Assert.All(ofAccesses, trace => Assert.Equal(("dev", "read iova X"), (trace.Steps[^1].Lane[..3], trace.Steps[^1].Action)));
        Assert.Contains(traces, trace => trace.Steps.Any(step => step is { Lane: "SMMU", Action: "walk page tables", From: "memory" }));
        Assert.Contains(traces, trace => trace.Steps.Any(step => step is { Lane: "dev0", Action: "ATS translation request", To: "SMMU" }));
    }

    [Fact]
    public void Random_runs_are_followed_as_scripts() => Seeds.Run(seed =>
    {
        var subject = Variant("7.0").Open("explicit");
        for (ulong walk = 0; walk < 12; walk++)
        {
            var script = Walks.Script("smmu-attach", "7.0", "explicit", Walks.Draw(subject, seed + walk, 60));
            Assert.True(subject.Follow(Script.Parse(script)).Problem is null, script);
        }
    });

    [Theory]
    [InlineData("SMMU: \"fetch STE\"(stream=\"sid 0\")\nSMMU: \"fetch STE\"(stream=\"sid 0\")", "the SMMU holds it already")]
    [InlineData("SMMU: \"fetch STE\"(stream=\"sid 0\")\nSMMU: \"fetch CD\"(stream=\"sid 0\")", "no STE that it holds leads to it")]
    [InlineData("SMMU: \"walk page tables\"(tag=\"ASID 1\")", "the SMMU holds no STE or CD that leads to a page of that domain")]
    [InlineData("dev0: \"ATS translation request\"()", "dev0 has ATS off")]
    [InlineData("SMMU: \"fetch STE\"(stream=\"sid 0\")\ndev0: \"read iova X\"(result=IDENTITY)", "an access of dev0 gets no such thing")]
    public void A_move_that_cannot_be_made_is_given_its_reason(string steps, string reason)
    {
        var script = $"system smmu-attach/7.0\nscope explicit\nstart machine = \"two S1 domains\"\n{steps}\n";
        Assert.Contains(reason, Assert.IsType<ScriptProblem>(Variant("7.0").Open("explicit").Follow(Script.Parse(script)).Problem).Message);
    }

    private static Invariant<BothStates> Always(string name, StatePredicate<BothStates> holds) =>
        new(new Claim(name, PropertyKind.Invariant, name, "test"), null, holds, (in BothStates _) => name);

    private static bool IsWithin(in AttachState held, in AttachState may)
    {
        var isWithin = true;
        for (var stream = 0; stream < MostStreams; stream++)
        {
            isWithin &= (held.SteMay[stream] & ~may.SteMay[stream]) == 0;
        }

        for (var at = 0; at < MostStreams * MostSsids; at++)
        {
            isWithin &= (held.CdMay[at] & ~may.CdMay[at]) == 0;
        }

        for (var tag = 0; tag < Tags; tag++)
        {
            isWithin &= (held.Tlb[tag] & ~may.Tlb[tag]) == 0;
        }

        for (var at = 0; at < MostDevices * MostSsids; at++)
        {
            isWithin &= (held.Atc[at] & ~may.Atc[at]) == 0;
        }

        return isWithin;
    }

    private static bool IsSameDriver(AttachState one, AttachState other)
    {
        (other.SteMay, other.CdMay, other.Tlb, other.Atc) = (one.SteMay, one.CdMay, one.Tlb, one.Atc);
        return StateBytes.Same(one, other);
    }

    private static VariantEntry Variant(string name) => AttachCatalogue.System.Variants.Single(variant => variant.Name == name);
}
