// The STEs and CDs that the driver makes, what the SMMU makes of them, and what its writer stores on the way from one to another.
//
// Entries are those of the version's builders, the images between them those of its writer, and what an access gets of an image is what the hardware model says
// (model/Smmu/Driver, Writers, Hardware). Images of one batch are taken to be stored at once: that a torn view of a batch behaves as its old or its new image is
// what smmu-ste and smmu-cd show.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;
using Verify.Smmu.Writers;

namespace Verify.Smmu.Attach;

/// <summary>What an STE has an access do.</summary>
/// <param name="Fate">Abort, Bypass, or Translate.</param>
/// <param name="Event">The event of an abort.</param>
/// <param name="Cd">The SSID whose CD is used; -1 for none.</param>
/// <param name="Stage2">The domain whose stage-2 table is used; -1 for none.</param>
/// <param name="Vmid">Its VMID, from 1 on.</param>
/// <param name="Guest">A guest's CD comes first.</param>
/// <param name="Ats">A translation request is answered; Bypass for one that is answered with the address as it is.</param>
/// <param name="Translated">Translated transactions pass.</param>
public readonly record struct Route(Fate Fate, Event Event, int Cd, int Stage2, int Vmid, bool Guest, Fate Ats, bool Translated);

/// <summary>What a CD has an access do.</summary>
/// <param name="Valid">It is not aborted with C_BAD_CD.</param>
/// <param name="Asid">The tag, from 1 on.</param>
/// <param name="Table">The domain whose table is walked; -1 for none (EPD0), so that only a TLB hit translates.</param>
public readonly record struct Context(bool Valid, int Asid, int Table);

/// <summary>The forms of STE.</summary>
public enum SteForm : byte
{
    /// <summary>V=0.</summary>
    Invalid,

    /// <summary>BLOCKED.</summary>
    Abort,

    /// <summary>IDENTITY.</summary>
    Bypass,

    /// <summary>A CD table, S1DSS=TERMINATE.</summary>
    CdTerminate,

    /// <summary>A CD table, S1DSS=BYPASS.</summary>
    CdBypass,

    /// <summary>A CD table, S1DSS=SSID0.</summary>
    CdSsid0,

    /// <summary>Stage 2.</summary>
    S2,

    /// <summary>A guest's CD table on stage 2.</summary>
    Nested,
}

/// <summary>The forms of CD.</summary>
public enum CdForm : byte
{
    /// <summary>All zero.</summary>
    Cleared,

    /// <summary>A stage-1 domain.</summary>
    S1,

    /// <summary>A process's address space.</summary>
    Sva,

    /// <summary>The same after its mm is gone.</summary>
    Released,
}

/// <summary>An STE: its form, and for stage 2 whose table with which VMID, and EATS.</summary>
public readonly record struct SteKey(SteForm Form, int Domain, int Vmid, bool Ats);

/// <summary>A CD: its form, whose table, which ASID.</summary>
public readonly record struct CdKey(CdForm Form, int Domain, int Asid);

/// <summary>All entries of a version, by number.</summary>
public sealed class EntryImages
{
    private const int MostBatches = 4;
    private const ulong Stage1Tables = 0x40_0000_0000;
    private const ulong Stage2Tables = 0x80_0000_0000;
    private const int TableShift = 24;

    private readonly List<SteKey> stes = [];
    private readonly List<CdKey> cds = [];
    private readonly Dictionary<SteKey, byte> steNumbers = [];
    private readonly Dictionary<CdKey, byte> cdNumbers = [];
    private readonly Route[][] routes;
    private readonly Context[] contexts;
    private readonly byte[][] stePlans;
    private readonly byte[][] cdPlans;
    private readonly SteBuilder steBuilder;
    private readonly CdBuilder cdBuilder;
    private readonly Platform platform;

    /// <summary>Makes them.</summary>
    /// <param name="writer">The version's writer.</param>
    /// <param name="steRules">What it believes about STEs.</param>
    /// <param name="builders">The choices of its STE builders.</param>
    public EntryImages(EntryWriter writer, SteRules steRules, SteBuilderRules builders)
    {
        platform = new Platform("attach", new SmmuFeatures(), new Master(Ats: true, CanStall: false));
        steBuilder = new SteBuilder(builders, platform);
        cdBuilder = new CdBuilder(new CdBuilderRules(), platform);
        Number();
        routes = [.. stes.Select(key => RoutesOf(Image(key)))];
        contexts = [.. cds.Select(key => ContextOf(Image(key)))];
        stePlans = [.. Pairs(stes.Count).Select(pair => Plan(writer, steRules, Image(stes[pair.From]), Image(stes[pair.To]), image => SteOf(image, pair)))];
        cdPlans = [.. Pairs(cds.Count).Select(pair => Plan(writer, new CdRules(), Image(cds[pair.From]), Image(cds[pair.To]), image => CdOf(image, pair)))];
    }

