// How much there is in the system ioasid-life.

namespace Verify.Model.Ioasid.Life;

/// <summary>How many there are of everything.</summary>
/// <param name="Ids">IOASIDs, besides PASID 0, which nobody asks for.</param>
/// <param name="Vms">VMs, each with a set of its own, which may have all IOASIDs.</param>
/// <param name="Spids">SPIDs that a VM uses.</param>
/// <param name="Devices">PCI devices, shared by all VMs through mdevs: one PASID table each.</param>
/// <param name="Mdevs">Mdevs of a PCI device that a VM binds an IOASID to.</param>
public sealed record LifeScope(int Ids, int Vms, int Spids, int Devices, int Mdevs)
{
    /// <summary>What the core has of it.</summary>
    public IoasidScope Core { get; } = new IoasidScope(Ids, Vms, Vms, Spids, Devices, 1).Checked();
}
