// What is claimed of writers as word systems: of all runs on all pairs of entries, rather than of the views that a plan allows.

using Verify.Bits;
using Verify.Engine;
using Verify.Smmu.Update;
using Verify.Symbolic.Engines;

namespace Verify.Properties.Smmu.Proofs;

/// <summary>Makes the word models of a variant.</summary>
internal static class WriterModels
{
    /// <summary>Their scope: all entries on all platforms, of which the writer knows nothing.</summary>
    public const string Scope = "any";

    /// <summary>I5, by what the SMMU sees.</summary>
    public static Claim ViewsMixTwoImages { get; } = new("ViewsMixTwoImages", PropertyKind.Theorem,
        "What the SMMU holds of the entry is at all times a mix of two successive images of the writer.",
        "smmuv3 4.5 (a), I5; 2.1 items 5 and 6: CFGI and CMD_SYNC drop the copies of older images", "I1", "I5");

    /// <summary>The claims about a variant.</summary>
    /// <param name="kind">What the entries are.</param>
    /// <param name="of">The variant on any platform.</param>
    /// <param name="torn">Why views are expected to mix more than two images; null where they are not.</param>
    public static IReadOnlyList<WordModel> All(EntryKind kind, EntryCase of, string? torn)
    {
        var writer = new WriterSystem(kind, of.Writer, of.Rules, of.FetchWords, new OfBits(of.Bits));
        return
        [
            new(ViewsMixTwoImages, Scope, $"{of.System}.{of.Variant}.{ViewsMixTwoImages.Name}", writer, new MixOfTwoImages(writer))
            {
                Invariants = [new WriterInvariant(writer)],
                Cases = writer.Cases,
                Violated = torn,
            },
        ];
    }

    /// <summary>Updates of entries in which only certain bits are set.</summary>
    private sealed class OfBits(FieldSet bits) : IUpdateCondition
    {
        public TBit Includes<TWord, TBit>(in Entry<TWord> from, in Entry<TWord> to)
            where TWord : struct, IWord<TWord, TBit>
            where TBit : struct, IBit<TBit>
        {
            var included = TBit.Constant(true);
            for (var word = 0; word < Entry<Number>.Words; word++)
            {
                included &= TWord.Same((from[word] | to[word]) & TWord.Constant(~bits[word]), TWord.Constant(0));
            }

            return included;
        }
    }
}
