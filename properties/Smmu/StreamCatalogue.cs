// The system smmu-stream: attaching domains to a stream and a PASID, STE and CDs together.

using Verify.Engine;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Stream;
using Verify.Smmu.Tables;
using Verify.Smmu.Writers;

namespace Verify.Properties.Smmu;

/// <summary>The variants of smmu-stream.</summary>
public static class StreamCatalogue
{
    /// <summary>Name of the system.</summary>
    public const string Name = "smmu-stream";

    private static readonly StreamRules V69 = new() { ClearsCdFirst = true, PasidsWithoutS1 = false };
    private static readonly StreamRules V611 = new();

    // Why a variant is expected to violate a claim.
    private static readonly Why Mixed = new(StreamClaims.OldNewOrFault, "words of two images are mixed");
    private static readonly Why Gap = new(StreamClaims.IdentityContinuity, "an abort between IDENTITY and DMA");
    private static readonly Why Dangling = new(StreamClaims.CdValidBeforeStePoints, "the STE points at a CD with V=0");
    private static readonly Why Rid = new(StreamClaims.PasidChangeKeepsRid, "the RID is disturbed");
    private static readonly Why Pasid = new(StreamClaims.RidChangeKeepsPasid, "the PASID is disturbed");

    /// <summary>The system.</summary>
    public static SystemEntry System { get; } = new(
        Name,
        "one CPU attaches IDENTITY, BLOCKED, S1 and S2 domains to a stream and a PASID of it, while the SMMU walks STE and CDs and the device does DMA",
        ["small", "medium", "large"],
        [.. StreamProperties.Of(Model(Variants()[0], "small")).Select(property => property.Claim)],
        [.. Variants().Select(variant => new VariantEntry(variant.Name, variant.Summary, scope => Open(variant, scope), Why.Map(variant.Violated)))]);

    /// <summary>
    /// The platform of a scope: a master that cannot stall, one that can, and one behind an SMMU that only terminates.
    /// </summary>
    private static Platform Platform(string scope) => scope switch
    {
        "small" => new Platform("no-stall", new SmmuFeatures(), new Master(Ats: false, CanStall: false)),
        "medium" => new Platform("stall", new SmmuFeatures(), new Master(Ats: false, CanStall: true)),
        _ => new Platform("terminate-only", new SmmuFeatures { Stall = StallModel.TerminateOnly, TwoLevelCd = false },
            new Master(Ats: false, CanStall: false, S1Fmt: 0, S1CdMax: 4)),
    };

    private static StreamModel Model(Variant variant, string scope) =>
        new(new StreamFlow(variant.Flow, variant.Writer, variant.Rules, variant.Builders ?? new SteBuilderRules(), Platform(scope)));

    private static ISubject Open(Variant variant, string scope)
    {
        var model = Model(variant, scope);
        var ste = Words.Decoder("STE", Ste.Layout);
        var cds = new[] { Words.Decoder("CD0", Cd.Layout), Words.Decoder("CD1", Cd.Layout) };
        return new Subject<StreamModel, StreamState>(Name, variant.Name, scope, model, StreamProperties.Of(model),
            (word, before, after) => [.. ste(word, before, after), .. cds.SelectMany(cd => cd(word, before, after))]);
    }

