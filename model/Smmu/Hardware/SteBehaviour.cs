// What the SMMU makes of a stream table entry: the executable hardware model, written from the architecture and never from the driver's
// used-bits function, because the two are checked against each other.
// Arm IHI 0070 sections 5.2, 3.9 and 13.6 as collected in reference sections 2.2 and 2.3.
//
// Not in a Behaviour, because no access gets anything else for them: MEV (only how often equal events are recorded), CONT (a caching hint),
// DRE, DCP and PPAR (only hints and responses no model here has).

using Verify.Bits;
using Verify.Smmu.Tables;

namespace Verify.Smmu.Hardware;

/// <summary>The stream table entry as the hardware reads it.</summary>
public static class SteBehaviour
{
    private static readonly FieldSet CdFetch = new(Ste.S1CtxPtr, Ste.S1Cir, Ste.S1Cor, Ste.S1Csh, Ste.S1Stalld);

    private static readonly FieldSet Stage2 =
        new(Ste.S2Fwb, Ste.S2Vmid, Ste.Vtcr, Ste.S2Aa64, Ste.S2Endi, Ste.S2Ptw, Ste.S2S, Ste.S2R, Ste.S2Hwu, Ste.S2Ttb);

    private static readonly FieldSet Overrides = new(Ste.Shcfg, Ste.Mtcfg, Ste.AllocCfg);

