// What proofs say of builders, masks and safe bits, by both solvers: the released versions, and mistakes that each must be seen by its own theorem.

using Verify.Engine;
using Verify.Properties;
using Verify.Properties.Smmu.Proofs;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Writers;
using Verify.Symbolic;
using Verify.Symbolic.Proofs;
using Xunit;

namespace Verify.Tests.Symbolic;

public class BuilderTheoremTests
{
    /// <summary>System, variant, claim and solver; what must be said of the counterexample, or null where the theorem holds.</summary>
    [Theory]
    [InlineData("smmu-ste", "7.0", "BuilderLegal", "library", null)]
    [InlineData("smmu-ste", "6.9", "BuilderLegal", "cvc5", "S2S=0 although stalling is forced")]
    [InlineData("smmu-ste", "6.13-stalld", "BuilderLegal", "library", "S1STALLD=1 although the stall model is not configurable")]
    [InlineData("smmu-ste", "7.0", "BuilderLegalStallAndAts", "cvc5", "EATS=TRANS with S2S=1")]
    [InlineData("smmu-ste", "6.9-rc", "BuilderKeepsRes0", "library", "SHCFG=INCOMING")]
    [InlineData("smmu-ste", "7.0", "BuilderKeepsRes0", "cvc5", null)]
    [InlineData("smmu-ste", "6.15-no-mev", "BuilderWithinMask", "library", "MEV=1")]
    [InlineData("smmu-ste", "6.13-no-s2fwb", "BuilderWithinMask", "cvc5", "S2FWB=1")]
    [InlineData("smmu-ste", "7.0", "BuilderWithinMask", "library", null)]
    [InlineData("smmu-cd", "7.0", "BuilderLegal", "library", null)]
    [InlineData("smmu-cd", "6.10-s-forced", "BuilderLegal", "cvc5", "S=0")]
    [InlineData("smmu-cd", "pre-6.10", "BuilderWithinMask", "library", "EPD0=1")]
    [InlineData("smmu-ste", "7.0-eats-unguarded", "SafeBitsSufficient", "library", "EATS=TRANS")]
    public void Builders_and_safe_bits(string system, string variant, string claim, string solver, string? shown)
    {
        var report = Prove(system, variant, claim, solver)[0];
        Assert.Equal(shown is null ? Verdict.Holds : Verdict.Violated, report.Verdict);
        Assert.Contains(shown ?? "proved", report.Detail, StringComparison.Ordinal);
        Assert.Empty(report.Weaknesses);
        Assert.Equal(shown is not null, report.Counterexample is not null);
    }

    // A trace of a refuted theorem names its platform, and opens there again.
    [Fact]
    public void A_counterexample_reopens_at_its_scope()
    {
        var variant = Catalogue.Systems.First(system => system.Name == "smmu-ste").Variants.First(variant => variant.Name == "6.9-rc");
        var trace = Prove("smmu-ste", "6.9-rc", "BuilderKeepsRes0", "library")[0].Counterexample!;
        Assert.StartsWith("any:", trace.Scope, StringComparison.Ordinal);
        Assert.Contains("SHCFG", variant.Open(trace.Scope).Replay(trace), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("library")]
    [InlineData("cvc5")]
    public void A_guest_can_break_these_rules(string solver)
    {
        var report = Prove("smmu-ste", "7.0", "NestedLegal", solver)[0];
        Assert.Equal(Verdict.Violated, report.Verdict);
        // By number in SteLegality.Rules: EATS with S2S, S1STALLD, S1CDMAX, S1FMT, S1CTXPTR.
        Assert.Equal(["4", "7", "8", "9", "10"], report.Failures.Select(part => part.Name.Split('.')[2]));
    }

    [Theory]
    [InlineData("library")]
    [InlineData("cvc5")]
    public void Conditions_of_the_guard_that_cost_breaks(string solver)
    {
        var report = Prove("smmu-ste", "7.0", "SafeBitsNecessary", solver)[0];
        Assert.Equal(["safe-necessary-SplitInCurrent-SplitInTarget", "safe-necessary-StallInTarget"], report.Failures.Select(part => part.Name.Split('.')[1]));
        Assert.Empty(report.Weaknesses);
    }

    /// <summary>A condition of the guard that is dropped; whether the writer then ever shows an ILLEGAL entry.</summary>
    [Theory]
    [InlineData(EatsGuard.None, false)]
    [InlineData(EatsGuard.StallInCurrent, true)]
    [InlineData(EatsGuard.StallInTarget, false)]
    [InlineData(EatsGuard.SplitInCurrent, false)]
    [InlineData(EatsGuard.SplitInTarget, false)]
    [InlineData(EatsGuard.SplitInCurrent | EatsGuard.SplitInTarget, true)]
    public void What_dropping_a_condition_of_the_guard_shows(EatsGuard dropped, bool illegal)
    {
        var smmu = new SmmuFeatures();
        var rules = new SteRules(SteUsedBits.V615, new SteSafeBits { Guard = EatsGuard.All & ~dropped });
        var about = new EntryCase("smmu-ste", "test", new Writer70(), rules, new SteBuilderRules().Bits, 1,
            new Platform("test", smmu, new Master(Ats: true, CanStall: false)), new SteHardware(smmu));
        using var pool = TermPool.Open();
        var update = new AnyUpdate(about);
        var shown = TermBit.Constant(false);
        for (var batch = 0; batch < update.Plan.Count; batch++)
        {
            shown |= about.Hardware.Illegal<TermWord, TermBit>(update.View(batch));
        }

        var obligation = new Obligation("illegal-view", [],
            update.LegalEnds & about.WithinMask(update.From) & about.WithinMask(update.To) & !update.Breaks & shown);
        var answer = Machine.Cvc5.Check(obligation, Machine.Long, default);
        Assert.True(illegal ? answer is SolverAnswer.Sat : answer is SolverAnswer.Unsat, $"{answer}");
    }

    private static IReadOnlyList<ProofReport> Prove(string system, string variant, string claim, string solver)
    {
        var theorems = Catalogue.Systems.First(known => known.Name == system).Variants.First(known => known.Name == variant).Theorems
            .Where(theorem => theorem.Claim.Name == claim).Take(1).ToList();
        return new Prover(new ProofOptions(Machine.Named(solver)) { Limit = Machine.Long }).Prove(theorems);
    }
}
