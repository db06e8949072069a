// The theorems about what a version's builders make, whatever the SMMU, the master, the domain and the guest. They do not depend on the writer, so
// variants with the same builders share their obligations.

using Verify.Bits;
using Verify.Engine;
using Verify.Engine.Traces;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Symbolic;
using Verify.Symbolic.Proofs;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>The theorems about the builders of one variant.</summary>
/// <param name="about">The builders.</param>
/// <param name="open">Opens the variant at a scope: where a refuted theorem's values are tried on the concrete model.</param>
internal sealed class BuilderTheorems(BuilderCase about, Func<string, ISubject> open)
{
    private readonly string kind = about.System[(about.System.LastIndexOf('-') + 1)..];
    private readonly Dictionary<string, string> kindOfPart = [];

    private delegate TermBit Judgement(EntryHardware hardware, in Entry<TermWord> entry);

    private bool IsSte => kind == "ste";

    private IEnumerable<string> HostKinds => about.Kinds.Where(made => made != Built.Nested);

    /// <summary>All of them.</summary>
    public IEnumerable<Theorem> All()
    {
        yield return Make(EntryClaims.BuilderLegal, [.. HostKinds.Select(made => Legal(made, stallAndAts: false))]);
        if (IsSte)
        {
            yield return Make(EntryClaims.BuilderLegalStallAndAts, [.. HostKinds.Select(made => Legal(made, stallAndAts: true))]);
            yield return Make(EntryClaims.BuilderKeepsRes0, [.. about.Kinds.Select(KeepsRes0)]);
        }

        if (about.Kinds.Contains(Built.Nested))
        {
            yield return Make(TheoremClaims.NestedLegal, [.. Enumerable.Range(0, SteLegality.RuleCount).Select(KeepsRule)]) with { WantsAllFailures = true };
        }

        yield return Make(EntryClaims.BuilderWithinMask, [.. about.Kinds.Select(WithinMask), .. about.Kinds.Select(WithinBits)]);
    }

    private Part Legal(string made, bool stallAndAts) => Part($"legal{(stallAndAts ? "-stall-ats" : "")}.{made}", made,
        $"is legal, on masters that {(stallAndAts ? "both stall and do ATS" : "do not both stall and do ATS")}.", "",
        platform => platform.StallsWithAts == stallAndAts,
        (EntryHardware hardware, in Entry<TermWord> entry) => !hardware.Illegal<TermWord, TermBit>(in entry));

    private Part KeepsRes0(string made) => Part($"res0.{made}", made, "sets no field that the SMMU's ID registers make RES0.", "", _ => true,
        (EntryHardware hardware, in Entry<TermWord> entry) => !hardware.SetsRes0<TermWord, TermBit>(in entry));

    private Part KeepsRule(int rule) => Part($"nested-legal.{rule + 1}", Built.Nested, $"is not ILLEGAL because {SteLegality.Rules[rule]}.", "", _ => true,
        (EntryHardware hardware, in Entry<TermWord> entry) => !SteLegality.Judge<TermWord, TermBit>(hardware.Smmu, in entry)[rule]);

    private Part WithinMask(string made) => Part($"within-mask.{made}", made,
        "sets only bits that the driver's used-bits function reports for it.", $"{about.Rules}", _ => true,
        (EntryHardware hardware, in Entry<TermWord> entry) => Within(in entry, about.Rules.Used<TermWord, TermBit>(in entry).Bits));

    private Part WithinBits(string made) => Part($"within-bits.{made}", made, "sets only bits that other theorems speak of.", "", _ => true,
        (EntryHardware hardware, in Entry<TermWord> entry) => Within(in entry, AnyEntry.Constant(about.Bits)));

    private static TermBit Within(in Entry<TermWord> entry, in Entry<TermWord> bits)
    {
        var within = TermBit.Constant(true);
        for (var i = 0; i < Entry<TermWord>.Words; i++)
        {
            within &= TermWord.Same(entry[i] & ~bits[i], TermWord.Constant(0));
        }

        return within;
    }

    private Part Part(string what, string made, string sentence, string believed, Func<Platform, bool> isMeant, Judgement judge)
    {
        var name = $"{kind}.{what}.{EntryClauses.Digest($"{about.Choices}{believed}")}";
        kindOfPart[name] = made;
        return new Part(
            name,
            [
                $"for all platforms and all values that the driver accepts: an entry of kind {made}", sentence, $"builders: {about.Choices}",
                .. believed.Length > 0 ? [$"the driver believes: {believed}"] : (string[])[],
            ],
            () => State(made, isMeant, judge));
    }

    // The number of the platform is a variable too. Where two platforms make the same formulas, one stands for both.
    private Statement State(string made, Func<Platform, bool> isMeant, Judgement judge)
    {
        var number = TermWord.Variable("platform");
        var (assumption, conclusion) = (TermBit.Constant(false), TermBit.Constant(true));
        var seen = new HashSet<(TermBit, TermBit)>();
        foreach (var (index, platform) in PlatformList.All.Index().Where(indexed => isMeant(indexed.Item)))
        {
            var built = about.Make(platform, made);
            var good = judge(about.Hardware(platform), built.Entry);
            if (seen.Add((built.Accepted, good)))
            {
                var isThis = TermWord.Same(number, TermWord.Constant((ulong)index));
                assumption |= isThis & built.Accepted;
                conclusion &= !isThis | good;
            }
        }

        return new Statement(assumption, new Alternative("is as it should be", conclusion));
    }

    private Theorem Make(Claim claim, IReadOnlyList<Part> parts) => new(TheoremClaims.Of(claim), AnyScope.Platforms, parts)
    {
        Confirm = (part, values) => Replay(claim, part, values),
        Explain = Explain,
    };

    private (Platform Platform, Entry<Number> Entry) Example(Part part, Assignment values)
    {
        using var pool = TermPool.Open();
        var platform = PlatformList.All[(int)values.Word("platform")];
        return (platform, AnyEntry.Of(values, about.Make(platform, kindOfPart[part.Name]).Entry));
    }

    private TraceDocument Replay(Claim claim, Part part, Assignment values)
    {
        var (platform, entry) = Example(part, values);
        // To exploration an entry is legal or not, whoever asked for it.
        var shown = claim.Name != TheoremClaims.NestedLegal.Name ? claim
            : platform.StallsWithAts ? EntryClaims.BuilderLegalStallAndAts : EntryClaims.BuilderLegal;
        return AnyScope.Replay(open, AnyScope.Name(platform, in entry, default), shown, part);
    }

    private IReadOnlyList<string> Explain(Part part, Assignment values)
    {
        var (platform, entry) = Example(part, values);
        var hardware = about.Hardware(platform);
        var broken = hardware is CdHardware cd ? CdLegality.Broken(cd.Smmu, entry, cd.StallDisabled) : SteLegality.Broken(platform.Smmu, entry);
        return [$"platform {platform.Name}", $"{kindOfPart[part.Name]} {hardware.Layout.Say(entry)}", .. broken];
    }
}
