// ILLEGAL stream table entries: valid ones that behave as if V were 0, with C_BAD_STE.
// Arm IHI 0070 section 5.2 as collected in reference section 2.4. The valid input sizes per start level are as recalled from the stage-2
// translation regime; SmmuFeatures.JudgeTableGeometry turns them off.

using System.Runtime.CompilerServices;
using Verify.Bits;
using Verify.Smmu.Tables;

namespace Verify.Smmu.Hardware;

/// <summary>Which rules an STE breaks, by index into <see cref="SteLegality.Rules"/>.</summary>
[InlineArray(SteLegality.RuleCount)]
public struct SteFaults<TBit>
    where TBit : struct
{
    private TBit first;
}

/// <summary>The ILLEGAL rules for STEs.</summary>
public static class SteLegality
{
    /// <summary>Number of rules.</summary>
    public const int RuleCount = 18;

    /// <summary>The rules, in words.</summary>
    public static IReadOnlyList<string> Rules { get; } =
    [
        "CFG turns on stage 1, which is not implemented",
        "CFG turns on stage 2, which is not implemented",
        "EATS=S1CHK without both stages, with S2S=1 or without split-stage ATS",
        "EATS=TRANS with S2S=1",
        "EATS=TRANS_DPT outside the EL1 world",
        "STRW is reserved",
        "S1STALLD=1 although the stall model is not configurable",
        "S1CDMAX is larger than SSIDSIZE",
        "S1FMT is two-level, which is not implemented",
        "S1CTXPTR is outside the address range",
        "S2S=1 although stalling is not supported",
        "S2S=0 although stalling is forced",
        "S2FWB with AArch32 stage-2 tables or without FWB",
        "S2AA64 does not match the supported table formats",
        "S2ENDI does not match the supported table endianness",
        "S2VMID has more than 8 bits",
        "S2TTB is outside the range that S2PS gives",
        "S2T0SZ, S2SL0 and S2TG do not fit",
    ];

    /// <summary>The rules that <paramref name="entry"/> breaks. Only a valid entry whose CFG lets traffic pass can break one.</summary>
    public static SteFaults<TBit> Judge<TWord, TBit>(SmmuFeatures smmu, in Entry<TWord> entry)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var ste = new View<TWord, TBit>(in entry);
        var live = ste.Is(Ste.V, 1) & !TWord.Same(ste[Ste.Cfg] & TWord.Constant(4), TWord.Constant(0));
        var s1 = live & !TWord.Same(ste[Ste.Cfg] & TWord.Constant(1), TWord.Constant(0));
        var s2 = live & !TWord.Same(ste[Ste.Cfg] & TWord.Constant(2), TWord.Constant(0));
        var faults = default(SteFaults<TBit>);
        for (var i = 0; i < RuleCount; i++)
        {
            faults[i] = TBit.Constant(false);
        }

