// The entries that a version's builders can make on a platform, for all values that the driver lets through at once.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Symbolic;
using Dss = Verify.Smmu.Tables.Ste.Dss;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>An entry of one kind, over variables that stand for what comes from domains, masters and guests.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Accepted">When the driver lets the values through.</param>
/// <param name="Entry">The entry.</param>
internal sealed record Built(Platform Platform, TermBit Accepted, Entry<TermWord> Entry)
{
    /// <summary>The kind of entry that depends on a guest's STE.</summary>
    public const string Nested = "nested";

    private static readonly (string Kind, ulong Dss)[] CdTables =
    [
        ("cdtable-ssid0", Dss.Ssid0), ("cdtable-bypass", Dss.Bypass), ("cdtable-terminate", Dss.Terminate),
    ];

    /// <summary>The kinds of CDs: an S1 domain, a process's address space, and one whose process is gone.</summary>
    public static IReadOnlyList<string> CdKinds { get; } = ["s1", "sva", "sva-released"];

    /// <summary>The kinds of STEs that a version's builders make, by what makes them; with a CD table also by S1DSS.</summary>
    public static IReadOnlyList<string> SteKinds(SteBuilderRules rules) =>
        ["abort", "bypass", .. CdTables.Take(rules.DefaultSubstreams ? 3 : 1).Select(table => table.Kind), "s2", .. rules.Nested ? [Nested] : (string[])[]];

    /// <summary>An STE of a kind.</summary>
    public static Built Ste(SteBuilderRules rules, Platform platform, string kind)
    {
        var builder = new SteBuilder<TermWord, TermBit>(rules, platform);
        var ats = TermBit.Constant(platform.Ats) & TermBit.Variable("ats");
        var domain = new S2Cfg<TermWord, TermBit>(Value("vmid"), Value("vttbr"), Value("vtcr"), TermBit.Variable("fwb"));
        switch (kind)
        {
            case "abort":
                return new(platform, TermBit.Constant(true), builder.Abort());
            case "bypass":
                return new(platform, TermBit.Constant(true), builder.Bypass());
            case "s2":
                return new(platform, domain.Accepted(platform.Smmu), builder.S2(in domain, ats));
            case Nested:
                var vste = new VsteWords<TermWord, TermBit>(Value("vste.w0"), Value("vste.w1"));
                var both = TermBit.Constant(platform.Smmu.Stage1) & domain.Accepted(platform.Smmu);
                return new(platform, both & vste.Accepted, builder.Nested(in domain, in vste));
            default:
                var table = new CdTableCfg<TermWord, TermBit>(Value("cdtable"), Value("s1fmt"), Value("s1cdmax"));
                var dss = CdTables.First(known => known.Kind == kind).Dss;
                return new(platform, table.Accepted(platform.Smmu), builder.CdTable(in table, dss, ats));
        }
    }

    /// <summary>A CD of a kind.</summary>
    public static Built Cd(CdBuilderRules rules, Platform platform, string kind)
    {
        var builder = new CdBuilder<TermWord, TermBit>(rules, platform);
        var domain = new S1Cfg<TermWord, TermBit>(
            Value("asid"), Value("ttbr"), Value("tcr"), Value("ips"), Value("mair"), TermBit.Variable("dirty"));
        var entry = kind switch
        {
            "s1" => builder.S1(in domain),
            "sva" => builder.Sva(in domain),
            _ => builder.SvaReleased(in domain),
        };
        return new(platform, domain.Accepted(platform.Smmu), entry);
    }

    private static TermWord Value(string name) => TermWord.Variable(name);
}
