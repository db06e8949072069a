// What each kind of access gets from each kind of STE: the table of reference section 2.2, row by row.

using Verify.Bits;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;
using Xunit;

namespace Verify.Tests.Smmu;

public class SteBehaviourTests
{
    private const string BadSte = "Abort C_BAD_STE";
    private const string BadSubstream = "Abort C_BAD_SUBSTREAMID";
    private const string Disabled = "Abort F_STREAM_DISABLED";
    private const string BadRequest = "UnsupportedRequest F_BAD_ATS_TREQ";
    private const string Forbidden = "Abort F_TRANSL_FORBIDDEN";
    private const string Cd0 = "Translate Cd0";
    private const string CdOfSsid = "Translate CdOfSsid";

    private static readonly SmmuFeatures Smmu = new();

    private static readonly Dictionary<string, Entry<Number>> Stes = new()
    {
        ["V=0"] = LegalEntries.S2((Ste.V, 0)),
        ["ILLEGAL"] = LegalEntries.Substreams(Ste.Dss.Ssid0, (Ste.S1CdMax, 21)),
        ["CFG 0"] = LegalEntries.Plain(0),
        ["CFG 1"] = LegalEntries.Substreams(Ste.Dss.Ssid0, (Ste.Cfg, 1), (Ste.Eats, 1)),
        ["CFG 2"] = LegalEntries.S2((Ste.Cfg, 2), (Ste.Eats, 1)),
        ["CFG 3"] = LegalEntries.Nested(Ste.Dss.Bypass, (Ste.Cfg, 3), (Ste.Eats, 1)),
        ["bypass"] = LegalEntries.Plain(Ste.Config.Bypass),
        ["bypass, EATS=1"] = LegalEntries.Plain(Ste.Config.Bypass, (Ste.Eats, 1)),
        ["S2"] = LegalEntries.S2(),
        ["S2, EATS=1"] = LegalEntries.S2((Ste.Eats, 1)),
        ["S1, one CD"] = LegalEntries.S1(),
        ["S1, one CD, S1DSS=0"] = LegalEntries.S1((Ste.S1Dss, 0)),
        ["S1, one CD, EATS=1"] = LegalEntries.S1((Ste.Eats, 1)),
        ["S1DSS=0"] = LegalEntries.Substreams(Ste.Dss.Terminate),
        ["S1DSS=0, EATS=1"] = LegalEntries.Substreams(Ste.Dss.Terminate, (Ste.Eats, 1)),
        ["S1DSS=1"] = LegalEntries.Substreams(Ste.Dss.Bypass),
        ["S1DSS=1, EATS=1"] = LegalEntries.Substreams(Ste.Dss.Bypass, (Ste.Eats, 1)),
        ["S1DSS=2"] = LegalEntries.Substreams(Ste.Dss.Ssid0),
        ["S1DSS=2, EATS=1"] = LegalEntries.Substreams(Ste.Dss.Ssid0, (Ste.Eats, 1)),
        ["S1DSS=3"] = LegalEntries.Substreams(3),
        ["nested, S1DSS=0"] = LegalEntries.Nested(Ste.Dss.Terminate),
        ["nested, S1DSS=1, EATS=1"] = LegalEntries.Nested(Ste.Dss.Bypass, (Ste.Eats, 1)),
        ["nested, S1DSS=1, EATS=2"] = LegalEntries.Nested(Ste.Dss.Bypass, (Ste.Eats, 2)),
        ["nested, S1DSS=2, EATS=1"] = LegalEntries.Nested(Ste.Dss.Ssid0, (Ste.Eats, 1)),
        ["nested, S1DSS=2, EATS=2"] = LegalEntries.Nested(Ste.Dss.Ssid0, (Ste.Eats, 2)),
        ["nested, EATS=3 without DPT"] = LegalEntries.Nested(Ste.Dss.Ssid0, (Ste.Eats, 3)),
    };

