// The state of the system ioasid: the core, and the calls that other CPUs have begun.

using System.Runtime.CompilerServices;

namespace Verify.Model.Ioasid.Sets;

/// <summary>What a CPU is in the middle of, without holding the allocator's lock.</summary>
public enum CallPc : byte
{
    /// <summary>Nothing.</summary>
    Idle,

    /// <summary>ioasid_find_by_spid has found an IOASID and has yet to take a reference.</summary>
    FoundSpid,

    /// <summary>ioasid_register_notifier_mm has the lock of the pending list and wants the allocator's.</summary>
    Registers,

    /// <summary>ioasid_unregister_notifier_mm has dropped the lock and is about to use the set.</summary>
    Unregisters,

    /// <summary>ioasid_free_all_in_set has seen that there is something to free, and wants the lock.</summary>
    FreesAll,
}

/// <summary>A byte for each CPU.</summary>
[InlineArray(SetModel.MostCpus)]
public struct ByCpu
{
    private byte _first;
}

/// <summary>The core, and the calls under way.</summary>
public struct SetsState
{
    /// <summary>The core.</summary>
    public SetCore Core;

    /// <summary>By CPU, a <see cref="CallPc"/>.</summary>
    public ByCpu Pc;

    /// <summary>By CPU, what the call is about: an IOASID, a VM or a slot.</summary>
    public ByCpu Subject;

    /// <summary>By CPU, the slot of the set that a call on a VM has found.</summary>
    public ByCpu Slot;
}

/// <summary>Those around the core in the system ioasid: KVM takes a reference while an IOASID is bound, VDCM as it likes, the IOMMU driver only listens.</summary>
/// <param name="rules">The version.</param>
public readonly struct SetWorld(SetRules rules) : IWorld<SetsState>
{
    /// <inheritdoc/>
    public static ref SetCore Core(ref SetsState state) => ref state.Core;

    /// <inheritdoc/>
    public bool Handle(ref SetsState state, Subscriber who, IoasidEvent what)
    {
        ref SetCore core = ref state.Core;
        int id = core.Job.Id;
        byte holder = Holder.Of(who);
        bool holds = ((core.Holders[id] | core.Stale[id]) & holder) != 0;
        switch (who, what)
        {
            case (Subscriber.Kvm, IoasidEvent.Bind) or (Subscriber.Kvm, IoasidEvent.Unbind) when rules.BindHandlersTakeLock && !rules.NotifiesUnlocked:
                return false;
            case (Subscriber.Kvm, IoasidEvent.Bind) when !holds:
                IdCalls.Get(ref core, rules, core.SlotOf(id), id, holder);
                break;
            case (Subscriber.Kvm, IoasidEvent.Unbind) when holds:
            case (Subscriber.Kvm, IoasidEvent.Free) when holds || rules.HandlersPutBlindly:
                IdCalls.Put(ref core, rules, id, holder);
                break;
            case (Subscriber.Vdcm, IoasidEvent.Free) when holds || rules.HandlersPutBlindly:
                core.Marks[id] |= Mark.VdcmWork;
                break;
        }
        return true;
    }
}
