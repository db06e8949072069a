// Where in a state of native SVA something is.

using Verify.Model.Ioasid.Native;
using static Verify.Model.Ioasid.Native.NativeState;

namespace Verify.Properties.Ioasid;

/// <content>Goes through file descriptors, table entries and PASIDs.</content>
internal sealed partial class NativeLook
{
    private delegate bool EntryPredicate(in NativeState state, int entry);

    private bool Any(in NativeState state, EntryPredicate asked) => Find(in state, asked) >= 0;

    private int Find(in NativeState state, EntryPredicate asked)
    {
        for (int device = 0; device < _devices; device++)
        {
            for (int pasid = 0; pasid < _pasids; pasid++)
            {
                if (asked(in state, Entry(device, pasid)))
                {
                    return Entry(device, pasid);
                }
            }
        }
        return -1;
    }

    private static string Place(int entry) => $"of device {entry / NativeModel.MostPasids} for PASID {(entry % NativeModel.MostPasids) + 1}";

    private static bool IsFreed(in NativeState state, byte cached) => cached != 0 && state.IsPageFreed(Named(cached));

    private string Left(in NativeState state, int pasid)
    {
        for (int process = 0; process < _processes; process++)
        {
            for (int device = 0; device < _devices; device++)
            {
                byte programmed = state.Programmed[At(process, device)];
                if (programmed >= Old && Named(programmed) == pasid)
                {
                    return $"the programming of device {device}";
                }
            }
        }
        int found = Find(in state, (in s, entry) => entry % NativeModel.MostPasids == pasid
            && ((s.Table[entry] >= Old && IsPresent(s.Table[entry])) || s.DevTlb[entry] >= Old || s.Prq[entry] >= Old));
        return found < 0 ? (state.IoTlb[pasid] >= Old ? "an entry of the IOTLB" : "")
            : state.Prq[found] >= Old ? "a page request" : state.DevTlb[found] >= Old ? "an entry of the TLB of a device" : "a PASID table entry";
    }

    private int EndedFd(in NativeState state, bool isOld)
    {
        for (int process = 0; process < _processes; process++)
        {
            for (int device = 0; device < _devices && state.IsExiting(process); device++)
            {
                int fd = At(process, device);
                bool isUsed = state.Programmed[fd] != 0 || (state.Handle[fd] != 0 && state.Fd[fd] < (byte)FdPc.Drained);
                if (isUsed && (!isOld || state.Programmed[fd] >= Old || state.Handle[fd] >= Old))
                {
                    return fd;
                }
            }
        }
        return -1;
    }

    private int UnbindingOf(in NativeState state, bool isOrphan)
    {
        for (int process = 0; process < _processes; process++)
        {
            for (int device = 0; device < _devices; device++)
            {
                if ((FdPc)state.Fd[At(process, device)] is >= FdPc.Unbinding and <= FdPc.Dropped && (!isOrphan || state.Count[process] == 0))
                {
                    return process;
                }
            }
        }
        return -1;
    }

    private bool AnyGone(in NativeState state)
    {
        bool isGone = false;
        for (int process = 0; process < _processes; process++)
        {
            isGone |= state.Phase[process] == (byte)ProcessPhase.MmPut;
        }
        return isGone;
    }
}
