// ILLEGAL context descriptors: valid ones that behave as if V were 0, with C_BAD_CD. Some rules look at the STE that leads to the CD.
// Arm IHI 0070 section 5.4 as collected in reference section 2.4.

using System.Runtime.CompilerServices;
using Verify.Bits;
using Verify.Smmu.Tables;

namespace Verify.Smmu.Hardware;

/// <summary>Which rules a CD breaks, by index into <see cref="CdLegality.Rules"/>.</summary>
[InlineArray(CdLegality.RuleCount)]
public struct CdFaults<TBit>
    where TBit : struct
{
    private TBit first;
}

/// <summary>The ILLEGAL rules for CDs.</summary>
public static class CdLegality
{
    /// <summary>Number of rules.</summary>
    public const int RuleCount = 13;

    /// <summary>The rules, in words.</summary>
    public static IReadOnlyList<string> Rules { get; } =
    [
        "S=1 although STE.S1STALLD=1",
        "A=0 although faults can only abort",
        "S=1 although stalling is not supported",
        "S=0 although stalling is forced",
        "ENDI does not match the supported table endianness",
        "AA64 does not match the supported table formats",
        "HA=1 without hardware access flag updates",
        "HD=1 without hardware dirty state updates",
        "ASID has more than 8 bits",
        "T0SZ or TG0 is not supported",
        "TTB0 is outside the range that IPS gives",
        "T1SZ or TG1 is not supported",
        "TTB1 is outside the range that IPS gives",
    ];

    /// <summary>The rules that <paramref name="entry"/> breaks; only a valid CD can break one.</summary>
    /// <param name="smmu">The SMMU.</param>
    /// <param name="entry">The CD.</param>
    /// <param name="stallDisabled">STE.S1STALLD of the STE that leads to it.</param>
    public static CdFaults<TBit> Judge<TWord, TBit>(SmmuFeatures smmu, in Entry<TWord> entry, TBit stallDisabled)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var cd = new View<TWord, TBit>(in entry);
        var v = cd.Is(Cd.V, 1);
        var table0 = v & cd.Is(Cd.Epd0, 0);
        var table1 = v & cd.Is(Cd.Epd1, 0);
        var anyTable = table0 | table1;
        var stalls = cd.Is(Cd.S, 1);
        var faults = default(CdFaults<TBit>);
        faults[0] = v & stallDisabled & stalls;
        faults[1] = v & TBit.Constant(smmu.AbortOnly) & cd.Is(Cd.A, 0);
        faults[2] = v & TBit.Constant(smmu.Stall == StallModel.TerminateOnly) & stalls;
        faults[3] = v & TBit.Constant(smmu.Stall == StallModel.Forced) & !stalls;
        faults[4] = anyTable & ((cd.Is(Cd.Endi, 1) & TBit.Constant(!smmu.BigEndianTables))
            | (cd.Is(Cd.Endi, 0) & TBit.Constant(!smmu.LittleEndianTables)));
        faults[5] = v & ((cd.Is(Cd.Aa64, 1) & TBit.Constant(!smmu.AArch64Tables))
            | (cd.Is(Cd.Aa64, 0) & TBit.Constant(!smmu.AArch32Tables)));
        faults[6] = v & cd.Is(Cd.Ha, 1) & TBit.Constant(!smmu.HardwareAccessFlag);
        faults[7] = v & cd.Is(Cd.Hd, 1) & TBit.Constant(!smmu.HardwareDirty);
        faults[8] = v & TBit.Constant(!smmu.Asid16) & !TWord.Same(cd[Cd.Asid] >>> 8, TWord.Constant(0));
        var judged = TBit.Constant(smmu.JudgeTableGeometry);
        var range = SteLegality.AddressRange<TWord, TBit>(smmu, cd[Cd.Ips]);
        faults[9] = judged & table0 & !Fits(smmu, cd, Cd.T0sz, Cd.Tg0, k4: 0, k64: 1, k16: 2);
        faults[10] = judged & table0 & Outside(cd, Cd.Ttb0, range);
        faults[11] = judged & table1 & !Fits(smmu, cd, Cd.T1sz, Cd.Tg1, k4: 2, k64: 3, k16: 1);
        faults[12] = judged & table1 & Outside(cd, Cd.Ttb1, range);
        return faults;
    }

    /// <summary>Whether <paramref name="entry"/> is ILLEGAL behind an STE with S1STALLD = <paramref name="stallDisabled"/>.</summary>
    public static TBit Illegal<TWord, TBit>(SmmuFeatures smmu, in Entry<TWord> entry, TBit stallDisabled)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var faults = Judge(smmu, in entry, stallDisabled);
        var any = faults[0];
        for (var i = 1; i < RuleCount; i++)
        {
            any |= faults[i];
        }

        return any;
    }

    /// <summary>The broken rules of an entry of numbers, in words.</summary>
    public static IEnumerable<string> Broken(SmmuFeatures smmu, Entry<Number> entry, bool stallDisabled)
    {
        var faults = Judge(smmu, in entry, new Truth(stallDisabled));
        for (var i = 0; i < RuleCount; i++)
        {
            if (faults[i].Value)
            {
                yield return Rules[i];
            }
        }
    }

    // Without large or small address extensions TxSZ is 16 to 39 for every granule. TG0 and TG1 encode the granules differently (TG1 as recalled).
    private static TBit Fits<TWord, TBit>(SmmuFeatures smmu, View<TWord, TBit> cd, Field txsz, Field tg, ulong k4, ulong k64, ulong k16)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var size = !TWord.Below(cd[txsz], TWord.Constant(16)) & !TWord.Below(TWord.Constant(39), cd[txsz]);
        var granule = (cd.Is(tg, k4) & TBit.Constant(smmu.Granules.Size4K))
            | (cd.Is(tg, k64) & TBit.Constant(smmu.Granules.Size64K))
            | (cd.Is(tg, k16) & TBit.Constant(smmu.Granules.Size16K));
        return size & granule;
    }

    private static TBit Outside<TWord, TBit>(View<TWord, TBit> cd, Field ttb, TWord range)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        !TWord.Same(cd.Entry[ttb.Word] & TWord.Constant(ttb.Mask) & ~range, TWord.Constant(0));
}
