// Callbacks: how they begin and end, and what the core's side then knows of the hardware.

using Verify.Model.IommuCore;
using Verify.Smmu.Attach;
using Verify.Transitions;
using DriverErrno = Verify.Smmu.Attach.Errno;
using Errno = Verify.Model.IommuCore.Errno;
using Request = Verify.Smmu.Attach.Request;

namespace Verify.Smmu.Group;

/// <content>Reference attach.md, 1.2 to 1.5, and smmuv3.md, 6.1 to 6.5: what one calls and the other is.</content>
public readonly partial struct SmmuGroupModel
{
    // The operation that has the mutex, with no callback under way.
    private void GoOn<TSink>(in SmmuGroupState state, ref TSink sink)
        where TSink : struct, ISink<SmmuGroupState>, allows ref struct
    {
        var due = group.Core.Pending(in state.Group.Core);
        switch (due.Kind)
        {
            case CallbackKind.None when (Pc)state.Group.Core.Call.Pc == Pc.Free:
                Free(in state, ref sink, state.Group.Core.Call.Doomed);
                break;
            case CallbackKind.None:
                var lift = new OfGroup<TSink>(sink, this, in state);
                group.GoOn(in state.Group, ref lift);
                sink = lift.Inner;
                break;
            case CallbackKind.AllocDomain:
                Alloc(in state, ref sink, due);
                break;
            case CallbackKind.Map:
                Map(in state, ref sink, due);
                break;
            default:
                Call(in state, ref sink, due);
                break;
        }
    }

    // iommu_domain_free by the core. Nobody unmaps in it any more by then.
    private void Free<TSink>(in SmmuGroupState state, ref TSink sink, int doomed)
        where TSink : struct, ISink<SmmuGroupState>, allows ref struct
    {
        var request = new Request(Operation.DomainFree, 0, 0, Names.Attachment(doomed));
        if (state.Smmu.Cpus[UserCpu].Operation == Operation.None || state.Smmu.Cpus[UserCpu].New != request.Domain)
        {
            CallFor(in state, ref sink, CoreCpu, request);
        }
    }

    private void Alloc<TSink>(in SmmuGroupState state, ref TSink sink, Callback due)
        where TSink : struct, ISink<SmmuGroupState>, allows ref struct
    {
        ref var made = ref sink.From(in state);
        AttachModel.Allocate(ref made.Smmu, Names.Index(due.Domain));
        group.Core.Resume(ref made.Group.Core, Errno.Ok);
        sink.Add(new Step(KindOf(Act.Alloc), (short)due.Domain, GroupModel.Place(due.Device, 0), (short)Errno.Ok));
        group.Core.Resume(ref sink.From(in state).Group.Core, Errno.ENOMEM);
        sink.Add(new Step(KindOf(Act.Alloc), (short)due.Domain, GroupModel.Place(due.Device, 0), (short)Errno.ENOMEM));
    }

    private void Map<TSink>(in SmmuGroupState state, ref TSink sink, Callback due)
        where TSink : struct, ISink<SmmuGroupState>, allows ref struct
    {
        ref var mapped = ref sink.From(in state);
        mapped.Smmu.Domains[Names.Index(due.Domain)].Mapped = 1;
        smmu.Caches.Settle(ref mapped.Smmu);
        group.Core.Resume(ref mapped.Group.Core, Errno.Ok);
        sink.Add(new Step(KindOf(Act.Map), (short)due.Domain, GroupModel.Place(due.Device, 0), (short)Errno.Ok));
    }

    // attach_dev, set_dev_pasid, remove_dev_pasid and release_device begin, or are refused.
    private void Call<TSink>(in SmmuGroupState state, ref TSink sink, Callback due)
        where TSink : struct, ISink<SmmuGroupState>, allows ref struct
    {
        var request = RequestFor(due);
        ref var called = ref sink.From(in state);
        var error = IsForeign(in state, due) ? DriverErrno.EINVAL : smmu.Call(ref called.Smmu, CoreCpu, request, OldFor(due));
        if (error != DriverErrno.None)
        {
            group.Core.Resume(ref called.Group.Core, Names.Result(error));
        }

        Follow(in state, ref called, error != DriverErrno.None ? Names.Result(error) : null);
        sink.Add(Lifted(AttachModel.Called(CoreCpu, request, error)));
    }

    // A device is released to where it was attached for that.
    private Request RequestFor(Callback due) => new(
        Names.Operation(due.Kind), (byte)due.Device, (byte)due.Slot, due.Kind == CallbackKind.ReleaseDevice && !group.Rules.Driver.HasReleaseDomain ? AttachState.Blocked
            : due.Kind == CallbackKind.ReleaseDevice ? Names.Attachment(due.Old)
            : Names.Attachment(due.Domain));

    /// <summary>The old domain that the driver is told, as it names attachments: of a PASID, BLOCKED is nothing.</summary>
    public static byte OldFor(Callback due) => Names.Attachment(due.Old) is var old && due.Slot != 0 && old < AttachState.Paging ? (byte)0 : old;

    // A domain that the driver does not know, or cannot attach there.
    private static bool IsForeign(in SmmuGroupState state, Callback due)
    {
        var index = Names.Index(due.Domain);
        return due.Kind switch
        {
            CallbackKind.SetDevPasid => index < 0 || state.Smmu.Domains[index].Kind != DomainKind.S1,
            CallbackKind.AttachDev => index < 0 && due.Domain is not (Dom.Blocked or Dom.Identity),
            _ => false,
        };
    }

    /// <summary>What a callback has returned by a step; null where none has.</summary>
    public static Errno? Ended(in SmmuGroupState before, Step ofSmmu, in SmmuGroupState after) =>
        ofSmmu.Kind <= (ushort)AttachAct.ReleaseDevice && ofSmmu.C >> 8 != 0 ? Names.Result((DriverErrno)(ofSmmu.C >> 8))
        : AttachModel.Returned(in before.Smmu, ofSmmu, in after.Smmu, CoreCpu) is { } error ? Names.Result(error)
        : null;

    /// <summary>
    /// What the core's model would call a step: its own ones are what they are; that by which a callback ends is that callback; one within it that changes what an access gets is
    /// "attach_dev begins". Null for all others, of which it knows nothing.
    /// </summary>
    public Step? AsOfCore(in SmmuGroupState before, Step step, in SmmuGroupState after)
    {
        if (OfDriver(step) is not { } ofDriver)
        {
            return OfCore(step);
        }

        var due = before.Group.IsBusy ? group.Core.Pending(in before.Group.Core) : default;
        if (Ended(in before, ofDriver, in after) is { } result)
        {
            return due.Kind == CallbackKind.None
                ? new Step(Act.Free, before.Group.Core.Call.Doomed)
                : new Step(ActOf(due.Kind), due.Kind == CallbackKind.RemoveDevPasid ? (short)due.Old : (short)due.Domain, GroupModel.Place(due.Device, due.Slot), (short)result);
        }

        for (var entry = 0; entry < GroupCore.MostDevices * GroupCore.MostSlots; entry++)
        {
            if (before.Group.Hardware[entry] != after.Group.Hardware[entry])
            {
                var place = due.Kind >= CallbackKind.AttachDev ? GroupModel.Place(due.Device, due.Slot) : GroupModel.Place(entry / GroupCore.MostSlots, entry % GroupCore.MostSlots);
                return new Step(Act.Break, (short)due.Domain, place);
            }
        }

        return null;
    }

    private static ushort ActOf(CallbackKind kind) => kind switch
    {
        CallbackKind.AttachDev => Act.AttachDev,
        CallbackKind.SetDevPasid => Act.SetDevPasid,
        CallbackKind.RemoveDevPasid => Act.RemoveDevPasid,
        _ => Act.ReleaseDevice,
    };

    // Whether memory cannot be lacking: the callback must not fail, and the driver keeps what that takes.
    private bool IsInReserve(in SmmuGroupState state, Step step) =>
        rules.KeepsReserve && AttachText.IsStage((AttachAct)step.Kind) && step.A == CoreCpu && step.B != 0 && CoreMachine.MustSucceed(in state.Group.Core);

    // The core goes on where a callback has ended.
    private void AfterSmmu(in SmmuGroupState before, ref SmmuGroupState after, Step step)
    {
        var ended = Ended(in before, step, in after);
        if (ended is { } result)
        {
            if ((Pc)before.Group.Core.Call.Pc == Pc.Free)
            {
                group.Core.Step(ref after.Group.Core);
            }
            else
            {
                group.Core.Resume(ref after.Group.Core, result);
            }
        }

        Follow(in before, ref after, ended);
    }

    // What the core's side says of the hardware follows the SMMU.
    private void Follow(in SmmuGroupState before, ref SmmuGroupState after, Errno? ended)
    {
        var due = before.Group.IsBusy ? group.Core.Pending(in before.Group.Core) : default;
        for (var device = 0; device < group.Devices; device++)
        {
            for (var ssid = 0; ssid <= machines[after.Group.Machine].Core.Pasids; ssid++)
            {
                var isDue = due.Kind >= CallbackKind.AttachDev && due.Device == device && due.Slot == ssid;
                var was = Names.Domain(before.Smmu.Attached(device, ssid));
                var wanted = isDue ? Wanted(due) : was;
                // What has faulted within a callback counts so until it is over.
                var shown = isDue && ended == null && Dom.Faults(before.Group.Of(device, ssid)) ? Dom.None : was;
                after.Group.Hardware[GroupState.Entry(device, ssid)] = Seen(in after.Smmu, device, ssid, was, wanted) ?? (isDue && ended == Errno.Ok ? wanted : shown);
            }
        }

        if (due.Kind == CallbackKind.ReleaseDevice && ended == Errno.Ok)
        {
            after.Group.Late[due.Device] = 0;
        }
    }

    private byte Wanted(Callback due) => due.Kind switch
    {
        CallbackKind.RemoveDevPasid => Dom.None,
        CallbackKind.ReleaseDevice => Names.Domain(RequestFor(due).Domain),
        _ => (byte)due.Domain,
    };

    // What an access may meet that is neither what it was nor what is wanted; null for nothing.
    private byte? Seen(in AttachState state, int device, int ssid, byte was, byte wanted)
    {
        var met = Met(in state, device, ssid);
        var known = BitOf(was) | BitOf(wanted);
        var third = met & ~known & ~SmmuCaches.Fault;
        return third != 0 ? DomainOf(third & -third) : (met & ~known) != 0 ? Dom.None : null;
    }

    // What an access of a RID or PASID may meet; bits as in SmmuCaches.
    private int Met(in AttachState state, int device, int ssid)
    {
        var met = smmu.Caches.Translated(in state, device, ssid);
        for (var stream = device * 2; stream < (device * 2) + state.Streams(device); stream++)
        {
            // Whose tables are used, and whose pages the TLB has.
            met |= smmu.Caches.Untranslated(in state, stream, ssid, hits: false) | smmu.Caches.Untranslated(in state, stream, ssid, hits: true);
        }

        return met;
    }

    private static int BitOf(byte domain) => Dom.Faults(domain) ? SmmuCaches.Fault
        : domain == Dom.Identity ? AttachState.IdentityPage
        : Names.Index(domain) is >= 0 and var index ? 1 << index
        : 0;

    private static byte DomainOf(int bit) => bit switch
    {
        SmmuCaches.Fault => Dom.None,
        AttachState.IdentityPage => Dom.Identity,
        _ => Names.Paging[System.Numerics.BitOperations.TrailingZeroCount(bit) % AttachState.MostDomains],
    };

    // What this machine is not asked for; and a driver does not unbind before it has unmapped.
    private bool IsLeftOut(in SmmuGroupState before, Step ofGroup)
    {
        var asked = Act.Asked(ofGroup.Kind);
        ref readonly var user = ref before.Smmu.Cpus[UserCpu];
        return machines[before.Group.Machine].Without.Contains(asked)
            || (asked == Op.UnuseDefault && user.Operation == Operation.Unmap && user.New == Names.Attachment(Dom.Dma));
    }

    // The core has taken a step: domains that it or users have allocated, devices that were found. False where that has to wait.
    private bool AfterGroup(in SmmuGroupState before, ref SmmuGroupState after)
    {
        for (var domain = 0; domain < Names.Paging.Length; domain++)
        {
            ref var allocated = ref after.Smmu.Domains[domain];
            var wanted = after.Group.Core.IsAlive(Names.Paging[domain]) && !before.Group.Core.IsAlive(Names.Paging[domain]);
            if (wanted && (allocated.Kind == DomainKind.None || allocated.Life != DomainLife.Free || allocated.Tag != 0))
            {
                // There is none in this machine, or one of the same name is being freed.
                return false;
            }

            if (wanted)
            {
                AttachModel.Allocate(ref after.Smmu, domain);
                allocated.Mapped = 1;
            }
        }

        for (var device = 0; device < group.Devices; device++)
        {
            if (after.Group.Core.Has(device) && after.Smmu.Devices[device].Present == 0)
            {
                var left = after.Smmu.Devices[device].Rid;
                AttachModel.Probe(ref after.Smmu, device);
                after.Smmu.Devices[device].Rid = left;
            }
        }

        return true;
    }
}
