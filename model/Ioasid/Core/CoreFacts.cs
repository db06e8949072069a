// Questions about states, for the model and for claims.

using System.Numerics;

namespace Verify.Model.Ioasid.Core;

/// <content>Questions about states.</content>
public readonly partial struct CoreModel
{
    /// <summary>Whether a map has an entry for an ID.</summary>
    public static bool IsMapped(in CoreState state, int map, int id) => ((EntryNotes)state.Entry[At(map, id)] & EntryNotes.Mapped) != 0;

    /// <summary>Whether a map has no entries.</summary>
    public static bool IsEmpty(in CoreState state, int map)
    {
        for (int id = 0; id < MostIds; id++)
        {
            if (IsMapped(in state, map, id))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>How many hold an ID, whichever map issued it.</summary>
    public static int Holders(in CoreState state, int id)
    {
        int holders = 0;
        for (int map = 0; map <= MostPools; map++)
        {
            holders += state.Holders[At(map, id)];
        }
        return holders;
    }

    /// <summary>How many custom allocators there are.</summary>
    public static int Allocators(in CoreState state) => Math.Max(state.Position[0], state.Position[1]);

    /// <summary>Whether a CPU is in an RCU section.</summary>
    public static bool IsReading(in CoreState state, int cpu) => (CorePc)state.Pc[cpu] is CorePc.Found or CorePc.Read;

    /// <summary>Whether private data is not freed: its owner has not dropped it, or some getter's caller still uses it.</summary>
    public static bool IsAlive(in CoreState state, int data)
    {
        bool alive = (state.Owned >> data & 1) != 0;
        for (int cpu = 0; cpu < MostCpus; cpu++)
        {
            alive |= state.Data[cpu] == data + 1 && ((CpuNotes)state.Notes[cpu] & CpuNotes.Pinned) != 0;
        }
        return alive;
    }

    /// <summary>Whether an ID is issued in some pool, the default one included, and nobody holds it.</summary>
    public static bool IsIdle(in CoreState state, int map, int id) =>
        state.Holders[At(map, id)] == 0 && (map == Default ? IsMapped(in state, map, id) : (state.Issued[map - 1] >> id & 1) != 0);

    /// <summary>The AllocOps registered with the functions of a pool, a bit each.</summary>
    public static int Sharers(in CoreState state, int pool)
    {
        int sharers = 0;
        for (int ops = 0; ops < MostOps; ops++)
        {
            sharers |= state.Pool[ops] == pool ? state.Registered & (1 << ops) : 0;
        }
        return sharers;
    }

    // Whether ioasid_find sees an entry for an ID: not one whose slot is only reserved.
    private bool IsVisible(in CoreState state, int id) =>
        IsMapped(in state, state.Active, id) && !(rules.WritesIdFirst && ((EntryNotes)state.Entry[At(state.Active, id)] & EntryNotes.Unwritten) != 0);

    private static bool IsHeld(in CoreState state, int id) => Holders(in state, id) > 0;

    private static bool IsPoolHeld(in CoreState state, int pool)
    {
        bool held = false;
        for (int id = 0; id < MostIds; id++)
        {
            held |= state.Holders[At(pool + 1, id)] > 0;
        }
        return held;
    }

    // The pool of the first custom allocator in the list.
    private static int First(in CoreState state) => state.Position[0] == 1 ? 0 : 1;

    // New private data, plus one: the first that nobody has a pointer to. 0 for none.
    private int FreshData(in CoreState state)
    {
        int known = state.Owned << 1;
        for (int cpu = 0; cpu < scope.Cpus; cpu++)
        {
            known |= 1 << state.Data[cpu];
        }
        for (int at = 0; at < (1 + MostPools) * MostIds; at++)
        {
            known |= 1 << state.Private[at];
        }
        int fresh = BitOperations.TrailingZeroCount(~(known | 1));
        return fresh <= scope.Data ? fresh : 0;
    }
}
