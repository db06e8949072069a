// What is interchangeable: processes, devices, and PASIDs unless one of them is taken for too large.

using Verify.Transitions;
using static Verify.Model.Ioasid.Native.NativeState;

namespace Verify.Model.Ioasid.Native;

/// <content>Cells are renamed with what they are in and with what they point to.</content>
public readonly partial struct NativeModel : ISymmetricSystem<NativeState>
{
    private const byte Flags = 0xf0;

    /// <inheritdoc/>
    public IReadOnlyList<IndexSet> Symmetries =>
        [new("processes", _processes), new("devices", _devices), new("PASIDs", rules.AcceptsLargest ? pasids : pasids - 1)];

    /// <inheritdoc/>
    public void Rename(in NativeState state, int set, ReadOnlySpan<byte> names, ref NativeState renamed)
    {
        switch (set)
        {
            case 0:
                RenameProcesses(in state, names, ref renamed);
                break;
            case 1:
                RenameDevices(in state, names, ref renamed);
                break;
            default:
                RenamePasids(in state, names, ref renamed);
                break;
        }
    }

    /// <summary>What there is of an index that is no name.</summary>
    public ulong Signature(in NativeState state, int set, int index) => set switch
    {
        0 => state.Phase[index] | ((ulong)state.Count[index] << 8) | ((ulong)state.Page[index] << 16)
            | ((ulong)(state.Lazy[index] | (state.Hold[index] << 1) | (state.Putting[index] << 2) | (state.Pasid[index] == 0 ? 0 : 8)) << 24),
        1 => state.Absent[index],
        _ => state.Refs[index] | ((ulong)(state.IoTlb[index] & Old) << 8) | (state.IoTlb[index] == 0 ? 0UL : 1UL << 9) | (state.Owner[index] == 0 ? 0UL : 1UL << 10),
    };

    private void RenameProcesses(in NativeState state, ReadOnlySpan<byte> names, ref NativeState renamed)
    {
        for (int process = 0; process < names.Length; process++)
        {
            int to = names[process];
            renamed.Phase[to] = state.Phase[process];
            renamed.Users[to] = state.Users[process];
            renamed.Count[to] = state.Count[process];
            renamed.Pasid[to] = state.Pasid[process];
            renamed.Page[to] = state.Page[process];
            renamed.Lazy[to] = state.Lazy[process];
            renamed.Hold[to] = state.Hold[process];
            renamed.Putting[to] = state.Putting[process];
            for (int device = 0; device < _devices; device++)
            {
                CopyFd(in state, At(process, device), ref renamed, At(to, device));
            }
        }
        for (int pasid = 0; pasid < pasids; pasid++)
        {
            renamed.IoTlb[pasid] = Pointed(state.IoTlb[pasid], names);
            renamed.Owner[pasid] = Pointed(state.Owner[pasid], names);
            for (int device = 0; device < _devices; device++)
            {
                int entry = Entry(device, pasid);
                renamed.Table[entry] = Pointed(state.Table[entry], names);
                renamed.DevTlb[entry] = Pointed(state.DevTlb[entry], names);
                renamed.Prq[entry] = Pointed(state.Prq[entry], names);
            }
        }
    }

    private void RenameDevices(in NativeState state, ReadOnlySpan<byte> names, ref NativeState renamed)
    {
        for (int device = 0; device < names.Length; device++)
        {
            renamed.Absent[names[device]] = state.Absent[device];
            for (int process = 0; process < _processes; process++)
            {
                CopyFd(in state, At(process, device), ref renamed, At(process, names[device]));
            }
            for (int pasid = 0; pasid < pasids; pasid++)
            {
                CopyEntry(in state, Entry(device, pasid), ref renamed, Entry(names[device], pasid));
            }
        }
    }

    private void RenamePasids(in NativeState state, ReadOnlySpan<byte> names, ref NativeState renamed)
    {
        for (int pasid = 0; pasid < names.Length; pasid++)
        {
            int to = names[pasid];
            renamed.IoTlb[to] = state.IoTlb[pasid];
            renamed.Refs[to] = state.Refs[pasid];
            renamed.Owner[to] = state.Owner[pasid];
            for (int device = 0; device < _devices; device++)
            {
                CopyEntry(in state, Entry(device, pasid), ref renamed, Entry(device, to));
            }
        }
        for (int process = 0; process < _processes; process++)
        {
            renamed.Pasid[process] = Pointed(state.Pasid[process], names);
            for (int device = 0; device < _devices; device++)
            {
                int fd = At(process, device);
                renamed.Handle[fd] = Pointed(state.Handle[fd], names);
                renamed.Programmed[fd] = Pointed(state.Programmed[fd], names);
            }
        }
    }

    private static void CopyFd(in NativeState state, int fd, ref NativeState renamed, int to)
    {
        renamed.Fd[to] = state.Fd[fd];
        renamed.Handle[to] = state.Handle[fd];
        renamed.Programmed[to] = state.Programmed[fd];
    }

    private static void CopyEntry(in NativeState state, int entry, ref NativeState renamed, int to)
    {
        renamed.Table[to] = state.Table[entry];
        renamed.DevTlb[to] = state.DevTlb[entry];
        renamed.Prq[to] = state.Prq[entry];
    }

    // The largest PASID may be none of those that are renamed.
    private static byte Pointed(byte cell, ReadOnlySpan<byte> names) =>
        cell == 0 || Named(cell) >= names.Length ? cell : (byte)((cell & Flags) | (names[Named(cell)] + 1));
}
