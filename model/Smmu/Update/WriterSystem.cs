// Writer x fetch for all entries at once: the update model (UpdateModel.cs, where the SMMU's side is explained) as a word system, in which the two
// images are words like any other. Its steps are those of the update model, but that quanta which no image changes are fetched like all others.
//
// What the writer computes is part of the initial state: the images that it goes through are words too, which no step changes. So a step knows no writer,
// only how many batches there are and how each ends, and a claim about steps is proved without what a writer computes.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Writers;
using Verify.Transitions;

namespace Verify.Smmu.Update;

/// <summary>Which updates are looked at.</summary>
public interface IUpdateCondition
{
    /// <summary>Whether an entry that holds <paramref name="from"/> may have to hold <paramref name="to"/>.</summary>
    TBit Includes<TWord, TBit>(in Entry<TWord> from, in Entry<TWord> to)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>;
}

/// <summary>One writer on all pairs of entries.</summary>
/// <param name="kind">What the entries are.</param>
/// <param name="writer">The writer.</param>
/// <param name="rules">What it believes about entries.</param>
/// <param name="fetchWords">64-bit words of the SMMU's fetch quantum: 1 or 2.</param>
/// <param name="updates">Which pairs; null for all.</param>
public sealed class WriterSystem(EntryKind kind, EntryWriter writer, EntryRules rules, int fetchWords, IUpdateCondition? updates = null) : IWordSystem
{
    private enum Act : ulong
    {
        /// <summary>The CPU goes on: begins, ends a batch, queues CMD_SYNC; or the SMMU consumes it.</summary>
        Advance,

        /// <summary>A store of the batch becomes visible.</summary>
        Store,

        /// <summary>The SMMU fetches a quantum.</summary>
        Fetch,
    }

    /// <summary>The writer.</summary>
    public EntryWriter Writer => writer;

    /// <summary>What it believes about entries.</summary>
    public EntryRules Rules => rules;

    /// <summary>64-bit words of the SMMU's fetch quantum.</summary>
    public int FetchWords => fetchWords;

    /// <summary>Fetch quanta of an entry.</summary>
    public int Quanta => Entry<Number>.Words / fetchWords;

    // How many batches there are and how they end depends on the writer alone.
    private readonly Plan<Number, Truth> shape = writer.Images<Number, Truth>(rules, default, default);

    /// <summary>Batches of the writer's plan, active or not.</summary>
    public int Batches => shape.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> State { get; } =
    [
        .. Names("from"), .. Names("to"), .. Names("memory"), .. Names("smmu"), "present", "phase", "batch", "cfgi", "unsynced", "active",
        .. Enumerable.Range(1, writer.Images<Number, Truth>(rules, default, default).Count).SelectMany(batch => Names($"image{batch}")),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string> Choice { get; } = ["act", "quantum"];

    /// <summary>The steps by what is done, where the CPU is, and the batch: every enabled step from a state of <see cref="WriterInvariant"/> is in one.</summary>
    public IReadOnlyList<StepCase> Cases =>
    [
        Case(Act.Advance, UpdatePhase.Before),
        Case(Act.Fetch, UpdatePhase.Before),
        Case(Act.Fetch, UpdatePhase.After),
        .. Enumerable.Range(0, Batches).SelectMany(batch => new[]
        {
            Case(Act.Store, UpdatePhase.Storing, batch),
            Case(Act.Advance, UpdatePhase.Storing, batch),
            Case(Act.Advance, UpdatePhase.CfgiQueued, batch),
            Case(Act.Advance, UpdatePhase.SyncQueued, batch),
            Case(Act.Fetch, UpdatePhase.Storing, batch),
            Case(Act.Fetch, UpdatePhase.CfgiQueued, batch),
            Case(Act.Fetch, UpdatePhase.SyncQueued, batch),
            Case(Act.Fetch, UpdatePhase.SyncLost, batch),
        }),
    ];

    /// <summary>How batch <paramref name="batch"/> ends.</summary>
    public BatchEnd End(int batch) => shape.End(batch);

    /// <summary>Takes a state apart.</summary>
    public WriterState<TWord, TBit> Read<TWord, TBit>(ReadOnlySpan<TWord> state)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        new(this, state);

    /// <inheritdoc/>
    public TBit Initial<TWord, TBit>(ReadOnlySpan<TWord> state)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var s = Read<TWord, TBit>(state);
        var initial = WriterState<TWord, TBit>.Same(s.Memory, s.From, 0, Entry<Number>.Words);
        for (var word = WriterState<TWord, TBit>.CachedAt; word <= WriterState<TWord, TBit>.UnsyncedAt; word++)
        {
            // Nothing is fetched, and the update has not begun.
            initial &= TWord.Same(state[word], TWord.Constant(0));
        }

        initial &= IsPlanned(in s);
        return updates is null ? initial : initial & updates.Includes<TWord, TBit>(s.From, s.To);
    }

