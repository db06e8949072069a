// Mistakes in the writer, in the mask and in the SMMU, each seen by a theorem of its own: what no theorem would miss need not be in the model.

using Verify.Bits;
using Verify.Engine;
using Verify.Properties;
using Verify.Properties.Smmu;
using Verify.Properties.Smmu.Proofs;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Update;
using Verify.Smmu.Writers;
using Verify.Symbolic.Proofs;
using Verify.Tests.Symbolic;
using Xunit;

namespace Verify.Tests.Smmu;

[Trait("Speed", "Slow")]
public class TheoremMutantTests
{
    // What a person can take in at a glance: two entries of a few fields.
    private const int Glance = 160;

    /// <summary>System, variant, claim, and what the explanation of its counterexample must name.</summary>
    [Theory]
    [InlineData("smmu-ste", "6.13-no-first-sync", "NoTornView", "CFG=")]
    [InlineData("smmu-ste", "6.13-no-first-sync", "NoTransitionalIdentity", "CFG=")]
    [InlineData("smmu-cd", "6.10-no-first-sync", "NoTornView", "V=1")]
    [InlineData("smmu-ste", "6.13-clear-before-flip", "NoTornView", "CFG=")]
    [InlineData("smmu-cd", "6.10-clear-before-flip", "NoTornView", "V=1")]
    [InlineData("smmu-ste", "6.13-valid-with-the-rest", "NoTornView", "CFG=")]
    [InlineData("smmu-cd", "6.10-valid-with-the-rest", "NoTornView", "V=1")]
    [InlineData("smmu-ste", "6.11-no-shcfg", "UsedBitsComplete", "S1DSS=BYPASS SHCFG=")]
    [InlineData("smmu-ste", "6.11-no-shcfg", "BuilderWithinMask", "SHCFG=")]
    [InlineData("smmu-ste", "6.13-no-s2fwb", "UsedBitsComplete", "S2FWB=1")]
    [InlineData("smmu-ste", "6.13-no-s2fwb", "BuilderWithinMask", "S2FWB=1")]
    [InlineData("smmu-ste", "6.13-no-s2s", "UsedBitsComplete", "S2S=1")]
    [InlineData("smmu-ste", "6.13-no-s2s", "BuilderWithinMask", "S2S=1")]
    [InlineData("smmu-ste", "6.15-no-mev", "BuilderWithinMask", "MEV=1")]
    [InlineData("smmu-cd", "6.10-no-epd0", "UsedBitsComplete", "EPD0=1")]
    public void A_mistake_of_a_writer_or_a_mask_is_seen(string system, string variant, string claim, string shown)
    {
        var known = Catalogue.Systems.Single(known => known.Name == system).Variants.Single(known => known.Name == variant);
        var report = Prove(known.Theorems.First(theorem => theorem.Claim.Name == claim));
        Assert.Equal(Verdict.Violated, report.Verdict);
        Assert.Contains(shown, report.Detail, StringComparison.Ordinal);
        Assert.InRange(report.Detail.Length, 1, Glance);
        Assert.NotNull(report.Counterexample);
        Assert.Equal(report.Counterexample.Failed, known.Open(report.Counterexample.Scope).Replay(report.Counterexample));
    }

    // The critical word is filled with the others: a batch too many, and nothing else.
    [Theory]
    [InlineData("NoTornView")]
    [InlineData("NoTransitionalIdentity")]
    [InlineData("FinalEqualsTarget")]
    [InlineData("AtMostThreeSyncs")]
    [InlineData("SecondRunIdle")]
    public void Filling_the_critical_word_tears_nothing(string claim) =>
        Assert.Equal(Verdict.Holds, Prove(OfUpdates(Ste("7.0", Misreading.None, writer: new FillingWriter()), claim)).Verdict);

    [Theory]
    [InlineData(false, Verdict.Holds, "1")]
    [InlineData(true, Verdict.Violated, "2>1")]
    public void Filling_the_critical_word_costs_a_sync(bool fills, Verdict oneSync, string cell)
    {
        var about = Ste("7.0", Misreading.None, writer: fills ? new FillingWriter() : new Writer70());
        EntryForm Form(string name) => about.Forms.Single(form => form.Name == name);
        var table = new HitlessSearch(about, Form("S1"), Form("S1DSS.BYPASS"), new Prover(new ProofOptions(Machine.Z3)), []).Run();
        Assert.Equal(cell, $"{table}");

        var pairs = SteMatrix.Pairs(new SteBuilderRules(), about.Platform);
        var updates = new UpdateScope(EntryKind.Ste, about.Writer, about.Rules, about.FetchWords, pairs);
        var claim = EntryClaims.OneStoreOneSync.Name;
        var subject = new Subject<UpdateModel, UpdateState>("smmu-ste", "test", "small", new UpdateModel(updates), EntryProperties.OfSte(updates),
            Words.Decoder(about.Hardware.Layout.Name, about.Hardware.Layout));
        Assert.Equal(oneSync, subject.Explore(new ExploreOptions { Properties = [claim] }).Outcomes[0].Verdict);
    }

