// The translation tables that io-pgtable makes for an SMMU: granules, sizes, start levels. All of it is [as recalled] from io-pgtable-arm; the
// reference has only where the values go. Input sizes beyond 48 bits (64K granule with 52-bit output) are left out: the hardware model has none.

using Verify.Bits;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;

namespace Verify.Smmu.Driver;

/// <summary>Geometry of translation tables.</summary>
internal static class TableGeometry
{
    /// <summary>The smallest input size, in bits: that of the smallest SMMU.</summary>
    public const int LeastInput = 32;

    /// <summary>The largest input size, in bits.</summary>
    public const int MostInput = 48;

    private const int MostConcatenated = 16;

    /// <summary>Address sizes in bits by their encoding, in IPS and S2PS.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [32, 36, 40, 42, 44, 48, 52];

    /// <summary>The bits of VTCR that decide whether a table fits; the others are attributes.</summary>
    public static ulong VtcrMask { get; } = (Ste.S2T0sz.Mask | Ste.S2Sl0.Mask | Ste.S2Tg.Mask | Ste.S2Ps.Mask) >> Ste.Vtcr.Low;

    /// <summary>The SMMU's granules: log2 of the page size, and the encoding in TG0 and S2TG.</summary>
    public static IEnumerable<(int Shift, ulong Tg)> Granules(SmmuFeatures smmu) =>
        new[] { (smmu.Granules.Size4K, 12, 0UL), (smmu.Granules.Size64K, 16, 1UL), (smmu.Granules.Size16K, 14, 2UL) }
            .Where(granule => granule.Item1).Select(granule => (granule.Item2, granule.Item3));

    /// <summary>
    /// The stage-2 tables for an SMMU: the values of VTCR within <see cref="VtcrMask"/>, and the size of the addresses that S2TTB may hold. Input sizes
    /// are 32 to 48 bits; the output size is the SMMU's, but at most 48 bits unless the granule is 64K.
    /// </summary>
    public static IEnumerable<(ulong Vtcr, int AddressBits)> Stage2(SmmuFeatures smmu) =>
        from granule in Granules(smmu)
        let output = granule.Shift == 16 ? smmu.OutputBits : Math.Min(smmu.OutputBits, MostInput)
        from input in Enumerable.Range(LeastInput, MostInput - LeastInput + 1)
        let vtcr = Ste.S2T0sz.Put((ulong)(64 - input)) | Ste.S2Sl0.Put(StartLevelCode(granule.Shift, input)) | Ste.S2Tg.Put(granule.Tg)
            | Ste.S2Ps.Put((ulong)Sizes.Index().First(size => size.Item == output).Index)
        select (vtcr >> Ste.Vtcr.Low, output);

    /// <summary>Whether <paramref name="tag"/> is an ASID or VMID that the driver gives out: 8 or 16 bits, and not 0.</summary>
    public static TBit IsTag<TWord, TBit>(TWord tag, bool is16Bit)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        TWord.Below(TWord.Constant(0), tag) & TWord.Below(tag, TWord.Constant(is16Bit ? 1UL << 16 : 1UL << 8));

    /// <summary>Whether an address is aligned as its field wants it and has at most <paramref name="bits"/> bits.</summary>
    public static TBit Holds<TWord, TBit>(Field field, TWord address, int bits)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        TWord.Same(address & TWord.Constant(~(field.Mask & ((1UL << bits) - 1))), TWord.Constant(0));

    // S2SL0: where a walk starts. Tables of up to 16 entries in a level 0 are concatenated at level 1. The encoding counts down from the last
    // level, and one less with 4K pages.
    private static ulong StartLevelCode(int shift, int input)
    {
        var (bits, perLevel) = (input - shift, shift - 3);
        var levels = (bits + perLevel - 1) / perLevel;
        var top = bits - (perLevel * (levels - 1));
        var start = 4 - levels;
        start += start == 0 && 1 << top <= MostConcatenated ? 1 : 0;
        return ~(ulong)(shift == 12 ? start + 1 : start) & 3;
    }
}
