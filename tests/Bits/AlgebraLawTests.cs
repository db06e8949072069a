// The two laws of the algebra that the proofs about writers rely on: masking splits an entry, and a torn view never invents a word.

using FsCheck;
using FsCheck.Fluent;
using Verify.Bits;
using Xunit;

namespace Verify.Tests.Bits;

public class AlgebraLawTests
{
    private static readonly Gen<Entry<Number>> Entries = Gen.Choose(int.MinValue, int.MaxValue).Select(i => (uint)i)
        .ArrayOf(2 * Entry<Number>.Words)
        .Select(halves => Entry.Of([.. Enumerable.Range(0, Entry<Number>.Words).Select(i => (ulong)halves[2 * i] << 32 | halves[(2 * i) + 1])]));

    private static readonly Gen<(Entry<Number> A, Entry<Number> B, Entry<Number> C)> Triples =
        from a in Entries from b in Entries from c in Entries select (a, b, c);

    // What a hitless update fills: unused bits are the target's, used bits stay.
    [Fact]
    public void A_masked_merge_agrees_with_each_side_on_its_bits() => Laws.Hold(Triples, t =>
    {
        var merged = Zip(Zip(t.A, t.C, (a, used) => a & used), Zip(t.B, t.C, (b, used) => b & ~used), (a, b) => a | b);
        return Zip(merged, t.C, (m, used) => m & used).Equals(Zip(t.A, t.C, (a, used) => a & used))
            && Zip(merged, t.C, (m, used) => m & ~used).Equals(Zip(t.B, t.C, (b, used) => b & ~used))
            && Enumerable.Range(0, 8).All(i => merged[i] == (t.A[i] ^ ((t.A[i] ^ t.B[i]) & ~t.C[i])));
    });

    // A view takes each word from one of two images, so it has every bit on which they agree.
    [Fact]
    public void A_torn_view_agrees_with_both_images_where_they_agree() => Laws.Hold(
        from t in Triples from words in Gen.Choose(0, 255) select (t, words),
        x => Enumerable.Range(0, 8).All(i => ((Torn(x.t.A, x.t.B, x.words)[i] ^ x.t.A[i]) & ~(x.t.A[i] ^ x.t.B[i])).Value == 0));

    // Views over two batches without a sync between them are views of three images, however the batches are grouped.
    [Fact]
    public void Tearing_is_associative_over_batches() => Laws.Hold(
        from t in Triples from first in Gen.Choose(0, 255) from second in Gen.Choose(0, 255) select (t, first, second),
        x => Torn(Torn(x.t.A, x.t.B, x.first), x.t.C, x.second).Equals(Torn(x.t.A, Torn(x.t.B, x.t.C, x.second), x.first | x.second)));

    /// <summary>The view with the words of <paramref name="words"/> from the new image and the others from the old one.</summary>
    private static Entry<Number> Torn(Entry<Number> old, Entry<Number> now, int words) =>
        Enumerable.Range(0, 8).Aggregate(old, (view, i) => (words >> i & 1) != 0 ? view.With(i, now[i]) : view);

    private static Entry<Number> Zip(Entry<Number> left, Entry<Number> right, Func<Number, Number, Number> operation) =>
        Enumerable.Range(0, 8).Aggregate(left, (result, i) => result.With(i, operation(left[i], right[i])));
}
