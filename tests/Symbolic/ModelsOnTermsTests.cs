// The models' functions on terms: what they become as formulas evaluates to what they compute on numbers, on random entries and on those
// that the driver builds.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;
using Verify.Smmu.Writers;
using Verify.Symbolic;
using Xunit;

namespace Verify.Tests.Symbolic;

public class ModelsOnTermsTests
{
    private static readonly SmmuFeatures[] Smmus =
    [
        new(),
        new() { Hyp = true, Dpt = true, EatsCheckSeesS2S = true, AttrTypesOverride = false },
        new() { Ats = false, Stage2 = false, Stall = StallModel.TerminateOnly, TwoLevelCd = false, SsidSize = 8, JudgeTableGeometry = false },
    ];

    private static readonly EntryWriter[] Writers =
    [
        new Writer69(), new Writer610(), new Writer70(), new StepWriter(), new InPlaceWriter(), new Pre69SteWriter(), new Pre610CdWriter(),
        new EntrySyncWriter(1), new EntrySyncWriter(2), new EntrySyncWriter(2, Repaired: true), new FlawedWriter(Mistake.ClearBeforeFlip),
    ];

    [Fact]
    public void What_the_hardware_makes_of_an_entry() => Seeds.Run(seed =>
    {
        foreach (var smmu in Smmus)
        {
            using var pool = TermPool.Open();
            var entry = TermWord.Entry("ste");
            var ste = SteBehaviour.Of<TermWord, TermBit>(smmu, in entry);
            var cd = CdBehaviour.Of<TermWord, TermBit>(smmu, in entry, TermBit.Variable("stalld"));
            foreach (var (from, stalld) in Samples(seed, 150))
            {
                var valuation = new Valuation(Assign(("ste", from)).With("stalld", stalld));
                var number = SteBehaviour.Of<Number, Truth>(smmu, in from);
                for (var access = 0; access < Behaviour<Number, Truth>.Accesses; access++)
                {
                    Agree(in number[access], in ste[access], valuation);
                }

                var cdNumber = CdBehaviour.Of<Number, Truth>(smmu, in from, new Truth(stalld));
                Agree(in cdNumber, in cd, valuation);
            }
        }
    });

    [Fact]
    public void What_the_driver_believes_of_an_entry() => Seeds.Run(seed =>
    {
        EntryRules[] all = [new SteRules(SteUsedBits.Series2023), new SteRules(SteUsedBits.V69), new SteRules(SteUsedBits.V615, new SteSafeBits()), new CdRules()];
        foreach (var rules in all)
        {
            using var pool = TermPool.Open();
            var (current, target) = (TermWord.Entry("from"), TermWord.Entry("to"));
            var used = rules.Used<TermWord, TermBit>(in current).Bits;
            var safe = rules.Safe<TermWord, TermBit>(in current, in target).Bits;
            foreach (var (from, to) in Pairs(seed, 150))
            {
                var valuation = new Valuation(Assign(("from", from), ("to", to)));
                Agree(rules.Used<Number, Truth>(in from).Bits, in used, valuation);
                Agree(rules.Safe<Number, Truth>(in from, in to).Bits, in safe, valuation);
            }
        }
    });

    [Fact]
    public void What_writers_store() => Seeds.Run(seed =>
    {
        foreach (var writer in Writers)
        {
            using var pool = TermPool.Open();
            EntryRules rules = writer is Pre610CdWriter ? new CdRules() : new SteRules(SteUsedBits.V615, new SteSafeBits());
            var plan = writer.Images<TermWord, TermBit>(rules, TermWord.Entry("from"), TermWord.Entry("to"));
            foreach (var (from, to) in Pairs(seed, 60))
            {
                var valuation = new Valuation(Assign(("from", from), ("to", to)));
                var number = writer.Images<Number, Truth>(rules, in from, in to);
                Assert.Equal(number.Count, plan.Count);
                for (var batch = -1; batch < number.Count; batch++)
                {
                    Agree(number.After(batch), plan.After(batch), valuation);
                    Assert.True(batch < 0 || number.Active(batch).Value == valuation.Of(plan.Active(batch)));
                }
            }
        }
    });

    private static void Agree(in Outcome<Number, Truth> number, in Outcome<TermWord, TermBit> term, Valuation valuation)
    {
        Assert.Equal((number.Fate.Value, number.Event.Value, number.Cd.Value), (valuation.Of(term.Fate), valuation.Of(term.Event), valuation.Of(term.Cd)));
        Agree(in number.Shape, in term.Shape, valuation);
    }

    private static void Agree(in Entry<Number> number, in Entry<TermWord> term, Valuation valuation)
    {
        for (var i = 0; i < Entry<Number>.Words; i++)
        {
            Assert.Equal(number[i].Value, valuation.Of(term[i]));
        }
    }

    private static Assigned Assign(params ReadOnlySpan<(string Name, Entry<Number> Entry)> entries)
    {
        var assigned = new Assigned();
        foreach (var (name, entry) in entries)
        {
            for (var i = 0; i < Entry<Number>.Words; i++)
            {
                assigned.Assignment.Set($"{name}.w{i}", entry[i].Value);
            }
        }

        return assigned;
    }

    private static IEnumerable<(Entry<Number> From, Entry<Number> To)> Pairs(ulong seed, int count) =>
        Samples(seed, count).Zip(Samples(seed + 1, count), (from, to) => (from.Entry, to.Entry));

    private static IEnumerable<(Entry<Number> Entry, bool Bit)> Samples(ulong seed, int count)
    {
        var random = new Random((int)seed);
        for (var i = 0; i < count; i++)
        {
            var entry = default(Entry<Number>);
            for (var word = 0; word < Entry<Number>.Words; word++)
            {
                // Most words have few bits, as most that a driver writes: else nearly every entry is ILLEGAL.
                var sparse = random.NextInt64() & random.NextInt64() & random.NextInt64();
                entry[word] = new Number((ulong)(random.Next(3) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : random.Next(3) == 0 ? 0 : sparse));
            }

            if (random.Next(8) != 0)
            {
                Ste.V.Set(ref entry, 1);
                Ste.Cfg.Set(ref entry, (ulong)random.Next(4, 8));
            }

            yield return (entry, random.Next(2) == 0);
        }
    }

    private sealed class Assigned
    {
        public Assignment Assignment { get; } = new();

        public static implicit operator Assignment(Assigned assigned) => assigned.Assignment;

        public Assignment With(string name, bool value)
        {
            Assignment.Set(name, value);
            return Assignment;
        }
    }
}
