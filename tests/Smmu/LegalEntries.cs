// Small entries that are legal on a default SMMU, to change field by field.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Tables;
using CdFields = Verify.Smmu.Tables.Cd;

namespace Verify.Tests.Smmu;

/// <summary>Legal entries by kind; every other field is 0.</summary>
internal static class LegalEntries
{
    /// <summary>Stage 1 with one CD: substreams are off.</summary>
    public static Entry<Number> S1(params (Field Field, ulong Value)[] changes) =>
        With(With(default, (Ste.V, 1), (Ste.Cfg, Ste.Config.S1), (Ste.S1CtxPtr, 0x1000 >> 6)), changes);

    /// <summary>Stage 1 with 32 CDs and the given S1DSS.</summary>
    public static Entry<Number> Substreams(ulong dss, params (Field Field, ulong Value)[] changes) =>
        With(S1((Ste.S1CdMax, 5), (Ste.S1Dss, dss)), changes);

    /// <summary>Stage 2 with a 48-bit table.</summary>
    public static Entry<Number> S2(params (Field Field, ulong Value)[] changes) =>
        With(
            With(default, (Ste.V, 1), (Ste.Cfg, Ste.Config.S2), (Ste.S2Vmid, 1), (Ste.Vtcr, Stage2Domain.Vtcr48), (Ste.S2Aa64, 1), (Ste.S2Ttb, 0x2000 >> 4)),
            changes);

    /// <summary>Both stages, 32 CDs and the given S1DSS.</summary>
    public static Entry<Number> Nested(ulong dss, params (Field Field, ulong Value)[] changes)
    {
        var s1 = Substreams(dss);
        var s2 = S2();
        return With(s2.With(0, s1[0]).With(1, s1[1]), [(Ste.Cfg, Ste.Config.Nested), .. changes]);
    }

    /// <summary>An STE of a configuration that has nothing else set.</summary>
    public static Entry<Number> Plain(ulong config, params (Field Field, ulong Value)[] changes) =>
        With(With(default, (Ste.V, 1), (Ste.Cfg, config)), changes);

    /// <summary>A CD with a 48-bit table 0; table 1 is off.</summary>
    public static Entry<Number> Cd(params (Field Field, ulong Value)[] changes) =>
        With(
            With(default, (CdFields.V, 1), (CdFields.T0sz, 16), (CdFields.Epd1, 1), (CdFields.Ips, 5), (CdFields.Aa64, 1), (CdFields.A, 1), (CdFields.Asid, 1),
                (CdFields.Ttb0, 0x3000 >> 4)),
            changes);

    /// <summary>The entry with fields set.</summary>
    public static Entry<Number> With(Entry<Number> entry, params (Field Field, ulong Value)[] changes)
    {
        foreach (var (field, value) in changes)
        {
            field.Set(ref entry, value);
        }

        return entry;
    }
}