    /// <summary>Untranslated without SubstreamID, with SubstreamID 0, with another; ATS request likewise; Translated.</summary>
    [Theory]
    [InlineData("V=0", BadSte, BadSte, BadSte, "CompleterAbort", "CompleterAbort", "CompleterAbort", "Abort")]
    [InlineData("ILLEGAL", BadSte, BadSte, BadSte, "CompleterAbort", "CompleterAbort", "CompleterAbort", "Abort")]
    [InlineData("CFG 0", "Abort", "Abort", "Abort", "UnsupportedRequest", "UnsupportedRequest", "UnsupportedRequest", "Abort")]
    [InlineData("CFG 1", "Abort", "Abort", "Abort", "UnsupportedRequest", "UnsupportedRequest", "UnsupportedRequest", "Abort")]
    [InlineData("CFG 2", "Abort", "Abort", "Abort", "UnsupportedRequest", "UnsupportedRequest", "UnsupportedRequest", "Abort")]
    [InlineData("CFG 3", "Abort", "Abort", "Abort", "UnsupportedRequest", "UnsupportedRequest", "UnsupportedRequest", "Abort")]
    [InlineData("bypass", "Bypass", BadSubstream, BadSubstream, BadRequest, BadRequest, BadRequest, Forbidden)]
    [InlineData("bypass, EATS=1", "Bypass", BadSubstream, BadSubstream, BadRequest, BadRequest, BadRequest, Forbidden)]
    [InlineData("S2", "Translate", BadSubstream, BadSubstream, BadRequest, BadRequest, BadRequest, Forbidden)]
    [InlineData("S2, EATS=1", "Translate", BadSubstream, BadSubstream, "Translate", "CompleterAbort", "CompleterAbort", "Bypass")]
    [InlineData("S1, one CD", Cd0, BadSubstream, BadSubstream, BadRequest, BadRequest, BadRequest, Forbidden)]
    [InlineData("S1, one CD, S1DSS=0", Cd0, BadSubstream, BadSubstream, BadRequest, BadRequest, BadRequest, Forbidden)]
    [InlineData("S1, one CD, EATS=1", Cd0, BadSubstream, BadSubstream, Cd0, "CompleterAbort", "CompleterAbort", "Bypass")]
    [InlineData("S1DSS=0", Disabled, Cd0, CdOfSsid, BadRequest, BadRequest, BadRequest, Forbidden)]
    [InlineData("S1DSS=0, EATS=1", Disabled, Cd0, CdOfSsid, "CompleterAbort", Cd0, CdOfSsid, "Bypass")]
    [InlineData("S1DSS=1", "Bypass", Cd0, CdOfSsid, BadRequest, BadRequest, BadRequest, Forbidden)]
    [InlineData("S1DSS=1, EATS=1", "Bypass", Cd0, CdOfSsid, "Bypass", Cd0, CdOfSsid, "Bypass")]
    [InlineData("S1DSS=2", Cd0, Disabled, CdOfSsid, BadRequest, BadRequest, BadRequest, Forbidden)]
    [InlineData("S1DSS=2, EATS=1", Cd0, Disabled, CdOfSsid, Cd0, "CompleterAbort", CdOfSsid, "Bypass")]
    [InlineData("S1DSS=3", Disabled, Cd0, CdOfSsid, BadRequest, BadRequest, BadRequest, Forbidden)]
    [InlineData("nested, S1DSS=0", Disabled, Cd0, CdOfSsid, BadRequest, BadRequest, BadRequest, Forbidden)]
    [InlineData("nested, S1DSS=1, EATS=1", "Translate", Cd0, CdOfSsid, "Translate", Cd0, CdOfSsid, "Bypass")]
    // Split-stage ATS returns IPAs, and Translated traffic gets stage 2: where stage 1 is skipped the IPA is the address itself.
    [InlineData("nested, S1DSS=1, EATS=2", "Translate", Cd0, CdOfSsid, "Bypass", Cd0, CdOfSsid, "Translate")]
    [InlineData("nested, S1DSS=2, EATS=1", Cd0, Disabled, CdOfSsid, Cd0, "CompleterAbort", CdOfSsid, "Bypass")]
    [InlineData("nested, S1DSS=2, EATS=2", Cd0, Disabled, CdOfSsid, Cd0, "CompleterAbort", CdOfSsid, "Translate")]
    [InlineData("nested, EATS=3 without DPT", Cd0, Disabled, CdOfSsid, BadRequest, BadRequest, BadRequest, Forbidden)]
    public void Every_access_gets_what_the_architecture_says(
        string ste, string none, string ssid0, string ssid, string request, string requestSsid0, string requestSsid, string translated)
    {
        var behaviour = SteBehaviour.Of<Number, Truth>(Smmu, Stes[ste]);
        Assert.Equal([none, ssid0, ssid, request, requestSsid0, requestSsid, translated], Enumerable.Range(0, 7).Select(i => Say(behaviour[i])));
    }

