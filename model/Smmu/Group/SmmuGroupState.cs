// The state of the two models together.

using Verify.Model.IommuCore;
using Verify.Smmu.Attach;

namespace Verify.Smmu.Group;

/// <summary>A group of devices in the core, and the same devices in the SMMUv3 driver and its hardware.</summary>
public struct SmmuGroupState
{
    /// <summary>
    /// The driver and the hardware. Domain 0 is the user's A, 1 the user's B, 2 the default domain of type DMA; see <see cref="Names"/>. CPU0 is in the callbacks of the core's
    /// operations, CPU1 unmaps and frees what users have.
    /// </summary>
    public AttachState Smmu;

    /// <summary>
    /// The core and those who use it. <see cref="GroupState.Hardware"/> is what the SMMU does for a RID or PASID: see <see cref="SmmuGroupModel"/>.
    /// </summary>
    public GroupState Group;

    /// <summary>Nothing: fills up the state.</summary>
    public Filler Filler;
}

/// <summary>Bytes without a meaning, always 0.</summary>
[System.Runtime.CompilerServices.InlineArray(5)]
public struct Filler
{
    private byte _first;
}