    /// <summary>
    /// A misreading, a version and a claim whose verdict differs from the one on the real SMMU: a theorem fails, or what refuted one is gone.
    /// </summary>
    [Theory]
    [InlineData(Misreading.ShcfgUnderS1, "7.0", "UsedBitsComplete", false)]
    [InlineData(Misreading.ShcfgUnderS1, "7.0", "NoTornView", false)]
    [InlineData(Misreading.VmidUnderBypass, "7.0", "UsedBitsComplete", false)]
    [InlineData(Misreading.VmidUnderBypass, "7.0", "NoTornView", false)]
    [InlineData(Misreading.MevMatters, "7.0", "SafeBitsSufficient", false)]
    [InlineData(Misreading.MevMatters, "7.0", "NoTornView", false)]
    [InlineData(Misreading.MevIllegal, "6.15-no-mev", "UsedBitsComplete", false)]
    [InlineData(Misreading.SteAlwaysValid, "7.0", "UsedBitsComplete", false)]
    [InlineData(Misreading.SteAlwaysValid, "7.0", "NoTransitionalIdentity", false)]
    [InlineData(Misreading.StallWithAtsLegal, "7.0-eats-beside-stall", "SafeBitsSufficient", true)]
    [InlineData(Misreading.NoS2Fwb, "6.13-no-s2fwb", "UsedBitsComplete", true)]
    [InlineData(Misreading.NoShcfg, "6.11-no-shcfg", "UsedBitsComplete", true)]
    [InlineData(Misreading.CdAlwaysValid, "cd", "UsedBitsComplete", false)]
    [InlineData(Misreading.NoEpd0, "cd", "UsedBitsComplete", false)]
    [InlineData(Misreading.NoEpd0, "cd", "NoTornView", false)]
    public void A_misreading_of_the_SMMU_is_seen_by_a_theorem_about_updates(Misreading misreading, string variant, string claim, bool holds)
    {
        Assert.Equal(holds ? Verdict.Violated : Verdict.Holds, Prove(OfUpdates(Case(variant, Misreading.None), claim)).Verdict);
        Assert.Equal(holds ? Verdict.Holds : Verdict.Violated, Prove(OfUpdates(Case(variant, misreading), claim)).Verdict);
    }

    // One condition of the guard more costs breaks for nothing.
    [Fact]
    public void A_guard_against_nothing_is_seen()
    {
        Assert.Equal(2, Prove(OfUpdates(Case("7.0", Misreading.None), "SafeBitsNecessary")).Failures.Count);
        Assert.Equal(3, Prove(OfUpdates(Case("7.0", Misreading.StallWithAtsLegal), "SafeBitsNecessary")).Failures.Count);
    }

    /// <summary>A misreading, and the builders whose ILLEGAL entries it makes legal.</summary>
    [Theory]
    [InlineData(Misreading.StallWithAtsLegal, "7.0", "BuilderLegalStallAndAts")]
    [InlineData(Misreading.StalldLegal, "6.13-stalld", "BuilderLegal")]
    [InlineData(Misreading.NoStallLegal, "6.9", "BuilderLegal")]
    [InlineData(Misreading.QuietCdLegal, "cd", "BuilderLegal")]
    public void A_rule_that_is_missing_is_seen_by_a_theorem_about_builders(Misreading misreading, string variant, string claim)
    {
        Assert.Equal(Verdict.Violated, Prove(OfBuilders(variant, Misreading.None, claim)).Verdict);
        Assert.Equal(Verdict.Holds, Prove(OfBuilders(variant, misreading, claim)).Verdict);
    }

    // The concrete model knows nothing of the misreading: what only a wrong formula shows is a defect.
    [Fact]
    public void A_misreading_of_the_formula_alone_is_no_verdict()
    {
        var known = Catalogue.Systems.Single(known => known.Name == "smmu-ste").Variants.Single(known => known.Name == "7.0");
        var theorem = new EntryTheorems(Case("7.0", Misreading.ShcfgUnderS1), known.Open).All().Single(theorem => theorem.Claim.Name == "UsedBitsComplete");
        Assert.Throws<UnconfirmedException>(() => Prove(theorem));
    }

    private static ProofReport Prove(Theorem theorem) => new Prover(new ProofOptions(Machine.Z3) { Limit = Machine.Long }).Prove([theorem])[0];

    private static ISubject NotOpened(string scope) => throw new InvalidOperationException(scope);

    private static Theorem OfUpdates(EntryCase about, string claim) =>
        new EntryTheorems(about, NotOpened).All().Single(theorem => theorem.Claim.Name == claim) with { Confirm = (_, _) => null };

