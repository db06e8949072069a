// The stream table entry: 64 bytes per StreamID, little endian in memory.
// Positions: Arm IHI 0070 section 5.2 as collected in reference section 1.1. Fields marked (recalled) are known by name and position
// only; no driver sets them and no rule here depends on them.

using Verify.Bits;

namespace Verify.Smmu.Tables;

/// <summary>The stream table entry (STE).</summary>
public static class Ste
{
    /// <summary>Values of <see cref="Cfg"/>. Bit 0: stage 1 on; bit 1: stage 2 on; bit 2: traffic may pass.</summary>
    public static class Config
    {
        /// <summary>All traffic is aborted, without an event.</summary>
        public const ulong Abort = 0;

        /// <summary>Both stages are bypassed: the IDENTITY domain.</summary>
        public const ulong Bypass = 4;

        /// <summary>Stage 1 translates.</summary>
        public const ulong S1 = 5;

        /// <summary>Stage 2 translates.</summary>
        public const ulong S2 = 6;

        /// <summary>Stage 1 then stage 2.</summary>
        public const ulong Nested = 7;
    }

    /// <summary>Values of <see cref="S1Dss"/>: what traffic without SubstreamID gets where substreams are on.</summary>
    public static class Dss
    {
        /// <summary>Aborted with F_STREAM_DISABLED.</summary>
        public const ulong Terminate = 0;

        /// <summary>As if stage 1 were off.</summary>
        public const ulong Bypass = 1;

        /// <summary>Translated by CD 0.</summary>
        public const ulong Ssid0 = 2;
    }

    /// <summary>Values of <see cref="Eats"/>.</summary>
    public static class Ats
    {
        /// <summary>ATS is refused.</summary>
        public const ulong Refused = 0;

        /// <summary>Full ATS.</summary>
        public const ulong Full = 1;

        /// <summary>Split-stage ATS: stage 1 only, stage 2 on the translated access.</summary>
        public const ulong Split = 2;

        /// <summary>Full ATS with a device permission table check; reserved (as 0) without one.</summary>
        public const ulong FullDpt = 3;
    }

    /// <summary>Valid.</summary>
    public static readonly Field V = Field.Flag("V", 0, 0);

    /// <summary>Which stages are on (Config in the architecture).</summary>
    public static readonly Field Cfg = new("CFG", 0, 3, 1, FieldForm.Number, "ABORT", "", "", "", "BYPASS", "S1_TRANS", "S2_TRANS", "NESTED");

    /// <summary>Format of the CD table.</summary>
    public static readonly Field S1Fmt = new("S1FMT", 0, 5, 4, FieldForm.Number, "LINEAR", "4K_L2", "64K_L2");

    /// <summary>Address of the CD or CD table: physical if stage 2 is off, else an IPA.</summary>
    public static readonly Field S1CtxPtr = new("S1CTXPTR", 0, 51, 6, FieldForm.Address);

    /// <summary>log2 of the number of CDs; 0 turns substreams off.</summary>
    public static readonly Field S1CdMax = new("S1CDMAX", 0, 63, 59);

    /// <summary>Default substream.</summary>
    public static readonly Field S1Dss = new("S1DSS", 1, 1, 0, FieldForm.Number, "TERMINATE", "BYPASS", "SSID0");

    /// <summary>Inner cacheability of CD fetches.</summary>
    public static readonly Field S1Cir = new("S1CIR", 1, 3, 2, FieldForm.Number, "NC", "WBRA", "WT", "WB");

    /// <summary>Outer cacheability of CD fetches.</summary>
    public static readonly Field S1Cor = new("S1COR", 1, 5, 4, FieldForm.Number, "NC", "WBRA", "WT", "WB");

    /// <summary>Shareability of CD fetches.</summary>
    public static readonly Field S1Csh = new("S1CSH", 1, 7, 6, FieldForm.Number, "NSH", "", "OSH", "ISH");

    /// <summary>Hardware update hints for stage 2 (recalled).</summary>
    public static readonly Field S2Hwu = new("S2HWU59_62", 1, 11, 8);

    /// <summary>Destructive reads enabled (recalled).</summary>
    public static readonly Field Dre = Field.Flag("DRE", 1, 12);

    /// <summary>Caching hint: the entry stands for a span of StreamIDs (recalled).</summary>
    public static readonly Field Cont = new("CONT", 1, 16, 13);

    /// <summary>Directed cache prefetch (recalled).</summary>
    public static readonly Field Dcp = Field.Flag("DCP", 1, 17);

    /// <summary>Page response PASID required (recalled).</summary>
    public static readonly Field Ppar = Field.Flag("PPAR", 1, 18);

