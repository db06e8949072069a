// The CD code before 6.10: imperative stores chosen by what changes. Reference section 4.0.

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Tables;

namespace Verify.Smmu.Writers;

/// <summary>The CD writer before 6.10.</summary>
public sealed record Pre610CdWriter : EntryWriter
{
    /// <inheritdoc/>
    public override Plan<TWord, TBit> Images<TWord, TBit>(EntryRules rules, in Entry<TWord> current, in Entry<TWord> target)
    {
        var change = Plan<TWord, TBit>.Differ(in current, in target);
        var live = Cd.V.Is<TWord, TBit>(in current, 1);
        var clear = Cd.V.Is<TWord, TBit>(in target, 0);
        var quiet = !clear & Cd.Epd0.Is<TWord, TBit>(in target, 1);
        var fresh = !clear & !quiet & !live;
        // clear: word 0 alone. quiet: EPD0 is set, S and R as the target has them. live: only the ASID is replaced.
        var quieted = (current[0] & TWord.Constant(~(Cd.S.Mask | Cd.R.Mask)))
            | TWord.Constant(Cd.Epd0.Mask) | (target[0] & current[0] & TWord.Constant(Cd.S.Mask | Cd.R.Mask));
        var renamed = (current[0] & TWord.Constant(~Cd.Asid.Mask)) | (target[0] & TWord.Constant(Cd.Asid.Mask));
        var word0 = TWord.If(clear, TWord.Constant(0), TWord.If(quiet, quieted, TWord.If(live, renamed, current[0])));
        var first = current;
        for (var i = 1; i <= 3; i++)
        {
            first[i] = TWord.If(fresh, i == 2 ? TWord.Constant(0) : target[i], current[i]);
        }

        first[0] = word0;
        var plan = new Plan<TWord, TBit>(in current);
        plan.AddIf(change, in first);
        plan.AddIf(change & fresh, first.With(0, target[0]));
        return plan;
    }
}
