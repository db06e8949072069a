// How much there is of everything.

using System.Globalization;

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

    /// <summary>Reads a scope such as "ids=3,sets=2,vms=1,spids=2,devices=0,cpus=2"; what is not said is as in <paramref name="usual"/>.</summary>
    /// <returns>The scope and no problem, or what is wrong with it in a line.</returns>
    public static (IoasidScope? Scope, string? Problem) Parse(string text, IoasidScope usual)
    {
        IoasidScope scope = usual;
        HashSet<string> given = [];
        foreach (string part in text.Split(','))
        {
            string[] sides = part.Split('=');
            if (sides.Length != 2 || !int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            {
                return (null, $"'{part}' is no part of a scope; one is ids=3");
            }
            if (!given.Add(sides[0]))
            {
                return (null, $"'{sides[0]}' is there twice");
            }
            switch (sides[0])
            {
                case "ids": scope = scope with { Ids = count }; break;
                case "sets": scope = scope with { Sets = count }; break;
                case "vms": scope = scope with { Vms = count }; break;
                case "spids": scope = scope with { Spids = count }; break;
                case "devices": scope = scope with { Devices = count }; break;
                case "cpus": scope = scope with { Cpus = count }; break;
                default: return (null, $"there is no '{sides[0]}' in a scope, but ids, sets, vms, spids, devices and cpus");
            }
        }
        try
        {
            return (scope.Checked(), null);
        }
        catch (ArgumentOutOfRangeException bad)
        {
            return (null, $"{bad.ParamName!.ToLowerInvariant()}={bad.ActualValue} cannot be: {bad.Message.Split(" (")[0].Split('\n')[0]}");
        }
    }

    private static void Check(string name, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name.ToLowerInvariant()} must be {least} to {most}");
        }
    }
}
