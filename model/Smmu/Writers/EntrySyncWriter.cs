// The generic entry_sync helper in its posted form (2026), for tables other than the SMMU's too: quanta of 64 or 128 bits, V in any quantum.
// Reference section 4.4. Its breaking branch is modelled exactly as posted.

using Verify.Bits;
using Verify.Smmu.Driver;

namespace Verify.Smmu.Writers;

/// <summary>The posted generic helper.</summary>
/// <param name="QuantumWords">64-bit words of a quantum: 1 or 2.</param>
/// <param name="Repaired">
/// False: the breaking branch as posted. True: the branch as it must have been meant, all quanta but V's and then V's.
/// </param>
public sealed record EntrySyncWriter(int QuantumWords, bool Repaired = false) : EntryWriter
{
    private int Quanta => Entry<Number>.Words / QuantumWords;

    /// <inheritdoc/>
    public override int StoreWords => QuantumWords;

    /// <inheritdoc/>
    public override Plan<TWord, TBit> Images<TWord, TBit>(EntryRules rules, in Entry<TWord> current, in Entry<TWord> target)
    {
        var v = rules.V.Word / QuantumWords;
        var unused = Compare<TWord, TBit>(rules, in current, in target, out var critical, out var any, out var several);
        var plan = new Plan<TWord, TBit>(in current);
        for (var set = 0; set < (Repaired ? 3 : 4); set++)
        {
            var before = plan.Final;
            var breaking = Repaired ? BreakRepaired<TWord, TBit>(set, v, in before, in target)
                : BreakAsPosted<TWord, TBit>(set, v, in before, in target);
            var image = before;
            for (var i = 0; i < Entry<TWord>.Words; i++)
            {
                var filled = TWord.If(critical[i], current[i], unused[i]);
                var flipped = TWord.If(critical[i], target[i], filled);
                var hitless = set == 0 ? filled : set == 1 ? flipped : target[i];
                image[i] = TWord.If(several, breaking[i], TWord.If(any, hitless, target[i]));
            }

            plan.Add(in image);
        }

        return plan;
    }

    private Entry<TWord> Compare<TWord, TBit>(
        EntryRules rules, in Entry<TWord> current, in Entry<TWord> target, out Flags<TBit> critical, out TBit any, out TBit several)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var used = rules.Used<TWord, TBit>(in current).Bits;
        var targetUsed = rules.Used<TWord, TBit>(in target).Bits;
        var unused = current;
        critical = default;
        any = TBit.Constant(false);
        several = TBit.Constant(false);
        for (var quantum = 0; quantum < Quanta; quantum++)
        {
            var differs = TBit.Constant(false);
            for (var i = quantum * QuantumWords; i < (quantum + 1) * QuantumWords; i++)
            {
                unused[i] = (current[i] & used[i]) | (target[i] & ~used[i]);
                differs |= !TWord.Same(unused[i] & targetUsed[i], target[i]);
            }

            for (var i = quantum * QuantumWords; i < (quantum + 1) * QuantumWords; i++)
            {
                critical[i] = differs;
            }

            several |= any & differs;
            any |= differs;
        }

        return unused;
    }

    // set(uu, v, 1) with uu[v] = 0; if v is not 0, set(target, 0, v-1); set(target, v, n-1); set(target, v, 1): the arguments are
    // (source, start, length), so the third call stores the quantum of V together with its successors; for v above 1 it would run past the entry,
    // where this model stops.
    private Entry<TWord> BreakAsPosted<TWord, TBit>(int set, int v, in Entry<TWord> before, in Entry<TWord> target)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        set switch
        {
            0 => Cleared<TWord, TBit>(v, in before),
            1 => Copy<TWord, TBit>(in before, in target, 0, v == 0 ? 0 : v - 1),
            2 => Copy<TWord, TBit>(in before, in target, v, Math.Min(Quanta - 1, Quanta - v)),
            _ => Copy<TWord, TBit>(in before, in target, v, 1),
        };

    private Entry<TWord> BreakRepaired<TWord, TBit>(int set, int v, in Entry<TWord> before, in Entry<TWord> target)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        if (set != 1)
        {
            return set == 0 ? Cleared<TWord, TBit>(v, in before) : target;
        }

        var below = Copy<TWord, TBit>(in before, in target, 0, v);
        return Copy<TWord, TBit>(in below, in target, v + 1, Quanta - v - 1);
    }

    private Entry<TWord> Cleared<TWord, TBit>(int v, in Entry<TWord> before)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var image = before;
        for (var i = v * QuantumWords; i < (v + 1) * QuantumWords; i++)
        {
            image[i] = TWord.Constant(0);
        }

        return image;
    }

    private Entry<TWord> Copy<TWord, TBit>(in Entry<TWord> before, in Entry<TWord> target, int start, int length)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var image = before;
        for (var i = start * QuantumWords; i < (start + length) * QuantumWords; i++)
        {
            image[i] = target[i];
        }

        return image;
    }
}