    private static List<Variant> Variants() =>
    [
        new("6.10", "attach as of 6.9 and 6.10: CD 0 is cleared first, PASIDs beside S1 only (smmuv3 6.1)", V69, new Writer610(),
            new SteRules(SteUsedBits.V69),
            [new(StreamClaims.EveryKindReached,
            "no PASIDs beside IDENTITY and BLOCKED")]) { Builders = new SteBuilderRules { S2StallFollowsMaster = false } },
        new("6.11", "prepare, install, commit; PASIDs beside any RID domain but S2 (smmuv3 6.2, 6.3)", V611, new Writer610(),
            new SteRules(SteUsedBits.V612), []),
        new("7.0", "6.11's order with safe bits", V611, new Writer70(), new SteRules(SteUsedBits.V615, SteSafeBits.V70), []),
        new("s23", "6.11's order with the 2023 series' step writer and mask", V611, new StepWriter(),
            new SteRules(SteUsedBits.Series2023), [Mixed with { Reason = "S1 traffic is tagged with the VMID of the S2 domain" }]),
        new("entry-sync-64", "6.11's order with the posted generic helper", V611, new EntrySyncWriter(1, Repaired: true),
            new SteRules(SteUsedBits.V615), []),
        new("6.11-cd-after-ste", "the STE is installed before CD 0 is written (B11)", V611 with { CdBeforeSte = false }, new Writer610(),
            new SteRules(SteUsedBits.V612), [Dangling, Gap]),
        new("6.11-cd-cleared-first", "CD 0 is cleared before the STE leaves it (B11)", V611 with { CdClearedAfterSte = false },
            new Writer610(),
            new SteRules(SteUsedBits.V612), [new(StreamClaims.SteLeavesBeforeCdCleared, "CD 0 is cleared too early"), Gap]),
        new("6.11-pasid-after-ste", "substreams are turned on before the PASID's CD is written", V611 with { PasidCdBeforeSte = false },
            new Writer610(), new SteRules(SteUsedBits.V612), [Dangling]),
        new("6.11-dss-terminate", "S1DSS=TERMINATE with PASIDs beside IDENTITY", V611 with { DssFollowsRid = false }, new Writer610(),
            new SteRules(SteUsedBits.V612), [Gap, new(StreamClaims.AtRestAsAttached, "IDENTITY is blocked while a PASID is attached")]),
        new("6.11-pasid-rewritten", "an attach on the RID rewrites the PASID's CD by way of V=0", V611 with { KeepsPasidCd = false },
            new Writer610(), new SteRules(SteUsedBits.V612), [Pasid]),
        new("6.11-no-cfgi-cd", "CD writes are not followed by CFGI_CD", V611 with { AfterCd = CfgiCommand.None }, new Writer610(),
            new SteRules(SteUsedBits.V612),
            [Mixed, Gap, Pasid, Rid, new(StreamClaims.EveryPhaseSynced, "a CD write lacks its CFGI_CD"), new(StreamClaims.NoStaleAtRest,
            "an old CD stays cached"), new(StreamClaims.AtRestAsAttached, "an old CD stays cached")]),
        new("6.11-cfgi-cd-all", "CD writes are followed by CFGI_CD_ALL", V611 with { AfterCd = CfgiCommand.CFGI_CD_ALL }, new Writer610(),
            new SteRules(SteUsedBits.V612), []),
        new("6.11-cfgi-all", "every write is followed by CFGI_ALL",
            V611 with { AfterSte = CfgiCommand.CFGI_ALL, AfterCd = CfgiCommand.CFGI_ALL }, new Writer610(),
            new SteRules(SteUsedBits.V612), []),
        new("6.11-cfgi-wrong-ssid", "CFGI_CD names SubstreamID 0 whichever CD was written (B13)", V611 with { CfgiNamesSsid = false },
            new Writer610(), new SteRules(SteUsedBits.V612),
            [Mixed with { Reason = "an old CD of the PASID stays cached" }, Pasid with { Reason = "an old CD of the PASID stays cached" },
                new(StreamClaims.EveryPhaseSynced, "the PASID's CD lacks its CFGI_CD"),
                new(StreamClaims.NoStaleAtRest, "an old CD of the PASID stays cached"),
                new(StreamClaims.AtRestAsAttached, "an old CD of the PASID stays cached")]),
        new("6.11-mask-6.9", "S1DSS in use with the mask of 6.9, which has no SHCFG under S1DSS=BYPASS", V611, new Writer610(),
            new SteRules(SteUsedBits.V69 with { Stage2Stall = true }),
            [Rid with { Reason = "SHCFG and CFG count as two critical words" }]),
        new("6.11-no-first-sync", "the first batch of every write is not synced", V611, new FlawedWriter(Mistake.NoFirstSync),
            new SteRules(SteUsedBits.V612), [Mixed, Gap, Rid]),
        new("6.11-in-place", "stores over live entries", V611, new InPlaceWriter(), new SteRules(SteUsedBits.V612), [Mixed, Gap, Rid]),
        new("6.11-lost-sync", "the CPU waits for a last CMD_SYNC that it did not queue", V611, new FlawedWriter(Mistake.LostSync),
            new SteRules(SteUsedBits.V612),
            [new(StreamClaims.NoLostSync, "the CPU waits for ever")]),
        new("pre-6.9-bypass", "a stream is detached, and passes, between two domains (before 6.9, disable_bypass=n)",
            V69 with { NoDetachBetween = false }, new Writer610(), new SteRules(SteUsedBits.V612),
            [new(StreamClaims.NoTransitionalIdentity, "a detached stream passes"), Mixed with { Reason = "a detached stream passes" },
                Pasid with { Reason = "the CD table is left on the way" },
                new(StreamClaims.EveryKindReached, "no PASIDs beside IDENTITY and BLOCKED")]),
    ];

    private sealed record Variant(
        string Name, string Summary, StreamRules Flow, EntryWriter Writer, SteRules Rules, Why[] Violated)
    {
        public SteBuilderRules? Builders { get; init; }
    }
}
