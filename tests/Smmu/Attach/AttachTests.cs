// The attach flows: what is declared of them, what a scope of two devices shows, and that the entries are those of writers and builders.

using Verify.Engine;
using Verify.Engine.Declarations;
using Verify.Engine.Scripts;
using Verify.Properties;
using Verify.Properties.Smmu.Attach;
using Verify.Smmu.Attach;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Writers;
using Xunit;

namespace Verify.Tests.Smmu.Attach;

public class AttachTests
{
    private static readonly EntryImages Images = new(new Writer70(), new SteRules(SteUsedBits.V615, SteSafeBits.V70), new SteBuilderRules());

    [Theory]
    [Trait("Speed", "Slow")]
    [InlineData("6.9")]
    [InlineData("7.0")]
    [InlineData("repaired")]
    [InlineData("repaired-atc-inv-not-waited")]
    public void What_is_declared_is_so(string name) => Seeds.Run(seed =>
    {
        foreach (var scope in (string[])[.. AttachCatalogue.System.Scopes, "explicit"])
        {
            var found = Variant(name).Open(scope).CheckDeclarations(new DeclarationOptions { Walks = 6, Depth = 60, Seed = seed });
            Assert.Empty(found.Problems);
            Assert.Equal(Reductions.Symmetry, found.Declared);
        }
    });

