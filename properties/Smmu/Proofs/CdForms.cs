// The forms of the CDs that a version's builders make on a platform. What a form fixes is taken from the builder itself.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Tables;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>Lists the forms of CDs.</summary>
internal static class CdForms
{
    private static readonly Field[] Table0 = [Cd.T0sz, Cd.Tg0, Cd.Irgn0, Cd.Orgn0, Cd.Sh0, Cd.Ttb0];
    private static readonly Field[] Kept = [Cd.Ips, Cd.Mair];
    private static readonly Stage1Domain Blank = new("any", 0, 0, 0, 0, 0);

    /// <summary>The forms on <paramref name="platform"/>, as the rows and columns of a table. An SVA CD is an S1 CD without dirty tracking.</summary>
    public static IReadOnlyList<EntryForm> Of(CdBuilderRules rules, Platform platform)
    {
        var builder = new CdBuilder(rules, platform);
        var (s1, released) = (builder.S1(Blank), builder.SvaReleased(Blank));
        Field[] domain = [.. Table0, .. Kept, .. platform.Smmu.HardwareAccessFlag && platform.Smmu.HardwareDirty ? new[] { Cd.Ha, Cd.Hd } : []];
        return
        [
            new("none", builder.Cleared()),
            new("S1", s1, new Taken("domain", new FieldSet([.. domain, Cd.Asid]))),
            new("S1 other ASID", s1, new Taken("domain", new FieldSet(domain)), new Taken("", new FieldSet(Cd.Asid)))
            {
                Unlike = ("domain", Cd.Asid),
            },
            new("S1 other", s1, new Taken("other", new FieldSet([.. domain, Cd.Asid])))
            {
                Unlike = ("domain", Cd.Asid),
            },
            new("SVA", s1, new Taken("mm", new FieldSet([.. Table0, .. Kept, Cd.Asid]))) { Unlike = ("domain", Cd.Asid) },
            new("SVA released", released, new Taken("mm", new FieldSet([.. rules.ReleasedClearsTable ? [] : Table0, .. Kept, Cd.Asid])))
            {
                Unlike = ("domain", Cd.Asid),
            },
        ];
    }
}
