// The IOASID core once more, with dictionaries and lists, for one call at a time: what random runs of the model are held against.

using Verify.Model.Ioasid.Core;
using Verify.Transitions;

namespace Verify.Tests.Ioasid.Core;

/// <summary>What a step should return, from all steps before it. For ops that are registered and unregistered in turn: their lists are plain lists here.</summary>
/// <param name="poolOf">The pool of each AllocOps.</param>
internal sealed class ReferenceCore(int[] poolOf)
{
    private sealed class Allocator(int pool)
    {
        public int Pool { get; } = pool;

        public List<int> Sharers { get; } = [];

        public Dictionary<int, int> References { get; } = [];
    }

    private readonly Allocator standard = new(-1);
    private readonly List<Allocator> custom = [];
    private readonly Dictionary<int, HashSet<int>> issued = [];

    private Allocator? active;

    /// <summary>The map that is active: -1 is the default allocator's.</summary>
    public int Active => Now.Pool;

    /// <summary>The IDs in the active map, with their reference counts.</summary>
    public IReadOnlyDictionary<int, int> References => Now.References;

    /// <summary>The IDs that a pool has issued.</summary>
    public IReadOnlySet<int> Issued(int pool) => issued.TryGetValue(pool, out HashSet<int>? ids) ? ids : new HashSet<int>();

    private Allocator Now => active ?? standard;

    /// <summary>Takes a step, and returns the result that it should have; null where any may come, such as that memory is short.</summary>
    public CoreResult? Take(Step step)
    {
        (int about, CoreResult result) = (step.B, CoreModel.ResultOf(step));
        bool isKnown = Now.References.ContainsKey(about);
        switch ((CoreAct)step.Kind)
        {
            case CoreAct.AllocDefault or CoreAct.StorePlatformId when result is CoreResult.Done or CoreResult.WithData:
                Now.References.Add(about, 1);
                return null;
            case CoreAct.PlatformAlloc when about >= 0:
                return Pool(Active).Add(about) ? CoreResult.Done : CoreResult.Never;
            case CoreAct.PlatformUndo or CoreAct.PlatformFree:
                return Pool(Active).Remove(about) ? result : CoreResult.Never;
            case CoreAct.Get:
                Now.References[about] += isKnown ? 1 : throw new InvalidOperationException("nobody holds it");
                return CoreResult.Void;
            case CoreAct.Put or CoreAct.Free:
                return !isKnown ? CoreResult.NoEntry : --Now.References[about] == 0 ? CoreResult.True : CoreResult.False;
            case CoreAct.Erase:
                return Now.References.Remove(about) ? CoreResult.Void : CoreResult.Never;
            case CoreAct.SetData:
                return isKnown ? null : CoreResult.NoEntry;
            case CoreAct.Look:
                return isKnown ? CoreResult.Void : CoreResult.NoEntry;
            case CoreAct.Register when result != CoreResult.NoMemory:
                return Register(about);
            case CoreAct.Unregister:
                return Unregister(about);
            default:
                return null;
        }
    }

    private HashSet<int> Pool(int pool)
    {
        issued.TryAdd(pool, []);
        return issued[pool];
    }

    private CoreResult Register(int ops)
    {
        if (custom.Count == 0 && standard.References.Count > 0)
        {
            return CoreResult.Again;
        }
        if (custom.Find(each => each.Pool == poolOf[ops]) is { } shared)
        {
            shared.Sharers.Add(ops);
            return CoreResult.Shared;
        }
        custom.Add(new(poolOf[ops]));
        custom[^1].Sharers.Add(ops);
        active ??= custom[0];
        return active == custom[^1] ? CoreResult.Done : CoreResult.InTurn;
    }

    private CoreResult Unregister(int ops)
    {
        Allocator own = custom.Single(each => each.Sharers.Contains(ops));
        own.Sharers.Remove(ops);
        if (own.Sharers.Count > 0)
        {
            return CoreResult.Shared;
        }
        custom.Remove(own);
        active = own == active ? custom.FirstOrDefault() : active;
        return CoreResult.Done;
    }
}
