// What sva_bind_device, sva_unbind_device and the end of an mm do to PASIDs, tables and TLBs.

using Verify.Transitions;
using static Verify.Model.Ioasid.Native.NativeState;

namespace Verify.Model.Ioasid.Native;

/// <content>The drivers and mm.</content>
public readonly partial struct NativeModel
{
    private void Bind<TSink>(in NativeState state, ref TSink sink, int process, int device)
        where TSink : struct, ISink<NativeState>, allows ref struct
    {
        int fd = At(process, device);
        switch ((FdPc)state.Fd[fd])
        {
            case FdPc.Opened:
                sink.From(in state).Fd[fd] = (byte)FdPc.Binding;
                Add(ref sink, NativeAct.Bind, process, device);
                break;
            // While a notifier that was put is not gone, a new bind waits for it; the document leaves that open.
            case FdPc.Binding when state.Putting[process] == 0:
                GetPasid(in state, ref sink, process, device);
                break;
            case FdPc.HasPasid:
                ref NativeState bound = ref sink.From(in state);
                bound.Fd[fd] = (byte)FdPc.Bound;
                bound.Programmed[fd] = state.Handle[fd];
                bound.Table[Entry(device, Named(state.Handle[fd]))] = (byte)(process + 1);
                if (rules.HoldsMm && state.Hold[process] == 0)
                {
                    bound.Hold[process] = 1;
                    bound.Count[process]++;
                }
                Add(ref sink, NativeAct.SetUp, process, device, Named(state.Handle[fd]));
                break;
        }
    }

    // A new PASID, or another use of that of the mm.
    private void GetPasid<TSink>(in NativeState state, ref TSink sink, int process, int device)
        where TSink : struct, ISink<NativeState>, allows ref struct
    {
        int fd = At(process, device);
        if (state.Pasid[process] != 0)
        {
            int own = state.Pasid[process] - 1;
            bool isRefused = !rules.AcceptsLargest && own == pasids - 1;
            ref NativeState shared = ref sink.From(in state);
            shared.Fd[fd] = (byte)(isRefused ? FdPc.Refused : FdPc.HasPasid);
            shared.Handle[fd] = (byte)(isRefused ? 0 : own + 1);
            // Where references leak there is no end of them: that many are told from no more.
            shared.Refs[own] = (byte)Math.Min(state.Refs[own] + (rules.Frees == PasidFree.AtUnbind && !isRefused ? 1 : 0), MostRefs);
            Add(ref sink, isRefused ? NativeAct.RefuseRange : rules.Frees == PasidFree.AtUnbind ? NativeAct.Get : NativeAct.Share, process, device, own);
            return;
        }
        bool isFull = true;
        for (int pasid = 0; pasid < pasids; pasid++)
        {
            if (state.Refs[pasid] == 0)
            {
                isFull = false;
                ref NativeState given = ref sink.From(in state);
                given.Fd[fd] = (byte)FdPc.HasPasid;
                given.Handle[fd] = (byte)(pasid + 1);
                given.Refs[pasid] = 1;
                given.Owner[pasid] = (byte)(process + 1);
                given.Pasid[process] = (byte)(pasid + 1);
                Add(ref sink, NativeAct.Alloc, process, device, pasid);
            }
        }
        if (isFull)
        {
            sink.From(in state).Fd[fd] = (byte)FdPc.Refused;
            Add(ref sink, NativeAct.RefuseFull, process, device);
        }
    }

    private void Unbind<TSink>(in NativeState state, ref TSink sink, int process, int device)
        where TSink : struct, ISink<NativeState>, allows ref struct
    {
        int fd = At(process, device);
        var pc = (FdPc)state.Fd[fd];
        switch (pc)
        {
            case FdPc.Closing when rules.StopsBeforeUnbind:
            case FdPc.Unstopped:
                ref NativeState stopped = ref sink.From(in state);
                stopped.Programmed[fd] = 0;
                stopped.Fd[fd] = (byte)(pc == FdPc.Closing ? FdPc.Stopped : FdPc.Closed);
                Add(ref sink, NativeAct.StopDma, process, device);
                break;
            case FdPc.Closing or FdPc.Stopped:
                sink.From(in state).Fd[fd] = (byte)FdPc.Unbinding;
                Add(ref sink, NativeAct.Unbind, process, device);
                break;
            case FdPc.Unbinding:
                ref NativeState torn = ref sink.From(in state);
                TearDown(ref torn, process, device);
                Add(ref sink, NativeAct.TearDown, process, device, Named(state.Handle[fd]));
                break;
            case FdPc.TornDown when state.Prq[Entry(device, Named(state.Handle[fd]))] == 0:
                sink.From(in state).Fd[fd] = (byte)FdPc.Drained;
                Add(ref sink, NativeAct.Drain, process, device, Named(state.Handle[fd]));
                break;
            case FdPc.Drained when !rules.DropsMmLast:
                ref NativeState dropped = ref sink.From(in state);
                dropped.Fd[fd] = (byte)FdPc.Dropped;
                Put(ref dropped, process, fd);
                Add(ref sink, NativeAct.DropFirst, process, device);
                break;
            case FdPc.Drained or FdPc.Dropped:
                ref NativeState done = ref sink.From(in state);
                done.Fd[fd] = (byte)FdPc.Drained;
                if (pc == FdPc.Drained)
                {
                    Put(ref done, process, fd);
                }
                Finish(ref done, fd);
                Add(ref sink, NativeAct.FinishUnbind, process, device);
                break;
        }
    }

    // The entry is found by the PASID's number, whoever has that by now.
    private void TearDown(ref NativeState state, int process, int device)
    {
        int fd = At(process, device);
        int pasid = Named(state.Handle[fd]);
        int entry = Entry(device, pasid);
        if (!IsPresent(state.Table[entry]) && rules.Late == LateUnbind.Nothing)
        {
            Finish(ref state, fd);
            return;
        }
        bool isTorn = !IsPresent(state.Table[entry]);
        if (!isTorn || rules.Late == LateUnbind.Whole)
        {
            state.Table[entry] = 0;
            Flush(ref state, device, pasid);
        }
        state.Fd[fd] = (byte)(rules.DrainsAtUnbind && !(isTorn && rules.Late == LateUnbind.SkipsDrain) ? FdPc.TornDown : FdPc.Drained);
    }

    // References go, of the PASID and of the mm.
    private void Put(ref NativeState state, int process, int fd)
    {
        bool isLast = true;
        for (int device = 0; device < _devices; device++)
        {
            isLast &= At(process, device) == fd || state.Handle[At(process, device)] == 0;
        }
        if (rules.Frees == PasidFree.AtUnbind && state.Pasid[process] != 0 && (isLast || rules.PutsEachBind))
        {
            int pasid = state.Pasid[process] - 1;
            if (!rules.KeepsPasidForPut && isLast)
            {
                state.Pasid[process] = 0;
            }
            else if (--state.Refs[pasid] == 0)
            {
                Free(ref state, pasid);
            }
        }
        if (isLast && rules.PutsNotifierLater)
        {
            state.Putting[process] = 1;
        }
        else if (isLast)
        {
            DropHold(ref state, process);
        }
    }

    private void Finish(ref NativeState state, int fd)
    {
        state.Handle[fd] = 0;
        state.Fd[fd] = (byte)(state.Programmed[fd] == 0 ? FdPc.Closed : FdPc.Unstopped);
    }

    // How an mm ends, and what is left of it.
    private void End<TSink>(in NativeState state, ref TSink sink, int process)
        where TSink : struct, ISink<NativeState>, allows ref struct
    {
        if (state.Putting[process] != 0)
        {
            ref NativeState put = ref sink.From(in state);
            put.Putting[process] = 0;
            if (rules.Frees == PasidFree.AtRelease && put.Pasid[process] != 0)
            {
                Free(ref put, put.Pasid[process] - 1);
            }
            DropHold(ref put, process);
            Add(ref sink, NativeAct.PutNotifier, process);
        }
        switch ((ProcessPhase)state.Phase[process])
        {
            case ProcessPhase.Running when !IsInCall(in state, process) && state.Page[process] != (byte)UserPage.Unmapping:
                ref NativeState exits = ref sink.From(in state);
                exits.Phase[process] = (byte)ProcessPhase.Exiting;
                exits.Users[process] = 0;
                exits.Lazy[process] = 1;
                exits.Count[process]++;
                Add(ref sink, NativeAct.Exit, process);
                break;
            case ProcessPhase.Exiting:
                ref NativeState invalidated = ref sink.From(in state);
                invalidated.Phase[process] = (byte)ProcessPhase.Invalidated;
                FlushRange(ref invalidated, process);
                Add(ref sink, NativeAct.ExitInvalidate, process);
                break;
            case ProcessPhase.Invalidated:
                ref NativeState released = ref sink.From(in state);
                released.Phase[process] = (byte)ProcessPhase.Released;
                Release(ref released, process);
                Add(ref sink, NativeAct.Release, process);
                break;
            case ProcessPhase.Released:
                ref NativeState freed = ref sink.From(in state);
                freed.Phase[process] = (byte)ProcessPhase.TablesFreed;
                freed.Page[process] = (byte)UserPage.Freed;
                Add(ref sink, NativeAct.FreeTables, process);
                break;
            case ProcessPhase.TablesFreed:
                ref NativeState ended = ref sink.From(in state);
                ended.Phase[process] = (byte)ProcessPhase.MmPut;
                if (rules.Frees == PasidFree.AtMmput && ended.Pasid[process] != 0)
                {
                    Free(ref ended, ended.Pasid[process] - 1);
                }
                Drop(ref ended, process);
                Add(ref sink, NativeAct.Mmput, process);
                break;
            case ProcessPhase.MmPut when state.Lazy[process] != 0:
                ref NativeState lazy = ref sink.From(in state);
                lazy.Lazy[process] = 0;
                Drop(ref lazy, process);
                Add(ref sink, NativeAct.LazyDrop, process);
                break;
        }
    }

    // What the IOMMU driver does when the notifier tells that the mm goes.
    private void Release(ref NativeState state, int process)
    {
        for (int device = 0; device < _devices; device++)
        {
            int fd = At(process, device);
            if (!state.IsBound(fd))
            {
                continue;
            }
            int pasid = Named(state.Handle[fd]);
            int entry = Entry(device, pasid);
            if (rules.TearsDownInRelease)
            {
                state.Table[entry] = (byte)(rules.SuppressesFaults ? NoFaults | (process + 1) : 0);
            }
            if (rules.TearsDownInRelease && rules.FlushesInRelease)
            {
                Flush(ref state, device, pasid);
            }
            if (rules.DrainsInRelease)
            {
                // Of those that are there now: all get their answers, that the mm is gone.
                state.Prq[entry] = 0;
            }
        }
        if (rules.Frees == PasidFree.AtRelease && state.Pasid[process] != 0 && state.Putting[process] == 0)
        {
            Free(ref state, state.Pasid[process] - 1);
        }
    }

    private void FlushRange(ref NativeState state, int process)
    {
        for (int device = 0; device < _devices && rules.FlushesInRange; device++)
        {
            int fd = At(process, device);
            if (state.IsBound(fd))
            {
                Flush(ref state, device, Named(state.Handle[fd]));
            }
        }
    }

    private void Flush(ref NativeState state, int device, int pasid)
    {
        state.IoTlb[pasid] = 0;
        if (rules.FlushesDevTlb)
        {
            state.DevTlb[Entry(device, pasid)] = 0;
        }
    }

    private void DropHold(ref NativeState state, int process)
    {
        if (state.Hold[process] != 0)
        {
            state.Hold[process] = 0;
            Drop(ref state, process);
        }
    }

    // mmdrop.
    private void Drop(ref NativeState state, int process)
    {
        if (--state.Count[process] == 0 && rules.Frees == PasidFree.AtMmdrop && state.Pasid[process] != 0)
        {
            Free(ref state, state.Pasid[process] - 1);
        }
    }

    // A PASID goes back to the pool; what still refers to it is of a previous life from now on.
    private void Free(ref NativeState state, int pasid)
    {
        state.Refs[pasid] = 0;
        state.Owner[pasid] = 0;
        state.IoTlb[pasid] = Aged(state.IoTlb[pasid]);
        for (int device = 0; device < _devices; device++)
        {
            int entry = Entry(device, pasid);
            state.Table[entry] = Aged(state.Table[entry]);
            state.DevTlb[entry] = Aged(state.DevTlb[entry]);
            state.Prq[entry] = Aged(state.Prq[entry]);
        }
        for (int process = 0; process < _processes; process++)
        {
            state.Pasid[process] = state.Pasid[process] == pasid + 1 ? (byte)0 : state.Pasid[process];
            for (int device = 0; device < _devices; device++)
            {
                int fd = At(process, device);
                state.Handle[fd] = Named(state.Handle[fd]) == pasid ? Aged(state.Handle[fd]) : state.Handle[fd];
                state.Programmed[fd] = Named(state.Programmed[fd]) == pasid ? Aged(state.Programmed[fd]) : state.Programmed[fd];
            }
        }
    }

    private static byte Aged(byte cell) => cell == 0 ? cell : (byte)(cell | Old);
}
