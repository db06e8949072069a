// How states and steps of the IOASID core read.

using Verify.Transitions;

namespace Verify.Model.Ioasid.Core;

/// <content>Names of CPUs, allocators, IDs and data: "ops1", "pool0", "data0".</content>
public readonly partial struct CoreModel
{
    private const int ResultBits = 8;

    private static readonly string[] _actions =
    [
        "ioasid_alloc: kzalloc", "ioasid_alloc: xa_alloc", "ioasid_alloc: ops->alloc", "ioasid_alloc: xa_alloc of the platform's ID", "ioasid_alloc: ops->free",
        "ioasid_alloc: write id, unlock", "ioasid_get: refs++", "ioasid_put: refs--", "ioasid_free: xa_load", "stranger's free or put", "unbind without ioasid_put",
        "ioasid_put of INVALID_IOASID", "free: ops->free", "free: xa_erase, kfree_rcu, unlock", "ioasid_set_data: rcu_assign_pointer", "synchronize_rcu returns",
        "ioasid_find: xa_load", "ioasid_find: compare set, read private", "ioasid_find: getter", "ioasid_find: no getter", "use private data", "ioasid_register_allocator",
        "ioasid_unregister_allocator", "spin_lock: wait",
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string> Actions => _actions;

    /// <summary>The result of a step.</summary>
    public static CoreResult ResultOf(Step step) => (CoreResult)(step.C & ((1 << ResultBits) - 1));

    /// <summary>The name of a map's allocator.</summary>
    public static string Allocator(int map) => map == Default ? "default" : $"pool{map - 1}";

    /// <inheritdoc/>
    public ActionText Say(in CoreState before, Step step)
    {
        var arguments = new List<(string, string)>();
        var (act, result) = ((CoreAct)step.Kind, ResultOf(step));
        if (step.B >= 0)
        {
            arguments.Add(act switch
            {
                CoreAct.Register or CoreAct.Unregister => ("ops", $"ops{step.B}"),
                CoreAct.Check => ("private", $"data{step.B}"),
                CoreAct.AskGetter or CoreAct.ReturnPlain or CoreAct.Use => ("data", $"data{step.B}{(IsAlive(in before, step.B) ? "" : ", freed")}"),
                _ => ("id", $"{step.B}"),
            });
        }
        if (step.C >> ResultBits is > 0 and int map)
        {
            arguments.Add(("of", $"{Allocator(map - 1)}{(map - 1 == before.Active ? "" : ", which is not active")}"));
        }
        if (act is CoreAct.SetData && result is CoreResult.Done or CoreResult.WithData)
        {
            arguments.Add(("data", result == CoreResult.WithData ? "new" : "NULL"));
        }
        else if (Text(act, result) is { Length: > 0 } text)
        {
            arguments.Add(("result", text));
        }
        return new($"CPU{step.A}", _actions[step.Kind], [.. arguments]);
    }

    /// <inheritdoc/>
    public void Describe(in CoreState state, IStateText text)
    {
        for (int cpu = 0; cpu < scope.Cpus; cpu++)
        {
            text.Field($"CPU{cpu}", Cpu(in state, cpu));
        }
        text.Field("lock", state.LockedBy == 0 ? "free" : $"CPU{state.LockedBy - 1}");
        text.Field("active", Allocator(state.Active));
        for (int pool = 0; pool < MostPools; pool++)
        {
            string position = state.Position[pool] == 0 ? "no allocator" : $"allocator {state.Position[pool]}, calls ops{state.FirstOps[pool] - 1}";
            text.Field(Allocator(pool + 1), $"{position}, issued {Set(state.Issued[pool], MostIds, "")}, {Links(in state, SharerList.Head(pool))}");
        }
        for (int ops = 0; ops < scope.Ops; ops++)
        {
            string registered = (state.Registered >> ops & 1) != 0 ? "registered" : "not registered";
            text.Field($"ops{ops}", $"{registered}, functions of {Allocator(state.Pool[ops] + 1)}, {Links(in state, ops)}");
        }
        for (int id = 0; id < scope.Ids; id++)
        {
            for (int map = 0; map <= MostPools; map++)
            {
                text.Field($"{Allocator(map)}[{id}]", Entry(in state, At(map, id)));
            }
        }
        text.Field("data with owner", Set(state.Owned, scope.Data, "data"));
    }

    private static string Text(CoreAct act, CoreResult result) => (act, result) switch
    {
        (_, CoreResult.Void) or (CoreAct.ReturnId or CoreAct.Check, CoreResult.Done) => "",
        (CoreAct.NewEntry, CoreResult.Done) => "entry",
        (CoreAct.PlatformAlloc, CoreResult.Done) => "in min..max",
        (CoreAct.AllocDefault or CoreAct.StorePlatformId, CoreResult.Done) => "private=NULL",
        (CoreAct.AllocDefault or CoreAct.StorePlatformId, CoreResult.WithData) => "private=new",
        (CoreAct.AskGetter, CoreResult.Null) => "false: NULL",
        (CoreAct.AskGetter, CoreResult.Done) => "true: pinned",
        (CoreAct.ReturnPlain, CoreResult.Done) => "not pinned",
        (CoreAct.Free or CoreAct.PutByStranger, CoreResult.True) => "found",
        (CoreAct.Put, CoreResult.True) => "0 left",
        (CoreAct.Put, CoreResult.NoEntry) => "false, no such ID",
        (CoreAct.Free or CoreAct.PutInvalid or CoreAct.PutByStranger, CoreResult.NoEntry) => "no such ID",
        (_, CoreResult.Never) => "never returns: follows the list out of it, or in a circle",
        (CoreAct.Unregister, CoreResult.NoEntry) => "not there",
        (CoreAct.Unregister, CoreResult.Done) => "allocator withdrawn",
        (CoreAct.Unregister, CoreResult.Shared) => "others share it",
        (CoreAct.Unregister, CoreResult.Warned) => "allocator withdrawn, WARN: IDs in use",
        (CoreAct.Register, CoreResult.Done) => "0, active",
        (CoreAct.Register, CoreResult.Shared) => "0, shares",
        (CoreAct.Register, CoreResult.InTurn) => "0, not active",
        (_, CoreResult.False) => "false",
        (_, CoreResult.Null) => "NULL",
        (_, CoreResult.Outside) => "outside min..max",
        (_, CoreResult.Invalid) => "INVALID_IOASID",
        (_, CoreResult.Duplicate) => "mapped already",
        (_, CoreResult.NoEntry) => "-ENOENT",
        (_, CoreResult.NoAccess) => "-EACCES",
        (_, CoreResult.Again) => "-EAGAIN",
        (_, CoreResult.Exists) => "-EEXIST",
        (_, CoreResult.NoMemory) => "-ENOMEM",
        (_, CoreResult.Busy) => "-EBUSY",
        (_, CoreResult.Warned) => "WARN, no such ID",
        _ => $"{result}",
    };

    private static string Cpu(in CoreState state, int cpu)
    {
        string id = state.Id[cpu] == 0 ? "" : $", {Allocator(state.Map[cpu])}[{state.Id[cpu] - 1}]";
        string data = state.Data[cpu] == 0 ? "" : $", data{state.Data[cpu] - 1}";
        string notes = state.Notes[cpu] == 0 ? "" : $", {(CpuNotes)state.Notes[cpu]}";
        string waits = state.Waits[cpu] == 0 ? "" : $", waits for {Set(state.Waits[cpu], MostCpus, "CPU")}";
        return $"{(CorePc)state.Pc[cpu]}{id}{data}{notes}{waits}";
    }

    private static string Entry(in CoreState state, int at)
    {
        string entry = state.Entry[at] == 0 ? "none" : $"refs {state.References[at]}{((state.Entry[at] & (byte)EntryNotes.Unwritten) != 0 ? ", id not written" : "")}";
        string data = state.Private[at] == 0 ? "" : $", data{state.Private[at] - 1}";
        string holders = state.Holders[at] == 0 ? "" : $", holders {state.Holders[at]}";
        return $"{entry}{data}{holders}";
    }

    private static string Links(in CoreState state, int node) => state.Next[node] == SharerList.Nowhere && state.Previous[node] == SharerList.Nowhere
        ? "not linked"
        : $"next {Node(state.Next[node])}, prev {Node(state.Previous[node])}";

    private static string Node(int node) => node switch
    {
        SharerList.Nowhere => "poison",
        SharerList.Freed => "freed memory",
        < MostOps => $"ops{node}",
        _ => Allocator(node - MostOps + 1),
    };

    private static string Set(int bits, int count, string name) => $"{{{string.Join(", ", Enumerable.Range(0, count).Where(i => (bits >> i & 1) != 0).Select(i => $"{name}{i}"))}}}";
}
