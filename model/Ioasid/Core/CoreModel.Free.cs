// ioasid_get, ioasid_put, ioasid_free and ioasid_set_data.

using Verify.Transitions;

namespace Verify.Model.Ioasid.Core;

/// <content>The core looks up an ID in the map of the active allocator, whichever gave the ID to the caller.</content>
public readonly partial struct CoreModel
{
    private void Get<TSink>(in CoreState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<CoreState>, allows ref struct
    {
        for (int id = 0; rules.HasReferences && id < scope.Ids; id++)
        {
            int at = At(state.Active, id);
            bool isMapped = IsMapped(in state, state.Active, id);
            if (IsHeld(in state, id) && isMapped && state.Holders[at] < scope.Holders && state.References[at] < scope.Holders)
            {
                ref CoreState next = ref sink.From(in state);
                next.References[at]++;
                next.Holders[at]++;
                Return(ref next, cpu);
                Add(ref sink, CoreAct.Get, cpu, id);
            }
            else if (!isMapped && (IsHeld(in state, id) || !callers.AskForTheirs))
            {
                Refuse(in state, ref sink, CoreAct.Get, cpu, id, CoreResult.Warned);
            }
        }
    }

    private void Put<TSink>(in CoreState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<CoreState>, allows ref struct
    {
        for (int id = 0; id < scope.Ids; id++)
        {
            for (int map = 0; map <= MostPools; map++)
            {
                if (state.Holders[At(map, id)] > 0 && MayPut(in state, At(map, id)))
                {
                    PutHold(in state, ref sink, cpu, map, id);
                }
            }
            if (!IsMapped(in state, state.Active, id))
            {
                if (!IsHeld(in state, id) && !callers.AskForTheirs)
                {
                    Refuse(in state, ref sink, PutAct, cpu, id, CoreResult.NoEntry);
                }
            }
            else if (callers.HaveStrangers && rules.ChecksSet)
            {
                Refuse(in state, ref sink, CoreAct.PutByStranger, cpu, id, CoreResult.NoAccess);
            }
            else if (callers.HaveStrangers)
            {
                CoreResult result = TakeReference(ref sink.From(in state), cpu, id);
                Add(ref sink, CoreAct.PutByStranger, cpu, id, result);
            }
        }
    }

    // Who holds an ID twice keeps its data; who gives up the last hold may have to see to that first.
    private bool MayPut(in CoreState state, int at) => !callers.ClearData || state.Holders[at] > 1 || state.Private[at] == 0;

    private void PutHold<TSink>(in CoreState state, ref TSink sink, int cpu, int map, int id)
        where TSink : struct, ISink<CoreState>, allows ref struct
    {
        ref CoreState next = ref sink.From(in state);
        bool isLast = --next.Holders[At(map, id)] == 0;
        CoreAct act = PutAct;
        CoreResult result;
        if (callers.PutAtLastUnbind && !isLast)
        {
            act = CoreAct.Unbind;
            result = CoreResult.Void;
            Return(ref next, cpu);
        }
        else if (callers.ClearPasidFirst && isLast)
        {
            act = CoreAct.PutInvalid;
            result = CoreResult.NoEntry;
            Return(ref next, cpu);
        }
        else
        {
            result = TakeReference(ref next, cpu, id);
        }
        // Of an ID that the core has lost, its last holder frees the data all the same.
        if (isLast && !IsMapped(in next, map, id))
        {
            Drop(ref next, next.Private[At(map, id)]);
            next.Private[At(map, id)] = 0;
        }
        int whose = IsHeldElsewhere(in state, id) ? (map + 1) << ResultBits : 0;
        sink.Add(new Step((ushort)act, (short)cpu, (short)id, (short)((int)result | whose)));
    }

    // Whose ID is given up is to be said where one is held that is none of the active allocator's: a lost one may have the number of one in use.
    private static bool IsHeldElsewhere(in CoreState state, int id)
    {
        bool any = false;
        for (int map = 0; map <= MostPools; map++)
        {
            any |= map != state.Active && state.Holders[At(map, id)] > 0;
        }
        return any;
    }

    // With the lock: the last reference leads to Frees, any other is all there is to do.
    private CoreResult TakeReference(ref CoreState state, int cpu, int id)
    {
        int at = At(state.Active, id);
        if (!IsMapped(in state, state.Active, id))
        {
            Return(ref state, cpu);
            return CoreResult.NoEntry;
        }
        if (--state.References[at] > 0)
        {
            Return(ref state, cpu);
            return CoreResult.False;
        }
        Stay(ref state, cpu, CorePc.Frees, state.Active, id);
        return CoreResult.True;
    }

    // The default allocator's function for it takes the entry out itself; a custom one gives the ID back to the platform first.
    private void FreeFurther<TSink>(in CoreState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<CoreState>, allows ref struct
    {
        (int map, int id) = (state.Map[cpu], state.Id[cpu] - 1);
        ref CoreState next = ref sink.From(in state);
        if ((CorePc)state.Pc[cpu] == CorePc.Frees && map != Default)
        {
            next.Issued[map - 1] &= (byte)~(1 << id);
            next.Pc[cpu] = (byte)CorePc.Erases;
            Add(ref sink, CoreAct.PlatformFree, cpu, id);
            return;
        }
        int data = Remove(ref next, map, id);
        if (rules.PutWaits && data != 0)
        {
            Sleep(ref next, cpu, data);
        }
        else
        {
            Drop(ref next, data);
            Return(ref next, cpu);
        }
        Add(ref sink, CoreAct.Erase, cpu, id);
    }

    private void SetData<TSink>(in CoreState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<CoreState>, allows ref struct
    {
        int fresh = FreshData(in state);
        for (int id = 0; id < scope.Ids; id++)
        {
            bool isMapped = IsMapped(in state, state.Active, id);
            if (!isMapped && (IsHeld(in state, id) || !callers.AskForTheirs))
            {
                Refuse(in state, ref sink, CoreAct.SetData, cpu, id, CoreResult.NoEntry);
            }
            for (int data = 0; isMapped && IsHeld(in state, id) && data <= (fresh == 0 ? 0 : 1); data++)
            {
                ref CoreState next = ref sink.From(in state);
                int old = state.Private[At(state.Active, id)];
                next.Private[At(state.Active, id)] = (byte)(data * fresh);
                next.Owned |= (byte)(data << fresh >> 1);
                if (rules.SetDataWaits)
                {
                    Sleep(ref next, cpu, old);
                }
                else
                {
                    Drop(ref next, old);
                    Return(ref next, cpu);
                }
                Add(ref sink, CoreAct.SetData, cpu, id, data != 0 ? CoreResult.WithData : CoreResult.Done);
            }
        }
    }

    // Takes an entry out of its map. Returns its data for who frees it, 0 where somebody still believes to hold the ID: then it is that one's.
    private int Remove(ref CoreState state, int map, int id)
    {
        int at = At(map, id);
        Orphan(ref state, map, id);
        state.Entry[at] = 0;
        state.References[at] = 0;
        if (state.Holders[at] > 0)
        {
            return 0;
        }
        int data = state.Private[at];
        state.Private[at] = 0;
        return data;
    }

    // Readers that have the entry keep what it is now: nobody finds it any more, so nobody changes it.
    private void Orphan(ref CoreState state, int map, int id)
    {
        for (int cpu = 0; cpu < scope.Cpus; cpu++)
        {
            if ((CorePc)state.Pc[cpu] == CorePc.Found && state.Id[cpu] == id + 1 && state.Map[cpu] == map)
            {
                state.Notes[cpu] = (byte)(rules.FreesEntryByRcu ? CpuNotes.Removed : CpuNotes.Removed | CpuNotes.Freed);
                state.Data[cpu] = state.Private[At(map, id)];
                state.Id[cpu] = 0;
                state.Map[cpu] = 0;
            }
        }
    }

    // The act by which a hold is given up.
    private CoreAct PutAct => rules.HasReferences ? CoreAct.Put : CoreAct.Free;
}
