// The STE code before 6.9: imperative stores chosen by what is attached, with plain stores and stale words left behind.
// Reference section 4.0. A live entry was never turned into another live one directly: the driver detached first, which wrote an abort or,
// with disable_bypass=n, a bypass STE (the detach step is as recalled).

using Verify.Bits;
using Verify.Smmu.Driver;
using Verify.Smmu.Tables;

namespace Verify.Smmu.Writers;

/// <summary>The STE writer before 6.9.</summary>
/// <param name="DisableBypass">The module parameter disable_bypass: a detached stream aborts (the default) rather than passes.</param>
public sealed record Pre69SteWriter(bool DisableBypass = true) : EntryWriter
{
    /// <inheritdoc/>
    public override Plan<TWord, TBit> Images<TWord, TBit>(EntryRules rules, in Entry<TWord> current, in Entry<TWord> target)
    {
        var change = Plan<TWord, TBit>.Differ(in current, in target);
        var toLive = Translates<TWord, TBit>(in target);
        var plan = new Plan<TWord, TBit>(in current);
        plan.AddIf(change & toLive & Translates<TWord, TBit>(in current), Detached<TWord, TBit>(in current));
        AddAttach<TWord, TBit>(ref plan, change, toLive, in target);
        return plan;
    }

    private Entry<TWord> Detached<TWord, TBit>(in Entry<TWord> current)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var config = Ste.V.Put(1) | Ste.Cfg.Put(DisableBypass ? Ste.Config.Abort : Ste.Config.Bypass);
        return Overwritten<TWord, TBit>(in current, TWord.Constant(config));
    }

    private static void AddAttach<TWord, TBit>(ref Plan<TWord, TBit> plan, TBit change, TBit toLive, in Entry<TWord> target)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var memory = plan.Final;
        var s2 = Ste.Cfg.Is<TWord, TBit>(in target, Ste.Config.S2);
        // To bypass or abort: words 0 to 2 in one batch, word 3 left as it was.
        var plain = Overwritten<TWord, TBit>(in memory, target[0] & TWord.Constant(Ste.V.Mask | Ste.Cfg.Mask));
        // To S1: word 1 first. To S2: words 2 and 3 first; word 1 keeps what it had, but for EATS.
        var s1Prepared = memory.With(1, target[1]);
        var eats = TWord.Constant(Ste.Eats.Mask);
        var s2Prepared = memory.With(1, memory[1] | (target[1] & eats)).With(2, target[2]).With(3, target[3]);
        var prepared = Choose(s2, s2Prepared, s1Prepared);
        plan.AddIf(change, Choose(toLive, prepared, plain));
        plan.AddIf(change & toLive, plan.Final.With(0, target[0]));
    }

    private static Entry<TWord> Overwritten<TWord, TBit>(in Entry<TWord> memory, TWord word0)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        memory.With(0, word0).With(1, TWord.Constant(Ste.Shcfg.Put(1))).With(2, TWord.Constant(0));

    private static TBit Translates<TWord, TBit>(in Entry<TWord> entry)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        !TWord.Same(Ste.Cfg.Of<TWord, TBit>(in entry) & TWord.Constant(3), TWord.Constant(0));

    private static Entry<TWord> Choose<TWord, TBit>(TBit condition, Entry<TWord> then, Entry<TWord> otherwise)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        for (var i = 0; i < Entry<TWord>.Words; i++)
        {
            then[i] = TWord.If(condition, then[i], otherwise[i]);
        }

        return then;
    }
}