    /// <summary>How many STEs there are.</summary>
    public int Stes => stes.Count;

    /// <summary>How many CDs there are.</summary>
    public int Cds => cds.Count;

    /// <summary>The number of an STE.</summary>
    public byte Number(SteKey key) => steNumbers[key];

    /// <summary>The number of a CD.</summary>
    public byte Number(CdKey key) => cdNumbers[key];

    /// <summary>The STE of a number.</summary>
    public SteKey SteKey(int ste) => stes[ste];

    /// <summary>The CD of a number.</summary>
    public CdKey CdKey(int cd) => cds[cd];

    /// <summary>What an STE has an access with <paramref name="ssid"/> do, 0 standing for none.</summary>
    public Route Route(int ste, int ssid) => routes[ste][ssid];

    /// <summary>What a CD has an access do.</summary>
    public Context Context(int cd) => contexts[cd];

    /// <summary>The images that a write of an STE goes through, by number: what memory holds after each batch.</summary>
    public ReadOnlySpan<byte> StePlan(int from, int to) => stePlans[(from * stes.Count) + to];

    /// <summary>The images that a write of a CD goes through.</summary>
    public ReadOnlySpan<byte> CdPlan(int from, int to) => cdPlans[(from * cds.Count) + to];

    private void Number()
    {
        Add(new SteKey(SteForm.Invalid, -1, 0, false));
        Add(new SteKey(SteForm.Abort, -1, 0, false));
        Add(new SteKey(SteForm.Bypass, -1, 0, false));
        foreach (var ats in (bool[])[false, true])
        {
            Add(new SteKey(SteForm.CdTerminate, -1, 0, ats));
            Add(new SteKey(SteForm.CdBypass, -1, 0, ats));
            Add(new SteKey(SteForm.CdSsid0, -1, 0, ats));
        }

        Add(new CdKey(CdForm.Cleared, -1, 0));
        for (var domain = 0; domain < AttachState.MostDomains; domain++)
        {
            for (var tag = 1; tag <= AttachState.MostDomains; tag++)
            {
                Add(new SteKey(SteForm.S2, domain, tag, false));
                Add(new SteKey(SteForm.S2, domain, tag, true));
                Add(new SteKey(SteForm.Nested, domain, tag, true));
                Add(new SteKey(SteForm.Nested, domain, tag, false));
                Add(new CdKey(CdForm.S1, domain, tag));
                Add(new CdKey(CdForm.Sva, domain, tag));
                Add(new CdKey(CdForm.Released, domain, tag));
            }
        }
    }

    private void Add(SteKey key)
    {
        steNumbers.Add(key, (byte)stes.Count);
        stes.Add(key);
    }

    private void Add(CdKey key)
    {
        cdNumbers.Add(key, (byte)cds.Count);
        cds.Add(key);
    }

    /// <summary>An STE as its builder makes it.</summary>
    public Entry<Number> Image(SteKey key) => key.Form switch
    {
        SteForm.Invalid => default,
        SteForm.Abort => steBuilder.Abort(),
        SteForm.Bypass => steBuilder.Bypass(),
        SteForm.CdTerminate => steBuilder.CdTable(Ste.Dss.Terminate, key.Ats),
        SteForm.CdBypass => steBuilder.CdTable(Ste.Dss.Bypass, key.Ats),
        SteForm.CdSsid0 => steBuilder.CdTable(Ste.Dss.Ssid0, key.Ats),
        SteForm.S2 => steBuilder.S2(Parent(key), key.Ats),
        _ => steBuilder.Nested(Parent(key), Vste.S1(Ste.Dss.Ssid0, key.Ats, stallDisabled: true)),
    };

    /// <summary>A CD as its builder makes it.</summary>
    public Entry<Number> Image(CdKey key) => key.Form switch
    {
        CdForm.Cleared => cdBuilder.Cleared(),
        CdForm.S1 => cdBuilder.S1(Stage1(key)),
        CdForm.Sva => cdBuilder.Sva(Stage1(key)),
        _ => cdBuilder.SvaReleased(Stage1(key)),
    };

