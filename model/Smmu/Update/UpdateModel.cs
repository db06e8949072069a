// Writer x fetch: one CPU brings an entry to a new image with some writer, while the SMMU fetches the entry in quanta at any time.
//
// The SMMU side follows Arm IHI 0070 section 3.21.3 (reference section 2.1): quanta are read at any time and in any order, nothing makes the
// word with V special, and a CMD_SYNC that follows a CFGI leaves nothing of what was read before. Dropping the copy at an arbitrary time needs
// no step of its own: the state after it is the state in which nothing had been fetched.

using Verify.Bits;
using Verify.Smmu.Writers;
using Verify.Transitions;

namespace Verify.Smmu.Update;

/// <summary>The update model over the updates of a scope.</summary>
public readonly struct UpdateModel(UpdateScope scope) : IConcurrentSystem<UpdateState>
{
    private enum Act : ushort
    {
        Begin,
        Store,
        Barrier,
        Cfgi,
        Sync,
        Complete,
        Wait,
        Fetch,
    }

    private const int Cpu = 0;
    private const int Smmu = 1;

    // The bit of the command queue in footprints; those below are the words of the entry.
    private const ulong Queue = 1UL << Entry<Number>.Words;

    private static readonly string[] ActionNames =
        ["write_entry", "store", "dma_wmb", "CFGI", "CMD_SYNC", "consume CMD_SYNC", "wait for CMD_SYNC", "fetch"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Actions => ActionNames;

    /// <summary>CPU0 and the SMMU.</summary>
    public int Agents => 2;

    /// <inheritdoc/>
    public int Agent(in UpdateState before, Step step) => (Act)step.Kind is Act.Complete or Act.Fetch ? Smmu : Cpu;

    /// <summary>
    /// What CPU0 and the SMMU both see are the words of the entry, a bit each, and the command queue. The SMMU may fetch whatever it has no copy of, and
    /// always looks at the queue.
    /// </summary>
    public Footprint Next(in UpdateState s, int agent) => agent == Smmu ? new Footprint(Missing(in s), Queue) : s.Phase switch
    {
        UpdatePhase.Before or UpdatePhase.SyncLost or UpdatePhase.After => Footprint.Nothing,
        UpdatePhase.Storing when Pending(in s) is var words and not 0 => new Footprint(0, words),
        _ => new Footprint(0, Queue),
    };

    /// <summary>The updates looked at.</summary>
    public UpdateScope Scope => scope;

    /// <summary>Whether the SMMU reads a quantum: it may, at any time, and need not.</summary>
    public static bool IsFetch(Step step) => step.Kind == (ushort)Act.Fetch;

    /// <summary>Whether the SMMU works off its command queue.</summary>
    public static bool IsConsumption(Step step) => step.Kind == (ushort)Act.Complete;

    /// <summary>Whether the SMMU's copy of the entry is whole.</summary>
    public bool IsWhole(in UpdateState state) => state.Present == (1 << (Entry<Number>.Words / scope.FetchWords)) - 1;

    /// <inheritdoc/>
    public void Initial<TSink>(ref TSink sink)
        where TSink : struct, ISink<UpdateState>, allows ref struct
    {
        var blank = default(UpdateState);
        for (var update = 0; update < scope.Updates.Length; update++)
        {
            ref var t = ref sink.From(in blank);
            t.Update = checked((ushort)update);
            t.Memory = scope.Updates[update].From;
            Forget(ref t);
            sink.Add(Step.Init);
        }
    }

    /// <inheritdoc/>
    public void Next<TSink>(in UpdateState s, ref TSink sink)
        where TSink : struct, ISink<UpdateState>, allows ref struct
    {
        switch (s.Phase)
        {
            case UpdatePhase.Before:
            {
                ref var t = ref sink.From(in s);
                Enter(ref t, 0);
                sink.Add(new Step((ushort)Act.Begin));
                break;
            }

            case UpdatePhase.Storing:
                StoreOrEnd(in s, ref sink);
                break;

            case UpdatePhase.CfgiQueued:
            {
                ref var t = ref sink.From(in s);
                t.Phase = UpdatePhase.SyncQueued;
                sink.Add(new Step((ushort)Act.Sync));
                break;
            }

            case UpdatePhase.SyncQueued:
            {
                ref var t = ref sink.From(in s);
                t.Syncs++;
                if (t.Cfgi != 0)
                {
                    t.Cfgi = 0;
                    t.Unsynced = 0;
                    Forget(ref t);
                }
                else
                {
                    t.Unsynced = 1;
                }

                Enter(ref t, t.Batch + 1);
                sink.Add(new Step((ushort)Act.Complete));
                break;
            }

            case UpdatePhase.SyncLost:
            case UpdatePhase.After:
                break;
        }

        Fetch(in s, ref sink);
    }

    /// <summary>The first update of the scope in which something fails is shown: scopes begin with the most ordinary platform and entries.</summary>
    public ulong Rank(in UpdateState state) => state.Update;

    /// <inheritdoc/>
    public bool IsFinal(in UpdateState state) => state.Phase == UpdatePhase.After;

    /// <inheritdoc/>
    public void Describe(in UpdateState s, IStateText text)
    {
        var update = scope.Updates[s.Update];
        text.Field("update", update.Pair.Name);
        text.Field("phase", s.Phase is UpdatePhase.Before or UpdatePhase.After ? $"{s.Phase}" : $"{s.Phase}, batch {s.Batch + 1}");
        text.Field("syncs", $"{s.Syncs}");
        text.Field("unsynced", $"{s.Unsynced}");
        text.Field("cfgi", $"{s.Cfgi}");
        for (var word = 0; word < Entry<Number>.Words; word++)
        {
            if ((update.Shown >> word & 1) != 0)
            {
                text.Word($"{scope.EntryName}.w{word}", s.Memory[word].Value);
            }
        }

        for (var word = 0; word < Entry<Number>.Words; word++)
        {
            // Words that the update does not change are the same in the SMMU's copy as in memory: not worth saying.
            var name = $"SMMU.{scope.EntryName}.w{word}";
            if ((update.Changing >> (word / scope.FetchWords) & 1) == 0)
            {
                continue;
            }

            if ((s.Present >> (word / scope.FetchWords) & 1) == 0)
            {
                text.Field(name, "not fetched");
            }
            else if ((update.Shown >> word & 1) != 0)
            {
                text.Word(name, s.Cached[word].Value);
            }
        }
    }

    /// <inheritdoc/>
    public ActionText Say(in UpdateState before, Step step)
    {
        var entry = scope.EntryName;
        var value = before.Phase == UpdatePhase.Storing
            ? $"0x{scope.Updates[before.Update].Plan.After(before.Batch)[step.A].Value:x16}"
            : "";
        return (Act)step.Kind switch
        {
            Act.Begin => new ActionText("CPU0", "write_entry", ("update", scope.Updates[before.Update].Pair.Name)),
            Act.Store => new ActionText("CPU0", $"store {entry}", ("word", Words(step.A, scope.Writer.StoreWords)), ("value", value)),
            Act.Barrier => new ActionText("CPU0", "dma_wmb"),
            Act.Cfgi => new ActionText("CPU0", $"CFGI_{entry}"),
            Act.Sync => new ActionText("CPU0", "CMD_SYNC"),
            Act.Complete => new ActionText("SMMU", "consume CMD_SYNC"),
            Act.Wait => new ActionText("CPU0", "wait for CMD_SYNC"),
            _ => new ActionText("SMMU", $"fetch {entry}", ("word", Words(step.A, scope.FetchWords))),
        };
    }

    private static string Words(int first, int count) => count == 1 ? $"w{first}" : $"w{first}..w{first + count - 1}";

    // The words that the batch still has to store, a bit each; with its neighbour where stores are two words wide.
    private ulong Pending(in UpdateState s)
    {
        var image = scope.Updates[s.Update].Plan.After(s.Batch);
        var width = scope.Writer.StoreWords;
        ulong words = 0;
        for (var word = 0; word < Entry<Number>.Words; word++)
        {
            words |= s.Memory[word] == image[word] ? 0 : ((1UL << width) - 1) << (word / width * width);
        }

        return words;
    }

    // The words that the SMMU's copy lacks, a bit each.
    private ulong Missing(in UpdateState s)
    {
        ulong words = 0;
        for (var word = 0; word < Entry<Number>.Words; word++)
        {
            words |= (s.Present >> (word / scope.FetchWords) & 1) == 0 ? 1UL << word : 0;
        }

        return words;
    }

    private void StoreOrEnd<TSink>(in UpdateState s, ref TSink sink)
        where TSink : struct, ISink<UpdateState>, allows ref struct
    {
        var image = scope.Updates[s.Update].Plan.After(s.Batch);
        var width = scope.Writer.StoreWords;
        var pending = false;
        for (var word = 0; word < Entry<Number>.Words; word += width)
        {
            if (s.Memory[word] == image[word] && (width == 1 || s.Memory[word + 1] == image[word + 1]))
            {
                continue;
            }

            pending = true;
            ref var t = ref sink.From(in s);
            for (var i = word; i < word + width; i++)
            {
                t.Memory[i] = image[i];
            }

            sink.Add(new Step((ushort)Act.Store, (short)word));
        }

        if (!pending)
        {
            End(in s, ref sink);
        }
    }

    private void End<TSink>(in UpdateState s, ref TSink sink)
        where TSink : struct, ISink<UpdateState>, allows ref struct
    {
        ref var t = ref sink.From(in s);
        switch (scope.Updates[s.Update].Plan.End(s.Batch))
        {
            case BatchEnd.Sync:
                t.Phase = UpdatePhase.CfgiQueued;
                t.Cfgi = 1;
                sink.Add(new Step((ushort)Act.Cfgi));
                break;
            case BatchEnd.SyncWithoutCfgi:
                t.Phase = UpdatePhase.SyncQueued;
                sink.Add(new Step((ushort)Act.Sync));
                break;
            case BatchEnd.Barrier:
                t.Unsynced = 1;
                Enter(ref t, t.Batch + 1);
                sink.Add(new Step((ushort)Act.Barrier));
                break;
            case BatchEnd.WaitWithoutSync:
                t.Phase = UpdatePhase.SyncLost;
                sink.Add(new Step((ushort)Act.Wait));
                break;
        }
    }

    // Goes to the first batch from `batch` on that is carried out, or to the end of the update.
    private void Enter(ref UpdateState t, int batch)
    {
        ref readonly var plan = ref scope.Updates[t.Update].Plan;
        while (batch < plan.Count && !plan.Active(batch).Value)
        {
            batch++;
        }

        t.Batch = (byte)(batch < plan.Count ? batch : 0);
        t.Phase = batch < plan.Count ? UpdatePhase.Storing : UpdatePhase.After;
    }

    private void Fetch<TSink>(in UpdateState s, ref TSink sink)
        where TSink : struct, ISink<UpdateState>, allows ref struct
    {
        for (var quantum = 0; quantum < Entry<Number>.Words / scope.FetchWords; quantum++)
        {
            if ((s.Present >> quantum & 1) != 0)
            {
                continue;
            }

            ref var t = ref sink.From(in s);
            Read(ref t, quantum);
            sink.Add(new Step((ushort)Act.Fetch, (short)(quantum * scope.FetchWords)));
        }
    }

    private void Read(ref UpdateState t, int quantum)
    {
        for (var word = quantum * scope.FetchWords; word < (quantum + 1) * scope.FetchWords; word++)
        {
            t.Cached[word] = t.Memory[word];
        }

        t.Present |= (byte)(1 << quantum);
    }

    // Nothing of the entry is left in the SMMU. Quanta that no image changes count as fetched again at once: when they are read makes no difference.
    private void Forget(ref UpdateState t)
    {
        t.Cached = default;
        t.Present = 0;
        var changing = scope.Updates[t.Update].Changing;
        for (var quantum = 0; quantum < Entry<Number>.Words / scope.FetchWords; quantum++)
        {
            if ((changing >> quantum & 1) == 0)
            {
                Read(ref t, quantum);
            }
        }
    }
}
