// What must be reachable in a model of the IOASID core, so that its claims mean something.

using Verify.Engine;
using Verify.Model.Ioasid.Core;
using static Verify.Model.Ioasid.Core.CoreModel;

namespace Verify.Properties.Ioasid;

/// <summary>Goals of the claims on what is reachable. A goal is a result of a step, or something seen of a state.</summary>
internal static class CoreGoals
{
    private sealed record Goal(string Name, CoreAct Act, params CoreResult[] Results);

    private static readonly Goal[] _anySuccess =
    [
        new("the default allocator gives an ID", CoreAct.AllocDefault, CoreResult.Done, CoreResult.WithData),
        new("a custom one gives an ID", CoreAct.StorePlatformId, CoreResult.Done, CoreResult.WithData),
        new("ioasid_alloc returns an ID", CoreAct.ReturnId, CoreResult.Done),
        new("the platform has an ID back", CoreAct.PlatformFree, CoreResult.Void),
        new("an entry leaves its map", CoreAct.Erase, CoreResult.Void),
        new("data is set", CoreAct.SetData, CoreResult.WithData),
        new("data is cleared", CoreAct.SetData, CoreResult.Done),
        new("data is found", CoreAct.Check, CoreResult.Done),
        new("a getter takes a reference", CoreAct.AskGetter, CoreResult.Done),
        new("data is used", CoreAct.Use, CoreResult.Void),
        new("the first custom allocator is active", CoreAct.Register, CoreResult.Done),
        new("ops share an allocator", CoreAct.Register, CoreResult.Shared),
        new("a second custom allocator waits", CoreAct.Register, CoreResult.InTurn),
        new("ops leave an allocator to others", CoreAct.Unregister, CoreResult.Shared),
        new("an allocator is withdrawn", CoreAct.Unregister, CoreResult.Done),
    ];

    private static readonly Goal[] _anyFailure =
    [
        new("ioasid_alloc: no memory for the entry", CoreAct.NewEntry, CoreResult.Invalid),
        new("ioasid_alloc: no ID in the range, or no memory for the slot", CoreAct.AllocDefault, CoreResult.Invalid),
        new("ioasid_alloc: the platform refuses", CoreAct.PlatformAlloc, CoreResult.Invalid),
        new("ioasid_alloc: no memory for the platform's ID", CoreAct.StorePlatformId, CoreResult.Invalid),
        new("ioasid_find: -ENOENT", CoreAct.Look, CoreResult.NoEntry),
        new("ioasid_find: -EACCES", CoreAct.Check, CoreResult.NoAccess),
        new("ioasid_find: no data", CoreAct.Check, CoreResult.Null),
        new("ioasid_find: the getter refuses", CoreAct.AskGetter, CoreResult.Null),
        new("ioasid_register_allocator: -ENOMEM", CoreAct.Register, CoreResult.NoMemory),
        new("ioasid_register_allocator: -EAGAIN", CoreAct.Register, CoreResult.Again),
        new("ioasid_register_allocator: -EEXIST", CoreAct.Register, CoreResult.Exists),
    ];

    /// <summary>That calls succeed.</summary>
    public static Reachable<CoreState> Successes(Claim claim, CoreModel model) => Of(claim,
    [
        .. _anySuccess,
        .. When(model.Rules.SetDataWaits, new Goal("a grace period ends", CoreAct.Synchronized, CoreResult.Void)),
        .. When(!model.Rules.NeedsGetter && !model.Callers.GiveGetter, new Goal("data is returned without a getter", CoreAct.ReturnPlain, CoreResult.Done)),
        .. When(model.Callers.PutAtLastUnbind, new Goal("a device is unbound without ioasid_put", CoreAct.Unbind, CoreResult.Void)),
        .. model.Rules.HasReferences
            ? (Goal[])
            [
                new("ioasid_get", CoreAct.Get, CoreResult.Void), new("ioasid_put: not the last reference", CoreAct.Put, CoreResult.False),
                new("ioasid_put: the last reference", CoreAct.Put, CoreResult.True),
            ]
            : [new("ioasid_free", CoreAct.Free, CoreResult.True)],
    ]);