    private static Stage2Domain Parent(SteKey key) =>
        new($"{key.Domain}", (ulong)key.Vmid, Stage2Tables + ((ulong)key.Domain << TableShift), Stage2Domain.Vtcr48);

    private static Stage1Domain Stage1(CdKey key) =>
        new($"{key.Domain}", (ulong)key.Asid, Stage1Tables + ((ulong)key.Domain << TableShift));

    private static IEnumerable<(int From, int To)> Pairs(int count) =>
        from first in Enumerable.Range(0, count) from second in Enumerable.Range(0, count) select (first, second);

    /// <summary>What an STE has accesses do, by SSID, 0 standing for none.</summary>
    public Route[] RoutesOf(in Entry<Number> ste)
    {
        var behaviour = SteBehaviour.Of<Number, Truth>(platform.Smmu, in ste);
        var translated = behaviour[(int)Access.Translated].Is(Fate.Bypass).Value;
        var routes = new Route[AttachState.MostSsids];
        for (var ssid = 0; ssid < routes.Length; ssid++)
        {
            var access = behaviour[(int)(ssid == 0 ? Access.Untranslated : Access.UntranslatedSsid)];
            var request = behaviour[(int)(ssid == 0 ? Access.AtsRequest : Access.AtsRequestSsid)];
            var cd = (CdRoute)access.Cd.Value switch { CdRoute.None => -1, CdRoute.Cd0 => 0, _ => ssid };
            var vmid = (int)Ste.S2Vmid.Of(in access.Shape);
            var table = Ste.S2Ttb.Of(in access.Shape) != 0 ? TableNumber(Ste.S2Ttb, in access.Shape, Stage2Tables) : -1;
            var isGuest = cd >= 0 && table >= 0;
            routes[ssid] = new Route((Fate)access.Fate.Value, (Event)access.Event.Value, isGuest ? -1 : cd, table, vmid, isGuest, (Fate)request.Fate.Value, translated);
        }

        return routes;
    }

    /// <summary>What a CD has an access do.</summary>
    public Context ContextOf(in Entry<Number> cd)
    {
        var outcome = CdBehaviour.Of(platform.Smmu, in cd, new Truth(true));
        if (!outcome.Is(Fate.Translate).Value)
        {
            return new Context(false, 0, -1);
        }

        var walks = Cd.Epd0.Of(in cd) == 0;
        return new Context(true, (int)Cd.Asid.Of(in outcome.Shape), walks ? TableNumber(Cd.Ttb0, in outcome.Shape, Stage1Tables) : -1);
    }

    // Which domain's table an address field points to.
    private static int TableNumber(Field field, in Entry<Number> shape, ulong tables) =>
        (int)(((shape[field.Word].Value & field.Mask) - tables) >> TableShift);

    private static byte[] Plan(EntryWriter writer, EntryRules rules, Entry<Number> from, Entry<Number> to, Func<Entry<Number>, byte> number)
    {
        var plan = writer.Images<Number, Truth>(rules, in from, in to);
        var images = new List<byte>();
        for (var batch = 0; batch < plan.Count; batch++)
        {
            if (plan.Active(batch).Value)
            {
                images.Add(number(plan.After(batch)));
            }
        }

        return images.Count <= MostBatches && Entry.Same(plan.Final, in to) ? [.. images]
            : throw new ArgumentException($"{writer}: does not reach the wanted entry in {MostBatches} batches; attach flows need a writer that does");
    }

    // An image on the way behaves as one of its ends, or as another entry that a builder makes, or is invalid.
    private byte SteOf(Entry<Number> image, (int From, int To) ends)
    {
        var found = RoutesOf(image);
        var number = Find([ends.To, ends.From, .. Enumerable.Range(0, stes.Count)], known => routes[known].SequenceEqual(found));
        return number >= 0 ? (byte)number
            : throw new ArgumentException($"an STE on the way behaves as none that a builder makes: {found[0]}; attach flows need a writer without such");
    }

    private byte CdOf(Entry<Number> image, (int From, int To) ends)
    {
        var found = ContextOf(image);
        var number = Find([ends.To, ends.From, .. Enumerable.Range(0, cds.Count)], known => contexts[known] == found);
        return number >= 0 ? (byte)number
            : throw new ArgumentException($"a CD on the way behaves as none that a builder makes: {found}; attach flows need a writer without such");
    }

    private static int Find(int[] numbers, Predicate<int> matches) => Array.FindIndex(numbers, matches) is >= 0 and var index ? numbers[index] : -1;
}