    private static Theorem OfBuilders(string variant, Misreading misreading, string claim)
    {
        var about = variant == "cd"
            ? new BuilderCase("smmu-cd", variant, variant, Built.CdKinds,
                (platform, kind) => Built.Cd(new CdBuilderRules { StallFollowsMaster = false }, platform, kind), new CdRules(), FieldSet.All,
                platform => Misread(new CdHardware(platform.Smmu, platform.Stalls && !platform.StallEnabled), misreading))
            : new BuilderCase("smmu-ste", variant, variant, Built.SteKinds(Builders(variant)),
                (platform, kind) => Built.Ste(Builders(variant), platform, kind), Rules(variant), Builders(variant).Bits,
                platform => Misread(new SteHardware(platform.Smmu), misreading));
        return new BuilderTheorems(about, NotOpened).All().Single(theorem => theorem.Claim.Name == claim) with { Confirm = (_, _) => null };
    }

    private static EntryHardware Misread(EntryHardware real, Misreading misreading) =>
        misreading == Misreading.None ? real : new MisreadingHardware(real, misreading);

    private static EntryCase Case(string variant, Misreading misreading) => variant == "cd" ? Cd(misreading) : Ste(variant, misreading);

    private static EntryCase Ste(string variant, Misreading misreading, EntryWriter? writer = null)
    {
        var platform = SteMatrix.Profiles.Single(platform => platform.Name == "ats");
        var rules = Rules(variant);
        return new("smmu-ste", variant, writer ?? (rules.HasSafeBits ? new Writer70() : new Writer610()), rules, Builders(variant).Bits, 1, platform,
            Misread(new SteHardware(platform.Smmu), misreading))
        {
            Forms = SteForms.Of(Builders(variant), platform),
        };
    }

    private static EntryCase Cd(Misreading misreading)
    {
        var platform = CdMatrix.Profiles.Single(platform => platform.Name == "stall");
        return new("smmu-cd", "cd", new Writer610(), new CdRules(), FieldSet.All, 1, platform,
            Misread(new CdHardware(platform.Smmu, StallDisabled: false), misreading));
    }

    private static SteRules Rules(string variant) => variant switch
    {
        "6.9" or "6.11-no-shcfg" => new SteRules(SteUsedBits.V69),
        "6.13-no-s2fwb" => new SteRules(SteUsedBits.V612),
        "6.13-stalld" or "6.15-no-mev" => new SteRules(SteUsedBits.V613),
        "7.0-eats-beside-stall" => new SteRules(SteUsedBits.V615, new SteSafeBits { Guard = EatsGuard.SplitInCurrent | EatsGuard.SplitInTarget }),
        _ => new SteRules(SteUsedBits.V615, SteSafeBits.V70),
    };

    private static SteBuilderRules Builders(string variant) => variant switch
    {
        "6.9" => new SteBuilderRules { DefaultSubstreams = false, S2StallFollowsMaster = false, S2Fwb = false, Nested = false, Mev = false },
        "6.11-no-shcfg" => new SteBuilderRules { S2StallFollowsMaster = false, S2Fwb = false, Nested = false, Mev = false },
        "6.13-stalld" => new SteBuilderRules { StalldOnlyIfConfigurable = false, Mev = false },
        _ => new SteBuilderRules(),
    };

    /// <summary>7.0 whose first batch fills the critical word as well: "uu[k] = mem[k]" is dropped.</summary>
    private sealed record FillingWriter : DiffWriter
    {
        public override bool MovesSafeBits => true;

        protected override TWord Broken<TWord, TBit>(EntryRules rules, TWord word) => TWord.Constant(0);

        protected override Mask<TWord, TBit> Safe<TWord, TBit>(EntryRules rules, in Entry<TWord> current, in Entry<TWord> target) =>
            rules.Safe<TWord, TBit>(in current, in target);

        protected override Plan<TWord, TBit> Batches<TWord, TBit>(
            EntryRules rules, in Entry<TWord> current, in Entry<TWord> first, in Entry<TWord> second, in Entry<TWord> target)
        {
            var (used, wanted) = (rules.Used<TWord, TBit>(in current).Bits, rules.Used<TWord, TBit>(in target).Bits);
            var safe = rules.Safe<TWord, TBit>(in current, in target).Bits;
            var filled = first;
            var breaks = TBit.Constant(false);
            var critical = TBit.Constant(false);
            for (var i = 0; i < Entry<TWord>.Words; i++)
            {
                var kept = used[i] & ~(safe[i] & wanted[i]);
                filled[i] = (current[i] & kept) | (target[i] & ~kept);
                var isCritical = !TWord.Same(filled[i] & wanted[i], target[i]);
                breaks |= critical & isCritical;
                critical |= isCritical;
            }

            for (var i = 0; i < Entry<TWord>.Words; i++)
            {
                filled[i] = TWord.If(critical & !breaks, filled[i], first[i]);
            }

            return base.Batches<TWord, TBit>(rules, in current, in filled, in second, in target);
        }
    }
}
