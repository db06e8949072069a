// The forms of the STEs that a version's builders make on a platform. What a form fixes is taken from the builder itself.
//
// One pair of entries concerns one master: its CD table, one stage-2 domain and one guest are the same at both ends, and a form called "other" has
// another one. A table of one CD (S1CDMAX=0) is linear, in a guest as well. The driver numbers VMIDs from 1; its unit tests use 0, which is a form of its own.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Tables;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>Lists the forms of STEs.</summary>
internal static class SteForms
{
    private static readonly Taken Table = new("table", new FieldSet(Ste.S1Fmt, Ste.S1CtxPtr, Ste.S1CdMax));
    private static readonly Taken OneCd = new("table", new FieldSet(Ste.S1CtxPtr));
    private static readonly Taken Guest = new("guest", new FieldSet(Ste.S1Fmt, Ste.S1CtxPtr, Ste.S1CdMax, Ste.S1Stalld));
    private static readonly Taken GuestOneCd = new("guest", new FieldSet(Ste.S1CtxPtr, Ste.S1Stalld));
    private static readonly Taken Ats = new("", new FieldSet(Field.Flag("EATS[0]", Ste.Eats.Word, Ste.Eats.Low)));
    private static readonly Stage2Domain Blank = new("any", 0, 0, 0);

    /// <summary>The forms on <paramref name="platform"/>, as the rows and columns of a table.</summary>
    public static IReadOnlyList<EntryForm> Of(SteBuilderRules rules, Platform platform)
    {
        var builder = new SteBuilder(rules, platform);
        IReadOnlyList<Taken> ats = platform.Ats ? [Ats] : [];
        var forms = new List<EntryForm> { new("ABORT", builder.Abort()), new("BYPASS", builder.Bypass()) };
        AddS1(forms, rules, platform, builder, ats);
        var domain = Stage2(rules, platform, "s2");
        var s2 = builder.S2(Blank, ats: false);
        forms.Add(new("S2", s2, [domain, .. ats]) { NonZero = [Ste.S2Vmid] });
        forms.Add(new("S2 other", s2, [domain with { Thing = "other" }, .. ats])
        {
            NonZero = [Ste.S2Vmid],
            Unlike = ("s2", Ste.S2Vmid),
        });
        forms.Add(new("S2 VMID 0", s2, [Stage2(rules, platform, "s2", Ste.S2Vmid), .. ats]));
        if (rules.Nested)
        {
            AddNested(forms, platform, builder, domain, ats);
        }

        return forms;
    }

    private static void AddS1(
        List<EntryForm> forms, SteBuilderRules rules, Platform platform, SteBuilder builder, IReadOnlyList<Taken> ats)
    {
        Entry<Number> Blanked(ulong dss) => Without(builder.CdTable(dss, ats: false), Table.Bits);
        if (platform.Smmu.SsidSize == 0)
        {
            forms.Add(new("S1", Blanked(Ste.Dss.Ssid0), [OneCd, .. ats]) { Substreams = false });
            return;
        }

        forms.Add(new("S1", Blanked(Ste.Dss.Ssid0), [Table, .. ats]) { NonZero = [Ste.S1CdMax], Substreams = true });
        if (rules.DefaultSubstreams)
        {
            forms.Add(new("S1DSS.BYPASS", Blanked(Ste.Dss.Bypass), [Table, .. ats]) { NonZero = [Ste.S1CdMax], Substreams = true });
            forms.Add(new("S1DSS.TERMIN.", Blanked(Ste.Dss.Terminate), [Table, .. ats]) { NonZero = [Ste.S1CdMax], Substreams = true });
        }

        forms.Add(new("S1 other", Blanked(Ste.Dss.Ssid0), [Table with { Thing = "other" }, .. ats])
        {
            NonZero = [Ste.S1CdMax],
            Substreams = true,
            Unlike = ("table", Ste.S1CtxPtr),
        });
        forms.Add(new("S1 one CD", Blanked(Ste.Dss.Ssid0), [OneCd, .. ats]) { Substreams = false });
    }

    // What a Linux guest writes; the guest decides on its table, on S1STALLD and, through EATS, on ATS.
    private static void AddNested(
        List<EntryForm> forms, Platform platform, SteBuilder builder, Taken domain, IReadOnlyList<Taken> ats)
    {
        Entry<Number> Blanked(ulong dss) =>
            Without(builder.Nested(Blank, Vste.S1(dss, ats: false, stallDisabled: false, table: 0, cdMax: 0)), Guest.Bits);
        if (platform.Smmu.SsidSize > 0)
        {
            forms.Add(new("NESTED", Blanked(Ste.Dss.Ssid0), [domain, Guest, .. ats]) { NonZero = [Ste.S2Vmid, Ste.S1CdMax], Substreams = true });
            forms.Add(new("NESTED BYPASS", Blanked(Ste.Dss.Bypass), [domain, Guest, .. ats]) { NonZero = [Ste.S2Vmid, Ste.S1CdMax], Substreams = true });
        }

        forms.Add(new("NESTED one CD", Blanked(Ste.Dss.Ssid0), [domain, GuestOneCd, .. ats]) { NonZero = [Ste.S2Vmid], Substreams = false });
    }

    private static Taken Stage2(SteBuilderRules rules, Platform platform, string thing, params ReadOnlySpan<Field> without)
    {
        List<Field> fields = [Ste.S2Vmid, Ste.Vtcr, Ste.S2Ttb];
        foreach (var field in without)
        {
            fields.Remove(field);
        }

        if (rules.S2Fwb && platform.Smmu.Stage2ForceWriteBack)
        {
            fields.Add(Ste.S2Fwb);
        }

        return new Taken(thing, new FieldSet([.. fields]));
    }

    private static Entry<Number> Without(Entry<Number> entry, FieldSet bits)
    {
        for (var i = 0; i < Entry<Number>.Words; i++)
        {
            entry[i] = new Number(entry[i].Value & ~bits[i]);
        }

        return entry;
    }
}
