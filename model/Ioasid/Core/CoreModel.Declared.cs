// What reductions may rest on: CPUs, IDs, AllocOps, pools and private data are interchangeable.

using Verify.Transitions;

namespace Verify.Model.Ioasid.Core;

/// <content>New private data is the first that nobody points to: all of that kind are alike, so it makes no difference which.</content>
public readonly partial struct CoreModel : IAgentSystem<CoreState>, ISymmetricSystem<CoreState>
{
    private enum Sets
    {
        Cpus,
        Ids,
        Ops,
        Pools,
        Data,
    }

    /// <summary>CPUs, IDs, AllocOps, pairs of functions, private data.</summary>
    public IReadOnlyList<IndexSet> Symmetries =>
        [new("CPUs", scope.Cpus), new("IDs", scope.Ids), new("AllocOps", scope.Ops), new("pairs of functions", MostPools), new("private data", scope.Data)];

    /// <inheritdoc/>
    public int Agents => scope.Cpus;

    /// <inheritdoc/>
    public int Agent(in CoreState before, Step step) => step.A;

    /// <inheritdoc/>
    public ulong Rank(in CoreState state) => 0;

    /// <inheritdoc/>
    public bool IsFinal(in CoreState state) => false;

    /// <inheritdoc/>
    public void Rename(in CoreState state, int set, ReadOnlySpan<byte> names, ref CoreState renamed)
    {
        switch ((Sets)set)
        {
            case Sets.Cpus:
                RenameCpus(in state, names, ref renamed);
                break;
            case Sets.Ids:
                RenameIds(in state, names, ref renamed);
                break;
            case Sets.Ops:
                RenameOps(in state, names, ref renamed);
                break;
            case Sets.Pools:
                RenamePools(in state, names, ref renamed);
                break;
            default:
                RenameData(in state, names, ref renamed);
                break;
        }
    }

    /// <inheritdoc/>
    public ulong Signature(in CoreState state, int set, int index) => (Sets)set switch
    {
        Sets.Cpus => CpuSignature(in state, index),
        Sets.Ids => IdSignature(in state, index),
        Sets.Ops => (uint)(state.Registered >> index & 1) | (IsLinkedTo(state.Next[index]) << 8) | (IsLinkedTo(state.Previous[index]) << 16)
            | ((uint)state.Position[state.Pool[index]] << 24),
        Sets.Pools => PoolSignature(in state, index),
        _ => DataSignature(in state, index),
    };

    private static void RenameCpus(in CoreState state, ReadOnlySpan<byte> names, ref CoreState renamed)
    {
        for (int cpu = 0; cpu < names.Length; cpu++)
        {
            int to = names[cpu];
            renamed.Pc[to] = state.Pc[cpu];
            renamed.Id[to] = state.Id[cpu];
            renamed.Map[to] = state.Map[cpu];
            renamed.Data[to] = state.Data[cpu];
            renamed.Waits[to] = Bits(state.Waits[cpu], names);
            renamed.Notes[to] = state.Notes[cpu];
        }
        renamed.LockedBy = PlusOne(state.LockedBy, names);
    }

    private void RenameIds(in CoreState state, ReadOnlySpan<byte> names, ref CoreState renamed)
    {
        for (int map = 0; map <= MostPools; map++)
        {
            for (int id = 0; id < names.Length; id++)
            {
                CopyEntry(in state, At(map, id), At(map, names[id]), ref renamed);
            }
        }
        for (int cpu = 0; cpu < scope.Cpus; cpu++)
        {
            renamed.Id[cpu] = PlusOne(state.Id[cpu], names);
        }
        for (int pool = 0; pool < MostPools; pool++)
        {
            renamed.Issued[pool] = Bits(state.Issued[pool], names);
        }
    }

    private static void RenameOps(in CoreState state, ReadOnlySpan<byte> names, ref CoreState renamed)
    {
        for (int ops = 0; ops < names.Length; ops++)
        {
            renamed.Pool[names[ops]] = state.Pool[ops];
        }
        for (int node = 0; node < MostOps + MostPools; node++)
        {
            int to = node < names.Length ? names[node] : node;
            renamed.Next[to] = state.Next[node] < names.Length ? names[state.Next[node]] : state.Next[node];
            renamed.Previous[to] = state.Previous[node] < names.Length ? names[state.Previous[node]] : state.Previous[node];
        }
        for (int pool = 0; pool < MostPools; pool++)
        {
            renamed.FirstOps[pool] = PlusOne(state.FirstOps[pool], names);
        }
        renamed.Registered = Bits(state.Registered, names);
    }

    private void RenamePools(in CoreState state, ReadOnlySpan<byte> names, ref CoreState renamed)
    {
        renamed.Active = PlusOne(state.Active, names);
        for (int ops = 0; ops < scope.Ops; ops++)
        {
            renamed.Pool[ops] = names[state.Pool[ops]];
        }
        for (int cpu = 0; cpu < scope.Cpus; cpu++)
        {
            renamed.Map[cpu] = PlusOne(state.Map[cpu], names);
        }
        for (int pool = 0; pool < MostPools; pool++)
        {
            renamed.Position[names[pool]] = state.Position[pool];
            renamed.FirstOps[names[pool]] = state.FirstOps[pool];
            renamed.Issued[names[pool]] = state.Issued[pool];
            for (int id = 0; id < MostIds; id++)
            {
                CopyEntry(in state, At(pool + 1, id), At(names[pool] + 1, id), ref renamed);
            }
        }
        for (int node = 0; node < MostOps + MostPools; node++)
        {
            int to = Head(node, names);
            renamed.Next[to] = Head(state.Next[node], names);
            renamed.Previous[to] = Head(state.Previous[node], names);
        }
    }

    private void RenameData(in CoreState state, ReadOnlySpan<byte> names, ref CoreState renamed)
    {
        for (int cpu = 0; cpu < scope.Cpus; cpu++)
        {
            renamed.Data[cpu] = PlusOne(state.Data[cpu], names);
        }
        for (int at = 0; at < (1 + MostPools) * MostIds; at++)
        {
            renamed.Private[at] = PlusOne(state.Private[at], names);
        }
        renamed.Owned = Bits(state.Owned, names);
    }

    private static void CopyEntry(in CoreState state, int from, int to, ref CoreState renamed)
    {
        renamed.Entry[to] = state.Entry[from];
        renamed.References[to] = state.References[from];
        renamed.Private[to] = state.Private[from];
        renamed.Holders[to] = state.Holders[from];
    }

    private static byte PlusOne(byte index, ReadOnlySpan<byte> names) => index == 0 ? index : (byte)(names[index - 1] + 1);

    private static byte Head(int node, ReadOnlySpan<byte> names) =>
        node is >= MostOps and < MostOps + MostPools ? (byte)(MostOps + names[node - MostOps]) : (byte)node;

    private static byte Bits(int bits, ReadOnlySpan<byte> names)
    {
        int renamed = 0;
        for (int i = 0; i < names.Length; i++)
        {
            renamed |= (bits >> i & 1) << names[i];
        }
        return (byte)renamed;
    }

    // Pointers tell apart by what they point to, not by which.
    private static uint IsLinkedTo(byte node) => node < MostOps ? 1u : node < SharerList.Freed ? 2u : node;

    private static ulong CpuSignature(in CoreState state, int cpu)
    {
        uint pointers = (state.Id[cpu] != 0 ? 1u : 0) | (state.Data[cpu] != 0 ? 2u : 0) | (state.Waits[cpu] != 0 ? 4u : 0) | (state.LockedBy == cpu + 1 ? 8u : 0)
            | (state.Map[cpu] != 0 ? 16u : 0);
        return state.Pc[cpu] | ((ulong)state.Notes[cpu] << 8) | ((ulong)pointers << 16);
    }

    private static ulong IdSignature(in CoreState state, int id)
    {
        // Those of the default map in order, those of pools without: a sum does not say which is which.
        ulong signature = EntrySignature(in state, At(Default, id)) << 32;
        for (int pool = 0; pool < MostPools; pool++)
        {
            ulong one = EntrySignature(in state, At(pool + 1, id)) | ((ulong)(state.Issued[pool] >> id & 1) << 12) | ((ulong)state.Position[pool] << 13);
            signature += one * one;
        }
        return signature;
    }

    private ulong PoolSignature(in CoreState state, int pool)
    {
        ulong entries = 0;
        for (int id = 0; id < MostIds; id++)
        {
            ulong one = EntrySignature(in state, At(pool + 1, id)) | ((ulong)(state.Issued[pool] >> id & 1) << 12);
            entries += one * one;
        }
        uint sharers = 0;
        for (int ops = 0; ops < scope.Ops; ops++)
        {
            sharers += state.Pool[ops] == pool ? 1u : 0;
        }
        return entries << 8 | ((ulong)sharers << 4) | ((ulong)state.Position[pool] << 1) | (state.Active == pool + 1 ? 1u : 0);
    }

    private static ulong DataSignature(in CoreState state, int data)
    {
        ulong signature = (ulong)(state.Owned >> data & 1);
        for (int cpu = 0; cpu < MostCpus; cpu++)
        {
            signature += state.Data[cpu] == data + 1 ? 256UL * (1 + (ulong)state.Pc[cpu]) : 0;
        }
        for (int at = 0; at < (1 + MostPools) * MostIds; at++)
        {
            signature += state.Private[at] == data + 1 ? 65536UL << (at < MostIds ? 0 : 8) : 0;
        }
        return signature;
    }

    private static ulong EntrySignature(in CoreState state, int at) =>
        state.Entry[at] | ((ulong)state.References[at] << 2) | ((ulong)state.Holders[at] << 6) | (state.Private[at] != 0 ? 1UL << 10 : 0);
}
