// What the SMMU makes of a context descriptor. Arm IHI 0070 section 5.4 as collected in reference sections 1.2 and 2.4.

using Verify.Bits;
using Verify.Smmu.Tables;

namespace Verify.Smmu.Hardware;

/// <summary>The context descriptor as the hardware reads it.</summary>
public static class CdBehaviour
{
    private static readonly FieldSet Always = new(
        Cd.Epd0, Cd.Epd1, Cd.Ips, Cd.Tbi0, Cd.Tbi1, Cd.Aa64, Cd.Hd, Cd.Ha, Cd.S, Cd.R, Cd.A, Cd.Aset, Cd.Asid, Cd.Mair);

    private static readonly FieldSet Table0 = new(Cd.T0sz, Cd.Tg0, Cd.Irgn0, Cd.Orgn0, Cd.Sh0, Cd.Ttb0);

    private static readonly FieldSet Table1 = new(Cd.T1sz, Cd.Tg1, Cd.Irgn1, Cd.Orgn1, Cd.Sh1, Cd.Ttb1);

    /// <summary>
    /// What traffic gets that is routed to <paramref name="entry"/>: abort with C_BAD_CD, or translation shaped by the CD. A table that EPDx
    /// turns off is IGNORED with all its attributes; MAIR and the tags stay in force because TLB hits may still succeed.
    /// </summary>
    /// <param name="smmu">The SMMU.</param>
    /// <param name="entry">The CD.</param>
    /// <param name="stallDisabled">STE.S1STALLD of the STE that leads to it.</param>
    public static Outcome<TWord, TBit> Of<TWord, TBit>(SmmuFeatures smmu, in Entry<TWord> entry, TBit stallDisabled)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var cd = new View<TWord, TBit>(in entry);
        var valid = !Invalid<TWord, TBit>(smmu, in entry, stallDisabled);
        var outcome = default(Outcome<TWord, TBit>);
        outcome.Fate = TWord.If(valid, TWord.Constant((ulong)Fate.Translate), TWord.Constant((ulong)Fate.Abort));
        outcome.Event = TWord.If(valid, TWord.Constant(0), TWord.Constant((ulong)Event.C_BAD_CD));
        outcome.Cd = TWord.Constant(0);
        var table0 = valid & cd.Is(Cd.Epd0, 0);
        var table1 = valid & cd.Is(Cd.Epd1, 0);
        var mask = Mask<TWord, TBit>.Empty;
        mask.Add(valid, Always);
        mask.Add(table0, Table0);
        mask.Add(table1, Table1);
        mask.Add(table0 | table1, Cd.Endi);
        outcome.Shape = mask.Keep(in entry);
        return outcome;
    }

    /// <summary>Whether the CD is taken for invalid: V=0, or ILLEGAL.</summary>
    public static TBit Invalid<TWord, TBit>(SmmuFeatures smmu, in Entry<TWord> entry, TBit stallDisabled)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        Cd.V.Is<TWord, TBit>(in entry, 0) | CdLegality.Illegal<TWord, TBit>(smmu, in entry, stallDisabled);
}
