// How much there is of everything.

namespace Verify.Smmu.Attach;

/// <summary>A machine: what a run is about.</summary>
/// <param name="Name">Its name, for the traces.</param>
/// <param name="Devices">The devices.</param>
/// <param name="Domains">The domains, at most <see cref="AttachState.MostDomains"/>; a nested one needs an S2 one.</param>
public sealed record AttachMachine(string Name, IReadOnlyList<DeviceKind> Devices, params IReadOnlyList<DomainKind> Domains)
{
    /// <summary>How many PASIDs there are, 0 to <see cref="AttachState.MostPasids"/>.</summary>
    public int Pasids { get; init; }

    /// <summary>What is not asked of this machine's driver.</summary>
    public Operation[] Without { get; init; } = [];

    /// <summary>Whether an operation is not asked of this machine's driver.</summary>
    public bool IsWithout(Operation operation) => Array.IndexOf(Without, operation) >= 0;
}

/// <summary>A device.</summary>
/// <param name="Ats">It can do ATS.</param>
/// <param name="TwoStreams">It has two StreamIDs.</param>
/// <param name="Duplicate">It has its last StreamID twice.</param>
public sealed record DeviceKind(bool Ats, bool TwoStreams = false, bool Duplicate = false);

/// <summary>A scope.</summary>
/// <param name="Machines">The machines; a run is of one of them.</param>
/// <param name="Cpus">How many CPUs there are, 1 to <see cref="AttachState.MostCpus"/>.</param>
public sealed record AttachScope(IReadOnlyList<AttachMachine> Machines, int Cpus)
{
    /// <summary>
    /// Whether fetches, walks, translation requests and accesses are steps of their own, and not taken at once with whatever makes them possible. The verdicts are the same:
    /// what is held may be met either way, or not. There are many more states.
    /// </summary>
    public bool Explicit { get; init; }

    /// <summary>How many PASIDs a machine has at most.</summary>
    public int Pasids { get; } = Machines.Max(machine => machine.Pasids);
}
