// The 6.10 writer with one deliberate mistake: what a checker must be able to tell from the real one (reference, end of section 8).

using Verify.Bits;
using Verify.Smmu.Driver;

namespace Verify.Smmu.Writers;

/// <summary>A mistake one could make in the 6.10 writer.</summary>
public enum Mistake
{
    /// <summary>The first batch is not synced, only followed by a store barrier.</summary>
    NoFirstSync,

    /// <summary>The last batch is not synced.</summary>
    NoLastSync,

    /// <summary>No batch is followed by CFGI; CMD_SYNC alone.</summary>
    NoCfgi,

    /// <summary>The second and third batch change places: what the target ignores is cleared before the critical word flips.</summary>
    ClearBeforeFlip,

    /// <summary>In a break, the word that holds V is written with the others instead of after them.</summary>
    ValidWithTheRest,

    /// <summary>The last batch is forgotten.</summary>
    NoClear,

    /// <summary>The CPU waits for the last CMD_SYNC without having queued it.</summary>
    LostSync,

    /// <summary>Every batch is synced, even if it stored nothing.</summary>
    AlwaysSyncs,
}

/// <summary>6.10 with a mistake.</summary>
/// <param name="Mistake">Which one.</param>
public sealed record FlawedWriter(Mistake Mistake) : Writer610
{
    /// <inheritdoc/>
    protected override Plan<TWord, TBit> Batches<TWord, TBit>(
        EntryRules rules, in Entry<TWord> current, in Entry<TWord> first, in Entry<TWord> second, in Entry<TWord> target)
    {
        if (Mistake == Mistake.AlwaysSyncs)
        {
            return Always<TWord, TBit>(in current, in first, in second, in target);
        }

        var plan = new Plan<TWord, TBit>(in current);
        var each = Mistake == Mistake.NoCfgi ? BatchEnd.SyncWithoutCfgi : BatchEnd.Sync;
        plan.Add(in first, Mistake == Mistake.NoFirstSync ? BatchEnd.Barrier : each);
        plan.Add(Mistake switch
        {
            Mistake.ClearBeforeFlip => Cleared<TWord, TBit>(in first, in second, in target),
            Mistake.ValidWithTheRest => Valid<TWord, TBit>(rules, in first, in second, in target),
            _ => second,
        }, each);
        if (Mistake != Mistake.NoClear)
        {
            plan.Add(in target, Mistake switch
            {
                Mistake.NoLastSync => BatchEnd.Barrier,
                Mistake.LostSync => BatchEnd.WaitWithoutSync,
                _ => each,
            });
        }

        return plan;
    }

    private static Plan<TWord, TBit> Always<TWord, TBit>(
        in Entry<TWord> current, in Entry<TWord> first, in Entry<TWord> second, in Entry<TWord> target)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var plan = new Plan<TWord, TBit>(in current);
        plan.AddIf(TBit.Constant(true), in first);
        plan.AddIf(TBit.Constant(true), in second);
        plan.AddIf(TBit.Constant(true), in target);
        return plan;
    }

    // The word that the second batch changes keeps its old value; all others take the target's.
    private static Entry<TWord> Cleared<TWord, TBit>(in Entry<TWord> first, in Entry<TWord> second, in Entry<TWord> target)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var image = target;
        for (var i = 0; i < Entry<TWord>.Words; i++)
        {
            image[i] = TWord.If(TWord.Same(first[i], second[i]), target[i], first[i]);
        }

        return image;
    }

    private static Entry<TWord> Valid<TWord, TBit>(
        EntryRules rules, in Entry<TWord> first, in Entry<TWord> second, in Entry<TWord> target)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var v = rules.V.Word;
        var broken = TWord.Same(first[v], TWord.Constant(0));
        return second.With(v, TWord.If(broken, target[v], second[v]));
    }
}
