// What builders put into entries besides the choices of their version and the platform: values that come from domains, masters and guests. They are
// words of either algebra, and each says which of them the driver lets through.

using Verify.Bits;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;

namespace Verify.Smmu.Driver;

/// <summary>A stage-2 domain, as its STE shows it.</summary>
/// <param name="Vmid">VMID.</param>
/// <param name="Vttbr">Table base.</param>
/// <param name="Vtcr">The 19 bits of VTCR.</param>
/// <param name="ForceWriteBack">The table was made with the FWB quirk.</param>
public readonly record struct S2Cfg<TWord, TBit>(TWord Vmid, TWord Vttbr, TWord Vtcr, TBit ForceWriteBack)
    where TWord : struct, IWord<TWord, TBit>
    where TBit : struct, IBit<TBit>
{
    /// <summary>
    /// Whether the driver can have a domain like this: a VMID other than 0, a table as io-pgtable makes it for the SMMU's granules and sizes, of any
    /// cacheability and shareability, and the quirk only with IDR3.FWB.
    /// </summary>
    public TBit Accepted(SmmuFeatures smmu)
    {
        var fits = TBit.Constant(false);
        foreach (var table in TableGeometry.Stage2(smmu))
        {
            fits |= TWord.Same(Vtcr & TWord.Constant(TableGeometry.VtcrMask), TWord.Constant(table.Vtcr))
                & TableGeometry.Holds<TWord, TBit>(Ste.S2Ttb, Vttbr, table.AddressBits);
        }

        return TBit.Constant(smmu.Stage2) & TableGeometry.IsTag<TWord, TBit>(Vmid, smmu.Vmid16) & fits
            & TWord.Same(Vtcr & TWord.Constant(~(Ste.Vtcr.Mask >> Ste.Vtcr.Low)), TWord.Constant(0))
            & (!ForceWriteBack | TBit.Constant(smmu.Stage2ForceWriteBack));
    }
}

/// <summary>A CD table, as STEs show it.</summary>
/// <param name="Address">Its address.</param>
/// <param name="S1Fmt">Its format.</param>
/// <param name="S1CdMax">log2 of the number of its CDs.</param>
public readonly record struct CdTableCfg<TWord, TBit>(TWord Address, TWord S1Fmt, TWord S1CdMax)
    where TWord : struct, IWord<TWord, TBit>
    where TBit : struct, IBit<TBit>
{
    private const ulong MostLinear = 10;

    /// <summary>
    /// Whether the driver can have a table like this (reference section 1.3): at most 2^SSIDSIZE CDs; linear for up to 1024 of them, which is all where
    /// two-level tables are not supported; else of 64K leaves.
    /// </summary>
    public TBit Accepted(SmmuFeatures smmu)
    {
        var most = smmu.TwoLevelCd ? (ulong)smmu.SsidSize : Math.Min((ulong)smmu.SsidSize, MostLinear);
        var linear = !TWord.Below(TWord.Constant(MostLinear), S1CdMax);
        return TBit.Constant(smmu.Stage1) & !TWord.Below(TWord.Constant(most), S1CdMax)
            & TWord.Same(S1Fmt, TWord.If(linear, TWord.Constant(0), TWord.Constant(2)))
            & TableGeometry.Holds<TWord, TBit>(Ste.S1CtxPtr, Address, smmu.OutputBits);
    }
}

/// <summary>A stage-1 domain or a process address space, as its CD shows it.</summary>
/// <param name="Asid">ASID.</param>
/// <param name="Ttbr">Table base.</param>
/// <param name="Tcr">The fields T0SZ to SH0 as one 14-bit value.</param>
/// <param name="Ips">IPS.</param>
/// <param name="Mair">MAIR.</param>
/// <param name="Dirty">Dirty tracking: HA and HD.</param>
public readonly record struct S1Cfg<TWord, TBit>(TWord Asid, TWord Ttbr, TWord Tcr, TWord Ips, TWord Mair, TBit Dirty)
    where TWord : struct, IWord<TWord, TBit>
    where TBit : struct, IBit<TBit>
{
    /// <summary>
    /// Whether the driver can have one like this: an ASID other than 0, a granule that the SMMU has, an input size of 32 to 48 bits, a table within the
    /// SMMU's output size and what IPS says, dirty tracking only with the hardware for it, and any attributes.
    /// </summary>
    public TBit Accepted(SmmuFeatures smmu)
    {
        var (granule, range) = (TBit.Constant(false), TBit.Constant(false));
        foreach (var (_, tg) in TableGeometry.Granules(smmu))
        {
            granule |= TWord.Same(Tcr & TWord.Constant(Cd.Tg0.Mask), TWord.Constant(Cd.Tg0.Put(tg)));
        }

        foreach (var (bits, code) in TableGeometry.Sizes.Select((bits, code) => (bits, code)))
        {
            range |= TWord.Same(Ips, TWord.Constant((ulong)code))
                & TableGeometry.Holds<TWord, TBit>(Cd.Ttb0, Ttbr, Math.Min(bits, smmu.OutputBits));
        }

        var size = Tcr & TWord.Constant(Cd.T0sz.Mask);
        return TBit.Constant(smmu.Stage1) & TableGeometry.IsTag<TWord, TBit>(Asid, smmu.Asid16) & granule & range
            & !TWord.Below(size, TWord.Constant(64 - TableGeometry.MostInput)) & !TWord.Below(TWord.Constant(64 - TableGeometry.LeastInput), size)
            & TWord.Same(Tcr & TWord.Constant(~S1Fields), TWord.Constant(0))
            & (!Dirty | TBit.Constant(smmu.HardwareAccessFlag && smmu.HardwareDirty));
    }

    private static ulong S1Fields => Cd.T0sz.Mask | Cd.Tg0.Mask | Cd.Irgn0.Mask | Cd.Orgn0.Mask | Cd.Sh0.Mask;
}
