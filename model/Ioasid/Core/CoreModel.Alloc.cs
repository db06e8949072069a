// ioasid_alloc.

using Verify.Transitions;

namespace Verify.Model.Ioasid.Core;

/// <content>The entry is allocated before the lock is taken. The ID becomes the caller's with the entry's store into the map.</content>
public readonly partial struct CoreModel
{
    private static void Allocate<TSink>(in CoreState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<CoreState>, allows ref struct
    {
        sink.From(in state).Pc[cpu] = (byte)CorePc.HasEntry;
        Add(ref sink, CoreAct.NewEntry, cpu, result: CoreResult.Done);
        Refuse(in state, ref sink, CoreAct.NewEntry, cpu, -1, CoreResult.Invalid);
    }

    private void AllocateLocked<TSink>(in CoreState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<CoreState>, allows ref struct
    {
        if (state.Active == Default)
        {
            // The range may hold no free ID, and there may be no memory for the slot.
            Refuse(in state, ref sink, CoreAct.AllocDefault, cpu, -1, CoreResult.Invalid);
            for (int id = 0; id < scope.Ids; id++)
            {
                if (!IsMapped(in state, Default, id))
                {
                    Store(in state, ref sink, cpu, CoreAct.AllocDefault, Default, id);
                }
            }
        }
        else if (rules.CallbackTakesLock)
        {
            Stay(ref sink.From(in state), cpu, CorePc.CallsBack, Default, -1);
            Add(ref sink, CoreAct.PlatformAlloc, cpu);
        }
        else
        {
            AskPlatform(in state, ref sink, cpu);
        }
    }

    // The platform may always refuse: its pool is the whole machine's.
    private void AskPlatform<TSink>(in CoreState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<CoreState>, allows ref struct
    {
        int pool = state.Active - 1;
        Refuse(in state, ref sink, CoreAct.PlatformAlloc, cpu, -1, CoreResult.Invalid);
        for (int id = 0; id < scope.Ids; id++)
        {
            if (!MayIssue(in state, pool, id))
            {
                continue;
            }
            for (int outside = 0; outside <= (platform.IgnoresRange ? 1 : 0); outside++)
            {
                ref CoreState next = ref sink.From(in state);
                Stay(ref next, cpu, CorePc.HasId, state.Active, id);
                next.Issued[pool] |= (byte)(1 << id);
                next.Notes[cpu] = (byte)(outside != 0 ? CpuNotes.Outside : CpuNotes.None);
                Add(ref sink, CoreAct.PlatformAlloc, cpu, id, outside != 0 ? CoreResult.Outside : CoreResult.Done);
            }
        }
    }

    // An ID that is issued is not issued again, unless the platform is careless.
    private bool MayIssue(in CoreState state, int pool, int id) => (state.Issued[pool] >> id & 1) == 0 || platform.Reissues;

    // Whether the platform's ID is to be refused, as none that was asked for.
    private bool IsUnwanted(in CoreState state, int cpu) => rules.ChecksRange && ((CpuNotes)state.Notes[cpu] & CpuNotes.Outside) != 0;

    private bool HasRoom(in CoreState state, int at) => state.Holders[at] < scope.Holders;

    private void AllocateFurther<TSink>(in CoreState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<CoreState>, allows ref struct
    {
        (int map, int id) = (state.Map[cpu], state.Id[cpu] - 1);
        switch ((CorePc)state.Pc[cpu])
        {
            case CorePc.HasId:
                StorePlatformId(in state, ref sink, cpu, map, id);
                break;
            case CorePc.Undoes:
                ref CoreState undone = ref sink.From(in state);
                undone.Issued[map - 1] &= (byte)~(1 << id);
                Return(ref undone, cpu);
                Add(ref sink, CoreAct.PlatformUndo, cpu, id, CoreResult.Invalid);
                break;
            default:
                ref CoreState written = ref sink.From(in state);
                written.Entry[At(map, id)] &= (byte)~EntryNotes.Unwritten;
                Return(ref written, cpu);
                Add(ref sink, CoreAct.ReturnId, cpu, id, CoreResult.Done);
                break;
        }
    }

    private void StorePlatformId<TSink>(in CoreState state, ref TSink sink, int cpu, int map, int id)
        where TSink : struct, ISink<CoreState>, allows ref struct
    {
        bool isDuplicate = IsMapped(in state, map, id);
        if (isDuplicate && !rules.FreesDuplicate)
        {
            Refuse(in state, ref sink, CoreAct.StorePlatformId, cpu, id, CoreResult.Duplicate);
            return;
        }
        // Mapped already, or no memory for the slot; or not what was asked for.
        if (rules.UndoesFailedStore)
        {
            sink.From(in state).Pc[cpu] = (byte)CorePc.Undoes;
            Add(ref sink, CoreAct.StorePlatformId, cpu, id, isDuplicate ? CoreResult.Duplicate : CoreResult.Invalid);
        }
        else
        {
            Refuse(in state, ref sink, CoreAct.StorePlatformId, cpu, id, CoreResult.Invalid);
        }
        if (!isDuplicate && !IsUnwanted(in state, cpu))
        {
            Store(in state, ref sink, cpu, CoreAct.StorePlatformId, map, id);
        }
    }

    // With private data or without. As many as hold a previous life of the ID may still believe to: beyond the scope, nothing is said of it.
    private void Store<TSink>(in CoreState state, ref TSink sink, int cpu, CoreAct act, int map, int id)
        where TSink : struct, ISink<CoreState>, allows ref struct
    {
        if (!HasRoom(in state, At(map, id)))
        {
            return;
        }
        int fresh = FreshData(in state);
        for (int data = 0; data <= (fresh == 0 ? 0 : 1); data++)
        {
            ref CoreState next = ref sink.From(in state);
            Stay(ref next, cpu, CorePc.Stored, map, id);
            int at = At(map, id);
            next.Entry[at] = (byte)(EntryNotes.Mapped | EntryNotes.Unwritten);
            next.References[at] = 1;
            next.Holders[at]++;
            next.Private[at] = (byte)(data * fresh);
            next.Owned |= (byte)(data << fresh >> 1);
            Add(ref sink, act, cpu, id, data != 0 ? CoreResult.WithData : CoreResult.Done);
        }
    }
}
