// The two together in words: theirs.

using Verify.Model.IommuCore;
using Verify.Smmu.Attach;
using Verify.Transitions;

namespace Verify.Smmu.Group;

/// <content>Actions are those of the two models that can happen here: what the core's model has for callbacks, the driver's has.</content>
public readonly partial struct SmmuGroupModel
{
    private static readonly ushort[] _ofGroup =
    [
        .. Enumerable.Range(0, Act.Alloc).Select(kind => (ushort)kind)
            .Where(kind => Act.Asked(kind) != Op.DeferredAttach && Act.Returned(kind) != Op.DeferredAttach),
        Act.Alloc, Act.Map, Act.Store, Act.Erase, Act.Dma,
    ];

    private static readonly ushort[] _ofSmmu =
    [
        .. Enumerable.Range(0, AttachText.Names.Count).Select(kind => (ushort)kind)
            .Where(kind => (AttachAct)kind is not (AttachAct.MmRelease or AttachAct.DomainAlloc or AttachAct.ProbeDevice))
            .Where(kind => kind != (ushort)AttachText.Of(Attach.Stage.FreeMmTables) && kind != (ushort)AttachText.Of(Attach.Stage.AllocStatic)),
    ];

    private static readonly string[] _actions =
        [.. _ofGroup.Select(kind => GroupModel.Names[kind]), .. _ofSmmu.Select(kind => AttachText.Names[kind])];

    /// <inheritdoc/>
    public IReadOnlyList<string> Actions => _actions;

    // The kind of a step of the core's model.
    private static ushort KindOf(ushort ofGroup) => (ushort)Array.IndexOf(_ofGroup, ofGroup);

    private static Step Lifted(Step ofSmmu) => ofSmmu with { Kind = (ushort)(_ofGroup.Length + Array.IndexOf(_ofSmmu, ofSmmu.Kind)) };

    /// <summary>A step as one of the core's model; null for one of the driver's.</summary>
    public static Step? OfCore(Step step) => step.Kind < _ofGroup.Length ? step with { Kind = _ofGroup[step.Kind] } : null;

    /// <summary>A step as one of the driver's model; null for one of the core's.</summary>
    public static Step? OfDriver(Step step) => step.Kind < _ofGroup.Length || step.IsInit ? null : step with { Kind = _ofSmmu[step.Kind - _ofGroup.Length] };

    /// <summary>What the two say, without what never changes here: devices, tags and waiters that no machine has, what the core's model notes of its own driver.</summary>
    public void Describe(in SmmuGroupState state, IStateText text)
    {
        var machine = machines[state.Group.Machine];
        group.Describe(in state.Group, new Part(text, name => name, name => IsIdle(name) || IsOfOthers(name, machine.Devices.Count)));
        smmu.Describe(in state.Smmu, new Part(text, OfMaster, name => name == "machine" || IsOfNoTag(name, machine)));
    }

    // Both have a dev0: the driver's is its master.
    private static string OfMaster(string name) => name.StartsWith("dev", StringComparison.Ordinal) && !name.Contains(' ', StringComparison.Ordinal) ? $"{name} in the driver" : name;

    private static bool IsIdle(string name) =>
        name is "page request" or "waits" or "deferred attach" || name.StartsWith("attached before", StringComparison.Ordinal);

    private static bool IsOfOthers(string name, int devices)
    {
        var others = false;
        for (var device = devices; device < GroupCore.MostDevices; device++)
        {
            others |= name == $"dev{device}" || name == $"gdev{device}" || name.StartsWith($"HW[{device}]", StringComparison.Ordinal);
        }

        return others;
    }

    private static bool IsOfNoTag(string name, SmmuGroupMachine machine) =>
        name.StartsWith("TLB[guest", StringComparison.Ordinal) || (name.StartsWith("TLB[VMID", StringComparison.Ordinal) && !machine.Smmu.Domains.Contains(DomainKind.S2));

    /// <inheritdoc/>
    public ActionText Say(in SmmuGroupState before, Step step)
    {
        if (OfCore(step) is { } ofCore)
        {
            return group.Say(in before.Group, ofCore);
        }

        var said = smmu.Say(in before.Smmu, OfDriver(step)!.Value);
        return said with { Arguments = [.. said.Arguments.Select(argument => (argument.Name, Names.Renamed(argument.Value)))] };
    }

    private sealed class Part(IStateText inner, Func<string, string> named, Func<string, bool> leavesOut) : IStateText
    {
        public void Field(string name, string value)
        {
            if (!leavesOut(name))
            {
                inner.Field(Names.Renamed(named(name)), Names.Renamed(value));
            }
        }

        public void Word(string name, ulong value) => inner.Word(named(name), value);
    }
}
