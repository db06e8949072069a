// What is interchangeable in a core: IOASIDs other than 0, VMs, SPIDs, and slots of the table of sets.

namespace Verify.Model.Ioasid.Sets;

/// <summary>Renames what is interchangeable in a core.</summary>
public static class CoreNames
{
    /// <summary>IOASIDs from 1 on.</summary>
    public const int Ids = 0;

    /// <summary>VMs.</summary>
    public const int Vms = 1;

    /// <summary>SPIDs.</summary>
    public const int Spids = 2;

    /// <summary>Slots of sets.</summary>
    public const int Slots = 3;

    /// <summary>Renames one kind of index; see <see cref="Transitions.ISymmetricSystem{TState}.Rename"/>.</summary>
    public static void Rename(in SetCore core, int set, ReadOnlySpan<byte> names, ref SetCore renamed)
    {
        switch (set)
        {
            case Ids:
                RenameIds(in core, names, ref renamed);
                break;
            case Vms:
                for (int vm = 0; vm < names.Length; vm++)
                {
                    renamed.Pending[names[vm]] = core.Pending[vm];
                }
                for (int slot = 0; slot < SetCore.MostSlots; slot++)
                {
                    renamed.Token[slot] = Shifted(core.Token[slot], names);
                }
                break;
            case Spids:
                for (int id = 0; id < SetCore.MostIds; id++)
                {
                    renamed.Spid[id] = Shifted(core.Spid[id], names);
                }
                renamed.Job.Spid = Shifted(core.Job.Spid, names);
                break;
            case Slots:
                RenameSlots(in core, names, ref renamed);
                break;
        }
    }

    /// <summary>All there is of an index but for names; see <see cref="Transitions.ISymmetricSystem{TState}.Signature"/>.</summary>
    public static ulong Signature(in SetCore core, int set, int index)
    {
        switch (set)
        {
            case Ids:
                int id = index + 1;
                return core.State[id] | ((ulong)core.Refs[id] << 4) | ((ulong)core.Holders[id] << 8) | ((ulong)core.Stale[id] << 16) | ((ulong)core.Marks[id] << 24)
                    | (core.Set[id] == 0 ? 0 : 1UL << 32) | (core.Spid[id] == 0 ? 0 : 1UL << 33) | (core.Job.Call != JobCall.None && core.Job.Id == id ? 1UL << 34 : 0);
            case Vms:
                return core.Pending[index] | ((ulong)OfToken(in core, index + 1) << 8);
            case Spids:
                return OfSpid(in core, index + 1);
            default:
                return core.Sets[index] | ((ulong)core.Quota[index] << 8) | ((ulong)core.Nr[index] << 16) | ((ulong)core.Users[index] << 24) | ((ulong)core.Chain[index] << 32)
                    | (core.Token[index] == 0 ? 0 : 1UL << 40) | (core.Job.Call != JobCall.None && core.Job.Slot == index ? 1UL << 41 : 0);
        }
    }

    private static void RenameIds(in SetCore core, ReadOnlySpan<byte> names, ref SetCore renamed)
    {
        for (int i = 0; i < names.Length; i++)
        {
            (int from, int to) = (i + 1, names[i] + 1);
            renamed.State[to] = core.State[from];
            renamed.Set[to] = core.Set[from];
            renamed.Spid[to] = core.Spid[from];
            renamed.Refs[to] = core.Refs[from];
            renamed.Holders[to] = core.Holders[from];
            renamed.Stale[to] = core.Stale[from];
            renamed.Marks[to] = core.Marks[from];
        }
        renamed.Job.Id = core.Job.Id == 0 || core.Job.Id > names.Length ? core.Job.Id : (byte)(names[core.Job.Id - 1] + 1);
    }

    private static void RenameSlots(in SetCore core, ReadOnlySpan<byte> names, ref SetCore renamed)
    {
        for (int from = 0; from < names.Length; from++)
        {
            int to = names[from];
            renamed.Sets[to] = core.Sets[from];
            renamed.Token[to] = core.Token[from];
            renamed.Quota[to] = core.Quota[from];
            renamed.Nr[to] = core.Nr[from];
            renamed.Users[to] = core.Users[from];
            renamed.Chain[to] = core.Chain[from];
        }
        for (int id = 0; id < SetCore.MostIds; id++)
        {
            renamed.Set[id] = Shifted(core.Set[id], names);
        }
        renamed.Job.Slot = core.Job.Call == JobCall.None ? core.Job.Slot : names[core.Job.Slot];
    }

    // An index plus one, where 0 is none.
    private static byte Shifted(byte index, ReadOnlySpan<byte> names) => index == 0 ? (byte)0 : (byte)(names[index - 1] + 1);

    private static byte OfToken(in SetCore core, int token)
    {
        int count = 0;
        for (int slot = 0; slot < SetCore.MostSlots; slot++)
        {
            count += core.Token[slot] == token ? (core.Nr[slot] << 2) + core.Sets[slot] : 0;
        }
        return (byte)count;
    }

    private static byte OfSpid(in SetCore core, int spid)
    {
        int sum = core.Job.Spid == spid ? 128 : 0;
        for (int id = 0; id < SetCore.MostIds; id++)
        {
            sum += core.Spid[id] == spid ? core.State[id] + (id == 0 ? 32 : 0) : 0;
        }
        return (byte)sum;
    }
}
