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
    /// <summary>A 48-bit table with 4K granule, inner shareable, write-back walks.</summary>
    public const ulong Tcr48 = 16 | 0 << 6 | 1 << 8 | 1 << 10 | 3 << 12;
}

/// <summary>Makes CDs for a platform as one version of the driver does.</summary>
public sealed class CdBuilder(CdBuilderRules rules, Platform platform)
{
    private ulong Stall => rules.StallFollowsMaster && platform.StallEnabled ? 1UL : 0;

    /// <summary>No CD: all zero.</summary>
    public Entry<Number> Cleared() => default;

    /// <summary>A stage-1 domain.</summary>
    public Entry<Number> S1(Stage1Domain domain)
    {
        var cd = Common(domain.Asid, domain.Ips, domain.Mair);
        SetTable(ref cd, domain.Tcr, domain.Ttbr);
        Cd.Ha.Set(ref cd, domain.Dirty ? 1UL : 0);
        Cd.Hd.Set(ref cd, domain.Dirty ? 1UL : 0);
        Cd.S.Set(ref cd, Stall);
        Cd.R.Set(ref cd, 1);
        return cd;
    }

    /// <summary>A process address space (SVA): <paramref name="mm"/> describes the mm's table as the CPU has it.</summary>
    public Entry<Number> Sva(Stage1Domain mm) => S1(mm with { Dirty = false });

    /// <summary>
    /// An SVA CD after its mm is gone: table 0 is off, but the CD stays valid, because V=0 would make a storm of C_BAD_CD.
    /// </summary>
    public Entry<Number> SvaReleased(Stage1Domain mm)
    {
        var cd = rules.ReleasedClearsTable ? Common(mm.Asid, mm.Ips, mm.Mair) : Sva(mm);
        Cd.Epd0.Set(ref cd, 1);
        var keep = !rules.ReleasedDoesNotStall || (rules.KeepsForcedStall && platform.Smmu.Stall == StallModel.Forced);
        Cd.S.Set(ref cd, keep ? Stall : 0);
        Cd.R.Set(ref cd, keep ? 1UL : 0);
        return cd;
    }

    private Entry<Number> Common(ulong asid, ulong ips, ulong mair)
    {
        var cd = default(Entry<Number>);
        Cd.V.Set(ref cd, 1);
        Cd.Endi.Set(ref cd, platform.BigEndian ? 1UL : 0);
        Cd.Epd1.Set(ref cd, 1);
        Cd.Ips.Set(ref cd, ips);
        Cd.Aa64.Set(ref cd, 1);
        Cd.A.Set(ref cd, 1);
        Cd.Aset.Set(ref cd, 1);
        Cd.Asid.Set(ref cd, asid);
        Cd.Mair.Set(ref cd, mair);
        return cd;
    }

    private static void SetTable(ref Entry<Number> cd, ulong tcr, ulong ttbr)
    {
        cd[0] |= new Number(tcr);
        Cd.Ttb0.SetAddress(ref cd, ttbr);
    }
}