    /// <summary>That calls fail, if callers are such that they can.</summary>
    public static Reachable<CoreState> Failures(Claim claim, CoreModel model)
    {
        (CoreRules rules, Callers callers, PlatformRules platform) = (model.Rules, model.Callers, model.Platform);
        return Of(claim,
        [
            .. _anyFailure,
            .. callers.AskForTheirs ? [] : Unknown(rules),
            .. When(rules.UndoesFailedStore, new Goal("ioasid_alloc: the platform's ID goes back", CoreAct.PlatformUndo, CoreResult.Invalid)),
            .. When(platform.IgnoresRange, new Goal("ioasid_alloc: the platform's ID lies outside of the range", CoreAct.PlatformAlloc, CoreResult.Outside)),
            .. When(platform.Reissues, new Goal("ioasid_alloc: the platform's ID is mapped already", CoreAct.StorePlatformId, CoreResult.Duplicate)),
            .. When(rules.NeedsGetter, new Goal("ioasid_find: -EACCES without a getter", CoreAct.ReturnPlain, CoreResult.NoAccess)),
            .. When(callers.HaveStrangers && rules.ChecksSet, new Goal("ioasid_put: -EACCES for strangers", CoreAct.PutByStranger, CoreResult.NoAccess)),
            .. When(callers.ClearPasidFirst, new Goal("ioasid_put: of INVALID_IOASID", CoreAct.PutInvalid, CoreResult.NoEntry)),
            .. When(!callers.UnregisterOnce, new Goal("ioasid_unregister_allocator: not there", CoreAct.Unregister, CoreResult.NoEntry)),
            .. When(!callers.UnregisterEmpty && !rules.KeepsUsedAllocator, new Goal("ioasid_unregister_allocator: WARN, IDs in use", CoreAct.Unregister, CoreResult.Warned)),
            .. When(rules.KeepsUsedAllocator, new Goal("ioasid_unregister_allocator: -EBUSY", CoreAct.Unregister, CoreResult.Busy)),
        ]);
    }

    /// <summary>That calls meet each other.</summary>
    public static Reachable<CoreState> Races(Claim claim) => new(claim,
        ["a reader has an entry that was removed", "a grace period waits for a reader", "data is used that its owner has dropped", "a CPU spins for the lock"], (in s) => Met(in s));

    private static Goal[] When(bool isPossible, Goal goal) => isPossible ? [goal] : [];

    private static Goal[] Unknown(CoreRules rules) =>
    [
        new("ioasid_set_data: -ENOENT", CoreAct.SetData, CoreResult.NoEntry),
        .. rules.HasReferences
            ? (Goal[])[new("ioasid_get: no such ID", CoreAct.Get, CoreResult.Warned), new("ioasid_put: no such ID", CoreAct.Put, CoreResult.NoEntry)]
            : [new("ioasid_free: no such ID", CoreAct.Free, CoreResult.NoEntry)],
    ];

    private static ulong Met(in CoreState state)
    {
        ulong met = 0;
        for (int cpu = 0; cpu < MostCpus; cpu++)
        {
            met |= ((CpuNotes)state.Notes[cpu] & CpuNotes.Removed) != 0 ? 1UL : 0;
            met |= state.Waits[cpu] != 0 ? 2UL : 0;
            met |= ((CpuNotes)state.Notes[cpu] & CpuNotes.Pinned) != 0 && (state.Owned << 1 >> state.Data[cpu] & 1) == 0 ? 4UL : 0;
            met |= (CorePc)state.Pc[cpu] == CorePc.Spins ? 8UL : 0;
        }
        return met;
    }

    private static Reachable<CoreState> Of(Claim claim, Goal[] goals)
    {
        // By act and result: the bits of the goals.
        ulong[] bits = new ulong[256 * (1 + (int)Enum.GetValues<CoreAct>().Max())];
        foreach ((int index, Goal goal) in goals.Index())
        {
            foreach (CoreResult result in goal.Results)
            {
                bits[((int)goal.Act * 256) + (int)result] |= 1UL << index;
            }
        }
        return new(claim, [.. goals.Select(goal => goal.Name)], (in _) => 0)
        {
            Taken = (in _, step, in _) => bits[(step.Kind * 256) + (int)CoreModel.ResultOf(step)],
        };
    }
}
