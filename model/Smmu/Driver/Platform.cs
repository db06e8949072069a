// A described SMMU and master: what the driver's builders need to know to make entries.

using Verify.Bits;
using Verify.Smmu.Hardware;

namespace Verify.Smmu.Driver;

/// <summary>A device behind the SMMU, as firmware and its capabilities describe it.</summary>
/// <param name="Ats">It is capable of ATS.</param>
/// <param name="CanStall">Firmware says dma-can-stall.</param>
/// <param name="CdTable">Address of its CD table.</param>
/// <param name="S1Fmt">Format of its CD table.</param>
/// <param name="S1CdMax">log2 of the number of its CDs.</param>
public sealed record Master(bool Ats, bool CanStall, ulong CdTable = 0x10_0000_1000, ulong S1Fmt = 2, ulong S1CdMax = 11)
{
    /// <summary>Its CD table's values, for the builder.</summary>
    public CdTableCfg<Number, Truth> CdTableCfg => new(new Number(CdTable), new Number(S1Fmt), new Number(S1CdMax));
}

/// <summary>An SMMU and a master behind it.</summary>
/// <param name="Name">Short name, for lists and traces.</param>
/// <param name="Smmu">What the SMMU implements.</param>
/// <param name="Master">The device.</param>
public sealed record Platform(string Name, SmmuFeatures Smmu, Master Master)
{
    /// <summary>The kernel is big endian.</summary>
    public bool BigEndian { get; init; }

    /// <summary>The driver's FEAT_STALLS: faults can stall at all.</summary>
    public bool Stalls => Smmu.Stall != StallModel.TerminateOnly;

    /// <summary>The driver's master.stall_enabled.</summary>
    public bool StallEnabled => Smmu.Stall == StallModel.Forced || (Stalls && Master.CanStall);

    /// <summary>The driver enables ATS for the master.</summary>
    public bool Ats => Smmu.Ats && Master.Ats;

    /// <summary>
    /// A master that stalls and does ATS at once, on which every S2 entry with ATS is ILLEGAL since S2S follows stall_enabled (residual of B8).
    /// </summary>
    public bool StallsWithAts => StallEnabled && Ats;
}
