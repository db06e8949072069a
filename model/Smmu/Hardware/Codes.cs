// The vocabulary of the hardware's answers: kinds of access, verdicts, events.

namespace Verify.Smmu.Hardware;

/// <summary>The kinds of access that an STE tells apart. SubstreamIDs other than 0 behave alike up to the table's limit.</summary>
public enum Access
{
    /// <summary>Untranslated, without SubstreamID.</summary>
    Untranslated,

    /// <summary>Untranslated, SubstreamID 0 given.</summary>
    UntranslatedSsid0,

    /// <summary>Untranslated, another SubstreamID given.</summary>
    UntranslatedSsid,

    /// <summary>ATS translation request without PASID.</summary>
    AtsRequest,

    /// <summary>ATS translation request with PASID 0.</summary>
    AtsRequestSsid0,

    /// <summary>ATS translation request with another PASID.</summary>
    AtsRequestSsid,

    /// <summary>A Translated transaction.</summary>
    Translated,
}

/// <summary>What an access gets.</summary>
public enum Fate : ulong
{
    /// <summary>Aborted.</summary>
    Abort = 0,

    /// <summary>Passes untranslated: IDENTITY.</summary>
    Bypass = 1,

    /// <summary>Translated by the stages that are on for it.</summary>
    Translate = 2,

    /// <summary>ATS translation request answered with Unsupported Request.</summary>
    UnsupportedRequest = 3,

    /// <summary>ATS translation request answered with Completer Abort.</summary>
    CompleterAbort = 4,
}

/// <summary>Event numbers (Arm IHI 0070 section 7.3). F_CD_FETCH is as recalled; the others were read.</summary>
public enum Event : ulong
{
    /// <summary>No event is recorded.</summary>
    None = 0,

    /// <summary>StreamID out of range.</summary>
    C_BAD_STREAMID = 0x02,

    /// <summary>STE fetch failed.</summary>
    F_STE_FETCH = 0x03,

    /// <summary>STE invalid or ILLEGAL.</summary>
    C_BAD_STE = 0x04,

    /// <summary>ATS translation request not allowed.</summary>
    F_BAD_ATS_TREQ = 0x05,

    /// <summary>Stream disabled for this access.</summary>
    F_STREAM_DISABLED = 0x06,

    /// <summary>Translated transaction not allowed.</summary>
    F_TRANSL_FORBIDDEN = 0x07,

    /// <summary>SubstreamID out of range or not supported by the stream.</summary>
    C_BAD_SUBSTREAMID = 0x08,

    /// <summary>CD fetch failed.</summary>
    F_CD_FETCH = 0x09,

    /// <summary>CD invalid or ILLEGAL.</summary>
    C_BAD_CD = 0x0a,

    /// <summary>No translation.</summary>
    F_TRANSLATION = 0x10,
}

/// <summary>Which context descriptor an access uses.</summary>
public enum CdRoute : ulong
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The first CD of the table.</summary>
    Cd0 = 1,

    /// <summary>The CD of the access's SubstreamID.</summary>
    CdOfSsid = 2,
}
