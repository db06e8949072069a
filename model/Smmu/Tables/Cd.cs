// The context descriptor: 64 bytes per SubstreamID, little endian in memory.
// Positions: Arm IHI 0070 section 5.4 as collected in reference section 1.2. Fields marked (recalled) belong to the second table base,
// which the driver keeps off with EPD1.

using Verify.Bits;

namespace Verify.Smmu.Tables;

/// <summary>The context descriptor (CD).</summary>
public static class Cd
{
    /// <summary>Input size of table 0.</summary>
    public static readonly Field T0sz = new("T0SZ", 0, 5, 0);

    /// <summary>Granule of table 0.</summary>
    public static readonly Field Tg0 = new("TG0", 0, 7, 6, FieldForm.Number, "4K", "64K", "16K");

    /// <summary>Inner cacheability of walks of table 0.</summary>
    public static readonly Field Irgn0 = new("IRGN0", 0, 9, 8);

    /// <summary>Outer cacheability of walks of table 0.</summary>
    public static readonly Field Orgn0 = new("ORGN0", 0, 11, 10);

    /// <summary>Shareability of walks of table 0.</summary>
    public static readonly Field Sh0 = new("SH0", 0, 13, 12);

    /// <summary>Table 0 is off: a TLB miss through it faults with F_TRANSLATION.</summary>
    public static readonly Field Epd0 = Field.Flag("EPD0", 0, 14);

    /// <summary>Tables are big endian.</summary>
    public static readonly Field Endi = Field.Flag("ENDI", 0, 15);

    /// <summary>Input size of table 1 (recalled).</summary>
    public static readonly Field T1sz = new("T1SZ", 0, 21, 16);

    /// <summary>Granule of table 1 (recalled).</summary>
    public static readonly Field Tg1 = new("TG1", 0, 23, 22, FieldForm.Number, "", "16K", "4K", "64K");

    /// <summary>Inner cacheability of walks of table 1 (recalled).</summary>
    public static readonly Field Irgn1 = new("IRGN1", 0, 25, 24);

    /// <summary>Outer cacheability of walks of table 1 (recalled).</summary>
    public static readonly Field Orgn1 = new("ORGN1", 0, 27, 26);

    /// <summary>Shareability of walks of table 1 (recalled).</summary>
    public static readonly Field Sh1 = new("SH1", 0, 29, 28);

    /// <summary>Table 1 is off.</summary>
    public static readonly Field Epd1 = Field.Flag("EPD1", 0, 30);

    /// <summary>Valid.</summary>
    public static readonly Field V = Field.Flag("V", 0, 31);

    /// <summary>Intermediate physical address size.</summary>
    public static readonly Field Ips = new("IPS", 0, 34, 32, FieldForm.Number, "32", "36", "40", "42", "44", "48", "52");

    /// <summary>Top byte ignore, table 0.</summary>
    public static readonly Field Tbi0 = Field.Flag("TBI0", 0, 38);

    /// <summary>Top byte ignore, table 1 (recalled).</summary>
    public static readonly Field Tbi1 = Field.Flag("TBI1", 0, 39);

    /// <summary>Tables are AArch64.</summary>
    public static readonly Field Aa64 = Field.Flag("AA64", 0, 41);

    /// <summary>Hardware updates the dirty state.</summary>
    public static readonly Field Hd = Field.Flag("HD", 0, 42);

    /// <summary>Hardware updates the access flag.</summary>
    public static readonly Field Ha = Field.Flag("HA", 0, 43);

    /// <summary>Faults stall.</summary>
    public static readonly Field S = Field.Flag("S", 0, 44);

    /// <summary>Faults are recorded.</summary>
    public static readonly Field R = Field.Flag("R", 0, 45);

    /// <summary>Faults abort.</summary>
    public static readonly Field A = Field.Flag("A", 0, 46);

    /// <summary>The ASID is not shared with the CPU's.</summary>
    public static readonly Field Aset = Field.Flag("ASET", 0, 47);

    /// <summary>Address space identifier: the tag of TLB entries.</summary>
    public static readonly Field Asid = new("ASID", 0, 63, 48);

    /// <summary>Base of table 0.</summary>
    public static readonly Field Ttb0 = new("TTB0", 1, 51, 4, FieldForm.Address);

    /// <summary>Base of table 1 (recalled).</summary>
    public static readonly Field Ttb1 = new("TTB1", 2, 51, 4, FieldForm.Address);

    /// <summary>Memory attribute indirection.</summary>
    public static readonly Field Mair = new("MAIR", 3, 63, 0);

    /// <summary>The layout.</summary>
    public static readonly Layout Layout = new("CD", 8,
        V, T0sz, Tg0, Irgn0, Orgn0, Sh0, Epd0, Endi, T1sz, Tg1, Irgn1, Orgn1, Sh1, Epd1, Ips, Tbi0, Tbi1, Aa64, Hd, Ha, S, R, A, Aset, Asid,
        Ttb0, Ttb1, Mair);
}
