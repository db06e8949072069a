// The guest's stream table entry for a nested domain, as user space hands it in. Reference section 5, vSTE validation.

using Verify.Bits;
using Verify.Smmu.Tables;

namespace Verify.Smmu.Driver;

/// <summary>What a guest's STE asks for.</summary>
public enum VsteKind
{
    /// <summary>Invalid, or ABORT: the stream is blocked.</summary>
    Abort,

    /// <summary>Stage 1 is bypassed: the parent's stage 2 alone.</summary>
    Bypass,

    /// <summary>Stage 1 by the guest's CD table.</summary>
    S1,
}

/// <summary>The two words of a guest's STE in either algebra: what the driver accepts, and what is asked for.</summary>
/// <param name="Word0">Word 0.</param>
/// <param name="Word1">Word 1.</param>
public readonly record struct VsteWords<TWord, TBit>(TWord Word0, TWord Word1)
    where TWord : struct, IWord<TWord, TBit>
    where TBit : struct, IBit<TBit>
{
    /// <summary>
    /// Whether the driver accepts it: V=0, or no bit that a guest may not set, a CFG of ABORT, BYPASS or S1_TRANS, and an EATS of ABT or TRANS. The
    /// values of the other fields are not looked at.
    /// </summary>
    public TBit Accepted
    {
        get
        {
            var none = TWord.Constant(0);
            var allowed = TWord.Same(Word0 & TWord.Constant(~Vste.AllowedWord0), none) & TWord.Same(Word1 & TWord.Constant(~Vste.AllowedWord1), none);
            var config = IsConfig(Ste.Config.Abort) | IsConfig(Ste.Config.Bypass) | IsConfig(Ste.Config.S1);
            return !Valid | (allowed & config & (IsEats(Ste.Ats.Refused) | IsEats(Ste.Ats.Full)));
        }
    }

    /// <summary>Stage 1 is bypassed.</summary>
    public TBit IsBypass => Valid & IsConfig(Ste.Config.Bypass);

    /// <summary>Stage 1 is on.</summary>
    public TBit IsS1 => Valid & IsConfig(Ste.Config.S1);

    /// <summary>ATS is wanted: EATS=TRANS, and stage 1 is on.</summary>
    public TBit EnableAts => IsS1 & IsEats(Ste.Ats.Full);

    private TBit Valid => !TWord.Same(Word0 & TWord.Constant(Ste.V.Mask), TWord.Constant(0));

    private TBit IsConfig(ulong value) => TWord.Same(Word0 & TWord.Constant(Ste.Cfg.Mask), TWord.Constant(Ste.Cfg.Put(value)));

    private TBit IsEats(ulong value) => TWord.Same(Word1 & TWord.Constant(Ste.Eats.Mask), TWord.Constant(Ste.Eats.Put(value)));
}

/// <summary>A guest STE that was accepted.</summary>
public sealed record Vste
{
    private const int Eio = 5;

    private Vste(VsteWords<Number, Truth> words) => Words = words;

    /// <summary>Bits of word 0 that a guest may set.</summary>
    public static ulong AllowedWord0 { get; } = Ste.V.Mask | Ste.Cfg.Mask | Ste.S1Fmt.Mask | Ste.S1CtxPtr.Mask | Ste.S1CdMax.Mask;

    /// <summary>Bits of word 1 that a guest may set.</summary>
    public static ulong AllowedWord1 { get; } =
        Ste.S1Dss.Mask | Ste.S1Cir.Mask | Ste.S1Cor.Mask | Ste.S1Csh.Mask | Ste.S1Stalld.Mask | Ste.Eats.Mask;

    /// <summary>Both words as accepted.</summary>
    public VsteWords<Number, Truth> Words { get; }

    /// <summary>Word 0 as accepted.</summary>
    public ulong Word0 => Words.Word0.Value;

    /// <summary>Word 1 as accepted.</summary>
    public ulong Word1 => Words.Word1.Value;

    /// <summary>What it asks for.</summary>
    public VsteKind Kind => Words.IsS1.Value ? VsteKind.S1 : Words.IsBypass.Value ? VsteKind.Bypass : VsteKind.Abort;

    /// <summary>ATS is wanted: EATS=TRANS, and stage 1 is on.</summary>
    public bool EnableAts => Words.EnableAts.Value;

    /// <summary>
    /// Judges a guest's STE as the driver does. An invalid one (V=0) is accepted and taken as all zero.
    /// </summary>
    /// <param name="word0">Word 0.</param>
    /// <param name="word1">Word 1.</param>
    /// <param name="vste">The accepted entry; null where it is refused.</param>
    /// <returns>0, or -EIO where <see cref="VsteWords{TWord, TBit}.Accepted"/> is false.</returns>
    public static int Validate(ulong word0, ulong word1, out Vste? vste)
    {
        var words = new VsteWords<Number, Truth>(new Number(word0), new Number(word1));
        vste = words.Accepted.Value ? new Vste((word0 & Ste.V.Mask) == 0 ? default : words) : null;
        return vste is null ? -Eio : 0;
    }

    /// <summary>A guest STE for a CD table.</summary>
    /// <param name="dss">Default substream.</param>
    /// <param name="ats">EATS=TRANS.</param>
    /// <param name="stallDisabled">S1STALLD.</param>
    /// <param name="table">IPA of the CD table.</param>
    /// <param name="cdMax">log2 of the number of CDs.</param>
    public static Vste S1(ulong dss, bool ats, bool stallDisabled, ulong table = 0x8000_1000, ulong cdMax = 5)
    {
        var word0 = Ste.V.Put(1) | Ste.Cfg.Put(Ste.Config.S1) | Ste.S1Fmt.Put(0) | (table & Ste.S1CtxPtr.Mask) | Ste.S1CdMax.Put(cdMax);
        var word1 = Ste.S1Dss.Put(dss) | Ste.S1Cir.Put(1) | Ste.S1Cor.Put(1) | Ste.S1Csh.Put(3)
            | Ste.S1Stalld.Put(stallDisabled ? 1UL : 0) | Ste.Eats.Put(ats ? Ste.Ats.Full : Ste.Ats.Refused);
        return new Vste(new VsteWords<Number, Truth>(new Number(word0), new Number(word1)));
    }
}