        faults[0] = s1 & TBit.Constant(!smmu.Stage1);
        faults[1] = s2 & TBit.Constant(!smmu.Stage2);
        JudgeAts(smmu, ste, s1, s2, ref faults);
        JudgeStage1(smmu, ste, s1, s2, ref faults);
        JudgeStage2(smmu, ste, s2, ref faults);
        return faults;
    }

    /// <summary>Whether <paramref name="entry"/> is ILLEGAL.</summary>
    public static TBit Illegal<TWord, TBit>(SmmuFeatures smmu, in Entry<TWord> entry)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var faults = Judge<TWord, TBit>(smmu, in entry);
        var any = faults[0];
        for (var i = 1; i < RuleCount; i++)
        {
            any |= faults[i];
        }

        return any;
    }

    /// <summary>The broken rules of an entry of numbers, in words.</summary>
    public static IEnumerable<string> Broken(SmmuFeatures smmu, Entry<Number> entry)
    {
        var faults = Judge<Number, Truth>(smmu, in entry);
        for (var i = 0; i < RuleCount; i++)
        {
            if (faults[i].Value)
            {
                yield return Rules[i];
            }
        }
    }

    private static void JudgeAts<TWord, TBit>(SmmuFeatures smmu, View<TWord, TBit> ste, TBit s1, TBit s2, ref SteFaults<TBit> faults)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        if (!smmu.Ats)
        {
            return;
        }

        var stall = ste.Is(Ste.S2S, 1);
        faults[2] = (s1 | s2) & ste.Is(Ste.Eats, Ste.Ats.Split) & (!(s1 & s2) | stall | TBit.Constant(smmu.NoSplitAts));
        faults[3] = (s1 | s2) & ste.Is(Ste.Eats, Ste.Ats.Full) & stall & (s2 | TBit.Constant(smmu.EatsCheckSeesS2S));
        var otherWorld = s1 & !s2 & TBit.Constant(smmu.Hyp) & ste.Any(Ste.Strw);
        faults[4] = (s1 | s2) & ste.Is(Ste.Eats, Ste.Ats.FullDpt) & TBit.Constant(smmu.Dpt) & otherWorld;
    }

    private static void JudgeStage1<TWord, TBit>(SmmuFeatures smmu, View<TWord, TBit> ste, TBit s1, TBit s2, ref SteFaults<TBit> faults)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var strwReserved = !TWord.Same(ste[Ste.Strw] & TWord.Constant(1), TWord.Constant(0));
        faults[5] = s1 & !s2 & TBit.Constant(smmu.Hyp) & strwReserved;
        faults[6] = s1 & ste.Is(Ste.S1Stalld, 1) & TBit.Constant(smmu.Stall != StallModel.Configurable);
        faults[7] = s1 & TWord.Below(TWord.Constant((ulong)smmu.SsidSize), ste[Ste.S1CdMax]);
        var twoLevel = ste.Is(Ste.S1Fmt, 1) | ste.Is(Ste.S1Fmt, 2);
        faults[8] = s1 & ste.Any(Ste.S1CdMax) & twoLevel & TBit.Constant(!smmu.TwoLevelCd);
        faults[9] = s1 & Beyond<TWord, TBit>(ste.Entry[0] & TWord.Constant(Ste.S1CtxPtr.Mask), smmu.OutputBits);
    }

    private static void JudgeStage2<TWord, TBit>(SmmuFeatures smmu, View<TWord, TBit> ste, TBit s2, ref SteFaults<TBit> faults)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        faults[10] = s2 & ste.Is(Ste.S2S, 1) & TBit.Constant(smmu.Stall == StallModel.TerminateOnly);
        faults[11] = s2 & ste.Is(Ste.S2S, 0) & TBit.Constant(smmu.Stall == StallModel.Forced);
        faults[12] = s2 & ste.Is(Ste.S2Fwb, 1) & (ste.Is(Ste.S2Aa64, 0) | TBit.Constant(!smmu.Stage2ForceWriteBack));
        faults[13] = s2 & ((ste.Is(Ste.S2Aa64, 1) & TBit.Constant(!smmu.AArch64Tables))
            | (ste.Is(Ste.S2Aa64, 0) & TBit.Constant(!smmu.AArch32Tables)));
        faults[14] = s2 & ((ste.Is(Ste.S2Endi, 1) & TBit.Constant(!smmu.BigEndianTables))
            | (ste.Is(Ste.S2Endi, 0) & TBit.Constant(!smmu.LittleEndianTables)));
        faults[15] = s2 & TBit.Constant(!smmu.Vmid16) & !TWord.Same(ste[Ste.S2Vmid] >>> 8, TWord.Constant(0));
        if (smmu.JudgeTableGeometry)
        {
            var range = AddressRange<TWord, TBit>(smmu, ste[Ste.S2Ps]);
            faults[16] = s2 & !TWord.Same(ste.Entry[Ste.S2Ttb.Word] & TWord.Constant(Ste.S2Ttb.Mask) & ~range, TWord.Constant(0));
            faults[17] = s2 & !Stage2Fits(smmu, ste);
        }
    }

    /// <summary>The addresses that a PS/IPS encoding allows, as a mask; never more than the SMMU's output size.</summary>
    internal static TWord AddressRange<TWord, TBit>(SmmuFeatures smmu, TWord encoding)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        ReadOnlySpan<int> bits = [32, 36, 40, 42, 44, 48, 52];
        var range = TWord.Constant((1UL << smmu.OutputBits) - 1);
        for (var i = 0; i < bits.Length; i++)
        {
            if (bits[i] < smmu.OutputBits)
            {
                range = TWord.If(TWord.Same(encoding, TWord.Constant((ulong)i)), TWord.Constant((1UL << bits[i]) - 1), range);
            }
        }

        return range;
    }

    /// <summary>Whether an address has bits at or above <paramref name="bits"/>.</summary>
    internal static TBit Beyond<TWord, TBit>(TWord address, int bits)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        !TWord.Same(address & TWord.Constant(~((1UL << bits) - 1)), TWord.Constant(0));

    private static TBit Stage2Fits<TWord, TBit>(SmmuFeatures smmu, View<TWord, TBit> ste)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        // (TG, SL0) -> the input sizes, in bits, that the start level can resolve (at most 16 concatenated tables).
        ReadOnlySpan<(int Tg, int Sl0, int Least, int Most)> table =
        [
            (0, 0, 25, 34), (0, 1, 31, 43), (0, 2, 40, 48),
            (1, 0, 25, 33), (1, 1, 30, 46), (1, 2, 43, 48),
            (2, 0, 25, 29), (2, 1, 26, 40), (2, 2, 37, 48),
        ];
        var fits = TBit.Constant(false);
        foreach (var (tg, sl0, least, most) in table)
        {
            var granule = tg switch { 0 => smmu.Granules.Size4K, 1 => smmu.Granules.Size64K, _ => smmu.Granules.Size16K };
            if (granule)
            {
                var size = ste[Ste.S2T0sz];
                fits |= ste.Is(Ste.S2Tg, (ulong)tg) & ste.Is(Ste.S2Sl0, (ulong)sl0)
                    & !TWord.Below(size, TWord.Constant((ulong)(64 - most))) & !TWord.Below(TWord.Constant((ulong)(64 - least)), size);
            }
        }

        return fits;
    }
}
