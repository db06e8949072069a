// Who takes steps of the two together, and why one cannot be taken.

using Verify.Model.IommuCore;
using Verify.Smmu.Attach;
using Verify.Transitions;

namespace Verify.Smmu.Group;

/// <content>Reasons are those of the model that a step belongs to; what only the other one can know is said here.</content>
public readonly partial struct SmmuGroupModel : IAgentSystem<SmmuGroupState>, IGuardedSystem<SmmuGroupState>
{
    /// <summary>CPU0 with the mutex, CPU1 with users' domains, the SMMU, those who ask, and devices.</summary>
    public int Agents => 5;

    /// <inheritdoc/>
    public int Agent(in SmmuGroupState before, Step step) => OfCore(step) is { } ofCore
        ? ofCore.Kind switch { < Act.Returns => 3, Act.Dma => 4, _ => CoreCpu }
        : OfDriver(step) is { } ofDriver ? (AttachAct)ofDriver.Kind switch { AttachAct.Consume => 2, AttachAct.Map => 3, _ => ofDriver.A }
        : 0;

    /// <inheritdoc/>
    public string? WhyNot(in SmmuGroupState state, string lane, string action, IReadOnlyDictionary<string, string> arguments)
    {
        var ofCore = Array.IndexOf(_actions, action) is >= 0 and var place && place < _ofGroup.Length ? _ofGroup[place] : -1;
        if (ofCore >= 0 && IsLeftOut(in state, new Step((ushort)ofCore)))
        {
            return $"{action} is not asked of machine \"{machines[state.Group.Machine].Core.Name}\", or not while the default domain is unmapped";
        }

        if (ofCore >= 0 && state.Smmu.Cpus[CoreCpu].Operation != Operation.None)
        {
            return $"CPU0 is in {AttachText.Say(state.Smmu.Cpus[CoreCpu].Operation)}";
        }

        if (ofCore >= 0)
        {
            return group.WhyNot(in state.Group, lane, action, arguments) ?? "a domain of that name is being freed";
        }

        var isCallback = Array.IndexOf(_actions, action) is >= 0 and var ofSmmu && _ofSmmu[ofSmmu - _ofGroup.Length] <= (ushort)AttachAct.ReleaseDevice;
        return !isCallback ? smmu.WhyNot(in state.Smmu, lane, action, arguments)
            : state.Smmu.Cpus[CoreCpu].Operation != Operation.None ? $"CPU0 is in {AttachText.Say(state.Smmu.Cpus[CoreCpu].Operation)}"
            : group.WhyNot(in state.Group, "driver", action, arguments);
    }
}
