// The guest's stream table entry for a nested domain, as user space hands it in. Reference section 5, vSTE validation.

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

/// <summary>A guest STE that was accepted.</summary>
public sealed record Vste
{
    private const int Eio = 5;

    private Vste(ulong word0, ulong word1)
    {
        Word0 = word0;
        Word1 = word1;
    }

    /// <summary>Bits of word 0 that a guest may set.</summary>
    public static ulong AllowedWord0 { get; } = Ste.V.Mask | Ste.Cfg.Mask | Ste.S1Fmt.Mask | Ste.S1CtxPtr.Mask | Ste.S1CdMax.Mask;

    /// <summary>Bits of word 1 that a guest may set.</summary>
    public static ulong AllowedWord1 { get; } =
        Ste.S1Dss.Mask | Ste.S1Cir.Mask | Ste.S1Cor.Mask | Ste.S1Csh.Mask | Ste.S1Stalld.Mask | Ste.Eats.Mask;

    /// <summary>Word 0 as accepted.</summary>
    public ulong Word0 { get; }

    /// <summary>Word 1 as accepted.</summary>
    public ulong Word1 { get; }

    /// <summary>What it asks for.</summary>
    public VsteKind Kind =>
        (Word0 & Ste.V.Mask) == 0 ? VsteKind.Abort : ((Word0 & Ste.Cfg.Mask) >> Ste.Cfg.Low) switch
        {
            Ste.Config.Bypass => VsteKind.Bypass,
            Ste.Config.S1 => VsteKind.S1,
            _ => VsteKind.Abort,
        };

    /// <summary>ATS is wanted: EATS=TRANS, and stage 1 is on.</summary>
    public bool EnableAts => Kind == VsteKind.S1 && (Word1 & Ste.Eats.Mask) >> Ste.Eats.Low == Ste.Ats.Full;

    /// <summary>
    /// Judges a guest's STE as the driver does. An invalid one (V=0) is accepted and taken as all zero.
    /// </summary>
    /// <param name="word0">Word 0.</param>
    /// <param name="word1">Word 1.</param>
    /// <param name="vste">The accepted entry; null where it is refused.</param>
    /// <returns>0, or the negated errno: -EIO for a bit the guest may not set, a CFG other than ABORT, BYPASS and S1_TRANS, or an EATS
    /// other than ABT and TRANS.</returns>
    public static int Validate(ulong word0, ulong word1, out Vste? vste)
    {
        vste = null;
        if ((word0 & Ste.V.Mask) == 0)
        {
            vste = new Vste(0, 0);
            return 0;
        }

        if ((word0 & ~AllowedWord0) != 0 || (word1 & ~AllowedWord1) != 0)
        {
            return -Eio;
        }

        var config = (word0 & Ste.Cfg.Mask) >> Ste.Cfg.Low;
        var eats = (word1 & Ste.Eats.Mask) >> Ste.Eats.Low;
        if (config is not (Ste.Config.Abort or Ste.Config.Bypass or Ste.Config.S1) || eats is not (Ste.Ats.Refused or Ste.Ats.Full))
        {
            return -Eio;
        }

        vste = new Vste(word0, word1);
        return 0;
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
        return new Vste(word0, word1);
    }
}
