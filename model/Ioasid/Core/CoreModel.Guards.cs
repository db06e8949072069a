// Why a step of the system ioasid-core is not enabled, for those who follow a script.

using System.Globalization;
using Verify.Transitions;

namespace Verify.Model.Ioasid.Core;

/// <content>Reasons in the order in which a reader looks for them: is there such a call, is the CPU at that point of it, who has the lock, what of the ID.</content>
public readonly partial struct CoreModel : IGuardedSystem<CoreState>
{
    private const string Lock = "ioasid_allocator_lock";

    /// <inheritdoc/>
    public string? WhyNot(in CoreState state, string lane, string action, IReadOnlyDictionary<string, string> arguments)
    {
        int at = Array.IndexOf(_actions, action);
        if (at < 0)
        {
            return null;
        }
        var act = (CoreAct)at;
        if (WhyNever(act) is { } never)
        {
            return never;
        }
        int cpu = Number(lane, "CPU");
        cpu = cpu >= 0 ? cpu : Ready(in state, act);
        int id = arguments.TryGetValue("id", out string? given) ? Number(given, "") : -1;
        int ops = arguments.TryGetValue("ops", out given) ? Number(given, "ops") : -1;
        return cpu >= scope.Cpus || id >= scope.Ids || ops >= scope.Ops
                ? $"this scope has CPU0 to CPU{scope.Cpus - 1}, IDs 0 to {scope.Ids - 1}, and ops0 to ops{scope.Ops - 1}"
            : cpu < 0 || !IsAt(in state, cpu, act) ? WhyElsewhere(in state, cpu)
            : TakesLock(act) && state.LockedBy != 0 ? $"{Lock} is held: {Place(in state, state.LockedBy - 1)}"
            : WhyNotNow(in state, cpu, act, id, ops, arguments);
    }

    // A number behind a name; -1 where there is none.
    private static int Number(string text, string name) =>
        text.StartsWith(name, StringComparison.Ordinal) && int.TryParse(text.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;

    private static bool TakesLock(CoreAct act) => act is CoreAct.AllocDefault or CoreAct.PlatformAlloc || IsLockedCall(act);

    private static bool IsLockedCall(CoreAct act) => act is CoreAct.Get or CoreAct.Put or CoreAct.Free or CoreAct.PutByStranger or CoreAct.Unbind or CoreAct.PutInvalid
        or CoreAct.SetData or CoreAct.Register or CoreAct.Unregister;

    // What neither this core, nor its callers, nor its platform ever do.
    private string? WhyNever(CoreAct act) => act switch
    {
        CoreAct.Get or CoreAct.Put or CoreAct.PutInvalid when !rules.HasReferences =>
            $"this variant has no {(act == CoreAct.Get ? "ioasid_get" : "ioasid_put")}: IDs are not counted, as in 5.5 and 5.18",
        CoreAct.Free when rules.HasReferences => "this variant has no ioasid_free: IDs are counted, as in 5.11",
        CoreAct.PutByStranger when !callers.HaveStrangers => "in this variant nobody frees or puts what somebody else holds",
        CoreAct.Unbind when !callers.PutAtLastUnbind => "in this variant every unbind puts",
        CoreAct.PutInvalid when !callers.ClearPasidFirst => "in this variant mm->pasid is cleared after ioasid_put",
        CoreAct.PlatformUndo when !rules.UndoesFailedStore => "in this variant an ID that could not be stored is not given back",
        CoreAct.Synchronized when !rules.SetDataWaits && !rules.PutWaits => "in this variant nothing waits for a grace period",
        CoreAct.ReturnPlain when callers.GiveGetter && !rules.NeedsGetter => "in this variant callers of ioasid_find give a getter",
        CoreAct.StorePlatformId or CoreAct.PlatformFree when rules.CallbackTakesLock => "in this variant ops->alloc never returns: it waits for the lock that its caller holds",
        _ => null,
    };

    // A CPU that could take a step, or -1.
    private int Ready(in CoreState state, CoreAct act)
    {
        for (int cpu = 0; cpu < scope.Cpus; cpu++)
        {
            if (IsAt(in state, cpu, act))
            {
                return cpu;
            }
        }
        return -1;
    }

    // Whether a CPU is at the point of a call where a step belongs.
    private bool IsAt(in CoreState state, int cpu, CoreAct act)
    {
        var pc = (CorePc)state.Pc[cpu];
        return act switch
        {
            CoreAct.NewEntry or CoreAct.Look or CoreAct.Spin => pc == CorePc.Idle,
            CoreAct.AllocDefault or CoreAct.PlatformAlloc => pc == CorePc.HasEntry,
            CoreAct.StorePlatformId => pc == CorePc.HasId,
            CoreAct.PlatformUndo => pc == CorePc.Undoes,
            CoreAct.ReturnId => pc == CorePc.Stored,
            CoreAct.PlatformFree => pc == CorePc.Frees,
            CoreAct.Erase => pc is CorePc.Frees or CorePc.Erases,
            CoreAct.Synchronized => pc == CorePc.Sleeps,
            CoreAct.Check => pc == CorePc.Found,
            CoreAct.AskGetter => pc == CorePc.Read,
            CoreAct.ReturnPlain => pc == (rules.NeedsGetter ? CorePc.Idle : CorePc.Read),
            CoreAct.Use => pc == CorePc.Uses,
            _ => pc is CorePc.Idle or CorePc.Spins,
        };
    }

    private string WhyElsewhere(in CoreState state, int cpu)
    {
        (CoreModel model, CoreState now) = (this, state);
        return cpu >= 0 ? Place(in state, cpu) : string.Join(", ", Enumerable.Range(0, scope.Cpus).Select(each => model.Place(in now, each)));
    }

    // Where a CPU is, in a sentence.
    private string Place(in CoreState state, int cpu)
    {
        string id = $"{Allocator(state.Map[cpu])}[{state.Id[cpu] - 1}]";
        string free = rules.HasReferences ? "ioasid_put" : "ioasid_free";
        string where = (CorePc)state.Pc[cpu] switch
        {
            CorePc.Idle => "is in no call",
            CorePc.Spins => $"spins for {Lock}",
            CorePc.HasEntry => $"is in ioasid_alloc, before {Lock}",
            CorePc.HasId => $"is in ioasid_alloc, and has to store {id}",
            CorePc.Undoes => $"is in ioasid_alloc, and has to give {id} back",
            CorePc.Stored => $"is in ioasid_alloc, and has stored {id}",
            CorePc.CallsBack => $"is in ops->alloc, which waits for {Lock}",
            CorePc.Frees => $"is in {free}, and frees {id}",
            CorePc.Erases => $"is in {free}, and has given {id} back",
            CorePc.Sleeps => state.Waits[cpu] == 0 ? "is in synchronize_rcu" : $"is in synchronize_rcu, and waits for {Set(state.Waits[cpu], MostCpus, "CPU")}",
            CorePc.Found => "is in ioasid_find, with an entry",
            CorePc.Read => $"is in ioasid_find, with data{state.Data[cpu] - 1}",
            CorePc.Uses => $"has data{state.Data[cpu] - 1} from ioasid_find",
            _ => "follows a list out of it, or in a circle",
        };
        return $"CPU{cpu} {where}";
    }

    // The CPU is there and the lock is free, or its own: what is it then?
    private string? WhyNotNow(in CoreState state, int cpu, CoreAct act, int id, int ops, IReadOnlyDictionary<string, string> arguments) => act switch
    {
        CoreAct.AllocDefault when state.Active != Default => $"{Allocator(state.Active)} is active: ioasid_alloc calls its ops->alloc",
        CoreAct.PlatformAlloc when state.Active == Default => "the default allocator is active, which has no ops",
        CoreAct.PlatformAlloc when id >= 0 && !MayIssue(in state, state.Active - 1, id) => $"the platform has issued {Allocator(state.Active)}[{id}]",
        CoreAct.PlatformAlloc when !platform.IgnoresRange && arguments.GetValueOrDefault("result") == "outside min..max" => "this platform keeps to min..max",
        CoreAct.AllocDefault => WhyNotStored(in state, Default, id, arguments),
        CoreAct.StorePlatformId => IsUnwanted(in state, cpu) ? $"{state.Id[cpu] - 1} lies outside of min..max" : WhyNotStored(in state, state.Map[cpu], state.Id[cpu] - 1, arguments),
        CoreAct.PlatformFree => "the default allocator has no platform behind it: it takes the entry out itself",
        CoreAct.Erase when (CorePc)state.Pc[cpu] == CorePc.Frees && state.Map[cpu] != Default => "ops->free comes first",
        CoreAct.Synchronized => Place(in state, cpu),
        CoreAct.Spin => $"{Lock} is free",
        CoreAct.Look when id >= 0 && IsVisible(in state, id) => $"{Allocator(state.Active)}[{id}] is there",
        CoreAct.Check => DataOf(in state, cpu) == 0 ? "the entry has no private data" : $"the entry has data{DataOf(in state, cpu) - 1}",
        CoreAct.AskGetter when !IsAlive(in state, state.Data[cpu] - 1) => $"data{state.Data[cpu] - 1} is freed",
        CoreAct.Register when ops >= 0 => WhyNotRegistered(in state, ops),
        CoreAct.Unregister when ops >= 0 => WhyNotUnregistered(in state, ops),
        CoreAct.Get or CoreAct.Put or CoreAct.Free or CoreAct.PutByStranger or CoreAct.Unbind or CoreAct.PutInvalid or CoreAct.SetData =>
            id >= 0 ? WhyNotHeld(in state, act, id, arguments) : NobodyHolds(in state),
        _ => null,
    };

    private string? WhyNotStored(in CoreState state, int map, int id, IReadOnlyDictionary<string, string> arguments) =>
        id >= 0 && IsMapped(in state, map, id) ? $"{Allocator(map)}[{id}] is mapped already"
        : id >= 0 && !HasRoom(in state, At(map, id)) ? $"{Allocator(map)}[{id}] has as many holders as this scope allows"
        : arguments.GetValueOrDefault("private") == "new" || arguments.GetValueOrDefault("result") == "private=new" ? WhyNoData(in state) : null;

    private string? WhyNoData(in CoreState state) => FreshData(in state) == 0 ? $"this scope has {scope.Data} of private data, and all of it is in use" : null;

    private string? WhyNotRegistered(in CoreState state, int ops) =>
        !MayRegister(in state, ops) ? $"ops{ops} is registered, and callers in this variant register what is not"
        : IsSwitchRefused(in state) ? "the default allocator has IDs"
        : state.Position[state.Pool[ops]] != 0 ? $"there is an allocator with its functions, {Allocator(state.Pool[ops] + 1)}"
        : Allocators(in state) > 0 ? $"{Allocator(state.Active)} is active" : null;

    private string? WhyNotUnregistered(in CoreState state, int ops)
    {
        string pool = Allocator(state.Pool[ops] + 1);
        bool isLast = IsLastSharer(in state, state.Pool[ops]);
        return (state.Registered >> ops & 1) == 0 ? $"ops{ops} is not registered"
            : isLast && (IsPoolHeld(in state, state.Pool[ops]) || !IsEmpty(in state, state.Pool[ops] + 1)) ? $"ops{ops} is the last with the functions of {pool}, and there are IDs of {pool}"
            : isLast ? $"ops{ops} is the last with the functions of {pool}" : $"others share {pool}";
    }

    private string? WhyNotHeld(in CoreState state, CoreAct act, int id, IReadOnlyDictionary<string, string> arguments)
    {
        int at = At(state.Active, id);
        string name = $"{Allocator(state.Active)}[{id}]";
        if (act == CoreAct.PutByStranger || !IsHeld(in state, id))
        {
            return IsMapped(in state, state.Active, id) ? $"nobody holds {name}" : $"{name} is not allocated";
        }
        return act switch
        {
            _ when state.Holders[at] == 0 => $"{id} is held, but not as an ID of {Allocator(state.Active)}, which is active",
            CoreAct.Get when IsMapped(in state, state.Active, id) => $"{name} has {state.Holders[at]} holders, as many as this scope allows",
            CoreAct.SetData when IsMapped(in state, state.Active, id) => arguments.GetValueOrDefault("data") == "new" ? WhyNoData(in state) : $"{name} is there",
            CoreAct.Get or CoreAct.SetData => $"{name} is not mapped",
            _ when !MayPut(in state, at) => $"the last holder of {name} calls ioasid_set_data(NULL) first: it has data{state.Private[at] - 1}",
            CoreAct.Put when callers.PutAtLastUnbind && state.Holders[at] > 1 => $"{name} has {state.Holders[at]} holders, of whom only the last one puts",
            CoreAct.Put when callers.ClearPasidFirst && state.Holders[at] == 1 => "mm->pasid is cleared: the last ioasid_put is of INVALID_IOASID",
            _ => $"{name} has {state.Holders[at]} {(state.Holders[at] == 1 ? "holder" : "holders")} and {state.References[at]} {(state.References[at] == 1 ? "reference" : "references")}",
        };
    }

    private string? NobodyHolds(in CoreState state)
    {
        bool any = false;
        for (int id = 0; id < scope.Ids; id++)
        {
            any |= IsHeld(in state, id);
        }
        return any ? null : "nobody holds an ID";
    }
}
