// How much there is of everything.

namespace Verify.Model.Ioasid;

/// <summary>How many there are of everything that an IOASID model has.</summary>
/// <param name="Ids">IOASIDs that can be issued, besides PASID 0: the capacity.</param>
/// <param name="Sets">Slots of the table of sets.</param>
/// <param name="Vms">VMs, that is tokens of type MM.</param>
/// <param name="Spids">SPIDs that a VM uses.</param>
/// <param name="Devices">PCI devices, each with an mdev for every VM.</param>
/// <param name="Cpus">Calls that can be under way at the same time.</param>
public sealed record IoasidScope(int Ids, int Sets, int Vms, int Spids, int Devices, int Cpus)
{
    /// <summary>Checks that a model of this size can be made.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small to show anything, or too large for the state.</exception>
    public IoasidScope Checked()
    {
        Check(nameof(Ids), Ids, 1, 3);
        Check(nameof(Sets), Sets, 1, 3);
        Check(nameof(Vms), Vms, 1, 3);
        Check(nameof(Spids), Spids, 1, 3);
        Check(nameof(Devices), Devices, 0, 2);
        Check(nameof(Cpus), Cpus, 1, 2);
        return this;
    }

    private static void Check(string name, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name.ToLowerInvariant()} must be {least} to {most}");
        }
    }
}
