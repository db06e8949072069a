// What the core asks the driver for, when it may ask, and what is refused at once.

using Verify.Transitions;
using static Verify.Smmu.Attach.AttachState;

namespace Verify.Smmu.Attach;

/// <summary>Errors, as the driver returns them; 0 for none.</summary>
public enum Errno : byte
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>Out of memory.</summary>
    ENOMEM = 12,

    /// <summary>Busy.</summary>
    EBUSY = 16,

    /// <summary>Invalid.</summary>
    EINVAL = 22,
}

public readonly partial struct AttachModel
{
    private static ReadOnlySpan<Operation> OnDomain => [Operation.Unmap, Operation.DomainFree, Operation.MmRelease];

    private static ReadOnlySpan<Operation> OnDevice => [Operation.AttachDev, Operation.SetDevPasid, Operation.RemoveDevPasid, Operation.ReleaseDevice];

    private void Begin<TSink>(in AttachState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<AttachState>, allows ref struct
    {
        for (byte device = 0; device < MostDevices; device++)
        {
            for (var domain = Blocked; domain < Paging + MostDomains; domain++)
            {
                Ask(in state, ref sink, cpu, new Request(Operation.AttachDev, device, 0, domain));
                for (byte ssid = 1; ssid < MostSsids; ssid++)
                {
                    Ask(in state, ref sink, cpu, new Request(Operation.SetDevPasid, device, ssid, domain));
                }
            }

            for (byte ssid = 1; ssid < MostSsids; ssid++)
            {
                Ask(in state, ref sink, cpu, new Request(Operation.RemoveDevPasid, device, ssid, 0));
            }

            Ask(in state, ref sink, cpu, new Request(Operation.ReleaseDevice, device, 0, Blocked));
        }

        for (var domain = Paging; domain < Paging + MostDomains; domain++)
        {
            foreach (var operation in OnDomain)
            {
                Ask(in state, ref sink, cpu, new Request(operation, 0, 0, domain));
            }
        }
    }

    private void Ask<TSink>(in AttachState state, ref TSink sink, int cpu, Request request)
        where TSink : struct, ISink<AttachState>, allows ref struct
    {
        if (NotAsked(in state, request) != Reason.None)
        {
            return;
        }

        ref var next = ref sink.From(in state);
        var old = Operations.IsOnDevice(request.Operation) ? state.Attached(request.Device, request.Ssid) : (byte)0;
        var error = Call(ref next, cpu, request, old);
        sink.Add(Called(cpu, request, error));
    }

    // With page tables behind it, or with PASIDs that have: reference smmuv3 6.2, step 4, and 6.3.
    private static bool WantsAts(in AttachState state, Request request) =>
        state.Devices[request.Device].CanAts != 0 && request.Operation switch
        {
            Operation.AttachDev => request.Domain >= Paging || state.Devices[request.Device].UsedSsids > 0,
            Operation.SetDevPasid => true,
            _ => false,
        };

    // Why the core does not ask for it in this state.
    private Reason NotAsked(in AttachState state, Request request)
    {
        ref readonly var domain = ref state.Domains[Math.Max(0, request.Domain - Paging)];
        return scope.Machines[state.Machine].IsWithout(request.Operation) ? Reason.Machine
            : request.Domain >= Paging && domain.Kind == DomainKind.None ? Reason.NoSuchDomain
            : Operations.IsOnDevice(request.Operation) ? DeviceNotAsked(in state, request)
            : InUseBy(in state, request.Domain, OnDomain) >= 0 ? Reason.DomainInUse
            : request.Operation switch
            {
                Operation.Unmap when domain.Life != DomainLife.Live => Reason.NotLive,
                Operation.Unmap when domain.Mapped == 0 => Reason.NotMapped,
                Operation.DomainFree => FreeNotAsked(in state, request.Domain),
                Operation.MmRelease when domain.Kind != DomainKind.Sva => Reason.NoMm,
                Operation.MmRelease when domain.Life != DomainLife.Live => Reason.NotLive,
                Operation.MmRelease when rules.BindHoldsMm && InUseBy(in state, request.Domain, [Operation.SetDevPasid]) >= 0 => Reason.MmHeld,
                _ => Reason.None,
            };
    }

    private Reason DeviceNotAsked(in AttachState state, Request request)
    {
        ref readonly var domain = ref state.Domains[Math.Max(0, request.Domain - Paging)];
        var kind = request.Domain >= Paging ? domain.Kind : DomainKind.None;
        return state.Owner(request.Device) >= 0 ? Reason.Mutex
            : !state.Has(request.Device) ? Reason.NoSuchDevice
            : !state.HasSsid(request.Ssid) ? Reason.NoSuchPasid
            : state.Devices[request.Device].Present == 0 ? Reason.NotProbed
            : kind != DomainKind.None && domain.Life != DomainLife.Live ? Reason.NotLive
            : kind != DomainKind.None && InUseBy(in state, request.Domain, [Operation.DomainFree]) >= 0 ? Reason.DomainInUse
            : request.Operation switch
            {
                Operation.AttachDev when request.Domain == state.Devices[request.Device].Rid => Reason.AttachedAlready,
                Operation.AttachDev when kind == DomainKind.Sva => Reason.WrongKind,
                Operation.SetDevPasid when kind is not (DomainKind.S1 or DomainKind.Sva) => Reason.WrongKind,
                Operation.SetDevPasid when request.Domain == state.Attached(request.Device, request.Ssid) => Reason.AttachedAlready,
                Operation.RemoveDevPasid when state.Attached(request.Device, request.Ssid) == 0 => Reason.NotAttached,
                Operation.ReleaseDevice when state.Pasids(request.Device) > 0 => Reason.PasidsAttached,
                _ => Reason.None,
            };
    }

    private Reason FreeNotAsked(in AttachState state, byte domain)
    {
        if (state.Domains[domain - Paging].Life is DomainLife.Free or DomainLife.Exiting)
        {
            return Reason.NotLive;
        }

        var isInUse = InUseBy(in state, domain, OnDevice) >= 0;
        for (var device = 0; device < MostDevices; device++)
        {
            for (var ssid = 0; ssid < MostSsids; ssid++)
            {
                isInUse |= state.Attached(device, ssid) == domain;
            }
        }

        var isParent = state.Domains[domain - Paging].Kind == DomainKind.S2;
        for (var other = 0; isParent && other < MostDomains; other++)
        {
            isInUse |= state.Domains[other].Kind == DomainKind.Nested && state.Domains[other].Life != DomainLife.Free;
        }

        return isInUse ? Reason.DomainInUse : Reason.None;
    }

    // The CPU that is in one of some operations with a domain, new or old; -1 for none.
    private int InUseBy(in AttachState state, byte domain, ReadOnlySpan<Operation> operations)
    {
        for (var cpu = 0; cpu < scope.Cpus; cpu++)
        {
            ref readonly var busy = ref state.Cpus[cpu];
            if ((busy.New == domain || busy.Old == domain) && operations.Contains(busy.Operation))
            {
                return cpu;
            }
        }

        return -1;
    }

    /// <summary>What the driver returns at once, before it changes anything.</summary>
    public Errno Refused(in AttachState state, Request request)
    {
        var rid = state.Devices[request.Device].Rid;
        var hasPasids = state.Devices[request.Device].UsedSsids > 0;
        var ridIsS1 = rid >= Paging && state.Domains[rid - Paging].Kind == DomainKind.S1;
        return request.Operation switch
        {
            Operation.AttachDev when hasPasids && !rules.RidChangesWithPasids => Errno.EBUSY,
            Operation.AttachDev when hasPasids && request.Domain >= Paging && state.Domains[request.Domain - Paging].Kind != DomainKind.S1 => Errno.EBUSY,
            Operation.SetDevPasid when rules.ChecksRid && !ridIsS1 && (rid >= Paging || !rules.PasidsWithoutS1) => Errno.EINVAL,
            Operation.SetDevPasid when state.Attached(request.Device, request.Ssid) != 0 && !rules.ReplacesPasid => Errno.EBUSY,
            _ => Errno.None,
        };
    }

    private Reason MapNotAsked(in AttachState state, int domain)
    {
        ref readonly var mapped = ref state.Domains[domain];
        return mapped.Kind is DomainKind.None or DomainKind.Nested ? Reason.WrongKind
            : mapped.Life != DomainLife.Live ? Reason.NotLive
            : mapped.Mapped != 0 ? Reason.Mapped
            : InUseBy(in state, (byte)(Paging + domain), OnDomain) >= 0 ? Reason.DomainInUse
            : Reason.None;
    }

    private Reason AllocNotAsked(in AttachState state, int domain)
    {
        ref readonly var free = ref state.Domains[domain];
        return free.Kind == DomainKind.None ? Reason.NoSuchDomain
            : free.Life != DomainLife.Free || free.Tag != 0 ? Reason.Allocated
            : InUseBy(in state, (byte)(Paging + domain), OnDomain) >= 0 ? Reason.DomainInUse
            : free.Kind != DomainKind.Nested ? Reason.None
            : state.Domains[state.Parent()].Life != DomainLife.Live || InUseBy(in state, (byte)(Paging + state.Parent()), OnDomain) >= 0 ? Reason.NoParent
            : Reason.None;
    }
}