    /// <summary>Merge events.</summary>
    public static readonly Field Mev = Field.Flag("MEV", 1, 19);

    /// <summary>Stage-2 force write-back.</summary>
    public static readonly Field S2Fwb = Field.Flag("S2FWB", 1, 25);

    /// <summary>Stage-1 stall disable.</summary>
    public static readonly Field S1Stalld = Field.Flag("S1STALLD", 1, 27);

    /// <summary>Enable ATS.</summary>
    public static readonly Field Eats = new("EATS", 1, 29, 28, FieldForm.Number, "ABT", "TRANS", "S1CHK", "TRANS_DPT");

    /// <summary>StreamWorld.</summary>
    public static readonly Field Strw = new("STRW", 1, 31, 30, FieldForm.Number, "NSEL1", "", "EL2");

    /// <summary>Memory attribute override (recalled).</summary>
    public static readonly Field MemAttr = new("MemAttr", 1, 35, 32);

    /// <summary>Memory type override on (recalled).</summary>
    public static readonly Field Mtcfg = Field.Flag("MTCFG", 1, 36);

    /// <summary>Allocation hint override (recalled).</summary>
    public static readonly Field AllocCfg = new("ALLOCCFG", 1, 40, 37);

    /// <summary>Shareability override; 1 = use incoming, 0 is not "incoming". RES0 where IDR1.ATTR_TYPES_OVR is 0.</summary>
    public static readonly Field Shcfg = new("SHCFG", 1, 45, 44, FieldForm.Number, "NSH", "INCOMING", "OSH", "ISH");

    /// <summary>VM identifier: the tag of stage-2 and, in the EL1 world, of stage-1 TLB entries.</summary>
    public static readonly Field S2Vmid = new("S2VMID", 2, 15, 0);

    /// <summary>Stage-2 input size.</summary>
    public static readonly Field S2T0sz = new("S2T0SZ", 2, 37, 32);

    /// <summary>Stage-2 start level.</summary>
    public static readonly Field S2Sl0 = new("S2SL0", 2, 39, 38);

    /// <summary>Stage-2 walk, inner cacheability.</summary>
    public static readonly Field S2Ir0 = new("S2IR0", 2, 41, 40);

    /// <summary>Stage-2 walk, outer cacheability.</summary>
    public static readonly Field S2Or0 = new("S2OR0", 2, 43, 42);

    /// <summary>Stage-2 walk, shareability.</summary>
    public static readonly Field S2Sh0 = new("S2SH0", 2, 45, 44);

    /// <summary>Stage-2 granule.</summary>
    public static readonly Field S2Tg = new("S2TG", 2, 47, 46, FieldForm.Number, "4K", "64K", "16K");

    /// <summary>Stage-2 output size.</summary>
    public static readonly Field S2Ps = new("S2PS", 2, 50, 48, FieldForm.Number, "32", "36", "40", "42", "44", "48", "52");

    /// <summary>Stage-2 tables are AArch64.</summary>
    public static readonly Field S2Aa64 = Field.Flag("S2AA64", 2, 51);

    /// <summary>Stage-2 tables are big endian.</summary>
    public static readonly Field S2Endi = Field.Flag("S2ENDI", 2, 52);

    /// <summary>Protected table walk.</summary>
    public static readonly Field S2Ptw = Field.Flag("S2PTW", 2, 54);

    /// <summary>Stage-2 faults stall.</summary>
    public static readonly Field S2S = Field.Flag("S2S", 2, 57);

    /// <summary>Stage-2 faults are recorded.</summary>
    public static readonly Field S2R = Field.Flag("S2R", 2, 58);

    /// <summary>Stage-2 table base.</summary>
    public static readonly Field S2Ttb = new("S2TTB", 3, 51, 4, FieldForm.Address);

    /// <summary>The 19 bits that the driver keeps as one value (vtcr): S2T0SZ up to S2PS.</summary>
    public static readonly Field Vtcr = new("VTCR", 2, 50, 32);

    /// <summary>The layout.</summary>
    public static readonly Layout Layout = new("STE", 8,
        V, Cfg, S1Fmt, S1CtxPtr, S1CdMax,
        S1Dss, S1Cir, S1Cor, S1Csh, S2Hwu, Dre, Cont, Dcp, Ppar, Mev, S2Fwb, S1Stalld, Eats, Strw, MemAttr, Mtcfg, AllocCfg, Shcfg,
        S2Vmid, S2T0sz, S2Sl0, S2Ir0, S2Or0, S2Sh0, S2Tg, S2Ps, S2Aa64, S2Endi, S2Ptw, S2S, S2R,
        S2Ttb);
}
