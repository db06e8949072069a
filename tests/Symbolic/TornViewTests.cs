// What all this is for, end to end: what the SMMU makes of any torn view of the 6.9 writer's first batch, for every pair of entries.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Hardware;
using Verify.Smmu.Tables;
using Verify.Smmu.Writers;
using Verify.Symbolic;
using Xunit;

namespace Verify.Tests.Symbolic;

[Trait("Speed", "Slow")]
public class TornViewTests
{
    [Fact]
    public void With_the_used_bits_of_today_every_view_behaves_like_an_entry_or_aborts() =>
        Assert.IsType<SolverAnswer.Unsat>(new Both(Machine.Z3, Machine.Cvc5).Check(Torn(SteUsedBits.V615), Machine.Long, default));

    [Fact]
    public void With_those_of_69_a_view_does_not()
    {
        var answer = Assert.IsType<SolverAnswer.Sat>(new Both(Machine.Z3, Machine.Cvc5).Check(Torn(SteUsedBits.V69), Machine.Long, default));
        Assert.Contains("view.0", answer.Model.Bits.Keys);
        Assert.Contains("to.w2", answer.Model.Words.Keys);
    }

    private static Obligation Torn(SteUsedBits usedBits)
    {
        using var pool = TermPool.Open();
        var (smmu, rules) = (new SmmuFeatures(), new SteRules(usedBits));
        var (from, to) = (TermWord.Entry("from"), TermWord.Entry("to"));
        var plan = new Writer69().Images<TermWord, TermBit>(rules, in from, in to);
        var view = default(Entry<TermWord>);
        for (var i = 0; i < Entry<TermWord>.Words; i++)
        {
            view[i] = TermWord.If(TermBit.Variable($"view.{i}"), plan.After(0)[i], from[i]).Named($"view.w{i}");
        }

        var fails = Written(smmu, rules, in from) & Written(smmu, rules, in to);
        var seen = SteBehaviour.Of<TermWord, TermBit>(smmu, in view);
        var old = SteBehaviour.Of<TermWord, TermBit>(smmu, in from);
        var wanted = SteBehaviour.Of<TermWord, TermBit>(smmu, in to);
        var torn = TermBit.Constant(false);
        for (var access = Access.Untranslated; access <= Access.UntranslatedSsid; access++)
        {
            torn |= !(seen[(int)access].Is(Fate.Abort)
                | Outcome<TermWord, TermBit>.Same(in seen[(int)access], in old[(int)access])
                | Outcome<TermWord, TermBit>.Same(in seen[(int)access], in wanted[(int)access]));
        }

        return new Obligation("torn", ["A view of the first batch behaves as one of the entries, or aborts."], fails & torn);
    }

    // What a driver writes: nothing that it believes unused, and nothing ILLEGAL.
    private static TermBit Written(SmmuFeatures smmu, SteRules rules, in Entry<TermWord> entry)
    {
        var written = Ste.V.Is<TermWord, TermBit>(in entry, 0) | !SteLegality.Illegal<TermWord, TermBit>(smmu, in entry);
        var kept = rules.Used<TermWord, TermBit>(in entry).Keep(in entry);
        for (var i = 0; i < Entry<TermWord>.Words; i++)
        {
            written &= TermWord.Same(entry[i], kept[i]);
        }

        return written;
    }
}
