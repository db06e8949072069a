// What follows from an STE before the kind of access is known, and the way an access with or without SubstreamID takes through it.

using Verify.Bits;
using Verify.Smmu.Tables;

namespace Verify.Smmu.Hardware;

/// <summary>What an STE says, whatever the access.</summary>
internal readonly struct Facts<TWord, TBit>
    where TWord : struct, IWord<TWord, TBit>
    where TBit : struct, IBit<TBit>
{
    /// <summary>V=0 or ILLEGAL.</summary>
    public readonly TBit Invalid;

    /// <summary>Legal, and CFG lets traffic pass.</summary>
    public readonly TBit Live;

    /// <summary>Stage 1 is on.</summary>
    public readonly TBit S1;

    /// <summary>Stage 2 is on.</summary>
    public readonly TBit S2;

    /// <summary>Stage 1 is on with more than one CD.</summary>
    public readonly TBit Substreams;

    /// <summary>Stage 1 belongs to the EL1 stream world.</summary>
    public readonly TBit El1World;

    /// <summary>ATS is not refused by CFG or EATS.</summary>
    public readonly TBit AtsAllowed;

    /// <summary>Split-stage ATS.</summary>
    public readonly TBit Split;

    private readonly TBit dssBypass;
    private readonly TBit dssSsid0;

    /// <summary>Reads <paramref name="ste"/>.</summary>
    public Facts(SmmuFeatures smmu, View<TWord, TBit> ste)
    {
        Invalid = SteBehaviour.Invalid<TWord, TBit>(smmu, in ste.Entry);
        Live = !Invalid & CfgBit(ste, 2);
        S1 = CfgBit(ste, 0);
        S2 = CfgBit(ste, 1);
        Substreams = S1 & ste.Any(Ste.S1CdMax);
        El1World = S2 | ste.Is(Ste.Strw, 0) | TBit.Constant(!smmu.Hyp);
        dssBypass = ste.Is(Ste.S1Dss, Ste.Dss.Bypass);
        dssSsid0 = ste.Is(Ste.S1Dss, Ste.Dss.Ssid0);
        Split = ste.Is(Ste.Eats, Ste.Ats.Split);
        // A plain bypass STE ignores EATS: no ATS without a stage that translates.
        AtsAllowed = TBit.Constant(smmu.Ats) & (S1 | S2)
            & (ste.Is(Ste.Eats, Ste.Ats.Full) | Split | (ste.Is(Ste.Eats, Ste.Ats.FullDpt) & TBit.Constant(smmu.Dpt)));
    }

    /// <summary>The way of an access without SubstreamID: S1DSS decides where substreams are on.</summary>
    public Route<TWord, TBit> WithoutSsid() => new()
    {
        Stage1 = S1 & (!Substreams | dssSsid0),
        Refused = Substreams & !dssSsid0 & !dssBypass,
        Event = SteBehaviour.Code<TWord, TBit>(Event.F_STREAM_DISABLED),
        Cd = TWord.Constant((ulong)CdRoute.Cd0),
        Bounded = TBit.Constant(false),
    };

    /// <summary>The way of an access with SubstreamID 0, which S1DSS=SSID0 keeps for accesses without one.</summary>
    public Route<TWord, TBit> WithSsid0() => new()
    {
        Stage1 = Substreams & !dssSsid0,
        Refused = !Substreams | dssSsid0,
        Event = TWord.If(Substreams, SteBehaviour.Code<TWord, TBit>(Event.F_STREAM_DISABLED),
            SteBehaviour.Code<TWord, TBit>(Event.C_BAD_SUBSTREAMID)),
        Cd = TWord.Constant((ulong)CdRoute.Cd0),
        Bounded = TBit.Constant(false),
    };

    /// <summary>The way of an access with another SubstreamID; beyond S1CDMAX it is refused with C_BAD_SUBSTREAMID.</summary>
    public Route<TWord, TBit> WithSsid() => new()
    {
        Stage1 = Substreams,
        Refused = !Substreams,
        Event = SteBehaviour.Code<TWord, TBit>(Event.C_BAD_SUBSTREAMID),
        Cd = TWord.Constant((ulong)CdRoute.CdOfSsid),
        Bounded = Substreams,
    };

    private static TBit CfgBit(View<TWord, TBit> ste, int bit) =>
        !TWord.Same(ste[Ste.Cfg] & TWord.Constant(1UL << bit), TWord.Constant(0));
}

/// <summary>The way of an access through a legal STE that lets traffic pass.</summary>
internal readonly struct Route<TWord, TBit>
    where TWord : struct, IWord<TWord, TBit>
    where TBit : struct, IBit<TBit>
{
    /// <summary>Stage 1 translates it.</summary>
    public TBit Stage1 { get; init; }

    /// <summary>It is refused because of its SubstreamID.</summary>
    public TBit Refused { get; init; }

    /// <summary>The event of a refusal (untranslated accesses only).</summary>
    public TWord Event { get; init; }

    /// <summary>The CD it uses, as a <see cref="CdRoute"/>.</summary>
    public TWord Cd { get; init; }

    /// <summary>S1CDMAX bounds its SubstreamID.</summary>
    public TBit Bounded { get; init; }
}
