// ioasid_find, and what its callers do with what they get.

using Verify.Transitions;

namespace Verify.Model.Ioasid.Core;

/// <content>
/// It runs in an RCU section and without the lock. Reading which allocator is active and looking into its map are one step: in between, only the active allocator could
/// change, and the old one's map stays as it was.
/// </content>
public readonly partial struct CoreModel
{
    private void Find<TSink>(in CoreState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<CoreState>, allows ref struct
    {
        for (int id = 0; id < scope.Ids; id++)
        {
            if (!IsVisible(in state, id))
            {
                Refuse(in state, ref sink, CoreAct.Look, cpu, id, CoreResult.NoEntry);
                continue;
            }
            ref CoreState next = ref sink.From(in state);
            next.Pc[cpu] = (byte)CorePc.Found;
            next.Id[cpu] = (byte)(id + 1);
            next.Map[cpu] = state.Active;
            Add(ref sink, CoreAct.Look, cpu, id);
        }
        if (rules.NeedsGetter)
        {
            Refuse(in state, ref sink, CoreAct.ReturnPlain, cpu, -1, CoreResult.NoAccess);
        }
    }

    private void FindFurther<TSink>(in CoreState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<CoreState>, allows ref struct
    {
        switch ((CorePc)state.Pc[cpu])
        {
            case CorePc.Found:
                Check(in state, ref sink, cpu);
                break;
            case CorePc.Read:
                AskGetter(in state, ref sink, cpu);
                break;
            default:
                Return(ref sink.From(in state), cpu);
                Add(ref sink, CoreAct.Use, cpu, state.Data[cpu] - 1);
                break;
        }
    }

    private static void Check<TSink>(in CoreState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<CoreState>, allows ref struct
    {
        byte data = DataOf(in state, cpu);
        Leave(ref sink.From(in state), cpu);
        Add(ref sink, CoreAct.Check, cpu, -1, CoreResult.NoAccess);
        ref CoreState next = ref sink.From(in state);
        if (data == 0)
        {
            Leave(ref next, cpu);
            Add(ref sink, CoreAct.Check, cpu, -1, CoreResult.Null);
            return;
        }
        next.Pc[cpu] = (byte)CorePc.Read;
        next.Data[cpu] = data;
        next.Id[cpu] = 0;
        next.Map[cpu] = 0;
        next.Notes[cpu] = 0;
        Add(ref sink, CoreAct.Check, cpu, data - 1, CoreResult.Done);
    }

    // The private data of the entry that a reader has found, plus one.
    private static byte DataOf(in CoreState state, int cpu) => ((CpuNotes)state.Notes[cpu] & CpuNotes.Removed) != 0
        ? state.Data[cpu]
        : state.Private[At(state.Map[cpu], state.Id[cpu] - 1)];

    private void AskGetter<TSink>(in CoreState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<CoreState>, allows ref struct
    {
        byte data = state.Data[cpu];
        Leave(ref sink.From(in state), cpu);
        Add(ref sink, CoreAct.AskGetter, cpu, data - 1, CoreResult.Null);
        if (IsAlive(in state, data - 1))
        {
            ref CoreState pinned = ref sink.From(in state);
            Leave(ref pinned, cpu);
            pinned.Pc[cpu] = (byte)CorePc.Uses;
            pinned.Data[cpu] = data;
            pinned.Notes[cpu] = (byte)CpuNotes.Pinned;
            Add(ref sink, CoreAct.AskGetter, cpu, data - 1, CoreResult.Done);
        }
        if (!callers.GiveGetter && !rules.NeedsGetter)
        {
            ref CoreState plain = ref sink.From(in state);
            Leave(ref plain, cpu);
            plain.Pc[cpu] = (byte)CorePc.Uses;
            plain.Data[cpu] = data;
            Add(ref sink, CoreAct.ReturnPlain, cpu, data - 1, CoreResult.Done);
        }
    }

    // Ends the RCU section: nobody waits for this reader any more.
    private static void Leave(ref CoreState state, int cpu)
    {
        Return(ref state, cpu);
        for (int other = 0; other < MostCpus; other++)
        {
            state.Waits[other] &= (byte)~(1 << cpu);
        }
    }
}
