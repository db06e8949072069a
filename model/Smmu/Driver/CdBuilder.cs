// How the driver makes context descriptors. Reference sections 1.2 and 5.

using Verify.Bits;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;

namespace Verify.Smmu.Driver;

/// <summary>The choices in which versions of the CD builders differ.</summary>
public sealed record CdBuilderRules
{
    /// <summary>A released SVA CD has S=R=0 (b41932f54458, 6.8); before, faults of a dead mm stalled (bug B15).</summary>
    public bool ReleasedDoesNotStall { get; init; } = true;

    /// <summary>S stays set in a released CD where stalling is forced; without it the released CD is ILLEGAL there.</summary>
    public bool KeepsForcedStall { get; init; } = true;

    /// <summary>A released CD has its table fields cleared (6.10); before, only EPD0 was set in the old CD.</summary>
    public bool ReleasedClearsTable { get; init; } = true;

    /// <summary>S follows stall_enabled; without it S=0 even where stalling is forced (bug B22).</summary>
    public bool StallFollowsMaster { get; init; } = true;
}

/// <summary>A stage-1 domain, as its CD shows it.</summary>
/// <param name="Name">For lists and traces.</param>
/// <param name="Asid">ASID.</param>
/// <param name="Ttbr">Table base.</param>
/// <param name="Tcr">The fields T0SZ to SH0 as one 14-bit value.</param>
/// <param name="Ips">IPS.</param>
/// <param name="Mair">MAIR.</param>
/// <param name="Dirty">Dirty tracking: HA and HD.</param>
public sealed record Stage1Domain(string Name, ulong Asid, ulong Ttbr, ulong Tcr = Stage1Domain.Tcr48, ulong Ips = 5,
    ulong Mair = 0x0000_00f4_04ff_0044, bool Dirty = false)
{
    /// <summary>Its values, for the builder.</summary>
    public S1Cfg<Number, Truth> Cfg => new(new Number(Asid), new Number(Ttbr), new Number(Tcr), new Number(Ips), new Number(Mair), new Truth(Dirty));

    /// <summary>A 48-bit table with 4K granule, inner shareable, write-back walks.</summary>
    public const ulong Tcr48 = 16 | 0 << 6 | 1 << 8 | 1 << 10 | 3 << 12;
}

/// <summary>Makes CDs for a platform as one version of the driver does, in either algebra.</summary>
public class CdBuilder<TWord, TBit>(CdBuilderRules rules, Platform platform)
    where TWord : struct, IWord<TWord, TBit>
    where TBit : struct, IBit<TBit>
{
    private ulong Stall => rules.StallFollowsMaster && platform.StallEnabled ? 1UL : 0;

    /// <summary>A stage-1 domain.</summary>
    public Entry<TWord> S1(in S1Cfg<TWord, TBit> domain) => Live(in domain).Entry;

    /// <summary>A process address space (SVA): <paramref name="mm"/> describes the mm's table as the CPU has it.</summary>
    public Entry<TWord> Sva(in S1Cfg<TWord, TBit> mm) => Live(mm with { Dirty = TBit.Constant(false) }).Entry;

    /// <summary>
    /// An SVA CD after its mm is gone: table 0 is off, but the CD stays valid, because V=0 would make a storm of C_BAD_CD.
    /// </summary>
    public Entry<TWord> SvaReleased(in S1Cfg<TWord, TBit> mm)
    {
        var cd = rules.ReleasedClearsTable ? Common(in mm) : Live(mm with { Dirty = TBit.Constant(false) });
        cd.Set(Cd.Epd0, 1);
        var keep = !rules.ReleasedDoesNotStall || (rules.KeepsForcedStall && platform.Smmu.Stall == StallModel.Forced);
        cd.Set(Cd.S, keep ? Stall : 0);
        cd.Set(Cd.R, keep ? 1UL : 0);
        return cd.Entry;
    }

    private Draft<TWord, TBit> Live(in S1Cfg<TWord, TBit> domain)
    {
        var cd = Common(in domain);
        cd.Or(0, domain.Tcr);
        cd.SetAddress(Cd.Ttb0, domain.Ttbr);
        cd.Set(Cd.Ha, domain.Dirty);
        cd.Set(Cd.Hd, domain.Dirty);
        cd.Set(Cd.S, Stall);
        cd.Set(Cd.R, 1);
        return cd;
    }

    private Draft<TWord, TBit> Common(in S1Cfg<TWord, TBit> domain)
    {
        var cd = default(Draft<TWord, TBit>);
        cd.Set(Cd.V, 1);
        cd.Set(Cd.Endi, platform.BigEndian ? 1UL : 0);
        cd.Set(Cd.Epd1, 1);
        cd.Set(Cd.Ips, domain.Ips);
        cd.Set(Cd.Aa64, 1);
        cd.Set(Cd.A, 1);
        cd.Set(Cd.Aset, 1);
        cd.Set(Cd.Asid, domain.Asid);
        cd.Set(Cd.Mair, domain.Mair);
        return cd;
    }
}

/// <summary>Makes CDs of numbers.</summary>
public sealed class CdBuilder(CdBuilderRules rules, Platform platform) : CdBuilder<Number, Truth>(rules, platform)
{
    /// <summary>No CD: all zero.</summary>
    public Entry<Number> Cleared() => default;

    /// <summary>A stage-1 domain.</summary>
    public Entry<Number> S1(Stage1Domain domain) => S1(domain.Cfg);

    /// <summary>A process address space (SVA): <paramref name="mm"/> describes the mm's table as the CPU has it.</summary>
    public Entry<Number> Sva(Stage1Domain mm) => Sva(mm.Cfg);

    /// <summary>An SVA CD after its mm is gone.</summary>
    public Entry<Number> SvaReleased(Stage1Domain mm) => SvaReleased(mm.Cfg);
}
