// The writer as a word system, on terms: for every pair of entries a view mixes at most two successive images, unless a batch is not synced.

using System.Numerics;
using Verify.Bits;
using Verify.Engine;
using Verify.Smmu.Driver;
using Verify.Smmu.Update;
using Verify.Smmu.Writers;
using Verify.Symbolic;
using Verify.Symbolic.Engines;
using Verify.Symbolic.Proofs;
using Verify.Tests.Smmu;
using Xunit;

namespace Verify.Tests.Symbolic.Engines;

[Trait("Speed", "Slow")]
public sealed class WriterProofTests
{
    private static readonly SteRules Rules = new(SteUsedBits.V615, SteSafeBits.V70);

    private static readonly Dictionary<string, EntryWriter> Writers = new()
    {
        ["6.10"] = new Writer610(),
        ["7.0"] = new Writer70(),
        ["entry-sync-128 repaired"] = new EntrySyncWriter(2, Repaired: true),
        ["no first sync"] = new FlawedWriter(Mistake.NoFirstSync),
        ["no last sync"] = new FlawedWriter(Mistake.NoLastSync),
        ["no CFGI"] = new FlawedWriter(Mistake.NoCfgi),
    };

    [Theory]
    [InlineData("6.10", 1)]
    [InlineData("7.0", 1)]
    [InlineData("7.0", 2)]
    [InlineData("entry-sync-128 repaired", 2)]
    public void Every_view_mixes_two_successive_images(string writer, int fetchWords)
    {
        var report = ByInvariant(new Both(Machine.Z3, Machine.Cvc5), writer, fetchWords);
        Assert.Equal(
            $"follows from {2 + System(writer, fetchWords).Cases.Count + 1} premises: WriterInvariant holds in the initial states, every step keeps it, and it implies MixOfTwoImages", report.Detail);
        Assert.Empty(report.Weaknesses);
    }

    [Theory]
    [InlineData("no first sync", "Advance-Storing-1")]
    [InlineData("no last sync", "Advance-Storing-3")]
    [InlineData("no CFGI", "Advance-SyncQueued-1")]
    public void Without_a_sync_the_invariant_is_not_inductive_which_refutes_nothing(string writer, string step)
    {
        var report = ByInvariant(Machine.Z3, writer, 1);
        Assert.Equal((Verdict.Inconclusive, $"premise writer.WriterInvariant.step.{step}: fails; that refutes nothing"), (report.Verdict, report.Detail));
    }

    [Theory]
    [InlineData("no first sync", 6)]
    [InlineData("no CFGI", 7)]
    public void Without_a_sync_between_batches_a_view_mixes_three_images(string writer, int steps)
    {
        // On one pair; for all pairs at once a solver takes minutes.
        var system = new WriterSystem(EntryKind.Ste, Writers[writer], Rules, 1, new Only(KUnit.Image("abort"), KUnit.Image("bypass")));
        var report = new BoundedCheck(new Prover(new ProofOptions(Machine.Cvc5)), system, new MixOfTwoImages(system), "writer").Run(8);
        Assert.Equal((Verdict.Violated, steps), (report.Verdict, report.Depth));
        var last = system.Read<Number, Truth>([.. report.Violation!.States[^1].Select(word => new Number(word))]);
        Assert.Equal(2, BitOperations.PopCount(last.Present.Value));
        Assert.Equal(2, report.Violation.Steps.Count(step => step.Name == "fetch STE"));
        Assert.Equal(2, report.Violation.Steps.Count(step => step.Name == "store STE"));
    }

    [Fact]
    public void The_images_are_the_writers_all_along()
    {
        var system = System("7.0", 1);
        var argument = new InductiveInvariant(system, [new ImagesArePlanned(system)], new ImagesArePlanned(system), "writer");
        var report = new Prover(new ProofOptions(Machine.Cvc5)).Prove([argument.Theorem(new Claim("Images", PropertyKind.Theorem, "", ""), "any")])[0];
        Assert.Equal(Verdict.Holds, report.Verdict);
    }

    // A case left out is found missing.
    [Fact]
    public void A_split_that_misses_a_case_proves_nothing()
    {
        var system = System("6.10", 1);
        foreach (var missing in system.Cases.Where((_, i) => i % 9 == 0))
        {
            var argument = new InductiveInvariant(system, [new WriterInvariant(system)], new MixOfTwoImages(system), "writer")
            {
                Cases = [.. system.Cases.Where(one => one.Name != missing.Name)],
            };
            var (answer, _) = new Prover(new ProofOptions(Machine.Z3)).Decide("split", [], () => argument.Split(argument.Invariants[0]).State().Fails, []);
            Assert.IsType<SolverAnswer.Sat>(answer);
        }
    }

    private static ProofReport ByInvariant(ISolver solver, string writer, int fetchWords)
    {
        var system = System(writer, fetchWords);
        var argument = new InductiveInvariant(system, [new WriterInvariant(system)], new MixOfTwoImages(system), "writer") { Cases = system.Cases };
        return new Prover(new ProofOptions(solver)).Prove([argument.Theorem(new Claim("Mix", PropertyKind.Theorem, "", ""), "any")])[0];
    }

    private static WriterSystem System(string writer, int fetchWords) => new(EntryKind.Ste, Writers[writer], Rules, fetchWords);

    private sealed class Only(Entry<Number> from, Entry<Number> to) : IUpdateCondition
    {
        public TBit Includes<TWord, TBit>(in Entry<TWord> before, in Entry<TWord> wanted)
            where TWord : struct, IWord<TWord, TBit>
            where TBit : struct, IBit<TBit>
        {
            var same = TBit.Constant(true);
            for (var word = 0; word < Entry<Number>.Words; word++)
            {
                same &= TWord.Same(before[word], TWord.Constant(from[word].Value)) & TWord.Same(wanted[word], TWord.Constant(to[word].Value));
            }

            return same;
        }
    }
}
