// The configuration invalidation commands and what each of them drops. Arm IHI 0070 section 4.3 as collected in reference sections 1.4 and 2.1.

namespace Verify.Smmu.Hardware;

/// <summary>A configuration invalidation command. It is complete only when a later CMD_SYNC is consumed.</summary>
public enum CfgiCommand : byte
{
    /// <summary>None.</summary>
    None,

    /// <summary>CFGI_STE for a StreamID: its STE, and the CDs that were cached through it.</summary>
    CFGI_STE,

    /// <summary>CFGI_CD for a StreamID and a SubstreamID: that CD.</summary>
    CFGI_CD,

    /// <summary>CFGI_CD_ALL for a StreamID: all its CDs.</summary>
    CFGI_CD_ALL,

    /// <summary>CFGI_ALL: everything.</summary>
    CFGI_ALL,
}

/// <summary>What the commands drop, of one stream.</summary>
public static class Cfgi
{
    /// <summary>Whether <paramref name="command"/> drops the cached STE of its stream.</summary>
    public static bool DropsSte(CfgiCommand command) => command is CfgiCommand.CFGI_STE or CfgiCommand.CFGI_ALL;

    /// <summary>Whether <paramref name="command"/>, given for SubstreamID <paramref name="ssid"/>, drops the cached CD of <paramref name="cached"/>.</summary>
    public static bool DropsCd(CfgiCommand command, int ssid, int cached) => command switch
    {
        CfgiCommand.CFGI_CD => ssid == cached,
        CfgiCommand.CFGI_STE or CfgiCommand.CFGI_CD_ALL or CfgiCommand.CFGI_ALL => true,
        _ => false,
    };
}
