// ioasid_register_allocator and ioasid_unregister_allocator.

using Verify.Transitions;

namespace Verify.Model.Ioasid.Core;

/// <content>Both run under the lock as a whole; readers see no more of them than which allocator is active.</content>
public readonly partial struct CoreModel
{
    private void Register<TSink>(in CoreState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<CoreState>, allows ref struct
    {
        for (int ops = 0; ops < scope.Ops; ops++)
        {
            if (!MayRegister(in state, ops))
            {
                continue;
            }
            Refuse(in state, ref sink, CoreAct.Register, cpu, ops, CoreResult.NoMemory);
            ref CoreState next = ref sink.From(in state);
            CoreResult result = Register(ref next, ops);
            next.Registered |= (byte)(result is CoreResult.Done or CoreResult.Shared or CoreResult.InTurn ? 1 << ops : 0);
            Return(ref next, cpu);
            Add(ref sink, CoreAct.Register, cpu, ops, result);
        }
    }

    private bool MayRegister(in CoreState state, int ops) => !callers.RegisterOnce || (state.Registered >> ops & 1) == 0;

    // IDs of the default allocator are in use, which a first custom one would not know.
    private bool IsSwitchRefused(in CoreState state) => Allocators(in state) == 0 && rules.ChecksDefaultEmpty && !IsEmpty(in state, Default);

    private static bool IsLastSharer(in CoreState state, int pool) => state.Position[pool] != 0 && SharerList.IsSingular(in state, pool);

    private CoreResult Register(ref CoreState state, int ops)
    {
        int pool = state.Pool[ops];
        int last = Allocators(in state);
        if (IsSwitchRefused(in state))
        {
            // Its node points into the deleted allocator, but no list leads to it.
            return CoreResult.Again;
        }
        if (state.Position[pool] != 0)
        {
            return RegisterAgain(ref state, ops, pool);
        }
        // The map is a new one. Before, there is none to forget, unless the last allocator stayed active when it went.
        Forget(ref state, pool);
        SharerList.Begin(ref state, pool);
        SharerList.AddTail(ref state, ops, pool);
        state.Position[pool] = (byte)(last + 1);
        state.FirstOps[pool] = (byte)(ops + 1);
        state.Active = last == 0 ? (byte)(pool + 1) : state.Active;
        return last == 0 ? CoreResult.Done : CoreResult.InTurn;
    }

    // There is an allocator with the same functions.
    private CoreResult RegisterAgain(ref CoreState state, int ops, int pool)
    {
        bool isLinked = SharerList.Walk(in state, pool, ops, out _) == WalkEnd.Node;
        if (rules.LinksLast && isLinked)
        {
            return CoreResult.Exists;
        }
        if (!rules.LinksLast && (isLinked || state.FirstOps[pool] == ops + 1))
        {
            SharerList.AddToDeleted(ref state, ops);
        }
        if (!rules.LinksLast && state.FirstOps[pool] == ops + 1)
        {
            // What no list leads to may point anywhere.
            if (!isLinked)
            {
                state.Next[ops] = SharerList.Nowhere;
                state.Previous[ops] = SharerList.Nowhere;
            }
            return CoreResult.Exists;
        }
        SharerList.AddTail(ref state, ops, pool);
        return CoreResult.Shared;
    }

    private void Unregister<TSink>(in CoreState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<CoreState>, allows ref struct
    {
        for (int ops = 0; ops < scope.Ops; ops++)
        {
            int pool = state.Pool[ops];
            bool isRegistered = (state.Registered >> ops & 1) != 0;
            bool isLast = IsLastSharer(in state, pool);
            if ((callers.UnregisterOnce && !isRegistered) || (callers.UnregisterEmpty && isLast && IsPoolHeld(in state, pool)))
            {
                continue;
            }
            ref CoreState next = ref sink.From(in state);
            CoreResult result = Unregister(ref next, cpu, ops, pool, isLast);
            next.Registered &= (byte)(result == CoreResult.Busy ? 0xff : ~(1 << ops));
            Add(ref sink, CoreAct.Unregister, cpu, ops, result);
        }
    }

    private CoreResult Unregister(ref CoreState state, int cpu, int ops, int pool, bool isLast)
    {
        Return(ref state, cpu);
        if (state.Position[pool] == 0 || (rules.KnowsItsOps && SharerList.Walk(in state, pool, ops, out _) != WalkEnd.Node))
        {
            return CoreResult.NoEntry;
        }
        if (isLast)
        {
            if (rules.KeepsUsedAllocator && !IsEmpty(in state, pool + 1))
            {
                return CoreResult.Busy;
            }
            bool isEmpty = IsEmpty(in state, pool + 1);
            Withdraw(ref state, pool);
            return isEmpty ? CoreResult.Done : CoreResult.Warned;
        }
        WalkEnd end = SharerList.Walk(in state, pool, ops, out _);
        if (end == WalkEnd.Lost || (end == WalkEnd.Node && !SharerList.Delete(ref state, ops)))
        {
            Stay(ref state, cpu, CorePc.Lost, Default, -1);
            return CoreResult.Never;
        }
        if (rules.HandsOpsOn && state.FirstOps[pool] == ops + 1)
        {
            state.FirstOps[pool] = (byte)(state.Next[SharerList.Head(pool)] + 1);
        }
        return CoreResult.Shared;
    }

    // The allocator goes, and with it the map. Whoever holds an ID of it still does, but the core has never heard of that ID.
    private void Withdraw(ref CoreState state, int pool)
    {
        int position = state.Position[pool];
        state.Position[pool] = 0;
        state.FirstOps[pool] = 0;
        SharerList.End(ref state, pool);
        for (int other = 0; other < MostPools; other++)
        {
            state.Position[other] -= (byte)(state.Position[other] > position ? 1 : 0);
        }
        Forget(ref state, pool);
        if (Allocators(in state) == 0)
        {
            state.Active = rules.ReturnsToDefault ? (byte)Default : state.Active;
        }
        else if (state.Active == pool + 1)
        {
            state.Active = (byte)(First(in state) + 1);
        }
    }

    private void Forget(ref CoreState state, int pool)
    {
        for (int id = 0; id < scope.Ids; id++)
        {
            Orphan(ref state, pool + 1, id);
            state.Entry[At(pool + 1, id)] = 0;
            state.References[At(pool + 1, id)] = 0;
        }
    }
}
