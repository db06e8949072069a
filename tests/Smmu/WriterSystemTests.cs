// The writer as a word system, on numbers: it does what the update model does, and says it in the same words.

using System.Runtime.InteropServices;
using Verify.Bits;
using Verify.Engine;
using Verify.Smmu.Driver;
using Verify.Smmu.Update;
using Verify.Smmu.Writers;
using Xunit;

namespace Verify.Tests.Smmu;

public class WriterSystemTests
{
    private const int MostSteps = 80;

    private static readonly SteRules Rules = new(SteUsedBits.V615, SteSafeBits.V70);

    private static readonly string[] Images =
        ["zero", "abort", "bypass", "cdt SSID0 ATS", "cdt SSID0", "cdt BYPASS ATS", "cdt BYPASS ATS, other table", "s2 ATS", "s2", "nested BYPASS ATS"];

    private static readonly Dictionary<string, EntryWriter> Writers = new()
    {
        ["7.0"] = new Writer70(),
        ["6.10"] = new Writer610(),
        ["s23"] = new StepWriter(),
        ["barriers only"] = new BarrierWriter(),
        ["no first sync"] = new FlawedWriter(Mistake.NoFirstSync),
        ["no CFGI"] = new FlawedWriter(Mistake.NoCfgi),
        ["lost sync"] = new FlawedWriter(Mistake.LostSync),
        ["entry-sync-128 repaired"] = new EntrySyncWriter(2, Repaired: true),
        ["in place"] = new InPlaceWriter(),
    };