    [Theory]
    [Trait("Speed", "Slow")]
    [InlineData("6.9")]
    [InlineData("6.13")]
    [InlineData("7.0")]
    [InlineData("repaired")]
    public void Symmetry_leaves_the_verdicts(string name)
    {
        var found = Variant(name).Open("small").Explore(new ExploreOptions { Reductions = Reductions.Symmetry });
        Assert.All(found.Outcomes, outcome => Assert.Equal((outcome.Claim.Name, Variant(name).Expected(outcome.Claim.Name)), (outcome.Claim.Name, outcome.Verdict)));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void A_third_cpu_shows_nothing_new()
    {
        var report = Variant("repaired").Open("three-cpus").Explore(new ExploreOptions { Reductions = Reductions.Symmetry });
        Assert.Equal((251989, 776394, 114), (report.States, report.Transitions, report.Depth));
        Assert.All(report.Outcomes, outcome => Assert.Equal((outcome.Claim.Name, Verdict.Holds), (outcome.Claim.Name, outcome.Verdict)));
    }

    [Fact]
    public void A_StreamID_that_is_listed_twice_is_written_once()
    {
        var model = new AttachModel(AttachVersions.Repaired, Images, new AttachScope([AttachMachines.DuplicateStream], Cpus: 1));
        var starts = new List<Move<AttachState>>();
        Successors<AttachState>.Initial(ref model, starts);
        Assert.Equal((2, 3), (starts.Single().State.Streams(0), starts.Single().State.Listed(0)));
        var (once, twice) = (Variant("repaired").Open("two StreamIDs").Explore(new ExploreOptions()), Variant("repaired").Open("a duplicate StreamID").Explore(new ExploreOptions()));
        Assert.Equal((once.States, once.Transitions, once.Depth), (twice.States, twice.Transitions, twice.Depth));
        Assert.Equal(once.Outcomes.Select(outcome => outcome.Verdict), twice.Outcomes.Select(outcome => outcome.Verdict));
    }

    // A scope is a machine, or a size, and ways to look at it.
    [Theory]
    [InlineData("three-cpus", true)]
    [InlineData("three-cpus:medium", true)]
    [InlineData("explicit:three-cpus:nested domain", true)]
    [InlineData("two PASIDs", true)]
    [InlineData("explicit:explicit:nested domain", false)]
    [InlineData("implicit:nested domain", false)]
    [InlineData("three-cpus:", false)]
    [InlineData("", false)]
    public void A_scope_is_known_or_not(string scope, bool known) => Assert.Equal(known, AttachCatalogue.System.Opens(scope));

    // What takes a moment: with one CPU, or one machine alone. Goals that need others are left out.
    [Theory]
    [InlineData("6.9", "tiny", 27498, 53961, "AtsOrder AccountsAgree StaticNeverFails RidMayChange FailureLeavesHardware")]
    [InlineData("6.13", "tiny", 36332, 69787, "")]
    [InlineData("repaired", "tiny", 26267, 55174, "")]
    [InlineData("6.13", "nested domain", 19325, 42909, "UnmapReachesAll NoAtcInvToTheGone")]
    public void A_little_of_it_has_its_counts_and_verdicts(string variant, string scope, long states, long transitions, string violated)
    {
        var report = Variant(variant).Open(scope).Explore(new ExploreOptions());
        Assert.Equal((states, transitions), (report.States, report.Transitions));
        Assert.Equal(violated, Violations.Of(report));
    }

    // Whoever writes: S2VMID is the tag of stage 1, too, and a CD's ASID and table lie in two words.
    [Theory]
    [InlineData("IDENTITY", "S1 \"A\"", true)]
    [InlineData("IDENTITY", "S2 \"B\"", true)]
    [InlineData("IDENTITY", "Nested \"C\"", true)]
    [InlineData("S2 \"B\"", "Nested \"C\"", true)]
    [InlineData("S1 \"A\"", "S2 \"B\"", false)]
    [InlineData("S1 \"A\"", "Nested \"C\"", false)]
    public void Changes_between_domains_that_can_be_hitless(string one, string other, bool possible)
    {
        var machine = new AttachMachine("kinds", [new DeviceKind(Ats: true)], DomainKind.S1, DomainKind.S2, DomainKind.Nested);
        Assert.Equal((possible, possible), (IsHitless(machine, one, other), IsHitless(machine, other, one)));
    }

    [Fact]
    public void A_change_between_stage_1_domains_cannot_be_hitless() =>
        Assert.False(IsHitless(new AttachMachine("kinds", [new DeviceKind(Ats: true)], DomainKind.S1, DomainKind.S1), "S1 \"A\"", "S1 \"B\""));

    private static bool IsHitless(AttachMachine machine, string old, string wanted)
    {
        var model = new AttachModel(AttachVersions.V70, Images, new AttachScope([machine], Cpus: 1));
        AttachState state = default;
        (state.Devices[0].Streams, state.Devices[0].CanAts) = (1, 1);
        for (var domain = 0; domain < machine.Domains.Count; domain++)
        {
            state.Domains[domain].Kind = machine.Domains[domain];
            AttachModel.Allocate(ref state, domain);
        }

        var domains = Enumerable.Range(AttachState.Blocked, AttachState.Paging + machine.Domains.Count - 1).ToDictionary(domain => AttachText.Domain(in state, (byte)domain), domain => (byte)domain);
        return new AttachHitless(model).IsPossible(in state, new Cpu { Operation = Operation.AttachDev, Old = domains[old], New = domains[wanted] });
    }

    // Between IDENTITY and stage 1 an STE never aborts; between stage 1 and stage 2 it does, as two words must change.
    [Fact]
    public void Images_on_the_way_are_those_of_the_writer()
    {
        var bypass = Images.Number(new SteKey(SteForm.Bypass, -1, 0, false));
        var s1 = Images.Number(new SteKey(SteForm.CdSsid0, -1, 0, true));
        var s2 = Images.Number(new SteKey(SteForm.S2, 0, 1, true));
        Assert.DoesNotContain(Images.StePlan(bypass, s1).ToArray(), image => Images.Route(image, 0).Fate == Fate.Abort);
        Assert.Equal(s1, Images.StePlan(bypass, s1)[^1]);
        Assert.Contains(Images.StePlan(s1, s2).ToArray(), image => Images.Route(image, 0) is { Fate: Fate.Abort, Event: Event.C_BAD_STE });
        Assert.Equal(0, Images.StePlan(s1, s1).Length);
    }

    [Fact]
    public void Routes_are_those_of_the_hardware()
    {
        var nested = Images.Route(Images.Number(new SteKey(SteForm.Nested, 1, 2, true)), 0);
        Assert.Equal((1, 2, true, -1), (nested.Stage2, nested.Vmid, nested.Guest, nested.Cd));
        var substreams = Images.Number(new SteKey(SteForm.CdBypass, -1, 0, true));
        Assert.Equal((Fate.Bypass, Fate.Bypass), (Images.Route(substreams, 0).Fate, Images.Route(substreams, 0).Ats));
        Assert.Equal((2, Fate.Translate), (Images.Route(substreams, 2).Cd, Images.Route(substreams, 2).Ats));
        Assert.Equal(Event.C_BAD_SUBSTREAMID, Images.Route(Images.Number(new SteKey(SteForm.S2, 0, 1, false)), 1).Event);
        var released = Images.Context(Images.Number(new CdKey(CdForm.Released, 2, 3)));
        Assert.Equal((true, 3, -1), (released.Valid, released.Asid, released.Table));
    }

    [Fact]
    public void An_unmap_of_7_0_is_overtaken_by_a_second_attach() => Assert.Null(Follow("unmap-overtaken", "7.0").Problem);

    [Theory]
    [InlineData("repaired", "CPU1: ATC_INV and CMD_SYNC of masters found", "CPU1 is at read invs of unmap")]
    [InlineData("6.13", "CPU0: build invs", "CPU0 is at alloc master_domain of attach_dev")]
    public void Other_versions_part_from_that_run(string variant, string line, string reason)
    {
        var problem = Assert.IsType<ScriptProblem>(Follow("unmap-overtaken", variant).Problem);
        Assert.StartsWith(line, Text("unmap-overtaken").Split('\n')[problem.Line - 1]);
        Assert.Contains(reason, problem.Message);
    }

    [Theory]
    [InlineData("CPU0: attach_dev(device=1, domain=IDENTITY)", "this machine has no dev1")]
    [InlineData("CPU0: attach_dev(device=0, domain=BLOCKED)", "it is attached already")]
    [InlineData("CPU0: release_device(device=0)\nCPU1: release_device(device=0)", "group->mutex of dev0 is held by CPU0")]
    [InlineData("CPU0: release_device(device=0)\nCPU0: mutex_lock asid_lock\nCPU1: unmap(domain=\"S1 \\\"A\\\"\")\nCPU1: mutex_lock asid_lock", "CPU1 is at clear PTE of unmap")]
    [InlineData("CPU0: unmap(domain=\"S1 \\\"A\\\"\")\nCPU0: clear PTE\nCPU0: TLBI and CMD_SYNC if in invs", "CPU0 is at read invs of unmap")]
    [InlineData("SMMU: consume CMD_SYNC(of=CPU0)", "CPU0 has nothing in the command queue")]
    [InlineData("core: map(domain=\"S1 \\\"A\\\"\")", "has its page mapped")]
    [InlineData("core: probe_device(device=0)", "it is probed")]
    public void A_refused_step_is_given_its_reason(string steps, string reason)
    {
        var script = $"system smmu-attach/7.0\nscope small\nstart machine = \"two S1 domains\"\n{steps}\n";
        Assert.Contains(reason, Assert.IsType<ScriptProblem>(Variant("7.0").Open("small").Follow(Script.Parse(script)).Problem).Message);
    }

    private static string Text(string name) => File.ReadAllText(Path.Combine(Repository.Root, "tests", "Smmu", "Attach", "Scripts", name + ".script"));

    private static ScriptRun Follow(string name, string variant) => Variant(variant).Open("small").Follow(Script.Parse(Text(name)));

    private static VariantEntry Variant(string name) => AttachCatalogue.System.Variants.Single(variant => variant.Name == name);
}
