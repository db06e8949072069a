// The stream table entries that a version's builders can make over a matrix of platforms, and all ordered pairs of them.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;

namespace Verify.Smmu.Update;

/// <summary>The feature matrix for STE updates.</summary>
public static class SteMatrix
{
    /// <summary>Stage-2 domains "A" and "B"; "B" is another VMID and table.</summary>
    private static readonly Stage2Domain DomainA = new("A", 1, 0x20_0000_0000, Stage2Domain.Vtcr48);

    private static readonly Stage2Domain DomainB = new("B", 2, 0x30_0000_0000, Stage2Domain.Vtcr48);

    private static readonly Stage2Domain DomainFwb = new("FWB", 3, 0x40_0000_0000, Stage2Domain.Vtcr48, ForceWriteBack: true);

    private const ulong OtherTable = 0x10_0200_0000;

    /// <summary>The platforms that theorems about any STEs are proved for: what differs is what an STE's meaning can depend on.</summary>
    public static IReadOnlyList<Platform> Profiles { get; } =
    [
        .. Platforms("small").Where(platform => platform.Name is "ats" or "stall-forced" or "terminate-only" or "e2h" or "v3.0"),
        new Platform("minimal", SmmuFeatures.Minimal, new Master(Ats: false, CanStall: false, S1Fmt: 0, S1CdMax: 0)),
    ];

    /// <summary>The platforms of a scope: what differs is what an STE's meaning can depend on.</summary>
    /// <param name="scope">small, medium or large.</param>
    public static IReadOnlyList<Platform> Platforms(string scope)
    {
        var ats = new Platform("ats", new SmmuFeatures(), new Master(Ats: true, CanStall: false));
        var stall = new Platform("stall", new SmmuFeatures(), new Master(Ats: false, CanStall: true));
        var forced = new Platform(
            "stall-forced", new SmmuFeatures { Stall = StallModel.Forced }, new Master(Ats: false, CanStall: false));
        var plain = new Platform("terminate-only",
            new SmmuFeatures { Stall = StallModel.TerminateOnly, AttrTypesOverride = false, TwoLevelCd = false },
            new Master(Ats: true, CanStall: false, S1Fmt: 0, S1CdMax: 4));
        var e2h = new Platform("e2h", new SmmuFeatures { Hyp = true }, new Master(Ats: true, CanStall: false));
        var noSubstreams = new Platform("no-pasid", new SmmuFeatures { SsidSize = 0 }, new Master(Ats: true, CanStall: false, S1Fmt: 0, S1CdMax: 0));
        var stallAts = new Platform("stall+ats", new SmmuFeatures(), new Master(Ats: true, CanStall: true));
        var bigEndian = new Platform("big-endian", new SmmuFeatures(), new Master(Ats: true, CanStall: false)) { BigEndian = true };
        var v30 = new Platform("v3.0", new SmmuFeatures { EatsCheckSeesS2S = true, Stage2ForceWriteBack = false },
            new Master(Ats: true, CanStall: false));
        var forcedAts = forced with { Name = "stall-forced+ats", Master = forced.Master with { Ats = true } };
        return scope switch
        {
            "small" => [ats, stall, forced, plain, e2h, v30, stallAts, forcedAts],
            "medium" => [ats, stall, forced, plain, e2h, v30, noSubstreams, bigEndian, stallAts, forcedAts],
            _ =>
            [
                ats, stall, forced, plain, e2h, v30, noSubstreams, bigEndian,
                plain with { Name = "terminate-only+override", Smmu = plain.Smmu with { AttrTypesOverride = true } },
                e2h with { Name = "e2h+stall", Master = new Master(Ats: false, CanStall: true) },
                stall with { Name = "stall+pasid", Master = stall.Master with { S1CdMax = 20 } },
                stallAts, forcedAts,
            ],
        };
    }

    /// <summary>
    /// All ordered pairs of entries that the builders of a version make on <paramref name="platform"/>, those of the most ordinary entries first.
    /// </summary>
    public static IEnumerable<EntryPair> Pairs(SteBuilderRules rules, Platform platform)
    {
        var entries = Entries(rules, platform);
        return from a in entries.Index()
               from b in entries.Index()
               orderby Math.Max(a.Index, b.Index)
               select new EntryPair($"{platform.Name}: {a.Item.Name} -> {b.Item.Name}", platform, a.Item.Entry, b.Item.Entry);
    }

    /// <summary>The entries that the builders of a version make on <paramref name="platform"/>, each once.</summary>
    public static IReadOnlyList<(string Name, Entry<Number> Entry)> Entries(SteBuilderRules rules, Platform platform)
    {
        var builder = new SteBuilder(rules, platform);
        var entries = new List<(string Name, Entry<Number> Entry)> { ("ABORT", builder.Abort()), ("BYPASS", builder.Bypass()) };
        foreach (var ats in platform.Ats ? new[] { false, true } : [false])
        {
            var on = ats ? " ATS" : "";
            entries.Add(($"S1{on}", builder.CdTable(Ste.Dss.Ssid0, ats)));
            if (rules.DefaultSubstreams && platform.Smmu.SsidSize > 0)
            {
                entries.Add(($"S1DSS.BYPASS{on}", builder.CdTable(Ste.Dss.Bypass, ats)));
                entries.Add(($"S1DSS.TERMINATE{on}", builder.CdTable(Ste.Dss.Terminate, ats)));
            }

            entries.Add(($"S2 A{on}", builder.S2(DomainA, ats)));
            entries.Add(($"S2 B{on}", builder.S2(DomainB, ats)));
            if (rules.S2Fwb && platform.Smmu.Stage2ForceWriteBack)
            {
                entries.Add(($"S2 FWB{on}", builder.S2(DomainFwb, ats)));
            }

            if (rules.Nested)
            {
                AddNested(entries, builder, platform, ats);
            }
        }

        // Last, so that a counterexample shows it only if nothing more ordinary fails: a master keeps its CD table.
        entries.Add(("S1 other table", builder.CdTable(Ste.Dss.Ssid0, ats: false, OtherTable)));
        if (platform.Ats)
        {
            entries.Add(("S1 other table ATS", builder.CdTable(Ste.Dss.Ssid0, ats: true, OtherTable)));
        }

        return [.. entries.Where((e, i) => entries.FindIndex(f => Entry.Same(f.Entry, e.Entry)) == i)];
    }

    private static void AddNested(List<(string Name, Entry<Number> Entry)> entries, SteBuilder builder, Platform platform, bool ats)
    {
        var on = ats ? " ATS" : "";
        var stalld = platform.Stalls && !platform.StallEnabled;
        var cdMax = (ulong)Math.Min(5, platform.Smmu.SsidSize);
        entries.Add(($"NESTED{on}", builder.Nested(DomainA, Vste.S1(Ste.Dss.Ssid0, ats, stalld, cdMax: cdMax))));
        if (platform.Smmu.SsidSize > 0)
        {
            entries.Add(($"NESTED S1DSS.BYPASS{on}", builder.Nested(DomainA, Vste.S1(Ste.Dss.Bypass, ats, stalld, cdMax: cdMax))));
        }
    }
}