    /// <summary>The initial state of one update.</summary>
    public Number[] Initial(in Entry<Number> from, in Entry<Number> to)
    {
        var state = new Number[State.Count];
        var plan = writer.Images<Number, Truth>(rules, in from, in to);
        for (var word = 0; word < Entry<Number>.Words; word++)
        {
            state[WriterState<Number, Truth>.FromAt + word] = from[word];
            state[WriterState<Number, Truth>.ToAt + word] = to[word];
            state[WriterState<Number, Truth>.MemoryAt + word] = from[word];
            for (var batch = 0; batch < Batches; batch++)
            {
                state[WriterState<Number, Truth>.ImagesAt + (batch * Entry<Number>.Words) + word] = plan.After(batch)[word];
            }
        }

        for (var batch = 0; batch < Batches; batch++)
        {
            state[WriterState<Number, Truth>.ActiveAt] |= new Number(plan.Active(batch).Value ? 1UL << batch : 0);
        }

        return state;
    }

    /// <summary>Whether the images and the active batches of a state are those that the writer computes.</summary>
    internal TBit IsPlanned<TWord, TBit>(in WriterState<TWord, TBit> s)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var plan = writer.Images<TWord, TBit>(rules, s.From, s.To);
        var (planned, active) = (TBit.Constant(true), TWord.Constant(0));
        for (var batch = 0; batch < Batches; batch++)
        {
            planned &= WriterState<TWord, TBit>.Same(s.After(batch), plan.After(batch), 0, Entry<Number>.Words);
            active |= TWord.If(plan.Active(batch), TWord.Constant(1UL << batch), TWord.Constant(0));
        }

