// The context descriptors that a version's builders can make over a matrix of platforms, and all ordered pairs of them.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;

namespace Verify.Smmu.Update;

/// <summary>The feature matrix for CD updates.</summary>
public static class CdMatrix
{
    private static readonly Stage1Domain DomainA = new("A", 1, 0x50_0000_0000);
    private static readonly Stage1Domain DomainB = new("B", 2, 0x60_0000_0000);
    private static readonly Stage1Domain Mm = new("mm", 9, 0x70_0000_0000, Mair: 0x0000_0000_04ff_4400);

    /// <summary>The platforms of a scope.</summary>
    /// <param name="scope">small, medium or large.</param>
    public static IReadOnlyList<Platform> Platforms(string scope)
    {
        var plain = new Platform("no-stall", new SmmuFeatures(), new Master(Ats: false, CanStall: false));
        var stall = new Platform("stall", new SmmuFeatures(), new Master(Ats: false, CanStall: true));
        var forced = new Platform("stall-forced", new SmmuFeatures { Stall = StallModel.Forced }, new Master(Ats: false, CanStall: false));
        var terminate = new Platform(
            "terminate-only", new SmmuFeatures { Stall = StallModel.TerminateOnly }, new Master(Ats: false, CanStall: false));
        var bigEndian = new Platform("big-endian", new SmmuFeatures(), new Master(Ats: false, CanStall: true)) { BigEndian = true };
        return scope switch
        {
            "small" => [stall, forced],
            "medium" => [plain, stall, forced, terminate],
            _ => [plain, stall, forced, terminate, bigEndian],
        };
    }

    /// <summary>The platforms that theorems about any CDs are proved for: what differs is what a CD's meaning can depend on.</summary>
    public static IReadOnlyList<Platform> Profiles { get; } =
    [
        .. Platforms("medium"),
        new Platform("minimal", SmmuFeatures.Minimal with { AbortOnly = true }, new Master(Ats: false, CanStall: false)),
    ];

    /// <summary>All ordered pairs of CDs that the builders of a version make on the platforms of a scope.</summary>
    public static IEnumerable<EntryPair> Pairs(CdBuilderRules rules, string scope) =>
        from platform in Platforms(scope)
        let entries = Entries(rules, platform)
        from a in entries
        from b in entries
        select new EntryPair($"{platform.Name}: {a.Name} -> {b.Name}", platform, a.Entry, b.Entry);

    /// <summary>The CDs that the builders of a version make on <paramref name="platform"/>.</summary>
    public static IReadOnlyList<(string Name, Entry<Number> Entry)> Entries(CdBuilderRules rules, Platform platform)
    {
        var builder = new CdBuilder(rules, platform);
        return
        [
            ("none", builder.Cleared()),
            ("S1 A", builder.S1(DomainA)),
            ("S1 A, ASID 7", builder.S1(DomainA with { Asid = 7 })),
            ("S1 A, dirty tracking", builder.S1(DomainA with { Dirty = true })),
            ("S1 B", builder.S1(DomainB)),
            ("SVA", builder.Sva(Mm)),
            ("SVA released", builder.SvaReleased(Mm)),
        ];
    }
}
