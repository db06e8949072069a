// The writer of the 2023 series: recompute the masks every round and take one step, until nothing differs. Reference section 4.1.
// Every round stores all eight words, equal or not, and ends in a sync.

using Verify.Bits;
using Verify.Smmu.Driver;

namespace Verify.Smmu.Writers;

/// <summary>The step-until-done writer of the 2023 series.</summary>
public sealed record StepWriter : EntryWriter
{
    // A break takes three rounds, and so does fill, flip, clear; a fourth shows up if that claim is wrong for some pair.
    private const int Rounds = 4;

    /// <inheritdoc/>
    public override Plan<TWord, TBit> Images<TWord, TBit>(EntryRules rules, in Entry<TWord> current, in Entry<TWord> target)
    {
        var plan = new Plan<TWord, TBit>(in current);
        for (var round = 0; round < Rounds; round++)
        {
            // It returns when a round would change nothing, nothing differs in used bits, and the whole entry equals the target: the last says the
            // first two. The image of such a round is the one before.
            var memory = plan.Final;
            plan.AddActive(Plan<TWord, TBit>.Differ(in memory, in target), Step<TWord, TBit>(rules, in memory, in target));
        }

        return plan;
    }

    private static Entry<TWord> Step<TWord, TBit>(EntryRules rules, in Entry<TWord> memory, in Entry<TWord> target)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var used = rules.Used<TWord, TBit>(in memory).Bits;
        var targetUsed = rules.Used<TWord, TBit>(in target).Bits;
        var step = memory;
        var differs = default(Flags<TBit>);
        var any = TBit.Constant(false);
        var several = TBit.Constant(false);
        var unchanged = TBit.Constant(true);
        for (var i = 0; i < Entry<TWord>.Words; i++)
        {
            step[i] = (memory[i] & used[i]) | (target[i] & ~used[i]);
            unchanged &= TWord.Same(step[i], memory[i]);
            differs[i] = !TWord.Same(step[i] & targetUsed[i], target[i] & targetUsed[i]);
            several |= any & differs[i];
            any |= differs[i];
        }

        for (var i = 0; i < Entry<TWord>.Words; i++)
        {
            var broken = i == rules.V.Word ? step[i] & TWord.Constant(~rules.V.Mask) : step[i];
            // Nothing left to fill: flip the one word that differs, or clear what the target ignores.
            var written = unchanged & (differs[i] | !any);
            step[i] = TWord.If(several, broken, TWord.If(written, target[i], step[i]));
        }

        return step;
    }
}