        return planned & TWord.Same(s.Active, active);
    }

    /// <inheritdoc/>
    public TBit Step<TWord, TBit>(ReadOnlySpan<TWord> before, ReadOnlySpan<TWord> choice, Span<TWord> after)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        before.CopyTo(after);
        var s = Read<TWord, TBit>(before);
        var image = s.Image();
        var advances = Advance(in s, in image, Is<TWord, TBit>(choice[0], Act.Advance), before, after);
        var stores = Store(in s, in image, Is<TWord, TBit>(choice[0], Act.Store), choice[1], after);
        var fetches = Fetch(in s, Is<TWord, TBit>(choice[0], Act.Fetch), choice[1], after);
        return advances | stores | fetches;
    }

    /// <inheritdoc/>
    public ActionText Say(ReadOnlySpan<Number> before, ReadOnlySpan<Number> choice)
    {
        var s = Read<Number, Truth>(before);
        var entry = kind == EntryKind.Ste ? "STE" : "CD";
        var quantum = (int)choice[1].Value;
        switch ((Act)choice[0].Value)
        {
            case Act.Store:
                var first = quantum * writer.StoreWords;
                return new ActionText("CPU0", $"store {entry}", ("word", Words(first, writer.StoreWords)), ("value", $"0x{s.Image()[first].Value:x16}"));
            case Act.Fetch:
                return new ActionText("SMMU", $"fetch {entry}", ("word", Words(quantum * fetchWords, fetchWords)));
            default:
                return (UpdatePhase)s.Phase.Value switch
                {
                    UpdatePhase.Before => new ActionText("CPU0", "write_entry"),
                    UpdatePhase.CfgiQueued => new ActionText("CPU0", "CMD_SYNC"),
                    UpdatePhase.SyncQueued => new ActionText("SMMU", "consume CMD_SYNC"),
                    _ => new ActionText("CPU0", End((int)s.Batch.Value) switch
                    {
                        BatchEnd.Sync => $"CFGI_{entry}",
                        BatchEnd.Barrier => "dma_wmb",
                        BatchEnd.SyncWithoutCfgi => "CMD_SYNC",
                        _ => "wait for CMD_SYNC",
                    }),
                };
        }
    }

    private TBit Advance<TWord, TBit>(
        in WriterState<TWord, TBit> s, in Entry<TWord> image, TBit chosen, ReadOnlySpan<TWord> before, Span<TWord> after)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var place = new Place<TWord, TBit>(before);
        var ends = chosen & s.Is(UpdatePhase.Storing) & WriterState<TWord, TBit>.Same(s.Memory, image, 0, Entry<Number>.Words);
        var completes = chosen & s.Is(UpdatePhase.SyncQueued);
        var drops = completes & !TWord.Same(s.Cfgi, TWord.Constant(0));
        var enters = Place<TWord, TBit>.Entered(in s, Batches);
        var enabled = place.Go(chosen & s.Is(UpdatePhase.Before), enters[0]);
        enabled |= place.Go(chosen & s.Is(UpdatePhase.CfgiQueued), UpdatePhase.SyncQueued);
        for (var batch = 0; batch < Batches; batch++)
        {
            var ended = ends & s.At(batch);
            enabled |= End(batch) switch
            {
                BatchEnd.Sync => place.Go(ended, UpdatePhase.CfgiQueued),
                BatchEnd.SyncWithoutCfgi => place.Go(ended, UpdatePhase.SyncQueued),
                BatchEnd.Barrier => place.Go(ended, enters[batch + 1]),
                _ => place.Go(ended, UpdatePhase.SyncLost),
            };
            place.Cfgi = End(batch) == BatchEnd.Sync ? TWord.If(ended, TWord.Constant(1), place.Cfgi) : place.Cfgi;
            place.Unsynced = End(batch) == BatchEnd.Barrier ? TWord.If(ended, TWord.Constant(1), place.Unsynced) : place.Unsynced;
            enabled |= place.Go(completes & s.At(batch), enters[batch + 1]);
        }

        place.Cfgi = TWord.If(drops, TWord.Constant(0), place.Cfgi);
        place.Unsynced = TWord.If(completes, TWord.If(drops, TWord.Constant(0), TWord.Constant(1)), place.Unsynced);
        place.Write(after);
        for (var word = WriterState<TWord, TBit>.CachedAt; word <= WriterState<TWord, TBit>.PresentAt; word++)
        {
            after[word] = TWord.If(drops, TWord.Constant(0), after[word]);
        }

        return enabled;
    }

    private TBit Store<TWord, TBit>(in WriterState<TWord, TBit> s, in Entry<TWord> image, TBit chosen, TWord quantum, Span<TWord> after)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var enabled = TBit.Constant(false);
        for (var first = 0; first < Entry<Number>.Words; first += writer.StoreWords)
        {
            var stored = chosen & s.Is(UpdatePhase.Storing) & TWord.Same(quantum, TWord.Constant((ulong)(first / writer.StoreWords)))
                & !WriterState<TWord, TBit>.Same(s.Memory, image, first, writer.StoreWords);
            for (var word = first; word < first + writer.StoreWords; word++)
            {
                ref var target = ref after[WriterState<TWord, TBit>.MemoryAt + word];
                target = TWord.If(stored, image[word], target);
            }

            enabled |= stored;
        }

        return enabled;
    }

    private TBit Fetch<TWord, TBit>(in WriterState<TWord, TBit> s, TBit chosen, TWord quantum, Span<TWord> after)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var enabled = TBit.Constant(false);
        ref var present = ref after[WriterState<TWord, TBit>.PresentAt];
        for (var q = 0; q < Quanta; q++)
        {
            var fetched = chosen & TWord.Same(quantum, TWord.Constant((ulong)q)) & !s.Has(q);
            for (var word = q * fetchWords; word < (q + 1) * fetchWords; word++)
            {
                ref var copy = ref after[WriterState<TWord, TBit>.CachedAt + word];
                copy = TWord.If(fetched, s.Memory[word], copy);
            }

            present = TWord.If(fetched, s.Present | TWord.Constant(1UL << q), present);
            enabled |= fetched;
        }

        return enabled;
    }

    private static StepCase Case(Act act, UpdatePhase phase) => new($"{act}-{phase}", ("act", (ulong)act), ("phase", (ulong)phase));

    private static StepCase Case(Act act, UpdatePhase phase, int batch) =>
        new($"{act}-{phase}-{batch + 1}", ("act", (ulong)act), ("phase", (ulong)phase), ("batch", (ulong)batch));

    private static TBit Is<TWord, TBit>(TWord word, Act act)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        TWord.Same(word, TWord.Constant((ulong)act));

    private static IEnumerable<string> Names(string entry) => Enumerable.Range(0, Entry<Number>.Words).Select(word => $"{entry}.w{word}");

    private static string Words(int first, int count) => count == 1 ? $"w{first}" : $"w{first}..w{first + count - 1}";

    /// <summary>Where the CPU is and what the queue holds, being changed.</summary>
    private struct Place<TWord, TBit>(ReadOnlySpan<TWord> before)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        private TWord phase = before[WriterState<TWord, TBit>.PhaseAt];
        private TWord batch = before[WriterState<TWord, TBit>.BatchAt];

        public TWord Cfgi = before[WriterState<TWord, TBit>.CfgiAt];
        public TWord Unsynced = before[WriterState<TWord, TBit>.UnsyncedAt];

        /// <summary>Per batch, and after the last: the first one from it on that is carried out, or the end of the update.</summary>
        public static (TWord Phase, TWord Batch)[] Entered(in WriterState<TWord, TBit> s, int batches)
        {
            var enters = new (TWord Phase, TWord Batch)[batches + 1];
            enters[batches] = (TWord.Constant((ulong)UpdatePhase.After), TWord.Constant(0));
            for (var i = batches - 1; i >= 0; i--)
            {
                enters[i] = (
                    TWord.If(s.IsActive(i), TWord.Constant((ulong)UpdatePhase.Storing), enters[i + 1].Phase),
                    TWord.If(s.IsActive(i), TWord.Constant((ulong)i), enters[i + 1].Batch));
            }

            return enters;
        }

        public TBit Go(TBit condition, (TWord Phase, TWord Batch) to)
        {
            phase = TWord.If(condition, to.Phase, phase);
            batch = TWord.If(condition, to.Batch, batch);
            return condition;
        }

        public TBit Go(TBit condition, UpdatePhase to) => Go(condition, (TWord.Constant((ulong)to), batch));

        public readonly void Write(Span<TWord> after)
        {
            after[WriterState<TWord, TBit>.PhaseAt] = phase;
            after[WriterState<TWord, TBit>.BatchAt] = batch;
            after[WriterState<TWord, TBit>.CfgiAt] = Cfgi;
            after[WriterState<TWord, TBit>.UnsyncedAt] = Unsynced;
        }
    }
}