    /// <summary>What every kind of access gets from <paramref name="entry"/> on <paramref name="smmu"/>.</summary>
    public static Behaviour<TWord, TBit> Of<TWord, TBit>(SmmuFeatures smmu, in Entry<TWord> entry)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var ste = new View<TWord, TBit>(in entry);
        var facts = new Facts<TWord, TBit>(smmu, ste);
        var behaviour = default(Behaviour<TWord, TBit>);
        behaviour[(int)Access.Untranslated] = Untranslated(smmu, ste, in facts, facts.WithoutSsid());
        behaviour[(int)Access.UntranslatedSsid0] = Untranslated(smmu, ste, in facts, facts.WithSsid0());
        behaviour[(int)Access.UntranslatedSsid] = Untranslated(smmu, ste, in facts, facts.WithSsid());
        behaviour[(int)Access.AtsRequest] = AtsRequest(smmu, ste, in facts, facts.WithoutSsid());
        behaviour[(int)Access.AtsRequestSsid0] = AtsRequest(smmu, ste, in facts, facts.WithSsid0());
        behaviour[(int)Access.AtsRequestSsid] = AtsRequest(smmu, ste, in facts, facts.WithSsid());
        behaviour[(int)Access.Translated] = Translated(smmu, ste, in facts);
        return behaviour;
    }

    /// <summary>
    /// Whether the entry is taken for invalid: V=0, or ILLEGAL. Then untranslated traffic aborts with C_BAD_STE.
    /// </summary>
    public static TBit Invalid<TWord, TBit>(SmmuFeatures smmu, in Entry<TWord> entry)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        Ste.V.Is<TWord, TBit>(in entry, 0) | SteLegality.Illegal<TWord, TBit>(smmu, in entry);

    private static Outcome<TWord, TBit> Untranslated<TWord, TBit>(
        SmmuFeatures smmu, View<TWord, TBit> ste, in Facts<TWord, TBit> facts, in Route<TWord, TBit> route)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var s1 = facts.Live & route.Stage1;
        var s2 = facts.Live & facts.S2 & !route.Refused;
        var bypass = facts.Live & !route.Refused & !s1 & !s2;
        var outcome = default(Outcome<TWord, TBit>);
        outcome.Fate = Choose<TWord, TBit>(s1 | s2, Fate.Translate, bypass, Fate.Bypass, Fate.Abort);
        outcome.Event = TWord.If(facts.Invalid, Code<TWord, TBit>(Event.C_BAD_STE),
            TWord.If(facts.Live & route.Refused, route.Event, TWord.Constant(0)));
        outcome.Cd = TWord.If(s1, route.Cd, TWord.Constant(0));
        var mask = Shape(smmu, in facts, in route, s1, s2);
        var overrides = (bypass | s2) & !s1 & TBit.Constant(smmu.AttrTypesOverride);
        mask.Add(overrides, Overrides);
        mask.Add(overrides & ste.Is(Ste.Mtcfg, 1), Ste.MemAttr);
        outcome.Shape = mask.Keep(in ste.Entry);
        return outcome;
    }

    private static Outcome<TWord, TBit> AtsRequest<TWord, TBit>(
        SmmuFeatures smmu, View<TWord, TBit> ste, in Facts<TWord, TBit> facts, in Route<TWord, TBit> route)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var forbidden = facts.Live & !facts.AtsAllowed;
        var served = facts.Live & facts.AtsAllowed & !route.Refused;
        var s1 = served & route.Stage1;
        // Split-stage ATS never returns stage 2's output: Translated traffic gets stage 2 again. Where stage 1 is skipped, the IPA is the address
        // of the request (as recalled).
        var s2 = served & facts.S2 & !facts.Split;
        var identity = served & !s1 & !s2;
        var outcome = default(Outcome<TWord, TBit>);
        outcome.Fate = TWord.If(served, Choose<TWord, TBit>(identity, Fate.Bypass, s1 | s2, Fate.Translate, Fate.Abort),
            TWord.If(facts.Invalid | (facts.Live & facts.AtsAllowed),
                Code<TWord, TBit>(Fate.CompleterAbort), Code<TWord, TBit>(Fate.UnsupportedRequest)));
        outcome.Event = TWord.If(forbidden & TBit.Constant(smmu.Ats), Code<TWord, TBit>(Event.F_BAD_ATS_TREQ), TWord.Constant(0));
        outcome.Cd = TWord.If(s1, route.Cd, TWord.Constant(0));
        // Split-stage ATS returns an IPA, but its CD is fetched through stage 2 all the same.
        var mask = Shape(smmu, in facts, in route, s1, s2 | (s1 & facts.S2));
        mask.Add(served & facts.Split, Ste.Eats);
        outcome.Shape = mask.Keep(in ste.Entry);
        return outcome;
    }

    private static Outcome<TWord, TBit> Translated<TWord, TBit>(SmmuFeatures smmu, View<TWord, TBit> ste, in Facts<TWord, TBit> facts)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var outcome = default(Outcome<TWord, TBit>);
        var checkedAccess = TBit.Constant(smmu.AtsChecked);
        var allowed = facts.Live & facts.AtsAllowed;
        var s2 = allowed & facts.Split;
        var forbidden = facts.Live & !facts.AtsAllowed;
        outcome.Fate = TWord.If(checkedAccess, Choose<TWord, TBit>(s2, Fate.Translate, allowed, Fate.Bypass, Fate.Abort),
            Code<TWord, TBit>(Fate.Bypass));
        outcome.Event = TWord.If(checkedAccess & forbidden, Code<TWord, TBit>(Event.F_TRANSL_FORBIDDEN), TWord.Constant(0));
        outcome.Cd = TWord.Constant(0);
        var mask = Mask<TWord, TBit>.Empty;
        mask.Add(checkedAccess & s2, Stage2);
        outcome.Shape = mask.Keep(in ste.Entry);
        return outcome;
    }

    private static Mask<TWord, TBit> Shape<TWord, TBit>(
        SmmuFeatures smmu, in Facts<TWord, TBit> facts, in Route<TWord, TBit> route, TBit s1, TBit s2)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit>
    {
        var mask = Mask<TWord, TBit>.Empty;
        mask.Add(s1, CdFetch);
        mask.Add(s1 & facts.Substreams, Ste.S1Fmt);
        mask.Add(s1 & route.Bounded, Ste.S1CdMax);
        mask.Add(s1 & !facts.S2 & TBit.Constant(smmu.Hyp), Ste.Strw);
        // The EL1 world tags stage-1 TLB entries with the VMID even where stage 2 is off.
        mask.Add(s1 & TBit.Constant(smmu.Stage2) & facts.El1World, Ste.S2Vmid);
        mask.Add(s2, Stage2);
        return mask;
    }

    private static TWord Choose<TWord, TBit>(TBit first, Fate then, TBit second, Fate thenSecond, Fate otherwise)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        TWord.If(first, Code<TWord, TBit>(then), TWord.If(second, Code<TWord, TBit>(thenSecond), Code<TWord, TBit>(otherwise)));

    private static TWord Code<TWord, TBit>(Fate fate)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        TWord.Constant((ulong)fate);

    internal static TWord Code<TWord, TBit>(Event number)
        where TWord : struct, IWord<TWord, TBit>
        where TBit : struct, IBit<TBit> =>
        TWord.Constant((ulong)number);
}
