// The IOASID core of Linux (drivers/iommu/ioasid.c, 5.5 to 6.3) as several CPUs see it: calls of the core, one spin lock, readers under RCU, custom allocators with the
// platform's pools behind them, and private data whose owners decide when it goes.
//
// Sources: fa83433c92e3 (5.5), cb4789b0d19f (5.11), 701fac40384f (5.18); Documentation/driver-api/ioasid as posted in seeds/004; Documentation/RCU.

using Verify.Transitions;

namespace Verify.Model.Ioasid.Core;

/// <summary>How much there is of everything.</summary>
/// <param name="Cpus">CPUs, each in one call at a time.</param>
/// <param name="Ids">IDs that can be allocated.</param>
/// <param name="Ops">AllocOps that can be registered.</param>
/// <param name="Data">Pieces of private data.</param>
/// <param name="Holders">Holders of one ID at most: beyond that there is no ioasid_get, nor an ioasid_alloc that returns it.</param>
public sealed record CoreScope(int Cpus, int Ids, int Ops, int Data, int Holders);

/// <summary>
/// The core, its callers and the platform. A step is what other CPUs can see of a call at once. All calls but ioasid_find run under the lock, so that most of them are
/// one step, or two when a reader can see the state between. Arguments are chosen when they begin to matter, which makes no difference to anybody else: a CPU that
/// spins for the lock has not yet said what for, and ioasid_find compares sets with any outcome, since callers may name any set.
/// </summary>
/// <remarks>
/// The default allocator really hands out the lowest free ID of a range. Here it is any one: callers choose ranges, also those of a single ID, so the same happens.
/// </remarks>
/// <param name="rules">The core.</param>
/// <param name="callers">Its callers.</param>
/// <param name="platform">The platform behind custom allocators.</param>
/// <param name="scope">How much there is of everything.</param>
public readonly partial struct CoreModel(CoreRules rules, Callers callers, PlatformRules platform, CoreScope scope)
{
    /// <summary>The most CPUs.</summary>
    public const int MostCpus = 3;

    /// <summary>The most IDs.</summary>
    public const int MostIds = 3;

    /// <summary>The most AllocOps.</summary>
    public const int MostOps = 3;

    /// <summary>The most pairs of functions, and so custom allocators.</summary>
    public const int MostPools = 2;

    /// <summary>The most pieces of private data.</summary>
    public const int MostData = 4;

    /// <summary>The map of the default allocator; those of custom ones are the numbers of their pools, plus one.</summary>
    public const int Default = 0;

    /// <summary>How much there is of everything.</summary>
    public CoreScope Scope => scope;

    /// <summary>The core's rules.</summary>
    public CoreRules Rules => rules;

    /// <summary>Its callers.</summary>
    public Callers Callers => callers;

    /// <summary>The platform behind custom allocators.</summary>
    public PlatformRules Platform => platform;

    /// <summary>Where the entry of an ID in a map is.</summary>
    public static int At(int map, int id) => (map * MostIds) + id;

    /// <inheritdoc/>
    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<CoreState>, allows ref struct
    {
        // AllocOps share functions with the first one or with each other: those of the second pool are the last ones.
        for (int shared = scope.Ops; shared >= Math.Max(1, scope.Ops - 1); shared--)
        {
            CoreState start = default;
            for (int ops = 0; ops < MostOps; ops++)
            {
                start.Pool[ops] = (byte)(ops >= shared && ops < scope.Ops ? 1 : 0);
            }
            for (int node = 0; node < MostOps + MostPools; node++)
            {
                start.Next[node] = SharerList.Nowhere;
                start.Previous[node] = SharerList.Nowhere;
            }
            sink.From(in start) = start;
            sink.Add(Step.Init);
        }
    }

    /// <inheritdoc/>
    public void Next<TSink>(in CoreState state, ref TSink sink)
        where TSink : struct, ISink<CoreState>, allows ref struct
    {
        bool isFree = state.LockedBy == 0;
        for (int cpu = 0; cpu < scope.Cpus; cpu++)
        {
            switch ((CorePc)state.Pc[cpu])
            {
                case CorePc.Idle:
                    Allocate(in state, ref sink, cpu);
                    Find(in state, ref sink, cpu);
                    if (isFree)
                    {
                        CallLocked(in state, ref sink, cpu);
                    }
                    else
                    {
                        sink.From(in state).Pc[cpu] = (byte)CorePc.Spins;
                        Add(ref sink, CoreAct.Spin, cpu);
                    }
                    break;
                case CorePc.Spins when isFree:
                    CallLocked(in state, ref sink, cpu);
                    break;
                case CorePc.HasEntry when isFree:
                    AllocateLocked(in state, ref sink, cpu);
                    break;
                case CorePc.HasId or CorePc.Undoes or CorePc.Stored:
                    AllocateFurther(in state, ref sink, cpu);
                    break;
                case CorePc.Frees or CorePc.Erases:
                    FreeFurther(in state, ref sink, cpu);
                    break;
                case CorePc.Sleeps when state.Waits[cpu] == 0:
                    Wake(ref sink.From(in state), cpu);
                    Add(ref sink, CoreAct.Synchronized, cpu);
                    break;
                case CorePc.Found or CorePc.Read or CorePc.Uses:
                    FindFurther(in state, ref sink, cpu);
                    break;
            }
        }
    }

    private void CallLocked<TSink>(in CoreState state, ref TSink sink, int cpu)
        where TSink : struct, ISink<CoreState>, allows ref struct
    {
        Get(in state, ref sink, cpu);
        Put(in state, ref sink, cpu);
        SetData(in state, ref sink, cpu);
        Register(in state, ref sink, cpu);
        Unregister(in state, ref sink, cpu);
    }

    // A lock that was only taken within a step is free again; the CPU is in no call.
    private static void Return(ref CoreState state, int cpu)
    {
        if (state.LockedBy == cpu + 1)
        {
            state.LockedBy = 0;
        }
        state.Pc[cpu] = (byte)CorePc.Idle;
        state.Id[cpu] = 0;
        state.Map[cpu] = 0;
        state.Data[cpu] = 0;
        state.Notes[cpu] = 0;
    }

    // Goes on under the lock.
    private static void Stay(ref CoreState state, int cpu, CorePc pc, int map, int id)
    {
        state.LockedBy = (byte)(cpu + 1);
        state.Pc[cpu] = (byte)pc;
        state.Map[cpu] = (byte)map;
        state.Id[cpu] = (byte)(id + 1);
    }

    // Waits for those that read now, and drops what it replaced or took out after that.
    private void Sleep(ref CoreState state, int cpu, int data)
    {
        Return(ref state, cpu);
        state.Pc[cpu] = (byte)CorePc.Sleeps;
        state.Data[cpu] = (byte)data;
        state.LockedBy = rules.SleepsUnderLock ? (byte)(cpu + 1) : state.LockedBy;
        for (int reader = 0; reader < scope.Cpus; reader++)
        {
            state.Waits[cpu] |= (byte)(IsReading(in state, reader) ? 1 << reader : 0);
        }
    }

    private static void Wake(ref CoreState state, int cpu)
    {
        Drop(ref state, state.Data[cpu]);
        Return(ref state, cpu);
    }

    // The owner of private data lets it go: it is freed unless a getter has pinned it.
    private static void Drop(ref CoreState state, int data) => state.Owned &= (byte)~(1 << data >> 1);

    private static void Add<TSink>(ref TSink sink, CoreAct act, int cpu, int about = -1, CoreResult result = CoreResult.Void)
        where TSink : struct, ISink<CoreState>, allows ref struct => sink.Add(new Step((ushort)act, (short)cpu, (short)about, (short)result));

    // A call that changes nothing. It is a step because its result is something that a claim may ask for; from the lock's queue it is one that returns.
    private static void Refuse<TSink>(in CoreState state, ref TSink sink, CoreAct act, int cpu, int about, CoreResult result)
        where TSink : struct, ISink<CoreState>, allows ref struct
    {
        Return(ref sink.From(in state), cpu);
        Add(ref sink, act, cpu, about, result);
    }
}