    public static TheoryData<string, int> WritersAndQuanta
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var writer in Writers.Keys)
            {
                data.Add(writer, 1);
                data.Add(writer, 2);
            }

            return data;
        }
    }

    // The update model holds quanta that do not change at all times; the word system fetches them.
    [Theory]
    [Trait("Speed", "Slow")]
    [MemberData(nameof(WritersAndQuanta))]
    public void It_reaches_the_states_of_the_update_model(string name, int fetchWords)
    {
        string[] wide = fetchWords == 2 ? ["cdt SSID0 ATS -> s2 ATS", "cdt BYPASS ATS, other table -> bypass"] : [];
        foreach (var pair in (string[])["s2 vmid 1 -> s2 vmid 2", "bypass -> abort", "s2 -> s2", .. wide])
        {
            var scope = Scope(name, fetchWords, KUnit.Image(pair.Split(" -> ")[0]), KUnit.Image(pair.Split(" -> ")[1]));
            var (model, words) = (OfModel(scope), OfWords(scope));
            Assert.True(model.SetEquals(words), $"{pair}: {model.Count} states in the model, {words.Count} here");
            Assert.NotEmpty(model);
        }
    }

    [Theory]
    [MemberData(nameof(WritersAndQuanta))]
    public void A_random_walk_sees_what_the_update_model_reaches(string name, int fetchWords) => Seeds.Run(seed =>
    {
        var random = new Random((int)(seed & int.MaxValue));
        var (whole, distinct) = (0, 0);
        for (var walk = 0; walk < 12; walk++)
        {
            var scope = Scope(name, fetchWords, KUnit.Image(random.GetItems(Images, 1)[0]), KUnit.Image(random.GetItems(Images, 1)[0]));
            var reachable = WholeViews.Explored(scope);
            var seen = new HashSet<Entry<Number>>();
            for (var again = 0; again < 8; again++)
            {
                seen.UnionWith(Walk(scope, random));
            }

            Assert.True(seen.IsSubsetOf(reachable), $"a view that the model does not reach, of {scope.Updates[0].From} -> {scope.Updates[0].To}");
            whole += seen.Count;
            distinct += reachable.Count > 1 ? 1 : 0;
        }

        Assert.True(whole >= 12 && distinct > 0, $"{whole} views seen: too few to tell");
    });

    [Fact]
    public void Only_the_updates_asked_for_are_initial()
    {
        var system = new WriterSystem(EntryKind.Ste, new Writer610(), Rules, 1, new FromZero());
        Assert.True(system.Initial<Number, Truth>(system.Initial(default, KUnit.Image("abort"))).Value);
        Assert.False(system.Initial<Number, Truth>(system.Initial(KUnit.Image("abort"), default)).Value);
        var state = system.Initial(default, KUnit.Image("abort"));
        for (var word = 16; word < state.Length; word++)
        {
            var changed = (Number[])state.Clone();
            changed[word] = new Number(changed[word].Value ^ 2);
            Assert.False(system.Initial<Number, Truth>(changed).Value, system.State[word]);
        }
    }

    [Fact]
    public void Steps_are_said_in_the_words_of_the_field()
    {
        var system = new WriterSystem(EntryKind.Ste, new Writer610(), Rules, 1);
        var state = system.Initial(default, KUnit.Image("abort"));
        var said = new List<string>();
        foreach (var (act, quantum) in ((ulong, ulong)[])[(0, 0), (2, 3), (1, 0), (0, 0), (0, 0), (0, 0)])
        {
            Number[] choice = [new(act), new(quantum)];
            var (text, after) = (system.Say(state, choice), new Number[state.Length]);
            Assert.True(system.Step<Number, Truth>(state, choice, after).Value, text.Name);
            said.Add($"{text.Lane}: {text.Name}{string.Concat(text.Arguments.Select(a => $" {a.Value}"))}");
            state = after;
        }

        Assert.Equal(
            ["CPU0: write_entry", "SMMU: fetch STE w3", "CPU0: store STE w0 0x0000000000000001", "CPU0: CFGI_STE", "CPU0: CMD_SYNC", "SMMU: consume CMD_SYNC"],
            said);
        Assert.Equal((ulong)UpdatePhase.After, state[Array.IndexOf([.. system.State], "phase")].Value);
    }

    private static IEnumerable<Entry<Number>> Walk(UpdateScope scope, Random random)
    {
        var system = System(scope);
        var state = system.Initial(scope.Updates[0].From, scope.Updates[0].To);
        for (var step = 0; step < MostSteps; step++)
        {
            var s = system.Read<Number, Truth>(state);
            if (s.Present.Value == (1UL << system.Quanta) - 1)
            {
                yield return s.Cached;
            }

            var next = Next(system, state).ToList();
            if (next.Count == 0)
            {
                yield break;
            }

            state = next[random.Next(next.Count)];
        }
    }

    private static HashSet<string> OfWords(UpdateScope scope)
    {
        var system = System(scope);
        var start = system.Initial(scope.Updates[0].From, scope.Updates[0].To);
        var (seen, queue) = (new HashSet<string> { Key(start) }, new Queue<Number[]>([start]));
        var states = new HashSet<string>();
        var unchanging = (1UL << system.Quanta) - 1 & ~(ulong)scope.Updates[0].Changing;
        while (queue.TryDequeue(out var state))
        {
            var s = system.Read<Number, Truth>(state);
            if ((s.Present.Value & unchanging) == unchanging)
            {
                states.Add(Key(s.Memory, s.Cached, s.Present.Value, s.Phase.Value, s.Batch.Value, s.Cfgi.Value, state[Array.IndexOf([.. system.State], "unsynced")].Value));
            }

            foreach (var next in Next(system, state).Where(next => seen.Add(Key(next))))
            {
                queue.Enqueue(next);
            }
        }

        return states;
    }

    private static HashSet<string> OfModel(UpdateScope scope)
    {
        var seen = new HashSet<string>();
        var collect = new Invariant<UpdateState>(
            new Claim("Collect", PropertyKind.Invariant, "", ""),
            (in UpdateState _) => true,
            (in UpdateState s) => seen.Add(Key(s.Memory, s.Cached, s.Present, (ulong)s.Phase, s.Batch, s.Cfgi, s.Unsynced)) || true,
            (in UpdateState _) => "");
        new Explorer<UpdateModel, UpdateState>(new UpdateModel(scope), [collect]).Run(new ExploreOptions());
        return seen;
    }

    private static IEnumerable<Number[]> Next(WriterSystem system, Number[] state)
    {
        for (var act = 0UL; act < 4; act++)
        {
            for (var quantum = 0UL; quantum < (act == 0 ? 1UL : 9); quantum++)
            {
                var after = new Number[state.Length];
                if (system.Step<Number, Truth>(state, [new Number(act), new Number(quantum)], after).Value)
                {
                    yield return after;
                }
            }
        }
    }

    private static string Key(Entry<Number> memory, Entry<Number> cached, params ReadOnlySpan<ulong> rest) =>
        $"{Oracle.Say(memory)} {Oracle.Say(cached)} {string.Join(' ', rest.ToArray())}";

    private static string Key(Number[] state) => Convert.ToHexString(MemoryMarshal.AsBytes(state.AsSpan(16)));

    private static WriterSystem System(UpdateScope scope) => new(scope.Kind, scope.Writer, scope.Rules, scope.FetchWords);

    private static UpdateScope Scope(string writer, int fetchWords, Entry<Number> from, Entry<Number> to) =>
        new(EntryKind.Ste, Writers[writer], Rules, fetchWords, [new EntryPair("pair", KUnit.Plain, from, to)]);

    private sealed class FromZero : IUpdateCondition
    {
        public TBit Includes<TWord, TBit>(in Entry<TWord> from, in Entry<TWord> to)
            where TWord : struct, IWord<TWord, TBit>
            where TBit : struct, IBit<TBit>
        {
            var zero = TBit.Constant(true);
            for (var word = 0; word < Entry<Number>.Words; word++)
            {
                zero &= TWord.Same(from[word], TWord.Constant(0));
            }

            return zero;
        }
    }
}