    [Theory]
    [InlineData("V=0")]
    [InlineData("CFG 0")]
    [InlineData("bypass")]
    [InlineData("S1DSS=2")]
    [InlineData("nested, S1DSS=2, EATS=2")]
    public void Translated_traffic_passes_unchecked_where_ats_is_not_checked(string ste)
    {
        var behaviour = SteBehaviour.Of<Number, Truth>(Smmu with { AtsChecked = false }, Stes[ste]);
        Assert.Equal("Bypass", Say(behaviour[(int)Access.Translated]));
    }

    [Fact]
    public void Full_ats_with_a_permission_table_is_full_ats()
    {
        var dpt = Smmu with { Dpt = true };
        var behaviour = SteBehaviour.Of<Number, Truth>(dpt, Stes["nested, EATS=3 without DPT"]);
        Assert.Equal((Cd0, "Bypass"), (Say(behaviour[(int)Access.AtsRequest]), Say(behaviour[(int)Access.Translated])));
    }

    [Fact]
    public void An_smmu_without_ats_refuses_requests_and_records_nothing()
    {
        var behaviour = SteBehaviour.Of<Number, Truth>(Smmu with { Ats = false }, Stes["S1DSS=2, EATS=1"]);
        Assert.Equal("UnsupportedRequest", Say(behaviour[(int)Access.AtsRequest]));
    }

    [Fact]
    public void The_number_of_cds_bounds_traffic_with_a_substream_only()
    {
        var few = SteBehaviour.Of<Number, Truth>(Smmu, LegalEntries.Substreams(Ste.Dss.Ssid0, (Ste.S1CdMax, 5), (Ste.Eats, 1)));
        var many = SteBehaviour.Of<Number, Truth>(Smmu, LegalEntries.Substreams(Ste.Dss.Ssid0, (Ste.S1CdMax, 6), (Ste.Eats, 1)));
        var differ = Enumerable.Range(0, 7).Where(i => !Outcome<Number, Truth>.Same(few[i], many[i]).Value).Select(i => (Access)i);
        Assert.Equal([Access.UntranslatedSsid, Access.AtsRequestSsid], differ);
    }

    // The two answers of a comparison: ATS accesses count or not.
    [Fact]
    public void Ats_accesses_can_be_left_out_of_a_comparison()
    {
        var off = SteBehaviour.Of<Number, Truth>(Smmu, LegalEntries.S2());
        var on = SteBehaviour.Of<Number, Truth>(Smmu, LegalEntries.S2((Ste.Eats, 1)));
        Assert.True(Behaviour<Number, Truth>.Same(in off, in on, new Truth(false)).Value);
        Assert.False(Behaviour<Number, Truth>.Same(in off, in on, new Truth(true)).Value);
    }

    private static string Say(Outcome<Number, Truth> outcome)
    {
        var parts = new List<string> { $"{(Fate)outcome.Fate.Value}" };
        if (outcome.Event.Value != 0)
        {
            parts.Add($"{(Event)outcome.Event.Value}");
        }

        if (outcome.Cd.Value != 0)
        {
            parts.Add($"{(CdRoute)outcome.Cd.Value}");
        }

        return string.Join(" ", parts);
    }
}
